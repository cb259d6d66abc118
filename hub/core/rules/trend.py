"""How fast a channel's readings rise, however often they come: a line through the last minutes."""

from collections import deque
from collections.abc import Iterable

from wire.quantities import SECOND_US, Instant

# A minute, or as far back as the fourth reading from the end where a sensor is slow.
SPAN_US = 60 * SECOND_US
SPAN_MAX_US = 600 * SECOND_US
# Fewer readings, or closer together, are noise and no rise.
READINGS_MIN = 4
SPREAD_MIN_US = 10 * SECOND_US
# Ten a second for a minute.
READINGS_MAX = 600


class Trend:
    """The readings of the last minute, and their slope."""

    def __init__(self, readings: Iterable[tuple[Instant, float]] = ()) -> None:
        self._readings: deque[tuple[Instant, float]] = deque(readings, maxlen=READINGS_MAX)

    def add(self, value: float, now_us: Instant) -> None:
        """Take a reading."""
        readings = self._readings
        readings.append((now_us, value))
        while now_us - readings[0][0] > SPAN_MAX_US or (
            now_us - readings[0][0] > SPAN_US and len(readings) > READINGS_MIN
        ):
            readings.popleft()

    def sample(self, count_max: int) -> tuple[tuple[Instant, float], ...]:
        """Return so many of its readings at most, evenly apart, with the latest."""
        step = -(-len(self._readings) // count_max) or 1
        return tuple(self._readings)[::-step][::-1]

    @property
    def per_min(self) -> float:
        """Return the rise a minute; 0 where there are too few readings to tell."""
        readings = self._readings
        if len(readings) < READINGS_MIN or readings[-1][0] - readings[0][0] < SPREAD_MIN_US:
            return 0.0
        begin_us = readings[0][0]
        minutes = [(at_us - begin_us) / (60.0 * SECOND_US) for at_us, _ in readings]
        middle = sum(minutes) / len(minutes)
        mean = sum(value for _, value in readings) / len(readings)
        # More than nothing: the first and the last are seconds apart.
        spread = sum((at - middle) ** 2 for at in minutes)
        along = sum(
            (at - middle) * (value - mean) for at, (_, value) in zip(minutes, readings, strict=True)
        )
        return along / spread
