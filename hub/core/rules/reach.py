"""Which rules a track concerns, found for all rules and all tracks of a scan at once.

Two hundred rules that each ask where a thousand tracks are would take longer than all of fusion.
So every rule says on which ground it listens, for slow tracks and for fast ones, and a grid knows
for each square who listens there. A track is told to the rules of the square where it is and, once,
to those of the square that it has left: nobody misses a departure.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, Generic, Protocol, TypeVar

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from hub.core.geometry import Floats, Indices
from hub.core.rules.track_table import Box, Rows, TrackTable

FAST_MPS: Final = 3.0
"""Faster than anybody who walks or hurries: few tracks are, and vehicles that matter all."""

# Squares to a side of the ground on which any rule listens: of a site of 200 m, three metres.
_SIDE: Final = 64
# Whoever is not known was in no square, and no rule listens there.
_NOWHERE: Final = 2 * _SIDE * _SIDE
# Whoever was known before the plan changed may have left any rule's ground since: all listen.
_ANYWHERE: Final = _NOWHERE + 1
# How many calls until those that are gone are forgotten: some seconds of scans.
_PRUNE_CALLS: Final = 256


class Reach(Struct, frozen=True, kw_only=True):
    """The ground outside which a track is none of a rule's business.

    A rule is also told of a track's first place outside, and of what it asks time about itself.
    """

    slow: Box
    fast: Box  # For what is faster than `FAST_MPS`.


class Reaching(Protocol):
    """A rule that judges tracks."""

    @property
    def reach(self) -> Reach | None:
        """Where it listens; None: everywhere."""
        ...


ReachingT = TypeVar("ReachingT", bound=Reaching)


class Concerned(Generic[ReachingT]):
    """Finds the rules that the tracks of a scan concern."""

    def __init__(
        self, judges: Sequence[ReachingT], before: "Concerned[ReachingT] | None" = None
    ) -> None:
        """Begin; `before` is what did this by another plan."""
        self._judges = judges
        # Of the slow tracks' ground; what is further out is in the squares of its border.
        boxes = [one.reach.slow for one in judges if one.reach]
        corners = np.array(boxes, np.float64).reshape(-1, 4)
        low = corners[:, :2].min(axis=0) if boxes else np.zeros(2)
        high = corners[:, 2:].max(axis=0) if boxes else np.zeros(2)
        self._low = low
        self._side_m = np.maximum((high - low) / _SIDE, 1.0)
        self._heads, self._members = self._listeners()
        self._everywhere = [place for place, one in enumerate(judges) if one.reach is None]
        # Where each track was when it was told of last, in the order of numbers.
        none = np.empty(0, np.uint32)
        self._number: NDArray[np.uint32] = none if before is None else before.known()
        self._square: Indices = np.full(len(self._number), _ANYWHERE, np.intp)
        self._calls = 0

    def known(self) -> NDArray[np.uint32]:
        """Return the numbers of the tracks that some rule may have been told of."""
        return self._number

    def of(self, tracks: TrackTable, rows: Rows) -> Iterator[tuple[ReachingT, Rows]]:
        """Yield each rule that some of these tracks concern, in the plan's order, with those."""
        if not (rows.size and self._judges):
            return
        place, row = self._pairs(tracks, rows)
        ends = [0, *(np.flatnonzero(place[1:] != place[:-1]) + 1).tolist(), len(row)]
        told = {int(place[begin]): row[begin:end] for begin, end in pairwise(ends) if end}
        for everywhere in self._everywhere:
            told[everywhere] = rows
        for one in sorted(told):
            yield self._judges[one], told[one]

    def _pairs(self, tracks: TrackTable, rows: Rows) -> tuple[Indices, Indices]:
        """Return rules and rows that concern each other: each pair once, in order."""
        now = self._squares(tracks, rows)
        before = self._was(tracks, tracks.number[rows], now)
        left = before != now
        squares = np.concatenate((now, before[left]))
        index = np.concatenate((np.arange(len(rows)), np.flatnonzero(left)))
        counts = self._heads[squares + 1] - self._heads[squares]
        total = int(counts.sum())
        if not total:
            return np.empty(0, np.intp), rows[:0]
        starts = np.repeat(self._heads[squares] - np.cumsum(counts) + counts, counts)
        judge = self._members[starts + np.arange(total)]
        pair = _distinct(judge * len(rows) + np.repeat(index, counts))
        return pair // len(rows), rows[pair % len(rows)]

    def _squares(self, tracks: TrackTable, rows: Rows) -> Indices:
        """Return the square that each track is in."""
        points = np.column_stack((tracks.east[rows], tracks.north[rows]))
        cell = self._cells(points)
        east, north = tracks.velocity_east[rows], tracks.velocity_north[rows]
        fast = east * east + north * north > FAST_MPS * FAST_MPS
        square: Indices = (fast * _SIDE + cell[:, 1]) * _SIDE + cell[:, 0]
        return square

    def _cells(self, points: Floats) -> Indices:
        cells: Indices = np.floor((points - self._low) / self._side_m).astype(np.intp)
        return np.clip(cells, 0, _SIDE - 1)

    def _was(self, tracks: TrackTable, number: NDArray[np.uint32], now: Indices) -> Indices:
        """Return the square where each track was before, and remember where it is."""
        self._calls += 1
        if self._calls % _PRUNE_CALLS == 0:
            alive = np.isin(self._number, tracks.number)
            self._number, self._square = self._number[alive], self._square[alive]
        place = np.searchsorted(self._number, number)
        place[place == len(self._number)] = 0
        known = (
            self._number[place] == number if len(self._number) else np.zeros(len(number), np.bool_)
        )
        was = np.full(len(number), _NOWHERE)
        was[known] = self._square[place[known]]
        self._square[place[known]] = now[known]
        if not known.all():
            every = np.concatenate((self._number, number[~known]))
            order = np.argsort(every)
            self._number = every[order]
            self._square = np.concatenate((self._square, now[~known]))[order]
        return was

    def _listeners(self) -> tuple[Indices, Indices]:
        """Return who listens in each square: where its part of the list begins, and the list."""
        squares, members = [np.empty(0, np.intp)], [np.empty(0, np.intp)]
        for place, judge in enumerate(self._judges):
            if judge.reach is None:
                continue
            for layer, box in enumerate((judge.reach.slow, judge.reach.fast)):
                found = self._covered(box) + layer * _SIDE * _SIDE
                squares.append(found)
                members.append(np.full(len(found), place, np.intp))
            squares.append(np.array([_ANYWHERE]))
            members.append(np.array([place]))
        every, who = np.concatenate(squares), np.concatenate(members)
        counts = np.bincount(every, minlength=_ANYWHERE + 1)
        heads = np.concatenate(([0], np.cumsum(counts)))
        return heads.astype(np.intp), who[np.argsort(every, kind="stable")]

    def _covered(self, box: Box) -> Indices:
        """Return the squares that a box touches."""
        low, high = self._cells(np.array(box).reshape(2, 2))
        east, north = np.arange(low[0], high[0] + 1), np.arange(low[1], high[1] + 1)
        squares: Indices = (north[:, np.newaxis] * _SIDE + east).ravel()
        return squares


def _distinct(numbers: Indices) -> Indices:
    """Return each number once, in order; of so few, sorting is faster than `np.unique`."""
    numbers = np.sort(numbers)
    is_first = np.ones(len(numbers), np.bool_)
    is_first[1:] = numbers[1:] != numbers[:-1]
    return numbers[is_first]
