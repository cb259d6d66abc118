from hypothesis import given, settings
from hypothesis import strategies as st
from zone_field import SQUARE, START, Field, Place, alternates, lines, seen_by

from hub.core.rules.condition import Condition
from hub.core.rules.unattended import UnattendedJudge
from hub.core.site import Hours, UnattendedRule
from wire.labels import Label

SPOT = (5.0, 5.0)
BAG, OWNER, OTHER = 100, 1, 2


def a_rule(**changes: object) -> UnattendedRule:
    return UnattendedRule(**{"id": "bags", "zone": "square", **changes})  # type: ignore[arg-type]


def a_judge(**changes: object) -> UnattendedJudge:
    judge = UnattendedJudge(a_rule(**changes), SQUARE, seen_by)
    judge.start(START)
    return judge


def put_bag(field: Field, place: Place = SPOT, **more: bool) -> None:
    field.put(BAG, place, label=Label.BAG, **more)  # type: ignore[arg-type]


def left(field: Field, judge: UnattendedJudge, seconds: float = 40.0) -> list[Condition]:
    """Let somebody put a bag down and walk away north-east until it is an alert."""
    put_bag(field)
    field.put(OWNER, (5.5, 5.0))
    found = field.passes(judge, 3.0)
    for step in range(1, 11):
        field.put(OWNER, (5.5 + step, 5.0 + step), (1.0, 1.0))
        found += field.passes(judge, 1.0)
    return found + field.passes(judge, seconds)


def test_a_bag_whose_owner_walks_away_is_a_condition_that_says_who_and_how_far() -> None:
    field, judge = Field(), a_judge()

    (condition,) = left(field, judge)

    assert (condition.key, condition.rule_kind) == ("bags/100", "unattended")
    assert condition.summary == "Bag left in Square; its owner is 15 m away"
    assert condition.tracks == (BAG, OWNER)
    told = lines(condition)
    assert told["Left by"] == "track 1"
    assert told["Owner"] == "14 m away, goes north-east at 1.4 m/s; went as far as 14 m"
    assert told["Alone"].startswith("30 s") or told["Alone"].startswith("31 s")


def test_how_far_the_owner_goes_is_told_as_they_go() -> None:
    field, judge = Field(), a_judge()
    left(field, judge)
    field.put(OWNER, (45.0, 5.0))

    (further,) = field.passes(judge, 2.0)
    field.put(OWNER, (105.0, 5.0))
    (furthest,) = field.passes(judge, 2.0)
    field.lose(OWNER)
    (hidden,) = field.passes(judge, 2.0)

    assert further.summary.endswith("its owner is 40 m away")
    assert "stands" in lines(further)["Owner"]
    assert furthest.summary.endswith("its owner is 100 m away")
    assert hidden.summary.endswith("its owner is out of sight")
    assert "last seen 100 m away" in lines(hidden)["Owner"]
    assert hidden.tracks == (BAG,)


def test_a_bag_beside_its_owner_is_none_however_long() -> None:
    field, judge = Field(), a_judge()
    put_bag(field)
    field.put(OWNER, (6.0, 5.0))

    assert field.passes(judge, 120.0) == []


def test_an_owner_who_comes_back_to_it_clears_it_and_one_who_passes_far_off_does_not() -> None:
    field, judge = Field(), a_judge()
    left(field, judge)
    field.put(OWNER, (9.0, 5.0))
    field.passes(judge, 20.0)
    assert [one.key for one in judge.active()] == ["bags/100"]

    field.put(OWNER, (6.0, 5.0))
    found = field.passes(judge, 10.0)

    assert [one.active for one in found][-1] is False
    assert judge.active() == []


def test_a_bag_that_nobody_was_seen_to_bring_is_a_condition() -> None:
    field, judge = Field(), a_judge()
    put_bag(field)

    (condition,) = field.passes(judge, 40.0)

    assert condition.summary.endswith("nobody was seen to bring it")
    assert lines(condition)["Left by"] == "nobody was seen to bring it"
    assert "Owner" not in lines(condition)


def test_who_stays_beside_a_bag_is_taken_for_its_owner_but_nobody_who_passes() -> None:
    field, judge = Field(), a_judge(alone_min_s=15.0)
    put_bag(field)
    for number in range(10, 40):
        field.put(number, (5.5, 5.5))
        assert all(one.active for one in field.passes(judge, 1.0))
        field.lose(number)
    assert [one.key for one in judge.active()] == ["bags/100"]

    field.put(OTHER, (5.5, 5.0))
    found = field.passes(judge, 20.0)

    assert not found[-1].active


def test_of_two_who_were_beside_it_both_are_named_and_one_is_enough_to_guard_it() -> None:
    field, judge = Field(), a_judge()
    put_bag(field)
    field.put(OWNER, (5.2, 5.0))
    field.put(OTHER, (5.9, 5.0))
    field.passes(judge, 2.0)
    field.put(OWNER, (40.0, 5.0))
    assert field.passes(judge, 60.0) == []

    field.put(OTHER, (30.0, 5.0))
    (condition,) = field.passes(judge, 40.0)

    assert lines(condition)["Left by"] == "track 1, or 2, who was beside it as well"
    assert condition.summary.endswith("its owner is 25 m away")


def test_a_bag_that_is_carried_on_begins_anew() -> None:
    field, judge = Field(), a_judge()
    left(field, judge)
    field.put(OTHER, (8.0, 5.0))
    put_bag(field, (8.0, 5.0))

    found = field.passes(judge, 30.0)

    assert [one.active for one in found] == [False]


def test_a_bag_that_is_hidden_for_a_moment_is_still_there_and_one_that_is_gone_clears() -> None:
    field, judge = Field(), a_judge()
    left(field, judge)
    field.lose(BAG)

    assert all(one.active for one in field.passes(judge, 10.0))
    found = field.passes(judge, 20.0)

    assert [one.active for one in found] == [False]


def test_a_bag_that_gets_another_number_is_the_same_bag_and_keeps_its_owner() -> None:
    field, judge = Field(), a_judge()
    left(field, judge)
    field.lose(BAG)
    field.passes(judge, 3.0)
    field.put(BAG + 1, (5.2, 5.0), label=Label.BAG)

    found = field.passes(judge, 30.0)

    assert {one.key for one in [*found, *judge.active()]} == {"bags/100"}
    assert judge.active()[0].tracks == (BAG + 1, OWNER)
    assert lines(judge.active()[0])["Left by"] == "track 1"


def test_a_simulated_bag_is_one_of_its_own_and_out_of_hours_none_is() -> None:
    field, judge = Field(), a_judge(hours=Hours(start="00:00", end="00:02"))
    put_bag(field, simulated=True)

    found = field.passes(judge, 180.0)

    assert [(one.key, one.active) for one in found] == [
        ("bags/100/simulated", True),
        ("bags/100/simulated", False),
    ]


def test_the_plans_own_words_keep_what_is_known_of_the_owner() -> None:
    field, judge = Field(), a_judge(summary="Object left")

    (condition,) = left(field, judge)

    assert condition.summary == "Object left; its owner is 15 m away"


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([BAG, OWNER, OTHER]),
            st.sampled_from([SPOT, (5.5, 5.0), (9.0, 9.0), (40.0, 40.0)]),
            st.integers(1, 8),
        ),
        max_size=20,
    )
)
def test_raising_and_clearing_alternate(steps: list[tuple[int, Place, int]]) -> None:
    field, judge = Field(), a_judge(alone_min_s=3.0, clear_after_s=2.0)
    found: list[Condition] = []
    for number, place, wait_s in steps:
        field.put(number, place, label=Label.BAG if number == BAG else Label.PERSON)
        found += field.passes(judge, wait_s)
    put_bag(field, (60.0, 60.0))
    found += field.passes(judge, 30.0)

    assert alternates(found)
