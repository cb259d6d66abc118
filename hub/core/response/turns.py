"""Whose turn it is in a running playbook, and what became of what was begun. Pure."""

from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.response.authority import needs
from hub.core.response.command import CommandRecord, words
from hub.core.response.run import (
    BY_HAND,
    OVER,
    RunRecord,
    StepMove,
    StepRecord,
    StepTask,
    can,
    moved,
)
from hub.core.response.task import TaskRecord
from hub.core.site import Actuator, AnyStep, ManualStep, Playbook, Step
from wire.labels import CommandState, Role, RunState, StepState, TaskState
from wire.quantities import SECOND_US, Identifier, Instant, Line, Ulid

# A step without a plan any more is skipped when its turn comes.
UNPLANNED: Final = "the plan no longer has it"


def began(
    identity: Ulid,
    playbook: Playbook,
    actuators: Mapping[Identifier, Actuator],
    alert: AlertRecord | None,
    by: Line,
    reason: Line,
    now_us: Instant,
    *,
    exercise: bool = False,
) -> RunRecord:
    """Return a playbook as one that begins now."""
    return RunRecord(
        id=identity,
        playbook=playbook.id,
        name=playbook.name,
        purpose=playbook.kind,
        alert=alert,
        started_by=by,
        started_us=now_us,
        begun_us=now_us,
        changed_us=now_us,
        reason=reason,
        steps=tuple(
            StepRecord(
                step=step.id,
                text=step.text,
                does=does(step),
                needs=_needs(step, actuators),
            )
            for step in playbook.steps
        ),
        simulated=alert is not None and alert.simulated,
        exercise=exercise or (alert is not None and alert.exercise),
    )


def does(step: AnyStep) -> str:
    """Return what the plan's `do` says of a step."""
    return str(type(step).__struct_config__.tag)


def _needs(step: AnyStep, actuators: Mapping[Identifier, Actuator]) -> str:
    if isinstance(step, ManualStep):
        return "person"
    if isinstance(step, Step) and step.actuator in actuators:
        return needs(actuators[step.actuator].effect)
    return "automatic"


# --- Time ---------------------------------------------------------------------------------------


def due_us(run: RunRecord, playbook: Playbook | None) -> tuple[Instant | None, ...]:
    """Return when each step's turn came or will come; None where that is not known yet."""
    plans = planned_steps(playbook)
    due: list[Instant | None] = []
    for place, step in enumerate(run.steps):
        plan = plans.get(step.step)
        if step.state is not StepState.WAITING:
            due.append(step.begun_us)
            continue
        anchor_us = run.begun_us
        if place > 0:
            before = run.steps[place - 1]
            earlier_us = _anchor_us(before, plans.get(before.step), due[-1])
            if earlier_us is None:
                due.append(None)
                continue
            # After a return its clock begins anew, whenever the step before it began.
            anchor_us = max(anchor_us, earlier_us)
        due.append(anchor_us + (0 if plan is None else round(plan.after_s * SECOND_US)))
    return tuple(due)


def _anchor_us(before: StepRecord, plan: AnyStep | None, due_us: Instant | None) -> Instant | None:
    """Return from when on the next step's clock counts; None while nobody can tell."""
    if before.state in OVER:
        is_held = plan is not None and plan.holds
        return before.over_us if is_held or before.begun_us is None else before.begun_us
    return None if plan is not None and plan.holds else due_us


def late_us(step: StepRecord, plan: AnyStep | None) -> Instant | None:
    """Return when a step that is not over is late; None where it cannot be, or is already.

    A task that teams have accepted has its own clock: somebody is on the way.
    """
    if step.late or step.state not in (StepState.DUE, StepState.RUNNING) or plan is None:
        return None
    taken = (TaskState.ACCEPTED, TaskState.ON_SCENE, TaskState.DONE, TaskState.CANCELLED)
    if step.tasks and all(task.state in taken for task in step.tasks):
        return None
    assert step.begun_us is not None, "its turn has come"
    return step.begun_us + round(plan.late_after_s * SECOND_US)


def planned_steps(playbook: Playbook | None) -> dict[Identifier, AnyStep]:
    """Return the steps of the plan by id; none of a playbook that it no longer has."""
    return {} if playbook is None else {step.id: step for step in playbook.steps}


def still_planned(step: StepRecord, playbook: Playbook | None) -> AnyStep | None:
    """Return the plan of a step, if the plan still has it and it does the same kind of thing."""
    plan = planned_steps(playbook).get(step.step)
    return plan if plan is not None and does(plan) == step.does else None


# --- What became of it --------------------------------------------------------------------------

_MOVES: Final[dict[CommandState, StepMove]] = {
    CommandState.AWAITING_CONFIRMATION: StepMove.ASK,
    CommandState.BLOCKED: StepMove.BEGIN,
    CommandState.SENT: StepMove.BEGIN,
    CommandState.ACCEPTED: StepMove.BEGIN,
    CommandState.COMPLETED: StepMove.FINISH,
    CommandState.CONFIRMED: StepMove.FINISH,
    CommandState.VERIFIED: StepMove.FINISH,
    CommandState.REJECTED: StepMove.FAIL,
    CommandState.FAILED: StepMove.FAIL,
    CommandState.EXPIRED: StepMove.FAIL,
    CommandState.CANCELLED: StepMove.WITHDRAW,
}
"""What each state of its command makes of a step."""


def is_of(run: RunRecord, step: StepRecord, command: CommandRecord) -> bool:
    """Return whether a command is a step's own, or the one that it found under way."""
    if step.command is not None:
        return step.command == command.id
    if step.step != command.step or step.state is not StepState.RUNNING:
        return False
    if run.alert is None:
        return run.id == command.run
    return (run.playbook, run.alert.id) == (command.playbook, command.alert)


def commanded(step: StepRecord, command: CommandRecord, now_us: Instant) -> StepRecord:
    """Return a step as its command's state makes it; the same step where that is nothing new."""
    move = _MOVES[command.state]
    note = command.note
    if move in (StepMove.FAIL, StepMove.WITHDRAW) and note is None:
        note = words(command.state)
    state = step.state
    if can(state, move) and (state is not StepState.SKIPPED):
        step = moved(step, move, now_us)
    elif state in OVER:
        return step
    by = command.confirmed_by[-1] if command.confirmed_by else step.by
    needed = needs(command.effect)
    fresh = replace(step, command=command.id, note=note, by=by, needs=needed)
    return step if fresh == step else replace(fresh, changed_us=now_us)


def tasked(step: StepRecord, task: TaskRecord, now_us: Instant) -> StepRecord:
    """Return a step as one of its tasks makes it."""
    marks = {one.id: one for one in step.tasks} | {task.id: StepTask(id=task.id, state=task.state)}
    tasks = tuple(marks.values())
    if tasks == step.tasks:
        return step
    states = {one.state for one in tasks}
    move = _move_of(states)
    if can(step.state, move) and step.state is not StepState.SKIPPED:
        step = moved(step, move, now_us, note=task.note if move is not StepMove.FINISH else None)
    return replace(step, tasks=tasks, changed_us=now_us)


def _move_of(states: set[TaskState]) -> StepMove:
    if states == {TaskState.CANCELLED}:
        return StepMove.WITHDRAW
    if states <= {TaskState.DONE, TaskState.CANCELLED}:
        return StepMove.FINISH
    if states <= {TaskState.DONE, TaskState.CANCELLED, TaskState.UNANSWERED}:
        return StepMove.FAIL
    return StepMove.BEGIN


def is_taken_by(step: StepRecord, run: RunRecord, task: TaskRecord) -> bool:
    """Return whether a task is a step's own."""
    if any(one.id == task.id for one in step.tasks):
        return True
    is_named = (run.id, step.step) == (task.run, task.step)
    return is_named and step.state is StepState.RUNNING and task.begun_us == step.begun_us


# --- What a person may do -----------------------------------------------------------------------


def refusal_to_do(
    run: RunRecord, step: StepRecord | None, plan: AnyStep | None, role: Role
) -> str | None:
    """Return why a person may not begin or tick off a step now, naming what is allowed."""
    if run.state is RunState.STOPPED or run.closed:
        what = "its alert has closed" if run.closed else f"{run.name} was stopped"
        return f"{what}; allowed: begin it anew"
    if step is None or plan is None:
        return f"{run.name} has no such step; it has: {', '.join(one.step for one in run.steps)}"
    is_manual = isinstance(plan, ManualStep)
    if isinstance(plan, ManualStep) and plan.person is Role.SUPERVISOR is not role:
        return f"this step is the supervisor's, not the {role}'s"
    move = StepMove.FINISH if is_manual else StepMove.BEGIN
    is_waiting_for_a_yes = not is_manual and step.state is StepState.DUE
    if can(step.state, move) and not is_waiting_for_a_yes:
        return None
    may = "confirm its command, or skip it" if is_waiting_for_a_yes else allowed(step.state)
    return f"this step is {step.state}; allowed: {may}"


def refusal_to_skip(run: RunRecord, step: StepRecord | None) -> str | None:
    """Return why a person may not skip a step now, naming what is allowed."""
    if run.state is not RunState.RUNNING:
        return f"{run.name} is {run.state}; allowed: begin it anew"
    if step is None:
        return f"{run.name} has no such step; it has: {', '.join(one.step for one in run.steps)}"
    if can(step.state, StepMove.SKIP):
        return None
    return f"this step is {step.state}; allowed: {allowed(step.state)}"


def allowed(state: StepState) -> str:
    """Return what a person may do with a step in this state, in words."""
    if state is StepState.RUNNING:
        return "cancel its command or its tasks"
    return " or ".join(BY_HAND[move] for move in BY_HAND if can(state, move)) or "nothing"
