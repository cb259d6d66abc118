"""Which rules a track concerns, found for all rules and all tracks of a scan at once.

Two hundred rules that each ask where a thousand tracks are would take longer than all of fusion.
So every rule says on which ground it listens, for slow tracks and for fast ones, and for what; a
grid knows for each square who listens there. Whatever a rule follows it is told of as well,
wherever that is and whatever it is called by now: nobody misses a departure.
"""

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple, Protocol

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from hub.core.fusion.compiled import compiled
from hub.core.geometry import Flags, Floats, Indices
from hub.core.rules.track_table import Box, Rows, TrackTable
from wire.feed import LABELS
from wire.labels import Label

FAST_MPS: Final = 3.0
"""Faster than anybody who walks or hurries: few tracks are, and vehicles that matter all."""

# Squares to a side of the ground on which any rule listens: of a site of 200 m, three metres.
_SIDE: Final = 64


class Reach(Struct, frozen=True, kw_only=True):
    """What is a rule's business: all else it is not told of, but for the tracks it follows."""

    slow: Box
    fast: Box  # For what is faster than `FAST_MPS`.
    labels: tuple[Label, ...] = LABELS
    speed_min_mps: float = 0.0


class Reaching(Protocol):
    """A rule that judges tracks."""

    @property
    def reach(self) -> Reach | None:
        """What it listens to; never None of a rule that judges tracks."""
        ...

    @property
    def followed(self) -> Collection[int]:
        """The numbers of the tracks that it is told of whatever they do: always one container."""
        ...


class Told(Struct, frozen=True, kw_only=True):
    """Rules and tracks that concern each other, in the order of rules, then of tracks."""

    rule: Indices
    row: Rows

    def of(self, keep: Flags) -> "Told":
        """Return some of them."""
        return Told(rule=self.rule[keep], row=self.row[keep])

    def parts(self) -> list[tuple[int, Rows]]:
        """Return each rule that is in it, with its tracks."""
        if not self.rule.size:
            return []
        ends = [0, *(np.flatnonzero(self.rule[1:] != self.rule[:-1]) + 1).tolist(), len(self.row)]
        rules = self.rule[ends[:-1]].tolist()
        return [
            (rule, self.row[begin:end])
            for rule, begin, end in zip(rules, ends[:-1], ends[1:], strict=True)
        ]


class Ground(NamedTuple):
    """What all rules listen to, as the kernel takes it."""

    heads: Indices  # By square: where its part of `members` begins,
    members: Indices  # and who listens there.
    boxes: Floats  # (n, 2, 4) By rule, for slow and for fast tracks: west, south, east, north.
    speed_min_mps: Floats
    labels: Flags  # By rule and label.
    low: Floats  # (2,) Where the grid begins,
    side_m: Floats  # (2,) and a square's sides.


class Concerned:
    """Finds the rules that the tracks of a scan concern."""

    def __init__(self, judges: Sequence[Reaching]) -> None:
        self._followed = [(rule, judge.followed) for rule, judge in enumerate(judges)]
        reaches = [_reach_of(one) for one in judges]
        boxes = np.array([(one.slow, one.fast) for one in reaches]).reshape(-1, 2, 4)
        # The grid is of the slow tracks' ground; what is further out is in its outermost squares.
        slow = boxes[:, 0]
        low = slow[:, :2].min(axis=0) if reaches else np.zeros(2)
        high = slow[:, 2:].max(axis=0) if reaches else np.zeros(2)
        side_m = np.maximum((high - low) / _SIDE, 1.0)
        heads, members = _listeners(boxes, low, side_m)
        labels = [[label in one.labels for label in LABELS] for one in reaches]
        self._ground = Ground(
            heads=heads,
            members=members,
            boxes=boxes,
            speed_min_mps=np.array([one.speed_min_mps for one in reaches]),
            labels=np.array(labels, np.bool_).reshape(-1, len(LABELS)),
            low=low,
            side_m=side_m,
        )

    def of(self, tracks: TrackTable, rows: Rows) -> Told:
        """Return the rules that some of these tracks concern, with those."""
        if not (rows.size and self._followed):
            return Told(rule=np.empty(0, np.intp), row=rows[:0])
        pair = _listening(
            tracks.east,
            tracks.north,
            tracks.velocity_east,
            tracks.velocity_north,
            tracks.label,
            rows,
            self._ground,
        )
        following = self._following(tracks, rows)
        if following:
            pair = np.concatenate((pair, np.array(following, np.intp)))
        pair.sort()
        if following:
            pair = pair[np.concatenate(((True,), pair[1:] != pair[:-1]))]
        return Told(rule=pair // len(rows), row=rows[pair % len(rows)])

    def _following(self, tracks: TrackTable, rows: Rows) -> list[int]:
        """Return the pairs of a rule and a track that it follows, as rule * tracks + track."""
        following = [(rule, numbers) for rule, numbers in self._followed if numbers]
        if not following:
            return []
        places = {number: place for place, number in enumerate(tracks.number[rows].tolist())}
        return [
            rule * len(rows) + places[number]
            for rule, numbers in following
            for number in numbers
            if number in places
        ]


@compiled
def _listening(
    east: Floats,
    north: Floats,
    velocity_east: Floats,
    velocity_north: Floats,
    label: NDArray[np.uint8],
    rows: Indices,
    ground: Ground,
) -> Indices:
    """Return the pairs of a rule and a track on its ground, as rule * tracks + track."""
    count = len(rows)
    square, total = np.empty(count, np.intp), 0
    for track in range(count):
        row = rows[track]
        speed = np.hypot(velocity_east[row], velocity_north[row])
        column = int(np.floor((east[row] - ground.low[0]) / ground.side_m[0]))
        line = int(np.floor((north[row] - ground.low[1]) / ground.side_m[1]))
        column, line = min(max(column, 0), _SIDE - 1), min(max(line, 0), _SIDE - 1)
        square[track] = (int(speed > FAST_MPS) * _SIDE + line) * _SIDE + column
        total += ground.heads[square[track] + 1] - ground.heads[square[track]]
    pairs, size = np.empty(total, np.intp), 0
    for track in range(count):
        row, layer = rows[track], square[track] // (_SIDE * _SIDE)
        speed = np.hypot(velocity_east[row], velocity_north[row])
        for place in range(ground.heads[square[track]], ground.heads[square[track] + 1]):
            rule = ground.members[place]
            box = ground.boxes[rule, layer]
            # What is in a square need not be on the ground of all who listen there.
            within = box[0] <= east[row] <= box[2] and box[1] <= north[row] <= box[3]
            if within and ground.labels[rule, label[row]] and speed >= ground.speed_min_mps[rule]:
                pairs[size] = rule * count + track
                size += 1
    return pairs[:size]


def _listeners(boxes: Floats, low: Floats, side_m: Floats) -> tuple[Indices, Indices]:
    """Return who listens in each square: where its part of the list begins, and the list."""
    squares, members = [np.empty(0, np.intp)], [np.empty(0, np.intp)]
    for rule, both in enumerate(boxes):
        for layer, box in enumerate(both):
            found = _covered((box.reshape(2, 2) - low) / side_m) + layer * _SIDE * _SIDE
            squares.append(found)
            members.append(np.full(len(found), rule, np.intp))
    every, who = np.concatenate(squares), np.concatenate(members)
    counts = np.bincount(every, minlength=2 * _SIDE * _SIDE)
    heads = np.concatenate(([0], np.cumsum(counts)))
    return heads.astype(np.intp), who[np.argsort(every, kind="stable")]


def _covered(ends: Floats) -> Indices:
    """Return the squares that a box touches."""
    low, high = np.clip(np.floor(ends).astype(np.intp), 0, _SIDE - 1)
    east, north = np.arange(low[0], high[0] + 1), np.arange(low[1], high[1] + 1)
    squares: Indices = (north[:, np.newaxis] * _SIDE + east).ravel()
    return squares


def _reach_of(judge: Reaching) -> Reach:
    assert judge.reach is not None
    return judge.reach
