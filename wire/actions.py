"""What a person may ask of the hub. It enters the engine as a message, like everything else."""

from typing import Annotated

from msgspec import Meta, Struct

from wire.labels import ActuatorAction, Role
from wire.messages import Parameters
from wire.quantities import Identifier, Instant, Line, Ulid

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


AskKind = Acknowledge | Shelve | Unshelve | Clear | Confirm | Cancel | Order


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
