"""Gating: which measurements could belong to which tracks, as a sparse list of pairs."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hub.core.fusion.compiled import compiled
from hub.core.geometry import Floats

Numbers = NDArray[np.int32]


class Pairs(NamedTuple):
    """Pairs of a track and a measurement that could be one: by track, then by measurement."""

    first: Numbers  # (tracks + 1,) Where each track's pairs begin.
    one: Numbers  # (pairs,) The measurement.
    log_density: Floats  # (pairs,) Of the measurement given the track, per m^2.


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
    largest = 0.0
    for one in range(measurements):
        largest = max(largest, covariance[one, 0, 0])
    first = np.zeros(tracks + 1, np.int32)
    ones = np.empty(8 * tracks + 64, np.int32)
    density = np.empty(8 * tracks + 64)
    size = 0
    east = np.ascontiguousarray(mean[:, 0])
    for track in range(tracks):
        x, y = places[track, 0], places[track, 1]
        reach = np.sqrt(gate * (spread[track, 0] + largest))
        one = np.searchsorted(east, x - reach)
        if size + measurements - one > len(ones):
            ones = np.concatenate((ones, np.empty(len(ones) + measurements, np.int32)))
            density = np.concatenate((density, np.empty(len(density) + measurements)))
        while one < measurements and east[one] <= x + reach:
            across, up = east[one] - x, mean[one, 1] - y
            s11 = spread[track, 1] + covariance[one, 1, 1]
            if up * up <= gate * s11:
                s00 = spread[track, 0] + covariance[one, 0, 0]
                s01 = spread[track, 2] + covariance[one, 0, 1]
                size_2d = s00 * s11 - s01 * s01
                squared = (
                    s11 * across * across - 2.0 * s01 * across * up + s00 * up * up
                ) / size_2d
                if squared <= gate:
                    ones[size] = one
                    density[size] = -0.5 * (squared + np.log(size_2d)) - np.log(2.0 * np.pi)
                    size += 1
            one += 1
        first[track + 1] = size
    return Pairs(first, ones[:size], density[:size])
