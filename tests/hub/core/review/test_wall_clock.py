from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.review.wall_clock import WallClock, date_of, duration
from hub.core.site import Offset

SECOND = 1_000_000
NOON = round(datetime(2026, 7, 1, 12, 0, tzinfo=UTC).timestamp()) * SECOND


def test_a_moment_is_told_in_the_sites_own_time() -> None:
    clock = WallClock((Offset(from_us=0, ahead_s=3600), Offset(from_us=NOON, ahead_s=7200)))

    assert WallClock().moment(NOON) == "2026-07-01 12:00"
    assert clock.moment(NOON - SECOND) == "2026-07-01 12:59"
    assert clock.moment(NOON) == "2026-07-01 14:00"
    assert clock.time(NOON + 10 * 3600 * SECOND) == "00:00"
    assert clock.moment(NOON + 10 * 3600 * SECOND) == "2026-07-02 00:00"


@given(st.dates(min_value=date(1970, 1, 1), max_value=date(2255, 12, 31)))
def test_days_are_those_of_the_calendar(day: date) -> None:
    days = (day - date(1970, 1, 1)) // timedelta(days=1)

    assert date_of(days) == (day.year, day.month, day.day)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "0 s"),
        (119, "119 s"),
        (120, "2 min"),
        (7199, "119 min"),
        (7200, "2 h"),
        (12_000, "3 h 20 min"),
        (2 * 86_400, "2 days"),
    ],
)
def test_a_duration_is_told_as_people_say_it(seconds: int, said: str) -> None:
    assert duration(seconds * SECOND) == said
