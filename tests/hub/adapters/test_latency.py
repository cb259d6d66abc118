import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.adapters.latency import KEPT, Latency


def test_nothing_measured_is_no_delay() -> None:
    latency = Latency()

    assert (latency.received_p99_ms(), latency.handled_p99_ms()) == (0.0, 0.0)


def test_one_in_a_hundred_may_be_slower_than_the_99th_percentile() -> None:
    latency = Latency()
    for _ in range(99):
        latency.received(2_000)
        latency.handled(500)
    latency.received(90_000)
    latency.handled(70_000)

    assert latency.received_p99_ms() == 2.0
    assert latency.handled_p99_ms() == 0.5
    latency.received(90_000)
    assert latency.received_p99_ms() == 90.0


def test_only_the_last_thousand_count() -> None:
    latency = Latency()
    for _ in range(KEPT):
        latency.handled(90_000)

    for _ in range(KEPT):
        latency.handled(1_000)

    assert latency.handled_p99_ms() == 1.0


def test_a_sender_whose_clock_is_ahead_shows_as_a_negative_delay() -> None:
    latency = Latency()

    latency.received(-3_000)

    assert latency.received_p99_ms() == -3.0


@given(st.lists(st.integers(-1000, 10**7), min_size=1, max_size=300))
def test_at_least_99_in_a_hundred_are_no_slower(samples: list[int]) -> None:
    latency = Latency()
    for sample in samples:
        latency.handled(sample)

    p99_us = latency.handled_p99_ms() * 1000

    assert sum(sample <= p99_us + 1e-6 for sample in samples) >= 0.99 * len(samples)
    assert p99_us == pytest.approx(min(samples, key=lambda sample: abs(sample - p99_us)))
