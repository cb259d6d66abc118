"""Commands under watch: kept, granted, fresh, guarded by the world's truth, and done once."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from simulation.devices import Machine
from simulation.scheduler import SECOND

from hub.core.alerts.alert import AlertRecord
from hub.core.response.command import CommandRecord
from wire.actions import Confirm, DoStep, OperatorAction, Order, StartPlaybook
from wire.ids import derived_id
from wire.labels import ActuatorAction, CommandState, EffectClass
from wire.messages import Command

if TYPE_CHECKING:
    from simulation.judge import World

YESES = {EffectClass.RESTRICT: 1, EffectClass.IMPEDE: 1, EffectClass.SUPPRESS: 2}
"""How many people must have said yes; of anything milder nobody."""

MOVES = (ActuatorAction.RAISE, ActuatorAction.LOWER, ActuatorAction.OPEN, ActuatorAction.CLOSE)
OF_THE_LINE = ("bollard-01", "gate-01")
REPEAT_US = 60 * SECOND
FAULTY = (CommandState.FAILED, CommandState.REJECTED, CommandState.EXPIRED)


class CommandWatch:
    """Every command that ever was on disk."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.latest: dict[str, CommandRecord] = {}
        self.executed_count: Counter[str] = Counter()
        self.left_count: Counter[str] = Counter()
        self.states: Counter[str] = Counter()
        self.left_us = 0
        self._sent: set[str] = set()
        self._last: dict[str, CommandRecord] = {}
        self._yeses: defaultdict[str, set[str]] = defaultdict(set)
        self._orders: dict[str, str] = {}
        self._runs: set[str] = set()
        self._by_hand: set[tuple[str, str]] = set()
        self._done: set[tuple[str, str]] = set()
        self._begun: dict[tuple[str | None, ...], tuple[str, int]] = {}

    # --- People ---------------------------------------------------------------------------------

    def asked(self, action: OperatorAction) -> None:
        """Take note of what a person asked and was granted."""
        match action.ask:
            case Confirm(command=command):
                self._yeses[command].add(action.operator)
            case Order():
                self._orders[derived_id(action.id, "order")] = action.operator
            case StartPlaybook():
                self._runs.add(derived_id(action.id, "run"))
            case DoStep(run=run, step=step):
                self._by_hand.add((run, step))
            case _:
                pass

    # --- The disk -------------------------------------------------------------------------------

    def changed(self, record: CommandRecord) -> None:
        """Judge a change of a command."""
        self.states[record.state] += 1
        if record.id not in self.latest:
            self._check_new(record)
        self.latest[record.id] = record
        if record.state is CommandState.SENT:
            self._sent.add(record.id)
        if record.sent_us is not None:
            last = self._last.get(record.actuator)
            if last is None or last.id == record.id or _order(last) < _order(record):
                self._last[record.actuator] = record

    def _check_new(self, record: CommandRecord) -> None:
        """Check that somebody or something asked for it, and not twice."""
        if record.playbook is None:
            assert self._orders.get(record.id) == record.requested_by, "nobody ordered it"
            return
        assert record.alert is not None or record.run in self._runs, "it is for nothing"
        key = (record.alert or record.run, record.playbook, record.step)
        before = self._begun.get(key)
        self._begun[key] = (record.id, record.requested_us)
        if before is None or (record.run or "", record.step or "") in self._by_hand:
            return
        apart_us = record.requested_us - before[1]
        assert apart_us >= REPEAT_US, f"{record.step} was begun twice within {apart_us} us"

    # --- The bus --------------------------------------------------------------------------------

    def departed(self, command: Command, alerts: Mapping[str, AlertRecord]) -> None:
        """Judge a command that leaves the hub."""
        self.left_count[command.actuator] += 1
        record = self.latest.get(command.id)
        what = f"{command.action} of {command.actuator}"
        assert record is not None, f"{what} left before the journal had it"
        assert command.id in self._sent, f"{what} left before the journal had it as sent"
        assert command.expires_us is not None
        assert self._world.hub_us() < command.expires_us, f"{what} left after it had expired"
        self._check_authority(what, command, record)
        self._check_taint(what, command, record, alerts)
        if command.actuator in OF_THE_LINE and command.action in MOVES:
            assert self._world.is_seen(), f"{what} left on a stale picture"
        if command.actuator == "bollard-01":
            assert not self._world.is_occupied(), f"{what} left with somebody in the way"

    def _check_authority(self, what: str, command: Command, record: CommandRecord) -> None:
        planned = next(one for one in self._world.plan.actuators if one.id == command.actuator)
        people = set(self._yeses[command.id])
        needed = YESES.get(planned.effect, 0)
        if needed and record.playbook is None:
            assert people, f"{what} left without a confirmation"
            people.add(self._orders[command.id])
        assert len(people) >= needed, f"{what} left with the yes of {people or 'nobody'}"

    def _check_taint(
        self,
        what: str,
        command: Command,
        record: CommandRecord,
        alerts: Mapping[str, AlertRecord],
    ) -> None:
        alert = None if record.alert is None else alerts[record.alert]
        if alert is not None and alert.simulated:
            assert command.simulated, f"{what}: a simulated alert became a real command"
        if alert is not None and alert.exercise:
            assert command.exercise, f"{what}: an exercise became a real command"
        if command.simulated:
            assert command.actuator == "siren-play", f"{what}: simulation got out"
        if command.exercise:
            assert command.actuator == "siren-drill", f"{what}: an exercise got out"

    # --- The field ------------------------------------------------------------------------------

    def executed(self, machine: Machine, command: Command, now_us: int) -> None:
        """Judge what a machine does."""
        key = (machine.name, command.id)
        assert key not in self._done, f"{machine.name} did {command.id} twice"
        self._done.add(key)
        self.executed_count[machine.name] += 1
        assert command.actuator == machine.name
        assert command.expires_us is None or now_us <= command.expires_us, "expired, and done"
        assert not command.simulated or machine.simulated, "a real machine obeyed a simulation"
        assert not command.exercise or machine.exercise, "a real machine obeyed an exercise"

    def check_faults(self, alerts: Mapping[str, AlertRecord], now_us: int, slack_us: int) -> None:
        """Check that a machine that did not do what it was told has its alert."""
        for actuator, record in self._last.items():
            if record.state not in FAULTY or now_us - record.changed_us < slack_us:
                continue
            told = (
                one.rule == "actuator-fault" and actuator in one.key and one.active
                for one in alerts.values()
            )
            assert any(told), f"{actuator} has {record.state}, and nobody was told"


def _order(record: CommandRecord) -> tuple[int, int, str]:
    return record.sent_us or 0, record.requested_us, record.id
