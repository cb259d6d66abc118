"""What one sensor sees of the ground: how likely a look of it finds who stands where.

A raster: the field of view, less what walls hide, times the probability of detection, which
falls off where the sensor's range ends. It changes only when the sensor's About does.
"""

from typing import Final

import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray

from hub.core.fusion.detection_rate import DetectionRate
from hub.core.fusion.walls import Eye, Walls
from hub.core.geometry import PLANE_M, FieldOfViewArea, Flags, Floats, Sector, points_of
from hub.core.site import Place
from wire.feed import LABELS
from wire.labels import Label, SensorKind

Floats32 = NDArray[np.float32]

# What looks at ground and finds those who stand on it. A microphone hears and a receiver of tags
# finds tags: that neither reports anybody says nothing about who is there.
DETECTS: Final[dict[SensorKind, float]] = {
    SensorKind.CAMERA: 0.9,
    SensorKind.THERMAL: 0.9,
    SensorKind.RADAR: 0.9,
    SensorKind.LIDAR: 0.9,
}
# Nobody is found without fail.
PROBABILITY_MAX: Final = 0.98
# How much harder than a person some things are to find for a sensor that can tell them at all.
LABEL_SHARE: Final[dict[Label, float]] = {
    Label.UNKNOWN: 1.0,
    Label.PERSON: 1.0,
    Label.BICYCLE: 1.0,
    Label.VEHICLE: 1.0,
    Label.DRONE: 0.6,
    Label.BAG: 0.6,
    Label.ANIMAL: 0.7,
}
# Up to this part of its range a sensor finds as well as near by; at its end half as well.
FULL_RANGE: Final = 0.7
END_SHARE: Final = 0.5

CELL_M: Final = 1.0
# 500 x 500 m at a metre; a sensor that reaches further is drawn more coarsely: 1 MB each.
CELLS_MAX: Final = 250_000
# Each cell is looked at in so many places a side.
_SAMPLES: Final = 2
_EVERYWHERE: Final = ((-PLANE_M, -PLANE_M), (PLANE_M, PLANE_M))


class Sight(Struct, frozen=True, kw_only=True):
    """What one sensor sees of the ground."""

    low_east_m: float  # South-west corner of the first cell.
    low_north_m: float
    cell_m: float
    probability: Floats32  # (rows, columns) of detection per look; row 0 is the southernmost.
    # By label index, what to multiply by: 0 for what the sensor cannot tell.
    label_share: Floats32

    @property
    def low(self) -> Place:
        """Its south-west corner."""
        return self.low_east_m, self.low_north_m

    @property
    def high(self) -> Place:
        """Its north-east corner."""
        rows, columns = self.probability.shape
        return self.low_east_m + columns * self.cell_m, self.low_north_m + rows * self.cell_m

    def axes(self) -> tuple[Floats, Floats]:
        """Return the middles of its columns and of its rows."""
        rows, columns = self.probability.shape
        east: Floats = self.low_east_m + (np.arange(columns, dtype=np.float64) + 0.5) * self.cell_m
        north: Floats = self.low_north_m + (np.arange(rows, dtype=np.float64) + 0.5) * self.cell_m
        return east, north

    def middles(self) -> Floats:
        """Return the middle of each cell, row by row."""
        return np.column_stack([each.ravel() for each in np.meshgrid(*self.axes())])

    def at(self, points: Floats) -> Floats:
        """Return the probability at points; 0 beyond the raster."""
        low = (self.low_east_m, self.low_north_m)
        rows, columns = self.probability.shape
        cell = np.floor((points - low) / self.cell_m)
        within: Flags = np.logical_and.reduce((cell >= 0.0) & (cell < (columns, rows)), axis=1)
        column, row = np.where(within[:, np.newaxis], cell, 0.0).astype(np.intp).T
        found = np.zeros(len(points))
        if self.probability.size:
            found = np.where(within, self.probability[row, column], 0.0)
        return found


def sight_of(
    area: FieldOfViewArea,
    origin: Place,
    walls: Walls,
    *,
    height_m: float,
    kind: SensorKind,
    labels: tuple[Label, ...] = (),
    bounds: tuple[Place, Place] = _EVERYWHERE,
) -> Sight | None:
    """Return what a sensor sees within the bounds; None for a kind that looks at nothing."""
    if kind not in DETECTS:
        return None
    low, high = _box(area, bounds)
    cell_m = _cell_m(high - low)
    first = np.floor(low / cell_m)
    columns, rows = np.maximum(np.ceil(high / cell_m) - first, 0.0).astype(int).tolist()
    points = _samples(first, columns, rows, cell_m)
    eye = walls.placed(Eye(east_m=origin[0], north_m=origin[1], height_m=max(height_m, 0.0)))
    seen = sees(area, eye, walls, points, exactly=False)
    share = sum(
        seen.reshape(rows, _SAMPLES, columns, _SAMPLES)[:, row, :, column].astype(np.float64)
        for row in range(_SAMPLES)
        for column in range(_SAMPLES)
    )
    east = (first[0] + np.arange(columns) + 0.5) * cell_m - origin[0]
    north = (first[1] + np.arange(rows) + 0.5) * cell_m - origin[1]
    left = fall_off(np.hypot(east, north[:, np.newaxis]), range_m(area, origin))
    probability = DETECTS[kind] / _SAMPLES**2 * share * left
    return Sight(
        low_east_m=float(first[0] * cell_m),
        low_north_m=float(first[1] * cell_m),
        cell_m=cell_m,
        probability=probability.astype(np.float32),
        label_share=label_share(labels),
    )


def learnt(model: Sight, rate: DetectionRate) -> Sight:
    """Return a sight as it was learnt to be."""
    probability = model.probability * rate.grid(*model.axes())
    bounded = np.minimum(probability, PROBABILITY_MAX).astype(np.float32)
    return structs.replace(model, probability=bounded)


def sees(
    area: FieldOfViewArea, eye: Eye, walls: Walls, points: Floats, *, exactly: bool = True
) -> Flags:
    """Return which points of the ground are in view, and not behind a wall."""
    seen = area.contains(points)
    looked_at = np.flatnonzero(seen)
    hidden = (walls.hide if exactly else walls.shade)(eye, points[looked_at])
    seen[looked_at[hidden]] = False
    return seen


def fall_off(reach_m: Floats, range_max_m: float) -> Floats:
    """Return the share of the probability of detection that is left at a distance."""
    beyond = (reach_m / max(range_max_m, 1e-9) - FULL_RANGE) / (1.0 - FULL_RANGE)
    return 1.0 - (1.0 - END_SHARE) * np.clip(beyond, 0.0, 1.0)


def range_m(area: FieldOfViewArea, origin: Place) -> float:
    """Return how far a sensor looks."""
    if isinstance(area, Sector):
        return area.range_max_m
    return float(np.hypot(*(points_of(area.corners) - origin).T).max())


def label_share(labels: tuple[Label, ...]) -> Floats32:
    """Return how well each label is found by a sensor that tells these (none: all)."""
    tells = {Label.UNKNOWN, *(labels or LABELS)}
    return np.array([LABEL_SHARE[one] if one in tells else 0.0 for one in LABELS], np.float32)


def _box(area: FieldOfViewArea, bounds: tuple[Place, Place]) -> tuple[Floats, Floats]:
    """Return the corners of the least box that holds the area within the bounds."""
    if isinstance(area, Sector):
        middle = np.array((area.east_m, area.north_m))
        low, high = middle - area.range_max_m, middle + area.range_max_m
    else:
        corners = points_of(area.corners)
        low, high = corners.min(axis=0), corners.max(axis=0)
    south_west, north_east = np.array(bounds)
    low = np.clip(low, south_west, north_east)
    return low, np.clip(high, south_west, north_east)


def _cell_m(size: Floats) -> float:
    """Return the least whole number of metres with which a raster keeps its bound."""
    cell_m = CELL_M
    while np.prod(np.ceil(size / cell_m) + 1.0) > CELLS_MAX:
        cell_m += CELL_M
    return cell_m


def _samples(first: Floats, columns: int, rows: int, cell_m: float) -> Floats:
    """Return the places at which each cell is looked at, from the south-west, row by row."""
    part = (np.arange(max(columns, rows) * _SAMPLES) + 0.5) / _SAMPLES
    east = (first[0] + part[: columns * _SAMPLES]) * cell_m
    north = (first[1] + part[: rows * _SAMPLES]) * cell_m
    return np.column_stack([each.ravel() for each in np.meshgrid(east, north)])
