"""The ground that people walk on: what blocks it, what hides it, and the ways across it."""

from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulators.core.plan import Area, Entrance, Scenario, SitePlan, Spot
from simulators.core.polygons import Flags, Floats, Walls, distance, inside
from simulators.core.routing import Grid, Routes

SHOULDER_M: Final = 0.25
"""Half a person's width: how near a person's middle comes to a wall."""

FINE_M: Final = 0.25
COARSE_M: Final = 1.0

# Between table and awning a stall is open: it hides legs, not people.
STALL_HIDES_M: Final = 1.0


class Purpose(StrEnum):
    """Words of the plan that mean something to a walker."""

    STALL = "stall"
    WATER = "water"


class World:
    """Obstacles, sights and ways of one scenario. Nothing in here changes."""

    def __init__(self, site: SitePlan, scenario: Scenario) -> None:
        self.bounds = site.site.bounds
        self.entrances = scenario.entrance
        self.spots = scenario.spot
        self.solid = [area.polygon for area in (*site.building, *_waters(site))]
        self.walls = Walls([(area.polygon, _hides_m(area)) for area in site.building])
        self._fine = Grid(self.bounds, FINE_M)
        self._solid_cells = _raster(self._fine, self.solid)
        self._fenced_cells = _raster(self._fine, [fence.polygon for fence in scenario.barrier])
        destinations: list[Entrance | Spot] = [*self.entrances, *self.spots]
        self.places = np.array([place.at for place in destinations]).reshape(-1, 2)
        self.radii = np.array([place.radius_m for place in destinations])
        self.routes = self._find_routes()

    def solid_at(self, points: Floats) -> Flags:
        """Say where a person cannot stand: walls, water, beyond the bounds."""
        (west, south), (east, north) = self.bounds
        beyond = (
            (points[:, 0] <= west)
            | (points[:, 0] >= east)
            | (points[:, 1] <= south)
            | (points[:, 1] >= north)
        )
        return beyond | self._solid_cells[self._fine.cells(points)]

    def fenced_at(self, points: Floats) -> Flags:
        """Say where the public does not go."""
        found: Flags = self._fenced_cells[self._fine.cells(points)]
        return found

    def free_near(
        self, rng: np.random.Generator, destination: int, count: int
    ) -> NDArray[np.float64]:
        """Draw free points on a destination's disc; its middle where none is found."""
        middle, radius = self.places[destination], self.radii[destination]
        # Eight draws each: a disc is mostly free, or its plan is wrong.
        angle = rng.uniform(0.0, 2 * np.pi, (8, count))
        reach = radius * np.sqrt(rng.uniform(0.0, 1.0, (8, count)))
        drawn = middle + np.stack([np.cos(angle) * reach, np.sin(angle) * reach], axis=-1)
        points = np.tile(middle, (count, 1))
        for draw in drawn[::-1]:
            free = ~(self.solid_at(draw) | self.fenced_at(draw))
            points[free] = draw[free]
        return points

    def _find_routes(self) -> Routes:
        grid = Grid(self.bounds, COARSE_M)
        centres = grid.centres()
        flat = centres.reshape(-1, 2)
        solid = self.solid_at(flat).reshape(grid.shape)
        fenced = self.fenced_at(flat).reshape(grid.shape)
        blocked = solid | fenced
        goals = []
        for place in self.places:
            goal = np.zeros(grid.shape, dtype=np.bool_)
            goal[grid.cells(place[None, :])] = True
            goals.append(goal)
        # Nobody brushes along a wall who has room: cells beside one are slow.
        beside = blocked.copy()
        beside[1:] |= blocked[:-1]
        beside[:-1] |= blocked[1:]
        beside[:, 1:] |= blocked[:, :-1]
        beside[:, :-1] |= blocked[:, 1:]
        # Who is inside a fence finds out along the same field; nobody goes in to save a detour.
        slowness = np.where(fenced, 30.0, np.where(beside, 1.6, 1.0))
        return Routes(grid, solid, goals, slowness)


def _waters(site: SitePlan) -> list[Area]:
    return [area for area in site.ground if area.purpose == Purpose.WATER]


def _hides_m(area: Area) -> float:
    return STALL_HIDES_M if area.purpose == Purpose.STALL else area.height_m


def _raster(grid: Grid, polygons: list[tuple[tuple[float, float], ...]]) -> Flags:
    """Mark every cell of which any point is in a polygon or nearer to it than a shoulder."""
    marked = np.zeros(grid.shape, dtype=np.bool_)
    centres = grid.centres()
    reach = SHOULDER_M + grid.cell_m * np.sqrt(0.5)
    for polygon in polygons:
        corners = np.array(polygon)
        low = ((corners.min(axis=0) - reach - grid.origin) / grid.cell_m).astype(np.intp)
        high = ((corners.max(axis=0) + reach - grid.origin) / grid.cell_m).astype(np.intp) + 1
        rows = slice(max(low[1], 0), max(high[1], 0))
        columns = slice(max(low[0], 0), max(high[0], 0))
        near = centres[rows, columns]
        marked[rows, columns] |= inside(near, polygon) | (distance(near, polygon) < reach)
    return marked
