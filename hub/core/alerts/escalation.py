"""The ladder that an alert climbs until somebody acknowledges it: who is told, and when."""

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.lifecycle import WAITING
from hub.core.alerts.urgency import graver, is_graver
from hub.core.rules.wording import line
from hub.core.site import Escalation, Site
from wire.ids import derived_id
from wire.labels import Channel, Priority, Role
from wire.quantities import SECOND_US, DurationUs, Instant, Line
from wire.work import NoticeView

DEFAULT: Final = (
    Escalation(priorities=(Priority.HIGH,), after_s=60.0, role=Role.SUPERVISOR),
    Escalation(priorities=(Priority.CRITICAL,), after_s=30.0, role=Role.SUPERVISOR),
)
"""For a priority that the plan's own ladder leaves out."""

# Whoever stands on the last rung is told again this often, until somebody has the alert.
REPEAT_US: Final = 300 * SECOND_US


class Rung(Struct, frozen=True, kw_only=True):
    """Who is told when an alert has waited for so long."""

    after_us: DurationUs
    role: Line  # Whose screen says it.
    to: Line  # Who is meant.
    order: Line  # What is to be done, in front of what it is about.


class Ladder:
    """The rungs of each priority."""

    def __init__(self, site: Site) -> None:
        names = {team.id: team.name for team in site.teams}
        self._rungs: dict[Priority, tuple[Rung, ...]] = {}
        for priority in Priority:
            planned = [one for one in site.escalations if priority in one.priorities]
            several = planned or [one for one in DEFAULT if priority in one.priorities]
            ordered = sorted(several, key=lambda one: one.after_s)
            self._rungs[priority] = tuple(_rung(one, names) for one in ordered)

    def due_us(self, record: AlertRecord) -> Instant | None:
        """Return when an alert climbs next; None where nothing more is done about it."""
        rungs = self._rungs[record.gravest]
        if record.asking_us is None or not rungs:
            return None
        if record.escalation < len(rungs):
            return record.asking_us + rungs[record.escalation].after_us
        return (record.escalated_us or record.asking_us) + REPEAT_US

    def climb(self, record: AlertRecord, now_us: Instant) -> tuple[AlertRecord, list[NoticeView]]:
        """Return the alert on the highest rung that is due, and what each of them says."""
        notices = []
        while (due_us := self.due_us(record)) is not None and due_us <= now_us:
            rungs = self._rungs[record.gravest]
            rung = rungs[min(record.escalation, len(rungs) - 1)]
            record = replace(
                record,
                escalation=record.escalation + 1,
                escalated_us=now_us,
                escalated_to=rung.to,
            )
            notices.append(_notice(record, rung, now_us))
        return record, notices


def asking(before: AlertRecord | None, record: AlertRecord, now_us: Instant) -> AlertRecord:
    """Return the alert with since when it asks for a person.

    One that comes and goes does not begin at the foot of the ladder each time, or it would never
    climb it. One that is graver than ever since somebody had it does: those above must know.
    """
    if record.state not in WAITING:
        return replace(record, asking_us=None)
    record = replace(record, gravest=graver(record.gravest, record.priority))
    is_new = before is None or before.asking_us is None
    if is_new or (before is not None and is_graver(record.gravest, before.gravest)):
        return replace(record, asking_us=now_us, escalation=0, escalated_us=None, escalated_to=None)
    return record


def _rung(planned: Escalation, names: dict[str, Line]) -> Rung:
    after_us = round(planned.after_s * SECOND_US)
    if planned.team is None:
        role = planned.role or Role.SUPERVISOR
        if planned.channel is Channel.APP:
            return Rung(after_us=after_us, role=role, to=role, order="Nobody has")
        return Rung(
            after_us=after_us,
            role=Role.OPERATOR,
            to=line(f"{role} by {planned.channel}"),
            order=line(f"Call the {role} by {planned.channel}: nobody has"),
        )
    name = names.get(planned.team, planned.team)
    # The hub reaches a phone, but neither a radio nor a person: the control room must call.
    if planned.channel is Channel.APP:
        order = line(f"{name}, call the control room: nobody has")
        return Rung(after_us=after_us, role=Role.FIELD, to=name, order=order)
    return Rung(
        after_us=after_us,
        role=Role.OPERATOR,
        to=line(f"{name} by {planned.channel}"),
        order=line(f"Call {name} by {planned.channel}: nobody has"),
    )


def _notice(record: AlertRecord, rung: Rung, now_us: Instant) -> NoticeView:
    taint = "SIMULATED. " * record.simulated + "EXERCISE. " * record.exercise
    return NoticeView(
        id=derived_id(record.id, "escalation", str(record.asking_us), str(record.escalation)),
        at_us=now_us,
        role=rung.role,
        text=line(f"{taint}{rung.order} A-{record.number}: {record.summary}"),
        alert=record.id,
    )
