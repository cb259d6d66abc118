"""Track columns to rows and back, for those who read the feed without arrays."""

import math
import struct
from collections.abc import Iterable, Sequence

from wire.feed import LABELS, TrackColumns, TrackRow

HEADING_STEPS = 65_536
"""Steps of a full turn in the heading column."""

UINT16_MAX = 65_535


def rows(columns: TrackColumns) -> tuple[TrackRow, ...]:
    """Return columns as rows."""
    count = len(columns.label)
    return tuple(
        TrackRow(
            number=number,
            label=LABELS[label],
            east_m=round(east_m, 3),
            north_m=round(north_m, 3),
            heading_deg=round(heading * 360.0 / HEADING_STEPS, 2),
            speed_mps=speed / 100.0,
            sigma_m=sigma / 100.0,
            age_ms=age,
            flags=flags,
        )
        for number, east_m, north_m, heading, speed, sigma, age, label, flags in zip(
            struct.unpack(f"<{count}I", columns.number),
            struct.unpack(f"<{count}f", columns.east_m),
            struct.unpack(f"<{count}f", columns.north_m),
            struct.unpack(f"<{count}H", columns.heading),
            struct.unpack(f"<{count}H", columns.speed),
            struct.unpack(f"<{count}H", columns.sigma),
            struct.unpack(f"<{count}H", columns.age),
            columns.label,
            columns.flags,
            strict=True,
        )
    )


def columns(rows: Iterable[TrackRow]) -> TrackColumns:
    """Return rows as columns: what a hub without arrays would send, and what tests compare with."""
    tracks = tuple(rows)
    return TrackColumns(
        number=struct.pack(f"<{len(tracks)}I", *(track.number for track in tracks)),
        east_m=struct.pack(f"<{len(tracks)}f", *(track.east_m for track in tracks)),
        north_m=struct.pack(f"<{len(tracks)}f", *(track.north_m for track in tracks)),
        heading=_uint16([_turn(track.heading_deg) for track in tracks]),
        speed=_uint16([_hundredths(track.speed_mps) for track in tracks]),
        sigma=_uint16([_hundredths(track.sigma_m) for track in tracks]),
        age=_uint16([track.age_ms for track in tracks]),
        label=bytes(LABELS.index(track.label) for track in tracks),
        flags=bytes(track.flags for track in tracks),
    )


def _turn(heading_deg: float) -> int:
    return math.floor(heading_deg / 360.0 * HEADING_STEPS + 0.5) % HEADING_STEPS


def _hundredths(value: float) -> int:
    return math.floor(value * 100.0 + 0.5)


def _uint16(values: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(values)}H", *(min(value, UINT16_MAX) for value in values))
