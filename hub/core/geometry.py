"""Plane geometry on many points at once: polygons, directed lines, sectors and bearings.

Points are rows of (east, north) in metres; bearings are degrees clockwise from north.
"""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Indices = NDArray[np.intp]

# The site's plane ends here: what is said to be further away is a wrong number.
PLANE_M = 10_000.0


def points_of(places: Sequence[tuple[float, float]]) -> Floats:
    """Return places of a plan as rows of points."""
    return np.asarray(places, dtype=np.float64).reshape(-1, 2)


def inside(polygon: Floats, points: Floats) -> Flags:
    """Return which points are inside the polygon; its border belongs to one side only."""
    east, north = points[:, 0, np.newaxis], points[:, 1, np.newaxis]
    here, there = polygon, _following(polygon)
    spans = (here[:, 1] > north) != (there[:, 1] > north)
    rise = there[:, 1] - here[:, 1]
    # An edge that rises by less than a nanometre spans nothing that is measured: what stands in
    # its place is never used where it is level, and is no further off than that where it is not.
    slope = (there[:, 0] - here[:, 0]) / np.where(np.abs(rise) < 1e-9, 1.0, rise)
    hits = spans & (east < here[:, 0] + slope * (north - here[:, 1]))
    odd: Flags = np.logical_xor.reduce(hits, axis=1)
    return odd


def distance_to(polygon: Floats, points: Floats) -> Floats:
    """Return how far each point is from the polygon; 0 inside it."""
    edge = _following(polygon) - polygon
    to_point = points[:, np.newaxis, :] - polygon
    length_squared = np.maximum((edge * edge).sum(axis=1), 1e-12)
    along = np.clip((to_point * edge).sum(axis=2) / length_squared, 0.0, 1.0)
    gap = to_point - along[:, :, np.newaxis] * edge
    nearest: Floats = np.sqrt((gap * gap).sum(axis=2).min(axis=1))
    nearest[inside(polygon, points)] = 0.0
    return nearest


def crosses_rightwards(start: Floats, end: Floats, before: Floats, after: Floats) -> Flags:
    """Return which steps before -> after go from the left of start -> end to its right.

    A step that ends on the line has not yet crossed; the one that leaves it on the right has.
    """
    line, step = end - start, after - before
    came_from_left = _cross(line, before - start) >= 0.0
    is_right = _cross(line, after - start) < 0.0
    meets = _cross(step, start - before) * _cross(step, end - before) <= 0.0
    return came_from_left & is_right & meets


def bearing_deg(origin: Floats, points: Floats) -> Floats:
    """Return the bearing of each point from the origin, in [0, 360)."""
    offset = points - origin
    turn: Floats = np.degrees(np.arctan2(offset[:, 0], offset[:, 1])) % 360.0
    # A tiny negative angle becomes exactly 360 by rounding.
    turn[turn == 360.0] = 0.0
    return turn


class Sector(Struct, frozen=True, kw_only=True):
    """The ground between two ranges and two bearings from a sensor."""

    east_m: float
    north_m: float
    azimuth_deg: float  # Of its middle.
    width_deg: float
    range_max_m: float
    range_min_m: float = 0.0

    def contains(self, points: Floats) -> Flags:
        """Return which points are in the sector."""
        east, north = points[:, 0] - self.east_m, points[:, 1] - self.north_m
        squared = east * east + north * north
        near_enough = squared <= self.range_max_m * self.range_max_m
        if self.range_min_m > 0.0:
            near_enough &= squared >= self.range_min_m * self.range_min_m
        if self.width_deg >= 360.0:
            return near_enough
        # The bearing's distance from the middle, by its cosine: no angle has to be wrapped.
        middle = np.radians(self.azimuth_deg)
        ahead = east * np.sin(middle) + north * np.cos(middle)
        edge = np.cos(np.radians(self.width_deg / 2.0))
        within: Flags = near_enough & (ahead >= edge * np.sqrt(squared))
        return within


class Footprint(Struct, frozen=True, kw_only=True):
    """The ground that a camera's image shows, as a polygon."""

    corners: tuple[tuple[float, float], ...]

    def contains(self, points: Floats) -> Flags:
        """Return which points are in the footprint."""
        return inside(points_of(self.corners), points)


FieldOfViewArea = Sector | Footprint


def _following(corners: Floats) -> Floats:
    """Return for each corner the next one; `np.roll` takes six times as long."""
    return np.concatenate((corners[1:], corners[:1]))


def _cross(first: Floats, second: Floats) -> Floats:
    """Return the third component of the cross product, row by row."""
    product: Floats = first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0]
    return product
