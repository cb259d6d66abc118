from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.alerts.lifecycle import (
    ASKED,
    HIDDEN,
    TRANSITIONS,
    WAITING,
    Move,
    after,
    allowed,
    diagram,
    refusal_of,
    table,
    words,
)
from wire.labels import AlertState

DOCS = Path(__file__).parents[4] / "docs"
ENDS = (Move.UNSHELVE, Move.UNSUPPRESS, Move.RESTORE)


@given(st.lists(st.sampled_from(Move)))
def test_no_sequence_of_moves_closes_an_alert_unseen(moves: list[Move]) -> None:
    state = AlertState.UNACKNOWLEDGED
    for move in moves:
        if (state, move) in TRANSITIONS:
            state = after(state, move)

    assert state is not AlertState.CLOSED or {Move.ACKNOWLEDGE, Move.LAPSE} & set(moves)


def test_an_alert_closes_only_when_it_is_acknowledged_or_lapses_while_suppressed() -> None:
    into_closed = {(state, move) for (state, move), to in TRANSITIONS.items() if to == "closed"}

    assert into_closed == {
        (AlertState.ACKNOWLEDGED, Move.CLEAR),
        (AlertState.ACKNOWLEDGED, Move.CLOSE),
        (AlertState.SUPPRESSED, Move.LAPSE),
    }


def test_only_a_person_acknowledges() -> None:
    into_acknowledged = {
        move
        for (state, move), to in TRANSITIONS.items()
        if to is AlertState.ACKNOWLEDGED and to is not state
    }

    assert into_acknowledged == {Move.ACKNOWLEDGE}


def test_a_condition_that_returns_asks_for_a_person_unless_it_is_listed_apart() -> None:
    for state in set(AlertState) - {AlertState.CLOSED}:
        to = after(state, Move.RETURN)
        assert to is (state if state in HIDDEN else AlertState.UNACKNOWLEDGED)


def test_what_hides_an_alert_ends_where_people_see_it() -> None:
    ends = [after(state, move) for state, move in TRANSITIONS if state in HIDDEN and move in ENDS]

    assert ends == [AlertState.UNACKNOWLEDGED] * len(HIDDEN)
    assert not HIDDEN & WAITING


@pytest.mark.parametrize("state", sorted({*AlertState} - {AlertState.CLOSED}))
def test_a_latched_alert_never_closes_because_its_condition_is_gone(state: AlertState) -> None:
    assert TRANSITIONS.get((state, Move.CLEAR_LATCHED)) is not AlertState.CLOSED


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
    assert words(AlertState.OUT_OF_SERVICE) == "out of service"
    assert words(AlertState.SHELVED) == "shelved"


def test_the_diagram_draws_every_row_of_the_table_once() -> None:
    drawn = diagram()

    arrows = [line.strip().split(": ") for line in drawn.splitlines() if ": " in line]
    rows = [(*arrow.split(" --> "), move) for arrow, moves in arrows for move in moves.split(", ")]
    expected = [(str(state), str(to), str(move)) for (state, move), to in TRANSITIONS.items()]
    assert drawn.startswith("stateDiagram-v2\n")
    assert sorted(rows) == sorted([("[*]", "unacknowledged", "condition"), *expected])
    assert drawn.endswith("    closed --> [*]\n")


def test_the_written_table_has_a_row_for_each_state_and_a_column_for_each_move() -> None:
    head, _, *rows = table().splitlines()

    assert head.split(" | ")[1:] == [*list(Move)[:-1], f"{Move.CLOSE} |"]
    assert len(rows) == len(AlertState)
    assert rows[-1] == "| **closed** |" + "  |" * len(Move)


def test_the_documentation_shows_the_table_as_it_is() -> None:
    page = (DOCS / "alerts.md").read_text(encoding="utf-8")

    assert f"```mermaid\n{diagram()}```" in page
    assert table() in page
