"""How long a restored alert may stay active before its condition must have shown itself again."""

from typing import assert_never

from hub.core.site import (
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
    IntrusionRule,
    LoiteringRule,
    Rule,
    SilenceRule,
    TamperRule,
    TeamLostRule,
    TeamZoneRule,
    TripwireRule,
    UnattendedRule,
    VehicleApproachRule,
    VehicleZoneRule,
)
from wire.quantities import SECOND_US, DurationUs

# Sensors reconnect within their longest back-off and tracks are confirmed within a second or two.
RECONNECT_S = 30.0
# Gas and dose are read at most so slowly.
READING_S = 120.0


def settle_us(rule: Rule | None) -> DurationUs:
    """Return how long after a restart this rule may need to find its condition true again.

    A rule that has left the plan finds nothing any more: its alerts go as soon as the others.
    """
    return round((RECONNECT_S + _own_s(rule)) * SECOND_US)


def _own_s(rule: Rule | None) -> float:  # noqa: PLR0911 - one for each way of speaking.
    """Return what the rule itself takes before it speaks, or how long its happenings last."""
    match rule:
        case None:
            return 0.0
        case (
            IntrusionRule()
            | CalibrationRule()
            | ClockRule()
            | CounterFlowRule()
            | CoverageRule()
            | DensityRule()
            | DispersalRule()
            | ExpressionRule()
            | LoiteringRule()
            | TamperRule()
            | TeamZoneRule()
            | VehicleZoneRule()
        ):
            return rule.stay_min_s
        case GasRule():
            return rule.stay_min_s + READING_S
        case UnattendedRule():
            return rule.alone_min_s
        case DroneRule():
            return rule.claim_wait_s + rule.stay_min_s
        case SilenceRule() | TeamLostRule():
            return rule.silence_max_s
        case TripwireRule() | CueRule() | VehicleApproachRule():
            return rule.clear_after_s
        case CompoundRule():
            return rule.within_s  # What it is made of is back by then, or too old.
        case _:  # pragma: no cover
            assert_never(rule)
