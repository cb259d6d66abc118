"""Which tracks step over which lines, found for all lines of a plan at once.

A track has stepped over a line once it is clearly on the other side of where it last was clearly:
so every line has to know that of every track near it, whatever rule it is of.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from hub.core.fusion.compiled import compiled
from hub.core.fusion.lifecycle import CONFIRMED, TENTATIVE
from hub.core.geometry import Flags, Floats, Indices
from hub.core.rules.reach import Told
from hub.core.rules.track_table import Rows, TrackTable
from hub.core.site import Place
from wire.quantities import SECOND_US, Instant

MARGIN_M: Final = 0.3
"""A track is on a side once it is this far from the line: noise on the line crosses nothing."""
NEAR_M: Final = 10.0
"""Tracks further than this, and a second's way, cannot cross with their next steps."""
SPEED_MAX_MPS: Final = 60.0
"""Faster than this is a wrong velocity, not a faster vehicle."""
STEP_MAX_US: Final = 10 * SECOND_US
"""A step longer than this says nothing of the way between its ends."""

# A track and a line make one number: no plan has more rules than this has bits for.
_LINE: Final = 16


class Steps(NamedTuple):
    """Where tracks were last clearly on one side of lines, in the order of tracks, then lines."""

    key: NDArray[np.int64]  # Track and line.
    place: Floats  # (n, 2)
    at_us: NDArray[np.int64]

    def of(self, places: Indices | Flags) -> "Steps":
        """Return some of them."""
        return Steps(key=self.key[places], place=self.place[places], at_us=self.at_us[places])


class Ends(NamedTuple):
    """The lines themselves, by rule."""

    is_line: Flags  # Not every rule has one.
    start: Floats  # (n, 2)
    end: Floats
    normal: Floats  # One metre across, to its right.


_NONE: Final = Steps(key=np.empty(0, np.int64), place=np.empty((0, 2)), at_us=np.empty(0, np.int64))


class Crossed(Protocol):
    """A rule that may be about the crossing of a line."""

    @property
    def line(self) -> Floats | None:
        """The (2, 2) ends of its line, if it has one."""
        ...


class Lines:
    """The lines of all rules that judge tracks, and where each track near one was last."""

    def __init__(self, judges: Sequence[Crossed], before: "Lines | None" = None) -> None:
        """Begin; `before` is what did this by another plan."""
        self.judges = judges
        lines = [np.zeros((2, 2)) if one.line is None else one.line for one in judges]
        start = np.array([one[0] for one in lines]).reshape(-1, 2)
        end = np.array([one[1] for one in lines]).reshape(-1, 2)
        along = end - start
        length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, np.newaxis]
        self._ends = Ends(
            is_line=np.array([one.line is not None for one in judges], np.bool_),
            start=start,
            end=end,
            normal=np.column_stack((along[:, 1], -along[:, 0])) / length,
        )
        self.steps = _NONE if before is None else self._taken_over(before)

    def sift(self, tracks: TrackTable, rows: Rows, told: Told, now_us: Instant) -> Told:
        """Leave out who does not step over a line, of all who were told to the line's rule.

        `rows` are all tracks of the scan: who was near a line and no longer is begins anew.
        """
        if not (self._ends.is_line.any() or len(self.steps.key)):
            return told
        keep, self.steps = _sift(
            tracks.east,
            tracks.north,
            tracks.velocity_east,
            tracks.velocity_north,
            tracks.state,
            tracks.number,
            rows,
            told.rule,
            told.row,
            self._ends,
            self.steps,
            now_us,
        )
        return told.of(keep)

    def _taken_over(self, before: "Lines") -> Steps:
        """Return the steps over the lines that the plan has left alone."""
        places = {judge: place for place, judge in enumerate(self.judges)}
        now = np.array([places.get(one, -1) for one in before.judges], np.int64)
        track, line = np.divmod(before.steps.key, 1 << _LINE)
        line = now[line]
        steps = before.steps._replace(key=(track << _LINE) + line)
        order = np.argsort(steps.key)
        return steps.of(order[line[order] >= 0])


@compiled
def _sift(  # noqa: PLR0913, PLR0917 - a kernel takes arrays, each by itself.
    east: Floats,
    north: Floats,
    velocity_east: Floats,
    velocity_north: Floats,
    state: NDArray[np.uint8],
    number: NDArray[np.uint32],
    rows: Indices,
    rule: Indices,
    row: Indices,
    ends: Ends,
    steps: Steps,
    now_us: int,
) -> tuple[Flags, Steps]:
    """Take the steps of those near a line; return who is told to their rule, and all steps."""
    keep = np.ones(len(rule), np.bool_)
    forgotten = _doubtful(steps, number, rows, now_us)
    new, size = np.empty(len(rule), np.int64), 0
    new_place = np.empty((len(rule), 2))
    for pair in range(len(rule)):
        line, one = rule[pair], row[pair]
        if not ends.is_line[line]:
            continue
        keep[pair] = False
        here = (east[one], north[one])
        speed = np.hypot(velocity_east[one], velocity_north[one])
        if not _is_near(ends, line, here, NEAR_M + min(speed, SPEED_MAX_MPS)):
            continue
        key = (np.int64(number[one]) << _LINE) + line
        place = np.searchsorted(steps.key, key)
        known = place < len(steps.key) and steps.key[place] == key
        known = known and now_us - steps.at_us[place] <= STEP_MAX_US
        if known:
            forgotten[place] = False
        side_m = (here[0] - ends.start[line, 0]) * ends.normal[line, 0]
        side_m += (here[1] - ends.start[line, 1]) * ends.normal[line, 1]
        # Where a track coasts, nobody saw it: its next seen place ends the step.
        seen = state[one] == CONFIRMED or state[one] == TENTATIVE
        if not seen or abs(side_m) <= MARGIN_M:
            continue
        if not known:
            new[size], new_place[size] = key, here
            size += 1
        elif state[one] == CONFIRMED:
            # A track that is confirmed only behind the line has crossed it all the same.
            was = (steps.place[place, 0], steps.place[place, 1])
            keep[pair] = _is_over(ends, line, was, here)
            steps.place[place], steps.at_us[place] = here, now_us
    if not (size or forgotten.any()):
        return keep, steps
    return keep, _joined(steps, forgotten, new[:size], new_place[:size], now_us)


@compiled
def _doubtful(steps: Steps, number: NDArray[np.uint32], rows: Indices, now_us: int) -> Flags:
    """Return which steps are too old to mean anything, or of who was seen and may be far away."""
    doubtful = now_us - steps.at_us > STEP_MAX_US
    for one in rows:
        place = np.searchsorted(steps.key, np.int64(number[one]) << _LINE)
        while place < len(steps.key) and steps.key[place] >> _LINE == number[one]:
            doubtful[place] = True
            place += 1
    return doubtful


@compiled
def _is_near(ends: Ends, line: int, here: Place, reach_m: float) -> bool:
    """Return whether a place is in the box around a line."""
    near = True
    for axis in range(2):
        one, other = ends.start[line, axis], ends.end[line, axis]
        near &= min(one, other) - reach_m <= here[axis] <= max(one, other) + reach_m
    return near


@compiled
def _is_over(ends: Ends, line: int, was: Place, here: Place) -> bool:
    """Return whether a step goes over the line from left to right: `crosses_rightwards` for one."""
    start, end = ends.start[line], ends.end[line]
    along = (end[0] - start[0], end[1] - start[1])
    step = (here[0] - was[0], here[1] - was[1])
    came_from_left = _cross(along, (was[0] - start[0], was[1] - start[1])) >= 0.0
    is_right = _cross(along, (here[0] - start[0], here[1] - start[1])) < 0.0
    one = _cross(step, (start[0] - was[0], start[1] - was[1]))
    other = _cross(step, (end[0] - was[0], end[1] - was[1]))
    return came_from_left and is_right and one * other <= 0.0


@compiled
def _cross(first: Place, second: Place) -> float:
    return first[0] * second[1] - first[1] * second[0]


@compiled
def _joined(
    steps: Steps, forgotten: Flags, key: NDArray[np.int64], place: Floats, now_us: int
) -> Steps:
    """Return those that are not forgotten and new ones, in order."""
    order, new = np.argsort(key), 0
    count = len(steps.key) - forgotten.sum() + len(key)
    keys, places = np.empty(count, np.int64), np.empty((count, 2))
    at_us, size = np.empty(count, np.int64), 0
    for old in range(len(steps.key) + 1):
        is_end = old == len(steps.key)
        while new < len(key) and (is_end or key[order[new]] < steps.key[old]):
            keys[size], places[size] = key[order[new]], place[order[new]]
            at_us[size] = now_us
            new, size = new + 1, size + 1
        if not is_end and not forgotten[old]:
            keys[size], places[size] = steps.key[old], steps.place[old]
            at_us[size] = steps.at_us[old]
            size += 1
    return Steps(keys, places, at_us)
