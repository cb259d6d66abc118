"""What a person may ask of the hub. It enters the engine as a message, like everything else."""

from typing import Annotated

from msgspec import Meta, Struct

from wire.labels import ActuatorAction, AlertOutcome, Label, Posture, ReceiptStatus, Role
from wire.messages import Parameters
from wire.quantities import CoordinateM, Identifier, Instant, Line, Text, TrackNumber, Ulid

# ISA-18.2 asks for a time limit on every shelf; a shift is eight hours.
ShelveS = Annotated[int, Meta(ge=60, le=8 * 3600)]


# Maintenance that lasts longer than a week is a change of the plan.
OutOfServiceS = Annotated[int, Meta(ge=60, le=7 * 86_400)]


class Ask(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """One thing asked."""


class Acknowledge(Ask, frozen=True, kw_only=True, tag="acknowledge"):
    """I have this alert."""

    alert: Ulid


class Shelve(Ask, frozen=True, kw_only=True, tag="shelve"):
    """Hide this alert for a stated time, for a reason."""

    alert: Ulid
    duration_s: ShelveS
    reason: Line


class Unshelve(Ask, frozen=True, kw_only=True, tag="unshelve"):
    """Bring this alert back now."""

    alert: Ulid


class Clear(Ask, frozen=True, kw_only=True, tag="clear"):
    """Close an acknowledged alert whose condition is gone or cannot clear by itself."""

    alert: Ulid
    note: Line
    outcome: AlertOutcome


class Assess(Ask, frozen=True, kw_only=True, tag="assess"):
    """What an alert that closed by itself turned out to be."""

    alert: Ulid
    outcome: AlertOutcome
    note: Line | None = None


class AcknowledgeIncident(Ask, frozen=True, kw_only=True, tag="acknowledge_incident"):
    """I have this incident: every alert of it that nobody has yet."""

    incident: Ulid


class JoinIncident(Ask, frozen=True, kw_only=True, tag="join_incident"):
    """This alert belongs to that incident; None: to none of them, it is one by itself."""

    alert: Ulid
    incident: Ulid | None = None


class TakeOutOfService(Ask, frozen=True, kw_only=True, tag="take_out_of_service"):
    """A rule or a device is worked on: until then its alerts are listed apart and ask nobody."""

    target: Identifier
    duration_s: OutOfServiceS
    reason: Line


class ReturnToService(Ask, frozen=True, kw_only=True, tag="return_to_service"):
    """The work on a rule or a device is done."""

    target: Identifier


class SetPosture(Ask, frozen=True, kw_only=True, tag="set_posture"):
    """The site, or one zone, takes a posture."""

    posture: Posture
    zone: Identifier | None = None
    reason: Line


class StartPlaybook(Ask, frozen=True, kw_only=True, tag="start_playbook"):
    """Begin a playbook by hand."""

    playbook: Identifier
    alert: Ulid | None = None
    reason: Line
    exercise: bool = False  # A drill: only what says that it takes part is commanded.


class StopPlaybook(Ask, frozen=True, kw_only=True, tag="stop_playbook"):
    """End a running playbook: what it has not begun is left undone."""

    run: Ulid
    reason: Line


class DoStep(Ask, frozen=True, kw_only=True, tag="do_step"):
    """Begin a step now, or say that what a person does outside of the hub is done."""

    run: Ulid
    step: Identifier


class SkipStep(Ask, frozen=True, kw_only=True, tag="skip_step"):
    """Leave a step out. The supervisor is told."""

    run: Ulid
    step: Identifier
    reason: Line


class CreateTask(Ask, frozen=True, kw_only=True, tag="create_task"):
    """Send a field team somewhere; None: the nearest that is suitable."""

    text: Text
    team: Identifier | None = None
    skills: tuple[Identifier, ...] = ()
    alert: Ulid | None = None
    east_m: CoordinateM | None = None
    north_m: CoordinateM | None = None
    exercise: bool = False  # A drill: whoever is asked reads that it is one.


class CancelTask(Ask, frozen=True, kw_only=True, tag="cancel_task"):
    """A task is no longer wanted."""

    task: Ulid
    reason: Line


class AnswerTask(Ask, frozen=True, kw_only=True, tag="answer_task"):
    """A team's answer to its task: from its phone, or by radio through the control room."""

    task: Ulid
    status: ReceiptStatus
    text: Line | None = None
    team: Identifier | None = None  # By radio: who answers, where another team than asked has it.


class LogEntry(Ask, frozen=True, kw_only=True, tag="log_entry"):
    """A line in the log of the shift."""

    text: Text
    alert: Ulid | None = None


class HandOver(Ask, frozen=True, kw_only=True, tag="hand_over"):
    """A shift ends: its sheet was read, and the next one has it."""

    to: Line
    note: Text = ""


class Confirm(Ask, frozen=True, kw_only=True, tag="confirm"):
    """The second, deliberate yes to a command that waits for it."""

    command: Ulid


class Cancel(Ask, frozen=True, kw_only=True, tag="cancel"):
    """No to a command that waits for confirmation."""

    command: Ulid
    reason: Line


class Order(Ask, frozen=True, kw_only=True, tag="order"):
    """Command an actuator by hand. It waits for a `Confirm` unless it only informs or warns."""

    actuator: Identifier
    action: ActuatorAction
    parameters: Parameters = Parameters()
    reason: Line
    alert: Ulid | None = None
    exercise: bool = False  # A drill: refused of what takes no part in exercises.


class Relabel(Ask, frozen=True, kw_only=True, tag="relabel"):
    """This track is such a thing. It holds against what sensors say, as long as the track lives.

    UNKNOWN takes it back: what the sensors say counts again.
    """

    track: TrackNumber
    label: Label


class MergeTracks(Ask, frozen=True, kw_only=True, tag="merge_tracks"):
    """These two tracks are one thing; it keeps the first number."""

    track: TrackNumber
    other: TrackNumber


class SplitTrack(Ask, frozen=True, kw_only=True, tag="split_track"):
    """This track is more than one thing: what was merged into it stands by itself again."""

    track: TrackNumber


class DropTrack(Ask, frozen=True, kw_only=True, tag="drop_track"):
    """There is nothing: end this track, and start none at this place for a while."""

    track: TrackNumber
    reason: Line


class FreezeCalibration(Ask, frozen=True, kw_only=True, tag="freeze_calibration"):
    """Hold a sensor's estimated errors as they are, or let them be learnt again."""

    sensor: Identifier
    frozen: bool


class ResetCalibration(Ask, frozen=True, kw_only=True, tag="reset_calibration"):
    """Forget a sensor's estimated errors: it was moved, or they were learnt wrongly."""

    sensor: Identifier
    reason: Line


Correction = Relabel | MergeTracks | SplitTrack | DropTrack
CalibrationAsk = FreezeCalibration | ResetCalibration
AlertAsk = Acknowledge | Shelve | Unshelve | Clear | Assess | TakeOutOfService | ReturnToService
IncidentAsk = AcknowledgeIncident | JoinIncident
CommandAsk = Confirm | Cancel | Order
PlaybookAsk = StartPlaybook | StopPlaybook | DoStep | SkipStep
TaskAsk = CreateTask | CancelTask | AnswerTask
ShiftAsk = LogEntry | HandOver

AskKind = (
    Acknowledge
    | Shelve
    | Unshelve
    | Clear
    | Assess
    | TakeOutOfService
    | ReturnToService
    | AcknowledgeIncident
    | JoinIncident
    | SetPosture
    | StartPlaybook
    | StopPlaybook
    | DoStep
    | SkipStep
    | CreateTask
    | CancelTask
    | AnswerTask
    | LogEntry
    | HandOver
    | Confirm
    | Cancel
    | Order
    | Relabel
    | MergeTracks
    | SplitTrack
    | DropTrack
    | FreezeCalibration
    | ResetCalibration
)


class OperatorAction(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing asked by one person. The hub fills in who: a client cannot."""

    id: Ulid  # Chosen by the client: asking twice with one id is asking once.
    operator: Line
    role: Role
    asked_us: Instant
    ask: AskKind
    team: Identifier | None = None  # Of a person in the field: for whom they speak.


class ActionRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of POST /api/actions."""

    id: Ulid
    ask: AskKind
