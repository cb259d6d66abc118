"""Tracks that a test places by hand: rows that no scan made."""

import numpy as np

from hub.core.fusion.provenance import forget
from hub.core.fusion.tracks import NO_LABEL, Columns, Rows
from hub.core.geometry import Indices


def add_rows(rows: Rows, count: int) -> Indices:
    """Return so many new rows, in which nothing is known but a number that nobody sees."""
    rows.reserve(count)
    new = np.arange(rows.count, rows.count + count)
    for name, column in zip(Columns._fields, rows.columns, strict=True):
        if name != "number":
            column[new] = 0
    for row in new.tolist():
        forget(rows.columns, row)
    rows.columns.held_label[new] = NO_LABEL
    rows.columns.number[new] = np.arange(rows.next_nameless, rows.next_nameless + count)
    rows.next_nameless += count
    rows.count += count
    return new
