import pytest

from hub.core.alerts.overflow import HELD_MAX, KEY, LOOK_US, Overflow
from hub.core.rules.condition import Condition
from wire.labels import Priority

START = 1_767_225_600_000_000


def a_condition(key: str, priority: Priority = Priority.LOW) -> Condition:
    return Condition(
        key=key,
        rule="sound",
        rule_kind="cue",
        active=True,
        priority=priority,
        summary="Impulse sound",
        observed_us=START,
        cause="01KDVXT000000000000000000A",
    )


def test_nothing_is_held_back_while_there_is_room() -> None:
    overflow = Overflow(10)

    assert not overflow.holds_back(a_condition("a"), 9)
    assert overflow.wake(9, START) == []


@pytest.mark.parametrize("priority", [Priority.HIGH, Priority.CRITICAL])
def test_what_is_urgent_is_never_held_back(priority: Priority) -> None:
    assert not Overflow(10).holds_back(a_condition("a", priority), 10_000)


def test_the_list_says_that_it_is_full_at_each_doubling() -> None:
    overflow, said = Overflow(10), []
    for number in range(8):
        assert overflow.holds_back(a_condition(str(number)), 10)
        full = overflow.condition(START)
        if full is not None:
            said.append(full.summary)

    assert said == [
        f"Alert list is full: {count} of lower priority held back" for count in (1, 2, 4, 8)
    ]


def test_what_was_held_back_comes_as_soon_as_there_is_room_oldest_first() -> None:
    overflow = Overflow(10)
    for key in ("a", "b", "c"):
        overflow.holds_back(a_condition(key), 10)
        overflow.condition(START)
    overflow.forget("b")
    assert overflow.next_wake_us == START + LOOK_US

    assert overflow.wake(10, START + LOOK_US) == []
    assert overflow.wake(9, START + LOOK_US) == []
    (first,) = overflow.wake(9, START + 2 * LOOK_US)
    last, full = overflow.wake(9, START + 3 * LOOK_US)

    assert (first.key, last.key) == ("a", "c")
    assert (full.key, full.active) == (KEY, False)
    assert overflow.next_wake_us is None


def test_beyond_its_bound_the_oldest_is_only_counted() -> None:
    overflow = Overflow(10)
    for number in range(HELD_MAX + 1):
        overflow.holds_back(a_condition(str(number)), 10)
        overflow.condition(START)

    released = overflow.wake(0, START + LOOK_US)

    assert released[0].key == "1"
