"""Something is in a zone where it must not be."""

from collections.abc import Collection, Iterable

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from hub.core.fusion.lifecycle import CONFIRMED
from hub.core.geometry import Flags, inside, points_of
from hub.core.rules.condition import Condition
from hub.core.rules.hours import is_in_hours
from hub.core.rules.judge import Judge
from hub.core.rules.reach import Reach
from hub.core.rules.taint import Taint
from hub.core.rules.track_table import (
    Rows,
    SensorsOf,
    TrackTable,
    box_around,
    has_label,
    is_visible,
    is_within,
    positions,
    sensors_of_all,
    sigma_of,
)
from hub.core.rules.wording import clock, evidence, listed, sentence, things
from hub.core.site import Area, IntrusionRule, Offset, Place, Rule
from wire.feed import LABELS
from wire.labels import Label
from wire.quantities import SECOND_US, Instant, Ulid

# How often members are looked for among the live tracks, and how often a changed list of them is
# reported: a crowd that streams through a zone must not fill the journal.
LOOK_US = SECOND_US
REPORT_US = SECOND_US
# More tracks than this in one alert are a crowd, and nobody reads their numbers.
TRACKS_MAX = 100


class Presence(Struct, kw_only=True):
    """A track that is, or was a moment ago, in the zone."""

    since_us: Instant
    left_us: Instant | None = None
    counted: bool = False  # It stayed long enough.
    label: Label
    place: Place
    sigma_m: float
    taint: Taint
    cause: Ulid
    observed_us: Instant


class IntrusionJudge(Judge):
    """Judges one intrusion rule: one condition for all tracks in its zone together."""

    next_wake_us: Instant | None = None

    def __init__(
        self,
        rule: IntrusionRule,
        zone: Area,
        sensors_of: SensorsOf,
        offsets: tuple[Offset, ...] = (),
    ) -> None:
        self._zone = zone
        self._polygon = points_of(zone.polygon)
        self._box = box_around(self._polygon)
        self._sensors_of = sensors_of
        self._offsets = offsets
        self._present: dict[int, Presence] = {}
        self._reported: dict[Taint, tuple[Condition, Instant]] = {}
        self._look_us = 0
        self._adopt(rule)

    def adjust(self, rule: Rule) -> None:
        """Judge by other settings of the same rule from now on."""
        assert isinstance(rule, IntrusionRule)
        self._adopt(rule)
        self._look_us = 0
        if self._present:
            self.next_wake_us = 0

    @property
    def followed(self) -> Collection[int]:
        """Return who is inside, or was a moment ago: they stay so where their label changes."""
        return self._present

    def active(self) -> list[Condition]:
        """Return what is said to be in the zone now."""
        return [condition for condition, _ in self._reported.values()]

    def tracks(
        self, tracks: TrackTable, rows: Rows, now_us: Instant, cause: Ulid
    ) -> list[Condition]:
        """Judge the tracks that a scan has touched."""
        is_in = self._is_inside(tracks, rows, now_us)
        changed = False
        if is_in.any():
            there = rows[is_in]
            may_enter = has_label(tracks, there, self._rule.labels)
            may_enter &= tracks.state[there] == CONFIRMED
            for row, enters in zip(there.tolist(), may_enter.tolist(), strict=True):
                # What is inside already stays a member, even where its label changes.
                if enters or int(tracks.number[row]) in self._present:
                    changed |= self._stays(tracks, row, now_us, cause)
        if self._present:
            changed |= self._leave(tracks.number[rows[~is_in]].tolist(), now_us)
        return self._report(now_us) if changed else []

    def wake(self, tracks: TrackTable, now_us: Instant) -> list[Condition]:
        """Judge what time alone has changed: stays, departures, vanished tracks, hours."""
        if self.next_wake_us is None or now_us < self.next_wake_us:
            return []
        if now_us >= self._look_us:
            self._look_us = now_us + LOOK_US
            self._leave(self._vanished(tracks, now_us), now_us)
        return self._report(now_us)

    def _adopt(self, rule: IntrusionRule) -> None:
        self._rule = rule
        self.reach = Reach(slow=self._box, fast=self._box, labels=rule.labels)
        self._stay_us = round(rule.stay_min_s * SECOND_US)
        self._clear_us = round(rule.clear_after_s * SECOND_US)

    def _is_inside(self, tracks: TrackTable, rows: Rows, now_us: Instant) -> Flags:
        """Return which tracks are visibly in the zone, within the rule's hours."""
        is_in = is_within(tracks, rows, self._box)
        if not is_in.any():
            return is_in
        if not is_in_hours(self._rule.hours, now_us, self._offsets):
            return np.zeros_like(is_in)
        near = rows[is_in]
        is_in[is_in] = is_visible(tracks, near) & inside(self._polygon, positions(tracks, near))
        return is_in

    def _stays(self, tracks: TrackTable, row: int, now_us: Instant, cause: Ulid) -> bool:
        """Take a track as inside; return whether that is news."""
        number = int(tracks.number[row])
        presence = self._present.get(number)
        taint = Taint(simulated=bool(tracks.simulated[row]), exercise=bool(tracks.exercise[row]))
        seen = Presence(
            since_us=now_us if presence is None else presence.since_us,
            counted=presence is not None and presence.counted,
            label=LABELS[int(tracks.label[row])],
            place=(float(tracks.east[row]), float(tracks.north[row])),
            sigma_m=sigma_of(tracks, row),
            taint=taint,
            cause=cause,
            observed_us=int(tracks.updated_us[row]),
        )
        self._present[number] = seen
        return presence is None or presence.left_us is not None or presence.taint != taint

    def _leave(self, numbers: Iterable[int], now_us: Instant) -> bool:
        """Take tracks as outside; return whether that is news."""
        news = False
        for number in numbers:
            presence = self._present.get(number)
            if presence is not None and presence.left_us is None:
                presence.left_us = now_us
                news = True
        return news

    def _vanished(self, tracks: TrackTable, now_us: Instant) -> Iterable[int]:
        """Return the members that are no longer among the visible tracks, or after hours all."""
        if not is_in_hours(self._rule.hours, now_us, self._offsets):
            return tuple(self._present)
        rows = np.flatnonzero(np.isin(tracks.number, list(self._present)))
        visible = tracks.number[rows[is_visible(tracks, rows)]]
        return self._present.keys() - set(visible.tolist())

    def _report(self, now_us: Instant) -> list[Condition]:
        """Return the conditions that changed, and set the next wake."""
        self._settle(now_us)
        counted: dict[Taint, list[int]] = {}
        for number, presence in sorted(self._present.items()):
            if presence.counted:
                counted.setdefault(presence.taint, []).append(number)
        changed = []
        for taint in sorted(self._reported.keys() | counted.keys()):
            condition = self._condition(taint, counted.get(taint, []), now_us)
            if condition is not None:
                changed.append(condition)
        self.next_wake_us = self._next_due_us(now_us)
        return changed

    def _settle(self, now_us: Instant) -> None:
        """Count who stayed long enough; forget who was gone long enough."""
        for number, presence in tuple(self._present.items()):
            if presence.left_us is None:
                presence.counted |= now_us - presence.since_us >= self._stay_us
            elif now_us - presence.left_us >= self._clear_us:
                del self._present[number]

    def _condition(self, taint: Taint, numbers: list[int], now_us: Instant) -> Condition | None:
        """Return the condition of one taint where there is something new to say of it."""
        before = self._reported.get(taint)
        if not numbers:
            assert before is not None
            del self._reported[taint]
            return replace(before[0], active=False, observed_us=now_us)
        if before is not None:
            reported, at_us = before
            is_same = reported.tracks == tuple(numbers[:TRACKS_MAX])
            if reported.priority is self._rule.priority and (is_same or now_us - at_us < REPORT_US):
                return None
        condition = self._active(taint, numbers)
        self._reported[taint] = (condition, now_us)
        return condition

    def _active(self, taint: Taint, numbers: list[int]) -> Condition:
        """Return the condition that these tracks are in the zone."""
        members = [self._present[number] for number in numbers]
        first = min(members, key=lambda member: member.since_us)
        latest = max(members, key=lambda member: member.observed_us)
        what = things(member.label for member in members)
        sensors = sensors_of_all(numbers[:TRACKS_MAX], self._sensors_of)
        return Condition(
            key=taint.key(self._rule.id),
            rule=self._rule.id,
            rule_kind="intrusion",
            active=True,
            priority=self._rule.priority,
            summary=self._rule.summary or sentence(f"{what} in {self._zone.name}"),
            zone=self._zone.id,
            zone_name=self._zone.name,
            place=first.place,
            sigma_m=first.sigma_m,
            tracks=tuple(numbers[:TRACKS_MAX]),
            sensors=sensors,
            evidence=evidence(
                ("Inside", sentence(what)),
                ("Zone", self._zone.name),
                ("First inside", clock(first.since_us)),
                ("Tracks", listed(numbers)),
                ("Seen by", listed(sensors)),
            ),
            observed_us=latest.observed_us,
            cause=latest.cause,
            simulated=taint.simulated,
            exercise=taint.exercise,
        )

    def _next_due_us(self, now_us: Instant) -> Instant | None:
        """Return when time alone changes something next."""
        if not self._present:
            return None
        due = [max(self._look_us, now_us + 1)]
        for presence in self._present.values():
            if presence.left_us is not None:
                due.append(presence.left_us + self._clear_us)
            elif not presence.counted:
                due.append(presence.since_us + self._stay_us)
        due += [
            at_us + REPORT_US for _, at_us in self._reported.values() if at_us + REPORT_US > now_us
        ]
        return min(due)
