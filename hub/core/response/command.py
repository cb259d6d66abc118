"""A command as the journal keeps it, and its life as one table of (state, move) -> state."""

from enum import StrEnum

from msgspec import Struct

from wire.labels import ActuatorAction, CommandState, EffectClass
from wire.messages import Parameters
from wire.quantities import DurationUs, Identifier, Instant, Line, Ulid


class Doubt(StrEnum):
    """What should have shown that a command has had its effect, and did not."""

    UNSHOWN = "unshown"  # The actuator's own state.
    UNSEEN = "unseen"  # The sensor that the plan names.


class CommandRecord(Struct, frozen=True, kw_only=True, tag="command", tag_field="kind"):
    """One order to one actuator, from the request to its effect in the world."""

    id: Ulid
    alert: Ulid | None = None
    playbook: Identifier | None = None  # None: ordered by hand.
    step: Identifier | None = None
    run: Ulid | None = None  # Of the playbook that was begun.
    text: Line  # What it does, in words.
    actuator: Identifier
    action: ActuatorAction
    parameters: Parameters = Parameters()
    effect: EffectClass
    reason: Line
    state: CommandState
    requested_by: Line  # A person, or the playbook's name.
    confirmed_by: tuple[Line, ...] = ()  # Everybody who said yes, in order.
    requested_us: Instant
    changed_us: Instant
    sent_us: Instant | None = None  # The first time.
    done_us: Instant | None = None  # When its actuator first said or showed that it is done.
    seen_us: Instant | None = None  # When the sensor that the plan names saw or heard it.
    doubts: tuple[Doubt, ...] = ()
    # Of the offer while it waits for somebody's yes, of the order itself from the last yes on.
    expires_us: Instant
    valid_us: DurationUs  # How long the order is good for from the last yes on.
    note: Line | None = None  # Why it is blocked, failed or was refused.
    simulated: bool = False
    exercise: bool = False


class Move(StrEnum):
    """What can happen to a command."""

    SEND = "send"
    BLOCK = "block"  # Something forbids that it leaves now.
    ACCEPT = "accept"  # The actuator says so; likewise the next three.
    REJECT = "reject"
    COMPLETE = "complete"
    FAIL = "fail"
    OBSERVE = "observe"  # The actuator's own state shows the effect.
    VERIFY = "verify"  # A sensor that is not the actuator saw or heard the effect.
    FORGET = "forget"  # The actuator restarted and knows nothing of it any more.
    EXPIRE = "expire"
    CANCEL = "cancel"


TRANSITIONS: dict[tuple[CommandState, Move], CommandState] = {
    (CommandState.AWAITING_CONFIRMATION, Move.SEND): CommandState.SENT,
    (CommandState.AWAITING_CONFIRMATION, Move.BLOCK): CommandState.BLOCKED,
    (CommandState.AWAITING_CONFIRMATION, Move.EXPIRE): CommandState.EXPIRED,
    (CommandState.AWAITING_CONFIRMATION, Move.CANCEL): CommandState.CANCELLED,
    (CommandState.BLOCKED, Move.SEND): CommandState.SENT,
    (CommandState.BLOCKED, Move.BLOCK): CommandState.BLOCKED,
    (CommandState.BLOCKED, Move.EXPIRE): CommandState.EXPIRED,
    (CommandState.BLOCKED, Move.CANCEL): CommandState.CANCELLED,
    (CommandState.SENT, Move.ACCEPT): CommandState.ACCEPTED,
    (CommandState.SENT, Move.REJECT): CommandState.REJECTED,
    (CommandState.SENT, Move.COMPLETE): CommandState.COMPLETED,
    (CommandState.SENT, Move.FAIL): CommandState.FAILED,
    (CommandState.SENT, Move.OBSERVE): CommandState.CONFIRMED,
    (CommandState.SENT, Move.EXPIRE): CommandState.EXPIRED,
    (CommandState.ACCEPTED, Move.REJECT): CommandState.REJECTED,
    (CommandState.ACCEPTED, Move.COMPLETE): CommandState.COMPLETED,
    (CommandState.ACCEPTED, Move.FAIL): CommandState.FAILED,
    (CommandState.ACCEPTED, Move.OBSERVE): CommandState.CONFIRMED,
    (CommandState.ACCEPTED, Move.VERIFY): CommandState.VERIFIED,
    (CommandState.ACCEPTED, Move.FORGET): CommandState.BLOCKED,
    (CommandState.COMPLETED, Move.FAIL): CommandState.FAILED,
    (CommandState.COMPLETED, Move.OBSERVE): CommandState.CONFIRMED,
    (CommandState.COMPLETED, Move.VERIFY): CommandState.VERIFIED,
    (CommandState.CONFIRMED, Move.VERIFY): CommandState.VERIFIED,
    # An actuator's word may come late over a bad link. The picture tells what is true.
    (CommandState.EXPIRED, Move.ACCEPT): CommandState.ACCEPTED,
    (CommandState.EXPIRED, Move.REJECT): CommandState.REJECTED,
    (CommandState.EXPIRED, Move.COMPLETE): CommandState.COMPLETED,
    (CommandState.EXPIRED, Move.FAIL): CommandState.FAILED,
    (CommandState.EXPIRED, Move.OBSERVE): CommandState.CONFIRMED,
    (CommandState.FAILED, Move.COMPLETE): CommandState.COMPLETED,
    (CommandState.FAILED, Move.OBSERVE): CommandState.CONFIRMED,
}

WAITING = (CommandState.AWAITING_CONFIRMATION, CommandState.BLOCKED)
"""It has not left, or its actuator has forgotten it."""

DONE = (CommandState.COMPLETED, CommandState.CONFIRMED, CommandState.VERIFIED)
"""Its actuator says so, and nobody has to take its word for the last two."""

PENDING = (*WAITING, CommandState.SENT, CommandState.ACCEPTED)
"""Something is still to come of it without anybody's doing."""


def after(state: CommandState, move: Move) -> CommandState:
    """Return the state after an allowed move."""
    return TRANSITIONS[state, move]


def can(state: CommandState, move: Move) -> bool:
    """Return whether the move is allowed in this state."""
    return (state, move) in TRANSITIONS


def words(state: CommandState) -> str:
    """Return a state as it is read aloud."""
    return state.value.replace("_", " ")


def diagram() -> str:
    """Return the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2"]
    lines += [f"    [*] --> {state}" for state in WAITING]
    lines += [f"    {state} --> {to}: {move}" for (state, move), to in TRANSITIONS.items()]
    return "\n".join(lines) + "\n"
