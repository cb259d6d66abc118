from itertools import product
from pathlib import Path

import msgspec
import pytest
from field_world import CALL, SECOND, SIREN, START, a_playbook, a_site, an_alert
from msgspec.structs import replace

from hub.core.response import run as run_table
from hub.core.response import task as task_table
from hub.core.response.run import (
    OVER,
    REPEAT_MIN_US,
    RUNS,
    STEPS,
    RunRecord,
    StepMove,
    StepRecord,
    can,
    carried,
    diagram,
    moved,
    repeated,
    returned,
    run_view,
    settled,
    step_of,
    stopped,
    with_step,
)
from hub.core.response.turns import began
from wire.ids import ulid
from wire.labels import RunState, StepState

ID = ulid(START, b"run       ")
DOCS = Path(__file__).parents[4] / "docs" / "response.md"


def a_step(**changes: object) -> StepRecord:
    plain = {"step": "siren", "text": "Sound the siren", "does": "command", "needs": "automatic"}
    return StepRecord(**(plain | changes))  # type: ignore[arg-type]  # Its fields.


def a_run(*steps: StepRecord, **changes: object) -> RunRecord:
    actuators = {one.id: one for one in a_site().actuators}
    run = began(ID, a_playbook(SIREN, CALL), actuators, an_alert(), "A-17", "Vehicle", START)
    return replace(run, **({"steps": steps or run.steps} | changes))


def test_a_run_comes_back_from_the_journal_as_it_went_in() -> None:
    run = a_run()

    assert msgspec.json.decode(msgspec.json.encode(run), type=RunRecord) == run


def test_a_step_is_skipped_only_before_it_runs() -> None:
    for state in StepState:
        assert can(state, StepMove.SKIP) is (state in (StepState.WAITING, StepState.DUE))


def test_what_is_over_and_what_a_person_skipped_is_not_begun_by_a_return() -> None:
    for state in StepState:
        assert can(state, StepMove.REPEAT) is (state in (StepState.DONE, StepState.FAILED))


def test_nothing_but_a_return_makes_a_step_wait_again() -> None:
    back = {move for (_, move), to in STEPS.items() if to is StepState.WAITING}

    assert back == {StepMove.REPEAT}


def test_a_step_remembers_when_its_turn_came_and_when_it_was_over() -> None:
    begun = moved(a_step(), StepMove.BEGIN, START)
    asked = moved(begun, StepMove.ASK, START + 1, note="waits for a yes")
    going = moved(asked, StepMove.BEGIN, START + 2, by="Ann")
    done = moved(going, StepMove.FINISH, START + 3)

    assert (begun.begun_us, begun.over_us) == (START, None)
    assert (asked.state, asked.begun_us) == (StepState.DUE, START)
    assert (going.begun_us, going.by) == (START, "Ann")
    assert (done.state, done.over_us, done.changed_us) == (StepState.DONE, START + 3, START + 3)


def test_a_step_that_begins_anew_has_nothing_of_the_time_before() -> None:
    command = ulid(START, b"command   ")
    failed = a_step(state=StepState.FAILED, command=command, late=True, begun_us=START)

    again = moved(failed, StepMove.BEGIN, START + SECOND)
    waiting = repeated(replace(failed, by="Ann"), START + SECOND)

    assert (again.command, again.late, again.begun_us) == (None, False, START + SECOND)
    assert (waiting.state, waiting.begun_us, waiting.by) == (StepState.WAITING, None, None)


def test_a_run_is_complete_when_all_is_over_and_resumes_when_something_goes_on() -> None:
    run = a_run(a_step(state=StepState.DONE), a_step(step="b", state=StepState.FAILED))

    complete = settled(run, START + 1)
    resumed = settled(with_step(complete, a_step(state=StepState.RUNNING), START + 2), START + 2)

    assert (complete.state, complete.ended_us) == (RunState.COMPLETED, START + 1)
    assert (resumed.state, resumed.ended_us) == (RunState.RUNNING, None)
    assert settled(resumed, START + 3) is resumed


def test_a_stopped_run_leaves_what_runs_and_ends_what_waits() -> None:
    run = a_run(a_step(state=StepState.RUNNING), a_step(step="b"))

    ended = stopped(run, "the alert closed", START + 1)

    running, skipped = ended.steps
    assert (ended.state, ended.ended_us) == (RunState.STOPPED, START + 1)
    assert running.state is StepState.RUNNING
    assert (skipped.state, skipped.note) == (StepState.SKIPPED, "the alert closed")
    assert settled(ended, START + 2) is ended


def test_a_return_repeats_what_is_over_for_a_minute_and_nothing_else() -> None:
    late_us = START + REPEAT_MIN_US
    states = {
        "old": a_step(step="old", state=StepState.DONE, begun_us=START),
        "new": a_step(step="new", state=StepState.DONE, begun_us=START + 1),
        "on": a_step(step="on", state=StepState.RUNNING, begun_us=START),
        "no": a_step(step="no", state=StepState.SKIPPED, begun_us=START),
    }

    run = returned(a_run(*states.values()), an_alert(late_us, repeats=1), late_us)

    assert step_of(run, "old") == repeated(states["old"], late_us)
    assert [step_of(run, name) for name in ("new", "on", "no")] == [
        states[name] for name in ("new", "on", "no")
    ]
    assert (run.begun_us, run.alert and run.alert.repeats) == (late_us, 1)
    assert step_of(run, "what") is None


def test_a_new_run_takes_over_what_the_one_before_began_a_moment_ago() -> None:
    recent = a_step(state=StepState.DONE, begun_us=START)
    latest = a_run(recent, a_step(step="call", state=StepState.DONE, begun_us=START - 10**9))

    siren, call = carried(a_run().steps, latest, START + SECOND)

    assert siren == recent
    assert call.state is StepState.WAITING


def test_a_run_is_shown_with_its_steps() -> None:
    view = run_view(a_run(), (START, None))

    assert (view.playbook, view.alert, view.started_by) == ("evacuate", an_alert().id, "A-17")
    assert [(one.step, one.kind, one.needs, one.due_us) for one in view.steps] == [
        ("siren", "command", "automatic", START),
        ("call", "manual", "person", None),
    ]
    assert run_view(a_run(alert=None), (None, None)).alert is None


def test_the_diagram_draws_every_row_of_both_tables() -> None:
    drawn = diagram()

    assert drawn.count("-->") == len(STEPS) + len(RUNS) + 2
    assert "        due --> running: begin\n" in drawn
    assert not any(can(StepState.DONE, move) for move in (StepMove.SKIP, StepMove.BEGIN))
    assert {to for (_, to) in product(OVER, OVER)} == set(OVER)


@pytest.mark.parametrize("table", [run_table.diagram, task_table.diagram])
def test_the_docs_show_the_tables_as_they_are(table: object) -> None:
    assert callable(table)
    assert f"```mermaid\n{table()}```" in DOCS.read_text(encoding="utf-8")
