from hypothesis import given, settings
from hypothesis import strategies as st
from zone_field import SQUARE, START, Field, Place, alternates, lines, seen_by

from hub.core.rules.condition import Condition
from hub.core.rules.loitering import LoiteringJudge
from hub.core.site import Hours, LoiteringRule
from wire.labels import Label

INSIDE, OUTSIDE = (5.0, 5.0), (50.0, 50.0)


def a_rule(**changes: object) -> LoiteringRule:
    plain = {"id": "exit", "zone": "square", "stay_min_s": 60.0, "roam_max_m": 4.0}
    return LoiteringRule(**{**plain, **changes})  # type: ignore[arg-type]


def a_judge(**changes: object) -> LoiteringJudge:
    judge = LoiteringJudge(a_rule(**changes), SQUARE, seen_by)
    judge.start(START)
    return judge


def test_who_stays_long_enough_loiters() -> None:
    field, judge = Field(), a_judge()
    field.put(17, INSIDE)

    assert field.passes(judge, 60.0) == []
    (condition,) = field.passes(judge, 2.0)

    assert condition.active
    assert condition.key == "exit"
    assert condition.rule_kind == "loitering"
    assert condition.summary == "Person stays at Square"
    assert condition.tracks == (17,)
    assert condition.sensors == ("cam-2",)
    assert lines(condition)["Longest there"].startswith("1 min, since 00:00")


def test_who_walks_through_or_away_and_back_does_not() -> None:
    field, judge = Field(), a_judge()
    for second in range(200):
        field.put(17, (second % 10, 5.0))
        field.put(18, INSIDE if second % 40 < 20 else OUTSIDE)

        assert field.passes(judge, 1.0) == []


def test_a_label_of_another_kind_does_not_loiter_and_a_new_label_ends_nothing() -> None:
    field, judge = Field(), a_judge()
    field.put(17, INSIDE)
    field.put(18, INSIDE, label=Label.ANIMAL)
    (condition,) = field.passes(judge, 62.0)
    assert condition.tracks == (17,)

    field.put(17, INSIDE, label=Label.UNKNOWN)

    assert [one.active for one in field.passes(judge, 30.0)] in ([], [True])


def test_who_is_out_of_sight_for_a_moment_does_not_begin_anew() -> None:
    field, judge = Field(), a_judge(away_max_s=10.0)
    field.put(17, INSIDE)
    field.passes(judge, 40.0)
    field.put(17, OUTSIDE)
    field.passes(judge, 8.0)
    field.put(17, INSIDE)

    (condition,) = field.passes(judge, 14.0)

    assert condition.active


def test_it_is_over_when_they_are_gone_for_both_delays() -> None:
    field, judge = Field(), a_judge(away_max_s=5.0, clear_after_s=10.0)
    field.put(17, INSIDE)
    field.passes(judge, 62.0)
    assert [one.key for one in judge.active()] == ["exit"]
    field.lose(17)

    assert field.passes(judge, 14.0) == []
    (condition,) = field.passes(judge, 4.0)

    assert not condition.active
    assert judge.active() == []
    assert judge.next_wake_us is None


def test_two_who_loiter_are_one_condition_and_a_simulated_one_another() -> None:
    field, judge = Field(), a_judge()
    field.put(17, INSIDE)
    field.put(16, (6.0, 6.0))
    field.put(18, INSIDE, simulated=True)

    real, simulated = field.passes(judge, 62.0)

    assert (real.key, real.tracks, real.summary) == ("exit", (16, 17), "2 people stay at Square")
    assert (simulated.key, simulated.tracks) == ("exit/simulated", (18,))
    assert simulated.simulated


def test_out_of_hours_nobody_loiters() -> None:
    field, judge = Field(), a_judge(hours=Hours(start="00:00", end="00:02"))
    field.put(17, INSIDE)

    found = field.passes(judge, 180.0)

    assert [one.active for one in found] == [True, False]


def test_a_posture_may_shorten_the_stay() -> None:
    field, judge = Field(), a_judge()
    field.put(17, INSIDE)
    assert field.passes(judge, 30.0) == []

    judge.adjust(a_rule(stay_min_s=20.0))

    assert field.passes(judge, 2.0)[0].active


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 3), st.sampled_from([INSIDE, OUTSIDE, (1.0, 9.0)]), st.integers(1, 9)
        ),
        max_size=20,
    )
)
def test_raising_and_clearing_alternate(steps: list[tuple[int, Place, int]]) -> None:
    field, judge = Field(), a_judge(stay_min_s=5.0, away_max_s=2.0, clear_after_s=2.0)
    found: list[Condition] = []
    for number, place, wait_s in steps:
        field.put(number, place)
        found += field.passes(judge, wait_s)
    for number in (1, 2, 3):
        field.put(number, OUTSIDE)
    found += field.passes(judge, 10.0)

    assert alternates(found)
