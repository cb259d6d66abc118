import numpy as np
import pytest
from wrong_sensors import BEGIN_US, a_measured_scan

from hub.core.fusion.sensor_errors import CLOCK, EAST, ERROR_COUNT, YAW, Station
from hub.core.fusion.stepping import Step, is_step, step_along
from hub.core.fusion.tracker import Tracker
from hub.core.geometry import Floats
from wire.quantities import SECOND_US

HERE = Station(place=(0.0, 0.0))


def a_change(**parts: float) -> Floats:
    places = {"east": EAST, "yaw": YAW, "clock": CLOCK}
    change = np.zeros(ERROR_COUNT)
    for name, value in parts.items():
        change[places[name]] = value
    return change


def tracked(*sensors: str) -> Tracker:
    """Return a tracker that followed somebody at (20, 30) by these sensors, in turn."""
    tracker = Tracker()
    for step in range(20):
        for index, sensor in enumerate(sensors):
            at_us = BEGIN_US + step * SECOND_US // 10 + index * 10_000
            tracker.update(a_measured_scan(sensor, np.array([[20.0, 30.0]]), at_us), at_us)
    return tracker


def place(tracker: Tracker) -> tuple[float, float]:
    assert len(tracker.tracks) == 1
    return float(tracker.tracks.east[0]), float(tracker.tracks.north[0])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (a_change(east=0.2), False),
        (a_change(east=0.3), True),
        (a_change(yaw=0.005), False),
        (a_change(yaw=0.01), True),
        (a_change(clock=0.2), False),
        (a_change(clock=0.4), True),
    ],
)
def test_a_change_that_tracks_cannot_follow_is_a_step(change: Floats, *, expected: bool) -> None:
    assert is_step(HERE, change) is expected
    assert is_step(Station(), a_change(yaw=1.0)) is False


def test_a_track_of_one_sensor_steps_all_the_way() -> None:
    tracker = tracked("one")

    step_along(tracker, [Step(sensor="one", station=HERE, change=a_change(east=1.0))], BEGIN_US)

    assert place(tracker) == pytest.approx((19.0, 30.0), abs=0.05)


def test_a_track_of_two_sensors_steps_half_the_way() -> None:
    tracker = tracked("one", "two")

    step_along(tracker, [Step(sensor="one", station=HERE, change=a_change(yaw=0.02))], BEGIN_US)

    assert place(tracker) == pytest.approx((19.7, 30.2), abs=0.05)


def test_a_track_of_others_stays_and_is_found_where_it_is() -> None:
    tracker = tracked("two")
    tracker.index_of("one")

    step_along(tracker, [Step(sensor="one", station=HERE, change=a_change(east=1.0))], BEGIN_US)

    assert place(tracker) == pytest.approx((20.0, 30.0), abs=0.05)


def test_what_stepped_far_is_still_measured() -> None:
    tracker = tracked("one")
    later_us = BEGIN_US + 2 * SECOND_US

    step_along(tracker, [Step(sensor="one", station=HERE, change=a_change(east=9.0))], later_us)
    tracker.update(a_measured_scan("one", np.array([[11.0, 30.0]]), later_us), later_us)

    assert place(tracker) == pytest.approx((11.0, 30.0), abs=0.3)
