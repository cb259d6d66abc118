"""What rules are told once a second beside the tracks: crowd, coverage, devices and teams."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from hub.core.devices import Device, Devices
from hub.core.fusion.fuser import Fuser
from hub.core.fusion.height import heights
from hub.core.responding import Responding
from hub.core.rules.judge import ActuatorFact, Facts, SensorFact, Standing
from hub.core.rules.taint import taint_of
from wire.feed import LABELS, ZoneCoverageView
from wire.fields import CrowdView
from wire.labels import Label
from wire.messages import ActuatorAbout
from wire.quantities import Identifier, Instant

_DRONE: Final = LABELS.index(Label.DRONE)


def facts_of(
    devices: Devices,
    fuser: Fuser,
    responding: Responding,
    *,
    crowd: CrowdView,
    coverage: tuple[ZoneCoverageView, ...],
    standings: Mapping[Identifier, Standing],
    now_us: Instant,
) -> Facts:
    """Return what is true at this second."""
    return Facts(
        crowd=crowd,
        coverage=coverage,
        standings=standings,
        sensors={
            name: _sensor(one, now_us)
            for name, one in devices.sensors.items()
            if one.last_us is not None
        },
        actuators={
            name: ActuatorFact(delay_s=one.about.delay_s)
            for name, one in devices.actuators.items()
            if isinstance(one.about, ActuatorAbout)
        },
        teams=responding.teams.facts(now_us),
        claimed=fuser.claims.agreed(),
        heights=_heights(fuser, now_us),
        postures=responding.postures.now,
    )


def _heights(fuser: Fuser, now_us: Instant) -> dict[int, tuple[float, float]]:
    tracks = fuser.tracks
    rows = np.flatnonzero(tracks.label == _DRONE)
    if not rows.size:
        return {}
    height_m, variance = heights(fuser.tracker.rows.columns, rows, now_us)
    known = np.isfinite(height_m)
    told = zip(height_m[known].tolist(), np.sqrt(variance[known]).tolist(), strict=True)
    return dict(zip(tracks.number[rows[known]].tolist(), told, strict=True))


def _sensor(device: Device, now_us: Instant) -> SensorFact:
    return SensorFact(
        delay_us=device.delay_us if device.scan_rate_hz else None,
        silent=device.is_silent(now_us),
        faults=() if device.health is None else device.health.faults,
        taint=taint_of(device),
    )
