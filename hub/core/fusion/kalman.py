"""The constant-velocity Kalman filter, on many tracks at once.

A state is (east, north, velocity east, velocity north); its process noise is white acceleration
of a spectral density `intensity` in m^2/s^3. Every track has its own time, so every prediction
has its own span, and a span may be negative: a measurement from before the track's time.

Out-of-sequence measurements are used on arrival by retrodiction in one step. The measured place
is that of the present state taken back along its velocity, z = p - v lag + w + noise, where w is
what the process noise did during the lag: its variance is intensity lag^3 / 3. Leaving out its
correlation with the present estimate is algorithm B1 without cross terms (Bar-Shalom, Chen,
Mallick, "One-step solution for the multistep out-of-sequence-measurement problem in tracking",
2004): a little cautious, never overconfident, and exact as the lag goes to nothing.
"""

import numpy as np

from hub.core.geometry import Floats

_POSITION = slice(0, 2)
_VELOCITY = slice(2, 4)
_EYE = np.eye(4)
# How white acceleration spreads over the state: by span^3 / 3, span^2 / 2 and span.
_SPREAD_3 = np.diag([1.0, 1.0, 0.0, 0.0]) / 3.0
_SPREAD_2 = (np.eye(4, k=2) + np.eye(4, k=-2)) / 2.0
_SPREAD_1 = np.diag([0.0, 0.0, 1.0, 1.0])


def predict(
    mean: Floats, covariance: Floats, span_s: Floats, intensity: Floats
) -> tuple[Floats, Floats]:
    """Return states moved on by their spans, none of them negative."""
    moved = mean.copy()
    moved[:, _POSITION] += mean[:, _VELOCITY] * span_s[:, np.newaxis]
    transition = np.tile(_EYE, (len(mean), 1, 1))
    transition[:, 0, 2] = transition[:, 1, 3] = span_s
    span = span_s[:, np.newaxis, np.newaxis]
    spread = ((_SPREAD_3 * span + _SPREAD_2) * span + _SPREAD_1) * span
    spread *= intensity[:, np.newaxis, np.newaxis]
    return moved, transition @ covariance @ transition.transpose(0, 2, 1) + spread


def position_spread(
    covariance: Floats, span_s: Floats, intensity: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return the variances east and north and their covariance after spans of either sign."""
    noise = intensity * np.abs(span_s) ** 3 / 3.0
    squared = span_s * span_s
    east = (
        covariance[:, 0, 0]
        + 2.0 * span_s * covariance[:, 0, 2]
        + squared * covariance[:, 2, 2]
        + noise
    )
    north = (
        covariance[:, 1, 1]
        + 2.0 * span_s * covariance[:, 1, 3]
        + squared * covariance[:, 3, 3]
        + noise
    )
    both = (
        covariance[:, 0, 1]
        + span_s * (covariance[:, 0, 3] + covariance[:, 1, 2])
        + squared * covariance[:, 2, 3]
    )
    return east, north, both


def late_variance(lag_s: Floats, intensity: Floats) -> Floats:
    """Return how far the process noise may have moved a place during a lag, as a variance."""
    return intensity * lag_s**3 / 3.0


def update(
    mean: Floats, covariance: Floats, place: Floats, noise: Floats, lag_s: Floats
) -> tuple[Floats, Floats]:
    """Return states corrected by one measured place each, made `lag_s` before their time.

    The noise of a late place has its `late_variance` in it.
    """
    observe = np.zeros((len(mean), 2, 4))
    observe[:, 0, 0] = observe[:, 1, 1] = 1.0
    observe[:, 0, 2] = observe[:, 1, 3] = -lag_s
    innovation = place - mean[:, _POSITION] + mean[:, _VELOCITY] * lag_s[:, np.newaxis]
    crossed = covariance @ observe.transpose(0, 2, 1)
    gain = crossed @ inverse(observe @ crossed + noise)
    corrected = mean + (gain @ innovation[:, :, np.newaxis])[:, :, 0]
    # Joseph's form: positive definite whatever the rounding.
    kept = _EYE - gain @ observe
    sure = kept @ covariance @ kept.transpose(0, 2, 1) + gain @ noise @ gain.transpose(0, 2, 1)
    return corrected, 0.5 * (sure + sure.transpose(0, 2, 1))


def update_along(
    mean: Floats, covariance: Floats, direction: Floats, innovation: Floats, variance: Floats
) -> tuple[Floats, Floats]:
    """Return states corrected by one number each, measured along a direction of the state."""
    crossed = (covariance @ direction[:, :, np.newaxis])[:, :, 0]
    gain = crossed / ((direction * crossed).sum(axis=1) + variance)[:, np.newaxis]
    kept = _EYE - gain[:, :, np.newaxis] * direction[:, np.newaxis, :]
    sure = kept @ covariance @ kept.transpose(0, 2, 1)
    sure += gain[:, :, np.newaxis] * gain[:, np.newaxis, :] * variance[:, np.newaxis, np.newaxis]
    corrected = mean + gain * innovation[:, np.newaxis]
    return corrected, 0.5 * (sure + sure.transpose(0, 2, 1))


def inverse(matrices: Floats) -> Floats:
    """Return the inverses of positive definite 2 x 2 matrices."""
    turned = np.empty_like(matrices)
    turned[:, 0, 0], turned[:, 1, 1] = matrices[:, 1, 1], matrices[:, 0, 0]
    turned[:, 0, 1], turned[:, 1, 0] = -matrices[:, 0, 1], -matrices[:, 1, 0]
    determinant = matrices[:, 0, 0] * matrices[:, 1, 1] - matrices[:, 0, 1] * matrices[:, 1, 0]
    turned /= determinant[:, np.newaxis, np.newaxis]
    return turned
