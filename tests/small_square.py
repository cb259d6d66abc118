"""A small site with one of everything, its devices, and an engine that remembers what it did."""

from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any, TypeVar

from hub.core.alerts.alert import AlertRecord
from hub.core.effects import Durability, Effect, Entry, Journal, Publish, Reply, Show
from hub.core.engine import Engine
from hub.core.inputs import Input
from hub.core.response.command import CommandRecord
from hub.core.site import (
    Actuator,
    Area,
    CueRule,
    IntrusionRule,
    Origin,
    Playbook,
    Sensor,
    SilenceRule,
    Site,
    Step,
    Tripwire,
    TripwireRule,
    ZoneClear,
)
from wire import topics
from wire.actions import AskKind, OperatorAction
from wire.feed import Delta
from wire.geodesy import SiteFrame
from wire.ids import ulid
from wire.labels import (
    ActuatorAction,
    ActuatorKind,
    ActuatorPosition,
    AlertState,
    CueKind,
    EffectClass,
    Label,
    Priority,
    Role,
    SensorKind,
)
from wire.messages import (
    ActuatorAbout,
    ActuatorState,
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
    Report,
    Scan,
    SensorAbout,
)

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
START = 1_800_000_000 * SECOND
ORIGIN = Origin(lat_deg=52.0, lon_deg=5.0)
FRAME = SiteFrame(ORIGIN.lat_deg, ORIGIN.lon_deg)
SITE = "square"
HUB_BOOT = ulid(START, b"hub-boot  ")

CAMERA = "cam-01"
RADAR = "radar-01"
BUTTON = "button-01"
EAR = "ear-01"
SIREN = "siren-01"
BOLLARD = "bollard-01"

INSIDE = (5.0, 5.0)
"""On the stage, where nobody may be."""
OUTSIDE = (40.0, 40.0)

SoughtT = TypeVar("SoughtT", bound=Message)


def a_site(**changes: Any) -> Site:
    """Return a plan: a stage, a gate with a bollard, a siren, two cameras' worth of sensors."""
    plain: dict[str, Any] = {
        "id": SITE,
        "name": "Small Square",
        "origin": ORIGIN,
        "bounds": ((-100.0, -100.0), (100.0, 100.0)),
        "zones": (
            _square("stage", "Stage back area", "sterile", 0.0, 0.0),
            _square("gate", "Gate", "gate", -60.0, -60.0),
        ),
        "tripwires": (
            Tripwire(id="gate-line", name="Gate line", start=(-50.0, -80.0), end=(-50.0, 80.0)),
        ),
        "sensors": (
            Sensor(id=CAMERA, kind=SensorKind.CAMERA, name="Camera 1", position=(0.0, -20.0)),
            Sensor(id=RADAR, kind=SensorKind.RADAR, name="Radar", position=(-20.0, 0.0)),
            Sensor(id=BUTTON, kind=SensorKind.BUTTON, name="Panic button", position=(3.0, 3.0)),
            Sensor(id=EAR, kind=SensorKind.ACOUSTIC, name="Ear", position=(20.0, 20.0)),
        ),
        "actuators": (
            Actuator(
                id=SIREN,
                kind=ActuatorKind.SIREN,
                name="Siren",
                position=(1.0, 1.0),
                effect=EffectClass.WARN,
                confirmed_by={ActuatorAction.SOUND: ActuatorPosition.ON},
                exercise=True,
            ),
            Actuator(
                id=BOLLARD,
                kind=ActuatorKind.BOLLARD,
                name="Bollard",
                position=(-55.0, -55.0),
                effect=EffectClass.IMPEDE,
                confirmed_by={ActuatorAction.RAISE: ActuatorPosition.RAISED},
            ),
        ),
        "rules": (
            IntrusionRule(id="backstage", zone="stage"),
            TripwireRule(id="gate-crossed", tripwire="gate-line"),
            CueRule(id="panic", cues=(CueKind.BUTTON_PRESSED,), priority=Priority.CRITICAL),
            CueRule(id="sounds", cues=(CueKind.IMPULSE_SOUND, CueKind.GLASS_BREAK)),
        ),
        "playbooks": (
            Playbook(
                id="intruder",
                name="Intruder",
                rules=("backstage", "panic"),
                steps=(
                    Step(
                        id="warn",
                        text="Sound the siren",
                        actuator=SIREN,
                        action=ActuatorAction.SOUND,
                    ),
                    Step(
                        id="close",
                        text="Raise the bollard",
                        actuator=BOLLARD,
                        action=ActuatorAction.RAISE,
                        interlocks=(ZoneClear(zone="gate"),),
                    ),
                ),
            ),
        ),
    }
    return Site(**{**plain, **changes})


def a_watched_site(**changes: Any) -> Site:
    """Return a plan in which also silence is judged."""
    plan = a_site(**changes)
    return a_site(**{"rules": (*plan.rules, SilenceRule(id="silence"))} | changes)


def _square(zone: str, name: str, purpose: str, east_m: float, north_m: float) -> Area:
    corners = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))
    polygon = tuple((east_m + east, north_m + north) for east, north in corners)
    return Area(id=zone, name=name, purpose=purpose, polygon=polygon)


def a_detection(place: tuple[float, float] = INSIDE, **changes: Any) -> Detection:
    """Return that something, a person at best, is at a place of the site."""
    lat_deg, lon_deg = FRAME.to_wgs84(*place)
    where = Position(lat_deg=lat_deg, lon_deg=lon_deg, sigma_east_m=0.3, sigma_north_m=0.3)
    plain: dict[str, Any] = {"label": Label.PERSON, "confidence": 0.9, "where": where}
    return Detection(**{**plain, **changes})


class Voice:
    """A device that speaks, and numbers its messages as the contract asks."""

    def __init__(self, sender: str, boot: str = "first", /, **always: Any) -> None:
        self.sender = sender
        self.boot = ulid(START, blake2b(f"{sender}/{boot}".encode(), digest_size=10).digest())
        self._always = always
        self._seqs: Counter[str] = Counter()

    def says(self, kind: type[SoughtT], at_us: int, /, **fields: Any) -> SoughtT:
        """Return a message of a kind, with the next number of its lane."""
        lane = "reliable" if kind in (Cue, Reading, Report, Receipt, Outcome) else kind.__name__
        if "seq" not in fields:
            self._seqs[lane] += 1
        seq = fields.pop("seq", self._seqs[lane])
        entropy = blake2b(f"{self.sender}/{self.boot}/{lane}/{seq}".encode(), digest_size=10)
        plain = {
            "id": ulid(at_us, entropy.digest()),
            "sender": self.sender,
            "boot": self.boot,
            "seq": seq,
            "observed_us": at_us,
            "sent_us": at_us,
        }
        return kind(**{**plain, **self._always, **fields})

    def scan(self, at_us: int, *places: tuple[float, float], **fields: Any) -> Scan:
        """Return that people are at these places of the site."""
        detections = tuple(a_detection(place) for place in places)
        return self.says(Scan, at_us, **{"detections": detections, **fields})

    def cue(self, at_us: int, kind: CueKind = CueKind.BUTTON_PRESSED, **fields: Any) -> Cue:
        """Return that something happened."""
        return self.says(Cue, at_us, **{"kind": kind, "confidence": 1.0, **fields})

    def about_sensor(self, at_us: int, **fields: Any) -> SensorAbout:
        """Return what a sensor is that stands at the origin and sees all around."""
        plain = {
            "kind": SensorKind.CAMERA,
            "name": "Camera",
            "pose": a_pose(0.0, 0.0),
            "field_of_view": FieldOfView(azimuth_deg=0.0, width_deg=360.0, range_max_m=150.0),
        }
        return self.says(SensorAbout, at_us, **{**plain, **fields})

    def about_siren(self, at_us: int, **fields: Any) -> ActuatorAbout:
        """Return what a siren is."""
        plain = {
            "kind": ActuatorKind.SIREN,
            "name": "Siren",
            "pose": a_pose(1.0, 1.0),
            "effect": EffectClass.WARN,
            "actions": (ActuatorAction.SOUND, ActuatorAction.SILENCE),
        }
        return self.says(ActuatorAbout, at_us, **{**plain, **fields})

    def about_bollard(self, at_us: int, **fields: Any) -> ActuatorAbout:
        """Return what a bollard is."""
        plain = {
            "kind": ActuatorKind.BOLLARD,
            "name": "Bollard",
            "pose": a_pose(-55.0, -55.0),
            "effect": EffectClass.IMPEDE,
            "actions": (ActuatorAction.RAISE, ActuatorAction.LOWER),
        }
        return self.says(ActuatorAbout, at_us, **{**plain, **fields})

    def state(self, at_us: int, position: ActuatorPosition, **fields: Any) -> ActuatorState:
        """Return what an actuator does."""
        return self.says(ActuatorState, at_us, position=position, **fields)

    def health(self, at_us: int, **fields: Any) -> Health:
        """Return a heartbeat."""
        return self.says(Health, at_us, **{"state": "OK", **fields})


def a_pose(east_m: float, north_m: float) -> Pose:
    """Return the pose of what stands at a place of the site."""
    lat_deg, lon_deg = FRAME.to_wgs84(east_m, north_m)
    return Pose(lat_deg=lat_deg, lon_deg=lon_deg)


class Hub:
    """An engine, and all that it ever did."""

    def __init__(self, site: Site | None = None, start_us: int = START) -> None:
        self.engine = Engine(
            site or a_site(), boot=HUB_BOOT, start_us=start_us, software="vedette test"
        )
        self.done: list[Effect] = []
        self._asked_count = 0

    def takes(self, message: Input, now_us: int) -> list[Effect]:
        """Let the engine take an input; return what it does."""
        return self._keep(self.engine.handle(message, now_us))

    def wakes(self, now_us: int) -> list[Effect]:
        """Let the engine do what is due."""
        return self._keep(self.engine.wake(now_us))

    def lives(self, until_us: int) -> list[Effect]:
        """Wake the engine whenever it asks for it; return what it does."""
        before = len(self.done)
        while self.engine.next_wake_us <= until_us:
            self.wakes(self.engine.next_wake_us)
        return self.done[before:]

    def restores(self, entries: Iterable[Entry], now_us: int) -> list[Effect]:
        """Let the engine begin with what a journal says."""
        return self._keep(self.engine.restore(entries, now_us))

    def asks(
        self, ask: AskKind, now_us: int, *, operator: str = "Ann", role: Role = Role.OPERATOR
    ) -> str:
        """Ask as an operator; return why not, or nothing."""
        self._asked_count += 1
        identity = ulid(now_us, self._asked_count.to_bytes(10, "big"))
        action = OperatorAction(id=identity, operator=operator, role=role, asked_us=now_us, ask=ask)
        (reply,) = replies(self.takes(action, now_us))
        assert reply.reply.id == identity
        assert reply.reply.accepted == (not reply.reply.reason)
        return reply.reply.reason

    def sees(
        self,
        voice: Voice,
        *places: tuple[float, float],
        from_us: int,
        seconds: float = 1.0,
        **fields: Any,
    ) -> int:
        """Let a sensor see people stand there, ten times a second; return when it ends."""
        end_us = from_us + round(seconds * SECOND)
        for at_us in range(from_us, end_us, SECOND // 10):
            self.takes(voice.scan(at_us, *places, **fields), at_us)
        return end_us

    def standing(self) -> list[Entry]:
        """Return what a restarted hub would find in the journal."""
        kept: dict[tuple[type, str], Entry] = {}
        for entry in entries(self.done):
            key = (type(entry.record), entry.key)
            kept.pop(key, None)
            if entry.durability in (Durability.STATE, Durability.MARK):
                kept[key] = entry
        return list(kept.values())

    @property
    def alerts(self) -> list[AlertRecord]:
        """The open alerts as the journal has them, oldest first."""
        return [
            entry.record
            for entry in self.standing()
            if isinstance(entry.record, AlertRecord)
            and entry.key == entry.record.id
            and entry.record.state is not AlertState.CLOSED
        ]

    @property
    def commands(self) -> dict[str, CommandRecord]:
        """The latest record of every command, by its actuator."""
        return {
            entry.record.actuator: entry.record
            for entry in entries(self.done)
            if isinstance(entry.record, CommandRecord)
        }

    def refused(self) -> dict[str, int]:
        """Return how often input was refused, by code."""
        counts: Counter[str] = Counter()
        for row in self.engine.snapshot(Role.OPERATOR).refusals:
            counts[row.code] += row.count
        return dict(counts)

    def _keep(self, effects: list[Effect]) -> list[Effect]:
        self.done += effects
        return effects


def entries(effects: Iterable[Effect]) -> list[Entry]:
    """Return what is to be journalled."""
    return [effect.entry for effect in effects if isinstance(effect, Journal)]


def deltas(effects: Iterable[Effect]) -> list[Delta]:
    """Return what is to be shown."""
    return [effect.delta for effect in effects if isinstance(effect, Show)]


def replies(effects: Iterable[Effect]) -> list[Reply]:
    """Return the answers to operators."""
    return [effect for effect in effects if isinstance(effect, Reply)]


def published(effects: Iterable[Effect], kind: type[SoughtT]) -> list[SoughtT]:
    """Return the messages of a kind that go to the bus."""
    return [
        effect.message
        for effect in effects
        if isinstance(effect, Publish) and isinstance(effect.message, kind)
    ]


def published_at(effects: Iterable[Effect], topic: str) -> list[Publish]:
    """Return what goes to one topic."""
    return [one for one in effects if isinstance(one, Publish) and one.topic == topic]


def alert_topic(alert: AlertRecord) -> str:
    """Return where the hub tells of an alert."""
    return topics.alert(SITE, alert.id)


def a_hub_with_actuators(**fields: Any) -> Hub:
    """Return a hub that has heard of its siren and its bollard."""
    hub = Hub()
    hub.takes(Voice(SIREN, **fields).about_siren(START), START)
    hub.takes(Voice(BOLLARD, **fields).about_bollard(START), START)
    return hub
