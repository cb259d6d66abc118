"""Somebody stays about one place for longer than there is a reason to.

How long somebody stays is counted while all of their way since then fits into a circle: who goes
further is on the way, and begins anew. The clock runs on through a moment out of sight.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hub.core.fusion.compiled import compiled
from hub.core.geometry import Floats
from hub.core.rules.condition import Condition
from hub.core.rules.track_table import Rows, SensorsOf, TrackTable, has_label, positions
from hub.core.rules.watched import PacedJudge, Subject, Watched, grouped, subject
from hub.core.rules.wording import clock, listed, things
from hub.core.site import Area, LoiteringRule, Offset, RulePlan
from wire.quantities import SECOND_US, Instant

# Who is found to stay may sway by so much more before it is over.
_SWAY = 1.2


class Stays(NamedTuple):
    """Who stays, as columns in the order of their numbers."""

    number: NDArray[np.uint32]
    since_us: NDArray[np.int64]
    seen_us: NDArray[np.int64]
    low: Floats  # (n, 2) The box around all of their way since then.
    high: Floats


NOBODY = Stays(
    number=np.empty(0, np.uint32),
    since_us=np.empty(0, np.int64),
    seen_us=np.empty(0, np.int64),
    low=np.empty((0, 2)),
    high=np.empty((0, 2)),
)


class LoiteringJudge(PacedJudge):
    """Judges one loitering rule: one condition for all who loiter in its zone together."""

    def __init__(
        self,
        rule: LoiteringRule,
        zone: Area,
        sensors_of: SensorsOf,
        offsets: tuple[Offset, ...] = (),
    ) -> None:
        self._stays = NOBODY
        self._loiter: dict[int, Subject] = {}
        super().__init__(rule, Watched(zone), sensors_of, offsets)

    def adopt(self, rule: RulePlan) -> tuple[float, float]:
        """Take the rule's settings; its on-delay is the stay itself."""
        assert isinstance(rule, LoiteringRule)
        self._rule = rule
        return 0.0, rule.clear_after_s

    def rest(self) -> list[Condition]:
        """Forget who stays."""
        self._stays = NOBODY
        self._loiter.clear()
        return []

    def look(self, tracks: TrackTable, now_us: Instant) -> list[Condition]:
        """Return who loiters now."""
        rows = self._those_here(tracks)
        if not rows.size and not self._stays.number.size:
            return []
        rows = rows[np.argsort(tracks.number[rows])]
        here = self._seen(tracks.number[rows], positions(tracks, rows), now_us)
        long_enough = now_us - here.since_us >= round(self._rule.stay_min_s * SECOND_US)
        if self._loiter:
            gone = self._gone(here)
            self._loiter = {number: one for number, one in self._loiter.items() if number in gone}
        for place in np.flatnonzero(long_enough).tolist():
            one = subject(tracks, int(rows[place]), int(here.since_us[place]))
            self._loiter[one.number] = one
        return self._conditions(here, now_us)

    def _those_here(self, tracks: TrackTable) -> Rows:
        """Return who is in the zone and may loiter."""
        if not self._loiter:
            return self.watched.rows(tracks, self._rule.labels)
        rows = self.watched.rows(tracks)
        # Who loiters does so whatever a sensor calls them later.
        loiters = np.isin(tracks.number[rows], list(self._loiter))
        return rows[loiters | has_label(tracks, rows, self._rule.labels)]

    def _seen(self, number: NDArray[np.uint32], points: Floats, now_us: Instant) -> Stays:
        """Return who is here now; remember them, and who is away for a moment."""
        reach_m = np.full(len(number), self._rule.roam_max_m)
        if self._loiter:
            reach_m[np.isin(number, list(self._loiter))] *= _SWAY
        away_us = round(self._rule.away_max_s * SECOND_US)
        here, self._stays = go_on(self._stays, number, points, reach_m, now_us, away_us)
        return here

    def _gone(self, here: Stays) -> frozenset[int]:
        """Return who is out of sight for a moment."""
        return frozenset(self._stays.number.tolist()) - frozenset(here.number.tolist())

    def _conditions(self, here: Stays, now_us: Instant) -> list[Condition]:
        if not self._loiter:
            return []
        away, found = self._gone(here), []
        for taint, members in grouped(self._loiter.values()):
            first = min(members, key=lambda one: one.since_us)
            numbers = [one.number for one in members]
            what, zone = things(one.label for one in members), self.watched.zone.name
            minutes = (now_us - first.since_us) / SECOND_US / 60.0
            stays = "stays" if len(members) == 1 else "stay"
            found.append(
                self.sayer.says(
                    self._rule.summary or f"{what} {stays} at {zone}",
                    (
                        ("Longest there", f"{minutes:.0f} min, since {clock(first.since_us)}"),
                        ("Within", f"{self._rule.roam_max_m:g} m"),
                        ("Tracks", listed(numbers)),
                        ("Out of sight now", listed(one for one in numbers if one in away)),
                    ),
                    taint=taint,
                    place=first.place,
                    sigma_m=first.sigma_m,
                    tracks=numbers,
                    observed_us=max(one.observed_us for one in members),
                )
            )
        return found


@compiled
def go_on(
    before: Stays,
    number: NDArray[np.uint32],
    points: Floats,
    reach_m: Floats,
    now_us: int,
    away_us: int,
) -> tuple[Stays, Stays]:
    """Return who is here now, and those together with who is away for no longer than that.

    Whose way no longer fits into a circle of their reach begins anew.
    """
    now = np.full(len(number), now_us, np.int64)
    here = Stays(number, now.copy(), now, points.copy(), points.copy())
    away = now_us - before.seen_us <= away_us
    for one in range(len(number)):
        place = np.searchsorted(before.number, number[one])
        if place == len(before.number) or before.number[place] != number[one]:
            continue
        away[place] = False
        low = np.minimum(points[one], before.low[place])
        high = np.maximum(points[one], before.high[place])
        if np.hypot(high[0] - low[0], high[1] - low[1]) / 2.0 <= reach_m[one]:
            here.since_us[one] = before.since_us[place]
            here.low[one], here.high[one] = low, high
    order = np.argsort(np.concatenate((number, before.number[away])))
    every = Stays(
        np.concatenate((number, before.number[away]))[order],
        np.concatenate((here.since_us, before.since_us[away]))[order],
        np.concatenate((here.seen_us, before.seen_us[away]))[order],
        np.concatenate((here.low, before.low[away]))[order],
        np.concatenate((here.high, before.high[away]))[order],
    )
    return here, every
