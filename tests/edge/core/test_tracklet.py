import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.core.motion import Seen
from edge.core.tracklet import UNSEEN_MAX_US, Tracklets

STEP_US = 100_000


def a_box(x: float, y: float = 200.0, height: float = 60.0) -> Seen:
    return Seen(left=x - 10.0, top=y - height, right=x + 10.0, bottom=y, fill=0.8)


def numbers(tracklets: Tracklets, boxes: list[Seen], at_us: int) -> list[int]:
    return [tracklet.number for tracklet in tracklets.step(boxes, at_us)]


def test_a_thing_seen_once_is_not_told() -> None:
    tracklets = Tracklets()

    assert numbers(tracklets, [a_box(100)], 0) == []
    assert numbers(tracklets, [], STEP_US) == []


def test_a_thing_keeps_its_number_while_it_walks() -> None:
    tracklets = Tracklets()
    told = [numbers(tracklets, [a_box(100 + 6 * n)], n * STEP_US) for n in range(20)]

    assert told[0] == []
    assert told[1:] == [[1]] * 19


def test_two_who_cross_keep_their_numbers() -> None:
    tracklets = Tracklets()
    last: list[tuple[int, float]] = []
    for n in range(31):
        boxes = [a_box(100 + 6 * n, 200.0), a_box(280 - 6 * n, 215.0)]
        last = [(one.number, one.seen.left) for one in tracklets.step(boxes, n * STEP_US)]

    assert last == [(1, 270.0), (2, 90.0)]


def test_a_short_occlusion_is_bridged_and_a_long_one_is_not() -> None:
    tracklets = Tracklets()
    for n in range(10):
        tracklets.step([a_box(100 + 6 * n)], n * STEP_US)

    bridged = numbers(tracklets, [a_box(100 + 6 * 17)], 17 * STEP_US)
    later_us = 17 * STEP_US + UNSEEN_MAX_US + 1
    tracklets.step([a_box(208)], later_us)
    begun = numbers(tracklets, [a_box(208)], later_us + STEP_US)

    assert bridged == [1]
    assert begun == [2]


def test_a_box_too_far_away_is_somebody_else() -> None:
    tracklets = Tracklets()
    tracklets.step([a_box(100)], 0)
    tracklets.step([a_box(100)], STEP_US)

    assert numbers(tracklets, [a_box(160)], 2 * STEP_US) == []
    assert numbers(tracklets, [a_box(160)], 3 * STEP_US) == [2]


def test_who_has_walked_is_expected_ahead_and_kept_out_of_the_background() -> None:
    tracklets = Tracklets()
    for n in range(20):
        tracklets.step([a_box(100 + 6 * n), a_box(400)], n * STEP_US)

    (expected,) = tracklets.expected(20 * STEP_US)
    (walker,) = tracklets.walkers()

    assert expected.foot_x == pytest.approx(100 + 6 * 20, abs=2.0)
    assert expected.height == pytest.approx(60.0)
    assert walker.left == pytest.approx(100 + 6 * 19 - 10)


@given(
    st.lists(
        st.lists(
            st.builds(a_box, st.floats(0, 480), st.floats(60, 360), st.floats(15, 120)), max_size=6
        ),
        max_size=12,
    )
)
def test_no_frames_give_one_number_to_two_things_or_one_box_to_two_numbers(
    frames: list[list[Seen]],
) -> None:
    tracklets = Tracklets()
    for n, boxes in enumerate(frames):
        told = tracklets.step(boxes, n * STEP_US)

        assert len({one.number for one in told}) == len(told)
        assert all(any(one.seen is box for box in boxes) for one in told)
        assert len({id(one.seen) for one in told}) == len(told)
