"""What enters the engine besides messages from the bus and operators' actions."""

from typing import Annotated

from msgspec import Meta, Struct

from hub.core.site import Site
from wire.actions import OperatorAction
from wire.codec import Slot
from wire.messages import Cue, Fault, Message, Outcome, Reading, Receipt, Report
from wire.quantities import Count, Identifier, Line, Text

# A delay may be negative where the sender's clock is fast; beyond a day it says nothing more.
DelayMs = Annotated[float, Meta(ge=-86_400_000.0, le=86_400_000.0)]


class Refused(Struct, frozen=True, kw_only=True):
    """A payload that could not be read as a message: who, what is wrong, what to do."""

    source: Annotated[str, Meta(max_length=200)]
    code: Identifier
    text: Text
    fix: Text
    # Where it stands in its sender's exactly-once sequence: the sequence must go on.
    slot: Slot | None = None
    topic: str = ""
    payload: bytes = b""  # Kept in the journal where it has a slot: nothing is lost.


class Vitals(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the runner measured of itself and its ports, once a second."""

    bus_connected: bool
    journal_ok: bool
    dropped_scans: Count = 0
    observed_to_received_p99_ms: DelayMs = 0.0
    received_to_effects_p99_ms: DelayMs = 0.0
    faults: tuple[Fault, ...] = ()
    software: Line = "unknown"


class PlanEdited(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From now on another version of the plan is in force. It was checked before."""

    site: Site
    version: Line
    by: Line
    reason: Line


Reliable = Cue | Reading | Report | Receipt | Outcome
"""Messages that are taken exactly once and committed."""

Input = Message | OperatorAction | Vitals | PlanEdited | Refused
