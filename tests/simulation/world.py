"""One site under faults: hub, broker, disk, devices and people, on one seeded scheduler.

A day is spells: in a busy one everything runs at its own rate; in a quiet one the machine is given
time only with each heartbeat. Faults strike in both. The judge looks at every step, and the run
stops at the first invariant that does not hold, with its seed.
"""

from collections import Counter
from collections.abc import Callable

from simulation.devices import Gas, Machine, Program, Radar, Sensor, Team
from simulation.following_watch import ENDED_US
from simulation.judge import Judge
from simulation.parts import Broker, Disk
from simulation.people import People, Screen
from simulation.plan import edited
from simulation.process import NAME, Hub
from simulation.scenes import Scenes
from simulation.scheduler import SECOND, START_US, Scheduler
from simulation.second_hub import Life, check_elsewhere

from hub.core.alerts.alert import AlertRecord
from hub.core.effects import Journal
from hub.core.response.command import CommandRecord
from hub.core.response.run import RunRecord
from hub.core.response.task import OVER, TaskRecord
from hub.core.site import Site
from wire.catalogue import Family
from wire.labels import (
    ActuatorAction,
    ActuatorKind,
    ActuatorPosition,
    AlertState,
    CommandState,
    CueKind,
    EffectClass,
    RunState,
)

BUSY_S = (20.0, 45.0)
QUIET_BEAT_S = (20.0, 30.0)
BUSY_BEAT_S = (4.0, 6.0)
# Whoever looks for what time should have done gives it so long.
SETTLED_US = 50 * SECOND
FAULT_S = 4.0
QUIET_FAULT = 0.6
QUIET_LIFE = 0.3
# What moves needs a picture of 1.5 s, and leaves within half a second of that judgement.
SEEN_US = 2.1 * SECOND
REPLAYED = 5
"""One life of the hub in so many is lived again by a second one."""
LIVES_ELSEWHERE = 10
"""So many of these once more, in a process of its own."""

SOUND = {ActuatorAction.SOUND: ActuatorPosition.ON, ActuatorAction.SILENCE: ActuatorPosition.OFF}
BLOCK = {
    ActuatorAction.RAISE: ActuatorPosition.RAISED,
    ActuatorAction.LOWER: ActuatorPosition.LOWERED,
}
GATE = {ActuatorAction.CLOSE: ActuatorPosition.CLOSED, ActuatorAction.OPEN: ActuatorPosition.OPEN}
RELAY = {ActuatorAction.TURN_ON: ActuatorPosition.ON, ActuatorAction.TURN_OFF: ActuatorPosition.OFF}


class World:
    """Everything, and the faults."""

    def __init__(self, seed: int, *, faults: bool = True, spell_s: float = 1100.0) -> None:
        self.seed = seed
        self.scheduler = Scheduler(seed)
        self.dice = self.scheduler.random
        self.judge = Judge(self)
        self.broker = Broker(self.scheduler)
        self.disk = Disk(self.scheduler, self.judge.written)
        self.screen = Screen(self.disk, self.judge)
        self.hub = Hub(self.scheduler, self.broker, self.disk, self.screen, self.judge.departed)
        self.screen.hub = self.hub
        self._build()
        self.people = People(self.scheduler, self.hub, self.screen)
        self.scenes = self._scenes()
        self.fault_counts: Counter[str] = Counter()
        self.lives: list[Life] = []
        self.replayed_count = self.life_count = self.edit_count = 0
        self._faults = faults
        self._spell_s = spell_s
        self._is_calm = False
        self._start_hub()
        self._beat()
        self._busy()

    def _build(self) -> None:
        scheduler, broker = self.scheduler, self.broker
        self.play = Sensor(scheduler, broker, "button-play", simulated=True)
        self.real = Sensor(scheduler, broker, "button-real")
        self.drill = Sensor(scheduler, broker, "button-drill", exercise=True)
        self.door = Sensor(scheduler, broker, "door-01")
        self.gas = Gas(scheduler, broker, "gas-01")
        self.mic = Sensor(scheduler, broker, "mic-01")
        self.radar = Radar(scheduler, broker, "radar-01")
        warn = EffectClass.WARN
        self.machines = [
            self._machine("siren-real", ActuatorKind.SIREN, warn, SOUND),
            self._machine("siren-play", ActuatorKind.SIREN, warn, SOUND, simulated=True),
            self._machine("siren-drill", ActuatorKind.SIREN, warn, SOUND, exercise=True),
            self._machine("bollard-01", ActuatorKind.BOLLARD, EffectClass.IMPEDE, BLOCK),
            self._machine("gate-01", ActuatorKind.GATE, EffectClass.RESTRICT, GATE),
            self._machine("foam-01", ActuatorKind.RELAY, EffectClass.SUPPRESS, RELAY),
        ]
        self.machines[0].effects.append(self._hear)
        self.teams = [
            Team(scheduler, broker, "team-1", self.judge.told),
            Team(scheduler, broker, "team-2", self.judge.told),
            Team(scheduler, broker, "team-play", self.judge.told, simulated=True),
        ]
        self.programs: list[Program] = [
            *(self.play, self.real, self.drill, self.door, self.gas, self.mic, self.radar),
            *self.machines,
            *self.teams,
        ]

    def _scenes(self) -> Scenes:
        return Scenes(
            self.scheduler,
            self.broker,
            self.disk,
            self.hub,
            self.screen,
            self.radar,
            (self.real, self.door, self.gas),
            {one.name: one for one in self.machines},
        )

    def _machine(
        self,
        name: str,
        kind: ActuatorKind,
        effect: EffectClass,
        can: dict[ActuatorAction, ActuatorPosition],
        *,
        simulated: bool = False,
        exercise: bool = False,
    ) -> Machine:
        return Machine(
            self.scheduler,
            self.broker,
            name,
            kind,
            effect,
            can,
            self.judge.executed,
            simulated=simulated,
            exercise=exercise,
        )

    def _hear(self) -> None:
        if self.dice.random() < 0.8:
            self.mic.cue(CueKind.SIREN_HEARD)

    # --- The story ------------------------------------------------------------------------------

    def run(self, duration_us: int) -> None:
        """Live through a span of time; whatever breaks says where, and with which seed."""
        try:
            self.scheduler.run(duration_us)
        except Exception as error:
            at_s = (self.scheduler.at_us - START_US) / SECOND
            error.add_note(f"SIMULATION_SEED={self.seed} fails {at_s:.3f} s into the run")
            raise

    def replay(self) -> None:
        """Let a second hub live through the latest life."""
        life = self.hub.check_replay()
        self.replayed_count += len(life.inputs)
        self.lives = [*self.lives, life][-LIVES_ELSEWHERE:]

    def check_elsewhere(self) -> None:
        """Let a hub in another process live through some lives."""
        check_elsewhere(self.lives)

    def heal(self) -> None:
        """End every fault and everything new, and let what waits arrive."""
        self._is_calm = True
        self.broker.loss = self.broker.repeat = self.broker.slow = 0.0
        self.broker.restart()
        self.disk.is_full = False
        self.hub.clock.step(0)
        for name in [NAME, *(program.name for program in self.programs)]:
            self.broker.mend(name)
        for program in self.programs:
            program.clock.step(0)
            if not program.is_up:
                program.start()
        if self.hub.runner is None:
            self._start_hub()

    def _beat(self) -> None:
        """Let everybody speak who speaks every few seconds."""
        is_quiet = self.hub.is_quiet
        self.hub.beat()
        for program in self.programs:
            self._soon(0.02 if is_quiet else 2.0, program.beat)
        if is_quiet:
            self._soon(0.05, self.radar.scan)
            if self.dice.random() < QUIET_LIFE:
                self._soon(1.0, self._live)
            if self._faults and not self._is_calm and self.dice.random() < QUIET_FAULT:
                self._strike()
        self._audit()
        low_s, high_s = QUIET_BEAT_S if is_quiet else BUSY_BEAT_S
        self.scheduler.after(self.dice.uniform(low_s, high_s) * SECOND, self._beat)

    def _busy(self) -> None:
        """Begin a spell in which things happen."""
        self.hub.beat()
        self.hub.is_quiet = False
        self.hub.wake_later()
        play = self.scenes.begin if self._faults else self.scenes.walk
        play()
        self.scheduler.after(self.dice.uniform(*BUSY_S) * SECOND, self._quiet)
        every: list[tuple[float, Callable[[], None]]] = [
            (0.25, self.radar.scan),
            (1.0, self.hub.beat),
            (0.8, self.people.ask),
            (6.0, self._live),
        ]
        if self._faults:
            every.append((FAULT_S, self._strike))
        for mean_s, act in every:
            self._again(mean_s, act)

    def _quiet(self) -> None:
        """Let nothing much happen for a while."""
        self.hub.is_quiet = True
        if not self._is_calm:
            self.scheduler.after(self.dice.uniform(0.5, 1.5) * self._spell_s * SECOND, self._busy)

    def _again(self, mean_s: float, act: Callable[[], None]) -> None:
        """Do something again and again for as long as the spell is busy."""

        def again() -> None:
            if not self.hub.is_quiet:
                act()
                self._again(mean_s, act)

        self.scheduler.after(self.dice.uniform(0.5, 1.5) * mean_s * SECOND, again)

    def _live(self) -> None:
        """Let something happen on the site, and somebody do something about it."""
        if self._is_calm:
            return
        dice = self.dice
        chance = dice.random() * (3.0 if self.hub.is_quiet else 1.0)
        if chance < 0.5:
            dice.choice((self.play, self.real, self.drill)).cue(CueKind.BUTTON_PRESSED)
        elif chance < 0.7:
            self.door.cue(dice.choice((CueKind.DOOR_FORCED, CueKind.DOOR_HELD)))
        self.gas.read(dice.choice((5.0, 5.0, 5.0, 50.0)))
        if self.hub.is_quiet:
            self.people.tidy()

    # --- Faults ---------------------------------------------------------------------------------

    def _strike(self) -> None:
        """Let something go wrong."""
        if self._is_calm:
            return
        faults: list[tuple[str, int, Callable[[], None]]] = [
            ("hub crash", 3, self._crash_hub),
            ("broker crash", 2, self._crash_broker),
            ("device crash", 6, self._crash_device),
            ("partition", 6, self._cut),
            ("disk full", 2, self._fill_disk),
            ("bad link", 6, self._worsen),
            ("clock step", 3, self._step_clock),
            ("worked by hand", 2, lambda: self.dice.choice(self.machines).meddle()),
            ("plan edit", 1, self._edit),
        ]
        weights = [weight for _, weight, _ in faults]
        name, _, strike = self.dice.choices(faults, weights)[0]
        self.fault_counts[name] += 1
        strike()

    def _start_hub(self) -> None:
        if self.hub.runner is not None:
            return
        self.screen.restarted()
        self.judge.following.restarted()
        self.hub.start()
        self.life_count += 1
        self._check_restart()
        self.screen.renew()

    def _crash_hub(self) -> None:
        if self.hub.runner is None:
            return
        if self.life_count % REPLAYED == 0:
            self.replay()
        self.hub.crash()
        self._later(5, self._start_hub)

    def _crash_broker(self) -> None:
        self.broker.crash()
        self._later(4, self.broker.restart)

    def _crash_device(self) -> None:
        program = self.dice.choice(self.programs)
        if program.is_up:
            program.crash()
            self._later(10, lambda: None if program.is_up else program.start())

    def _cut(self) -> None:
        name = self.dice.choice([NAME, *(one.name for one in self.programs)])
        self.broker.cut(name)
        self._later(15, lambda: self.broker.mend(name))

    def _fill_disk(self) -> None:
        self.disk.is_full = True

        def free() -> None:
            self.disk.is_full = False

        self._later(6, free)

    def _worsen(self) -> None:
        dice = self.dice
        self.broker.loss = dice.choice([0.0, 0.0, 0.05, 0.3])
        self.broker.repeat = dice.choice([0.0, 0.0, 0.1, 0.5])
        self.broker.slow = dice.choice([0.0, 0.0, 0.05])

    def _step_clock(self) -> None:
        """Set a clock wrongly, or right again: the hub's, or a device's; never the radar's."""
        clocks = [self.hub.clock] * 4 + [
            one.clock for one in self.programs if one is not self.radar
        ]
        self.dice.choice(clocks).step(round(self.dice.choice((0, 0, 0.4, -0.4, 4, -4)) * SECOND))

    def _edit(self) -> None:
        if self.hub.runner is not None:
            self.edit_count += 1
            self.hub.edit(edited(self.dice.randrange(6)))

    def _soon(self, within_s: float, act: Callable[[], None]) -> None:
        self.scheduler.after(self.dice.uniform(0.0, within_s) * SECOND, act)

    def _later(self, mean_s: float, act: Callable[[], None]) -> None:
        self.scheduler.after(self.dice.expovariate(1.0 / mean_s) * SECOND, act)

    # --- What the judge asks --------------------------------------------------------------------

    @property
    def plan(self) -> Site:
        return self.hub.site

    def hub_us(self) -> int:
        return self.hub.clock.now_us()

    @property
    def positions(self) -> dict[str, tuple[ActuatorPosition, int]]:
        return self.hub.positions

    def began_us(self) -> int:
        return self.hub.start_us

    def is_seen(self) -> bool:
        """Whether the hub heard the radar just now; a clock set back hides how long ago."""
        at_us = self.scheduler.at_us
        if at_us - self.hub.clock.back_us < 15 * SECOND:
            return True
        return at_us - self.hub.seen_us <= SEEN_US

    def is_occupied(self) -> bool:
        """Whether somebody stands in the line, and has for three seconds."""
        at_us = self.scheduler.at_us
        return all(
            any(20.0 <= east <= 22.0 and 0.0 <= north <= 10.0 for east, north in people)
            for people in (self.radar.people(at_us), self.radar.people(at_us - 3 * SECOND))
        )

    # --- Invariants -----------------------------------------------------------------------------

    def _audit(self) -> None:
        """Check what must be so whenever the hub has had time and a disk."""
        is_at_work = self.hub.up_us > SETTLED_US and self.disk.is_idle and self.disk.ok
        if not is_at_work:
            return
        now_us = self.hub_us()
        alerts = self.judge.alerts
        alerts.check_shown({key: one.state for key, one in self.screen.alerts.items()})
        alerts.check_due(now_us)
        self._audit_following(now_us)
        self.judge.commands.check_faults(alerts.open, now_us, SETTLED_US)

    def _audit_following(self, now_us: int) -> None:
        """Check what must have come of alerts by and by."""
        following = self.judge.following
        following.check_flood(self.screen.load, now_us, is_told=self.screen.flood_told)
        if self.hub.up_us > ENDED_US:
            following.check_ended(now_us, self.radar.empty_us())

    def _check_restart(self) -> None:
        """Check that a hub begins with exactly what was open, as it stood."""
        whole = self.hub.snapshot()
        fresh = [
            one.entry.record
            for _, effects in self.hub.effects
            for one in effects
            if isinstance(one, Journal)
        ]
        alerts = {one.id: one for one in fresh if isinstance(one, AlertRecord)}
        self.judge.alerts.check_restored(alerts.values())
        expected = {**self.judge.alerts.open, **alerts}
        shown = {one.id: one for one in whole.alerts}
        is_open = {key for key, one in expected.items() if one.state is not AlertState.CLOSED}
        assert shown.keys() == is_open, "a restart lost or raised alerts"
        for key, view in shown.items():
            record = expected[key]
            for name in KEPT:
                kept, seen = getattr(record, name), getattr(view, name)
                assert kept == seen, f"A-{record.number} {name}: {kept} before, {seen} after"
        self._check_restored_work(whole.tasks, whole.runs, whole.commands)

    def _check_restored_work(self, tasks: object, runs: object, commands: object) -> None:
        """Check commands, tasks and playbooks in the same way."""
        assert isinstance(tasks, tuple)
        assert isinstance(runs, tuple)
        assert isinstance(commands, tuple)
        latest = self.disk.latest.values()
        wanted = {one.id: one.state for one in latest if isinstance(one, TaskRecord)}
        is_open = {key: state for key, state in wanted.items() if state not in OVER}
        assert {one.id: one.state for one in tasks} == is_open, "a restart changed tasks"
        begun = {
            one.id
            for one in self.disk.latest.values()
            if isinstance(one, RunRecord) and one.state is RunState.RUNNING
        }
        assert {one.id for one in runs} == begun, "a restart lost a playbook"
        shown = {one.id: one.state for one in commands}
        for one in self.disk.latest.values():
            if isinstance(one, CommandRecord) and one.state in PENDING:
                assert shown.get(one.id) is one.state, f"a restart lost {one.text}"

    def check_delivery(self) -> None:
        """Check that everything ever said is in the journal, once, and forgotten by its sender."""
        for program in self.programs:
            kept = sum(key.startswith(f"{program.name}/") for key in self.judge.accepted)
            assert kept == program.put_count, f"{program.name}: {kept} of {program.put_count}"
            assert program.disk == [], f"{program.name} was never told that all is on disk"

    def check_shown(self) -> None:
        """Check that a phone that connects now is shown what is open, and nothing else."""
        alerts, tasks = self.judge.alerts.latest.values(), self.judge.tasks.latest.values()
        open_alerts = {one.id for one in alerts if one.state is not AlertState.CLOSED}
        open_tasks = {one.id for one in tasks if one.state not in OVER and one.team is not None}
        assert self.broker.shown(Family.ALERT) == open_alerts, "phones are shown other alerts"
        assert self.broker.shown(Family.TASK) == open_tasks, "phones are shown other tasks"


KEPT = (
    "state",
    "number",
    "priority",
    "acknowledged_by",
    "acknowledged_us",
    "shelved_until_us",
    "hidden_why",
    "escalation",
    "repeats",
    "active",
    "simulated",
    "exercise",
)
PENDING = (
    CommandState.AWAITING_CONFIRMATION,
    CommandState.BLOCKED,
    CommandState.SENT,
    CommandState.ACCEPTED,
)
