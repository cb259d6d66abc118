import numpy as np
import pytest
import street

from edge.core.tracklet import Tracklet
from edge.detectors.motion import MotionDetector

STEP_US = 100_000
BEGIN_US = 1_700_000_000_000_000


def a_detector(width: int = street.WIDTH, height: int = street.HEIGHT) -> MotionDetector:
    return MotionDetector(street.a_perspective(), width, height)


def watch(
    detector: MotionDetector, frames: list[np.ndarray], begin: int = 0
) -> list[list[Tracklet]]:
    return [
        list(detector.look(frame, BEGIN_US + (begin + n) * STEP_US) or [])
        for n, frame in enumerate(frames)
    ]


def test_an_empty_street_has_nobody() -> None:
    assert watch(a_detector(), [street.a_street()] * 20) == [[]] * 20


def test_who_walks_in_is_followed_under_one_number() -> None:
    seen = watch(a_detector(), street.a_walk(60))

    assert seen[:10] == [[]] * 10
    assert [[one.number for one in people] for people in seen[15:]] == [[1]] * 45


def test_who_stands_still_after_walking_in_stays_visible() -> None:
    walk = street.a_walk(40)
    standing = [walk[-1]] * 300

    seen = watch(a_detector(), walk + standing)

    assert [len(people) for people in seen[20:]] == [1] * 320


def test_a_thing_that_appears_and_never_moves_becomes_background() -> None:
    empty, changed = street.a_street(), street.with_people(street.a_street(), [(1.0, 16.0)])

    seen = watch(a_detector(), [empty] * 120 + [changed] * 120)

    assert len(seen[125]) == 1
    assert seen[-1] == []


def test_the_sun_coming_out_is_nobody() -> None:
    light = [street.a_street(1.0 + 0.2 * min(n, 10) / 10) for n in range(40)]

    seen = watch(a_detector(), [street.a_street()] * 30 + light)

    assert all(people == [] for people in seen)


def test_a_large_image_is_worked_on_small_and_told_in_its_own_size() -> None:
    detector = a_detector(1920, 1440)
    large = [np.kron(frame, np.ones((4, 4, 1), dtype=np.uint8)) for frame in street.a_walk(30)]

    seen = watch(detector, large)

    assert detector.size == (480, 360)
    assert len(seen[-1]) == 1
    left, top, right, bottom = street.body((-4.0 + 0.15 * 19, 16.0))
    box = seen[-1][0].seen
    assert (box.left + box.right) / 2 == pytest.approx((left + right) / 2, abs=4)
    assert (box.top, box.bottom) == (pytest.approx(top, abs=5), pytest.approx(bottom, abs=5))


def test_a_lamp_that_goes_on_is_learnt_within_a_second_and_nobody_is_made_up() -> None:
    detector = a_detector()
    watch(detector, [street.a_street()] * 30)
    warm = np.array([70, 40, 10])
    lit = np.clip(street.a_street() + warm, 0, 255).astype(np.uint8)

    told = [detector.look(lit, BEGIN_US + (30 + n) * STEP_US) for n in range(30)]

    assert told[0] is None
    assert None not in told[10:]
    assert not any(told)
