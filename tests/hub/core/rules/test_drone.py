from zone_field import SECOND, SQUARE, Field, lines, seen_by

from hub.core.rules.condition import Condition
from hub.core.rules.drone import DroneJudge
from hub.core.rules.judge import Facts
from hub.core.site import DroneRule, Hours
from wire.labels import Label

INSIDE, OUTSIDE = (5.0, 5.0), (50.0, 50.0)


def a_rule(**changes: object) -> DroneRule:
    return DroneRule(**{"id": "sky", "zone": "square", **changes})  # type: ignore[arg-type]


def a_judge(**changes: object) -> DroneJudge:
    return DroneJudge(a_rule(**changes), SQUARE, seen_by)


def pass_by(
    field: Field, judge: DroneJudge, seconds: int, facts: Facts | None = None
) -> list[Condition]:
    found: list[Condition] = []
    for _ in range(seconds):
        field.now_us += SECOND
        found += judge.second(facts or Facts(), field.tracks, field.now_us)
    return found


def test_a_drone_over_the_zone_is_a_condition_and_a_bird_or_one_elsewhere_is_none() -> None:
    field, judge = Field(), a_judge()
    field.put(1, INSIDE, label=Label.DRONE)
    field.put(2, INSIDE, label=Label.ANIMAL)
    field.put(3, OUTSIDE, label=Label.DRONE)

    (condition,) = pass_by(field, judge, 3)

    assert (condition.key, condition.rule_kind) == ("sky/1", "drone")
    assert condition.summary == "Drone over Square"
    assert condition.tracks == (1,)
    assert lines(condition)["Remote id"] == "none heard yet"
    assert "Height" not in lines(condition)


def test_after_a_while_it_is_said_that_it_does_not_tell_who_it_is() -> None:
    field, judge = Field(), a_judge(claim_wait_s=5.0)
    field.put(1, INSIDE, label=Label.DRONE)

    found = pass_by(field, judge, 10)

    assert [one.summary for one in found] == [
        "Drone over Square",
        "Drone without remote id over Square",
    ]


def test_above_a_height_it_is_in_other_peoples_airspace() -> None:
    field, judge = Field(), a_judge(height_max_m=120.0)
    field.put(1, INSIDE, label=Label.DRONE)

    assert pass_by(field, judge, 5, Facts(heights={1: (150.0, 5.0)})) == []
    (condition,) = pass_by(field, judge, 5, Facts(heights={1: (122.0, 5.0)}))

    assert lines(condition)["Height"] == "122 ± 5 m"


def test_where_a_remote_id_is_enough_only_one_without_is_a_condition() -> None:
    field, judge = Field(), a_judge(with_remote_id_allowed=True, claim_wait_s=5.0)
    field.put(1, INSIDE, label=Label.DRONE)
    field.put(2, INSIDE, label=Label.DRONE)

    assert pass_by(field, judge, 5, Facts(claimed=frozenset({1}))) == []
    (condition,) = pass_by(field, judge, 10, Facts(claimed=frozenset({1})))

    assert condition.tracks == (2,)
    assert condition.summary == "Drone without remote id over Square"


def test_a_remote_id_that_stops_to_agree_is_none_any_more() -> None:
    field, judge = Field(), a_judge(with_remote_id_allowed=True, claim_wait_s=5.0)
    field.put(1, INSIDE, label=Label.DRONE)
    assert pass_by(field, judge, 30, Facts(claimed=frozenset({1}))) == []

    (condition,) = pass_by(field, judge, 8)

    assert condition.active


def test_it_clears_when_it_was_gone_for_a_while() -> None:
    field, judge = Field(), a_judge(clear_after_s=10.0)
    field.put(1, INSIDE, label=Label.DRONE)
    pass_by(field, judge, 3)
    assert [one.key for one in judge.active()] == ["sky/1"]
    field.lose(1)

    assert pass_by(field, judge, 9) == []
    (condition,) = pass_by(field, judge, 3)

    assert not condition.active
    assert pass_by(field, judge, 60) == []


def test_a_simulated_drone_is_a_condition_of_its_own() -> None:
    field, judge = Field(), a_judge()
    field.put(1, INSIDE, label=Label.DRONE, simulated=True)

    assert [one.key for one in pass_by(field, judge, 3)] == ["sky/1/simulated"]


def test_out_of_hours_drones_may_fly_and_a_posture_may_forbid_all() -> None:
    field, judge = Field(), a_judge(hours=Hours(start="12:00", end="13:00"))
    field.put(1, INSIDE, label=Label.DRONE)
    assert pass_by(field, judge, 5) == []

    judge.adjust(a_rule())

    assert [one.active for one in pass_by(field, judge, 3)] == [True]
