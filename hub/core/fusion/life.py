"""What time alone does to tracks: they coast, fade, drift away and end."""

import numpy as np

from hub.core.fusion.compiled import compiled
from hub.core.fusion.gating import Numbers
from hub.core.fusion.kalman import place_spread
from hub.core.fusion.lifecycle import INTENSITY, LOST, VAGUE_M2, Law, state_after
from hub.core.fusion.tracks import Columns

# In nobody's view is who was not looked at for as long as the slowest sensor takes.
_ALONE_AFTER_S = 1.0


@compiled
def pass_time(
    rows: Columns,
    count: int,
    now_us: int,
    law: Law,
    bounds: tuple[tuple[float, float], tuple[float, float]],
) -> Numbers:
    """Bring every track up to date; return those whose state is another now."""
    turned = np.empty(count, np.int32)
    size = 0
    for row in range(count):
        before = rows.state[row]
        if before == LOST:
            continue
        alone_s = (now_us - rows.looked_us[row]) * 1e-6
        if alone_s > _ALONE_AFTER_S:
            rows.existence[row] *= np.exp(-alone_s / law.fade_s)
            rows.looked_us[row] = now_us
        unseen_s = (now_us - rows.updated_us[row]) * 1e-6
        drift = _drift(rows, row, unseen_s, law)
        state = state_after(before, rows.existence[row], rows.hits[row], unseen_s, drift, law)
        if _is_outside(rows, row, unseen_s, bounds):
            state = LOST
        if state != before:
            rows.state[row] = state
            turned[size] = row
            size += 1
    return turned[:size]


@compiled
def _drift(rows: Columns, row: int, unseen_s: float, law: Law) -> float:
    """Return by how much vaguer a place has become, in the squares of what shows still."""
    covariance = rows.covariance[row]
    span_s = min(max(unseen_s, 0.0), law.coast_max_s)
    east, north, _ = place_spread(covariance, span_s, INTENSITY[rows.label[row]])
    grown = east + north - covariance[0, 0] - covariance[1, 1]
    return float(grown / VAGUE_M2[rows.label[row]])


@compiled
def _is_outside(
    rows: Columns,
    row: int,
    unseen_s: float,
    bounds: tuple[tuple[float, float], tuple[float, float]],
) -> bool:
    low, high = bounds
    mean = rows.mean[row]
    east, north = mean[0] + mean[2] * unseen_s, mean[1] + mean[3] * unseen_s
    return not (low[0] <= east <= high[0] and low[1] <= north <= high[1])
