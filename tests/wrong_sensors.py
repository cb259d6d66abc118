"""People who walk straight on, and sensors that are installed wrongly, without any tracker."""

from typing import Any

import numpy as np
from msgspec import Struct, field

from hub.core.fusion.measurement import LABEL_INDEX, Measurements
from hub.core.fusion.residuals import Residuals
from hub.core.geometry import Floats
from hub.core.site import Origin, Sensor, Site
from wire.labels import Label, SensorKind
from wire.quantities import SECOND_US

BEGIN_US = 1_800_000_000 * SECOND_US
PERSON = LABEL_INDEX[Label.PERSON]


class WrongSensor(Struct, kw_only=True):
    """A sensor and what it is off by."""

    name: str
    place: tuple[float, float] = (0.0, 0.0)
    east_m: float = 0.0
    north_m: float = 0.0
    yaw_deg: float = 0.0
    clock_s: float = 0.0
    sigma_m: float = 0.3
    probability: float = 0.9
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(5))


class Walkers:
    """People on a square of 100 m, each on a way of their own."""

    def __init__(self, count: int, seed: int = 1) -> None:
        rng = np.random.default_rng(seed)
        self.start = rng.uniform(0.0, 100.0, (count, 2))
        self.velocity = rng.normal(0.0, 1.0, (count, 2))

    def at(self, time_s: float) -> Floats:
        """Return where they are; who leaves comes in again on the other side."""
        places: Floats = (self.start + self.velocity * time_s) % 100.0
        return places

    def seen_by(self, sensor: WrongSensor, time_s: float) -> tuple[Measurements, Floats]:
        """Return a scan, and the velocities of those in it."""
        rng = sensor.rng
        who = np.flatnonzero(rng.random(len(self.start)) < sensor.probability)
        turn = np.radians(sensor.yaw_deg)
        offset = self.at(time_s)[who] - sensor.place
        turned = offset @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        mean = turned + sensor.place + (sensor.east_m, sensor.north_m)
        mean = mean + rng.normal(0.0, sensor.sigma_m, mean.shape)
        at_us = BEGIN_US + round((time_s + sensor.clock_s) * SECOND_US)
        return a_measured_scan(sensor.name, mean, at_us, sigma_m=sensor.sigma_m), self.velocity[who]


def a_measured_scan(sensor: str, mean: Floats, at_us: int, sigma_m: float = 0.3) -> Measurements:
    """Return places of people as a scan."""
    count = len(mean)
    return Measurements(
        sensor=sensor,
        observed_us=at_us,
        mean=mean,
        covariance=np.tile(np.eye(2) * sigma_m**2, (count, 1, 1)),
        label=np.full(count, PERSON, np.uint8),
        confidence=np.full(count, 0.9),
        object_id=(None,) * count,
        has_doppler=np.zeros(count, np.bool_),
        doppler_mps=np.zeros(count),
        doppler_sigma_mps=np.zeros(count),
        origin=(0.0, 0.0),
        bearing_deg=np.empty(0),
        bearing_sigma_deg=np.empty(0),
    )


def residuals_of(scan: Measurements, velocity: Floats, **changes: Any) -> Residuals:
    """Return what a tracker would hand over that had followed everybody perfectly."""
    count = len(scan.mean)
    columns: dict[str, Any] = {
        "sensor": scan.sensor,
        "observed_us": scan.observed_us,
        "number": np.arange(count, dtype=np.uint32),
        "measured": scan.mean,
        "covariance": scan.covariance,
        "velocity": velocity,
        "velocity_variance": np.full(count, 0.04),
        "claimed": np.ones(count),
    }
    return Residuals(**(columns | changes))


def a_site_of(*sensors: str, surveyed: tuple[str, ...] = (), **changes: Any) -> Site:
    """Return a plan with these sensors."""
    plain: dict[str, Any] = {
        "id": "square",
        "name": "Square",
        "origin": Origin(lat_deg=52.0, lon_deg=5.0),
        "bounds": ((-500.0, -500.0), (500.0, 500.0)),
        "sensors": tuple(
            Sensor(
                id=name,
                kind=SensorKind.CAMERA,
                name=name.capitalize(),
                position=(0.0, 0.0),
                surveyed=name in surveyed,
            )
            for name in sensors
        ),
    }
    return Site(**(plain | changes))
