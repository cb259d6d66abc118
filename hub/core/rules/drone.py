"""A drone is in the air over a zone, or flies without saying who it is.

A remote id counts only where it agrees with what sensors see of the drone (`fusion.claims`).
"""

from typing import Final

import numpy as np
from msgspec import Struct

from hub.core.rules.condition import Condition
from hub.core.rules.hours import is_in_hours
from hub.core.rules.judge import Facts, Judge
from hub.core.rules.reported import Reported
from hub.core.rules.track_table import SensorsOf, TrackTable
from hub.core.rules.watched import Sayer, Watched, subject
from hub.core.rules.wording import clock
from hub.core.site import Area, DroneRule, Offset, Rule
from wire.feed import LABELS
from wire.labels import Label
from wire.quantities import SECOND_US, Instant

# A drone that hides for less than this has waited for its remote id all the while.
FORGET_US: Final = 30 * SECOND_US
_DRONE: Final = LABELS.index(Label.DRONE)


class Flight(Struct, kw_only=True):
    """A drone over the zone."""

    since_us: Instant
    seen_us: Instant
    claimed_us: Instant | None = None  # When its remote id last agreed.


class DroneJudge(Judge):
    """Judges one drone rule: one condition a drone."""

    def __init__(
        self, rule: DroneRule, zone: Area, sensors_of: SensorsOf, offsets: tuple[Offset, ...] = ()
    ) -> None:
        self._watched = Watched(zone)
        self._sensors_of = sensors_of
        self._offsets = offsets
        self._reported = Reported()
        self._flights: dict[int, Flight] = {}
        self._take(rule)

    def adjust(self, rule: Rule) -> None:
        """Judge by other settings of the same rule from now on."""
        assert isinstance(rule, DroneRule)
        self._take(rule)

    def active(self) -> list[Condition]:
        """Return the drones that are said to be there."""
        return self._reported.active()

    def second(self, facts: Facts, tracks: TrackTable, now_us: Instant) -> list[Condition]:
        """Judge the drones over the zone: their remote ids come once a second too."""
        found = []
        if is_in_hours(self._rule.hours, now_us, self._offsets):
            rows = np.flatnonzero(tracks.label == _DRONE)
            for row in rows[self._watched.among(tracks, rows)].tolist():
                condition = self._judge(facts, tracks, row, now_us)
                found += [] if condition is None else [condition]
        self._flights = {
            number: flight
            for number, flight in self._flights.items()
            if now_us - flight.seen_us <= FORGET_US
        }
        return self._reported.follow(found, now_us)

    def _take(self, rule: DroneRule) -> None:
        self._rule = rule
        self._sayer = Sayer(rule, self._watched.zone, self._sensors_of)
        self._reported.adjust(rule.stay_min_s, rule.clear_after_s)

    def _judge(
        self, facts: Facts, tracks: TrackTable, row: int, now_us: Instant
    ) -> Condition | None:
        number = int(tracks.number[row])
        height = facts.heights.get(number)
        if height is not None and height[0] - height[1] > self._rule.height_max_m:
            return None
        flight = self._flights.setdefault(number, Flight(since_us=now_us, seen_us=now_us))
        flight.seen_us = now_us
        if number in facts.claimed:
            flight.claimed_us = now_us
        if self._rule.with_remote_id_allowed and not self._is_nameless(flight, now_us):
            return None
        return self._condition(tracks, row, flight, height, now_us)

    def _is_nameless(self, flight: Flight, now_us: Instant) -> bool:
        """Whether it has had time enough to say who it is, and has not."""
        heard_us = flight.since_us if flight.claimed_us is None else flight.claimed_us
        return now_us - heard_us >= round(self._rule.claim_wait_s * SECOND_US)

    def _condition(
        self,
        tracks: TrackTable,
        row: int,
        flight: Flight,
        height: tuple[float, float] | None,
        now_us: Instant,
    ) -> Condition:
        one = subject(tracks, row, flight.since_us)
        without = self._is_nameless(flight, now_us)
        said = "no remote id that agrees with it" if without else "remote id agrees"
        claimed = said if without or flight.claimed_us is not None else "none heard yet"
        how = " without remote id" if without else ""
        return self._sayer.says(
            self._rule.summary or f"drone{how} over {self._watched.zone.name}",
            (
                ("Remote id", claimed),
                ("Height", "" if height is None else f"{height[0]:.0f} ± {height[1]:.0f} m"),
                ("Over the zone since", clock(flight.since_us)),
                ("Track", str(one.number)),
            ),
            taint=one.taint,
            name=str(one.number),
            place=one.place,
            sigma_m=one.sigma_m,
            tracks=(one.number,),
            observed_us=one.observed_us,
        )
