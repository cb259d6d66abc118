import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.core.rate import SECOND_US, FrameClock, Pace, RateMeter


def test_frames_of_a_video_are_evenly_spaced_and_do_not_drift() -> None:
    clock = FrameClock(1_000, 7.0)

    assert clock.instant_us(0) == 1_000
    assert clock.instant_us(1) == 143_857
    assert clock.instant_us(7_000_000) == 1_000 + 1_000_000 * SECOND_US


def test_a_pace_lets_ten_of_twenty_five_frames_through() -> None:
    pace = Pace(10.0)

    admitted = [pace.admits(n * SECOND_US // 25) for n in range(100)]

    assert sum(admitted) == 40


def test_a_pace_lets_every_frame_of_a_slower_source_through() -> None:
    pace = Pace(10.0)

    assert all(pace.admits(round(n * SECOND_US / 7)) for n in range(100))


def test_after_a_pause_a_pace_does_not_catch_up() -> None:
    pace = Pace(10.0)
    pace.admits(0)

    begin_us = 60 * SECOND_US
    admitted = [pace.admits(begin_us + n * 10_000) for n in range(100)]

    assert sum(admitted) <= 12


@given(st.floats(0.5, 50.0), st.lists(st.integers(1, 300_000), min_size=1, max_size=200))
def test_a_pace_never_lets_more_through_than_its_rate_and_one(
    rate_hz: float, steps_us: list[int]
) -> None:
    pace = Pace(rate_hz)
    at_us, admitted = 0, 0
    for step_us in steps_us:
        at_us += step_us
        admitted += pace.admits(at_us)

    assert admitted <= 1.01 * at_us * rate_hz / SECOND_US + 2


def test_a_meter_counts_over_the_last_five_seconds() -> None:
    meter = RateMeter()
    for n in range(100):
        meter.count(n * 100_000)

    assert meter.rate_hz(99 * 100_000) == pytest.approx(10.0)
    assert meter.rate_hz(60 * SECOND_US) == 0.0
