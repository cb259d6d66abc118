import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hub.core.geometry import Floats, distance_to, inside, points_of
from hub.core.polygons import Pairs, Polygons, runs

SQUARE = points_of([(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)])
HORSESHOE = points_of(
    [(0, 0), (10, 0), (10, 10), (7, 10), (7, 3), (3, 3), (3, 10), (0, 10)],
)
coordinates = st.floats(-50.0, 50.0)
places = st.tuples(coordinates, coordinates)
outlines = st.lists(places, min_size=3, max_size=7)


def all_pairs(polygons: list[Floats], points: Floats) -> Pairs:
    polygon, point = np.divmod(np.arange(len(polygons) * len(points)), max(len(points), 1))
    return Pairs(polygon=polygon, point=point)


def told(pairs: Pairs) -> list[tuple[int, int]]:
    return list(zip(pairs.polygon.tolist(), pairs.point.tolist(), strict=True))


def test_each_polygon_finds_the_points_in_its_box() -> None:
    polygons = Polygons([SQUARE, SQUARE + 5.0])

    found = polygons.around(points_of([(12.0, 12.0), (7.0, 7.0), (1.0, 9.0), (30.0, 7.0)]))

    assert told(found) == [(0, 1), (0, 2), (1, 0), (1, 1)]


def test_each_point_may_be_near_by_its_own_margin() -> None:
    points = points_of([(12.0, 5.0), (5.0, 12.0), (12.0, 5.0), (-2.0, -2.0)])

    found = Polygons([SQUARE]).around(points, np.array([2.0, 3.0, 1.9, 2.0]))

    assert told(found) == [(0, 0), (0, 1), (0, 3)]


@given(st.lists(outlines, max_size=4), st.lists(places, max_size=6), st.floats(0.0, 5.0))
def test_no_pair_that_is_near_is_left_out(
    corners: list[list[tuple[float, float]]], at: list[tuple[float, float]], margin_m: float
) -> None:
    outlines, points = [points_of(one) for one in corners], points_of(at)

    found = Polygons(outlines).around(points, np.full(len(points), margin_m))

    assert told(found) == [
        (polygon, point)
        for polygon, outline in enumerate(outlines)
        for point, place in enumerate(points)
        if (place >= outline.min(axis=0) - margin_m).all()
        and (place <= outline.max(axis=0) + margin_m).all()
    ]


@given(st.lists(outlines, max_size=4), st.lists(places, max_size=6))
def test_many_are_inside_where_one_by_one_would_be(
    corners: list[list[tuple[float, float]]], at: list[tuple[float, float]]
) -> None:
    outlines, points = [points_of(one) for one in corners], points_of(at)
    polygons, pairs = Polygons(outlines), all_pairs(outlines, points)

    holds, depth_m = polygons.hold(pairs, points), polygons.depth_m(pairs, points)

    assert len(polygons) == len(outlines)
    expected = [inside(outline, points) for outline in outlines]
    assert holds.tolist() == [one for some in expected for one in some.tolist()]
    away = [distance_to(outline, points) for outline in outlines]
    outside = np.concatenate([np.empty(0), *away])
    assert np.allclose(np.maximum(-depth_m, 0.0)[~holds], outside[~holds])
    assert (depth_m[holds] >= 0.0).all()


def test_depth_is_the_way_to_the_nearest_border_also_in_a_bay() -> None:
    points = points_of([(1.0, 8.0), (5.0, 8.0), (5.0, 1.0), (13.0, 14.0)])
    polygons = Polygons([SQUARE, HORSESHOE])

    depth_m = polygons.depth_m(all_pairs([SQUARE, HORSESHOE], points), points)

    assert depth_m.tolist() == [1.0, 2.0, 1.0, -5.0, 1.0, -2.0, 1.0, -5.0]


def test_some_pairs_may_be_kept() -> None:
    pairs = Pairs(polygon=np.array([0, 1, 1]), point=np.array([4, 2, 3]))

    kept = pairs.of(np.array([True, False, True]))

    assert (told(kept), len(kept)) == ([(0, 4), (1, 3)], 2)


def test_runs_are_numbered_one_after_the_other() -> None:
    assert runs(np.array([5, 9, 2]), np.array([2, 0, 3])).tolist() == [5, 6, 2, 3, 4]
    assert runs(np.empty(0, np.intp), np.empty(0, np.intp)).tolist() == []
