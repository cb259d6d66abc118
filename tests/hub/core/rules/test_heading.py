import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hub.core.geometry import distance_to, points_of
from hub.core.rules.heading import way_to

SQUARE = points_of(((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)))


def way(place: tuple[float, float], velocity: tuple[float, float], sigma_mps: float = 0.0) -> float:
    covariance = np.eye(2) * sigma_mps**2
    return way_to(SQUARE, np.array(place), np.array(velocity), covariance)


def test_what_drives_straight_at_the_zone_has_its_distance_to_go() -> None:
    assert way((-50.0, 5.0), (10.0, 0.0)) == pytest.approx(50.0)
    assert way((5.0, 110.0), (0.0, -1.0)) == pytest.approx(100.0)


def test_what_is_inside_has_no_way_to_go() -> None:
    assert way((5.0, 5.0), (0.0, 0.0)) == 0.0


def test_what_stands_or_drives_away_or_past_never_comes() -> None:
    assert way((-50.0, 5.0), (0.0, 0.0)) == np.inf
    assert way((-50.0, 5.0), (-10.0, 0.0)) == np.inf
    assert way((-50.0, 15.0), (10.0, 0.0)) == np.inf


def test_what_drives_past_comes_where_its_heading_is_not_well_known() -> None:
    assert way((-50.0, 15.0), (10.0, 0.0), sigma_mps=0.2) == np.inf
    assert way((-50.0, 15.0), (10.0, 0.0), sigma_mps=1.0) == pytest.approx(51.0, abs=1.0)


def test_a_velocity_that_says_nothing_still_says_something_of_what_lies_behind() -> None:
    assert way((-50.0, 5.0), (-1.0, 0.0), sigma_mps=50.0) == np.inf


place = st.tuples(st.floats(-200.0, 200.0), st.floats(-200.0, 200.0))


@given(place, place, st.floats(0.0, 3.0))
def test_the_way_is_never_shorter_than_the_distance(
    at: tuple[float, float], velocity: tuple[float, float], sigma_mps: float
) -> None:
    assume(np.hypot(*velocity) > 1e-3)

    assert way(at, velocity, sigma_mps) >= distance_to(SQUARE, points_of([at]))[0] - 1e-6
