"""What must be true in the live picture before a command leaves."""

from collections.abc import Mapping

import numpy as np

from hub.core.fusion.lifecycle import LOST
from hub.core.geometry import Flags, distance_to, points_of
from hub.core.response.live_picture import LivePicture
from hub.core.rules.track_table import Rows, TrackTable, has_label, positions, sigmas
from hub.core.rules.wording import counted, line
from hub.core.site import Area, Site, ZoneClear
from wire.feed import LABELS
from wire.labels import Label
from wire.quantities import SECOND_US, Identifier, Instant, Line

# A track that nobody has updated may be anywhere it could have walked to; beyond this the
# picture's own age limit forbids anyway.
PREDICT_MAX_S = 5.0


class Interlocks:
    """Judges the interlocks of a site's plan."""

    def __init__(self, site: Site) -> None:
        self._zones = {zone.id: zone for zone in site.zones}

    def reason_against(
        self,
        interlocks: tuple[ZoneClear, ...],
        picture: LivePicture,
        now_us: Instant,
        *,
        simulated: bool = False,
    ) -> Line | None:
        """Return the first reason that forbids, in words; None where all are true.

        `simulated` says that of the actuator: any other waits for eyes that are real.
        """
        covered_us = picture.covered_in_play_us if simulated else picture.covered_us
        for interlock in interlocks:
            zone = self._zones.get(interlock.zone)
            if zone is None:
                return line(f"the plan has no zone {interlock.zone} to look at")
            reason = _stale(interlock, zone, covered_us, now_us) or _occupied(
                interlock, zone, picture.tracks, now_us
            )
            if reason is not None:
                return line(reason)
        return None


def _stale(
    interlock: ZoneClear, zone: Area, covered_us: Mapping[Identifier, Instant], now_us: Instant
) -> str | None:
    """Return that nobody sees the zone now, if so: an empty picture is not a clear zone."""
    seen_us = covered_us.get(zone.id)
    if seen_us is None:
        return f"no sensor has seen {zone.name}"
    age_s = (now_us - seen_us) / SECOND_US
    if age_s > interlock.picture_age_max_s:
        return f"{zone.name} was last seen {age_s:.0f} s ago"
    return None


def _occupied(interlock: ZoneClear, zone: Area, tracks: TrackTable, now_us: Instant) -> str | None:
    """Return what is in the zone or too near to it, if anything is."""
    rows = np.flatnonzero(np.asarray(tracks.state) != LOST)
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


def _is_near(
    interlock: ZoneClear, zone: Area, tracks: TrackTable, rows: Rows, now_us: Instant
) -> Flags:
    """Return which tracks are, or may be by now, within the margin of the zone."""
    polygon = points_of(zone.polygon)
    seen = positions(tracks, rows)
    velocity = np.column_stack((tracks.velocity_east[rows], tracks.velocity_north[rows]))
    age_s = np.clip((now_us - tracks.updated_us[rows]) / SECOND_US, 0.0, PREDICT_MAX_S)
    predicted = seen + velocity * age_s[:, np.newaxis]
    nearest = np.minimum(distance_to(polygon, seen), distance_to(polygon, predicted))
    # An uncertain track counts where it may be, not only where it is believed to be.
    near: Flags = nearest - sigmas(tracks, rows) <= interlock.margin_m
    return near
