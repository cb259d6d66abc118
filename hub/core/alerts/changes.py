"""What conditions and people make of an alert: records in, records out."""

from typing import Final, assert_never

from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.chattering import is_chatter, with_raising
from hub.core.alerts.lifecycle import HIDDEN, Move, after, allowed
from hub.core.alerts.lifecycle import refusal_of as move_refusal_of
from hub.core.alerts.refusal import Refusal
from hub.core.alerts.urgency import URGENT, graver, is_graver
from hub.core.rules.condition import Condition
from wire.actions import Acknowledge, Ask, Clear, Shelve, Unshelve
from wire.ids import derived_id
from wire.labels import AlertState
from wire.quantities import SECOND_US, Instant, Line

LifeAsk = Acknowledge | Shelve | Unshelve | Clear
"""What a person asks of one open alert."""

# Enough to see what an alert rests on; the journal has them all.
MESSAGES_MAX: Final = 16

_MOVES: Final[dict[type[Ask], Move]] = {
    Acknowledge: Move.ACKNOWLEDGE,
    Shelve: Move.SHELVE,
    Unshelve: Move.UNSHELVE,
    Clear: Move.CLOSE,
}


# --- Conditions ---------------------------------------------------------------------------------


def raised(
    condition: Condition,
    number: int,
    now_us: Instant,
    *,
    plan: Line | None = None,
    before_us: tuple[Instant, ...] = (),
) -> AlertRecord:
    """Return the alert of a condition that has none; `before_us` are its latest raisings."""
    raisings_us = with_raising(before_us, now_us)
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
        raisings_us=raisings_us,
        chattering=is_chatter(raisings_us),
        gravest=condition.priority,
        asking_us=now_us,
        sensors=condition.sensors,
        tracks=condition.tracks,
        evidence=condition.evidence,
        cause=condition.cause,
        messages=(condition.cause,),
        plan=plan,
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
        gravest=condition.priority,
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
    if record.acknowledged_by is None:
        updated = replace(updated, gravest=graver(record.gravest, condition.priority))
    if updated != record and condition.cause not in record.messages:
        updated = replace(updated, messages=(*record.messages, condition.cause)[-MESSAGES_MAX:])
    has_somebody = record.acknowledged_by is not None
    asks_again = condition.asks_again and has_somebody
    if record.active and not asks_again and not is_graver(condition.priority, record.priority):
        return updated
    return _begun_again(updated, now_us, returns=not record.active)


def _begun_again(record: AlertRecord, now_us: Instant, *, returns: bool) -> AlertRecord:
    """Return the alert as nobody's; what has become urgent leaves its shelf."""
    record = replace(
        record,
        state=after(record.state, Move.RETURN),
        begun_us=now_us,
        repeats=record.repeats + returns,
        acknowledged_by=None,
        acknowledged_us=None,
    )
    if returns:
        raisings_us = with_raising(record.raisings_us, now_us)
        is_chattering = record.chattering or is_chatter(raisings_us)
        record = replace(record, raisings_us=raisings_us, chattering=is_chattering)
    must_show = record.priority in URGENT and record.state is AlertState.SHELVED
    return unshelved(record) if must_show else record


def gone(record: AlertRecord, now_us: Instant) -> AlertRecord:
    """Return the alert without its condition."""
    if not record.active:
        return record
    return _quietened(replace(record, active=False, cleared_us=now_us))


def _quietened(record: AlertRecord) -> AlertRecord:
    """Make the move of a condition that is gone."""
    return replace(record, state=after(record.state, _clearing(record)))


def _clearing(record: AlertRecord) -> Move:
    if record.latched:
        return Move.CLEAR_LATCHED
    if record.state is AlertState.SUPPRESSED and record.gravest not in URGENT:
        return Move.LAPSE
    return Move.CLEAR


# --- People -------------------------------------------------------------------------------------


def refusal_of(record: AlertRecord, ask: LifeAsk) -> Refusal | None:
    """Return why this cannot be asked of this alert now."""
    refusal = move_refusal_of(record.state, _MOVES[type(ask)])
    if refusal is not None:
        why = "" if record.hidden_why is None else f" ({record.hidden_why})"
        return Refusal(reason=refusal.reason + why)
    if isinstance(ask, Shelve) and (grave := graver(record.priority, record.gravest)) in URGENT:
        return Refusal(
            reason=f"an alert of priority {grave} protects lives and cannot be shelved; a "
            "supervisor may take its rule or device out of service; allowed: "
            + allowed(record.state, without=Move.SHELVE)
        )
    if isinstance(ask, Clear) and record.active and not record.latched:
        return Refusal(
            reason="its condition is still true, and the alert closes by itself when that ends; "
            "allowed: " + allowed(record.state, without=Move.CLOSE)
        )
    return None


def acted(record: AlertRecord, ask: LifeAsk, operator: Line, now_us: Instant) -> AlertRecord:
    """Return the alert after an allowed action."""
    match ask:
        case Acknowledge():
            return acknowledged(record, operator, now_us)
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
                outcome=ask.outcome,
                outcome_by=operator,
                outcome_us=now_us,
            )
        case _:  # pragma: no cover
            assert_never(ask)


def acknowledged(record: AlertRecord, operator: Line, now_us: Instant) -> AlertRecord:
    """Return the alert as somebody's."""
    record = replace(
        record, acknowledged_by=operator, acknowledged_us=now_us, gravest=record.priority
    )
    return _had(record)


def _had(record: AlertRecord) -> AlertRecord:
    """Make the move of a person who has it; what is gone already closes."""
    record = replace(record, state=after(record.state, Move.ACKNOWLEDGE))
    return record if record.active else _quietened(record)


# --- Hidden and shown ---------------------------------------------------------------------------


def unshelved(record: AlertRecord) -> AlertRecord:
    """Return the alert from its shelf: as new if its condition is true, else as it was left."""
    return _shown(record, Move.UNSHELVE)


def hidden(
    record: AlertRecord, move: Move, why: Line, until_us: Instant | None = None
) -> AlertRecord:
    """Return the alert suppressed, or removed from service with its rule or device."""
    return replace(
        _off_shelf(record),
        state=after(record.state, move),
        hidden_why=why,
        hidden_until_us=until_us,
    )


def shown(record: AlertRecord, move: Move, now_us: Instant) -> AlertRecord:
    """Return the alert unsuppressed or restored to service: raised as new if it is true now."""
    record = _shown(replace(record, hidden_why=None, hidden_until_us=None), move)
    return replace(record, begun_us=now_us) if record.active else record


def _shown(record: AlertRecord, move: Move) -> AlertRecord:
    assert record.state in HIDDEN
    record = replace(_off_shelf(record), state=after(record.state, move))
    if record.active:
        return replace(record, acknowledged_by=None, acknowledged_us=None)
    record = _quietened(record)
    return record if record.acknowledged_by is None else _had(record)


def _off_shelf(record: AlertRecord) -> AlertRecord:
    return replace(
        record, shelved_by=None, shelved_us=None, shelved_until_us=None, shelve_reason=None
    )
