import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from zone_field import SQUARE, START, Field, alternates, lines, seen_by

from hub.core.rules.condition import Condition
from hub.core.rules.judge import ActuatorFact, Facts
from hub.core.rules.vehicle_approach import (
    SPEED_MAX_MPS,
    VehicleApproachJudge,
    warning_distance_m,
)
from hub.core.site import Actuator, Area, Hours, VehicleApproachRule
from wire.fields import CrowdView, ZoneCrowdView
from wire.labels import ActuatorKind, EffectClass, Label

KMH = 1000.0 / 3600.0
BOLLARD = Actuator(
    id="bollard-1",
    kind=ActuatorKind.BOLLARD,
    name="Bollard",
    position=(-20.0, 5.0),
    effect=EffectClass.IMPEDE,
    zone="street",
)
STREET = Area(
    id="street",
    name="Street",
    purpose="gate",
    polygon=((-22.0, 0.0), (-18.0, 0.0), (-18.0, 10.0), (-22.0, 10.0)),
)


def a_rule(**changes: object) -> VehicleApproachRule:
    plain = {"id": "ram", "zone": "square", "persons_min": 0, "margin_s": 0.0}
    return VehicleApproachRule(**{**plain, **changes})  # type: ignore[arg-type]


def a_judge(
    actuator: Actuator | None = None, barrier: Area | None = None, **changes: object
) -> VehicleApproachJudge:
    return VehicleApproachJudge(a_rule(**changes), SQUARE, actuator, barrier, seen_by)


def drive(
    field: Field,
    judge: VehicleApproachJudge,
    away_m: float,
    speed_mps: float,
    number: int = 1,
    **more: object,
) -> list[Condition]:
    """Let a vehicle be so far west of the square, on its way there."""
    row = field.put(
        number,
        (-away_m, 5.0),
        (speed_mps, 0.0),
        label=more.pop("label", Label.VEHICLE),  # type: ignore[arg-type]
        **more,  # type: ignore[arg-type]
    )
    return field.scanned(judge, row)


def people(persons: float, sigma: float = 0.0) -> Facts:
    view = ZoneCrowdView(
        id="square", persons=persons, sigma_persons=sigma, density=0.0, sigma_density=0.0
    )
    return Facts(crowd=CrowdView(at_us=START, cell_m=2.0, zones=(view,)))


def test_at_64_kmh_two_seconds_to_alert_and_a_bollard_of_four_need_107_m() -> None:
    need_m = warning_distance_m(64.0 * KMH, decide_s=2.0, delay_s=4.0)
    assert math.ceil(need_m) == 107

    before = drive(Field(), a_judge(decide_s=2.0, delay_s=4.0), need_m + 0.5, 64.0 * KMH)
    at_last = drive(Field(), a_judge(decide_s=2.0, delay_s=4.0), need_m - 0.5, 64.0 * KMH)

    assert before == []
    assert [one.active for one in at_last] == [True]


def test_with_the_default_second_to_spare_it_warns_that_much_earlier() -> None:
    judge = a_judge(margin_s=1.0)

    assert drive(Field(), judge, 17.0 * 7.0 + 1.0, 17.0) == []
    (condition,) = drive(Field(), judge, 17.0 * 7.0 - 1.0, 17.0)

    assert condition.key == "ram"
    assert condition.rule_kind == "vehicle_approach"
    assert condition.summary == "Vehicle heads for Square at 60 km/h"
    assert condition.tracks == (1,)
    told = lines(condition)
    assert told["Away"] == "118 m at 61 km/h: 6.9 s"
    assert told["Needed"] == "2 s to decide, 1 s to spare, 4 s for what is to stop it"


def test_the_delay_that_the_actuator_tells_goes_before_the_plans() -> None:
    judge = a_judge(BOLLARD)
    judge.second(Facts(actuators={"bollard-1": ActuatorFact(delay_s=8.0)}), Field().tracks, START)

    assert judge.need_s == 10.0
    (condition,) = drive(Field(), judge, 99.0, 10.0)

    assert lines(condition)["Needed"].endswith("8 s for Bollard")


def test_what_must_be_stopped_on_the_way_must_be_warned_of_before_it_is_there() -> None:
    plain, barred = a_judge(BOLLARD), a_judge(BOLLARD, STREET)

    assert drive(Field(), plain, 70.0, 10.0) == []
    (condition,) = drive(Field(), barred, 70.0, 10.0)

    assert lines(condition)["Away"].startswith("48 m")


def test_who_is_slow_or_impossibly_fast_or_turns_away_or_walks_is_no_approach() -> None:
    field, judge = Field(), a_judge()

    assert drive(field, judge, 10.0, 4.0, 1) == []
    assert drive(field, judge, 10.0, SPEED_MAX_MPS + 1.0, 2) == []
    assert drive(field, judge, 10.0, -10.0, 3) == []
    assert drive(field, judge, 10.0, 10.0, 4, label=Label.PERSON) == []
    assert field.scanned(judge, field.put(5, (5.0, 30.0), (10.0, 0.0), label=Label.VEHICLE)) == []
    assert judge.next_wake_us is None


def test_a_heading_that_is_not_well_known_may_be_one_for_the_zone() -> None:
    field, judge = Field(), a_judge()
    past = ((-40.0, 15.0), (10.0, 0.0))

    sure = field.scanned(judge, field.put(1, *past, label=Label.VEHICLE, sigma_mps=0.1))
    unsure = field.scanned(judge, field.put(2, *past, label=Label.VEHICLE, sigma_mps=1.0))

    assert sure == []
    assert [one.tracks for one in unsure] == [(2,)]


def test_without_people_in_the_zone_there_is_nobody_to_warn_for() -> None:
    field, judge = Field(), a_judge(persons_min=5)
    assert judge.second(people(2.0, 1.0), field.tracks, START) == []
    assert drive(field, judge, 40.0, 10.0) == []

    judge.second(people(3.0, 2.0), field.tracks, START)  # There may be five.
    (condition,) = drive(field, judge, 40.0, 10.0)

    assert lines(condition)["People there"] == "up to 5 people"


def test_people_who_are_seen_count_where_no_crowd_is_told_of() -> None:
    field, judge = Field(), a_judge(persons_min=1)
    field.put(9, (5.0, 5.0))
    judge.second(Facts(), field.tracks, START)

    assert [one.active for one in drive(field, judge, 40.0, 10.0)] == [True]


def test_a_hub_that_has_not_looked_yet_takes_the_zone_for_full() -> None:
    (condition,) = drive(Field(), a_judge(persons_min=100), 40.0, 10.0)

    assert lines(condition)["People there"] == "nobody has looked"


def test_it_is_over_only_when_it_is_clearly_slower_or_turned_away_for_a_while() -> None:
    field, judge = Field(), a_judge(clear_after_s=2.0)
    drive(field, judge, 40.0, 8.0)
    drive(field, judge, 40.0, 6.0)
    assert all(one.active for one in field.passes(judge, 5.0))

    drive(field, judge, 40.0, 2.0)
    (cleared,) = field.passes(judge, 5.0)

    assert not cleared.active
    assert judge.active() == []
    assert judge.next_wake_us is None


def test_two_who_approach_are_one_condition_and_the_first_to_be_there_is_told_of() -> None:
    field, judge = Field(), a_judge()
    drive(field, judge, 50.0, 10.0, 1)
    field.now_us += 2_000_000

    (condition,) = drive(field, judge, 40.0, 20.0, 2)

    assert condition.key == "ram"
    assert condition.summary == "2 vehicles head for Square at 70 km/h"
    assert condition.tracks == (1, 2)


def test_what_vanishes_is_over_after_a_while() -> None:
    field, judge = Field(), a_judge()
    drive(field, judge, 40.0, 10.0)
    field.lose(1)

    assert [one.active for one in field.passes(judge, 8.0)] == [False]


def test_what_turns_out_simulated_is_another_condition() -> None:
    field, judge = Field(), a_judge()
    drive(field, judge, 40.0, 10.0)

    found = drive(field, judge, 39.0, 10.0, simulated=True)

    assert {(one.key, one.active) for one in found} == {("ram", False), ("ram/simulated", True)}


def test_out_of_hours_nothing_approaches() -> None:
    field, judge = Field(), a_judge(hours=Hours(start="00:00", end="00:01"))
    assert drive(field, judge, 40.0, 10.0)[0].active

    found = field.passes(judge, 70.0)

    assert [one.active for one in found] == [False]
    assert drive(field, judge, 40.0, 10.0) == []


def test_a_posture_may_warn_earlier_and_the_ground_where_it_listens_holds_what_it_judges() -> None:
    judge = a_judge()
    assert drive(Field(), judge, 80.0, 10.0) == []

    judge.adjust(a_rule(decide_s=10.0, speed_min_mps=1.0))

    assert drive(Field(), judge, 80.0, 10.0)[0].active
    assert judge.reach is not None
    assert judge.reach.slow[0] < -80.0
    assert judge.reach.fast[0] < -14.0 * SPEED_MAX_MPS


@settings(max_examples=60, deadline=None)
@given(
    st.floats(5.0, SPEED_MAX_MPS), st.floats(0.0, 20.0), st.floats(0.0, 20.0), st.floats(0.5, 0.99)
)
def test_whatever_is_nearer_than_it_takes_to_stop_it_is_warned_of(
    speed_mps: float, decide_s: float, delay_s: float, part: float
) -> None:
    judge = a_judge(decide_s=decide_s, delay_s=delay_s)

    found = drive(
        Field(), judge, part * warning_distance_m(speed_mps, decide_s, delay_s), speed_mps
    )

    assert [one.active for one in found] == [True]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 3), st.floats(0.0, 90.0), st.floats(-9.0, 9.0)), max_size=20)
)
def test_raising_and_clearing_alternate(steps: list[tuple[int, float, float]]) -> None:
    field, judge = Field(), a_judge(speed_min_mps=2.0)
    found: list[Condition] = []
    for number, away_m, speed_mps in steps:
        found += drive(field, judge, away_m, speed_mps, number)
        found += field.passes(judge, 1.0)
    field.lose(*np.unique(field.tracks.number).tolist())
    found += field.passes(judge, 10.0)

    assert alternates(found)
