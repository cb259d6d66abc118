from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.alerts.lifecycle import (
    ASKED,
    TRANSITIONS,
    Move,
    after,
    allowed,
    diagram,
    refusal_of,
    words,
)
from wire.labels import AlertState


@given(st.lists(st.sampled_from(Move)))
def test_no_sequence_of_moves_closes_an_alert_unseen(moves: list[Move]) -> None:
    state = AlertState.UNACKNOWLEDGED
    for move in moves:
        if (state, move) in TRANSITIONS:
            state = after(state, move)

    assert state is not AlertState.CLOSED or Move.ACKNOWLEDGE in moves


def test_an_alert_closes_only_when_it_is_acknowledged_and_only_a_person_acknowledges() -> None:
    into_closed = {state for (state, _), to in TRANSITIONS.items() if to is AlertState.CLOSED}
    into_acknowledged = {
        move for (_, move), to in TRANSITIONS.items() if to is AlertState.ACKNOWLEDGED
    }

    assert into_closed == {AlertState.ACKNOWLEDGED}
    assert into_acknowledged == {Move.ACKNOWLEDGE}


def test_a_condition_that_returns_asks_for_a_person_unless_it_is_shelved() -> None:
    for state in AlertState:
        if state in (AlertState.CLOSED, AlertState.SHELVED):
            continue
        assert after(state, Move.RETURN) is AlertState.UNACKNOWLEDGED
    assert after(AlertState.SHELVED, Move.RETURN) is AlertState.SHELVED


def test_nothing_leaves_the_closed_state_and_every_other_can_be_left() -> None:
    left = {state for state, _ in TRANSITIONS}

    assert left == set(AlertState) - {AlertState.CLOSED}


@pytest.mark.parametrize(("state", "move"), list(product(AlertState, ASKED)))
def test_every_refused_move_names_what_is_allowed(state: AlertState, move: Move) -> None:
    refusal = refusal_of(state, move)

    if (state, move) in TRANSITIONS:
        assert refusal is None
    else:
        assert refusal is not None
        assert refusal.reason.startswith(f"cannot {ASKED[move]} an alert that is {words(state)}")
        assert refusal.reason.endswith(f"allowed: {allowed(state)}")


def test_what_is_allowed_is_said_in_the_words_of_the_screen() -> None:
    assert allowed(AlertState.ACKNOWLEDGED) == "shelve, clear"
    assert allowed(AlertState.ACKNOWLEDGED, without=Move.SHELVE) == "clear"
    assert allowed(AlertState.CLOSED) == "nothing"
    assert words(AlertState.CLEARED_UNACKNOWLEDGED) == "cleared, unacknowledged"


def test_the_diagram_draws_every_row_of_the_table() -> None:
    drawn = diagram()

    assert drawn.startswith("stateDiagram-v2\n")
    assert drawn.count("-->") == len(TRANSITIONS) + 2
    assert "    unacknowledged --> acknowledged: acknowledge\n" in drawn
