import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.rules.wording import (
    CUE_WORDS,
    clock,
    counted,
    evidence,
    line,
    listed,
    sentence,
    things,
)
from wire.labels import CueKind, Label


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([Label.PERSON], "person"),
        ([Label.PERSON] * 3, "3 people"),
        ([Label.UNKNOWN], "something"),
        ([Label.VEHICLE, Label.PERSON, Label.PERSON], "2 people and 1 vehicle"),
        ([Label.PERSON, Label.UNKNOWN], "1 person and 1 unknown thing"),
    ],
)
def test_things_are_counted_in_words_that_can_be_read_aloud(
    labels: list[Label], expected: str
) -> None:
    assert things(labels) == expected


@given(st.sampled_from(Label), st.integers(min_value=1, max_value=9))
def test_every_label_has_its_words(label: Label, count: int) -> None:
    assert counted(label, count).startswith(f"{count} ")


def test_every_cue_has_its_words() -> None:
    assert set(CUE_WORDS) == set(CueKind)


def test_a_line_is_never_longer_than_the_contract_allows() -> None:
    assert line("a" * 300) == "a" * 199 + "…"
    assert line("short") == "short"
    assert sentence("person in Stage") == "Person in Stage"


def test_the_clock_is_the_time_of_day_in_utc() -> None:
    assert clock(1_767_225_600_000_000 + 50_523_000_000) == "14:02:03 UTC"


def test_evidence_leaves_out_what_has_no_value() -> None:
    (only,) = evidence(("Level", ""), ("Speed", "47 km/h"))

    assert (only.name, only.value) == ("Speed", "47 km/h")


def test_a_long_list_ends_with_how_many_more_there_are() -> None:
    assert listed(range(3)) == "0, 1, 2"
    assert listed(range(10)) == "0, 1, 2, 3, 4, 5, 6, 7 and 2 more"
