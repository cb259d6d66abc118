import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.fusion.filtered import CORRELATION_S, FilteredSensors, news
from hub.core.fusion.measurement import Measurements
from hub.core.geometry import Floats

START = 1_700_000_000_000_000
SECOND = 1_000_000


def a_scan(*things: str | None, at_s: float = 0.0, sensor: str = "radar-01") -> Measurements:
    count = len(things)
    return Measurements(
        sensor=sensor,
        observed_us=START + round(at_s * SECOND),
        mean=np.zeros((count, 2)),
        covariance=np.tile(np.eye(2), (count, 1, 1)),
        label=np.zeros(count, np.uint8),
        confidence=np.ones(count),
        object_id=things,
        has_doppler=np.zeros(count, np.bool_),
        doppler_mps=np.zeros(count),
        doppler_sigma_mps=np.zeros(count),
        origin=(0.0, 0.0),
        bearing_deg=np.empty(0),
        bearing_sigma_deg=np.empty(0),
    )


def the_news(sensors: FilteredSensors, scan: Measurements) -> Floats:
    told = sensors.discounted(scan).news
    assert told is not None
    return told


def sensors_that_filter() -> FilteredSensors:
    sensors = FilteredSensors()
    sensors.learn("radar-01", filtered=True)
    return sensors


def information(gaps: int, gap_s: float) -> float:
    """Return the exact information of such reports about one constant, by their covariance."""
    at_s = np.arange(gaps + 1) * gap_s
    covariance = np.exp(-np.abs(at_s[:, np.newaxis] - at_s) / CORRELATION_S)
    return float(np.linalg.solve(covariance, np.ones(gaps + 1)).sum())


@given(st.integers(0, 200), st.floats(0.05, 5.0))
def test_reports_weigh_together_what_their_correlated_errors_let_them(
    gaps: int, gap_s: float
) -> None:
    weighed = 1.0 + gaps * float(news(np.array([gap_s]))[0])

    assert weighed == pytest.approx(information(gaps, gap_s))


def test_ten_reports_a_second_for_ten_seconds_count_as_six_independent_ones() -> None:
    assert 1.0 + 100 * float(news(np.array([0.1]))[0]) == pytest.approx(6.0, abs=0.1)


def test_what_comes_after_a_long_pause_is_all_news() -> None:
    assert news(np.array([20.0, np.inf])).tolist() == pytest.approx([1.0, 1.0])


def test_a_sensor_that_reports_what_it_sees_is_left_alone() -> None:
    sensors = FilteredSensors()

    scan = a_scan("a")
    assert sensors.discounted(scan) is scan


def test_the_first_report_of_each_thing_is_all_news_and_the_next_a_part() -> None:
    sensors = sensors_that_filter()
    the_news(sensors, a_scan("a"))

    told = the_news(sensors, a_scan("a", "b", at_s=0.1))

    assert told == pytest.approx([0.05, 1.0], abs=0.001)


def test_a_report_that_comes_late_is_as_much_a_repeat() -> None:
    sensors = sensors_that_filter()
    the_news(sensors, a_scan("a", at_s=1.0))

    assert the_news(sensors, a_scan("a", at_s=0.9)) == pytest.approx([0.05], abs=0.001)
    assert the_news(sensors, a_scan("a", at_s=1.0)) == pytest.approx([0.01])


def test_without_names_everything_was_told_of_before() -> None:
    sensors = sensors_that_filter()
    the_news(sensors, a_scan(None))

    assert the_news(sensors, a_scan(None, None, at_s=0.1)) == pytest.approx([0.05, 0.05], abs=0.001)


def test_a_sensor_that_stops_filtering_is_believed_whole_again() -> None:
    sensors = sensors_that_filter()
    the_news(sensors, a_scan("a"))

    sensors.learn("radar-01", filtered=False)

    scan = a_scan("a", at_s=0.1)
    assert sensors.discounted(scan) is scan


def test_of_very_many_things_those_told_of_lately_are_remembered() -> None:
    sensors = sensors_that_filter()
    the_news(sensors, a_scan(*(f"old-{index}" for index in range(6_000))))
    the_news(sensors, a_scan(*(f"new-{index}" for index in range(6_000)), at_s=1.0))

    assert the_news(sensors, a_scan("old-5", at_s=2.0)) == pytest.approx([1.0])
    assert the_news(sensors, a_scan("new-1", at_s=2.0))[0] < 0.5
