"""Directions from two places that cross: where neither knows how far, both together do.

A crossing is used only where it is beyond doubt that the two directions are of one thing: each of
them crosses no other. Of two people and two sensors there are four crossings, and two of them are
ghosts: then nothing is said. Each direction is used once.
"""

from typing import Final

import numpy as np
from msgspec import Struct

from hub.core.geometry import Floats
from wire.quantities import SECOND_US

# Two directions this old are not of one place any more.
_KEPT_US: Final = SECOND_US // 2
# As many are remembered: more are a crowd, in which no crossing is beyond doubt.
_KEPT_MAX: Final = 256
# Flatter crossings tell no range: the place would be a needle along both directions.
_ANGLE_MIN_DEG: Final = 20.0
# Nearer than this a direction means nothing; further away no sensor of a site tells directions.
_RANGE_MIN_M, _RANGE_MAX_M = 2.0, 500.0
# How fast what is pointed at may go, in the time between the two looks.
_SPEED_SIGMA_MPS: Final = 2.0


class _Directions(Struct, frozen=True, kw_only=True):
    """Directions, a row each."""

    sensor: np.ndarray  # (n,) int64
    at_us: np.ndarray  # (n,) int64
    origin: Floats  # (n, 2)
    angle: Floats  # (n,) rad, clockwise from north.
    sigma: Floats  # (n,) rad

    def among(self, keep: np.ndarray) -> "_Directions":
        return _Directions(
            sensor=self.sensor[keep],
            at_us=self.at_us[keep],
            origin=self.origin[keep],
            angle=self.angle[keep],
            sigma=self.sigma[keep],
        )

    def and_also(self, more: "_Directions") -> "_Directions":
        return _Directions(
            sensor=np.concatenate((self.sensor, more.sensor)),
            at_us=np.concatenate((self.at_us, more.at_us)),
            origin=np.concatenate((self.origin, more.origin)),
            angle=np.concatenate((self.angle, more.angle)),
            sigma=np.concatenate((self.sigma, more.sigma)),
        )


class Crossings:
    """Remembers directions that are of no known track, and crosses them."""

    def __init__(self, sigma_max_m: float) -> None:
        """Take how well a place has to be known to be one."""
        self._sigma_max_m = sigma_max_m
        nothing = np.empty(0)
        self._kept = _Directions(
            sensor=nothing.astype(np.int64),
            at_us=nothing.astype(np.int64),
            origin=np.empty((0, 2)),
            angle=nothing,
            sigma=nothing,
        )

    def cross(
        self,
        sensor: int,
        at_us: int,
        origin: tuple[float, float],
        bearing_deg: Floats,
        sigma_deg: Floats,
    ) -> tuple[Floats, Floats]:
        """Return the places (k, 2) where new directions meet kept ones, and covariances."""
        order = np.lexsort((sigma_deg, bearing_deg))
        count = len(order)
        new = _Directions(
            sensor=np.full(count, sensor, np.int64),
            at_us=np.full(count, at_us, np.int64),
            origin=np.tile(origin, (count, 1)).astype(np.float64),
            angle=np.radians(bearing_deg[order]),
            sigma=np.radians(sigma_deg[order]),
        )
        recent = np.abs(at_us - self._kept.at_us) <= _KEPT_US
        kept = self._kept.among(np.flatnonzero(recent))
        places, covariances, meets = _meetings(new, kept, self._sigma_max_m)
        is_only = (
            meets
            & (meets.sum(axis=1, keepdims=True) == 1)
            & (meets.sum(axis=0, keepdims=True) == 1)
        )
        one, other = np.nonzero(is_only)
        both = new.among(np.setdiff1d(np.arange(count), one)).and_also(
            kept.among(np.setdiff1d(np.arange(len(kept.angle)), other))
        )
        self._kept = both.among(np.arange(min(len(both.angle), _KEPT_MAX)))
        return places[one, other], covariances[one, other]


def _meetings(
    new: _Directions, kept: _Directions, sigma_max_m: float
) -> tuple[Floats, Floats, np.ndarray]:
    """Return where every two directions meet, how well that is known, and which do meet."""
    ahead, ahead_too = _unit(new.angle)[:, np.newaxis], _unit(kept.angle)[np.newaxis]
    apart = kept.origin[np.newaxis] - new.origin[:, np.newaxis]
    sine = _cross(ahead, ahead_too)
    is_steep = np.abs(sine) >= np.sin(np.radians(_ANGLE_MIN_DEG))
    safe = np.where(is_steep, sine, 1.0)
    far, far_too = _cross(apart, ahead_too) / safe, _cross(apart, ahead) / safe
    places = new.origin[:, np.newaxis] + far[..., np.newaxis] * ahead
    meets = is_steep & (kept.sensor[np.newaxis] != new.sensor[:, np.newaxis])
    for reach in (far, far_too):
        meets &= (reach >= _RANGE_MIN_M) & (reach <= _RANGE_MAX_M)
    # Each direction tells the place across itself, by its sigma times the range.
    moved = _SPEED_SIGMA_MPS * (new.at_us[:, np.newaxis] - kept.at_us[np.newaxis]) / SECOND_US
    across = np.where(meets, far, 1.0) * new.sigma[:, np.newaxis]
    across_too = np.hypot(np.where(meets, far_too, 1.0) * kept.sigma[np.newaxis], moved)
    told = _information(ahead, across) + _information(ahead_too, across_too)
    flat = np.broadcast_to(np.eye(2), told.shape)
    covariances = np.linalg.inv(np.where(meets[..., np.newaxis, np.newaxis], told, flat))
    meets &= covariances[..., 0, 0] + covariances[..., 1, 1] <= sigma_max_m**2
    return places, covariances.astype(np.float64), meets


def _information(ahead: Floats, sigma_m: Floats) -> Floats:
    """Return what a direction tells of a place, as an inverse covariance."""
    aside = np.stack((ahead[..., 1], -ahead[..., 0]), axis=-1)
    outer = aside[..., :, np.newaxis] * aside[..., np.newaxis, :]
    # No direction is known better than a tenth of a metre across: things are that wide.
    told: Floats = outer / np.maximum(sigma_m, 0.1)[..., np.newaxis, np.newaxis] ** 2
    return told


def _unit(angle: Floats) -> Floats:
    return np.column_stack((np.sin(angle), np.cos(angle)))


def _cross(one: Floats, other: Floats) -> Floats:
    product: Floats = one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0]
    return product
