"""Simulated gates, bollards, sirens and signs: they obey, take their time, and sometimes fail.

An order's life is a table. What is said of it comes out as values; `simulators.core.simulation`
puts them into messages. Nothing here reads a clock or draws a number: the caller does.
"""

from collections import OrderedDict
from enum import StrEnum
from typing import Final

from msgspec import Struct

from wire.labels import ActuatorAction, ActuatorKind, ActuatorPosition, OutcomeStatus
from wire.messages import Command
from wire.quantities import SECOND_US

# A hub repeats a command within seconds; 256 of them are hours.
REMEMBERED_MAX: Final = 256

# A link that blinks is no reason to open a gate.
SAFE_AFTER_US: Final = 10 * SECOND_US


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

_A, _P = ActuatorAction, ActuatorPosition
POSITIONS: Final = {
    ActuatorKind.SIREN: {_A.SOUND: _P.ON, _A.SILENCE: _P.OFF},
    ActuatorKind.SPEAKER: {_A.SPEAK: _P.ON, _A.SILENCE: _P.OFF},
    ActuatorKind.SIGN: {_A.SHOW: _P.ON, _A.TURN_OFF: _P.OFF},
    ActuatorKind.LIGHT: {_A.TURN_ON: _P.ON, _A.TURN_OFF: _P.OFF},
    ActuatorKind.RELAY: {_A.TURN_ON: _P.ON, _A.TURN_OFF: _P.OFF},
    ActuatorKind.GATE: {_A.OPEN: _P.OPEN, _A.CLOSE: _P.CLOSED},
    ActuatorKind.DOOR: {_A.LOCK: _P.LOCKED, _A.UNLOCK: _P.UNLOCKED},
    ActuatorKind.BOLLARD: {_A.RAISE: _P.RAISED, _A.LOWER: _P.LOWERED},
}
"""What each kind can be told, and what it does then."""

RESTING: Final = {
    ActuatorKind.SIREN: _P.OFF,
    ActuatorKind.SPEAKER: _P.OFF,
    ActuatorKind.SIGN: _P.OFF,
    ActuatorKind.LIGHT: _P.OFF,
    ActuatorKind.RELAY: _P.OFF,
    ActuatorKind.GATE: _P.OPEN,
    ActuatorKind.DOOR: _P.UNLOCKED,
    ActuatorKind.BOLLARD: _P.LOWERED,
}
"""How each kind begins."""

SAFE: Final = {
    ActuatorKind.SIREN: _P.OFF,
    ActuatorKind.GATE: _P.OPEN,
    ActuatorKind.DOOR: _P.UNLOCKED,
}
"""Where each kind goes when nobody commands it any more: people must get out. Others stay."""


class StateSaid(Struct, frozen=True, kw_only=True):
    """The actuator does this now."""

    position: ActuatorPosition
    command: str | None = None


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
    due_us: int
    command: Command | None  # None: by itself.
    fails: bool = False


class Actuator:
    """One simulated actuator."""

    def __init__(self, kind: ActuatorKind, delay_us: int) -> None:
        self.kind = kind
        self.position = RESTING[kind]
        self._delay_us = delay_us
        self._motion: Motion | None = None
        self._rest_us: int | None = None  # When what was started for a while ends.
        self._safe_us: int | None = None  # When it goes to its safe position.
        self._seen: OrderedDict[str, None] = OrderedDict()

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
        target = POSITIONS[self.kind].get(command.action)
        if command.expires_us is not None and command.expires_us <= now_us:
            return [_outcome(command, Phase.RECEIVED, Move.REJECT, "expired")]
        if target is None:
            reason = f"a {self.kind} cannot {command.action}"
            return [_outcome(command, Phase.RECEIVED, Move.REJECT, reason)]
        said: list[Said] = []
        if self._motion and self._motion.command:
            reason = "superseded by another command"
            said.append(_outcome(self._motion.command, Phase.MOVING, Move.FAIL, reason))
        said.append(_outcome(command, Phase.RECEIVED, Move.ACCEPT))
        return said + self._move_to(target, command, now_us, fails=fails)

    def advance(self, now_us: int, *, is_obstructed: bool = False) -> list[Said]:
        """Finish what is due; something may stand where it moves."""
        said: list[Said] = []
        if self._motion and self._motion.due_us <= now_us:
            said += self._finish(self._motion, is_obstructed=is_obstructed)
        if self._rest_us is not None and self._rest_us <= now_us:
            self._rest_us = None
            said += self._move_to(RESTING[self.kind], None, now_us)
        if self._safe_us is not None and self._safe_us <= now_us:
            self._safe_us = None
            said += self._move_to(SAFE[self.kind], None, now_us)
        return said

    def link_lost(self, now_us: int) -> None:
        """Nobody can command it any more: in a while it goes to where it harms nobody."""
        if self.kind in SAFE and self.position is not SAFE[self.kind]:
            self._safe_us = now_us + SAFE_AFTER_US

    def link_restored(self) -> None:
        """Somebody can command it again."""
        self._safe_us = None

    def _move_to(
        self, target: ActuatorPosition, command: Command | None, now_us: int, *, fails: bool = False
    ) -> list[Said]:
        self._rest_us = None
        self._motion = Motion(
            target=target, due_us=now_us + self._delay_us, command=command, fails=fails
        )
        self.position = ActuatorPosition.MOVING
        return [StateSaid(position=self.position, command=command.id if command else None)]

    def _finish(self, motion: Motion, *, is_obstructed: bool) -> list[Said]:
        command = motion.command
        self._motion = None
        obstructed = is_obstructed and motion.target is ActuatorPosition.RAISED
        if motion.fails or obstructed:
            self.position = RESTING[self.kind] if obstructed else ActuatorPosition.UNKNOWN
            reason = "something stands on it" if obstructed else "the drive does not move"
            said: list[Said] = [StateSaid(position=self.position)]
            return [*said, _outcome(command, Phase.MOVING, Move.FAIL, reason)] if command else said
        self.position = motion.target
        if command is None:
            return [StateSaid(position=self.position)]
        if command.parameters.duration_s and self.position is not RESTING[self.kind]:
            self._rest_us = motion.due_us + round(command.parameters.duration_s * SECOND_US)
        return [
            StateSaid(position=self.position, command=command.id),
            _outcome(command, Phase.MOVING, Move.FINISH),
        ]

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
