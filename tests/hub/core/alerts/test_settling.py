import pytest

from hub.core.alerts.settling import settle_us
from hub.core.site import (
    CalibrationRule,
    CueRule,
    IntrusionRule,
    Rule,
    SilenceRule,
    TripwireRule,
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
    ],
)
def test_a_rule_gets_the_time_it_needs_to_speak_again(rule: Rule | None, expected_s: int) -> None:
    assert settle_us(rule) == expected_s * 1_000_000
