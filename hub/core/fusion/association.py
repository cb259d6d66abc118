"""Association: which measurement updates which track, so that the whole is likeliest.

A pair's weight is the logarithm of how much likelier it is that the measurement came from the
track than that it came from nothing known and the track was missed. Leaving both alone weighs
nothing, so only pairs that weigh more than nothing count.
"""

import numpy as np
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]
from scipy.sparse import csr_array  # type: ignore[import-untyped]
from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped]

from hub.core.fusion.gating import Indices
from hub.core.geometry import Flags, Floats

# As one dense matrix this is solved faster than it is taken apart into components.
_DENSE_CELLS_MAX = 2_500


def assign(track: Indices, measurement: Indices, weight: Floats) -> Indices:
    """Return the pairs, by index, of the assignment that weighs most.

    Each track and each measurement takes part in one pair at most, and may stay alone.
    """
    worth = np.flatnonzero(weight > 0.0)
    alone = _has_no_rival(track[worth]) & _has_no_rival(measurement[worth])
    chosen: Indices = worth[alone]
    contested = worth[~alone]
    if contested.size == 0:
        return chosen
    parts = [chosen]
    for block in _blocks(track[contested], measurement[contested]):
        pairs = contested[block]
        parts.append(pairs[_solve(track[pairs], measurement[pairs], weight[pairs])])
    every: Indices = np.sort(np.concatenate(parts))
    return every


def _has_no_rival(ends: Indices) -> Flags:
    """Return which pairs are the only ones at their end."""
    only: Flags = np.bincount(ends)[ends] == 1
    return only


def _blocks(track: Indices, measurement: Indices) -> list[Indices]:
    """Return groups of pairs that share nothing with each other, in a fixed order."""
    tracks, row = np.unique(track, return_inverse=True)
    measurements, column = np.unique(measurement, return_inverse=True)
    if tracks.size * measurements.size <= _DENSE_CELLS_MAX:
        return [np.arange(track.size)]
    size = tracks.size + measurements.size
    graph = csr_array((np.ones(track.size), (row, column + tracks.size)), shape=(size, size))
    count, component = connected_components(graph, directed=False)
    component_of_pair = component[row]
    order = np.argsort(component_of_pair, kind="stable")
    ends = np.cumsum(np.bincount(component_of_pair, minlength=count))
    return [block for block in np.split(order, ends[:-1]) if block.size]


def _solve(track: Indices, measurement: Indices, weight: Floats) -> Indices:
    """Return the best pairs of one block, exactly."""
    tracks, row = np.unique(track, return_inverse=True)
    measurements, column = np.unique(measurement, return_inverse=True)
    gain = np.zeros((tracks.size, measurements.size))
    pair_at = np.full(gain.shape, -1, dtype=np.intp)
    gain[row, column] = weight
    pair_at[row, column] = np.arange(track.size)
    # A cell that gains nothing is the miss option: both ends stay alone.
    found: Indices = pair_at[linear_sum_assignment(gain, maximize=True)]
    return found[found >= 0]
