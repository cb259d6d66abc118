"""A street that a camera looks at: painted, so that tests of the edge know what is true."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import cv2
import numpy as np
from cv2.typing import MatLike

from edge.core.perspective import Perspective, perspective_of
from wire.messages import Pinhole, Pose

WIDTH, HEIGHT = 480, 360
POSE = Pose(lat_deg=52.09, lon_deg=5.12, height_m=6.0, azimuth_deg=0.0, pitch_deg=-18.0)
MODEL = Pinhole(
    width_px=WIDTH,
    height_px=HEIGHT,
    focal_x_px=500.0,
    focal_y_px=500.0,
    centre_x_px=240.0,
    centre_y_px=180.0,
)
CALIBRATION = """
[camera]
lat_deg = 52.09
lon_deg = 5.12
height_m = 6.0
azimuth_deg = 0.0
pitch_deg = -18.0

[pinhole]
width_px = 480
height_px = 360
focal_x_px = 500.0
focal_y_px = 500.0
centre_x_px = 240.0
centre_y_px = 180.0
"""

Place = tuple[float, float]


def a_perspective() -> Perspective:
    perspective = perspective_of(MODEL, POSE, WIDTH / HEIGHT)
    assert perspective is not None
    return perspective


def a_street(light: float = 1.0) -> MatLike:
    """Return the street with nobody in it."""
    rng = np.random.default_rng(7)
    coarse = rng.integers(90, 180, (18, 24, 3)).astype(np.uint8)
    street = cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)
    return np.clip(street * light, 0, 255).astype(np.uint8)


def body(place: Place, height_m: float = 1.75) -> tuple[int, int, int, int]:
    """Return the box of a person who stands there, in pixels."""
    perspective = a_perspective()
    east, north = np.array([place[0]]), np.array([place[1]])
    foot_x, foot_y = perspective.image(east, north, 0.0)
    _, crown = perspective.image(east, north, height_m)
    bottom, top = float(foot_y[0]) * HEIGHT, float(crown[0]) * HEIGHT
    middle, half = float(foot_x[0]) * WIDTH, 0.13 * (bottom - top)
    return round(middle - half), round(top), round(middle + half), round(bottom)


def with_people(street: MatLike, places: Iterable[Place]) -> MatLike:
    """Return the street with people in dark clothes, the far ones behind the near."""
    painted = street.copy()
    for place in sorted(places, key=lambda place: -place[1]):
        left, top, right, bottom = body(place)
        middle, height = (left + right) // 2, bottom - top
        cv2.rectangle(
            painted, (left, top + height // 7), (right, top + height // 2), (25, 20, 30), -1
        )
        hip = (right - left) // 3
        cv2.rectangle(
            painted, (middle - hip, top + height // 2), (middle + hip, bottom), (30, 25, 20), -1
        )
        cv2.circle(painted, (middle, top + height // 12), max(2, height // 13), (40, 35, 35), -1)
    return painted


def mask_of(places: Iterable[Place]) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return the pixels of people as a perfect background model would mark them."""
    street = a_street()
    return np.asarray((with_people(street, places) != street).any(axis=2))


def a_video(path: Path, frames: Sequence[MatLike], frame_rate_hz: float = 10.0) -> Path:
    """Write frames to a file; return its path."""
    height, width = frames[0].shape[:2]
    writer = cv2.VideoWriter(
        str(path), cv2.VideoWriter.fourcc(*"MJPG"), frame_rate_hz, (width, height)
    )
    for frame in frames:
        writer.write(frame)
    writer.release()
    return path


def a_walk(count: int, start: Place = (-4.0, 16.0), step: Place = (0.15, 0.0)) -> list[MatLike]:
    """Return frames in which one person walks in after one second of an empty street."""
    street = a_street()
    empty = [street] * 10
    return empty + [
        with_people(street, [(start[0] + step[0] * n, start[1] + step[1] * n)])
        for n in range(count - 10)
    ]
