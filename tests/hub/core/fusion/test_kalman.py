import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import block_diag, expm  # type: ignore[import-untyped]

from hub.core.fusion import kalman

metres = st.floats(-500.0, 500.0)
sigmas = st.floats(0.01, 30.0)
spans = st.floats(0.0, 10.0)


def a_mean(*values: float) -> np.ndarray:
    return np.array([values or (0.0, 0.0, 1.0, -2.0)])


def a_covariance(position: float = 0.5, speed: float = 1.2, shared: float = 0.3) -> np.ndarray:
    one = [[position**2, shared * position * speed], [shared * position * speed, speed**2]]
    joined = block_diag(one, one)
    order = [0, 2, 1, 3]
    return joined[np.ix_(order, order)][np.newaxis]


def the_noise(span_s: float, intensity: float) -> np.ndarray:
    """White acceleration by Van Loan's matrix exponential (1978), the slow and obvious way."""
    drift = np.array([[0.0, 1.0], [0.0, 0.0]])
    both = np.block([[-drift, np.diag([0.0, intensity])], [np.zeros((2, 2)), drift.T]])
    moved = expm(both * span_s)
    one = moved[2:, 2:].T @ moved[:2, 2:]
    order = [0, 2, 1, 3]
    return block_diag(one, one)[np.ix_(order, order)]


def test_a_state_moves_along_its_velocity() -> None:
    mean, _ = kalman.predict(a_mean(5.0, 6.0, 1.0, -2.0), a_covariance(), *spans_of(3.0, 0.4))

    assert mean[0].tolist() == [8.0, 0.0, 1.0, -2.0]


def spans_of(span_s: float, intensity: float) -> tuple[np.ndarray, np.ndarray]:
    return np.array([span_s]), np.array([intensity])


@given(span_s=spans, intensity=st.floats(0.01, 10.0), position=sigmas, speed=sigmas)
def test_prediction_is_that_of_the_continuous_white_acceleration(
    span_s: float, intensity: float, position: float, speed: float
) -> None:
    covariance = a_covariance(position, speed)
    transition = np.eye(4) + np.eye(4, k=2) * span_s

    _, predicted = kalman.predict(a_mean(), covariance, *spans_of(span_s, intensity))

    expected = transition @ covariance[0] @ transition.T + the_noise(span_s, intensity)
    assert predicted[0] == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(span_s=spans, intensity=st.floats(0.01, 10.0))
def test_the_spread_of_a_place_is_that_of_the_whole_prediction(
    span_s: float, intensity: float
) -> None:
    covariance = a_covariance()
    covariance[0, 0, 1] = covariance[0, 1, 0] = 0.1
    covariance[0, 0, 3] = covariance[0, 3, 0] = 0.05

    _, predicted = kalman.predict(a_mean(), covariance, *spans_of(span_s, intensity))
    east, north, both = kalman.position_spread(covariance, *spans_of(span_s, intensity))

    assert (east[0], north[0], both[0]) == pytest.approx(
        (predicted[0, 0, 0], predicted[0, 1, 1], predicted[0, 0, 1]), rel=1e-9
    )


@given(st.lists(metres, min_size=6, max_size=6), sigmas, sigmas, st.floats(-0.9, 0.9))
def test_an_update_is_that_of_the_textbook(
    numbers: list[float], position: float, noise_sigma: float, correlation: float
) -> None:
    mean, place = a_mean(*numbers[:4]), np.array([numbers[4:]])
    covariance = a_covariance(position)
    noise = noise_sigma**2 * np.array([[[1.0, correlation], [correlation, 2.0]]])
    observe = np.eye(2, 4)

    corrected, sure = kalman.update(mean, covariance, place, noise, np.zeros(1))

    gain = covariance[0] @ observe.T @ np.linalg.inv(observe @ covariance[0] @ observe.T + noise[0])
    expected = mean[0] + gain @ (place[0] - observe @ mean[0])
    assert corrected[0] == pytest.approx(expected, rel=1e-6, abs=1e-6)
    assert sure[0] == pytest.approx(covariance[0] - gain @ observe @ covariance[0], abs=1e-6)


@given(position=sigmas, speed=sigmas, noise=sigmas, lag_s=st.floats(0.0, 3.0))
def test_covariance_stays_symmetric_and_positive_definite(
    position: float, speed: float, noise: float, lag_s: float
) -> None:
    covariance = a_covariance(position, speed, 0.99)

    for _ in range(20):
        _, covariance = kalman.predict(a_mean(), covariance, *spans_of(0.1, 0.4))
        _, covariance = kalman.update(
            a_mean(),
            covariance,
            np.zeros((1, 2)),
            np.eye(2)[np.newaxis] * noise**2,
            np.full(1, lag_s),
        )

    assert (covariance == covariance.transpose(0, 2, 1)).all()
    assert (np.linalg.eigvalsh(covariance) > 0.0).all()


def test_a_place_that_arrives_late_teaches_nearly_what_it_would_have_taught_in_time() -> None:
    intensity, noise = np.array([0.4]), np.eye(2)[np.newaxis] * 0.25
    places = {0.0: [0.2, 0.0], 0.1: [0.0, 0.1], 0.2: [0.4, 0.2], 0.3: [0.3, 0.2]}

    in_time = run(places, [0.0, 0.1, 0.2, 0.3], intensity, noise)
    late = run(places, [0.0, 0.1, 0.3, 0.2], intensity, noise)
    never = run(places, [0.0, 0.1, 0.3], intensity, noise)

    assert late[0] == pytest.approx(in_time[0], abs=0.01)
    assert np.trace(late[1][0]) == pytest.approx(np.trace(in_time[1][0]), rel=0.02)
    assert np.trace(late[1][0]) < np.trace(never[1][0])


def run(
    places: dict[float, list[float]], order: list[float], intensity: np.ndarray, noise: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    mean, covariance, at_s = a_mean(0.0, 0.0, 1.0, 0.0), a_covariance(), 0.0
    for time_s in order:
        ahead, lag = np.array([max(time_s - at_s, 0.0)]), np.array([max(at_s - time_s, 0.0)])
        mean, covariance = kalman.predict(mean, covariance, ahead, intensity)
        aged = noise + np.eye(2) * kalman.late_variance(lag, intensity)
        mean, covariance = kalman.update(mean, covariance, np.array([places[time_s]]), aged, lag)
        at_s = max(at_s, time_s)
    return mean, covariance


def test_a_number_along_a_direction_corrects_only_what_it_is_about() -> None:
    covariance = a_covariance(shared=0.0)
    direction = np.array([[0.0, 0.0, 1.0, 0.0]])

    mean, sure = kalman.update_along(
        a_mean(), covariance, direction, np.array([1.0]), np.array([1.44])
    )

    assert mean[0] == pytest.approx([0.0, 0.0, 1.5, -2.0])
    assert sure[0, 2, 2] == pytest.approx(0.72)
    assert sure[0, 3, 3] == covariance[0, 3, 3]
