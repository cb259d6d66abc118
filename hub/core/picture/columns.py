"""Tracks as packed columns: a few bytes each, decoded by a dashboard without a loop."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from hub.core.fusion.lifecycle import COASTING, CONFIRMED
from hub.core.fusion.tracks import Tracks
from wire.feed import (
    FLAG_ALERTED,
    FLAG_COASTING,
    FLAG_CONFIRMED,
    FLAG_CROWD,
    FLAG_EXERCISE,
    FLAG_SIMULATED,
    TrackColumns,
)

# A position is carried on along its velocity for no longer than this: further is invention.
PREDICT_MAX_S = 1.0
TURN = 65_536
UINT16_MAX = 65_535


def shown_rows(tracks: Tracks) -> NDArray[np.intp]:
    """Return the rows of the tracks that an operator may see: no tentative ones."""
    return np.flatnonzero((tracks.state == CONFIRMED) | (tracks.state == COASTING))


def pack(
    tracks: Tracks,
    rows: NDArray[np.intp],
    at_us: int,
    alerted: frozenset[int],
    crowded: frozenset[int] = frozenset(),
) -> TrackColumns:
    """Return the tracks of these rows as they are at `at_us`, positions predicted to it.

    An open alert names those that are `alerted`; those `crowded` stand where identity is lost.
    """
    age_us = np.maximum(at_us - tracks.updated_us[rows], 0)
    ahead_s = np.minimum(age_us / 1e6, PREDICT_MAX_S)
    velocity_east, velocity_north = tracks.velocity_east[rows], tracks.velocity_north[rows]
    east = tracks.east[rows] + velocity_east * ahead_s
    north = tracks.north[rows] + velocity_north * ahead_s
    heading = np.round(np.arctan2(velocity_east, velocity_north) / (2 * np.pi) * TURN) % TURN
    number = tracks.number[rows]
    return TrackColumns(
        number=number.astype("<u4").tobytes(),
        east_m=east.astype("<f4").tobytes(),
        north_m=north.astype("<f4").tobytes(),
        heading=heading.astype("<u2").tobytes(),
        speed=_uint16(np.hypot(velocity_east, velocity_north) * 100),
        sigma=_uint16(_major_sigma(tracks, rows) * 100),
        age=_uint16(age_us / 1000),
        label=tracks.label[rows].astype("u1").tobytes(),
        flags=_flags(tracks, rows, {FLAG_ALERTED: alerted, FLAG_CROWD: crowded}).tobytes(),
    )


def _flags(
    tracks: Tracks, rows: NDArray[np.intp], marked: Mapping[int, frozenset[int]]
) -> NDArray[np.uint8]:
    state = tracks.state[rows]
    flags = np.zeros(len(rows), dtype=np.uint8)
    flags[state == CONFIRMED] |= FLAG_CONFIRMED
    flags[state == COASTING] |= FLAG_COASTING
    flags[tracks.simulated[rows]] |= FLAG_SIMULATED
    flags[tracks.exercise[rows]] |= FLAG_EXERCISE
    for flag, numbers in marked.items():
        if numbers:
            named = np.fromiter(numbers, dtype=np.uint32, count=len(numbers))
            flags[np.isin(tracks.number[rows], named)] |= flag
    return flags


def _major_sigma(tracks: Tracks, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the root of the larger eigenvalue of each 2 x 2 position covariance."""
    covariance = tracks.covariance[rows]
    east, north, cross = covariance[:, 0, 0], covariance[:, 1, 1], covariance[:, 0, 1]
    middle, half = (east + north) / 2, np.hypot((east - north) / 2, cross)
    sigma: NDArray[np.float64] = np.sqrt(middle + half)
    return sigma


def _uint16(values: NDArray[np.float64]) -> bytes:
    return np.clip(np.round(values), 0, UINT16_MAX).astype("<u2").tobytes()
