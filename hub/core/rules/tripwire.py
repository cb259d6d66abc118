"""Something crossed a line in its forbidden direction."""

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from hub.core.fusion.lifecycle import CONFIRMED, TENTATIVE
from hub.core.geometry import Flags, Floats, crosses_rightwards, distance_to, points_of
from hub.core.rules.condition import Condition
from hub.core.rules.taint import Taint
from hub.core.rules.track_table import (
    Rows,
    SensorsOf,
    TrackTable,
    box_around,
    is_within,
    positions,
    sensors_of_all,
    sigmas,
)
from hub.core.rules.wording import clock, evidence, listed, sentence, things
from hub.core.site import Tripwire, TripwireRule
from wire.feed import LABELS
from wire.labels import Priority
from wire.quantities import SECOND_US, Instant, Ulid

# A track is on a side once it is this far from the line: noise on the line crosses nothing.
MARGIN_M = 0.3
# Tracks further than this, and a second's way, cannot cross with their next steps.
NEAR_M = 10.0
# Faster than this is a wrong velocity, not a faster vehicle.
SPEED_MAX_MPS = 60.0
# A step longer than this says nothing of the way between its ends.
STEP_MAX_US = 10 * SECOND_US
# Below a quick run, the speed is not worth the operator's breath.
SPOKEN_SPEED_MIN_MPS = 3.0


class Step(Struct, frozen=True, kw_only=True):
    """Where a track last was clearly on one side of the line."""

    place: tuple[float, float]
    at_us: Instant


class TripwireJudge:
    """Judges one tripwire rule: one condition a crossing track."""

    def __init__(self, rule: TripwireRule, wire: Tripwire, sensors_of: SensorsOf) -> None:
        self._rule = rule
        self._wire = wire
        self._ends = points_of((wire.start, wire.end))
        self._box = box_around(self._ends, NEAR_M + SPEED_MAX_MPS)
        self._normal = _unit_normal(self._ends)
        self._sensors_of = sensors_of
        self._clear_us = round(rule.clear_after_s * SECOND_US)
        self._steps: dict[int, Step] = {}
        self._crossed: dict[str, tuple[Condition, Instant]] = {}
        self._prune_us = 0

    @property
    def next_wake_us(self) -> Instant | None:
        """When the next crossing has been shown long enough."""
        return min((until_us for _, until_us in self._crossed.values()), default=None)

    def tracks(
        self, tracks: TrackTable, rows: Rows, now_us: Instant, cause: Ulid
    ) -> list[Condition]:
        """Judge the tracks that a scan has touched."""
        self._prune(now_us)
        near = self._is_near(tracks, rows)
        if self._steps:
            for number in tracks.number[rows[~near]].tolist():
                self._steps.pop(number, None)
        rows = rows[near]
        if len(rows) == 0:
            return []
        # Where a track coasts, nobody saw it: its next seen place ends the step.
        is_clear = (tracks.state[rows] == CONFIRMED) | (tracks.state[rows] == TENTATIVE)
        aside = np.abs((positions(tracks, rows) - self._ends[0]) @ self._normal)
        is_clear &= aside > MARGIN_M
        return [
            self._crossing(tracks, int(row), now_us, cause)
            for row in rows[is_clear]
            if self._steps_over(tracks, int(row), now_us)
        ]

    def wake(self, tracks: TrackTable, now_us: Instant) -> list[Condition]:  # noqa: ARG002 - as every judge.
        """Clear the crossings that have been shown long enough."""
        over = [key for key, (_, until_us) in self._crossed.items() if now_us >= until_us]
        gone = [self._crossed.pop(key)[0] for key in over]
        return [replace(condition, active=False, observed_us=now_us) for condition in gone]

    def _is_near(self, tracks: TrackTable, rows: Rows) -> Flags:
        """Return which tracks could cross with one of their next steps."""
        is_near = is_within(tracks, rows, self._box)
        if is_near.any():
            near = rows[is_near]
            speed = np.hypot(tracks.velocity_east[near], tracks.velocity_north[near])
            is_near[is_near] = distance_to(self._ends, positions(tracks, near)) <= NEAR_M + speed
        return is_near

    def _steps_over(self, tracks: TrackTable, row: int, now_us: Instant) -> bool:
        """Take the track's step; return whether it is a crossing that the rule forbids."""
        number = int(tracks.number[row])
        place = (float(tracks.east[row]), float(tracks.north[row]))
        before = self._steps.get(number)
        confirmed = int(tracks.state[row]) == CONFIRMED
        if before is None or now_us - before.at_us > STEP_MAX_US:
            self._steps[number] = Step(place=place, at_us=now_us)
            return False
        if not confirmed:
            # A track that is confirmed only behind the line has crossed it all the same.
            return False
        self._steps[number] = Step(place=place, at_us=now_us)
        crossed = crosses_rightwards(
            self._ends[0], self._ends[1], points_of([before.place]), points_of([place])
        )
        return (
            bool(crossed[0])
            and LABELS[int(tracks.label[row])] in self._rule.labels
            and _speed(tracks, row) >= self._rule.speed_min_mps
        )

    def _crossing(self, tracks: TrackTable, row: int, now_us: Instant, cause: Ulid) -> Condition:
        """Return the condition that this track has crossed."""
        number, speed_mps = int(tracks.number[row]), _speed(tracks, row)
        taint = Taint(simulated=bool(tracks.simulated[row]), exercise=bool(tracks.exercise[row]))
        what = things([LABELS[int(tracks.label[row])]])
        kmh = f"{speed_mps * 3.6:.0f} km/h"
        spoken = f" at {kmh}" if speed_mps >= SPOKEN_SPEED_MIN_MPS else ""
        sensors = sensors_of_all([number], self._sensors_of)
        observed_us = int(tracks.updated_us[row])
        condition = Condition(
            key=taint.key(f"{self._rule.id}/{number}"),
            rule=self._rule.id,
            rule_kind="tripwire",
            active=True,
            priority=self._rule.priority,
            summary=self._rule.summary or sentence(f"{what} crossed {self._wire.name}{spoken}"),
            place=(float(tracks.east[row]), float(tracks.north[row])),
            sigma_m=float(sigmas(tracks, np.array([row]))[0]),
            tracks=(number,),
            sensors=sensors,
            evidence=evidence(
                ("What", sentence(what)),
                ("Line", self._wire.name),
                ("Speed", kmh),
                ("Crossed", clock(observed_us)),
                ("Track", str(number)),
                ("Seen by", listed(sensors)),
            ),
            observed_us=observed_us,
            cause=cause,
            latched=self._rule.priority is Priority.CRITICAL,
            simulated=taint.simulated,
            exercise=taint.exercise,
        )
        self._crossed[condition.key] = (condition, now_us + self._clear_us)
        return condition

    def _prune(self, now_us: Instant) -> None:
        """Forget the steps of tracks that are gone."""
        if now_us >= self._prune_us:
            self._prune_us = now_us + STEP_MAX_US
            for number, step in tuple(self._steps.items()):
                if now_us - step.at_us > STEP_MAX_US:
                    del self._steps[number]


def _speed(tracks: TrackTable, row: int) -> float:
    return float(np.hypot(tracks.velocity_east[row], tracks.velocity_north[row]))


def _unit_normal(ends: Floats) -> Floats:
    """Return the direction across the line."""
    along = ends[1] - ends[0]
    normal: Floats = np.array([along[1], -along[0]]) / max(float(np.hypot(*along)), 1e-9)
    return normal
