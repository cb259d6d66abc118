import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hub.core.fusion.walls import FACADE_M, Eye, Walls
from hub.core.geometry import Flags, Floats, distance_to, inside
from hub.core.site import Area, Place

# Ten metres a side, from 10 to 20 m east of the origin.
CORNERS = ((10.0, -5.0), (20.0, -5.0), (20.0, 5.0), (10.0, 5.0))


def a_building(corners: tuple[Place, ...] = CORNERS, height_m: float = 10.0) -> Area:
    return Area(id="house", name="House", purpose="house", polygon=corners, height_m=height_m)


def an_eye(east_m: float = 0.0, north_m: float = 0.0, height_m: float = 5.0) -> Eye:
    return Eye(east_m=east_m, north_m=north_m, height_m=height_m)


def hidden(walls: Walls, eye: Eye, *points: Place) -> list[bool]:
    at = np.array(points)
    exactly = walls.hide(eye, at).tolist()
    assert walls.shade(eye, at).tolist() == exactly
    return exactly


def test_a_plan_without_buildings_hides_nothing() -> None:
    walls = Walls()

    assert hidden(walls, an_eye(), (50.0, 0.0), (0.0, 0.0)) == [False, False]
    assert walls.placed(an_eye()) == an_eye()
    assert walls.near(np.array([[0.0, 0.0]]), 1.0).tolist() == [False]


def test_a_wall_hides_what_is_behind_it_and_nothing_else() -> None:
    walls = Walls((a_building(),))

    before, within, behind, beside = hidden(
        walls, an_eye(), (9.0, 0.0), (15.0, 0.0), (30.0, 0.0), (30.0, 20.0)
    )

    assert (before, within, behind, beside) == (False, True, True, False)


def test_whoever_stands_higher_than_a_wall_sees_over_it_where_its_shadow_ends() -> None:
    # From 15 m up at 20 m from the far edge of 10 m the line comes down at 20 * 15 / 5 = 60 m.
    walls, eye = Walls((a_building(),)), an_eye(height_m=15.0)

    assert hidden(walls, eye, (30.0, 0.0), (59.0, 0.0), (61.0, 0.0)) == [True, True, False]
    assert hidden(walls, eye, (9.5, 0.0), (11.0, 0.0)) == [False, True]


def test_nobody_sees_over_a_building_whose_height_is_not_known() -> None:
    walls = Walls((a_building(height_m=0.0),))

    assert hidden(walls, an_eye(height_m=500.0), (21.0, 0.0)) == [True]


@pytest.mark.parametrize("east_m", [9.6, 10.0, 10.01, 10.9])
def test_a_camera_on_a_facade_is_not_blinded_by_its_own_wall(east_m: float) -> None:
    walls = Walls((a_building(),))

    eye = walls.placed(an_eye(east_m=east_m))

    assert eye.east_m < 10.0
    assert hidden(walls, eye, (0.0, 0.0), (5.0, 30.0)) == [False, False]
    assert hidden(walls, eye, (25.0, 0.0), (15.0, 0.0)) == [True, True]


def test_a_camera_in_a_row_of_houses_looks_out_of_the_row_and_not_into_the_next_house() -> None:
    # Half a metre behind the front, and a quarter from the wall to the neighbour.
    next_door = ((10.0, 5.0), (20.0, 5.0), (20.0, 15.0), (10.0, 15.0))
    walls = Walls((a_building(), a_building(next_door)))

    eye = walls.placed(an_eye(east_m=10.5, north_m=4.75))

    assert eye.east_m == pytest.approx(9.95)
    assert hidden(walls, eye, (0.0, 30.0), (15.0, 8.0)) == [False, True]


def test_the_way_round_that_corners_are_named_changes_nothing() -> None:
    walls = Walls((a_building(CORNERS[::-1]),))

    eye = walls.placed(an_eye(east_m=10.5))

    assert eye.east_m == pytest.approx(9.95)
    assert hidden(walls, eye, (0.0, 0.0), (25.0, 0.0)) == [False, True]


def test_a_camera_in_the_middle_of_a_building_sees_its_inside_alone() -> None:
    walls = Walls((a_building(),))

    eye = walls.placed(an_eye(east_m=15.0, height_m=3.0))

    assert eye == an_eye(east_m=15.0, height_m=3.0)
    assert hidden(walls, eye, (12.0, 4.0), (19.0, -4.0), (25.0, 0.0)) == [False, False, True]


def test_a_mast_on_a_roof_sees_the_street_but_not_through_the_roof() -> None:
    walls = Walls((a_building(),))

    # 20 m up, 5 m from the edge of 10 m: the line over the edge comes down 10 m from the mast.
    eye = walls.placed(an_eye(east_m=15.0, height_m=20.0))

    assert hidden(walls, eye, (25.5, 0.0), (24.5, 0.0), (16.0, 0.0)) == [False, True, True]


def test_an_eye_on_the_ground_sees_along_it() -> None:
    walls = Walls((a_building(),))

    assert hidden(walls, an_eye(height_m=0.0), (9.0, 0.0), (30.0, 0.0)) == [False, True]


def test_no_points_are_no_trouble() -> None:
    nothing = np.empty((0, 2))

    assert Walls((a_building(),)).hide(an_eye(), nothing).tolist() == []
    assert Walls((a_building(),)).shade(an_eye(), nothing).tolist() == []


def test_what_is_right_at_a_wall_is_near_it_on_both_sides() -> None:
    walls = Walls((a_building(),))

    near = walls.near(np.array([[9.6, 0.0], [10.4, 0.0], [9.0, 0.0], [15.0, 0.0]]), 0.5)

    assert near.tolist() == [True, True, False, False]


def test_many_points_are_tested_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    walls, points = Walls((a_building(),)), np.array([[30.0, 0.0], [9.0, 0.0], [31.0, 0.0]])

    monkeypatch.setattr("hub.core.fusion.walls._PAIRS_MAX", 5)

    assert walls.hide(an_eye(), points).tolist() == [True, False, True]


# --- Against an obvious reference ---------------------------------------------------------------


def chord(corners: Floats, eye: Floats, point: Floats) -> tuple[float, float]:
    """Return where the segment enters and leaves a convex polygon (Cyrus and Beck, 1978)."""
    enters, leaves = 0.0, 1.0
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        inwards = np.array([start[1] - end[1], end[0] - start[0]])
        distance, rate = inwards @ (eye - start), inwards @ (point - eye)
        if abs(rate) < 1e-12:
            if distance < 0.0:
                return 1.0, 0.0
            continue
        part = -distance / rate
        enters, leaves = (max(enters, part), leaves) if rate > 0 else (enters, min(leaves, part))
    return enters, leaves


def a_turned_rectangle(middle: Place, size: Place, turn: float) -> tuple[Place, ...]:
    along = np.array([np.cos(turn), np.sin(turn)]) * size[0] / 2.0
    aside = np.array([-np.sin(turn), np.cos(turn)]) * size[1] / 2.0
    corners = [np.array(middle) + x * along + y * aside for x, y in ((-1, -1), (1, -1), (1, 1))]
    corners.append(np.array(middle) - along + aside)
    return tuple((float(east), float(north)) for east, north in corners)


METRES = st.floats(-60.0, 60.0)
BUILDINGS = st.builds(
    a_building,
    st.builds(
        a_turned_rectangle,
        st.tuples(METRES, METRES),
        st.tuples(st.floats(1.0, 30.0), st.floats(1.0, 30.0)),
        st.floats(0.0, 3.2),
    ),
    st.floats(1.0, 30.0),
)
EYES = st.builds(an_eye, METRES, METRES, st.floats(0.0, 40.0))


@given(BUILDINGS, EYES, st.tuples(METRES, METRES))
def test_a_point_is_hidden_where_the_line_to_it_goes_through_a_building(
    building: Area, eye: Eye, point: Place
) -> None:
    at, corners = np.array([eye.east_m, eye.north_m]), np.array(building.polygon)
    # Who stands in a building, or touches it, is moved to where there is a view.
    assume(not inside(corners, at[np.newaxis])[0])
    assume(distance_to(corners, at[np.newaxis])[0] > 1e-6)
    # An eye on a wall is put before it; from the wall itself any line may go either way.
    assume(not Walls((building,)).near(at[np.newaxis], 1e-6)[0])
    enters, leaves = chord(corners, at, np.array(point))
    lowest_m = eye.height_m * (1.0 - leaves)
    # A line that touches a corner or the roof's edge may go either way.
    assume(abs(leaves - enters) > 1e-6)
    assume(abs(lowest_m - building.height_m) > 1e-6)

    (found,) = Walls((building,)).hide(eye, np.array([point]))

    assert found == (leaves > enters and lowest_m < building.height_m)


def on_the_verge(walls: Walls, eye: Eye, points: Floats, margin_m: float) -> Flags:
    """Return which points have both light and shadow within a margin."""
    turns = np.linspace(0.0, 2.0 * np.pi, 12, endpoint=False)
    circle = np.column_stack((np.sin(turns), np.cos(turns)))
    around = np.vstack([part * margin_m * circle for part in (0.0, 0.1, 0.25, 0.5, 1.0)])
    views = np.array([walls.hide(eye, points + offset) for offset in around])
    verge: Flags = views.any(axis=0) & ~views.all(axis=0)
    return verge


@given(st.lists(BUILDINGS, min_size=1, max_size=5), EYES, st.integers(0, 2**32 - 1))
def test_a_raster_agrees_with_the_exact_test_to_half_a_metre(
    buildings: list[Area], eye: Eye, seed: int
) -> None:
    walls = Walls(tuple(buildings))
    points = np.random.default_rng(seed).uniform(-60.0, 60.0, (300, 2))
    eye = walls.placed(eye)

    differs = walls.shade(eye, points) != walls.hide(eye, points)

    assert not (differs & ~on_the_verge(walls, eye, points, 0.5)).any()


@given(st.lists(BUILDINGS, max_size=4), BUILDINGS, EYES, st.integers(0, 2**32 - 1))
def test_a_wall_more_never_shows_what_was_hidden(
    buildings: list[Area], another: Area, eye: Eye, seed: int
) -> None:
    points = np.random.default_rng(seed).uniform(-60.0, 60.0, (100, 2))
    few, more = Walls(tuple(buildings)), Walls((*buildings, another))

    for hide_few, hide_more in ((few.hide, more.hide), (few.shade, more.shade)):
        assert not (hide_few(eye, points) & ~hide_more(eye, points)).any()


@given(st.lists(BUILDINGS, max_size=4), EYES)
def test_an_eye_is_moved_no_further_than_out_of_its_facade(buildings: list[Area], eye: Eye) -> None:
    placed = Walls(tuple(buildings)).placed(eye)

    moved_m = np.hypot(placed.east_m - eye.east_m, placed.north_m - eye.north_m)
    assert moved_m <= FACADE_M + 0.06
    assert placed.height_m == eye.height_m
