"""A gas, dose rate or other reading is too high, or rises too fast over its own baseline."""

from typing import Final, NamedTuple

from hub.core.rules.baseline import Baseline
from hub.core.rules.condition import Condition
from hub.core.rules.gas_course import Course, GasRecord, Kept, course_of, record_of
from hub.core.rules.hours import local_us
from hub.core.rules.judge import Judge
from hub.core.rules.reported import Reported
from hub.core.rules.taint import Taint, taint_of
from hub.core.rules.track_table import TrackTable
from hub.core.rules.trend import Trend
from hub.core.rules.wording import clock, evidence, line, sentence
from hub.core.site import GasRule, Offset, Place, Rule, Sensor
from wire.labels import Priority
from wire.messages import Reading
from wire.quantities import SECOND_US, Identifier, Instant, Line

# A limit that was passed is kept until the value is back by this share of it: noise on the limit
# neither raises nor clears anything twice.
KEPT_SHARE: Final = 0.5
# A rise counts only above what is usual: whatever recovers from a dip rises, too.
ABOVE_MIN: Final = 2.0
# A value holds until the next one, but not for longer: a silent sensor measures no dose.
HOLD_MAX_S: Final = 300.0
_DAY_US: Final = 86_400 * SECOND_US


class Said(NamedTuple):
    """A reading, whose it is, and where."""

    sensor: Sensor
    place: Place
    reading: Reading


class Limit(NamedTuple):
    """A limit that is passed, in words."""

    name: str
    words: str


class GasJudge(Judge):
    """Judges one gas rule: one condition a sensor."""

    def __init__(
        self, rule: GasRule, sensors: tuple[Sensor, ...], offsets: tuple[Offset, ...] = ()
    ) -> None:
        self._rule = rule
        self._sensors = {sensor.id: sensor for sensor in sensors}
        self._offsets = offsets
        self._courses: dict[tuple[Identifier, Taint], Course] = {}
        self._read: set[tuple[Identifier, Taint]] = set()  # Since the journal last asked.
        self._reported = Reported(rule.stay_min_s, rule.clear_after_s)
        self._misread = Reported()

    @property
    def next_wake_us(self) -> Instant | None:
        """When a delay is over."""
        return self._reported.next_wake_us

    def adjust(self, rule: Rule) -> None:
        """Judge by other settings of the same rule from now on."""
        assert isinstance(rule, GasRule)
        if rule.baseline_s != self._rule.baseline_s:
            for course in self._courses.values():
                course.baseline = Baseline(rule.baseline_s)
        self._rule = rule
        self._reported.adjust(rule.stay_min_s, rule.clear_after_s)

    def active(self) -> list[Condition]:
        """Return every limit that is said to be passed now."""
        return [*self._reported.active(), *self._misread.active()]

    def reading(self, reading: Reading, place: Place | None, now_us: Instant) -> list[Condition]:
        """Judge a reading, at the place of its sensor."""
        sensor = self._sensors.get(reading.sender)
        if sensor is None or reading.channel != self._rule.channel:
            return []
        taint = taint_of(reading)
        key = taint.key(f"{self._rule.id}/{sensor.id}")
        unit = self._rule.unit
        if unit is not None and reading.unit != unit:
            found = self._misunit(f"{key}/unit", sensor, reading, unit)
            return self._misread.update(f"{key}/unit", found, now_us)
        changed = self._misread.update(f"{key}/unit", None, now_us)
        course = self._course(sensor.id, taint)
        self._read.add((sensor.id, taint))
        at_us = min(reading.observed_us, now_us)
        if course.at_us is not None and at_us < course.at_us:
            return changed  # Sent again after a loss: what came later is known already.
        limits = self._take(course, reading.value, at_us)
        said = Said(sensor=sensor, place=place or sensor.position, reading=reading)
        condition = self._condition(key, said, course, limits) if limits else None
        return changed + self._reported.update(key, condition, now_us)

    def wake(self, tracks: TrackTable, now_us: Instant) -> list[Condition]:  # noqa: ARG002 - as every judge.
        """Judge whose delay is over."""
        return self._reported.wake(now_us)

    # --- What the journal keeps ---------------------------------------------------------------

    def records(self) -> list[GasRecord]:
        """Return all that it knows of its sensors."""
        return [
            record_of(course, self._rule, sensor, taint)
            for (sensor, taint), course in self._courses.items()
        ]

    def to_keep(self, now_us: Instant) -> list[GasRecord]:
        """Return what a restarted hub must begin with, as far as it is due."""
        read, self._read = sorted(self._read), set()
        return [
            self._keep(sensor, taint, now_us)
            for sensor, taint in read
            if self._courses[sensor, taint].is_due(now_us)
        ]

    def restore(self, record: GasRecord, now_us: Instant) -> None:
        """Go on from what was kept of a sensor, if this rule still judges that."""
        if record.sensor not in self._sensors:
            return
        course = course_of(record, self._rule, now_us)
        if course is not None:
            self._courses[record.sensor, taint_of(record)] = course

    def _keep(self, sensor: Identifier, taint: Taint, now_us: Instant) -> GasRecord:
        course = self._courses[sensor, taint]
        assert course.at_us is not None
        course.kept = Kept(now_us, course.at_us, course.reasons)
        return record_of(course, self._rule, sensor, taint)

    # --- What is read -------------------------------------------------------------------------

    def _course(self, sensor: Identifier, taint: Taint) -> Course:
        course = self._courses.get((sensor, taint))
        if course is None:
            course = Course(baseline=Baseline(self._rule.baseline_s), trend=Trend())
            self._courses[sensor, taint] = course
        return course

    def _take(self, course: Course, value: float, now_us: Instant) -> list[Limit]:
        """Take a value; return the limits that it passes."""
        self._add_dose(course, now_us)
        course.value, course.at_us = value, now_us
        course.trend.add(value, now_us)
        limits = [limit for limit in self._limits(course) if limit is not None]
        course.reasons = frozenset(limit.name for limit in limits)
        if course.reasons - {"dose"} or self._is_unusual(course):
            # Drift is slow; what is above must not become what is usual.
            course.baseline.skip(now_us)
        else:
            course.baseline.learn(value, now_us)
        return limits

    def _is_unusual(self, course: Course) -> bool:
        """Return whether a value is on its way up: half of what would be an alert."""
        sigma_max = self._rule.sigma_max
        if sigma_max is None or not course.baseline.is_ready:
            return False
        return course.baseline.above(course.value) > KEPT_SHARE * sigma_max

    def _limits(self, course: Course) -> tuple[Limit | None, ...]:
        return (
            self._threshold(course),
            self._rising(course),
            self._unusual(course),
            self._dose(course),
        )

    def _threshold(self, course: Course) -> Limit | None:
        rule, value = self._rule, course.value
        if rule.on_at is None:
            return None
        off_at = rule.on_at if rule.off_at is None else rule.off_at
        # An end above the beginning: it is too little that is judged, of oxygen for one.
        sign = -1.0 if off_at > rule.on_at else 1.0
        kept_at = off_at if "threshold" in course.reasons else rule.on_at
        if sign * value < sign * kept_at:
            return None
        return Limit("threshold", f"{'below' if sign < 0.0 else 'at or above'} {rule.on_at:g}")

    def _rising(self, course: Course) -> Limit | None:
        rise_max = self._rule.rise_max_per_min
        if rise_max is None:
            return None
        is_kept = "rise" in course.reasons
        per_min = course.trend.per_min
        if per_min <= rise_max * (KEPT_SHARE if is_kept else 1.0):
            return None
        baseline = course.baseline
        if baseline.is_ready and baseline.above(course.value) < ABOVE_MIN and not is_kept:
            return None
        return Limit("rise", f"rising by {per_min:.3g} a minute")

    def _unusual(self, course: Course) -> Limit | None:
        sigma_max, baseline = self._rule.sigma_max, course.baseline
        if sigma_max is None or not baseline.is_ready:
            return None
        above = baseline.above(course.value)
        if above <= sigma_max * (KEPT_SHARE if "unusual" in course.reasons else 1.0):
            return None
        return Limit("unusual", f"far above its usual {baseline.level:.3g}")

    def _dose(self, course: Course) -> Limit | None:
        dose_max = self._rule.dose_max
        if dose_max is None or course.dose <= dose_max:
            return None
        return Limit("dose", f"a dose of {course.dose:.3g} since midnight")

    def _add_dose(self, course: Course, now_us: Instant) -> None:
        """Add what the value before has come to; a new day of the site begins at nothing."""
        day = local_us(now_us, self._offsets) // _DAY_US
        if day != course.day:
            course.day, course.dose = day, 0.0
        if course.at_us is not None:
            hold_s = min((now_us - course.at_us) / SECOND_US, HOLD_MAX_S)
            course.dose += max(course.value, 0.0) * hold_s / 3600.0

    # --- What is said -------------------------------------------------------------------------

    def _condition(self, key: str, said: Said, course: Course, limits: list[Limit]) -> Condition:
        rule, sensor, reading = self._rule, said.sensor, said.reading
        what = channel_words(reading.channel)
        amount = f"{reading.value:.3g} {_unit(reading)}".strip()
        words = f"{what} {amount} at {sensor.name}: {limits[0].words}"
        usual = f"{course.baseline.level:.3g} ± {course.baseline.sigma:.2g}"
        return Condition(
            key=key,
            rule=rule.id,
            rule_kind="gas",
            active=True,
            priority=rule.priority,
            summary=rule.summary or sentence(words),
            place=said.place,
            sensors=(sensor.id,),
            evidence=evidence(
                ("Channel", reading.channel),
                ("Value", amount),
                ("Why", line("; ".join(limit.words for limit in limits))),
                ("Usually", usual if course.baseline.is_ready else ""),
                ("Rise", f"{course.trend.per_min:.3g} a minute"),
                ("Dose since midnight", f"{course.dose:.3g}" if rule.dose_max is not None else ""),
                ("Sensor", sensor.name),
                ("Observed", clock(reading.observed_us)),
            ),
            observed_us=reading.observed_us,
            cause=reading.id,
            latched=rule.priority is Priority.CRITICAL,
            simulated=reading.simulated,
            exercise=reading.exercise,
        )

    def _misunit(self, key: str, sensor: Sensor, reading: Reading, unit: Line) -> Condition:
        """Return that a sensor reads in another unit, so that its numbers mean nothing here."""
        return Condition(
            key=key,
            rule=self._rule.id,
            rule_kind="gas",
            active=True,
            priority=Priority.MEDIUM,
            summary=line(
                f"{sensor.name} reads {reading.channel} in {reading.unit}, not in {unit}:"
                " it is not judged"
            ),
            place=sensor.position,
            sensors=(sensor.id,),
            evidence=evidence(("Unit", reading.unit), ("Expected", unit)),
            observed_us=reading.observed_us,
            cause=reading.id,
            simulated=reading.simulated,
            exercise=reading.exercise,
        )


def channel_words(channel: Identifier) -> str:
    """Return a channel in words: "air_temperature" is "Air temperature"."""
    return sentence(channel.replace("_", " ").replace("-", " "))


def _unit(reading: Reading) -> str:
    """Return the unit as it is read: a bare number has none."""
    return "" if reading.unit == "1" else reading.unit
