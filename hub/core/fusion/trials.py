"""What one look tests: a sensor's sight, where other sensors are sure that somebody is."""

from typing import Final

import numpy as np
from msgspec import Struct

from hub.core.fusion.lifecycle import CONFIRMED
from hub.core.fusion.measurement import Measurements
from hub.core.fusion.residuals import Residuals
from hub.core.fusion.sight import Sight
from hub.core.fusion.tracks import Rows
from hub.core.geometry import Flags, Floats
from wire.quantities import SECOND_US, Identifier, Instant

# Looks in quick succession tell the same: so often is enough, and costs next to nothing.
PAUSE_US: Final = SECOND_US // 2
# Who was seen by another sensor longer ago may have gone since.
SEEN_LATELY_US: Final = 3 * SECOND_US // 2


class Trial(Struct, frozen=True, kw_only=True):
    """Places where somebody was at a look, and whether the look found them."""

    places: Floats  # (n, 2)
    detected: Flags  # (n,)


class Trials:
    """Takes looks as trials of what their sensors see, not more often than is worth it."""

    def __init__(self) -> None:
        self._taken_us: dict[Identifier, Instant] = {}

    def is_due(self, looked: Measurements) -> bool:
        """Whether this look is worth taking. Takes it as taken."""
        since_us = looked.observed_us - self._taken_us.get(looked.sensor, -PAUSE_US)
        # A clock that was set back begins anew.
        if 0 <= since_us < PAUSE_US:
            return False
        self._taken_us[looked.sensor] = looked.observed_us
        return True


def trial_of(
    looked: Measurements, sensor: int, sight: Sight, rows: Rows, residuals: Residuals | None
) -> Trial:
    """Return what a look tested. `sensor` is its index in the rows, which know the look already.

    Nobody is a trial of whom the sensor itself is the only witness, or of whom it could not tell.
    """
    columns, at_us = rows.columns, looked.observed_us
    mean = columns.mean[: rows.count]
    near = columns.state[: rows.count] == CONFIRMED
    for axis in (0, 1):
        near &= (mean[:, axis] >= sight.low[axis]) & (mean[:, axis] < sight.high[axis])
    near &= columns.simulated[: rows.count] == looked.simulated
    row = np.flatnonzero(near)
    row = row[sight.label_share[columns.label[row]] >= 1.0]
    is_other = (columns.fed_by[row] != sensor) & (
        np.abs(at_us - columns.fed_us[row]) <= SEEN_LATELY_US
    )
    row = row[is_other.any(axis=1)]
    span_s = (at_us - columns.updated_us[row]) / SECOND_US
    places: Floats = mean[row, :2] + mean[row, 2:] * span_s[:, np.newaxis]
    numbers = columns.number[row]
    found = np.zeros(len(row), np.bool_)
    if residuals is not None:
        found = np.isin(numbers, residuals.number)
    return Trial(places=places, detected=found)
