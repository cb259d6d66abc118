"""A vehicle will reach people in a zone before it can be stopped.

The warning is due when the way to the zone, or to what is to stop it there, takes no longer than a
person needs to decide and the actuator to act. What it needs in metres grows with the speed: 2 s
and 4 s are 107 m at 64 km/h, so sensors have to see that far along the road.
"""

from collections.abc import Collection
from typing import Final

import numpy as np
from msgspec import Struct

from hub.core.geometry import Flags, Floats, points_of
from hub.core.rules.condition import Condition
from hub.core.rules.delayed import Delayed
from hub.core.rules.heading import way_to
from hub.core.rules.hours import is_in_hours
from hub.core.rules.judge import Facts, Judge
from hub.core.rules.reach import FAST_MPS, Reach
from hub.core.rules.reported import Reported
from hub.core.rules.taint import Taint
from hub.core.rules.track_table import (
    Rows,
    SensorsOf,
    TrackTable,
    box_around,
    has_label,
    is_visible,
    positions,
)
from hub.core.rules.watched import Sayer, Subject, Watched, ZoneCrowd, grouped, rows_of, subject
from hub.core.rules.wording import counted, listed, things
from hub.core.site import Actuator, Area, Offset, Rule, VehicleApproachRule
from wire.labels import Label
from wire.quantities import SECOND_US, Instant, Ulid

# Faster than this is a wrong velocity, not a faster vehicle.
SPEED_MAX_MPS: Final = 60.0
# How often vehicles that approach are looked for among the live tracks.
LOOK_US: Final = SECOND_US
_STANDS_MPS: Final = 1e-3
# What has been warned of is over only when it is clearly further away or slower.
_FURTHER: Final = 1.25
_SLOWER: Final = 0.7
_WALKERS: Final = (Label.PERSON, Label.BICYCLE)


def warning_distance_m(speed_mps: float, decide_s: float, delay_s: float) -> float:
    """Return how far away a vehicle must be warned of."""
    return speed_mps * (decide_s + delay_s)


class Threat(Struct, frozen=True, kw_only=True):
    """A vehicle that approaches, as it was when it was last due."""

    vehicle: Subject
    speed_mps: float
    way_m: float
    cause: Ulid

    @property
    def left_s(self) -> float:
        """How long until it is there."""
        return self.way_m / self.speed_mps


class VehicleApproachJudge(Judge):
    """Judges one approach rule: one condition for all vehicles that approach together.

    A lorry is often several tracks, one after the other, and must not be as many alerts.
    """

    def __init__(
        self,
        rule: VehicleApproachRule,
        zone: Area,
        actuator: Actuator | None,
        barrier: Area | None,
        sensors_of: SensorsOf,
        offsets: tuple[Offset, ...] = (),
    ) -> None:
        """Judge by a rule; `barrier` is the zone that its actuator closes."""
        self._watched = Watched(zone)
        self._crowd = ZoneCrowd(zone)
        self._actuator = actuator
        self._barrier = None if barrier is None else points_of(barrier.polygon)
        self._sensors_of = sensors_of
        self._offsets = offsets
        self._delayed: Delayed[int] = Delayed()
        self._reported = Reported()
        self._threats: dict[int, Threat] = {}
        self._look_us: Instant = 0
        self._delay_s: float | None = None  # As the actuator itself says.
        self._persons_max: float | None = None  # None: nobody has looked yet.
        self._take(rule)

    @property
    def next_wake_us(self) -> Instant | None:
        """When it has to look again."""
        if not self._threats:
            return None
        due_us = self._delayed.next_wake_us
        return self._look_us if due_us is None else min(self._look_us, due_us)

    @property
    def need_s(self) -> float:
        """How long before its arrival a vehicle must be warned of."""
        delay_s = self._rule.delay_s if self._delay_s is None else self._delay_s
        return self._rule.decide_s + delay_s + self._rule.margin_s

    @property
    def followed(self) -> Collection[int]:
        """Return the vehicles that are warned of."""
        return self._threats

    def adjust(self, rule: Rule) -> None:
        """Judge by other settings of the same rule from now on."""
        assert isinstance(rule, VehicleApproachRule)
        self._take(rule)

    def active(self) -> list[Condition]:
        """Return the vehicles that are warned of."""
        return self._reported.active()

    def tracks(
        self, tracks: TrackTable, rows: Rows, now_us: Instant, cause: Ulid
    ) -> list[Condition]:
        """Judge the tracks that a scan has touched."""
        rows = rows[self._may_approach(tracks, rows)]
        if not rows.size or not is_in_hours(self._rule.hours, now_us, self._offsets):
            return []
        rows = rows[has_label(tracks, rows, self._rule.labels)]
        judged = False
        for row, point in zip(rows.tolist(), positions(tracks, rows), strict=True):
            judged |= self._judge(tracks, row, point, now_us, cause)
        return self._report(now_us) if judged else []

    def second(self, facts: Facts, tracks: TrackTable, now_us: Instant) -> list[Condition]:  # noqa: ARG002 - as every judge.
        """Learn how fast the actuator is, and how many people are in the zone."""
        if self._actuator is not None and self._actuator.id in facts.actuators:
            self._delay_s = facts.actuators[self._actuator.id].delay_s
        crowd = self._crowd.find(facts)
        if crowd is not None:
            # Where people are hidden, or too dense to be told apart, there are more than dots.
            self._persons_max = crowd.persons + crowd.sigma_persons
        else:
            self._persons_max = float(len(self._watched.rows(tracks, _WALKERS)))
        return []

    def wake(self, tracks: TrackTable, now_us: Instant) -> list[Condition]:
        """End the approach of what is gone."""
        due_us = self.next_wake_us
        if due_us is None or now_us < due_us:
            return []
        if now_us >= self._look_us:
            self._look_us = now_us + LOOK_US
            judges = is_in_hours(self._rule.hours, now_us, self._offsets)
            seen = rows_of(tracks, self._threats) if judges else {}
            for number in self._threats.keys() - seen.keys():
                self._delayed.update(number, False, now_us)
        self._delayed.wake(now_us)
        return self._report(now_us)

    def _take(self, rule: VehicleApproachRule) -> None:
        self._rule = rule
        self._sayer = Sayer(rule, self._watched.zone, self._sensors_of)
        self._delayed.adjust(0.0, rule.clear_after_s)
        # What moves this slowly is judged at all only where the plan wants it so.
        slow_m = FAST_MPS * self._longest_s() if rule.speed_min_mps * _SLOWER < FAST_MPS else 0.0
        fast_m = SPEED_MAX_MPS * self._longest_s()
        corners = self._watched.polygon
        if self._barrier is not None:
            corners = np.concatenate((corners, self._barrier))
        self.reach = Reach(
            slow=box_around(corners, slow_m),
            fast=box_around(corners, fast_m),
            labels=rule.labels,
            speed_min_mps=_SLOWER * rule.speed_min_mps,
        )

    def _may_approach(self, tracks: TrackTable, rows: Rows) -> Flags:
        """Return which tracks are fast enough to be looked at, or are warned of."""
        east, north = tracks.velocity_east[rows], tracks.velocity_north[rows]
        may: Flags = east * east + north * north >= (_SLOWER * self._rule.speed_min_mps) ** 2
        if self._threats:
            may |= np.isin(tracks.number[rows], list(self._threats))
        if may.any():
            may &= is_visible(tracks, rows)
        return may

    def _longest_s(self) -> float:
        # An actuator that says it takes a minute cannot stop anything that is in sight.
        return _FURTHER * (self._rule.decide_s + max(self._rule.delay_s, 60.0))

    def _judge(
        self, tracks: TrackTable, row: int, point: Floats, now_us: Instant, cause: Ulid
    ) -> bool:
        """Take where a vehicle is; return whether it approaches, or did until now."""
        number = int(tracks.number[row])
        is_on = number in self._threats
        velocity = np.array([tracks.velocity_east[row], tracks.velocity_north[row]])
        speed = float(np.hypot(*velocity))
        need_s = self.need_s * (_FURTHER if is_on else 1.0)
        slowest = max(self._rule.speed_min_mps * (_SLOWER if is_on else 1.0), _STANDS_MPS)
        is_due = False
        if slowest <= speed <= SPEED_MAX_MPS and self._has_people():
            way_m = self._way_m(point, velocity, tracks.covariance[row, 2:, 2:])
            is_due = way_m <= speed * need_s
            if is_due:
                self._threats[number] = Threat(
                    vehicle=subject(tracks, row, now_us), speed_mps=speed, way_m=way_m, cause=cause
                )
                self._look_us = self._look_us or now_us + LOOK_US
        self._delayed.update(number, is_due, now_us)
        return is_due or is_on

    def _way_m(self, point: Floats, velocity: Floats, covariance: Floats) -> float:
        """Return how far it is to the people, or to what is to stop it on the way."""
        way_m = way_to(self._watched.polygon, point, velocity, covariance)
        if self._barrier is None or not np.isfinite(way_m):
            return way_m
        return min(way_m, way_to(self._barrier, point, velocity, covariance))

    def _has_people(self) -> bool:
        """Whether there are people in the zone; whoever has not looked must think so."""
        return self._persons_max is None or self._persons_max >= self._rule.persons_min

    def _report(self, now_us: Instant) -> list[Condition]:
        """Return the conditions that changed; let go of what no longer approaches."""
        on = frozenset(self._delayed.on())
        for number in self._threats.keys() - on:
            del self._threats[number]
        if not self._threats:
            self._look_us = 0
        groups = grouped(one.vehicle for one in self._threats.values())
        found = [
            self._condition(taint, [self._threats[one.number] for one in vehicles])
            for taint, vehicles in groups
        ]
        return self._reported.follow(found, now_us)

    def _condition(self, taint: Taint, threats: list[Threat]) -> Condition:
        first = min(threats, key=lambda one: one.left_s)
        what, zone = things(one.vehicle.label for one in threats), self._watched.zone.name
        heads = "heads" if len(threats) == 1 else "head"
        # In steps of ten: what fusion makes of every scan is no news.
        kmh = 10 * round(3.6 * first.speed_mps / 10)
        away = f"{first.way_m:.0f} m at {3.6 * first.speed_mps:.0f} km/h: {first.left_s:.1f} s"
        needs = f"{self._rule.decide_s:g} s to decide, {self._rule.margin_s:g} s to spare"
        delay_s = self.need_s - self._rule.decide_s - self._rule.margin_s
        stops = "what is to stop it" if self._actuator is None else self._actuator.name
        persons = "nobody has looked"
        if self._persons_max is not None:
            persons = f"up to {counted(Label.PERSON, int(self._persons_max))}"
        return self._sayer.says(
            self._rule.summary or f"{what} {heads} for {zone} at {kmh} km/h",
            (
                ("What", what),
                ("Away", away),
                ("Needed", f"{needs}, {delay_s:g} s for {stops}"),
                ("People there", persons),
                ("Tracks", listed(one.vehicle.number for one in threats)),
            ),
            taint=taint,
            place=first.vehicle.place,
            sigma_m=first.vehicle.sigma_m,
            tracks=(one.vehicle.number for one in threats),
            observed_us=max(one.vehicle.observed_us for one in threats),
            cause=first.cause,
        )
