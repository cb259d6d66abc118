"""Ways around obstacles: for each destination, a field of directions over the ground.

The travel time T to a destination solves the eikonal equation |grad T| = slowness. It is found
by Godunov's upwind scheme (Rouy and Tourin, 1992), swept over the ground in four directions, for
all destinations at once: cheap in numpy, and it gives straight walks where nothing is in the way.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulators.core.plan import Place
from simulators.core.polygons import Flags, Floats

FAR: Final = 1e6
"""Metres: further than anything, and still a number to calculate with."""

# Nobody walks another way for a centimetre.
SETTLED_M: Final = 0.01

# A round follows a path around one more corner; a maze with more corners is not a square.
ROUNDS_MAX: Final = 200


class Grid:
    """Square cells over the site's bounds."""

    def __init__(self, bounds: tuple[Place, Place], cell_m: float) -> None:
        (west, south), (east, north) = bounds
        self.cell_m = cell_m
        self.origin = np.array([west, south])
        self.shape = (
            max(1, round((north - south) / cell_m)),
            max(1, round((east - west) / cell_m)),
        )

    def centres(self) -> Floats:
        """Return the middle of each cell, as (rows, columns, 2)."""
        rows, columns = np.indices(self.shape)
        middles: Floats = self.origin + (np.stack([columns, rows], axis=-1) + 0.5) * self.cell_m
        return middles

    def cells(self, points: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return row and column of each point (n, 2); points outside go to the border."""
        columns, rows = ((points - self.origin) / self.cell_m).astype(np.intp).T
        return rows.clip(0, self.shape[0] - 1), columns.clip(0, self.shape[1] - 1)


class Routes:
    """The way to each destination from everywhere."""

    def __init__(self, grid: Grid, solid: Flags, goals: list[Flags], slowness: Floats) -> None:
        self._grid = grid
        self._times = _travel_times(np.stack(goals), solid, slowness * grid.cell_m)
        self._directions = _downhill(self._times)

    def directions(self, destinations: NDArray[np.intp], points: Floats) -> Floats:
        """Return the unit direction (n, 2) to walk from each point to its destination."""
        rows, columns = self._grid.cells(points)
        found: Floats = self._directions[destinations, rows, columns]
        return found

    def lengths(self, points: Floats) -> Floats:
        """Return how far each destination is from each point, as (destinations, n)."""
        rows, columns = self._grid.cells(points)
        found: Floats = self._times[:, rows, columns]
        return found


def _travel_times(goals: Flags, solid: Flags, cost: Floats) -> Floats:
    times = np.full((goals.shape[0], goals.shape[1] + 2, goals.shape[2] + 2), FAR)
    times[:, 1:-1, 1:-1][goals] = 0.0
    turned = times.transpose(0, 2, 1)
    for _ in range(ROUNDS_MAX):
        before = times.copy()
        _sweep(times, solid, cost)
        _sweep(times[:, ::-1], solid[::-1], cost[::-1])
        _sweep(turned, solid.T, cost.T)
        _sweep(turned[:, ::-1], solid.T[::-1], cost.T[::-1])
        if float((before - times).max()) < SETTLED_M:
            break
    # A cell counts as solid by its middle: who stands in a free corner of it finds out.
    everywhere = np.zeros_like(solid)
    for _ in range(2):
        _sweep(times, everywhere, cost)
    return times[:, 1:-1, 1:-1]


def _sweep(times: Floats, solid: Flags, cost: Floats) -> None:
    """Carry the fronts of all destinations over the rows, in order (Zhao, 2005)."""
    for row in range(1, times.shape[1] - 1):
        here = cost[row - 1]
        across = np.minimum(times[:, row, :-2], times[:, row, 2:])
        along = np.minimum(times[:, row - 1, 1:-1], times[:, row + 1, 1:-1])
        gap = np.abs(across - along)
        slanted = 0.5 * (across + along + np.sqrt(np.maximum(2.0 * here**2 - gap**2, 0.0)))
        # Where one neighbour is much nearer, the front comes straight from there.
        reached = np.where(gap >= here, np.minimum(across, along) + here, slanted)
        reached[:, solid[row - 1]] = FAR
        np.minimum(times[:, row, 1:-1], reached, out=times[:, row, 1:-1])


def _downhill(times: Floats) -> Floats:
    padded = np.pad(times, ((0, 0), (1, 1), (1, 1)), constant_values=FAR)
    west, east = padded[:, 1:-1, :-2], padded[:, 1:-1, 2:]
    south, north = padded[:, :-2, 1:-1], padded[:, 2:, 1:-1]
    step = np.stack([_upwind(times, west, east), _upwind(times, south, north)], axis=-1)
    length = np.hypot(step[..., 0], step[..., 1])[..., None]
    return np.divide(step, length, out=np.zeros_like(step), where=length > 0.0)


def _upwind(times: Floats, before: Floats, after: Floats) -> Floats:
    """Return the descent along one axis: towards the lower neighbour, if one is lower."""
    to_before = np.where(before < after, np.minimum(before - times, 0.0), 0.0)
    to_after = np.where(after <= before, np.minimum(after - times, 0.0), 0.0)
    return to_before - to_after
