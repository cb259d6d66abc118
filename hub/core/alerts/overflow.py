"""What happens when more alerts are open than anybody can look at."""

from msgspec.structs import replace

from hub.core.rules.condition import Condition
from wire.feed import EvidenceLine
from wire.ids import ulid
from wire.labels import Priority
from wire.quantities import SECOND_US, Instant

KEY = "alert-list-full"
# Of the list: so much must be free before it is not full any more, or it would flap.
FREE_PART = 0.1
# Held back beyond this, the oldest are counted and forgotten: the alert says how many there were.
HELD_MAX = 2_000
LOOK_US = SECOND_US


class Overflow:
    """Holds back low and medium conditions while the list is full, and says so.

    High and critical ones are never held back: their number is bounded by what can be inside
    the site's zones at once.
    """

    def __init__(self, open_max: int) -> None:
        self._open_max = open_max
        self._held: dict[str, Condition] = {}
        self._count = 0
        self._said: Condition | None = None
        self.next_wake_us: Instant | None = None

    def holds_back(self, condition: Condition, open_count: int) -> bool:
        """Return whether the list is too full for this condition, and keep it for later."""
        if open_count < self._open_max or condition.priority in (Priority.HIGH, Priority.CRITICAL):
            self.forget(condition.key)
            return False
        self._count += condition.key not in self._held
        self._held[condition.key] = condition
        if len(self._held) > HELD_MAX:
            del self._held[next(iter(self._held))]
        return True

    def forget(self, key: str) -> None:
        """Drop a condition that is no longer true or has its alert."""
        self._held.pop(key, None)

    def condition(self, now_us: Instant) -> Condition | None:
        """Return that the list is full, at each doubling of what is held back."""
        if self.next_wake_us is None:
            self.next_wake_us = now_us + LOOK_US
        if self._count & (self._count - 1):
            return None
        self._said = Condition(
            key=KEY,
            rule=KEY,
            rule_kind="overflow",
            active=True,
            priority=Priority.HIGH,
            summary=f"Alert list is full: {self._count} of lower priority held back",
            evidence=(EvidenceLine(name="Open at most", value=str(self._open_max)),),
            observed_us=now_us,
            cause=ulid(now_us, bytes(10)),
        )
        return self._said

    def wake(self, open_count: int, now_us: Instant) -> list[Condition]:
        """Return the conditions that there is room for again, oldest first."""
        if self.next_wake_us is None or now_us < self.next_wake_us:
            return []
        self.next_wake_us = now_us + LOOK_US
        room = self._open_max - open_count
        if room < self._open_max * FREE_PART:
            return []
        released = [self._held.pop(key) for key in list(self._held)[:room]]
        if not self._held:
            released.append(self._over(now_us))
        return released

    def _over(self, now_us: Instant) -> Condition:
        """Return that the list is not full any more."""
        assert self._said is not None
        over = replace(self._said, active=False, observed_us=now_us)
        self._said, self._count, self.next_wake_us = None, 0, None
        return over
