import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hub.core.fusion.crossing import Crossings
from hub.core.fusion.lifecycle import CONFIRMED
from hub.core.fusion.measurement import Measurements
from hub.core.fusion.tracker import Tracker
from hub.core.geometry import Floats

Place = tuple[float, float]

START_US = 1_700_000_000_000_000
WEST, EAST, SOUTH = (0.0, 0.0), (60.0, 0.0), (30.0, -40.0)


def bearing(origin: Place, place: Place) -> float:
    return float(np.degrees(np.arctan2(place[0] - origin[0], place[1] - origin[1])) % 360.0)


def bearings(origin: Place, *places: Place) -> Floats:
    return np.array([bearing(origin, place) for place in places])


def crossed(
    crossings: Crossings, sensor: int, origin: Place, *places: Place, at_us: int = START_US
) -> tuple[Floats, Floats]:
    angles = bearings(origin, *places)
    return crossings.cross(sensor, at_us, origin, angles, np.full(len(angles), 1.0))


def test_two_directions_of_one_thing_tell_where_it_is() -> None:
    crossings = Crossings(5.0)
    crossed(crossings, 0, WEST, (30.0, 30.0))

    places, covariances = crossed(crossings, 1, EAST, (30.0, 30.0))

    np.testing.assert_allclose(places, [[30.0, 30.0]], atol=1e-9)
    # A degree at 42 m is 0.74 m across each of two directions at right angles.
    np.testing.assert_allclose(covariances[0], np.eye(2) * 0.548, atol=0.01)


def test_one_sensor_never_crosses_itself() -> None:
    crossings = Crossings(5.0)
    crossed(crossings, 0, WEST, (30.0, 30.0))

    places, _ = crossed(crossings, 0, EAST, (30.0, 30.0))

    assert len(places) == 0


def test_of_two_things_and_two_sensors_nothing_is_said_for_two_crossings_are_ghosts() -> None:
    crossings = Crossings(5.0)
    crossed(crossings, 0, WEST, (28.0, 30.0), (32.0, 30.0))

    places, _ = crossed(crossings, 1, EAST, (28.0, 30.0), (32.0, 30.0))

    assert len(places) == 0


def test_directions_nearly_along_each_other_tell_no_range() -> None:
    crossings = Crossings(5.0)
    crossed(crossings, 0, WEST, (30.0, 200.0))

    places, _ = crossed(crossings, 1, EAST, (30.0, 200.0))

    assert len(places) == 0


def test_directions_that_part_do_not_cross_behind_their_sensors() -> None:
    crossings = Crossings(5.0)
    crossings.cross(0, START_US, WEST, np.array([315.0]), np.array([1.0]))

    places, _ = crossings.cross(1, START_US, EAST, np.array([45.0]), np.array([1.0]))

    assert len(places) == 0


def test_a_direction_is_used_once() -> None:
    crossings = Crossings(5.0)
    crossed(crossings, 0, WEST, (30.0, 30.0))
    crossed(crossings, 1, EAST, (30.0, 30.0))

    places, _ = crossed(crossings, 2, SOUTH, (30.0, 30.0))

    assert len(places) == 0


def test_a_direction_of_a_second_ago_is_of_another_place() -> None:
    crossings = Crossings(5.0)
    crossed(crossings, 0, WEST, (30.0, 30.0))

    places, _ = crossed(crossings, 1, EAST, (30.0, 30.0), at_us=START_US + 1_000_000)

    assert len(places) == 0


def test_what_is_placed_worse_than_a_track_may_begin_is_no_crossing() -> None:
    crossings = Crossings(0.5)
    crossed(crossings, 0, WEST, (30.0, 30.0))

    places, _ = crossed(crossings, 1, EAST, (30.0, 30.0))

    assert len(places) == 0


angles = arrays(np.float64, st.integers(0, 12), elements=st.floats(0.0, 360.0))


@given(angles, angles, st.floats(1e-3, 180.0))
def test_the_order_of_directions_changes_nothing_and_covariances_are_positive_definite(
    first: Floats, second: Floats, sigma_deg: float
) -> None:
    turned = np.random.default_rng(len(first)).permutation(len(first))
    found = []
    for one in (first, first[turned]):
        crossings = Crossings(5.0)
        crossings.cross(0, START_US, WEST, one, np.full(len(one), sigma_deg))
        found.append(crossings.cross(1, START_US, EAST, second, np.full(len(second), sigma_deg)))

    for one, other in zip(*found, strict=True):
        np.testing.assert_array_equal(one, other)
    places, covariances = found[0]
    assert np.isfinite(places).all()
    assert (np.linalg.eigvalsh(covariances) > 0.0).all()


def pointing(sensor: str, origin: Place, place: Place, at_us: int) -> Measurements:
    nothing = np.empty(0)
    return Measurements(
        sensor=sensor,
        observed_us=at_us,
        mean=np.empty((0, 2)),
        covariance=np.empty((0, 2, 2)),
        label=nothing.astype(np.uint8),
        confidence=nothing,
        object_id=(),
        has_doppler=nothing.astype(np.bool_),
        doppler_mps=nothing,
        doppler_sigma_mps=nothing,
        origin=origin,
        bearing_deg=bearings(origin, place),
        bearing_sigma_deg=np.array([1.0]),
    )


def test_two_sensors_that_tell_only_directions_make_a_track_of_who_walks_alone() -> None:
    tracker = Tracker()
    for step in range(30):
        place = (25.0 + 0.1 * step, 30.0)
        at_us = START_US + step * 100_000
        tracker.update(pointing("west", WEST, place, at_us), at_us)
        tracker.update(pointing("east", EAST, place, at_us + 10_000), at_us + 10_000)
        tracker.wake(at_us + 20_000)

    (row,) = np.flatnonzero(tracker.tracks.state == CONFIRMED)
    assert np.hypot(tracker.tracks.east[row] - 27.9, tracker.tracks.north[row] - 30.0) < 1.0
    assert set(tracker.sensors_of(int(tracker.tracks.number[row]))) == {"west", "east"}
