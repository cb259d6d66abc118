"""Where the time goes between an observation and its effects: the last thousand, and their p99."""

import math
from collections import deque

# Enough for a p99 that rests on ten samples; a second or two of a busy site.
KEPT = 1_000
# A clock that is off by more than a day is off; by how much makes no difference.
DAY_US = 86_400_000_000


class Latency:
    """Two delays: observed to received, and received to effects."""

    def __init__(self) -> None:
        self._received_us: deque[int] = deque(maxlen=KEPT)
        self._handled_us: deque[int] = deque(maxlen=KEPT)

    def received(self, delay_us: int) -> None:
        """Take note of a message's age at its arrival. It holds the sender's clock error."""
        self._received_us.append(max(-DAY_US, min(delay_us, DAY_US)))

    def handled(self, duration_us: int) -> None:
        """Take note of how long one input took from arrival to its effects."""
        self._handled_us.append(duration_us)

    def received_p99_ms(self) -> float:
        """Return the 99th percentile of the messages' age, in milliseconds."""
        return _p99_ms(self._received_us)

    def handled_p99_ms(self) -> float:
        """Return the 99th percentile of the handling, in milliseconds."""
        return _p99_ms(self._handled_us)


def _p99_ms(samples: deque[int]) -> float:
    if not samples:
        return 0.0
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, math.ceil(0.99 * len(ordered)) - 1)] / 1000
