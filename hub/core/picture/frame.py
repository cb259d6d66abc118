"""What is on the map: the tracks that people may see, and beside them what is only claimed."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from hub.core.fusion.claims import Claim
from hub.core.fusion.tracks import Tracks
from hub.core.picture.claimed import pack_claims
from hub.core.picture.columns import pack, shown_rows
from wire.feed import TrackColumns

Marks = tuple[frozenset[int], frozenset[int]]
"""The numbers of the tracks that an open alert names, and of those in a crowd."""


def frame(
    tracks: Tracks, claims: Sequence[Claim], numbers: AbstractSet[int], at_us: int, marks: Marks
) -> TrackColumns:
    """Return what of the map has these numbers."""
    rows = shown_rows(tracks)
    named = np.fromiter(numbers, np.uint32, len(numbers))
    rows = rows[np.isin(tracks.number[rows], named)]
    columns = pack(tracks, rows, at_us, *marks)
    claims = [claim for claim in claims if claim.number in numbers]
    return _joined(columns, pack_claims(claims, at_us)) if claims else columns


def shown_numbers(tracks: Tracks, claims: Sequence[Claim]) -> frozenset[int]:
    """Return the number of all that is on the map."""
    numbers = tracks.number[shown_rows(tracks)].tolist()
    return frozenset(numbers) | {claim.number for claim in claims}


def _joined(first: TrackColumns, second: TrackColumns) -> TrackColumns:
    names = TrackColumns.__struct_fields__
    return TrackColumns(**{name: getattr(first, name) + getattr(second, name) for name in names})
