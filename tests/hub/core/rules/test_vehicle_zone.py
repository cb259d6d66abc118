from hypothesis import given, settings
from hypothesis import strategies as st
from zone_field import CAUSE, SQUARE, Field, Place, alternates, lines, seen_by

from hub.core.fusion.lifecycle import TENTATIVE
from hub.core.rules.condition import Condition
from hub.core.rules.vehicle_zone import VehicleZoneJudge
from hub.core.site import Hours, VehicleZoneRule
from wire.labels import Label

INSIDE, OUTSIDE = (5.0, 5.0), (50.0, 50.0)


def a_rule(**changes: object) -> VehicleZoneRule:
    plain = {"id": "cars", "zone": "square", "stay_min_s": 0.5, "clear_after_s": 3.0}
    return VehicleZoneRule(**{**plain, **changes})  # type: ignore[arg-type]


def a_judge(**changes: object) -> VehicleZoneJudge:
    return VehicleZoneJudge(a_rule(**changes), SQUARE, seen_by)


def test_a_vehicle_that_stays_is_a_condition_and_a_person_is_none() -> None:
    field, judge = Field(), a_judge()
    car = field.put(1, INSIDE, label=Label.VEHICLE)
    person = field.put(2, INSIDE)

    assert field.scanned(judge, [*car, *person]) == []
    (condition,) = field.passes(judge, 0.6)

    assert condition.active
    assert (condition.key, condition.rule_kind) == ("cars", "vehicle_zone")
    assert condition.summary == "Vehicle in Square"
    assert condition.tracks == (1,)
    assert condition.cause == CAUSE
    assert [one.key for one in judge.active()] == ["cars"]


def test_a_tentative_vehicle_or_one_outside_is_none() -> None:
    field, judge = Field(), a_judge()
    ghost = field.put(1, INSIDE, label=Label.VEHICLE, state=TENTATIVE)
    far = field.put(2, OUTSIDE, label=Label.VEHICLE)

    assert field.scanned(judge, [*ghost, *far]) == []
    assert judge.next_wake_us is None
    assert field.passes(judge, 2.0) == []


def test_it_clears_when_it_was_outside_or_out_of_sight_for_a_while() -> None:
    for is_lost in (False, True):
        field, judge = Field(), a_judge(stay_min_s=0.0)
        (condition,) = field.scanned(judge, field.put(1, INSIDE, label=Label.VEHICLE))
        assert condition.active
        if is_lost:
            field.lose(1)
        else:
            field.scanned(judge, field.put(1, OUTSIDE, label=Label.VEHICLE))

        (cleared,) = field.passes(judge, 5.0)

        assert not cleared.active
        assert judge.next_wake_us is None


def test_only_what_is_too_fast_counts_and_until_it_is_clearly_slower() -> None:
    field, judge = Field(), a_judge(speed_min_mps=5.0, stay_min_s=0.0, clear_after_s=1.0)
    assert field.scanned(judge, field.put(1, INSIDE, (4.5, 0.0), label=Label.VEHICLE)) == []
    (fast,) = field.scanned(judge, field.put(1, INSIDE, (5.6, 0.0), label=Label.VEHICLE))
    field.scanned(judge, field.put(1, INSIDE, (4.5, 0.0), label=Label.VEHICLE))
    assert field.passes(judge, 3.0) == []

    field.scanned(judge, field.put(1, INSIDE, (3.0, 0.0), label=Label.VEHICLE))
    (cleared,) = field.passes(judge, 3.0)

    assert fast.summary == "Vehicle in Square at 20 km/h"
    assert lines(fast)["Fastest"] == "20 km/h"
    assert not cleared.active


def test_real_and_simulated_vehicles_never_share_a_condition() -> None:
    field, judge = Field(), a_judge(stay_min_s=0.0)
    real = field.put(1, INSIDE, label=Label.VEHICLE)
    played = field.put(2, INSIDE, label=Label.VEHICLE, simulated=True)

    found = field.scanned(judge, [*real, *played])

    assert [(one.key, one.tracks) for one in found] == [("cars", (1,)), ("cars/simulated", (2,))]


def test_out_of_hours_it_does_not_judge_and_what_it_found_clears() -> None:
    field, judge = Field(), a_judge(stay_min_s=0.0, hours=Hours(start="00:00", end="00:01"))
    car = field.put(1, INSIDE, label=Label.VEHICLE)
    assert field.scanned(judge, car)[0].active

    found = field.passes(judge, 70.0)

    assert [one.active for one in found] == [False]
    assert field.scanned(judge, car) == []


def test_a_posture_may_forbid_slow_vehicles_too() -> None:
    field, judge = Field(), a_judge(speed_min_mps=5.0, stay_min_s=0.0)
    assert field.scanned(judge, field.put(1, INSIDE, label=Label.VEHICLE)) == []

    judge.adjust(a_rule(stay_min_s=0.0))

    assert field.scanned(judge, field.put(1, INSIDE, label=Label.VEHICLE))[0].active


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.sampled_from([INSIDE, OUTSIDE]), st.floats(0.1, 4.0)),
        max_size=20,
    )
)
def test_raising_and_clearing_alternate(steps: list[tuple[int, Place, float]]) -> None:
    field, judge = Field(), a_judge()
    found: list[Condition] = []
    for number, place, wait_s in steps:
        found += field.scanned(judge, field.put(number, place, label=Label.VEHICLE))
        found += field.passes(judge, wait_s)
    for number in (1, 2, 3):
        found += field.scanned(judge, field.put(number, OUTSIDE, label=Label.VEHICLE))
    found += field.passes(judge, 10.0)

    assert alternates(found)
