"""What the types of a plan cannot say: names that must exist, shapes that must make sense. Pure."""

from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise
from typing import NamedTuple

from hub.core.site import (
    Actuator,
    Area,
    CalibrationRule,
    CueRule,
    Hours,
    IntrusionRule,
    Place,
    Playbook,
    Rule,
    SilenceRule,
    Site,
    Step,
    Tripwire,
    TripwireRule,
)
from wire.labels import ActuatorAction as Do
from wire.labels import ActuatorKind as Kind
from wire.labels import ActuatorPosition as Is
from wire.labels import SensorKind
from wire.topics import HUB

Path = tuple[str | int, ...]


class Problem(NamedTuple):
    """One thing wrong with a plan: where, what, and what to do."""

    path: Path  # In the words of `Site`: ("zones", 2, "polygon").
    what: str
    fix: str


_SWITCH = {Do.TURN_ON: {Is.ON}, Do.TURN_OFF: {Is.OFF}}
_NOISE = {Do.SOUND: {Is.ON}, Do.SILENCE: {Is.OFF}}
_LEAF = {
    Do.OPEN: {Is.OPEN},
    Do.CLOSE: {Is.CLOSED},
    Do.LOCK: {Is.LOCKED, Is.CLOSED},
    Do.UNLOCK: {Is.UNLOCKED, Is.CLOSED, Is.OPEN},
}

PLAUSIBLE: dict[Kind, dict[Do, set[Is]]] = {
    Kind.SIREN: _NOISE,
    Kind.SPEAKER: {**_NOISE, Do.SPEAK: {Is.ON}},
    Kind.SIGN: {**_SWITCH, Do.SHOW: {Is.ON}},
    Kind.LIGHT: _SWITCH,
    Kind.DOOR: _LEAF,
    Kind.GATE: _LEAF,
    Kind.BOLLARD: {Do.RAISE: {Is.RAISED}, Do.LOWER: {Is.LOWERED}},
    Kind.CAMERA_HEAD: {Do.AIM: set()},
    Kind.RELAY: {**_SWITCH, Do.OPEN: {Is.OPEN, Is.OFF}, Do.CLOSE: {Is.CLOSED, Is.ON}},
}
"""What each kind of actuator can do, and what its state may read once it has done so."""


def problems_of(site: Site) -> Iterator[Problem]:
    """Yield everything that is wrong with a plan whose types are right."""
    yield from _names(site)
    yield from _counters(site)
    yield from _shapes(site)
    for number, rule in enumerate(site.rules):
        yield from _rule(("rules", number), rule, site)
    for number, actuator in enumerate(site.actuators):
        yield from _actuator(("actuators", number), actuator)
    for number, playbook in enumerate(site.playbooks):
        yield from _playbook(("playbooks", number), playbook, site)


# --- Names ------------------------------------------------------------------------------------


def _names(site: Site) -> Iterator[Problem]:
    sections: dict[str, tuple[Area | Tripwire | Rule | Playbook, ...]] = {
        "ground": site.ground,
        "buildings": site.buildings,
        "zones": site.zones,
        "tripwires": site.tripwires,
        "rules": site.rules,
        "playbooks": site.playbooks,
    }
    for section, parts in sections.items():
        yield from _unique([((section, n, "id"), part.id) for n, part in enumerate(parts)])
    devices: list[tuple[Path, str]] = [
        *((("sensors", n, "id"), sensor.id) for n, sensor in enumerate(site.sensors)),
        *((("actuators", n, "id"), actuator.id) for n, actuator in enumerate(site.actuators)),
    ]
    yield from _unique(devices)
    for path, name in devices:
        if name == HUB:
            yield Problem(path, f"{HUB!r} is the hub itself", "give the device another id")


def _counters(site: Site) -> Iterator[Problem]:
    for number, sensor in enumerate(site.sensors):
        if sensor.counts_zone is None:
            continue
        path = ("sensors", number, "counts_zone")
        yield from _known(path, "zone", sensor.counts_zone, [zone.id for zone in site.zones])
        if sensor.kind is not SensorKind.COUNTER:
            what = f"a {sensor.kind} counts no zone"
            yield Problem(path, what, "make it a counter, or take counts_zone away")


def _unique(names: Iterable[tuple[Path, str]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, name in names:
        if name in seen:
            yield Problem(path, f"there is another {name!r}", "give each its own id")
        seen.add(name)


def _known(path: Path, what: str, name: str, names: Iterable[str]) -> Iterator[Problem]:
    known = sorted(names)
    if name not in known:
        listed = ", ".join(known[:10]) + (", …" if len(known) > 10 else "")
        yield Problem(path, f"there is no {what} {name!r}", f"use one of: {listed or 'none yet'}")


# --- Shapes -----------------------------------------------------------------------------------


def _shapes(site: Site) -> Iterator[Problem]:
    (west, south), (east, north) = site.bounds
    if west >= east or south >= north:
        what = "the first corner is not south-west of the second"
        yield Problem(("bounds",), what, "write [[west, south], [east, north]] in metres")
    sections = {"ground": site.ground, "buildings": site.buildings, "zones": site.zones}
    for section, areas in sections.items():
        for number, area in enumerate(areas):
            yield from _polygon((section, number, "polygon"), area)
    for number, zone in enumerate(site.zones):
        for corner, place in enumerate(zone.polygon):
            yield from _inside(("zones", number, "polygon", corner), place, site)
    for number, tripwire in enumerate(site.tripwires):
        yield from _tripwire(("tripwires", number), tripwire, site)


def _polygon(path: Path, area: Area) -> Iterator[Problem]:
    corners = area.polygon
    ring = list(pairwise((*corners, corners[0])))
    doubled = sum(a[0] * b[1] - b[0] * a[1] for a, b in ring)
    if abs(doubled) < 1e-6:
        yield Problem(path, "its corners enclose no area", "list its corners in order around it")
    elif any(_cross(*first, *second) for first, second in combinations(ring, 2)):
        yield Problem(path, "its sides cross each other", "list its corners in order around it")


def _cross(a: Place, b: Place, c: Place, d: Place) -> bool:
    """Whether a-b and c-d cross at a point inside both; touching is not crossing."""
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Place, b: Place, c: Place) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _inside(path: Path, place: Place, site: Site) -> Iterator[Problem]:
    (west, south), (east, north) = site.bounds
    if not (west <= place[0] <= east and south <= place[1] <= north):
        what = f"[{place[0]:g}, {place[1]:g}] is outside the site's bounds"
        yield Problem(path, what, "move the corner, or widen the bounds in [site]")


def _tripwire(path: Path, tripwire: Tripwire, site: Site) -> Iterator[Problem]:
    yield from _inside((*path, "start"), tripwire.start, site)
    yield from _inside((*path, "end"), tripwire.end, site)
    if tripwire.start == tripwire.end:
        what = "it ends where it starts"
        yield Problem((*path, "end"), what, "give it two different ends")


# --- Rules ------------------------------------------------------------------------------------


def _rule(path: Path, rule: Rule, site: Site) -> Iterator[Problem]:
    match rule:
        case IntrusionRule():
            yield from _known((*path, "zone"), "zone", rule.zone, (z.id for z in site.zones))
            yield from _some((*path, "labels"), rule.labels)
            yield from _hours((*path, "hours"), rule.hours)
        case TripwireRule():
            names = (tripwire.id for tripwire in site.tripwires)
            yield from _known((*path, "tripwire"), "tripwire", rule.tripwire, names)
            yield from _some((*path, "labels"), rule.labels)
        case SilenceRule():
            names_of_all = [sensor.id for sensor in site.sensors]
            names_of_all += [actuator.id for actuator in site.actuators]
            for number, name in enumerate(rule.devices):
                yield from _known((*path, "devices", number), "device", name, names_of_all)
        case CueRule():
            yield from _some((*path, "cues"), rule.cues)
        case CalibrationRule():
            names_of_sensors = [sensor.id for sensor in site.sensors]
            for number, name in enumerate(rule.devices):
                yield from _known((*path, "devices", number), "sensor", name, names_of_sensors)


def _some(path: Path, words: tuple[str, ...]) -> Iterator[Problem]:
    if not words:
        yield Problem(path, "it is empty, so that the rule never applies", "name at least one")


def _hours(path: Path, hours: Hours | None) -> Iterator[Problem]:
    if hours is not None and hours.start == hours.end:
        what = "it ends when it starts"
        yield Problem((*path, "end"), what, "leave hours away for the whole day")


# --- Response ---------------------------------------------------------------------------------


def _actuator(path: Path, actuator: Actuator) -> Iterator[Problem]:
    for action, position in actuator.confirmed_by.items():
        here = (*path, "confirmed_by", action.value)
        yield from _action(here, actuator, action)
        expected = PLAUSIBLE[actuator.kind].get(action)
        if expected and position not in expected:
            what = f"{action} does not leave a {actuator.kind} {position}"
            yield Problem(here, what, f"use {' or '.join(sorted(expected))}")


def _action(path: Path, actuator: Actuator, action: Do) -> Iterator[Problem]:
    can = PLAUSIBLE[actuator.kind]
    if action not in can:
        what = f"a {actuator.kind} cannot {action}"
        yield Problem(path, what, f"use one of: {', '.join(sorted(can))}")


def _playbook(path: Path, playbook: Playbook, site: Site) -> Iterator[Problem]:
    yield from _some((*path, "rules"), playbook.rules)
    for number, name in enumerate(playbook.rules):
        rules = (rule.id for rule in site.rules)
        yield from _known((*path, "rules", number), "rule", name, rules)
    steps = enumerate(playbook.steps)
    yield from _unique([((*path, "steps", number, "id"), step.id) for number, step in steps])
    for number, step in enumerate(playbook.steps):
        yield from _step((*path, "steps", number), step, site)


def _step(path: Path, step: Step, site: Site) -> Iterator[Problem]:
    actuators = {actuator.id: actuator for actuator in site.actuators}
    yield from _known((*path, "actuator"), "actuator", step.actuator, actuators)
    if step.actuator in actuators:
        yield from _action((*path, "action"), actuators[step.actuator], step.action)
    yield from _parameters((*path, "parameters"), step)
    for number, interlock in enumerate(step.interlocks):
        here = (*path, "interlocks", number, "zone")
        yield from _known(here, "zone", interlock.zone, (zone.id for zone in site.zones))
    if step.action is Do.RAISE and not step.interlocks:
        what = "nothing keeps it from rising under somebody"
        fix = 'add interlocks = [{ kind = "zone_clear", zone = "…" }]'
        yield Problem((*path, "interlocks"), what, fix)


def _parameters(path: Path, step: Step) -> Iterator[Problem]:
    if step.action in (Do.SPEAK, Do.SHOW) and not step.parameters.text:
        what = f"{step.action} needs a text"
        yield Problem((*path, "text"), what, 'add parameters = { text = "…" }')
    if step.action is Do.AIM and step.parameters.azimuth_deg is None:
        what = "aim needs a direction"
        yield Problem((*path, "azimuth_deg"), what, "add parameters = { azimuth_deg = … }")
