"""One scan against all tracks, as one kernel: gate -> associate -> believe -> correct -> bear.

It touches only tracks that its sensor could see or that one of its measurements could be of, so
a scan costs what it sees. Everything it changes is in the columns; what it returns says where.
"""

from typing import NamedTuple

import numpy as np

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
from hub.core.fusion.gating import Pairs, pairs_within
from hub.core.fusion.lifecycle import LOST, VAGUE_M2, Law, state_after
from hub.core.fusion.likelihood import odds_of
from hub.core.fusion.looking import Eye, Near, near_of
from hub.core.fusion.nearby import Heads
from hub.core.fusion.scan_order import Seen, in_order
from hub.core.fusion.tracks import Columns
from hub.core.geometry import Floats, Indices


class Claimed(NamedTuple):
    """The measurements that were claimed for a track, and the track as it was before them."""

    row: Indices  # (k,)
    measurement: Indices  # Its index, in the order in which the sensor gave them.
    chance: Floats  # How sure that is.
    measured: Floats  # (k, 2)
    covariance: Floats  # (k, 2, 2) Of the measurement.
    velocity: Floats  # (k, 2)
    velocity_variance: Floats  # Mean of the two.


class Result(NamedTuple):
    """What one scan did, by row."""

    changed: Indices  # Rows that are alive and were measured, changed in state, or were born.
    born: Indices
    turned: Indices  # Rows whose state is another now.
    claimed: Claimed
    fastest_mps: float  # The largest speed among the rows measured and born.


@compiled
def take(  # noqa: PLR0913, PLR0917 -- a kernel is handed all that it works on
    rows: Columns,
    count: int,
    heads: Heads,
    given: Seen,
    eye: Eye,
    at_us: int,
    now_us: int,
    moved_m: float,
    law: Law,
    births: Births,
) -> Result:
    """Take one scan. `moved_m` is how far any track may be from where it is filed."""
    seen, order = in_order(given)
    near = near_of(rows, count, heads, seen, eye, at_us, moved_m, law)
    pairs = pairs_within(law.gate, near.places, near.spread, seen.mean, seen.covariance)
    odds = odds_of(rows, near, pairs, seen, eye, at_us, law)
    by_one = turned(pairs, len(seen.mean))
    groups = components(pairs, by_one)
    chance = marginals(pairs, groups, odds.ratio, len(seen.mean))
    decide(pairs, groups, odds.ratio, chance, law.surest, len(seen.mean))
    shares = shares_of(pairs, chance, len(seen.mean))
    claimed = _claimed(rows, near, pairs, chance, shares, seen, order)
    believe(rows, near, odds, pairs, chance, shares, seen.news, at_us, law)
    fastest = correct_all(rows, heads, near, pairs, chance, shares, seen, eye, odds.slot, at_us)
    born = bear(rows, count, heads, seen, eye, at_us, law, births, shares.left)
    for row in born:
        # Doppler gives them a speed at once.
        fastest = max(fastest, np.hypot(rows.mean[row, 2], rows.mean[row, 3]))
    changed, others = _settle(rows, near, shares, born, now_us, law)
    return Result(changed, born, others, claimed, fastest)


@compiled
def _claimed(
    rows: Columns,
    near: Near,
    pairs: Pairs,
    chance: Floats,
    shares: Shares,
    seen: Seen,
    order: Indices,
) -> Claimed:
    """Return which track each measurement is claimed for, and how that moved before."""
    most, size = len(near.row), 0
    claimed = Claimed(
        np.empty(most, np.int64),
        np.empty(most, np.int64),
        np.empty(most),
        np.empty((most, 2)),
        np.empty((most, 2, 2)),
        np.empty((most, 2)),
        np.empty(most),
    )
    for track in range(most):
        best = shares.best[track]
        if best < 0 or chance[best] <= CLAIM_MIN:
            continue
        row, one = near.row[track], pairs.one[best]
        claimed.row[size], claimed.measurement[size] = row, order[one]
        claimed.chance[size] = chance[best]
        for axis in range(2):
            claimed.measured[size, axis] = seen.mean[one, axis]
            claimed.velocity[size, axis] = rows.mean[row, axis + 2]
            for other in range(2):
                claimed.covariance[size, axis, other] = seen.covariance[one, axis, other]
        variances = rows.covariance[row, 2, 2] + rows.covariance[row, 3, 3]
        claimed.velocity_variance[size] = 0.5 * variances
        size += 1
    return Claimed(
        claimed.row[:size],
        claimed.measurement[:size],
        claimed.chance[:size],
        claimed.measured[:size],
        claimed.covariance[:size],
        claimed.velocity[:size],
        claimed.velocity_variance[:size],
    )


@compiled
def _settle(
    rows: Columns, near: Near, shares: Shares, born: Indices, now_us: int, law: Law
) -> tuple[Indices, Indices]:
    """Bring states up to date; return the rows that changed, and those whose state did."""
    most = len(near.row)
    changed, others = np.empty(most + len(born), np.int64), np.empty(most, np.int64)
    changed_count, otherscount = 0, 0
    states, labels, covariances = rows.state, rows.label, rows.covariance
    for track in range(most):
        row, vague = near.row[track], 0.0
        is_used = shares.total[track] >= USED_MIN
        if not is_used:
            grown = near.spread[track, 0] + near.spread[track, 1]
            grown -= covariances[row, 0, 0] + covariances[row, 1, 1]
            vague = grown / VAGUE_M2[labels[row]]
        before, unseen_s = states[row], (now_us - rows.updated_us[row]) * 1e-6
        after = state_after(before, rows.existence[row], rows.hits[row], unseen_s, vague, law)
        if after != before:
            states[row] = after
            others[otherscount] = row
            otherscount += 1
        if after != LOST and (is_used or after != before):
            changed[changed_count] = row
            changed_count += 1
    changed[changed_count : changed_count + len(born)] = born
    return changed[: changed_count + len(born)], others[:otherscount]
