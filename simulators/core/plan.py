"""What a scenario says: the site as far as simulators need it, its devices, people and story."""

from typing import Annotated

from msgspec import Meta, Struct

from simulators.machines import Fault
from wire.labels import ActuatorKind, EffectClass, SensorKind
from wire.quantities import (
    AzimuthDeg,
    CoordinateM,
    DistanceM,
    DurationS,
    HeightM,
    Identifier,
    LatitudeDeg,
    Line,
    LongitudeDeg,
    PitchDeg,
    Pixels,
    Ratio,
    SigmaDeg,
    SigmaM,
)

Place = tuple[CoordinateM, CoordinateM]
"""Metres east and north of the site's origin."""

Polygon = Annotated[tuple[Place, ...], Meta(min_length=3, max_length=200)]
Path = Annotated[tuple[Place, ...], Meta(min_length=2, max_length=200)]
Span = tuple[DurationS, DurationS]
"""Seconds: at least, at most."""

Rate = Annotated[float, Meta(gt=0.0, le=20.0)]
Weight = Annotated[float, Meta(gt=0.0, le=1_000.0)]
# 5,000 is what the design's largest site holds.
People = Annotated[int, Meta(ge=0, le=5_000)]
Seed = Annotated[int, Meta(ge=0, le=2**63 - 1)]


# --- The site, from site.toml: rules and playbooks are the hub's affair ------------------------


class Origin(Struct, frozen=True, kw_only=True):
    """Where the site's frame is fixed to the earth."""

    lat_deg: LatitudeDeg
    lon_deg: LongitudeDeg
    height_m: HeightM = 0.0


class Area(Struct, frozen=True, kw_only=True):
    """A named polygon on the ground."""

    id: Identifier
    purpose: Identifier
    polygon: Polygon
    height_m: HeightM = 0.0


class SitedSensor(Struct, frozen=True, kw_only=True):
    """A sensor's place on the site."""

    id: Identifier
    kind: SensorKind
    name: Line
    position: Place
    counts_zone: Identifier | None = None


class SitedActuator(Struct, frozen=True, kw_only=True):
    """An actuator's place on the site."""

    id: Identifier
    kind: ActuatorKind
    name: Line
    position: Place
    effect: EffectClass
    exercise: bool = False


class SitedTeam(Struct, frozen=True, kw_only=True):
    """A field team of the site."""

    id: Identifier
    name: Line


class SitedRule(Struct, frozen=True, kw_only=True):
    """A rule by which the hub judges: a scenario expects alerts of it."""

    id: Identifier


class SiteHead(Struct, frozen=True, kw_only=True):
    """The site's name and frame."""

    id: Identifier
    name: Line
    bounds: tuple[Place, Place]
    origin: Origin


class SitePlan(Struct, frozen=True, kw_only=True):
    """The site as far as simulators need it."""

    site: SiteHead
    ground: tuple[Area, ...] = ()
    building: tuple[Area, ...] = ()
    zone: tuple[Area, ...] = ()
    sensor: tuple[SitedSensor, ...] = ()
    actuator: tuple[SitedActuator, ...] = ()
    team: tuple[SitedTeam, ...] = ()
    rule: tuple[SitedRule, ...] = ()


# --- The scenario, from scenario.toml: closed, so that a misspelt word is an error --------------


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of a scenario."""


class ScenarioHead(Part, frozen=True, kw_only=True):
    """What the scenario is and where it plays."""

    name: Line
    site: str  # A path, from the scenario's folder.
    population: People = 150
    seed: Seed = 1


class CameraPlan(Part, frozen=True, kw_only=True):
    """A camera's mounting, lens and eye."""

    id: Identifier
    height_m: HeightM
    azimuth_deg: AzimuthDeg
    pitch_deg: PitchDeg
    opening_deg: Annotated[float, Meta(ge=5.0, le=120.0)]  # Across the image's width.
    width_px: Pixels = 1920
    height_px: Pixels = 1080
    k1: Annotated[float, Meta(ge=-0.3, le=0.3)] = 0.0  # Barrel distortion is negative.
    range_max_m: DistanceM = 75.0
    rate_hz: Rate = 5.0
    latency_s: DurationS = 0.08  # From the frame to the message: what a small detector takes.
    detection_max: Ratio = 0.97  # Probability for something near and in full view.
    clutter_per_scan: Annotated[float, Meta(ge=0.0, le=50.0)] = 0.02


class RadarPlan(Part, frozen=True, kw_only=True):
    """A radar's mounting and eye."""

    id: Identifier
    height_m: HeightM
    range_min_m: DistanceM = 3.0
    range_max_m: DistanceM = 95.0
    rate_hz: Rate = 5.0
    latency_s: DurationS = 0.03
    sigma_range_m: SigmaM = 0.4
    sigma_azimuth_deg: SigmaDeg = 0.8
    sigma_doppler_mps: SigmaM = 0.15
    doppler_min_mps: DistanceM = (
        0.3  # A person slower than this along the beam is lost in the ground.
    )
    detection_max: Ratio = 0.9
    clutter_per_scan: Annotated[float, Meta(ge=0.0, le=50.0)] = 0.1


class AcousticPlan(Part, frozen=True, kw_only=True):
    """An array of microphones."""

    id: Identifier
    height_m: HeightM
    range_max_m: DistanceM = 160.0
    latency_s: DurationS = 0.12
    sigma_azimuth_deg: SigmaDeg = 3.0
    sigma_range_ratio: Ratio = 0.25  # Range is guessed from loudness, so it errs in proportion.
    # A detector that works on blocks of 20 ms knows the onset to a part of one.
    sigma_onset_s: DurationS = 0.006
    echo_ratio: Ratio = 0.12  # Of the bangs, those that a wall throws back loudly enough.


class CounterPlan(Part, frozen=True, kw_only=True):
    """A counter of people; site.toml says which zone it counts."""

    id: Identifier
    period_s: Annotated[float, Meta(ge=1.0, le=60.0)] = 5.0
    missed_ratio: Ratio = 0.03  # Of those who pass, these pass unseen.
    latency_s: DurationS = 0.2


SensorPlan = CameraPlan | RadarPlan | AcousticPlan | CounterPlan


class ActuatorPlan(Part, frozen=True, kw_only=True):
    """How quick and how reliable an actuator is."""

    id: Identifier
    delay_s: DurationS
    failure_ratio: Ratio = 0.0
    fault: Fault | None = None  # What it does wrong with every command.


class TeamPlan(Part, frozen=True, kw_only=True):
    """A field team: where its post is, and how it answers."""

    id: Identifier
    at: Place
    speed_mps: Annotated[float, Meta(gt=0.0, le=10.0)] = 1.5
    read_s: Span = (1.0, 6.0)  # From the phone's buzz to a look at it.
    answer_s: Span = (1.0, 6.0)
    accept_ratio: Ratio = 0.9
    silent_ratio: Ratio = 0.03  # Of the tasks, these are not noticed at all.
    stay_s: Span = (15.0, 40.0)


class Entrance(Part, frozen=True, kw_only=True):
    """Where people come and go."""

    id: Identifier
    at: Place
    radius_m: DistanceM = 2.0
    weight: Weight = 1.0
    gate: Identifier | None = None  # The actuator that closes it.


class Spot(Part, frozen=True, kw_only=True):
    """Where people like to stop."""

    id: Identifier
    at: Place
    radius_m: DistanceM
    weight: Weight = 1.0
    dwell_s: Span


class Barrier(Part, frozen=True, kw_only=True):
    """Fenced ground that the public does not enter. Fences hide nobody."""

    id: Identifier
    polygon: Polygon


class Lane(Part, frozen=True, kw_only=True):
    """A path for vehicles that pass by, one after another."""

    id: Identifier
    path: Path
    speed_mps: Annotated[float, Meta(gt=0.0, le=40.0)] = 8.0
    interval_s: Span = (15.0, 40.0)


class DeliveryPlan(Part, frozen=True, kw_only=True):
    """How scans fare between sensor and broker."""

    lost_ratio: Ratio = 0.0
    duplicate_ratio: Ratio = 0.0
    late_ratio: Ratio = 0.0
    late_s: Span = (0.3, 1.5)


# --- What happens ------------------------------------------------------------------------------


class Happening(Part, frozen=True, kw_only=True, tag_field="kind"):
    """One kind of thing that happens again and again."""

    id: Identifier


class Intruder(Happening, frozen=True, kw_only=True, tag="intruder"):
    """Someone climbs a fence, looks around and leaves."""

    path: Path  # From the public side to the place of interest.
    stay_s: Span
    where: Line


class Ram(Happening, frozen=True, kw_only=True, tag="vehicle"):
    """A vehicle leaves the road, hesitates, drives at the crowd, brakes, and backs out."""

    path: Path
    hesitate_at: Place  # Between the tripwire and the bollards: time to act.
    hesitate_s: Span
    speed_mps: Annotated[float, Meta(gt=0.0, le=30.0)] = 9.0
    leave: Path  # Where it goes once it is back at the road.
    where: Line


class LeftBag(Happening, frozen=True, kw_only=True, tag="bag"):
    """Someone puts a bag down, walks away, and comes back for it."""

    places: Annotated[tuple[Place, ...], Meta(min_length=1)]
    away_s: Span
    where: Line


class Impulse(Happening, frozen=True, kw_only=True, tag="impulse"):
    """A bang. People near it run, then look, then go on."""

    places: Annotated[tuple[Place, ...], Meta(min_length=1)]
    flee_radius_m: DistanceM = 22.0


class Silence(Happening, frozen=True, kw_only=True, tag="silence"):
    """A sensor says nothing for a while and comes back."""

    sensors: Annotated[tuple[Identifier, ...], Meta(min_length=1)]
    duration_s: Span


HappeningKind = Intruder | Ram | LeftBag | Impulse | Silence


class StoryPlan(Part, frozen=True, kw_only=True):
    """How often something happens."""

    first_after_s: DurationS = 20.0
    pause_s: Span = (30.0, 70.0)  # From the end of one happening to the start of the next.


class Expectation(Part, frozen=True, kw_only=True):
    """The alert that a happening must raise, and how soon after it begins."""

    happening: Identifier
    rule: Identifier
    within_s: DurationS


class Scenario(Part, frozen=True, kw_only=True):
    """One scenario file."""

    scenario: ScenarioHead
    story: StoryPlan = StoryPlan()
    delivery: DeliveryPlan = DeliveryPlan()
    camera: tuple[CameraPlan, ...] = ()
    radar: tuple[RadarPlan, ...] = ()
    acoustic: tuple[AcousticPlan, ...] = ()
    counter: tuple[CounterPlan, ...] = ()
    actuator: tuple[ActuatorPlan, ...] = ()
    team: tuple[TeamPlan, ...] = ()
    entrance: Annotated[tuple[Entrance, ...], Meta(min_length=1)]
    spot: Annotated[tuple[Spot, ...], Meta(min_length=1)]
    barrier: tuple[Barrier, ...] = ()
    lane: tuple[Lane, ...] = ()
    happening: tuple[HappeningKind, ...] = ()
    expect: tuple[Expectation, ...] = ()
