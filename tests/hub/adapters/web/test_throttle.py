from hypothesis import given
from hypothesis import strategies as st

from hub.adapters.web import throttle
from hub.adapters.web.throttle import Throttle


def test_who_failed_often_waits_until_the_oldest_failure_is_old_enough() -> None:
    door = Throttle(failures_max=2, span_s=60.0)
    door.failed("ann", 0.0)
    assert door.wait_s("ann", 0.0) == 0.0
    door.failed("ann", 10.0)

    assert door.wait_s("ann", 10.0) == 50.0
    assert door.wait_s("ann", 60.0) == 0.0
    assert door.wait_s("bob", 10.0) == 0.0


def test_success_forgets_failures() -> None:
    door = Throttle(failures_max=1, span_s=60.0)
    door.failed("ann", 0.0)

    door.succeeded("ann")

    assert door.wait_s("ann", 0.0) == 0.0


def test_memory_is_bounded_by_forgetting_who_failed_longest_ago() -> None:
    door = Throttle(failures_max=1, span_s=60.0)
    for number in range(throttle._KEYS_MAX + 1):
        door.failed(str(number), 0.0)

    assert len(door._failures) == throttle._KEYS_MAX
    assert door.wait_s("0", 0.0) == 0.0
    assert door.wait_s("1", 0.0) == 60.0


@given(st.lists(st.floats(0, 300), max_size=60).map(sorted))
def test_nobody_fails_more_often_than_allowed_in_any_span(moments: list[float]) -> None:
    door = Throttle(failures_max=3, span_s=60.0)
    tried: list[float] = []
    for now_s in moments:
        if door.wait_s("ann", now_s) == 0.0:
            door.failed("ann", now_s)
            tried.append(now_s)

    for first, fourth in zip(tried, tried[3:], strict=False):
        assert fourth - first >= 60.0 - 1e-9
