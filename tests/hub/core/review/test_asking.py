import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace
from past_alerts import MINUTE, SECOND, START, acknowledged, an_alert, changes_of, closed

from hub.core.review.asking import SPAN_US, AlertChange, Flood, asked, floods, peak
from wire.labels import AlertState, Priority


def times(*changes: AlertChange, from_us: int = START) -> list[int]:
    return [(one.at_us - START) // SECOND for one in asked(changes, from_us)]


def test_a_raising_a_return_and_a_rise_each_ask_for_a_person() -> None:
    raised = an_alert()
    gone = replace(
        raised, active=False, state=AlertState.CLEARED_UNACKNOWLEDGED, changed_us=START + SECOND
    )
    back = replace(raised, repeats=1, begun_us=START + MINUTE, changed_us=START + MINUTE)
    taken = acknowledged(back, START + 2 * MINUTE)
    risen = replace(
        back,
        priority=Priority.CRITICAL,
        begun_us=START + 3 * MINUTE,
        changed_us=START + 3 * MINUTE,
    )

    assert times(*changes_of(raised, gone, back, taken, risen)) == [0, 60, 180]


def test_a_change_of_words_asks_nobody() -> None:
    raised = an_alert()

    assert times(*changes_of(raised, replace(raised, summary="2", changed_us=START + 1))) == [0]


@pytest.mark.parametrize(
    "state", [AlertState.SHELVED, AlertState.SUPPRESSED, AlertState.OUT_OF_SERVICE]
)
def test_what_is_hidden_asks_when_it_shows(state: AlertState) -> None:
    hidden = an_alert(state=state)
    back = replace(hidden, state=AlertState.UNACKNOWLEDGED, changed_us=START + MINUTE)

    assert times(*changes_of(hidden, back)) == [60]


def test_an_alert_from_before_asks_again_only_if_it_did() -> None:
    old = an_alert(at_us=START - MINUTE)
    still = replace(old, summary="other words", changed_us=START + SECOND)
    back = replace(old, begun_us=START + SECOND, changed_us=START + SECOND)

    assert times(*changes_of(old, still)) == []
    assert times(*changes_of(still)) == []
    assert times(*changes_of(old, back)) == [1]
    assert times(*changes_of(back)) == [1]


def test_a_flood_begins_above_ten_in_ten_minutes_and_ends_below_five() -> None:
    ten = [START + number * SECOND for number in range(10)]
    assert floods(ten, 1, START + SPAN_US) == []

    eleven = [*ten, START + 10 * SECOND]
    (flood,) = floods(eleven, 1, START + 2 * SPAN_US)

    assert flood == Flood(START + 10 * SECOND, START + SPAN_US + 6 * SECOND, 11)
    assert floods(eleven, 2, START + SPAN_US) == []


def test_a_flood_that_goes_on_has_no_end_and_counts_all_that_was_asked() -> None:
    many = [START + number * SECOND for number in range(30)]

    assert floods(many, 1, START + MINUTE) == [Flood(START + 10 * SECOND, None, 30)]


def test_the_peak_is_the_most_of_any_ten_minutes() -> None:
    assert peak([]) == 0
    assert peak([START, START + SPAN_US - 1, START + SPAN_US]) == 2
    assert peak([closed(an_alert(), START).changed_us]) == 1


MOMENTS = st.lists(st.integers(0, 3000), max_size=80).map(
    lambda seconds: [START + one * SECOND for one in sorted(seconds)]
)


# One comes at the very instant when another is ten minutes old.
@example([START + one * SECOND for one in (0, 0, 0, 0, 0, 0, 459, 460, 460, 460, 460, 1059)], 1)
@given(MOMENTS, st.integers(1, 3))
def test_floods_are_those_that_a_slow_count_second_by_second_finds(
    moments: list[int], operators: int
) -> None:
    end_us = START + 4000 * SECOND
    slowly: list[tuple[int, int | None]] = []
    start_us: int | None = None
    for now_us in range(START, end_us + 1, SECOND):
        count = sum(now_us - SPAN_US < one <= now_us for one in moments)
        if start_us is None and count > 10 * operators:
            start_us = now_us
        elif start_us is not None and count < 5 * operators:
            slowly.append((start_us, now_us))
            start_us = None
    if start_us is not None:
        slowly.append((start_us, None))

    assert [(one.start_us, one.end_us) for one in floods(moments, operators, end_us)] == slowly
    assert peak(moments) == max(
        (sum(now - SPAN_US < one <= now for one in moments) for now in moments), default=0
    )
