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


class WantTask(Struct, frozen=True, kw_only=True):
    """A step wants field teams to be asked."""

    run: Ulid
    step: TaskStep
    alert: AlertRecord | None = None
    begun_us: Instant  # When its turn came: asking twice for one turn is asking once.
    by: Line


class WantPosture(Struct, frozen=True, kw_only=True):
    """A step wants the site, or a zone, to take a posture."""

    posture: Posture
    zone: Identifier | None = None
    by: Line
    reason: Line


class WantWithdraw(Struct, frozen=True, kw_only=True):
    """A person gave up a step whose command still waits for a yes: it must not leave."""

    command: Ulid
    note: Line


Want = WantCommand | WantTask | WantPosture | WantWithdraw
Change = RunRecord | Want
"""What a playbook brings about: itself changed, or something that others carry out."""


def wants_of(run: RunRecord, step: StepRecord, plan: AnyStep, playbook: Playbook) -> list[Want]:
    """Return what a step that has begun wants."""
    match plan:
        case Step():
            return [WantCommand(run=run.id, playbook=playbook, step=plan, alert=run.alert)]
        case TaskStep():
            assert step.begun_us is not None, "it has begun"
            by = run.started_by if run.alert is None else run.name
            begun_us = step.begun_us
            return [WantTask(run=run.id, step=plan, alert=run.alert, begun_us=begun_us, by=by)]
        case PostureStep():
            zone, by = plan.zone, run.name
            return [WantPosture(posture=plan.posture, zone=zone, by=by, reason=run.reason)]
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
