"""Pairs of sensors over common ground: whom to compare next, and what the comparison tells.

A pair is first *searched*: several scans are collected, and everything within reach is considered.
Once found it is *followed*: one scan a second, narrowly. Followed pairs that stop agreeing have
come apart: one of the two was moved.
"""

from typing import Final

import numpy as np
from msgspec import Struct, field

from hub.core.fusion.error_filter import ErrorFilter
from hub.core.fusion.neighbours import Neighbours, Sighting
from hub.core.fusion.pairing import (
    FOLLOW_M,
    SEARCH_M,
    Agreement,
    Pairs,
    agreement,
    candidates,
    joined,
)
from hub.core.fusion.sensor_errors import Station
from hub.core.geometry import Floats, Indices
from wire.quantities import SECOND_US

# Looking at a pair takes a third of a millisecond, and a search three: with these pauses after
# each, both together are no more than 5 % of a core, however many sensors there are.
_PAUSE_US: Final = SECOND_US // 100
_SEARCH_PAUSE_US: Final = SECOND_US // 12
_SEARCH_EVERY_US: Final = 300_000
_FOLLOW_EVERY_US: Final = SECOND_US
# Measurements compared at one look, and those that they are compared with: more would say the
# same, and take longer.
_ROWS_MAX: Final = 48
_CELLS_MAX: Final = 10_000
# A search goes through this much of the past, and begins with so little.
_SEARCH_US: Final = 10 * SECOND_US
_PAIRS_MAX: Final = 800
_SCANS_MIN: Final = 2
_ASKED_MIN: Final = 40  # Measurements; with fewer, it waits for twice as many scans.
# What was searched in vain is searched again after this; each time it is in vain after longer.
_TRY_EVERY_US: Final = 800_000
_PATIENCE: Final = 1.5
_TRY_EVERY_MAX_US: Final = 10 * SECOND_US

# A search has found it when so many measurements have found their like, which are this share of
# those that might have one, and so much more than by accident. A few are alike by accident sooner
# than many; in a crowd hardly half are tracked well.
_FOUND: Final = ((12.0, 0.6, 1.5), (25.0, 0.45, 1.5), (50.0, 0.3, 2.5))
_VAIN_MIN: Final = 12  # Fewer that might have one prove nothing.
# How two sensors differ may be known by a third: then there is nothing to search.
_TIED_M: Final = 0.35
# Known: what is left between two sensors is no more than this, one standard deviation.
_KNOWN_M: Final = 0.4
# A pair has come apart when its share falls to this part of what it used to be.
_APART: Final = 0.4
_LATELY: Final = 0.4  # Weight of the newest look in the smoothed share,
_USUALLY: Final = 0.05  # and in the long run's.
_SEEN_MIN: Final = 3  # Fewer measurements in common say nothing about that.


class Met(Struct, frozen=True, kw_only=True):
    """What came of comparing two sensors."""

    one: int
    other: int
    matched: int = 0  # Measurements that taught something.
    in_vain: bool = False  # Both see people here, and no way was found to make them agree.
    apart: bool = False  # They used to agree, and no longer do.


class _Edge(Struct, kw_only=True):
    """Two sensors' common ground, seen from the one with the smaller index."""

    visited_us: int = 0
    try_us: int = 0  # When to search next, and how long after it again.
    patience_us: int = _TRY_EVERY_US
    found: bool = False
    parts: list[tuple[int, Pairs]] = field(default_factory=list)
    lately: float = 0.0  # The share of measurements that find their like.
    usually: float = 0.0
    width_m: float = np.inf


class CommonGround:
    """All pairs of sensors, and the joint filter that learns from them."""

    def __init__(self) -> None:
        self.errors = ErrorFilter()
        self._neighbours = Neighbours()
        self._stations: list[Station] = []
        self._edges: list[dict[int, _Edge]] = []  # By sensor, and by the other one.
        self._aged_us: list[int] = []
        self._due_us: list[int] = []
        self._free_us = 0

    def add(self, sigma: Floats) -> int:
        """Take another sensor in and return its index."""
        self._neighbours.add()
        self._stations.append(Station())
        self._edges.append({})
        self._due_us.append(0)
        self._aged_us.append(0)
        return self.errors.add(sigma)

    def stand(self, index: int, station: Station) -> None:
        """Learn where a sensor stands."""
        self._stations[index] = station

    def part(self, index: int) -> None:
        """Search all of a sensor's pairs anew."""
        self._neighbours.forget(index)
        for edge in self._edges[index].values():
            _lose(edge)

    def is_known(self, index: int) -> bool:
        """Whether a sensor agrees with another within little."""
        return any(edge.found and edge.width_m <= _KNOWN_M for edge in self._edges[index].values())

    def fits(self, index: int) -> bool | None:
        """Whether a sensor agrees with most of its others; None where there is none."""
        fit = [
            edge.lately > _APART * edge.usually
            for edge in self._edges[index].values()
            if edge.found
        ]
        return 2 * sum(fit) >= len(fit) if fit else None

    def look(self, index: int, sighting: Sighting, now_us: int) -> Met | None:
        """Take a scan of a sensor; compare it with another's if one is due."""
        self._neighbours.saw(index, sighting, now_us)
        if now_us < max(self._due_us[index], self._free_us):
            return None
        found = self._next(index, now_us)
        if found is None:
            return None
        self._free_us = now_us + _PAUSE_US
        other, edge = found
        edge.visited_us = now_us
        scan = self._neighbours.nearest(other, sighting.seen.observed_us)
        if scan is None:
            return None
        self._age(index, now_us)
        self._age(other, now_us)
        pairs = self._pairs(index, other, sighting, scan, now_us)
        if edge.found:
            return self._follow(index, other, edge, pairs)
        return self._search(index, other, edge, pairs, now_us)

    # --- One comparison -----------------------------------------------------------------------

    def _next(self, index: int, now_us: int) -> tuple[int, _Edge] | None:
        """Return the neighbour that waits longest, if one is due."""
        self._due_us[index] = now_us + _SEARCH_EVERY_US
        others = self._neighbours.of(index, now_us).tolist()
        if not others:
            return None
        edges = [self._edge(index, other) for other in others]
        due = [
            edge.visited_us + (_FOLLOW_EVERY_US if edge.found else _SEARCH_EVERY_US)
            for edge in edges
        ]
        first = min(range(len(others)), key=lambda place: (due[place], others[place]))
        if due[first] > now_us:
            self._due_us[index] = due[first]
            return None
        # Another of its pairs may wait already.
        self._due_us[index] = now_us
        return others[first], edges[first]

    def _pairs(self, one: int, other: int, mine: Sighting, theirs: Sighting, now_us: int) -> Pairs:
        count = len(mine.seen.measured)
        step = -(-count // min(_ROWS_MAX, max(_CELLS_MAX // len(theirs.seen.measured), 8)))
        # Not always the same ones: where the others start turns with time.
        rows = np.arange((now_us // _SEARCH_EVERY_US) % step, count, step)
        stations = (self._stations[one], self._stations[other])
        applied = np.concatenate((mine.applied, theirs.applied))
        return candidates(mine.seen, theirs.seen, stations, applied, rows)

    def _follow(self, one: int, other: int, edge: _Edge, pairs: Pairs) -> Met:
        """Learn from one scan of a pair that agrees."""
        share, matched = 0.0, 0.0
        if pairs.one.size:
            told = agreement(pairs, *self.errors.of_two(one, other), FOLLOW_M)
            self.errors.learn(one, other, told.weight, told.pull, self._near(one, other))
            matched, edge.width_m = told.matched, told.width_m
            share = matched / max(pairs.seen, 1)
        if pairs.seen >= _SEEN_MIN:
            edge.lately += _LATELY * (share - edge.lately)
            edge.usually += _USUALLY * (share - edge.usually)
        apart = edge.lately < _APART * edge.usually
        if apart:
            _lose(edge)
        return Met(one=one, other=other, matched=round(matched), apart=apart)

    def _search(self, one: int, other: int, edge: _Edge, pairs: Pairs, now_us: int) -> Met | None:
        """Collect scans until they show how the two lie over each other."""
        if one > other:
            pairs = pairs.turned()
        kept = [part for part in edge.parts if now_us - part[0] <= _SEARCH_US]
        if pairs.one.size:
            kept.append((now_us, pairs))
        while len(kept) > _SCANS_MIN and sum(part.one.size for _, part in kept) > _PAIRS_MAX:
            del kept[0]
        edge.parts = kept
        asked = sum(part.asked for _, part in kept)
        enough = _SCANS_MIN if asked >= _ASKED_MIN else 2 * _SCANS_MIN
        if len(kept) < enough or now_us < edge.try_us:
            return None
        edge.try_us = now_us + edge.patience_us
        edge.patience_us = min(round(edge.patience_us * _PATIENCE), _TRY_EVERY_MAX_US)
        self._free_us = now_us + _SEARCH_PAUSE_US
        one, other = min(one, other), max(one, other)
        every = joined([part for _, part in edge.parts])
        told = agreement(every, *self.errors.of_two(one, other), SEARCH_M)
        if not _is_found(told):
            return Met(one=one, other=other, in_vain=told.asked >= _VAIN_MIN)
        self.errors.learn(one, other, told.weight, told.pull, self._near(one, other))
        edge.found, edge.parts, edge.width_m = True, [], told.width_m
        edge.lately = edge.usually = told.matched / max(every.seen, 1)
        return Met(one=one, other=other, matched=round(told.matched))

    # --- Edges --------------------------------------------------------------------------------

    def _edge(self, one: int, other: int) -> _Edge:
        edge = self._edges[one].get(other)
        if edge is None:
            edge = self._edges[one][other] = self._edges[other][one] = _Edge()
        return edge

    def _near(self, one: int, other: int) -> Indices:
        """Return the two and all that agree with either: whom their agreement concerns."""
        near = {one, other}
        for end in (one, other):
            near.update(third for third, edge in self._edges[end].items() if edge.found)
        return np.array(sorted(near), dtype=np.intp)

    def _age(self, index: int, now_us: int) -> None:
        """Let a sensor's errors wander for as long as it was not looked at."""
        before_us, self._aged_us[index] = self._aged_us[index], now_us
        if before_us:
            self.errors.age(index, (now_us - before_us) / SECOND_US)


def _lose(edge: _Edge) -> None:
    edge.found, edge.parts, edge.width_m = False, [], np.inf
    edge.patience_us = _TRY_EVERY_US


def _is_found(told: Agreement) -> bool:
    share = told.matched / told.asked
    if told.doubted_m <= _TIED_M:
        return share >= told.chance
    chance = min(told.chance, 0.55)
    return any(
        told.matched >= enough and share >= least and share >= over * chance
        for enough, least, over in _FOUND
    )
