"""People by motion: a background model with shadow removal, and the people that explain the rest.

The background is learnt by Gaussian mixtures (Z. Zivkovic, 2004; OpenCV's MOG2). Two things are
done differently from its usual use: it learns by the second and not by the frame, and who has
walked into view is kept out of it, so that a person who stands still stays visible.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from cv2.typing import MatLike

from edge.core.motion import Mask, People, Seen
from edge.core.perspective import Perspective
from edge.core.rate import SECOND_US
from edge.core.tracklet import Tracklet, Tracklets

WORKING_WIDTH_PX = 480
"""People of a site's camera are 20 to 200 px tall at this width; more pixels cost, not tell."""

ABSORBED_AFTER_S = 5.0
"""What never walked and stays this long is background: a parked car, a moved chair."""

SETTLED_AFTER_S = 10.0
"""Until then the first frames' people may still be in the background: it learns faster."""

SETTLING_ABSORBED_AFTER_S = 2.0

LEARN_EACH_S = 0.4
"""Light changes in seconds: learning from each frame would cost and not help."""

VARIANCE_GATE = 16.0
"""Four standard deviations from its Gaussian a pixel is foreground (OpenCV's default)."""

HISTORY_FRAMES = 500
"""Only a default of the model: the learning rate is always given."""

NOISE_VARIANCE_MIN = 16.0
"""Four grey levels: compressed video trembles by as much where nothing moves."""

LIGHTER_MAX = 1.25
"""The sun coming out brightens the ground by a quarter within seconds, and moves nothing."""

SAME_COLOUR_MAX = 12.0
"""Grey levels off the background's own colour, once its brightness is taken out."""

OVERWHELMED = 0.6
"""No crowd covers more of an image that also shows the ground it stands on."""

LEARN_ANEW_RATE = 0.3
"""The new is background after the second frame."""

FOREGROUND = 255
"""MOG2 marks shadows by 127."""


class MotionDetector:
    """Finds and follows people in the frames of one fixed camera."""

    def __init__(self, perspective: Perspective, width_px: int, height_px: int) -> None:
        scale = min(1.0, WORKING_WIDTH_PX / width_px)
        self.size = (round(width_px * scale), round(height_px * scale))
        self._people = People(perspective, *self.size)
        self._tracklets = Tracklets()
        self._background = cv2.createBackgroundSubtractorMOG2(
            history=HISTORY_FRAMES, varThreshold=VARIANCE_GATE, detectShadows=True
        )
        self._background.setVarMin(NOISE_VARIANCE_MIN)
        self._behind: MatLike | None = None  # The background's picture, when last learnt.
        self._kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
        self._begun_us: int | None = None
        self._learnt_us = 0

    @property
    def place_count(self) -> int:
        """How many places of the image can hold a person; 0: the calibration is wrong."""
        return self._people.place_count

    def look(self, frame: MatLike, at_us: int) -> list[Tracklet] | None:
        """Return the people in a frame; None: so much has changed that nobody can be told."""
        small = self._working(frame)
        foreground = self._foreground(small, at_us)
        if foreground.mean() > OVERWHELMED:
            self._learn_anew(small, at_us)
            return None
        people = self._people.find(foreground, self._tracklets.expected(at_us))
        seen = self._tracklets.step(people, at_us)
        self._learn(small, at_us)
        return seen

    def _working(self, frame: MatLike) -> MatLike:
        if frame.shape[1::-1] == self.size:
            return frame
        return cv2.resize(frame, self.size, interpolation=cv2.INTER_AREA)

    def _foreground(self, small: MatLike, at_us: int) -> Mask:
        if self._begun_us is None:
            self._begun_us = self._learnt_us = at_us
            self._background.apply(small, learningRate=1.0)
            self._behind = self._background.getBackgroundImage()
        assert self._behind is not None
        moving = self._background.apply(small, learningRate=0.0) == FOREGROUND
        _remove_light(moving, small, self._behind)
        smooth = cv2.medianBlur(moving.astype(np.uint8), 3)
        return np.asarray(cv2.morphologyEx(smooth, cv2.MORPH_CLOSE, self._kernel) > 0)

    def _learn(self, small: MatLike, at_us: int) -> None:
        assert self._begun_us is not None
        assert self._behind is not None
        step_s = (at_us - self._learnt_us) / SECOND_US
        settling = at_us - self._begun_us < SETTLED_AFTER_S * SECOND_US
        if step_s < LEARN_EACH_S and not settling:
            return
        self._learnt_us = at_us
        absorbed_after_s = SETTLING_ABSORBED_AFTER_S if settling else ABSORBED_AFTER_S
        # A new Gaussian is background once it weighs a tenth: after -ln(0.9) / rate updates.
        rate = min(0.1, 0.105 * step_s / absorbed_after_s)
        kept = _without(small, self._behind, self._tracklets.walkers())
        self._background.apply(kept, learningRate=rate)
        self._behind = self._background.getBackgroundImage()

    def _learn_anew(self, small: MatLike, at_us: int) -> None:
        """Take what is there as the background: a lamp went on, or the camera was turned."""
        self._background.apply(small, learningRate=LEARN_ANEW_RATE)
        self._behind = self._background.getBackgroundImage()
        self._begun_us = self._learnt_us = at_us


def _remove_light(moving: Mask, frame: MatLike, background: MatLike) -> None:
    """Take out what is the background in a brighter light; its shadows MOG2 takes out itself."""
    rows, columns = np.nonzero(moving)
    now = frame[rows, columns].astype(np.float32)
    usual = background[rows, columns].astype(np.float32)
    # T. Horprasert, D. Harwood, L. Davis (1999): brightness along, colour across the usual.
    brightness = (now * usual).sum(axis=1) / np.maximum((usual * usual).sum(axis=1), 1.0)
    colour = np.abs(now - brightness[:, np.newaxis] * usual).max(axis=1)
    light = (brightness > 1.0) & (brightness < LIGHTER_MAX) & (colour < SAME_COLOUR_MAX)
    moving[rows[light], columns[light]] = False


def _without(frame: MatLike, background: MatLike, people: Sequence[Seen]) -> MatLike:
    """Return a frame in which people are painted over by what is behind them."""
    painted = frame.copy()
    for seen in people:
        margin = 0.1 * (seen.bottom - seen.top)
        rows = slice(max(0, int(seen.top - margin)), max(0, int(seen.bottom + margin)))
        columns = slice(max(0, int(seen.left - margin)), max(0, int(seen.right + margin)))
        painted[rows, columns] = background[rows, columns]
    return painted
