import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.geometry import (
    Footprint,
    Sector,
    bearing_deg,
    crosses_rightwards,
    distance_to,
    inside,
    points_of,
)

SQUARE = points_of([(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)])
HORSESHOE = points_of(
    [(0, 0), (10, 0), (10, 10), (7, 10), (7, 3), (3, 3), (3, 10), (0, 10)],
)
coordinates = st.floats(-50.0, 50.0)
places = st.tuples(coordinates, coordinates)


def a_sector(**changes: float) -> Sector:
    whole = {"east_m": 0.0, "north_m": 0.0, "azimuth_deg": 0.0, "width_deg": 90.0}
    return Sector(**{**whole, "range_max_m": 10.0, **changes})


def test_a_point_is_inside_or_outside_a_polygon_with_a_bay() -> None:
    points = points_of([(5.0, 1.0), (5.0, 8.0), (1.0, 8.0), (8.5, 9.0), (11.0, 5.0), (-1.0, 3.0)])

    assert inside(HORSESHOE, points).tolist() == [True, False, True, True, False, False]


def test_a_point_on_the_border_of_two_neighbours_is_in_exactly_one() -> None:
    east_neighbour = SQUARE + np.array([10.0, 0.0])
    border = points_of([(10.0, 0.5), (10.0, 5.0), (10.0, 9.5)])

    assert (inside(SQUARE, border) ^ inside(east_neighbour, border)).all()


@given(st.lists(places, min_size=3, max_size=8), st.lists(places, min_size=1, max_size=5))
def test_the_direction_in_which_a_polygon_is_drawn_does_not_matter(
    corners: list[tuple[float, float]], points: list[tuple[float, float]]
) -> None:
    forward = inside(points_of(corners), points_of(points))
    backward = inside(points_of(corners[::-1]), points_of(points))

    off_border = distance_to_border(corners, points) > 1e-9
    assert (forward == backward)[off_border].all()


def distance_to_border(
    corners: list[tuple[float, float]], points: list[tuple[float, float]]
) -> np.ndarray:
    outline = points_of(corners)
    gaps = []
    for point in points_of(points):
        best = np.inf
        for start, end in zip(outline, np.roll(outline, -1, axis=0), strict=True):
            part = np.clip(
                np.dot(point - start, end - start) / max(np.dot(end - start, end - start), 1e-12),
                0.0,
                1.0,
            )
            best = min(best, float(np.linalg.norm(point - start - part * (end - start))))
        gaps.append(best)
    return np.array(gaps)


def test_the_distance_to_a_polygon_is_to_its_nearest_edge_or_corner_and_zero_inside() -> None:
    points = points_of([(5.0, 5.0), (5.0, 12.0), (13.0, 14.0), (-2.0, 5.0)])

    assert distance_to(SQUARE, points).tolist() == pytest.approx([0.0, 2.0, 5.0, 2.0])


@given(st.lists(places, min_size=3, max_size=8), st.lists(places, min_size=1, max_size=5))
def test_the_distance_is_that_of_the_slow_and_obvious_way(
    corners: list[tuple[float, float]], points: list[tuple[float, float]]
) -> None:
    polygon = points_of(corners)

    expected = np.where(
        inside(polygon, points_of(points)), 0.0, distance_to_border(corners, points)
    )

    assert distance_to(polygon, points_of(points)) == pytest.approx(expected, abs=1e-5)


def test_only_a_step_from_left_to_right_across_the_line_itself_crosses_it() -> None:
    start, end = np.array([0.0, 0.0]), np.array([0.0, 10.0])
    before = points_of([(-1.0, 5.0), (1.0, 5.0), (-1.0, 11.0), (-2.0, 5.0), (1.0, 1.0)])
    after = points_of([(1.0, 5.0), (-1.0, 5.0), (1.0, 11.0), (-1.0, 5.0), (2.0, 1.0)])

    crossed = crosses_rightwards(start, end, before, after)

    assert crossed.tolist() == [True, False, False, False, False]


def test_a_walk_that_stops_on_the_line_crosses_once_when_it_leaves_on_the_far_side() -> None:
    start, end = np.array([0.0, 0.0]), np.array([0.0, 10.0])
    walk = points_of([(-1.0, 5.0), (0.0, 5.0), (0.0, 6.0), (1.0, 6.0)])

    crossed = crosses_rightwards(start, end, walk[:-1], walk[1:])

    assert crossed.tolist() == [False, False, True]


def test_bearings_turn_clockwise_from_north() -> None:
    points = points_of([(1.0, 6.0), (6.0, 1.0), (1.0, -4.0), (-4.0, 1.0)])

    bearings = bearing_deg(np.array([1.0, 1.0]), points)

    assert bearings.tolist() == [0.0, 90.0, 180.0, 270.0]


def test_a_bearing_a_hair_west_of_north_is_not_a_full_turn() -> None:
    assert bearing_deg(np.zeros(2), points_of([(-1e-20, 1.0)])).tolist() == [0.0]


def test_a_sector_holds_what_is_between_its_bearings_and_ranges() -> None:
    sector = a_sector(azimuth_deg=350.0, range_min_m=2.0)
    points = points_of([(0.0, 5.0), (-5.0, 3.0), (4.0, 3.0), (0.0, 1.0), (0.0, 11.0), (0.0, -5.0)])

    assert sector.contains(points).tolist() == [True, False, False, False, False, False]
    assert a_sector(azimuth_deg=350.0, width_deg=200.0).contains(points)[1]


def test_a_sector_wider_than_half_a_turn_leaves_out_only_what_is_behind() -> None:
    sector = a_sector(width_deg=270.0)

    assert sector.contains(points_of([(5.0, -4.0), (4.0, -5.0)])).tolist() == [True, False]


def test_a_sector_of_a_full_turn_asks_only_for_the_range() -> None:
    sector = a_sector(width_deg=360.0)

    assert sector.contains(points_of([(0.0, -9.0), (0.0, -11.0)])).tolist() == [True, False]


def test_a_footprint_holds_what_is_within_its_corners() -> None:
    footprint = Footprint(corners=((0.0, 0.0), (4.0, 0.0), (2.0, 4.0)))

    assert footprint.contains(points_of([(2.0, 1.0), (0.0, 3.0)])).tolist() == [True, False]
