"""Many polygons and many points at once: a plan's zones, and all who may be in them.

Two hundred zones that are asked one after the other take as long as all of fusion. So the points
are put in order once, each polygon takes those of its own strip, and everything else is done for
all pairs of a polygon and a point together.
"""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from hub.core.geometry import Flags, Floats, Indices


class Pairs(Struct, frozen=True, kw_only=True):
    """Polygons and points that concern each other, in the order of polygons, then of points."""

    polygon: Indices
    point: Indices

    def __len__(self) -> int:
        return len(self.polygon)

    def of(self, keep: Flags) -> "Pairs":
        """Return some of them."""
        return Pairs(polygon=self.polygon[keep], point=self.point[keep])


class Polygons:
    """Any number of polygons."""

    def __init__(self, polygons: Sequence[Floats]) -> None:
        corners = [np.empty((0, 2)), *polygons]
        following = [np.concatenate((one[1:], one[:1])) for one in corners]
        self._here, self._there = np.concatenate(corners), np.concatenate(following)
        self._counts = np.array([len(one) for one in polygons], np.intp)
        self._heads = np.cumsum(self._counts) - self._counts
        self.low: Floats = np.array([one.min(axis=0) for one in polygons]).reshape(-1, 2)
        self.high: Floats = np.array([one.max(axis=0) for one in polygons]).reshape(-1, 2)

    def __len__(self) -> int:
        return len(self._counts)

    def around(self, points: Floats, margin_m: Floats | None = None) -> Pairs:
        """Return which points are in the box around each polygon, or within their margin of it."""
        margin = np.zeros(len(points)) if margin_m is None else margin_m
        order = np.argsort(points[:, 1])
        north, widest = points[order, 1], margin.max(initial=0.0)
        first = np.searchsorted(north, self.low[:, 1] - widest, "left")
        counts = np.searchsorted(north, self.high[:, 1] + widest, "right") - first
        polygon = np.repeat(np.arange(len(self)), counts)
        point = order[runs(first, counts)]
        east, extra = points[point, 0], margin[point]
        near = (east >= self.low[polygon, 0] - extra) & (east <= self.high[polygon, 0] + extra)
        polygon, point, extra = polygon[near], point[near], extra[near]
        north = points[point, 1]
        near = (north >= self.low[polygon, 1] - extra) & (north <= self.high[polygon, 1] + extra)
        pair = np.sort((polygon * len(points) + point)[near])
        every = max(len(points), 1)
        return Pairs(polygon=pair // every, point=pair % every)

    def hold(self, pairs: Pairs, points: Floats) -> Flags:
        """Return which pairs' points are inside; a border belongs to one side, as in `inside`."""
        edge, owner, heads = self._edges(pairs)
        here, there, at = self._here[edge], self._there[edge], points[pairs.point[owner]]
        east, north = at.T
        spans = (here[:, 1] > north) != (there[:, 1] > north)
        rise = there[:, 1] - here[:, 1]
        slope = (there[:, 0] - here[:, 0]) / np.where(np.abs(rise) < 1e-9, 1.0, rise)
        hits = spans & (east < here[:, 0] + slope * (north - here[:, 1]))
        odd: Flags = np.logical_xor.reduceat(hits, heads) if len(pairs) else hits
        return odd

    def depth_m(self, pairs: Pairs, points: Floats) -> Floats:
        """Return how far each pair's point is from the border: inside it, and outside below 0."""
        edge, owner, heads = self._edges(pairs)
        along = self._there[edge] - self._here[edge]
        to_point = points[pairs.point[owner]] - self._here[edge]
        length_squared = np.maximum((along * along).sum(axis=1), 1e-12)
        part = np.clip((to_point * along).sum(axis=1) / length_squared, 0.0, 1.0)
        gap = to_point - along * part[:, np.newaxis]
        squared = (gap * gap).sum(axis=1)
        nearest: Floats = np.sqrt(np.minimum.reduceat(squared, heads) if len(pairs) else squared)
        return np.where(self.hold(pairs, points), nearest, -nearest)

    def _edges(self, pairs: Pairs) -> tuple[Indices, Indices, Indices]:
        """Return every edge of each pair's polygon, whose it is, and where each pair's begin."""
        counts = self._counts[pairs.polygon]
        edge = runs(self._heads[pairs.polygon], counts)
        return edge, np.repeat(np.arange(len(pairs)), counts), np.cumsum(counts) - counts


def runs(first: Indices, counts: Indices) -> Indices:
    """Return the numbers first, first + 1, ... of each run, one run after the other."""
    before = np.cumsum(counts) - counts
    numbers: Indices = np.repeat(first - before, counts) + np.arange(counts.sum())
    return numbers
