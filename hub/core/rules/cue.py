"""A sensor stated that something happened; statements of one happening join one condition."""

from collections.abc import Iterable
from itertools import chain as chained
from math import hypot, prod, sqrt

from msgspec import Struct
from msgspec.structs import replace

from hub.core.fusion.bangs import Chain, Sound
from hub.core.geometry import distance_to, points_of
from hub.core.rules.bang_evidence import lines_of
from hub.core.rules.basis import Basis
from hub.core.rules.condition import Condition
from hub.core.rules.hours import is_in_hours
from hub.core.rules.judge import Judge
from hub.core.rules.taint import Taint, taint_of
from hub.core.rules.track_table import TrackTable
from hub.core.rules.wording import CUE_WORDS, clock, evidence, line, listed
from hub.core.site import Area, CueRule, Place, Rule
from wire.labels import CueKind, Priority
from wire.messages import Cue
from wire.quantities import SECOND_US, Identifier, Instant, Ulid

# These happen somewhere, and several sensors may notice; the others concern their own sensor.
HEARD_FAR = frozenset({CueKind.IMPULSE_SOUND, CueKind.GLASS_BREAK, CueKind.REMOTE_ID})
# A place is said to be near what is within this: further, the name misleads.
NEAR_M = 50.0
# A sensor that repeats itself is reported again after this, so that a rogue one floods nothing.
REPORT_US = SECOND_US
# Without a sigma, a statement says "somewhere within earshot".
EARSHOT_M = 100.0
SIGMA_MIN_M = 0.1
# A bang has at most some dozens of cues; later ones of a long happening still count.
CUES_MAX = 64


class Statement(Struct, frozen=True, kw_only=True):
    """What one sensor says of a happening, at its best."""

    place: Place | None
    sigma_m: float | None
    confidence: float
    level_db: float | None


class Happening(Struct, kw_only=True):
    """One thing that happened, and who stated it."""

    kind: CueKind
    taint: Taint
    condition: Condition
    statements: dict[Identifier, Statement]
    cues: dict[Ulid, None]  # The latest that are of it.
    sounds: tuple[Sound, ...] = ()  # What sensors together say of it, the earliest first.
    observed_us: Instant
    reported_us: Instant
    until_us: Instant
    count: int


class CueJudge(Judge):
    """Judges one cue rule: one condition a happening."""

    def __init__(self, rule: CueRule, basis: Basis) -> None:
        self._names = {sensor.id: sensor.name for sensor in basis.sensors()}
        self._zones = basis.zones()
        self._landmarks = basis.landmarks()
        self._offsets = basis.offsets()
        self._happenings: list[Happening] = []
        self._adopt(rule)

    @property
    def next_wake_us(self) -> Instant | None:
        """When the next happening has been shown long enough."""
        return min((one.until_us for one in self._happenings), default=None)

    def adjust(self, rule: Rule) -> None:
        """Judge by other settings of the same rule from now on."""
        assert isinstance(rule, CueRule)
        self._adopt(rule)

    def active(self) -> list[Condition]:
        """Return every happening that is shown now."""
        return [one.condition for one in self._happenings]

    def cue(
        self,
        cue: Cue,
        place: Place | None,
        sigma_m: float | None,
        now_us: Instant,
        chain: Chain | None = None,
    ) -> list[Condition]:
        """Judge one statement, at the place where the sensor puts it, or several together do."""
        if cue.kind is CueKind.VIEW_RESTORED:
            return self._restore_view(cue, now_us)
        news: list[Happening] = []
        if self._is_meant(cue, now_us):
            statement = Statement(
                place=place, sigma_m=sigma_m, confidence=cue.confidence, level_db=cue.level_db
            )
            known = self._find(cue, statement, chain)
            if known is None:
                news.append(self._begin(cue, statement, now_us))
            elif self._join(known, cue, statement, now_us):
                news.append(known)
        if chain is not None:
            # Also a weak statement may tell where it was.
            news += self._locate(chain, now_us)
        return self._reported(news)

    def wake(self, tracks: TrackTable, now_us: Instant) -> list[Condition]:  # noqa: ARG002 - as every judge.
        """Clear the happenings that have been shown long enough."""
        over = [one for one in self._happenings if now_us >= one.until_us]
        return self._end(over, now_us)

    def _adopt(self, rule: CueRule) -> None:
        self._rule = rule
        self._clear_us = round(rule.clear_after_s * SECOND_US)

    def _is_meant(self, cue: Cue, now_us: Instant) -> bool:
        rule = self._rule
        return (
            cue.kind in rule.cues
            and cue.confidence >= rule.confidence_min
            and (not rule.devices or cue.sender in rule.devices)
            and is_in_hours(rule.hours, now_us, self._offsets)
        )

    def _find(self, cue: Cue, said: Statement, chain: Chain | None) -> Happening | None:
        """Return the happening that this cue speaks of too, the latest first."""
        for sound in () if chain is None else chain.sounds:
            if cue.sender in sound.sensors:
                for one in self._happenings:
                    if sound.anchor in one.cues:
                        return one
        for one in reversed(self._happenings):
            apart_us = abs(cue.observed_us - one.observed_us)
            if (
                one.taint == taint_of(cue)
                and apart_us <= self._rule.join_within_s * SECOND_US
                and self._is_about_one_thing(one, cue, said)
            ):
                return one
        return None

    def _is_about_one_thing(self, one: Happening, cue: Cue, said: Statement) -> bool:
        if cue.kind not in HEARD_FAR or one.kind not in HEARD_FAR:
            return cue.kind is one.kind and cue.sender in one.statements
        here, there = said.place, one.condition.place
        if here is None or there is None:
            return True
        # What proves to be elsewhere is parted when it is located.
        reach_m = self._rule.join_within_m + (said.sigma_m or 0.0)
        return hypot(here[0] - there[0], here[1] - there[1]) <= reach_m

    def _begin(self, cue: Cue, statement: Statement, now_us: Instant) -> Happening:
        one = Happening(
            kind=cue.kind,
            taint=taint_of(cue),
            condition=self._condition(cue.id, cue.observed_us, taint_of(cue)),
            statements={cue.sender: statement},
            cues={cue.id: None},
            observed_us=cue.observed_us,
            reported_us=now_us,
            until_us=now_us + self._clear_us,
            count=1,
        )
        self._happenings.append(one)
        return one

    def _condition(self, cause: Ulid, observed_us: Instant, taint: Taint) -> Condition:
        return Condition(
            key=taint.key(f"{self._rule.id}/{cause}"),
            rule=self._rule.id,
            rule_kind="cue",
            active=True,
            priority=self._rule.priority,
            summary="-",
            observed_us=observed_us,
            cause=cause,
            latched=self._rule.priority is Priority.CRITICAL,
            simulated=taint.simulated,
            exercise=taint.exercise,
        )

    def _join(self, one: Happening, cue: Cue, statement: Statement, now_us: Instant) -> bool:
        """Add a statement; it is news where a sensor joins, or a known one has been quiet."""
        news = cue.sender not in one.statements or now_us - one.reported_us >= REPORT_US
        one.statements[cue.sender] = _better(one.statements.get(cue.sender), statement)
        one.count += 1
        one.observed_us = max(one.observed_us, cue.observed_us)
        one.until_us = now_us + self._clear_us
        one.cues[cue.id] = None
        if len(one.cues) > CUES_MAX:
            del one.cues[next(iter(one.cues))]
        if news:
            one.reported_us = now_us
        return news

    def _locate(self, chain: Chain, now_us: Instant) -> list[Happening]:
        """Give each happening the bangs whose first cue it has; return those that changed."""
        changed: list[Happening] = []
        for one in tuple(self._happenings):
            sounds = [sound for sound in one.sounds if sound.anchor not in chain.cues]
            sounds += [sound for sound in chain.sounds if sound.anchor in one.cues]
            sounds.sort(key=lambda sound: (not sound.is_located, sound.emitted_us))
            near = [sound for sound in sounds if self._is_near(sound, sounds[0])]
            if one.sounds != tuple(near):
                one.sounds = tuple(near)
                changed.append(one)
            changed += [self._part(one, sound, now_us) for sound in sounds if sound not in near]
        return changed

    def _is_near(self, sound: Sound, first: Sound) -> bool:
        apart_m = hypot(sound.place[0] - first.place[0], sound.place[1] - first.place[1])
        return not sound.is_located or apart_m <= self._rule.join_within_m

    def _part(self, one: Happening, sound: Sound, now_us: Instant) -> Happening:
        """Make a bang that proved to be elsewhere a happening of its own."""
        heard = {name: said for name, said in one.statements.items() if name in sound.sensors}
        one.cues.pop(sound.anchor)
        other = Happening(
            kind=one.kind,
            taint=one.taint,
            condition=self._condition(sound.anchor, sound.emitted_us, one.taint),
            statements=heard,
            cues={sound.anchor: None},
            sounds=(sound,),
            observed_us=sound.emitted_us,
            reported_us=now_us,
            until_us=now_us + self._clear_us,
            count=len(heard),
        )
        self._happenings.append(other)
        return other

    def _reported(self, news: list[Happening]) -> list[Condition]:
        """Return the conditions of happenings of which something is new, each once."""
        for one in news:
            one.condition = self._improved(one)
        return [one.condition for place, one in enumerate(news) if one not in news[:place]]

    def _improved(self, one: Happening) -> Condition:
        """Return the condition with all that is known now."""
        place, sigma_m = _combined(one.statements.values())
        if one.sounds:
            place, sigma_m = one.sounds[0].place, round(one.sounds[0].axes.major_m, 1)
        zone = self._zone_of(place)
        names = [self._names.get(sensor, sensor) for sensor in one.statements]
        certain = 1.0 - prod(1.0 - said.confidence for said in one.statements.values())
        loudest = max(
            (said.level_db for said in one.statements.values() if said.level_db is not None),
            default=None,
        )
        where = "" if place is None or one.kind not in HEARD_FAR else self._near(place)
        summary = line(f"{CUE_WORDS[one.kind]} {where or f'at {names[0]}'}")
        return replace(
            one.condition,
            summary=self._rule.summary or summary,
            zone=None if zone is None else zone.id,
            zone_name=None if zone is None else zone.name,
            place=place,
            sigma_m=sigma_m,
            sensors=_sensors(one)[:16],
            evidence=evidence(
                ("What", CUE_WORDS[one.kind]),
                ("Stated by", listed(names)),
                ("Confidence", f"{certain:.0%}"),
                ("Level", "" if loudest is None else f"{loudest:.0f} dB"),
                ("Statements", str(one.count) if one.count > 1 else ""),
                ("Observed", clock(one.observed_us)),
                *lines_of(one.sounds, self._names),
            ),
            observed_us=one.observed_us,
        )

    def _restore_view(self, cue: Cue, now_us: Instant) -> list[Condition]:
        """End what a camera said of its view."""
        seen = [
            one
            for one in self._happenings
            if one.kind.name.startswith("VIEW_") and cue.sender in one.statements
        ]
        return self._end(seen, now_us)

    def _end(self, over: list[Happening], now_us: Instant) -> list[Condition]:
        self._happenings = [one for one in self._happenings if one not in over]
        return [replace(one.condition, active=False, observed_us=now_us) for one in over]

    def _zone_of(self, place: Place | None) -> Area | None:
        if place is None:
            return None
        point = points_of([place])
        here = (zone for zone in self._zones if distance_to(points_of(zone.polygon), point)[0] == 0)
        return next(here, None)

    def _near(self, place: Place) -> str:
        """Return "near Fountain": the landmark that is nearest."""
        point = points_of([place])
        away = [
            (float(distance_to(points_of(mark.polygon), point)[0]), mark.name)
            for mark in self._landmarks
        ]
        nearest_m, name = min(away, default=(NEAR_M + 1.0, ""))
        return f"near {name}" if nearest_m <= NEAR_M else ""


def _sensors(one: Happening) -> tuple[Identifier, ...]:
    """Return who heard it; of a bang that was located, not who heard something else."""
    located = [sound.sensors for sound in one.sounds if sound.is_located]
    return tuple(dict.fromkeys(chained.from_iterable(located))) or tuple(one.statements)


def _better(before: Statement | None, after: Statement) -> Statement:
    """Return the statement with the smaller uncertainty."""
    if before is None or before.sigma_m is None:
        return after
    return after if after.sigma_m is not None and after.sigma_m <= before.sigma_m else before


def _combined(statements: Iterable[Statement]) -> tuple[Place | None, float | None]:
    """Return the place that all statements together give: each weighs by 1 / sigma squared."""
    placed = [
        (said.place, 1.0 / max(said.sigma_m or EARSHOT_M, SIGMA_MIN_M) ** 2)
        for said in statements
        if said.place is not None
    ]
    if not placed:
        return None, None
    total = sum(weight for _, weight in placed)
    east = sum(weight * place[0] for place, weight in placed) / total
    north = sum(weight * place[1] for place, weight in placed) / total
    return (east, north), sqrt(1.0 / total)
