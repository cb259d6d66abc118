"""From moving pixels to people: explain the foreground by person-sized shapes on the ground.

Each place on the ground has its expected person in the image. The shape that its foreground
fills best is taken first, what it explains is taken out, and so on: so a group splits into its
members, a shadow at the foot stays outside, and specks are nobody.
"""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from edge.core.perspective import Floats, Perspective

Mask = NDArray[np.bool_]
Whole = NDArray[np.int64]
Rectangles = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]
"""Left, top, right and bottom in pixels, one of each a place."""

PERSON_HEIGHT_M = 1.75
"""Median of adults with shoes; the annotated people of PETS 2009 measure the same."""

BOX_WIDTH = 0.36
"""Width of a walking person's box in body heights."""

# The body as stacked rectangles, in body heights: from, to (down from the crown), width. The
# feet are left out: they swing, and shadows begin there.
BODY = ((0.0, 0.16, 0.14), (0.16, 0.55, 0.26), (0.55, 0.95, 0.18))
# Foreground here means that the shape stands too low or too high on a larger thing.
BEYOND = ((-0.12, 0.0, 0.14), (1.0, 1.1, 0.18))

RANGE_MAX_M = 80.0
"""Beyond this a person is a few pixels and a foot error of one pixel is metres."""

HEIGHT_MIN_PX = 18
"""Below this the parts of a body are a pixel or two and noise looks like people."""

PEOPLE_MAX = 100
"""More people than this cannot be told apart in one image's foreground."""

# Weights of a pixel within a shape: foreground speaks for it, background against it; what
# another person explains is neutral. Whole numbers keep the sums exact.
FOR, AGAINST = 2, 1
BEYOND_WEIGHT = 2

FAVOUR = 0.15
"""What it counts that a person should be there: as much as a seventh of the shape filled."""


class Seen(Struct, frozen=True, kw_only=True):
    """One person in one frame, in pixels of the working image."""

    left: float
    top: float
    right: float
    bottom: float
    fill: float  # How well foreground fills the shape: 1 is wholly.


class Expected(Struct, frozen=True, kw_only=True):
    """Where a person of the last frames should stand now, in pixels."""

    foot_x: float
    foot_y: float
    height: float


class People:
    """Finds people in foreground masks of one camera."""

    def __init__(
        self,
        perspective: Perspective,
        width_px: int,
        height_px: int,
        *,
        fill_min: float = 0.3,
        step_px: int = 2,
    ) -> None:
        self._size = (width_px, height_px)
        self._fill_min = fill_min
        self._foot_x, self._foot_y, self._height = _places(
            perspective, width_px, height_px, step_px
        )
        self._body = [self._rectangle(*part) for part in BODY]
        self._beyond = [self._rectangle(*part) for part in BEYOND]
        self._around = self._rectangle(-0.02, 1.0, 0.40)
        self._hull = self._rectangle(-0.12, 1.1, 0.40)  # All that the fill depends on.
        area = sum(_area(rectangle) for rectangle in self._body)
        self._full = sum((end - start) * width for start, end, width in BODY) * self._height**2
        # A shape of which the image holds less than a third says nothing.
        self._inside = np.flatnonzero(area > 0.35 * self._full)
        self._core_area = np.maximum(_area(self._body[1]), 1)

    @property
    def place_count(self) -> int:
        """How many places of the image can hold a person."""
        return len(self._inside)

    def find(self, foreground: Mask, expected: Sequence[Expected] = ()) -> list[Seen]:
        """Return the people that explain a foreground mask, surest first."""
        value = np.where(foreground, FOR, -AGAINST).astype(np.int32)
        rest = foreground.astype(np.int32)
        candidates = self._candidates(rest)
        favour = self._favour(expected, candidates)
        fill = self._fill(value, rest, candidates)
        people: list[Seen] = []
        while candidates.size and len(people) < PEOPLE_MAX:
            best = int(np.argmax(fill + favour))
            if fill[best] + favour[best] < self._fill_min:
                break
            people.append(self._seen(int(candidates[best]), float(fill[best])))
            self._explain(int(candidates[best]), value, rest)
            touched = self._touched(candidates, int(candidates[best]))
            fill[touched] = self._fill(value, rest, candidates[touched])
        return people

    def _candidates(self, rest: NDArray[np.int32]) -> Whole:
        filled = _sums(_integral(rest), self._body[1], self._inside, (0, 0))
        return self._inside[filled > 0.4 * self._core_area[self._inside]]

    def _fill(self, value: NDArray[np.int32], rest: NDArray[np.int32], at: Whole) -> Floats:
        """Return how well each place's shape is filled, working on their part of the image."""
        if not at.size:
            return np.zeros(0)
        left, top, right, bottom = (edge[at] for edge in self._hull)
        corner = (int(top.min()), int(left.min()))
        part = (slice(corner[0], int(bottom.max())), slice(corner[1], int(right.max())))
        inside, outside = _integral(value[part]), _integral(rest[part])
        gain = np.zeros(len(at))
        for rectangle in self._body:
            gain += _sums(inside, rectangle, at, corner)
        for rectangle in self._beyond:
            gain -= BEYOND_WEIGHT * _sums(outside, rectangle, at, corner)
        return np.asarray(gain / (FOR * self._full[at]))

    def _touched(self, candidates: Whole, at: int) -> Whole:
        """Return which candidates' shapes lie on what a person explains."""
        left, top, right, bottom = (edge[candidates] for edge in self._hull)
        west, north, east, south = (int(edge[at]) for edge in self._around)
        return np.flatnonzero((left < east) & (right > west) & (top < south) & (bottom > north))

    def _favour(self, expected: Sequence[Expected], at: Whole) -> Floats:
        favour = np.zeros(len(at))
        for person in expected:
            across = (self._foot_x[at] - person.foot_x) / (0.15 * person.height)
            along = (self._foot_y[at] - person.foot_y) / (0.10 * person.height)
            favour = np.maximum(favour, FAVOUR * np.exp(-0.5 * (across**2 + along**2)))
        return favour

    def _explain(self, at: int, value: NDArray[np.int32], rest: NDArray[np.int32]) -> None:
        for rectangle in self._body:
            value[_slices(rectangle, at)] = 0
        # Arms, coats and bags stick out of the shape: they are nobody else.
        around = _slices(self._around, at)
        value[around] = np.minimum(value[around], 0)
        rest[around] = 0

    def _seen(self, at: int, fill: float) -> Seen:
        x, y, height = self._foot_x[at], self._foot_y[at], self._height[at]
        half = BOX_WIDTH * height / 2.0
        return Seen(
            left=float(x - half),
            top=float(y - height),
            right=float(x + half),
            bottom=float(y),
            fill=fill,
        )

    def _rectangle(self, start: float, end: float, width: float) -> Rectangles:
        """Return the part of each place's person, clipped to the image."""
        crown = self._foot_y - self._height
        half = width * self._height / 2.0
        across, along = self._size
        return (
            _clipped(self._foot_x - half, across),
            _clipped(crown + start * self._height, along),
            _clipped(self._foot_x + half, across),
            _clipped(crown + end * self._height, along),
        )


def _places(
    perspective: Perspective, width_px: int, height_px: int, step_px: int
) -> tuple[Floats, Floats, Floats]:
    """Return the image places where a person may stand, and how tall each would appear."""
    # A quarter of an image below its edge: there people stand whose upper half is seen.
    rows = np.arange(0.0, 1.25 * height_px, step_px)
    columns = np.arange(0.0, width_px, step_px)
    foot_y, foot_x = (axis.ravel() for axis in np.meshgrid(rows, columns, indexing="ij"))
    east, north = perspective.ground(foot_x / width_px, foot_y / height_px)
    _, crown = perspective.image(east, north, PERSON_HEIGHT_M)
    height = foot_y - crown * height_px
    near = perspective.distance(east, north) < RANGE_MAX_M
    usable = near & (height > HEIGHT_MIN_PX)
    return foot_x[usable], foot_y[usable], height[usable]


def _clipped(edge: Floats, size: int) -> NDArray[np.intp]:
    return np.clip(np.rint(edge), 0, size).astype(np.intp)


def _area(rectangle: Rectangles) -> Whole:
    left, top, right, bottom = rectangle
    return np.asarray((right - left) * (bottom - top), dtype=np.int64)


def _integral(value: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return sums over everything above and left of each corner between pixels."""
    sums = np.zeros((value.shape[0] + 1, value.shape[1] + 1), dtype=np.int32)
    np.cumsum(value, axis=0, out=sums[1:, 1:])
    np.cumsum(sums[1:, 1:], axis=1, out=sums[1:, 1:])
    return sums


def _sums(
    integral: NDArray[np.int32], rectangle: Rectangles, at: Whole, corner: tuple[int, int]
) -> NDArray[np.int32]:
    """Return the sums over each place's rectangle; the integral begins at (row, column)."""
    left, top, right, bottom = (edge[at] for edge in rectangle)
    left, right, top, bottom = (
        left - corner[1],
        right - corner[1],
        top - corner[0],
        bottom - corner[0],
    )
    return np.asarray(
        integral[bottom, right]
        - integral[top, right]
        - integral[bottom, left]
        + integral[top, left]
    )


def _slices(rectangle: Rectangles, at: int) -> tuple[slice, slice]:
    left, top, right, bottom = (int(edge[at]) for edge in rectangle)
    return slice(top, bottom), slice(left, right)
