"""The rules of a plan: one Struct a kind; hub/core/rules judges by them."""

from typing import Annotated

from msgspec import Meta

from hub.core.planned.parts import Plan
from wire.labels import CueKind, FruinLevel, Label, Posture, Priority, Weekday
from wire.quantities import (
    AzimuthDeg,
    DistanceM,
    DurationS,
    HeightM,
    Identifier,
    Line,
    Ratio,
    Value,
)

Amount = Annotated[float, Meta(ge=0.0, le=1e9)]
PersonsPerM2 = Annotated[float, Meta(gt=0.0, le=20.0)]
Persons = Annotated[int, Meta(ge=1, le=100_000)]
Some = Annotated[int, Meta(ge=1, le=100)]
Expression = Annotated[str, Meta(min_length=1, max_length=1000)]

Setting = float | bool | str | tuple[str, ...]
"""What stands on the right of one line of a rule."""


class Hours(Plan, frozen=True, kw_only=True):
    """A span of the day in the site's own time; an end before its start runs over midnight."""

    start: Annotated[str, Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    end: Annotated[str, Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    days: tuple[Weekday, ...] = ()  # On which it begins; empty: every day.


class Suppression(Plan, frozen=True, kw_only=True):
    """While this holds, alerts of a rule are suppressed by design (ISA-18.2): listed, not raised.

    Everything that is given must hold. Alerts of priority high and critical are never suppressed
    by another rule's alert, only by a posture or the hours that the plan names.
    """

    reason: Line
    postures: tuple[Posture, ...] = ()
    hours: Hours | None = None
    rule: Identifier | None = None  # While an alert of this rule is open in the same zone.


class RulePlan(Plan, frozen=True, kw_only=True, tag_field="kind"):
    """What every rule has."""

    id: Identifier
    priority: Priority = Priority.HIGH
    summary: Line | None = None
    enabled: bool = True
    # What stands in place of its own settings while its zone, or the site, is in a posture.
    by_posture: dict[Posture, dict[Identifier, Setting]] = {}  # noqa: RUF012 -- msgspec copies it.
    suppressed: tuple[Suppression, ...] = ()


# --- Tracks -----------------------------------------------------------------------------------


class IntrusionRule(RulePlan, frozen=True, kw_only=True, tag="intrusion"):
    """Something is in a zone where it must not be."""

    zone: Identifier
    labels: tuple[Label, ...] = (Label.PERSON,)
    stay_min_s: DurationS = 0.0  # On-delay: how long it must be in there.
    clear_after_s: DurationS = 3.0  # Off-delay: how long it must be gone.
    hours: Hours | None = None


class TripwireRule(RulePlan, frozen=True, kw_only=True, tag="tripwire"):
    """Something crossed a line in its forbidden direction."""

    tripwire: Identifier
    labels: tuple[Label, ...] = (Label.PERSON,)
    speed_min_mps: DistanceM = 0.0
    clear_after_s: DurationS = 30.0  # A crossing is an instant: its condition lasts this long.
    hours: Hours | None = None


class LoiteringRule(RulePlan, frozen=True, kw_only=True, tag="loitering"):
    """Somebody stays about one place for longer than there is a reason to."""

    priority: Priority = Priority.MEDIUM
    zone: Identifier
    labels: tuple[Label, ...] = (Label.PERSON,)
    stay_min_s: DurationS = 120.0
    roam_max_m: DistanceM = 15.0  # Who goes further is on the way and not about a place.
    away_max_s: DurationS = 10.0  # Out of sight or outside for less does not begin it anew.
    clear_after_s: DurationS = 10.0
    hours: Hours | None = None


class UnattendedRule(RulePlan, frozen=True, kw_only=True, tag="unattended"):
    """An object was left behind by whoever brought it."""

    zone: Identifier
    labels: tuple[Label, ...] = (Label.BAG,)
    still_max_m: DistanceM = 1.0  # It does not move further than this.
    owner_near_m: DistanceM = 2.0  # Who is this near when it comes to rest brought it.
    apart_min_m: DistanceM = 5.0  # Its owner is further away than this,
    alone_min_s: DurationS = 30.0  # for this long; or nobody was seen to bring it.
    clear_after_s: DurationS = 5.0
    hours: Hours | None = None


class VehicleZoneRule(RulePlan, frozen=True, kw_only=True, tag="vehicle_zone"):
    """A vehicle is in a pedestrian zone, or drives too fast in a zone where it may."""

    zone: Identifier
    labels: tuple[Label, ...] = (Label.VEHICLE,)
    speed_min_mps: DistanceM = 0.0  # Only what is faster; 0: whatever is in there.
    stay_min_s: DurationS = 0.5
    clear_after_s: DurationS = 3.0
    hours: Hours | None = None


class VehicleApproachRule(RulePlan, frozen=True, kw_only=True, tag="vehicle_approach"):
    """A vehicle will reach people in a zone before it can be stopped.

    The warning is due when its time to the zone is down to what the people in the room and the
    actuator need: 2 s to alert and 4 s for a bollard are 107 m at 64 km/h.
    """

    priority: Priority = Priority.CRITICAL
    zone: Identifier
    labels: tuple[Label, ...] = (Label.VEHICLE,)
    speed_min_mps: DistanceM = 5.0
    decide_s: DurationS = 2.0  # For a person to see the alert and to say yes.
    actuator: Identifier | None = None  # What is to stop it: its delay comes on top.
    delay_s: DurationS = 4.0  # Of the actuator where it does not tell its own.
    margin_s: DurationS = 1.0
    persons_min: Annotated[int, Meta(ge=0, le=100_000)] = 1  # In the zone; 0: however few.
    clear_after_s: DurationS = 5.0
    hours: Hours | None = None


class DispersalRule(RulePlan, frozen=True, kw_only=True, tag="dispersal"):
    """People suddenly run away from a place."""

    zone: Identifier
    persons_min: Persons = 5
    speed_min_mps: DistanceM = 2.5  # A run: people walk at 1.3 m/s and hurry at 2.
    share_min: Ratio = 0.5  # Of the people in the zone.
    outward_min: Ratio = 0.6  # Mean cosine between where they run and away from their middle.
    stay_min_s: DurationS = 1.0
    clear_after_s: DurationS = 10.0


class DroneRule(RulePlan, frozen=True, kw_only=True, tag="drone"):
    """A drone is in the air over a zone, or flies without a remote id."""

    zone: Identifier
    height_max_m: HeightM = 10_000.0  # Above it is other people's airspace.
    with_remote_id_allowed: bool = False  # True: only one that does not say who it is.
    claim_wait_s: DurationS = 5.0  # Remote ids are sent every second, and some are lost.
    stay_min_s: DurationS = 1.0
    clear_after_s: DurationS = 10.0
    hours: Hours | None = None


# --- Crowds -----------------------------------------------------------------------------------


class DensityRule(RulePlan, frozen=True, kw_only=True, tag="density"):
    """A zone is too full, fills too fast, or presses (J. J. Fruin, 1971; D. Helbing, 2007)."""

    zone: Identifier
    walking: bool = False  # True: people are to get through it; their bounds are lower.
    level: FruinLevel = FruinLevel.E  # Raised at this level of service,
    critical_level: FruinLevel | None = FruinLevel.F  # critical at this one.
    hysteresis: PersonsPerM2 = 0.15  # So far below the level's bound it ends.
    # Persons per square metre and minute; None: not judged.
    rise_max_per_min: PersonsPerM2 | None = None
    pressure_max: Amount | None = None  # 1/s^2; turbulence begins at 0.02.
    stay_min_s: DurationS = 5.0
    clear_after_s: DurationS = 20.0
    hours: Hours | None = None


class CounterFlowRule(RulePlan, frozen=True, kw_only=True, tag="counter_flow"):
    """People go against the direction of a zone, or two streams meet head on."""

    priority: Priority = Priority.MEDIUM
    zone: Identifier
    # Whereto the zone leads; None: two streams of about equal strength that meet.
    azimuth_deg: AzimuthDeg | None = None
    speed_min_mps: DistanceM = 0.4
    persons_min: Persons = 3  # Going against.
    share_min: Ratio = 0.15  # Of all who move.
    stay_min_s: DurationS = 3.0
    clear_after_s: DurationS = 10.0
    hours: Hours | None = None


# --- What sensors say -------------------------------------------------------------------------


class CueRule(RulePlan, frozen=True, kw_only=True, tag="cue"):
    """A sensor stated that something happened: a bang, a forced door, a panic button."""

    cues: tuple[CueKind, ...]
    devices: tuple[Identifier, ...] = ()  # Empty: every sensor.
    confidence_min: Ratio = 0.5
    clear_after_s: DurationS = 60.0
    # Cues of several sensors about one happening join one condition within these.
    join_within_s: DurationS = 5.0
    join_within_m: DistanceM = 100.0
    hours: Hours | None = None


class GasRule(RulePlan, frozen=True, kw_only=True, tag="gas"):
    """A gas, dose rate or other reading is too high, or rises too fast over its own baseline."""

    channel: Identifier
    devices: tuple[Identifier, ...] = ()  # Empty: every sensor that reads this channel.
    unit: Line | None = None  # Readings in any other unit are an error, not a number.
    on_at: Value | None = None  # None: only the rise is judged.
    off_at: Value | None = None  # None: on_at.
    rise_max_per_min: Amount | None = None
    # Of noise above the baseline, which follows slow drift but not an alert.
    sigma_max: Annotated[float, Meta(ge=2.0, le=100.0)] | None = None
    baseline_s: Annotated[float, Meta(ge=60.0, le=86_400.0)] = 3600.0
    dose_max: Amount | None = None  # Value times hours since the start of the day.
    stay_min_s: DurationS = 3.0
    clear_after_s: DurationS = 30.0


class SilenceRule(RulePlan, frozen=True, kw_only=True, tag="silence"):
    """A sensor or an actuator that should talk does not."""

    priority: Priority = Priority.MEDIUM
    devices: tuple[Identifier, ...] = ()  # Empty: every expected one.
    # Three heartbeats of five seconds: one may be lost and one late.
    silence_max_s: DurationS = 15.0


class TamperRule(RulePlan, frozen=True, kw_only=True, tag="tamper"):
    """A camera is covered, defocused, turned away or in the dark, or somebody is at a device."""

    priority: Priority = Priority.MEDIUM
    devices: tuple[Identifier, ...] = ()  # Empty: every sensor.
    stay_min_s: DurationS = 5.0
    clear_after_s: DurationS = 10.0


class ClockRule(RulePlan, frozen=True, kw_only=True, tag="clock"):
    """A device's clock is wrong by more than fusion and evidence can bear."""

    priority: Priority = Priority.MEDIUM
    devices: tuple[Identifier, ...] = ()  # Empty: every sensor.
    ahead_max_s: DurationS = 0.5  # Nothing travels back in time: so little is the link's doing.
    behind_max_s: DurationS = 2.0  # Of the smoothed delay, which holds the link's own.
    stay_min_s: DurationS = 10.0
    clear_after_s: DurationS = 10.0


class CalibrationRule(RulePlan, frozen=True, kw_only=True, tag="calibration"):
    """A sensor's own errors, as the hub estimates them, are too large or do not come to rest."""

    priority: Priority = Priority.MEDIUM
    devices: tuple[Identifier, ...] = ()  # Empty: every sensor.
    # An installation by hand is off by less; more means that it was moved.
    shift_max_m: DistanceM = 3.0
    yaw_max_deg: Annotated[float, Meta(gt=0.0, le=180.0)] = 3.0
    pitch_max_deg: Annotated[float, Meta(gt=0.0, le=90.0)] = 1.5
    clock_max_s: DurationS = 0.5
    settle_max_s: DurationS = 120.0  # Of having people in common with other sensors.
    stay_min_s: DurationS = 5.0  # On-delay: what agrees again at once was only hidden.


class CoverageRule(RulePlan, frozen=True, kw_only=True, tag="coverage"):
    """Nobody looks at enough of a zone that must be watched."""

    zone: Identifier
    seen_min: Ratio = 0.8  # Share of its ground that a sensor sees.
    hysteresis: Ratio = 0.05
    stay_min_s: DurationS = 10.0
    clear_after_s: DurationS = 10.0
    hours: Hours | None = None


# --- Teams ------------------------------------------------------------------------------------


class TeamLostRule(RulePlan, frozen=True, kw_only=True, tag="team_lost"):
    """A team on duty has not said where it is for too long."""

    teams: tuple[Identifier, ...] = ()  # Empty: every team that has reported since the start.
    silence_max_s: DurationS = 120.0
    hours: Hours | None = None


class TeamZoneRule(RulePlan, frozen=True, kw_only=True, tag="team_zone"):
    """Too few teams are in or near a zone."""

    priority: Priority = Priority.MEDIUM
    zone: Identifier
    teams_min: Some = 1
    near_m: DistanceM = 20.0
    stay_min_s: DurationS = 60.0
    clear_after_s: DurationS = 10.0
    hours: Hours | None = None


# --- Of other conditions ------------------------------------------------------------------------


class CompoundRule(RulePlan, frozen=True, kw_only=True, tag="compound"):
    """Several kinds of condition hold near one another within a window: two must agree."""

    priority: Priority = Priority.CRITICAL
    # Ids of rules. Each counts once, however many conditions of it hold.
    of: Annotated[tuple[Identifier, ...], Meta(min_length=2, max_length=20)]
    at_least: Some = 2
    within_s: DurationS = 30.0
    within_m: DistanceM = 50.0  # What has no place is near everything.
    repeat_every_s: DurationS = 60.0  # While it lasts it asks again for a person this often.
    clear_after_s: DurationS = 10.0


class ExpressionRule(RulePlan, frozen=True, kw_only=True, tag="expression"):
    """A condition of the site's own, in the Common Expression Language (cel.dev)."""

    priority: Priority = Priority.MEDIUM
    per: Annotated[str, Meta(pattern="^(track|zone|sensor|site)$")] = "zone"
    zone: Identifier | None = None  # Only in this zone; None: everywhere.
    when: Expression  # What must be true, e.g. "zone.density > 2.0 && site.hour >= 22".
    until: Expression | None = None  # What ends it; None: that `when` is false.
    stay_min_s: DurationS = 1.0
    clear_after_s: DurationS = 3.0


Rule = (
    IntrusionRule
    | TripwireRule
    | LoiteringRule
    | UnattendedRule
    | VehicleZoneRule
    | VehicleApproachRule
    | DispersalRule
    | DroneRule
    | DensityRule
    | CounterFlowRule
    | CueRule
    | GasRule
    | SilenceRule
    | TamperRule
    | ClockRule
    | CalibrationRule
    | CoverageRule
    | TeamLostRule
    | TeamZoneRule
    | CompoundRule
    | ExpressionRule
)
