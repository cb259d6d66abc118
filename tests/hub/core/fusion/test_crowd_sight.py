import numpy as np
import pytest

from hub.core.fusion.crowd_sight import TRACKED_MAX, Unwatched, tracked
from hub.core.fusion.crowd_zone import Zone, Zones
from hub.core.geometry import Floats
from hub.core.site import Area


class Half:
    """A sensor that finds somebody east of a line, as often as it is said."""

    def __init__(self, east_m: float, found: float = 1.0) -> None:
        self.east_m, self.found, self.calls = east_m, found, 0

    def at(self, points: Floats) -> Floats:
        self.calls += 1
        return np.where(points[:, 0] > self.east_m, self.found, 0.0)


def an_unwatched(*zones: tuple[float, float]) -> Unwatched:
    """Return the ground of zones ten metres high, from west to east."""
    areas = [
        Area(
            id=f"z-{place}",
            name="Zone",
            purpose="public",
            polygon=((west, 0.0), (east, 0.0), (east, 10.0), (west, 10.0)),
        )
        for place, (west, east) in enumerate(zones)
    ]
    return Unwatched(Zones([Zone(area) for area in areas]))


def test_who_is_found_at_every_second_look_has_a_track_nearly_always() -> None:
    points = np.array([[1.0, 0.0], [-1.0, 0.0]])

    found = tracked(points, {"one": Half(0.0, 0.5)})

    assert found.tolist() == [pytest.approx(TRACKED_MAX * 0.875), 0.0]
    assert tracked(points, None).tolist() == [TRACKED_MAX, TRACKED_MAX]


def test_two_sensors_miss_fewer_than_one() -> None:
    found = tracked(np.array([[1.0, 0.0]]), {"one": Half(0.0, 0.5), "other": Half(0.0, 0.5)})

    assert found.tolist() == [pytest.approx(TRACKED_MAX * (1.0 - 0.25**3))]


def test_at_first_nobody_watches() -> None:
    assert an_unwatched((0.0, 10.0), (0.0, 20.0)).area_m2.tolist() == [100.0, 200.0]


def test_what_lies_beyond_a_sensor_is_unwatched_in_each_zone_by_itself() -> None:
    unwatched = an_unwatched((0.0, 10.0), (0.0, 20.0), (10.0, 20.0))

    unwatched.look({"one": Half(10.0)})

    assert unwatched.area_m2.tolist() == [100.0, 100.0, 0.0]
    unwatched.look(None)
    assert unwatched.area_m2.tolist() == [0.0, 0.0, 0.0]


def test_a_sensor_is_asked_again_only_when_its_sight_is_another() -> None:
    unwatched, one, other = an_unwatched((0.0, 10.0)), Half(5.0), Half(8.0)
    unwatched.look({"one": one, "other": other})
    unwatched.look({"one": one, "other": other})

    better = Half(2.0)
    unwatched.look({"one": better, "other": other})

    assert (one.calls, other.calls, better.calls) == (1, 1, 1)
    assert unwatched.area_m2.tolist() == [pytest.approx(20.0)]


def test_a_sensor_that_no_longer_watches_counts_no_more() -> None:
    unwatched = an_unwatched((0.0, 10.0))
    unwatched.look({"one": Half(0.0)})

    unwatched.look({})

    assert unwatched.area_m2.tolist() == [100.0]
