"""What rules and interlocks read of the live tracks: columns of equal length, one row a track."""

import math
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hub.core.fusion.lifecycle import COASTING, CONFIRMED
from hub.core.geometry import Flags, Floats
from wire.feed import LABELS
from wire.labels import Label
from wire.quantities import Identifier

Rows = NDArray[np.intp]
"""Indices into the columns."""

SensorsOf = Callable[[int], tuple[Identifier, ...]]
"""The sensors that fed a track in the last seconds, most recent first, by its number."""

Box = tuple[float, float, float, float]
"""West, south, east and north end, in metres."""


class TrackTable(Protocol):
    """The live tracks."""

    @property
    def number(self) -> NDArray[np.uint32]:
        """The name of each track for its whole life."""
        ...

    @property
    def east(self) -> Floats:
        """Metres east of the site's origin."""
        ...

    @property
    def north(self) -> Floats:
        """Metres north of the site's origin."""
        ...

    @property
    def velocity_east(self) -> Floats:
        """Metres a second."""
        ...

    @property
    def velocity_north(self) -> Floats:
        """Metres a second."""
        ...

    @property
    def covariance(self) -> Floats:
        """(n, 4, 4) of east, north, velocity east, velocity north."""
        ...

    @property
    def updated_us(self) -> NDArray[np.int64]:
        """The instant at which position and velocity hold."""
        ...

    @property
    def born_us(self) -> NDArray[np.int64]:
        """The instant of the first measurement."""
        ...

    @property
    def state(self) -> NDArray[np.uint8]:
        """Index into `TrackState`."""
        ...

    @property
    def label(self) -> NDArray[np.uint8]:
        """Index into `wire.feed.LABELS`."""
        ...

    @property
    def simulated(self) -> Flags:
        """Whether a simulator fed it."""
        ...

    @property
    def exercise(self) -> Flags:
        """Whether it is part of a drill."""
        ...


def positions(tracks: TrackTable, rows: Rows) -> Floats:
    """Return the tracks of these rows as points."""
    return np.column_stack((tracks.east[rows], tracks.north[rows])).astype(np.float64)


def box_around(corners: Floats, margin_m: float = 0.0) -> Box:
    """Return the box around some points, with a margin."""
    (west, south), (east, north) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    return west - margin_m, south - margin_m, east + margin_m, north + margin_m


def is_within(tracks: TrackTable, rows: Rows, box: Box, margin_m: Floats | float = 0.0) -> Flags:
    """Return which tracks are in a box, or within a margin of each around it.

    It costs a tenth of asking a polygon, and most tracks are nowhere near most zones.
    """
    west, south, east, north = box
    x, y = tracks.east[rows], tracks.north[rows]
    flags: Flags = (x >= west - margin_m) & (x <= east + margin_m)
    flags &= (y >= south - margin_m) & (y <= north + margin_m)
    return flags


def sigmas(tracks: TrackTable, rows: Rows) -> Floats:
    """Return one standard deviation of each position, along its worse axis of the two."""
    variance = tracks.covariance[rows]
    worse: Floats = np.sqrt(np.maximum(variance[:, 0, 0], variance[:, 1, 1]))
    return worse


def sigma_of(tracks: TrackTable, row: int) -> float:
    """Return `sigmas` of one track, at a tenth of the price."""
    covariance = tracks.covariance
    return math.sqrt(max(covariance[row, 0, 0], covariance[row, 1, 1], 0.0))


def is_visible(tracks: TrackTable, rows: Rows) -> Flags:
    """Return which rows are shown to operators: confirmed, or coasting after it."""
    state = tracks.state[rows]
    flags: Flags = (state == CONFIRMED) | (state == COASTING)
    return flags


def has_label(tracks: TrackTable, rows: Rows, labels: Iterable[Label]) -> Flags:
    """Return which rows carry one of the labels."""
    flags: Flags = meant(tuple(labels))[tracks.label[rows]]
    return flags


# As many sets of labels as a site's rules could ever name.
@lru_cache(maxsize=1_024)
def meant(labels: tuple[Label, ...]) -> Flags:
    """Return by label index which labels are meant."""
    wanted: Flags = np.isin(np.arange(len(LABELS)), [LABELS.index(label) for label in labels])
    wanted.flags.writeable = False
    return wanted


def sensors_of_all(numbers: Iterable[int], sensors_of: SensorsOf) -> tuple[Identifier, ...]:
    """Return every sensor that feeds one of the tracks, each once."""
    # No operator reads more than sixteen names.
    return tuple(dict.fromkeys(name for one in numbers for name in sensors_of(one)))[:16]
