"""Whether somebody sees a zone now, and whether it is clear."""

from collections.abc import Mapping

import numpy as np

from hub.core.fusion.lifecycle import LOST
from hub.core.geometry import Flags, Floats, distance_to, points_of
from hub.core.rules.track_table import Rows, TrackTable, has_label, positions, sigmas
from hub.core.rules.wording import counted
from hub.core.site import Area, ZoneClear
from wire.feed import LABELS
from wire.labels import Label
from wire.quantities import SECOND_US, DurationS, Identifier, Instant

# A track that nobody has updated may be anywhere it could have walked to; beyond this the
# picture's own age limit forbids anyway.
PREDICT_MAX_S = 5.0


def stale(
    zone: Area,
    covered_us: Mapping[Identifier, Instant],
    age_max_s: DurationS,
    now_us: Instant,
) -> str | None:
    """Return that nobody sees the zone now, if so: an empty picture is not a clear zone."""
    seen_us = covered_us.get(zone.id)
    if seen_us is None:
        return f"no sensor has seen {zone.name}"
    age_s = (now_us - seen_us) / SECOND_US
    if age_s > age_max_s:
        return f"{zone.name} was last seen {age_s:.0f} s ago"
    return None


def occupied(interlock: ZoneClear, zone: Area, tracks: TrackTable, now_us: Instant) -> str | None:
    """Return what is in the zone or too near to it, if anything is."""
    rows = living(tracks)
    if interlock.labels:
        # What nobody could name may be what the interlock protects.
        rows = rows[has_label(tracks, rows, (*interlock.labels, Label.UNKNOWN))]
    rows = rows[_is_near(interlock, zone, tracks, rows, now_us)]
    if len(rows) == 0:
        return None
    found, counts = np.unique(tracks.label[rows], return_counts=True)
    what = " and ".join(
        counted(LABELS[label], count)
        for label, count in zip(found.tolist(), counts.tolist(), strict=True)
    )
    return f"{what} within {interlock.margin_m:g} m of {zone.name}"


def living(tracks: TrackTable) -> Rows:
    """Return the tracks that may be there, confirmed or not."""
    rows: Rows = np.flatnonzero(np.asarray(tracks.state) != LOST)
    return rows


def velocities(tracks: TrackTable, rows: Rows) -> Floats:
    """Return the velocity of each track, as rows of points."""
    return np.column_stack((tracks.velocity_east[rows], tracks.velocity_north[rows]))


def predicted(tracks: TrackTable, rows: Rows, now_us: Instant) -> Floats:
    """Return where each track is by now if it went on as it was last seen."""
    age_s = np.clip((now_us - tracks.updated_us[rows]) / SECOND_US, 0.0, PREDICT_MAX_S)
    place: Floats = positions(tracks, rows) + velocities(tracks, rows) * age_s[:, np.newaxis]
    return place


def _is_near(
    interlock: ZoneClear, zone: Area, tracks: TrackTable, rows: Rows, now_us: Instant
) -> Flags:
    """Return which tracks are, or may be by now, within the margin of the zone."""
    polygon = points_of(zone.polygon)
    seen = distance_to(polygon, positions(tracks, rows))
    nearest = np.minimum(seen, distance_to(polygon, predicted(tracks, rows, now_us)))
    # An uncertain track counts where it may be, not only where it is believed to be.
    near: Flags = nearest - sigmas(tracks, rows) <= interlock.margin_m
    return near
