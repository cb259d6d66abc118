import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.core.polygons import Walls, distance, inside

SQUARE = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))
L_SHAPE = ((0.0, 0.0), (10.0, 0.0), (10.0, 2.0), (2.0, 2.0), (2.0, 10.0), (0.0, 10.0))


def test_a_point_in_the_notch_of_a_concave_polygon_is_outside() -> None:
    points = np.array([[1.0, 9.0], [9.0, 1.0], [5.0, 5.0], [-1.0, 1.0]])

    assert inside(points, L_SHAPE).tolist() == [True, True, False, False]


@given(st.floats(-20, 20), st.floats(-20, 20))
def test_inside_a_square_is_between_its_sides(east: float, north: float) -> None:
    found = bool(inside(np.array([[east, north]]), SQUARE)[0])

    if 0 < east < 10 and 0 < north < 10:
        assert found
    if not (0 <= east <= 10 and 0 <= north <= 10):
        assert not found


def test_distance_is_to_the_nearest_side_or_corner() -> None:
    points = np.array([[5.0, 1.0], [13.0, 14.0], [5.0, -2.0]])

    assert distance(points, SQUARE) == pytest.approx([1.0, 5.0, 2.0])


def test_a_repeated_corner_of_a_polygon_harms_nothing() -> None:
    points = np.array([[5.0, -2.0]])

    assert distance(points, (SQUARE[0], *SQUARE)) == pytest.approx([2.0])


def test_a_low_wall_hides_feet_and_not_heads() -> None:
    walls = Walls([(((10.0, -5.0), (10.5, -5.0), (10.5, 5.0), (10.0, 5.0)), 1.0)])

    hidden = walls.hides(np.zeros(2), 3.0, np.array([[12.0, 0.0]]), np.array([[0.1, 1.7]]))

    assert hidden.tolist() == [[True, False]]


def test_a_high_wall_hides_all_behind_it_and_nothing_before_it() -> None:
    walls = Walls([(((10.0, -5.0), (10.5, -5.0), (10.5, 5.0), (10.0, 5.0)), 9.0)])
    points = np.array([[12.0, 0.0], [9.0, 0.0], [12.0, 9.0]])

    hidden = walls.hides(np.zeros(2), 3.0, points, np.full((3, 1), 1.0))

    assert hidden[:, 0].tolist() == [True, False, False]


def test_a_camera_is_not_blinded_by_the_wall_that_carries_it() -> None:
    walls = Walls([(((-1.0, -5.0), (-0.2, -5.0), (-0.2, 5.0), (-1.0, 5.0)), 9.0)])

    hidden = walls.hides(np.zeros(2), 3.0, np.array([[30.0, 0.0]]), np.full((1, 1), 1.0))

    assert not hidden.any()


def test_without_walls_nothing_is_hidden() -> None:
    hidden = Walls([]).hides(np.zeros(2), 3.0, np.array([[3.0, 0.0]]), np.full((1, 2), 1.0))

    assert not hidden.any()
