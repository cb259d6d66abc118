from hypothesis import given
from hypothesis import strategies as st

from hub.core.alerts.flood import HOUR_US, LOAD_SPAN_US, Flood, Window

SECOND = 1_000_000
MINUTE = 60 * SECOND
START = 1_767_225_600 * SECOND


def flooded(count: int = 11, operators: int = 1) -> Flood:
    """A flood that has begun, with one alert a second."""
    flood = Flood(operators)
    for second in range(count):
        flood.raised(START + second * SECOND)
    return flood


def test_ten_in_ten_minutes_are_no_flood_and_eleven_are() -> None:
    assert flooded(10).since_us is None
    assert flooded(11).since_us == START + 10 * SECOND


def test_more_operators_bear_more() -> None:
    assert flooded(20, operators=2).since_us is None
    assert flooded(21, operators=2).since_us is not None


def test_ten_that_are_not_within_ten_minutes_are_no_flood() -> None:
    flood = Flood(1)
    for number in range(60):
        flood.raised(START + number * MINUTE)

    assert flood.since_us is None
    assert flood.per_operator(START + 59 * MINUTE) == (10, 60)
    assert flood.per_operator(START + HOUR_US) == (9, 59)


def test_a_flood_ends_when_fewer_than_five_are_left_and_says_so_once() -> None:
    flood = flooded(12)
    end_us = START + 7 * SECOND + LOAD_SPAN_US
    assert flood.next_wake_us == end_us

    assert flood.wake(end_us - 1) == []
    (notice,) = flood.wake(end_us)

    assert notice.text == "The alert flood is over: 12 alerts in 9 minutes"
    assert flood.wake(end_us) == []
    assert Flood(1).next_wake_us is flood.since_us is None


def test_the_beginning_of_a_flood_is_told_once() -> None:
    flood = flooded(10)

    (notice,) = flood.raised(START + MINUTE)

    assert notice.role == "supervisor"
    assert notice.text == (
        "Alert flood: 11 alerts in ten minutes for 1 on duty; "
        "low and medium ones are grouped, nothing is hidden"
    )
    assert flood.raised(START + MINUTE) == []
    assert flood.raised_count == 12


def test_fewer_operators_may_make_it_a_flood() -> None:
    flood = flooded(15, operators=2)

    flood.operators = 1

    assert len(flood.wake(START + MINUTE)) == 1


def test_a_part_of_an_operator_counts_as_one() -> None:
    assert flooded(7, operators=2).per_operator(START + MINUTE) == (4, 4)


def test_what_is_restored_is_counted_in_order() -> None:
    flood = Flood(1)
    flood.restore([START + 5 * MINUTE, START])
    flood.restore([START + 3 * MINUTE])

    assert flood.per_operator(START + 5 * MINUTE) == (3, 3)
    assert flood.per_operator(START + LOAD_SPAN_US) == (2, 3)


@given(st.lists(st.integers(0, 30), max_size=60), st.integers(1, 20))
def test_a_window_counts_what_a_plain_search_counts(gaps: list[int], count: int) -> None:
    window, instants, now_us = Window(60 * SECOND), list[int](), START
    for gap in gaps:
        now_us += gap * SECOND
        window.add(now_us)
        instants.append(now_us)

        left = [at_us for at_us in instants if now_us - at_us < 60 * SECOND]

        assert window.count(now_us) == len(left)
        if len(left) >= count:
            below_us = window.below_us(count)
            assert sum(below_us - at_us < 60 * SECOND for at_us in left) < count
            assert sum(below_us - 1 - at_us < 60 * SECOND for at_us in left) >= count
        else:
            assert window.below_us(count) <= now_us
