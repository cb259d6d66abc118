import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from wrong_sensors import BEGIN_US, a_measured_scan

from hub.core.fusion.sensor_errors import (
    CLOCK,
    EAST,
    ERROR_COUNT,
    NORTH,
    PITCH,
    YAW,
    Station,
    influence,
    prior_sigma,
    righted,
    righted_scan,
)
from hub.core.geometry import Floats

MAST = Station(place=(10.0, 20.0), height_m=6.0)
PLACES = np.array([[40.0, 20.0], [10.0, 60.0], [-20.0, -10.0]])
STILL = np.zeros((3, 2))


def errors_of(**parts: float) -> Floats:
    places = {"east": EAST, "north": NORTH, "yaw": YAW, "pitch": PITCH, "clock": CLOCK}
    errors = np.zeros(ERROR_COUNT)
    for name, value in parts.items():
        errors[places[name]] = value
    return errors


def test_a_displaced_sensor_displaces_everything_alike() -> None:
    assert righted(PLACES, MAST, errors_of(east=1.0, north=-2.0)) == pytest.approx(
        PLACES - (1.0, -2.0)
    )


def test_a_sensor_turned_clockwise_sees_what_is_east_of_it_too_far_south() -> None:
    seen = np.array([[40.0, 20.0 - 30.0 * np.tan(0.01)]])

    right = righted(seen, MAST, errors_of(yaw=0.01))

    assert right == pytest.approx(np.array([[40.0, 20.0]]), abs=0.01)


def test_a_camera_that_looks_too_high_sees_everything_too_far_away() -> None:
    right = righted(PLACES[:1], MAST, errors_of(pitch=0.01))

    # 30 m away from 6 m up: (6^2 + 30^2) / 6 = 156 m a radian.
    assert right[0, 0] == pytest.approx(40.0 - 1.56, abs=0.1)
    assert right[0, 1] == pytest.approx(20.0)


def test_a_tilt_means_nothing_without_a_height() -> None:
    level = Station(place=(10.0, 20.0))

    assert not level.tilts
    assert righted(PLACES, level, errors_of(pitch=0.1)) == pytest.approx(PLACES)
    assert not influence(level, PLACES, STILL)[:, :, PITCH].any()


def test_a_sensor_that_has_not_said_where_it_stands_can_only_be_displaced() -> None:
    nowhere = Station()

    right = righted(PLACES, nowhere, errors_of(east=1.0, yaw=0.2))

    assert right == pytest.approx(PLACES - (1.0, 0.0))
    assert not influence(nowhere, PLACES, STILL)[:, :, [YAW, PITCH]].any()


@pytest.mark.parametrize("one", [EAST, NORTH, YAW, PITCH])
def test_influence_is_how_righting_changes_with_each_error(one: int) -> None:
    step = np.zeros(ERROR_COUNT)
    step[one] = 1e-5

    change = (PLACES - righted(PLACES, MAST, step)) / 1e-5

    assert influence(MAST, PLACES, STILL)[:, :, one] == pytest.approx(change, rel=1e-3, abs=1e-2)


def test_what_a_clock_that_is_ahead_sees_lies_behind_where_it_is_then() -> None:
    shift = influence(MAST, PLACES, np.full((3, 2), 2.0))

    assert (shift[:, :, CLOCK] == -2.0).all()


def test_far_away_a_turn_counts_no_more_than_at_three_hundred_metres() -> None:
    shift = influence(MAST, np.array([[9_010.0, 20.0]]), STILL[:1])

    assert abs(shift[0, :, YAW]).max() == pytest.approx(300.0)


def test_a_place_below_the_camera_and_one_at_the_horizon_stay_where_they_are() -> None:
    places = np.array([[10.0, 20.0], [9_000.0, 20.0]])

    assert righted(places, MAST, errors_of(pitch=0.01)) == pytest.approx(places)


def test_a_scan_is_righted_in_place_time_and_direction() -> None:
    seen = a_measured_scan("eye", PLACES, BEGIN_US)
    seen = replace(seen, origin=(10.0, 20.0), bearing_deg=np.array([0.5]))

    right = righted_scan(seen, MAST, errors_of(east=1.0, yaw=np.radians(1.0), clock=0.2))

    assert right.observed_us == BEGIN_US - 200_000
    assert right.origin == (9.0, 20.0)
    assert right.bearing_deg == pytest.approx([359.5])
    assert right.covariance is seen.covariance
    assert right.sensor == "eye"


def test_a_surveyed_sensor_is_trusted_more_than_one_put_up_by_hand() -> None:
    by_hand = prior_sigma(surveyed=False, clock_sigma_us=0)
    surveyed = prior_sigma(surveyed=True, clock_sigma_us=0)

    assert (surveyed[:CLOCK] < by_hand[:CLOCK]).all()
    assert surveyed[CLOCK] == by_hand[CLOCK]


def test_a_clock_that_says_how_good_it_is_is_believed_down_to_a_millisecond() -> None:
    assert prior_sigma(surveyed=False, clock_sigma_us=50_000)[CLOCK] == 0.05
    assert prior_sigma(surveyed=False, clock_sigma_us=1)[CLOCK] == 0.001


LIMITED = st.floats(-1e4, 1e4)


@given(
    st.lists(st.tuples(LIMITED, LIMITED), min_size=1, max_size=5),
    st.tuples(LIMITED, LIMITED),
    st.floats(0.0, 100.0),
    st.lists(st.floats(-3.0, 3.0), min_size=ERROR_COUNT, max_size=ERROR_COUNT),
)
def test_nothing_within_limits_is_righted_to_no_number(
    places: list[tuple[float, float]],
    stand: tuple[float, float],
    height_m: float,
    errors: list[float],
) -> None:
    station = Station(place=stand, height_m=height_m)
    points = np.array(places)

    assert np.isfinite(righted(points, station, np.array(errors))).all()
    assert np.isfinite(influence(station, points, points)).all()
