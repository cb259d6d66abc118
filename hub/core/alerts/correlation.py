"""What makes two alerts one happening: tracks in common, one sensor, a place, a shared failure.

Every tie has its reason in words: an operator who finds two alerts in one incident must be able
to read why. What is real, simulated and an exercise is never tied to another.
"""

import math
from collections.abc import Iterable
from enum import IntEnum
from typing import Final, NamedTuple

from hub.core.alerts.incident import Member
from hub.core.rules.wording import line, listed
from hub.core.site import Grouping
from wire.quantities import SECOND_US, DurationUs, Instant, Line

# An alert that names more tracks is about a crowd: that somebody of it is in another alert, too,
# says nothing.
TELLING_TRACKS_MAX: Final = 20
# A bad place may make two alerts near which are not; at most this much wider than the plan says.
SLACK_MAX: Final = 2.0
# Alerts chained from place to place would end as one incident for the whole site.
WIDTH_MAX: Final = 4.0
# A switch or a fuse takes all its devices within one silence limit and a few heartbeats.
TOGETHER_US: Final = 30 * SECOND_US
# Rules whose alerts say that a device is cut off, not what it saw.
CUT_OFF: Final = frozenset({"silence"})


class Strength(IntEnum):
    """How much a tie says, the most last."""

    ZONE = 1
    PLACE = 2
    TOGETHER = 3
    SENSOR = 4
    TRACKS = 5


class Tie(NamedTuple):
    """Why two alerts are one happening."""

    strength: Strength
    why: Line


def tie(new: Member, known: Member, grouping: Grouping) -> Tie | None:
    """Return what ties an alert to one that is known; None where nothing does."""
    if (common := tracks_in_common(new, known)) is not None:
        return common
    found = _same_sensor(new, known) or _together(new, known) or _near(new, known, grouping)
    if found is None or apart(new, known) > grouping.within_s * SECOND_US:
        return None
    return found


def strongest(
    new: Member, members: Iterable[Member], grouping: Grouping, *, tracks_only: bool = False
) -> Tie | None:
    """Return what ties an alert to an incident most; None where nothing does.

    A place ties only while the incident stays one place.
    """
    best: Tie | None = None
    widest_m = 0.0
    for known in members:
        found = tracks_in_common(new, known) if tracks_only else tie(new, known, grouping)
        if found is not None and (best is None or found.strength > best.strength):
            best = found
        if new.place is not None and known.place is not None:
            widest_m = max(widest_m, math.dist(new.place, known.place))
    is_by_place = best is not None and best.strength is Strength.PLACE
    return None if is_by_place and widest_m > WIDTH_MAX * grouping.within_m else best


def tracks_in_common(new: Member, known: Member) -> Tie | None:
    """Return the tie of a track that both name: it is the same thing, however long ago."""
    if max(len(new.tracks), len(known.tracks)) > TELLING_TRACKS_MAX:
        return None
    common = [number for number in new.tracks if number in known.tracks]
    if not common:
        return None
    names = f"track{'s' * (len(common) > 1)} {listed(common)}"
    return Tie(Strength.TRACKS, line(f"{names}, also in A-{known.number}"))


def apart(new: Member, known: Member) -> DurationUs:
    """Return for how long neither of two alerts was true, between the two; 0: they overlap."""
    if new.begun_us <= known.begun_us:
        new, known = known, new
    return max(0, new.begun_us - _end(known, new.begun_us))


def _end(member: Member, now_us: Instant) -> Instant:
    return now_us if member.ended_us is None else max(member.ended_us, member.begun_us)


def _same_sensor(new: Member, known: Member) -> Tie | None:
    """Return the tie of one sensor alone.

    What tracks say is told by their places instead: one camera may see two happenings at the two
    ends of a square.
    """
    if new.tracks or known.tracks or len(new.sensors) != 1 or new.sensors != known.sensors:
        return None
    return Tie(Strength.SENSOR, line(f"same sensor as A-{known.number}: {new.sensors[0]}"))


def _together(new: Member, known: Member) -> Tie | None:
    """Return the tie of devices that were cut off at once: one switch, one fuse, one jammer."""
    if new.rule_kind not in CUT_OFF or known.rule_kind not in CUT_OFF:
        return None
    if abs(new.begun_us - known.begun_us) > TOGETHER_US:
        return None
    return Tie(Strength.TOGETHER, line(f"cut off together with A-{known.number}"))


def _near(new: Member, known: Member, grouping: Grouping) -> Tie | None:
    if new.place is None or known.place is None:
        if new.zone is None or new.zone != known.zone:
            return None
        where = new.zone_name or new.zone
        return Tie(Strength.ZONE, line(f"same zone as A-{known.number}: {where}"))
    apart_m = math.dist(new.place, known.place)
    slack_m = (new.sigma_m or 0.0) + (known.sigma_m or 0.0)
    if apart_m > min(grouping.within_m + slack_m, SLACK_MAX * grouping.within_m):
        return None
    return Tie(Strength.PLACE, f"{apart_m:.0f} m from A-{known.number}")
