"""Alerts as the journal has them, built as short as a test wants to read them."""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.review.asking import AlertChange
from wire.ids import ulid
from wire.labels import AlertState, Priority

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
START = 1_767_225_600 * SECOND


def identity(number: int) -> str:
    return ulid(START, number.to_bytes(10, "big"))


def an_alert(number: int = 1, at_us: int = START, **changes: Any) -> AlertRecord:
    """Return an alert that is raised at an instant."""
    plain: dict[str, Any] = {
        "id": identity(number),
        "number": number,
        "key": f"key-{number}",
        "rule": "backstage",
        "rule_kind": "intrusion",
        "priority": Priority.HIGH,
        "state": AlertState.UNACKNOWLEDGED,
        "active": True,
        "summary": f"Person {number} in Stage",
        "zone_name": "Stage",
        "raised_us": at_us,
        "begun_us": at_us,
        "changed_us": at_us,
        "cause": ulid(START, bytes(10)),
    }
    return AlertRecord(**{**plain, **changes})


def acknowledged(record: AlertRecord, at_us: int, by: str = "Ann") -> AlertRecord:
    return replace(
        record,
        state=AlertState.ACKNOWLEDGED,
        acknowledged_by=by,
        acknowledged_us=at_us,
        changed_us=at_us,
    )


def closed(record: AlertRecord, at_us: int, **changes: Any) -> AlertRecord:
    return replace(
        record,
        state=AlertState.CLOSED,
        active=False,
        cleared_us=at_us,
        closed_us=at_us,
        changed_us=at_us,
        **changes,
    )


def changes_of(*records: AlertRecord) -> list[AlertChange]:
    """Return the journal's lines of some records, each at the instant of its change."""
    return [AlertChange(record.changed_us, record) for record in in_time(records)]


def in_time(records: Iterable[AlertRecord]) -> list[AlertRecord]:
    return sorted(records, key=lambda one: one.changed_us)
