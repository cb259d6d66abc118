"""The declared state of the site and of its zones: what people, rules and interlocks go by."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from hub.core.alerts.refusal import Refusal
from hub.core.alerts.roles import refusal_of as role_refusal_of
from hub.core.rules.wording import line
from hub.core.site import Site
from wire.actions import OperatorAction, SetPosture
from wire.labels import Posture
from wire.quantities import Identifier, Instant, Line, Ulid
from wire.work import PostureView

SITE: Final = "site"
"""Where the whole site stands among the names of zones."""

UNMEANT: Final = (Posture.NORMAL, Posture.EXERCISE)
"""Nobody has to do anything in earnest."""

DRILL_OVER: Final = "the exercise is over"


class PostureRecord(Struct, frozen=True, kw_only=True, tag="posture", tag_field="kind"):
    """A posture that was declared, and stands until another one is."""

    zone: Identifier | None = None  # None: the whole site.
    posture: Posture
    since_us: Instant
    by: Line  # A person, or the playbook's name.
    reason: Line
    drill: Ulid | None = None  # The run that rehearses: the posture ends with the last of them.


class Postures:
    """The postures of a site. They change only by a person or a playbook, never by themselves.

    What a drill declared goes with it, and nothing else: what is meant is ended by people alone.
    """

    def __init__(self, site: Site) -> None:
        self._declared: dict[Identifier, PostureRecord] = {}
        self.replan(site)

    def replan(self, site: Site) -> None:
        """Go on by an edited plan; the posture of a zone that is no more ends with it."""
        self._names = {SITE: site.name} | {zone.id: zone.name for zone in site.zones}
        self._declared = {
            zone: record for zone, record in self._declared.items() if zone in self._names
        }

    @property
    def now(self) -> Mapping[Identifier, Posture]:
        """Every posture that is not normal, by zone. A zone without its own has the site's.

        So has a zone in an exercise where the site's is meant: a drill hides no evacuation.
        """
        is_meant = self._of(SITE) not in UNMEANT
        return MappingProxyType(
            {
                zone: record.posture
                for zone, record in self._declared.items()
                if record.posture is not Posture.NORMAL
                and not (is_meant and record.posture is Posture.EXERCISE)
            }
        )

    @property
    def are_drilled(self) -> bool:
        """Whether a posture stands that a drill declared, and nobody since."""
        return bool(self._rehearsed())

    def act(self, action: OperatorAction, now_us: Instant) -> PostureRecord | Refusal:
        """Take the posture that a person declares, or say why not."""
        ask = action.ask
        assert isinstance(ask, SetPosture)
        if (refusal := role_refusal_of(action)) is not None:
            return refusal
        if ask.zone is not None and ask.zone not in self._names:
            zones = ", ".join(zone for zone in self._names if zone != SITE) or "none"
            return Refusal(reason=f"the plan has no zone {ask.zone}; it has: {zones}")
        record = self.set(ask.posture, ask.zone, action.operator, ask.reason, now_us)
        if record is None:
            name = self._names[ask.zone or SITE]
            others = ", ".join(one for one in Posture if one is not ask.posture)
            return Refusal(reason=f"{name} is {ask.posture} already; allowed: {others}")
        return record

    def set(
        self, posture: Posture, zone: Identifier | None, by: Line, reason: Line, now_us: Instant
    ) -> PostureRecord | None:
        """Take a posture; None where it is taken already, or its zone is no more."""
        where = zone or SITE
        if where not in self._names or self._of(where) is posture:
            return None
        record = PostureRecord(zone=zone, posture=posture, since_us=now_us, by=by, reason=reason)
        self._declared[where] = record
        return record

    def rehearse(
        self,
        posture: Posture,
        zone: Identifier | None,
        by: Line,
        reason: Line,
        now_us: Instant,
        *,
        drill: Ulid,
    ) -> PostureRecord | None:
        """Declare the exercise in which a posture is rehearsed; one that is meant stays.

        Rules, doors and people go by a posture: a drill must not move any of them.
        """
        where = zone or SITE
        if self._of(where) is not Posture.NORMAL or self._of(SITE) not in UNMEANT:
            return None
        text = line(f"rehearses {posture}: {reason}")
        record = self.set(Posture.EXERCISE, zone, by, text, now_us)
        if record is not None:
            record = self._declared[where] = replace(record, drill=drill)
        return record

    def drills_over(self, now_us: Instant) -> list[PostureRecord]:
        """End what drills declared; what somebody has declared since stays.

        A drill declares only where the posture is normal, and so leaves it.
        """
        ended = [
            replace(record, posture=Posture.NORMAL, since_us=now_us, reason=DRILL_OVER, drill=None)
            for record in self._rehearsed()
        ]
        self._declared |= {record.zone or SITE: record for record in ended}
        return ended

    def name(self, zone: Identifier | None) -> Line:
        """Return what the plan calls the site or a zone of it."""
        return self._names[zone or SITE]

    def restore(self, record: PostureRecord) -> None:
        """Take back what the journal says; what the plan no longer has is history."""
        where = record.zone or SITE
        if where in self._names:
            self._declared[where] = record

    def views(self) -> tuple[PostureView, ...]:
        """Return every posture that was declared, also where it is normal again."""
        return tuple(
            PostureView(
                id=zone,
                posture=record.posture,
                since_us=record.since_us,
                by=record.by,
                reason=record.reason,
            )
            for zone, record in sorted(self._declared.items())
        )

    def _rehearsed(self) -> list[PostureRecord]:
        every = self._declared.values()
        return [one for one in every if one.drill and one.posture is Posture.EXERCISE]

    def _of(self, where: Identifier) -> Posture:
        record = self._declared.get(where)
        return Posture.NORMAL if record is None else record.posture
