"""How long a restored alert may stay active before its condition must have shown itself again."""

from typing import assert_never

from hub.core.site import (
    CalibrationRule,
    CueRule,
    IntrusionRule,
    Rule,
    SilenceRule,
    TripwireRule,
)
from wire.quantities import SECOND_US, DurationUs

# Sensors reconnect within their longest back-off and tracks are confirmed within a second or two.
RECONNECT_S = 30.0


def settle_us(rule: Rule | None) -> DurationUs:
    """Return how long after a restart this rule may need to find its condition true again.

    A rule that has left the plan finds nothing any more: its alerts go as soon as the others.
    """
    return round((RECONNECT_S + _own_s(rule)) * SECOND_US)


def _own_s(rule: Rule | None) -> float:
    """Return what the rule itself takes before it speaks, or how long its happenings last."""
    match rule:
        case None:
            return 0.0
        case IntrusionRule() | CalibrationRule():
            return rule.stay_min_s
        case SilenceRule():
            return rule.silence_max_s
        case TripwireRule() | CueRule():
            return rule.clear_after_s
        case _:  # pragma: no cover
            assert_never(rule)
