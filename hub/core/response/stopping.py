"""Whether a vehicle that heads for a zone still comes to a stop before what closes it is closed."""

import numpy as np

from hub.core.geometry import Floats, distance_to, points_of
from hub.core.response.zone_clear import living, predicted, velocities
from hub.core.rules.track_table import TrackTable, has_label, sigmas
from hub.core.site import Area, VehicleCanStop
from wire.labels import Label
from wire.quantities import DurationS, Instant

# Slower than this, what is nearer than its own stopping distance is on the zone already, and
# that is what `zone_clear` is for.
SPEED_MIN_MPS = 0.5
# Half the width of a lorry, and what a driver may yet steer to either side.
HALF_WIDTH_M = 1.3
STEER_DEG = 10.0
# The way ahead is looked at in steps; a zone is wider than a step and its margins.
STEP_M = 1.0
WAY_MAX_M = 1_000.0


def stopping_distance_m(
    speed_mps: float, interlock: VehicleCanStop, delay_s: DurationS = 0.0
) -> float:
    """Return how far a vehicle comes before it stands.

    It goes on undisturbed while its driver has not reacted, and while the actuator moves: until
    that is over, its end is not yet to be seen.
    """
    undisturbed_m = speed_mps * (interlock.reaction_s + delay_s)
    return undisturbed_m + speed_mps**2 / (2.0 * interlock.deceleration_mps2)


def too_near(
    interlock: VehicleCanStop,
    zone: Area,
    tracks: TrackTable,
    now_us: Instant,
    delay_s: DurationS,
) -> str | None:
    """Return which vehicle could not stop before the zone, if any."""
    rows = living(tracks)
    # What nobody could name, and is as fast, may be a vehicle.
    rows = rows[has_label(tracks, rows, (Label.VEHICLE, Label.UNKNOWN))]
    polygon = points_of(zone.polygon)
    places, velocity = predicted(tracks, rows, now_us), velocities(tracks, rows)
    spread = sigmas(tracks, rows)
    for place, speed, sigma_m in zip(places, velocity, spread.tolist(), strict=True):
        speed_mps = float(np.hypot(*speed))
        if speed_mps < SPEED_MIN_MPS:
            continue
        way_m = min(stopping_distance_m(speed_mps, interlock, delay_s), WAY_MAX_M)
        if _leads_into(polygon, place, speed / speed_mps, way_m, sigma_m):
            away_m = float(distance_to(polygon, place[np.newaxis, :])[0])
            return (
                f"a vehicle {away_m:.0f} m from {zone.name} needs {way_m:.0f} m"
                f" to stop at {speed_mps * 3.6:.0f} km/h"
            )
    return None


def _leads_into(
    polygon: Floats, place: Floats, ahead: Floats, way_m: float, sigma_m: float
) -> bool:
    """Return whether the way ahead, as wide as it may be, touches the polygon."""
    along = np.append(np.arange(0.0, way_m, STEP_M), way_m)
    points = place + along[:, np.newaxis] * ahead
    # Half a step, since the way is looked at at its steps only.
    beside = HALF_WIDTH_M + sigma_m + STEP_M / 2.0 + along * np.tan(np.radians(STEER_DEG))
    return bool((distance_to(polygon, points) <= beside).any())
