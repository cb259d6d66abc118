"""The hub's process: everything in it is gone at a crash, everything on its disk is not."""

from collections.abc import Callable

from msgspec.structs import replace
from simulation.parts import Broker, Disk
from simulation.plan import SITE, a_site
from simulation.scheduler import Clock, Scheduler
from simulation.second_hub import Life, encoded

from hub.adapters.runner import Runner
from hub.core.effects import Effect, Entry
from hub.core.inputs import PlanEdited
from hub.core.site import Site
from hub.ports import Live
from wire import codec
from wire.actions import AskKind, OperatorAction
from wire.feed import Snapshot
from wire.ids import ulid
from wire.labels import ActuatorPosition, Role
from wire.messages import ActuatorState
from wire.quantities import Identifier
from wire.topics import PREFIX

NAME = "hub"
Departed = Callable[[str, bytes], None]


class Hub:
    """One process after another on one disk."""

    def __init__(
        self, scheduler: Scheduler, broker: Broker, disk: Disk, live: Live, departed: Departed
    ) -> None:
        self._scheduler = scheduler
        self._broker = broker
        self._disk = disk
        self._live = live
        self._departed = departed
        self.clock = Clock(scheduler)
        self.runner: Runner | None = None
        self.site: Site = a_site()  # The latest version of the plan, on a disk of its own.
        self.begun_with: Site = self.site
        self.version = 1
        self.start_us = 0
        self.boot = ""
        self.restored: list[Entry] = []
        self.inputs: list[tuple[int, str, bytes]] = []
        self.effects: list[tuple[int, list[Effect]]] = []
        self.seen_us = 0
        """When a scan last arrived, in the world's time."""
        self.positions: dict[str, tuple[ActuatorPosition, int]] = {}
        """What each machine last told this hub that it does, and when by the hub's clock."""
        self.began_us = 0
        self.is_quiet = False
        self.life_count = 0
        self._retained: dict[str, bytes] = {}
        self._unsaid: set[str] = set()
        """What a broker that was away is still to forget."""

    # --- Lives ----------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin with what the disk holds."""
        self.life_count += 1
        self.began_us = self._scheduler.at_us
        self.start_us = self.clock.now_us()
        self.boot = ulid(self.start_us, self._scheduler.ulid_entropy())
        self.inputs, self.effects, self.begun_with = [], [], self.site
        self._retained.clear()
        self._unsaid.clear()
        self.positions.clear()
        self.restored = [*self._disk.standing(), *self._disk.over()]
        self._engine = self.life().engine()
        self.runner = Runner(
            self._engine,
            site_id=SITE,
            clock=self.clock,
            devices=self,
            live=self._live,
            journal=self._disk,
            record=lambda *one: self.inputs.append(one),
            watch=lambda *one: self.effects.append(one),
        )
        self.runner.restore(self.restored)
        self._link()
        self.wake_later()

    def crash(self) -> None:
        """Die, with everything that the disk has not."""
        self.life_count += 1
        self.runner = None
        self._broker.disconnect(NAME)
        self._disk.power_cut()

    @property
    def up_us(self) -> int:
        """How long it has been up; 0 while it is down."""
        return 0 if self.runner is None else self._scheduler.at_us - self.began_us

    def snapshot(self) -> Snapshot:
        """Return what an operator who signs in sees."""
        return self._engine.snapshot(Role.SUPERVISOR)

    # --- The port Devices -----------------------------------------------------------------------

    def publish(self, topic: str, payload: bytes, *, qos: int, retain: bool) -> None:
        assert qos in (0, 1)
        self._departed(topic, payload)
        if retain and payload:
            self._retained[topic] = payload
        elif retain:
            self._retained.pop(topic, None)
            if not self._broker.is_connected(NAME):
                self._unsaid.add(topic)
        self._broker.publish(NAME, topic, payload, retain=retain)

    # --- People ---------------------------------------------------------------------------------

    def ask(
        self, ask: AskKind, operator: str, role: Role, team: Identifier | None = None
    ) -> OperatorAction:
        """Let a person ask for something."""
        assert self.runner is not None
        action = OperatorAction(
            id=ulid(self.clock.now_us(), self._scheduler.ulid_entropy()),
            operator=operator,
            role=role,
            asked_us=self.clock.now_us(),
            ask=ask,
            team=team,
        )
        self.runner.submit(action)
        self._check_errors()
        return action

    def edit(self, site: Site) -> None:
        """Put another version of the plan into force."""
        assert self.runner is not None
        self.site, self.version = site, self.version + 1
        self.runner.replan(
            PlanEdited(site=site, version=str(self.version), by="Pat", reason="works")
        )
        self._check_errors()

    # --- Time -----------------------------------------------------------------------------------

    def beat(self) -> None:
        """Do what is done every second, or every few of a quiet spell."""
        if self.runner is None:
            return
        if not self._broker.is_connected(NAME):
            self._link()
        self.runner.report(
            bus_connected=self._broker.is_connected(NAME), dropped_scans=0, faults=()
        )
        self._check_errors()

    def wake_later(self) -> None:
        """Let the timer run, but in a quiet spell, when the machine is given no time for it."""
        if self.runner is None or self.is_quiet:
            return
        life = self.life_count

        def wake() -> None:
            if life == self.life_count and self.runner is not None and not self.is_quiet:
                self.runner.wake()
                self._check_errors()
                self.wake_later()

        # A timer is late, never early.
        late_us = self._scheduler.random.uniform(0, 5_000)
        self._scheduler.after(self.runner.next_wake_us() - self.clock.now_us() + late_us, wake)

    def life(self) -> Life:
        """Return this life until now, without what came of it."""
        return Life(
            site=self.begun_with,
            boot=self.boot,
            start_us=self.start_us,
            restored=tuple(self.restored),
            inputs=tuple(self.inputs),
        )

    def check_replay(self) -> Life:
        """Check that a second hub makes the same of this life; return it."""
        effects = encoded([one for _, several in self.effects for one in several])
        life = replace(self.life(), effects=tuple(effects))
        life.check(life.again())
        return life

    def _receive(self, topic: str, payload: bytes) -> None:
        if self.runner is None:
            return
        if topic.endswith("/scan"):
            self.seen_us = self._scheduler.at_us
        self.runner.receive(topic, payload)
        if topic.endswith("/state"):
            said = codec.decode(topic, payload, site=SITE)
            assert isinstance(said, ActuatorState)
            self.positions[said.sender] = (said.position, self.clock.now_us())
        self._check_errors()

    def _check_errors(self) -> None:
        assert self.runner is not None
        assert self.runner.internal_error_count == 0, "the engine failed on a message"

    def _link(self) -> None:
        if self.runner is None or self._broker.is_connected(NAME):
            return
        if self._broker.connect(NAME, _is_for_hub, self._receive):
            for topic in sorted(self._unsaid - self._retained.keys()):
                self._broker.publish(NAME, topic, b"", retain=True)
            self._unsaid.clear()
            # As the real one does: a broker that was started anew remembers nothing.
            for topic, payload in self._retained.items():
                self._broker.publish(NAME, topic, payload, retain=True)


def _is_for_hub(topic: str) -> bool:
    levels = topic.removeprefix(f"{PREFIX}/{SITE}/").split("/")
    return levels[0] in ("sensor", "actuator", "team") and levels[-1] not in (
        "committed",
        "command",
        "safe",
    )
