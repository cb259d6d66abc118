import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.rules.trend import READINGS_MAX, Trend

SECOND = 1_000_000


def a_trend(per_min: float, seconds: int, every_s: int = 1) -> Trend:
    rise = Trend()
    for second in range(0, seconds + 1, every_s):
        rise.add(5.0 + per_min * second / 60.0, second * SECOND)
    return rise


@pytest.mark.parametrize("per_min", [12.0, 0.0, -3.0])
def test_a_straight_line_has_its_slope(per_min: float) -> None:
    assert a_trend(per_min, 60).per_min == pytest.approx(per_min)
    assert a_trend(per_min, 60, every_s=15).per_min == pytest.approx(per_min)


def test_too_few_or_too_close_readings_are_no_rise() -> None:
    assert a_trend(100.0, 60, every_s=30).per_min == 0.0
    assert a_trend(100.0, 3600, every_s=300).per_min == 0.0
    assert a_trend(100.0, 9).per_min == 0.0
    assert Trend().per_min == 0.0


def test_a_slow_sensor_is_judged_over_some_minutes() -> None:
    assert a_trend(2.0, 3600, every_s=120).per_min == pytest.approx(2.0)


def test_only_the_last_minute_counts() -> None:
    rise = a_trend(60.0, 300)
    for second in range(301, 420):
        rise.add(305.0, second * SECOND)

    assert rise.per_min == pytest.approx(0.0)


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.integers(0, 5)), max_size=30))
def test_any_readings_have_a_slope_and_are_bounded(readings: list[tuple[float, int]]) -> None:
    rise, now_us = Trend(), 0
    for value, wait_s in readings:
        now_us += wait_s * SECOND
        rise.add(value, now_us)

        assert abs(rise.per_min) < 1e9
    assert len(rise._readings) <= READINGS_MAX
