from hypothesis import given
from hypothesis import strategies as st

from hub.core.rules.delayed import Delayed

SECOND = 1_000_000


def test_what_stays_true_for_its_on_delay_becomes_true_once() -> None:
    delayed: Delayed[str] = Delayed(stay_min_s=2.0)

    assert delayed.update("a", True, 0) is None
    assert delayed.next_wake_us == 2 * SECOND
    assert delayed.update("a", True, 2 * SECOND - 1) is None
    assert delayed.update("a", True, 2 * SECOND) is True
    assert delayed.update("a", True, 3 * SECOND) is None
    assert delayed.is_on("a")
    assert delayed.on() == ["a"]


def test_what_is_true_for_a_moment_only_never_becomes_true() -> None:
    delayed: Delayed[str] = Delayed(stay_min_s=2.0)
    delayed.update("a", True, 0)

    assert delayed.update("a", False, SECOND) is None
    assert delayed.update("a", True, 2 * SECOND) is None
    assert not delayed.is_on("a")
    assert delayed.wake(4 * SECOND - 1) == []
    assert delayed.wake(4 * SECOND) == [("a", True)]


def test_what_is_gone_for_a_moment_only_stays() -> None:
    delayed: Delayed[str] = Delayed(clear_after_s=3.0)
    assert delayed.update("a", True, 0) is True

    assert delayed.update("a", False, SECOND) is None
    assert delayed.update("a", True, 2 * SECOND) is None
    assert delayed.wake(60 * SECOND) == []
    delayed.update("a", False, 61 * SECOND)
    assert delayed.wake(64 * SECOND) == [("a", False)]
    assert delayed.known() == []


def test_what_is_not_true_takes_no_memory() -> None:
    delayed: Delayed[int] = Delayed(stay_min_s=1.0)
    delayed.update(1, True, 0)
    delayed.update(1, False, 1)
    delayed.update(2, False, 1)

    assert delayed.known() == []
    assert delayed.next_wake_us is None


def test_other_delays_hold_for_what_waits_already() -> None:
    delayed: Delayed[str] = Delayed(stay_min_s=60.0)
    delayed.update("a", True, 0)

    delayed.adjust(stay_min_s=1.0, clear_after_s=0.0)

    assert delayed.wake(2 * SECOND) == [("a", True)]


def test_what_is_forgotten_is_off_without_a_word() -> None:
    delayed: Delayed[str] = Delayed()
    delayed.update("a", True, 0)

    delayed.forget("a")
    delayed.forget("b")

    assert delayed.known() == []


@given(
    st.floats(0.0, 5.0),
    st.floats(0.0, 5.0),
    st.lists(st.tuples(st.booleans(), st.integers(0, 4 * SECOND)), max_size=40),
)
def test_it_turns_exactly_when_the_world_has_said_otherwise_for_its_delay(
    stay_s: float, clear_s: float, steps: list[tuple[bool, int]]
) -> None:
    delayed: Delayed[str] = Delayed(stay_s, clear_s)
    delay_us = {False: round(stay_s * SECOND), True: round(clear_s * SECOND)}
    now_us, is_on, said, since_us = 0, False, False, 0
    for is_true, wait_us in steps:
        now_us += wait_us
        if said is not is_on and now_us - since_us >= delay_us[is_on]:
            is_on = said
            assert delayed.wake(now_us) == [("a", is_on)]
        assert delayed.wake(now_us) == []
        if is_true is not said:
            said, since_us = is_true, now_us
        became = delayed.update("a", is_true, now_us)
        if said is not is_on and delay_us[is_on] == 0:
            is_on = said
            assert became is is_on
        else:
            assert became is None
        assert delayed.is_on("a") is is_on
