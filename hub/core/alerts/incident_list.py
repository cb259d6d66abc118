"""The open incidents: which alerts are one happening, by what ties them or by a person's word.

An alert is in exactly one incident. One that bridges two makes them one, under the older number,
unless a person decided what belongs to either. An incident closes when all its alerts have.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.correlation import Tie, strongest, tie
from hub.core.alerts.incident import (
    HIDDEN,
    UNACKNOWLEDGED,
    IncidentRecord,
    Member,
    in_order,
    incident_view,
    member_of,
)
from hub.core.alerts.refusal import Refusal
from hub.core.alerts.roles import refusal_of as role_refusal_of
from hub.core.rules.taint import Taint, taint_of
from hub.core.rules.wording import line
from hub.core.site import Site
from wire.actions import AcknowledgeIncident, JoinIncident, OperatorAction
from wire.ids import derived_id
from wire.labels import AlertState, Priority
from wire.quantities import SECOND_US, Instant, Line, Ulid
from wire.work import IncidentView

# Nobody works through more as one; and its record is written anew at each change.
MEMBERS_MAX: Final = 200
# Alerts that are too low to be an incident by themselves; as many as can be open.
LOOSE_MAX: Final = 500
# Who had a merged incident on the screen still finds it for so long.
REMEMBERED_US: Final = 3600 * SECOND_US
REMEMBERED_MAX: Final = 1_000

_FIRST: Final = "the first of it"
_RANK: Final = {priority: rank for rank, priority in enumerate(Priority)}


class _Loose(Struct, frozen=True):
    """An alert that is in no incident yet."""

    member: Member
    taint: Taint


class _Merged(Struct, frozen=True):
    """Where an incident went that turned out to be part of another."""

    into: Ulid
    until_us: Instant


class Incidents:
    """The open incidents of a site. What it returns has changed and must be kept and shown."""

    def __init__(self, site: Site) -> None:
        self._grouping = site.grouping
        self._open: dict[Ulid, IncidentRecord] = {}
        self._of: dict[Ulid, Ulid] = {}  # Every alert of an open incident.
        self._loose: dict[Ulid, _Loose] = {}
        self._merged: dict[Ulid, _Merged] = {}
        self._number = 0

    @property
    def open(self) -> Mapping[Ulid, IncidentRecord]:
        """Every incident that is not closed."""
        return MappingProxyType(self._open)

    @property
    def next_wake_us(self) -> Instant | None:
        """When time alone changes something next."""
        return min((one.until_us for one in self._merged.values()), default=None)

    def of(self, alert: Ulid) -> Ulid | None:
        """Return the open incident that an alert is in."""
        return self._of.get(alert)

    def view(self, record: IncidentRecord, alerts: Mapping[Ulid, AlertRecord]) -> IncidentView:
        """Return an incident as operators see it."""
        return incident_view(record, alerts)

    def replan(self, site: Site) -> None:
        """Group by an edited plan from now on; what is together stays together."""
        self._grouping = site.grouping

    def wake(self, now_us: Instant) -> list[IncidentRecord]:
        """Forget where merged incidents went, once nobody has them on the screen any more."""
        for gone in [one for one, merged in self._merged.items() if now_us >= merged.until_us]:
            del self._merged[gone]
        return []

    def restore(self, record: IncidentRecord) -> None:
        """Take back an incident after a restart. A closed one only counts for its number."""
        self._number = max(self._number, record.number)
        if record.closed_us is None:
            self._open[record.id] = record
            self._of |= dict.fromkeys((one.alert for one in record.members), record.id)

    def settle(self, alerts: Mapping[Ulid, AlertRecord], now_us: Instant) -> list[IncidentRecord]:
        """Hold what was restored against the open alerts: those without one join or open one."""
        changed = []
        for alert in alerts.values():
            changed += self.apply(alert, now_us)
        for record in list(self._open.values()):
            members = tuple(
                one if one.alert in alerts else replace(one, state=AlertState.CLOSED)
                for one in record.members
            )
            changed += self._put(record, members, now_us)
        return changed

    # --- Alerts ---------------------------------------------------------------------------------

    def apply(self, alert: AlertRecord, now_us: Instant) -> list[IncidentRecord]:
        """Take an alert that changed: it opens an incident, joins, bridges or closes one."""
        identity = self._of.get(alert.id)
        if identity is None:
            return self._arrive(alert, now_us)
        record = self._open[identity]
        before = next(one for one in record.members if one.alert == alert.id)
        member = member_of(alert, before.why, before)
        if not member.is_open or not self._grouping.enabled:
            return self._update(record, member, now_us)
        has_begun = alert.begun_us > before.begun_us
        if not has_begun and set(member.tracks) <= set(before.tracks):
            return self._update(record, member, now_us)
        # An intruder who walks by another happening is no part of it: a place ties when an alert
        # is raised, tracks tie at any time.
        return self._bridge(record, member, now_us, tracks_only=not has_begun)

    def _arrive(self, alert: AlertRecord, now_us: Instant) -> list[IncidentRecord]:
        """Put an alert that is in no incident into one, if it belongs to any or makes one."""
        self._loose.pop(alert.id, None)
        if alert.state is AlertState.CLOSED:
            return []
        taint, member = taint_of(alert), member_of(alert, _FIRST)
        ties = self._ties(member, taint)
        if ties:
            return self._join(member, ties, now_us)
        minimum = _RANK[self._grouping.priority_min]
        if alert.state in HIDDEN or _RANK[alert.priority] < minimum:
            self._loose[alert.id] = _Loose(member, taint)
            if len(self._loose) > LOOSE_MAX:
                del self._loose[next(iter(self._loose))]
            return []
        return self._gather(self._new(member, taint, now_us), now_us)

    def _bridge(
        self, record: IncidentRecord, member: Member, now_us: Instant, *, tracks_only: bool
    ) -> list[IncidentRecord]:
        """Update a member; where it now ties its incident to others, make them one."""
        ties = self._ties(member, record.taint, but=record.id, tracks_only=tracks_only)
        others = [] if record.is_held else [self._open[one] for one in ties]
        return self._merge(record, [one for one in others if not one.is_held], member, now_us)

    def _join(self, member: Member, ties: dict[Ulid, Tie], now_us: Instant) -> list[IncidentRecord]:
        """Put an alert into the incident that it is tied to most; the others become part of it."""
        best = max(ties, key=lambda one: (ties[one].strength, -self._open[one].number))
        record = self._open[best]
        others = [] if record.is_held else [self._open[one] for one in ties if one != best]
        free = [one for one in others if not one.is_held]
        return self._merge(record, free, replace(member, why=ties[best].why), now_us)

    def _ties(
        self,
        member: Member,
        taint: Taint,
        *,
        but: Ulid | None = None,
        tracks_only: bool = False,
    ) -> dict[Ulid, Tie]:
        """Return the incidents that an alert is tied to, and why."""
        if not self._grouping.enabled:
            return {}
        found = {}
        for identity, record in self._open.items():
            if identity == but or record.taint != taint or len(record.members) >= MEMBERS_MAX:
                continue
            best = strongest(member, record.members, self._grouping, tracks_only=tracks_only)
            if best is not None:
                found[identity] = best
        return found

    # --- Records --------------------------------------------------------------------------------

    def _new(self, member: Member, taint: Taint, now_us: Instant) -> IncidentRecord:
        self._number += 1
        return IncidentRecord(
            # A person may take an alert out again: that is another incident of the same alert.
            id=derived_id(member.alert, "incident", str(self._number)),
            number=self._number,
            members=(member,),
            opened_us=now_us,
            changed_us=now_us,
            simulated=taint.simulated,
            exercise=taint.exercise,
        )

    def _gather(self, record: IncidentRecord, now_us: Instant) -> list[IncidentRecord]:
        """Keep a new incident, with the loose alerts that belong to it."""
        self._keep(record)
        return self._put(record, record.members, now_us) or [self._open[record.id]]

    def _update(
        self, record: IncidentRecord, member: Member, now_us: Instant
    ) -> list[IncidentRecord]:
        members = (member if one.alert == member.alert else one for one in record.members)
        return self._put(record, tuple(members), now_us)

    def _merge(
        self, record: IncidentRecord, others: list[IncidentRecord], member: Member, now_us: Instant
    ) -> list[IncidentRecord]:
        """Make incidents one with a member new or changed, under the oldest of their numbers."""
        parts = {one.alert: one for one in record.members} | {member.alert: member}
        one_of = [record]
        for other in sorted(others, key=lambda one: one.number):
            if len(parts) + len(other.members) <= MEMBERS_MAX:
                parts |= {one.alert: _bridged(one, member) for one in other.members}
                one_of.append(other)
        kept = min(one_of, key=lambda one: one.number)
        gone = [self._absorb(one, kept, now_us) for one in one_of if one is not kept]
        return [*gone, *self._put(kept, in_order(parts.values()), now_us)]

    def _absorb(
        self, gone: IncidentRecord, kept: IncidentRecord, now_us: Instant
    ) -> IncidentRecord:
        del self._open[gone.id]
        self._merged[gone.id] = _Merged(kept.id, now_us + REMEMBERED_US)
        if len(self._merged) > REMEMBERED_MAX:
            del self._merged[next(iter(self._merged))]
        return replace(gone, closed_us=now_us, changed_us=now_us, merged_into=kept.id)

    def _put(
        self, record: IncidentRecord, members: tuple[Member, ...], now_us: Instant
    ) -> list[IncidentRecord]:
        """Keep an incident with these members and the loose ones that belong to them.

        One without an open alert closes. Where all is as it was, nothing has changed.
        """
        members = self._with_loose(record, members)
        if members == record.members:
            return []
        record = replace(record, members=members, changed_us=now_us)
        if any(one.is_open for one in members):
            self._keep(record)
            return [record]
        del self._open[record.id]
        for one in members:
            del self._of[one.alert]
        return [replace(record, closed_us=now_us)]

    def _with_loose(
        self, record: IncidentRecord, members: tuple[Member, ...]
    ) -> tuple[Member, ...]:
        """Return members with the loose alerts that are tied to one that is new or changed."""
        if not self._loose or not self._grouping.enabled:
            return members
        news = set(members) - set(record.members) if record.members != members else set(members)
        for identity, loose in list(self._loose.items()):
            if loose.taint != record.taint or len(members) >= MEMBERS_MAX:
                continue
            found = (tie(loose.member, one, self._grouping) for one in members if one in news)
            best = max((one for one in found if one is not None), default=None)
            if best is not None:
                members = in_order((*members, replace(loose.member, why=best.why)))
                del self._loose[identity]
        return members

    def _keep(self, record: IncidentRecord) -> None:
        self._open[record.id] = record
        self._of |= dict.fromkeys((one.alert for one in record.members), record.id)

    # --- People ---------------------------------------------------------------------------------

    def act(
        self, action: OperatorAction, now_us: Instant
    ) -> tuple[list[IncidentRecord], tuple[Ulid, ...]] | Refusal:
        """Do what a person asks; return what changed, and the alerts that they acknowledge."""
        if (refusal := role_refusal_of(action)) is not None:
            return refusal
        ask = action.ask
        if isinstance(ask, AcknowledgeIncident):
            return self._acknowledge(ask)
        assert isinstance(ask, JoinIncident)
        return self._move(ask, line(f"put here by {action.operator}"), now_us)

    def _acknowledge(
        self, ask: AcknowledgeIncident
    ) -> tuple[list[IncidentRecord], tuple[Ulid, ...]] | Refusal:
        record = self._find(ask.incident)
        if record is None:
            return Refusal(reason="there is no such open incident; all its alerts may have closed")
        waiting = tuple(one.alert for one in record.members if one.state in UNACKNOWLEDGED)
        if not waiting:
            return Refusal(reason=f"somebody has every alert of I-{record.number} already")
        return [], waiting

    def _move(
        self, ask: JoinIncident, why: Line, now_us: Instant
    ) -> tuple[list[IncidentRecord], tuple[Ulid, ...]] | Refusal:
        """Put an alert where a person says that it belongs; it stays there."""
        found = self._member(ask.alert)
        if found is None:
            return Refusal(reason="there is no such alert in an open incident")
        source, loose = found
        if not loose.member.is_open:
            return Refusal(reason="it has closed, and stays in the incident that it was of")
        member = replace(loose.member, why=why, held=True)
        if ask.incident is None:
            return self._set_apart(source, member, loose.taint, now_us), ()
        target = self._find(ask.incident)
        if target is None:
            return Refusal(reason="there is no such open incident; all its alerts may have closed")
        if (refusal := _objection(source, target, loose)) is not None:
            return refusal
        changed = self._take_out(source, member, now_us)
        self._loose.pop(member.alert, None)
        return [*changed, *self._put(target, in_order((*target.members, member)), now_us)], ()

    def _set_apart(
        self, source: IncidentRecord | None, member: Member, taint: Taint, now_us: Instant
    ) -> list[IncidentRecord]:
        """Make an alert an incident by itself; one that is already is no more merged."""
        if source is not None and len(source.members) == 1:
            return self._put(source, (member,), now_us)
        changed = self._take_out(source, member, now_us)
        self._loose.pop(member.alert, None)
        record = self._new(member, taint, now_us)
        self._keep(record)
        return [*changed, record]

    def _take_out(
        self, source: IncidentRecord | None, member: Member, now_us: Instant
    ) -> list[IncidentRecord]:
        if source is None:
            return []
        rest = tuple(one for one in source.members if one.alert != member.alert)
        return self._put(source, rest, now_us)

    def _member(self, alert: Ulid) -> tuple[IncidentRecord | None, _Loose] | None:
        """Return an alert as a member, and the incident that it is in, if it is in one."""
        if (loose := self._loose.get(alert)) is not None:
            return None, loose
        identity = self._of.get(alert)
        if identity is None:
            return None
        record = self._open[identity]
        member = next(one for one in record.members if one.alert == alert)
        return record, _Loose(member, record.taint)

    def _find(self, identity: Ulid) -> IncidentRecord | None:
        """Return an open incident, also by the id of one that became part of it."""
        while identity in self._merged:  # Each step leads to an older incident.
            identity = self._merged[identity].into
        return self._open.get(identity)


def _bridged(member: Member, bridge: Member) -> Member:
    """Return a member of an incident that became part of another."""
    is_first = member.why == _FIRST
    return replace(member, why=f"by way of A-{bridge.number}") if is_first else member


def _objection(
    source: IncidentRecord | None, target: IncidentRecord, loose: _Loose
) -> Refusal | None:
    """Return why an alert cannot be put into an incident."""
    if source is target:
        return Refusal(reason=f"it is in I-{target.number} already")
    if target.taint != loose.taint:
        return Refusal(
            reason="real, simulated and exercise alerts are never in one incident; allowed: an "
            "incident of the same"
        )
    if len(target.members) >= MEMBERS_MAX:
        return Refusal(
            reason=f"I-{target.number} has {MEMBERS_MAX} alerts, which is as many as it may have"
        )
    return None
