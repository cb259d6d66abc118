"""The constant-velocity Kalman filter of one track, as kernels that write where they are told.

A state is (east, north, velocity east, velocity north); its process noise is white acceleration
of a spectral density `intensity` in m^2/s^3 (Bar-Shalom, Li, Kirubarajan, "Estimation with
applications to tracking and navigation", 2001, section 6.2.2). Every track has its own time, so
every prediction has its own span.

Out-of-sequence measurements are used on arrival by retrodiction in one step. The measured place
is that of the present state taken back along its velocity, z = p - v lag + w + noise, where w is
what the process noise did during the lag: its variance is intensity lag^3 / 3. Leaving out its
correlation with the present estimate is algorithm B1 without cross terms (Bar-Shalom, Chen,
Mallick, "One-step solution for the multistep out-of-sequence-measurement problem in tracking",
2004): a little cautious, never overconfident, and exact as the lag goes to nothing.
"""

from hub.core.fusion.compiled import compiled
from hub.core.geometry import Floats

Direction = tuple[float, float, float, float]
"""A line in the space of states."""

Gain = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]


@compiled
def predict(mean: Floats, covariance: Floats, span_s: float, intensity: float) -> None:
    """Move one state on, in place. A span that is not positive changes nothing."""
    if span_s <= 0.0:
        return
    mean[0] += mean[2] * span_s
    mean[1] += mean[3] * span_s
    # F P F' for F = [I, span I; 0, I]: by rows, then by columns.
    for column in range(4):
        covariance[0, column] += span_s * covariance[2, column]
        covariance[1, column] += span_s * covariance[3, column]
    for row in range(4):
        covariance[row, 0] += span_s * covariance[row, 2]
        covariance[row, 1] += span_s * covariance[row, 3]
    drift = intensity * span_s
    for axis in range(2):
        covariance[axis, axis] += drift * span_s * span_s / 3.0
        covariance[axis, axis + 2] += drift * span_s / 2.0
        covariance[axis + 2, axis] += drift * span_s / 2.0
        covariance[axis + 2, axis + 2] += drift


@compiled
def place_spread(covariance: Floats, span_s: float, intensity: float) -> tuple[float, float, float]:
    """Return a place's variances east and north and their covariance after a span of any sign."""
    noise = intensity * abs(span_s) ** 3 / 3.0
    squared = span_s * span_s
    east = covariance[0, 0] + 2.0 * span_s * covariance[0, 2] + squared * covariance[2, 2] + noise
    north = covariance[1, 1] + 2.0 * span_s * covariance[1, 3] + squared * covariance[3, 3] + noise
    both = (
        covariance[0, 1]
        + span_s * (covariance[0, 3] + covariance[1, 2])
        + squared * covariance[2, 3]
    )
    return east, north, both


@compiled
def late_variance(lag_s: float, intensity: float) -> float:
    """Return how far the process noise may have moved a place during a lag, as a variance."""
    return intensity * lag_s**3 / 3.0


@compiled
def correct(
    mean: Floats,
    covariance: Floats,
    innovation: tuple[float, float],
    noise: tuple[float, float, float],
    lag_s: float,
    weight: float,
    spread: tuple[float, float, float],
) -> None:
    """Correct one state in place by what a measurement, made `lag_s` before its time, adds to it.

    `innovation` is what was measured less what was expected there, east and north; `noise` the
    measurement's variance east, covariance and variance north, with the `late_variance` of the
    lag in the variances. Where several measurements may be the one, `innovation` is their mean
    by chance, `weight` their sum of chances and `spread` their scatter about that mean (Bar-
    Shalom, Daum, Huang, "The probabilistic data association filter", IEEE CSM 29(6), 2009).
    """
    r00, r01, r11 = noise
    # The rows of P H' for H = [I, -lag I].
    a0, a1 = _seen(covariance[0], lag_s)
    b0, b1 = _seen(covariance[1], lag_s)
    c0, c1 = _seen(covariance[2], lag_s)
    d0, d1 = _seen(covariance[3], lag_s)
    s00, s01, s11 = a0 - lag_s * c0 + r00, a1 - lag_s * c1 + r01, b1 - lag_s * d1 + r11
    scale = 1.0 / (s00 * s11 - s01 * s01)
    i00, i01, i11 = s11 * scale, -s01 * scale, s00 * scale
    gain = (
        (a0 * i00 + a1 * i01, a0 * i01 + a1 * i11),
        (b0 * i00 + b1 * i01, b0 * i01 + b1 * i11),
        (c0 * i00 + c1 * i01, c0 * i01 + c1 * i11),
        (d0 * i00 + d1 * i01, d0 * i01 + d1 * i11),
    )
    for row in range(4):
        mean[row] += gain[row][0] * innovation[0] + gain[row][1] * innovation[1]
    if weight >= 1.0:
        _joseph(covariance, gain, lag_s, noise)
        return
    # P - K (weight S - spread) K': never less than one sure measurement leaves.
    t00, t01, t11 = weight * s00 - spread[0], weight * s01 - spread[1], weight * s11 - spread[2]
    for row in range(4):
        k0 = gain[row][0] * t00 + gain[row][1] * t01
        k1 = gain[row][0] * t01 + gain[row][1] * t11
        for column in range(row + 1):
            left = covariance[row, column] - k0 * gain[column][0] - k1 * gain[column][1]
            covariance[row, column] = left
            covariance[column, row] = left


@compiled
def _seen(row: Floats, lag_s: float) -> tuple[float, float]:
    return row[0] - lag_s * row[2], row[1] - lag_s * row[3]


@compiled
def _joseph(
    covariance: Floats, gain: Gain, lag_s: float, noise: tuple[float, float, float]
) -> None:
    """Set (I - K H) P (I - K H)' + K R K': positive definite whatever the rounding."""
    r00, r01, r11 = noise
    for column in range(4):
        east = covariance[0, column] - lag_s * covariance[2, column]
        north = covariance[1, column] - lag_s * covariance[3, column]
        for row in range(4):
            covariance[row, column] -= gain[row][0] * east + gain[row][1] * north
    for row in range(4):
        east = covariance[row, 0] - lag_s * covariance[row, 2]
        north = covariance[row, 1] - lag_s * covariance[row, 3]
        k0 = gain[row][0] * r00 + gain[row][1] * r01
        k1 = gain[row][0] * r01 + gain[row][1] * r11
        for column in range(4):
            covariance[row, column] += (k0 - east) * gain[column][0] + (k1 - north) * gain[column][
                1
            ]
    for row in range(4):
        for column in range(row):
            middle = 0.5 * (covariance[row, column] + covariance[column, row])
            covariance[row, column] = middle
            covariance[column, row] = middle


@compiled
def correct_along(
    mean: Floats, covariance: Floats, direction: Direction, innovation: float, variance: float
) -> None:
    """Correct one state in place by one number measured along a direction of the state."""
    crossed = (
        _along(covariance[0], direction),
        _along(covariance[1], direction),
        _along(covariance[2], direction),
        _along(covariance[3], direction),
    )
    spread = variance
    for row in range(4):
        spread += direction[row] * crossed[row]
    for row in range(4):
        mean[row] += crossed[row] / spread * innovation
        for column in range(row + 1):
            # (I - k d') P (I - k d')' + k k' variance, written out.
            smaller = covariance[row, column] - crossed[row] * crossed[column] / spread
            covariance[row, column] = smaller
            covariance[column, row] = smaller


@compiled
def _along(row: Floats, direction: Direction) -> float:
    return float(
        row[0] * direction[0]
        + row[1] * direction[1]
        + row[2] * direction[2]
        + row[3] * direction[3]
    )
