import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.fusion.height import (
    LIFE_US,
    SIGMA_UNKNOWN_M,
    correct_heights,
    corrected,
    heights,
)
from hub.core.geometry import Floats

START = 1_700_000_000_000_000
SECOND = 1_000_000


class Columns:
    """Rows without a height."""

    def __init__(self, count: int = 3) -> None:
        self.height: Floats = np.zeros((count, 2))
        self.height_covariance: Floats = np.zeros((count, 2, 2))
        self.height_us = np.zeros(count, np.int64)

    def told(self, height_m: float, at_s: float, *, row: int = 0, sigma_m: float = 1.0) -> None:
        at_us = START + round(at_s * SECOND)
        told = np.array([height_m]), np.array([sigma_m])
        correct_heights(self, np.array([row]), *told, at_us)

    def at(self, at_s: float, row: int = 0) -> tuple[float, float]:
        height, variance = heights(self, np.array([row]), START + round(at_s * SECOND))
        return float(height[0]), float(np.sqrt(variance[0]))


def test_what_nobody_told_a_height_of_has_none() -> None:
    columns = Columns()
    columns.told(np.nan, 0.0)

    assert np.isnan(columns.at(0.0)).all()


def test_the_first_height_is_taken_as_it_is_told() -> None:
    columns = Columns()

    columns.told(40.0, 0.0, sigma_m=2.0)
    columns.told(7.0, 0.0, row=2, sigma_m=np.nan)

    assert columns.at(0.0) == (40.0, 2.0)
    assert columns.at(0.0, row=2) == (7.0, SIGMA_UNKNOWN_M)
    assert np.isnan(columns.at(0.0, row=1)).all()


def test_a_climb_is_followed_and_carried_on() -> None:
    columns = Columns()

    for step in range(50):
        columns.told(10.0 + 0.3 * step, step / 10.0, sigma_m=0.5)

    height_m, sigma_m = columns.at(5.9)
    assert height_m == pytest.approx(27.7, abs=1.0)
    assert sigma_m < 2.0
    assert columns.height[0, 1] == pytest.approx(3.0, abs=0.3)


def test_a_height_that_comes_late_corrects_the_height_of_then() -> None:
    in_order, late = Columns(), Columns()
    for columns, order in ((in_order, range(20)), (late, [*range(18), 19, 18])):
        for step in order:
            columns.told(10.0 + 0.3 * step, step / 10.0, sigma_m=0.5)

    assert late.at(2.0) == pytest.approx(in_order.at(2.0), abs=0.1)


def test_one_wild_height_moves_little_and_a_new_height_is_reached_in_seconds() -> None:
    columns = Columns()
    for step in range(50):
        columns.told(20.0, step / 10.0)

    columns.told(120.0, 5.0)
    assert columns.at(5.0)[0] == pytest.approx(20.0, abs=3.0)

    for step in range(51, 150):
        columns.told(60.0, step / 10.0)
    assert columns.at(15.0)[0] == pytest.approx(60.0, abs=3.0)


def test_an_old_height_is_not_said_and_does_not_count() -> None:
    columns = Columns()
    columns.told(20.0, 0.0)

    assert columns.at(LIFE_US / SECOND)[0] == 20.0
    assert np.isnan(columns.at(LIFE_US / SECOND + 1e-3)).all()
    columns.told(80.0, 11.0)
    assert columns.at(11.0) == (80.0, 1.0)


@given(
    st.lists(
        st.tuples(st.floats(-500.0, 10_000.0), st.floats(0.001, 1000.0), st.floats(-9.0, 9.0)),
        min_size=1,
        max_size=20,
    )
)
def test_any_heights_leave_a_state_that_is_finite_and_sure_of_itself(
    told: list[tuple[float, float, float]],
) -> None:
    state, covariance = np.array([[5.0, 0.0]]), np.array([[[4.0, 0.0], [0.0, 9.0]]])

    for height_m, sigma_m, span_s in told:
        measured = np.array([height_m]), np.array([sigma_m**2])
        state, covariance = corrected(state, covariance, np.array([span_s]), *measured)

    assert np.isfinite(state).all()
    assert (np.linalg.eigvalsh(covariance[0]) > 0.0).all()


def test_the_filter_agrees_with_the_textbook_matrices() -> None:
    generator = np.random.default_rng(3)
    state, covariance = np.array([[5.0, 1.0]]), np.array([[[4.0, 0.5], [0.5, 2.0]]])
    mean, spread = state[0].copy(), covariance[0].copy()

    for _ in range(30):
        span_s, height_m = generator.uniform(0.0, 0.5), mean[0] + generator.normal()
        ahead = np.array([[1.0, span_s], [0.0, 1.0]])
        noise = np.array([[span_s**3 / 3.0, span_s**2 / 2.0], [span_s**2 / 2.0, span_s]])
        mean, spread = ahead @ mean, ahead @ spread @ ahead.T + noise
        gain = spread[:, 0] / (spread[0, 0] + 1.0)
        mean, spread = mean + gain * (height_m - mean[0]), spread - np.outer(gain, spread[0])
        state, covariance = corrected(
            state, covariance, np.array([span_s]), np.array([height_m]), np.array([1.0])
        )

    assert state[0] == pytest.approx(mean)
    assert covariance[0] == pytest.approx(spread)


def test_a_late_height_corrects_as_the_textbook_has_it_for_the_state_taken_back() -> None:
    state, covariance = np.array([[5.0, 2.0]]), np.array([[[4.0, 1.5], [1.5, 2.0]]])
    lag_s, height_m = 0.8, 3.0
    observe = np.array([1.0, -lag_s])
    noise = 1.0 + lag_s**3 / 3.0
    gain = covariance[0] @ observe / (observe @ covariance[0] @ observe + noise)

    late, spread = corrected(
        state, covariance, np.array([-lag_s]), np.array([height_m]), np.array([1.0])
    )

    assert late[0] == pytest.approx(state[0] + gain * (height_m - observe @ state[0]))
    assert spread[0] == pytest.approx(covariance[0] - np.outer(gain, observe @ covariance[0]))
