"""The open alerts: raised and cleared by conditions, acknowledged, shelved and closed by people."""

from collections import deque
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.changes import (
    acknowledged,
    acted,
    gone,
    hidden,
    raised,
    refusal_of,
    seen_again,
    shown,
)
from hub.core.alerts.chattering import Recent
from hub.core.alerts.deadlines import due_us, timed
from hub.core.alerts.escalation import Ladder, asking
from hub.core.alerts.flood import Flood
from hub.core.alerts.lifecycle import HIDDEN, WAITING, Move
from hub.core.alerts.load import load_view
from hub.core.alerts.outcome import Outcomes, awaits_outcome
from hub.core.alerts.overflow import Overflow
from hub.core.alerts.refusal import Refusal
from hub.core.alerts.roles import refusal_of as role_refusal_of
from hub.core.alerts.service import ServiceRecord, Services
from hub.core.alerts.settling import settle_us
from hub.core.alerts.suppression import Suppressions
from hub.core.alerts.timers import Timers
from hub.core.rules.condition import Condition
from hub.core.site import Site
from wire.actions import (
    Acknowledge,
    Assess,
    Clear,
    OperatorAction,
    ReturnToService,
    Shelve,
    TakeOutOfService,
    Unshelve,
)
from wire.labels import AlertState, Posture
from wire.quantities import Count, Identifier, Instant, Line, Ulid
from wire.work import LoadView, NoticeView, ServiceView

# Ten alerts in ten minutes are a flood already; 500 open ones are a night of it, and every one
# is sent to every dashboard that signs in.
OPEN_MAX: Final = 500
# Notices that nobody took: they are taken every second, and every alert says how far it climbed.
NOTICES_MAX: Final = 1_000


class AlertList:
    """The open alerts of a site. What it returns has changed and must be kept and shown."""

    def __init__(self, site: Site, plan_hash: str = "", open_max: Count = OPEN_MAX) -> None:
        self._open: dict[Ulid, AlertRecord] = {}
        self._ids: dict[str, Ulid] = {}  # By the condition's key.
        self._timers = Timers()  # By the alert's id.
        self._unproven = Timers()  # Restored; taken as cleared when they are due.
        self._recent = Recent()
        self._overflow = Overflow(open_max)
        self._flood = Flood(site.operators)
        self._outcomes = Outcomes()
        self._services = Services(site)
        self._suppressions = Suppressions(site)
        self._notices: deque[NoticeView] = deque(maxlen=NOTICES_MAX)
        self._number = 0
        # Set where what hides alerts has changed: every alert is looked at again then.
        self._look_us: Instant | None = None
        self._plan(site, plan_hash)

    # --- What there is --------------------------------------------------------------------------

    @property
    def open(self) -> Mapping[Ulid, AlertRecord]:
        """Every alert that is not closed, also those that are listed apart."""
        return MappingProxyType(self._open)

    @property
    def closed(self) -> Mapping[Ulid, AlertRecord]:
        """The alerts that closed by themselves, and wait for their outcome."""
        return self._outcomes.closed

    @property
    def next_wake_us(self) -> Instant | None:
        """When time alone changes something next."""
        due = (
            self._timers.next_us,
            self._unproven.next_us,
            self._overflow.next_wake_us,
            self._flood.next_wake_us,
            self._outcomes.next_wake_us,
            self._services.next_wake_us,
            self._suppressions.next_wake_us,
            self._look_us,
        )
        return min((at_us for at_us in due if at_us is not None), default=None)

    def load(self, now_us: Instant) -> LoadView:
        """Return what the alerts ask of their operators."""
        return load_view(self._open.values(), self._flood, now_us)

    def services(self, now_us: Instant) -> tuple[ServiceView, ...]:
        """Return what is out of service."""
        return self._services.views(self._open.values(), now_us)

    def notices(self, now_us: Instant) -> list[NoticeView]:
        """Return what people must be told, once."""
        assert all(one.at_us <= now_us for one in self._notices)
        taken = list(self._notices)
        self._notices.clear()
        return taken

    @staticmethod
    def must_keep(record: AlertRecord | ServiceRecord) -> bool:
        """Return whether a restarted hub must begin with a record."""
        if isinstance(record, ServiceRecord):
            return record.ended_us is None
        return record.state is not AlertState.CLOSED or awaits_outcome(record)

    # --- Conditions -----------------------------------------------------------------------------

    def apply(self, condition: Condition, now_us: Instant) -> AlertRecord | None:
        """Raise, change or clear the alert of a condition; None where nothing is new."""
        identity = self._ids.get(condition.key)
        if identity is None:
            return self._first(condition, now_us)
        self._unproven.set(identity, None)
        record = self._open[identity]
        if condition.active:
            return self._keep(record, seen_again(record, condition, now_us), now_us)
        return self._keep(record, gone(record, now_us), now_us)

    def _first(self, condition: Condition, now_us: Instant) -> AlertRecord | None:
        """Raise an alert for a condition that has none, unless the list is full."""
        if not condition.active:
            self._overflow.forget(condition.key)
            return None
        if self._overflow.holds_back(condition, len(self._open)):
            full = self._overflow.condition(now_us)
            return None if full is None else self.apply(full, now_us)
        self._number += 1
        before_us = self._recent.take(condition.key, now_us)
        record = raised(condition, self._number, now_us, plan=self._plan_hash, before_us=before_us)
        return self._keep(None, record, now_us)

    # --- People ---------------------------------------------------------------------------------

    def act(
        self, action: OperatorAction, now_us: Instant
    ) -> list[AlertRecord | ServiceRecord] | Refusal:
        """Do what a person asks of an alert, a rule or a device, or say why not."""
        if (refusal := role_refusal_of(action)) is not None:
            return refusal
        match action.ask:
            case TakeOutOfService() | ReturnToService() as ask:
                service = self._services.act(ask, action.operator, now_us)
                if isinstance(service, Refusal):
                    return service
                return [service, *self._look(now_us)]
            case Assess() as ask:
                assessed = self._outcomes.act(ask, action.operator, now_us)
                return assessed if isinstance(assessed, Refusal) else [assessed]
            case Acknowledge() | Shelve() | Unshelve() | Clear() as ask:
                return self._act(ask, action.operator, now_us)
            case _:
                raise AssertionError(action.ask)

    def acknowledge(
        self, ids: Iterable[Ulid], operator: Line, now_us: Instant
    ) -> list[AlertRecord]:
        """Let a person have every one of these alerts that waits for somebody."""
        waiting = [self._open[one] for one in ids if one in self._open]
        changed = [
            self._keep(record, acknowledged(record, operator, now_us), now_us)
            for record in waiting
            if record.state in WAITING
        ]
        return [record for record in changed if record is not None]

    def join(self, alert: Ulid, incident: Ulid | None, now_us: Instant) -> AlertRecord | None:
        """Take note of the incident that an open alert belongs to."""
        record = self._open.get(alert)
        return (
            None
            if record is None
            else self._keep(record, replace(record, incident=incident), now_us)
        )

    def _act(
        self, ask: Acknowledge | Shelve | Unshelve | Clear, operator: Line, now_us: Instant
    ) -> list[AlertRecord | ServiceRecord] | Refusal:
        record = self._open.get(ask.alert)
        if record is None:
            return Refusal(reason="there is no such open alert; it may have closed by itself")
        if (refusal := refusal_of(record, ask)) is not None:
            return refusal
        changed = self._keep(record, acted(record, ask, operator, now_us), now_us)
        assert changed is not None
        return [changed]

    # --- Time, postures and plans ---------------------------------------------------------------

    def wake(self, now_us: Instant) -> list[AlertRecord | ServiceRecord]:
        """Do what is due: ends of shelves and services, escalation, hours, room in the list."""
        if (due := self.next_wake_us) is None or now_us < due:
            return []
        services: list[AlertRecord | ServiceRecord] = [*self._services.wake(now_us)]
        is_new_minute = self._suppressions.wake(now_us)
        changed = [self._timed(identity, now_us) for identity in self._timers.take(now_us)]
        for identity in self._unproven.take(now_us):
            record = self._open[identity]
            changed.append(self._keep(record, gone(record, now_us), now_us))
        if services or is_new_minute or self._look_us is not None:
            changed += self._look(now_us)
        for condition in self._overflow.wake(len(self._open), now_us):
            changed.append(self.apply(condition, now_us))
        self._notices += self._flood.wake(now_us)
        changed += self._outcomes.wake(now_us)
        # Of an alert that changed twice at this instant only the last is so.
        latest = {record.id: record for record in changed if record is not None}
        return [*services, *latest.values()]

    def posture(self, postures: Mapping[Identifier, Posture], now_us: Instant) -> list[AlertRecord]:
        """Let suppression by design follow the postures of the site and its zones."""
        self._suppressions.posture(postures)
        return self._look(now_us)

    def replan(
        self, site: Site, now_us: Instant, plan_hash: str = ""
    ) -> list[AlertRecord | ServiceRecord]:
        """Go on by an edited plan: ladders, suppressions and operators are its own."""
        self._plan(site, plan_hash)
        self._flood.operators = site.operators
        self._notices += self._flood.wake(now_us)
        self._services.replan(site)
        self._suppressions.replan(site, tuple(self._open.values()))
        for record in self._open.values():
            self._timers.set(record.id, due_us(record, self._ladder))
        return [*self._look(now_us)]

    def restore(self, record: AlertRecord | ServiceRecord, now_us: Instant) -> None:
        """Take back what the journal says; a closed alert that waits for nothing only counts.

        An active alert whose condition does not show itself again in time is taken as cleared:
        like any other, it then waits for the person who has not acknowledged it yet.
        """
        if isinstance(record, ServiceRecord):
            self._services.restore(record)
            return
        self._number = max(self._number, record.number)
        if not self.must_keep(record):
            return
        self._flood.restore(record.raisings_us)
        if record.state is AlertState.CLOSED:
            self._recent.closed(record)
            self._outcomes.put(record)
            return
        self._open[record.id] = record
        self._ids[record.key] = record.id
        self._suppressions.changed(record)
        self._look_us = now_us  # Its timer is set then, too.
        if record.active:
            self._unproven.set(record.id, now_us + settle_us(self._rules.get(record.rule)))

    def _plan(self, site: Site, plan_hash: str) -> None:
        self._rules = {rule.id: rule for rule in site.rules}
        self._ladder = Ladder(site)
        self._plan_hash: Line | None = plan_hash or None

    def _timed(self, identity: Ulid, now_us: Instant) -> AlertRecord | None:
        record = self._open[identity]
        changed, notices = timed(record, self._ladder, now_us)
        self._notices += notices
        return self._keep(record, changed, now_us)

    # --- Where an alert is listed ---------------------------------------------------------------

    def _look(self, now_us: Instant) -> list[AlertRecord]:
        """Look at every alert again, because what hides alerts has changed."""
        self._look_us = None
        # By number: a restored list holds them in another order.
        every = sorted(self._open.values(), key=lambda one: one.number)
        changed = [self._keep(record, record, now_us) for record in every]
        return [record for record in changed if record is not None]

    def _placed(self, record: AlertRecord, now_us: Instant) -> AlertRecord:
        """Return the alert out of service or suppressed, if it is, and else where people see it."""
        record = self._served(record, now_us)
        if record.state is AlertState.OUT_OF_SERVICE:
            return record
        reason = self._suppressions.reason(record, now_us)
        if record.state is AlertState.SUPPRESSED:
            if reason is None:
                return shown(record, Move.UNSUPPRESS, now_us)
            return replace(record, hidden_why=reason)
        if reason is None or not record.active or record.state in {*HIDDEN, AlertState.CLOSED}:
            return record
        return hidden(record, Move.SUPPRESS, reason)

    def _served(self, record: AlertRecord, now_us: Instant) -> AlertRecord:
        hiding = self._services.hiding(record)
        if record.state is AlertState.OUT_OF_SERVICE:
            if hiding is None:
                return shown(record, Move.RESTORE, now_us)
            return replace(record, hidden_why=hiding.why, hidden_until_us=hiding.until_us)
        if hiding is None or not record.active or record.state is AlertState.CLOSED:
            return record
        return hidden(record, Move.REMOVE, hiding.why, hiding.until_us)

    # --- Keeping --------------------------------------------------------------------------------

    def _keep(
        self, before: AlertRecord | None, record: AlertRecord, now_us: Instant
    ) -> AlertRecord | None:
        """Keep an alert's new record; return it with its instants if anything is new."""
        record = asking(before, self._placed(record, now_us), now_us)
        if before is not None and record == before:
            self._timers.set(record.id, due_us(record, self._ladder))
            return None
        record = replace(record, changed_us=now_us)
        if _has_begun(before, record):
            self._notices += self._flood.raised(now_us)
        if record.state is AlertState.CLOSED:
            return self._close(record, now_us)
        self._open[record.id] = record
        self._ids[record.key] = record.id
        self._timers.set(record.id, due_us(record, self._ladder))
        self._note(record, now_us)
        return record

    def _close(self, record: AlertRecord, now_us: Instant) -> AlertRecord:
        record = replace(record, closed_us=now_us)
        del self._open[record.id], self._ids[record.key]
        self._timers.set(record.id, None)
        self._unproven.set(record.id, None)
        if record.acknowledged_by is not None:  # What lapsed was never heard.
            self._recent.closed(record)
        self._note(record, now_us)
        if awaits_outcome(record):
            self._outcomes.put(record)
        return record

    def _note(self, record: AlertRecord, now_us: Instant) -> None:
        """Look at all alerts again if this one begins or ceases to suppress others."""
        if self._suppressions.changed(record):
            self._look_us = now_us


def _has_begun(before: AlertRecord | None, record: AlertRecord) -> bool:
    """Return whether an alert asks for a person anew: that is what an operator's load counts."""
    if record.state is not AlertState.UNACKNOWLEDGED:
        return False
    return before is None or before.state in HIDDEN or before.begun_us != record.begun_us
