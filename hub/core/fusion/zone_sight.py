"""Which parts of each zone which sensors see, and when each zone was last seen whole.

A zone is a handful of points, each tested exactly: what is behind a wall is not seen, and a gate
that waits for a zone to be empty waits until somebody sees all of it.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from hub.core.fusion.walls import Walls
from hub.core.geometry import Flags, Floats, inside, points_of
from hub.core.site import Area, Place
from wire.feed import ZoneCoverageView
from wire.quantities import Identifier, Instant

# A zone counts as seen whole where every point of this grid, and every corner, is seen.
GRID_M: Final = 1.0
# A large zone is sampled more coarsely, so that it has no more points than this a side.
POINTS_A_SIDE_MAX: Final = 12
# Corners often lie on the very edge of a field of view: they are moved this far inwards.
INSET: Final = 0.02
# Nobody stands in a wall: a zone drawn along one, or a little into it, is whole without that.
WALL_MARGIN_M: Final = 0.5


class ZoneSight:
    """The zones of a plan, and who sees what of them."""

    def __init__(self, zones: tuple[Area, ...], walls: Walls) -> None:
        self._names = [zone.id for zone in zones]
        points = [_open(_samples(points_of(zone.polygon)), walls) for zone in zones]
        self.points: Floats = np.concatenate([np.empty((0, 2)), *points])
        ends = np.cumsum([len(one) for one in points], dtype=np.intp).tolist()
        self._parts = [slice(end - len(one), end) for one, end in zip(points, ends, strict=True)]
        self._seen: dict[Identifier, Flags] = {}
        # For `covered_us`: the sets of sensors that see a point, once each, zone after zone.
        self._who: Flags | None = None
        self._first: list[int] = []

    def put(self, sensor: Identifier, seen: Flags | None) -> None:
        """Set which of `points` a sensor sees; None: nothing."""
        self._seen.pop(sensor, None)
        if seen is not None and seen.any():
            self._seen[sensor] = seen
        self._who = None

    def covered_us(self, looked_us: Mapping[Identifier, Instant]) -> dict[Identifier, Instant]:
        """Return when each zone was last seen whole, from when each sensor looked last."""
        if not self._seen:
            return {}
        if self._who is None:
            self._who = self._group()
        at_us = np.array([looked_us.get(sensor, 0) for sensor in self._seen], np.int64)
        latest = np.where(self._who, at_us, 0).max(axis=1)
        oldest = np.minimum.reduceat(latest, self._first).tolist()
        pairs = zip(self._names, oldest, strict=True)
        return {zone: zone_us for zone, zone_us in pairs if zone_us > 0}

    def views(self, watching: Iterable[Identifier]) -> tuple[ZoneCoverageView, ...]:
        """Return how much of each zone these sensors see."""
        count = self._count(watching)
        return tuple(
            ZoneCoverageView(
                id=zone,
                seen=round(float((count[part] >= 1).mean()), 3),
                doubly_seen=round(float((count[part] >= 2).mean()), 3),
            )
            for zone, part in zip(self._names, self._parts, strict=True)
        )

    def unseen(self, watching: Iterable[Identifier]) -> list[tuple[Identifier, float, Place]]:
        """Return the zones that these sensors do not see whole: what share, and where."""
        count, found = self._count(watching), []
        for zone, part in zip(self._names, self._parts, strict=True):
            blind = self.points[part][count[part] == 0]
            if len(blind):
                off = blind - blind.mean(axis=0)
                east_m, north_m = blind[int((off * off).sum(axis=1).argmin())].tolist()
                found.append((zone, len(blind) / (part.stop - part.start), (east_m, north_m)))
        return found

    def _count(self, watching: Iterable[Identifier]) -> np.ndarray:
        """Return how many of these sensors see each point."""
        count = np.zeros(len(self.points), np.int64)
        for sensor in watching:
            seen = self._seen.get(sensor)
            if seen is not None:
                count += seen
        return count

    def _group(self) -> Flags:
        """Return which sensors see a point, for each kind of point, zone after zone."""
        seen = np.array(list(self._seen.values()))
        kinds = [np.unique(seen[:, part], axis=1).T for part in self._parts]
        counts = np.array([len(one) for one in kinds])
        self._first = (np.cumsum(counts) - counts).tolist()
        return np.concatenate(kinds)


def _open(points: Floats, walls: Walls) -> Floats:
    """Return the points that are not in a wall; all, if the zone is nothing but wall."""
    free = ~walls.near(points, WALL_MARGIN_M)
    return points[free] if free.any() else points


def _samples(polygon: Floats) -> Floats:
    """Return points spread over a polygon: its corners, moved inwards, and a grid."""
    middle = polygon.mean(axis=0)
    corners = polygon + INSET * (middle - polygon)
    low, high = polygon.min(axis=0), polygon.max(axis=0)
    counts = np.clip(np.ceil((high - low) / GRID_M), 2, POINTS_A_SIDE_MAX).astype(int)
    east, north = (np.linspace(low[axis], high[axis], counts[axis]) for axis in (0, 1))
    grid = np.column_stack([each.ravel() for each in np.meshgrid(east, north)])
    samples: Floats = np.vstack((corners, grid[inside(polygon, grid)]))
    return samples
