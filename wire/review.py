"""What the hub answers when asked about what was: evidence, figures, the shift's sheet, a report.

None of it is part of the feed: it is read from the journal, or written from one snapshot.
"""

from typing import Annotated

from msgspec import Meta

from wire.feed import AlertView, EastNorth, EvidenceLine, View
from wire.labels import AlertOutcome, AlertState, Label, Posture, Priority
from wire.quantities import (
    Count,
    DistanceM,
    Identifier,
    Instant,
    LatitudeDeg,
    Line,
    LongitudeDeg,
    Ratio,
    Text,
    Ulid,
)
from wire.work import IncidentView, LoadView, PostureView, RunView, ServiceView, TaskView

Amount = Annotated[float, Meta(ge=0.0)]


# --- Evidence -------------------------------------------------------------------------------------


class TrackWitness(View, frozen=True, kw_only=True):
    """A track as it stood when the alert that names it was raised."""

    number: int
    label: Label
    label_confidence: Ratio = 0.0
    at: EastNorth
    sigma_m: DistanceM  # The larger semi-axis of the one-sigma ellipse.
    speed_mps: float
    existence: Ratio
    born_us: Instant
    updated_us: Instant


class Contribution(View, frozen=True, kw_only=True):
    """What one sensor gave to an alert."""

    sensor: Identifier
    name: Line
    stated: bool = False  # It said itself that something happened; else it measured tracks.
    tracks: tuple[int, ...] = ()  # Of the alert, that it fed.
    measurement_count: Count = 0  # In the whole life of those tracks.
    share: Ratio = 0.0  # Of all measurements of the alert's tracks, or of all who stated it.
    last_us: Instant | None = None


class Missed(View, frozen=True, kw_only=True):
    """A sensor that should have seen or heard it, and gave nothing."""

    sensor: Identifier
    name: Line
    probability: Ratio | None = None  # Of detection at one look; None: known for looks only.
    watching: bool
    looked_us: Instant | None = None
    note: Line | None = None  # Why it gave nothing, where that is known.


class Dossier(View, frozen=True, kw_only=True):
    """What an alert rested on at one instant: when it was raised, or rose in priority."""

    alert: Ulid
    number: int
    at_us: Instant
    priority: Priority
    summary: Line
    rule: Identifier
    rule_kind: Identifier
    # The rule as it stood under the posture of that instant, in the plan's own words.
    thresholds: tuple[EvidenceLine, ...] = ()
    posture: Posture = Posture.NORMAL
    plan: Line = "unknown"  # SHA-256 of the whole plan that was in force.
    evidence: tuple[EvidenceLine, ...] = ()
    at: EastNorth | None = None
    sigma_m: DistanceM | None = None
    coverage: Ratio | None = None  # Probability that those who watched found somebody there.
    tracks: tuple[TrackWitness, ...] = ()
    tracks_left_out: Count = 0  # Beyond those that a person would look at.
    contributions: tuple[Contribution, ...] = ()  # The largest share first.
    missed: tuple[Missed, ...] = ()  # The likeliest first.
    messages: tuple[Ulid, ...] = ()
    simulated: bool = False
    exercise: bool = False


class MessageView(View, frozen=True, kw_only=True):
    """A message that an alert rests on."""

    id: Ulid
    sent_us: Instant  # By its id: when its sender made it.
    topic: str | None = None
    # Word for word, where the journal keeps it: scans are only in recordings.
    payload: str | None = None


class AlertStep(View, frozen=True, kw_only=True):
    """A change in an alert's life."""

    at_us: Instant
    state: AlertState
    priority: Priority
    active: bool
    summary: Line
    by: Line | None = None  # Who did it; None: it came about by itself.


class EvidenceView(View, frozen=True, kw_only=True):
    """All that is known of why an alert was raised, and what became of it."""

    alert: AlertView
    dossiers: tuple[Dossier, ...] = ()  # Oldest first: its raising, then each return and rise.
    steps: tuple[AlertStep, ...] = ()
    messages: tuple[MessageView, ...] = ()
    left_out: Count = 0  # Changes beyond those that one answer holds.


# --- Figures --------------------------------------------------------------------------------------


class Measure(View, frozen=True, kw_only=True):
    """One figure of the alert list, beside what ISA-18.2 and EEMUA 191 ask."""

    id: Identifier
    name: Line
    value: Amount | None = None  # None: nothing happened that it could be counted of.
    unit: Line
    target: Line
    met: bool | None = None  # None: not judged, and `note` says why.
    note: Line | None = None


class LoadSpan(View, frozen=True, kw_only=True):
    """Ten minutes of the alert list."""

    start_us: Instant
    raised: Count = 0  # By all rules, for all operators together.


class PriorityShare(View, frozen=True, kw_only=True):
    """How many of the alerts raised had a priority."""

    priority: Priority
    raised: Count
    share: Ratio
    target: Ratio


class SourceShare(View, frozen=True, kw_only=True):
    """How many alerts came from one rule in one zone."""

    rule: Identifier
    zone: Line | None = None
    raised: Count
    share: Ratio


class FloodSpan(View, frozen=True, kw_only=True):
    """A time in which more was raised than one person can take."""

    start_us: Instant
    end_us: Instant | None = None  # None: it goes on.
    raised: Count


class AcknowledgeTimes(View, frozen=True, kw_only=True):
    """How long alerts waited for somebody."""

    count: Count = 0
    median_s: Amount | None = None
    p90_s: Amount | None = None
    urgent_count: Count = 0  # Of priority high and critical.
    urgent_median_s: Amount | None = None
    urgent_p90_s: Amount | None = None
    waiting: Count = 0  # At the end nobody had them.


class OutcomeCount(View, frozen=True, kw_only=True):
    """How many closed alerts turned out to be this; None: nobody has said."""

    outcome: AlertOutcome | None = None
    count: Count


class KpiView(View, frozen=True, kw_only=True):
    """The alert list of some hours in figures."""

    start_us: Instant
    end_us: Instant
    operators: Count
    raised: Count = 0  # Raisings: a return counts, as it asks for a person again.
    alerts: Count = 0
    closed: Count = 0
    simulated: Count = 0  # Of the raisings; a drill or a simulation is work, too.
    measures: tuple[Measure, ...] = ()
    load: tuple[LoadSpan, ...] = ()
    priorities: tuple[PriorityShare, ...] = ()
    top: tuple[SourceShare, ...] = ()
    floods: tuple[FloodSpan, ...] = ()
    acknowledged: AcknowledgeTimes = AcknowledgeTimes()
    outcomes: tuple[OutcomeCount, ...] = ()
    complete: bool = True  # False: there were more changes than are counted at once.


# --- The shift ------------------------------------------------------------------------------------


class LogLine(View, frozen=True, kw_only=True):
    """A line of the shift's log."""

    at_us: Instant
    by: Line
    text: Text
    alert: Ulid | None = None


class HandedOver(View, frozen=True, kw_only=True):
    """A shift that ended."""

    at_us: Instant
    by: Line
    to: Line
    note: Text = ""


class HandoverView(View, frozen=True, kw_only=True):
    """What the next shift must know."""

    site: Line
    start_us: Instant
    end_us: Instant
    by: Line  # Whose sheet it is.
    simulated: bool = False  # Some source is a simulator, or it is an exercise.
    exercise: bool = False
    postures: tuple[PostureView, ...] = ()
    incidents: tuple[IncidentView, ...] = ()
    open: tuple[AlertView, ...] = ()  # The most urgent first.
    shelved: tuple[AlertView, ...] = ()
    suppressed: tuple[AlertView, ...] = ()
    out_of_service: tuple[AlertView, ...] = ()
    to_assess: tuple[AlertView, ...] = ()  # Closed by themselves: nobody has said what they were.
    closed: tuple[AlertView, ...] = ()  # In this shift, newest first.
    services: tuple[ServiceView, ...] = ()
    runs: tuple[RunView, ...] = ()
    tasks: tuple[TaskView, ...] = ()
    sensors_out: tuple[Line, ...] = ()  # A sensor or an actuator, and what is wrong with it.
    hub_faults: tuple[Line, ...] = ()
    log: tuple[LogLine, ...] = ()
    decisions: tuple[LogLine, ...] = ()  # What hides or changes something, and why it was done.
    handovers: tuple[HandedOver, ...] = ()
    load: LoadView | None = None
    kpi: KpiView


# --- The report -----------------------------------------------------------------------------------


class Location(View, frozen=True, kw_only=True):
    """Where it is, in every way that somebody may ask for."""

    site: Line
    zones: tuple[Line, ...] = ()
    lat_deg: LatitudeDeg
    lon_deg: LongitudeDeg
    # False: the alert has no place of its own, and this is the middle of its zone or of the site.
    exact: bool
    radius_m: DistanceM = 0.0
    grid: EastNorth | None = None  # Metres from the site's origin.
    near: tuple[Line, ...] = ()  # Buildings and zones beside it, with distance and direction.


class Way(View, frozen=True, kw_only=True):
    """A way in, and whether it is open as far as the hub knows."""

    name: Line
    status: Line
    lat_deg: LatitudeDeg
    lon_deg: LongitudeDeg
    distance_m: DistanceM
    direction: Line  # From the place: north-east.


class MethaneView(View, frozen=True, kw_only=True):
    """A M/ETHANE report (JESIP) as far as the hub can write it. A person completes and sends it."""

    id: Ulid  # Of the incident or the alert.
    title: Line
    at_us: Instant
    major_incident: Line
    location: Location
    type: tuple[Line, ...]
    hazards: tuple[Line, ...]
    access: tuple[Way, ...]
    access_notes: tuple[Line, ...] = ()
    casualties: tuple[Line, ...]
    persons_near: Count = 0  # Tracks of people within `persons_within_m` of it.
    persons_within_m: DistanceM = 0.0
    services_present: tuple[Line, ...] = ()
    services_required: tuple[Line, ...] = ()
    simulated: bool = False
    exercise: bool = False
    text: str  # All of it, to be read out or sent.
