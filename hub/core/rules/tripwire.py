"""Something crossed a line in its forbidden direction."""

import numpy as np
from msgspec.structs import replace

from hub.core.geometry import points_of
from hub.core.rules.condition import Condition
from hub.core.rules.hours import is_in_hours
from hub.core.rules.judge import Judge
from hub.core.rules.lines import NEAR_M, SPEED_MAX_MPS
from hub.core.rules.reach import FAST_MPS, Reach
from hub.core.rules.taint import Taint
from hub.core.rules.track_table import (
    Rows,
    SensorsOf,
    TrackTable,
    box_around,
    has_label,
    sensors_of_all,
    sigma_of,
)
from hub.core.rules.wording import clock, evidence, listed, sentence, things
from hub.core.site import Offset, Rule, Tripwire, TripwireRule
from wire.feed import LABELS
from wire.labels import Priority
from wire.quantities import SECOND_US, Instant, Ulid

# Below a quick run, the speed is not worth the operator's breath.
SPOKEN_SPEED_MIN_MPS = 3.0


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
        self.line = points_of((wire.start, wire.end))
        self.reach = Reach(
            slow=box_around(self.line, NEAR_M + FAST_MPS),
            fast=box_around(self.line, NEAR_M + SPEED_MAX_MPS),
        )
        self._sensors_of = sensors_of
        self._offsets = offsets
        self._crossed: dict[str, tuple[Condition, Instant]] = {}
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
        """Judge the tracks that have stepped over the line: it is told of no others."""
        if not is_in_hours(self._rule.hours, now_us, self._offsets):
            return []
        speed = np.hypot(tracks.velocity_east[rows], tracks.velocity_north[rows])
        is_over = has_label(tracks, rows, self._rule.labels) & (speed >= self._rule.speed_min_mps)
        return [self._crossing(tracks, int(row), now_us, cause) for row in rows[is_over]]

    def wake(self, tracks: TrackTable, now_us: Instant) -> list[Condition]:  # noqa: ARG002 - as every judge.
        """Clear the crossings that have been shown long enough."""
        over = [key for key, (_, until_us) in self._crossed.items() if now_us >= until_us]
        gone = [self._crossed.pop(key)[0] for key in over]
        return [replace(condition, active=False, observed_us=now_us) for condition in gone]

    def _adopt(self, rule: TripwireRule) -> None:
        self._rule = rule
        self._clear_us = round(rule.clear_after_s * SECOND_US)

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
            sigma_m=sigma_of(tracks, row),
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


def _speed(tracks: TrackTable, row: int) -> float:
    return float(np.hypot(tracks.velocity_east[row], tracks.velocity_north[row]))
