import pytest
from msgspec.structs import replace
from plan_parts import a_site

from hub.adapters.rule_checks import rule_problems
from hub.core.site import (
    CalibrationRule,
    ClockRule,
    CompoundRule,
    CoverageRule,
    CueRule,
    DensityRule,
    DroneRule,
    ExpressionRule,
    GasRule,
    Hours,
    IntrusionRule,
    Rule,
    Setting,
    SilenceRule,
    Suppression,
    TamperRule,
    TeamLostRule,
    TeamZoneRule,
    TripwireRule,
    UnattendedRule,
    VehicleApproachRule,
)
from wire.labels import FruinLevel, Posture, Priority


def a_suppressed(priority: Priority = Priority.LOW, **holds: object) -> IntrusionRule:
    one = Suppression(reason="It is known", **holds)  # type: ignore[arg-type]
    return IntrusionRule(id="r", zone="stage", priority=priority, suppressed=(one,))


def a_raised(**settings: Setting) -> IntrusionRule:
    return IntrusionRule(id="r", zone="stage", by_posture={Posture.RAISED: settings})


def an_expression(when: str, **changes: object) -> ExpressionRule:
    return ExpressionRule(id="r", when=when, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "path", "what"),
    [
        # --- What it names
        (IntrusionRule(id="r", zone="x"), ("zone",), "there is no zone 'x'"),
        (DensityRule(id="r", zone="x"), ("zone",), "there is no zone 'x'"),
        (DroneRule(id="r", zone="x"), ("zone",), "there is no zone 'x'"),
        (TeamZoneRule(id="r", zone="x"), ("zone",), "there is no zone 'x'"),
        (IntrusionRule(id="r", zone="stage", labels=()), ("labels",), "it is empty, so that"),
        (
            IntrusionRule(id="r", zone="stage", hours=Hours(start="06:00", end="06:00")),
            ("hours", "end"),
            "it ends when it starts",
        ),
        (TripwireRule(id="r", tripwire="x"), ("tripwire",), "there is no tripwire 'x'"),
        (
            VehicleApproachRule(id="r", zone="stage", actuator="x"),
            ("actuator",),
            "there is no actuator 'x'",
        ),
        (SilenceRule(id="r", devices=("siren", "x")), ("devices", 1), "there is no device 'x'"),
        (CalibrationRule(id="r", devices=("siren",)), ("devices", 0), "there is no sensor 'siren'"),
        (TamperRule(id="r", devices=("siren",)), ("devices", 0), "there is no sensor 'siren'"),
        (ClockRule(id="r", devices=("x",)), ("devices", 0), "there is no sensor 'x'"),
        (CueRule(id="r", cues=()), ("cues",), "it is empty"),
        (TeamLostRule(id="r", teams=("south",)), ("teams", 0), "there is no team 'south'"),
        # --- Whether it can apply
        (GasRule(id="r", channel="co"), (), "it has no limit"),
        (
            GasRule(id="r", channel="co", sigma_max=5.0, off_at=3.0),
            ("off_at",),
            "there is no on_at",
        ),
        (
            DensityRule(id="r", zone="stage", level=FruinLevel.E, critical_level=FruinLevel.C),
            ("critical_level",),
            "C is less dense than E",
        ),
        (
            CoverageRule(id="r", zone="stage", seen_min=0.98),
            ("hysteresis",),
            "it would end only when 103% is seen",
        ),
        (
            UnattendedRule(id="r", zone="stage", apart_min_m=2.0),
            ("apart_min_m",),
            "an owner who stands beside it",
        ),
        (
            CompoundRule(id="r", of=("intruder", "intruder")),
            ("of", 1),
            "there is another 'intruder'",
        ),
        (CompoundRule(id="r", of=("intruder", "r")), ("of", 1), "there is no other rule 'r'"),
        (
            CompoundRule(id="r", of=("intruder", "both")),
            ("of", 1),
            "'both' is itself made of other rules",
        ),
        (
            CompoundRule(id="r", of=("intruder", "actuator-fault"), at_least=3),
            ("at_least",),
            "3 of 2 can never hold",
        ),
        (an_expression("zone.denssity > 1.0"), ("when",), "a zone has no 'denssity'"),
        (an_expression("true", until="zone.density >"), ("until",), "mismatched input"),
        (
            an_expression("true", per="site", zone="stage"),
            ("zone",),
            "what is judged once for the site is in no zone",
        ),
        # --- When it is suppressed
        (a_suppressed(), ("suppressed", 0), "nothing says when it holds"),
        (a_suppressed(rule="x"), ("suppressed", 0, "rule"), "there is no other rule 'x'"),
        (
            a_suppressed(Priority.HIGH, rule="intruder"),
            ("suppressed", 0, "rule"),
            "no other alert hides one of priority high",
        ),
        (
            a_suppressed(hours=Hours(start="06:00", end="06:00")),
            ("suppressed", 0, "hours", "end"),
            "it ends when it starts",
        ),
        # --- What postures make of it
        (
            a_raised(stay_min=3.0),
            ("by_posture", "raised", "stay_min"),
            "a rule of kind intrusion has no such word",
        ),
        (a_raised(zone="bank"), ("by_posture", "raised", "zone"), "no posture changes this"),
        (a_raised(enabled=False), ("by_posture", "raised", "enabled"), "no posture changes this"),
        (
            a_raised(priority="urgent"),
            ("by_posture", "raised", "priority"),
            "invalid enum value 'urgent'",
        ),
        (
            a_raised(stay_min_s="long"),
            ("by_posture", "raised", "stay_min_s"),
            "expected `float`, got `str`",
        ),
        (
            CoverageRule(id="r", zone="stage", by_posture={Posture.RAISED: {"seen_min": 1.0}}),
            ("by_posture", "raised", "hysteresis"),
            "it would end only when",
        ),
    ],
)
def test_each_problem_is_found_alone_and_at_its_place(
    rule: Rule, path: tuple[str | int, ...], what: str
) -> None:
    both = CompoundRule(id="both", of=("intruder", "actuator-fault"))
    site = a_site(rules=(rule, IntrusionRule(id="intruder", zone="stage"), both))

    (problem, *_) = rule_problems(site)

    assert problem.path == ("rules", 0, *path)
    assert problem.what.startswith(what)
    assert problem.fix


@pytest.mark.parametrize(
    "rule",
    [
        a_raised(stay_min_s=3.0, priority="critical", labels=("person", "vehicle")),
        a_suppressed(Priority.CRITICAL, postures=(Posture.EVACUATING,)),
        a_suppressed(hours=Hours(start="22:00", end="06:00"), rule="intruder"),
        GasRule(id="r", channel="oxygen", on_at=19.5, off_at=20.0),
        an_expression("zone.density > 2.0 && site.hour >= 22"),
        an_expression('track.label == "vehicle" && zone.persons > 5', per="track", zone="stage"),
        TeamLostRule(id="r", teams=("north",)),
        VehicleApproachRule(id="r", zone="stage", actuator="siren"),
    ],
)
def test_a_good_rule_has_no_problems(rule: Rule) -> None:
    site = a_site(rules=(rule, IntrusionRule(id="intruder", zone="stage")))

    assert list(rule_problems(site)) == []


def test_what_no_posture_changes_has_another_way() -> None:
    (problem,) = rule_problems(a_site(rules=(a_raised(enabled=False),)))

    assert problem.fix == 'write suppressed = [{ reason = "…", postures = ["raised"] }]'


def test_a_misspelt_setting_is_answered_with_the_one_that_is_meant() -> None:
    (problem,) = rule_problems(a_site(rules=(a_raised(stay_min=1.0),)))

    assert problem.fix == "did you mean stay_min_s?"


def test_a_rule_that_another_suppresses_is_no_suppressor() -> None:
    hidden = replace(a_suppressed(rule="intruder"), id="hidden")
    rules = (a_suppressed(rule="hidden"), hidden, IntrusionRule(id="intruder", zone="stage"))

    (problem,) = rule_problems(a_site(rules=rules))

    assert problem.path == ("rules", 0, "suppressed", 0, "rule")
    assert problem.what == "hidden may be suppressed by another rule, and so suppresses none itself"
