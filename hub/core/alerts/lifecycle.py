"""The life of an alert: the subset of ISA-18.2 that we keep, as one table (state, move) -> state.

An alert closes only from ACKNOWLEDGED, and only a person's ACKNOWLEDGE leads there: so nothing
ever closes unseen. A shelf ends in UNACKNOWLEDGED; whether the condition went away or somebody
had it already is then told by the same moves as always.
"""

from enum import StrEnum

from hub.core.alerts.refusal import Refusal
from wire.labels import AlertState


class Move(StrEnum):
    """What can happen to an alert."""

    CLEAR = "clear"  # Its condition is gone.
    RETURN = "return"  # Its condition is back, or has become worse.
    ACKNOWLEDGE = "acknowledge"
    SHELVE = "shelve"
    UNSHELVE = "unshelve"  # By a person, or because the time is over.
    CLOSE = "close"  # By a person who saw that it is over.


TRANSITIONS: dict[tuple[AlertState, Move], AlertState] = {
    (AlertState.UNACKNOWLEDGED, Move.CLEAR): AlertState.CLEARED_UNACKNOWLEDGED,
    (AlertState.UNACKNOWLEDGED, Move.RETURN): AlertState.UNACKNOWLEDGED,
    (AlertState.UNACKNOWLEDGED, Move.ACKNOWLEDGE): AlertState.ACKNOWLEDGED,
    (AlertState.UNACKNOWLEDGED, Move.SHELVE): AlertState.SHELVED,
    (AlertState.ACKNOWLEDGED, Move.CLEAR): AlertState.CLOSED,
    (AlertState.ACKNOWLEDGED, Move.RETURN): AlertState.UNACKNOWLEDGED,
    (AlertState.ACKNOWLEDGED, Move.SHELVE): AlertState.SHELVED,
    (AlertState.ACKNOWLEDGED, Move.CLOSE): AlertState.CLOSED,
    (AlertState.CLEARED_UNACKNOWLEDGED, Move.RETURN): AlertState.UNACKNOWLEDGED,
    (AlertState.CLEARED_UNACKNOWLEDGED, Move.ACKNOWLEDGE): AlertState.ACKNOWLEDGED,
    (AlertState.SHELVED, Move.CLEAR): AlertState.SHELVED,
    (AlertState.SHELVED, Move.RETURN): AlertState.SHELVED,
    (AlertState.SHELVED, Move.UNSHELVE): AlertState.UNACKNOWLEDGED,
}

ASKED = {
    Move.ACKNOWLEDGE: "acknowledge",
    Move.SHELVE: "shelve",
    Move.UNSHELVE: "unshelve",
    Move.CLOSE: "clear",
}
"""The moves that a person makes, in the words of the screen."""


def after(state: AlertState, move: Move) -> AlertState:
    """Return the state after an allowed move."""
    return TRANSITIONS[state, move]


def refusal_of(state: AlertState, move: Move) -> Refusal | None:
    """Return why a person may not make this move now, naming what is allowed; None if they may."""
    if (state, move) in TRANSITIONS:
        return None
    return Refusal(
        reason=f"cannot {ASKED[move]} an alert that is {words(state)}; allowed: {allowed(state)}"
    )


def allowed(state: AlertState, *, without: Move | None = None) -> str:
    """Return what a person may do in this state, in words, but for one move."""
    names = [
        ASKED[move]
        for source, move in TRANSITIONS
        if source is state and move in ASKED and move is not without
    ]
    return ", ".join(names) or "nothing"


def words(state: AlertState) -> str:
    """Return a state as it is read aloud."""
    return state.value.replace("_", ", ")


def diagram() -> str:
    """Return the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {AlertState.UNACKNOWLEDGED}: condition"]
    lines += [f"    {state} --> {to}: {move}" for (state, move), to in TRANSITIONS.items()]
    lines.append(f"    {AlertState.CLOSED} --> [*]")
    return "\n".join(lines) + "\n"
