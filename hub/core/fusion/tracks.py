"""The live tracks, as a structure of arrays: one row a track, rows without gaps."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from hub.core.fusion.gating import Indices
from hub.core.fusion.lifecycle import COASTING, CONFIRMED
from hub.core.geometry import Flags, Floats
from wire.feed import LABELS, EastNorth, TrackView
from wire.quantities import Identifier

FEEDERS: Final = 8
"""Sensors remembered for each track: more than ever overlap on one spot of a site."""

FED_LATELY_US: Final = 5_000_000
"""A sensor that last saw a track longer ago is no longer one of its sources."""

_US_S: Final = 1e-6

NUMBER_MAX: Final = 2**32
"""Numbers are 32 bits on the wire: enough for a thousand new tracks a second for fifty days."""

_FIRST_NUMBER: Final = 1000
# Most tracks end tentative, as clutter: they are told apart by numbers that nobody ever sees.
NAMELESS: Final = 2**31
_CAPACITY_FIRST: Final = 256


def seconds(span_us: NDArray[np.int64]) -> Floats:
    """Return spans in seconds."""
    return np.multiply(span_us, _US_S, dtype=np.float64)


class Rows:
    """The arrays, preallocated and grown by doubling; rows beyond `count` mean nothing."""

    def __init__(self) -> None:
        self.count = 0
        self.next_number = _FIRST_NUMBER
        self.next_nameless = NAMELESS
        size = _CAPACITY_FIRST
        self.number: NDArray[np.uint32] = np.zeros(size, np.uint32)
        self.mean: Floats = np.zeros((size, 4))
        self.covariance: Floats = np.zeros((size, 4, 4))
        self.updated_us: NDArray[np.int64] = np.zeros(size, np.int64)  # Mean holds then.
        self.looked_us: NDArray[np.int64] = np.zeros(size, np.int64)  # Existence holds then.
        self.born_us: NDArray[np.int64] = np.zeros(size, np.int64)
        self.existence: Floats = np.zeros(size)
        self.hits: NDArray[np.int32] = np.zeros(size, np.int32)
        self.state: NDArray[np.uint8] = np.zeros(size, np.uint8)
        self.votes: Floats = np.zeros((size, len(LABELS)))
        self.label: NDArray[np.uint8] = np.zeros(size, np.uint8)
        self.label_confidence: Floats = np.zeros(size)
        self.simulated: Flags = np.zeros(size, np.bool_)
        self.exercise: Flags = np.zeros(size, np.bool_)
        self.object_key: NDArray[np.int64] = np.zeros(size, np.int64)  # 0: none.
        self.fed_by: NDArray[np.int16] = np.full((size, FEEDERS), -1, np.int16)
        self.fed_us: NDArray[np.int64] = np.zeros((size, FEEDERS), np.int64)

    def append(self, count: int) -> Indices:
        """Add nameless rows, all else zero, and return where they are."""
        first, last = self.count, self.count + count
        while last > len(self.number):
            self._double()
        added = np.arange(first, last)
        for name in _COLUMNS:
            getattr(self, name)[first:last] = 0
        self.fed_by[first:last] = -1
        self.number[first:last] = np.arange(self.next_nameless, self.next_nameless + count)
        self.next_nameless += count
        self.count = last
        return added

    def name(self, rows: Indices) -> None:
        """Give the nameless among these rows their number, short enough to say on the radio."""
        nameless = rows[self.number[rows] >= NAMELESS]
        numbers = np.arange(self.next_number, self.next_number + nameless.size)
        self.number[nameless] = numbers
        self.next_number += nameless.size

    def remove(self, gone: Indices) -> Indices:
        """Take rows out, the last ones filling their places; return where each row is now.

        A row that is gone is at -1.
        """
        before, after = self.count, self.count - len(gone)
        now_at = np.arange(before)
        now_at[gone] = -1
        holes = gone[gone < after]
        movers = np.flatnonzero(now_at[after:] >= 0) + after
        for name in _COLUMNS:
            column = getattr(self, name)
            column[holes] = column[movers]
        now_at[movers] = holes
        self.count = after
        return now_at

    def feed(self, rows: Indices, sensor: int, at_us: int) -> None:
        """Remember that a sensor fed these rows."""
        by, when = self.fed_by[rows], self.fed_us[rows]
        same = by == sensor
        slot = np.where(same.any(axis=1), same.argmax(axis=1), when.argmin(axis=1))
        self.fed_by[rows, slot] = sensor
        self.fed_us[rows, slot] = np.maximum(self.fed_us[rows, slot], at_us)

    def _double(self) -> None:
        for name in _COLUMNS:
            column = getattr(self, name)
            setattr(self, name, np.concatenate((column, np.zeros_like(column))))


_COLUMNS: Final = tuple(name for name, value in vars(Rows()).items() if hasattr(value, "dtype"))


class Tracks:
    """The live tracks to be read: columns of equal length. Valid until the next update."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return self._rows.count

    @property
    def number(self) -> NDArray[np.uint32]:
        """The name of each track for its whole life; never used again."""
        return self._rows.number[: self._rows.count]

    @property
    def east(self) -> Floats:
        """Metres east of the site's origin at `updated_us`."""
        return self._rows.mean[: self._rows.count, 0]

    @property
    def north(self) -> Floats:
        """Metres north of the site's origin at `updated_us`."""
        return self._rows.mean[: self._rows.count, 1]

    @property
    def velocity_east(self) -> Floats:
        """Metres a second."""
        return self._rows.mean[: self._rows.count, 2]

    @property
    def velocity_north(self) -> Floats:
        """Metres a second."""
        return self._rows.mean[: self._rows.count, 3]

    @property
    def covariance(self) -> Floats:
        """(n, 4, 4) of east, north, velocity east, velocity north, at `updated_us`."""
        return self._rows.covariance[: self._rows.count]

    @property
    def updated_us(self) -> NDArray[np.int64]:
        """The instant at which position and velocity hold: of the latest measurement."""
        return self._rows.updated_us[: self._rows.count]

    @property
    def born_us(self) -> NDArray[np.int64]:
        """The instant of the first measurement."""
        return self._rows.born_us[: self._rows.count]

    @property
    def existence(self) -> Floats:
        """The probability that there is something."""
        return self._rows.existence[: self._rows.count]

    @property
    def state(self) -> NDArray[np.uint8]:
        """Index into `TrackState`."""
        return self._rows.state[: self._rows.count]

    @property
    def label(self) -> NDArray[np.uint8]:
        """Index into `wire.feed.LABELS`."""
        return self._rows.label[: self._rows.count]

    @property
    def label_confidence(self) -> Floats:
        """The label's share of the votes."""
        return self._rows.label_confidence[: self._rows.count]

    @property
    def simulated(self) -> Flags:
        """Whether a simulator ever fed it."""
        return self._rows.simulated[: self._rows.count]

    @property
    def exercise(self) -> Flags:
        """Whether a drill's message ever fed it."""
        return self._rows.exercise[: self._rows.count]

    def predicted(self, now_us: int, span_max_s: float = 10.0) -> Floats:
        """Return where the tracks are at an instant, as points; no further than `span_max_s`."""
        span_s = np.clip(seconds(now_us - self.updated_us), -span_max_s, span_max_s)
        mean = self._rows.mean[: self._rows.count]
        moved: Floats = mean[:, :2] + mean[:, 2:] * span_s[:, np.newaxis]
        return moved

    def row_of(self, number: int) -> int | None:
        """Return the row of a track, if it is alive."""
        found = np.flatnonzero(self.number == number)
        return int(found[0]) if found.size else None

    def sensors(self, row: int, names: list[Identifier]) -> tuple[Identifier, ...]:
        """Return the sensors that fed a track lately, the most recent first."""
        by, when = self._rows.fed_by[row], self._rows.fed_us[row]
        recent = when >= self._rows.updated_us[row] - FED_LATELY_US
        order = np.lexsort((by, -when))
        return tuple(names[by[slot]] for slot in order if by[slot] >= 0 and recent[slot])


def view_of(tracks: Tracks, row: int, names: list[Identifier]) -> TrackView:
    """Return all that is known of one track."""
    east, north = float(tracks.velocity_east[row]), float(tracks.velocity_north[row])
    variances, axes = np.linalg.eigh(tracks.covariance[row, :2, :2])
    state = int(tracks.state[row])
    return TrackView(
        number=int(tracks.number[row]),
        label=LABELS[int(tracks.label[row])],
        label_confidence=float(tracks.label_confidence[row]),
        at=EastNorth(east_m=float(tracks.east[row]), north_m=float(tracks.north[row])),
        speed_mps=float(np.hypot(east, north)),
        heading_deg=float(np.degrees(np.arctan2(east, north)) % 360.0),
        sigma_major_m=float(np.sqrt(variances[1])),
        sigma_minor_m=float(np.sqrt(max(variances[0], 0.0))),
        sigma_azimuth_deg=float(np.degrees(np.arctan2(axes[0, 1], axes[1, 1])) % 180.0),
        born_us=int(tracks.born_us[row]),
        updated_us=int(tracks.updated_us[row]),
        confirmed=state == CONFIRMED,
        coasting=state == COASTING,
        existence=float(tracks.existence[row]),
        sensors=tracks.sensors(row, names),
        simulated=bool(tracks.simulated[row]),
        exercise=bool(tracks.exercise[row]),
    )
