"""A scenario's two files become one plan. What is wrong with them is said with file and line."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from simulators.core.plan import (
    ActuatorPlan,
    Scenario,
    SensorPlan,
    Silence,
    SitePlan,
    TeamPlan,
)
from simulators.errors import ScenarioError

BUNDLED: Final = Path(__file__).parent / "scenarios"
SCENARIO_FILE: Final = "scenario.toml"

# A plan is written by hand; a megabyte is not.
FILE_MAX_BYTES: Final = 1024 * 1024

_LOCATED = re.compile(r"(?P<what>.*) - at `(?P<path>.*)`", re.DOTALL)
_UNKNOWN = re.compile(r"unknown field `(?P<field>[^`]+)`")
_STEP = re.compile(r"\.(?P<key>[^.\[]+)|\[(?P<index>\d+)\]")
_DECODE_LINE = re.compile(r" \(at line (?P<line>\d+), column \d+\)| \(at end of document\)")

Plan = TypeVar("Plan", SitePlan, Scenario)


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario, ready to play."""

    path: Path
    site: SitePlan
    scenario: Scenario


def bundled() -> tuple[str, ...]:
    """Return the names of the scenarios that come with Vedette."""
    return tuple(sorted(found.parent.name for found in BUNDLED.glob(f"*/{SCENARIO_FILE}")))


def load(name: str) -> Loaded:
    """Return the scenario at a path, or the bundled one of that name."""
    path = _find(name)
    scenario = _read(path, Scenario)
    site_path = path.parent / scenario.scenario.site
    if not site_path.is_file():
        line = _line_of(path.read_text(encoding="utf-8"), "$.scenario.site")
        what = f"{path}:{line}: there is no site at {site_path}"
        raise ScenarioError(what, fix="correct the path of `site`")
    site = _read(site_path, SitePlan)
    _check_references(path, scenario, site)
    return Loaded(path=path, site=site, scenario=scenario)


def load_site(name: str) -> SitePlan:
    """Return the site of a scenario, or the one in a site file."""
    path = Path(name)
    if path.suffix == ".toml" and path.name != SCENARIO_FILE and path.is_file():
        return _read(path, SitePlan)
    return load(name).site


def _find(name: str) -> Path:
    for path in (Path(name), Path(name) / SCENARIO_FILE, BUNDLED / name / SCENARIO_FILE):
        if path.is_file():
            return path
    what = f"there is no scenario at {name}"
    raise ScenarioError(what, fix=f"give a scenario.toml, or one of: {', '.join(bundled())}")


def _read(path: Path, kind: type[Plan]) -> Plan:
    text = _text(path)
    try:
        return msgspec.convert(tomllib.loads(text), kind)
    except tomllib.TOMLDecodeError as error:
        found = _DECODE_LINE.search(str(error))
        line = found["line"] if found and found["line"] else str(text.count("\n") + 1)
        said = f"{path}:{line}: {_lower(_DECODE_LINE.sub('', str(error)))}"
        raise ScenarioError(said, fix="see toml.io") from None
    except msgspec.ValidationError as error:
        located = _LOCATED.fullmatch(str(error))
        what, where = (located["what"], located["path"]) if located else (str(error), "$")
        unknown = _UNKNOWN.search(what)
        line = _line_of(text, f"{where}.{unknown['field']}" if unknown else where)
        said = f"{path}:{line}: {_where(where)}{_lower(what)}"
        raise ScenarioError(said, fix="see docs/scenarios.md for what may stand there") from None


def _text(path: Path) -> str:
    fix = "give a file of a scenario, in UTF-8"
    try:
        with path.open("rb") as file:
            payload = file.read(FILE_MAX_BYTES + 1)
        text = payload.decode()
    except (OSError, UnicodeDecodeError) as error:
        what = f"{path} cannot be read: {error}"
        raise ScenarioError(what, fix=fix) from None
    if len(payload) > FILE_MAX_BYTES:
        what = f"{path} is larger than {FILE_MAX_BYTES} bytes"
        raise ScenarioError(what, fix=fix)
    return text


def _lower(what: str) -> str:
    return f"{what[:1].lower()}{what[1:]}".replace("`", "")


def _where(path: str) -> str:
    return f"{path.removeprefix('$').removeprefix('.')}: " if path != "$" else ""


def _line_of(text: str, path: str) -> int:
    """Return the line of `$.table[index].key`, or of the nearest thing above it."""
    steps = [(step["key"], step["index"]) for step in _STEP.finditer(path)]
    if not steps or steps[0][0] is None:
        return 1
    table, key = steps[0][0], next((key for key, _ in steps[1:] if key), None)
    index = next((int(index) for _, index in steps[1:2] if index), 0)
    lines = text.splitlines()
    heads = [
        number
        for number, line in enumerate(lines)
        if re.match(rf"\s*\[\[?\s*{re.escape(table)}\s*\]", line)
    ]
    if index >= len(heads):
        return 1
    head = heads[index]
    for number in range(head + 1, len(lines)):
        if lines[number].lstrip().startswith("["):
            break
        if key and re.match(rf"\s*{re.escape(key)}\s*[=.]", lines[number]):
            return number + 1
    return head + 1


class Claim(msgspec.Struct, frozen=True):
    """A name in the scenario that something else must have."""

    where: str
    kind: str
    name: str
    known: frozenset[str]


def _check_references(path: Path, scenario: Scenario, site: SitePlan) -> None:
    """Refuse a scenario that speaks of what its site or itself does not have."""
    for claim in _claims(scenario, site):
        if claim.name not in claim.known:
            line = _line_of(path.read_text(encoding="utf-8"), claim.where)
            what = f"{path}:{line}: there is no {claim.kind} {claim.name}"
            raise ScenarioError(what, fix=f"name one of: {', '.join(sorted(claim.known))}")


def _claims(scenario: Scenario, site: SitePlan) -> Iterator[Claim]:
    sensors = frozenset(sensor.id for sensor in site.sensor)
    actuators = frozenset(actuator.id for actuator in site.actuator)
    rules = frozenset(rule.id for rule in site.rule)
    plans: dict[str, tuple[SensorPlan, ...]] = {
        "camera": scenario.camera,
        "radar": scenario.radar,
        "acoustic": scenario.acoustic,
        "counter": scenario.counter,
    }
    simulated = frozenset(plan.id for some in plans.values() for plan in some)
    happenings = frozenset(happening.id for happening in scenario.happening)
    for kind, some in plans.items():
        for i, plan in enumerate(some):
            yield Claim(f"$.{kind}[{i}].id", "sensor", plan.id, sensors)
    counts = {sensor.id: sensor.counts_zone for sensor in site.sensor}
    zones = frozenset(zone.id for zone in site.zone)
    for i, counter in enumerate(scenario.counter):
        counted = counts.get(counter.id) or "(counts_zone in site.toml)"
        yield Claim(f"$.counter[{i}].id", "zone", counted, zones)
    yield from _named("actuator", scenario.actuator, actuators)
    yield from _named("team", scenario.team, frozenset(team.id for team in site.team))
    for i, entrance in enumerate(scenario.entrance):
        if entrance.gate is not None:
            yield Claim(f"$.entrance[{i}].gate", "gate", entrance.gate, actuators)
    for i, happening in enumerate(scenario.happening):
        for sensor in happening.sensors if isinstance(happening, Silence) else ():
            yield Claim(f"$.happening[{i}].sensors", "sensor", sensor, simulated)
    for i, expectation in enumerate(scenario.expect):
        yield Claim(f"$.expect[{i}].happening", "happening", expectation.happening, happenings)
        yield Claim(f"$.expect[{i}].rule", "rule", expectation.rule, rules)


def _named(
    kind: str, plans: tuple[ActuatorPlan | TeamPlan, ...], known: frozenset[str]
) -> Iterator[Claim]:
    """Claim that the site has each of these devices."""
    for i, plan in enumerate(plans):
        yield Claim(f"$.{kind}[{i}].id", kind, plan.id, known)
