"""What the types of a plan cannot say: names that must exist, shapes that must make sense. Pure."""

from collections.abc import Iterator
from itertools import combinations, pairwise

from hub.adapters.problem import OF_THE_HUB, Path, Problem, known, outside, unique
from hub.adapters.response_checks import response_problems
from hub.adapters.rule_checks import rule_problems
from hub.core.rules.variant import SITE
from hub.core.site import Area, Place, Playbook, Rule, Site, Team, Tripwire
from wire.labels import SensorKind
from wire.topics import HUB

Named = Area | Tripwire | Rule | Playbook | Team


def problems_of(site: Site) -> Iterator[Problem]:
    """Yield everything that is wrong with a plan whose types are right."""
    yield from _names(site)
    yield from _counters(site)
    yield from _shapes(site)
    yield from rule_problems(site)
    yield from response_problems(site)


# --- Names ------------------------------------------------------------------------------------


def _names(site: Site) -> Iterator[Problem]:
    sections: dict[str, tuple[Named, ...]] = {
        "ground": site.ground,
        "buildings": site.buildings,
        "zones": site.zones,
        "tripwires": site.tripwires,
        "rules": site.rules,
        "playbooks": site.playbooks,
        "teams": site.teams,
    }
    for section, parts in sections.items():
        yield from unique([((section, n, "id"), part.id) for n, part in enumerate(parts)])
    yield from _taken(site)
    devices: list[tuple[Path, str]] = [
        *((("sensors", n, "id"), sensor.id) for n, sensor in enumerate(site.sensors)),
        *((("actuators", n, "id"), actuator.id) for n, actuator in enumerate(site.actuators)),
    ]
    yield from unique(devices)
    for path, name in devices:
        if name == HUB:
            yield Problem(path, f"{HUB!r} is the hub itself", "give the device another id")


def _taken(site: Site) -> Iterator[Problem]:
    """Yield names that mean something else already."""
    for number, zone in enumerate(site.zones):
        if zone.id == SITE:
            what = f"{SITE!r} is what the site as a whole is called"
            yield Problem(("zones", number, "id"), what, "give the zone another id")
    for number, rule in enumerate(site.rules):
        if rule.id in OF_THE_HUB:
            what = f"{rule.id!r} is a rule of the hub itself"
            yield Problem(("rules", number, "id"), what, "give the rule another id")
    # A team whose position counts is listed as a tag, too, under the same id.
    others = [sensor.id for sensor in site.sensors if sensor.kind is not SensorKind.TAG]
    others += [HUB, *(actuator.id for actuator in site.actuators)]
    for number, team in enumerate(site.teams):
        if team.id in others:
            what = f"there is another {team.id!r}"
            yield Problem(("teams", number, "id"), what, "give each its own id")


def _counters(site: Site) -> Iterator[Problem]:
    for number, sensor in enumerate(site.sensors):
        if sensor.counts_zone is None:
            continue
        path = ("sensors", number, "counts_zone")
        yield from known(path, "zone", sensor.counts_zone, [zone.id for zone in site.zones])
        if sensor.kind is not SensorKind.COUNTER:
            what = f"a {sensor.kind} counts no zone"
            yield Problem(path, what, "make it a counter, or take counts_zone away")


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
            yield from outside(("zones", number, "polygon", corner), place, site)
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


def _tripwire(path: Path, tripwire: Tripwire, site: Site) -> Iterator[Problem]:
    yield from outside((*path, "start"), tripwire.start, site)
    yield from outside((*path, "end"), tripwire.end, site)
    if tripwire.start == tripwire.end:
        what = "it ends where it starts"
        yield Problem((*path, "end"), what, "give it two different ends")
