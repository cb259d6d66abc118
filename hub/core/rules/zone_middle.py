"""Where a zone is shown on a map: a place in it, near its middle."""

import numpy as np

from hub.core.geometry import inside, points_of
from hub.core.site import Area, Place


def middle_of(zone: Area) -> Place:
    """Return the zone's centroid, or where that is outside (an L, a ring) the nearest corner."""
    corners = points_of(zone.polygon)
    after = np.roll(corners, -1, axis=0)
    cross = corners[:, 0] * after[:, 1] - after[:, 0] * corners[:, 1]
    doubled = float(cross.sum())
    centre = ((corners + after) * cross[:, None]).sum(axis=0) / (3.0 * doubled)
    if not inside(corners, centre[None, :])[0]:
        centre = corners[int(np.argmin(np.hypot(*(corners - centre).T)))]
    return float(centre[0]), float(centre[1])
