import numpy as np
from small_square import OUTSIDE, SECOND, START

from hub.core.fusion.claims import Claim
from hub.core.fusion.measurement import LABEL_INDEX, Measurements
from hub.core.fusion.tracker import Tracker
from hub.core.picture.frame import frame, shown_numbers
from wire import columns
from wire.feed import FLAG_ALERTED, FLAG_CLAIMED, FLAG_CONFIRMED, FLAG_CROWD
from wire.labels import Label

UNMARKED = (frozenset[int](), frozenset[int]())


def a_scan(at_us: int, *where: tuple[float, float]) -> Measurements:
    count = len(where)
    return Measurements(
        sensor="cam-01",
        observed_us=at_us,
        mean=np.array(where),
        covariance=np.tile(np.eye(2) * 0.09, (count, 1, 1)),
        label=np.full(count, LABEL_INDEX[Label.PERSON], np.uint8),
        confidence=np.full(count, 0.9),
        object_id=(None,) * count,
        has_doppler=np.zeros(count, np.bool_),
        doppler_mps=np.zeros(count),
        doppler_sigma_mps=np.zeros(count),
        origin=(0.0, 0.0),
        bearing_deg=np.empty(0),
        bearing_sigma_deg=np.empty(0),
    )


def a_tracker() -> Tracker:
    """Return a tracker with tracks 1000 and 1001, and one that is not shown yet."""
    tracker = Tracker()
    for step in range(10):
        at_us = START + step * SECOND // 10
        tracker.update(a_scan(at_us, (0.0, 0.0), (20.0, 0.0)), at_us)
    tracker.update(a_scan(START + SECOND, (0.0, 0.0), (20.0, 0.0), OUTSIDE), START + SECOND)
    return tracker


def a_claim(number: int) -> Claim:
    return Claim(
        number=number,
        sensor="radio-01",
        identity=f"drone-{number}",
        label=Label.DRONE,
        place=(5.0, 5.0),
        variance=(1.0, 1.0, 0.0),
        height_m=None,
        sigma_height_m=None,
        confidence=1.0,
        first_us=START,
        observed_us=START,
    )


def test_tracks_that_people_see_and_claims_are_on_the_map() -> None:
    assert shown_numbers(a_tracker().tracks, [a_claim(2000)]) == {1000, 1001, 2000}


def test_a_frame_holds_what_is_named_and_no_more() -> None:
    claims = [a_claim(2000), a_claim(2001)]

    columns_of = frame(a_tracker().tracks, claims, {1001, 2001, 77}, START + SECOND, UNMARKED)

    rows = columns.rows(columns_of)
    assert [row.number for row in rows] == [1001, 2001]
    assert [row.flags for row in rows] == [FLAG_CONFIRMED, FLAG_CLAIMED]


def test_a_frame_without_claims_is_of_tracks_alone_and_one_of_nothing_is_empty() -> None:
    tracks = a_tracker().tracks

    (row,) = columns.rows(frame(tracks, [], {1000}, START + SECOND, UNMARKED))
    assert row.number == 1000
    assert frame(tracks, [a_claim(2000)], set(), START + SECOND, UNMARKED).number == b""


def test_marks_are_those_of_alerts_and_of_the_crowd() -> None:
    marks = frozenset({1000}), frozenset({1001})

    rows = columns.rows(frame(a_tracker().tracks, [], {1000, 1001}, START + SECOND, marks))

    assert [row.flags & ~FLAG_CONFIRMED for row in rows] == [FLAG_ALERTED, FLAG_CROWD]
