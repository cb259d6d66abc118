import pytest

from hub.core.rules.hours import is_in_hours
from hub.core.site import Hours

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
