"""The engine with the demo's plan, in which drills are begun; alone or with the square."""

from pathlib import Path
from typing import ClassVar, Final

from hub.adapters.site_file import load_site
from hub.core.effects import Effect, Publish
from hub.core.engine import Engine
from hub.core.inputs import Input
from hub.core.site import Actuator
from simulators.core.envelope import Send
from simulators.core.simulation import Simulation
from simulators.machines import POSITIONS
from simulators.scenario import BUNDLED
from wire.actions import AskKind, Confirm, OperatorAction, StartPlaybook
from wire.codec import decode, encode
from wire.geodesy import SiteFrame
from wire.ids import ulid
from wire.labels import Role
from wire.messages import ActuatorAbout, Command, Pose
from wire.quantities import SECOND_US, Instant, Ulid
from wire.topics import parse
from wire.work import RunView

SITE_FILE: Final[Path] = BUNDLED / "market-square" / "site.toml"


class Drill:
    """The engine and what left it for actuators."""

    start_us: ClassVar[Instant] = 1_790_000_000_000_000

    def __init__(self, simulation: Simulation | None = None) -> None:
        self.site = load_site(SITE_FILE)
        self.engine = Engine(
            self.site, boot=ulid(self.start_us, bytes(10)), start_us=self.start_us, software="test"
        )
        self.now_us = self.start_us
        self.commanded: list[Command] = []
        self._simulation = simulation
        self._asked = 0
        if simulation is not None:
            for device in simulation.devices():
                self._deliver(simulation.connected(device, self.start_us))

    def hears_of_all(self, *, exercise: bool) -> None:
        """Let every actuator of the plan say what it is, and whether it takes part in exercises."""
        for planned in self.site.actuators:
            self._handle(self._about(planned, exercise=exercise))

    def begins(self, playbook: str) -> Ulid:
        """Begin a playbook as an exercise; return the id of its run."""
        self._asks(StartPlaybook(playbook=playbook, reason="first drill", exercise=True), "Ann")
        return self.engine.snapshot(Role.OPERATOR).runs[-1].id

    def run(self, identity: Ulid) -> RunView:
        """Return how a playbook stands."""
        runs = self.engine.snapshot(Role.OPERATOR).runs
        return next(one for one in runs if one.id == identity)

    def confirms_everything(self) -> None:
        """Let two people say yes to every command there is."""
        for command in self.engine.snapshot(Role.OPERATOR).commands:
            for operator in ("Ann", "Bob"):
                self._asks(Confirm(command=command.id), operator)

    def lives(self, seconds: float) -> None:
        """Let time pass, here and on the square."""
        until_us = self.now_us + round(seconds * SECOND_US)
        while (due_us := self._next_us()) <= until_us:
            self.now_us = max(self.now_us, due_us)
            self._take(self.engine.wake(self.now_us))
            if self._simulation is not None:
                self._deliver(self._simulation.advance(self.now_us))
        self.now_us = until_us

    def _next_us(self) -> Instant:
        if self._simulation is None:
            return self.engine.next_wake_us
        return min(self._simulation.next_us, self.engine.next_wake_us)

    def _asks(self, ask: AskKind, operator: str) -> None:
        self._asked += 1
        identity = ulid(self.now_us, self._asked.to_bytes(10, "big"))
        self._handle(
            OperatorAction(
                id=identity,
                operator=operator,
                role=Role.OPERATOR,
                asked_us=self.now_us,
                ask=ask,
            )
        )

    def _about(self, planned: Actuator, *, exercise: bool) -> ActuatorAbout:
        origin = self.site.origin
        lat_deg, lon_deg = SiteFrame(origin.lat_deg, origin.lon_deg).to_wgs84(*planned.position)
        return ActuatorAbout(
            id=ulid(self.now_us, planned.id.encode()[-10:].rjust(10)),
            sender=planned.id,
            boot=ulid(self.start_us, planned.id.encode()[-10:].rjust(10)),
            seq=1,
            observed_us=self.now_us,
            sent_us=self.now_us,
            exercise=exercise,
            kind=planned.kind,
            name=planned.name,
            pose=Pose(lat_deg=lat_deg, lon_deg=lon_deg),
            effect=planned.effect,
            actions=tuple(POSITIONS[planned.kind]),
        )

    def _handle(self, message: Input) -> None:
        self._take(self.engine.handle(message, self.now_us))

    def _deliver(self, sends: list[Send]) -> None:
        for send in sends:
            self._take(self.engine.handle(decode(send.topic, send.payload), self.now_us))

    def _take(self, effects: list[Effect]) -> None:
        for effect in effects:
            if not isinstance(effect, Publish) or effect.message is None:
                continue
            if isinstance(effect.message, Command):
                self.commanded.append(effect.message)
            address = parse(effect.topic)
            if self._simulation is not None and address.leaf in {"command", "committed"}:
                payload = encode(effect.message)
                self._deliver(
                    self._simulation.receive(address.device, effect.topic, payload, self.now_us)
                )
