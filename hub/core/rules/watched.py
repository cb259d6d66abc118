"""A zone that rules watch: who is in it, how often that is looked at, and what is said of them."""

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from hub.core.fusion.compiled import compiled
from hub.core.fusion.lifecycle import COASTING, CONFIRMED
from hub.core.geometry import Flags, Floats, distance_to, inside, points_of
from hub.core.rules.condition import Condition
from hub.core.rules.hours import is_in_hours
from hub.core.rules.judge import Facts, Judge
from hub.core.rules.reported import Reported
from hub.core.rules.taint import Taint
from hub.core.rules.track_table import (
    Box,
    Rows,
    SensorsOf,
    TrackTable,
    box_around,
    has_label,
    is_visible,
    is_within,
    meant,
    positions,
    sensors_of_all,
    sigma_of,
)
from hub.core.rules.wording import evidence, line
from hub.core.site import Area, Hours, Offset, Place, RulePlan
from wire.feed import LABELS
from wire.fields import ZoneCrowdView
from wire.ids import ulid
from wire.labels import Label, Priority
from wire.quantities import SECOND_US, Identifier, Instant, Line, Ulid

# More tracks than this in one alert are a crowd, and nobody reads their numbers.
TRACKS_MAX: Final = 100


class Watched:
    """A zone, and the ground within some metres of it."""

    def __init__(self, zone: Area, margin_m: float = 0.0) -> None:
        self.zone = zone
        self.polygon = points_of(zone.polygon)
        self.box = box_around(self.polygon, margin_m)
        self._margin_m = margin_m

    def holds(self, points: Floats) -> Flags:
        """Return which points are in it, or near enough to it."""
        if self._margin_m:
            return distance_to(self.polygon, points) <= self._margin_m
        return inside(self.polygon, points)

    def among(self, tracks: TrackTable, rows: Rows) -> Flags:
        """Return which of these tracks are visible and in it."""
        is_in = is_within(tracks, rows, self.box)
        if is_in.any():
            near = rows[is_in]
            is_in[is_in] = is_visible(tracks, near) & self.holds(positions(tracks, near))
        return is_in

    def rows(self, tracks: TrackTable, labels: tuple[Label, ...] = LABELS) -> Rows:
        """Return all visible tracks in it that carry one of these labels."""
        if self._margin_m:
            rows = self.only(tracks, self.boxed(tracks))
            return rows[has_label(tracks, rows, labels)]
        return _inside(
            tracks.east,
            tracks.north,
            tracks.state,
            tracks.label,
            meant(labels),
            self.box,
            self.polygon,
        )

    def only(self, tracks: TrackTable, rows: Rows) -> Rows:
        """Return those of the tracks in its box that are in it."""
        return rows[self.holds(positions(tracks, rows))] if rows.size else rows

    def boxed(self, tracks: TrackTable) -> Rows:
        """Return all visible tracks in the box around it: at a fifth of the price."""
        return _boxed(tracks.east, tracks.north, tracks.state, self.box)


@compiled
def _boxed(east: Floats, north: Floats, state: NDArray[np.uint8], box: Box) -> Rows:
    """Return the visible tracks in a box."""
    rows, size = np.empty(len(state), np.intp), 0
    for row in range(len(state)):
        within = box[0] <= east[row] <= box[2] and box[1] <= north[row] <= box[3]
        if within and (state[row] == CONFIRMED or state[row] == COASTING):
            rows[size] = row
            size += 1
    return rows[:size].copy()


@compiled
def _inside(
    east: Floats,
    north: Floats,
    state: NDArray[np.uint8],
    label: NDArray[np.uint8],
    meant_labels: Flags,
    box: Box,
    polygon: Floats,
) -> Rows:
    """Return the visible tracks of these labels in a polygon, by its box first: `inside` of one."""
    rows, size = _boxed(east, north, state, box), 0
    for row in rows:
        if meant_labels[label[row]] and _holds(polygon, east[row], north[row]):
            rows[size] = row
            size += 1
    return rows[:size].copy()


@compiled
def _holds(polygon: Floats, east: float, north: float) -> bool:
    odd = False
    for corner in range(len(polygon)):
        here, there = polygon[corner], polygon[(corner + 1) % len(polygon)]
        if (here[1] > north) != (there[1] > north):
            rise = there[1] - here[1]
            slope = (there[0] - here[0]) / (1.0 if abs(rise) < 1e-9 else rise)
            odd ^= east < here[0] + slope * (north - here[1])
    return odd


class Subject(Struct, frozen=True, kw_only=True):
    """A track that a condition is about, as it was when it was seen last."""

    number: int
    label: Label
    place: Place
    sigma_m: float
    taint: Taint
    since_us: Instant  # It does what the rule is about since then.
    observed_us: Instant


def subject(tracks: TrackTable, row: int, since_us: Instant) -> Subject:
    """Return a track as it is now."""
    return Subject(
        number=int(tracks.number[row]),
        label=LABELS[int(tracks.label[row])],
        place=(float(tracks.east[row]), float(tracks.north[row])),
        sigma_m=sigma_of(tracks, row),
        taint=taint_at(tracks, row),
        since_us=since_us,
        observed_us=int(tracks.updated_us[row]),
    )


def taint_at(tracks: TrackTable, row: int) -> Taint:
    """Return what a track is made of."""
    return Taint(simulated=bool(tracks.simulated[row]), exercise=bool(tracks.exercise[row]))


def by_taint(tracks: TrackTable, rows: Rows) -> list[tuple[Taint, Rows]]:
    """Return the rows parted into real, simulated and exercise: they never share a condition."""
    simulated, exercise = tracks.simulated[rows], tracks.exercise[rows]
    if not (simulated.any() or exercise.any()):
        return [(Taint(), rows)] if rows.size else []
    parts = []
    for taint in (
        Taint(simulated=one, exercise=other) for one in (False, True) for other in (False, True)
    ):
        part = rows[(simulated == taint.simulated) & (exercise == taint.exercise)]
        if part.size:
            parts.append((taint, part))
    return parts


def grouped(subjects: Iterable[Subject]) -> list[tuple[Taint, list[Subject]]]:
    """Return subjects by what they are made of, each group in the order of their numbers."""
    groups: dict[Taint, list[Subject]] = {}
    for one in sorted(subjects, key=lambda one: one.number):
        groups.setdefault(one.taint, []).append(one)
    return sorted(groups.items())


class Sayer:
    """Puts into words what one rule found in one zone."""

    def __init__(self, rule: RulePlan, zone: Area, sensors_of: SensorsOf) -> None:
        self.rule = rule
        self._zone = zone
        self._sensors_of = sensors_of
        self._kind: Identifier = str(type(rule).__struct_config__.tag)

    def says(  # noqa: PLR0913 - each of them is one field of a condition.
        self,
        summary: str,
        lines: Iterable[tuple[str, str]],
        *,
        taint: Taint,
        place: Place | None,
        sigma_m: float | None,
        tracks: Iterable[int],
        observed_us: Instant,
        cause: Ulid | None = None,
        name: str = "",
        priority: Priority | None = None,
        sensors: tuple[Identifier, ...] = (),
    ) -> Condition:
        """Return an active condition; `name` tells those of one rule apart."""
        numbers = tuple(tracks)[:TRACKS_MAX]
        seen_by = tuple(dict.fromkeys((*sensors, *sensors_of_all(numbers, self._sensors_of))))
        return Condition(
            key=taint.key(f"{self.rule.id}/{name}" if name else self.rule.id),
            rule=self.rule.id,
            rule_kind=self._kind,
            active=True,
            priority=priority or self.rule.priority,
            summary=_line(summary),
            zone=self._zone.id,
            zone_name=self._zone.name,
            place=place,
            sigma_m=sigma_m,
            tracks=numbers,
            sensors=seen_by,
            evidence=evidence(("Zone", self._zone.name), *lines, ("Seen by", ", ".join(seen_by))),
            observed_us=observed_us,
            # What time has shown has no message that showed it.
            cause=cause or ulid(observed_us, bytes(10)),
            simulated=taint.simulated,
            exercise=taint.exercise,
        )


class PacedJudge(Judge):
    """A rule that looks at its zone every so often, and says by key all that it finds.

    On-delay and off-delay are `Reported`'s; a kind of rule overrides `adopt` and `look`.
    """

    every_us: Instant = SECOND_US

    def __init__(
        self,
        rule: RulePlan,
        watched: Watched,
        sensors_of: SensorsOf,
        offsets: tuple[Offset, ...] = (),
    ) -> None:
        self.watched = watched
        self.reported = Reported()
        self._sensors_of = sensors_of
        self._offsets = offsets
        self.due_us: Instant = 0  # When it looks next; whoever wakes it earlier wastes time.
        self._is_idle = True
        self._take(rule)

    @property
    def next_wake_us(self) -> Instant | None:
        """When it looks next. Where nothing is, and was, whatever comes wakes the hub anyway."""
        return None if self._is_idle else self.due_us

    def adjust(self, rule: RulePlan) -> None:
        """Judge by other settings of the same rule from now on."""
        self._take(rule)

    def active(self) -> list[Condition]:
        """Return what was found and has not been taken back."""
        return self.reported.active()

    def start(self, now_us: Instant) -> None:
        """Begin to look, every so often from this instant on."""
        self.due_us = now_us

    def wake(self, tracks: TrackTable, now_us: Instant) -> list[Condition]:
        """Look, if it is time to."""
        if now_us < self.due_us:
            return []
        # In step, so that those that began apart do not come together; but never twice at once.
        self.due_us = max(self.due_us + self.every_us, now_us + self.every_us // 2)
        found = self.look(tracks, now_us) if self._judges_at(now_us) else self.rest()
        changed = self.reported.follow(found, now_us)
        is_over = self.reported.next_wake_us is None and not self.reported.active()
        self._is_idle = is_over and not len(tracks.number)
        return changed

    def adopt(self, rule: RulePlan) -> tuple[float, float]:
        """Take the rule's settings; return its on-delay and off-delay in seconds."""
        raise NotImplementedError

    def look(self, tracks: TrackTable, now_us: Instant) -> list[Condition]:
        """Return everything that is so now."""
        raise NotImplementedError

    def rest(self) -> list[Condition]:
        """Forget what is going on: the rule does not judge at this hour."""
        return []

    def _take(self, rule: RulePlan) -> None:
        self.sayer = Sayer(rule, self.watched.zone, self._sensors_of)
        self._hours: Hours | None = getattr(rule, "hours", None)
        self.reported.adjust(*self.adopt(rule))

    def _judges_at(self, now_us: Instant) -> bool:
        return is_in_hours(self._hours, now_us, self._offsets)


class ZoneCrowd:
    """Finds one zone's crowd among those of all zones, which come in one order."""

    def __init__(self, zone: Area) -> None:
        self._name = zone.id
        self._place = 0

    def find(self, facts: Facts) -> ZoneCrowdView | None:
        """Return it, if anybody has looked."""
        zones = () if facts.crowd is None else facts.crowd.zones
        if self._place < len(zones) and zones[self._place].id == self._name:
            return zones[self._place]
        places = (place for place, one in enumerate(zones) if one.id == self._name)
        self._place = next(places, len(zones))
        return zones[self._place] if self._place < len(zones) else None


def middle(points: Floats) -> Place:
    """Return the middle of some points."""
    east, north = points.mean(axis=0).tolist()
    return float(east), float(north)


def rows_of(tracks: TrackTable, numbers: Iterable[int]) -> Mapping[int, int]:
    """Return the rows of the visible among these tracks, by their numbers."""
    wanted = list(numbers)
    if not wanted:
        return {}
    rows = np.flatnonzero(np.isin(tracks.number, wanted))
    rows = rows[is_visible(tracks, rows)]
    return dict(zip(tracks.number[rows].tolist(), rows.tolist(), strict=True))


def _line(text: str) -> Line:
    return line(text[:1].upper() + text[1:])
