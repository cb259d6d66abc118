"""A playbook that was begun, as the journal keeps it; the lives of runs and steps as two tables."""

from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from wire.labels import PlaybookKind, RunState, StepState, TaskState
from wire.quantities import SECOND_US, Identifier, Instant, Line, Ulid
from wire.work import RunStepView, RunView

# A condition that flaps does not sound the same siren at each return.
REPEAT_MIN_US: Final = 60 * SECOND_US


class StepTask(Struct, frozen=True, kw_only=True):
    """A field task of a step, and how far it is."""

    id: Ulid
    state: TaskState


class StepRecord(Struct, frozen=True, kw_only=True):
    """One step of a playbook that was begun."""

    step: Identifier
    text: Line
    does: str  # What the plan's `do` says: command, task, posture or manual.
    needs: str  # Who must say yes: automatic, confirmed, two_person; person: it is a person's own.
    state: StepState = StepState.WAITING
    begun_us: Instant | None = None  # When its turn came, the latest time.
    over_us: Instant | None = None
    changed_us: Instant | None = None
    late: bool = False
    by: Line | None = None  # Who did, began or skipped it by hand.
    note: Line | None = None
    command: Ulid | None = None
    tasks: tuple[StepTask, ...] = ()


class RunRecord(Struct, frozen=True, kw_only=True, tag="run", tag_field="kind"):
    """A playbook that was begun, from its start to its end."""

    id: Ulid
    playbook: Identifier
    name: Line
    purpose: PlaybookKind
    state: RunState = RunState.RUNNING
    alert: AlertRecord | None = None  # As it stood when it began this; None: begun by hand.
    started_by: Line  # A person, or the rule's alert.
    started_us: Instant
    begun_us: Instant  # The start, or the latest return of its alert: its clock counts from here.
    changed_us: Instant
    ended_us: Instant | None = None
    reason: Line
    steps: tuple[StepRecord, ...]
    closed: bool = False  # Its alert has: nothing of it begins any more.
    simulated: bool = False
    exercise: bool = False


# --- Steps --------------------------------------------------------------------------------------


class StepMove(StrEnum):
    """What can happen to a step."""

    BEGIN = "begin"  # Its turn has come, or a person begins it; or somebody said yes.
    ASK = "ask"  # It waits for a person: for a yes, or to be done.
    FINISH = "finish"
    FAIL = "fail"
    SKIP = "skip"  # By a person, with a reason; or because its run has ended.
    WITHDRAW = "withdraw"  # A person cancelled its command, or all of its tasks.
    REPEAT = "repeat"  # Its alert returned after it was over.


STEPS: Final[dict[tuple[StepState, StepMove], StepState]] = {
    (StepState.WAITING, StepMove.BEGIN): StepState.RUNNING,
    (StepState.WAITING, StepMove.ASK): StepState.DUE,
    (StepState.WAITING, StepMove.FINISH): StepState.DONE,
    (StepState.WAITING, StepMove.SKIP): StepState.SKIPPED,
    (StepState.DUE, StepMove.BEGIN): StepState.RUNNING,
    (StepState.DUE, StepMove.FINISH): StepState.DONE,
    (StepState.DUE, StepMove.FAIL): StepState.FAILED,
    (StepState.DUE, StepMove.SKIP): StepState.SKIPPED,
    (StepState.DUE, StepMove.WITHDRAW): StepState.SKIPPED,
    (StepState.RUNNING, StepMove.ASK): StepState.DUE,
    (StepState.RUNNING, StepMove.FINISH): StepState.DONE,
    (StepState.RUNNING, StepMove.FAIL): StepState.FAILED,
    (StepState.RUNNING, StepMove.WITHDRAW): StepState.SKIPPED,
    (StepState.DONE, StepMove.REPEAT): StepState.WAITING,
    # An actuator that said it was done may still turn out not to have been.
    (StepState.DONE, StepMove.FAIL): StepState.FAILED,
    (StepState.FAILED, StepMove.REPEAT): StepState.WAITING,
    # What was given up may still happen, and a person may begin it again.
    (StepState.FAILED, StepMove.BEGIN): StepState.RUNNING,
    (StepState.FAILED, StepMove.FINISH): StepState.DONE,
    (StepState.FAILED, StepMove.WITHDRAW): StepState.SKIPPED,
    # Whoever skipped it may think better of it; its alert's return does not.
    (StepState.SKIPPED, StepMove.BEGIN): StepState.RUNNING,
    (StepState.SKIPPED, StepMove.FINISH): StepState.DONE,
}

OVER: Final = (StepState.DONE, StepState.SKIPPED, StepState.FAILED)
"""Nothing of it is still to come by itself."""

BY_HAND: Final = {
    StepMove.BEGIN: "begin",
    StepMove.FINISH: "tick off",
    StepMove.SKIP: "skip",
}
"""The moves that a person makes, in the words of the screen."""


def can(state: StepState, move: StepMove) -> bool:
    """Return whether a step may make this move."""
    return (state, move) in STEPS


def moved(
    step: StepRecord,
    move: StepMove,
    now_us: Instant,
    *,
    note: Line | None = None,
    by: Line | None = None,
) -> StepRecord:
    """Return a step after an allowed move."""
    state = STEPS[step.state, move]
    is_start = move is StepMove.BEGIN and step.state is not StepState.DUE
    is_turn = is_start or step.state is StepState.WAITING
    step = replace(
        step,
        state=state,
        begun_us=now_us if is_turn else step.begun_us,
        over_us=now_us if state in OVER else None,
        changed_us=now_us,
        late=step.late and not is_turn,
        by=by or step.by,
        note=note,
    )
    if not is_start and move is not StepMove.REPEAT:
        return step
    # Begun anew, it has nothing to do with the command and the tasks of the time before.
    return replace(step, command=None, tasks=())


def repeated(step: StepRecord, now_us: Instant) -> StepRecord:
    """Return a step that is over as one whose turn has not come."""
    fresh = moved(step, StepMove.REPEAT, now_us)
    return replace(fresh, begun_us=None, over_us=None, by=None, late=False)


# --- Runs ---------------------------------------------------------------------------------------


class RunMove(StrEnum):
    """What can happen to a run."""

    COMPLETE = "complete"  # Every step is over.
    STOP = "stop"  # By a person, or because its alert closed.
    RESUME = "resume"  # A step of it goes on after all.


RUNS: Final[dict[tuple[RunState, RunMove], RunState]] = {
    (RunState.RUNNING, RunMove.COMPLETE): RunState.COMPLETED,
    (RunState.RUNNING, RunMove.STOP): RunState.STOPPED,
    (RunState.COMPLETED, RunMove.RESUME): RunState.RUNNING,
}


def settled(run: RunRecord, now_us: Instant) -> RunRecord:
    """Return a run as its steps make it: completed when all are over, resumed when one is not."""
    is_over = all(step.state in OVER for step in run.steps)
    move = RunMove.COMPLETE if is_over else RunMove.RESUME
    state = RUNS.get((run.state, move))
    if state is None:
        return run
    return replace(run, state=state, ended_us=now_us if is_over else None, changed_us=now_us)


def diagram() -> str:
    """Return both tables as one Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    state Run {"]
    lines += [f"        [*] --> run_{RunState.RUNNING}"]
    lines += [f"        run_{state} --> run_{to}: {move}" for (state, move), to in RUNS.items()]
    lines += ["    }", "    state Step {", f"        [*] --> {StepState.WAITING}"]
    lines += [f"        {state} --> {to}: {move}" for (state, move), to in STEPS.items()]
    return "\n".join([*lines, "    }"]) + "\n"


# --- Changes ----------------------------------------------------------------------------------


def step_of(run: RunRecord, name: Identifier | None) -> StepRecord | None:
    """Return a step by its name."""
    return next((step for step in run.steps if step.step == name), None)


def with_step(run: RunRecord, step: StepRecord, now_us: Instant) -> RunRecord:
    """Return a run with a step as it is now."""
    steps = tuple(step if one.step == step.step else one for one in run.steps)
    return replace(run, steps=steps, changed_us=now_us)


def returned(run: RunRecord, alert: AlertRecord, now_us: Instant) -> RunRecord:
    """Return a run whose alert came back: what is over for a while is to be done again."""
    steps = tuple(repeated(one, now_us) if _is_old(one, now_us) else one for one in run.steps)
    return replace(run, alert=alert, begun_us=now_us, changed_us=now_us, steps=steps)


def _is_old(step: StepRecord, now_us: Instant) -> bool:
    """Return whether a step is over and began long enough ago to be done again.

    What a person skipped stays skipped: the return of the alert is not their second thought.
    """
    if step.state not in (StepState.DONE, StepState.FAILED) or step.begun_us is None:
        return False
    return now_us - step.begun_us >= REPEAT_MIN_US


def carried(
    steps: tuple[StepRecord, ...], latest: RunRecord, now_us: Instant
) -> tuple[StepRecord, ...]:
    """Return steps as they stand where the run before has begun them a moment ago."""
    recent = {
        one.step: one
        for one in latest.steps
        if one.begun_us is not None and now_us - one.begun_us < REPEAT_MIN_US
    }
    return tuple(recent.get(step.step, step) for step in steps)


def stopped(run: RunRecord, note: Line, now_us: Instant) -> RunRecord:
    """Return a run that has ended: what waits ends with it, and what is running stays running."""
    steps = tuple(
        moved(step, StepMove.SKIP, now_us, note=note)
        if step.state in (StepState.WAITING, StepState.DUE)
        else step
        for step in run.steps
    )
    state = RUNS[run.state, RunMove.STOP]
    return replace(run, state=state, ended_us=now_us, changed_us=now_us, steps=steps)


# --- Views --------------------------------------------------------------------------------------


def run_view(run: RunRecord, due_us: tuple[Instant | None, ...]) -> RunView:
    """Return a run as operators see it, with when each step's turn comes."""
    return RunView(
        id=run.id,
        playbook=run.playbook,
        name=run.name,
        kind=run.purpose,
        state=run.state,
        alert=None if run.alert is None else run.alert.id,
        started_by=run.started_by,
        started_us=run.started_us,
        ended_us=run.ended_us,
        reason=run.reason,
        steps=tuple(
            RunStepView(
                step=step.step,
                text=step.text,
                kind=step.does,
                needs=step.needs,
                state=step.state,
                due_us=at_us,
                late=step.late,
                changed_us=step.changed_us,
                by=step.by,
                note=step.note,
                command=step.command,
                tasks=tuple(task.id for task in step.tasks),
            )
            for step, at_us in zip(run.steps, due_us, strict=True)
        ),
        simulated=run.simulated,
        exercise=run.exercise,
    )
