"""Exact assignment of thousands of things to thousands: only pairs that may be are looked at."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array  # type: ignore[import-untyped]
from scipy.sparse.csgraph import (  # type: ignore[import-untyped]
    min_weight_full_bipartite_matching,
)
from scipy.spatial import cKDTree  # type: ignore[import-untyped]

from hub.core.geometry import Floats

Indices = NDArray[np.intp]


def pairs_within(first: Floats, second: Floats, reach_m: float) -> tuple[Indices, Indices, Floats]:
    """Return all pairs of points closer than a distance, and how far apart they are."""
    if len(first) == 0 or len(second) == 0:
        return np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0)
    found = cKDTree(first).sparse_distance_matrix(
        cKDTree(second), reach_m, output_type="coo_matrix"
    )
    rows, columns = found.row.astype(np.intp), found.col.astype(np.intp)
    gap = np.linalg.norm(first[rows] - second[columns], axis=1)
    near = gap < reach_m
    return rows[near], columns[near], gap[near]


def best(rows: Indices, columns: Indices, gain: Floats, shape: tuple[int, int]) -> Indices:
    """Return which pairs to take so that their gains, none negative, sum to the most.

    Every row may also stay alone, which gains nothing.
    """
    if len(rows) == 0:
        return np.empty(0, np.intp)
    used, row = np.unique(rows, return_inverse=True)
    top = float(gain.max()) + 1.0
    alone = np.arange(len(used))
    # The matcher takes no zeros for pairs, hence costs from 1.
    cost = csr_array(
        (
            np.concatenate((top - gain, np.full(len(used), top))),
            (np.concatenate((row, alone)), np.concatenate((columns, shape[1] + alone))),
        ),
        shape=(len(used), shape[1] + len(used)),
    )
    taken_row, taken_column = min_weight_full_bipartite_matching(cost)
    real = taken_column < shape[1]
    # Pairs in the order of their keys, to find the taken ones among those given.
    key = rows * shape[1] + columns
    order = np.argsort(key, kind="stable")
    wanted = used[taken_row[real]] * shape[1] + taken_column[real]
    found: Indices = order[np.searchsorted(key[order], wanted)]
    return found
