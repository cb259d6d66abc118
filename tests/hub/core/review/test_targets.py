import pytest
from msgspec.structs import replace

from hub.core.review.targets import Found, measures
from wire.review import Measure

FINE = Found(
    raised=200,
    hours=100.0,
    operators=1,
    peak=10,
    load=(1,) * 600,
    hourly=(6,) * 100,
    flood_share=0.0,
    top_share=0.04,
    source_count=300,
    chattering=0,
    fleeting=0,
    standing=9,
    stale=4,
    closed=10,
    assessed=10,
    urgent_share=0.05,
)


def of(found: Found, identity: str) -> Measure:
    return {one.id: one for one in measures(found)}[identity]


def test_an_alert_list_as_the_standards_want_it_meets_every_target() -> None:
    assert {one.id: one.met for one in measures(FINE)} == dict.fromkeys(
        (
            "per_10_min",
            "per_hour",
            "peak_10_min",
            "busy_10_min",
            "busy_hours",
            "flood",
            "urgent",
            "top_ten",
            "chattering",
            "fleeting",
            "standing",
            "stale",
            "assessed",
        ),
        True,
    )


@pytest.mark.parametrize(
    ("identity", "worse"),
    [
        ("per_10_min", {"raised": 601}),
        ("per_hour", {"raised": 601}),
        ("peak_10_min", {"peak": 11}),
        ("busy_10_min", {"load": (1,) * 99 + (11,)}),
        ("busy_hours", {"hourly": (6,) * 99 + (31,)}),
        ("flood", {"flood_share": 0.01}),
        ("urgent", {"urgent_share": 0.07}),
        ("top_ten", {"top_share": 0.06}),
        ("chattering", {"chattering": 1}),
        ("fleeting", {"fleeting": 1}),
        ("standing", {"standing": 10}),
        ("stale", {"stale": 5}),
        ("assessed", {"assessed": 9}),
    ],
)
def test_a_target_that_is_not_met_is_told(identity: str, worse: dict[str, object]) -> None:
    assert of(replace(FINE, **worse), identity).met is False


def test_more_than_is_fine_may_still_be_managed() -> None:
    assert of(replace(FINE, raised=1200), "per_hour").note == (
        "more than is fine, and still manageable"
    )
    assert of(replace(FINE, raised=1201), "per_hour").note is None


def test_limits_are_for_each_operator() -> None:
    two = replace(FINE, operators=2, raised=1200, peak=20, load=(20,), hourly=(60,))

    assert all(one.met for one in measures(two))


def test_what_is_too_little_to_judge_is_shown_and_not_judged() -> None:
    few = replace(FINE, raised=99, source_count=12, closed=0, assessed=0)

    for identity in ("urgent", "top_ten", "assessed"):
        measure = of(few, identity)
        assert measure.met is None
        assert measure.note
    assert of(few, "assessed").value is None
    assert of(replace(few, raised=0), "urgent").value is None
