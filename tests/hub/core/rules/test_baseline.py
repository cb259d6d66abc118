from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.rules.baseline import GAP_MAX_S, LEARNT_MIN, Baseline

SECOND = 1_000_000


def a_baseline(level: float = 10.0, noise: float = 1.0, span_s: float = 600.0) -> Baseline:
    """Return one that has seen ten minutes, a reading a second."""
    baseline, chance = Baseline(span_s), Random(1)
    for second in range(600):
        baseline.learn(chance.gauss(level, noise), second * SECOND)
    return baseline


def test_it_learns_the_mean_and_the_noise() -> None:
    baseline = a_baseline()

    assert abs(baseline.level - 10.0) < 0.2
    assert abs(baseline.sigma - 1.0) < 0.15
    assert 4.0 < baseline.above(15.0) < 6.0


def test_it_knows_nothing_before_it_has_learnt_often_and_long_enough() -> None:
    baseline = Baseline(span_s=3600.0)
    for second in range(180):
        assert not baseline.is_ready
        baseline.learn(10.0, second * SECOND)

    baseline.learn(10.0, 180 * SECOND)

    assert baseline.is_ready


def test_many_readings_at_once_are_not_long_enough() -> None:
    baseline = Baseline(span_s=3600.0)
    for _ in range(LEARNT_MIN * 10):
        baseline.learn(10.0, 0)

    assert not baseline.is_ready


def test_it_follows_slow_drift() -> None:
    baseline = a_baseline(noise=0.5)
    for second in range(600, 7200):
        baseline.learn(10.0 + (second - 600) / 600.0, second * SECOND)

    assert abs(baseline.level - 20.0) < 0.05 + 600.0 / 600.0  # A lag of its own span.


def test_a_gap_teaches_no_more_than_a_minute() -> None:
    baseline, other = a_baseline(), a_baseline()

    baseline.learn(50.0, 600 * SECOND + 3600 * SECOND)
    other.learn(50.0, 599 * SECOND + round(GAP_MAX_S * SECOND))

    assert abs(baseline.level - other.level) < 1e-9


def test_time_that_is_skipped_teaches_nothing() -> None:
    baseline, other = a_baseline(), a_baseline()
    for second in range(600, 6000):
        baseline.skip(second * SECOND)

    baseline.learn(11.0, 6000 * SECOND)
    other.learn(11.0, 600 * SECOND)

    assert baseline.level == other.level


def test_noise_is_never_below_a_hundredth_of_the_level() -> None:
    baseline = a_baseline(noise=0.0)

    assert baseline.sigma == 0.1


@settings(max_examples=50)
@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.integers(0, 90)), min_size=1, max_size=50))
def test_its_level_is_never_outside_of_what_it_was_given(readings: list[tuple[float, int]]) -> None:
    baseline, now_us = Baseline(60.0), 0
    for value, wait_s in readings:
        now_us += wait_s * SECOND
        baseline.learn(value, now_us)

    values = [value for value, _ in readings]
    assert min(values) - 1e-6 <= baseline.level <= max(values) + 1e-6
    assert baseline.sigma > 0.0
