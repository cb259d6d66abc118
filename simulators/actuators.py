"""Simulated actuators of every kind: they obey, take their time, and sometimes fail or lie.

An order's life is a table. What is said of it comes out as values; `simulators.core.simulation`
puts them into messages. Nothing here reads a clock or draws a number: the caller does.
"""

from collections import OrderedDict
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from simulators.contact import Contact
from simulators.machines import POSITIONS, RESTING, SLOW_TIMES, Fault, lasts_us, takes_us
from wire.labels import ActuatorAction, ActuatorKind, ActuatorPosition, OutcomeStatus
from wire.messages import Command, Parameters, SafeState
from wire.quantities import SECOND_US

# A hub repeats a command within seconds; 256 of them are hours.
REMEMBERED_MAX: Final = 256


class Phase(StrEnum):
    """Where an order is in its life."""

    RECEIVED = "received"
    MOVING = "moving"
    COMPLETED = "completed"
    REJECTED = "rejected"
    FAILED = "failed"


class Move(StrEnum):
    """What may become of an order."""

    ACCEPT = "accept"
    REJECT = "reject"
    FINISH = "finish"
    FAIL = "fail"


TRANSITIONS: Final = {
    (Phase.RECEIVED, Move.ACCEPT): Phase.MOVING,
    (Phase.RECEIVED, Move.REJECT): Phase.REJECTED,
    (Phase.MOVING, Move.FINISH): Phase.COMPLETED,
    (Phase.MOVING, Move.FAIL): Phase.FAILED,
}
"""An order's life: what is not here does not happen."""

OUTCOMES: Final = {
    Phase.MOVING: OutcomeStatus.ACCEPTED,
    Phase.COMPLETED: OutcomeStatus.COMPLETED,
    Phase.REJECTED: OutcomeStatus.REJECTED,
    Phase.FAILED: OutcomeStatus.FAILED,
}


class StateSaid(Struct, frozen=True, kw_only=True):
    """The actuator says that it does this now."""

    position: ActuatorPosition
    command: str | None = None
    safe: bool = False
    exercise: bool = False


class OutcomeSaid(Struct, frozen=True, kw_only=True):
    """This became of a command."""

    command: str
    status: OutcomeStatus
    reason: str | None = None
    exercise: bool = False


Said = StateSaid | OutcomeSaid


class Motion(Struct, frozen=True, kw_only=True):
    """What it is moving to, and for whom."""

    target: ActuatorPosition
    due_us: int | None  # None: it is stuck.
    command: Command | None  # None: by itself.
    fails: bool = False
    safe: bool = False


class Actuator:
    """One simulated actuator."""

    def __init__(self, kind: ActuatorKind, delay_us: int, fault: Fault | None = None) -> None:
        self.kind = kind
        self.said = StateSaid(position=RESTING[kind])
        """What it says that it does."""
        self.truth = RESTING[kind]
        """What it really does: a machine may lie."""
        self.contact = Contact()
        self._delay_us = delay_us
        self._fault = fault
        self._azimuth_deg = 0.0
        self._motion: Motion | None = None
        self._rest_us: int | None = None  # When what was started for a while ends.
        self._safe: SafeState | None = None  # What the site wants once the hub is lost.
        self._went_safe = False
        self._seen: OrderedDict[str, None] = OrderedDict()

    @property
    def position(self) -> ActuatorPosition:
        """What it says that it does."""
        return self.said.position

    @property
    def actions(self) -> tuple[ActuatorAction, ...]:
        """What it can be told to do."""
        return tuple(POSITIONS[self.kind])

    @property
    def next_us(self) -> int | None:
        """When it does something by itself."""
        due = self._motion.due_us if self._motion else None
        dues = (due, self._rest_us, self._safe_us)
        return min((at for at in dues if at is not None), default=None)

    def obey(self, command: Command, now_us: int, *, fails: bool = False) -> list[Said]:
        """Take a command, once; `fails` says that the machine will not manage it."""
        if command.id in self._seen:
            return []
        self._remember(command.id)
        if self._fault is Fault.IGNORES:
            return []
        target = POSITIONS[self.kind].get(command.action)
        if command.expires_us is not None and command.expires_us <= now_us:
            return [_outcome(command, Phase.RECEIVED, Move.REJECT, "expired")]
        if target is None:
            reason = f"a {self.kind.replace('_', ' ')} cannot {command.action.replace('_', ' ')}"
            return [_outcome(command, Phase.RECEIVED, Move.REJECT, reason)]
        said: list[Said] = []
        if self._motion and self._motion.command:
            reason = "superseded by another command"
            said.append(_outcome(self._motion.command, Phase.MOVING, Move.FAIL, reason))
        said.append(_outcome(command, Phase.RECEIVED, Move.ACCEPT))
        fails = fails or self._fault is Fault.FAILS
        motion = Motion(target=target, due_us=now_us, command=command, fails=fails)
        return said + self._move(motion, command.parameters)

    def advance(self, now_us: int, *, is_obstructed: bool = False) -> list[Said]:
        """Finish what is due; something may stand where it moves."""
        said: list[Said] = []
        motion = self._motion
        if motion and motion.due_us is not None and motion.due_us <= now_us:
            said += self._finish(motion, motion.due_us, is_obstructed=is_obstructed)
        if self._rest_us is not None and self._rest_us <= now_us:
            rest = Motion(target=RESTING[self.kind], due_us=now_us, command=None)
            said += self._move(rest, Parameters())
        if self._safe_us is not None and self._safe_us <= now_us:
            said += self._go_safe(now_us)
        return said

    # --- Without the hub ------------------------------------------------------------------------

    def told_safe(self, message: SafeState | None) -> None:
        """Take what the site wants once the hub is lost; the newest word holds. None: nothing."""
        self._safe = message

    def regained(self) -> None:
        """Take note that somebody can command it again; it stays as it is until somebody does."""
        self._went_safe = False

    @property
    def _safe_us(self) -> int | None:
        """When it goes to its safe state by itself."""
        lost_us, safe = self.contact.lost_us, self._safe
        if lost_us is None or safe is None or safe.action is None or self._went_safe:
            return None
        target = POSITIONS[self.kind].get(safe.action)
        going = self._motion.target if self._motion else self.truth
        return None if going is target else lost_us + round(safe.after_s * SECOND_US)

    def _go_safe(self, now_us: int) -> list[Said]:
        self._went_safe = True
        assert self._safe is not None, "only then is it due"
        assert self._safe.action is not None, "only then is it due"
        target = POSITIONS[self.kind].get(self._safe.action)
        if target is None:
            return []
        said: list[Said] = []
        if self._motion and self._motion.command:
            reason = "it has lost the hub"
            said.append(_outcome(self._motion.command, Phase.MOVING, Move.FAIL, reason))
        motion = Motion(target=target, due_us=now_us, command=None, safe=True)
        return said + self._move(motion, Parameters())

    # --- Moving ---------------------------------------------------------------------------------

    def _move(self, motion: Motion, parameters: Parameters) -> list[Said]:
        """Begin to move."""
        assert motion.due_us is not None, "nobody is stuck before he moves"
        self._rest_us = None
        takes = takes_us(self.kind, parameters, self._azimuth_deg, self._delay_us)
        if self._fault is Fault.SLOW:
            takes *= SLOW_TIMES
        if parameters.azimuth_deg is not None:
            self._azimuth_deg = parameters.azimuth_deg
        is_stuck = self._fault is Fault.STUCK and motion.command is not None
        self._motion = replace(motion, due_us=None if is_stuck else motion.due_us + takes)
        if not self._lies(motion):
            self.truth = ActuatorPosition.MOVING
        return [self._say(ActuatorPosition.MOVING, motion)]

    def _finish(self, motion: Motion, due_us: int, *, is_obstructed: bool) -> list[Said]:
        command = motion.command
        self._motion = None
        obstructed = is_obstructed and motion.target is ActuatorPosition.RAISED
        if motion.fails or obstructed:
            self.truth = RESTING[self.kind] if obstructed else ActuatorPosition.UNKNOWN
            reason = "something stands on it" if obstructed else "the drive does not move"
            said: list[Said] = [self._say(self.truth, replace(motion, command=None))]
            return [*said, _outcome(command, Phase.MOVING, Move.FAIL, reason)] if command else said
        if not self._lies(motion):
            self.truth = motion.target
        said = [self._say(motion.target, motion)]
        if command is None:
            return said
        lasts = lasts_us(self.kind, command)
        if lasts is not None and motion.target is not RESTING[self.kind]:
            self._rest_us = due_us + lasts
        return [*said, _outcome(command, Phase.MOVING, Move.FINISH)]

    def _lies(self, motion: Motion) -> bool:
        """Return whether it only says that it makes this motion."""
        return self._fault is Fault.LIES and motion.command is not None

    def _say(self, position: ActuatorPosition, motion: Motion) -> StateSaid:
        command = motion.command
        self.said = StateSaid(
            position=position,
            command=command.id if command else None,
            safe=motion.safe,
            exercise=command.exercise if command else False,
        )
        return self.said

    def _remember(self, command: str) -> None:
        self._seen[command] = None
        if len(self._seen) > REMEMBERED_MAX:
            self._seen.popitem(last=False)


def _outcome(command: Command, phase: Phase, move: Move, reason: str | None = None) -> OutcomeSaid:
    return OutcomeSaid(
        command=command.id,
        status=OUTCOMES[TRANSITIONS[phase, move]],
        reason=reason,
        exercise=command.exercise,
    )
