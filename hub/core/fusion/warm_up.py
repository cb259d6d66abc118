"""Calls every kernel once, so that none is compiled while somebody waits for an alert."""

import numpy as np

from hub.core.fusion.measurement import LABEL_INDEX, Measurements
from hub.core.fusion.sight import sight_of
from hub.core.fusion.tracker import Tracker
from hub.core.fusion.walls import Walls
from hub.core.geometry import Floats, Sector
from wire.labels import Label, SensorKind
from wire.quantities import SECOND_US

_START_US = 1_700_000_000_000_000
_SENSOR = "warm-up"


def warm_up() -> None:
    """Track people for a moment: near by, measured late, by a direction, and lost."""
    tracker = Tracker(bounds=((-50.0, -50.0), (50.0, 50.0)))
    view = Sector(east_m=0.0, north_m=0.0, azimuth_deg=0.0, width_deg=360.0, range_max_m=20.0)
    tracker.see(_SENSOR, sight_of(view, (0.0, 0.0), Walls(), height_m=5.0, kind=SensorKind.RADAR))
    # Two who are hard to tell apart, and one whom a direction finds.
    places = np.array([[3.0, 4.0], [3.5, 4.0], [-10.0, 0.0]])
    for step in (0, 1, 3, 2, 4):
        at_us = _START_US + step * SECOND_US // 10
        tracker.update(_measured(at_us, places + 0.1 * step), at_us)
    now_us = _START_US + SECOND_US // 2
    tracker.update(_measured(now_us, places[:0], np.array([40.0, 272.5])), now_us)
    tracker.wake(now_us)


def _measured(at_us: int, places: Floats, bearing_deg: Floats | None = None) -> Measurements:
    count = len(places)
    return Measurements(
        sensor=_SENSOR,
        observed_us=at_us,
        mean=places,
        covariance=np.tile(np.eye(2) * 0.1, (count, 1, 1)),
        label=np.full(count, LABEL_INDEX[Label.PERSON], np.uint8),
        confidence=np.full(count, 0.9),
        object_id=(None,) * count,
        has_doppler=np.ones(count, np.bool_),
        doppler_mps=np.ones(count),
        doppler_sigma_mps=np.full(count, 0.5),
        origin=(0.0, 0.0),
        bearing_deg=np.empty(0) if bearing_deg is None else bearing_deg,
        bearing_sigma_deg=np.empty(0) if bearing_deg is None else np.ones(len(bearing_deg)),
    )
