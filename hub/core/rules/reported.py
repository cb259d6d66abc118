"""What a rule has said is true and has not taken back; a rule itself says only what is so now."""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from hub.core.rules.condition import Condition
from hub.core.rules.delayed import Delayed
from wire.quantities import SECOND_US, Instant

# A condition whose words change all the time is told again this often: more fills the journal.
REPORT_US = SECOND_US


class Told(Struct, kw_only=True):
    """A condition as it was told, and as it is."""

    told: Condition
    told_us: Instant


class Reported:
    """The conditions of one rule by key, with its on-delay and off-delay."""

    def __init__(self, stay_min_s: float = 0.0, clear_after_s: float = 0.0) -> None:
        self._delayed: Delayed[str] = Delayed(stay_min_s, clear_after_s)
        self._latest: dict[str, Condition] = {}  # Of each key that is on, or may become so.
        self._told: dict[str, Told] = {}

    def adjust(self, stay_min_s: float, clear_after_s: float) -> None:
        """Delay by so much from now on."""
        self._delayed.adjust(stay_min_s, clear_after_s)

    @property
    def next_wake_us(self) -> Instant | None:
        """When time alone changes something next."""
        return self._delayed.next_wake_us

    @property
    def is_busy(self) -> bool:
        """Return whether anything is told, or on the way to it."""
        return bool(self._delayed.known())

    def is_on(self, key: str) -> bool:
        """Return whether this condition has been told and not taken back."""
        return key in self._told

    def active(self) -> list[Condition]:
        """Return every condition that has been told and not taken back."""
        return [one.told for one in self._told.values()]

    def follow(self, found: Iterable[Condition], now_us: Instant) -> list[Condition]:
        """Take everything that is so now; return what changed. What is not in it is not so."""
        by_key = {condition.key: condition for condition in found}
        keys = [*by_key, *(key for key in self._delayed.known() if key not in by_key)]
        return [one for key in keys for one in self.update(key, by_key.get(key), now_us)]

    def update(self, key: str, condition: Condition | None, now_us: Instant) -> list[Condition]:
        """Take what is so of one key now, None: it is not so. Return what changed."""
        if condition is not None:
            self._latest[key] = condition
        became = self._delayed.update(key, condition is not None, now_us)
        if became is False:
            return self._end(key, now_us)
        if not self._delayed.is_on(key):
            if condition is None:
                self._latest.pop(key, None)
            return []
        return self._tell(key, now_us) if condition is not None else []

    def wake(self, now_us: Instant) -> list[Condition]:
        """Return what time alone has changed."""
        changed = []
        for key, is_on in self._delayed.wake(now_us):
            changed += self._tell(key, now_us) if is_on else self._end(key, now_us)
        return changed

    def end(self, key: str, now_us: Instant) -> list[Condition]:
        """End a condition at once, without any delay; return that, if it was told."""
        self._delayed.forget(key)
        return self._end(key, now_us)

    def _tell(self, key: str, now_us: Instant) -> list[Condition]:
        condition, before = self._latest[key], self._told.get(key)
        if before is not None and not _is_news(before, condition, now_us):
            return []
        self._told[key] = Told(told=condition, told_us=now_us)
        return [condition]

    def _end(self, key: str, now_us: Instant) -> list[Condition]:
        self._latest.pop(key, None)
        before = self._told.pop(key, None)
        return [] if before is None else [replace(before.told, active=False, observed_us=now_us)]


def _is_news(before: Told, after: Condition, now_us: Instant) -> bool:
    told = before.told
    if told.priority is not after.priority:
        return True  # How soon somebody must act cannot wait.
    is_other = (told.summary, told.tracks, told.sensors) != (
        after.summary,
        after.tracks,
        after.sensors,
    )
    return is_other and now_us - before.told_us >= REPORT_US
