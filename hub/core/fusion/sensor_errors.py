"""What may be wrong with a sensor's own frame, and what that does to the places it measures.

Five numbers say it: where it is displaced (east, north), how far it is turned (yaw, clockwise),
how far it is tilted (pitch, upwards; what sees the ground from a height only), and how far its
clock is ahead. All as "what it measures minus what is so", in metres, radians and seconds.
"""

from typing import Final

import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray

from hub.core.fusion.measurement import Measurements
from hub.core.geometry import Floats
from wire.quantities import SECOND_US

EAST, NORTH, YAW, PITCH, CLOCK = range(5)
ERROR_COUNT: Final = 5

# Further from the sensor than this a turn is no longer told from a displacement by any sensor of
# a site, and a place that a gateway passes on has no lever at all.
_LEVER_MAX_M: Final = 300.0
# Lower than this nothing looks down on the ground: a tilt has no meaning.
_HEIGHT_MIN_M: Final = 0.5
# A ray this flat (in radians below the horizon) meets the ground nowhere that matters.
_DEPRESSION_MIN: Final = 0.005
_DEPRESSION_MAX: Final = np.pi / 2.0 - 0.005

# One standard deviation of an installation by hand: paced out on a plan, turned by eye, set by
# a network's time. What a surveyor measured, and a clock that says how good it is, are better.
_BY_HAND: Final = np.array([1.5, 1.5, np.radians(1.5), np.radians(0.5), 0.2])
_SURVEYED: Final = np.array([0.05, 0.05, np.radians(0.1), np.radians(0.05), 0.2])
_CLOCK_SIGMA_MIN_S: Final = 0.001


class Station(Struct, frozen=True, kw_only=True):
    """What a sensor's errors turn about."""

    place: tuple[float, float] | None = None  # None: it has not said where it stands.
    height_m: float = 0.0  # Of a camera above the ground; 0 where a tilt means nothing.

    @property
    def tilts(self) -> bool:
        """Whether a tilt shifts what it measures."""
        return self.place is not None and self.height_m >= _HEIGHT_MIN_M


def prior_sigma(*, surveyed: bool, clock_sigma_us: int) -> Floats:
    """Return one standard deviation of each error before anything was learnt."""
    sigma = (_SURVEYED if surveyed else _BY_HAND).copy()
    if clock_sigma_us > 0:
        sigma[CLOCK] = max(clock_sigma_us / SECOND_US, _CLOCK_SIGMA_MIN_S)
    return sigma


def influence(station: Station, places: Floats, velocity: Floats) -> Floats:
    """Return how each error shifts each measured place, (n, 2, 5)."""
    shift = np.zeros((len(places), 2, ERROR_COUNT))
    shift[:, 0, EAST] = shift[:, 1, NORTH] = 1.0
    # It calls what it sees now by a later instant: at that instant the thing has moved on.
    shift[:, :, CLOCK] = -velocity
    if station.place is None:
        return shift
    offset = places - station.place
    reach = np.hypot(offset[:, 0], offset[:, 1])
    offset *= (np.minimum(reach, _LEVER_MAX_M) / np.maximum(reach, 1e-6))[:, np.newaxis]
    shift[:, 0, YAW], shift[:, 1, YAW] = offset[:, 1], -offset[:, 0]
    if station.tilts:
        reach = np.clip(reach, 1e-6, _LEVER_MAX_M)
        outwards = (station.height_m**2 + reach * reach) / station.height_m
        shift[:, :, PITCH] = offset * (outwards / reach)[:, np.newaxis]
    return shift


def righted(places: Floats, station: Station, errors: Floats) -> Floats:
    """Return where things are that a sensor with these errors measured at `places`."""
    displaced = errors[[EAST, NORTH]]
    if station.place is None:
        shifted: Floats = places - displaced
        return shifted
    east, north = (places - station.place).T
    cosine, sine = np.cos(errors[YAW]), np.sin(errors[YAW])
    offset = np.column_stack((east * cosine - north * sine, north * cosine + east * sine))
    if station.tilts and errors[PITCH] != 0.0:
        offset *= _stretch(np.hypot(east, north), station.height_m, float(errors[PITCH]))
    right: Floats = offset + station.place - displaced
    return right


def righted_scan(seen: Measurements, station: Station, errors: Floats) -> Measurements:
    """Return a scan as its sensor would have measured it without these errors."""
    east, north = seen.origin
    return structs.replace(
        seen,
        observed_us=seen.observed_us - round(float(errors[CLOCK]) * SECOND_US),
        mean=righted(seen.mean, station, errors),
        origin=(east - float(errors[EAST]), north - float(errors[NORTH])),
        bearing_deg=(seen.bearing_deg - np.degrees(errors[YAW])) % 360.0,
    )


def _stretch(reach: Floats, height_m: float, pitch: float) -> NDArray[np.float64]:
    """Return by how much the ground range changes when a tilt is taken away."""
    depression = np.arctan2(height_m, np.maximum(reach, 1e-6))
    true = np.clip(depression + pitch, _DEPRESSION_MIN, _DEPRESSION_MAX)
    # What is nearly below or nearly at the horizon keeps its place: it has no range to correct.
    usable = (depression > _DEPRESSION_MIN) & (depression < _DEPRESSION_MAX)
    ratio = np.where(usable, height_m / np.tan(true) / np.maximum(reach, 1e-6), 1.0)
    stretch: Floats = np.clip(ratio, 0.5, 2.0)[:, np.newaxis]
    return stretch
