"""Counters at a zone: what they say is checked, and joined with what the tracks say.

Two errors are unlike noise. Whom the sensors miss they go on missing, so that a minute of tracks
tells little more than a second of them; and a counter of passages that errs once stays wrong for
good. Both are part of what is estimated: the number of persons, and by how much the tracks are off.

Where tracks and a count contradict each other, the larger number is believed: cameras do not see
who stands behind others, a counter may be dead, and of the two errors too few is the worse one.
"""

import math
from typing import Final

from msgspec import Struct

from hub.core.fusion.crowd_zone import Headcount, Zone
from hub.core.fusion.measurement import Unusable
from wire.messages import Reading
from wire.quantities import SECOND_US, Identifier, Instant

PERSONS: Final = "persons"
"""Channel of a counter: how many are in the zone now."""
IN: Final = "in"
OUT: Final = "out"
"""Channels of a counter: how many went in or out since its last reading of this channel."""

UNITS: Final = frozenset({"1", "{person}", "{persons}"})

SILENT_US: Final = 60 * SECOND_US
"""A counter that has said nothing for longer no longer counts. One that sees nobody says 0."""
LATE_US: Final = 10 * SECOND_US
"""What was counted before has long been seen by the tracks, and would count twice."""

# People packed as densely as in the worst crowds ever measured (Helbing et al., 2007: 10 per m^2).
_PACKED_PER_M2: Final = 10.0
# More cannot pass a metre of border in a second: 1.3 to 1.9 is what is measured at exits.
_PASS_PER_M_S: Final = 2.0
_JUMP_SIGMA: Final = 6.0
_JUMP_MIN: Final = 10.0
# A counter that insists is believed: it was set anew, or it is right.
_INSISTS: Final = 3

# A counter of passages misses or doubles about one in ten.
_MISCOUNT: Final = 0.1
# A counter that does not say how sure it is.
_SIGMA_RATIO: Final = 0.1
_SIGMA_MIN: Final = 1.0
# Where nobody counts at the border, a tenth of the people are others a second later.
_TURNOVER_PER_S: Final = 0.1
# How long whom the sensors miss stays missed: as long as people stand behind one another.
_MISSING_S: Final = 30.0
_CONTRADICTS_SIGMA: Final = 3.0
_TREMOR: Final = 0.25
"""Variance of what changes in the tracks' count from one second to the next without a cause."""


class Heard(Struct):
    """What one counter said last in one channel."""

    value: float
    sigma: float
    observed_us: Instant
    refused_count: int = 0


class Tally:
    """The estimate for one zone that has counters: a Kalman filter of persons and tracks' error."""

    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self._heard: dict[tuple[Identifier, str], Heard] = {}
        self._at_us: Instant | None = None
        # Persons in the zone, and by how much the tracks are off; None before anything is known.
        self._persons, self._offset = 0.0, 0.0
        self._variance, self._offset_variance, self._both = math.inf, 0.0, 0.0
        self._pending: list[tuple[float, float]] = []  # Counts of all persons, with variance.
        self._passed, self._passages = 0.0, 0.0  # Inwards less outwards, and all of them.

    def take(self, reading: Reading, now_us: Instant) -> Unusable | None:
        """Take what a counter says; return why not, if it cannot be true."""
        wrong = _unreadable(reading, now_us) or self._impossible(reading)
        if wrong is not None:
            return wrong
        sigma = reading.sigma or max(_SIGMA_RATIO * reading.value, _SIGMA_MIN)
        key = (reading.sender, reading.channel)
        last = self._heard.get(key)
        if last is not None and _insists(last):
            self._forget()
        self._heard[key] = Heard(value=reading.value, sigma=sigma, observed_us=reading.observed_us)
        if reading.channel == PERSONS:
            self._pending.append((reading.value, sigma**2))
        else:
            self._passed += reading.value if reading.channel == IN else -reading.value
            self._passages += reading.value
        return None

    def counters(self, now_us: Instant) -> tuple[Identifier, ...]:
        """Return the counters that speak."""
        return tuple(sorted({key[0] for key, one in self._heard.items() if _speaks(one, now_us)}))

    def estimate(self, tracks: Headcount, now_us: Instant) -> Headcount:
        """Return how many there are, by tracks and counters together."""
        if not self.counters(now_us):
            self._forget()
            return tracks
        if not math.isfinite(self._variance):
            self._begin(tracks)
        self._go_on(tracks, now_us)
        for value, variance in self._pending:
            self._hear(value, variance)
        self._pending.clear()
        self._see(tracks)
        return Headcount(persons=max(self._persons, 0.0), variance=max(self._variance, 0.0))

    # --- The filter ---------------------------------------------------------------------------

    def _go_on(self, tracks: Headcount, now_us: Instant) -> None:
        """Let time pass since the last estimate, with those who went in and out in it."""
        span_s = 0.0 if self._at_us is None else (now_us - self._at_us) / SECOND_US
        self._at_us = now_us
        keep = math.exp(-span_s / _MISSING_S)
        self._offset *= keep
        self._both *= keep
        self._offset_variance = keep**2 * self._offset_variance + (1.0 - keep**2) * tracks.variance
        self._persons += self._passed
        self._variance += _MISCOUNT * self._passages
        self._passed = self._passages = 0.0
        if not self._counts_passages(now_us):
            self._variance += _TURNOVER_PER_S * max(self._persons, 1.0) * span_s

    def _hear(self, value: float, variance: float) -> None:
        """Take a count of all persons."""
        gap = value - self._persons
        if self._contradicts(gap, variance):
            if gap > 0.0:
                self._persons, self._variance, self._both = value, variance, 0.0
                return
            variance = max(variance, gap**2)
        gain = self._variance / (self._variance + variance)
        lean = self._both / (self._variance + variance)
        self._persons += gain * gap
        self._offset += lean * gap
        self._offset_variance -= lean * self._both
        self._variance *= 1.0 - gain
        self._both *= 1.0 - gain

    def _see(self, tracks: Headcount) -> None:
        """Take the tracks' count: of the persons, and off by what is missed."""
        gap = tracks.persons - self._persons
        if self._contradicts(gap, tracks.variance):
            if gap > 0.0:
                self._begin(tracks)
                return
            self._offset_variance = max(self._offset_variance, gap**2)
        row = self._variance + self._both, self._both + self._offset_variance
        whole = row[0] + row[1] + _TREMOR
        error = gap - self._offset
        gain, lean = row[0] / whole, row[1] / whole
        self._persons += gain * error
        self._offset += lean * error
        self._variance -= gain * row[0]
        self._both -= gain * row[1]
        self._offset_variance -= lean * row[1]

    def _begin(self, tracks: Headcount) -> None:
        self._persons, self._offset = tracks.persons, 0.0
        self._variance = tracks.variance + _TREMOR
        self._offset_variance, self._both = tracks.variance, -tracks.variance

    def _contradicts(self, gap: float, variance: float) -> bool:
        return gap**2 > _CONTRADICTS_SIGMA**2 * (self._variance + variance)

    def _forget(self) -> None:
        self._variance, self._at_us = math.inf, None
        self._pending.clear()
        self._passed = self._passages = 0.0

    def _counts_passages(self, now_us: Instant) -> bool:
        said = (one for key, one in self._heard.items() if key[1] != PERSONS)
        return any(_speaks(one, now_us) for one in said)

    # --- What cannot be true ------------------------------------------------------------------

    def _impossible(self, reading: Reading) -> Unusable | None:
        last = self._heard.get((reading.sender, reading.channel))
        if reading.channel == PERSONS and reading.value > _PACKED_PER_M2 * self.zone.area_m2:
            return _wrong(
                "impossible_count",
                f"{reading.value:.0f} persons do not fit into {self.zone.id}",
                "look at the counter, or at counts_zone in site.toml",
            )
        if last is None:
            return None
        span_s = max((reading.observed_us - last.observed_us) / SECOND_US, 1.0)
        could_pass = _JUMP_MIN + _PASS_PER_M_S * self.zone.perimeter_m * span_s
        if reading.channel != PERSONS:
            if reading.value <= could_pass:
                return None
            what = f"{reading.value:.0f} persons cannot have passed in {span_s:.0f} s"
            return _wrong("impossible_count", what, "look at the counter")
        may_jump = could_pass + _JUMP_SIGMA * last.sigma
        if abs(reading.value - last.value) <= may_jump or _insists(last):
            return None
        last.refused_count += 1
        what = f"it jumped from {last.value:.0f} to {reading.value:.0f} persons in {span_s:.0f} s"
        return _wrong("jumping_count", what, "nothing, if it was set anew: it is believed soon")


def _speaks(heard: Heard, now_us: Instant) -> bool:
    return now_us - heard.observed_us <= SILENT_US


def _insists(heard: Heard) -> bool:
    """Whether it was refused so often since that what it says next is believed."""
    return heard.refused_count >= _INSISTS - 1


def _unreadable(reading: Reading, now_us: Instant) -> Unusable | None:
    if reading.channel not in {PERSONS, IN, OUT}:
        what = f"nothing counts by a channel {reading.channel}"
        return _wrong("unknown_channel", what, f"name it {PERSONS}, {IN} or {OUT}")
    if reading.unit not in UNITS:
        what = f"{reading.channel} in {reading.unit} is no count of people"
        return _wrong("wrong_unit", what, 'give it in "1" or "{persons}"')
    if not math.isfinite(reading.value) or reading.value < 0.0:
        what = f"{reading.value:g} persons is no count"
        return _wrong("impossible_count", what, "look at the counter")
    if reading.sigma is not None and not 0.0 <= reading.sigma < math.inf:
        what = f"a sigma of {reading.sigma:g} persons is none"
        return _wrong("impossible_count", what, "leave sigma out where it is not known")
    late_us = now_us - reading.observed_us
    if late_us > LATE_US:
        what = f"a count came {late_us / SECOND_US:.0f} s late: journalled, not used"
        return _wrong("late", what, "set the counter's clock, or look at its link")
    return None


def _wrong(code: str, text: str, fix: str) -> Unusable:
    return Unusable(code=code, text=text, fix=fix, count=1)
