"""What a person may ask of the hub. It enters the engine as a message, like everything else."""

from typing import Annotated

from msgspec import Meta, Struct

from wire.labels import ActuatorAction, Label, Role
from wire.messages import Parameters
from wire.quantities import Identifier, Instant, Line, TrackNumber, Ulid

# ISA-18.2 asks for a time limit on every shelf; a shift is eight hours.
ShelveS = Annotated[int, Meta(ge=60, le=8 * 3600)]


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

AskKind = (
    Acknowledge
    | Shelve
    | Unshelve
    | Clear
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


class ActionRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of POST /api/actions."""

    id: Ulid
    ask: AskKind
