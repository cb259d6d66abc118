"""Which tracks a scan concerns: those that its sensor could see, or that it could be of."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hub.core.fusion.compiled import compiled
from hub.core.fusion.gating import Numbers
from hub.core.fusion.kalman import place_spread
from hub.core.fusion.lifecycle import INTENSITY, LOST, Law
from hub.core.fusion.nearby import Heads, rows_within
from hub.core.fusion.scan_order import Seen
from hub.core.fusion.tracks import Columns
from hub.core.geometry import Floats


class Eye(NamedTuple):
    """The sensor that looked."""

    number: int  # Its place among the sensors that ever fed the site.
    low: tuple[float, float]  # South-west corner of the raster of what it can see.
    cell_m: float
    probability: NDArray[np.float32]  # (rows, columns); (0, 0): nobody knows where it looks.
    tells: NDArray[np.float32]  # By label: how well it finds such a thing; 0: not at all.
    simulated: bool
    exercise: bool


class Near(NamedTuple):
    """Tracks that the scan may concern, at its instant."""

    row: Numbers  # (n,)
    span_s: Floats  # From the track's own time; negative for a scan that is late.
    places: Floats  # (n, 2)
    spread: Floats  # (n, 3) variances east and north, and their covariance.
    seeing: Floats  # The probability that the sensor detects it if it is there and not hidden.


@compiled
def near_of(
    rows: Columns,
    count: int,
    heads: Heads,
    seen: Seen,
    eye: Eye,
    at_us: int,
    moved_m: float,
    law: Law,
) -> Near:
    """Return the tracks that the sensor could see, or that one of its measurements could be of."""
    size = len(seen.mean)
    low_east, low_north, high_east, high_north = np.inf, np.inf, -np.inf, -np.inf
    largest = 0.0
    for one in range(size):
        largest = max(largest, seen.covariance[one, 0, 0], seen.covariance[one, 1, 1])
        low_east, high_east = min(low_east, seen.mean[one, 0]), max(high_east, seen.mean[one, 0])
        low_north, high_north = (
            min(low_north, seen.mean[one, 1]),
            max(high_north, seen.mean[one, 1]),
        )
    vague_m2 = law.sigma_max_m * law.sigma_max_m
    reach = np.sqrt(law.gate * (largest + vague_m2))
    west, south = low_east - reach, low_north - reach
    east, north = high_east + reach, high_north + reach
    lines, columns = eye.probability.shape
    if lines > 0:
        west, south = min(west, eye.low[0]), min(south, eye.low[1])
        east = max(east, eye.low[0] + columns * eye.cell_m)
        north = max(north, eye.low[1] + lines * eye.cell_m)
    found = rows_within(
        rows, count, heads, (west - moved_m, south - moved_m), (east + moved_m, north + moved_m)
    )
    kept = 0
    span = np.empty(len(found))
    places, spread = np.empty((len(found), 2)), np.empty((len(found), 3))
    seeing = np.empty(len(found))
    for row in found:
        span_s = (at_us - rows.updated_us[row]) * 1e-6
        if rows.state[row] == LOST or span_s > law.coast_max_s:
            continue
        # What a simulator shows is no part of the real world, and says nothing of it.
        if rows.simulated[row] != eye.simulated:
            continue
        mean = rows.mean[row]
        x, y = mean[0] + mean[2] * span_s, mean[1] + mean[3] * span_s
        sees = _seeing(eye, x, y) * eye.tells[rows.label[row]]
        east_m2, north_m2, both_m2 = place_spread(
            rows.covariance[row], span_s, INTENSITY[rows.label[row]]
        )
        if sees <= 0.0:
            # A vaguer one reaches no further than was asked around: else it would be a matter of
            # the cells whether it is found.
            across = np.sqrt(law.gate * (min(east_m2, vague_m2) + largest))
            up = np.sqrt(law.gate * (min(north_m2, vague_m2) + largest))
            if not (
                low_east - across <= x <= high_east + across
                and low_north - up <= y <= high_north + up
            ):
                continue
        found[kept], span[kept], seeing[kept] = row, span_s, sees
        places[kept, 0], places[kept, 1] = x, y
        spread[kept, 0], spread[kept, 1], spread[kept, 2] = east_m2, north_m2, both_m2
        kept += 1
    return Near(found[:kept], span[:kept], places[:kept], spread[:kept], seeing[:kept])


@compiled
def _seeing(eye: Eye, east_m: float, north_m: float) -> float:
    """Return how likely the sensor detects who stands there; -1 where nobody knows."""
    lines, across = eye.probability.shape
    if lines == 0:
        return -1.0
    column = np.floor((east_m - eye.low[0]) / eye.cell_m)
    line = np.floor((north_m - eye.low[1]) / eye.cell_m)
    if 0.0 <= column < across and 0.0 <= line < lines:
        return float(eye.probability[int(line), int(column)])
    return 0.0
