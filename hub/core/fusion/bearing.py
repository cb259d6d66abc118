"""Directions without a range: they sharpen tracks and never start one.

A direction is used only where it is beyond doubt whose it is: a single track within three sigma
of it, and no other direction of the scan for that track. In a crowd it says nothing of anybody.
"""

from typing import Final

import numpy as np
from msgspec import Struct

from hub.core.fusion.gating import Indices
from hub.core.fusion.kalman import update_along
from hub.core.geometry import Floats

_GATE: Final = 9.0  # Three sigma, squared.
_RANGE_MIN_M: Final = 2.0  # Nearer than this a direction from the sensor means nothing.


class Pointed(Struct, frozen=True, kw_only=True):
    """States before a direction is used, all at its time or later."""

    mean: Floats
    covariance: Floats
    places: Floats  # At the time of the direction.
    lag_s: Floats  # How much later than the direction each state is.
    late_variance: Floats  # What the process noise did in between, m^2.


def point(
    states: Pointed, origin: tuple[float, float], bearing_deg: Floats, sigma_deg: Floats
) -> tuple[Indices, Floats, Floats]:
    """Return which states the directions correct, and those states corrected."""
    offset = states.places - origin
    range_m = np.maximum(np.hypot(offset[:, 0], offset[:, 1]), _RANGE_MIN_M)
    # The derivative of a bearing: across the line of sight, by the range.
    across = np.column_stack((offset[:, 1], -offset[:, 0])) / (range_m * range_m)[:, np.newaxis]
    direction = np.column_stack((across, -across * states.lag_s[:, np.newaxis]))
    own = np.einsum("ni,nij,nj->n", direction, states.covariance, direction)
    late = states.late_variance / (range_m * range_m)
    azimuth_deg = np.degrees(np.arctan2(offset[:, 0], offset[:, 1]))
    gap_deg = (bearing_deg - azimuth_deg[:, np.newaxis] + 180.0) % 360.0 - 180.0
    gap, variance = np.radians(gap_deg), np.radians(sigma_deg) ** 2
    within = gap * gap <= _GATE * ((own + late)[:, np.newaxis] + variance)
    within &= (range_m > _RANGE_MIN_M)[:, np.newaxis]
    is_only = within & (within.sum(axis=0) == 1) & (within.sum(axis=1, keepdims=True) == 1)
    row, one = np.nonzero(is_only)
    mean, covariance = update_along(
        states.mean[row],
        states.covariance[row],
        direction[row],
        gap[row, one],
        variance[one] + late[row],
    )
    return row, mean, covariance
