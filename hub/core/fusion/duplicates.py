"""Duplicates: two tracks of one thing, made by sensors that disagree about where it is."""

from typing import Final

import numpy as np

from hub.core.fusion.compiled import compiled
from hub.core.fusion.lifecycle import LOST, TENTATIVE
from hub.core.fusion.tracks import FEEDERS, Columns
from hub.core.geometry import Floats, Indices

# Two people's centres are seldom nearer, and never for long at one velocity.
_APART_MIN_M: Final = 0.6
_SPEED_APART_MIN_MPS: Final = 0.7
# One scan that shows both shows that they are two; this long it is remembered.
_TOGETHER_US: Final = 2_000_000


@compiled
def duplicates(rows: Columns, count: int, places: Floats) -> tuple[Indices, Indices]:
    """Return every two rows that must be one thing: those to be kept, and the younger ones."""
    size = 0
    kept, gone = np.empty(count, np.intp), np.empty(count, np.intp)
    east = np.ascontiguousarray(places[:count, 0])
    order = np.argsort(east)
    state, label, mean = rows.state, rows.label, rows.mean
    for place in range(count):
        one = order[place]
        if state[one] == LOST or state[one] == TENTATIVE:
            continue
        for further in range(place + 1, count):
            other = order[further]
            if east[other] - east[one] > _APART_MIN_M or size == count:
                break
            if (
                abs(places[other, 1] - places[one, 1]) > _APART_MIN_M
                or state[other] == LOST
                or state[other] == TENTATIVE
                or label[one] != label[other]
                or rows.simulated[one] != rows.simulated[other]
            ):
                continue
            faster = np.hypot(mean[one, 2] - mean[other, 2], mean[one, 3] - mean[other, 3])
            if faster < _SPEED_APART_MIN_MPS and not _seen_together(rows, one, other):
                is_older = _is_older(rows, one, other)
                kept[size], gone[size] = (one, other) if is_older else (other, one)
                size += 1
    return kept[:size], gone[:size]


@compiled
def _seen_together(rows: Columns, one: int, other: int) -> bool:
    """Whether one sensor saw both in one scan lately."""
    since_us = max(rows.updated_us[one], rows.updated_us[other]) - _TOGETHER_US
    for slot in range(FEEDERS):
        sensor, fed_us = rows.fed_by[one, slot], rows.fed_us[one, slot]
        if sensor < 0 or fed_us == 0 or fed_us < since_us:
            continue
        for another in range(FEEDERS):
            if rows.fed_by[other, another] == sensor and rows.fed_us[other, another] == fed_us:
                return True
    return False


@compiled
def _is_older(rows: Columns, one: int, other: int) -> bool:
    """Whether one was known before another; of the same age, by the smaller number."""
    if rows.born_us[one] != rows.born_us[other]:
        return bool(rows.born_us[one] < rows.born_us[other])
    return bool(rows.number[one] < rows.number[other])
