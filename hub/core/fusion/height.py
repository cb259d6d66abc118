"""How high things fly: a constant-velocity Kalman filter of one dimension for each track.

State (height, climb), process noise white vertical acceleration, each row at its own time. It
stands beside the filter on the ground and shares nothing with it: no sensor of the contract tells
how its errors of height and of place hang together. A late height is used on arrival, as a late
place is (`kalman`). A height far from what is expected is believed as far as three sigma and no
further, at once; where the next ones say the same, the state follows them within seconds.
"""

from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from hub.core.geometry import Floats, Indices

# A small drone climbs and sinks at 1 m/s^2 and changes its mind each second (m^2/s^3).
_INTENSITY: Final = 1.0
# DJI's and most others' climb limit is 6 m/s, two sigma of this.
_CLIMB_SIGMA_MPS: Final = 3.0
# Where a sensor tells a height and not how well: GNSS is that bad in a street.
SIGMA_UNKNOWN_M: Final = 10.0
# A height older than this is no longer said: in ten seconds a drone is anywhere.
LIFE_US: Final = 10_000_000
_OUTLIER: Final = 9.0  # Three sigma, squared.
_US_S: Final = 1e-6
# The limits of the contract, `wire.quantities.HeightM`.
_LOW_M: Final = -500.0
_HIGH_M: Final = 10_000.0


class HeightColumns(Protocol):
    """The columns this module keeps; rows without a height have `height_us` 0."""

    @property
    def height(self) -> Floats:
        """(n, 2) metres above the ground and metres a second upwards."""
        ...

    @property
    def height_covariance(self) -> Floats:
        """(n, 2, 2)."""
        ...

    @property
    def height_us(self) -> NDArray[np.int64]:
        """The instant at which the state holds."""
        ...


def correct_heights(
    columns: HeightColumns, rows: Indices, height_m: Floats, sigma_m: Floats, at_us: int
) -> None:
    """Take one measured height for each of these rows; NaN where a sensor told none.

    No row comes twice: a sensor saw each thing once in a scan.
    """
    told = np.isfinite(height_m)
    rows, height_m, sigma_m = rows[told], height_m[told], sigma_m[told]
    variance = np.where(np.isfinite(sigma_m), sigma_m, SIGMA_UNKNOWN_M) ** 2
    known = (columns.height_us[rows] > 0) & (at_us - columns.height_us[rows] <= LIFE_US)
    new = rows[~known]
    columns.height[new, 0] = height_m[~known]
    columns.height[new, 1] = 0.0
    columns.height_covariance[new] = 0.0
    columns.height_covariance[new, 0, 0] = variance[~known]
    columns.height_covariance[new, 1, 1] = _CLIMB_SIGMA_MPS**2
    columns.height_us[new] = at_us
    old = rows[known]
    span_s = np.multiply(at_us - columns.height_us[old], _US_S, dtype=np.float64)
    columns.height[old], columns.height_covariance[old] = corrected(
        columns.height[old],
        columns.height_covariance[old],
        np.maximum(span_s, -LIFE_US * _US_S),
        height_m[known],
        variance[known],
    )
    columns.height_us[old] = np.maximum(columns.height_us[old], at_us)


def heights(columns: HeightColumns, rows: Indices, now_us: int) -> tuple[Floats, Floats]:
    """Return heights and their variances at an instant; NaN where none is known."""
    span_us = now_us - columns.height_us[rows]
    known = (columns.height_us[rows] > 0) & (span_us <= LIFE_US)
    span_s = np.where(known, np.maximum(span_us, 0) * _US_S, 0.0)
    state, covariance = _ahead(columns.height[rows], columns.height_covariance[rows], span_s)
    height_m = np.where(known, np.clip(state[:, 0], _LOW_M, _HIGH_M), np.nan)
    return height_m, np.where(known, covariance[:, 0, 0], np.nan)


def corrected(
    state: Floats, covariance: Floats, span_s: Floats, height_m: Floats, variance: Floats
) -> tuple[Floats, Floats]:
    """Return states moved on by their spans and corrected; a negative span is a late height."""
    lag_s = np.maximum(-span_s, 0.0)
    state, covariance = _ahead(state, covariance, np.maximum(span_s, 0.0))
    noise = variance + _INTENSITY * lag_s**3 / 3.0
    # What was measured is the present height taken back along the climb.
    crossed_height = covariance[:, 0, 0] - lag_s * covariance[:, 0, 1]
    crossed_climb = covariance[:, 0, 1] - lag_s * covariance[:, 1, 1]
    expected = crossed_height - lag_s * crossed_climb
    innovation = height_m - state[:, 0] + lag_s * state[:, 1]
    noise = np.maximum(noise, innovation * innovation / _OUTLIER - expected)
    gain = np.column_stack((crossed_height, crossed_climb)) / (expected + noise)[:, np.newaxis]
    observe = np.column_stack((np.ones_like(lag_s), -lag_s))
    # Joseph's form: positive definite whatever the rounding.
    kept = np.eye(2) - gain[:, :, np.newaxis] * observe[:, np.newaxis, :]
    sure: Floats = kept @ covariance @ kept.transpose(0, 2, 1)
    sure += gain[:, :, np.newaxis] * gain[:, np.newaxis, :] * noise[:, np.newaxis, np.newaxis]
    return state + gain * innovation[:, np.newaxis], 0.5 * (sure + sure.transpose(0, 2, 1))


def _ahead(state: Floats, covariance: Floats, span_s: Floats) -> tuple[Floats, Floats]:
    """Return states moved on by spans, none of them negative."""
    moved = state.copy()
    moved[:, 0] += state[:, 1] * span_s
    grown = covariance.copy()
    grown[:, 0, 0] += (
        2.0 * span_s * covariance[:, 0, 1]
        + span_s**2 * covariance[:, 1, 1]
        + _INTENSITY * span_s**3 / 3.0
    )
    both = covariance[:, 0, 1] + span_s * covariance[:, 1, 1] + _INTENSITY * span_s**2 / 2.0
    grown[:, 0, 1] = grown[:, 1, 0] = both
    grown[:, 1, 1] += _INTENSITY * span_s
    return moved, grown
