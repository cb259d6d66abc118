"""What one sensor has read for one gas rule, and what of it a restarted hub must still know."""

from collections.abc import Iterable
from math import isfinite
from typing import Final, NamedTuple

from msgspec import Struct

from hub.core.rules.baseline import Baseline, Learnt
from hub.core.rules.taint import Taint, taint_of
from hub.core.rules.trend import Trend
from hub.core.site import GasRule
from wire.quantities import SECOND_US, Identifier, Instant, Line

# Kept this often, so that with the sensor's own pace never a whole minute is lost.
KEEP_US: Final = 30 * SECOND_US
# A value that sways about its limit passes it with each reading; more often says nothing more.
NEWS_US: Final = SECOND_US
# All that a slow sensor has in its trend; a fast one has as many again within seconds.
TREND_MAX: Final = 16


class GasRecord(Struct, frozen=True, kw_only=True, tag="gas", tag_field="kind"):
    """What a sensor has read for a rule, as the journal keeps it: the latest only."""

    rule: Identifier
    sensor: Identifier
    channel: Identifier
    unit: Line | None = None
    day: int
    dose: float
    value: float
    at_us: Instant | None
    reasons: tuple[str, ...] = ()
    baseline: Learnt
    trend: tuple[tuple[Instant, float], ...] = ()
    simulated: bool = False
    exercise: bool = False

    @property
    def key(self) -> str:
        """Return its key in the journal: whose it is, and what that is made of."""
        return taint_of(self).key(f"{self.rule}/{self.sensor}")


class Kept(NamedTuple):
    """What the journal has of a course."""

    now_us: Instant  # When it was kept,
    at_us: Instant  # and of when it was read.
    reasons: frozenset[str]


class Course(Struct, kw_only=True):
    """What one sensor has read on the rule's channel."""

    baseline: Baseline
    trend: Trend
    dose: float = 0.0  # Value times hours of this day.
    day: int = 0
    value: float = 0.0
    at_us: Instant | None = None
    reasons: frozenset[str] = frozenset()  # The limits that are passed now.
    kept: Kept | None = None

    def is_due(self, now_us: Instant) -> bool:
        """Return whether the journal must keep it now."""
        kept = self.kept
        if kept is None:
            return True
        assert self.at_us is not None
        # What a sensor held back comes at once: hours of it may be read within a second.
        passed_us = max(now_us - kept.now_us, self.at_us - kept.at_us)
        return passed_us >= (KEEP_US if self.reasons == kept.reasons else NEWS_US)


def record_of(course: Course, rule: GasRule, sensor: Identifier, taint: Taint) -> GasRecord:
    """Return a course as the journal keeps it."""
    return GasRecord(
        rule=rule.id,
        sensor=sensor,
        channel=rule.channel,
        unit=rule.unit,
        day=course.day,
        dose=course.dose,
        value=course.value,
        at_us=course.at_us,
        reasons=tuple(sorted(course.reasons)),
        baseline=course.baseline.learnt,
        trend=course.trend.sample(TREND_MAX),
        simulated=taint.simulated,
        exercise=taint.exercise,
    )


def course_of(record: GasRecord, rule: GasRule, now_us: Instant) -> Course | None:
    """Return the course that a record tells of; None where it cannot be meant.

    A new day, and what was silent for too long, are found by the next reading, as ever.
    """
    if (record.channel, record.unit) != (rule.channel, rule.unit) or not _is_sound(record):
        return None
    course = Course(baseline=Baseline(rule.baseline_s), trend=Trend())
    course.day, course.dose, course.value = record.day, record.dose, record.value
    course.reasons = frozenset(record.reasons)
    if record.baseline.span_s == rule.baseline_s:
        course.baseline = Baseline.of(record.baseline)
    if record.at_us is not None and record.at_us <= now_us:
        # Of a clock that was set back since, the amounts are still true, and no instant is.
        course.at_us, course.trend = record.at_us, Trend(record.trend)
    return course


def _is_sound(record: GasRecord) -> bool:
    """Return whether numbers are such as a course can have."""
    learnt = record.baseline
    amounts = (record.dose, learnt.variance, learnt.learnt_s, float(learnt.count))
    read = (record.value, learnt.mean, *(value for _, value in record.trend))
    return _are_finite((*amounts, *read)) and min(amounts) >= 0.0


def _are_finite(numbers: Iterable[float]) -> bool:
    return all(isfinite(number) for number in numbers)
