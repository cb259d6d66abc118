from hypothesis import given
from hypothesis import strategies as st

from hub.core.alerts.timers import STALE_MAX, Timers


def test_nothing_is_due_in_the_beginning() -> None:
    timers = Timers()

    assert timers.next_us is None
    assert timers.take(10) == []


def test_a_key_is_due_when_it_was_last_told() -> None:
    timers = Timers()
    timers.set("a", 10)
    timers.set("a", 30)
    timers.set("b", 20)
    timers.set("c", 5)
    timers.set("c", None)

    assert timers.next_us == 20
    assert timers.take(19) == []
    assert timers.take(30) == ["b", "a"]
    assert timers.next_us is None


def test_what_changes_all_the_time_does_not_fill_the_memory() -> None:
    timers = Timers()
    timers.set("z", 1)
    for due_us in range(10_000):
        timers.set("a", due_us)

    assert len(timers._heap) <= 2 * 2 + STALE_MAX + 1


@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.none() | st.integers(0, 50), st.integers(0, 50)),
        max_size=200,
    )
)
def test_timers_do_what_a_plain_search_does(steps: list[tuple[str, int | None, int]]) -> None:
    timers, plain = Timers(), dict[str, int]()
    for key, due_us, now_us in steps:
        timers.set(key, due_us)
        plain.pop(key, None)
        if due_us is not None:
            plain[key] = due_us
        assert timers.next_us == min(plain.values(), default=None)
        over = sorted((at_us, one) for one, at_us in plain.items() if at_us <= now_us)

        assert timers.take(now_us) == [one for _, one in over]

        plain = {one: at_us for one, at_us in plain.items() if at_us > now_us}
