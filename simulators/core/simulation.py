"""A whole simulated site behind one clock: what it says, when, and what it makes of commands.

`advance` carries out everything that is due; `next_us` says when something is. The same scenario,
seed, instants and inputs give the same bytes. Nothing here waits, listens or reads a clock.
"""

import heapq
from collections.abc import Callable, Mapping
from itertools import count
from typing import Final, assert_never

import numpy as np

from simulators.actuators import Actuator, OutcomeSaid, Said, StateSaid
from simulators.core.camera import Camera
from simulators.core.envelope import Lane, Send, Voice
from simulators.core.faults import Delivery
from simulators.core.plan import (
    ActuatorPlan,
    HappeningKind,
    Place,
    Scenario,
    SitedActuator,
    SitedSensor,
    SitePlan,
)
from simulators.core.radar import Radar
from simulators.core.scene import row_count
from simulators.core.sound import Heard, Microphones
from simulators.core.stage import STEP_S, Bang, Hush, Stage, Telling
from simulators.core.story import Director
from simulators.core.world import World
from wire import topics
from wire.codec import DecodeError, decode
from wire.geodesy import SiteFrame
from wire.labels import ActuatorPosition, CueKind, HealthState, Label
from wire.messages import (
    ActuatorAbout,
    ActuatorState,
    Command,
    Committed,
    Cue,
    Detection,
    Health,
    Outcome,
    Pinhole,
    Pose,
    Scan,
    SensorAbout,
)
from wire.quantities import SECOND_US

HEARTBEAT_US: Final = 5 * SECOND_US
RESEND_CHECK_US: Final = SECOND_US

# After a pause of the whole machine the world goes on from where it was, instead of racing.
LAG_MAX_US: Final = 2 * SECOND_US

SOFTWARE: Final = "vedette-sim 0.1.0"
SENSOR_LABELS: Final = {
    Camera: (Label.PERSON, Label.VEHICLE, Label.BAG),
    Radar: (Label.PERSON, Label.VEHICLE, Label.UNKNOWN),
    Microphones: (),
}

Eye = Camera | Radar | Microphones
Task = Callable[[int, int], None]
"""Something due: it takes when it was due and what time it is."""


class SensorUnit:
    """One simulated sensor."""

    def __init__(self, sited: SitedSensor, eye: Eye, voice: Voice, delivery: Delivery) -> None:
        self.sited = sited
        self.eye = eye
        self.voice = voice
        self.delivery = delivery

    @property
    def rate_hz(self) -> float:
        """How many scans a second it makes."""
        return 0.0 if isinstance(self.eye, Microphones) else self.eye.plan.rate_hz


class ActuatorUnit:
    """One simulated actuator."""

    def __init__(
        self, sited: SitedActuator, plan: ActuatorPlan, actuator: Actuator, voice: Voice
    ) -> None:
        self.sited = sited
        self.plan = plan
        self.actuator = actuator
        self.voice = voice


Unit = SensorUnit | ActuatorUnit


class Simulation:
    """Everything simulated on one site."""

    def __init__(
        self,
        site: SitePlan,
        scenario: Scenario,
        *,
        start_us: int,
        seed: int,
        people: int | None = None,
        speed: float = 1.0,
        happenings: tuple[HappeningKind, ...] | None = None,
        world: World | None = None,
    ) -> None:
        self.site_id = site.site.id
        self._scenario = scenario
        self._speed = speed
        self._frame = SiteFrame(
            site.site.origin.lat_deg, site.site.origin.lon_deg, site.site.origin.height_m
        )
        population = scenario.scenario.population if people is None else people
        stage_seed, story_seed, device_seed = np.random.SeedSequence(seed).generate_state(3, "u8")
        self.stage = Stage(world or World(site, scenario), scenario, population, int(stage_seed))
        self._director = Director(
            scenario.happening if happenings is None else happenings,
            scenario.story,
            np.random.default_rng(story_seed),
        )
        self._rng = np.random.default_rng(device_seed)
        self.sensors = self._build_sensors(site, start_us)
        self.actuators = self._build_actuators(site, start_us)
        self._units: dict[str, Unit] = {**self.sensors, **self.actuators}
        self._out: list[Send] = []
        self._told: list[str] = []
        self.truth: list[tuple[int, str]] = []
        """What happened, and when: the instant in microseconds and the happening's id."""
        self._queue: list[tuple[int, int, Task]] = []
        self._order = count()
        self._stepped_us = start_us
        self._begin(start_us)

    # --- What the player calls ---------------------------------------------------------------

    @property
    def next_us(self) -> int:
        """When something is due."""
        return self._queue[0][0]

    def devices(self) -> dict[str, bool]:
        """Return the id of each device, and whether it scans."""
        return {
            name: isinstance(unit, SensorUnit) and unit.rate_hz > 0.0
            for name, unit in self._units.items()
        }

    def advance(self, now_us: int) -> list[Send]:
        """Carry out everything due, and return what is to be sent."""
        lag_us = now_us - self.next_us
        if lag_us > LAG_MAX_US:
            self._queue = [(due_us + lag_us, order, task) for due_us, order, task in self._queue]
            self._stepped_us += lag_us
        while self.next_us <= now_us:
            due_us, _, task = heapq.heappop(self._queue)
            task(due_us, now_us)
        return self._flush()

    def told(self) -> list[str]:
        """Return the story's lines since the last call."""
        lines, self._told = self._told, []
        return lines

    def connected(self, device: str, now_us: int) -> list[Send]:
        """Introduce a device whose alarm-class connection was made."""
        unit = self._units[device]
        unit.voice.outbox.reconnected()
        match unit:
            case SensorUnit():
                self._sensor_about(unit, now_us)
            case ActuatorUnit():
                unit.actuator.link_restored()
                self._actuator_about(unit, now_us)
                self._actuator_state(unit, StateSaid(position=unit.actuator.position), now_us)
        self._health(unit, now_us)
        self._out += unit.voice.due(now_us)
        return self._flush()

    def disconnected(self, device: str, now_us: int) -> None:
        """Take note that a device lost its connection: actuators go to safety after a while."""
        unit = self._units[device]
        if isinstance(unit, ActuatorUnit):
            unit.actuator.link_lost(now_us)
            self._watch(unit)

    def receive(self, device: str, topic: str, payload: bytes, now_us: int) -> list[Send]:
        """Take what the hub says to a device."""
        unit = self._units[device]
        try:
            message = decode(topic, payload, site=self.site_id)
        except DecodeError as error:
            self._told.append(f"{device} cannot read what came on {topic}: {error}")
            return []
        match message:
            case Committed():
                unit.voice.committed(message, now_us)
                self._out += unit.voice.due(now_us)
            case Command() if isinstance(unit, ActuatorUnit):
                self._obey(unit, message, now_us)
            case _:
                pass
        return self._flush()

    def subscriptions(self, device: str) -> tuple[str, ...]:
        """Return the topics that a device listens to."""
        if device in self.sensors:
            return (topics.sensor_committed(self.site_id, device),)
        return (
            topics.actuator_committed(self.site_id, device),
            topics.actuator_command(self.site_id, device),
        )

    def goodbye(self, device: str, now_us: int) -> Send:
        """Return a device's last word: sent at the end, and left with the broker as its will."""
        unit = self._units[device]
        topic = self._health_topic(unit)
        health = Health(**unit.voice.envelope(topic, now_us, now_us), state=HealthState.GOODBYE)
        return unit.voice.say(topic, health, lane=Lane.ALARM, qos=1, retain=True)

    # --- Building ----------------------------------------------------------------------------

    def _build_sensors(self, site: SitePlan, start_us: int) -> dict[str, SensorUnit]:
        scenario, walls = self._scenario, self.stage.world.walls
        rows = row_count(self.stage.crowd)
        sited = {sensor.id: sensor for sensor in site.sensor}
        units: dict[str, SensorUnit] = {}

        def add(eye: Eye, voice_rng: np.random.Generator) -> None:
            plan = eye.plan
            units[plan.id] = SensorUnit(
                sited[plan.id],
                eye,
                Voice(plan.id, start_us, voice_rng),
                Delivery(scenario.delivery, plan.latency_s, voice_rng),
            )

        for camera in scenario.camera:
            eye_rng, voice_rng = self._rng.spawn(2)
            place = sited[camera.id].position
            add(Camera(camera, place, walls, rows, eye_rng), voice_rng)
        for radar in scenario.radar:
            eye_rng, voice_rng = self._rng.spawn(2)
            add(Radar(radar, sited[radar.id].position, walls, rows, eye_rng), voice_rng)
        for acoustic in scenario.acoustic:
            eye_rng, voice_rng = self._rng.spawn(2)
            add(Microphones(acoustic, sited[acoustic.id].position, eye_rng), voice_rng)
        return units

    def _build_actuators(self, site: SitePlan, start_us: int) -> dict[str, ActuatorUnit]:
        sited = {actuator.id: actuator for actuator in site.actuator}
        return {
            plan.id: ActuatorUnit(
                sited[plan.id],
                plan,
                Actuator(sited[plan.id].kind, round(plan.delay_s * SECOND_US)),
                Voice(plan.id, start_us, self._rng.spawn(1)[0]),
            )
            for plan in self._scenario.actuator
        }

    def _begin(self, start_us: int) -> None:
        self._at(start_us, self._step)
        self._at(start_us, self._resend)
        # Devices speak one after the other, not all at one instant.
        for index, unit in enumerate(self._units.values()):
            phase = index / len(self._units)
            self._at(start_us + round(phase * HEARTBEAT_US), self._heartbeat(unit))
            if isinstance(unit, SensorUnit) and unit.rate_hz > 0.0:
                period_us = round(SECOND_US / unit.rate_hz)
                self._at(start_us + round(phase * period_us), self._scan(unit, period_us))

    # --- What is due ------------------------------------------------------------------------

    def _at(self, due_us: int, task: Task) -> None:
        heapq.heappush(self._queue, (due_us, next(self._order), task))

    def _step(self, due_us: int, _now_us: int) -> None:
        self.stage.raised = self._raised()
        self.stage.agenda.closed = self._closed()
        self.stage.step()
        self._director.step(self.stage)
        causes, self.stage.causes = self.stage.causes, []
        for cause in causes:
            self._cause(cause, due_us)
        self._stepped_us = due_us
        self._at(due_us + round(STEP_S * SECOND_US / self._speed), self._step)

    def _resend(self, due_us: int, now_us: int) -> None:
        for unit in self._units.values():
            resend_us = unit.voice.outbox.next_due_us()
            if resend_us is not None and resend_us <= now_us:
                self._out += unit.voice.due(now_us)
        self._at(due_us + RESEND_CHECK_US, self._resend)

    def _heartbeat(self, unit: Unit) -> Task:
        def beat(due_us: int, now_us: int) -> None:
            if not self._is_silent(unit):
                self._health(unit, now_us)
            self._at(due_us + HEARTBEAT_US, beat)

        return beat

    def _scan(self, unit: SensorUnit, period_us: int) -> Task:
        def scan(due_us: int, _now_us: int) -> None:
            self._at(due_us + period_us, scan)
            if self._is_silent(unit):
                return
            assert not isinstance(unit.eye, Microphones), "microphones do not scan"
            ahead_s = (due_us - self._stepped_us) * self._speed / SECOND_US
            found = unit.eye.look(self.stage.scene(ahead_s), self.stage.world_s + ahead_s)
            delays_s = unit.delivery.delays_s()
            if delays_s:
                first_us, *later_us = (due_us + round(delay * SECOND_US) for delay in delays_s)
                self._at(first_us, self._leave(unit, found, due_us, later_us))

        return scan

    def _leave(
        self, unit: SensorUnit, found: tuple[Detection, ...], observed_us: int, again_us: list[int]
    ) -> Task:
        def leave(_due_us: int, now_us: int) -> None:
            topic = topics.sensor_scan(self.site_id, unit.sited.id)
            scan = Scan(**unit.voice.envelope(topic, observed_us, now_us), detections=found)
            send = unit.voice.say(topic, scan, lane=Lane.SCAN, qos=0, retain=False)
            self._out.append(send)
            for later_us in again_us:
                self._at(later_us, lambda _due_us, _now_us: self._out.append(send))

        return leave

    def _watch(self, unit: ActuatorUnit) -> None:
        """Come back when the actuator does something by itself."""
        next_us = unit.actuator.next_us
        if next_us is not None:
            self._at(next_us, self._move(unit))

    def _move(self, unit: ActuatorUnit) -> Task:
        def move(due_us: int, now_us: int) -> None:
            place = unit.sited.position
            obstructed = any(one.over(place) for one in self.stage.traffic.vehicles)
            said = unit.actuator.advance(due_us, is_obstructed=obstructed)
            self._speak(unit, said, now_us)
            if said:
                self._watch(unit)

        return move

    # --- What happens -------------------------------------------------------------------------

    def _cause(self, cause: Bang | Hush | Telling, now_us: int) -> None:
        match cause:
            case Telling():
                self._told.append(cause.text)
                if cause.happening:
                    self.truth.append((now_us, cause.happening))
            case Hush():
                until_s = self.stage.world_s + cause.duration_s
                self.sensors[cause.sensor].delivery.silent_until_s = until_s
            case Bang():
                self._bang(cause.place, now_us)
            case _:  # pragma: no cover
                assert_never(cause)

    def _bang(self, place: Place, bang_us: int) -> None:
        for unit in self.sensors.values():
            if not isinstance(unit.eye, Microphones) or self._is_silent(unit):
                continue
            heard = unit.eye.hear(place)
            if heard is None:
                continue
            onset_us = bang_us + round(heard.delay_s * SECOND_US)
            report_us = onset_us + round(unit.eye.plan.latency_s * SECOND_US)
            self._at(report_us, self._report(unit, heard, onset_us))

    def _report(self, unit: SensorUnit, heard: Heard, onset_us: int) -> Task:
        def report(_due_us: int, now_us: int) -> None:
            topic = topics.sensor_cue(self.site_id, unit.sited.id)
            cue = Cue(
                **unit.voice.reliable(onset_us, now_us),
                kind=CueKind.IMPULSE_SOUND,
                confidence=heard.confidence,
                where=heard.where,
                level_db=heard.level_db,
            )
            unit.voice.keep(topic, cue)
            self._out += unit.voice.due(now_us)

        return report

    def _obey(self, unit: ActuatorUnit, command: Command, now_us: int) -> None:
        fails = bool(self._rng.uniform() < unit.plan.failure_ratio)
        said = unit.actuator.obey(command, now_us, fails=fails)
        if said:
            self._told.append(f"{unit.sited.id} is told to {command.action}")
        self._speak(unit, said, now_us)
        self._watch(unit)

    def _raised(self) -> Mapping[str, Place]:
        return {
            name: unit.sited.position
            for name, unit in self.actuators.items()
            if unit.actuator.position is ActuatorPosition.RAISED
        }

    def _closed(self) -> set[str]:
        return {
            name
            for name, unit in self.actuators.items()
            if unit.actuator.position is ActuatorPosition.CLOSED
        }

    def _is_silent(self, unit: Unit) -> bool:
        return isinstance(unit, SensorUnit) and unit.delivery.is_silent(self.stage.world_s)

    # --- Speaking ---------------------------------------------------------------------------

    def _flush(self) -> list[Send]:
        out, self._out = self._out, []
        return out

    def _speak(self, unit: ActuatorUnit, said: list[Said], now_us: int) -> None:
        for one in said:
            match one:
                case StateSaid():
                    self._actuator_state(unit, one, now_us)
                case OutcomeSaid():
                    self._outcome(unit, one, now_us)
                case _:  # pragma: no cover
                    assert_never(one)

    def _actuator_state(self, unit: ActuatorUnit, said: StateSaid, now_us: int) -> None:
        topic = topics.actuator_state(self.site_id, unit.sited.id)
        state = ActuatorState(
            **unit.voice.envelope(topic, now_us, now_us),
            position=said.position,
            command=said.command,
        )
        self._out.append(unit.voice.say(topic, state, lane=Lane.ALARM, qos=1, retain=True))

    def _outcome(self, unit: ActuatorUnit, said: OutcomeSaid, now_us: int) -> None:
        envelope = unit.voice.reliable(now_us, now_us)
        outcome = Outcome(
            **envelope,
            exercise=said.exercise,
            command=said.command,
            status=said.status,
            reason=said.reason,
        )
        unit.voice.keep(topics.actuator_outcome(self.site_id, unit.sited.id), outcome)
        self._out += unit.voice.due(now_us)
        result = f"{said.status.lower()}: {said.reason}" if said.reason else said.status.lower()
        self._told.append(f"{unit.sited.id} answers {result}")

    def _health_topic(self, unit: Unit) -> str:
        name = unit.sited.id
        if isinstance(unit, SensorUnit):
            return topics.sensor_health(self.site_id, name)
        return topics.actuator_health(self.site_id, name)

    def _health(self, unit: Unit, now_us: int) -> None:
        topic = self._health_topic(unit)
        rate_hz = unit.rate_hz if isinstance(unit, SensorUnit) else 0.0
        health = Health(
            **unit.voice.envelope(topic, now_us, now_us),
            state=HealthState.OK,
            frame_rate_hz=rate_hz or None,
            spool_count=len(unit.voice.outbox),
            floors=unit.voice.outbox.floors(),
        )
        self._out.append(unit.voice.say(topic, health, lane=Lane.ALARM, qos=1, retain=True))

    def _sensor_about(self, unit: SensorUnit, now_us: int) -> None:
        topic = topics.sensor_about(self.site_id, unit.sited.id)
        about = SensorAbout(
            **unit.voice.envelope(topic, now_us, now_us),
            kind=unit.sited.kind,
            name=unit.sited.name,
            pose=self._sensor_pose(unit),
            camera=_model(unit.eye),
            field_of_view=unit.eye.field_of_view(),
            labels=SENSOR_LABELS[type(unit.eye)],
            scan_rate_hz=unit.rate_hz,
            clock_sigma_us=1_000,
            software=SOFTWARE,
        )
        self._out.append(unit.voice.say(topic, about, lane=Lane.ALARM, qos=1, retain=True))

    def _actuator_about(self, unit: ActuatorUnit, now_us: int) -> None:
        topic = topics.actuator_about(self.site_id, unit.sited.id)
        about = ActuatorAbout(
            **unit.voice.envelope(topic, now_us, now_us),
            kind=unit.sited.kind,
            name=unit.sited.name,
            pose=self._pose(unit.sited.position),
            effect=unit.sited.effect,
            actions=unit.actuator.actions,
            delay_s=unit.plan.delay_s,
            software=SOFTWARE,
        )
        self._out.append(unit.voice.say(topic, about, lane=Lane.ALARM, qos=1, retain=True))

    def _sensor_pose(self, unit: SensorUnit) -> Pose:
        plan = unit.eye.plan
        if isinstance(unit.eye, Camera):
            return self._pose(
                unit.sited.position,
                height_m=plan.height_m,
                azimuth_deg=unit.eye.plan.azimuth_deg,
                pitch_deg=unit.eye.plan.pitch_deg,
            )
        return self._pose(unit.sited.position, height_m=plan.height_m)

    def _pose(
        self,
        place: Place,
        *,
        height_m: float = 0.0,
        azimuth_deg: float = 0.0,
        pitch_deg: float = 0.0,
    ) -> Pose:
        lat_deg, lon_deg = self._frame.to_wgs84(*place)
        return Pose(
            lat_deg=lat_deg,
            lon_deg=lon_deg,
            height_m=height_m,
            azimuth_deg=azimuth_deg,
            pitch_deg=pitch_deg,
        )


def _model(eye: Eye) -> Pinhole | None:
    return eye.model() if isinstance(eye, Camera) else None
