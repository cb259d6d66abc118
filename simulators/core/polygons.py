"""Points in polygons and lines of sight over walls, for many points at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulators.core.plan import Place

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def inside(points: Floats, polygon: Sequence[Place]) -> Flags:
    """Say of each point (n, 2) whether it is in the polygon, by the even-odd rule."""
    east, north = points[..., 0], points[..., 1]
    result = np.zeros(east.shape, dtype=np.bool_)
    for (x0, y0), (x1, y1) in _edges(polygon):
        if y0 == y1:
            continue
        straddles = (y0 > north) != (y1 > north)
        crossing = x0 + (north - y0) * (x1 - x0) / (y1 - y0)
        result ^= straddles & (east < crossing)
    return result


def distance(points: Floats, polygon: Sequence[Place]) -> Floats:
    """Return how far each point (n, 2) is from the polygon's outline, in metres."""
    nearest = np.full(points.shape[:-1], np.inf)
    for start, end in _edges(polygon):
        a, b = np.array(start), np.array(end)
        along = b - a
        length2 = float(along @ along)
        if length2 == 0.0:
            continue
        t = np.clip(((points - a) @ along) / length2, 0.0, 1.0)
        foot = a + t[..., None] * along
        nearest = np.minimum(nearest, np.hypot(*np.moveaxis(points - foot, -1, 0)))
    return nearest


class Walls:
    """Upright walls with heights, and what they hide from an eye."""

    def __init__(self, polygons: Sequence[tuple[Sequence[Place], float]]) -> None:
        edges = [
            (*start, *end, height) for polygon, height in polygons for start, end in _edges(polygon)
        ]
        table = np.array(edges, dtype=np.float64).reshape(-1, 5)
        self._start = table[:, 0:2]
        self._along = table[:, 2:4] - table[:, 0:2]
        self._height = table[:, 4]

    def hides(self, eye: Floats, eye_height_m: float, points: Floats, heights: Floats) -> Flags:
        """Say whether a wall stands between the eye and each point at each height.

        `points` is (n, 2) and `heights` (n, k): one point of ground, looked at k times.
        The answer is (n, k).
        """
        reach = points - eye
        ahead = self._start - eye
        cross = reach[:, None, 0] * self._along[:, 1] - reach[:, None, 1] * self._along[:, 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            # The ray eye + t * reach meets the wall start + s * along.
            t = (ahead[:, 0] * self._along[:, 1] - ahead[:, 1] * self._along[:, 0]) / cross
            s = (ahead[:, 0] * reach[:, None, 1] - ahead[:, 1] * reach[:, None, 0]) / cross
        # An eye stands right at its own wall: what it meets in the first step is its mount.
        met = (t > 0.02) & (t < 1.0) & (s >= 0.0) & (s <= 1.0)
        hidden = np.zeros(heights.shape, dtype=np.bool_)
        rows, walls = np.nonzero(met)
        if rows.size == 0:
            return hidden
        ray = eye_height_m + t[rows, walls][:, None] * (heights[rows] - eye_height_m)
        np.logical_or.at(hidden, rows, ray < self._height[walls][:, None])
        return hidden


def _edges(polygon: Sequence[Place]) -> list[tuple[Place, Place]]:
    return list(zip(polygon, [*polygon[1:], polygon[0]], strict=True))
