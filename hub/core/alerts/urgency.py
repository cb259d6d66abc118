"""How urgent an alert is: which priorities nothing may hide, and which of two is graver."""

from typing import Final

from wire.labels import Priority

URGENT: Final = frozenset({Priority.HIGH, Priority.CRITICAL})
"""Priorities that are never shelved, suppressed by another rule, held back or grouped away."""

_RANK: Final = {priority: rank for rank, priority in enumerate(Priority)}


def is_graver(one: Priority, other: Priority) -> bool:
    """Return whether one priority is above another."""
    return _RANK[one] > _RANK[other]


def graver(one: Priority, other: Priority) -> Priority:
    """Return the higher of two priorities."""
    return one if is_graver(one, other) else other
