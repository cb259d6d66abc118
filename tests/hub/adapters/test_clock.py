import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.adapters.clock import SystemClock

SECOND_US = 1_000_000
START_US = 1_790_000_000 * SECOND_US


class TwoClocks:
    """The wall clock and the monotonic one, in a test's hands."""

    def __init__(self) -> None:
        self.wall_us = START_US
        self.monotonic_us = 0

    def pass_by(self, duration_us: int, step_us: int = 0) -> None:
        self.wall_us += duration_us + step_us
        self.monotonic_us += duration_us

    def a_clock(self) -> SystemClock:
        return SystemClock(lambda: self.wall_us, lambda: self.monotonic_us)


def test_the_clock_is_the_wall_clock() -> None:
    clocks = TwoClocks()
    clock = clocks.a_clock()

    clocks.pass_by(3 * SECOND_US)

    assert clock.now_us() == START_US + 3 * SECOND_US
    assert clock.ahead_us == 0


def test_the_machines_own_clocks_are_the_default() -> None:
    clock = SystemClock()

    assert START_US - 10 * 365 * 86_400 * SECOND_US < clock.now_us() <= clock.now_us()


def test_a_step_forwards_is_followed_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    clocks = TwoClocks()
    clock = clocks.a_clock()

    clocks.pass_by(SECOND_US, step_us=60 * SECOND_US)

    assert clock.now_us() == START_US + 61 * SECOND_US
    clock.now_us()
    assert [record.getMessage() for record in caplog.records] == [
        "the wall clock was stepped by +60.000 s"
    ]


def test_a_step_back_slows_the_clock_until_the_two_agree(caplog: pytest.LogCaptureFixture) -> None:
    clocks = TwoClocks()
    clock = clocks.a_clock()
    clocks.pass_by(0, step_us=-SECOND_US)

    assert clock.now_us() == START_US
    assert clock.ahead_us == SECOND_US
    clocks.pass_by(10 * SECOND_US)
    assert clock.now_us() == START_US + 9_500_000
    for _ in range(30):
        clocks.pass_by(SECOND_US)
        clock.now_us()

    assert clock.now_us() == clocks.wall_us
    assert clock.ahead_us == 0
    assert [record.getMessage() for record in caplog.records] == [
        "the wall clock was stepped by -1.000 s",
        "the hub's clock agrees with the wall clock again",
    ]
    assert {record.levelno for record in caplog.records} == {logging.WARNING}


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(-(10**10), 10**10)), max_size=50))
def test_the_clock_never_goes_back(steps: list[tuple[int, int]]) -> None:
    clocks = TwoClocks()
    clock = clocks.a_clock()
    before_us = clock.now_us()

    for duration_us, step_us in steps:
        clocks.pass_by(duration_us, step_us)
        now_us = clock.now_us()
        assert now_us >= before_us
        before_us = now_us
