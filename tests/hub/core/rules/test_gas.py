from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.fusion.tracks import Rows, Tracks
from hub.core.rules.condition import Condition
from hub.core.rules.gas import GasJudge
from hub.core.site import GasRule, Offset, Sensor
from wire.ids import ulid
from wire.labels import Priority, SensorKind
from wire.messages import Reading

SECOND = 1_000_000
HOUR = 3600
START = 1_767_225_600 * SECOND  # 2026-01-01, midnight.
NO_TRACKS = Tracks(Rows())
NOSE = Sensor(id="nose-1", kind=SensorKind.GAS, name="Nose 1", position=(3.0, 4.0))


class Bench:
    """One gas sensor and one judge of it."""

    def __init__(self, offsets: tuple[Offset, ...] = (), **changes: Any) -> None:
        plain = {"id": "co", "channel": "co", "stay_min_s": 0.0, "clear_after_s": 0.0}
        self.rule = GasRule(**(plain | changes))
        self.judge = GasJudge(self.rule, (NOSE,), offsets)
        self.told: list[Condition] = []

    def read(self, value: float, second: float, **changes: Any) -> list[Condition]:
        at_us = START + round(second * SECOND)
        envelope = {
            "id": ulid(at_us, b"reading   "),
            "sender": "nose-1",
            "boot": ulid(START, bytes(10)),
            "seq": 1,
            "observed_us": at_us,
            "sent_us": at_us,
            "channel": "co",
            "value": value,
            "unit": "[ppm]",
        }
        now_us = changes.pop("now_us", at_us)
        found = self.judge.wake(NO_TRACKS, now_us)
        found += self.judge.reading(Reading(**(envelope | changes)), (5.0, 6.0), now_us)
        self.told += found
        return found


def told(conditions: list[Condition]) -> list[tuple[str, bool]]:
    return [(one.key, one.active) for one in conditions]


def test_a_value_at_its_limit_is_a_condition_and_ends_below_the_other_limit() -> None:
    bench = Bench(on_at=30.0, off_at=25.0)

    assert bench.read(29.9, 0) == []
    (begun,) = bench.read(30.0, 1)
    within = bench.read(25.0, 2)
    (ended,) = bench.read(24.9, 3)

    assert begun.summary == "Co 30 [ppm] at Nose 1: at or above 30"
    assert (begun.priority, begun.sensors, begun.place) == (Priority.HIGH, ("nose-1",), (5.0, 6.0))
    lines = {one.name: one.value for one in begun.evidence}
    assert (lines["Value"], lines["Why"]) == ("30 [ppm]", "at or above 30")
    assert [one.active for one in within] == [True]  # Other words, once a second.
    assert told([ended]) == [("co/nose-1", False)]
    assert bench.judge.active() == []


def test_an_end_above_the_beginning_judges_what_is_too_little() -> None:
    bench = Bench(channel="oxygen", on_at=19.5, off_at=20.0, unit="%")

    def breathe(value: float, second: float) -> list[Condition]:
        return bench.read(value, second, channel="oxygen", unit="%")

    assert breathe(20.9, 0) == []
    (begun,) = breathe(19.4, 1)
    assert [one.active for one in breathe(20.0, 2)] == [True]
    (ended,) = breathe(20.1, 3)

    assert begun.summary == "Oxygen 19.4 % at Nose 1: below 19.5"
    assert not ended.active


def test_a_limit_must_be_passed_for_its_delays() -> None:
    bench = Bench(on_at=30.0, stay_min_s=3.0, clear_after_s=30.0)

    assert bench.read(40.0, 0) == []
    assert bench.judge.next_wake_us == START + 3 * SECOND
    (begun,) = bench.judge.wake(NO_TRACKS, START + 3 * SECOND)
    assert bench.read(10.0, 4) == []
    (ended,) = bench.judge.wake(NO_TRACKS, START + 34 * SECOND)

    assert (begun.active, ended.active) == (True, False)


def test_other_channels_and_sensors_are_not_meant() -> None:
    bench = Bench(on_at=30.0)

    assert bench.read(99.0, 0, channel="no2") == []
    assert bench.read(99.0, 1, sender="nose-2") == []


def test_another_unit_is_an_error_and_no_number() -> None:
    bench = Bench(on_at=30.0, unit="[ppm]")

    (wrong,) = bench.read(99.0, 0, unit="mg/m3")
    ended, begun = bench.read(99.0, 1)

    assert wrong.summary == "Nose 1 reads co in mg/m3, not in [ppm]: it is not judged"
    assert wrong.priority is Priority.MEDIUM
    assert told([ended, begun]) == [("co/nose-1/unit", False), ("co/nose-1", True)]


def test_what_arrives_late_is_known_already() -> None:
    bench = Bench(on_at=30.0)
    bench.read(10.0, 60)

    assert bench.read(99.0, 30, now_us=START + 61 * SECOND) == []


def test_a_clock_that_is_ahead_does_not_silence_the_readings_after_it() -> None:
    bench = Bench(on_at=30.0)
    bench.read(10.0, 9 * HOUR, now_us=START)

    assert len(bench.read(99.0, 1)) == 1


def test_simulated_and_real_gas_are_two_conditions() -> None:
    bench = Bench(on_at=30.0)
    bench.read(99.0, 0, simulated=True)

    (real,) = bench.read(99.0, 1)

    assert (real.key, real.simulated) == ("co/nose-1", False)
    assert told(bench.judge.active()) == [("co/nose-1/simulated", True), ("co/nose-1", True)]


def test_a_critical_limit_is_over_only_when_a_person_says_so() -> None:
    (condition,) = Bench(on_at=30.0, priority=Priority.CRITICAL).read(99.0, 0)

    assert condition.latched


# --- Rise -------------------------------------------------------------------------------------


def test_a_fast_rise_is_a_condition_long_before_the_limit() -> None:
    bench = Bench(on_at=100.0, rise_max_per_min=5.0)
    for second in range(60):
        bench.read(10.0, second)
    for second in range(60, 120):
        bench.read(10.0 + (second - 60) * 0.5, second)

    first = bench.told[0]
    assert first.summary.startswith("Co 1")
    assert "rising by" in first.summary
    assert first.observed_us < START + 90 * SECOND


def test_who_recovers_from_a_dip_does_not_rise() -> None:
    bench = Bench(rise_max_per_min=5.0, baseline_s=3600.0)
    chance = Random(3)
    for second in range(0, 3600, 5):
        bench.read(chance.gauss(20.0, 1.0), second)
    for second in range(3600, 3690, 5):
        bench.read(2.0, second)
    for second in range(3690, 3740, 5):
        bench.read(2.0 + (second - 3690) * 0.4, second)

    course = next(iter(bench.judge._courses.values()))
    assert course.trend.per_min > 5.0
    assert bench.told == []


# --- What is usual ----------------------------------------------------------------------------


def test_slow_drift_is_followed_and_a_release_above_it_is_not() -> None:
    bench = Bench(sigma_max=8.0, baseline_s=600.0)
    chance = Random(2)
    drift = 0.0
    for second in range(0, 4 * HOUR, 10):
        drift = second / HOUR * 5.0
        bench.read(chance.gauss(10.0 + drift, 1.0), second)
    assert bench.told == []  # From 10 to 30 in four hours: no alert.

    for second in range(4 * HOUR, 6 * HOUR, 10):
        bench.read(chance.gauss(60.0, 1.0), second)

    assert [one.active for one in bench.judge.active()] == [True]
    assert "far above its usual" in bench.told[0].summary
    # Two hours of it are longer than the baseline, and have not become what is usual.
    assert all(one.active for one in bench.told)
    (ended,) = bench.read(30.0, 6 * HOUR)
    assert not ended.active


def test_a_value_on_its_way_up_is_not_learnt() -> None:
    bench = Bench(sigma_max=10.0, baseline_s=600.0)
    for second in range(0, 600, 5):
        bench.read(10.0 + second % 2, second)
    course = next(iter(bench.judge._courses.values()))
    level = course.baseline.level

    for second in range(600, 1200, 5):
        bench.read(level + 8.0 * course.baseline.sigma, second)

    assert course.baseline.level == level


# --- Dose -------------------------------------------------------------------------------------


def test_a_dose_adds_up_and_a_new_day_begins_at_nothing() -> None:
    bench = Bench(dose_max=9.99)
    for minute in range(0, 11 * 60, 5):
        bench.read(1.0, minute * 60)

    assert bench.told[0].summary.startswith("Co 1 [ppm] at Nose 1: a dose of 10 since midnight")
    found = [bench.read(1.0, 24 * HOUR + minute * 60) for minute in (0, 5)]
    assert not found[0][0].active


def test_a_day_is_the_sites_own() -> None:
    bench = Bench((Offset(from_us=0, ahead_s=3600),), dose_max=0.5)
    for minute in range(22 * 60, 23 * 60, 5):  # From 23:00 to midnight there.
        bench.read(1.0, minute * 60)
    assert [one.active for one in bench.told[:1]] == [True]

    assert not bench.read(1.0, 23 * HOUR)[0].active


def test_a_silent_sensor_measures_no_dose() -> None:
    bench = Bench(dose_max=1.0)
    bench.read(1.0, 0)

    assert bench.read(1.0, 10 * HOUR) == []


# --- Postures and properties --------------------------------------------------------------------


def test_a_posture_changes_the_limits_and_another_span_begins_anew() -> None:
    bench = Bench(on_at=30.0)
    assert bench.read(20.0, 0) == []

    bench.judge.adjust(GasRule(id="co", channel="co", on_at=15.0, stay_min_s=0.0, baseline_s=60.0))

    assert len(bench.read(20.0, 1)) == 1
    course = next(iter(bench.judge._courses.values()))
    assert not course.baseline.is_ready
    bench.judge.adjust(GasRule(id="co", channel="co", on_at=30.0, stay_min_s=0.0, baseline_s=60.0))
    assert next(iter(bench.judge._courses.values())) is course


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(25.001, 29.999), max_size=60), st.booleans())
def test_noise_within_the_band_neither_raises_nor_ends(values: list[float], begun: bool) -> None:  # noqa: FBT001 - it is what is tried.
    bench = Bench(on_at=30.0, off_at=25.0)
    bench.read(31.0 if begun else 24.0, 0)
    for second, value in enumerate(values, start=1):
        assert all(one.active for one in bench.read(value, second))

    assert len(bench.judge.active()) == begun


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(-10.0, 100.0), st.floats(0.1, 100.0)), max_size=60))
def test_two_judges_of_the_same_readings_agree(readings: list[tuple[float, float]]) -> None:
    first, second = (
        Bench(on_at=50.0, off_at=40.0, rise_max_per_min=20.0, sigma_max=5.0, baseline_s=60.0)
        for _ in range(2)
    )
    at = 0.0
    for value, wait_s in readings:
        at += wait_s
        assert first.read(value, at) == second.read(value, at)
