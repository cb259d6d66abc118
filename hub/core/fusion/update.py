"""One scan against all tracks, as one kernel: gate -> associate -> believe -> correct -> bear.

It touches only tracks that its sensor could see or that one of its measurements could be of, so
a scan costs what it sees. Everything it changes is in the columns; what it returns says where.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hub.core.fusion.association import (
    Shares,
    components,
    decide,
    marginals,
    shares_of,
    turned,
)
from hub.core.fusion.belief import believe
from hub.core.fusion.births import Births, bear
from hub.core.fusion.compiled import compiled
from hub.core.fusion.correction import CLAIM_MIN, USED_MIN, correct_all
from hub.core.fusion.gating import Numbers, Pairs, pairs_within
from hub.core.fusion.lifecycle import VAGUE_M2, Law, state_after
from hub.core.fusion.likelihood import odds_of
from hub.core.fusion.looking import Eye, Near, near_of
from hub.core.fusion.nearby import Heads
from hub.core.fusion.scan_order import Seen
from hub.core.fusion.tracks import FEEDERS, Columns
from hub.core.geometry import Floats


class Claimed(NamedTuple):
    """The tracks that a measurement was claimed for, as they were before it."""

    row: Numbers  # (k,)
    measurement: Numbers  # Its index.
    chance: Floats  # How sure that is.
    places: Floats  # (k, 2) at the scan's instant.
    velocity: Floats  # (k, 2)
    velocity_variance: Floats  # Mean of the two.
    spread: Floats  # (k, 3) the place's variances east and north, and their covariance.
    other_us: NDArray[np.int64]  # When another sensor fed it last; 0: never.


class Result(NamedTuple):
    """What one scan did, by row."""

    changed: Numbers  # Rows measured, looked for in vain to another state, or born.
    born: Numbers
    turned: Numbers  # Rows whose state is another now.
    claimed: Claimed
    fastest_mps: float  # The largest speed among the rows measured.


@compiled
def take(  # noqa: PLR0913, PLR0917 -- a kernel is handed all that it works on
    rows: Columns,
    count: int,
    heads: Heads,
    seen: Seen,
    eye: Eye,
    at_us: int,
    now_us: int,
    moved_m: float,
    law: Law,
    births: Births,
) -> Result:
    """Take one scan. `moved_m` is how far any track may be from where it is filed."""
    near = near_of(rows, count, heads, seen, eye, at_us, moved_m, law)
    pairs = pairs_within(law.gate, near.places, near.spread, seen.mean, seen.covariance)
    odds = odds_of(rows, near, pairs, seen, eye, at_us, law)
    by_one = turned(pairs, len(seen.mean))
    groups = components(pairs, by_one)
    chance = marginals(pairs, groups, odds.ratio, len(seen.mean))
    decide(pairs, groups, odds.ratio, chance, law.surest, len(seen.mean))
    shares = shares_of(pairs, chance, len(seen.mean))
    claimed = _claimed(rows, near, pairs, chance, shares, eye.number)
    believe(rows, near, odds, pairs, chance, shares, seen.news, at_us, law)
    fastest = correct_all(rows, heads, near, pairs, chance, shares, seen, eye, odds.slot, at_us)
    touched, other = _settle(rows, near, shares, now_us, law)
    born = bear(rows, count, heads, seen, eye, at_us, law, births, shares.left)
    return Result(np.concatenate((touched, born)), born, other, claimed, fastest)


@compiled
def _claimed(
    rows: Columns, near: Near, pairs: Pairs, chance: Floats, shares: Shares, sensor: int
) -> Claimed:
    """Return which track each measurement is claimed for, and what was expected of it."""
    tracks = np.empty(len(near.row), np.int32)
    size = 0
    for track in range(len(near.row)):
        if shares.best[track] >= 0 and chance[shares.best[track]] > CLAIM_MIN:
            tracks[size] = track
            size += 1
    tracks = tracks[:size]
    velocity, variance = np.empty((size, 2)), np.empty(size)
    other_us = np.empty(size, np.int64)
    for place in range(size):
        row = near.row[tracks[place]]
        velocity[place] = rows.mean[row, 2:]
        variance[place] = 0.5 * (rows.covariance[row, 2, 2] + rows.covariance[row, 3, 3])
        other_us[place] = _fed_by_others_us(rows.fed_by[row], rows.fed_us[row], sensor)
    best = shares.best[tracks]
    return Claimed(
        near.row[tracks],
        pairs.one[best],
        chance[best],
        near.places[tracks],
        velocity,
        variance,
        near.spread[tracks],
        other_us,
    )


@compiled
def _fed_by_others_us(by: NDArray[np.int16], us: NDArray[np.int64], sensor: int) -> int:
    latest = 0
    for slot in range(FEEDERS):
        if by[slot] != sensor:
            latest = max(latest, us[slot])
    return latest


@compiled
def _settle(
    rows: Columns, near: Near, shares: Shares, now_us: int, law: Law
) -> tuple[Numbers, Numbers]:
    """Bring states up to date; return the rows that changed, and those whose state did."""
    changed, other = np.empty(len(near.row), np.int32), np.empty(len(near.row), np.int32)
    changed_count, other_count = 0, 0
    for track in range(len(near.row)):
        row, vague = near.row[track], 0.0
        is_used = shares.total[track] >= USED_MIN
        if not is_used:
            covariance = rows.covariance[row]
            grown = near.spread[track, 0] + near.spread[track, 1]
            vague = (grown - covariance[0, 0] - covariance[1, 1]) / VAGUE_M2[rows.label[row]]
        before, unseen_s = rows.state[row], (now_us - rows.updated_us[row]) * 1e-6
        after = state_after(before, rows.existence[row], rows.hits[row], unseen_s, vague, law)
        rows.state[row] = after
        if after != before:
            other[other_count] = row
            other_count += 1
        if is_used or after != before:
            changed[changed_count] = row
            changed_count += 1
    return changed[:changed_count], other[:other_count]
