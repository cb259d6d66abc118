"""The plan of one site: what stands where, what is judged, and what is done about it. Data only."""

from typing import Annotated

from msgspec import Meta, Struct

from hub.core.planned.parts import (
    Actuator,
    Area,
    Origin,
    Place,
    Plan,
    Polygon,
    Sensor,
    Team,
    Tripwire,
    Verification,
)
from hub.core.planned.playbooks import (
    ActuatorIs,
    AnyStep,
    Escalation,
    Interlock,
    ManualStep,
    NotInPosture,
    Playbook,
    PostureStep,
    Step,
    StepPlan,
    TaskStep,
    VehicleCanStop,
    ZoneClear,
)
from hub.core.planned.rules import (
    CalibrationRule,
    ClockRule,
    CompoundRule,
    CounterFlowRule,
    CoverageRule,
    CueRule,
    DensityRule,
    DispersalRule,
    DroneRule,
    ExpressionRule,
    GasRule,
    Hours,
    IntrusionRule,
    LoiteringRule,
    Rule,
    RulePlan,
    Setting,
    SilenceRule,
    Suppression,
    TamperRule,
    TeamLostRule,
    TeamZoneRule,
    TripwireRule,
    UnattendedRule,
    VehicleApproachRule,
    VehicleZoneRule,
)
from wire.labels import Priority
from wire.quantities import DistanceM, DurationS, Identifier, Line

__all__ = [
    "Actuator",
    "ActuatorIs",
    "AnyStep",
    "Area",
    "CalibrationRule",
    "ClockRule",
    "CompoundRule",
    "CounterFlowRule",
    "CoverageRule",
    "CueRule",
    "DensityRule",
    "DispersalRule",
    "DroneRule",
    "Escalation",
    "ExpressionRule",
    "GasRule",
    "Grouping",
    "Hours",
    "Interlock",
    "IntrusionRule",
    "LoiteringRule",
    "ManualStep",
    "NotInPosture",
    "Offset",
    "Origin",
    "Place",
    "Plan",
    "Playbook",
    "Polygon",
    "PostureStep",
    "Rule",
    "RulePlan",
    "Sensor",
    "Setting",
    "SilenceRule",
    "Site",
    "Step",
    "StepPlan",
    "Suppression",
    "TamperRule",
    "TaskStep",
    "Team",
    "TeamLostRule",
    "TeamZoneRule",
    "Tripwire",
    "TripwireRule",
    "UnattendedRule",
    "VehicleApproachRule",
    "VehicleCanStop",
    "VehicleZoneRule",
    "Verification",
    "ZoneClear",
]


class Offset(Struct, frozen=True, kw_only=True):
    """From an instant on, the site's own time is so far ahead of UTC."""

    from_us: int
    ahead_s: int


class Grouping(Plan, frozen=True, kw_only=True):
    """When alerts belong to one incident."""

    enabled: bool = True
    within_m: DistanceM = 30.0
    within_s: DurationS = 300.0
    # Alerts of this priority and above are an incident by themselves; others only join one.
    priority_min: Priority = Priority.LOW


class Site(Plan, frozen=True, kw_only=True):
    """One protected place."""

    id: Identifier
    name: Line
    origin: Origin
    bounds: tuple[Place, Place]  # South-west and north-east corner of what may hold tracks.
    time_zone: Line = "UTC"  # Of the IANA database: hours of rules are in it.
    offsets: tuple[Offset, ...] = ()  # That time zone, worked out by whoever reads the file.
    operators: Annotated[int, Meta(ge=1, le=100)] = 1  # On duty: the alert load is theirs.
    grouping: Grouping = Grouping()
    ground: tuple[Area, ...] = ()
    buildings: tuple[Area, ...] = ()
    zones: tuple[Area, ...] = ()
    tripwires: tuple[Tripwire, ...] = ()
    sensors: tuple[Sensor, ...] = ()
    actuators: tuple[Actuator, ...] = ()
    teams: tuple[Team, ...] = ()
    rules: tuple[Rule, ...] = ()
    playbooks: tuple[Playbook, ...] = ()
    escalations: tuple[Escalation, ...] = ()
