"""What a site's own conditions may ask of a zone, a track, a sensor and the site, each second."""

from collections.abc import Iterable, Mapping, Sequence
from math import atan2, degrees, hypot
from typing import Final

import numpy as np

from hub.core.fusion.lifecycle import COASTING
from hub.core.geometry import Floats, inside, points_of
from hub.core.rules.expression_language import Scalar
from hub.core.rules.hours import local_us, weekday
from hub.core.rules.judge import Facts
from hub.core.rules.taint import Taint
from hub.core.rules.track_table import (
    Rows,
    TrackTable,
    box_around,
    is_visible,
    is_within,
    positions,
)
from hub.core.rules.variant import SITE
from hub.core.rules.zone_middle import middle_of
from hub.core.site import Area, Offset, Place, Sensor
from wire.feed import LABELS
from wire.fields import ZoneCrowdView
from wire.labels import Label, Posture
from wire.quantities import SECOND_US, Instant

Variables = dict[str, Scalar]

_COUNTED: Final = {
    "vehicles": Label.VEHICLE,
    "bicycles": Label.BICYCLE,
    "drones": Label.DRONE,
    "bags": Label.BAG,
    "animals": Label.ANIMAL,
}
_OF_SITE: Final = ("vehicles", "bicycles", "drones")


class Ground:
    """A zone, with what is worked out of it once."""

    def __init__(self, zone: Area) -> None:
        self.zone = zone
        self.polygon = points_of(zone.polygon)
        self.box = box_around(self.polygon)
        self.area_m2 = _area(self.polygon)
        self.middle = middle_of(zone)

    def rows(self, tracks: TrackTable, rows: Rows) -> Rows:
        """Return which of these tracks are in the zone."""
        near = rows[is_within(tracks, rows, self.box)]
        return near[inside(self.polygon, positions(tracks, near))] if len(near) else near

    def holds(self, place: Place) -> bool:
        """Return whether a place is in the zone."""
        return bool(inside(self.polygon, points_of([place]))[0])


class Moment:
    """One second: the tracks that are shown, the facts beside them, and what they are made of."""

    def __init__(
        self, facts: Facts, tracks: TrackTable, now_us: Instant, offsets: tuple[Offset, ...] = ()
    ) -> None:
        self.facts = facts
        self.tracks = tracks
        every = np.arange(len(tracks.number))
        self.rows: Rows = every[is_visible(tracks, every)]
        self.now_us = now_us
        self._offsets = offsets
        heard = [fact.taint for fact in facts.sensors.values()]
        # Crowd and coverage are of everything together: one simulated source makes them so.
        self.whole = Taint(
            simulated=bool(tracks.simulated[self.rows].any()) or any(t.simulated for t in heard),
            exercise=bool(tracks.exercise[self.rows].any()) or any(t.exercise for t in heard),
        )

    def taints(self, rows: Rows) -> list[Taint]:
        """Return what is judged apart: everything together, and what is purer than that."""
        flags = zip(
            self.tracks.simulated[rows].tolist(), self.tracks.exercise[rows].tolist(), strict=True
        )
        found = {Taint(simulated=simulated, exercise=exercise) for simulated, exercise in flags}
        return sorted(found | {self.whole})

    def of(self, rows: Rows, taint: Taint) -> Rows:
        """Return which of these tracks count for a taint."""
        if taint == self.whole:
            return rows
        simulated, exercise = self.tracks.simulated[rows], self.tracks.exercise[rows]
        kept: Rows = rows[(simulated == taint.simulated) & (exercise == taint.exercise)]
        return kept

    def site(self, taint: Taint) -> Variables:
        """Return what may be asked of the site."""
        local = local_us(self.now_us, self._offsets)
        minutes = local // (60 * SECOND_US) % 1440
        counts = _counts(self.tracks, self.of(self.rows, taint))
        silent = [fact for fact in self.facts.sensors.values() if fact.silent]
        return {
            "hour": float(minutes // 60),
            "minute": float(minutes % 60),
            "weekday": weekday(local).value,
            "posture": self.facts.postures.get(SITE, Posture.NORMAL).value,
            "tracks": counts["tracks"],
            "persons": counts["persons"],
            **{name: counts[name] for name in _OF_SITE},
            "silent_sensors": float(sum(taint in (self.whole, fact.taint) for fact in silent)),
        }

    def zone(self, ground: Ground, rows: Rows, taint: Taint) -> Variables:
        """Return what may be asked of a zone in which these tracks are."""
        zone, postures = ground.zone, self.facts.postures
        coverage = next((one for one in self.facts.coverage if one.id == zone.id), None)
        rows = self.of(rows, taint)
        counts = _counts(self.tracks, rows)
        posture = postures.get(zone.id, postures.get(SITE, Posture.NORMAL))
        return {
            "id": zone.id,
            "name": zone.name,
            "purpose": zone.purpose,
            "posture": posture.value,
            "area_m2": ground.area_m2,
            **counts,
            "fastest_mps": max(_speeds(self.tracks, rows).tolist(), default=0.0),
            **self._crowd(ground, counts["persons"], rows, taint),
            "seen": 0.0 if coverage is None else coverage.seen,
            "doubly_seen": 0.0 if coverage is None else coverage.doubly_seen,
        }

    def each(self, rows: Rows, fields: Iterable[str]) -> list[Variables]:
        """Return what may be asked of each of these tracks: only these fields, all at once."""
        columns = {field: self._column(rows, field) for field in fields}
        return [{field: column[n] for field, column in columns.items()} for n in range(len(rows))]

    def _column(self, rows: Rows, field: str) -> Sequence[Scalar]:  # noqa: PLR0911 - one a field.
        tracks = self.tracks
        match field:
            case "label":
                return [LABELS[label].value for label in tracks.label[rows].tolist()]
            case "speed_mps":
                return _column(_speeds(tracks, rows))
            case "heading_deg":
                east_mps, north_mps = tracks.velocity_east[rows], tracks.velocity_north[rows]
                return _column(np.degrees(np.arctan2(east_mps, north_mps)) % 360.0)
            case "east_m":
                return _column(tracks.east[rows])
            case "north_m":
                return _column(tracks.north[rows])
            case "sigma_m":
                largest = np.linalg.eigvalsh(tracks.covariance[rows][:, :2, :2])[:, -1]
                return _column(np.sqrt(np.maximum(largest, 0.0)))
            case "coasting":
                return [state == COASTING for state in tracks.state[rows].tolist()]
            case _:
                assert field == "claimed", field
                numbers = tracks.number[rows].tolist()
                return [number in self.facts.claimed for number in numbers]

    def sensor(self, sensor: Sensor) -> Variables:
        """Return what may be asked of a sensor."""
        fact, standing = self.facts.sensors.get(sensor.id), self.facts.standings.get(sensor.id)
        calibration = None if standing is None else standing.calibration
        delay_us = None if fact is None else fact.delay_us
        return {
            "id": sensor.id,
            "kind": sensor.kind.value,
            "delay_s": 0.0 if delay_us is None else delay_us / SECOND_US,
            # What was never heard says nothing either.
            "silent": fact is None or fact.silent,
            "faults": 0.0 if fact is None else float(len(fact.faults)),
            "calibration": "" if calibration is None else calibration.state.value,
            "displaced_m": 0.0
            if calibration is None
            else hypot(calibration.east_m, calibration.north_m),
            "turned_deg": 0.0 if calibration is None else calibration.yaw_deg,
        }

    def _crowd(self, ground: Ground, persons: Scalar, rows: Rows, taint: Taint) -> Variables:
        """Return the crowd in a zone: from its field, or of one taint alone from the tracks."""
        view = self._view(ground) if taint == self.whole else None
        if view is None:
            return {
                "density": float(persons) / ground.area_m2,
                "density_max": float(persons) / ground.area_m2,
                "pressure": 0.0,
                **self._flow(rows),
            }
        return {
            "persons": view.persons,
            "density": view.density,
            "density_max": view.density_max,
            "pressure": view.pressure,
            "flow_mps": hypot(view.east_mps, view.north_mps),
            "flow_deg": _bearing(view.east_mps, view.north_mps),
        }

    def _view(self, ground: Ground) -> ZoneCrowdView | None:
        crowd = self.facts.crowd
        zones = () if crowd is None else crowd.zones
        return next((one for one in zones if one.id == ground.zone.id), None)

    def _flow(self, rows: Rows) -> Variables:
        people = rows[self.tracks.label[rows] == LABELS.index(Label.PERSON)]
        if not len(people):
            return {"flow_mps": 0.0, "flow_deg": 0.0}
        east_mps = float(self.tracks.velocity_east[people].mean())
        north_mps = float(self.tracks.velocity_north[people].mean())
        return {
            "flow_mps": hypot(east_mps, north_mps),
            "flow_deg": _bearing(east_mps, north_mps),
        }


def words_of(variables: Mapping[str, Mapping[str, Scalar]]) -> str:
    """Return the values in words, to be read as evidence."""
    return ", ".join(
        f"{root}.{name} {value if not isinstance(value, float) else format(value, '.3g')}"
        for root, values in variables.items()
        for name, value in values.items()
    )


def _counts(tracks: TrackTable, rows: Rows) -> dict[str, float]:
    labels = tracks.label[rows]
    return {
        "tracks": float(len(rows)),
        "persons": float((labels == LABELS.index(Label.PERSON)).sum()),
        **{name: float((labels == LABELS.index(label)).sum()) for name, label in _COUNTED.items()},
    }


def _column(values: Floats) -> list[float]:
    # The columns are of single precision; doubles are what an expression compares with.
    return [float(value) for value in values.tolist()]


def _speeds(tracks: TrackTable, rows: Rows) -> Floats:
    speeds: Floats = np.hypot(tracks.velocity_east[rows], tracks.velocity_north[rows])
    return speeds


def _bearing(east: float, north: float) -> float:
    return degrees(atan2(east, north)) % 360.0


def _area(polygon: Floats) -> float:
    after = np.roll(polygon, -1, axis=0)
    doubled = (polygon[:, 0] * after[:, 1] - after[:, 0] * polygon[:, 1]).sum()
    return max(abs(float(doubled)) / 2.0, 1e-6)
