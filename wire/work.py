"""The work of a control room as views: incidents, playbooks, tasks, teams, postures, load."""

from typing import Annotated

from msgspec import Meta, Struct

from wire.labels import (
    Channel,
    HealthState,
    PlaybookKind,
    Posture,
    Priority,
    RunState,
    StepState,
    TaskState,
)
from wire.quantities import (
    CoordinateM,
    Count,
    DistanceM,
    Identifier,
    Instant,
    Line,
    Text,
    Ulid,
)


class View(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of the picture."""


class EastNorth(View, frozen=True, kw_only=True):
    """A place in the site's frame: metres east and north of its origin."""

    east_m: CoordinateM
    north_m: CoordinateM


class IncidentView(View, frozen=True, kw_only=True):
    """Alerts of one happening: the operator's unit of work."""

    id: Ulid
    number: int  # I-4 on the screen.
    summary: Line  # Of its gravest alert.
    priority: Priority
    alerts: tuple[Ulid, ...]  # Oldest first, also those that have closed.
    why: tuple[Line, ...] = ()  # What ties each of them to the others, in the same order.
    open_count: Count
    unacknowledged_count: Count
    at: EastNorth | None = None
    radius_m: DistanceM = 0.0
    zones: tuple[Line, ...] = ()
    opened_us: Instant
    changed_us: Instant
    closed_us: Instant | None = None
    simulated: bool = False
    exercise: bool = False


class PostureView(View, frozen=True, kw_only=True):
    """The declared state of the site, or of one zone."""

    id: Identifier  # The zone's; "site" for the whole site.
    posture: Posture
    since_us: Instant
    by: Line
    reason: Line


class RunStepView(View, frozen=True, kw_only=True):
    """One step of a running playbook."""

    step: Identifier
    text: Line
    kind: Annotated[str, Meta(pattern="^(command|task|posture|manual)$")]
    needs: Annotated[str, Meta(pattern="^(automatic|confirmed|two_person|person)$")]
    state: StepState
    due_us: Instant | None = None  # When its turn comes, where that is known.
    late: bool = False
    changed_us: Instant | None = None
    by: Line | None = None  # Who did or skipped it.
    note: Line | None = None  # Why it was skipped, failed, or is blocked.
    command: Ulid | None = None
    tasks: tuple[Ulid, ...] = ()


class RunView(View, frozen=True, kw_only=True):
    """A playbook that was begun."""

    id: Ulid
    playbook: Identifier
    name: Line
    kind: PlaybookKind
    state: RunState
    alert: Ulid | None = None
    started_by: Line
    started_us: Instant
    ended_us: Instant | None = None
    reason: Line
    steps: tuple[RunStepView, ...]
    simulated: bool = False
    exercise: bool = False


class PlaybookView(View, frozen=True, kw_only=True):
    """A playbook of the plan that people may begin."""

    id: Identifier
    name: Line
    kind: PlaybookKind
    steps: tuple[Line, ...]
    rules: tuple[Identifier, ...] = ()


class TaskView(View, frozen=True, kw_only=True):
    """A task for a field team."""

    id: Ulid
    number: int  # T-3 on the screen.
    text: Text
    state: TaskState
    team: Identifier | None = None  # Who has it, or is asked; None: nobody is free.
    channel: Channel = Channel.APP
    tried: tuple[Identifier, ...] = ()  # Who declined or did not answer.
    alert: Ulid | None = None
    at: EastNorth | None = None
    distance_m: DistanceM | None = None  # Of the team, when it was asked.
    asked_by: Line
    created_us: Instant
    changed_us: Instant
    answer_due_us: Instant | None = None
    note: Line | None = None
    simulated: bool = False
    exercise: bool = False


class TeamView(View, frozen=True, kw_only=True):
    """A field team and where it is."""

    id: Identifier
    name: Line
    skills: tuple[Identifier, ...] = ()
    call_sign: Line | None = None
    at: EastNorth | None = None
    last_us: Instant | None = None  # Of its last position.
    state: HealthState | None = None
    silent: bool = False
    task: Ulid | None = None  # What it is on.
    simulated: bool = False
    exercise: bool = False


class ServiceView(View, frozen=True, kw_only=True):
    """A rule or a device that is out of service."""

    id: Identifier
    by: Line
    since_us: Instant
    until_us: Instant
    reason: Line
    hidden_count: Count = 0  # Alerts that are listed apart because of it.


class LoadView(View, frozen=True, kw_only=True):
    """The load of the alert list on each operator (ISA-18.2, EEMUA 191)."""

    raised_10_min: Count = 0  # For each operator on duty.
    raised_hour: Count = 0
    standing: Count = 0  # Open for more than an hour.
    stale: Count = 0  # Open for more than a day.
    chattering: Count = 0
    shelved: Count = 0
    suppressed: Count = 0
    out_of_service: Count = 0
    flood_since_us: Instant | None = None  # Until it ends low and medium alerts are grouped.
    flood_raised: Count = 0  # Since it began.
    operators: Count = 1


class NoticeView(View, frozen=True, kw_only=True):
    """Something that one role must be told now: an alert nobody took, a step that was skipped."""

    id: Ulid
    at_us: Instant
    role: Line
    text: Line
    alert: Ulid | None = None
    run: Ulid | None = None
