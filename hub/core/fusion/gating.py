"""Gating: which measurements could belong to which tracks, as a sparse list of pairs."""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from hub.core.geometry import Floats

Indices = NDArray[np.intp]


class Pairs(Struct, frozen=True):
    """Edges between tracks and measurements that could be one."""

    track: Indices
    measurement: Indices
    distance: Floats  # Mahalanobis, squared.
    log_density: Floats  # Logarithm of the measurement's density given the track, per m^2.


def pairs_within(
    gate: float,
    places: Floats,
    spread: tuple[Floats, Floats, Floats],
    mean: Floats,
    covariance: Floats,
) -> Pairs:
    """Return the pairs whose squared Mahalanobis distance is within the gate.

    Sorted by east, the measurements that a track can reach are a run of neighbours, so that no
    matrix of tracks by measurements is ever made. `mean` must be sorted by east.
    """
    east, north, both = spread
    reach = np.sqrt(gate * (east + covariance[:, 0, 0].max()))
    track, measurement = sweep(places[:, 0] - reach, places[:, 0] + reach, mean[:, 0])
    gap = mean[measurement] - places[track]
    across, up = gap[:, 0], gap[:, 1]
    north_sum = north[track] + covariance[measurement, 1, 1]
    near = up * up <= gate * north_sum
    if not near.all():
        track, measurement, north_sum = track[near], measurement[near], north_sum[near]
        across, up = across[near], up[near]
    east_sum = east[track] + covariance[measurement, 0, 0]
    both_sum = both[track] + covariance[measurement, 0, 1]
    determinant = east_sum * north_sum - both_sum * both_sum
    distance = (
        north_sum * across * across - 2.0 * both_sum * across * up + east_sum * up * up
    ) / determinant
    log_density = -0.5 * (distance + np.log(determinant)) - np.log(2.0 * np.pi)
    within = distance <= gate
    return Pairs(track[within], measurement[within], distance[within], log_density[within])


def sweep(low: Floats, high: Floats, sorted_values: Floats) -> tuple[Indices, Indices]:
    """Return (interval, value) for every value within an interval, by its index."""
    first = np.searchsorted(sorted_values, low, side="left")
    count = np.searchsorted(sorted_values, high, side="right") - first
    interval = np.repeat(np.arange(len(low)), count)
    # Position within its own run, plus where that run begins.
    run_start = np.cumsum(count) - count
    value = np.arange(len(interval)) - run_start[interval] + first[interval]
    return interval, value
