"""Simulated programs at the edge: a button box with an outbox, a radar, and an actuator."""

import math
from typing import Any

from simulation.parts import Broker
from simulation.scheduler import SECOND, Scheduler

from wire import codec, topics
from wire.delivery import Entry, Outbox
from wire.geodesy import SiteFrame
from wire.ids import ulid
from wire.labels import (
    ActuatorAction,
    ActuatorKind,
    ActuatorPosition,
    CueKind,
    EffectClass,
    HealthState,
    Label,
    OutcomeStatus,
    SensorKind,
)
from wire.messages import (
    ActuatorAbout,
    ActuatorState,
    Command,
    Committed,
    Cue,
    Detection,
    FieldOfView,
    Health,
    Message,
    Outcome,
    Pose,
    Position,
    Scan,
    SensorAbout,
)

FRAME = SiteFrame(52.0, 5.0)


class Program:
    """One device: what every program at the edge does, with a disk that survives it."""

    family = "sensor"

    def __init__(
        self, scheduler: Scheduler, broker: Broker, name: str, *, simulated: bool = True
    ) -> None:
        self._scheduler = scheduler
        self._broker = broker
        self.name = name
        self.simulated = simulated
        self.disk: list[Entry] = []
        self.is_up = False
        self.put_count = 0
        self.start()
        scheduler.every(5 * SECOND, self._heartbeat)
        scheduler.every(SECOND / 2, self._pump)

    def start(self) -> None:
        """Begin a new boot with what the disk holds."""
        self.is_up = True
        self.boot = ulid(self._scheduler.now_us(), self._scheduler.ulid_entropy())
        self.outbox = Outbox(self.boot, list(self.disk))
        self._live_seq = 0
        self._link()

    def crash(self) -> None:
        self.is_up = False
        self._broker.disconnect(self.name)

    def about(self) -> Message:
        raise NotImplementedError

    def received(self, topic: str, payload: bytes) -> None:
        """Take what the hub says."""
        message = codec.decode(topic, payload, site="square")
        if isinstance(message, Committed):
            now_us = self._scheduler.now_us()
            forgotten = self.outbox.committed(message.of_boot, message.committed_seq, now_us)
            gone = {(entry.boot, entry.seq) for entry in forgotten}
            self.disk = [one for one in self.disk if (one.boot, one.seq) not in gone]

    def envelope(self, seq: int) -> dict[str, Any]:
        now_us = self._scheduler.now_us()
        return {
            "id": ulid(now_us, self._scheduler.ulid_entropy()),
            "sender": self.name,
            "boot": self.boot,
            "seq": seq,
            "observed_us": now_us,
            "sent_us": now_us,
            "simulated": self.simulated,
        }

    def live(self) -> dict[str, Any]:
        """Return the envelope of a message of which the latest counts."""
        self._live_seq += 1
        return self.envelope(self._live_seq)

    def topic(self, leaf: str) -> str:
        return f"{topics.PREFIX}/square/{self.family}/{self.name}/{leaf}"

    def say(self, leaf: str, message: Message, *, retain: bool = False) -> None:
        self._broker.publish(self.name, self.topic(leaf), codec.encode(message), retain=retain)

    def keep(self, leaf: str, message: Message) -> None:
        """Put a message on disk and into the outbox: from here on it must not be lost."""
        entry = Entry(
            boot=self.boot,
            seq=self.outbox.next_seq,
            topic=self.topic(leaf),
            payload=codec.encode(message),
        )
        assert message.seq == entry.seq
        self.disk.append(entry)
        assert self.outbox.put(entry) == ()
        self.put_count += 1
        self._pump()

    def _link(self) -> None:
        ours = self.topic("")
        if not self._broker.connect(self.name, lambda topic: topic.startswith(ours), self._arrived):
            return
        self.outbox.reconnected()
        self.say("about", self.about(), retain=True)
        self._health()
        self._pump()

    def _arrived(self, topic: str, payload: bytes) -> None:
        if self.is_up and topic.rsplit("/", 1)[1] in ("committed", "command"):
            self.received(topic, payload)

    def _heartbeat(self) -> None:
        if self.is_up and not self._broker.is_connected(self.name):
            self._link()
        elif self.is_up:
            self._health()

    def _health(self) -> None:
        health = Health(
            state=HealthState.OK,
            spool_count=len(self.outbox),
            floors=self.outbox.floors(),
            **self.live(),
        )
        self.say("health", health, retain=True)

    def _pump(self) -> None:
        if self.is_up and self._broker.is_connected(self.name):
            for entry in self.outbox.due(self._scheduler.now_us()):
                self._broker.publish(self.name, entry.topic, entry.payload, retain=False)


class Button(Program):
    """Panic buttons: cues that must reach the journal exactly once."""

    def about(self) -> Message:
        return SensorAbout(kind=SensorKind.BUTTON, name="Button", pose=a_pose(), **self.live())

    def press(self) -> None:
        if self.is_up:
            cue = Cue(
                kind=CueKind.BUTTON_PRESSED,
                confidence=1.0,
                **self.envelope(self.outbox.next_seq),
            )
            self.keep("cue", cue)


class Radar(Program):
    """Sees people walk across the site, while there are any."""

    def __init__(self, scheduler: Scheduler, broker: Broker, name: str) -> None:
        self._walk_began_us = 0
        self._rests = False
        super().__init__(scheduler, broker, name)
        scheduler.every(SECOND / 4, self._scan)
        scheduler.every(300 * SECOND, self._begin_walk)

    def about(self) -> Message:
        return SensorAbout(
            kind=SensorKind.RADAR,
            name="Radar",
            pose=a_pose(),
            field_of_view=FieldOfView(azimuth_deg=0.0, width_deg=360.0, range_max_m=80.0),
            scan_rate_hz=4.0,
            **self.live(),
        )

    def rest(self) -> None:
        """See nobody begin to walk any more."""
        self._rests = True

    def _begin_walk(self) -> None:
        if not self._rests:
            self._walk_began_us = self._scheduler.now_us()

    def _scan(self) -> None:
        if not self.is_up:
            return
        self.say("scan", Scan(detections=tuple(self._detections()), **self.live()))

    def _detections(self) -> list[Detection]:
        span_s = (self._scheduler.now_us() - self._walk_began_us) / SECOND
        if span_s > 60.0:
            return []
        dice = self._scheduler.random
        places = [(-40.0 + 1.3 * span_s, 5.0), (10.0 * math.sin(span_s / 9), -15.0)]
        return [
            _a_person(east + dice.gauss(0, 0.2), north + dice.gauss(0, 0.2))
            for east, north in places
            if dice.random() < 0.9
        ]


class Siren(Program):
    """An actuator that obeys, late or not at all now and then, and never twice."""

    family = "actuator"

    def __init__(
        self, scheduler: Scheduler, broker: Broker, name: str, *, simulated: bool = True
    ) -> None:
        self.position = ActuatorPosition.OFF
        self.executed: list[Command] = []
        self.executed_us: list[int] = []
        self.obeyed: set[str] = set()  # On its disk.
        super().__init__(scheduler, broker, name, simulated=simulated)

    def about(self) -> Message:
        return ActuatorAbout(
            kind=ActuatorKind.SIREN,
            name=self.name,
            pose=a_pose(),
            effect=EffectClass.WARN,
            actions=(ActuatorAction.SOUND, ActuatorAction.SILENCE),
            **self.live(),
        )

    def received(self, topic: str, payload: bytes) -> None:
        super().received(topic, payload)
        message = codec.decode(topic, payload, site="square")
        if not isinstance(message, Command) or message.id in self.obeyed:
            return
        now_us = self._scheduler.now_us()
        if message.expires_us is not None and now_us > message.expires_us:
            self._answer(message, OutcomeStatus.REJECTED, "expired")
            return
        self.obeyed.add(message.id)
        self.executed.append(message)
        self.executed_us.append(now_us)
        self._answer(message, OutcomeStatus.ACCEPTED)
        self._scheduler.after(SECOND, lambda: self._finish(message))

    def _finish(self, command: Command) -> None:
        if not self.is_up:
            return
        if self._scheduler.random.random() < 0.1:
            self._answer(command, OutcomeStatus.FAILED, "no power")
            return
        is_on = command.action is ActuatorAction.SOUND
        self.position = ActuatorPosition.ON if is_on else ActuatorPosition.OFF
        self._answer(command, OutcomeStatus.COMPLETED)
        state = ActuatorState(position=self.position, command=command.id, **self.live())
        self.say("state", state, retain=True)

    def _answer(self, command: Command, status: OutcomeStatus, reason: str | None = None) -> None:
        outcome = Outcome(
            command=command.id,
            status=status,
            reason=reason,
            **self.envelope(self.outbox.next_seq),
        )
        self.keep("outcome", outcome)


def a_pose() -> Pose:
    return Pose(lat_deg=52.0, lon_deg=5.0)


def _a_person(east_m: float, north_m: float) -> Detection:
    lat_deg, lon_deg = FRAME.to_wgs84(east_m, north_m)
    where = Position(lat_deg=lat_deg, lon_deg=lon_deg, sigma_east_m=0.3, sigma_north_m=0.3)
    return Detection(label=Label.PERSON, confidence=0.9, where=where)
