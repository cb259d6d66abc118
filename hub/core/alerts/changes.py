"""What conditions and people make of an alert: records in, records out."""

from typing import assert_never

from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.lifecycle import Move, after, allowed
from hub.core.alerts.lifecycle import refusal_of as move_refusal_of
from hub.core.alerts.refusal import Refusal
from hub.core.rules.condition import Condition
from wire.actions import Acknowledge, Ask, Clear, Shelve, Unshelve
from wire.ids import derived_id
from wire.labels import AlertState, Priority
from wire.quantities import SECOND_US, Instant, Line

AlertAsk = Acknowledge | Shelve | Unshelve | Clear

_MOVES: dict[type[Ask], Move] = {
    Acknowledge: Move.ACKNOWLEDGE,
    Shelve: Move.SHELVE,
    Unshelve: Move.UNSHELVE,
    Clear: Move.CLOSE,
}
_RANK = {priority: rank for rank, priority in enumerate(Priority)}


def raised(condition: Condition, number: int, now_us: Instant) -> AlertRecord:
    """Return the alert of a condition that has none yet."""
    return AlertRecord(
        # Somebody may clear an alert whose condition then shows itself again: that is another
        # one, and what was done about the first does not answer it.
        id=derived_id(condition.cause, condition.key, str(number)),
        number=number,
        key=condition.key,
        rule=condition.rule,
        rule_kind=condition.rule_kind,
        priority=condition.priority,
        state=AlertState.UNACKNOWLEDGED,
        active=True,
        summary=condition.summary,
        zone=condition.zone,
        zone_name=condition.zone_name,
        place=condition.place,
        sigma_m=condition.sigma_m,
        raised_us=now_us,
        begun_us=now_us,
        changed_us=now_us,
        sensors=condition.sensors,
        tracks=condition.tracks,
        evidence=condition.evidence,
        cause=condition.cause,
        latched=condition.latched,
        simulated=condition.simulated,
        exercise=condition.exercise,
    )


def seen_again(record: AlertRecord, condition: Condition, now_us: Instant) -> AlertRecord:
    """Return the alert with what its condition says now; a return or a rise asks for a person."""
    updated = replace(
        record,
        active=True,
        priority=condition.priority,
        summary=condition.summary,
        zone=condition.zone,
        zone_name=condition.zone_name,
        place=condition.place,
        sigma_m=condition.sigma_m,
        sensors=condition.sensors,
        tracks=condition.tracks,
        evidence=condition.evidence,
        latched=condition.latched,
    )
    returns = not record.active
    if not returns and _RANK[condition.priority] <= _RANK[record.priority]:
        return updated
    updated = replace(
        updated,
        state=after(record.state, Move.RETURN),
        begun_us=now_us,
        repeats=record.repeats + returns,
        acknowledged_by=None,
        acknowledged_us=None,
    )
    must_show = updated.priority is Priority.CRITICAL and updated.state is AlertState.SHELVED
    return unshelved(updated) if must_show else updated


def gone(record: AlertRecord, now_us: Instant) -> AlertRecord:
    """Return the alert without its condition."""
    if not record.active:
        return record
    return _quietened(replace(record, active=False, cleared_us=now_us))


def _quietened(record: AlertRecord) -> AlertRecord:
    """Make the move of a condition that is gone; a latched alert that somebody has stays."""
    if record.latched and record.state is AlertState.ACKNOWLEDGED:
        return record
    return replace(record, state=after(record.state, Move.CLEAR))


def refusal_of(record: AlertRecord, ask: AlertAsk) -> Refusal | None:
    """Return why this cannot be asked of this alert now."""
    refusal = move_refusal_of(record.state, _MOVES[type(ask)])
    if refusal is not None:
        return refusal
    if isinstance(ask, Shelve) and record.priority is Priority.CRITICAL:
        return Refusal(
            reason="a critical alert protects lives and cannot be shelved; allowed: "
            + allowed(record.state, without=Move.SHELVE)
        )
    if isinstance(ask, Clear) and record.active and not record.latched:
        return Refusal(
            reason="its condition is still true, and the alert closes by itself when that ends; "
            "allowed: " + allowed(record.state, without=Move.CLOSE)
        )
    return None


def acted(
    record: AlertRecord,
    ask: AlertAsk,
    operator: Line,
    now_us: Instant,
) -> AlertRecord:
    """Return the alert after an allowed action."""
    match ask:
        case Acknowledge():
            return _acknowledged(replace(record, acknowledged_by=operator, acknowledged_us=now_us))
        case Shelve():
            return replace(
                record,
                state=after(record.state, Move.SHELVE),
                shelved_by=operator,
                shelved_us=now_us,
                shelved_until_us=now_us + ask.duration_s * SECOND_US,
                shelve_reason=ask.reason,
            )
        case Unshelve():
            return unshelved(record)
        case Clear():
            return replace(
                record,
                state=after(record.state, Move.CLOSE),
                closed_by=operator,
                note=ask.note,
            )
        case _:  # pragma: no cover
            assert_never(ask)


def _acknowledged(record: AlertRecord) -> AlertRecord:
    """Return the alert as somebody's; what is gone already closes."""
    record = replace(record, state=after(record.state, Move.ACKNOWLEDGE))
    return record if record.active else _quietened(record)


def unshelved(record: AlertRecord) -> AlertRecord:
    """Return the alert from its shelf: as new if its condition is true, else as it was left."""
    record = replace(
        record,
        state=after(record.state, Move.UNSHELVE),
        shelved_by=None,
        shelved_us=None,
        shelved_until_us=None,
        shelve_reason=None,
    )
    if record.active:
        return replace(record, acknowledged_by=None, acknowledged_us=None)
    record = _quietened(record)
    return record if record.acknowledged_by is None else _acknowledged(record)
