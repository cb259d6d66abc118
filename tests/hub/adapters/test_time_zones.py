from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.adapters.time_zones import names, offsets_of
from hub.core.rules.hours import local_us

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def test_a_zone_without_summer_time_has_one_offset() -> None:
    (offset,) = offsets_of("UTC")

    assert offset.ahead_s == 0


def test_summer_time_begins_at_its_second() -> None:
    begin_us = (datetime(2026, 3, 29, 1, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)

    assert (begin_us, 7200) in [
        (one.from_us, one.ahead_s) for one in offsets_of("Europe/Amsterdam")
    ]


@pytest.mark.parametrize("name", ["Europe/Amstredam", "", "../etc/passwd", "/etc"])
def test_what_is_no_zone_is_an_error(name: str) -> None:
    with pytest.raises(KeyError):
        offsets_of(name)


def test_the_zones_that_there_are_can_be_suggested() -> None:
    assert "Europe/Amsterdam" in names()


@given(
    st.sampled_from(
        ["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]
    ),
    st.datetimes(datetime(2020, 1, 2), datetime(2059, 12, 31)),  # noqa: DTZ001 - hypothesis wants them naive.
)
def test_the_numbers_say_what_the_zone_says(name: str, naive: datetime) -> None:
    at = naive.replace(tzinfo=UTC, microsecond=0)
    at_us = (at - EPOCH) // timedelta(microseconds=1)

    wall = EPOCH + timedelta(microseconds=local_us(at_us, offsets_of(name)))

    assert wall.replace(tzinfo=None) == at.astimezone(ZoneInfo(name)).replace(tzinfo=None)
