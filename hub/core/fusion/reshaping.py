"""What people's corrections do to the tracks' rows: hold a label, make one of two, part them."""

from typing import Final

import numpy as np
from msgspec import Struct

from hub.core.fusion.corrections import Member
from hub.core.fusion.lifecycle import CONFIRMED, TENTATIVE
from hub.core.fusion.provenance import forget, unite
from hub.core.fusion.tracks import NO_LABEL, Columns, Rows, seconds
from hub.core.geometry import Indices
from wire.quantities import SECOND_US, Instant

SEEN_NOW_US: Final = SECOND_US
"""A track measured no longer ago than this is seen now: three looks of a slow sensor."""

# A person says that it is there; the next looks at it have to bear that out.
_PARTED_EXISTENCE: Final = 0.9
# How well a parted track's place and velocity are known, beside what the kept one's are.
_PARTED_SIGMA_M: Final = 0.5
_PARTED_SIGMA_MPS: Final = 0.5
_US_S: Final = 1e-6


class Pair(Struct, frozen=True, kw_only=True):
    """Two tracks at one instant."""

    offset: tuple[float, float]  # From the kept one to the other, in metres.
    sigma_m: float  # Of that distance.
    both_seen: bool
    unseen_s: float  # Of the one seen longer ago.


def pair_of(rows: Columns, kept: int, other: int, now_us: Instant) -> Pair:
    """Return how two tracks stand to each other."""
    both = [kept, other]
    span_s = np.clip(seconds(now_us - rows.updated_us[both]), 0.0, 10.0)
    mean = rows.mean[both]
    places = mean[:, :2] + mean[:, 2:] * span_s[:, np.newaxis]
    east_m, north_m = (places[1] - places[0]).tolist()
    variance = rows.covariance[both][:, (0, 1), (0, 1)].max(axis=1).sum()
    ago_us = now_us - int(rows.updated_us[both].min())
    return Pair(
        offset=(east_m, north_m),
        sigma_m=float(np.sqrt(variance)),
        both_seen=ago_us <= SEEN_NOW_US,
        unseen_s=max(ago_us, 0) * _US_S,
    )


def relabel(rows: Columns, row: int, label: int | None) -> None:
    """Hold a track's label, by its index; None lets the sensors say again."""
    rows.held_label[row] = NO_LABEL if label is None else label


def unite_rows(rows: Columns, kept: int, gone: int) -> None:
    """Let the kept row be both: where the one seen last is, and all that is known of either."""
    if rows.updated_us[gone] > rows.updated_us[kept] + SEEN_NOW_US:
        for column in (rows.mean, rows.covariance, rows.updated_us, rows.object_key):
            column[kept] = column[gone]
    if rows.height_us[gone] > rows.height_us[kept]:
        for column in (rows.height, rows.height_covariance, rows.height_us):
            column[kept] = column[gone]
    rows.existence[kept] = max(rows.existence[kept], rows.existence[gone])
    rows.looked_us[kept] = max(rows.looked_us[kept], rows.looked_us[gone])
    rows.born_us[kept] = min(rows.born_us[kept], rows.born_us[gone])
    rows.hits[kept] += rows.hits[gone]
    rows.votes[kept] += rows.votes[gone]
    if rows.identity[kept] == 0:
        rows.identity[kept] = rows.identity[gone]
    rows.state[kept] = min(rows.state[kept], rows.state[gone])
    fold(rows, kept, gone)


def folding(rows: Columns, kept: Indices, gone: Indices) -> list[tuple[int, int]]:
    """Return which row each duplicate becomes part of, the youngest first.

    So what became part of it goes along when it becomes part of another in its turn.
    """
    age = np.lexsort((rows.number[kept], rows.born_us[kept]))
    eldest: dict[int, int] = {}
    for kept_row, gone_row in zip(kept[age].tolist(), gone[age].tolist(), strict=True):
        eldest.setdefault(gone_row, kept_row)
    pairs = [(kept_row, gone_row) for gone_row, kept_row in eldest.items()]
    return sorted(
        pairs, key=lambda pair: (rows.born_us[pair[1]], rows.number[pair[1]]), reverse=True
    )


def fold(rows: Columns, kept: int, gone: int) -> None:
    """Let a row have what a duplicate of it was fed, and was said to be."""
    if rows.held_label[kept] == NO_LABEL:
        rows.held_label[kept] = rows.held_label[gone]
    unite(rows, kept, gone)


def part_row(rows: Rows, kept: int, member: Member, now_us: Instant) -> int:
    """Let what became part of a track stand by itself again; return its row."""
    rows.reserve(1)
    columns, new = rows.columns, rows.count
    for column in columns:
        column[new] = column[kept]
    rows.count += 1
    columns.number[new] = member.number
    columns.mean[new, :2] += member.offset
    columns.covariance[new, (0, 1), (0, 1)] += _PARTED_SIGMA_M**2
    columns.covariance[new, (2, 3), (2, 3)] += _PARTED_SIGMA_MPS**2
    columns.existence[new] = _PARTED_EXISTENCE
    columns.state[new] = CONFIRMED
    columns.born_us[new] = now_us
    columns.object_key[new] = columns.identity[new] = 0
    columns.held_label[new] = NO_LABEL if member.held is None else member.held
    forget(columns, new)
    return new


def seedlings(
    rows: Columns, count: int, place: tuple[float, float], radius_m: float, sensors: set[int]
) -> Indices:
    """Return the tracks not yet shown that these sensors alone began at a place."""
    gap = rows.mean[:count, :2] - place
    near = np.hypot(gap[:, 0], gap[:, 1]) <= radius_m
    near &= rows.state[:count] == TENTATIVE
    fed_by = rows.fed_by[:count]
    theirs = np.isin(fed_by, [-1, *sorted(sensors)]).all(axis=1)
    found: Indices = np.flatnonzero(near & theirs)
    return found
