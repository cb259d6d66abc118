"""A whole simulated site behind one clock: what it says, when, and what it makes of commands.

`advance` carries out everything that is due; `next_us` says when something is. The same scenario,
seed, instants and inputs give the same bytes. Nothing here waits, listens or reads a clock.
"""

import heapq
from collections import deque
from collections.abc import Callable, Mapping
from itertools import count
from typing import Final, assert_never

import numpy as np

from simulators.actuators import OutcomeSaid, Said, StateSaid
from simulators.core.counter import LOOK_S, Counted, Counter
from simulators.core.envelope import Send
from simulators.core.plan import HappeningKind, Place, Scenario, SitePlan
from simulators.core.scene import row_count
from simulators.core.sound import Heard, Microphones
from simulators.core.speech import Speech
from simulators.core.stage import STEP_S, Bang, Hush, Stage, Telling
from simulators.core.story import Director
from simulators.core.units import (
    ActuatorUnit,
    SensorUnit,
    TeamUnit,
    Unit,
    build_actuators,
    build_sensors,
    build_teams,
)
from simulators.core.world import World
from simulators.teams import PositionSaid, ReceiptSaid
from wire import topics
from wire.catalogue import Family, Party
from wire.codec import DecodeError, decode
from wire.labels import ActuatorKind, ActuatorPosition, HealthState
from wire.messages import Command, Committed, Detection, HubHealth, SafeState, TaskNotice
from wire.quantities import SECOND_US

HEARTBEAT_US: Final = 5 * SECOND_US
RESEND_CHECK_US: Final = SECOND_US
# An array says again and again that it hears a siren, as long as it does.
SIREN_EACH_US: Final = 5 * SECOND_US

# After a pause of the whole machine the world goes on from where it was, instead of racing.
LAG_MAX_US: Final = 2 * SECOND_US

# A day of one happening a minute; lines that nobody takes are nobody's loss.
TRUTH_MAX: Final = 1_440
TOLD_MAX: Final = 1_000

Task = Callable[[int, int], None]
"""Something due: it takes when it was due and what time it is."""


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
        self._speed = speed
        self._speech = Speech(site.site.id, site.site.origin)
        population = scenario.scenario.population if people is None else people
        stage_seed, story_seed, device_seed = np.random.SeedSequence(seed).generate_state(3, "u8")
        self.stage = Stage(world or World(site, scenario), scenario, population, int(stage_seed))
        self._director = Director(
            scenario.happening if happenings is None else happenings,
            scenario.story,
            np.random.default_rng(story_seed),
        )
        self._rng = np.random.default_rng(device_seed)
        walls, rows = self.stage.world.walls, row_count(self.stage.crowd)
        self.sensors = build_sensors(site, scenario, walls, rows, start_us, self._rng)
        self.actuators = build_actuators(site, scenario, start_us, self._rng)
        self.teams = build_teams(site, scenario, start_us, self._rng)
        self._units: dict[str, Unit] = {**self.sensors, **self.actuators, **self.teams}
        self._heard: set[str] = set()  # The sirens that somebody listens to already.
        self._out: list[Send] = []
        self._told: deque[str] = deque(maxlen=TOLD_MAX)
        self.truth: deque[tuple[int, str]] = deque(maxlen=TRUTH_MAX)
        """What happened last, and when: the instant in microseconds and the happening's id."""
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
        lines = list(self._told)
        self._told.clear()
        return lines

    def connected(self, device: str, now_us: int) -> list[Send]:
        """Introduce a device whose alarm-class connection was made."""
        unit = self._units[device]
        unit.voice.outbox.reconnected()
        if isinstance(unit, ActuatorUnit):
            unit.actuator.contact.link_restored(now_us)
            unit.actuator.regained()
        self._out += self._speech.introduce(unit, now_us)
        self._out += unit.voice.due(now_us)
        return self._flush()

    def disconnected(self, device: str, now_us: int) -> None:
        """Take note that a device lost its connection: actuators go to safety after a while."""
        unit = self._units[device]
        if isinstance(unit, ActuatorUnit):
            unit.actuator.contact.link_lost(now_us)
            self._watch(unit)

    def receive(self, device: str, topic: str, payload: bytes, now_us: int) -> list[Send]:
        """Take what the hub says to a device."""
        unit = self._units[device]
        if not payload and not isinstance(unit, SensorUnit):
            _emptied(unit, topic)
            return self._flush()
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
            case SafeState() if isinstance(unit, ActuatorUnit):
                unit.actuator.told_safe(message)
                self._watch(unit)
            case HubHealth() if isinstance(unit, ActuatorUnit):
                self._hub_heard(unit, message, now_us)
            case TaskNotice() if isinstance(unit, TeamUnit):
                self._tasked(unit, message, now_us)
            case _:
                pass
        return self._flush()

    def subscriptions(self, device: str) -> tuple[str, ...]:
        """Return the topics that a device listens to."""
        unit = self._units[device]
        match unit:
            case SensorUnit():
                # What the hub says of itself concerns only who acts on what it wants.
                return (topics.sensor_committed(self.site_id, device),)
            case ActuatorUnit():
                return topics.device_filters(self.site_id, Party.ACTUATOR, device)
            case TeamUnit():
                return topics.device_filters(self.site_id, Party.TEAM, device)
            case _:  # pragma: no cover
                assert_never(unit)

    def goodbye(self, device: str, now_us: int) -> Send:
        """Return a device's last word: sent at the end, and left with the broker as its will."""
        return self._speech.health(self._units[device], now_us, HealthState.GOODBYE)

    # --- What is due ------------------------------------------------------------------------

    def _begin(self, start_us: int) -> None:
        self._at(start_us, self._step)
        self._at(start_us, self._resend)
        # Devices speak one after the other, not all at one instant.
        for index, unit in enumerate(self._units.values()):
            phase = index / len(self._units)
            self._at(start_us + round(phase * HEARTBEAT_US), self._heartbeat(unit))
            if isinstance(unit, TeamUnit):
                self._follow(unit)
            if isinstance(unit, SensorUnit) and isinstance(unit.eye, Counter):
                self._at(start_us, self._watch_zone(unit.eye))
                self._at(start_us + round(phase * SECOND_US), self._count(unit, unit.eye))
            elif isinstance(unit, SensorUnit) and unit.rate_hz > 0.0:
                period_us = round(SECOND_US / unit.rate_hz)
                self._at(start_us + round(phase * period_us), self._scan(unit, period_us))

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
                self._out.append(self._speech.health(unit, now_us))
            self._at(due_us + HEARTBEAT_US, beat)

        return beat

    def _scan(self, unit: SensorUnit, period_us: int) -> Task:
        def scan(due_us: int, _now_us: int) -> None:
            self._at(due_us + period_us, scan)
            if self._is_silent(unit):
                return
            assert not isinstance(unit.eye, Microphones | Counter), "they do not scan"
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
            send = self._speech.scan(unit, found, observed_us, now_us)
            self._out.append(send)
            for later_us in again_us:
                self._at(later_us, lambda _due_us, _now_us: self._out.append(send))

        return leave

    def _watch_zone(self, counter: Counter) -> Task:
        period_us = round(LOOK_S * SECOND_US / self._speed)

        def watch(due_us: int, _now_us: int) -> None:
            self._at(due_us + period_us, watch)
            counter.look(self.stage.scene(0.0))

        return watch

    def _count(self, unit: SensorUnit, counter: Counter) -> Task:
        period_us = round(counter.plan.period_s * SECOND_US)
        latency_us = round(counter.plan.latency_s * SECOND_US)

        def count(due_us: int, _now_us: int) -> None:
            self._at(due_us + period_us, count)
            if self._is_silent(unit):
                return
            said = counter.report()
            self._at(due_us + latency_us, self._tell(unit, said, due_us))

        return count

    def _tell(self, unit: SensorUnit, said: tuple[Counted, ...], observed_us: int) -> Task:
        def tell(_due_us: int, now_us: int) -> None:
            for counted in said:
                self._out += self._speech.reading(unit, counted, observed_us, now_us)

        return tell

    def _watch(self, unit: ActuatorUnit) -> None:
        """Come back when the actuator does something by itself."""
        next_us = unit.actuator.next_us
        if next_us is not None and (unit.watched_us is None or next_us < unit.watched_us):
            unit.watched_us = next_us
            self._at(next_us, self._move(unit))

    def _move(self, unit: ActuatorUnit) -> Task:
        def move(due_us: int, now_us: int) -> None:
            if unit.watched_us is not None and unit.watched_us <= due_us:
                unit.watched_us = None
            place = unit.sited.position
            obstructed = any(one.over(place) for one in self.stage.traffic.vehicles)
            said = unit.actuator.advance(due_us, is_obstructed=obstructed)
            self._speak(unit, said, now_us)
            self._listen(unit, due_us)
            self._watch(unit)

        return move

    def _follow(self, unit: TeamUnit) -> None:
        """Come back when the team does something by itself."""
        next_us = unit.team.next_us
        if unit.watched_us is None or next_us < unit.watched_us:
            unit.watched_us = next_us
            self._at(next_us, self._go(unit))

    def _go(self, unit: TeamUnit) -> Task:
        def go(due_us: int, now_us: int) -> None:
            if unit.watched_us is not None and unit.watched_us <= due_us:
                unit.watched_us = None
            for said in unit.team.advance(due_us):
                match said:
                    case PositionSaid():
                        self._out.append(self._speech.position(unit, said, now_us))
                    case ReceiptSaid():
                        self._out += self._speech.receipt(unit, said, now_us)
                        self._told.append(f"{unit.sited.id}: {said.status.replace('_', ' ')}")
                    case _:  # pragma: no cover
                        assert_never(said)
            self._follow(unit)

        return go

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
            for heard in unit.eye.hear(place):
                onset_us = bang_us + round(heard.delay_s * SECOND_US)
                report_us = onset_us + round(unit.eye.plan.latency_s * SECOND_US)
                self._at(report_us, self._report(unit, heard, onset_us))

    def _report(self, unit: SensorUnit, heard: Heard, onset_us: int) -> Task:
        def report(_due_us: int, now_us: int) -> None:
            self._out += self._speech.cue(unit, heard, onset_us, now_us)

        return report

    def _listen(self, siren: ActuatorUnit, now_us: int) -> None:
        """Let the arrays listen to a siren from when it sounds until it does no more."""
        name, actuator = siren.sited.id, siren.actuator
        is_siren = actuator.kind is ActuatorKind.SIREN
        if is_siren and actuator.truth is ActuatorPosition.ON and name not in self._heard:
            self._heard.add(name)
            self._at(now_us, self._sound(siren))

    def _sound(self, siren: ActuatorUnit) -> Task:
        def sound(due_us: int, _now_us: int) -> None:
            if siren.actuator.truth is not ActuatorPosition.ON:
                self._heard.discard(siren.sited.id)
                return
            self._at(due_us + SIREN_EACH_US, sound)
            for unit in self.sensors.values():
                if not isinstance(unit.eye, Microphones) or self._is_silent(unit):
                    continue
                heard = unit.eye.hear_siren(siren.sited.position)
                if heard is not None:
                    onset_us = due_us + round(heard.delay_s * SECOND_US)
                    latency_us = round(unit.eye.plan.latency_s * SECOND_US)
                    self._at(onset_us + latency_us, self._report(unit, heard, onset_us))

        return sound

    def _hub_heard(self, unit: ActuatorUnit, message: HubHealth, now_us: int) -> None:
        """Tell an actuator that the hub lives, or that it has gone."""
        if message.state is HealthState.GOODBYE:
            unit.actuator.contact.goodbye(now_us)
        else:
            unit.actuator.contact.heartbeat(now_us)
            unit.actuator.regained()
        self._watch(unit)

    def _tasked(self, unit: TeamUnit, notice: TaskNotice, now_us: int) -> None:
        """Give a task to the team that it is for; any other no longer has it."""
        if notice.team != unit.sited.id:
            unit.team.withdrawn(notice.task)
            return
        if notice.expires_us is not None and notice.expires_us <= now_us:
            return
        place = None if notice.position is None else self._speech.place(notice.position)
        unit.team.told(notice.task, place, now_us, exercise=notice.exercise)
        self._follow(unit)

    def _obey(self, unit: ActuatorUnit, command: Command, now_us: int) -> None:
        fails = bool(self._rng.uniform() < unit.plan.failure_ratio)
        said = unit.actuator.obey(command, now_us, fails=fails)
        if said:
            self._told.append(f"{unit.sited.id} is told to {command.action}")
        self._speak(unit, said, now_us)
        self._listen(unit, now_us)
        self._watch(unit)

    def _raised(self) -> Mapping[str, Place]:
        return {
            name: unit.sited.position
            for name, unit in self.actuators.items()
            if unit.actuator.truth is ActuatorPosition.RAISED
        }

    def _closed(self) -> set[str]:
        return {
            name
            for name, unit in self.actuators.items()
            if unit.actuator.truth is ActuatorPosition.CLOSED
        }

    def _is_silent(self, unit: Unit) -> bool:
        return isinstance(unit, SensorUnit) and unit.delivery.is_silent(self.stage.world_s)

    def _speak(self, unit: ActuatorUnit, said: list[Said], now_us: int) -> None:
        for one in said:
            match one:
                case StateSaid():
                    self._out.append(self._speech.state(unit, one, now_us))
                    if one.safe and one.position is ActuatorPosition.MOVING:
                        self._told.append(f"{unit.sited.id} goes to its safe state")
                case OutcomeSaid():
                    self._out += self._speech.outcome(unit, one, now_us)
                    reason = f": {one.reason}" if one.reason else ""
                    self._told.append(f"{unit.sited.id} answers {one.status.lower()}{reason}")
                case _:  # pragma: no cover
                    assert_never(one)

    def _flush(self) -> list[Send]:
        out, self._out = self._out, []
        return out


def _emptied(unit: ActuatorUnit | TeamUnit, topic: str) -> None:
    """Take note that the hub has taken back what stood on a topic."""
    address = topics.parse(topic)
    if isinstance(unit, TeamUnit) and address.family is Family.TASK and address.ref is not None:
        unit.team.withdrawn(address.ref)
    elif isinstance(unit, ActuatorUnit) and address.leaf == "safe":
        unit.actuator.told_safe(None)
