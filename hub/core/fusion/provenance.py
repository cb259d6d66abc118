"""Where a track comes from: which sensors fed it, when first, when last, and how often.

The tracker counts in columns of slots, a slot a sensor that looked at the track. A track that
more sensors looked at than it has slots has forgotten the one that did so longest ago.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from hub.core.fusion.tracks import Columns
from wire.feed import TrackSource
from wire.quantities import Identifier

# What `Count` on the wire holds: at 1,000 Hz three hours of one sensor.
_COUNT_MAX: Final = 10_000_000


def sources(rows: Columns, row: int, names: Sequence[Identifier]) -> tuple[TrackSource, ...]:
    """Return every sensor that fed a track, the most recent first."""
    used = np.flatnonzero((rows.fed_by[row] >= 0) & (rows.fed_count[row] > 0))
    order = used[np.lexsort((rows.fed_by[row, used], -rows.fed_us[row, used]))]
    return tuple(
        TrackSource(
            sensor=names[rows.fed_by[row, slot]],
            first_us=int(rows.fed_first_us[row, slot]),
            last_us=int(rows.fed_us[row, slot]),
            measurement_count=min(int(rows.fed_count[row, slot]), _COUNT_MAX),
        )
        for slot in order.tolist()
    )


def unite(rows: Columns, kept: int, gone: int) -> None:
    """Let one row have what both were fed; the most recent sensors, where slots are too few."""
    slots = rows.fed_by.shape[1]
    both = [(row, slot) for row in (kept, gone) for slot in range(slots)]
    of_each: dict[int, list[tuple[int, int]]] = {}
    for row, slot in both:
        if rows.fed_by[row, slot] >= 0:
            of_each.setdefault(int(rows.fed_by[row, slot]), []).append((row, slot))
    united = [
        (
            sensor,
            min((int(rows.fed_first_us[at]) for at in places if rows.fed_count[at]), default=0),
            max(int(rows.fed_us[at]) for at in places),
            max(int(rows.eyed_us[at]) for at in places),
            min(sum(int(rows.fed_count[at]) for at in places), _COUNT_MAX),
            # Whoever sees one of the two sees the one that they are.
            max(float(rows.visible[at]) for at in places),
        )
        for sensor, places in sorted(of_each.items())
    ]
    united.sort(key=lambda one: -one[3])
    forget(rows, kept)
    for slot, (sensor, first_us, last_us, eyed_us, count, visible) in enumerate(united[:slots]):
        rows.fed_by[kept, slot] = sensor
        rows.fed_first_us[kept, slot], rows.fed_us[kept, slot] = first_us, last_us
        rows.eyed_us[kept, slot], rows.fed_count[kept, slot] = eyed_us, count
        rows.visible[kept, slot] = visible


def forget(rows: Columns, row: int) -> None:
    """Let a row have been fed by nobody."""
    rows.fed_by[row] = -1
    rows.fed_first_us[row] = rows.fed_us[row] = rows.eyed_us[row] = 0
    rows.fed_count[row] = 0
    rows.visible[row] = 1.0
