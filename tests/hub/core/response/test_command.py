from itertools import product
from pathlib import Path

import msgspec
import pytest

from hub.core.response.command import (
    PENDING,
    TRANSITIONS,
    WAITING,
    CommandRecord,
    Move,
    after,
    can,
    diagram,
    words,
)
from wire.labels import ActuatorAction, CommandState, EffectClass


def test_a_command_comes_back_from_the_journal_as_it_went_in() -> None:
    record = CommandRecord(
        id="01KDVXT000000000000000000A",
        text="Raise bollards",
        actuator="bollard-1",
        action=ActuatorAction.RAISE,
        effect=EffectClass.IMPEDE,
        reason="Vehicle",
        state=CommandState.SENT,
        requested_by="Ann",
        confirmed_by=("Ann",),
        requested_us=1_767_225_600_000_000,
        changed_us=1_767_225_600_000_000,
        expires_us=1_767_225_600_000_000,
        valid_us=30_000_000,
    )

    assert msgspec.json.decode(msgspec.json.encode(record), type=CommandRecord) == record


def test_only_what_has_not_left_can_be_sent_blocked_or_cancelled() -> None:
    for state, move in product(CommandState, (Move.SEND, Move.BLOCK, Move.CANCEL)):
        assert can(state, move) is (state in WAITING)


def test_what_has_not_left_has_no_outcome() -> None:
    outcomes = (Move.ACCEPT, Move.REJECT, Move.COMPLETE, Move.FAIL, Move.OBSERVE)
    for state, move in product(WAITING, outcomes):
        assert not can(state, move)


@pytest.mark.parametrize(
    "state", [CommandState.VERIFIED, CommandState.REJECTED, CommandState.CANCELLED]
)
def test_these_ends_are_final(state: CommandState) -> None:
    assert not any(can(state, move) for move in Move)
    assert state not in PENDING


def test_the_whole_way_of_a_confirmed_command() -> None:
    state = CommandState.AWAITING_CONFIRMATION
    for move in (Move.BLOCK, Move.SEND, Move.ACCEPT, Move.COMPLETE, Move.OBSERVE, Move.VERIFY):
        state = after(state, move)

    assert state is CommandState.VERIFIED


def test_what_its_actuator_has_forgotten_waits_to_leave_again() -> None:
    assert after(CommandState.ACCEPTED, Move.FORGET) in WAITING
    assert not can(CommandState.COMPLETED, Move.FORGET)


def test_no_sensor_vouches_for_what_was_not_taken_on() -> None:
    open_to_it = {state for state in CommandState if can(state, Move.VERIFY)}

    assert open_to_it == {CommandState.ACCEPTED, CommandState.COMPLETED, CommandState.CONFIRMED}


def test_the_diagram_draws_every_row_of_the_table() -> None:
    drawn = diagram()

    assert drawn.count("-->") == len(TRANSITIONS) + 2
    assert "    sent --> accepted: accept\n" in drawn
    assert words(CommandState.AWAITING_CONFIRMATION) == "awaiting confirmation"


def test_the_page_on_actuators_draws_the_table_as_it_is() -> None:
    page = Path(__file__).parents[4] / "docs" / "response" / "actuators.md"

    assert f"```mermaid\n{diagram()}```" in page.read_text(encoding="utf-8")
