"""What drives: along a path, with limits to how hard it accelerates, brakes and turns."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from simulators.core.plan import Lane, Place
from simulators.core.polygons import Floats

LENGTH_M: Final = 5.2
WIDTH_M: Final = 2.0
HEIGHT_M: Final = 2.3
"""A delivery van."""

ACCELERATION_MPS2: Final = 2.0
BRAKING_MPS2: Final = 4.5
SIDEWAYS_MPS2: Final = 2.5
"""How hard a van is steered: it bounds the speed in bends."""

REVERSE_MPS: Final = 2.8
VEHICLES_MAX: Final = 16
"""Vehicles at once: four lanes outside, one on the square, and room to spare."""

# A bollard belongs to a path that passes this near.
BOLLARD_REACH_M: Final = 5.0
STOP_SHORT_M: Final = 1.5

# Where a driver looks for people: this far to each side of the path, this far ahead of the bumper.
CORRIDOR_M: Final = 2.2
LOOK_AHEAD_M: Final = 30.0
PEOPLE_GAP_M: Final = 6.0


class Course:
    """A path with round corners, by the distance along it."""

    def __init__(self, path: Sequence[Place]) -> None:
        points = np.array(path, dtype=np.float64)
        # Corner cutting (Chaikin, 1974): three rounds leave bends that a van can drive.
        for _ in range(3):
            a, b = points[:-1], points[1:]
            cut = np.stack([0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b], axis=1).reshape(-1, 2)
            points = np.vstack([points[:1], cut, points[-1:]])
        steps = np.hypot(*np.diff(points, axis=0).T)
        keep = np.concatenate([[True], steps > 1e-6])
        self._points = points[keep]
        steps = np.hypot(*np.diff(self._points, axis=0).T)
        self._along = np.concatenate([[0.0], np.cumsum(steps)])
        self.length_m = float(self._along[-1])
        self._bend_mps = self._bend_speeds()

    def at(self, along_m: float) -> tuple[float, float, float]:
        """Return east, north and azimuth in radians at a distance along the path."""
        along_m = min(max(along_m, 0.0), self.length_m)
        index = int(np.searchsorted(self._along, along_m, side="right")) - 1
        index = min(index, len(self._along) - 2)
        (x0, y0), (x1, y1) = self._points[index], self._points[index + 1]
        part = (along_m - self._along[index]) / (self._along[index + 1] - self._along[index])
        azimuth = math.atan2(x1 - x0, y1 - y0)
        return float(x0 + part * (x1 - x0)), float(y0 + part * (y1 - y0)), azimuth

    def nearest(self, place: Place) -> tuple[float, float]:
        """Return how far along the path is nearest to a place, and how near it comes."""
        point = np.array(place)
        start, step = self._points[:-1], np.diff(self._points, axis=0)
        part = np.clip(((point - start) * step).sum(axis=1) / (step**2).sum(axis=1), 0.0, 1.0)
        reach = np.hypot(*(start + part[:, None] * step - point).T)
        best = int(reach.argmin())
        span = self._along[best + 1] - self._along[best]
        return float(self._along[best] + part[best] * span), float(reach[best])

    def bend_speed(self, along_m: float) -> float:
        """Return how fast the bends within the next metres may be driven."""
        near = (self._along >= along_m - 1.0) & (self._along <= along_m + 6.0)
        return float(self._bend_mps[near].min(initial=math.inf))

    def people_ahead(self, along_m: float, people: Floats) -> float:
        """Return how far along the path the first person stands in the way; infinite if none."""
        east, north, _ = self.at(along_m)
        near = people[np.hypot(*(people - (east, north)).T) < LOOK_AHEAD_M + LENGTH_M]
        first = math.inf
        for person in near:
            where, reach = self.nearest((float(person[0]), float(person[1])))
            if reach < CORRIDOR_M and where > along_m:
                first = min(first, where)
        return first

    def _bend_speeds(self) -> Floats:
        steps = np.diff(self._points, axis=0)
        azimuth = np.unwrap(np.arctan2(steps[:, 0], steps[:, 1]))
        turn = np.abs(np.diff(azimuth))
        span = 0.5 * (np.diff(self._along)[:-1] + np.diff(self._along)[1:])
        radius = span / np.maximum(turn, 1e-9)
        inner = np.sqrt(SIDEWAYS_MPS2 * radius)
        return np.concatenate([[math.inf], inner, [math.inf]])


class Vehicle:
    """One vehicle on one course."""

    def __init__(self, course: Course, speed_mps: float) -> None:
        self.course = course
        self.along_m = 0.0
        self.speed_mps = 0.0  # Negative in reverse.
        self.wanted_mps = speed_mps
        self.stop_at_m = math.inf  # Where the driver means to stop.
        self.minds_people = True

    @property
    def at_end(self) -> bool:
        """Whether it has come to the end of its course."""
        return self.along_m >= self.course.length_m - 0.5

    @property
    def stands(self) -> bool:
        """Whether it does not move."""
        return abs(self.speed_mps) < 0.05

    def step(self, dt_s: float, people: Floats, raised: Mapping[str, Place]) -> None:
        """Drive on for `dt_s`, stopping short of people and of raised bollards."""
        if self.wanted_mps < 0.0:
            self._back_out(dt_s, raised)
            return
        stop_m = min(self.stop_at_m, self._stop_for_bollards(raised))
        if self.minds_people:
            first = self.course.people_ahead(self.along_m, people)
            stop_m = min(stop_m, first - LENGTH_M / 2 - PEOPLE_GAP_M)
        room_m = max(stop_m - self.along_m, 0.0)
        allowed = min(
            self.wanted_mps,
            self.course.bend_speed(self.along_m),
            math.sqrt(2.0 * 0.8 * BRAKING_MPS2 * room_m),
        )
        change = allowed - self.speed_mps
        change = min(max(change, -BRAKING_MPS2 * dt_s), ACCELERATION_MPS2 * dt_s)
        self.speed_mps = max(self.speed_mps + change, 0.0)
        if room_m < 0.05:
            self.speed_mps = 0.0
        self.along_m = min(self.along_m + self.speed_mps * dt_s, self.course.length_m)

    def blocked_by(self, bollards: Mapping[str, Place]) -> bool:
        """Whether a raised bollard stands right before it."""
        return self._stop_for_bollards(bollards) - self.along_m < 1.0

    def over(self, place: Place) -> bool:
        """Whether it stands on a place."""
        east, north, _ = self.course.at(self.along_m)
        return math.hypot(place[0] - east, place[1] - north) < LENGTH_M / 2 + 0.5

    def _stop_for_bollards(self, raised: Mapping[str, Place]) -> float:
        stop_m = math.inf
        for place in raised.values():
            where, reach = self.course.nearest(place)
            front = where - LENGTH_M / 2 - STOP_SHORT_M
            if reach < BOLLARD_REACH_M and where > self.along_m:
                stop_m = min(stop_m, max(front, self.along_m))
        return stop_m

    def _back_out(self, dt_s: float, raised: Mapping[str, Place]) -> None:
        allowed = min(-self.wanted_mps, REVERSE_MPS)
        for place in raised.values():
            where, reach = self.course.nearest(place)
            if reach < BOLLARD_REACH_M and where < self.along_m:
                room_m = self.along_m - where - LENGTH_M / 2 - STOP_SHORT_M
                allowed = min(allowed, math.sqrt(2.0 * BRAKING_MPS2 * max(room_m, 0.0)))
        speed = min(allowed, -min(self.speed_mps, 0.0) + ACCELERATION_MPS2 * dt_s)
        self.speed_mps = -speed
        self.along_m = max(self.along_m - speed * dt_s, 0.0)


class Traffic:
    """Everything that drives: what passes by outside, and what the story sends."""

    def __init__(self, lanes: Sequence[Lane], rng: np.random.Generator) -> None:
        self._rng = rng
        self._lanes = [(lane, Course(lane.path)) for lane in lanes]
        self._next_s = [float(rng.uniform(0.0, lane.interval_s[1])) for lane in lanes]
        self._slots: list[Vehicle | None] = [None] * VEHICLES_MAX
        self._passing: set[int] = set()
        self.is_held = False
        """Nobody new passes by: the story needs the road."""

    @property
    def vehicles(self) -> list[Vehicle]:
        """All vehicles there are."""
        return [vehicle for vehicle in self._slots if vehicle is not None]

    @property
    def is_clear(self) -> bool:
        """Whether nobody passes by."""
        return not self._passing

    def slots(self) -> Sequence[Vehicle | None]:
        """Return each place for a vehicle, with what is in it."""
        return self._slots

    def add(self, vehicle: Vehicle) -> bool:
        """Put a vehicle on the road, if there is room; say whether there was."""
        for slot, held in enumerate(self._slots):
            if held is None:
                self._slots[slot] = vehicle
                return True
        return False

    def remove(self, vehicle: Vehicle) -> None:
        """Take a vehicle off the road."""
        slot = next(i for i, held in enumerate(self._slots) if held is vehicle)
        self._slots[slot] = None
        self._passing.discard(slot)

    def positions(self) -> Floats:
        """Return where the vehicles are, as (n, 2)."""
        places = [vehicle.course.at(vehicle.along_m)[:2] for vehicle in self.vehicles]
        return np.array(places, dtype=np.float64).reshape(-1, 2)

    def step(
        self, dt_s: float, world_s: float, people: Floats, raised: Mapping[str, Place]
    ) -> None:
        """Drive on for `dt_s` and let new ones pass by."""
        for slot, vehicle in enumerate(self._slots):
            if vehicle is None:
                continue
            vehicle.step(dt_s, people, raised)
            if slot in self._passing and vehicle.at_end:
                self.remove(vehicle)
        for index, (lane, course) in enumerate(self._lanes):
            if self.is_held or world_s < self._next_s[index]:
                continue
            self._next_s[index] = world_s + float(self._rng.uniform(*lane.interval_s))
            vehicle = Vehicle(course, lane.speed_mps)
            vehicle.speed_mps = lane.speed_mps
            vehicle.minds_people = False  # Nobody walks on the roads outside.
            if self.add(vehicle):
                self._passing.add(next(i for i, held in enumerate(self._slots) if held is vehicle))
