"""What the types of a rule cannot say: what it names must exist, and it must be able to apply."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Final

import msgspec

from hub.adapters.problem import OF_THE_HUB, Path, Problem, hours_of, known, some, unique
from hub.core.rules.expression_language import faults_of
from hub.core.rules.variant import FIXED, variant
from hub.core.site import (
    CompoundRule,
    CoverageRule,
    DensityRule,
    ExpressionRule,
    GasRule,
    Rule,
    SilenceRule,
    Site,
    UnattendedRule,
)
from wire.labels import FruinLevel, Posture, Priority

# What is this urgent is hidden by a posture or by hours only, never by another alert.
_URGENT: Final = (Priority.HIGH, Priority.CRITICAL)
_LEVELS: Final = tuple(FruinLevel)


def rule_problems(site: Site) -> Iterator[Problem]:
    """Yield everything that is wrong with the rules of a plan whose types are right."""
    for number, rule in enumerate(site.rules):
        path: Path = ("rules", number)
        yield from _named(path, rule, site)
        yield from _able(path, rule, site)
        yield from _suppressed(path, rule, site)
        for posture in rule.by_posture:
            yield from _posture((*path, "by_posture", posture.value), rule, posture, site)


# --- What it names ----------------------------------------------------------------------------


def _named(path: Path, rule: Rule, site: Site) -> Iterator[Problem]:
    """Yield names that the plan does not have. Every kind calls one thing by one word."""
    single: dict[str, Iterable[str]] = {
        "zone": [zone.id for zone in site.zones],
        "tripwire": [tripwire.id for tripwire in site.tripwires],
        "actuator": [actuator.id for actuator in site.actuators],
    }
    for field, names in single.items():
        yield from known((*path, field), field, getattr(rule, field, None), names)
    sensors = [sensor.id for sensor in site.sensors]
    devices = [*sensors, *(actuator.id for actuator in site.actuators)]
    what = "device" if isinstance(rule, SilenceRule) else "sensor"
    yield from _each(
        (*path, "devices"), what, rule, devices if isinstance(rule, SilenceRule) else sensors
    )
    yield from _each((*path, "teams"), "team", rule, [team.id for team in site.teams])
    for field in ("labels", "cues"):
        yield from some((*path, field), getattr(rule, field, "-"))
    yield from hours_of((*path, "hours"), getattr(rule, "hours", None))


def _each(path: Path, what: str, rule: Rule, names: Sequence[str]) -> Iterator[Problem]:
    for number, name in enumerate(getattr(rule, str(path[-1]), ())):
        yield from known((*path, number), what, name, names)


# --- Whether it can apply -----------------------------------------------------------------------


def _able(path: Path, rule: Rule, site: Site) -> Iterator[Problem]:
    """Yield settings that contradict one another."""
    match rule:
        case GasRule():
            yield from _gas(path, rule)
        case DensityRule():
            yield from _density(path, rule)
        case CoverageRule():
            if rule.seen_min + rule.hysteresis > 1.0:
                what = f"it would end only when {rule.seen_min + rule.hysteresis:.0%} is seen"
                yield Problem((*path, "hysteresis"), what, "lower it, or seen_min")
        case UnattendedRule():
            if rule.apart_min_m <= rule.owner_near_m:
                what = "an owner who stands beside it would be away"
                yield Problem((*path, "apart_min_m"), what, "make it more than owner_near_m")
        case CompoundRule():
            yield from _compound(path, rule, site)
        case ExpressionRule():
            yield from _expression(path, rule)
        case _:
            pass  # What its types say is enough.


def _gas(path: Path, rule: GasRule) -> Iterator[Problem]:
    judged = (rule.on_at, rule.rise_max_per_min, rule.sigma_max, rule.dose_max)
    if all(limit is None for limit in judged):
        what = "it has no limit, so that the rule never applies"
        yield Problem(path, what, "add on_at, rise_max_per_min, sigma_max or dose_max")
    if rule.on_at is None and rule.off_at is not None:
        what = "there is no on_at that it would end"
        yield Problem((*path, "off_at"), what, "add on_at, or take it away")


def _density(path: Path, rule: DensityRule) -> Iterator[Problem]:
    critical = rule.critical_level
    if critical is not None and _LEVELS.index(critical) < _LEVELS.index(rule.level):
        what = f"{critical} is less dense than {rule.level}, where the alert begins"
        yield Problem((*path, "critical_level"), what, "make it the denser one")


def _compound(path: Path, rule: CompoundRule, site: Site) -> Iterator[Problem]:
    others = {other.id: other for other in site.rules if other.id != rule.id}
    yield from unique([((*path, "of", number), name) for number, name in enumerate(rule.of)])
    for number, name in enumerate(rule.of):
        here = (*path, "of", number)
        yield from known(here, "other rule", name, [*others, *OF_THE_HUB])
        if isinstance(others.get(name), CompoundRule):
            what = f"{name!r} is itself made of other rules"
            yield Problem(here, what, "name the rules that it is made of")
    if rule.at_least > len(rule.of):
        what = f"{rule.at_least} of {len(rule.of)} can never hold"
        yield Problem((*path, "at_least"), what, f"make it {len(rule.of)} or less")


def _expression(path: Path, rule: ExpressionRule) -> Iterator[Problem]:
    if rule.per == "site" and rule.zone is not None:
        what = "what is judged once for the site is in no zone"
        yield Problem((*path, "zone"), what, 'take it away, or write per = "zone"')
    for field in ("when", "until"):
        text = getattr(rule, field)
        if text is None:
            continue
        for fault in faults_of(text, rule.per, has_zone=rule.zone is not None):
            yield Problem((*path, field), fault.what, fault.fix)


# --- When it is suppressed, and what postures make of it ----------------------------------------


def _suppressed(path: Path, rule: Rule, site: Site) -> Iterator[Problem]:
    others = [*OF_THE_HUB, *(other.id for other in site.rules if other.id != rule.id)]
    hidden = {other.id for other in site.rules if any(one.rule for one in other.suppressed)}
    for number, one in enumerate(rule.suppressed):
        here = (*path, "suppressed", number)
        if not one.postures and one.hours is None and one.rule is None:
            what = "nothing says when it holds"
            yield Problem(here, what, "add postures, hours or rule, or write enabled = false")
        yield from known((*here, "rule"), "other rule", one.rule, others)
        yield from hours_of((*here, "hours"), one.hours)
        if one.rule is not None and rule.priority in _URGENT:
            what = f"no other alert hides one of priority {rule.priority}"
            yield Problem((*here, "rule"), what, "name postures or hours in its place")
        elif one.rule is not None and one.rule in hidden - {rule.id}:
            what = f"{one.rule} may be suppressed by another rule, and so suppresses none itself"
            yield Problem((*here, "rule"), what, "name the rule that suppresses both")


def _posture(path: Path, rule: Rule, posture: Posture, site: Site) -> Iterator[Problem]:
    fields = [name for name in rule.__struct_fields__ if name not in FIXED]
    strays = [name for name in rule.by_posture[posture] if name not in fields]
    for name in strays:
        if name in FIXED and name in rule.__struct_fields__:
            what, fix = "no posture changes this", "write two rules, or leave it out"
            if name == "enabled":
                fix = f'write suppressed = [{{ reason = "…", postures = ["{posture}"] }}]'
            yield Problem((*path, name), what, fix)
            continue
        close = get_close_matches(name, fields, n=1)
        fix = f"did you mean {close[0]}?" if close else f"use one of: {', '.join(fields)}"
        yield Problem((*path, name), f"a rule of kind {_kind(rule)} has no such word", fix)
    if strays:
        return
    try:
        changed = variant(rule, posture)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$")
        name = where.strip(".`").split("[")[0]
        yield Problem((*path, name), what[:1].lower() + what[1:], "correct the value")
        return
    before = list(_able((), rule, site))
    for one in _able((), changed, site):
        if one not in before:
            yield Problem((*path, *one.path), one.what, one.fix)


def _kind(rule: Rule) -> str:
    tag = rule.__struct_config__.tag
    assert isinstance(tag, str)
    return tag
