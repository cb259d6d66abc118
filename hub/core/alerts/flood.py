"""How many alerts are raised, and when they are a flood (ISA-18.2, 16.4.4).

Per operator on duty, a flood begins above 10 alerts in 10 minutes and ends below 5. It hides
nothing: screens group alerts of low and medium priority by themselves while it lasts.
"""

from collections import deque
from collections.abc import Iterable
from typing import Final

from wire.ids import ulid
from wire.labels import Role
from wire.quantities import SECOND_US, Count, DurationUs, Instant
from wire.work import NoticeView

LOAD_SPAN_US: Final = 600 * SECOND_US
HOUR_US: Final = 3600 * SECOND_US
BEGINS_ABOVE: Final = 10  # In LOAD_SPAN_US, for each operator.
ENDS_BELOW: Final = 5
# More raisings than this within a span say nothing more.
RAISINGS_MAX: Final = 10_000


class Window:
    """The instants of a span that ends now."""

    def __init__(self, span_us: DurationUs) -> None:
        self._span_us = span_us
        self._instants: deque[Instant] = deque(maxlen=RAISINGS_MAX)

    def add(self, at_us: Instant) -> None:
        """Count one more, the latest."""
        self._instants.append(at_us)

    def restore(self, instants: Iterable[Instant]) -> None:
        """Count some in any order, among those that there are."""
        merged = sorted([*self._instants, *instants])
        self._instants = deque(merged, maxlen=RAISINGS_MAX)

    def count(self, now_us: Instant) -> Count:
        """Return how many are within the span."""
        while self._instants and now_us - self._instants[0] >= self._span_us:
            self._instants.popleft()
        return len(self._instants)

    def below_us(self, count: Count) -> Instant:
        """Return when fewer than this many are left, if none is added."""
        return self._instants[-count] + self._span_us if len(self._instants) >= count else 0


class Flood:
    """Counts raisings; knows when a flood is on."""

    def __init__(self, operators: Count) -> None:
        self.operators = operators
        self.since_us: Instant | None = None
        self.raised_count: Count = 0  # Since it began.
        self._ten = Window(LOAD_SPAN_US)
        self._hour = Window(HOUR_US)

    @property
    def next_wake_us(self) -> Instant | None:
        """When it ends, if nothing is raised meanwhile."""
        return None if self.since_us is None else self._ten.below_us(ENDS_BELOW * self.operators)

    def restore(self, instants: Iterable[Instant]) -> None:
        """Count what was raised before a restart, as far as its alerts are still known."""
        several = list(instants)
        self._ten.restore(several)
        self._hour.restore(several)

    def per_operator(self, now_us: Instant) -> tuple[Count, Count]:
        """Return what was raised in the last ten minutes and hour, for each operator on duty."""
        ten, hour = self._ten.count(now_us), self._hour.count(now_us)
        return -(-ten // self.operators), -(-hour // self.operators)

    def raised(self, now_us: Instant) -> list[NoticeView]:
        """Count an alert that asks for a person anew; tell of a flood that this begins."""
        self._ten.add(now_us)
        self._hour.add(now_us)
        self.raised_count += self.since_us is not None
        return self._begin(now_us)

    def wake(self, now_us: Instant) -> list[NoticeView]:
        """Tell of a flood that is over, or that a restart or fewer operators made one."""
        if self.since_us is None:
            return self._begin(now_us)
        if self._ten.count(now_us) >= ENDS_BELOW * self.operators:
            return []
        lasted_min = (now_us - self.since_us) // (60 * SECOND_US)
        text = f"The alert flood is over: {self.raised_count} alerts in {lasted_min} minutes"
        self.since_us = None
        return [_notice("over", text, now_us)]

    def _begin(self, now_us: Instant) -> list[NoticeView]:
        count = self._ten.count(now_us)
        if self.since_us is not None or count <= BEGINS_ABOVE * self.operators:
            return []
        self.since_us, self.raised_count = now_us, count
        text = (
            f"Alert flood: {count} alerts in ten minutes for {self.operators} on duty; "
            "low and medium ones are grouped, nothing is hidden"
        )
        return [_notice("begun", text, now_us)]


def _notice(what: str, text: str, now_us: Instant) -> NoticeView:
    identity = ulid(now_us, f"flood{what:<5}".encode()[:10])
    return NoticeView(id=identity, at_us=now_us, role=Role.SUPERVISOR, text=text)
