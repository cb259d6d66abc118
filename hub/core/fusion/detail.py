"""All that is known of one track: what it is, who fed it, what it says, and what people said."""

import numpy as np
from msgspec import structs

from hub.core.fusion.claims import Claims
from hub.core.fusion.corrections import Corrections, Member
from hub.core.fusion.height import heights
from hub.core.fusion.provenance import sources
from hub.core.fusion.tracker import Tracker
from wire.feed import TrackView
from wire.quantities import SECOND_US, Instant, Line

# What the contract lets a distance be.
_DISTANCE_MAX_M = 20_000.0


def height_of(tracker: Tracker, row: int, now_us: Instant) -> tuple[float, float]:
    """Return a track's height and its sigma in metres; NaN where no sensor tells."""
    height_m, variance = heights(tracker.rows.columns, np.array([row]), now_us)
    return float(height_m[0]), float(np.sqrt(variance[0]))


def detail(tracker: Tracker, claims: Claims, number: int, now_us: Instant) -> TrackView | None:
    """Return all that is known of a track; None when it is not alive."""
    view, row = tracker.view(number), tracker.tracks.row_of(number)
    if view is None or row is None:
        return None
    corrections = tracker.corrections
    height_m, sigma_m = height_of(tracker, row, now_us)
    is_known = np.isfinite(height_m)
    return structs.replace(
        view,
        label_confidence=view.label_confidence if corrections.label_of(number) is None else 1.0,
        height_m=height_m if is_known else None,
        sigma_height_m=min(sigma_m, _DISTANCE_MAX_M) if is_known else None,
        sources=sources(tracker.rows.columns, row, tracker.names),
        claims=claims.of(number),
        merged=corrections.merged_into(number),
        corrections=(*corrections.notes(number), *_contradictions(corrections, number)),
    )


def _contradictions(corrections: Corrections, number: int) -> tuple[Line, ...]:
    return tuple(_contradiction(member) for member in corrections.contradictions(number))


def _contradiction(member: Member) -> Line:
    """Say which sensor sees two where people said one."""
    seconds = member.two_since_us // SECOND_US % 86_400
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02} UTC"
    return f"seen as two by {member.two_by} since {clock}"
