import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.fusion.detection_rate import (
    FACTOR_MAX,
    FACTOR_MIN,
    MEMORY_LOOKS,
    DetectionRate,
)

HERE = (4.0, 4.0)


def a_rate() -> DetectionRate:
    return DetectionRate((0.0, 0.0), (40.0, 40.0))


def look(
    rate: DetectionRate, times: int, *, detected: bool, place: tuple[float, float] = HERE
) -> None:
    places = np.tile(place, (1, 1))
    for _ in range(times):
        rate.looked(places, np.array([0.9]), np.array([detected]))


def factor(rate: DetectionRate, place: tuple[float, float] = HERE) -> float:
    return float(rate.factor(np.array([place]))[0])


def test_a_sensor_of_which_nothing_is_known_finds_what_its_kind_does() -> None:
    assert factor(a_rate()) == 1.0
    assert not a_rate().has_news


def test_one_look_in_vain_changes_next_to_nothing() -> None:
    rate = a_rate()

    look(rate, 1, detected=False)

    assert 0.95 < factor(rate) < 1.0
    assert not rate.has_news


def test_who_never_finds_anybody_in_a_place_is_believed_less_there_and_nowhere_else() -> None:
    rate = a_rate()

    look(rate, 300, detected=False)

    assert factor(rate) == FACTOR_MIN
    assert factor(rate, (20.0, 4.0)) == 1.0
    assert rate.has_news


def test_a_cleaned_lens_is_believed_again() -> None:
    rate = a_rate()
    look(rate, 5_000, detected=False)

    look(rate, 3_000, detected=True)

    assert factor(rate) > 0.9


def test_a_lens_that_was_good_for_long_is_found_out_when_it_is_dirty() -> None:
    rate = a_rate()
    look(rate, 5_000, detected=True)

    look(rate, 1_500, detected=False)

    assert factor(rate) == FACTOR_MIN


def test_what_was_learnt_is_news_until_it_is_drawn() -> None:
    rate = a_rate()
    look(rate, 100, detected=False)

    grid = rate.grid(np.array([4.0, 12.0, 400.0]), np.array([4.0]))

    assert grid[0, 0] == pytest.approx(factor(rate))
    assert grid[0, 1] == 1.0
    assert not rate.has_news


def test_a_place_that_the_sensor_does_not_see_teaches_nothing() -> None:
    rate = a_rate()
    places = np.array([HERE, (500.0, 4.0), (-1.0, 4.0)])

    rate.looked(places, np.array([0.0, 0.9, 0.9]), np.zeros(3, np.bool_))

    assert rate.factor(places).tolist() == [1.0, 1.0, 1.0]


LOOKS = st.lists(
    st.tuples(st.floats(-10.0, 60.0), st.floats(-10.0, 60.0), st.floats(0.0, 1.0), st.booleans()),
    max_size=40,
)


@given(st.lists(LOOKS, max_size=10))
def test_no_looks_make_a_factor_that_is_out_of_bounds_or_no_number(
    scans: list[list[tuple[float, float, float, bool]]],
) -> None:
    rate = a_rate()
    for scan in scans:
        rows = np.array(scan, dtype=np.float64).reshape(-1, 4)
        rate.looked(rows[:, :2], rows[:, 2], rows[:, 3] > 0.5)

    factors = rate.grid(np.arange(0.0, 40.0), np.arange(0.0, 40.0))

    assert ((factors >= FACTOR_MIN) & (factors <= FACTOR_MAX)).all()
    assert rate._expected.max() <= MEMORY_LOOKS + 1e-9
