"""Gating: which measurements could belong to which tracks, as a sparse list of pairs."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hub.core.fusion.compiled import compiled
from hub.core.geometry import Floats

Numbers = NDArray[np.int32]

_TURN: Final = 2.0 * np.pi


class Pairs(NamedTuple):
    """Pairs of a track and a measurement that could be one: by track, then by measurement."""

    first: Numbers  # (tracks + 1,) Where each track's pairs begin.
    one: Numbers  # (pairs,) The measurement.
    density: Floats  # (pairs,) Of the measurement given the track, per m^2.


@compiled
def pairs_within(
    gate: float, places: Floats, spread: Floats, mean: Floats, covariance: Floats
) -> Pairs:
    """Return the pairs whose squared Mahalanobis distance is within the gate.

    `places` (n, 2) and `spread` (n, 3: variances east and north, and their covariance) are of the
    tracks at the time of the measurements, `mean` (m, 2) and `covariance` (m, 2, 2) the
    measurements, sorted by east: those that a track can reach are a run of neighbours.
    """
    tracks, measurements = len(places), len(mean)
    across_max, up_max = 0.0, 0.0
    east, north = np.empty(measurements), np.empty(measurements)
    for one in range(measurements):
        across_max = max(across_max, covariance[one, 0, 0])
        up_max = max(up_max, covariance[one, 1, 1])
        east[one], north[one] = mean[one]
    begins, width = _strips(east)
    first = np.zeros(tracks + 1, np.int32)
    ones = np.empty(8 * tracks + 64, np.int32)
    density = np.empty(8 * tracks + 64)
    size = 0
    for track in range(tracks):
        x, y = places[track, 0], places[track, 1]
        reach = np.sqrt(gate * (spread[track, 0] + across_max))
        reach_up = np.sqrt(gate * (spread[track, 1] + up_max))
        one = measurements
        if measurements > 0:
            strip = min(max((x - reach - east[0]) / width, 0.0), len(begins) - 1.0)
            one = begins[int(strip)]
        if size + measurements - one > len(ones):
            ones = np.concatenate((ones, np.empty(len(ones) + measurements, np.int32)))
            density = np.concatenate((density, np.empty(len(density) + measurements)))
        while one < measurements and east[one] <= x + reach:
            up = north[one] - y
            if abs(up) <= reach_up:
                across = east[one] - x
                s00 = spread[track, 0] + covariance[one, 0, 0]
                s01 = spread[track, 2] + covariance[one, 0, 1]
                s11 = spread[track, 1] + covariance[one, 1, 1]
                size_2d = s00 * s11 - s01 * s01
                weighed = s11 * across * across - 2.0 * s01 * across * up + s00 * up * up
                if weighed <= gate * size_2d:
                    ones[size] = one
                    density[size] = np.exp(-0.5 * weighed / size_2d) / (_TURN * np.sqrt(size_2d))
                    size += 1
            one += 1
        first[track + 1] = size
    return Pairs(first, ones[:size], density[:size])


@compiled
def _strips(east: Floats) -> tuple[Numbers, float]:
    """Return strips of ground, about one a measurement: the first measurement not west of each.

    And how wide they are. No strip is sought beyond the last, so the ground may be of any width.
    """
    count = len(east)
    begins = np.zeros(count + 1, np.int32)
    width = max((east[-1] - east[0]) / count, 1e-3) if count > 0 else 1.0
    one = 0
    for strip in range(count + 1):
        while one < count and east[one] < east[0] + strip * width:
            one += 1
        begins[strip] = one
    return begins, width
