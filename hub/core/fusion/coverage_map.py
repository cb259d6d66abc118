"""Where somebody would be seen now, as a raster over the site for the map."""

from collections.abc import Iterable
from typing import Final

import numpy as np
from msgspec import Struct

from hub.core.fusion.sight import Floats32, Sight
from hub.core.site import Place
from wire.feed import CoverageView, EastNorth, ZoneCoverageView
from wire.quantities import Identifier, Instant

# Fine enough for a person; 40 KB at most, so that a large site is drawn more coarsely.
CELL_M: Final = 2.0
CELLS_MAX: Final = 40_000
# A cell is looked at in so many places a side, at most.
_SAMPLES_MAX: Final = 4


class _Patch(Struct, frozen=True, kw_only=True):
    """What one sensor adds: the probability that it misses, on a part of the map."""

    rows: slice
    columns: slice
    missed: Floats32


class CoverageMap:
    """The site in square cells, and what each sensor sees of them."""

    def __init__(self, bounds: tuple[Place, Place]) -> None:
        low, high = np.array(bounds)
        cell_m = CELL_M
        while np.prod(np.ceil(high / cell_m) - np.floor(low / cell_m)) > CELLS_MAX:
            cell_m += CELL_M / 2.0
        first = np.floor(low / cell_m)
        self._cell_m = cell_m
        self._low = first * cell_m
        self._shape = np.maximum(np.ceil(high / cell_m) - first, 1.0).astype(int)[::-1].tolist()
        self._patches: dict[Identifier, _Patch] = {}

    def put(self, sensor: Identifier, sight: Sight | None) -> None:
        """Set what a sensor sees; None: nothing."""
        self._patches.pop(sensor, None)
        if sight is not None and sight.probability.size:
            self._patches[sensor] = self._patch(sight)

    def view(
        self,
        at_us: Instant,
        watching: Iterable[Identifier],
        zones: tuple[ZoneCoverageView, ...] = (),
    ) -> CoverageView:
        """Return what these sensors see together: that not all of them miss."""
        missed = np.ones(self._shape, np.float32)
        for sensor in watching:
            patch = self._patches.get(sensor)
            if patch is not None:
                missed[patch.rows, patch.columns] *= patch.missed
        east_m, north_m = self._low.tolist()
        return CoverageView(
            at_us=at_us,
            low=EastNorth(east_m=east_m, north_m=north_m),
            cell_m=self._cell_m,
            columns=self._shape[1],
            rows=self._shape[0],
            probability=np.rint((1.0 - missed) * 255.0).astype(np.uint8).tobytes(),
            zones=zones,
        )

    def _patch(self, sight: Sight) -> _Patch:
        low = np.array((sight.low_east_m, sight.low_north_m))
        high = low + np.array(sight.probability.shape[::-1]) * sight.cell_m
        limit = np.array(self._shape[::-1])
        first = np.clip(np.floor((low - self._low) / self._cell_m), 0, limit).astype(int)
        last = np.clip(np.ceil((high - self._low) / self._cell_m), first, limit).astype(int)
        samples = int(np.clip(np.ceil(self._cell_m / sight.cell_m), 1, _SAMPLES_MAX))
        axes = [
            self._low[axis]
            + (first[axis] + (np.arange((last - first)[axis] * samples) + 0.5) / samples)
            * self._cell_m
            for axis in (0, 1)
        ]
        points = np.column_stack([each.ravel() for each in np.meshgrid(*axes)])
        columns, rows = (last - first).tolist()
        seen = sight.at(points).reshape(rows, samples, columns, samples).mean(axis=(1, 3))
        return _Patch(
            rows=slice(int(first[1]), int(last[1])),
            columns=slice(int(first[0]), int(last[0])),
            missed=(1.0 - seen).astype(np.float32),
        )
