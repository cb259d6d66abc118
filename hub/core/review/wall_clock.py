"""Instants as the clock on the control room's wall shows them."""

from hub.core.rules.hours import local_us
from hub.core.site import Offset
from wire.quantities import SECOND_US, Instant

_DAY_S = 86_400


class WallClock:
    """The site's own time."""

    def __init__(self, offsets: tuple[Offset, ...] = ()) -> None:
        self._offsets = offsets

    def time(self, at_us: Instant) -> str:
        """Return the time of day: 21:04."""
        seconds = local_us(at_us, self._offsets) // SECOND_US % _DAY_S
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"

    def moment(self, at_us: Instant) -> str:
        """Return day and time: 2026-11-22 21:04."""
        year, month, day = date_of(local_us(at_us, self._offsets) // SECOND_US // _DAY_S)
        return f"{year}-{month:02}-{day:02} {self.time(at_us)}"


def date_of(days: int) -> tuple[int, int, int]:
    """Return year, month and day of a count of days since 1970-01-01.

    The core reads no calendar of the machine. Years begin in March here, so that the leap day is
    the last of one; 146,097 days are four hundred years.
    """
    era, day_of_era = divmod(days + 719_468, 146_097)
    year_of_era = (
        day_of_era - day_of_era // 1_460 + day_of_era // 36_524 - day_of_era // 146_096
    ) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month_from_march = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * month_from_march + 2) // 5 + 1
    month = month_from_march + 3 if month_from_march < 10 else month_from_march - 9
    return 400 * era + year_of_era + (month <= 2), month, day


def duration(length_us: int) -> str:
    """Return how long something lasted: 45 s, 12 min, 3 h 20 min, 2 days."""
    seconds = max(0, length_us) // SECOND_US
    if seconds < 120:
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 120:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{hours // 24} days"
