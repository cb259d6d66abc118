"""A vehicle is in a pedestrian zone, or drives too fast in a zone where it may be."""

from collections.abc import Collection

import numpy as np

from hub.core.fusion.lifecycle import CONFIRMED
from hub.core.geometry import Flags
from hub.core.rules.condition import Condition
from hub.core.rules.delayed import Delayed
from hub.core.rules.hours import is_in_hours
from hub.core.rules.judge import Judge
from hub.core.rules.reach import Reach
from hub.core.rules.reported import Reported
from hub.core.rules.taint import Taint
from hub.core.rules.track_table import Rows, SensorsOf, TrackTable, has_label
from hub.core.rules.watched import Sayer, Subject, Watched, grouped, rows_of, subject
from hub.core.rules.wording import clock, listed, things
from hub.core.site import Area, Offset, Rule, VehicleZoneRule
from wire.quantities import SECOND_US, Instant, Ulid

# How often those that are in it are looked for among the live tracks.
LOOK_US = SECOND_US
# What was too fast is so until it is clearly slower.
_SLOWER = 0.8


class VehicleZoneJudge(Judge):
    """Judges one vehicle rule: one condition for all vehicles in its zone together."""

    def __init__(
        self,
        rule: VehicleZoneRule,
        zone: Area,
        sensors_of: SensorsOf,
        offsets: tuple[Offset, ...] = (),
    ) -> None:
        self._watched = Watched(zone)
        self._sensors_of = sensors_of
        self._offsets = offsets
        self._delayed: Delayed[int] = Delayed()
        self._reported = Reported()
        self._known: dict[int, Subject] = {}
        self._fastest: dict[int, float] = {}
        self._causes: dict[Taint, Ulid] = {}
        self._look_us: Instant = 0
        self._take(rule)

    @property
    def next_wake_us(self) -> Instant | None:
        """When it has to look again."""
        if not self._known:
            return None
        due_us = self._delayed.next_wake_us
        return self._look_us if due_us is None else min(self._look_us, due_us)

    @property
    def followed(self) -> Collection[int]:
        """Return the vehicles that are inside, or were a moment ago."""
        return self._known

    def adjust(self, rule: Rule) -> None:
        """Judge by other settings of the same rule from now on."""
        assert isinstance(rule, VehicleZoneRule)
        self._take(rule)

    def active(self) -> list[Condition]:
        """Return what is said to be in the zone now."""
        return self._reported.active()

    def tracks(
        self, tracks: TrackTable, rows: Rows, now_us: Instant, cause: Ulid
    ) -> list[Condition]:
        """Judge the tracks that a scan has touched."""
        concerned = has_label(tracks, rows, self._rule.labels)
        concerned &= tracks.state[rows] == CONFIRMED
        if self._known:
            concerned |= self._are_known(tracks, rows)
        if not concerned.any() or not is_in_hours(self._rule.hours, now_us, self._offsets):
            return []
        rows = rows[concerned]
        is_in = self._watched.among(tracks, rows) & self._is_fast(tracks, rows)
        turned = False
        for row, there in zip(rows.tolist(), is_in.tolist(), strict=True):
            turned |= self._judge(tracks, row, now_us, cause, there=there)
        return self._report(now_us) if turned or self._reported.active() else []

    def wake(self, tracks: TrackTable, now_us: Instant) -> list[Condition]:
        """Judge what time alone has changed: stays, departures, vanished tracks, hours."""
        due_us = self.next_wake_us
        if due_us is None or now_us < due_us:
            return []
        if now_us >= self._look_us:
            self._look_us = now_us + LOOK_US
            judges = is_in_hours(self._rule.hours, now_us, self._offsets)
            seen = rows_of(tracks, self._known) if judges else {}
            for number in self._known.keys() - seen.keys():
                self._delayed.update(number, False, now_us)
        self._delayed.wake(now_us)
        return self._report(now_us)

    def _take(self, rule: VehicleZoneRule) -> None:
        self._rule = rule
        box = self._watched.box
        self.reach = Reach(
            slow=box, fast=box, labels=rule.labels, speed_min_mps=_SLOWER * rule.speed_min_mps
        )
        self._sayer = Sayer(rule, self._watched.zone, self._sensors_of)
        self._delayed.adjust(rule.stay_min_s, rule.clear_after_s)

    def _are_known(self, tracks: TrackTable, rows: Rows) -> Flags:
        # It is told of so few that a loop is faster than any search.
        return np.array([number in self._known for number in tracks.number[rows].tolist()], "?")

    def _is_fast(self, tracks: TrackTable, rows: Rows) -> Flags:
        """Return which tracks are fast enough; who was keeps being so until it is slower."""
        limit = np.full(len(rows), self._rule.speed_min_mps)
        if self._known:
            limit[self._are_known(tracks, rows)] *= _SLOWER
        fast: Flags = np.hypot(tracks.velocity_east[rows], tracks.velocity_north[rows]) >= limit
        return fast

    def _judge(
        self, tracks: TrackTable, row: int, now_us: Instant, cause: Ulid, *, there: bool
    ) -> bool:
        """Take where a vehicle is; return whether it has begun or ceased to count."""
        number = int(tracks.number[row])
        if there:
            before = self._known.get(number)
            since_us = now_us if before is None else before.since_us
            self._known[number] = one = subject(tracks, row, since_us)
            speed = float(np.hypot(tracks.velocity_east[row], tracks.velocity_north[row]))
            self._fastest[number] = max(speed, self._fastest.get(number, 0.0))
            self._causes[one.taint] = cause
            self._look_us = self._look_us or now_us + LOOK_US
        return self._delayed.update(number, there, now_us) is not None

    def _report(self, now_us: Instant) -> list[Condition]:
        """Return the conditions that changed."""
        known = frozenset(self._delayed.known())
        for number in self._known.keys() - known:
            del self._known[number]
        self._fastest = {number: self._fastest[number] for number in self._known}
        if not self._known:
            self._look_us = 0
        counted = [one for number, one in self._known.items() if self._delayed.is_on(number)]
        found = [self._condition(taint, members) for taint, members in grouped(counted)]
        return self._reported.follow(found, now_us)

    def _condition(self, taint: Taint, members: list[Subject]) -> Condition:
        first = min(members, key=lambda one: one.since_us)
        what = things(one.label for one in members)
        kmh = 3.6 * max(self._fastest[one.number] for one in members)
        # In steps of five: what fusion makes of every scan is no news.
        at = f" at {5 * round(kmh / 5)} km/h" if self._rule.speed_min_mps else ""
        return self._sayer.says(
            self._rule.summary or f"{what} in {self._watched.zone.name}{at}",
            (
                ("Inside", what),
                ("First inside", clock(first.since_us)),
                ("Fastest", f"{kmh:.0f} km/h"),
                ("Tracks", listed(one.number for one in members)),
            ),
            taint=taint,
            place=first.place,
            sigma_m=first.sigma_m,
            tracks=(one.number for one in members),
            observed_us=max(one.observed_us for one in members),
            cause=self._causes[taint],
        )
