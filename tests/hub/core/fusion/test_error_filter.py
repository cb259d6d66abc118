import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.fusion.error_filter import ErrorFilter, both_parts, part
from hub.core.fusion.sensor_errors import EAST, ERROR_COUNT
from hub.core.geometry import Floats

SIGMA = np.array([1.5, 1.5, 0.026, 0.009, 0.2])
SURE = SIGMA / 100.0


def a_filter(*sigmas: Floats) -> ErrorFilter:
    errors = ErrorFilter()
    for sigma in sigmas:
        errors.add(sigma)
    return errors


def says_apart(errors: ErrorFilter, one: int, other: int, east_m: float, variance: float) -> None:
    """Let measurements say that two sensors differ by `east_m`."""
    direction = np.zeros(2 * ERROR_COUNT)
    direction[EAST], direction[ERROR_COUNT + EAST] = 1.0, -1.0
    mean, _ = errors.of_two(one, other)
    weight = np.outer(direction, direction) / variance
    pull = direction * (east_m - direction @ mean) / variance
    errors.learn(one, other, weight, pull, np.arange(len(errors)))


def test_two_sensors_put_up_alike_share_their_difference() -> None:
    errors = a_filter(SIGMA, SIGMA)

    says_apart(errors, 0, 1, 2.0, 1e-6)

    assert errors.errors(0)[EAST] == pytest.approx(1.0, abs=0.001)
    assert errors.errors(1)[EAST] == pytest.approx(-1.0, abs=0.001)


def test_a_surveyed_sensor_holds_and_the_other_takes_the_whole_difference() -> None:
    errors = a_filter(SURE, SIGMA)

    says_apart(errors, 0, 1, 2.0, 1e-6)

    assert errors.errors(0)[EAST] == pytest.approx(0.0, abs=0.01)
    assert errors.errors(1)[EAST] == pytest.approx(-2.0, abs=0.01)


def test_what_is_learnt_of_two_corrects_a_third_that_is_tied_to_one() -> None:
    errors = a_filter(SIGMA, SIGMA, SURE)
    says_apart(errors, 0, 1, 2.0, 1e-4)

    says_apart(errors, 1, 2, -2.0, 1e-4)

    assert errors.errors(0)[EAST] == pytest.approx(0.0, abs=0.05)
    assert errors.errors(1)[EAST] == pytest.approx(-2.0, abs=0.05)


def test_who_is_not_near_is_not_corrected_and_the_covariance_stays_sound() -> None:
    errors = a_filter(SIGMA, SIGMA, SIGMA)
    says_apart(errors, 0, 1, 2.0, 1e-4)
    before = errors.errors(0)
    direction = np.zeros(2 * ERROR_COUNT)
    direction[EAST], direction[ERROR_COUNT + EAST] = 1.0, -1.0

    errors.learn(1, 2, np.outer(direction, direction) * 1e4, direction * 1e4, np.array([1, 2]))

    assert (errors.errors(0) == before).all()
    assert np.linalg.eigvalsh(errors.covariance).min() > 0.0


def test_what_is_held_stays_while_others_learn_around_it() -> None:
    errors = a_filter(SIGMA, SIGMA)
    errors.hold(0)

    says_apart(errors, 0, 1, 2.0, 1e-6)
    errors.age(0, 60.0)

    assert not errors.errors(0).any()
    assert errors.errors(1)[EAST] == pytest.approx(-2.0, abs=1e-3)
    assert errors.sigma(0) == pytest.approx(SIGMA / 100.0, rel=0.01)


def test_to_hold_or_to_release_twice_is_to_do_it_once() -> None:
    errors = a_filter(SIGMA)
    errors.release(0)
    errors.hold(0)
    held = errors.sigma(0)

    errors.hold(0)

    assert (errors.sigma(0) == held).all()


def test_what_is_let_go_learns_again() -> None:
    errors = a_filter(SIGMA, SURE)
    errors.hold(0)
    errors.release(0)

    says_apart(errors, 0, 1, 2.0, 1e-6)

    assert errors.errors(0)[EAST] == pytest.approx(2.0, abs=0.01)


def test_errors_wander_back_to_what_an_installation_allows_and_no_further() -> None:
    errors = a_filter(SURE)
    errors.begin(0, np.ones(ERROR_COUNT), SURE / 10.0)

    for _ in range(600):
        errors.age(0, 1e9)

    assert errors.errors(0) == pytest.approx(np.zeros(ERROR_COUNT), abs=1e-4)
    assert errors.sigma(0) == pytest.approx(SURE, rel=0.01)


def test_a_night_unlearns_no_more_than_a_minute() -> None:
    errors = a_filter(SIGMA)
    errors.begin(0, np.ones(ERROR_COUNT), SURE)

    errors.age(0, 40_000.0)

    assert errors.errors(0)[EAST] > 0.98


def test_time_that_runs_backwards_teaches_nothing() -> None:
    errors = a_filter(SIGMA)
    errors.begin(0, np.ones(ERROR_COUNT), SURE)

    errors.age(0, -5.0)

    assert errors.sigma(0) == pytest.approx(SURE)


def test_what_is_forgotten_is_tied_to_nobody() -> None:
    errors = a_filter(SIGMA, SIGMA)
    says_apart(errors, 0, 1, 2.0, 1e-6)

    errors.forget(0, SIGMA)

    assert not errors.errors(0).any()
    assert errors.sigma(0) == pytest.approx(SIGMA)
    assert not errors.covariance[part(0), part(1)].any()
    assert errors.errors(1)[EAST] == pytest.approx(-1.0, abs=0.001)


def test_measurements_that_say_nothing_change_nothing() -> None:
    errors = a_filter(SIGMA, SIGMA)
    nothing = np.zeros((2 * ERROR_COUNT, 2 * ERROR_COUNT))

    errors.learn(0, 1, nothing, np.zeros(2 * ERROR_COUNT), np.array([0, 1]))

    assert not errors.mean.any()


def test_parts_of_two_sensors_stand_one_after_the_other() -> None:
    assert both_parts(2, 0).tolist() == [10, 11, 12, 13, 14, 0, 1, 2, 3, 4]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3),
            st.integers(0, 3),
            st.integers(0, 1_000),
            st.floats(0.0, 1e5),
            st.floats(-50.0, 50.0),
        ),
        max_size=25,
    )
)
def test_the_covariance_stays_positive_definite_whatever_is_learnt(
    told: list[tuple[int, int, int, float, float]],
) -> None:
    errors = a_filter(SIGMA, SURE, SIGMA, SIGMA)
    for one, other, seed, strength, pull in told:
        if one == other:
            (errors.hold if seed % 2 else errors.release)(one)
            errors.age(one, strength)
            continue
        seen = np.random.default_rng(seed).normal(0.0, 1.0, (4, 2 * ERROR_COUNT))
        errors.learn(
            one, other, strength * seen.T @ seen, strength * seen.T @ np.full(4, pull),
            np.array(sorted({one, other, seed % 4})),
        )  # fmt: skip

    assert np.isfinite(errors.mean).all()
    assert np.allclose(errors.covariance, errors.covariance.T, atol=1e-9)
    assert np.linalg.eigvalsh(errors.covariance).min() > -1e-9
