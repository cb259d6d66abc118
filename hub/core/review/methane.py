"""A M/ETHANE report (JESIP), written as far as the hub knows; a person completes and sends it.

Nothing is guessed: what the hub does not know it says, because silence would be read as "none".
"""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from hub.core.review.hazards import hazards
from hub.core.review.surroundings import (
    crowd_near,
    middle_of,
    near,
    persons_near,
    roads,
    ways,
)
from hub.core.review.wall_clock import WallClock
from hub.core.rules.wording import line, listed
from hub.core.site import Place
from wire.feed import AlertView, EastNorth, Snapshot
from wire.geodesy import SiteFrame
from wire.labels import Posture, Priority, TaskState
from wire.quantities import DistanceM, Instant, Line, Ulid
from wire.review import Location, MethaneView

# Whoever is this near to what happens may be hurt by it.
PERSONS_WITHIN_M: Final = 30.0
# A report is read out over the radio.
LINES_MAX: Final = 8
NOT_KNOWN: Final = "not known to the hub: ask those at the scene"

_RANK: Final = {priority: rank for rank, priority in enumerate(Priority)}
_COMING: Final = {
    TaskState.ON_SCENE: "on scene",
    TaskState.ACCEPTED: "on the way",
}
# The step of a playbook that a person does outside of the hub: a call, most often.
_BY_HAND: Final = "manual"


class Happening(Struct, frozen=True, kw_only=True):
    """What is reported: an incident, or one alert."""

    id: Ulid
    title: Line
    alerts: Sequence[AlertView]
    zones: tuple[Line, ...] = ()
    at: EastNorth | None = None
    radius_m: DistanceM = 0.0
    reports: Sequence[Line] = ()  # Of field teams, about these alerts.
    simulated: bool = False
    exercise: bool = False


def methane(
    happening: Happening, snapshot: Snapshot, frame: SiteFrame, clock: WallClock, now_us: Instant
) -> MethaneView:
    """Return the report of a happening as the picture has it now."""
    place = _place(happening, snapshot)
    within_m = max(PERSONS_WITHIN_M, happening.radius_m)
    alerts = sorted(happening.alerts, key=lambda one: (-_RANK[one.priority], one.raised_us))
    view = MethaneView(
        id=happening.id,
        title=happening.title,
        at_us=now_us,
        major_incident=_major(snapshot),
        location=_location(happening, snapshot, place, frame),
        type=tuple(_type(one, clock) for one in alerts[:LINES_MAX]),
        hazards=hazards(alerts)[:LINES_MAX] or (NOT_KNOWN,),
        access=ways(snapshot.actuators, place, frame)[:LINES_MAX],
        access_notes=tuple(f"road: {one}" for one in roads(snapshot.site, place)[:3]),
        casualties=(
            "number, type and severity: unknown, nobody has reported any to the hub",
            *crowd_near(snapshot, place)[:2],
            *(f"report: {one}" for one in happening.reports[:LINES_MAX]),
        ),
        persons_near=persons_near(snapshot, place, within_m),
        persons_within_m=round(within_m, 0),
        services_present=tuple(dict.fromkeys(_present(happening, snapshot)))[:LINES_MAX],
        services_required=tuple(dict.fromkeys(_required(happening, snapshot)))[:LINES_MAX]
        or (NOT_KNOWN,),
        simulated=happening.simulated,
        exercise=happening.exercise,
        text="",
    )
    return _with_text(view, clock)


def _major(snapshot: Snapshot) -> Line:
    """Return what there is to say of a declaration: only a person declares one."""
    postures = {one.id: one.posture for one in snapshot.postures}
    site = postures.get("site", Posture.NORMAL)
    return f"not declared by the hub; a person decides. Posture of the site: {site}"


def _place(happening: Happening, snapshot: Snapshot) -> Place:
    at = happening.at
    return middle_of(snapshot.site, happening.zones) if at is None else (at.east_m, at.north_m)


def _location(happening: Happening, snapshot: Snapshot, place: Place, frame: SiteFrame) -> Location:
    lat_deg, lon_deg = frame.to_wgs84(*place)
    return Location(
        site=snapshot.site.name,
        zones=happening.zones,
        # Six decimals are 0.1 m: more would be a lie.
        lat_deg=round(lat_deg, 6),
        lon_deg=round(lon_deg, 6),
        exact=happening.at is not None,
        radius_m=happening.radius_m,
        grid=EastNorth(east_m=round(place[0], 1), north_m=round(place[1], 1)),
        near=near(snapshot.site, place),
    )


def _type(alert: AlertView, clock: WallClock) -> Line:
    zone = f" in {alert.zone}" if alert.zone and alert.zone not in alert.summary else ""
    state = "now" if alert.active else "over"
    return line(f"{alert.summary}{zone}, since {clock.time(alert.raised_us)}, {state}")


def _present(happening: Happening, snapshot: Snapshot) -> Iterable[Line]:
    """Yield the teams that are there, or come."""
    alerts = {one.id for one in happening.alerts}
    teams = {one.id: one for one in snapshot.teams}
    for task in snapshot.tasks:
        said = _COMING.get(task.state)
        if said is None or task.team is None or task.alert not in alerts:
            continue
        team = teams.get(task.team)
        skills = f" ({listed(team.skills)})" if team is not None and team.skills else ""
        yield line(f"{task.team if team is None else team.name}{skills}: {said}")


def _required(happening: Happening, snapshot: Snapshot) -> Iterable[Line]:
    """Yield what was asked for and is not there: tasks without a team, calls not yet made."""
    alerts = {one.id for one in happening.alerts}
    for task in snapshot.tasks:
        if task.alert in alerts and task.state in (TaskState.WAITING, TaskState.UNANSWERED):
            yield line(f"a team for: {' '.join(task.text.split())}")
    for run in snapshot.runs:
        if run.alert in alerts:
            yield from (
                line(f"{run.name}: {step.text}: {step.state}")
                for step in run.steps
                if step.kind == _BY_HAND
            )


# --- In words -----------------------------------------------------------------------------------


def _with_text(view: MethaneView, clock: WallClock) -> MethaneView:
    place, grid = view.location, view.location.grid
    assert grid is not None
    where = [place.site, *place.zones, f"{place.lat_deg:.6f}, {place.lon_deg:.6f} (WGS84)"]
    where += [f"site grid {grid.east_m:+.0f} m east, {grid.north_m:+.0f} m north", *place.near]
    if place.radius_m:
        where.append(f"within {place.radius_m:.0f} m")
    if not place.exact:
        where.append("the place itself is not known")
    drill = "SIMULATED. " * view.simulated + "EXERCISE. " * view.exercise
    access = [
        f"{way.name} {way.status}, {way.distance_m:.0f} m {way.direction}" for way in view.access
    ]
    people = f"{view.persons_near} people seen within {view.persons_within_m:.0f} m"
    lines = (
        f"{drill}M/ETHANE {view.title}, {clock.moment(view.at_us)}",
        f"M  Major incident: {view.major_incident}",
        f"E  Exact location: {'; '.join(where)}",
        f"T  Type: {'; '.join(view.type) or NOT_KNOWN}",
        f"H  Hazards: {'; '.join(view.hazards)}",
        f"A  Access: {'; '.join((*access, *view.access_notes)) or NOT_KNOWN}",
        f"N  Number of casualties: {'; '.join((*view.casualties, people))}",
        f"E  Emergency services present: {'; '.join(view.services_present) or 'none of ours'}",
        f"   Emergency services required: {'; '.join(view.services_required)}",
    )
    return replace(view, text="\n".join(lines) + "\n")
