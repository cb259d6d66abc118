"""Alerts that closed by themselves, and wait for a person to say what they turned out to be.

Who closes an alert says it at once. But most close by themselves: somebody had them, and their
condition went. Without their outcomes nobody knows which rules are worth their noise.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.refusal import Refusal
from hub.core.alerts.timers import Timers
from wire.actions import Assess
from wire.labels import AlertOutcome, AlertState
from wire.quantities import SECOND_US, Instant, Line, Ulid

# Nobody remembers an alert of the day before yesterday.
WAIT_US: Final = 86_400 * SECOND_US
# More than a day's work of one operator at the highest load that ISA-18.2 finds acceptable.
CLOSED_MAX: Final = 200


def awaits_outcome(record: AlertRecord) -> bool:
    """Return whether a closed alert waits for its outcome: somebody had it, nobody closed it."""
    return (
        record.state is AlertState.CLOSED
        and record.outcome is None
        and record.closed_by is None
        and record.acknowledged_by is not None
    )


class Outcomes:
    """The closed alerts that wait for their outcome, oldest first."""

    def __init__(self) -> None:
        self._closed: dict[Ulid, AlertRecord] = {}
        self._timers = Timers()

    @property
    def closed(self) -> Mapping[Ulid, AlertRecord]:
        """Every alert that waits."""
        return MappingProxyType(self._closed)

    @property
    def next_wake_us(self) -> Instant | None:
        """When one has waited long enough."""
        return self._timers.next_us

    def put(self, record: AlertRecord) -> None:
        """Let a closed alert wait; of too many the oldest waits no longer."""
        assert awaits_outcome(record)
        self._closed[record.id] = record
        self._timers.set(record.id, _closed_us(record) + WAIT_US)
        if len(self._closed) > CLOSED_MAX:
            ordered = sorted(self._closed.values(), key=lambda one: (_closed_us(one), one.number))
            for one in ordered[: len(self._closed) - CLOSED_MAX]:
                self._timers.set(one.id, _closed_us(one))

    def act(self, ask: Assess, operator: Line, now_us: Instant) -> AlertRecord | Refusal:
        """Take what a person says of a closed alert."""
        record = self._closed.pop(ask.alert, None)
        if record is None:
            return Refusal(
                reason="there is no such closed alert that waits for its outcome; "
                "an open one is told its outcome when it is cleared"
            )
        self._timers.set(record.id, None)
        return replace(
            record,
            outcome=ask.outcome,
            outcome_by=operator,
            outcome_us=now_us,
            note=ask.note,
            changed_us=now_us,
        )

    def wake(self, now_us: Instant) -> list[AlertRecord]:
        """End the waiting of those that nobody spoke of: their outcome stays undetermined."""
        return [
            replace(
                self._closed.pop(identity),
                outcome=AlertOutcome.UNDETERMINED,
                outcome_us=now_us,
                changed_us=now_us,
            )
            for identity in self._timers.take(now_us)
        ]


def _closed_us(record: AlertRecord) -> Instant:
    return record.changed_us if record.closed_us is None else record.closed_us
