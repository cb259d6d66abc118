import cv2
import numpy as np
import pytest
import street
from cv2.typing import MatLike

from edge.core.view_health import View
from edge.detectors.view import ViewWatch

STEP_US = 200_000


def changes(frames: list[MatLike]) -> list[View]:
    """Return what a watch tells that has seen ten seconds of the street before these frames."""
    watch = ViewWatch()
    told = [
        watch.look(frame, n * STEP_US) for n, frame in enumerate([street.a_street()] * 50 + frames)
    ]
    return [view for view in told if view is not None]


def a_covered() -> MatLike:
    return np.full((street.HEIGHT, street.WIDTH, 3), 60, dtype=np.uint8)


def a_moved() -> MatLike:
    return np.roll(street.a_street(), (60, 130), axis=(0, 1))


@pytest.mark.parametrize(
    ("frame", "view"),
    [
        (a_covered(), View.COVERED),
        (np.zeros_like(a_covered()), View.DARK),
        (cv2.GaussianBlur(street.a_street(), (0, 0), 9.0), View.DEFOCUSED),
        (a_moved(), View.MOVED),
    ],
)
def test_a_bad_view_is_told_and_so_is_its_end(frame: MatLike, view: View) -> None:
    assert changes([frame] * 20) == [view]
    assert changes([frame] * 20 + [street.a_street()] * 20) == [view, View.GOOD]


def test_people_who_pass_are_no_fault_of_the_view() -> None:
    crowd = [(-3.0 + 0.7 * n, 12.0 + n % 3) for n in range(9)]

    assert changes([street.with_people(street.a_street(), crowd)] * 50) == []


def test_a_camera_that_trembles_by_a_pixel_has_not_moved() -> None:
    assert changes([np.roll(street.a_street(), n % 2, axis=1) for n in range(50)]) == []


def test_a_grey_picture_is_watched_like_a_coloured_one() -> None:
    watch = ViewWatch()
    grey = cv2.cvtColor(street.a_street(), cv2.COLOR_BGR2GRAY)

    assert [watch.look(grey, n * STEP_US) for n in range(20)] == [None] * 20
    assert watch.view is View.GOOD
