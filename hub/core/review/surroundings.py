"""What is around a place: zones and buildings beside it, ways in, people near."""

import math
from collections.abc import Iterable
from typing import Final

from hub.core.geometry import distance_to, points_of
from hub.core.rules.wording import line
from hub.core.site import Place
from wire.columns import rows
from wire.feed import ActuatorView, EastNorth, Shape, SiteView, Snapshot
from wire.geodesy import SiteFrame
from wire.labels import ActuatorKind, Label
from wire.quantities import Count, DistanceM, Line
from wire.review import Way

# Further away nobody would name it to find the place.
NEAR_M: Final = 100.0
NEAR_COUNT: Final = 4
WAYS: Final = frozenset(
    {ActuatorKind.DOOR, ActuatorKind.TURNSTILE, ActuatorKind.GATE, ActuatorKind.BOLLARD}
)
_DIRECTIONS: Final = (
    "north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west",
)  # fmt: skip


def near(site: SiteView, place: Place) -> tuple[Line, ...]:
    """Return the buildings, streets and zones beside a place, the nearest first."""
    found = []
    for shape in (*site.zones, *site.buildings, *site.ground):
        corners = points_of([_place(corner) for corner in shape.polygon])
        apart_m = float(distance_to(corners, points_of([place]))[0])
        if apart_m <= NEAR_M:
            found.append((apart_m, shape.name, _towards(shape, place)))
    told = dict.fromkeys(
        f"in {name}"
        if apart_m == 0.0
        else f"{apart_m:.0f} m from {name}, which is to the {towards}"
        for apart_m, name, towards in sorted(found)
    )
    return tuple(line(one) for one in told)[:NEAR_COUNT]


def ways(actuators: Iterable[ActuatorView], place: Place, frame: SiteFrame) -> tuple[Way, ...]:
    """Return the gates, doors and bollards with how they stand, the nearest first."""
    found = [_way(one, place, frame) for one in actuators if one.kind in WAYS]
    return tuple(sorted(found, key=lambda one: (one.distance_m, one.name)))


def roads(site: SiteView, place: Place) -> tuple[Line, ...]:
    """Return the roads of the plan, the nearest first: by what a vehicle can come."""
    found = []
    for shape in site.ground:
        if shape.purpose == "road":
            corners = points_of([_place(corner) for corner in shape.polygon])
            apart_m = float(distance_to(corners, points_of([place]))[0])
            found.append((apart_m, f"{shape.name}, {apart_m:.0f} m {_towards(shape, place)}"))
    return tuple(line(text) for _, text in sorted(found))


def persons_near(snapshot: Snapshot, place: Place, within_m: DistanceM) -> Count:
    """Return how many tracks of people are near a place."""
    return sum(
        row.label is Label.PERSON and math.dist((row.east_m, row.north_m), place) <= within_m
        for row in rows(snapshot.tracks)
    )


def crowd_near(snapshot: Snapshot, place: Place) -> tuple[Line, ...]:
    """Return how many people the crowd field has in the zones around a place."""
    crowd = {} if snapshot.crowd is None else {one.id: one for one in snapshot.crowd.zones}
    found = []
    for zone in snapshot.site.zones:
        there = crowd.get(zone.id)
        corners = points_of([_place(corner) for corner in zone.polygon])
        if there is None or distance_to(corners, points_of([place]))[0] > 0.0:
            continue
        found.append(
            line(
                f"about {there.persons:.0f} people (± {there.sigma_persons:.0f}) in {zone.name},"
                f" up to {there.density_max:.1f} on a square metre"
            )
        )
    return tuple(found)


def middle_of(site: SiteView, zones: Iterable[Line]) -> Place:
    """Return the middle of the first of some zones that the plan has; else the site's."""
    by_name = {shape.name: shape for shape in site.zones}
    for name in zones:
        if name in by_name:
            return _middle(by_name[name])
    low, high = site.bounds
    return (low.east_m + high.east_m) / 2.0, (low.north_m + high.north_m) / 2.0


def direction(start: Place, end: Place) -> Line:
    """Return where one place lies seen from another: north-east."""
    bearing = math.degrees(math.atan2(end[0] - start[0], end[1] - start[1]))
    return _DIRECTIONS[round(bearing / 45.0) % len(_DIRECTIONS)]


def _way(actuator: ActuatorView, place: Place, frame: SiteFrame) -> Way:
    at = (actuator.at.east_m, actuator.at.north_m)
    lat_deg, lon_deg = frame.to_wgs84(*at)
    status = str(actuator.position)
    if actuator.silent or actuator.last_us is None:
        # What it said last may be hours old: nobody must drive there because of it.
        status = f"not heard from; last {status}"
    return Way(
        name=actuator.name,
        status=status,
        lat_deg=round(lat_deg, 6),
        lon_deg=round(lon_deg, 6),
        distance_m=round(math.dist(at, place), 0),
        direction=direction(place, at),
    )


def _towards(shape: Shape, place: Place) -> Line:
    return direction(place, _middle(shape))


def _middle(shape: Shape) -> Place:
    corners = [_place(corner) for corner in shape.polygon]
    return (
        sum(corner[0] for corner in corners) / len(corners),
        sum(corner[1] for corner in corners) / len(corners),
    )


def _place(at: EastNorth) -> Place:
    return at.east_m, at.north_m
