import pytest

from hub.core.alerts.settling import settle_us
from hub.core.site import (
    CalibrationRule,
    CompoundRule,
    CueRule,
    DroneRule,
    GasRule,
    IntrusionRule,
    LoiteringRule,
    Rule,
    SilenceRule,
    TeamLostRule,
    TripwireRule,
    UnattendedRule,
)
from wire.labels import CueKind


@pytest.mark.parametrize(
    ("rule", "expected_s"),
    [
        (None, 30),
        (IntrusionRule(id="a", zone="z", stay_min_s=10.0), 40),
        (TripwireRule(id="a", tripwire="w", clear_after_s=20.0), 50),
        (SilenceRule(id="a", silence_max_s=60.0), 90),
        (CalibrationRule(id="a", stay_min_s=5.0), 35),
        (CueRule(id="a", cues=(CueKind.TAMPER,), clear_after_s=5.0), 35),
        (LoiteringRule(id="a", zone="z", stay_min_s=120.0), 150),
        (UnattendedRule(id="a", zone="z", alone_min_s=30.0), 60),
        (DroneRule(id="a", zone="z", claim_wait_s=5.0, stay_min_s=1.0), 36),
        (GasRule(id="a", channel="co", stay_min_s=3.0), 153),
        (TeamLostRule(id="a", silence_max_s=120.0), 150),
        (CompoundRule(id="a", of=("b", "c"), within_s=20.0), 50),
    ],
)
def test_a_rule_gets_the_time_it_needs_to_speak_again(rule: Rule | None, expected_s: int) -> None:
    assert settle_us(rule) == expected_s * 1_000_000
