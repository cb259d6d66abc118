"""Which tracks are near a place: lists of rows by square cells of ground, hashed.

A row stands in the cell of the place it had when it was last filed; whoever asks widens the
question by how far it may have gone since.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from hub.core.fusion.compiled import compiled
from hub.core.fusion.tracks import Columns

CELL_M: Final = 8.0
"""A side: a camera's view is some ten of them across, and a crowd puts a dozen people into one."""

BUCKETS: Final = 16_384
"""A power of two, so that a hash is a mask; more than the cells that a crowd of 20,000 fills."""

Heads = NDArray[np.int32]
"""The first row of each bucket's list."""

_END: Final = -1
# Cells beyond the plane hold nothing, and a box may be as large as anybody likes.
_PLANE_M: Final = 1e6


@compiled
def _cell(metres: float) -> int:
    return int(np.floor(min(max(metres, -_PLANE_M), _PLANE_M) / CELL_M))


@compiled
def _bucket(east: int, north: int) -> int:
    # Two large primes spread neighbouring cells (Teschner et al., "Optimized spatial hashing for
    # collision detection of deformable objects", 2003).
    return (int(east) * 73856093 ^ int(north) * 19349663) & (BUCKETS - 1)


@compiled
def file(rows: Columns, heads: Heads, row: int, east_m: float, north_m: float) -> None:
    """File a row that stands nowhere yet."""
    _file(rows.cell, rows.before, rows.after, heads, row, (_cell(east_m), _cell(north_m)))


@compiled
def _file(
    cell: NDArray[np.int32],
    before: NDArray[np.int32],
    after: NDArray[np.int32],
    heads: Heads,
    row: int,
    at: tuple[int, int],
) -> None:
    bucket = _bucket(at[0], at[1])
    first = heads[bucket]
    cell[row, 0], cell[row, 1] = at
    before[row], after[row] = _END, first
    if first != _END:
        before[first] = row
    heads[bucket] = row


@compiled
def is_elsewhere(cell: NDArray[np.int32], east_m: float, north_m: float) -> bool:
    """Whether a place is in another cell."""
    return bool(_cell(east_m) != cell[0] or _cell(north_m) != cell[1])


@compiled
def refile(rows: Columns, heads: Heads, row: int, east_m: float, north_m: float) -> None:
    """Move a filed row to the cell of a new place."""
    before, after = rows.before[row], rows.after[row]
    if before != _END:
        rows.after[before] = after
    else:
        heads[_bucket(rows.cell[row, 0], rows.cell[row, 1])] = after
    if after != _END:
        rows.before[after] = before
    file(rows, heads, row, east_m, north_m)


@compiled
def file_all(rows: Columns, count: int, heads: Heads, at_us: int, span_max_s: float) -> float:
    """File every row anew where it is at an instant; return the largest speed of all."""
    heads[:] = _END
    fastest = 0.0
    cell, before, after = rows.cell, rows.before, rows.after
    mean, updated_us = rows.mean, rows.updated_us
    for row in range(count):
        east, north, east_mps, north_mps = mean[row]
        span_s = min(max((at_us - updated_us[row]) * 1e-6, -span_max_s), span_max_s)
        at = (_cell(east + east_mps * span_s), _cell(north + north_mps * span_s))
        _file(cell, before, after, heads, row, at)
        fastest = max(fastest, east_mps * east_mps + north_mps * north_mps)
    return float(np.sqrt(fastest))


@compiled
def rows_within(
    rows: Columns,
    count: int,
    heads: Heads,
    low: tuple[float, float],
    high: tuple[float, float],
) -> NDArray[np.int32]:
    """Return every row filed in a cell that a box touches, in the order of the rows."""
    found = np.empty(count, np.int32)
    size = 0
    west, south, east, north = _cell(low[0]), _cell(low[1]), _cell(high[0]), _cell(high[1])
    if (east - west + 1.0) * (north - south + 1.0) > 2.0 * count + 16.0:
        for row in range(count):
            x, y = rows.cell[row, 0], rows.cell[row, 1]
            if west <= x <= east and south <= y <= north:
                found[size] = row
                size += 1
        return found[:size]
    for x in range(west, east + 1):
        for y in range(south, north + 1):
            row = heads[_bucket(x, y)]
            while row != _END:
                if rows.cell[row, 0] == x and rows.cell[row, 1] == y:
                    found[size] = row
                    size += 1
                row = rows.after[row]
    within = found[:size]
    within.sort()
    return within
