"""How fast a number rises: a straight line through what was measured of late."""

from typing import Final

import numpy as np
from msgspec import Struct

from hub.core.geometry import Floats
from wire.quantities import SECOND_US, Instant

# A crowd that begins to fill a place is told from one that passes by within a minute.
WINDOW_US: Final = 60 * SECOND_US
# Less than this is a step and not a slope.
SPAN_MIN_US: Final = 20 * SECOND_US
_COUNT_MIN: Final = 8
# Twice as many as come within the window; they are moved only when twice that has come.
_COUNT_MAX: Final = 128
# Neighbouring seconds see the same people with the same errors: so many of them are one look.
_ALIKE: Final = 5.0


class Slope(Struct, frozen=True, kw_only=True):
    """A rate of rise, and how well it is known."""

    per_min: float
    sigma_per_min: float


class Course:
    """What one number did of late, told about once a second."""

    def __init__(self) -> None:
        self._at_s = np.zeros(2 * _COUNT_MAX)
        self._value = np.zeros(2 * _COUNT_MAX)
        self._first = self._end = 0

    def take(self, value: float, now_us: Instant) -> Slope | None:
        """Take a value; return the rate of rise, None while it is not known."""
        at_s, values = self._taken(value, now_us)
        span_s = float(at_s[-1] - at_s[0])
        if span_s < SPAN_MIN_US / SECOND_US or len(values) < _COUNT_MIN:
            return None
        minutes = (at_s - at_s.mean()) / 60.0
        spread = float(minutes @ minutes)
        per_min = float(minutes @ values) / spread
        rest = values - values.mean() - per_min * minutes
        scatter = float(rest @ rest) / (len(values) - 2)
        return Slope(per_min=per_min, sigma_per_min=float(np.sqrt(scatter * _ALIKE / spread)))

    def _taken(self, value: float, now_us: Instant) -> tuple[Floats, Floats]:
        """Take a value; return those of the window, and when they were."""
        if self._end == 2 * _COUNT_MAX:
            kept = slice(self._first, self._end)
            count = self._end - self._first
            self._at_s[:count], self._value[:count] = self._at_s[kept], self._value[kept]
            self._first, self._end = 0, count
        self._at_s[self._end], self._value[self._end] = now_us / SECOND_US, value
        self._end += 1
        self._first = max(self._first, self._end - _COUNT_MAX)
        oldest_s = (now_us - WINDOW_US) / SECOND_US
        while self._at_s[self._first] < oldest_s:
            self._first += 1
        window = slice(self._first, self._end)
        return self._at_s[window], self._value[window]
