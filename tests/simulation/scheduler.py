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
        self._queue: list[tuple[int, int, Callable[[], object]]] = []
        self._asked = 0

    def now_us(self) -> int:
        return self.at_us

    def after(self, delay_us: float, act: Callable[[], object]) -> None:
        self._asked += 1
        heapq.heappush(self._queue, (self.at_us + max(0, round(delay_us)), self._asked, act))

    def ulid_entropy(self) -> bytes:
        return self.random.randbytes(10)

    def run(self, duration_us: int) -> None:
        """Live through a span of time."""
        end_us = self.at_us + duration_us
        while self._queue and self._queue[0][0] <= end_us:
            self.at_us, _, act = heapq.heappop(self._queue)
            act()
            self.step_count += 1
        self.at_us = end_us


class Clock:
    """One machine's clock, which somebody may set wrongly."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self.ahead_us = 0
        self.back_us = 0
        """When it was last set back, in the world's time."""

    def now_us(self) -> int:
        return self._scheduler.at_us + self.ahead_us

    def step(self, ahead_us: int) -> None:
        """Set it to be so far ahead of the world."""
        if ahead_us < self.ahead_us:
            self.back_us = self._scheduler.at_us
        self.ahead_us = ahead_us
