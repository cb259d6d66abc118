from typing import Any

import pytest
from field_world import (
    CALL,
    EVACUATING,
    GATE,
    SECOND,
    SEND,
    SIREN,
    START,
    a_playbook,
    a_site,
    a_want,
    an_alert,
    some_tasks,
)
from msgspec.structs import replace

from hub.core.response.command import CommandRecord
from hub.core.response.request import stepped
from hub.core.response.run import RunRecord, StepRecord, StepTask
from hub.core.response.turns import (
    allowed,
    began,
    commanded,
    does,
    due_us,
    is_of,
    is_taken_by,
    late_us,
    planned_steps,
    refusal_to_do,
    refusal_to_skip,
    still_planned,
    tasked,
)
from hub.core.site import Playbook
from wire.ids import ulid
from wire.labels import CommandState, Role, RunState, StepState, TaskState

ID = ulid(START, b"run       ")
ACTUATORS = {one.id: one for one in a_site().actuators}
PLAYBOOK = a_playbook(SIREN, replace(GATE, after_s=10.0), replace(CALL, after_s=20.0))


def a_run(playbook: Playbook = PLAYBOOK, **changes: Any) -> RunRecord:
    run = began(ID, playbook, ACTUATORS, an_alert(), "A-17", "Vehicle", START)
    return replace(run, **changes)


def a_step(state: StepState = StepState.RUNNING, **changes: Any) -> StepRecord:
    step = replace(a_run().steps[0], state=state, begun_us=START, changed_us=START)
    return replace(step, **changes)


def a_command(state: CommandState = CommandState.SENT, **changes: Any) -> CommandRecord:
    record = stepped(PLAYBOOK, SIREN, ACTUATORS["siren-1"], an_alert(), ID, START)
    return replace(record, state=state, **changes)


def test_a_step_says_what_it_does_and_whose_yes_it_needs() -> None:
    run = a_run(a_playbook())

    assert [(one.does, one.needs) for one in run.steps] == [
        ("command", "automatic"),
        ("command", "confirmed"),
        ("task", "automatic"),
        ("posture", "automatic"),
        ("manual", "person"),
    ]
    assert does(EVACUATING) == "posture"
    assert planned_steps(None) == {}
    assert still_planned(run.steps[0], a_playbook(replace(CALL, id="siren"))) is None


def test_turns_follow_one_another() -> None:
    run = a_run()
    siren, *rest = run.steps
    begun = replace(siren, state=StepState.RUNNING, begun_us=START + SECOND)

    assert due_us(run, PLAYBOOK) == (START, START + 10 * SECOND, START + 30 * SECOND)
    assert due_us(replace(run, steps=(begun, *rest)), PLAYBOOK) == (
        START + SECOND,
        START + 11 * SECOND,
        START + 31 * SECOND,
    )
    assert due_us(run, None) == (START, START, START)


@pytest.mark.parametrize(
    ("holds", "at_us"), [(True, START + 19 * SECOND), (False, START + 10 * SECOND)]
)
def test_a_step_behind_a_holding_one_counts_from_its_end(holds: bool, at_us: int) -> None:  # noqa: FBT001 - of a table.
    playbook = a_playbook(replace(SIREN, holds=holds), replace(GATE, after_s=10.0))
    run = a_run(playbook)
    over = replace(run.steps[0], state=StepState.DONE, begun_us=START, over_us=START + 9 * SECOND)

    assert due_us(replace(run, steps=(over, run.steps[1])), playbook)[1] == at_us
    assert (due_us(run, playbook)[1] is None) is holds


def test_after_a_return_the_clock_begins_anew() -> None:
    run = a_run()
    siren = replace(run.steps[0], state=StepState.RUNNING, begun_us=START)
    back = replace(run, begun_us=START + 60 * SECOND, steps=(siren, *run.steps[1:]))

    assert due_us(back, PLAYBOOK)[1] == START + 70 * SECOND


def test_only_what_is_due_or_running_can_be_late() -> None:
    task = StepTask(id=ID, state=TaskState.ACCEPTED)

    assert late_us(a_step(), SIREN) == START + 120 * SECOND
    assert late_us(a_step(StepState.DONE), SIREN) is None
    assert late_us(a_step(late=True), SIREN) is None
    assert late_us(a_step(), None) is None
    assert late_us(a_step(tasks=(task,)), SEND) is None
    assert late_us(a_step(tasks=(replace(task, state=TaskState.READ),)), SEND) is not None


def test_a_command_is_a_steps_own_or_the_one_it_found_under_way() -> None:
    run, command = a_run(), a_command()
    by_hand = a_run(alert=None)

    assert is_of(run, a_step(), command)
    assert is_of(run, a_step(), replace(command, run=None))
    assert not is_of(run, a_step(StepState.WAITING), command)
    assert not is_of(run, a_step(command=ID), command)
    assert is_of(run, a_step(StepState.DONE, command=command.id), command)
    assert is_of(by_hand, a_step(), command)
    assert not is_of(by_hand, a_step(), replace(command, run=None))


def test_a_step_becomes_what_its_command_is_and_says_why() -> None:
    failed = commanded(a_step(), a_command(CommandState.EXPIRED), START + 1)
    again = commanded(failed, a_command(CommandState.EXPIRED), START + 2)
    shown = commanded(a_step(StepState.DONE), a_command(CommandState.CONFIRMED), START + 3)
    noted = commanded(a_step(), a_command(CommandState.BLOCKED, note="bus"), START + 4)

    assert (failed.state, failed.note, failed.command) == (
        StepState.FAILED,
        "expired",
        a_command().id,
    )
    assert again == failed
    assert shown == a_step(StepState.DONE)
    assert (noted.state, noted.note, noted.changed_us) == (StepState.RUNNING, "bus", START + 4)


def test_a_skipped_step_stays_skipped_whatever_its_command_says() -> None:
    skipped = a_step(StepState.SKIPPED)
    (task,) = some_tasks().create(a_want(an_alert(), run=ID), START)

    assert commanded(skipped, a_command(CommandState.CONFIRMED), START + 1) == skipped
    assert tasked(skipped, task, START + 1).state is StepState.SKIPPED


def test_a_task_belongs_to_the_turn_that_asked_for_it() -> None:
    (task,) = some_tasks().create(a_want(an_alert(), run=ID), START)
    run, step = a_run(a_playbook(SEND)), a_step(step="send")
    named = tasked(step, task, START + 1)

    assert is_taken_by(step, run, task)
    assert not is_taken_by(replace(step, begun_us=START + 1), run, task)
    assert is_taken_by(replace(named, begun_us=START + 1), run, task)
    assert tasked(named, task, START + 2) == named


def test_what_a_person_may_do_is_named() -> None:
    run, step = a_run(), a_step()
    stopped = replace(run, state=RunState.STOPPED)

    assert refusal_to_do(run, replace(step, state=StepState.FAILED), SIREN, Role.OPERATOR) is None
    assert refusal_to_skip(run, replace(step, state=StepState.DUE)) is None
    assert "was stopped" in (refusal_to_do(stopped, step, SIREN, Role.OPERATOR) or "")
    assert "no such step" in (refusal_to_do(run, None, None, Role.OPERATOR) or "")
    assert "no such step" in (refusal_to_skip(run, None) or "")
    assert "is stopped" in (refusal_to_skip(stopped, step) or "")
    assert "is running" in (refusal_to_skip(run, step) or "")
    supervisors = replace(CALL, person=Role.SUPERVISOR)
    assert refusal_to_do(run, step, supervisors, Role.OPERATOR) is not None
    assert "cancel" in (refusal_to_do(run, step, SIREN, Role.OPERATOR) or "")
    due = a_step(StepState.DUE)
    assert "confirm its command" in (refusal_to_do(run, due, SIREN, Role.OPERATOR) or "")
    assert allowed(StepState.WAITING) == "begin or tick off or skip"
    assert allowed(StepState.DONE) == "nothing"


@pytest.mark.parametrize(
    ("states", "becomes"),
    [
        ((TaskState.CANCELLED,), StepState.SKIPPED),
        ((TaskState.DONE, TaskState.CANCELLED), StepState.DONE),
        ((TaskState.DONE, TaskState.UNANSWERED), StepState.FAILED),
        ((TaskState.SENT, TaskState.UNANSWERED), StepState.RUNNING),
    ],
)
def test_a_step_is_what_all_its_tasks_are(
    states: tuple[TaskState, ...], becomes: StepState
) -> None:
    step = a_step(step="send")
    want = a_want(an_alert(), run=ID, step=replace(SEND, teams=2))
    tasks = some_tasks().create(want, START)[: len(states)]
    for task in tasks:
        step = tasked(step, task, START)

    for task, state in zip(tasks, states, strict=True):
        step = tasked(step, replace(task, state=state), START + 1)

    assert step.state is becomes
