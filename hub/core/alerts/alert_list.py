"""The open alerts: raised and cleared by conditions, acknowledged, shelved and closed by people."""

from collections import deque
from collections.abc import Mapping
from types import MappingProxyType

from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.changes import acted, gone, raised, refusal_of, seen_again, unshelved
from hub.core.alerts.overflow import Overflow
from hub.core.alerts.refusal import Refusal
from hub.core.alerts.roles import refusal_of as role_refusal_of
from hub.core.alerts.settling import settle_us
from hub.core.rules.condition import Condition
from hub.core.site import Site
from wire.actions import Acknowledge, Clear, OperatorAction, Shelve, Unshelve
from wire.labels import AlertState
from wire.quantities import SECOND_US, Count, Instant, Ulid

# Ten alerts in ten minutes are a flood already; 500 open ones are a night of it, and every one
# is sent to every dashboard that signs in.
OPEN_MAX = 500
# The span over which ISA-18.2 and EEMUA 191 count an operator's load.
LOAD_SPAN_US = 600 * SECOND_US
# More raisings than this within the span say nothing more.
LOAD_MAX = 10_000


class AlertList:
    """The open alerts of a site. What it returns has changed and must be kept and shown."""

    def __init__(self, site: Site, open_max: int = OPEN_MAX) -> None:
        self._rules = {rule.id: rule for rule in site.rules}
        self._open: dict[Ulid, AlertRecord] = {}
        self._ids: dict[str, Ulid] = {}  # By the condition's key.
        self._unproven: dict[Ulid, Instant] = {}  # Restored; taken as cleared at this instant.
        self._overflow = Overflow(open_max)
        self._raised: deque[Instant] = deque(maxlen=LOAD_MAX)
        self._number = 0

    @property
    def open(self) -> Mapping[Ulid, AlertRecord]:
        """Every alert that is not closed."""
        return MappingProxyType(self._open)

    @property
    def next_wake_us(self) -> Instant | None:
        """When time alone changes something next."""
        due = [record.shelved_until_us for record in self._open.values()]
        due += [*self._unproven.values(), self._overflow.next_wake_us]
        return min((at_us for at_us in due if at_us is not None), default=None)

    def load(self, now_us: Instant) -> Count:
        """Return how many alerts were raised, or raised again, in the last ten minutes."""
        while self._raised and now_us - self._raised[0] >= LOAD_SPAN_US:
            self._raised.popleft()
        return len(self._raised)

    def apply(self, condition: Condition, now_us: Instant) -> AlertRecord | None:
        """Raise, change or clear the alert of a condition; None where nothing is new."""
        identity = self._ids.get(condition.key)
        if identity is None:
            return self._first(condition, now_us)
        self._unproven.pop(identity, None)
        record = self._open[identity]
        if condition.active:
            return self._keep(record, seen_again(record, condition, now_us), now_us)
        return self._keep(record, gone(record, now_us), now_us)

    def act(self, action: OperatorAction, now_us: Instant) -> AlertRecord | Refusal:
        """Do what a person asks of an alert, or say why not."""
        ask = action.ask
        assert isinstance(ask, Acknowledge | Shelve | Unshelve | Clear)
        if (refusal := role_refusal_of(action)) is not None:
            return refusal
        record = self._open.get(ask.alert)
        if record is None:
            return Refusal(reason="there is no such open alert; it may have closed by itself")
        if (refusal := refusal_of(record, ask)) is not None:
            return refusal
        changed = self._keep(record, acted(record, ask, action.operator, now_us), now_us)
        assert changed is not None
        return changed

    def wake(self, now_us: Instant) -> list[AlertRecord]:
        """End shelves, give up restored conditions that never returned, and make room."""
        shelf_over = [
            record
            for record in self._open.values()
            if record.shelved_until_us is not None and now_us >= record.shelved_until_us
        ]
        changed = [self._keep(record, unshelved(record), now_us) for record in shelf_over]
        for identity in [one for one, due_us in self._unproven.items() if now_us >= due_us]:
            del self._unproven[identity]
            record = self._open[identity]
            changed.append(self._keep(record, gone(record, now_us), now_us))
        room_for = self._overflow.wake(len(self._open), now_us)
        changed += [self.apply(condition, now_us) for condition in room_for]
        return [record for record in changed if record is not None]

    def restore(self, record: AlertRecord, now_us: Instant) -> None:
        """Take back an alert after a restart. A closed one only counts for its number.

        An active alert whose condition does not show itself again in time is taken as cleared:
        like any other, it then waits for the person who has not acknowledged it yet.
        """
        self._number = max(self._number, record.number)
        if record.state is AlertState.CLOSED:
            return
        self._count(record.raised_us)
        self._open[record.id] = record
        self._ids[record.key] = record.id
        if record.active:
            self._unproven[record.id] = now_us + settle_us(self._rules.get(record.rule))

    def _first(self, condition: Condition, now_us: Instant) -> AlertRecord | None:
        """Raise an alert for a condition that has none, unless the list is full."""
        if not condition.active:
            self._overflow.forget(condition.key)
            return None
        if self._overflow.holds_back(condition, len(self._open)):
            full = self._overflow.condition(now_us)
            return None if full is None else self.apply(full, now_us)
        self._number += 1
        self._count(now_us)
        record = raised(condition, self._number, now_us)
        self._open[record.id] = record
        self._ids[record.key] = record.id
        return record

    def _keep(
        self, before: AlertRecord, record: AlertRecord, now_us: Instant
    ) -> AlertRecord | None:
        """Keep an alert's new record; return it with its instants if anything is new."""
        if record == before:
            return None
        record = replace(record, changed_us=now_us)
        if record.repeats > before.repeats:
            self._count(now_us)
        if record.state is AlertState.CLOSED:
            del self._open[record.id], self._ids[record.key]
            self._unproven.pop(record.id, None)
            return replace(record, closed_us=now_us)
        self._open[record.id] = record
        return record

    def _count(self, raised_us: Instant) -> None:
        self._raised.append(raised_us)
