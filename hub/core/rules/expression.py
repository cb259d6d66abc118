"""A condition of the site's own: an expression that is asked once a second."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from msgspec import Struct

from hub.core.rules.basis import Basis
from hub.core.rules.condition import Condition
from hub.core.rules.expression_language import Expression, ExpressionError, Variables
from hub.core.rules.judge import Facts, Judge
from hub.core.rules.reported import Reported
from hub.core.rules.surroundings import Ground, Moment, words_of
from hub.core.rules.taint import Taint
from hub.core.rules.track_table import TrackTable, sigma_of
from hub.core.rules.wording import evidence, line, listed, sentence, things
from hub.core.site import Area, ExpressionRule, Place, Rule, Sensor
from wire.feed import LABELS
from wire.ids import ulid
from wire.labels import Priority
from wire.quantities import Identifier, Instant, Line

# An answer costs some microseconds; more tracks than this in a second would be felt by the
# picture. Where there are more, they take turns, and keep what was said of them in between.
TRACKS_MAX: Final = 250
# Of a rule; what cannot be judged is said once for all of it.
FAULT: Final = "fault"


class Subject(Struct, frozen=True, kw_only=True):
    """What an expression is asked of."""

    key: str
    name: Line
    variables: Variables
    zone: Area | None = None
    place: Place | None = None
    sigma_m: float | None = None
    tracks: tuple[int, ...] = ()
    sensors: tuple[Identifier, ...] = ()
    taint: Taint = Taint()


class ExpressionJudge(Judge):
    """Judges one expression: one condition for each zone, track or sensor, or one for the site."""

    def __init__(self, rule: ExpressionRule, basis: Basis) -> None:
        self._sensors_of = basis.sensors_of
        self._offsets = basis.offsets()
        needs_zones = rule.zone is not None or rule.per == "zone"
        self._grounds = [Ground(zone) for zone in basis.zones(rule.zone)] if needs_zones else []
        self._sensors: tuple[Sensor, ...] = basis.sensors() if rule.per == "sensor" else ()
        self._found: dict[str, Condition] = {}  # Of tracks, until it is their turn again.
        self._last = -1  # The number of the track that was asked last.
        self._faults: list[str] = []  # Of this second.
        self._reported = Reported(rule.stay_min_s, rule.clear_after_s)
        self._adopt(rule)

    @property
    def next_wake_us(self) -> Instant | None:
        """When a delay is over."""
        return self._reported.next_wake_us

    def adjust(self, rule: Rule) -> None:
        """Judge by other settings of the same rule from now on."""
        assert isinstance(rule, ExpressionRule)
        self._adopt(rule)

    def active(self) -> list[Condition]:
        """Return what is said to hold now."""
        return self._reported.active()

    def second(self, facts: Facts, tracks: TrackTable, now_us: Instant) -> list[Condition]:
        """Ask."""
        moment = Moment(facts, tracks, now_us, self._offsets)
        self._faults.clear()
        if self._rule.per == "track":
            found = self._of_tracks(moment)
        else:
            subjects = self._subjects(moment)
            found = [
                self._condition(one, now_us)
                for one in subjects
                if self._holds(one.key, one.variables)
            ]
        found += [self._faulty(fault, moment) for fault in self._faults[:1]]
        return self._reported.follow(found, now_us)

    def wake(self, tracks: TrackTable, now_us: Instant) -> list[Condition]:  # noqa: ARG002 - as every judge.
        """Judge whose delay is over."""
        return self._reported.wake(now_us)

    def _adopt(self, rule: ExpressionRule) -> None:
        self._rule = rule
        self._when = Expression(rule.when)
        self._until = None if rule.until is None else Expression(rule.until)
        asked = (*self._when.used["track"], *(self._until.used["track"] if self._until else ()))
        self._asked = tuple(dict.fromkeys(asked))
        self._reported.adjust(rule.stay_min_s, rule.clear_after_s)

    def _holds(self, key: str, variables: Variables) -> bool:
        """Return whether it is so, or was and nothing has ended it."""
        try:
            if self._until is not None and self._reported.is_on(key):
                return not self._until.holds(variables)
            return self._when.holds(variables)
        except ExpressionError as error:
            self._faults.append(str(error))
            return self._reported.is_on(key)

    # --- Of what ------------------------------------------------------------------------------

    def _subjects(self, moment: Moment) -> Iterator[Subject]:
        match self._rule.per:
            case "zone":
                for ground in self._grounds:
                    yield from self._zone(ground, moment)
            case "sensor":
                yield from self._of_sensors(moment)
            case _:
                for taint in moment.taints(moment.rows):
                    key, variables = taint.key(self._rule.id), {"site": moment.site(taint)}
                    yield Subject(key=key, name="the site", variables=variables, taint=taint)

    def _zone(self, ground: Ground, moment: Moment) -> Iterator[Subject]:
        zone, rows = ground.zone, ground.rows(moment.tracks, moment.rows)
        for taint in moment.taints(rows):
            yield Subject(
                key=taint.key(f"{self._rule.id}/{zone.id}"),
                name=zone.name,
                zone=zone,
                place=ground.middle,
                taint=taint,
                variables={
                    "zone": moment.zone(ground, rows, taint),
                    "site": moment.site(taint),
                },
            )

    def _of_sensors(self, moment: Moment) -> Iterator[Subject]:
        for sensor in self._sensors:
            fact = moment.facts.sensors.get(sensor.id)
            taint = Taint() if fact is None else fact.taint
            variables: Variables = {"sensor": moment.sensor(sensor), "site": moment.site(taint)}
            ground = self._grounds[0] if self._grounds else None
            if ground is not None:
                if not ground.holds(sensor.position):
                    continue
                rows = ground.rows(moment.tracks, moment.rows)
                variables = {**variables, "zone": moment.zone(ground, rows, taint)}
            yield Subject(
                key=taint.key(f"{self._rule.id}/{sensor.id}"),
                name=sensor.name,
                zone=None if ground is None else ground.zone,
                place=sensor.position,
                sensors=(sensor.id,),
                taint=taint,
                variables=variables,
            )

    def _of_tracks(self, moment: Moment) -> list[Condition]:
        """Ask the tracks whose turn it is; return what holds of all that are there."""
        tracks, rows = moment.tracks, moment.rows
        ground = self._grounds[0] if self._grounds else None
        if ground is not None:
            rows = ground.rows(tracks, rows)
        rows = rows[np.argsort(tracks.number[rows])]
        first = int(np.searchsorted(tracks.number[rows], self._last, side="right"))
        turn = np.roll(rows, -first)[:TRACKS_MAX]
        self._last = int(tracks.number[turn[-1]]) if len(rows) > TRACKS_MAX else -1
        shared: dict[Taint, Variables] = {}
        for row, track in zip(turn.tolist(), moment.each(turn, self._asked), strict=True):
            key, taint = self._key(row, moment), _taint(row, moment)
            if taint not in shared:
                shared[taint] = self._shared(taint, moment, ground)
            variables = {**shared[taint], "track": track}
            if not self._holds(key, variables):
                self._found.pop(key, None)
            elif not self._is_told(key):
                subject = self._track(row, moment, ground, variables)
                self._found[key] = self._condition(subject, moment.now_us)
        there = {self._key(row, moment) for row in rows.tolist()}
        self._found = {key: one for key, one in self._found.items() if key in there}
        return list(self._found.values())

    def _is_told(self, key: str) -> bool:
        """Return whether it has been said as it is: nobody is told again that it has moved."""
        found = self._found.get(key)
        is_same = found is not None and found.priority is self._rule.priority
        return is_same and self._reported.is_on(key)

    def _key(self, row: int, moment: Moment) -> str:
        return _taint(row, moment).key(f"{self._rule.id}/{moment.tracks.number[row]}")

    def _shared(self, taint: Taint, moment: Moment, ground: Ground | None) -> Variables:
        """Return what is the same for all tracks of a taint."""
        shared: Variables = {"site": moment.site(taint)}
        if ground is None:
            return shared
        inside = ground.rows(moment.tracks, moment.rows)
        return {**shared, "zone": moment.zone(ground, inside, taint)}

    def _track(
        self, row: int, moment: Moment, ground: Ground | None, variables: Variables
    ) -> Subject:
        tracks = moment.tracks
        number = int(tracks.number[row])
        return Subject(
            key=self._key(row, moment),
            name=f"{things([LABELS[int(tracks.label[row])]])} {number}",
            zone=None if ground is None else ground.zone,
            place=(float(tracks.east[row]), float(tracks.north[row])),
            sigma_m=sigma_of(tracks, row),
            tracks=(number,),
            sensors=self._sensors_of(number)[:16],
            taint=_taint(row, moment),
            variables=variables,
        )

    # --- What is said -------------------------------------------------------------------------

    def _condition(self, subject: Subject, now_us: Instant) -> Condition:
        rule, zone = self._rule, subject.zone
        asked = {
            root: {field: subject.variables[root][field] for field in fields}
            for root, fields in self._when.used.items()
            if fields
        }
        return Condition(
            key=subject.key,
            rule=rule.id,
            rule_kind="expression",
            active=True,
            priority=rule.priority,
            summary=rule.summary or sentence(f"{rule.id.replace('-', ' ')}: {subject.name}"),
            zone=None if zone is None else zone.id,
            zone_name=None if zone is None else zone.name,
            place=subject.place,
            sigma_m=subject.sigma_m,
            tracks=subject.tracks,
            sensors=subject.sensors,
            evidence=evidence(
                ("Condition", line(rule.when)),
                ("Values", words_of(asked)),
                ("Seen by", listed(subject.sensors)),
            ),
            observed_us=now_us,
            cause=ulid(now_us, bytes(10)),
            latched=rule.priority is Priority.CRITICAL,
            simulated=subject.taint.simulated,
            exercise=subject.taint.exercise,
        )

    def _faulty(self, fault: str, moment: Moment) -> Condition:
        """Return that the expression has no value: a site must not think that it is watched."""
        return Condition(
            key=moment.whole.key(f"{self._rule.id}/{FAULT}"),
            rule=self._rule.id,
            rule_kind="expression",
            active=True,
            priority=self._rule.priority,
            summary=line(f"Rule {self._rule.id} cannot be judged: {fault}"),
            evidence=evidence(("Condition", line(self._rule.when)), ("Why", fault)),
            observed_us=moment.now_us,
            cause=ulid(moment.now_us, bytes(10)),
            simulated=moment.whole.simulated,
            exercise=moment.whole.exercise,
        )


def _taint(row: int, moment: Moment) -> Taint:
    tracks = moment.tracks
    return Taint(simulated=bool(tracks.simulated[row]), exercise=bool(tracks.exercise[row]))
