"""Duplicates: two tracks of one thing, made by sensors that disagree about where it is."""

from typing import Final

import numpy as np

from hub.core.fusion.gating import Indices, sweep
from hub.core.fusion.lifecycle import LOST, TENTATIVE
from hub.core.fusion.tracks import Rows
from hub.core.geometry import Flags, Floats

# Two people's centres are seldom nearer, and never for long at one velocity.
_APART_MIN_M: Final = 0.6
_SPEED_APART_MIN_MPS: Final = 0.7
# One scan that shows both shows that they are two; this long it is remembered.
_TOGETHER_US: Final = 2_000_000


def duplicates(rows: Rows, places: Floats) -> Indices:
    """Return the younger row of every two that must be one thing."""
    count = rows.count
    if count < 2:
        return np.empty(0, np.intp)
    order = np.lexsort((places[:, 1], places[:, 0]))
    east = places[order, 0]
    one, other = sweep(east, east + _APART_MIN_M, east)
    ahead = one < other
    first, second = order[one[ahead]], order[other[ahead]]
    near = np.abs(places[first, 1] - places[second, 1]) <= _APART_MIN_M
    first, second = first[near], second[near]
    if first.size == 0:
        return np.empty(0, np.intp)
    is_live = (rows.state[first] != LOST) & (rows.state[second] != LOST)
    is_old = (rows.state[first] != TENTATIVE) & (rows.state[second] != TENTATIVE)
    apart = rows.mean[first, 2:] - rows.mean[second, 2:]
    is_alike = (rows.label[first] == rows.label[second]) & (
        np.hypot(apart[:, 0], apart[:, 1]) < _SPEED_APART_MIN_MPS
    )
    merge = is_live & is_old & is_alike & ~_seen_together(rows, first, second)
    first, second = first[merge], second[merge]
    # The longer known one stays; of the same age the smaller number.
    junior: Indices = np.unique(np.where(_is_senior(rows, first, second), second, first))
    return junior


def _seen_together(rows: Rows, first: Indices, second: Indices) -> Flags:
    """Return which pairs one sensor saw as two in one scan lately."""
    by_one, by_other = rows.fed_by[first][:, :, np.newaxis], rows.fed_by[second][:, np.newaxis, :]
    when_one, when_other = (
        rows.fed_us[first][:, :, np.newaxis],
        rows.fed_us[second][:, np.newaxis, :],
    )
    newest = np.maximum(rows.updated_us[first], rows.updated_us[second])
    recent = when_one >= (newest - _TOGETHER_US)[:, np.newaxis, np.newaxis]
    same = (by_one == by_other) & (by_one >= 0) & (when_one == when_other) & recent
    together: Flags = same.any(axis=(1, 2))
    return together


def _is_senior(rows: Rows, first: Indices, second: Indices) -> Flags:
    older = rows.born_us[first] < rows.born_us[second]
    same_age = rows.born_us[first] == rows.born_us[second]
    senior: Flags = older | (same_age & (rows.number[first] < rows.number[second]))
    return senior
