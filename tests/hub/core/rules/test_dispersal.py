import math

from zone_field import SQUARE, START, Field, lines, seen_by

from hub.core.rules.dispersal import DispersalJudge
from hub.core.site import DispersalRule
from wire.labels import Label


def a_rule(**changes: object) -> DispersalRule:
    return DispersalRule(**{"id": "panic", "zone": "square", **changes})  # type: ignore[arg-type]


def a_judge(**changes: object) -> DispersalJudge:
    judge = DispersalJudge(a_rule(**changes), SQUARE, seen_by)
    judge.start(START)
    return judge


def flee(
    field: Field,
    count: int = 8,
    *,
    speed_mps: float = 4.0,
    radius_m: float = 3.0,
    inwards: bool = False,
    simulated: bool = False,
) -> None:
    """Let people run away from the middle of the square, all around."""
    for number in range(count):
        turn = 2.0 * math.pi * number / count
        way = (math.cos(turn), math.sin(turn))
        speed = -speed_mps if inwards else speed_mps
        field.put(
            number + 1,
            (5.0 + radius_m * way[0], 5.0 + radius_m * way[1]),
            (speed * way[0], speed * way[1]),
            simulated=simulated,
        )


def test_people_who_run_away_from_their_middle_disperse() -> None:
    field, judge = Field(), a_judge()
    flee(field)

    (condition,) = field.passes(judge, 3.0)

    assert condition.active
    assert (condition.key, condition.rule_kind) == ("panic", "dispersal")
    assert condition.summary == "People run away from Square"
    assert condition.tracks == tuple(range(1, 9))
    assert lines(condition)["Running"] == "8 of 8 people"
    assert lines(condition)["Outwards"] == "100%"


def test_those_who_have_just_run_out_of_the_zone_still_count() -> None:
    field, judge = Field(), a_judge()
    flee(field, radius_m=9.0)

    assert [one.active for one in field.passes(judge, 3.0)] == [True]


def test_walking_running_together_and_running_home_are_no_dispersal() -> None:
    field, judge = Field(), a_judge()
    flee(field, speed_mps=1.4)
    assert field.passes(judge, 3.0) == []
    flee(field, inwards=True)
    assert field.passes(judge, 3.0) == []
    for number in range(8):
        field.put(number + 1, (number, 5.0), (4.0, 0.0))
    assert field.passes(judge, 3.0) == []


def test_a_few_runners_among_many_who_stand_are_none() -> None:
    field, judge = Field(), a_judge()
    flee(field, 6)
    for number in range(20, 40):
        field.put(number, (4.0, 4.0))

    assert field.passes(judge, 3.0) == []


def test_two_children_and_a_dog_are_too_few() -> None:
    field, judge = Field(), a_judge()
    flee(field, 4)
    field.put(9, (5.0, 9.0), (0.0, 4.0), label=Label.ANIMAL)

    assert field.passes(judge, 3.0) == []


def test_it_lasts_until_they_clearly_run_no_more() -> None:
    field, judge = Field(), a_judge(clear_after_s=4.0)
    flee(field)
    field.passes(judge, 3.0)
    flee(field, speed_mps=2.0)
    assert field.passes(judge, 6.0) == []

    flee(field, speed_mps=1.0)
    assert field.passes(judge, 3.0) == []
    (condition,) = field.passes(judge, 2.0)

    assert not condition.active


def test_a_simulated_panic_is_one_of_its_own() -> None:
    field, judge = Field(), a_judge()
    flee(field, simulated=True)

    assert [one.key for one in field.passes(judge, 3.0)] == ["panic/simulated"]


def test_a_posture_may_ask_for_fewer() -> None:
    field, judge = Field(), a_judge()
    flee(field, 3)
    assert field.passes(judge, 3.0) == []

    judge.adjust(a_rule(persons_min=3))

    assert [one.active for one in field.passes(judge, 3.0)] == [True]
