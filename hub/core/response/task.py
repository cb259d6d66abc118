"""A field task as the journal keeps it, and its life as one table of (state, move) -> state."""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from hub.core.site import Place
from wire.labels import Channel, Priority, ReceiptStatus, TaskState
from wire.quantities import Count, DistanceM, DurationUs, Identifier, Instant, Line, Text, Ulid


class TaskRecord(Struct, frozen=True, kw_only=True, tag="task", tag_field="kind"):
    """One thing that one field team is asked to do, from the asking to its end."""

    id: Ulid
    number: int  # Short enough to say on the radio.
    text: Text  # What the team reads; of a drill or a simulation it says so first.
    state: TaskState
    priority: Priority
    alert: Ulid | None = None
    summary: Line | None = None  # Of the alert.
    run: Ulid | None = None
    step: Identifier | None = None
    begun_us: Instant  # When its step's turn came, or a person asked.
    skills: tuple[Identifier, ...] = ()
    place: Place | None = None
    wanted: Identifier | None = None  # Only this team is meant; None: the nearest suitable.
    team: Identifier | None = None  # Who has it, or is asked.
    channel: Channel = Channel.APP
    distance_m: DistanceM | None = None  # Of the team, when it was asked.
    tried: tuple[Identifier, ...] = ()  # Who was asked by phone.
    called: tuple[Identifier, ...] = ()  # Who was to be called by radio.
    declined: tuple[Identifier, ...] = ()  # Who said no.
    accept_us: DurationUs  # How long each has to answer.
    asked_by: Line
    created_us: Instant
    changed_us: Instant
    # By when somebody must have taken it, or who has taken it must be there; None: nobody waits.
    answer_due_us: Instant | None = None
    rounds: Count = 0  # How often every team was asked in vain.
    told: bool = False  # The control room must do something about it, and was told.
    note: Line | None = None
    simulated: bool = False
    exercise: bool = False


class Move(StrEnum):
    """What can happen to a task."""

    OFFER = "offer"  # It goes to a team, or to the next one.
    RECEIVE = "receive"  # The team's device has it.
    READ = "read"
    ACCEPT = "accept"
    ARRIVE = "arrive"
    FINISH = "finish"
    DECLINE = "decline"  # It said no, or gives up what it had taken.
    PASS = "pass"  # noqa: S105 - its time to answer is over.
    LAPSE = "lapse"  # Everybody was asked.
    CANCEL = "cancel"  # By a person, or because its alert closed.


ASKED: Final = (TaskState.SENT, TaskState.DEVICE_RECEIPT, TaskState.READ)
"""A team has it and has not answered."""

TAKEN: Final = (TaskState.ACCEPTED, TaskState.ON_SCENE)
"""A team does it."""

UNTAKEN: Final = (TaskState.WAITING, TaskState.UNANSWERED)
"""Nobody has it."""

OVER: Final = (TaskState.DONE, TaskState.CANCELLED)
"""Nothing more comes of it."""

TRANSITIONS: Final[dict[tuple[TaskState, Move], TaskState]] = {
    **{(state, Move.OFFER): TaskState.SENT for state in UNTAKEN},
    (TaskState.WAITING, Move.LAPSE): TaskState.UNANSWERED,
    (TaskState.SENT, Move.RECEIVE): TaskState.DEVICE_RECEIPT,
    (TaskState.SENT, Move.READ): TaskState.READ,
    (TaskState.DEVICE_RECEIPT, Move.READ): TaskState.READ,
    # Who is there has taken it, whether it said so before or not; and of what nobody has, the
    # control room may have reached a team itself.
    **{(state, Move.ACCEPT): TaskState.ACCEPTED for state in (*ASKED, *UNTAKEN)},
    **{(state, Move.ARRIVE): TaskState.ON_SCENE for state in (*ASKED, *UNTAKEN)},
    **{(state, Move.FINISH): TaskState.DONE for state in (*ASKED, *UNTAKEN)},
    (TaskState.ACCEPTED, Move.ARRIVE): TaskState.ON_SCENE,
    (TaskState.ACCEPTED, Move.FINISH): TaskState.DONE,
    (TaskState.ON_SCENE, Move.FINISH): TaskState.DONE,
    **{(state, Move.DECLINE): TaskState.WAITING for state in (*ASKED, *TAKEN)},
    **{(state, Move.PASS): TaskState.WAITING for state in ASKED},
    **{(state, Move.CANCEL): TaskState.CANCELLED for state in (*UNTAKEN, *ASKED, *TAKEN)},
}

SAID: Final = {
    ReceiptStatus.DEVICE_RECEIPT: Move.RECEIVE,
    ReceiptStatus.READ: Move.READ,
    ReceiptStatus.ACCEPTED: Move.ACCEPT,
    ReceiptStatus.DECLINED: Move.DECLINE,
    ReceiptStatus.ON_SCENE: Move.ARRIVE,
    ReceiptStatus.DONE: Move.FINISH,
}
"""What each answer of a team means."""


def after(state: TaskState, move: Move) -> TaskState:
    """Return the state after an allowed move."""
    return TRANSITIONS[state, move]


def can(state: TaskState, move: Move) -> bool:
    """Return whether the move is allowed in this state."""
    return (state, move) in TRANSITIONS


def answers(state: TaskState) -> str:
    """Return what a team may answer in this state, in words."""
    names = [
        status.value.lower().replace("_", " ") for status, move in SAID.items() if can(state, move)
    ]
    return ", ".join(names) or "nothing"


def words(state: TaskState) -> str:
    """Return a state as it is read aloud."""
    return state.value.replace("_", " ")


def diagram() -> str:
    """Return the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {TaskState.WAITING}"]
    lines += [f"    {state} --> {to}: {move}" for (state, move), to in TRANSITIONS.items()]
    lines += [f"    {state} --> [*]" for state in OVER]
    return "\n".join(lines) + "\n"
