"""What things say of themselves by radio: a drone's remote id. A claim, and never a measurement.

Anybody with a transmitter worth a lunch can claim to be a drone anywhere, and a real one may claim
a place where it is not. So a claim feeds no track, confirms none, moves none and ends none. It
is shown beside the track it belongs to, with how far apart the two are and whether both
uncertainties allow that; and where no sensor sees anything there, as a thing that is only
claimed, which no rule judges and no playbook acts on.

A claim belongs to the visible track nearest to it that agrees with it. Once it belongs to a
track it stays there though it drifts away, and is then said to disagree: that is how a false
claim shows. Only another track that it agrees with takes it over.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from msgspec import Struct, structs

from hub.core.fusion.lifecycle import COASTING, CONFIRMED
from hub.core.fusion.tracks import Tracks, seconds
from hub.core.geometry import PLANE_M, Floats, Indices
from wire.feed import LABELS, ClaimView, EastNorth, TrackView
from wire.geodesy import SiteFrame
from wire.labels import Label
from wire.messages import Detection, Position, Scan
from wire.quantities import SECOND_US, Identifier, Instant

# Remote id is repeated each second (ASTM F3411-22a); ten missed ones are an end.
LIFE_US: Final = 10 * SECOND_US
# What is only claimed exists as likely as not, until somebody sees it.
EXISTENCE_MAX: Final = 0.5
# A hall full of transmitters; the one heard least recently gives way.
_CLAIMS_MAX: Final = 1_000
# An operator reads no more of them beside one track.
_SHOWN_MAX: Final = 8
# The place in a claim may be a second old (ASTM F3411-22a), half of it on average.
_STALE_S: Final = 0.5
# Chi-squared of two dimensions: 999 of 1,000 true claims agree.
_GATE: Final = 13.8
# Barometers and GNSS measure heights from different zeros.
_HEIGHT_SIGMA_M: Final = 5.0
_HEIGHT_GATE: Final = 3.0
_COAST_MAX_S: Final = 10.0
_MAY_CLAIM: Final = np.array([label in (Label.DRONE, Label.UNKNOWN) for label in LABELS])

Heights = Callable[[int], tuple[float, float]]
"""A row's height and its sigma in metres; NaN where no sensor tells."""


class Claim(Struct, frozen=True, kw_only=True):
    """The latest that one identity said of itself."""

    number: int  # Its name in the picture while no sensor sees it.
    sensor: Identifier
    identity: str
    label: Label
    place: tuple[float, float]
    variance: tuple[float, float, float]  # East, north, and both, in m^2.
    height_m: float | None
    sigma_height_m: float | None
    confidence: float
    first_us: Instant
    observed_us: Instant
    track: int | None = None  # The number of the track it belongs to.
    apart_m: float = 0.0
    agrees: bool = False
    simulated: bool = False
    exercise: bool = False


class Claims:
    """All claims heard lately, and whom they belong to."""

    def __init__(self, frame: SiteFrame) -> None:
        self._frame = frame
        self._claims: dict[tuple[str, bool, bool], Claim] = {}
        self._heard: set[int] = set()

    def take(self, scan: Scan, number: Callable[[], int]) -> Scan:
        """Take what a radio receiver heard things say; return the scan with the rest.

        A direction to a transmitter is no claim: physics said it, not the thing.
        """
        rest: list[Detection] = []
        said: list[Detection] = []
        for detection in scan.detections:
            is_claim = detection.object_id is not None and isinstance(detection.where, Position)
            (said if is_claim else rest).append(detection)
        # In one order, whatever order they came in.
        for detection in sorted(said, key=lambda one: (one.object_id, repr(one))):
            self._hear(scan, detection, number)
        return structs.replace(scan, detections=tuple(rest))

    def match(self, tracks: Tracks, heights: Heights, now_us: Instant) -> None:
        """Find out which tracks the claims belong to, and forget the old ones."""
        self._claims = {
            key: claim
            for key, claim in self._claims.items()
            if now_us - claim.observed_us <= LIFE_US
        }
        if not self._claims:
            return
        state, label = tracks.state, tracks.label
        rows = np.flatnonzero(((state == CONFIRMED) | (state == COASTING)) & _MAY_CLAIM[label])
        for key, claim in self._claims.items():
            matched = _matched(claim, tracks, rows, heights)
            self._claims[key] = matched
            if matched.track is None and claim.track is not None:
                self._heard.add(claim.number)

    def of(self, number: int) -> tuple[ClaimView, ...]:
        """Return what is claimed to be this track, the nearest first."""
        mine = [claim for claim in self._claims.values() if claim.track == number]
        mine.sort(key=lambda claim: (claim.apart_m, claim.identity))
        return tuple(_view(claim) for claim in mine[:_SHOWN_MAX])

    def alone(self) -> tuple[Claim, ...]:
        """Return the claims that belong to no track, in the order of their numbers."""
        alone = [claim for claim in self._claims.values() if claim.track is None]
        return tuple(sorted(alone, key=lambda claim: claim.number))

    def agreed(self) -> frozenset[int]:
        """Return the numbers of the tracks that a claim belongs to and agrees with."""
        claims = self._claims.values()
        return frozenset(one.track for one in claims if one.track is not None and one.agrees)

    def numbers(self) -> frozenset[int]:
        """Return the numbers of the claims that belong to no track."""
        return frozenset(claim.number for claim in self.alone())

    def take_heard(self) -> frozenset[int]:
        """Return the numbers of those heard, or left alone, since this was last asked."""
        heard = self.numbers() & self._heard
        self._heard.clear()
        return heard

    def is_alone(self, number: int) -> bool:
        """Whether a number names something that is only claimed."""
        return number in self.numbers()

    def view(self, number: int, seen: Callable[[Floats], Floats]) -> TrackView | None:
        """Return what is only claimed, by its number; `seen` is how surely it would be seen.

        Where sensors would see it and do not, it exists the less.
        """
        found = [claim for claim in self.alone() if claim.number == number]
        if not found:
            return None
        (claim,) = found
        hidden = 1.0 - float(np.clip(seen(np.array([claim.place])), 0.0, 1.0)[0])
        existence = EXISTENCE_MAX * hidden / (1.0 - EXISTENCE_MAX * (1.0 - hidden))
        east, north, both = claim.variance
        variances, axes = np.linalg.eigh(np.array([[east, both], [both, north]]))
        return TrackView(
            number=claim.number,
            label=claim.label,
            label_confidence=0.0,
            at=EastNorth(east_m=claim.place[0], north_m=claim.place[1]),
            speed_mps=0.0,
            heading_deg=0.0,
            sigma_major_m=float(np.sqrt(variances[1])),
            sigma_minor_m=float(np.sqrt(max(variances[0], 0.0))),
            sigma_azimuth_deg=float(np.degrees(np.arctan2(axes[0, 1], axes[1, 1])) % 180.0),
            born_us=claim.first_us,
            updated_us=claim.observed_us,
            confirmed=False,
            coasting=False,
            existence=existence,
            sensors=(claim.sensor,),
            height_m=claim.height_m,
            sigma_height_m=claim.sigma_height_m,
            claims=(_view(claim),),
            simulated=claim.simulated,
            exercise=claim.exercise,
        )

    def _hear(self, scan: Scan, detection: Detection, number: Callable[[], int]) -> None:
        """Take one claim, if it is the latest of its identity."""
        where = detection.where
        assert detection.object_id is not None
        assert isinstance(where, Position)
        key = (detection.object_id, scan.simulated, scan.exercise)
        before = self._claims.get(key)
        if before is not None and before.observed_us > scan.observed_us:
            return
        east, north = self._frame.to_enu(where.lat_deg, where.lon_deg, where.height_m or 0.0)
        if max(abs(east), abs(north)) > PLANE_M:
            return
        if before is None and len(self._claims) >= _CLAIMS_MAX:
            del self._claims[min(self._claims, key=lambda one: (self._last_us(one), one))]
        both = where.correlation * where.sigma_east_m * where.sigma_north_m
        given = number() if before is None else before.number
        self._heard.add(given)
        self._claims[key] = Claim(
            number=given,
            sensor=scan.sender,
            identity=detection.object_id,
            label=detection.label,
            place=(east, north),
            variance=(where.sigma_east_m**2, where.sigma_north_m**2, both),
            height_m=where.height_m,
            sigma_height_m=where.sigma_height_m,
            confidence=detection.confidence,
            first_us=scan.observed_us if before is None else before.first_us,
            observed_us=scan.observed_us,
            track=None if before is None else before.track,
            simulated=scan.simulated,
            exercise=scan.exercise,
        )

    def _last_us(self, key: tuple[str, bool, bool]) -> Instant:
        return self._claims[key].observed_us


def _matched(claim: Claim, tracks: Tracks, rows: Indices, heights: Heights) -> Claim:
    """Return a claim with the track it belongs to."""
    # What is simulated says nothing of what is real.
    same = tracks.simulated[rows] == claim.simulated
    same &= tracks.exercise[rows] == claim.exercise
    rows = rows[same]
    if rows.size == 0:
        return structs.replace(claim, track=None, apart_m=0.0, agrees=False)
    gap, squared = _apart(claim, tracks, rows)
    agrees = squared <= _GATE
    for place in np.flatnonzero(agrees).tolist():
        agrees[place] = _heights_agree(claim, *heights(int(rows[place])))
    mine = np.flatnonzero(tracks.number[rows] == (-1 if claim.track is None else claim.track))
    if agrees.any():
        best = int(np.where(agrees, squared, np.inf).argmin())
        # It stays where it is while that agrees too: two who fly side by side do not swap.
        best = int(mine[0]) if mine.size and agrees[mine[0]] else best
    elif mine.size:
        best = int(mine[0])
    else:
        return structs.replace(claim, track=None, apart_m=0.0, agrees=False)
    return structs.replace(
        claim,
        track=int(tracks.number[rows[best]]),
        apart_m=float(min(np.hypot(*gap[best]), 2.0 * PLANE_M)),
        agrees=bool(agrees[best]),
    )


def _apart(claim: Claim, tracks: Tracks, rows: Indices) -> tuple[Floats, Floats]:
    """Return where the claim is from each track, and how far that is in squared sigmas."""
    span_s = np.clip(
        seconds(claim.observed_us - tracks.updated_us[rows]), -_COAST_MAX_S, _COAST_MAX_S
    )
    velocity = np.column_stack((tracks.velocity_east[rows], tracks.velocity_north[rows]))
    places = np.column_stack((tracks.east[rows], tracks.north[rows]))
    gap: Floats = np.array(claim.place) - places - velocity * span_s[:, np.newaxis]
    covariance = tracks.covariance[rows]
    squared_s = span_s[:, np.newaxis, np.newaxis] ** 2
    spread = covariance[:, :2, :2] + squared_s * covariance[:, 2:, 2:]
    crossed = span_s[:, np.newaxis, np.newaxis] * covariance[:, :2, 2:]
    spread = spread + crossed + crossed.transpose(0, 2, 1)
    east, north, both = claim.variance
    spread += np.array([[east, both], [both, north]])
    late = _STALE_S**2 * (velocity * velocity).sum(axis=1)
    spread[:, (0, 1), (0, 1)] += late[:, np.newaxis]
    solved = np.linalg.solve(spread, gap[:, :, np.newaxis])[:, :, 0]
    return gap, (gap * solved).sum(axis=1)


def _heights_agree(claim: Claim, height_m: float, sigma_m: float) -> bool:
    """Whether the heights allow that they are one; what is not known allows it."""
    if claim.height_m is None or not np.isfinite(height_m):
        return True
    own_m = _HEIGHT_SIGMA_M if claim.sigma_height_m is None else claim.sigma_height_m
    spread_m = float(np.sqrt(own_m**2 + sigma_m**2 + _HEIGHT_SIGMA_M**2))
    return abs(claim.height_m - height_m) <= _HEIGHT_GATE * spread_m


def _view(claim: Claim) -> ClaimView:
    return ClaimView(
        sensor=claim.sensor,
        identity=claim.identity,
        at=EastNorth(east_m=claim.place[0], north_m=claim.place[1]),
        height_m=claim.height_m,
        apart_m=claim.apart_m,
        agrees=claim.agrees,
        observed_us=claim.observed_us,
    )
