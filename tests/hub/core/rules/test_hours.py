import pytest

from hub.core.rules.hours import is_in_hours, local_us, weekday
from hub.core.site import Hours, Offset
from wire.labels import Weekday

DAY_US = 86_400_000_000


def an_instant(hour: int, minute: int = 0) -> int:
    return 20_000 * DAY_US + (hour * 60 + minute) * 60_000_000


@pytest.mark.parametrize(
    ("start", "end", "hour", "expected"),
    [
        ("08:00", "18:00", 8, True),
        ("08:00", "18:00", 18, False),
        ("08:00", "18:00", 3, False),
        ("22:00", "06:00", 23, True),
        ("22:00", "06:00", 5, True),
        ("22:00", "06:00", 12, False),
        ("00:00", "00:00", 12, True),
    ],
)
def test_hours_include_their_start_and_may_run_over_midnight(
    start: str, end: str, hour: int, *, expected: bool
) -> None:
    assert is_in_hours(Hours(start=start, end=end), an_instant(hour)) is expected


def test_no_hours_means_always() -> None:
    assert is_in_hours(None, an_instant(4))


# The 20,000th day was a Friday.
@pytest.mark.parametrize(
    ("days", "hour", "expected"),
    [
        ((Weekday.FRIDAY,), 23, True),
        ((Weekday.FRIDAY,), 29, True),  # Its night is over only on Saturday.
        ((Weekday.FRIDAY,), 5, False),  # Thursday's night.
        ((Weekday.THURSDAY,), 5, True),
        ((Weekday.SATURDAY, Weekday.SUNDAY), 23, False),
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_begins(
    days: tuple[Weekday, ...], hour: int, *, expected: bool
) -> None:
    hours = Hours(start="22:00", end="06:00", days=days)

    assert weekday(an_instant(12)) is Weekday.FRIDAY
    assert is_in_hours(hours, an_instant(hour)) is expected


def test_hours_of_the_day_are_of_their_day_only() -> None:
    hours = Hours(start="08:00", end="18:00", days=(Weekday.FRIDAY,))

    assert [is_in_hours(hours, an_instant(12 + 24 * n)) for n in (-1, 0, 1)] == [False, True, False]


def test_the_sites_own_time_moves_with_its_summer_time() -> None:
    summer = an_instant(1)
    offsets = (Offset(from_us=0, ahead_s=3600), Offset(from_us=summer, ahead_s=7200))

    assert local_us(summer - 1, offsets) == an_instant(2) - 1
    assert local_us(summer, offsets) == an_instant(3)
    assert local_us(-1, offsets) == -1  # Before the first: nothing is known.
    hours = Hours(start="02:30", end="03:30")
    assert [is_in_hours(hours, summer + n, offsets) for n in (-1, 0)] == [False, True]
