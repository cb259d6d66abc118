"""A zone is too full, fills too fast, or presses.

Density is compared with Fruin's levels of service (`fruin`), pressure - density times the variance
of velocity - with the 0.02 per square second at which D. Helbing, A. Johansson and H. Z.
Al-Abideen saw a crowd turn turbulent (Physical Review E 75, 046109, 2007). What is measured is
never certain: the mean decides on density, so that a warning is as likely too early as too late;
the rise and the pressure, whose errors are larger, count only where they are clear of one sigma.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from msgspec import Struct
from scipy.special import ndtr  # type: ignore[import-untyped]

from hub.core.rules.condition import Condition
from hub.core.rules.delayed import Delayed
from hub.core.rules.fruin import begins_at, level_of
from hub.core.rules.hours import is_in_hours
from hub.core.rules.judge import Facts, Judge
from hub.core.rules.reported import Reported
from hub.core.rules.slope import Course, Slope
from hub.core.rules.taint import Taint
from hub.core.rules.track_table import SensorsOf, TrackTable
from hub.core.rules.watched import Sayer, Watched, ZoneCrowd, by_taint, middle
from hub.core.site import Area, DensityRule, Offset, Rule
from wire.fields import ZoneCrowdView
from wire.labels import FruinLevel, Label, Priority
from wire.quantities import Instant

# What rose too fast, or pressed, does so until it is clearly less.
_LESS: Final = 0.7
_PEOPLE: Final = (Label.PERSON, Label.UNKNOWN)

PRESSING: Final = FruinLevel.D
"""Only where people stand as closely as this can anybody press anybody."""

FULL, CRITICAL, RISE, PRESSURE = "full", "critical", "rise", "pressure"


class Crowd(Struct, frozen=True, kw_only=True):
    """The part of a zone's crowd that is made of one thing: real, simulated or an exercise."""

    view: ZoneCrowdView
    share: float

    @property
    def density(self) -> float:
        """Persons per square metre."""
        return self.view.density * self.share

    @property
    def sigma(self) -> float:
        """One sigma of it."""
        return self.view.sigma_density * self.share

    @property
    def densest(self) -> float:
        """Persons per square metre at the densest spot."""
        return self.view.density_max * self.share


class DensityJudge(Judge):
    """Judges one density rule: one condition for its zone, and what is wrong with it."""

    def __init__(
        self, rule: DensityRule, zone: Area, sensors_of: SensorsOf, offsets: tuple[Offset, ...] = ()
    ) -> None:
        self._watched = Watched(zone)
        self._crowd = ZoneCrowd(zone)
        self._middle = middle(self._watched.polygon)
        self._sensors_of = sensors_of
        self._offsets = offsets
        self._delayed: Delayed[tuple[Taint, str]] = Delayed()
        self._reported = Reported()
        self._courses: dict[Taint, Course] = {}
        self._take(rule)

    def adjust(self, rule: Rule) -> None:
        """Judge by other settings of the same rule from now on."""
        assert isinstance(rule, DensityRule)
        self._take(rule)

    def active(self) -> list[Condition]:
        """Return what is said of the zone's crowd."""
        return self._reported.active()

    def second(self, facts: Facts, tracks: TrackTable, now_us: Instant) -> list[Condition]:
        """Judge the crowd as it is this second."""
        view = self._crowd.find(facts)
        if view is None:
            return []  # Nobody looked: what was said stands.
        if not is_in_hours(self._rule.hours, now_us, self._offsets):
            self._courses.clear()
            crowds: Mapping[Taint, Crowd] = {}
        else:
            crowds = self._parts(facts, view, tracks)
        slopes = {
            taint: self._courses.setdefault(taint, Course()).take(crowd.density, now_us)
            for taint, crowd in crowds.items()
        }
        known = {taint for taint, _ in self._delayed.known()}
        for taint in sorted(known | crowds.keys()):
            crowd = crowds.get(taint)
            for what in (FULL, CRITICAL, RISE, PRESSURE):
                is_so = crowd is not None and self._is(what, taint, crowd, slopes[taint])
                self._delayed.update((taint, what), is_so, now_us)
        self._courses = {taint: self._courses[taint] for taint in crowds}
        return self._report(view, crowds, slopes, now_us)

    def _take(self, rule: DensityRule) -> None:
        self._rule = rule
        self._sayer = Sayer(rule, self._watched.zone, self._sensors_of)
        self._delayed.adjust(rule.stay_min_s, rule.clear_after_s)

    def _parts(
        self, facts: Facts, view: ZoneCrowdView, tracks: TrackTable
    ) -> Mapping[Taint, Crowd]:
        """Return the crowd by what it is made of, in the proportion of its tracks."""
        counters = [facts.sensors[one].taint for one in view.counters if one in facts.sensors]
        # Nobody is tracked there: it is what the counters are, and simulated if one of them is.
        taint = max(counters, default=Taint())
        if taint == Taint() and not (tracks.simulated.any() or tracks.exercise.any()):
            return {taint: Crowd(view=view, share=1.0)}
        parts = by_taint(tracks, self._watched.rows(tracks, _PEOPLE))
        whole = sum(len(part) for _, part in parts)
        if whole:
            return {taint: Crowd(view=view, share=len(part) / whole) for taint, part in parts}
        return {taint: Crowd(view=view, share=1.0)}

    def _is(self, what: str, taint: Taint, crowd: Crowd, slope: Slope | None) -> bool:
        """Whether something is wrong with a crowd; what was keeps being so until it is less."""
        rule, is_on = self._rule, self._delayed.is_on((taint, what))
        under = rule.hysteresis if is_on else 0.0
        less = _LESS if is_on else 1.0
        match what:
            case "full":
                return crowd.density >= begins_at(rule.level, walking=rule.walking) - under
            case "critical":
                # A crush needs no more room than its densest spot.
                return rule.critical_level is not None and max(crowd.density, crowd.densest) >= (
                    begins_at(rule.critical_level, walking=rule.walking) - under
                )
            case "rise":
                limit = rule.rise_max_per_min
                return limit is not None and slope is not None and _clear(slope, less) >= limit
        limit, view = rule.pressure_max, crowd.view
        # Two who run past each other press nobody.
        if limit is None or crowd.densest < begins_at(PRESSING, walking=rule.walking):
            return False
        return view.pressure >= limit * less + view.sigma_pressure

    def _report(
        self,
        view: ZoneCrowdView,
        crowds: Mapping[Taint, Crowd],
        slopes: Mapping[Taint, Slope | None],
        now_us: Instant,
    ) -> list[Condition]:
        """Return the conditions that changed."""
        wrong: dict[Taint, list[str]] = {}
        for taint, what in sorted(self._delayed.on()):
            wrong.setdefault(taint, []).append(what)
        nobody = Crowd(view=view, share=0.0)
        found = [
            self._condition(taint, crowds.get(taint, nobody), what, slopes.get(taint), now_us)
            for taint, what in wrong.items()
        ]
        return self._reported.follow(found, now_us)

    def _condition(
        self, taint: Taint, crowd: Crowd, wrong: list[str], slope: Slope | None, now_us: Instant
    ) -> Condition:
        rule, view, zone = self._rule, crowd.view, self._watched.zone.name
        level = level_of(crowd.density, walking=rule.walking)
        is_critical = CRITICAL in wrong or PRESSURE in wrong
        words = {
            FULL: f"{zone} is crowded",
            CRITICAL: f"{zone} is dangerously crowded",
            RISE: f"{zone} fills fast",
            PRESSURE: f"the crowd presses at {zone}",
        }
        worst = next(one for one in (PRESSURE, CRITICAL, FULL, RISE) if one in wrong)
        bound = begins_at(rule.level, walking=rule.walking)
        return self._sayer.says(
            rule.summary or words[worst],
            (
                ("What", ", ".join(words[one] for one in wrong)),
                ("Density", f"{crowd.density:.1f} ± {crowd.sigma:.1f} persons/m², level {level}"),
                ("Level begins at", f"{rule.level}: {bound:.1f} persons/m²"),
                ("Likelihood", f"{_likelihood(crowd, bound):.0%} that it is above it"),
                ("Densest spot", f"{crowd.densest:.1f} persons/m²"),
                ("People", f"{view.persons * crowd.share:.0f} ± {view.sigma_persons:.0f}"),
                ("Rise", "" if slope is None else _rise(slope)),
                ("Pressure", _pressure(view)),
                ("Counted by", ", ".join(view.counters)),
            ),
            taint=taint,
            place=self._middle,
            sigma_m=None,
            tracks=(),
            sensors=view.counters,
            priority=Priority.CRITICAL if is_critical else rule.priority,
            observed_us=now_us,
        )


def _clear(slope: Slope, less: float) -> float:
    """Return what the rise is at least; what is going on is judged with its benefit of doubt."""
    return (slope.per_min - slope.sigma_per_min) / less


def _likelihood(crowd: Crowd, bound: float) -> float:
    return float(ndtr((crowd.density - bound) / np.maximum(crowd.sigma, 1e-6)))


def _rise(slope: Slope) -> str:
    return f"{slope.per_min:+.1f} ± {slope.sigma_per_min:.1f} persons/m² in a minute"


def _pressure(view: ZoneCrowdView) -> str:
    return f"{view.pressure:.3f} ± {view.sigma_pressure:.3f} /s²" if view.pressure else ""
