"""One site under faults: hub, broker, disk, devices and an operator, on one seeded scheduler.

After each step the invariants hold, or the run stops and names its seed.
"""

from collections import Counter
from collections.abc import Callable
from itertools import pairwise

from simulation.devices import Button, Program, Radar, Siren
from simulation.parts import Broker, Disk
from simulation.scheduler import SECOND, Scheduler

from hub.adapters.runner import Runner, read_input
from hub.core.alerts.alert import AlertRecord
from hub.core.effects import Accepted, Effect, InboxMark
from hub.core.engine import Engine
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
from wire import codec
from wire.actions import Acknowledge, AskKind, Clear, Confirm, OperatorAction, Shelve
from wire.feed import ActionReply, AlertView, Delta
from wire.ids import ulid
from wire.labels import (
    ActuatorAction,
    ActuatorKind,
    ActuatorPosition,
    AlertState,
    CommandState,
    CueKind,
    EffectClass,
    Priority,
    Role,
    SensorKind,
)
from wire.messages import Command, Committed, HubHealth
from wire.topics import PREFIX

HUB = "hub"


def a_site() -> Site:
    """Return a small square: buttons, a radar, a sterile zone, a line, a siren and bollards."""
    square = ((-45.0, -45.0), (45.0, -45.0), (45.0, 45.0), (-45.0, 45.0))
    stage = ((-5.0, 0.0), (5.0, 0.0), (5.0, 10.0), (-5.0, 10.0))
    line = ((20.0, 0.0), (22.0, 0.0), (22.0, 10.0), (20.0, 10.0))
    return Site(
        id="square",
        name="Square",
        origin=Origin(lat_deg=52.0, lon_deg=5.0),
        bounds=((-50.0, -50.0), (50.0, 50.0)),
        zones=(
            Area(id="square", name="Square", purpose="public", polygon=square),
            Area(id="stage", name="Stage back", purpose="sterile", polygon=stage),
            Area(id="line", name="Bollard line", purpose="gate", polygon=line),
        ),
        tripwires=(Tripwire(id="entry", name="Entry", start=(-20.0, 20.0), end=(-20.0, -20.0)),),
        sensors=(
            Sensor(id="button-01", kind=SensorKind.BUTTON, name="Button 1", position=(0.0, 0.0)),
            Sensor(id="button-02", kind=SensorKind.BUTTON, name="Button 2", position=(9.0, 0.0)),
            Sensor(id="radar-01", kind=SensorKind.RADAR, name="Radar", position=(0.0, 0.0)),
        ),
        actuators=tuple(
            Actuator(
                id=name,
                kind=kind,
                name=name,
                position=(0.0, 0.0),
                effect=effect,
                confirmed_by={ActuatorAction.SOUND: ActuatorPosition.ON},
            )
            for name, kind, effect in (
                ("siren-01", ActuatorKind.SIREN, EffectClass.WARN),
                ("siren-real", ActuatorKind.SIREN, EffectClass.WARN),
                ("bollard-01", ActuatorKind.BOLLARD, EffectClass.IMPEDE),
            )
        ),
        rules=(
            IntrusionRule(id="stage", zone="stage"),
            TripwireRule(id="entry", tripwire="entry", priority=Priority.CRITICAL),
            CueRule(id="panic", cues=(CueKind.BUTTON_PRESSED,), clear_after_s=20.0),
            SilenceRule(id="silence", silence_max_s=20.0),
        ),
        playbooks=(
            Playbook(
                id="defend",
                name="Defend",
                rules=("entry", "panic"),
                steps=(
                    Step(
                        id="warn",
                        text="Sound the siren",
                        actuator="siren-01",
                        action=ActuatorAction.SOUND,
                    ),
                    Step(
                        id="warn-real",
                        text="Sound the real siren",
                        actuator="siren-real",
                        action=ActuatorAction.SOUND,
                    ),
                    Step(
                        id="block",
                        text="Raise the bollards",
                        actuator="bollard-01",
                        action=ActuatorAction.SOUND,
                        interlocks=(ZoneClear(zone="line"),),
                    ),
                ),
            ),
        ),
    )


class Hub:
    """The hub's process: everything in it is gone at a crash, everything on its disk is not."""

    def __init__(self, scheduler: Scheduler, broker: Broker, disk: Disk, screen: "Screen") -> None:
        self._scheduler = scheduler
        self._broker = broker
        self._disk = disk
        self._screen = screen
        self.runner: Runner | None = None
        self.start_us = 0
        self.boot = ""
        self.restored: list[object] = []
        self.inputs: list[tuple[int, str, bytes]] = []
        self.effects: list[tuple[int, list[Effect]]] = []
        self._life = 0
        scheduler.every(SECOND, self._report)
        scheduler.every(SECOND, self._link)

    def start(self) -> None:
        self._life += 1
        self.start_us = self._scheduler.now_us()
        self.boot = ulid(self.start_us, self._scheduler.ulid_entropy())
        self.inputs, self.effects = [], []
        engine = Engine(a_site(), boot=self.boot, start_us=self.start_us, software="simulated")
        self.runner = Runner(
            engine,
            site_id="square",
            clock=self._scheduler,
            devices=self,
            live=self._screen,
            journal=self._disk,
            record=lambda *one: self.inputs.append(one),
            watch=lambda *one: self.effects.append(one),
        )
        self._screen.restarted()
        self._screen.snapshot = lambda: engine.snapshot(Role.OPERATOR).alerts
        self.restored = list(self._disk.standing())
        self.runner.restore(self.restored)  # type: ignore[arg-type]
        self._link()
        self._wake_later(self._life)

    def crash(self) -> None:
        self._life += 1
        self.runner = None
        self._broker.disconnect(HUB)
        self._disk.power_cut()

    def publish(self, topic: str, payload: bytes, *, qos: int, retain: bool) -> None:
        assert qos in (0, 1)
        self._screen.check_departure(topic, payload)
        self._broker.publish(HUB, topic, payload, retain=retain)

    def ask(self, ask: AskKind) -> str:
        """Let the operator ask for something."""
        assert self.runner is not None
        action = OperatorAction(
            id=ulid(self._scheduler.now_us(), self._scheduler.ulid_entropy()),
            operator="Ada",
            role=Role.OPERATOR,
            asked_us=self._scheduler.now_us(),
            ask=ask,
        )
        self.runner.submit(action)
        return action.id

    def _receive(self, topic: str, payload: bytes) -> None:
        if self.runner is not None:
            self.runner.receive(topic, payload)

    def _link(self) -> None:
        if self.runner is not None and not self._broker.is_connected(HUB):
            self._broker.connect(HUB, _is_for_hub, self._receive)

    def _report(self) -> None:
        if self.runner is not None:
            self.runner.report(
                bus_connected=self._broker.is_connected(HUB), dropped_scans=0, faults=()
            )

    def _wake_later(self, life: int) -> None:
        assert self.runner is not None

        def wake() -> None:
            if life == self._life and self.runner is not None:
                self.runner.wake()
                self._wake_later(life)

        # A timer is late, never early.
        late_us = self._scheduler.random.uniform(0, 5_000)
        self._scheduler.after(self.runner.next_wake_us() - self._scheduler.now_us() + late_us, wake)


def _is_for_hub(topic: str) -> bool:
    levels = topic.removeprefix(f"{PREFIX}/square/").split("/")
    return levels[0] in ("sensor", "actuator") and levels[-1] not in ("committed", "command")


class Screen:
    """An operator's dashboard, and the person before it."""

    def __init__(self, scheduler: Scheduler, disk: Disk) -> None:
        self._scheduler = scheduler
        self._disk = disk
        self.alerts: dict[str, AlertView] = {}
        self.asked: dict[str, AskKind] = {}
        self.replies: dict[str, ActionReply] = {}
        self.number = 0
        self.journal_ok = True
        self.snapshot: Callable[[], tuple[AlertView, ...]] = tuple

    def restarted(self) -> None:
        """A new hub: the dashboard reconnects and gets a snapshot."""
        self.alerts.clear()
        self.number = 0

    def show(self, delta: Delta) -> None:
        assert delta.number > self.number, "frames are numbered upwards"
        self.number = delta.number
        for alert in delta.alerts:
            if self._disk.ok:
                self._check_kept(alert)
            self.alerts[alert.id] = alert
        for gone in delta.alerts_gone:
            self._check_closed_well(gone)
            self.alerts.pop(gone, None)

    def renew(self) -> None:
        """The hub sends a snapshot: what is missing in it has gone."""
        alerts = {alert.id: alert for alert in self.snapshot()}
        for gone in self.alerts.keys() - alerts.keys():
            self._check_closed_well(gone)
        self.alerts = alerts

    def reply(self, reply: ActionReply) -> None:
        asked = [one for one in self._disk.journal if one.key == reply.id]
        assert asked, "an answer is on disk before it is given"
        self.replies[reply.id] = reply

    def check_departure(self, topic: str, payload: bytes) -> None:
        """Check what leaves the hub against what is on its disk."""
        if not payload:
            return
        message = codec.decode(topic, payload, site="square")
        if isinstance(message, Command):
            self._check_command(message)
        elif isinstance(message, Committed):
            mark = next(
                one.record.mark
                for one in self._disk.standing()
                if isinstance(one.record, InboxMark) and one.record.mark.boot == message.of_boot
            )
            assert message.committed_seq <= mark.committed_seq, "committed before it is on disk"
        elif isinstance(message, HubHealth):
            self.journal_ok = not message.faults

    def _check_command(self, command: Command) -> None:
        kept = [
            one.record
            for one in self._disk.journal
            if isinstance(one.record, CommandRecord) and one.key == command.id
        ]
        assert kept, "a command left before the journal had it"
        assert kept[-1].state is not CommandState.AWAITING_CONFIRMATION
        if command.actuator == "bollard-01":
            assert kept[-1].confirmed_by == ("Ada",), "an impeding command left without a yes"
        assert not (command.simulated and command.actuator == "siren-real"), "simulation got out"

    def _check_kept(self, alert: AlertView) -> None:
        for one in reversed(self._disk.journal):
            if one.key == alert.id and isinstance(one.record, AlertRecord):
                return
        message = f"A-{alert.number} was shown before the journal had it"
        raise AssertionError(message)

    def _check_closed_well(self, alert_id: str) -> None:
        """No alert leaves the screen unless somebody acknowledged it."""
        record = next(
            one.record
            for one in reversed(self._disk.journal)
            if one.key == alert_id and isinstance(one.record, AlertRecord)
        )
        assert record.state is AlertState.CLOSED
        assert record.acknowledged_by is not None, f"A-{record.number} closed unseen"


class World:
    """Everything, and the faults."""

    def __init__(self, seed: int, *, faults: bool = True) -> None:
        self.seed = seed
        self.scheduler = Scheduler(seed)
        self.broker = Broker(self.scheduler)
        self.disk = Disk(self.scheduler)
        self.screen = Screen(self.scheduler, self.disk)
        self.hub = Hub(self.scheduler, self.broker, self.disk, self.screen)
        self.buttons = [Button(self.scheduler, self.broker, f"button-0{n}") for n in (1, 2)]
        self.radar = Radar(self.scheduler, self.broker, "radar-01")
        self.siren = Siren(self.scheduler, self.broker, "siren-01")
        self.real = Siren(self.scheduler, self.broker, "siren-real", simulated=False)
        self.bollard = Siren(self.scheduler, self.broker, "bollard-01")
        self.programs: list[Program] = [
            *self.buttons,
            self.radar,
            self.siren,
            self.real,
            self.bollard,
        ]
        self.fault_counts: Counter[str] = Counter()
        self._checked = 0
        self._seen: set[str] = set()
        self._is_calm = False
        self.hub.start()
        for button in self.buttons:
            self.scheduler.every(15 * SECOND, self._until_calm(button.press))
        self.scheduler.every(8 * SECOND, self._until_calm(self._operate))
        if faults:
            self._begin_faults()

    def run(self, duration_us: int) -> None:
        try:
            self.scheduler.run(duration_us, self.check)
        except Exception as error:
            at_s = (self.scheduler.at_us - 1_800_000_000_000_000) / SECOND
            error.add_note(f"seed {self.seed}, {at_s:.3f} s into the run")
            raise

    def heal(self) -> None:
        """End every fault and everything new, and let what waits arrive."""
        self._is_calm = True
        self.radar.rest()
        self.broker.loss = self.broker.repeat = self.broker.slow = 0.0
        self.broker.restart()
        self.disk.is_full = False
        for name in [HUB, *(program.name for program in self.programs)]:
            self.broker.mend(name)
        for program in self.programs:
            if not program.is_up:
                program.start()
        if self.hub.runner is None:
            self.hub.start()

    # --- Invariants -----------------------------------------------------------------------------

    def check(self) -> None:
        """Check what must hold after every single step."""
        for entry in self.disk.journal[self._checked :]:
            if isinstance(entry.record, Accepted):
                assert entry.key not in self._seen, f"{entry.key} is in the journal twice"
                self._seen.add(entry.key)
        self._checked = len(self.disk.journal)
        assert self.real.executed == [], "a simulated alert sounded a real siren"
        for siren in (self.siren, self.bollard):
            executed = siren.executed
            if executed:
                latest, at_us = executed[-1], siren.executed_us[-1]
                assert latest.expires_us is None or at_us <= latest.expires_us

    def check_delivery(self) -> None:
        """Check that everything ever said is in the journal, once, and forgotten by its sender."""
        for program in self.programs:
            kept = sum(key.startswith(f"{program.name}/") for key in self._seen)
            assert kept == program.put_count, f"{program.name}: {kept} of {program.put_count}"
            assert program.disk == [], f"{program.name} was never told that all is on disk"

    def check_once_each(self) -> None:
        """Check that no actuator did the same thing twice."""
        for siren in (self.siren, self.bollard):
            ids = [command.id for command in siren.executed]
            assert len(ids) == len(set(ids))

    def check_standing(self) -> None:
        """Check that what a hub begins with does not grow with what is over."""
        for entry in self.disk.standing():
            if isinstance(entry.record, AlertRecord) and entry.key != "latest-number":
                assert entry.record.state is not AlertState.CLOSED

    def check_restart(self) -> None:
        """Check that a hub started now shows exactly the alerts that were open."""
        latest: dict[str, AlertRecord] = {}
        for entry in self.disk.journal:
            if isinstance(entry.record, AlertRecord):
                latest[entry.key] = entry.record
        is_open = {key for key, one in latest.items() if one.state is not AlertState.CLOSED}
        self.hub.crash()
        self.hub.start()
        assert self.hub.runner is not None
        engine = self.hub.runner._engine
        assert {alert.id for alert in engine.snapshot(Role.OPERATOR).alerts} == is_open

    def check_replay(self) -> None:
        """Check that the same inputs at the same instants give the same effects."""
        engine = Engine(
            a_site(), boot=self.hub.boot, start_us=self.hub.start_us, software="simulated"
        )
        again = [(self.hub.start_us, engine.restore(self.hub.restored, self.hub.start_us))]  # type: ignore[arg-type]
        for now_us, topic, payload in self.hub.inputs:
            again.append((now_us, engine.handle(read_input(topic, payload, "square"), now_us)))
        seen = [one for _, effects in again for one in effects]
        live = [one for _, effects in self.hub.effects for one in effects]
        # The live run may have woken after its last input; the replay has not yet.
        assert live[: len(seen)] == seen

    # --- People and faults ----------------------------------------------------------------------

    def _operate(self) -> None:
        """Do what an operator does: mostly acknowledge, sometimes shelve, confirm or close."""
        if self.hub.runner is None or not self.screen.alerts:
            return
        dice = self.scheduler.random
        alert = dice.choice(list(self.screen.alerts.values()))
        asks: list[AskKind] = [Acknowledge(alert=alert.id)] * 4
        asks.append(Shelve(alert=alert.id, duration_s=60, reason="works"))
        asks.append(Clear(alert=alert.id, note="seen to"))
        asks += [Confirm(command=step.command) for step in alert.steps] * 2
        ask = dice.choice(asks)
        self.screen.asked[self.hub.ask(ask)] = ask

    def _begin_faults(self) -> None:
        every = self.scheduler.every
        every(120 * SECOND, lambda: self._fault("hub crash", self._crash_hub))
        every(90 * SECOND, lambda: self._fault("broker crash", self._crash_broker))
        every(60 * SECOND, lambda: self._fault("device crash", self._crash_device))
        every(45 * SECOND, lambda: self._fault("partition", self._cut))
        every(200 * SECOND, lambda: self._fault("disk full", self._fill_disk))
        every(40 * SECOND, lambda: self._fault("bad link", self._worsen))

    def _fault(self, name: str, strike: Callable[[], None]) -> None:
        if not self._is_calm:
            self.fault_counts[name] += 1
            strike()

    def _until_calm(self, act: Callable[[], None]) -> Callable[[], None]:
        return lambda: None if self._is_calm else act()

    def _crash_hub(self) -> None:
        if self.hub.runner is not None:
            self.hub.crash()
            self._later(5, lambda: self.hub.start() if self.hub.runner is None else None)

    def _crash_broker(self) -> None:
        self.broker.crash()
        self._later(4, self.broker.restart)

    def _crash_device(self) -> None:
        program = self.scheduler.random.choice(self.programs)
        if program.is_up:
            program.crash()
            self._later(10, lambda: None if program.is_up else program.start())

    def _cut(self) -> None:
        name = self.scheduler.random.choice([HUB, *(one.name for one in self.programs)])
        self.broker.cut(name)
        self._later(15, lambda: self.broker.mend(name))

    def _fill_disk(self) -> None:
        self.disk.is_full = True

        def free() -> None:
            self.disk.is_full = False

        self._later(10, free)

    def _worsen(self) -> None:
        dice = self.scheduler.random
        self.broker.loss = dice.choice([0.0, 0.0, 0.05, 0.3])
        self.broker.repeat = dice.choice([0.0, 0.0, 0.1, 0.5])
        self.broker.slow = dice.choice([0.0, 0.0, 0.05])

    def _later(self, mean_s: float, act: Callable[[], None]) -> None:
        self.scheduler.after(self.scheduler.random.expovariate(1.0 / mean_s) * SECOND, act)


def numbers_are_unique(disk: Disk) -> bool:
    """Whether no two alerts ever had the same number on the screen."""
    numbers: dict[str, int] = {}
    for entry in disk.journal:
        if isinstance(entry.record, AlertRecord):
            numbers[entry.key] = entry.record.number
    ordered = sorted(numbers.values())
    return all(first != second for first, second in pairwise(ordered))
