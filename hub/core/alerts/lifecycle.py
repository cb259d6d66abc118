"""The life of an alert after ISA-18.2 and OPC UA Part 9, as one table (state, move) -> state.

From what people see, an alert closes only from ACKNOWLEDGED, and only a person's ACKNOWLEDGE
leads there: so nothing closes unseen. The one other way is the LAPSE of a suppressed alert of low
or medium priority, which the plan says means nothing. Every hidden state ends in UNACKNOWLEDGED;
whether the condition went away or somebody had it already is then told by the same moves as always.
"""

from enum import StrEnum
from typing import Final

from hub.core.alerts.refusal import Refusal
from wire.labels import AlertState


class Move(StrEnum):
    """What can happen to an alert."""

    CLEAR = "clear"  # Its condition is gone.
    CLEAR_LATCHED = "clear_latched"  # The same, but a person must say that it is over.
    RETURN = "return"  # Its condition is back, or has become worse.
    ACKNOWLEDGE = "acknowledge"
    SHELVE = "shelve"
    UNSHELVE = "unshelve"  # By a person, because the time is over, or because it became urgent.
    SUPPRESS = "suppress"  # By design: the plan says when.
    UNSUPPRESS = "unsuppress"
    LAPSE = "lapse"  # The condition of a suppressed alert is gone, and it is not urgent.
    REMOVE = "remove"  # From service, with its rule or device.
    RESTORE = "restore"  # To service.
    CLOSE = "close"  # By a person who saw that it is over.


_UNACKNOWLEDGED: Final = AlertState.UNACKNOWLEDGED
_ACKNOWLEDGED: Final = AlertState.ACKNOWLEDGED
_CLEARED: Final = AlertState.CLEARED_UNACKNOWLEDGED
_SHELVED: Final = AlertState.SHELVED
_SUPPRESSED: Final = AlertState.SUPPRESSED
_OUT: Final = AlertState.OUT_OF_SERVICE

TRANSITIONS: Final[dict[tuple[AlertState, Move], AlertState]] = {
    (_UNACKNOWLEDGED, Move.CLEAR): _CLEARED,
    (_UNACKNOWLEDGED, Move.CLEAR_LATCHED): _CLEARED,
    (_UNACKNOWLEDGED, Move.RETURN): _UNACKNOWLEDGED,
    (_UNACKNOWLEDGED, Move.ACKNOWLEDGE): _ACKNOWLEDGED,
    (_UNACKNOWLEDGED, Move.SHELVE): _SHELVED,
    (_UNACKNOWLEDGED, Move.SUPPRESS): _SUPPRESSED,
    (_UNACKNOWLEDGED, Move.REMOVE): _OUT,
    (_ACKNOWLEDGED, Move.CLEAR): AlertState.CLOSED,
    (_ACKNOWLEDGED, Move.CLEAR_LATCHED): _ACKNOWLEDGED,
    (_ACKNOWLEDGED, Move.RETURN): _UNACKNOWLEDGED,
    (_ACKNOWLEDGED, Move.SHELVE): _SHELVED,
    (_ACKNOWLEDGED, Move.SUPPRESS): _SUPPRESSED,
    (_ACKNOWLEDGED, Move.REMOVE): _OUT,
    (_ACKNOWLEDGED, Move.CLOSE): AlertState.CLOSED,
    (_CLEARED, Move.RETURN): _UNACKNOWLEDGED,
    (_CLEARED, Move.ACKNOWLEDGE): _ACKNOWLEDGED,
    (_SHELVED, Move.CLEAR): _SHELVED,
    (_SHELVED, Move.CLEAR_LATCHED): _SHELVED,
    (_SHELVED, Move.RETURN): _SHELVED,
    (_SHELVED, Move.UNSHELVE): _UNACKNOWLEDGED,
    (_SHELVED, Move.REMOVE): _OUT,
    (_SUPPRESSED, Move.CLEAR): _SUPPRESSED,
    (_SUPPRESSED, Move.CLEAR_LATCHED): _SUPPRESSED,
    (_SUPPRESSED, Move.RETURN): _SUPPRESSED,
    (_SUPPRESSED, Move.UNSUPPRESS): _UNACKNOWLEDGED,
    (_SUPPRESSED, Move.REMOVE): _OUT,
    (_SUPPRESSED, Move.LAPSE): AlertState.CLOSED,
    (_OUT, Move.CLEAR): _OUT,
    (_OUT, Move.CLEAR_LATCHED): _OUT,
    (_OUT, Move.RETURN): _OUT,
    (_OUT, Move.RESTORE): _UNACKNOWLEDGED,
}

ASKED: Final = {
    Move.ACKNOWLEDGE: "acknowledge",
    Move.SHELVE: "shelve",
    Move.UNSHELVE: "unshelve",
    Move.CLOSE: "clear",
}
"""The moves that a person makes of one alert, in the words of the screen."""

WAITING: Final = frozenset({_UNACKNOWLEDGED, _CLEARED})
"""The states in which an alert asks for a person."""

HIDDEN: Final = frozenset({_SHELVED, _SUPPRESSED, _OUT})
"""The states in which an alert is listed apart and asks nobody."""

_WORDS: Final = {_CLEARED: "cleared, unacknowledged", _OUT: "out of service"}


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
    return _WORDS.get(state, state.value)


def diagram() -> str:
    """Return the table as a Mermaid state diagram; moves between the same states share an arrow."""
    arrows: dict[tuple[AlertState, AlertState], list[str]] = {}
    for (state, move), to in TRANSITIONS.items():
        arrows.setdefault((state, to), []).append(move)
    lines = ["stateDiagram-v2", f"    [*] --> {_UNACKNOWLEDGED}: condition"]
    lines += [f"    {state} --> {to}: {', '.join(moves)}" for (state, to), moves in arrows.items()]
    lines.append(f"    {AlertState.CLOSED} --> [*]")
    return "\n".join(lines) + "\n"


def table() -> str:
    """Return the table as Markdown: a row for each state, a column for each move."""
    lines = ["| | " + " | ".join(Move) + " |", "|---" * (len(Move) + 1) + "|"]
    for state in AlertState:
        cells = (TRANSITIONS.get((state, move), "") for move in Move)
        lines.append(f"| **{state}** | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
