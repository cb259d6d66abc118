"""Directions without a range: one sharpens a track, and never starts one.

A direction is used only where it is beyond doubt whose it is: a single track within three sigma
of it, and no other direction of the scan for that track. In a crowd it says nothing of anybody.
"""

import numpy as np

from hub.core.fusion.compiled import compiled
from hub.core.fusion.gating import Numbers
from hub.core.fusion.kalman import correct_along, late_variance, predict
from hub.core.fusion.lifecycle import INTENSITY, LOST, TENTATIVE, Law
from hub.core.fusion.tracks import Columns
from hub.core.geometry import Floats

_GATE = 9.0  # Three sigma, squared.
_RANGE_MIN_M = 2.0  # Nearer than this a direction from the sensor means nothing.
_NONE, _MANY = -1, -2


@compiled
def point(
    rows: Columns,
    count: int,
    origin: tuple[float, float],
    bearing_deg: Floats,
    sigma_deg: Floats,
    at_us: int,
    law: Law,
    simulated: bool = False,  # noqa: FBT001, FBT002 -- a kernel takes all by position
) -> tuple[Numbers, Numbers]:
    """Correct tracks by directions from one place, clockwise from north: only of their own world.

    Returns the rows that were corrected, and the directions that are of no known track at all.
    """
    of_row = np.full(count, _NONE, np.int32)
    of_one = np.full(len(bearing_deg), _NONE, np.int32)
    for row in range(count):
        span_s = (at_us - rows.updated_us[row]) * 1e-6
        is_known = rows.state[row] != TENTATIVE and rows.state[row] != LOST
        is_known &= rows.simulated[row] == simulated
        if not is_known or span_s > law.coast_max_s:
            continue
        for one in range(len(bearing_deg)):
            gap, variance, _ = _gap(rows, row, origin, bearing_deg[one], span_s)
            if gap * gap <= _GATE * (variance + np.radians(sigma_deg[one]) ** 2):
                of_row[row] = one if of_row[row] == _NONE else _MANY
                of_one[one] = row if of_one[one] == _NONE else _MANY
    pointed = np.empty(len(bearing_deg), np.int32)
    size = 0
    for one in range(len(bearing_deg)):
        row = of_one[one]
        if row < 0 or of_row[row] != one:
            continue
        _correct(rows, row, origin, bearing_deg[one], sigma_deg[one], at_us)
        pointed[size] = row
        size += 1
    return pointed[:size], np.flatnonzero(of_one == _NONE).astype(np.int32)


@compiled
def _gap(
    rows: Columns, row: int, origin: tuple[float, float], bearing_deg: float, span_s: float
) -> tuple[float, float, tuple[float, float, float, float]]:
    """Return how far a direction is from a track's (rad), that one's variance and derivative."""
    mean, covariance = rows.mean[row], rows.covariance[row]
    east = mean[0] + mean[2] * span_s - origin[0]
    north = mean[1] + mean[3] * span_s - origin[1]
    far = np.hypot(east, north)
    if far <= _RANGE_MIN_M:
        return np.inf, 0.0, (0.0, 0.0, 0.0, 0.0)
    turn = np.radians(bearing_deg) - np.arctan2(east, north)
    gap = (turn + np.pi) % (2.0 * np.pi) - np.pi
    # The derivative of a bearing: across the line of sight, by the range.
    x, y = north / (far * far), -east / (far * far)
    direction = (x, y, x * span_s, y * span_s)
    variance = late_variance(abs(span_s), INTENSITY[rows.label[row]]) / (far * far)
    for line in range(4):
        for column in range(4):
            variance += direction[line] * covariance[line, column] * direction[column]
    return gap, variance, direction


@compiled
def _correct(
    rows: Columns,
    row: int,
    origin: tuple[float, float],
    bearing_deg: float,
    sigma_deg: float,
    at_us: int,
) -> None:
    mean, covariance = rows.mean[row], rows.covariance[row]
    intensity = INTENSITY[rows.label[row]]
    predict(mean, covariance, (at_us - rows.updated_us[row]) * 1e-6, intensity)
    rows.updated_us[row] = max(rows.updated_us[row], at_us)
    lag_s = (rows.updated_us[row] - at_us) * 1e-6
    gap, _, direction = _gap(rows, row, origin, bearing_deg, -lag_s)
    if np.isinf(gap):
        return
    squared = direction[0] ** 2 + direction[1] ** 2
    variance = np.radians(sigma_deg) ** 2 + late_variance(lag_s, intensity) * squared
    correct_along(mean, covariance, direction, gap, variance)
