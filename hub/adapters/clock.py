"""What time it is: the machine's clock, smoothed so that it never goes back."""

import logging
import time
from collections.abc import Callable

# NTP disciplines a healthy clock in smaller steps than this; the sensors' clocks are no better.
STEP_MIN_US = 100_000
# After the wall clock was set back, ours runs this much slower until the two agree again. Time
# limits then last 5 % longer, which nobody notices; standing still would stop them altogether.
SLEW = 0.05

log = logging.getLogger(__name__)


def _wall_us() -> int:
    return time.time_ns() // 1000


def _monotonic_us() -> int:
    return time.monotonic_ns() // 1000


class SystemClock:
    """UTC in microseconds. It follows the wall clock forwards, and never goes back."""

    def __init__(
        self,
        wall_us: Callable[[], int] = _wall_us,
        monotonic_us: Callable[[], int] = _monotonic_us,
    ) -> None:
        self._wall_us = wall_us
        self._monotonic_us = monotonic_us
        self._now_us = wall_us()
        self._monotonic_before_us = monotonic_us()
        self._stepped = False

    def now_us(self) -> int:
        """Return the instant in microseconds UTC. It never goes back."""
        wall_us = self._wall_us()
        monotonic_us = self._monotonic_us()
        elapsed_us = monotonic_us - self._monotonic_before_us
        self._monotonic_before_us = monotonic_us
        self._watch(wall_us - self._now_us - elapsed_us)
        self._now_us = max(wall_us, self._now_us + int(elapsed_us * (1 - SLEW)))
        return self._now_us

    @property
    def ahead_us(self) -> int:
        """How far this clock is ahead of a wall clock that was set back; 0 in health."""
        return max(0, self._now_us - self._wall_us())

    def _watch(self, deviation_us: int) -> None:
        """Say once that the wall clock was stepped, and once that ours agrees with it again."""
        if abs(deviation_us) >= STEP_MIN_US and not self._stepped:
            log.warning("the wall clock was stepped by %+.3f s", deviation_us / 1e6)
            self._stepped = deviation_us < 0  # A step forwards is followed at once.
        elif self._stepped and deviation_us > -1000:
            log.warning("the hub's clock agrees with the wall clock again")
            self._stepped = False
