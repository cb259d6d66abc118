"""The hours of the day and the days of the week in which a rule judges, in the site's own time."""

from bisect import bisect_right
from typing import Final

from hub.core.site import Hours, Offset
from wire.labels import Weekday
from wire.quantities import SECOND_US, Instant

_MINUTES: Final = 1440
_DAYS: Final = tuple(Weekday)
# The first of January 1970 was a Thursday.
_EPOCH_DAY: Final = _DAYS.index(Weekday.THURSDAY)


def is_in_hours(hours: Hours | None, now_us: Instant, offsets: tuple[Offset, ...] = ()) -> bool:
    """Return whether the instant is within the hours; no hours means always."""
    if hours is None:
        return True
    day, minute = divmod(local_us(now_us, offsets) // (60 * SECOND_US), _MINUTES)
    start, end = _minute(hours.start), _minute(hours.end)
    if start < end:
        return start <= minute < end and _is_on(hours, day)
    # Over midnight; equal ends are a whole day. The night belongs to the day on which it begins.
    if minute >= start:
        return _is_on(hours, day)
    return minute < end and _is_on(hours, day - 1)


def local_us(now_us: Instant, offsets: tuple[Offset, ...]) -> Instant:
    """Return the microseconds that clocks on the site's walls have counted since 1970."""
    # Some twenty of them; a plan whose years are over keeps its last one.
    place = bisect_right(offsets, now_us, key=_from_us) - 1
    return now_us + (offsets[place].ahead_s * SECOND_US if place >= 0 else 0)


def weekday(local: Instant) -> Weekday:
    """Return the day of the week of an instant in the site's own time."""
    return _weekday(local // (86_400 * SECOND_US))


def _weekday(day: int) -> Weekday:
    return _DAYS[(day + _EPOCH_DAY) % 7]


def _is_on(hours: Hours, day: int) -> bool:
    return not hours.days or _weekday(day) in hours.days


def _from_us(offset: Offset) -> Instant:
    return offset.from_us


def _minute(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:])
