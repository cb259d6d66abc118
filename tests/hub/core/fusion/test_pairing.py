import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wrong_sensors import (
    BEGIN_US,
    Walkers,
    WrongSensor,
    a_measured_scan,
    residuals_of,
)

from hub.core.fusion.pairing import FOLLOW_M, SEARCH_M, Pairs, agreement, candidates, joined
from hub.core.fusion.sensor_errors import CLOCK, EAST, ERROR_COUNT, NORTH, YAW, Station, prior_sigma
from hub.core.geometry import Floats

LEFT = Station(place=(0.0, 50.0))
RIGHT = Station(place=(100.0, 50.0))
UNCORRECTED = np.zeros(2 * ERROR_COUNT)
BY_HAND = prior_sigma(surveyed=False, clock_sigma_us=0)
SURVEYED = prior_sigma(surveyed=True, clock_sigma_us=1_000)
PRIOR = np.diag(np.concatenate((BY_HAND, SURVEYED)) ** 2)


def pairs_of(
    walkers: Walkers, wrong: WrongSensor, right: WrongSensor, time_s: float, lag_s: float = 0.05
) -> Pairs:
    one = residuals_of(*walkers.seen_by(wrong, time_s))
    other = residuals_of(*walkers.seen_by(right, time_s + lag_s))
    return candidates(one, other, (LEFT, RIGHT), UNCORRECTED, np.arange(len(one.number)))


def some_pairs(count: int = 40, **errors: float) -> Pairs:
    walkers = Walkers(count)
    wrong = WrongSensor(name="wrong", place=(0.0, 50.0), **errors)
    right = WrongSensor(name="right", place=(100.0, 50.0))
    return joined([pairs_of(walkers, wrong, right, 0.3 * step) for step in range(6)])


def deviation(weight: Floats, pull: Floats) -> Floats:
    found: Floats = np.linalg.solve(np.linalg.inv(PRIOR) + weight, pull)
    return found


def test_a_search_finds_every_error_of_a_sensor_at_once() -> None:
    pairs = some_pairs(east_m=1.2, north_m=-0.9, yaw_deg=1.0, clock_s=0.2)

    told = agreement(pairs, np.zeros(10), PRIOR, SEARCH_M)

    found = deviation(told.weight, told.pull)
    assert found[EAST] == pytest.approx(1.2, abs=0.15)
    assert found[NORTH] == pytest.approx(-0.9, abs=0.15)
    assert np.degrees(found[YAW]) == pytest.approx(1.0, abs=0.2)
    assert found[CLOCK] == pytest.approx(0.2, abs=0.06)
    assert told.matched > 0.7 * told.asked
    assert told.width_m < 0.2 < told.doubted_m


def test_what_is_known_already_is_followed_narrowly() -> None:
    pairs = some_pairs(east_m=0.1)
    known = np.diag(np.concatenate((BY_HAND, SURVEYED)) ** 2) * 1e-3

    told = agreement(pairs, np.zeros(10), known, FOLLOW_M)

    assert told.matched > 0.7 * told.asked
    assert told.doubted_m < 0.2


def test_two_views_with_nothing_in_common_do_not_agree() -> None:
    walkers, others = Walkers(40), Walkers(40, seed=2)
    one = residuals_of(*walkers.seen_by(WrongSensor(name="one"), 0.0))
    other = residuals_of(*others.seen_by(WrongSensor(name="other"), 0.0))
    pairs = candidates(one, other, (LEFT, RIGHT), UNCORRECTED, np.arange(len(one.number)))

    told = agreement(pairs, np.zeros(10), PRIOR, SEARCH_M)

    assert told.matched < 8.0


def test_who_walks_another_way_is_somebody_else() -> None:
    place = np.zeros((1, 2))
    one = residuals_of(a_measured_scan("one", place, BEGIN_US), np.array([[1.3, 0.0]]))
    other = residuals_of(a_measured_scan("other", place, BEGIN_US), np.array([[-1.3, 0.0]]))

    pairs = candidates(one, other, (LEFT, RIGHT), UNCORRECTED, np.array([0]))

    assert pairs.one.size == pairs.asked == 0
    assert pairs.seen == 1


@pytest.mark.parametrize("lag_ms", [-200, 200])
def test_scans_of_different_times_are_compared_at_the_later_one(lag_ms: int) -> None:
    walk = np.array([[2.0, 0.0]])
    place = np.array([[50.0, 50.0]])
    later = place + walk * lag_ms / 1000.0
    one = residuals_of(a_measured_scan("one", later, BEGIN_US + lag_ms * 1000), walk)
    other = residuals_of(a_measured_scan("other", place, BEGIN_US), walk)

    pairs = candidates(one, other, (LEFT, RIGHT), UNCORRECTED, np.array([0]))

    assert pairs.gap == pytest.approx(np.zeros((1, 2)))


def test_what_scans_were_corrected_by_is_put_back() -> None:
    place = np.array([[50.0, 50.0]])
    one = residuals_of(a_measured_scan("one", place, BEGIN_US), np.zeros((1, 2)))
    other = residuals_of(a_measured_scan("other", place, BEGIN_US), np.zeros((1, 2)))
    applied = UNCORRECTED.copy()
    applied[EAST] = 0.7

    pairs = candidates(one, other, (LEFT, RIGHT), applied, np.array([0]))

    assert pairs.gap[0] == pytest.approx([0.7, 0.0])


def test_turned_pairs_say_the_same_of_the_sensors_in_the_other_order() -> None:
    pairs = some_pairs(east_m=1.2, clock_s=0.1)
    swapped = np.r_[5:10, 0:5]

    one = agreement(pairs, np.zeros(10), PRIOR, SEARCH_M)
    other = agreement(pairs.turned(), np.zeros(10), PRIOR[np.ix_(swapped, swapped)], SEARCH_M)

    assert other.matched == pytest.approx(one.matched, rel=0.05)
    assert other.pull[swapped][EAST] == pytest.approx(one.pull[EAST], rel=0.1)


COORDINATE = st.floats(-10_000.0, 10_000.0)
SPEED = st.floats(-150.0, 150.0)
SEEN = st.lists(st.tuples(COORDINATE, COORDINATE, SPEED, SPEED), min_size=1, max_size=6)


@settings(max_examples=60)
@given(SEEN, SEEN, st.integers(-400_000, 400_000), st.floats(0.001, 1_000.0))
def test_nothing_within_limits_gives_no_number(
    mine: list[tuple[float, ...]], theirs: list[tuple[float, ...]], lag_us: int, sigma_m: float
) -> None:
    one, other = np.array(mine), np.array(theirs)
    first = residuals_of(a_measured_scan("one", one[:, :2], BEGIN_US, sigma_m), one[:, 2:])
    second = residuals_of(
        a_measured_scan("other", other[:, :2], BEGIN_US + lag_us, sigma_m), other[:, 2:]
    )
    pairs = candidates(first, second, (LEFT, RIGHT), UNCORRECTED, np.arange(len(one)))
    if not pairs.one.size:
        return

    told = agreement(pairs, np.zeros(10), PRIOR, SEARCH_M)

    assert np.isfinite(told.weight).all()
    assert np.isfinite(told.pull).all()
    assert np.isfinite([told.matched, told.chance, told.width_m]).all()
    assert np.linalg.eigvalsh(told.weight).min() > -1e-6 * max(1.0, float(told.weight.max()))
