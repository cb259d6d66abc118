"""Where things stand on a site: zones, lines, sensors, actuators and teams."""

from typing import Annotated

from msgspec import Meta, Struct

from wire.labels import (
    ActuatorAction,
    ActuatorKind,
    ActuatorPosition,
    CueKind,
    EffectClass,
    SensorKind,
)
from wire.quantities import (
    CoordinateM,
    DurationS,
    HeightM,
    Identifier,
    LatitudeDeg,
    Line,
    LongitudeDeg,
    Value,
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


class Verification(Plan, frozen=True, kw_only=True):
    """What a sensor, which is not the actuator itself, must say once an action has its effect.

    Either a cue of a kind, or a reading of a channel at least or at most some value.
    """

    sensor: Identifier
    cue: CueKind | None = None
    channel: Identifier | None = None
    at_least: Value | None = None
    at_most: Value | None = None
    within_s: DurationS = 10.0  # Of the actuator's saying that it is done.


class Actuator(Plan, frozen=True, kw_only=True):
    """An actuator that belongs to the site."""

    id: Identifier
    kind: ActuatorKind
    name: Line
    position: Place
    effect: EffectClass
    # What its state must read once a command has had its effect.
    confirmed_by: dict[ActuatorAction, ActuatorPosition] = {}
    # Which sensor sees or hears that effect: nobody has to take the actuator's word for it.
    verified_by: dict[ActuatorAction, Verification] = {}
    zone: Identifier | None = None  # The zone that it serves or closes.
    # What it does by itself once it has lost the hub for so long; None: it stays as it is.
    safe_action: ActuatorAction | None = None
    safe_after_s: DurationS = 30.0
    # Somebody leaves by it: it never closes or locks while its zone or the site evacuates.
    escape_route: bool = False
    # It takes part in exercises. No other moves in one, and this only if it says so itself, too.
    exercise: bool = False
    # Which one does its steps in an exercise, in its place.
    stand_in: Identifier | None = None


class Team(Plan, frozen=True, kw_only=True):
    """A field team that belongs to the site."""

    id: Identifier
    name: Line
    skills: tuple[Identifier, ...] = ()  # What it is trained and equipped for: first-aid, fire.
    call_sign: Line | None = None  # How to reach it by radio where its phone does not answer.
    speed_mps: Annotated[float, Meta(gt=0.0, le=50.0)] = 1.5  # How fast it comes.
