"""How tracks begin: from measurements that are more likely nobody's than somebody's."""

from typing import NamedTuple

import numpy as np

from hub.core.fusion.compiled import compiled
from hub.core.fusion.kalman import correct_along
from hub.core.fusion.labelling import vote
from hub.core.fusion.lifecycle import SPEED_SIGMA_MPS, TENTATIVE, Law
from hub.core.fusion.looking import Eye
from hub.core.fusion.nearby import Heads, file
from hub.core.fusion.scan_order import Seen
from hub.core.fusion.tracks import NO_LABEL, Columns, feed
from hub.core.geometry import Floats, Indices


class Births(NamedTuple):
    """Where tracks may begin, and how many."""

    count_max: int  # There is room for as many behind the last row.
    next_number: int
    low: tuple[float, float]  # South-west and north-east corner of what may hold tracks.
    high: tuple[float, float]


@compiled
def bear(  # noqa: PLR0913, PLR0917 -- a kernel is handed all that it works on
    rows: Columns,
    count: int,
    heads: Heads,
    seen: Seen,
    eye: Eye,
    at_us: int,
    law: Law,
    births: Births,
    left: Floats,
) -> Indices:
    """Begin a track for each measurement that is more likely nobody's than somebody's."""
    born = np.empty(min(births.count_max, len(seen.mean)), np.int64)
    size = 0
    for one in range(len(seen.mean)):
        covariance = seen.covariance[one]
        east, north = seen.mean[one]
        if (
            size == len(born)
            or left[one] < law.birth_left_min
            or not seen.may_begin[one]
            or covariance[0, 0] + covariance[1, 1] > law.birth_sigma_max_m**2
            or not (births.low[0] <= east <= births.high[0])
            or not (births.low[1] <= north <= births.high[1])
        ):
            continue
        row = count + size
        _blank(rows, row)
        rows.number[row] = births.next_number + size
        rows.mean[row, 0], rows.mean[row, 1] = east, north
        rows.covariance[row, :2, :2] = covariance
        speed = SPEED_SIGMA_MPS[seen.label[one]]
        rows.covariance[row, 2, 2] = rows.covariance[row, 3, 3] = speed * speed
        rows.updated_us[row] = rows.looked_us[row] = rows.born_us[row] = at_us
        rows.existence[row] = (
            left[one] * law.birth_existence * max(seen.confidence[one], law.confidence_min)
        )
        rows.hits[row] = 1
        mark(rows, row, seen, one, eye, at_us)
        if seen.doppler_sigma_mps[one] > 0.0:
            correct_doppler(rows.mean[row], rows.covariance[row], seen, one)
        file(rows, heads, row, east, north)
        born[size] = row
        size += 1
    return born[:size]


@compiled
def _blank(rows: Columns, row: int) -> None:
    """Forget what stood in a row."""
    rows.mean[row] = 0.0
    rows.covariance[row] = 0.0
    rows.eyed_us[row] = 0
    rows.visible[row] = 0.0
    rows.state[row] = TENTATIVE
    rows.votes[row] = 0.0
    rows.held_label[row] = NO_LABEL
    rows.simulated[row] = rows.exercise[row] = False
    rows.object_key[row] = rows.identity[row] = 0
    rows.height[row] = 0.0
    rows.height_covariance[row] = 0.0
    rows.height_us[row] = 0
    rows.fed_by[row] = -1
    rows.fed_us[row] = rows.fed_first_us[row] = 0
    rows.fed_count[row] = 0


@compiled
def mark(rows: Columns, row: int, seen: Seen, one: int, eye: Eye, at_us: int) -> None:
    """Note what else a measurement says: what it is, whose, and where from."""
    rows.label[row], rows.label_confidence[row] = vote(
        rows.votes[row], seen.label[one], seen.confidence[one]
    )
    if seen.object_key[one] != 0:
        rows.object_key[row] = seen.object_key[one]
    if seen.identity[one] != 0:
        rows.identity[row] = seen.identity[one]
    rows.simulated[row] |= eye.simulated
    rows.exercise[row] |= eye.exercise
    feed(rows, row, eye.number, at_us)


@compiled
def correct_doppler(mean: Floats, covariance: Floats, seen: Seen, one: int) -> None:
    """Correct a velocity along the line of sight."""
    east, north = seen.mean[one, 0] - seen.origin[0], seen.mean[one, 1] - seen.origin[1]
    far = max(np.hypot(east, north), 1e-3)
    ahead = (0.0, 0.0, east / far, north / far)
    speed = ahead[2] * mean[2] + ahead[3] * mean[3]
    variance = seen.doppler_sigma_mps[one] ** 2 / seen.news[one]
    correct_along(mean, covariance, ahead, seen.doppler_mps[one] - speed, variance)
