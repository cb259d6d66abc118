"""Something crossed a line in its forbidden direction."""

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from hub.core.fusion.lifecycle import CONFIRMED, TENTATIVE
from hub.core.geometry import Flags, Floats, crosses_rightwards, points_of
from hub.core.rules.condition import Condition
from hub.core.rules.hours import is_in_hours
from hub.core.rules.judge import Judge
from hub.core.rules.reach import FAST_MPS, Reach
from hub.core.rules.taint import Taint
from hub.core.rules.track_table import (
    Rows,
    SensorsOf,
    TrackTable,
    box_around,
    has_label,
    is_within,
    positions,
    sensors_of_all,
    sigmas,
)
from hub.core.rules.wording import clock, evidence, listed, sentence, things
from hub.core.site import Offset, Place, Rule, Tripwire, TripwireRule
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


class TripwireJudge(Judge):
    """Judges one tripwire rule: one condition a crossing track."""

    def __init__(
        self,
        rule: TripwireRule,
        wire: Tripwire,
        sensors_of: SensorsOf,
        offsets: tuple[Offset, ...] = (),
    ) -> None:
        self._wire = wire
        self._ends = points_of((wire.start, wire.end))
        self._line_box = box_around(self._ends)
        self.reach = Reach(
            slow=box_around(self._ends, NEAR_M + FAST_MPS),
            fast=box_around(self._ends, NEAR_M + SPEED_MAX_MPS),
        )
        self._normal = _unit_normal(self._ends)
        self._sensors_of = sensors_of
        self._offsets = offsets
        self._steps: dict[int, Step] = {}
        self._crossed: dict[str, tuple[Condition, Instant]] = {}
        self._prune_us = 0
        self._adopt(rule)

    def adjust(self, rule: Rule) -> None:
        """Judge by other settings of the same rule from now on."""
        assert isinstance(rule, TripwireRule)
        self._adopt(rule)

    def active(self) -> list[Condition]:
        """Return the crossings that are shown now."""
        return [condition for condition, _ in self._crossed.values()]

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
        points = positions(tracks, rows)
        is_clear &= np.abs((points - self._ends[0]) @ self._normal) > MARGIN_M
        steps = self._take_steps(tracks, rows[is_clear], points[is_clear], now_us)
        over = self._over(tracks, steps, now_us)
        return [self._crossing(tracks, row, now_us, cause) for row in over]

    def wake(self, tracks: TrackTable, now_us: Instant) -> list[Condition]:  # noqa: ARG002 - as every judge.
        """Clear the crossings that have been shown long enough."""
        over = [key for key, (_, until_us) in self._crossed.items() if now_us >= until_us]
        gone = [self._crossed.pop(key)[0] for key in over]
        return [replace(condition, active=False, observed_us=now_us) for condition in gone]

    def _adopt(self, rule: TripwireRule) -> None:
        self._rule = rule
        self._clear_us = round(rule.clear_after_s * SECOND_US)

    def _is_near(self, tracks: TrackTable, rows: Rows) -> Flags:
        """Return which tracks could cross with one of their next steps."""
        east, north = tracks.velocity_east[rows], tracks.velocity_north[rows]
        reach = NEAR_M + np.minimum(np.sqrt(east * east + north * north), SPEED_MAX_MPS)
        return is_within(tracks, rows, self._line_box, reach)

    def _take_steps(
        self, tracks: TrackTable, rows: Rows, points: Floats, now_us: Instant
    ) -> list[tuple[int, Place]]:
        """Take the tracks' steps; return where those began that may be a crossing."""
        steps = []
        numbers, sure = tracks.number[rows].tolist(), (tracks.state[rows] == CONFIRMED).tolist()
        for row, number, is_sure, (east, north) in zip(
            rows.tolist(), numbers, sure, points.tolist(), strict=True
        ):
            before = self._steps.get(number)
            if before is None or now_us - before.at_us > STEP_MAX_US:
                self._steps[number] = Step(place=(east, north), at_us=now_us)
            elif is_sure:
                # A track that is confirmed only behind the line has crossed it all the same.
                self._steps[number] = Step(place=(east, north), at_us=now_us)
                steps.append((row, before.place))
        return steps

    def _over(
        self, tracks: TrackTable, steps: list[tuple[int, Place]], now_us: Instant
    ) -> list[int]:
        """Return the rows whose step is a crossing that the rule forbids."""
        if not steps or not is_in_hours(self._rule.hours, now_us, self._offsets):
            return []
        rows = np.array([row for row, _ in steps])
        speed = np.hypot(tracks.velocity_east[rows], tracks.velocity_north[rows])
        is_over = has_label(tracks, rows, self._rule.labels) & (speed >= self._rule.speed_min_mps)
        if is_over.any():
            before = points_of([place for _, place in steps])
            is_over &= crosses_rightwards(
                self._ends[0], self._ends[1], before, positions(tracks, rows)
            )
        return [int(row) for row in rows[is_over]]

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
