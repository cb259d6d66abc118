from hypothesis import given
from hypothesis import strategies as st

from hub.core.picture.refusals import LINE_MAX, ROWS_MAX, SHOWN_EVERY_US, Refusals


def test_refusals_of_one_kind_from_one_source_share_a_row_and_count() -> None:
    refusals = Refusals()

    refusals.add("cam-01", "oversized", "too big", "send less", 10)
    refusals.add("cam-01", "oversized", "too big", "send less", 20)

    (row,) = refusals.rows()
    assert (row.count, row.first_us, row.last_us) == (2, 10, 20)
    assert refusals.count("cam-01") == 2
    assert refusals.count("cam-02") == 0


def test_a_row_that_changes_all_the_time_is_shown_once_a_second() -> None:
    refusals = Refusals()
    shown = 0

    for now_us in range(0, 5 * SHOWN_EVERY_US, SHOWN_EVERY_US // 100):
        refusals.add("cam-01", "oversized", "too big", "send less", now_us)
        shown += len(refusals.changed(now_us))

    assert shown == 5


def test_a_change_that_was_held_back_is_shown_when_its_second_is_over() -> None:
    refusals = Refusals()
    refusals.add("cam-01", "oversized", "too big", "send less", 0)
    refusals.changed(0)
    refusals.add("cam-01", "oversized", "too big", "send less", 1)

    assert refusals.changed(2) == ()
    (row,) = refusals.changed(SHOWN_EVERY_US)

    assert row.count == 2
    assert refusals.changed(3 * SHOWN_EVERY_US) == ()


def test_a_text_of_many_lines_becomes_one_short_line() -> None:
    refusals = Refusals()

    refusals.add("  ", "not_json", "a\nb" + "c" * 1000, "fix\tit", 0)

    (row,) = refusals.rows()
    assert row.source == "-"
    assert row.text.startswith("a b")
    assert len(row.text) == LINE_MAX
    assert row.fix == "fix it"


def test_the_oldest_row_goes_where_there_are_too_many() -> None:
    refusals = Refusals()

    for source in range(ROWS_MAX + 1):
        refusals.add(f"s{source}", "unknown", "unknown", "-", source)

    assert len(refusals.rows()) == ROWS_MAX
    assert (refusals.count("s0"), refusals.count("s1")) == (0, 1)


@given(st.lists(st.integers(0, 3 * ROWS_MAX), max_size=600))
def test_no_stream_of_sources_makes_the_list_longer_than_its_bound(sources: list[int]) -> None:
    refusals = Refusals()

    for now_us, source in enumerate(sources):
        refusals.add(f"s{source}", "unknown", "unknown", "-", now_us)

    assert len(refusals.rows()) <= ROWS_MAX
    assert set(refusals.changed(10**9)) <= set(refusals.rows())
