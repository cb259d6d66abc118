from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.core.rules.baseline import Baseline, Learnt
from hub.core.rules.condition import Condition
from hub.core.rules.gas import GasJudge
from hub.core.rules.gas_course import KEEP_US, TREND_MAX, GasRecord, course_of
from hub.core.site import GasRule, Offset, Sensor
from wire.ids import ulid
from wire.labels import SensorKind
from wire.messages import Reading

SECOND = 1_000_000
HOUR = 3600
DAY = 24 * HOUR
START = 1_767_225_600 * SECOND  # 2026-01-01, midnight.
NOSE = Sensor(id="nose-1", kind=SensorKind.GAS, name="Nose 1", position=(3.0, 4.0))
OTHER = Sensor(id="nose-2", kind=SensorKind.GAS, name="Nose 2", position=(3.0, 4.0))
Readings = list[tuple[float, float]]


def a_rule(**changes: Any) -> GasRule:
    plain: dict[str, Any] = {
        "id": "co",
        "channel": "co",
        "stay_min_s": 0.0,
        "clear_after_s": 0.0,
        "baseline_s": 600.0,
    }
    return GasRule(**(plain | changes))


def a_judge(rule: GasRule | None = None, *, offsets: tuple[Offset, ...] = ()) -> GasJudge:
    return GasJudge(rule or a_rule(), (NOSE, OTHER), offsets)


def read(judge: GasJudge, value: float, second: float, **changes: Any) -> list[Condition]:
    at_us = START + round(second * SECOND)
    now_us = changes.pop("now_us", at_us)
    envelope: dict[str, Any] = {
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
    return judge.reading(Reading(**(envelope | changes)), None, now_us)


def kept(judge: GasJudge, second: float) -> list[GasRecord]:
    return judge.to_keep(START + round(second * SECOND))


def the(judge: GasJudge) -> GasRecord:
    """Return all that a judge knows of its one sensor."""
    (record,) = judge.records()
    return record


def restarted(
    record: GasRecord, rule: GasRule | None = None, second: float = 0.0, **changes: Any
) -> GasJudge:
    """Return a judge that begins with what the journal gives back of a record."""
    again = msgspec.json.decode(msgspec.json.encode(record), type=GasRecord)
    judge = a_judge(rule, **changes)
    judge.restore(again, START + round(second * SECOND))
    return judge


def a_record(**changes: Any) -> GasRecord:
    """Return what is kept of ten minutes at 6, which are a dose of 1."""
    judge = a_judge()
    for second in range(0, 601, 10):
        read(judge, 6.0, second)
    return replace(the(judge), **changes)


def dose_of(judge: GasJudge, second: float = 600.0) -> float:
    """Return the dose once another reading has come."""
    read(judge, 0.0, second)
    return the(judge).dose


# --- What comes back ----------------------------------------------------------------------------


def test_who_was_exposed_before_a_restart_is_so_after_it() -> None:
    rule = a_rule(dose_max=1.5)

    judge = restarted(a_record(), rule, second=600)

    assert read(judge, 6.0, 605) == []
    (begun,) = read(judge, 6.0, 605 + 300)
    assert begun.summary == "Co 6 [ppm] at Nose 1: a dose of 1.51 since midnight"


def test_a_value_holds_while_the_hub_is_down_and_for_no_longer_than_of_a_silent_sensor() -> None:
    record = a_record()

    assert dose_of(restarted(record, second=660), 660) == pytest.approx(1.1)
    assert dose_of(restarted(record, second=HOUR), HOUR) == pytest.approx(1.5)


def test_a_limit_that_was_passed_is_kept_within_its_band() -> None:
    rule = a_rule(on_at=30.0, off_at=25.0)
    before = a_judge(rule)
    read(before, 31.0, 0)

    judge = restarted(the(before), rule)

    (still,) = read(judge, 27.0, 5)
    assert still.active


def test_what_is_usual_is_known_at_once() -> None:
    rule = a_rule(sigma_max=8.0)

    judge = restarted(a_record(), rule, second=600)

    (begun,) = read(judge, 60.0, 610)
    assert "far above its usual 6" in begun.summary


def test_a_slow_rise_is_found_across_a_restart() -> None:
    rule = a_rule(rise_max_per_min=5.0)
    before = a_judge(rule)
    for minute in range(3):
        read(before, 10.0 * minute, 60 * minute)

    judge = restarted(the(before), rule, second=130)

    (begun,) = read(judge, 30.0, 180)
    assert "rising by 10 a minute" in begun.summary


def test_a_new_day_of_the_site_begins_at_nothing_also_across_a_restart() -> None:
    offsets = (Offset(from_us=0, ahead_s=HOUR),)
    before = a_judge(offsets=offsets)
    for second in range(22 * HOUR, 23 * HOUR, 300):
        read(before, 1.0, second)
    record = the(before)
    judge = restarted(record, second=23 * HOUR, offsets=offsets)

    read(judge, 1.0, 23 * HOUR)

    assert record.dose == pytest.approx(11 / 12)
    assert the(judge).dose == pytest.approx(1 / 12)


def test_simulated_gas_stays_simulated() -> None:
    before = a_judge()
    read(before, 36.0, 0, simulated=True)
    record = the(before)

    judge = restarted(record)

    read(judge, 0.0, 100)
    assert record.key == "co/nose-1/simulated"
    assert {one.key: one.dose for one in judge.records()} == {
        "co/nose-1/simulated": 0.0,
        "co/nose-1": 0.0,
    }
    read(judge, 0.0, 100, simulated=True)
    assert {one.key: one.dose for one in judge.records()}["co/nose-1/simulated"] == 1.0


def test_the_same_limits_are_the_same_bytes_in_whatever_order_they_were_found() -> None:
    judge = a_judge(a_rule(on_at=30.0, rise_max_per_min=5.0, dose_max=0.1))
    for second in range(0, 60, 10):
        read(judge, float(second), second)

    assert the(judge).reasons == ("dose", "rise", "threshold")


# --- What cannot be meant -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"channel": "no2"},
        {"unit": "[ppm]"},
        {"sensor": "nose-9"},
        {"dose": float("nan")},
        {"dose": float("inf")},
        {"dose": -1.0},
        {"value": float("nan")},
        {"trend": ((START, float("inf")),)},
        {"baseline": Learnt(span_s=600.0, mean=float("nan"))},
        {"baseline": Learnt(span_s=600.0, variance=-1.0)},
        {"baseline": Learnt(span_s=600.0, count=-1)},
        {"baseline": Learnt(span_s=600.0, learnt_s=-1.0)},
    ],
)
def test_what_cannot_be_meant_is_left(wrong: dict[str, Any]) -> None:
    judge = a_judge()

    judge.restore(a_record(**wrong), START + 600 * SECOND)

    assert judge.records() == []


def test_another_span_of_what_is_usual_is_learnt_anew_and_the_dose_stays() -> None:
    rule = a_rule(baseline_s=3600.0)

    judge = restarted(a_record(), rule, second=600)

    assert the(judge).baseline == Learnt(span_s=3600.0)
    assert dose_of(judge) == pytest.approx(1.0)


def test_after_a_clock_was_set_back_the_dose_is_true_and_no_instant_is() -> None:
    judge = restarted(a_record(), second=300)

    record = the(judge)
    assert record.dose == pytest.approx(1.0)
    assert (record.at_us, record.trend) == (None, ())
    assert dose_of(judge, 310) == pytest.approx(1.0)
    # Readings that are dated before what was kept are judged.
    assert the(judge).at_us == START + 310 * SECOND
    assert dose_of(restarted(record, second=300), 310) == pytest.approx(1.0)


# --- How often ----------------------------------------------------------------------------------


def test_it_is_kept_at_first_and_then_every_half_minute() -> None:
    judge, seconds = a_judge(), []
    for second in range(100):
        read(judge, 6.0, second)
        seconds += [second] * len(kept(judge, second))

    assert seconds == [0, 30, 60, 90]


def test_a_limit_that_is_passed_is_kept_at_once_and_at_most_once_a_second() -> None:
    judge, times = a_judge(a_rule(on_at=30.0)), []
    read(judge, 0.0, 0)
    kept(judge, 0)
    for tenth in range(15, 45):
        read(judge, 40.0 if tenth % 2 else 20.0, tenth / 10.0)
        times += [tenth] * len(kept(judge, tenth / 10.0))

    assert times == [15, 26, 37]


def test_what_a_sensor_held_back_is_kept_as_it_comes() -> None:
    judge, doses = a_judge(), []
    for minute in range(10):
        read(judge, 60.0, 60 * minute, now_us=START + HOUR * SECOND)
        doses += [one.dose for one in kept(judge, HOUR)]

    assert doses == [pytest.approx(float(minute)) for minute in range(10)]


def test_who_read_nothing_has_nothing_new_to_keep() -> None:
    judge = a_judge()
    read(judge, 6.0, 0)
    read(judge, 6.0, 0, sender="nose-2")

    assert [one.sensor for one in kept(judge, 0)] == ["nose-1", "nose-2"]
    assert kept(judge, HOUR) == []


def test_a_hub_that_dies_again_and_again_keeps_its_first_reading_each_time() -> None:
    judge, second = restarted(a_record(), second=600), 600
    for _ in range(5):
        second += 10
        read(judge, 6.0, second)
        (record,) = kept(judge, second)
        judge = restarted(record, second=second)

    assert the(judge).dose == pytest.approx(1.0 + 5 / 60)


def test_a_record_is_small_however_often_a_sensor_reads() -> None:
    judge = a_judge()
    for tenth in range(6000):
        read(judge, 1234.5678 + tenth / 7.0, tenth / 10.0)

    record = the(judge)
    assert len(record.trend) <= TREND_MAX
    assert record.trend[-1][0] == record.at_us
    assert len(msgspec.json.encode(record)) < 1_200


# --- Properties ---------------------------------------------------------------------------------

some_readings = st.lists(
    st.tuples(st.floats(-10.0, 100.0), st.floats(5.0, 400.0)), min_size=1, max_size=60
)


@settings(max_examples=60, deadline=None)
@given(some_readings, some_readings)
def test_going_on_from_a_record_is_as_if_it_had_never_stopped(
    before: Readings, after: Readings
) -> None:
    rule = a_rule(on_at=50.0, off_at=40.0, rise_max_per_min=20.0, sigma_max=5.0, dose_max=9.0)
    never_stopped, second = a_judge(rule), 20.0 * HOUR
    for value, wait_s in before:
        second += wait_s
        read(never_stopped, value, second)

    again = restarted(the(never_stopped), rule, second)

    assert the(again) == the(never_stopped)
    for value, wait_s in after:
        second += wait_s
        read(never_stopped, value, second)
        read(again, value, second)
        assert the(again) == the(never_stopped)
    told = {one.key for one in never_stopped.active()}
    assert {one.key for one in again.active()} == told


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.0, 100.0), st.floats(0.1, 29.0)), min_size=2, max_size=100),
    st.data(),
)
def test_a_crash_costs_no_more_than_a_minutes_dose(readings: Readings, data: st.DataObject) -> None:
    crash = data.draw(st.integers(1, len(readings) - 1))
    never_stopped, judge, second = a_judge(), a_judge(), 0.0
    journal: GasRecord | None = None
    for place, (value, wait_s) in enumerate(readings):
        if place == crash:
            assert journal is not None
            judge = restarted(journal, second=second)
        second += wait_s
        read(never_stopped, value, second)
        read(judge, value, second)
        journal = next(iter(kept(judge, second)), journal)

    lost = the(never_stopped).dose - the(judge).dose
    assert abs(lost) <= 100.0 * 60.0 / HOUR
    assert KEEP_US == 30 * SECOND


@given(st.integers(0, 2 * DAY), st.integers(0, 2 * DAY))
def test_nothing_of_a_record_is_later_than_the_hubs_clock(read_s: int, now_s: int) -> None:
    record = a_record(at_us=START + read_s * SECOND, trend=((START + read_s * SECOND, 1.0),))
    now_us = START + now_s * SECOND

    course = course_of(record, a_rule(), now_us)

    assert course is not None
    assert course.at_us is None or course.at_us <= now_us
    assert all(at_us <= now_us for at_us, _ in course.trend.sample(TREND_MAX))


def test_a_baseline_is_given_back_as_it_was() -> None:
    baseline = Baseline(60.0)
    for second in range(50):
        baseline.learn(second % 7, second * SECOND)

    again = Baseline.of(baseline.learnt)

    assert again.learnt == baseline.learnt
    assert (again.level, again.sigma, again.is_ready) == (baseline.level, baseline.sigma, True)
