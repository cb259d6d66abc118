"""A time zone's clock changes as plain numbers, so that nothing else has to know of time zones."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from hub.core.site import Offset
from wire.quantities import SECOND_US

# A fixed span, and not one from today on: the same plan gives the same numbers on any day, so
# that a recording of last year replays as it was. Recordings are not older than the project.
_FROM: Final = datetime(2020, 1, 1, tzinfo=UTC)
_UNTIL: Final = datetime(2060, 1, 1, tzinfo=UTC)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)


@cache
def offsets_of(name: str) -> tuple[Offset, ...]:
    """Return from when on the zone is how far ahead of UTC; raise `KeyError` for no zone's name."""
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise KeyError(name) from error
    offsets = [_offset(zone, _FROM)]
    day = _FROM
    while day < _UNTIL:
        after = day + timedelta(days=1)
        if _ahead_s(zone, after) != offsets[-1].ahead_s:
            offsets.append(_offset(zone, _change(zone, day, after)))
        day = after
    return tuple(offsets)


def names() -> list[str]:
    """Return every time zone that this machine knows."""
    return sorted(available_timezones())


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Return the second at which clocks change between two moments."""
    was = _ahead_s(zone, before)
    while after - before > _SECOND:
        middle = before + timedelta(seconds=(after - before) // _SECOND // 2)
        before, after = (middle, after) if _ahead_s(zone, middle) == was else (before, middle)
    return after


def _offset(zone: ZoneInfo, at: datetime) -> Offset:
    return Offset(from_us=(at - _EPOCH) // _SECOND * SECOND_US, ahead_s=_ahead_s(zone, at))


def _ahead_s(zone: ZoneInfo, at: datetime) -> int:
    ahead = at.astimezone(zone).utcoffset()
    assert ahead is not None, "a zone always has an offset"
    return ahead // _SECOND
