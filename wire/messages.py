"""What travels over MQTT. Frozen, closed, with the limits in the types.

Which message travels where is in `wire.catalogue`; the addresses are functions in `wire.topics`.
"""

from typing import Annotated

from msgspec import Meta, Struct

from wire.labels import (
    ActuatorAction,
    ActuatorKind,
    ActuatorPosition,
    AlertState,
    CarriedObject,
    Colour,
    CueKind,
    EffectClass,
    HealthState,
    Label,
    OutcomeStatus,
    Posture,
    Priority,
    ReceiptStatus,
    SensorKind,
    TaskState,
)
from wire.quantities import (
    AzimuthDeg,
    Constant,
    Correlation,
    Count,
    DistanceM,
    DurationS,
    DurationUs,
    HeightM,
    Identifier,
    Instant,
    LatitudeDeg,
    LevelDb,
    Line,
    LongitudeDeg,
    PitchDeg,
    Pixels,
    RateHz,
    Ratio,
    RollDeg,
    Sequence,
    SigmaDeg,
    SigmaM,
    SpeedMps,
    Text,
    TrackNumber,
    Ulid,
    Unit,
    Value,
)

DETECTIONS_MAX = 1_000
"""A scan with more than this is a broken detector: a camera cannot tell 1,000 people apart."""


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A piece of a message: closed, so that a misspelt field is an error and not a silence."""


class Message(Part, frozen=True, kw_only=True):
    """The envelope that every message carries."""

    id: Ulid
    sender: Identifier  # Equals the id in the topic and the broker's authenticated client.
    boot: Ulid  # New at each start of the sender: its sequences begin again at 1.
    # Cues, readings, reports, receipts and outcomes share one sequence without gaps, because
    # they are delivered exactly once; each other topic counts its own, and a gap there is loss.
    seq: Sequence
    observed_us: Instant  # When it was so in the world.
    sent_us: Instant  # When it left the sender, the first time.
    expires_us: Instant | None = None  # After this it must not be acted upon.
    exercise: bool = False  # Part of a drill with real people.
    simulated: bool = False  # Made by a simulator: never true of a real sensor.


# --- Where a thing is: one of four ----------------------------------------------------------


class Box(Part, frozen=True, kw_only=True, tag="box", tag_field="kind"):
    """A box in the image, in fractions of its width and height; (0, 0) is the top left corner.

    The hub puts its foot on the ground with the camera's model. A box that touches the image's
    edge is cut, and has no foot there.
    """

    left: Ratio
    top: Ratio
    right: Ratio
    bottom: Ratio


class Polar(Part, frozen=True, kw_only=True, tag="polar", tag_field="kind"):
    """Range and azimuth from the sensor, horizontally."""

    range_m: DistanceM
    azimuth_deg: AzimuthDeg
    sigma_range_m: SigmaM
    sigma_azimuth_deg: SigmaDeg
    doppler_mps: SpeedMps | None = None  # Rate of change of the range: negative approaches.
    sigma_doppler_mps: SigmaM | None = None


class Bearing(Part, frozen=True, kw_only=True, tag="bearing", tag_field="kind"):
    """A direction from the sensor without a range."""

    azimuth_deg: AzimuthDeg
    sigma_azimuth_deg: SigmaDeg


class Position(Part, frozen=True, kw_only=True, tag="position", tag_field="kind"):
    """A place on the earth (WGS84) with its horizontal covariance."""

    lat_deg: LatitudeDeg
    lon_deg: LongitudeDeg
    sigma_east_m: SigmaM
    sigma_north_m: SigmaM
    correlation: Correlation = 0.0
    height_m: HeightM | None = None  # Above the ground of the site's origin.
    sigma_height_m: SigmaM | None = None


Where = Box | Polar | Bearing | Position


class Attributes(Part, frozen=True, kw_only=True):
    """What else a sensor can tell of a thing. Closed, and never biometric."""

    height_m: DistanceM | None = None
    width_m: DistanceM | None = None
    length_m: DistanceM | None = None
    upper_colour: Colour | None = None
    lower_colour: Colour | None = None
    carried: CarriedObject | None = None
    speed_mps: SpeedMps | None = None


class Detection(Part, frozen=True, kw_only=True):
    """One sensor saw one thing at the instant of its scan."""

    label: Label
    confidence: Ratio
    where: Where
    object_id: Annotated[str, Meta(max_length=64)] | None = None  # The sensor's own track.
    attributes: Attributes | None = None


class Scan(Message, frozen=True, kw_only=True):
    """All detections one sensor made at one instant. Empty says: I looked and saw nothing."""

    detections: Annotated[tuple[Detection, ...], Meta(max_length=DETECTIONS_MAX)] = ()


# --- What a sensor is and how it is ---------------------------------------------------------


class Pose(Part, frozen=True, kw_only=True):
    """Where a device stands and where it looks."""

    lat_deg: LatitudeDeg
    lon_deg: LongitudeDeg
    height_m: HeightM = 0.0  # Above the ground of the site's origin.
    azimuth_deg: AzimuthDeg = 0.0
    pitch_deg: PitchDeg = 0.0
    roll_deg: RollDeg = 0.0


class FieldOfView(Part, frozen=True, kw_only=True):
    """The sector of ground that a sensor looks at, from its pose."""

    azimuth_deg: AzimuthDeg  # Of the middle of the sector.
    width_deg: Annotated[float, Meta(gt=0.0, le=360.0)]
    range_max_m: DistanceM
    range_min_m: DistanceM = 0.0


class Homography(Part, frozen=True, kw_only=True, tag="homography", tag_field="kind"):
    """Image to flat ground as a projective map: ground ~ H (u, v, 1).

    (u, v) are fractions of the image's width and height; the result, divided by its third
    number, is metres east and north of the anchor.
    """

    anchor_lat_deg: LatitudeDeg
    anchor_lon_deg: LongitudeDeg
    image_to_ground: Annotated[tuple[Constant, ...], Meta(min_length=9, max_length=9)]  # By row.


class Pinhole(Part, frozen=True, kw_only=True, tag="pinhole", tag_field="kind"):
    """A pinhole at the sensor's pose with Brown's distortion (D. C. Brown, 1966; OpenCV order)."""

    width_px: Pixels
    height_px: Pixels
    focal_x_px: Constant
    focal_y_px: Constant
    centre_x_px: Constant
    centre_y_px: Constant
    k1: Constant = 0.0
    k2: Constant = 0.0
    p1: Constant = 0.0
    p2: Constant = 0.0
    k3: Constant = 0.0


class Tsai(Part, frozen=True, kw_only=True, tag="tsai", tag_field="kind"):
    """Tsai's camera model (R. Y. Tsai, 1987), in the units of its usual XML file.

    Its world is in millimetres; world x and y, turned by `world_azimuth_deg`, are metres from
    the anchor: at 0 world y is north, and the azimuth is that of the world's y axis.
    """

    anchor_lat_deg: LatitudeDeg
    anchor_lon_deg: LongitudeDeg
    world_azimuth_deg: AzimuthDeg = 0.0
    width_px: Pixels
    height_px: Pixels
    ncx: Constant
    nfx: Constant
    dx_mm: Constant
    dy_mm: Constant
    dpx_mm: Constant
    dpy_mm: Constant
    focal_mm: Constant
    kappa1: Constant
    centre_x_px: Constant
    centre_y_px: Constant
    sx: Constant
    translation_x_mm: Constant
    translation_y_mm: Constant
    translation_z_mm: Constant
    rotation_x_rad: Constant
    rotation_y_rad: Constant
    rotation_z_rad: Constant


CameraModel = Homography | Pinhole | Tsai


class SensorAbout(Message, frozen=True, kw_only=True):
    """What a sensor is. Retained, so that the hub knows it before its first scan."""

    kind: SensorKind
    name: Line
    pose: Pose
    camera: CameraModel | None = None
    field_of_view: FieldOfView | None = None
    labels: Annotated[tuple[Label, ...], Meta(max_length=16)] = ()
    scan_rate_hz: RateHz = 0.0
    clock_sigma_us: DurationUs = 0
    # Its detections are tracks of its own filter: each repeats much of the one before it, and
    # the hub counts as evidence only what is new.
    filtered: bool = False
    purpose: Line = "public safety"  # Why it is allowed to look (GDPR article 5(1)(b)).
    software: Line = "unknown"


class Fault(Part, frozen=True, kw_only=True):
    """One thing wrong with a device, in a code for machines and a line for people."""

    code: Identifier
    text: Line


class OutboxFloor(Part, frozen=True, kw_only=True):
    """The oldest sequence number that an outbox still holds of one boot.

    What is below it is committed, or was given up because the disk's bound was reached.
    """

    boot: Ulid
    seq: Sequence


class Health(Message, frozen=True, kw_only=True):
    """How a device is; its heartbeat, each five seconds. The last will says GOODBYE."""

    state: HealthState
    faults: Annotated[tuple[Fault, ...], Meta(max_length=16)] = ()
    frame_rate_hz: RateHz | None = None
    spool_count: Count = 0  # Messages that wait in the outbox.
    floors: Annotated[tuple[OutboxFloor, ...], Meta(max_length=16)] = ()


class Cue(Message, frozen=True, kw_only=True):
    """A sensor's statement that something happened at an instant."""

    kind: CueKind
    confidence: Ratio
    where: Position | Bearing | Polar | None = None
    level_db: LevelDb | None = None
    # How well `observed_us` is the onset at the microphone, its clock left aside; None: usual.
    onset_sigma_us: DurationUs | None = None


class Reading(Message, frozen=True, kw_only=True):
    """One value of one channel."""

    channel: Identifier
    value: Value
    unit: Unit
    sigma: Value | None = None


class Committed(Message, frozen=True, kw_only=True):
    """From the hub to a sender: up to `committed_seq` of `of_boot`, everything is on disk.

    Cumulative. The sender's outbox forgets only what this names.
    """

    of_boot: Ulid
    committed_seq: Sequence


# --- Actuators ------------------------------------------------------------------------------


class Parameters(Part, frozen=True, kw_only=True):
    """What a command may add to its action."""

    text: Text | None = None
    duration_s: DurationS | None = None
    azimuth_deg: AzimuthDeg | None = None
    pitch_deg: PitchDeg | None = None


class ActuatorAbout(Message, frozen=True, kw_only=True):
    """What an actuator is and can do. Retained."""

    kind: ActuatorKind
    name: Line
    pose: Pose
    effect: EffectClass
    actions: Annotated[tuple[ActuatorAction, ...], Meta(max_length=16)]
    delay_s: DurationS = 0.0  # From accepting a command to its full effect.
    software: Line = "unknown"


class ActuatorState(Message, frozen=True, kw_only=True):
    """What an actuator does now. Retained."""

    position: ActuatorPosition
    command: Ulid | None = None  # The command that put it there.
    safe: bool = False  # It went there by itself, having lost the hub.


class Command(Message, frozen=True, kw_only=True):
    """One order to one actuator. Idempotent by its id; void after `expires_us`."""

    actuator: Identifier
    action: ActuatorAction
    parameters: Parameters = Parameters()
    reason: Line
    alert: Ulid | None = None


class SafeState(Message, frozen=True, kw_only=True):
    """What an actuator is to do by itself once it has lost the hub. Retained.

    The hub is lost while the actuator is not connected, or the hub's last will stands, or the
    hub's heartbeat is missing. The newest word holds; the same word twice is one.
    """

    actuator: Identifier
    action: ActuatorAction | None = None  # None: it stays as it is.
    after_s: DurationS = 30.0  # For so long without a break.


class Outcome(Message, frozen=True, kw_only=True):
    """What an actuator says became of a command."""

    command: Ulid
    status: OutcomeStatus
    reason: Line | None = None


# --- Field teams ----------------------------------------------------------------------------


class TeamPosition(Message, frozen=True, kw_only=True):
    """Where a field team is."""

    position: Position
    heading_deg: AzimuthDeg | None = None


class Report(Message, frozen=True, kw_only=True):
    """What a field team saw."""

    text: Text
    position: Position | None = None
    alert: Ulid | None = None


class Receipt(Message, frozen=True, kw_only=True):
    """A field team's answer to a task."""

    task: Ulid
    status: ReceiptStatus


# --- From the hub ---------------------------------------------------------------------------


class AlertNotice(Message, frozen=True, kw_only=True):
    """An open alert, for field teams and third parties. Retained while it is open."""

    alert: Ulid
    rule: Identifier
    priority: Priority
    state: AlertState
    summary: Line
    raised_us: Instant
    zone: Identifier | None = None
    position: Position | None = None


class TaskNotice(Message, frozen=True, kw_only=True):
    """A task for one field team. Retained while it is open."""

    task: Ulid
    team: Identifier
    number: Count = 0  # T-3 on the radio.
    state: TaskState = TaskState.SENT
    priority: Priority = Priority.MEDIUM
    alert: Ulid | None = None
    summary: Line | None = None  # Of the alert.
    text: Text
    position: Position | None = None
    answer_due_us: Instant | None = None  # By when somebody must have taken it.


class Point(Part, frozen=True, kw_only=True, tag="Point", tag_field="type"):
    """A GeoJSON point (RFC 7946): longitude first."""

    coordinates: tuple[LongitudeDeg, LatitudeDeg]


class TrackProperties(Part, frozen=True, kw_only=True):
    """What third parties learn of a track."""

    label: Label
    speed_mps: SpeedMps
    heading_deg: AzimuthDeg
    sigma_m: DistanceM
    updated_us: Instant
    simulated: bool = False


class TrackFeature(Part, frozen=True, kw_only=True, tag="Feature", tag_field="type"):
    """A GeoJSON feature (RFC 7946) of one track."""

    id: TrackNumber
    geometry: Point
    properties: TrackProperties


class TracksSummary(Message, frozen=True, kw_only=True, tag="FeatureCollection", tag_field="type"):
    """All confirmed tracks, once a second: a GeoJSON feature collection in an envelope."""

    features: Annotated[tuple[TrackFeature, ...], Meta(max_length=20_000)]


class HubHealth(Message, frozen=True, kw_only=True):
    """How the hub is. Retained; the hub's last will says GOODBYE."""

    state: HealthState
    faults: Annotated[tuple[Fault, ...], Meta(max_length=16)] = ()
    posture: Posture = Posture.NORMAL
    track_count: Count = 0
    alert_count: Count = 0
    sensor_count: Count = 0
    software: Line = "unknown"
