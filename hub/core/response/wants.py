"""What a running playbook wants others to carry out."""

from typing import assert_never

from msgspec import Struct

from hub.core.alerts.alert import AlertRecord
from hub.core.response.run import OVER, RunRecord, StepRecord
from hub.core.site import AnyStep, ManualStep, Playbook, PostureStep, Step, TaskStep
from wire.labels import Posture
from wire.quantities import Identifier, Instant, Line, Ulid


class WantCommand(Struct, frozen=True, kw_only=True):
    """A step wants its command to be requested."""

    run: Ulid
    playbook: Playbook
    step: Step
    alert: AlertRecord | None = None
    begun_us: Instant  # When its turn came: asking twice for one turn is asking once.
    exercise: bool = False


class WantTask(Struct, frozen=True, kw_only=True):
    """A step wants field teams to be asked."""

    run: Ulid
    step: TaskStep
    alert: AlertRecord | None = None
    begun_us: Instant  # When its turn came: asking twice for one turn is asking once.
    by: Line
    exercise: bool = False


class WantPosture(Struct, frozen=True, kw_only=True):
    """A step wants the site, or a zone, to take a posture."""

    posture: Posture
    zone: Identifier | None = None
    by: Line
    reason: Line
    drill: Ulid | None = None  # The run, if it only rehearses: it declares an exercise.


class WantWithdraw(Struct, frozen=True, kw_only=True):
    """A person gave up a step whose command still waits for a yes: it must not leave."""

    command: Ulid
    note: Line


Want = WantCommand | WantTask | WantPosture | WantWithdraw
Change = RunRecord | Want
"""What a playbook brings about: itself changed, or something that others carry out."""


def wants_of(run: RunRecord, step: StepRecord, plan: AnyStep, playbook: Playbook) -> list[Want]:
    """Return what a step that has begun wants."""
    alert, is_drill = run.alert, run.exercise
    match plan:
        case Step():
            assert step.begun_us is not None, "it has begun"
            return [
                WantCommand(
                    run=run.id,
                    playbook=playbook,
                    step=plan,
                    alert=alert,
                    begun_us=step.begun_us,
                    exercise=is_drill,
                )
            ]
        case TaskStep():
            assert step.begun_us is not None, "it has begun"
            return [
                WantTask(
                    run=run.id,
                    step=plan,
                    alert=alert,
                    begun_us=step.begun_us,
                    by=run.started_by if alert is None else run.name,
                    exercise=is_drill,
                )
            ]
        case PostureStep():
            return [
                WantPosture(
                    posture=plan.posture,
                    zone=plan.zone,
                    by=run.name,
                    reason=run.reason,
                    drill=run.id if is_drill else None,
                )
            ]
        case ManualStep():
            return []  # A person begins it, and ends it.
        case _:  # pragma: no cover
            assert_never(plan)


def withdrawn(steps: list[StepRecord], note: Line) -> list[Want]:
    """Return what keeps the commands of steps that are given up from leaving."""
    return [
        WantWithdraw(command=step.command, note=note)
        for step in steps
        if step.command is not None and step.state not in OVER
    ]
