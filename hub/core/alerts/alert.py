"""An alert as the journal keeps it: everything that a restarted hub must know of it."""

from msgspec import Struct

from hub.core.site import Place
from wire.feed import EvidenceLine
from wire.labels import AlertOutcome, AlertState, Priority
from wire.quantities import Count, DistanceM, Identifier, Instant, Line, Ulid


class AlertRecord(Struct, frozen=True, kw_only=True, tag="alert", tag_field="kind"):
    """A record that needs a person, from its raising to its closing."""

    id: Ulid
    number: int  # Short enough to say on the radio.
    key: str  # Of the condition that it stands for; one open alert a key.
    rule: Identifier
    rule_kind: Identifier
    priority: Priority
    state: AlertState
    active: bool  # Is its condition true now?
    summary: Line
    zone: Identifier | None = None
    zone_name: Line | None = None
    place: Place | None = None
    sigma_m: DistanceM | None = None
    raised_us: Instant  # The first time.
    begun_us: Instant  # The latest time: raised, returned, or risen in priority.
    changed_us: Instant
    cleared_us: Instant | None = None  # When its condition last went away.
    acknowledged_by: Line | None = None  # Of the latest raising; a return asks again.
    acknowledged_us: Instant | None = None
    shelved_by: Line | None = None
    shelved_us: Instant | None = None
    shelved_until_us: Instant | None = None
    shelve_reason: Line | None = None
    hidden_why: Line | None = None  # Why it is suppressed or out of service.
    hidden_until_us: Instant | None = None  # When that ends by itself, where it is known.
    closed_by: Line | None = None  # None in a closed alert: it closed by itself.
    closed_us: Instant | None = None
    note: Line | None = None  # What was said at its closing, or with its outcome.
    outcome: AlertOutcome | None = None  # What it turned out to be.
    outcome_by: Line | None = None  # None beside an outcome: nobody said within a day.
    outcome_us: Instant | None = None
    repeats: Count = 0  # How often its condition came back.
    raisings_us: tuple[Instant, ...] = ()  # The latest three, of it and of those just before it.
    chattering: bool = False  # Three of them within a minute.
    stale: bool = False  # It has been open for more than a day.
    # The highest priority since nobody has it: what was critical a moment ago is not hidden
    # because it is low now.
    gravest: Priority = Priority.LOW
    asking_us: Instant | None = None  # Since when it waits for somebody without a break.
    escalation: Count = 0  # How many rungs of the ladder it has climbed since then.
    escalated_us: Instant | None = None
    escalated_to: Line | None = None
    incident: Ulid | None = None
    sensors: tuple[Identifier, ...] = ()
    tracks: tuple[int, ...] = ()
    evidence: tuple[EvidenceLine, ...] = ()
    cause: Ulid  # The message that raised it.
    messages: tuple[Ulid, ...] = ()  # The latest that changed it.
    plan: Line | None = None  # Hash of the configuration that it was raised under.
    latched: bool = False  # It stays when its condition goes, until a person clears it.
    simulated: bool = False
    exercise: bool = False
