import msgspec
import pytest

from hub.core.rules.variant import posture_of, variant, zone_of
from hub.core.site import DensityRule, IntrusionRule, LoiteringRule, Setting, SilenceRule
from wire.labels import FruinLevel, Label, Posture, Priority


def a_rule(**settings: Setting) -> LoiteringRule:
    return LoiteringRule(id="lurk", zone="bank", by_posture={Posture.RAISED: settings})


def test_a_posture_replaces_what_it_names_and_nothing_else() -> None:
    rule = a_rule(stay_min_s=30.0, priority="high", labels=("person", "bicycle"))

    raised = variant(rule, Posture.RAISED)

    assert isinstance(raised, LoiteringRule)
    assert (raised.stay_min_s, raised.priority) == (30.0, Priority.HIGH)
    assert raised.labels == (Label.PERSON, Label.BICYCLE)
    assert (raised.id, raised.zone, raised.roam_max_m) == ("lurk", "bank", 15.0)
    assert variant(rule, Posture.NORMAL) is rule


def test_whole_numbers_and_words_are_what_the_rule_wants() -> None:
    settings: dict[str, Setting] = {"stay_min_s": 3.0, "level": "C", "hysteresis": 0.5}
    rule = DensityRule(id="full", zone="stage", by_posture={Posture.RAISED: settings})

    raised = variant(rule, Posture.RAISED)

    assert isinstance(raised, DensityRule)
    assert (raised.level, raised.stay_min_s, raised.hysteresis) == (FruinLevel.C, 3.0, 0.5)


@pytest.mark.parametrize(
    ("name", "value"), [("stay_min_s", "long"), ("priority", "urgent"), ("stay_s", 3.0)]
)
def test_what_cannot_be_is_an_error(name: str, value: Setting) -> None:
    with pytest.raises(msgspec.ValidationError):
        variant(a_rule(**{name: value}), Posture.RAISED)


def test_the_zones_own_posture_goes_before_the_sites() -> None:
    rule = IntrusionRule(id="in", zone="bank")
    both = {"site": Posture.RAISED, "bank": Posture.EVACUATING}

    assert posture_of(rule, both) is Posture.EVACUATING
    assert posture_of(rule, {"site": Posture.RAISED}) is Posture.RAISED
    assert posture_of(rule, {}) is Posture.NORMAL
    assert posture_of(SilenceRule(id="quiet"), both) is Posture.RAISED
    assert zone_of(SilenceRule(id="quiet")) is None
