"""What the installer sees: people as boxes and the ground as a grid, drawn on one picture."""

import threading
from pathlib import Path

import cv2
import numpy as np
from cv2.typing import MatLike

from edge.agent import a_look
from edge.core.calibration import Calibration
from edge.core.motion import Seen
from edge.core.perspective import Floats, Perspective
from edge.errors import SourceError
from edge.sources.video import Source

GRID_M = 5.0
GRID_REACH_M = 60.0
GRID_COLOUR, BOX_COLOUR = (200, 160, 60), (60, 60, 230)

MASK_BLOCKS = 4
"""A person is shown as this many blocks across: enough to see that it is one, and not who."""


def draw_check(
    source: Source, calibration: Calibration, output: Path, *, seconds: float, unmasked: bool
) -> int:
    """Look for some seconds, then draw the last frame; return how many people it shows."""
    look = None
    begun_us = 0
    people: list[Seen] = []
    image: MatLike | None = None
    for frame in source.frames(threading.Event()):
        if look is None:
            height_px, width_px = frame.image.shape[:2]
            look = a_look(calibration, width_px, height_px)
            begun_us = frame.observed_us
        people = [one.seen for one in look.detector.look(frame.image, frame.observed_us) or ()]
        image = frame.image
        if frame.observed_us - begun_us > seconds * 1e6:
            break
    if image is None or look is None:
        what = "the source gave no picture"
        raise SourceError(what, fix="look at it with another program")
    scale = image.shape[1] / look.detector.size[0]
    drawn = image.copy()
    if not unmasked:
        _mask(drawn, people, scale)
    _draw_grid(drawn, look.perspective)
    for seen in people:
        corners = [round(edge * scale) for edge in (seen.left, seen.top, seen.right, seen.bottom)]
        cv2.rectangle(drawn, corners[:2], corners[2:], BOX_COLOUR, 2)
    if not cv2.imwrite(str(output), drawn):
        what = f"{output} cannot be written"
        raise SourceError(what, fix="give a path that ends in .png")
    return len(people)


def _mask(image: MatLike, people: list[Seen], scale: float) -> None:
    """Make people unrecognisable."""
    for seen in people:
        margin = 0.15 * (seen.bottom - seen.top)
        top, bottom = _span(seen.top - margin, seen.bottom + margin, scale, image.shape[0])
        left, right = _span(seen.left - margin, seen.right + margin, scale, image.shape[1])
        if bottom - top < 2 or right - left < 2:
            continue
        whole = image[top:bottom, left:right]
        down = max(1, round(MASK_BLOCKS * (bottom - top) / (right - left)))
        coarse = cv2.resize(whole, (MASK_BLOCKS, down), interpolation=cv2.INTER_AREA)
        size = (right - left, bottom - top)
        image[top:bottom, left:right] = cv2.resize(coarse, size, interpolation=cv2.INTER_NEAREST)


def _span(start: float, end: float, scale: float, limit: int) -> tuple[int, int]:
    return max(0, round(start * scale)), min(limit, round(end * scale))


def _draw_grid(image: MatLike, perspective: Perspective) -> None:
    east, north, _ = perspective.place
    centre = (GRID_M * round(east / GRID_M), GRID_M * round(north / GRID_M))
    along = np.linspace(-GRID_REACH_M, GRID_REACH_M, 121)
    for offset in np.arange(-GRID_REACH_M, GRID_REACH_M + GRID_M, GRID_M):
        across = np.full_like(along, offset)
        _draw_line(image, *perspective.image(centre[0] + across, centre[1] + along, 0.0))
        _draw_line(image, *perspective.image(centre[0] + along, centre[1] + across, 0.0))


def _draw_line(image: MatLike, u: Floats, v: Floats) -> None:
    # What is far outside the image may be behind the camera or beyond what the lens model bends.
    shown = (np.abs(u - 0.5) < 1.0) & (np.abs(v - 0.5) < 1.0)
    place = np.column_stack((u * image.shape[1], v * image.shape[0]))
    for index in np.flatnonzero(shown[:-1] & shown[1:]):
        begin, end = place[index : index + 2].round().astype(int).tolist()
        cv2.line(image, begin, end, GRID_COLOUR, 1, cv2.LINE_AA)
