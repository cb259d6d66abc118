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
GUARDED = (
    ("bollard-01", ActuatorAction.RAISE),
    ("bollard-01", ActuatorAction.LOWER),
    ("gate-01", ActuatorAction.CLOSE),
)
"""What some playbook lets nobody do while somebody is in the line."""
REPEAT_US = 60 * SECOND
SEEN = (CommandState.CONFIRMED, CommandState.VERIFIED)
FAULTY = (CommandState.FAILED, CommandState.REJECTED, CommandState.EXPIRED)
UNDONE = (CommandState.FAILED, CommandState.REJECTED)
"""Whoever begins it anew wants it all the more."""
# An actuator shows what it did within ten seconds, a sensor notices it within fifteen.
SHOWN_US = 15 * SECOND
# Half a second of that is the hub's own; the rest is nothing that anybody waits for.
JUDGED_US = SECOND


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
        self._differs_us: dict[str, int] = {}

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
        if self.latest[before[0]].state in UNDONE:
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
        age_us = self._world.hub_us() - command.sent_us
        assert age_us <= JUDGED_US, f"{what} left {age_us} us after it was judged"
        self._check_authority(what, command, record)
        self._check_taint(what, command, record, alerts)
        if command.actuator in OF_THE_LINE and command.action in MOVES:
            assert self._world.is_seen(), f"{what} left on a stale picture"
        if (command.actuator, command.action) in GUARDED:
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
        """Check that a machine that did not do what it was told, or lied, has its alert."""
        for actuator, record in self._last.items():
            self._check_position(record, alerts, now_us, slack_us)
            is_faulty = record.state in FAULTY
            if not is_faulty and not self._is_doubtful(record):
                continue
            if now_us - record.changed_us < slack_us + (0 if is_faulty else SHOWN_US):
                continue
            is_told = _has_alert(alerts, "actuator-fault", actuator)
            assert is_told, f"{actuator} has {record.state}, and nobody was told"

    def _check_position(
        self, record: CommandRecord, alerts: Mapping[str, AlertRecord], now_us: int, slack_us: int
    ) -> None:
        """Check that a machine that does something else than it was last told has its alert."""
        name = record.actuator
        planned = next(one for one in self._world.plan.actuators if one.id == name)
        wanted = planned.confirmed_by.get(record.action)
        position, heard_us = self._world.positions.get(name, (wanted, 0))
        is_done = record.state in SEEN and heard_us >= (record.done_us or 0)
        if not is_done or position is wanted or wanted is None:
            self._differs_us.pop(name, None)
            return
        since_us = self._differs_us.setdefault(name, now_us)
        # Of one that did not show its effect in time, late or not, the fault is told instead.
        told = (_has_alert(alerts, f"actuator-{what}", name) for what in ("mismatch", "fault"))
        assert now_us - since_us < slack_us or any(told), (
            f"{name} is {position}, was last told to {record.action}, and nobody was told"
        )

    def _is_doubtful(self, record: CommandRecord) -> bool:
        """Return whether something should have shown by and by that a command was done."""
        planned = next(one for one in self._world.plan.actuators if one.id == record.actuator)
        if record.state is CommandState.COMPLETED:
            return record.action in planned.confirmed_by
        return record.state is CommandState.CONFIRMED and record.action in planned.verified_by


def _has_alert(alerts: Mapping[str, AlertRecord], rule: str, actuator: str) -> bool:
    return any(one.rule == rule and actuator in one.key and one.active for one in alerts.values())


def _order(record: CommandRecord) -> tuple[int, int, str]:
    return record.sent_us or 0, record.requested_us, record.id
