"""What simulated devices say, as messages of the contract."""

from typing import Final

from simulators.actuators import OutcomeSaid, StateSaid
from simulators.core.camera import Camera
from simulators.core.counter import Counted, Counter
from simulators.core.envelope import Lane, Send
from simulators.core.plan import Origin, Place
from simulators.core.radar import Radar
from simulators.core.sound import Heard, Microphones
from simulators.core.units import ActuatorUnit, SensorUnit, TeamUnit, Unit
from simulators.teams import POSITION_SIGMA_M, PositionSaid, ReceiptSaid
from wire import topics
from wire.geodesy import SiteFrame
from wire.labels import HealthState, Label
from wire.messages import (
    ActuatorAbout,
    ActuatorState,
    Cue,
    Detection,
    Health,
    Outcome,
    Pose,
    Position,
    Reading,
    Receipt,
    Scan,
    SensorAbout,
    TeamPosition,
)
from wire.quantities import SECOND_US

SOFTWARE: Final = "vedette-sim 0.1.0"
CLOCK_SIGMA_US: Final = 1_000
"""All simulated devices share one clock; a millisecond is what a good real one keeps."""

SENSOR_LABELS: Final = {
    Camera: (Label.PERSON, Label.VEHICLE, Label.BAG),
    Radar: (Label.PERSON, Label.VEHICLE, Label.UNKNOWN),
    Microphones: (),
    Counter: (),
}


class Speech:
    """Puts what a device has to say into messages, for one site."""

    def __init__(self, site: str, origin: Origin) -> None:
        self._site = site
        self._frame = SiteFrame(origin.lat_deg, origin.lon_deg, origin.height_m)

    def introduce(self, unit: Unit, now_us: int) -> list[Send]:
        """Return what a device says when it connects: what it is and how it is."""
        if isinstance(unit, SensorUnit):
            return [self._sensor_about(unit, now_us), self.health(unit, now_us)]
        if isinstance(unit, TeamUnit):
            here = PositionSaid(at=unit.team.at)
            return [self.health(unit, now_us), self.position(unit, here, now_us)]
        return [
            self._actuator_about(unit, now_us),
            self.state(unit, unit.actuator.said, now_us),
            self.health(unit, now_us),
        ]

    def health(self, unit: Unit, now_us: int, state: HealthState = HealthState.OK) -> Send:
        """Return how a device is: its heartbeat, or its goodbye."""
        topic = self._health_topic(unit)
        rate_hz = unit.rate_hz if isinstance(unit, SensorUnit) else 0.0
        health = Health(
            **unit.voice.envelope(topic, now_us, now_us),
            state=state,
            frame_rate_hz=rate_hz or None,
            spool_count=len(unit.voice.outbox),
            floors=unit.voice.outbox.floors(),
        )
        return unit.voice.say(topic, health, lane=Lane.ALARM, qos=1, retain=True)

    def scan(
        self, unit: SensorUnit, found: tuple[Detection, ...], observed_us: int, now_us: int
    ) -> Send:
        """Return what a sensor found at one instant."""
        topic = topics.sensor_scan(self._site, unit.sited.id)
        scan = Scan(**unit.voice.envelope(topic, observed_us, now_us), detections=found)
        return unit.voice.say(topic, scan, lane=Lane.SCAN, qos=0, retain=False)

    def cue(self, unit: SensorUnit, heard: Heard, onset_us: int, now_us: int) -> list[Send]:
        """Return what an array says of a sound, once it is in its outbox."""
        cue = Cue(
            **unit.voice.reliable(onset_us, now_us),
            kind=heard.kind,
            confidence=heard.confidence,
            where=heard.where,
            level_db=heard.level_db,
            onset_sigma_us=round(heard.sigma_onset_s * SECOND_US),
        )
        unit.voice.keep(topics.sensor_cue(self._site, unit.sited.id), cue)
        return unit.voice.due(now_us)

    def reading(
        self, unit: SensorUnit, counted: Counted, observed_us: int, now_us: int
    ) -> list[Send]:
        """Return what a counter counted, once it is in its outbox."""
        reading = Reading(
            **unit.voice.reliable(observed_us, now_us),
            channel=counted.channel,
            value=float(counted.value),
            unit="{persons}",
            sigma=counted.sigma,
        )
        unit.voice.keep(topics.sensor_reading(self._site, unit.sited.id), reading)
        return unit.voice.due(now_us)

    def state(self, unit: ActuatorUnit, said: StateSaid, now_us: int) -> Send:
        """Return what an actuator does now."""
        topic = topics.actuator_state(self._site, unit.sited.id)
        state = ActuatorState(
            **unit.voice.envelope(topic, now_us, now_us),
            exercise=said.exercise,
            position=said.position,
            command=said.command,
            safe=said.safe,
        )
        return unit.voice.say(topic, state, lane=Lane.ALARM, qos=1, retain=True)

    def outcome(self, unit: ActuatorUnit, said: OutcomeSaid, now_us: int) -> list[Send]:
        """Return what became of a command, once it is in the outbox."""
        outcome = Outcome(
            **unit.voice.reliable(now_us, now_us),
            exercise=said.exercise,
            command=said.command,
            status=said.status,
            reason=said.reason,
        )
        unit.voice.keep(topics.actuator_outcome(self._site, unit.sited.id), outcome)
        return unit.voice.due(now_us)

    def position(self, unit: TeamUnit, said: PositionSaid, now_us: int) -> Send:
        """Return where a team is."""
        topic = topics.team_position(self._site, unit.sited.id)
        lat_deg, lon_deg = self._wgs84(said.at)
        position = TeamPosition(
            **unit.voice.envelope(topic, now_us, now_us),
            position=Position(
                lat_deg=lat_deg,
                lon_deg=lon_deg,
                sigma_east_m=POSITION_SIGMA_M,
                sigma_north_m=POSITION_SIGMA_M,
            ),
            heading_deg=said.heading_deg,
        )
        return unit.voice.say(topic, position, lane=Lane.ALARM, qos=1, retain=False)

    def receipt(self, unit: TeamUnit, said: ReceiptSaid, now_us: int) -> list[Send]:
        """Return a team's answer to a task, once it is in the outbox."""
        receipt = Receipt(
            **unit.voice.reliable(now_us, now_us),
            exercise=said.exercise,
            task=said.task,
            status=said.status,
        )
        unit.voice.keep(topics.team_receipt(self._site, unit.sited.id), receipt)
        return unit.voice.due(now_us)

    def place(self, position: Position) -> Place:
        """Return where something is on the site's ground."""
        return self._frame.to_enu(position.lat_deg, position.lon_deg)

    def _health_topic(self, unit: Unit) -> str:
        name = unit.sited.id
        if isinstance(unit, SensorUnit):
            return topics.sensor_health(self._site, name)
        if isinstance(unit, TeamUnit):
            return topics.team_health(self._site, name)
        return topics.actuator_health(self._site, name)

    def _sensor_about(self, unit: SensorUnit, now_us: int) -> Send:
        topic = topics.sensor_about(self._site, unit.sited.id)
        about = SensorAbout(
            **unit.voice.envelope(topic, now_us, now_us),
            kind=unit.sited.kind,
            name=unit.sited.name,
            pose=self._sensor_pose(unit),
            camera=unit.eye.model() if isinstance(unit.eye, Camera) else None,
            field_of_view=unit.eye.field_of_view(),
            labels=SENSOR_LABELS[type(unit.eye)],
            scan_rate_hz=unit.rate_hz,
            clock_sigma_us=CLOCK_SIGMA_US,
            software=SOFTWARE,
        )
        return unit.voice.say(topic, about, lane=Lane.ALARM, qos=1, retain=True)

    def _actuator_about(self, unit: ActuatorUnit, now_us: int) -> Send:
        topic = topics.actuator_about(self._site, unit.sited.id)
        lat_deg, lon_deg = self._wgs84(unit.sited.position)
        about = ActuatorAbout(
            **unit.voice.envelope(topic, now_us, now_us),
            kind=unit.sited.kind,
            name=unit.sited.name,
            pose=Pose(lat_deg=lat_deg, lon_deg=lon_deg),
            effect=unit.sited.effect,
            actions=unit.actuator.actions,
            delay_s=unit.plan.delay_s,
            software=SOFTWARE,
            exercise=unit.sited.exercise,
        )
        return unit.voice.say(topic, about, lane=Lane.ALARM, qos=1, retain=True)

    def _sensor_pose(self, unit: SensorUnit) -> Pose:
        lat_deg, lon_deg = self._wgs84(unit.sited.position)
        if isinstance(unit.eye, Counter):
            return Pose(lat_deg=lat_deg, lon_deg=lon_deg)
        plan = unit.eye.plan
        if not isinstance(unit.eye, Camera):
            return Pose(lat_deg=lat_deg, lon_deg=lon_deg, height_m=plan.height_m)
        return Pose(
            lat_deg=lat_deg,
            lon_deg=lon_deg,
            height_m=plan.height_m,
            azimuth_deg=unit.eye.plan.azimuth_deg,
            pitch_deg=unit.eye.plan.pitch_deg,
        )

    def _wgs84(self, place: Place) -> tuple[float, float]:
        return self._frame.to_wgs84(*place)
