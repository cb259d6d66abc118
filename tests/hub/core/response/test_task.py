from itertools import product

import msgspec
from field_world import START

from hub.core.response.task import (
    OVER,
    SAID,
    TRANSITIONS,
    UNTAKEN,
    Move,
    TaskRecord,
    after,
    answers,
    can,
    diagram,
    words,
)
from wire.labels import Priority, ReceiptStatus, TaskState


def test_a_task_comes_back_from_the_journal_as_it_went_in() -> None:
    record = TaskRecord(
        id="01KDVXT000000000000000000A",
        number=3,
        text="Go and look",
        state=TaskState.SENT,
        priority=Priority.HIGH,
        begun_us=START,
        place=(1.0, 2.0),
        tried=("team-alpha",),
        accept_us=30_000_000,
        asked_by="Ann",
        created_us=START,
        changed_us=START,
    )

    assert msgspec.json.decode(msgspec.json.encode(record), type=TaskRecord) == record


def test_the_whole_way_of_a_task() -> None:
    state = TaskState.WAITING
    for move in (Move.OFFER, Move.RECEIVE, Move.READ, Move.ACCEPT, Move.ARRIVE, Move.FINISH):
        state = after(state, move)

    assert state is TaskState.DONE


def test_only_a_team_or_a_cancelling_ends_a_task() -> None:
    for (_, move), to in TRANSITIONS.items():
        assert (to is TaskState.DONE) <= (move is Move.FINISH)
        assert (to is TaskState.CANCELLED) <= (move is Move.CANCEL)
    assert not any(can(state, move) for state, move in product(OVER, Move))


def test_what_nobody_has_can_still_be_offered_and_taken() -> None:
    for state in UNTAKEN:
        assert can(state, Move.OFFER)
        assert can(state, Move.ACCEPT)


def test_every_answer_of_a_team_is_a_move() -> None:
    assert set(SAID) == set(ReceiptStatus)
    assert answers(TaskState.SENT) == ("device receipt, read, accepted, declined, on scene, done")
    assert answers(TaskState.DONE) == "nothing"
    assert words(TaskState.ON_SCENE) == "on scene"


def test_the_diagram_draws_every_row_of_the_table() -> None:
    drawn = diagram()

    assert drawn.count("-->") == len(TRANSITIONS) + 1 + len(OVER)
    assert "    sent --> accepted: accept\n" in drawn
