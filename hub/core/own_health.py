"""How the hub itself is: on the screens each second, on the bus each five."""

from hub.core.devices import Devices
from hub.core.effects import Publish
from hub.core.inputs import Vitals
from hub.core.notices import Notices
from wire.feed import HubView
from wire.labels import Posture
from wire.quantities import SECOND_US, Count, Instant, Line

EVERY_US = 5 * SECOND_US
"""The hub's heartbeat is as frequent as that of its devices."""


class OwnHealth:
    """What the runner measured, and what the devices add up to."""

    def __init__(
        self, devices: Devices, notices: Notices, *, start_us: Instant, software: Line
    ) -> None:
        self._devices = devices
        self._notices = notices
        self._start_us = start_us
        self._told_us = start_us - EVERY_US
        self._software = software
        self.vitals = Vitals(bus_connected=False, journal_ok=True)

    def view(
        self,
        now_us: Instant,
        *,
        track_count: Count,
        load: Count,
        posture: Posture,
        is_drill: bool = False,
    ) -> HubView:
        """Return how the hub is as operators see it; `is_drill`: people have begun an exercise."""
        vitals, devices = self.vitals, self._devices
        return HubView(
            posture=posture,
            simulated=devices.is_simulated(now_us),
            exercise=is_drill or devices.is_exercise(now_us),
            tracks=track_count,
            detections_per_s=round(sum(one.detections_per_s for one in devices.all()), 1),
            scans_per_s=round(sum(one.scan_rate_hz for one in devices.all()), 1),
            alerts_10_min=load,
            bus_connected=vitals.bus_connected,
            journal_ok=vitals.journal_ok,
            faults=vitals.faults,
            observed_to_received_p99_ms=vitals.observed_to_received_p99_ms,
            received_to_effects_p99_ms=vitals.received_to_effects_p99_ms,
            dropped_scans=vitals.dropped_scans,
            uptime_s=(now_us - self._start_us) / SECOND_US,
            software=self._software,
        )

    def notices(
        self, now_us: Instant, *, track_count: Count, alert_count: Count, posture: Posture
    ) -> list[Publish]:
        """Return the hub's heartbeat, if it is time for it."""
        if now_us - self._told_us < EVERY_US:
            return []
        self._told_us = now_us
        notice = self._notices.health(
            now_us,
            faults=self.vitals.faults,
            track_count=track_count,
            alert_count=alert_count,
            sensor_count=self._devices.talking_count(now_us),
            software=self._software,
            posture=posture,
        )
        return [notice]
