"""Simulated programs at the edge: sensors with an outbox, machines that fail or lie, and teams."""

from collections.abc import Callable
from typing import Any

from simulation.parts import Broker
from simulation.plan import SITE
from simulation.scheduler import SECOND, Clock, Scheduler

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
    ReceiptStatus,
    SensorKind,
    TaskState,
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
    Reading,
    Receipt,
    SafeState,
    Scan,
    SensorAbout,
    TaskNotice,
    TeamPosition,
)

FRAME = SiteFrame(52.0, 5.0)
POSE = Pose(lat_deg=52.0, lon_deg=5.0)
PUMP_US = SECOND


class Program:
    """One device: what every program at the edge does, with a disk that survives it."""

    family = "sensor"

    def __init__(
        self,
        scheduler: Scheduler,
        broker: Broker,
        name: str,
        *,
        simulated: bool = False,
        exercise: bool = False,
    ) -> None:
        self._scheduler = scheduler
        self._broker = broker
        self.clock = Clock(scheduler)
        self.name = name
        self.simulated = simulated
        self.exercise = exercise
        self.disk: list[Entry] = []
        self.is_up = False
        self.put_count = 0
        self._is_pumping = False
        self._mine = f"{topics.PREFIX}/{SITE}/{self.family}/{self.name}/"
        self.start()

    def start(self) -> None:
        """Begin a new boot with what the disk holds."""
        self.is_up = True
        self.boot = ulid(self.clock.now_us(), self._scheduler.ulid_entropy())
        self.outbox = Outbox(self.boot, list(self.disk))
        self._live_seq = 0
        self._link()

    def crash(self) -> None:
        self.is_up = False
        self._broker.disconnect(self.name)

    def beat(self) -> None:
        """Do what is done every few seconds."""
        if not self.is_up:
            return
        if not self._broker.is_connected(self.name):
            self._link()
            return
        self.health()
        self._pump()

    def about(self) -> Message | None:
        """Return what it says of itself on connecting."""
        return None

    def received(self, message: Message) -> None:
        """Take what the hub says."""
        if isinstance(message, Committed):
            now_us = self._scheduler.now_us()
            forgotten = self.outbox.committed(message.of_boot, message.committed_seq, now_us)
            gone = {(entry.boot, entry.seq) for entry in forgotten}
            self.disk = [one for one in self.disk if (one.boot, one.seq) not in gone]

    def envelope(self, seq: int) -> dict[str, Any]:
        now_us = self.clock.now_us()
        return {
            "id": ulid(now_us, self._scheduler.ulid_entropy()),
            "sender": self.name,
            "boot": self.boot,
            "seq": seq,
            "observed_us": now_us,
            "sent_us": now_us,
            "simulated": self.simulated,
            "exercise": self.exercise,
        }

    def live(self) -> dict[str, Any]:
        """Return the envelope of a message of which the latest counts."""
        self._live_seq += 1
        return self.envelope(self._live_seq)

    def next(self) -> dict[str, Any]:
        """Return the envelope of a message that must not be lost."""
        return self.envelope(self.outbox.next_seq)

    def say(self, leaf: str, message: Message, *, retain: bool = False) -> None:
        self._broker.publish(self.name, self._mine + leaf, codec.encode(message), retain=retain)

    def keep(self, leaf: str, message: Message) -> None:
        """Put a message on disk and into the outbox: from here on it must not be lost."""
        entry = Entry(
            boot=self.boot,
            seq=self.outbox.next_seq,
            topic=self._mine + leaf,
            payload=codec.encode(message),
        )
        assert message.seq == entry.seq
        self.disk.append(entry)
        assert self.outbox.put(entry) == ()
        self.put_count += 1
        self._pump()

    def health(self) -> None:
        health = Health(
            state=HealthState.OK,
            spool_count=len(self.outbox),
            floors=self.outbox.floors(),
            **self.live(),
        )
        self.say("health", health, retain=True)

    def wants(self, topic: str) -> bool:
        """Whether it reads a topic."""
        return topic.startswith(self._mine) and topic.endswith(("committed", "command", "safe"))

    def _link(self) -> None:
        if not self._broker.connect(self.name, self.wants, self._arrived):
            return
        self.outbox.reconnected()
        about = self.about()
        if about is not None:
            self.say("about", about, retain=True)
        self.health()
        self._pump()

    def _arrived(self, topic: str, payload: bytes) -> None:
        if self.is_up and payload:
            self.received(codec.decode(topic, payload, site=SITE))

    def _pump(self) -> None:
        """Send what is due, and look again for as long as something waits."""
        if self.is_up and self._broker.is_connected(self.name):
            for entry in self.outbox.due(self._scheduler.now_us()):
                self._broker.publish(self.name, entry.topic, entry.payload, retain=False)
        if len(self.outbox) and not self._is_pumping:
            self._is_pumping = True
            self._scheduler.after(PUMP_US, self._pump_again)

    def _pump_again(self) -> None:
        self._is_pumping = False
        self._pump()


class Sensor(Program):
    """Says cues and readings that must reach the journal exactly once."""

    kind = SensorKind.BUTTON

    def about(self) -> Message:
        return SensorAbout(kind=self.kind, name=self.name, pose=POSE, **self.live())

    def cue(self, kind: CueKind) -> None:
        """State that something happened."""
        if self.is_up:
            self.keep("cue", Cue(kind=kind, confidence=1.0, **self.next()))


class Gas(Sensor):
    """Reads one channel."""

    kind = SensorKind.GAS

    def read(self, value: float) -> None:
        if self.is_up:
            self.keep("reading", Reading(channel="co", value=value, unit="ppm", **self.next()))


class Radar(Program):
    """Sees one person walk up to the bollards and wait there, and another behind the stage."""

    LENGTH_US = 75 * SECOND
    ARRIVAL_S = 46.2
    """When somebody comes to the bollards."""

    def __init__(self, scheduler: Scheduler, broker: Broker, name: str) -> None:
        self._began_us = -self.LENGTH_US
        super().__init__(scheduler, broker, name)

    def about(self) -> Message:
        return SensorAbout(
            kind=SensorKind.RADAR,
            name="Radar",
            pose=POSE,
            field_of_view=FieldOfView(azimuth_deg=0.0, width_deg=360.0, range_max_m=80.0),
            scan_rate_hz=4.0,
            **self.live(),
        )

    def walk(self, into_us: int) -> None:
        """Let people be so far into their walk now."""
        self._began_us = self._scheduler.now_us() - into_us

    def people(self, at_us: int) -> list[tuple[float, float]]:
        """Return where people really are."""
        span_s = (at_us - self._began_us) / SECOND
        if not 0.0 <= span_s <= self.LENGTH_US / SECOND:
            return []
        return [(min(-40.0 + 1.3 * span_s, 21.0), 5.0), (-20.0 + 0.8 * span_s, -15.0)]

    def empty_us(self) -> int:
        """Return for how long nobody has been there."""
        return max(0, self._scheduler.at_us - self._began_us - self.LENGTH_US)

    def scan(self) -> None:
        """Look once."""
        if not self.is_up or not self._broker.is_connected(self.name):
            return
        dice = self._scheduler.random
        detections = tuple(
            _a_person(east + dice.gauss(0, 0.2), north + dice.gauss(0, 0.2))
            for east, north in self.people(self._scheduler.now_us())
            if dice.random() < 0.9
        )
        self.say("scan", Scan(detections=detections, **self.live()))


Executed = Callable[["Machine", Command, int], None]


class Machine(Program):
    """An actuator that mostly obeys; now and then it fails, lies, or does not answer at all."""

    family = "actuator"
    MOODS = ("works",) * 12 + ("fails", "lies", "ignores")

    def __init__(
        self,
        scheduler: Scheduler,
        broker: Broker,
        name: str,
        kind: ActuatorKind,
        effect: EffectClass,
        can: dict[ActuatorAction, ActuatorPosition],
        executed: Executed,
        *,
        simulated: bool = False,
        exercise: bool = False,
    ) -> None:
        self._kind, self._effect, self._can = kind, effect, can
        self._told = executed
        self.position = list(can.values())[-1]
        self.by: str | None = None
        self.obeyed: set[str] = set()  # On its disk.
        self.effects: list[Callable[[], None]] = []  # Who notices when it really does something.
        self._deaf_until_us = 0
        self._safe: SafeState | None = None
        self._lost_us: int | None = None
        super().__init__(scheduler, broker, name, simulated=simulated, exercise=exercise)

    def about(self) -> Message:
        return ActuatorAbout(
            kind=self._kind,
            name=self.name,
            pose=POSE,
            effect=self._effect,
            actions=tuple(self._can),
            **self.live(),
        )

    def health(self) -> None:
        super().health()
        self._state()

    def beat(self) -> None:
        super().beat()
        if not self.is_up:
            return
        if self._broker.is_connected(self.name):
            self._lost_us = None
            return
        now_us = self._scheduler.now_us()
        self._lost_us = self._lost_us or now_us
        safe = self._safe
        if safe and safe.action and now_us - self._lost_us > safe.after_s * SECOND:
            self.position, self.by = self._can[safe.action], None

    def meddle(self) -> None:
        """Let somebody work it by hand."""
        self.position, self.by = self._scheduler.random.choice(list(self._can.values())), None
        if self.is_up:
            self._state()

    def deafen(self, for_s: float) -> None:
        """Let it hear no command for a while."""
        self._deaf_until_us = self._scheduler.at_us + round(for_s * SECOND)

    def received(self, message: Message) -> None:
        super().received(message)
        if isinstance(message, SafeState):
            self._safe = message
        is_deaf = self._scheduler.at_us < self._deaf_until_us
        if isinstance(message, Command) and message.id not in self.obeyed and not is_deaf:
            self._obey(message)

    def _obey(self, command: Command) -> None:
        now_us = self.clock.now_us()
        if command.expires_us is not None and now_us > command.expires_us:
            self._answer(command, OutcomeStatus.REJECTED, "expired")
            return
        mood = self._scheduler.random.choice(self.MOODS)
        if mood == "ignores":
            return
        self.obeyed.add(command.id)
        self._told(self, command, now_us)
        self._answer(command, OutcomeStatus.ACCEPTED)
        boot = self.boot
        takes_us = self._scheduler.random.uniform(0.2, 4.0) * SECOND
        self._scheduler.after(takes_us, lambda: self._finish(command, mood, boot))

    def _finish(self, command: Command, mood: str, boot: str) -> None:
        if not self.is_up or self.boot != boot:
            return  # A restarted machine has forgotten what it was about.
        if mood == "fails":
            self._answer(command, OutcomeStatus.FAILED, "no power")
            return
        if mood == "works":
            self.position, self.by = self._can[command.action], command.id
            for effect in self.effects:
                effect()
        self._answer(command, OutcomeStatus.COMPLETED)
        self._state()

    def _state(self) -> None:
        state = ActuatorState(position=self.position, command=self.by, **self.live())
        self.say("state", state, retain=True)

    def _answer(self, command: Command, status: OutcomeStatus, reason: str | None = None) -> None:
        outcome = Outcome(command=command.id, status=status, reason=reason, **self.next())
        self.keep("outcome", outcome)


class Team(Program):
    """A field team that takes its tasks, declines them, or puts the phone away."""

    family = "team"
    LIVES = (
        ("READ", "ACCEPTED", "ON_SCENE", "DONE"),
        ("READ", "ACCEPTED", "ON_SCENE", "DONE"),
        ("ACCEPTED", "DONE"),
        ("ON_SCENE", "DONE"),
        ("READ", "DECLINED"),
        ("READ", "ACCEPTED", "DECLINED"),
        ("READ",),
        (),
    )

    def __init__(
        self,
        scheduler: Scheduler,
        broker: Broker,
        name: str,
        told: Callable[["Team", TaskNotice], None],
        *,
        simulated: bool = False,
    ) -> None:
        self._told = told
        self._known: set[str] = set()
        super().__init__(scheduler, broker, name, simulated=simulated)

    def wants(self, topic: str) -> bool:
        return f"/{SITE}/task/" in topic or super().wants(topic)

    def health(self) -> None:
        super().health()
        dice = self._scheduler.random
        where = _at(dice.uniform(-40, 40), dice.uniform(-40, 40), 5.0)
        self.say("position", TeamPosition(position=where, **self.live()))

    def received(self, message: Message) -> None:
        super().received(message)
        if not isinstance(message, TaskNotice) or message.team != self.name:
            return
        self._told(self, message)
        if message.task in self._known or message.state is not TaskState.SENT:
            return
        self._known.add(message.task)
        dice = self._scheduler.random
        delay_us = 0.0
        for status in ("DEVICE_RECEIPT", *dice.choice(self.LIVES)):
            delay_us += dice.uniform(0.2, 12.0) * SECOND
            self._scheduler.after(delay_us, self._answer(message, ReceiptStatus(status)))

    def _answer(self, notice: TaskNotice, status: ReceiptStatus) -> Callable[[], None]:
        def answer() -> None:
            if self.is_up:
                self.keep("receipt", Receipt(task=notice.task, status=status, **self.next()))

        return answer


def _a_person(east_m: float, north_m: float) -> Detection:
    return Detection(label=Label.PERSON, confidence=0.9, where=_at(east_m, north_m, 0.3))


def _at(east_m: float, north_m: float, sigma_m: float) -> Position:
    lat_deg, lon_deg = FRAME.to_wgs84(east_m, north_m)
    return Position(lat_deg=lat_deg, lon_deg=lon_deg, sigma_east_m=sigma_m, sigma_north_m=sigma_m)
