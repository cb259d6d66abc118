import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.core.plan import Lane
from simulators.core.vehicles import (
    ACCELERATION_MPS2,
    BRAKING_MPS2,
    LENGTH_M,
    REVERSE_MPS,
    VEHICLES_MAX,
    Course,
    Traffic,
    Vehicle,
)

STEP_S = 0.1
NOBODY = np.zeros((0, 2))
STRAIGHT = ((0.0, 0.0), (100.0, 0.0))
BEND = ((0.0, 0.0), (40.0, 0.0), (40.0, 40.0))


def drive(
    vehicle: Vehicle,
    seconds: float,
    people: np.ndarray = NOBODY,
    raised: dict[str, tuple[float, float]] | None = None,
) -> list[float]:
    speeds = [vehicle.speed_mps]
    for _ in range(round(seconds / STEP_S)):
        vehicle.step(STEP_S, people, raised or {})
        speeds.append(vehicle.speed_mps)
    return speeds


@settings(deadline=None, max_examples=30)
@given(
    st.lists(
        st.tuples(st.floats(-50, 50), st.floats(-50, 50)), min_size=2, max_size=6, unique=True
    ),
    st.floats(1.0, 20.0),
)
def test_no_vehicle_accelerates_or_brakes_harder_than_it_can(
    path: list[tuple[float, float]], speed_mps: float
) -> None:
    vehicle = Vehicle(Course(path), speed_mps)

    speeds = drive(vehicle, 20.0)

    for before, after in itertools.pairwise(speeds):
        assert after - before <= ACCELERATION_MPS2 * STEP_S + 1e-9
        assert before - after <= BRAKING_MPS2 * STEP_S + 1e-9
        assert 0.0 <= after <= speed_mps + 1e-9
    assert all(math.isfinite(value) for value in vehicle.course.at(vehicle.along_m))


def test_a_vehicle_stops_where_its_driver_means_to() -> None:
    vehicle = Vehicle(Course(STRAIGHT), 10.0)
    vehicle.stop_at_m = 50.0

    drive(vehicle, 20.0)

    assert vehicle.stands
    assert vehicle.along_m == pytest.approx(50.0, abs=0.5)


def test_a_vehicle_stops_before_raised_bollards_and_passes_lowered_ones() -> None:
    stopped, passing = Vehicle(Course(STRAIGHT), 10.0), Vehicle(Course(STRAIGHT), 10.0)

    drive(stopped, 20.0, raised={"bollards": (60.0, 1.0)})
    drive(passing, 20.0)

    assert stopped.along_m + LENGTH_M / 2 < 60.0
    assert stopped.blocked_by({"bollards": (60.0, 1.0)})
    assert not stopped.blocked_by({})
    assert passing.at_end


def test_bollards_beside_another_street_stop_nobody() -> None:
    vehicle = Vehicle(Course(STRAIGHT), 10.0)

    drive(vehicle, 20.0, raised={"bollards": (60.0, 30.0)})

    assert vehicle.at_end


def test_a_vehicle_never_reaches_a_person_in_its_way() -> None:
    vehicle = Vehicle(Course(STRAIGHT), 12.0)

    drive(vehicle, 20.0, people=np.array([[70.0, 0.5], [90.0, 20.0]]))

    assert vehicle.stands
    assert vehicle.along_m + LENGTH_M / 2 < 70.0 - 3.0


def test_who_passes_by_on_the_road_does_not_look_for_people() -> None:
    vehicle = Vehicle(Course(STRAIGHT), 12.0)
    vehicle.minds_people = False

    drive(vehicle, 20.0, people=np.array([[70.0, 0.5]]))

    assert vehicle.at_end


def test_bends_are_driven_slowly() -> None:
    vehicle = Vehicle(Course(BEND), 15.0)
    slowest = math.inf

    for _ in range(200):
        vehicle.step(STEP_S, NOBODY, {})
        if 30.0 < vehicle.along_m < 45.0:
            slowest = min(slowest, vehicle.speed_mps)

    assert slowest < 8.0


def test_a_vehicle_backs_out_slowly_to_where_it_came_from() -> None:
    vehicle = Vehicle(Course(STRAIGHT), 10.0)
    drive(vehicle, 5.0)
    vehicle.speed_mps, vehicle.wanted_mps = 0.0, -10.0

    speeds = drive(vehicle, 30.0)

    assert vehicle.along_m == 0.0
    assert min(speeds) >= -REVERSE_MPS - 1e-9


def test_a_vehicle_that_backs_out_stops_before_raised_bollards() -> None:
    vehicle = Vehicle(Course(STRAIGHT), 10.0)
    vehicle.along_m = 80.0
    vehicle.wanted_mps = -10.0

    drive(vehicle, 60.0, raised={"bollards": (40.0, 0.0)})

    assert vehicle.along_m - LENGTH_M / 2 > 40.0


def test_a_vehicle_knows_what_it_stands_on() -> None:
    vehicle = Vehicle(Course(STRAIGHT), 10.0)
    vehicle.along_m = 50.0

    assert vehicle.over((51.0, 0.5))
    assert not vehicle.over((60.0, 0.0))


def a_traffic(lanes: int = 1) -> Traffic:
    plans = [
        Lane(id=f"lane-{n}", path=STRAIGHT, speed_mps=10.0, interval_s=(2.0, 4.0))
        for n in range(lanes)
    ]
    return Traffic(plans, np.random.default_rng(1))


def test_vehicles_pass_by_and_are_gone() -> None:
    traffic = a_traffic()
    counts = set()

    for step in range(600):
        traffic.step(STEP_S, step * STEP_S, NOBODY, {})
        counts.add(len(traffic.vehicles))

    assert max(counts) >= 2
    assert traffic.positions().shape == (len(traffic.vehicles), 2)


def test_while_the_story_holds_the_road_it_clears() -> None:
    traffic = a_traffic()
    for step in range(100):
        traffic.step(STEP_S, step * STEP_S, NOBODY, {})
    busy = not traffic.is_clear

    traffic.is_held = True
    for step in range(100, 300):
        traffic.step(STEP_S, step * STEP_S, NOBODY, {})

    assert busy
    assert traffic.is_clear


def test_there_is_a_bound_to_traffic() -> None:
    traffic = a_traffic(0)
    course = Course(STRAIGHT)

    added = [traffic.add(Vehicle(course, 5.0)) for _ in range(VEHICLES_MAX + 1)]

    assert added == [True] * VEHICLES_MAX + [False]
    traffic.remove(traffic.vehicles[0])
    assert traffic.add(Vehicle(course, 5.0))
