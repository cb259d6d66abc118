import numpy as np
import pytest

from simulators.core.routing import Grid, Routes

BOUNDS = ((0.0, 0.0), (40.0, 30.0))


def a_grid() -> Grid:
    return Grid(BOUNDS, 1.0)


def a_goal(grid: Grid, east: float, north: float) -> np.ndarray:
    goal = np.zeros(grid.shape, dtype=np.bool_)
    goal[grid.cells(np.array([[east, north]]))] = True
    return goal


def routes_with(solid: np.ndarray) -> Routes:
    grid = a_grid()
    return Routes(grid, solid, [a_goal(grid, 35.5, 15.5)], np.ones(grid.shape))


def walk(routes: Routes, east: float, north: float, steps: int) -> np.ndarray:
    at = np.array([[east, north]])
    track = [at[0].copy()]
    for _ in range(steps):
        at = at + 0.5 * routes.directions(np.array([0]), at)
        track.append(at[0].copy())
    return np.array(track)


def test_where_nothing_stands_in_the_way_the_walk_is_straight() -> None:
    routes = routes_with(np.zeros(a_grid().shape, dtype=np.bool_))

    track = walk(routes, 5.5, 5.5, 60)

    length = np.hypot(*np.diff(track, axis=0).T).sum()
    assert np.hypot(*(track[-1] - (35.5, 15.5))) < 3.0
    assert length < 1.03 * np.hypot(30.0, 10.0)


def test_the_walk_leads_around_a_wall() -> None:
    solid = np.zeros(a_grid().shape, dtype=np.bool_)
    solid[5:, 20] = True

    track = walk(routes_with(solid), 5.5, 15.5, 90)

    crossing = track[np.argmin(np.abs(track[:, 0] - 20.5))]
    assert crossing[1] < 6.0
    assert np.hypot(*(track[-1] - (35.5, 15.5))) < 2.0


def test_who_stands_in_a_corner_of_a_solid_cell_is_led_out() -> None:
    solid = np.zeros(a_grid().shape, dtype=np.bool_)
    solid[10:20, 10:20] = True

    direction = routes_with(solid).directions(np.array([0]), np.array([[19.9, 15.5]]))

    assert direction[0, 0] > 0.5


def test_lengths_are_distances() -> None:
    routes = routes_with(np.zeros(a_grid().shape, dtype=np.bool_))

    length = routes.lengths(np.array([[5.5, 15.5]]))

    assert length[0, 0] == pytest.approx(30.0, abs=0.5)


def test_points_outside_belong_to_the_border() -> None:
    rows, columns = a_grid().cells(np.array([[-5.0, 99.0]]))

    assert (rows[0], columns[0]) == (29, 0)
