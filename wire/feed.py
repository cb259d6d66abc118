"""What travels from the hub to dashboards over the WebSocket, as MessagePack or JSON.

A `Snapshot` first, then numbered `Delta`s: a client that misses a number asks for a snapshot.
A delta carries whole views of what changed, never patches inside a view.
"""

from typing import Annotated

from msgspec import Meta

from wire.fields import CoverageView, CrowdCell, CrowdView, ZoneCoverageView, ZoneCrowdView
from wire.labels import (
    ActuatorAction,
    ActuatorKind,
    ActuatorPosition,
    AlertOutcome,
    AlertState,
    CalibrationState,
    CommandState,
    CueKind,
    EffectClass,
    HealthState,
    Label,
    Posture,
    Priority,
    Role,
    SensorKind,
)
from wire.messages import Fault, FieldOfView
from wire.quantities import (
    Count,
    DistanceM,
    HeightM,
    Identifier,
    Instant,
    LatitudeDeg,
    Line,
    LongitudeDeg,
    RateHz,
    Ratio,
    Text,
    Ulid,
)
from wire.work import (
    EastNorth,
    IncidentView,
    LoadView,
    NoticeView,
    PlaybookView,
    PostureView,
    RunView,
    ServiceView,
    TaskView,
    TeamView,
    View,
)

__all__ = [
    "CoverageView",
    "CrowdCell",
    "CrowdView",
    "EastNorth",
    "View",
    "ZoneCoverageView",
    "ZoneCrowdView",
]

LABELS: tuple[Label, ...] = tuple(Label)
"""The label column counts in this order."""

FLAG_CONFIRMED = 1
FLAG_COASTING = 2
FLAG_SIMULATED = 4
FLAG_EXERCISE = 8
FLAG_ALERTED = 16
FLAG_CROWD = 32
FLAG_CLAIMED = 64
"""Bits of the flags column; ALERTED: an open alert names this track; CROWD: it stands where people
are too dense to be told apart, so that the field is shown in its place; CLAIMED: no sensor sees
it, it is only what something says of itself."""


class TrackColumns(View, frozen=True, kw_only=True):
    """Tracks as little-endian columns of equal length, one entry a track, in any order."""

    number: bytes = b""  # uint32, the track's name for its whole life.
    east_m: bytes = b""  # float32, metres from the site's origin.
    north_m: bytes = b""  # float32
    heading: bytes = b""  # uint16, 65536ths of a turn clockwise from north.
    speed: bytes = b""  # uint16, cm/s, saturating.
    sigma: bytes = b""  # uint16, cm: the root of the position covariance's larger eigenvalue.
    age: bytes = b""  # uint16, ms since the last measurement, at the frame's `at_us`; saturating.
    label: bytes = b""  # uint8, index into LABELS.
    flags: bytes = b""  # uint8, the FLAG_ bits.


class TrackRow(View, frozen=True, kw_only=True):
    """One entry of the columns, for those who read JSON."""

    number: int
    label: Label
    east_m: float
    north_m: float
    heading_deg: float
    speed_mps: float
    sigma_m: float
    age_ms: int = 0
    flags: int = 0


class TrackSource(View, frozen=True, kw_only=True):
    """One sensor's part in a track."""

    sensor: Identifier
    first_us: Instant
    last_us: Instant
    measurement_count: Count  # In the track's whole life.


class ClaimView(View, frozen=True, kw_only=True):
    """What a thing says of itself (a drone's remote id, a tag), beside what sensors see of it."""

    sensor: Identifier  # The receiver that heard the claim.
    identity: Line
    at: EastNorth  # Where it claims to be.
    height_m: HeightM | None = None
    apart_m: DistanceM  # From the track.
    agrees: bool  # Within what both uncertainties allow.
    observed_us: Instant


class TrackView(View, frozen=True, kw_only=True):
    """One track by name: what third parties and the detail panel read."""

    number: int
    label: Label
    label_confidence: Ratio = 0.0
    at: EastNorth
    speed_mps: float
    heading_deg: float
    sigma_major_m: float  # Semi-axes of the one-sigma ellipse.
    sigma_minor_m: float
    sigma_azimuth_deg: float  # Of the major axis, clockwise from north.
    born_us: Instant
    updated_us: Instant
    confirmed: bool
    coasting: bool
    existence: Ratio
    sensors: tuple[Identifier, ...] = ()  # That fed it in the last seconds, most recent first.
    visible: Ratio = 1.0  # The probability that nothing hides it from its sensors now.
    height_m: HeightM | None = None  # Above the ground; None where no sensor tells.
    sigma_height_m: DistanceM | None = None
    sources: tuple[TrackSource, ...] = ()  # Every sensor that fed it, most recent first.
    claims: tuple[ClaimView, ...] = ()
    merged: tuple[int, ...] = ()  # Numbers of the tracks that became part of it.
    corrections: tuple[Line, ...] = ()  # What people corrected: what, who, when.
    simulated: bool = False
    exercise: bool = False


class EvidenceLine(View, frozen=True, kw_only=True):
    """One fact that an alert rests on: a word and its value, ready to read."""

    name: Line
    value: Line


class StepView(View, frozen=True, kw_only=True):
    """One step of an alert's playbook, and how far it is."""

    step: Identifier
    text: Line
    actuator: Identifier
    action: ActuatorAction
    effect: EffectClass
    needs: Annotated[str, Meta(pattern="^(automatic|confirmed|two_person)$")]
    command: Ulid
    state: CommandState
    note: Line | None = None  # Why it is blocked, failed or was refused.
    expires_us: Instant | None = None


class AlertView(View, frozen=True, kw_only=True):
    """An open alert as operators see it."""

    id: Ulid
    number: int  # A-17 on the screen: short enough to say on the radio.
    rule: Identifier
    rule_kind: Identifier
    priority: Priority
    state: AlertState
    active: bool  # Is its condition true now?
    summary: Line
    zone: Line | None = None  # The zone's name.
    at: EastNorth | None = None
    sigma_m: DistanceM | None = None
    raised_us: Instant
    changed_us: Instant
    cleared_us: Instant | None = None
    acknowledged_by: Line | None = None
    acknowledged_us: Instant | None = None
    shelved_by: Line | None = None
    shelved_until_us: Instant | None = None
    shelve_reason: Line | None = None
    hidden_why: Line | None = None  # Why it is suppressed or out of service.
    hidden_until_us: Instant | None = None
    repeats: Count = 0  # How often the condition came back.
    chattering: bool = False  # It came and went three times within a minute.
    stale: bool = False  # It has stood for more than a day.
    escalation: Count = 0  # How many rungs it has climbed.
    escalated_to: Line | None = None
    incident: Ulid | None = None
    latched: bool = False  # It does not end by itself.
    closed_by: Line | None = None
    closed_us: Instant | None = None
    outcome: AlertOutcome | None = None
    note: Line | None = None
    sensors: tuple[Identifier, ...] = ()
    tracks: tuple[int, ...] = ()
    evidence: tuple[EvidenceLine, ...] = ()
    steps: tuple[StepView, ...] = ()
    simulated: bool = False
    exercise: bool = False


class CalibrationView(View, frozen=True, kw_only=True):
    """A sensor's own errors as the hub estimates them: what it measures minus what is so."""

    state: CalibrationState
    east_m: float = 0.0
    north_m: float = 0.0
    yaw_deg: float = 0.0  # Clockwise.
    pitch_deg: float = 0.0  # Upwards; 0 for what has no camera.
    clock_ms: float = 0.0  # Its clock is ahead by this.
    sigma_east_m: float = 0.0
    sigma_north_m: float = 0.0
    sigma_yaw_deg: float = 0.0
    sigma_pitch_deg: float = 0.0
    sigma_clock_ms: float = 0.0
    pair_count: Count = 0  # Measurements of common tracks that it rests on.
    since_us: Instant | None = None  # In this state since.
    held_by: Line | None = None  # Who froze it.


class SensorView(View, frozen=True, kw_only=True):
    """A sensor and how it is."""

    id: Identifier
    kind: SensorKind
    name: Line
    at: EastNorth
    height_m: HeightM = 0.0
    field_of_view: FieldOfView | None = None
    state: HealthState | None = None  # None: never heard of.
    silent: bool = False
    faults: tuple[Fault, ...] = ()
    last_us: Instant | None = None
    scan_rate_hz: RateHz = 0.0  # Measured at the hub over the last seconds.
    detections_per_s: float = 0.0
    delay_ms: float = 0.0  # Observation to arrival, smoothed; holds the sensor's clock error.
    spool_count: Count = 0
    refused_count: Count = 0
    calibration: CalibrationView | None = None
    simulated: bool = False


class ActuatorView(View, frozen=True, kw_only=True):
    """An actuator, how it is and what it does now."""

    id: Identifier
    kind: ActuatorKind
    name: Line
    at: EastNorth
    effect: EffectClass
    actions: tuple[ActuatorAction, ...] = ()
    position: ActuatorPosition = ActuatorPosition.UNKNOWN
    state: HealthState | None = None
    silent: bool = False
    last_us: Instant | None = None
    simulated: bool = False
    exercise: bool = False  # It takes part in exercises.
    stand_in: Identifier | None = None  # Who does its steps in one.


class CommandView(View, frozen=True, kw_only=True):
    """A command on its way, or done within the last minutes."""

    id: Ulid
    alert: Ulid | None = None
    actuator: Identifier
    action: ActuatorAction
    state: CommandState
    by: Line
    requested_us: Instant
    changed_us: Instant
    expires_us: Instant
    note: Line | None = None
    simulated: bool = False
    exercise: bool = False


class CueView(View, frozen=True, kw_only=True):
    """A cue, to be flashed on the map for a moment."""

    id: Ulid
    sensor: Identifier
    kind: CueKind
    at: EastNorth
    sigma_m: DistanceM  # The larger semi-axis of the one-sigma ellipse.
    observed_us: Instant
    # Of a place that several sensors found together; the smaller one as the larger: a circle.
    sigma_minor_m: DistanceM | None = None
    sigma_azimuth_deg: float = 0.0  # Of the larger axis, clockwise from north.
    bearing_deg: float | None = None  # From `at`: only the direction is known.
    sigma_bearing_deg: float | None = None
    sensors: tuple[Identifier, ...] = ()  # All that heard it; empty: `sensor` alone.
    rejected: tuple[Identifier, ...] = ()  # That heard something else, or heard it wrongly.
    simulated: bool = False


class RefusalView(View, frozen=True, kw_only=True):
    """Input that was refused: who, what is wrong, what to do, how often."""

    source: Line  # A sender's id, or the topic where no sender could be read.
    code: Identifier
    text: Line
    fix: Line
    count: Count
    first_us: Instant
    last_us: Instant


class HubView(View, frozen=True, kw_only=True):
    """How the hub is: the health screen's head."""

    posture: Posture = Posture.NORMAL
    simulated: bool = False  # Any live source is a simulator: watermark everything.
    exercise: bool = False
    tracks: Count = 0
    detections_per_s: float = 0.0
    scans_per_s: float = 0.0
    alerts_10_min: Count = 0  # Raised in the last ten minutes: the operator's load.
    bus_connected: bool = True
    journal_ok: bool = True
    faults: tuple[Fault, ...] = ()
    observed_to_received_p99_ms: float = 0.0
    received_to_effects_p99_ms: float = 0.0
    dropped_scans: Count = 0
    uptime_s: float = 0.0
    software: Line = "unknown"


class Shape(View, frozen=True, kw_only=True):
    """A polygon of the plan: building, zone or kind of ground."""

    id: Identifier
    name: Line
    purpose: Identifier
    polygon: tuple[EastNorth, ...]
    height_m: HeightM = 0.0


class WireView(View, frozen=True, kw_only=True):
    """A tripwire: crossing from the left of start -> end to its right counts."""

    id: Identifier
    name: Line
    start: EastNorth
    end: EastNorth


class SiteView(View, frozen=True, kw_only=True):
    """The plan as drawn on the map. It changes only when the plan is edited."""

    id: Identifier
    name: Line
    origin_lat_deg: LatitudeDeg
    origin_lon_deg: LongitudeDeg
    bounds: tuple[EastNorth, EastNorth]  # South-west and north-east corner.
    ground: tuple[Shape, ...] = ()  # Purposes: road, pavement, green, water, square, rail.
    buildings: tuple[Shape, ...] = ()
    zones: tuple[Shape, ...] = ()  # Purposes: public, sterile, pedestrian, gate, assembly, stage.
    tripwires: tuple[WireView, ...] = ()
    playbooks: tuple[PlaybookView, ...] = ()
    rules: tuple[Identifier, ...] = ()
    plan: Line = ""  # The version of the plan that is in force.


class Whole(View, frozen=True, kw_only=True):
    """All of a snapshot but its tracks."""

    number: int
    at_us: Instant
    role: Role
    site: SiteView
    hub: HubView
    alerts: tuple[AlertView, ...] = ()
    sensors: tuple[SensorView, ...] = ()
    actuators: tuple[ActuatorView, ...] = ()
    commands: tuple[CommandView, ...] = ()
    closed: tuple[AlertView, ...] = ()  # That closed by themselves and lack an outcome.
    incidents: tuple[IncidentView, ...] = ()
    runs: tuple[RunView, ...] = ()
    tasks: tuple[TaskView, ...] = ()
    teams: tuple[TeamView, ...] = ()
    postures: tuple[PostureView, ...] = ()
    services: tuple[ServiceView, ...] = ()
    notices: tuple[NoticeView, ...] = ()
    load: LoadView | None = None
    cues: tuple[CueView, ...] = ()
    refusals: tuple[RefusalView, ...] = ()
    crowd: CrowdView | None = None
    coverage: CoverageView | None = None


class Snapshot(Whole, frozen=True, kw_only=True, tag="snapshot", tag_field="kind"):
    """The whole picture for one role."""

    tracks: TrackColumns


class JsonSnapshot(Whole, frozen=True, kw_only=True, tag="snapshot", tag_field="kind"):
    """The whole picture for one role, as JSON."""

    tracks: tuple[TrackRow, ...] = ()


class Change(View, frozen=True, kw_only=True):
    """All of a delta but its tracks."""

    number: int
    at_us: Instant
    tracks_gone: tuple[int, ...] = ()
    alerts: tuple[AlertView, ...] = ()
    alerts_gone: tuple[Ulid, ...] = ()
    sensors: tuple[SensorView, ...] = ()
    actuators: tuple[ActuatorView, ...] = ()
    commands: tuple[CommandView, ...] = ()
    commands_gone: tuple[Ulid, ...] = ()
    closed: tuple[AlertView, ...] = ()
    closed_gone: tuple[Ulid, ...] = ()
    incidents: tuple[IncidentView, ...] = ()
    incidents_gone: tuple[Ulid, ...] = ()
    runs: tuple[RunView, ...] = ()
    runs_gone: tuple[Ulid, ...] = ()
    tasks: tuple[TaskView, ...] = ()
    tasks_gone: tuple[Ulid, ...] = ()
    teams: tuple[TeamView, ...] = ()
    postures: tuple[PostureView, ...] = ()
    services: tuple[ServiceView, ...] = ()
    services_gone: tuple[Identifier, ...] = ()
    notices: tuple[NoticeView, ...] = ()  # New ones.
    load: LoadView | None = None
    site: SiteView | None = None  # The plan was edited.
    cues: tuple[CueView, ...] = ()  # New ones; a client shows each for a while.
    refusals: tuple[RefusalView, ...] = ()
    crowd: CrowdView | None = None
    coverage: CoverageView | None = None
    hub: HubView | None = None


class Delta(Change, frozen=True, kw_only=True, tag="delta", tag_field="kind"):
    """What changed since the frame before. Absent means unchanged."""

    tracks: TrackColumns | None = None


class JsonDelta(Change, frozen=True, kw_only=True, tag="delta", tag_field="kind"):
    """What changed since the frame before, as JSON. Absent means unchanged."""

    tracks: tuple[TrackRow, ...] = ()


Frame = Snapshot | Delta


class ActionReply(View, frozen=True, kw_only=True):
    """The hub's answer to an operator's action: sent after it is on disk."""

    id: Ulid
    accepted: bool
    reason: Text = ""
