"""What the engine wants done. The runner does it: journal first, then everything else, in order."""

from enum import StrEnum

from msgspec import Struct

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.dossier import DossierRecord
from hub.core.alerts.incident import IncidentRecord
from hub.core.alerts.service import ServiceRecord
from hub.core.fusion.calibration_record import CalibrationRecord
from hub.core.response.command import CommandRecord
from hub.core.response.posture import PostureRecord
from hub.core.response.run import RunRecord
from hub.core.response.task import TaskRecord
from hub.core.rules.gas_course import GasRecord
from wire.actions import OperatorAction
from wire.delivery import Mark
from wire.feed import ActionReply, Delta
from wire.messages import Message
from wire.quantities import Instant, Line, Sequence, Ulid


class InboxMark(Struct, frozen=True, kw_only=True, tag="inbox", tag_field="kind"):
    """How far the exactly-once sequence of one sender's boot has come."""

    mark: Mark


class Accepted(Struct, frozen=True, kw_only=True, tag="accepted", tag_field="kind"):
    """A message that must not be lost, word for word."""

    topic: str
    sender: str
    boot: Ulid
    seq: Sequence
    payload: bytes  # Canonical JSON of the message.


class Asked(Struct, frozen=True, kw_only=True, tag="asked", tag_field="kind"):
    """An operator's action and what became of it."""

    action: OperatorAction
    accepted: bool
    reason: str = ""


class PlanRecord(Struct, frozen=True, kw_only=True, tag="plan", tag_field="kind"):
    """From here on another version of the plan was in force."""

    version: Line
    by: Line
    reason: Line


Record = (
    AlertRecord
    | ServiceRecord
    | IncidentRecord
    | DossierRecord
    | CommandRecord
    | RunRecord
    | TaskRecord
    | PostureRecord
    | GasRecord
    | InboxMark
    | Accepted
    | Asked
    | CalibrationRecord
    | PlanRecord
)


class Durability(StrEnum):
    """What the journal keeps of an entry."""

    HISTORY = "history"  # Appended to the journal, forever.
    STATE = "state"  # The latest of its key is also what a restarted hub begins with.
    ENDED = "ended"  # Appended, and its key is no longer part of what a hub begins with.
    MARK = "mark"  # Only the latest of its key is kept: nothing to read afterwards.


class Entry(Struct, frozen=True, kw_only=True):
    """One line of the journal."""

    at_us: Instant
    key: str  # Unique for its kind of record: an alert's id, "sender/boot/seq", ...
    durability: Durability
    record: Record


class Journal(Struct, frozen=True, kw_only=True, tag="journal"):
    """Make this durable before any effect behind it is carried out."""

    entry: Entry


class Publish(Struct, frozen=True, kw_only=True, tag="publish"):
    """Send this message to the bus. `message` None clears a retained topic."""

    topic: str
    message: Message | None
    qos: int = 1
    retain: bool = False


class Show(Struct, frozen=True, kw_only=True, tag="show"):
    """Push this to every dashboard, redacted for its role."""

    delta: Delta


class Reply(Struct, frozen=True, kw_only=True, tag="reply"):
    """Answer the person who asked."""

    reply: ActionReply


Effect = Journal | Publish | Show | Reply
