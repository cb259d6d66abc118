"""Which ground is being looked at now: the instant at which each zone was last seen whole."""

import numpy as np

from hub.core.geometry import FieldOfViewArea, Floats, inside, points_of
from hub.core.site import Area
from wire.quantities import Identifier, Instant

# A zone counts as seen whole where every point of this grid, and every corner, is seen.
GRID_M = 1.0
# A large zone is sampled more coarsely, so that it has no more points than this a side.
POINTS_A_SIDE_MAX = 12
# Corners often lie on the very edge of a field of view: they are moved this far inwards.
INSET = 0.02


class Coverage:
    """When each zone was last seen, from where sensors look and when they did."""

    def __init__(self, zones: tuple[Area, ...]) -> None:
        self._points = {zone.id: _samples(points_of(zone.polygon)) for zone in zones}
        self._seen_us = {
            zone_id: np.zeros(len(points), np.int64) for zone_id, points in self._points.items()
        }
        # By sensor: the zones of which it sees something, and which of their points.
        self._sees: dict[Identifier, list[tuple[Identifier, np.ndarray]]] = {}

    def see(self, sensor: Identifier, area: FieldOfViewArea | None) -> None:
        """Learn where a sensor looks. One that does not say where is taken to see nothing."""
        self._sees[sensor] = []
        if area is None:
            return
        for zone_id, points in self._points.items():
            visible = area.contains(points)
            if visible.any():
                self._sees[sensor].append((zone_id, np.flatnonzero(visible)))

    def scanned(self, sensor: Identifier, observed_us: Instant) -> None:
        """Take note that a sensor looked."""
        for zone_id, points in self._sees.get(sensor, ()):
            seen_us = self._seen_us[zone_id]
            seen_us[points] = np.maximum(seen_us[points], observed_us)

    def covered_us(self) -> dict[Identifier, Instant]:
        """Return when each zone was last seen whole; a zone never seen whole is not in it."""
        oldest = {zone_id: int(seen_us.min()) for zone_id, seen_us in self._seen_us.items()}
        return {zone_id: at_us for zone_id, at_us in oldest.items() if at_us > 0}


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
