"""Alerts under watch: none lost, none closed unseen, none urgent hidden, no number used again."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct
from simulation.plan import BY_POSTURE, CUES
from simulation.scheduler import SECOND

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.service import ServiceRecord
from wire.actions import (
    Acknowledge,
    AcknowledgeIncident,
    Clear,
    OperatorAction,
    ReturnToService,
    Shelve,
    TakeOutOfService,
    Unshelve,
)
from wire.labels import AlertState, Posture, Priority, Role
from wire.messages import Cue

if TYPE_CHECKING:
    from simulation.judge import World

RANK = {priority: rank for rank, priority in enumerate(Priority)}
URGENT = RANK[Priority.HIGH]
WAITING = (AlertState.UNACKNOWLEDGED, AlertState.CLEARED_UNACKNOWLEDGED)

# A quiet spell gives the hub time every thirty seconds; its clock may be wrong by four.
SLACK_US = 50 * SECOND


class Urgency(Struct, kw_only=True):
    """What the judge itself remembers of an alert since somebody last had it."""

    worst: int
    waiting_us: int | None = None


class AlertWatch:
    """Every alert that ever was on disk."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.latest: dict[str, AlertRecord] = {}
        self.open: dict[str, AlertRecord] = {}
        self.postures: dict[str, Posture] = {}
        self.seen: Counter[str] = Counter()
        self._urgency: dict[str, Urgency] = {}
        self._numbers: dict[int, str] = {}
        self._acknowledged: set[tuple[str, str, int]] = set()
        self._shelved: set[tuple[str, str, int]] = set()
        self._unshelved: set[tuple[str, int]] = set()
        self._taken: dict[str, str] = {}
        self._services: dict[str, ServiceRecord] = {}

    # --- People ---------------------------------------------------------------------------------

    def asked(self, action: OperatorAction, at_us: int) -> None:
        """Take note of what a person asked and was granted."""
        match action.ask:
            case Acknowledge(alert=alert):
                self._acknowledged.add((alert, action.operator, at_us))
            case AcknowledgeIncident():
                self._acknowledged.add(("*", action.operator, at_us))
            case Shelve(alert=alert):
                self._shelved.add((alert, action.operator, at_us))
            case Unshelve(alert=alert):
                self._unshelved.add((alert, at_us))
            case TakeOutOfService(target=target):
                assert action.role is Role.SUPERVISOR, "not a supervisor's"
                self._taken[target] = action.operator
            case ReturnToService() | Clear():
                pass
            case _:
                pass

    def must_obey(self, action: OperatorAction) -> None:
        """Check that what was granted is so."""
        ask = action.ask
        if isinstance(ask, Acknowledge):
            assert self.latest[ask.alert].acknowledged_by == action.operator
        elif isinstance(ask, Clear):
            assert self.latest[ask.alert].state is AlertState.CLOSED
        elif isinstance(ask, Shelve):
            # Out of service or suppressed comes before it.
            assert self.latest[ask.alert].state not in WAITING

    def service(self, record: ServiceRecord, at_us: int) -> None:
        """Take note of what is out of service."""
        if record.ended_us is None:
            assert self._taken.get(record.target) == record.by, "nobody took it out of service"
            self._services[record.target] = record
        else:
            assert record.ended_us <= at_us
            self._services.pop(record.target, None)

    # --- One alert ------------------------------------------------------------------------------

    def changed(self, record: AlertRecord, at_us: int) -> None:
        """Judge a change of an alert."""
        self.seen[record.state] += 1
        before = self.latest.get(record.id)
        owner = self._numbers.setdefault(record.number, record.id)
        name = f"A-{record.number}"
        assert owner == record.id, f"{name} is two alerts"
        assert (
            before is None
            or before.state is not AlertState.CLOSED
            or (record.state is AlertState.CLOSED)
        ), f"{name} rose from the dead"
        own = self._remember(record, before, at_us)
        self._check_acknowledged(name, record, before)
        self._check_hidden(name, record, before, own)
        if record.state is AlertState.CLOSED and (before is None or before.state != record.state):
            self._check_closed(name, record, before, own)
        self.latest[record.id] = record
        if record.state is AlertState.CLOSED:
            self.open.pop(record.id, None)
        else:
            self.open[record.id] = record

    def _remember(self, record: AlertRecord, before: AlertRecord | None, at_us: int) -> Urgency:
        rank = RANK[record.priority]
        own = self._urgency.setdefault(record.id, Urgency(worst=rank))
        if record.acknowledged_by is not None:
            own.worst = rank
        rises = rank > own.worst
        own.worst = max(own.worst, rank)
        if record.state not in WAITING:
            own.waiting_us = None
        elif own.waiting_us is None or rises or before is None:
            own.waiting_us = at_us
        return own

    def _check_acknowledged(
        self, name: str, record: AlertRecord, before: AlertRecord | None
    ) -> None:
        was = None if before is None else before.acknowledged_us
        if record.acknowledged_us is None or record.acknowledged_us == was:
            return
        by, at_us = record.acknowledged_by or "", record.acknowledged_us
        said = {(record.id, by, at_us), ("*", by, at_us)} & self._acknowledged
        assert said, f"{name} was acknowledged by nobody"

    def _check_hidden(
        self, name: str, record: AlertRecord, before: AlertRecord | None, own: Urgency
    ) -> None:
        is_urgent = max(own.worst, RANK[record.priority]) >= URGENT
        match record.state:
            case AlertState.SHELVED:
                assert not is_urgent, f"{name} is urgent and shelved"
                assert record.shelved_us is not None
                said = (record.id, record.shelved_by or "", record.shelved_us)
                assert said in self._shelved, f"{name} was shelved by nobody"
            case AlertState.SUPPRESSED if is_urgent:
                assert record.hidden_why == BY_POSTURE, f"{name} is urgent and hidden by a rule"
                posture = self._posture_of(record.zone)
                assert posture is Posture.EVACUATING, f"{name} is hidden by a posture of before"
            case AlertState.OUT_OF_SERVICE:
                targets = {record.rule, *record.sensors}
                assert targets & self._services.keys(), f"{name} is hidden by no service"
            case _:
                if before is not None and before.state is AlertState.SHELVED:
                    self._check_left_shelf(name, record, before)

    def _posture_of(self, zone: str | None) -> Posture:
        """Return a zone's posture; one that is normal has the site's."""
        own = self.postures.get(zone or "", Posture.NORMAL)
        return self.postures.get("site", own) if own is Posture.NORMAL else own

    def _check_left_shelf(self, name: str, record: AlertRecord, before: AlertRecord) -> None:
        at_us = record.changed_us
        is_over = (before.shelved_until_us or 0) <= at_us
        is_asked = (record.id, at_us) in self._unshelved
        is_urgent = RANK[record.priority] >= URGENT
        assert is_over or is_asked or is_urgent, f"{name} left its shelf too soon"

    def _check_closed(
        self, name: str, record: AlertRecord, before: AlertRecord | None, own: Urgency
    ) -> None:
        if record.acknowledged_by is None:
            was = None if before is None else before.state
            assert was is AlertState.SUPPRESSED, f"{name} closed unseen"
            assert own.worst < URGENT, f"{name} is urgent and closed unseen"
            return
        assert (record.acknowledged_us or 0) >= record.begun_us, f"{name} closed anew unseen"
        assert not record.active or record.latched, f"{name} closed while it is true"

    # --- Nothing lost ---------------------------------------------------------------------------

    def must_know(self, cue: Cue) -> None:
        """Check that a cue that is on disk has its alert on disk."""
        rule = CUES[cue.kind]
        if not any(one.id == rule and one.enabled for one in self._world.plan.rules):
            return
        known = (
            one.rule == rule
            and one.active
            and (one.simulated, one.exercise) == (cue.simulated, cue.exercise)
            for one in self.open.values()
        )
        assert any(known), f"a {cue.kind} of {cue.sender} is in the journal without an alert"

    def check_shown(self, shown: Mapping[str, AlertState]) -> None:
        """Check that people see exactly what is open."""
        is_open = {key: one.state for key, one in self.open.items()}
        assert shown == is_open, f"{_difference(shown, is_open)}"

    def check_due(self, now_us: int) -> None:
        """Check that what time ends has ended, and that nobody waits without a next one told."""
        for record in self.open.values():
            name = f"A-{record.number}"
            if record.state is AlertState.SHELVED:
                assert (record.shelved_until_us or 0) > now_us - SLACK_US, f"{name} stays shelved"
            if record.state is AlertState.OUT_OF_SERVICE:
                until = (self._services.get(one) for one in (record.rule, *record.sensors))
                assert any(one and one.until_us > now_us - SLACK_US for one in until), (
                    f"{name} stays out of service"
                )
            own = self._urgency[record.id]
            if own.waiting_us is not None and own.worst >= URGENT:
                waited_us = now_us - SLACK_US - own.waiting_us
                rungs = [one.after_s * SECOND for one in self._world.plan.escalations]
                due = sum(after_us <= waited_us for after_us in rungs)
                assert record.escalation >= due, f"{name} was told to nobody else"

    def check_restored(self, alerts: Iterable[AlertRecord]) -> None:
        """Check that what a restart changes of alerts at once is nothing that people did."""
        for record in alerts:
            before = self.latest[record.id]
            assert record.number == before.number
            assert record.acknowledged_by == before.acknowledged_by or record.active
            if before.state is AlertState.SHELVED:
                assert record.state is before.state, f"A-{record.number} lost its shelf"


def _difference(shown: Mapping[str, AlertState], is_open: Mapping[str, AlertState]) -> str:
    lost = {key: one for key, one in is_open.items() if shown.get(key) is not one}
    extra = {key: one for key, one in shown.items() if is_open.get(key) is not one}
    return f"the screen lacks {lost} and has {extra}"
