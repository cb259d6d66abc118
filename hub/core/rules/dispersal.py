"""People suddenly run away from a place.

Many who run one way chase a bus. They flee where they run away from their own middle: the mean
cosine between where each runs and the way from the middle to them is 1 if all run straight away,
and 0 if they run any way.
"""

from typing import Final

import numpy as np

from hub.core.geometry import Flags, Floats
from hub.core.rules.condition import Condition
from hub.core.rules.taint import Taint
from hub.core.rules.track_table import Rows, SensorsOf, TrackTable, has_label, positions, sigmas
from hub.core.rules.watched import PacedJudge, Watched, by_taint, middle
from hub.core.rules.wording import listed
from hub.core.site import Area, DispersalRule, RulePlan
from wire.labels import Label
from wire.quantities import SECOND_US, Instant

# Whoever has run out of the zone a moment ago has fled from it: three seconds' run.
_MARGIN_M: Final = 10.0
# What is going on goes on until it is clearly less.
_LESS: Final = 0.7


class DispersalJudge(PacedJudge):
    """Judges one dispersal rule."""

    # A panic is seconds old when it matters.
    every_us = SECOND_US // 2

    def __init__(self, rule: DispersalRule, zone: Area, sensors_of: SensorsOf) -> None:
        self._inner = Watched(zone)
        super().__init__(rule, Watched(zone, _MARGIN_M), sensors_of)

    def adopt(self, rule: RulePlan) -> tuple[float, float]:
        """Take the rule's settings."""
        assert isinstance(rule, DispersalRule)
        self._rule = rule
        return rule.stay_min_s, rule.clear_after_s

    def look(self, tracks: TrackTable, now_us: Instant) -> list[Condition]:
        """Return whether people flee now."""
        rows = self.watched.boxed(tracks)
        fewest, slowest = self._rule.persons_min * _LESS, self._rule.speed_min_mps * _LESS
        speed = np.hypot(tracks.velocity_east[rows], tracks.velocity_north[rows])
        if (speed >= slowest).sum() < fewest:
            return []  # On nearly all days nearly nobody runs.
        rows = self.watched.only(tracks, rows)
        rows = rows[has_label(tracks, rows, (Label.PERSON,))]
        found = (self._judge(tracks, part, taint, now_us) for taint, part in by_taint(tracks, rows))
        return [condition for condition in found if condition is not None]

    def _judge(
        self, tracks: TrackTable, rows: Rows, taint: Taint, now_us: Instant
    ) -> Condition | None:
        rule = self._rule
        less = _LESS if self.reported.is_on(taint.key(rule.id)) else 1.0
        points = positions(tracks, rows)
        velocity = np.column_stack((tracks.velocity_east[rows], tracks.velocity_north[rows]))
        speed = np.hypot(*velocity.T)
        runs = speed >= rule.speed_min_mps * less
        count = int(runs.sum())
        # Who stands outside the zone has nothing to do with it; who runs outside came from it.
        people = count + int((self._inner.holds(points) & ~runs).sum())
        if count < rule.persons_min * less or count < rule.share_min * less * people:
            return None
        outward = _outward(points, velocity, runs)
        if outward < rule.outward_min * less:
            return None
        runners = rows[runs]
        numbers = sorted(tracks.number[runners].tolist())
        return self.sayer.says(
            rule.summary or f"People run away from {self.watched.zone.name}",
            (
                ("Running", f"{count} of {people} people"),
                ("Mean speed", f"{float(speed[runs].mean()):.1f} m/s"),
                ("Outwards", f"{outward:.0%}"),
                ("Tracks", listed(numbers)),
            ),
            taint=taint,
            place=middle(points[runs]),
            sigma_m=float(sigmas(tracks, runners).max()),
            tracks=numbers,
            observed_us=now_us,
        )


def _outward(points: Floats, velocity: Floats, runs: Flags) -> float:
    """Return the mean cosine between where they run and the way from their middle to them."""
    away = points[runs] - points[runs].mean(axis=0)
    length = np.hypot(*away.T) * np.hypot(*velocity[runs].T)
    return float(((away * velocity[runs]).sum(axis=1) / np.maximum(length, 1e-9)).mean())
