"""When a sensor's correction makes a step, the tracks that it made step along.

Until its errors were known, a sensor had tracks of its own beside those of the others. Its next
scans arrive a metre or two away from them: left where they are, they would be missed, linger as
ghosts and fade slowly. Moved by what the correction changes, each for the part that the sensor
had in it, they come to lie upon the others' and are merged with them as duplicates.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
from msgspec import Struct

from hub.core.fusion.sensor_errors import Station, influence
from hub.core.fusion.tracker import Tracker
from hub.core.fusion.tracks import Columns
from hub.core.geometry import Floats
from wire.quantities import SECOND_US, Identifier, Instant

STEP_MIN_M: Final = 0.25
"""A correction that creeps is followed by the tracks themselves; a step is not."""

# Who fed a track longer ago has no part in where it is now.
_FED_LATELY_US: Final = 2 * SECOND_US
# Where on the site a step is looked at, from the sensor: a turn shows at a distance.
_AT_M: Final = 40.0


class Step(Struct, frozen=True, kw_only=True):
    """A sensor's correction changes by this much at once."""

    sensor: Identifier
    station: Station
    change: Floats  # (5,) Errors now corrected minus errors corrected before.


def is_step(station: Station, change: Floats) -> bool:
    """Return whether a change of a correction is too large for tracks to follow it."""
    middle = np.array(station.place or (0.0, 0.0))
    around = np.array([[_AT_M, 0.0], [-_AT_M, 0.0], [0.0, _AT_M], [0.0, -_AT_M]])
    shift = influence(station, middle + around, around / _AT_M) @ change
    return bool((np.hypot(shift[:, 0], shift[:, 1]) > STEP_MIN_M).any())


def step_along(tracker: Tracker, steps: Iterable[Step], now_us: Instant) -> None:
    """Move the tracks with the corrections of the sensors that fed them."""
    columns, count = tracker.rows.columns, tracker.rows.count
    for step in steps:
        part = _part(columns, count, tracker.index_of(step.sensor))
        mean = columns.mean[:count]
        change = influence(step.station, mean[:, :2], mean[:, 2:4]) @ step.change
        mean[:, :2] -= part[:, np.newaxis] * change
        tracker.settle([], [], now_us)


def _part(columns: Columns, count: int, sensor: int) -> Floats:
    """Return which part of each track is a sensor's."""
    fed_by = columns.fed_by[:count]
    since_us = columns.updated_us[:count] - _FED_LATELY_US
    lately = (fed_by >= 0) & (columns.fed_us[:count] >= since_us[:, np.newaxis])
    part: Floats = ((fed_by == sensor) & lately).sum(axis=1) / np.maximum(lately.sum(axis=1), 1)
    return part
