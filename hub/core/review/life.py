"""An alert's whole life as evidence: what it rested on, what became of it, message by message."""

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct

from hub.core.alerts.alert import AlertRecord
from hub.core.effects import Accepted
from hub.core.picture.views import alert_view
from hub.core.review.asking import AlertChange
from wire.ids import time_of_us
from wire.labels import AlertState
from wire.quantities import Count, Line, Ulid
from wire.review import AlertStep, Dossier, EvidenceView, MessageView


class _Named(Struct):
    """What every message has."""

    id: Ulid


def evidence(
    changes: Sequence[AlertChange],
    dossiers: Sequence[Dossier],
    accepted: Iterable[Accepted],
    *,
    steps_max: Count,
) -> EvidenceView:
    """Return all that is known of one alert, from its changes and what was written at each rise."""
    latest = changes[-1].record
    named = [one for dossier in dossiers for one in dossier.messages]
    named += [latest.cause, *latest.messages]
    steps = tuple(_steps(changes))
    return EvidenceView(
        alert=alert_view(latest, (), incident=latest.incident),
        dossiers=tuple(dossiers),
        # The end of its life says what became of it; its beginning is in the dossiers.
        steps=steps[-steps_max:],
        messages=tuple(_messages(named, accepted)),
        left_out=max(0, len(steps) - steps_max),
    )


def _steps(changes: Iterable[AlertChange]) -> Iterable[AlertStep]:
    """Yield what changed of an alert's life; that it moved on the map is no step of it."""
    before: AlertRecord | None = None
    for at_us, record in changes:
        if before is None or _shown(before) != _shown(record):
            yield AlertStep(
                at_us=at_us,
                state=record.state,
                priority=record.priority,
                active=record.active,
                summary=record.summary,
                by=_by(before, record),
            )
        before = record


def _shown(record: AlertRecord) -> tuple[object, ...]:
    return (record.state, record.priority, record.active, record.repeats, record.outcome)


def _by(before: AlertRecord | None, record: AlertRecord) -> Line | None:
    """Return the person behind a change; None where it came about by itself."""
    if before is None:
        return None
    if record.outcome_by is not None and record.outcome_by != before.outcome_by:
        return record.outcome_by
    if record.state is before.state:
        return None
    taken_by = _newly(before.acknowledged_by, record.acknowledged_by)
    return {
        AlertState.CLOSED: record.closed_by or taken_by,
        AlertState.ACKNOWLEDGED: record.acknowledged_by,
        AlertState.SHELVED: record.shelved_by,
    }.get(record.state)


def _newly(before: Line | None, after: Line | None) -> Line | None:
    """Return who acknowledged an alert that closed by it: its condition was gone before."""
    return None if before == after else after


def _messages(named: Iterable[Ulid], accepted: Iterable[Accepted]) -> Iterable[MessageView]:
    wanted = dict.fromkeys(named)
    kept = {}
    for one in accepted:
        identity = msgspec.json.decode(one.payload, type=_Named).id
        if identity in wanted:
            kept[identity] = one
    for identity in sorted(wanted):
        known = kept.get(identity)
        yield MessageView(
            id=identity,
            sent_us=time_of_us(identity),
            topic=None if known is None else known.topic,
            payload=None if known is None else known.payload.decode(),
        )
