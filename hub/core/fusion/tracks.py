"""The live tracks, as a structure of arrays: one row a track, rows without gaps."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hub.core.fusion.compiled import compiled
from hub.core.fusion.lifecycle import COASTING, CONFIRMED, LOST
from hub.core.geometry import Flags, Floats, Indices
from wire.feed import LABELS, EastNorth, TrackView
from wire.quantities import Identifier

FEEDERS: Final = 16
"""Sensors remembered for each track: twice as many as ever overlap on one spot of a site."""

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


NO_LABEL: Final = 255
"""In `held_label`: nobody has said what it is."""


class Columns(NamedTuple):
    """The arrays themselves, as the kernels take them: a row a track, some of them free."""

    number: NDArray[np.uint32]
    mean: Floats  # (n, 4) of east, north, velocity east, velocity north, in m and m/s.
    covariance: Floats  # (n, 4, 4)
    updated_us: NDArray[np.int64]  # Mean and covariance hold then: the latest measurement.
    looked_us: NDArray[np.int64]  # Existence and visibility hold then.
    born_us: NDArray[np.int64]
    existence: Floats
    hits: NDArray[np.int32]
    state: NDArray[np.uint8]
    votes: Floats  # (n, labels)
    label: NDArray[np.uint8]
    label_confidence: Floats
    held_label: NDArray[np.uint8]  # What a person said it is; NO_LABEL: nobody.
    simulated: Flags
    exercise: Flags
    object_key: NDArray[np.int64]  # The feeding sensor's own track; 0: none.
    identity: NDArray[np.int64]  # What the thing says of itself; 0: nothing.
    height: Floats  # (n, 2) of height above the ground and climb, in m and m/s,
    height_covariance: Floats  # (n, 2, 2)
    height_us: NDArray[np.int64]  # at this instant; 0: no sensor tells.
    fed_by: NDArray[np.int16]  # (n, FEEDERS) sensors that looked, by index; -1: none.
    fed_us: NDArray[np.int64]  # (n, FEEDERS) when each fed it last,
    fed_first_us: NDArray[np.int64]  # first,
    fed_count: NDArray[np.int32]  # and how often.
    eyed_us: NDArray[np.int64]  # (n, FEEDERS) when each looked last,
    visible: Floats  # (n, FEEDERS) and the probability that nothing hid it then from each.
    cell: NDArray[np.int32]  # (n, 2) the square of ground where it is filed,
    before: NDArray[np.int32]  # and its neighbours in the list of that square.
    after: NDArray[np.int32]


def _columns(size: int) -> Columns:
    """Return arrays of so many rows, all zero."""
    return Columns(
        number=np.zeros(size, np.uint32),
        mean=np.zeros((size, 4)),
        covariance=np.zeros((size, 4, 4)),
        updated_us=np.zeros(size, np.int64),
        looked_us=np.zeros(size, np.int64),
        born_us=np.zeros(size, np.int64),
        existence=np.zeros(size),
        hits=np.zeros(size, np.int32),
        state=np.zeros(size, np.uint8),
        votes=np.zeros((size, len(LABELS))),
        label=np.zeros(size, np.uint8),
        label_confidence=np.zeros(size),
        held_label=np.zeros(size, np.uint8),
        simulated=np.zeros(size, np.bool_),
        exercise=np.zeros(size, np.bool_),
        object_key=np.zeros(size, np.int64),
        identity=np.zeros(size, np.int64),
        height=np.zeros((size, 2)),
        height_covariance=np.zeros((size, 2, 2)),
        height_us=np.zeros(size, np.int64),
        fed_by=np.zeros((size, FEEDERS), np.int16),
        fed_us=np.zeros((size, FEEDERS), np.int64),
        fed_first_us=np.zeros((size, FEEDERS), np.int64),
        fed_count=np.zeros((size, FEEDERS), np.int32),
        eyed_us=np.zeros((size, FEEDERS), np.int64),
        visible=np.zeros((size, FEEDERS)),
        cell=np.zeros((size, 2), np.int32),
        before=np.zeros(size, np.int32),
        after=np.zeros(size, np.int32),
    )


@compiled
def slot_of(by: NDArray[np.int16], eyed_us: NDArray[np.int64], sensor: int) -> int:
    """Return a sensor's slot in one track; without one, that of who looked least recently."""
    slot = 0
    for other in range(FEEDERS):
        if by[other] == sensor:
            return other
        if eyed_us[other] < eyed_us[slot]:
            slot = other
    return slot


@compiled
def displace(rows: Columns, row: int, slot: int, sensor: int) -> None:
    """Give a sensor a slot that was free or another's."""
    rows.fed_by[row, slot] = sensor
    rows.fed_us[row, slot] = rows.fed_first_us[row, slot] = rows.eyed_us[row, slot] = 0
    rows.fed_count[row, slot] = 0
    rows.visible[row, slot] = 1.0


@compiled
def feed(rows: Columns, row: int, sensor: int, at_us: int) -> None:
    """Take note that a sensor fed a track."""
    slot = slot_of(rows.fed_by[row], rows.eyed_us[row], sensor)
    if rows.fed_by[row, slot] != sensor:
        displace(rows, row, slot, sensor)
    first = rows.fed_first_us[row, slot]
    rows.fed_first_us[row, slot] = min(first, at_us) if first else at_us
    rows.fed_us[row, slot] = max(rows.fed_us[row, slot], at_us)
    rows.eyed_us[row, slot] = max(rows.eyed_us[row, slot], at_us)
    rows.fed_count[row, slot] += 1


class Rows:
    """The arrays, preallocated and grown by doubling; rows beyond `count` mean nothing."""

    def __init__(self) -> None:
        self.count = 0
        self.columns = _columns(_CAPACITY_FIRST)
        self._next_number = _FIRST_NUMBER
        self.next_nameless = NAMELESS

    @property
    def room(self) -> int:
        """How many rows can be added before the arrays must grow."""
        return len(self.columns.number) - self.count

    def reserve(self, count: int) -> None:
        """Make room for so many more rows."""
        while self.room < count:
            more = _columns(len(self.columns.number))
            grown = {
                name: np.concatenate((getattr(self.columns, name), getattr(more, name)))
                for name in Columns._fields
            }
            self.columns = Columns(**grown)

    def name(self, rows: Indices) -> None:
        """Give the nameless among these rows their number, short enough to say on the radio."""
        number = self.columns.number
        nameless = rows[number[rows] >= NAMELESS]
        number[nameless] = np.arange(self._next_number, self._next_number + nameless.size)
        self._next_number += nameless.size

    def take_number(self) -> int:
        """Return a number for what is no track, and is shown beside them."""
        self._next_number += 1
        return self._next_number - 1

    def remove(self, gone: Indices) -> Indices:
        """Take rows out, the last ones filling their places; return where each row is now.

        A row that is gone is at -1. Every row must be filed anew after it.
        """
        before, after = self.count, self.count - len(gone)
        now_at = np.arange(before)
        now_at[gone] = -1
        holes = gone[gone < after]
        movers = np.flatnonzero(now_at[after:] >= 0) + after
        for column in self.columns:
            column[holes] = column[movers]
        now_at[movers] = holes
        self.count = after
        return now_at


class Tracks:
    """The live tracks to be read: columns of equal length. Valid until the next update."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return self._rows.count

    @property
    def number(self) -> NDArray[np.uint32]:
        """The name of each track for its whole life; never used again."""
        return self._rows.columns.number[: self._rows.count]

    @property
    def east(self) -> Floats:
        """Metres east of the site's origin at `updated_us`."""
        return self._rows.columns.mean[: self._rows.count, 0]

    @property
    def north(self) -> Floats:
        """Metres north of the site's origin at `updated_us`."""
        return self._rows.columns.mean[: self._rows.count, 1]

    @property
    def velocity_east(self) -> Floats:
        """Metres a second."""
        return self._rows.columns.mean[: self._rows.count, 2]

    @property
    def velocity_north(self) -> Floats:
        """Metres a second."""
        return self._rows.columns.mean[: self._rows.count, 3]

    @property
    def covariance(self) -> Floats:
        """(n, 4, 4) of east, north, velocity east, velocity north, at `updated_us`."""
        return self._rows.columns.covariance[: self._rows.count]

    @property
    def updated_us(self) -> NDArray[np.int64]:
        """The instant at which position and velocity hold: of the latest measurement."""
        return self._rows.columns.updated_us[: self._rows.count]

    @property
    def born_us(self) -> NDArray[np.int64]:
        """The instant of the first measurement."""
        return self._rows.columns.born_us[: self._rows.count]

    @property
    def existence(self) -> Floats:
        """The probability that there is something."""
        return self._rows.columns.existence[: self._rows.count]

    @property
    def visible(self) -> Floats:
        """The probability that nothing hides it from its clearest sensor, if it exists."""
        visible: Floats = self._rows.columns.visible[: self._rows.count].max(axis=1)
        return visible

    @property
    def state(self) -> NDArray[np.uint8]:
        """Index into `TrackState`."""
        return self._rows.columns.state[: self._rows.count]

    @property
    def label(self) -> NDArray[np.uint8]:
        """Index into `wire.feed.LABELS`: what a person said it is, else what sensors say."""
        columns, count = self._rows.columns, self._rows.count
        voted, held = columns.label[:count], columns.held_label[:count]
        label: NDArray[np.uint8] = np.where(held == NO_LABEL, voted, held)
        return label

    @property
    def label_confidence(self) -> Floats:
        """The label's share of the votes."""
        return self._rows.columns.label_confidence[: self._rows.count]

    @property
    def simulated(self) -> Flags:
        """Whether a simulator ever fed it."""
        return self._rows.columns.simulated[: self._rows.count]

    @property
    def exercise(self) -> Flags:
        """Whether a drill's message ever fed it."""
        return self._rows.columns.exercise[: self._rows.count]

    def predicted(self, now_us: int, span_max_s: float = 10.0) -> Floats:
        """Return where the tracks are at an instant, as points; no further than `span_max_s`."""
        span_s = np.clip(seconds(now_us - self.updated_us), -span_max_s, span_max_s)
        mean = self._rows.columns.mean[: self._rows.count]
        moved: Floats = mean[:, :2] + mean[:, 2:] * span_s[:, np.newaxis]
        return moved

    def row_of(self, number: int) -> int | None:
        """Return the row of a track, if it is alive."""
        found = np.flatnonzero((self.number == number) & (self.state != LOST))
        return int(found[0]) if found.size else None

    def sensors(self, row: int, names: list[Identifier]) -> tuple[Identifier, ...]:
        """Return the sensors that fed a track lately, the most recent first."""
        columns = self._rows.columns
        by, when = columns.fed_by[row], columns.fed_us[row]
        recent = when >= columns.updated_us[row] - FED_LATELY_US
        order = np.lexsort((by, -when))
        return tuple(names[by[slot]] for slot in order if when[slot] and recent[slot])


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
        visible=float(tracks.visible[row]),
        sensors=tracks.sensors(row, names),
        simulated=bool(tracks.simulated[row]),
        exercise=bool(tracks.exercise[row]),
    )
