"""The buildings of a plan: what of the ground they hide from an eye.

A building is an upright prism on its polygon. An eye sees a point of the ground where the straight
line between them meets no wall, over a roof lower than itself too; what is hidden there begins at
the wall and ends where the line over its edge comes down. People are taller than the ground they
stand on: what is called seen here is seen down to the feet.
"""

from typing import Final

import numpy as np
from msgspec import Struct

from hub.core.geometry import Flags, Floats, Indices, inside, points_of
from hub.core.site import Area

# A sensor this far inside a building hangs on its facade: plans and poses err by as much.
FACADE_M: Final = 1.0
# An eye never stands in the wall itself: it is this far before it.
CLEAR_M: Final = 0.05
# A shadow's edge is found to this, along the line of sight and across it...
STEP_M: Final = 0.25
# ...up to so many steps: 250 m. Further away it grows in proportion.
STEPS_MAX: Final = 1_000
# So many pairs of a point and a wall at once: 16 MB a column.
_PAIRS_MAX: Final = 2_000_000


class Eye(Struct, frozen=True, kw_only=True):
    """Where a sensor looks from."""

    east_m: float
    north_m: float
    height_m: float = 0.0  # Above the ground.


class Walls:
    """All buildings of a plan."""

    def __init__(self, buildings: tuple[Area, ...] = ()) -> None:
        self._polygons = [points_of(building.polygon) for building in buildings]
        # A building whose height nobody has measured is one that nobody sees over.
        self._tops = np.array([one.height_m if one.height_m > 0.0 else np.inf for one in buildings])
        self._lows = np.array([one.min(axis=0) for one in self._polygons]).reshape(-1, 2)
        self._highs = np.array([one.max(axis=0) for one in self._polygons]).reshape(-1, 2)
        starts = [np.empty((0, 2)), *self._polygons]
        ends = [np.empty((0, 2)), *(np.roll(one, -1, axis=0) for one in self._polygons)]
        self._start, self._end = np.concatenate(starts), np.concatenate(ends)
        self._top = np.repeat(self._tops, [len(one) for one in self._polygons])
        turns = [np.full(len(one), _orientation(one)) for one in self._polygons]
        edge = self._end - self._start
        length = np.maximum(np.hypot(edge[:, 0], edge[:, 1]), 1e-9)
        outwards = np.column_stack((edge[:, 1], -edge[:, 0])) / length[:, np.newaxis]
        self._outwards = outwards * np.concatenate((np.empty(0), *turns))[:, np.newaxis]

    def placed(self, eye: Eye) -> Eye:
        """Return the eye, or where it must be if it stands in a wall: before its own facade."""
        at = np.array((eye.east_m, eye.north_m))
        if not self._is_taken(at, CLEAR_M / 2.0):
            return eye
        foot, gap = self._feet(at), self._gaps(at)
        for wall in np.argsort(gap, kind="stable").tolist():
            if gap[wall] > FACADE_M:
                break
            before = foot[wall] + CLEAR_M * self._outwards[wall]
            if not self._is_taken(before, CLEAR_M / 2.0):
                return Eye(east_m=float(before[0]), north_m=float(before[1]), height_m=eye.height_m)
        return eye  # It looks at the inside, or stands far in on a roof.

    def near(self, points: Floats, margin_m: float) -> Flags:
        """Return which points are so near to a wall that nobody can stand there."""
        near = [self._gaps(point).min(initial=np.inf) <= margin_m for point in points]
        return np.array(near, np.bool_)

    def hide(self, eye: Eye, points: Floats) -> Flags:
        """Return which points of the ground the eye does not see: the exact test, one by one."""
        hidden = self._under_roof(eye, points)
        if len(self._start) == 0:
            return hidden
        block = max(1, _PAIRS_MAX // len(self._start))
        for first in range(0, len(points), block):
            hidden[first : first + block] |= self._crossed(eye, points[first : first + block])
        return hidden

    def shade(self, eye: Eye, points: Floats) -> Flags:
        """Return the same as `hide` to within a step, for so many points that they are a raster."""
        hidden = self._under_roof(eye, points)
        offset = points - (eye.east_m, eye.north_m)
        reach = np.hypot(offset[:, 0], offset[:, 1])
        reach_max = float(reach.max(initial=0.0))
        if len(self._start) == 0 or reach_max == 0.0:
            return hidden
        step = max(STEP_M, reach_max / STEPS_MAX)
        ray_count = int(np.ceil(2.0 * np.pi * reach_max / step))
        shadow = self._shadow(eye, step, ray_count, int(reach_max / step) + 1)
        turn = np.arctan2(offset[:, 0], offset[:, 1]) * (ray_count / (2.0 * np.pi))
        ray = np.rint(turn).astype(np.intp) % ray_count
        hidden |= shadow[ray, (reach / step).astype(np.intp)]
        return hidden

    def _shadow(self, eye: Eye, step: float, ray_count: int, step_count: int) -> Flags:
        """Return what walls hide, by ray around the eye and by step along it."""
        wall, ray, distance = self._meetings(eye, ray_count, step * step_count)
        # The step that a wall stands in is dark all of it: no light is left at a wall's back.
        first = np.floor(distance / step)
        over = eye.height_m - self._top[wall]
        ends = np.full(distance.shape, np.inf)
        np.divide(distance * eye.height_m, over, out=ends, where=over > 0.0)
        last = np.clip(np.ceil(ends / step - 0.5), 0, step_count)
        first = np.clip(first, 0, last)
        begun = np.zeros((ray_count, step_count + 1), np.int16)
        np.add.at(begun, (ray, first.astype(np.intp)), 1)
        np.add.at(begun, (ray, last.astype(np.intp)), -1)
        shadow: Flags = np.cumsum(begun, axis=1, dtype=np.int16)[:, :-1] > 0
        return shadow

    def _meetings(
        self, eye: Eye, ray_count: int, reach_m: float
    ) -> tuple[Indices, Indices, Floats]:
        """Return which ray meets which wall, and how far from the eye."""
        at = np.array((eye.east_m, eye.north_m))
        gaps = self._gaps(at)
        near = np.flatnonzero(gaps <= reach_m)
        start, end = self._start[near] - at, self._end[near] - at
        turns = ray_count / (2.0 * np.pi)
        begins = np.arctan2(start[:, 0], start[:, 1]) * turns
        swing = np.arctan2(_cross(end, start), (start * end).sum(axis=1)) * turns
        # A wall reaches half a ray beyond its ends: no light falls between two that touch.
        first = np.ceil(np.minimum(begins, begins + swing) - 0.5).astype(np.intp)
        last = np.floor(np.maximum(begins, begins + swing) + 0.5).astype(np.intp)
        count = last - first + 1
        wall = np.repeat(np.arange(len(start)), count)
        nth = np.arange(len(wall)) - np.repeat(np.cumsum(count) - count, count)
        ray = first[wall] + nth
        angle = ray / turns
        along = np.column_stack((np.sin(angle), np.cos(angle)))
        edge = (end - start)[wall]
        facing = _cross(along, edge)
        facing = np.where(np.abs(facing) < 1e-12, 1e-12, facing)
        # A ray that only just misses a wall's end, or runs along it, meets what is nearest of it.
        low, high = gaps[near], np.maximum(np.hypot(*start.T), np.hypot(*end.T))
        distance = np.clip(_cross(start[wall], edge) / facing, low[wall], high[wall])
        return near[wall], ray % ray_count, distance

    def _feet(self, at: Floats) -> Floats:
        """Return the point of each wall that is nearest to a place."""
        edge = self._end - self._start
        squared = np.maximum((edge * edge).sum(axis=1), 1e-12)
        part = np.clip(((at - self._start) * edge).sum(axis=1) / squared, 0.0, 1.0)
        feet: Floats = self._start + part[:, np.newaxis] * edge
        return feet

    def _gaps(self, at: Floats) -> Floats:
        """Return how far each wall is from a place."""
        gap = self._feet(at) - at
        gaps: Floats = np.hypot(gap[:, 0], gap[:, 1])
        return gaps

    def _is_taken(self, at: Floats, margin_m: float) -> bool:
        """Whether a place is in a building, or this near to one."""
        if self._gaps(at).min(initial=np.inf) < margin_m:
            return True
        around = np.logical_and.reduce((self._lows <= at) & (at <= self._highs), axis=1)
        point = at[np.newaxis]
        return any(inside(self._polygons[one], point)[0] for one in np.flatnonzero(around))

    def _crossed(self, eye: Eye, points: Floats) -> Flags:
        """Return to which points the line of sight meets a wall."""
        reach = (points - (eye.east_m, eye.north_m))[:, np.newaxis, :]
        ahead = self._start - (eye.east_m, eye.north_m)
        edge = self._end - self._start
        facing = _cross(reach, edge)
        # What runs along a wall meets the walls beside it.
        facing = np.where(np.abs(facing) < 1e-12, np.inf, facing)
        part = _cross(ahead, edge) / facing
        across = _cross(ahead, reach) / facing
        meets: Flags = (part >= 0.0) & (part <= 1.0) & (across >= 0.0) & (across <= 1.0)
        meets &= facing != np.inf
        blocks: Flags = meets & (eye.height_m * (1.0 - part) < self._top)
        crossed: Flags = np.logical_or.reduce(blocks, axis=1)
        return crossed

    def _under_roof(self, eye: Eye, points: Floats) -> Flags:
        """Return which points lie in a building that the eye looks down upon."""
        hidden = np.zeros(len(points), np.bool_)
        if len(points) == 0:
            return hidden
        east, north = points.T
        among = (self._lows <= (east.max(), north.max())) & (
            self._highs >= (east.min(), north.min())
        )
        low_ones = among[:, 0] & among[:, 1] & (self._tops <= eye.height_m)
        for one in np.flatnonzero(low_ones).tolist():
            (west, south), (east_end, north_end) = self._lows[one], self._highs[one]
            boxed = (east >= west) & (east <= east_end) & (north >= south) & (north <= north_end)
            near = np.flatnonzero(boxed)
            hidden[near] |= inside(self._polygons[one], points[near])
        return hidden


def _orientation(polygon: Floats) -> float:
    """Return 1 for corners that go round against the clock, -1 with it."""
    return 1.0 if float(_cross(polygon, np.roll(polygon, -1, axis=0)).sum()) >= 0.0 else -1.0


def _cross(first: Floats, second: Floats) -> Floats:
    product: Floats = first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0]
    return product
