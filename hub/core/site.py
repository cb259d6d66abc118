"""The plan of one site: what stands where, what is judged, and what is done about it. Data only."""

from typing import Annotated

from msgspec import Meta, Struct

from wire.labels import (
    ActuatorAction,
    ActuatorKind,
    ActuatorPosition,
    CueKind,
    EffectClass,
    Label,
    Priority,
    SensorKind,
)
from wire.messages import Parameters
from wire.quantities import (
    CoordinateM,
    DistanceM,
    DurationS,
    HeightM,
    Identifier,
    LatitudeDeg,
    Line,
    LongitudeDeg,
    Ratio,
)

Place = tuple[CoordinateM, CoordinateM]
"""Metres east and north of the site's origin."""

# More corners than 200 is a drawing, not a zone.
Polygon = Annotated[tuple[Place, ...], Meta(min_length=3, max_length=200)]


class Plan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the plan: closed, so that a misspelt word in a file is an error."""


class Origin(Plan, frozen=True, kw_only=True):
    """Where the site's frame is fixed to the earth."""

    lat_deg: LatitudeDeg
    lon_deg: LongitudeDeg
    height_m: HeightM = 0.0  # Of the ground, above the WGS84 ellipsoid.


class Area(Plan, frozen=True, kw_only=True):
    """A named polygon on the ground."""

    id: Identifier
    name: Line
    purpose: Identifier
    polygon: Polygon
    height_m: HeightM = 0.0


class Tripwire(Plan, frozen=True, kw_only=True):
    """A directed line: who goes from the left of start -> end to its right has crossed."""

    id: Identifier
    name: Line
    start: Place
    end: Place


class Sensor(Plan, frozen=True, kw_only=True):
    """A sensor that belongs to the site."""

    id: Identifier
    kind: SensorKind
    name: Line
    position: Place
    expected: bool = True  # False: it may be absent without an alert.
    # Its place and direction were measured with instruments: it holds the others' calibration.
    surveyed: bool = False
    counts_zone: Identifier | None = None  # Of a counter: whom it counts are in this zone.


class Actuator(Plan, frozen=True, kw_only=True):
    """An actuator that belongs to the site."""

    id: Identifier
    kind: ActuatorKind
    name: Line
    position: Place
    effect: EffectClass
    # What its state must read once a command has had its effect.
    confirmed_by: dict[ActuatorAction, ActuatorPosition] = {}


# --- Rules: one Struct a kind; hub/core/rules judges by them ---------------------------------


class Hours(Plan, frozen=True, kw_only=True):
    """A span of the day in UTC; an end before its start runs over midnight."""

    start: Annotated[str, Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    end: Annotated[str, Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class IntrusionRule(Plan, frozen=True, kw_only=True, tag="intrusion", tag_field="kind"):
    """Something is in a zone where it must not be."""

    id: Identifier
    zone: Identifier
    labels: tuple[Label, ...] = (Label.PERSON,)
    priority: Priority = Priority.HIGH
    stay_min_s: DurationS = 0.0  # On-delay: how long it must be in there.
    clear_after_s: DurationS = 3.0  # Off-delay: how long it must be gone.
    hours: Hours | None = None
    summary: Line | None = None


class TripwireRule(Plan, frozen=True, kw_only=True, tag="tripwire", tag_field="kind"):
    """Something crossed a line in its forbidden direction."""

    id: Identifier
    tripwire: Identifier
    labels: tuple[Label, ...] = (Label.PERSON,)
    priority: Priority = Priority.HIGH
    speed_min_mps: DistanceM = 0.0
    clear_after_s: DurationS = 30.0  # A crossing is an instant: its condition lasts this long.
    summary: Line | None = None


class SilenceRule(Plan, frozen=True, kw_only=True, tag="silence", tag_field="kind"):
    """A sensor or an actuator that should talk does not."""

    id: Identifier
    devices: tuple[Identifier, ...] = ()  # Empty: every expected one.
    # Three heartbeats of five seconds: one may be lost and one late.
    silence_max_s: DurationS = 15.0
    priority: Priority = Priority.MEDIUM


class CueRule(Plan, frozen=True, kw_only=True, tag="cue", tag_field="kind"):
    """A sensor stated that something happened."""

    id: Identifier
    cues: tuple[CueKind, ...]
    priority: Priority = Priority.HIGH
    confidence_min: Ratio = 0.5
    clear_after_s: DurationS = 60.0
    # Cues of several sensors about one happening join one condition within these.
    join_within_s: DurationS = 5.0
    join_within_m: DistanceM = 100.0
    summary: Line | None = None


class CalibrationRule(Plan, frozen=True, kw_only=True, tag="calibration", tag_field="kind"):
    """A sensor's own errors, as the hub estimates them, are too large or do not come to rest."""

    id: Identifier
    devices: tuple[Identifier, ...] = ()  # Empty: every sensor.
    # An installation by hand is off by less; more means that it was moved.
    shift_max_m: DistanceM = 3.0
    yaw_max_deg: Annotated[float, Meta(gt=0.0, le=180.0)] = 3.0
    pitch_max_deg: Annotated[float, Meta(gt=0.0, le=90.0)] = 1.5
    clock_max_s: DurationS = 0.5
    settle_max_s: DurationS = 120.0  # Of having people in common with other sensors.
    stay_min_s: DurationS = 5.0  # On-delay: what agrees again at once was only hidden.
    priority: Priority = Priority.MEDIUM


Rule = IntrusionRule | TripwireRule | SilenceRule | CueRule | CalibrationRule


# --- Playbooks: what is done about it; hub/core/response carries them out ---------------------


class ZoneClear(Plan, frozen=True, kw_only=True, tag="zone_clear", tag_field="kind"):
    """Interlock: no track of these labels within `margin_m` of the zone, on a fresh picture."""

    zone: Identifier
    labels: tuple[Label, ...] = ()  # Empty: of any label.
    margin_m: DistanceM = 1.0
    # Nothing that moves acts on a picture older than this.
    picture_age_max_s: DurationS = 2.0


Interlock = ZoneClear


class Step(Plan, frozen=True, kw_only=True):
    """One command of a playbook. Who must say yes follows from the actuator's effect."""

    id: Identifier
    text: Line
    actuator: Identifier
    action: ActuatorAction
    parameters: Parameters = Parameters()
    interlocks: tuple[Interlock, ...] = ()
    expires_after_s: DurationS = 30.0


class Playbook(Plan, frozen=True, kw_only=True):
    """Ordered steps for one kind of alert."""

    id: Identifier
    name: Line
    rules: tuple[Identifier, ...]
    steps: Annotated[tuple[Step, ...], Meta(min_length=1, max_length=20)]


class Site(Plan, frozen=True, kw_only=True):
    """One protected place."""

    id: Identifier
    name: Line
    origin: Origin
    bounds: tuple[Place, Place]  # South-west and north-east corner of what may hold tracks.
    ground: tuple[Area, ...] = ()
    buildings: tuple[Area, ...] = ()
    zones: tuple[Area, ...] = ()
    tripwires: tuple[Tripwire, ...] = ()
    sensors: tuple[Sensor, ...] = ()
    actuators: tuple[Actuator, ...] = ()
    rules: tuple[Rule, ...] = ()
    playbooks: tuple[Playbook, ...] = ()
