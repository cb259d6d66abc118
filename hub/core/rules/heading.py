"""How far something has to go until it is in a zone, if it goes on as it does."""

from typing import Final

import numpy as np

from hub.core.geometry import Floats, inside

# A heading is known this badly at worst before it says nothing; 15 degrees to each side and twice
# that is half of all that lies ahead.
_SIGMA_MAX: Final = float(np.radians(15.0))
# Directions that are tried, in sigma of the heading: 95 % of where it may go.
_FAN: Final = np.array([0.0, -1.0, 1.0, -2.0, 2.0])
_LEVEL: Final = 1e-12


def way_to(polygon: Floats, place: Floats, velocity: Floats, covariance: Floats) -> float:
    """Return the metres to the polygon within the velocity's uncertainty; infinite: it misses it.

    `covariance` is that of the velocity. The shortest way of all likely directions counts.
    """
    if inside(polygon, place[np.newaxis])[0]:
        return 0.0
    speed = float(np.hypot(velocity[0], velocity[1]))
    if speed < _LEVEL:
        return float("inf")
    across = np.array([-velocity[1], velocity[0]]) / speed
    variance = max(float(across @ covariance @ across), 0.0)
    sigma = min(variance**0.5 / speed, _SIGMA_MAX)
    angles = np.arctan2(velocity[1], velocity[0]) + _FAN * sigma
    rays = np.column_stack((np.cos(angles), np.sin(angles)))
    return float(_hits(polygon, place, rays).min())


def _hits(polygon: Floats, place: Floats, rays: Floats) -> Floats:
    """Return how far along each ray each edge is met; infinite where it is not."""
    edge = np.roll(polygon, -1, axis=0) - polygon
    to_corner = polygon - place
    turn = rays[:, :1] * edge[:, 1] - rays[:, 1:] * edge[:, 0]
    level = np.abs(turn) < _LEVEL
    safe = np.where(level, 1.0, turn)
    along = (to_corner[:, 0] * edge[:, 1] - to_corner[:, 1] * edge[:, 0]) / safe
    part = (to_corner[:, 0] * rays[:, 1:] - to_corner[:, 1] * rays[:, :1]) / safe
    meets = ~level & (along >= 0.0) & (part >= 0.0) & (part <= 1.0)
    hits: Floats = np.where(meets, along, np.inf)
    return hits
