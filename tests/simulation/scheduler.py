"""Virtual time and seeded chance: the only clock and the only dice of a simulated run."""

import heapq
from collections.abc import Callable
from random import Random

SECOND = 1_000_000
START_US = 1_800_000_000_000_000


class Scheduler:
    """Runs what is due in the order of its instant; ties in the order of asking."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.at_us = START_US
        self.step_count = 0
        self._queue: list[tuple[int, int, Callable[[], None]]] = []
        self._asked = 0

    def now_us(self) -> int:
        return self.at_us

    def after(self, delay_us: float, act: Callable[[], None]) -> None:
        self._asked += 1
        heapq.heappush(self._queue, (self.at_us + max(0, round(delay_us)), self._asked, act))

    def every(self, mean_us: float, act: Callable[[], None]) -> None:
        """Do something again and again, at seeded intervals around a mean."""

        def again() -> None:
            act()
            self.after(self.random.uniform(0.5, 1.5) * mean_us, again)

        self.after(self.random.uniform(0.0, 1.0) * mean_us, again)

    def ulid_entropy(self) -> bytes:
        return self.random.randbytes(10)

    def run(self, duration_us: int, check: Callable[[], None]) -> None:
        """Live through a span of time, checking after each step."""
        end_us = self.at_us + duration_us
        while self._queue and self._queue[0][0] <= end_us:
            self.at_us, _, act = heapq.heappop(self._queue)
            act()
            self.step_count += 1
            check()
        self.at_us = end_us
