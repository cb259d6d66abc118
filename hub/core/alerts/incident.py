"""An incident as the journal keeps it: the alerts of one happening, and what ties them."""

import math
from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.rules.taint import Taint, taint_of
from hub.core.site import Place
from wire.feed import EastNorth
from wire.labels import AlertState, Priority
from wire.quantities import DistanceM, Identifier, Instant, Line, Ulid
from wire.work import IncidentView

UNACKNOWLEDGED: Final = frozenset({AlertState.UNACKNOWLEDGED, AlertState.CLEARED_UNACKNOWLEDGED})
"""The states in which an alert waits for somebody."""
HIDDEN: Final = frozenset({AlertState.SUPPRESSED, AlertState.OUT_OF_SERVICE})
"""The states in which an alert asks nobody: it joins an incident, and never makes one."""

# An intruder walks: an incident is not written anew for each of his steps.
STEP_M: Final = 5.0
# Whoever names more tracks than this speaks of a crowd; the record stays small.
TRACKS_MAX: Final = 64
_RANK: Final = {priority: rank for rank, priority in enumerate(Priority)}


class Member(Struct, frozen=True, kw_only=True):
    """An alert of an incident, as far as a restarted hub needs it to tell what belongs to it."""

    alert: Ulid
    number: int
    rule: Identifier
    rule_kind: Identifier
    priority: Priority
    state: AlertState
    summary: Line
    zone: Identifier | None = None
    zone_name: Line | None = None
    place: Place | None = None
    sigma_m: DistanceM | None = None
    tracks: tuple[int, ...] = ()
    sensors: tuple[Identifier, ...] = ()
    raised_us: Instant
    begun_us: Instant
    ended_us: Instant | None = None  # When its condition went; None: it is true.
    why: Line  # What ties it to the others.
    held: bool = False  # A person put it here: nothing but a person takes it away.

    @property
    def is_open(self) -> bool:
        """Whether its alert is not closed."""
        return self.state is not AlertState.CLOSED


class IncidentRecord(Struct, frozen=True, kw_only=True, tag="incident", tag_field="kind"):
    """Alerts of one happening: the operator's unit of work."""

    id: Ulid
    number: int  # Short enough to say on the radio.
    members: tuple[Member, ...]  # Oldest first; also those whose alert has closed.
    opened_us: Instant
    changed_us: Instant
    closed_us: Instant | None = None
    merged_into: Ulid | None = None  # It turned out to be part of that one.
    simulated: bool = False
    exercise: bool = False

    @property
    def is_held(self) -> bool:
        """Whether a person decided what belongs to it: it is merged with no other by itself."""
        return any(member.held for member in self.members)

    @property
    def taint(self) -> Taint:
        """What its alerts are made of: all of them of the same."""
        return taint_of(self)


def member_of(alert: AlertRecord, why: Line, before: Member | None = None) -> Member:
    """Return an alert as a member, with what a person decided of it before."""
    member = Member(
        alert=alert.id,
        number=alert.number,
        rule=alert.rule,
        rule_kind=alert.rule_kind,
        priority=alert.priority,
        state=alert.state,
        summary=alert.summary,
        zone=alert.zone,
        zone_name=alert.zone_name,
        place=alert.place,
        sigma_m=alert.sigma_m,
        tracks=tuple(sorted(alert.tracks)[:TRACKS_MAX]),
        sensors=alert.sensors,
        raised_us=alert.raised_us,
        begun_us=alert.begun_us,
        # A latched alert is closed while its condition is true: for us it is over then.
        ended_us=alert.closed_us if alert.active else alert.cleared_us,
        why=why,
    )
    if before is None:
        return member
    member = replace(member, why=before.why, held=before.held)
    if _is_step(before.place, member.place):
        return replace(member, place=before.place, sigma_m=before.sigma_m)
    return member


def in_order(members: Iterable[Member]) -> tuple[Member, ...]:
    """Return members oldest first, whatever order they came in."""
    return tuple(sorted(members, key=lambda one: (one.raised_us, one.number, one.alert)))


def gravest(members: Iterable[Member]) -> Member | None:
    """Return who says how grave it is: of the alerts that are open and shown, if there are any."""
    every = tuple(members)
    shown = [one for one in every if one.is_open and one.state not in HIDDEN]
    return max(shown or every, key=lambda one: (_RANK[one.priority], -one.number), default=None)


def incident_view(record: IncidentRecord, alerts: Mapping[Ulid, AlertRecord]) -> IncidentView:
    """Return an incident as operators see it, in the words of its alerts as they are now."""
    first = gravest(record.members)
    living = None if first is None else alerts.get(first.alert)
    summary = "" if first is None else first.summary
    at, radius_m = _circle([one.place for one in record.members if one.place is not None])
    return IncidentView(
        id=record.id,
        number=record.number,
        summary=(summary if living is None else living.summary) or "No alert is left in it",
        priority=Priority.LOW if first is None else first.priority,
        alerts=tuple(one.alert for one in record.members),
        why=tuple(one.why for one in record.members),
        open_count=sum(one.is_open for one in record.members),
        unacknowledged_count=sum(one.state in UNACKNOWLEDGED for one in record.members),
        at=at,
        radius_m=radius_m,
        zones=tuple(dict.fromkeys(one.zone_name for one in record.members if one.zone_name)),
        opened_us=record.opened_us,
        changed_us=record.changed_us,
        closed_us=record.closed_us,
        simulated=record.simulated,
        exercise=record.exercise,
    )


def _circle(places: list[Place]) -> tuple[EastNorth | None, DistanceM]:
    """Return the middle of some places, and how far the furthest is from it."""
    if not places:
        return None, 0.0
    east_m = round(sum(place[0] for place in places) / len(places), 2)
    north_m = round(sum(place[1] for place in places) / len(places), 2)
    radius_m = max(math.dist(place, (east_m, north_m)) for place in places)
    return EastNorth(east_m=east_m, north_m=north_m), round(radius_m, 1)


def _is_step(before: Place | None, after: Place | None) -> bool:
    return before is not None and after is not None and math.dist(before, after) < STEP_M
