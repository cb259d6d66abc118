"""Is the camera's view fit to be believed: covered, defocused, moved or dark, from four numbers.

The judgement compares each frame with what this camera usually sees. It learns the usual slowly,
only while the view is good, and it takes seconds to change its mind.
"""

from enum import StrEnum

from msgspec import Struct

from wire.labels import CueKind

SECOND_US = 1_000_000

LEARN_S = 300.0
"""Daylight changes within minutes: slower would call dusk a fault, faster would learn a hand."""

LEARN_FIRST_S = 3.0
"""A new agent takes the first seconds as usual."""

PERSIST_US = 2 * SECOND_US
"""A bus that passes close before the camera covers it for a second."""

DARK_BRIGHTNESS = 0.04
"""Ten of 255: below it a sensor's noise is all there is."""

COVERED_CONTRAST = 0.35
"""Of the usual: a hand, a bag or paint leaves an even surface."""

DEFOCUSED_SHARPNESS = 0.3
"""Of the usual: edges are the first to go, the coarse pattern stays."""

MOVED_LIKENESS = 0.35
"""Correlation of the edges' pattern with the usual one: people change it by a tenth."""

SETTLE_MARGIN = 1.15
"""The way back is harder than the way there, so that a borderline view does not flap."""


class View(StrEnum):
    """How the camera's view is."""

    GOOD = "good"
    DARK = "dark"
    COVERED = "covered"
    DEFOCUSED = "defocused"
    MOVED = "moved"


CUES = {
    View.GOOD: CueKind.VIEW_RESTORED,
    View.DARK: CueKind.VIEW_DARK,
    View.COVERED: CueKind.VIEW_COVERED,
    View.DEFOCUSED: CueKind.VIEW_DEFOCUSED,
    View.MOVED: CueKind.VIEW_MOVED,
}

TEXTS = {
    View.DARK: "the view is dark: is the lighting off?",
    View.COVERED: "the view is covered",
    View.DEFOCUSED: "the view is out of focus: is the lens dirty?",
    View.MOVED: "the camera was moved: its calibration no longer holds",
}

BLIND = frozenset({View.DARK, View.COVERED, View.MOVED})
"""Seeing nobody says nothing now, and a place on the ground would be a wrong one."""


class Look(Struct, frozen=True, kw_only=True):
    """What was measured of one frame."""

    brightness: float  # Mean, 0 to 1.
    contrast: float  # Standard deviation, 0 to 0.5.
    sharpness: float  # Mean square of the slope between pixels.
    likeness: float  # Correlation of the edges' pattern with the usual pattern, -1 to 1.


class ViewHealth:
    """Judges the view of one camera, frame by frame."""

    def __init__(self) -> None:
        self.view = View.GOOD
        self._contrast = 0.0
        self._sharpness = 0.0
        self._begun_us: int | None = None
        self._last_us = 0
        self._suspected = View.GOOD
        self._since_us = 0

    def step(self, look: Look, at_us: int) -> View | None:
        """Take one frame's numbers; return the view if it has changed."""
        if self._begun_us is None:
            self._begun_us = self._last_us = at_us
            self._contrast, self._sharpness = look.contrast, look.sharpness
        suspected = self._judge(look)
        changed = self._persisted(suspected, at_us)
        if suspected is View.GOOD and self.view is View.GOOD:
            self._learn(look, at_us)
        self._last_us = at_us
        if not changed:
            return None
        self.view = suspected
        return suspected

    @property
    def learns(self) -> bool:
        """Whether what is seen now counts as usual."""
        return self.view is View.GOOD and self._suspected is View.GOOD

    def settled(self, at_us: int) -> bool:
        """Whether the first seconds are over."""
        return self._begun_us is not None and at_us - self._begun_us > LEARN_FIRST_S * SECOND_US

    def weight(self, at_us: int) -> float:
        """Return how much a frame at that instant counts for the usual."""
        step_s = (at_us - self._last_us) / SECOND_US
        return min(1.0, step_s / (LEARN_S if self.settled(at_us) else LEARN_FIRST_S))

    def _judge(self, look: Look) -> View:
        margin = 1.0 if self.view is View.GOOD else SETTLE_MARGIN
        if look.brightness < DARK_BRIGHTNESS * margin:
            return View.DARK
        if look.contrast < COVERED_CONTRAST * self._contrast * margin:
            return View.COVERED
        if look.sharpness < DEFOCUSED_SHARPNESS * self._sharpness * margin:
            return View.DEFOCUSED
        if look.likeness < MOVED_LIKENESS * margin:
            return View.MOVED
        return View.GOOD

    def _persisted(self, suspected: View, at_us: int) -> bool:
        """Return whether another view than the present one has lasted long enough."""
        if suspected is not self._suspected:
            self._suspected, self._since_us = suspected, at_us
        return suspected is not self.view and at_us - self._since_us >= PERSIST_US

    def _learn(self, look: Look, at_us: int) -> None:
        weight = self.weight(at_us)
        self._contrast += weight * (look.contrast - self._contrast)
        self._sharpness += weight * (look.sharpness - self._sharpness)
