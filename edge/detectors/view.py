"""Measure how a camera's view is: brightness, contrast, sharpness, and likeness to the usual."""

import cv2
import numpy as np
from cv2.typing import MatLike

from edge.core.view_health import Look, View, ViewHealth

SIZE = (160, 120)
"""People vanish at this size; walls, kerbs and horizons stay."""

FINE = (480, 360)
"""Focus is lost in what is fine; more than this is the noise of the chip."""

BLUR = (5, 5)
"""A camera that trembles by a pixel has not moved."""


class ViewWatch:
    """Watches the view of one camera."""

    def __init__(self) -> None:
        self._health = ViewHealth()
        self._usual: MatLike | None = None

    @property
    def view(self) -> View:
        """How the view is now."""
        return self._health.view

    def look(self, frame: MatLike, at_us: int) -> View | None:
        """Take a frame; return the view if it has changed."""
        grey = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY) if frame.ndim == 3 else frame
        fine = _scaled(grey, FINE)
        small = _scaled(grey, SIZE)
        edges = cv2.GaussianBlur(_slope(small), BLUR, 0.0)
        if self._usual is None:
            self._usual = edges
        look = Look(
            brightness=float(small.mean()),
            contrast=float(small.std()),
            # Squared: an edge that is spread over twice the width has half as much.
            sharpness=float((_slope(fine) ** 2).mean()),
            likeness=_likeness(edges, self._usual),
        )
        weight = self._health.weight(at_us)
        changed = self._health.step(look, at_us)
        if self._health.learns:
            self._usual = self._usual + weight * (edges - self._usual)
        return changed


def _scaled(grey: MatLike, size: tuple[int, int]) -> MatLike:
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255.0


def _slope(picture: MatLike) -> MatLike:
    across = cv2.Sobel(picture, cv2.CV_32F, 1, 0)
    along = cv2.Sobel(picture, cv2.CV_32F, 0, 1)
    return cv2.magnitude(across, along)


def _likeness(edges: MatLike, usual: MatLike) -> float:
    """Return the correlation of two patterns; 0 where one of them has none."""
    a, b = edges - edges.mean(), usual - usual.mean()
    scale = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / scale if scale > 0.0 else 0.0
