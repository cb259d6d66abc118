import pytest

from hub.core.rules.slope import SPAN_MIN_US, WINDOW_US, Course, Slope

SECOND = 1_000_000


def a_slope(seconds: int, per_min: float, noise: float = 0.0) -> Slope | None:
    course, found = Course(), None
    for second in range(seconds):
        wobble = noise if second % 2 else -noise
        found = course.take(1.0 + per_min * second / 60.0 + wobble, second * SECOND)
    return found


def test_a_steady_rise_is_known_exactly_after_some_time() -> None:
    found = a_slope(30, 2.0)

    assert found is not None
    assert found.per_min == pytest.approx(2.0)
    assert found.sigma_per_min == pytest.approx(0.0, abs=1e-6)


def test_a_rise_is_not_known_from_a_few_seconds() -> None:
    assert a_slope(SPAN_MIN_US // SECOND, 2.0) is None


def test_noise_makes_a_rise_less_certain() -> None:
    found = a_slope(60, 0.0, noise=0.3)

    assert found is not None
    assert abs(found.per_min) < 2 * found.sigma_per_min
    assert found.sigma_per_min > 0.1


def test_only_the_last_minute_counts() -> None:
    course = Course()
    for second in range(120):
        found = course.take(min(second, 60), second * SECOND)

    assert WINDOW_US == 60 * SECOND
    assert found is not None
    assert found.per_min == pytest.approx(0.0, abs=1.0)


def test_it_stays_true_for_as_long_as_it_is_told() -> None:
    found = a_slope(700, -1.5)

    assert found is not None
    assert found.per_min == pytest.approx(-1.5)


def test_values_that_come_far_too_often_take_no_more_memory() -> None:
    course = Course()
    for place in range(2000):
        found = course.take(place / 6000.0, place * SECOND // 100)

    assert found is None  # The last 128 of them are a second.
