"""The hours of the day in which a rule judges."""

from hub.core.site import Hours
from wire.quantities import SECOND_US, Instant


def is_in_hours(hours: Hours | None, now_us: Instant) -> bool:
    """Return whether the instant is within the hours; no hours means always."""
    if hours is None:
        return True
    minute = now_us // (60 * SECOND_US) % 1440
    start, end = _minute(hours.start), _minute(hours.end)
    if start < end:
        return start <= minute < end
    # Over midnight; equal ends are the whole day.
    return minute >= start or minute < end


def _minute(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:])
