"""When the alert list asked for a person, read from the changes of its alerts.

A raising, a return, a rise in priority, the end of a shelf: each asks anew, and each is what
ISA-18.2 counts as one annunciated alarm. What is shelved, suppressed or out of service asks nobody.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from hub.core.alerts.alert import AlertRecord
from wire.labels import AlertState
from wire.quantities import SECOND_US, Count, Instant

SPAN_US: Final = 600 * SECOND_US
"""The ten minutes over which ISA-18.2 and EEMUA 191 count."""
FLOOD_ABOVE: Final = 10
FLOOD_BELOW: Final = 5
"""A flood begins above the first and ends below the second, per operator and ten minutes.

ISA-18.2, 16.4.4.
"""


class AlertChange(NamedTuple):
    """An alert as the journal has it from an instant on."""

    at_us: Instant
    record: AlertRecord


class Asking(NamedTuple):
    """The alert list asked for a person."""

    at_us: Instant
    record: AlertRecord


class Flood(NamedTuple):
    """A time in which more was asked than one person can answer."""

    start_us: Instant
    end_us: Instant | None  # None: it goes on.
    raised: Count


def asked(changes: Iterable[AlertChange], from_us: Instant) -> list[Asking]:
    """Return each time that somebody was asked for, from an instant on, oldest first.

    An alert from before that instant should come with its last change before it: otherwise its
    first change is taken for what it was.
    """
    before: dict[str, AlertRecord] = {}
    found = []
    for at_us, record in changes:
        if at_us >= from_us and asks(before.get(record.id), record, from_us):
            found.append(Asking(at_us, record))
        before[record.id] = record
    return found


def asks(before: AlertRecord | None, record: AlertRecord, from_us: Instant = 0) -> bool:
    """Return whether a change of an alert asks for a person."""
    if record.state is not AlertState.UNACKNOWLEDGED:
        return False
    if before is None:
        return record.begun_us >= from_us
    return before.state is not AlertState.UNACKNOWLEDGED or record.begun_us > before.begun_us


def floods(asked_us: Sequence[Instant], operators: Count, until_us: Instant) -> list[Flood]:
    """Return the floods of a list of instants, oldest first."""
    found: list[Flood] = []
    start_us: Instant | None = None
    raised = 0
    for at_us, count, added in _counts(asked_us):
        if at_us > until_us:
            break
        raised += added
        if start_us is None and count > FLOOD_ABOVE * operators:
            start_us, raised = at_us, count
        elif start_us is not None and count < FLOOD_BELOW * operators:
            found.append(Flood(start_us, at_us, raised))
            start_us = None
    if start_us is not None:
        found.append(Flood(start_us, None, raised))
    return found


def peak(asked_us: Sequence[Instant]) -> Count:
    """Return the most that was asked within any ten minutes."""
    return max((count for _, count, _ in _counts(asked_us)), default=0)


def _counts(asked_us: Sequence[Instant]) -> Iterator[tuple[Instant, Count, Count]]:
    """Yield how much was asked in the last ten minutes, whenever that changes, and just then.

    What comes at the instant when something else is ten minutes old takes its place.
    """
    added = Counter(asked_us)
    gone = Counter(at_us + SPAN_US for at_us in asked_us)
    count = 0
    for at_us in sorted(added | gone):
        count += added[at_us] - gone[at_us]
        yield at_us, count, added[at_us]
