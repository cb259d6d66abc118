from collections.abc import Callable

import numpy as np
import pytest
from wrong_sensors import BEGIN_US, Walkers, WrongSensor, residuals_of

from hub.core.fusion.common_ground import CommonGround, Met
from hub.core.fusion.neighbours import Sighting
from hub.core.fusion.sensor_errors import EAST, ERROR_COUNT, Station, prior_sigma
from wire.quantities import SECOND_US

BY_HAND = prior_sigma(surveyed=False, clock_sigma_us=0)


def a_ground(*sensors: WrongSensor) -> CommonGround:
    ground = CommonGround()
    for sensor in sensors:
        index = ground.add(BY_HAND)
        ground.stand(index, Station(place=sensor.place))
    return ground


def live(
    ground: CommonGround,
    sensors: tuple[WrongSensor, ...],
    walkers: Walkers,
    span_s: tuple[float, float],
    until: Callable[[Met], bool] = lambda _: False,
) -> list[Met]:
    """Let sensors look ten times a second, in turn; return what came of it."""
    found = []
    for step in range(round(span_s[0] * 10), round(span_s[1] * 10)):
        for index, sensor in enumerate(sensors):
            time_s = step / 10.0 + 0.01 * index
            seen = residuals_of(*walkers.seen_by(sensor, time_s))
            if not len(seen.number):
                continue
            now_us = BEGIN_US + round(time_s * SECOND_US)
            met = ground.look(index, Sighting(seen=seen, applied=np.zeros(ERROR_COUNT)), now_us)
            if met is not None:
                found.append(met)
                if until(met):
                    return found
    return found


def two() -> tuple[WrongSensor, WrongSensor]:
    return WrongSensor(name="one", east_m=1.0), WrongSensor(name="two", east_m=-1.0)


def test_two_sensors_over_common_ground_come_to_agree() -> None:
    sensors = two()
    ground = a_ground(*sensors)

    met = live(ground, sensors, Walkers(30), (0.0, 5.0))

    assert ground.is_known(0)
    assert ground.is_known(1)
    assert ground.fits(0)
    assert sum(one.matched for one in met) > 100
    assert ground.errors.errors(0)[EAST] == pytest.approx(1.0, abs=0.1)


def test_a_single_person_is_enough_in_time_and_tells_nothing_of_a_move() -> None:
    sensors = two()
    ground = a_ground(*sensors)
    walkers = Walkers(1)

    live(ground, sensors, walkers, (0.0, 15.0))
    assert ground.is_known(0)
    sensors[0].north_m = 5.0
    met = live(ground, sensors, walkers, (15.0, 20.0))

    assert not any(one.apart for one in met)


def test_sensors_that_see_different_people_search_in_vain_and_learn_nothing() -> None:
    sensors = two()
    ground = a_ground(*sensors)
    met = []
    for step in range(100):
        for index, sensor in enumerate(sensors):
            time_s = step / 10.0
            seen = residuals_of(*Walkers(250, seed=index).seen_by(sensor, time_s))
            sighting = Sighting(seen=seen, applied=np.zeros(ERROR_COUNT))
            met.append(ground.look(index, sighting, BEGIN_US + round(time_s * SECOND_US)))

    assert any(one.in_vain for one in met if one is not None)
    assert not ground.is_known(0)
    assert ground.fits(0) is None
    assert not ground.errors.mean.any()


def test_a_sensor_that_is_moved_comes_apart_from_its_neighbour_within_seconds() -> None:
    sensors = two()
    ground = a_ground(*sensors)
    walkers = Walkers(30)
    live(ground, sensors, walkers, (0.0, 10.0))
    sensors[0].north_m = 14.0  # Out of reach of everybody's like.

    met = live(ground, sensors, walkers, (10.0, 16.0), until=lambda one: one.apart)

    assert met[-1].apart
    assert not ground.is_known(0)


def test_a_third_sensor_that_both_know_needs_no_search() -> None:
    sensors = (*two(), WrongSensor(name="three", north_m=1.0, sigma_m=0.5))
    ground = a_ground(*sensors)

    live(ground, sensors, Walkers(60), (0.0, 8.0))

    assert all(ground.is_known(index) for index in range(3))
    gap = ground.errors.errors(0)[EAST] - ground.errors.errors(2)[EAST]
    assert gap == pytest.approx(1.0, abs=0.1)


def test_what_was_parted_is_searched_anew() -> None:
    sensors = two()
    ground = a_ground(*sensors)
    walkers = Walkers(30)
    live(ground, sensors, walkers, (0.0, 5.0))

    ground.part(0)

    assert not ground.is_known(1)
    live(ground, sensors, walkers, (5.0, 10.0))
    assert ground.is_known(1)


def test_scans_that_are_seconds_apart_are_never_compared() -> None:
    sensors = (WrongSensor(name="one"), WrongSensor(name="two", clock_s=3.0))
    ground = a_ground(*sensors)

    assert live(ground, sensors, Walkers(10), (0.0, 3.0)) == []


def test_the_same_scans_teach_the_same_to_the_last_bit() -> None:
    grounds = []
    for _ in range(2):
        sensors = two()
        ground = a_ground(*sensors)
        live(ground, sensors, Walkers(30), (0.0, 4.0))
        grounds.append(ground)

    assert grounds[0].errors.mean.tobytes() == grounds[1].errors.mean.tobytes()
    assert grounds[0].errors.covariance.tobytes() == grounds[1].errors.covariance.tobytes()
