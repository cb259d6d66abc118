"""The devices and teams of the plan: what they say they are, how they are, when last heard."""

import math
from collections.abc import Iterable
from typing import assert_never

from hub.core.fusion.bangs import HEARING_M
from hub.core.geometry import PLANE_M
from hub.core.response.live_picture import KnownActuator
from hub.core.site import Actuator, Place, Sensor, Site, Team
from wire.feed import ActuatorView, EastNorth, SensorView
from wire.geodesy import SiteFrame
from wire.labels import ActuatorPosition, HealthState
from wire.messages import (
    ActuatorAbout,
    ActuatorState,
    Bearing,
    Cue,
    Health,
    Message,
    Polar,
    Pose,
    Position,
    Scan,
    SensorAbout,
)
from wire.quantities import SECOND_US, Identifier

# Three heartbeats of five seconds: one may be lost and one late.
SILENT_AFTER_US = 15 * SECOND_US
# A rate is counted over this span: long enough to be steady, short enough to show a fault.
RATE_SPAN_US = 5 * SECOND_US
# A repeat or a late scan is told from a new one within this many numbers.
SEQ_WINDOW = 256
# Weight of the newest delay in the smoothed one: settles in about twenty scans.
DELAY_WEIGHT = 0.05
# The limits of the contract: what is beyond is no less true, and still has to travel.
RATE_MAX_HZ = 1_000.0
SIGMA_MAX_M = 1_000.0


class Device:
    """What is known of one sensor or actuator, or of a field team's phone."""

    def __init__(self, planned: Sensor | Actuator | Team) -> None:
        self.planned = planned
        self.about: SensorAbout | ActuatorAbout | None = None
        self.health: Health | None = None
        self.state: ActuatorState | None = None
        self.last_us: int | None = None
        self.simulated = False
        self.exercise = False
        self.lost_scan_count = 0
        self.delay_us = 0.0
        self._boot = ""
        self._seq_max = 0
        self._seen = 0  # Bit n: sequence number _seq_max - n was seen.
        self._span_start_us = 0
        self._scans = 0
        self._detections = 0
        self.scan_rate_hz = 0.0
        self.detections_per_s = 0.0

    @property
    def stand(self) -> Place:
        """Where it stands by the plan. A team walks: it has no such place."""
        assert not isinstance(self.planned, Team)
        return self.planned.position

    def heard(self, message: Message, now_us: int) -> None:
        """Take note that it spoke, and of what every message says."""
        self.last_us = now_us
        self.simulated = message.simulated
        # What an actuator says it is tells whether it may take part, and not that there is a drill.
        self.exercise = message.exercise and not isinstance(message, ActuatorAbout)

    def is_silent(self, now_us: int) -> bool:
        """Whether it said goodbye, or nothing for too long after having spoken."""
        if self.health is not None and self.health.state is HealthState.GOODBYE:
            return True
        return self.last_us is not None and now_us - self.last_us > SILENT_AFTER_US

    def is_repeat(self, scan: Scan) -> bool:
        """Whether this scan was seen before, or is too far behind to tell. Takes it as seen."""
        if scan.boot != self._boot:
            self._boot, self._seq_max, self._seen = scan.boot, scan.seq, 1
            return False
        ahead = scan.seq - self._seq_max
        if ahead > 0:
            self.lost_scan_count += ahead - 1
            self._seen = ((self._seen << min(ahead, SEQ_WINDOW)) | 1) & ((1 << SEQ_WINDOW) - 1)
            self._seq_max = scan.seq
            return False
        if ahead <= -SEQ_WINDOW or (self._seen >> -ahead) & 1:
            return True
        self._seen |= 1 << -ahead
        self.lost_scan_count = max(0, self.lost_scan_count - 1)
        return False

    def scanned(self, scan: Scan, now_us: int) -> None:
        """Count one scan towards the rates and the delay."""
        delay_us = now_us - scan.observed_us
        first = self._scans == 0 and self.scan_rate_hz == 0.0
        self.delay_us = (
            float(delay_us) if first else self.delay_us + DELAY_WEIGHT * (delay_us - self.delay_us)
        )
        self._scans += 1
        self._detections += len(scan.detections)

    def measure_rates(self, now_us: int) -> None:
        """Close the span of the rates if it is over."""
        span_us = now_us - self._span_start_us
        if span_us < RATE_SPAN_US:
            return
        if self._span_start_us:
            self.scan_rate_hz = min(round(self._scans * SECOND_US / span_us, 2), RATE_MAX_HZ)
            self.detections_per_s = round(self._detections * SECOND_US / span_us, 1)
        self._span_start_us, self._scans, self._detections = now_us, 0, 0


class Devices:
    """Every device and team of the plan, by id. What is not in the plan is not listened to."""

    def __init__(self, site: Site, frame: SiteFrame) -> None:
        self._frame = frame
        self.sensors = {planned.id: Device(planned) for planned in site.sensors}
        self.actuators = {planned.id: Device(planned) for planned in site.actuators}
        self.teams = {planned.id: Device(planned) for planned in site.teams}

    def find(self, sender: str) -> Device | None:
        """Return the device or team of that id, if the plan has it."""
        return self.sensors.get(sender) or self.actuators.get(sender) or self.teams.get(sender)

    def ids(self) -> tuple[str, ...]:
        """Return the id of every sensor and actuator."""
        return (*self.sensors, *self.actuators)

    def all(self) -> Iterable[Device]:
        """Yield every device, and every team."""
        yield from self.sensors.values()
        yield from self.actuators.values()
        yield from self.teams.values()

    def is_simulated(self, now_us: int) -> bool:
        """Whether a device that speaks now is a simulator's."""
        return any(one.simulated and not one.is_silent(now_us) for one in self.all())

    def is_exercise(self, now_us: int) -> bool:
        """Whether a device that speaks now takes part in an exercise."""
        return any(one.exercise and not one.is_silent(now_us) for one in self.all())

    def talking_count(self, now_us: int) -> int:
        """Return how many sensors were heard of and are not silent."""
        heard = (one for one in self.sensors.values() if one.last_us is not None)
        return sum(not one.is_silent(now_us) for one in heard)

    def measure_rates(self, now_us: int) -> None:
        """Close the span of every device's rates that is over."""
        for device in self.all():
            device.measure_rates(now_us)

    def sensor_view(self, sensor_id: str, refused_count: int, now_us: int) -> SensorView:
        """Return a sensor as operators see it."""
        device = self.sensors[sensor_id]
        planned, about, health = device.planned, device.about, device.health
        assert isinstance(planned, Sensor)
        return SensorView(
            id=planned.id,
            kind=planned.kind,
            name=planned.name,
            at=self._place(device),
            state=None if health is None else health.state,
            silent=device.is_silent(now_us),
            faults=() if health is None else health.faults,
            last_us=device.last_us,
            scan_rate_hz=device.scan_rate_hz,
            detections_per_s=device.detections_per_s,
            delay_ms=round(device.delay_us / 1000, 1),
            spool_count=0 if health is None else health.spool_count,
            refused_count=refused_count,
            height_m=0.0 if about is None else about.pose.height_m,
            field_of_view=about.field_of_view if isinstance(about, SensorAbout) else None,
            simulated=device.simulated,
        )

    def actuator_view(self, actuator_id: str, now_us: int) -> ActuatorView:
        """Return an actuator as operators see it."""
        device = self.actuators[actuator_id]
        planned, about = device.planned, device.about
        assert isinstance(planned, Actuator)
        return ActuatorView(
            id=planned.id,
            kind=planned.kind,
            name=planned.name,
            at=self._place(device),
            effect=planned.effect,
            actions=about.actions if isinstance(about, ActuatorAbout) else (),
            position=ActuatorPosition.UNKNOWN if device.state is None else device.state.position,
            state=None if device.health is None else device.health.state,
            silent=device.is_silent(now_us),
            last_us=device.last_us,
            simulated=device.simulated,
            exercise=planned.exercise,
            stand_in=planned.stand_in,
        )

    def known_actuators(self, now_us: int) -> dict[Identifier, KnownActuator]:
        """Return the actuators that have said what they are."""
        return {
            actuator_id: KnownActuator(about=one.about, silent=one.is_silent(now_us))
            for actuator_id, one in self.actuators.items()
            if isinstance(one.about, ActuatorAbout)
        }

    def positions(self) -> dict[Identifier, ActuatorPosition]:
        """Return what each actuator says it does."""
        return {
            name: one.state.position
            for name, one in self.actuators.items()
            if one.state is not None
        }

    def place_of(self, sensor_id: Identifier) -> Place | None:
        """Return where a sensor stands by the plan."""
        device = self.sensors.get(sensor_id)
        return None if device is None else device.stand

    def locate(self, cue: Cue) -> tuple[Place, float]:
        """Return where a cue of a known sensor happened, and one standard deviation in metres."""
        at = self._place(self.sensors[cue.sender])
        match cue.where:
            case Position() as where:
                place = self._frame.to_enu(where.lat_deg, where.lon_deg)
                return place, max(where.sigma_east_m, where.sigma_north_m)
            case Polar() as where:
                azimuth = math.radians(where.azimuth_deg)
                across_m = where.range_m * math.radians(where.sigma_azimuth_deg)
                place = (
                    at.east_m + where.range_m * math.sin(azimuth),
                    at.north_m + where.range_m * math.cos(azimuth),
                )
                return place, min(max(where.sigma_range_m, across_m), SIGMA_MAX_M)
            case Bearing() | None:
                return self.earshot(cue.sender)
            case _ as never:  # pragma: no cover
                assert_never(never)

    def earshot(self, sensor_id: Identifier) -> tuple[Place, float]:
        """Return where a sensor stands, and how far from there it hears."""
        at = self._place(self.sensors[sensor_id])
        return (at.east_m, at.north_m), HEARING_M

    def stands(self, pose: Pose) -> Place:
        """Return where a device says that it stands."""
        return self._frame.to_enu(pose.lat_deg, pose.lon_deg)

    def _place(self, device: Device) -> EastNorth:
        """Return where a device stands: as it says, unless that cannot be, else as planned."""
        place = device.stand if device.about is None else self.stands(device.about.pose)
        east_m, north_m = place if is_on_plane(place) else device.stand
        return EastNorth(east_m=round(east_m, 2), north_m=round(north_m, 2))


def is_on_plane(place: Place) -> bool:
    """Return whether a place is near enough to the site to be one."""
    return max(abs(place[0]), abs(place[1])) <= PLANE_M
