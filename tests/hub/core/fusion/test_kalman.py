import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_tracker import corrected, corrected_along, corrected_softly, predicted, the_noise
from scipy.linalg import block_diag  # type: ignore[import-untyped]

from hub.core.fusion import kalman

metres = st.floats(-500.0, 500.0)
sigmas = st.floats(0.01, 30.0)
spans = st.floats(0.0, 10.0)
lags = st.floats(0.0, 3.0)
intensities = st.floats(0.01, 10.0)
NO_SPREAD = (0.0, 0.0, 0.0)

State = tuple[np.ndarray, np.ndarray]


def a_mean(*values: float) -> np.ndarray:
    return np.array(values or (0.0, 0.0, 1.0, -2.0))


def a_covariance(position: float = 0.5, speed: float = 1.2, shared: float = 0.3) -> np.ndarray:
    one = [[position**2, shared * position * speed], [shared * position * speed, speed**2]]
    joined = block_diag(one, one)
    order = [0, 2, 1, 3]
    return joined[np.ix_(order, order)]


@st.composite
def covariances(draw: st.DrawFn) -> np.ndarray:
    """Draw any covariance of a state: everything may depend on everything."""
    spread = np.array(draw(st.lists(st.floats(-1.0, 1.0), min_size=16, max_size=16)))
    scale = np.diag([draw(sigmas), draw(sigmas), draw(sigmas), draw(sigmas)])
    root = spread.reshape(4, 4)
    return scale @ (root @ root.T + 0.01 * np.eye(4)) @ scale


@st.composite
def noises(draw: st.DrawFn) -> np.ndarray:
    sigma, shared = draw(sigmas), draw(st.floats(-0.9, 0.9))
    return sigma**2 * np.array([[1.0, shared], [shared, 2.0]])


def predict(mean: np.ndarray, covariance: np.ndarray, span_s: float, intensity: float) -> State:
    """Let the kernel work on copies."""
    mean, covariance = mean.copy(), covariance.copy()
    kalman.predict(mean, covariance, span_s, intensity)
    return mean, covariance


def correct(
    mean: np.ndarray,
    covariance: np.ndarray,
    place: np.ndarray,
    noise: np.ndarray,
    *,
    lag_s: float = 0.0,
    weight: float = 1.0,
    spread: tuple[float, float, float] = NO_SPREAD,
) -> State:
    """Let the kernel work on copies; `weight` less than 1 takes `place` for a mean by chance."""
    mean, covariance = mean.copy(), covariance.copy()
    gap = weight * (place - mean[:2] + lag_s * mean[2:])
    numbers = (float(noise[0, 0]), float(noise[0, 1]), float(noise[1, 1]))
    innovation = (float(gap[0]), float(gap[1]))
    kalman.correct(mean, covariance, innovation, numbers, lag_s, weight, spread)
    return mean, covariance


def test_a_state_moves_along_its_velocity() -> None:
    mean, _ = predict(a_mean(5.0, 6.0, 1.0, -2.0), a_covariance(), 3.0, 0.4)

    assert mean.tolist() == [8.0, 0.0, 1.0, -2.0]


@pytest.mark.parametrize("span_s", [0.0, -1.0])
def test_no_state_is_moved_back_in_time(span_s: float) -> None:
    mean, covariance = predict(a_mean(), a_covariance(), span_s, 0.4)

    assert mean.tolist() == a_mean().tolist()
    assert covariance.tolist() == a_covariance().tolist()


def test_the_noise_in_closed_form_is_that_of_the_differential_equation() -> None:
    # White acceleration of 2 m^2/s^3 for 3 s: 2 * 27 / 3, 2 * 9 / 2, 2 * 3.
    noise = the_noise(3.0, 2.0)

    assert np.diag(noise) == pytest.approx([18.0, 18.0, 6.0, 6.0])
    assert (noise[0, 2], noise[1, 3], noise[0, 1]) == pytest.approx((9.0, 9.0, 0.0))


@given(covariances(), spans, intensities)
def test_prediction_is_that_of_the_continuous_white_acceleration(
    covariance: np.ndarray, span_s: float, intensity: float
) -> None:
    moved = predict(a_mean(), covariance, span_s, intensity)

    mean, expected = predicted(a_mean(), covariance, span_s, intensity)
    assert moved[0] == pytest.approx(mean, rel=1e-9)
    assert moved[1] == pytest.approx(expected, rel=1e-9, abs=1e-9 * np.abs(expected).max())


@given(covariances(), spans, intensities)
def test_the_spread_of_a_place_is_that_of_the_whole_prediction(
    covariance: np.ndarray, span_s: float, intensity: float
) -> None:
    _, whole = predict(a_mean(), covariance, span_s, intensity)

    east, north, both = kalman.place_spread(covariance, span_s, intensity)

    assert (east, north, both) == pytest.approx(
        (whole[0, 0], whole[1, 1], whole[0, 1]), rel=1e-9, abs=1e-9 * np.abs(whole).max()
    )


@given(covariances(), lags, intensities)
def test_the_spread_of_a_place_that_was_is_that_of_the_state_taken_back_and_the_late_noise(
    covariance: np.ndarray, lag_s: float, intensity: float
) -> None:
    back = np.hstack((np.eye(2), -lag_s * np.eye(2)))
    whole = back @ covariance @ back.T + kalman.late_variance(lag_s, intensity) * np.eye(2)

    east, north, both = kalman.place_spread(covariance, -lag_s, intensity)

    assert (east, north, both) == pytest.approx(
        (whole[0, 0], whole[1, 1], whole[0, 1]), rel=1e-9, abs=1e-9 * np.abs(whole).max()
    )


@given(lags, intensities)
def test_late_noise_is_what_the_motion_does_to_a_place_meanwhile(
    lag_s: float, intensity: float
) -> None:
    assert kalman.late_variance(lag_s, intensity) == pytest.approx(
        the_noise(lag_s, intensity)[0, 0], abs=1e-12
    )


@given(st.lists(metres, min_size=6, max_size=6), covariances(), noises(), lags)
def test_a_correction_is_that_of_the_textbook(
    numbers: list[float], covariance: np.ndarray, noise: np.ndarray, lag_s: float
) -> None:
    mean, place = a_mean(*numbers[:4]), np.array(numbers[4:])

    after = correct(mean, covariance, place, noise, lag_s=lag_s)

    expected = corrected(mean, covariance, place, noise, lag_s)
    # How well the numbers can agree is how well the problem is posed.
    scale = np.sqrt(np.abs(covariance).max() / np.linalg.eigvalsh(noise)[0])
    assert after[0] == pytest.approx(expected[0], rel=1e-9, abs=1e-9 * (1.0 + scale))
    assert after[1] == pytest.approx(expected[1], rel=1e-9, abs=1e-9 * np.abs(covariance).max())


@given(
    covariances(),
    noises(),
    lags,
    st.lists(st.tuples(metres, metres, st.floats(0.01, 1.0)), min_size=1, max_size=4),
    st.floats(0.2, 0.999),
)
def test_a_correction_by_several_by_chance_is_that_of_probabilistic_data_association(
    covariance: np.ndarray,
    noise: np.ndarray,
    lag_s: float,
    several: list[tuple[float, float, float]],
    weight: float,
) -> None:
    mean = a_mean()
    places = np.array([one[:2] for one in several])
    chances = np.array([one[2] for one in several])
    chances *= weight / chances.sum()
    gaps = places - mean[:2] + lag_s * mean[2:]
    gap = chances @ gaps
    spread = (gaps.T * chances) @ gaps - np.outer(gap, gap)

    after = correct(
        mean,
        covariance,
        mean[:2] - lag_s * mean[2:] + gap / weight,
        noise,
        lag_s=lag_s,
        weight=float(chances.sum()),
        spread=(spread[0, 0], spread[0, 1], spread[1, 1]),
    )

    expected = corrected_softly(mean, covariance, places, chances, noise, lag_s)
    size = np.abs(expected[1]).max() + np.abs(covariance).max()
    assert after[0] == pytest.approx(expected[0], rel=1e-9, abs=1e-9 * (1.0 + size))
    assert after[1] == pytest.approx(expected[1], rel=1e-9, abs=1e-9 * size)


@given(covariances(), st.lists(st.floats(-1.0, 1.0), min_size=4, max_size=4), metres, sigmas)
def test_a_correction_along_a_line_is_that_of_the_textbook(
    covariance: np.ndarray, numbers: list[float], gap: float, sigma: float
) -> None:
    mean, after = a_mean(), covariance.copy()
    direction = (numbers[0], numbers[1], numbers[2], numbers[3])

    kalman.correct_along(mean, after, direction, gap, sigma**2)

    expected = corrected_along(a_mean(), covariance, np.array(numbers), gap, sigma**2)
    size = np.abs(covariance).max()
    assert mean == pytest.approx(expected[0], rel=1e-9, abs=1e-9 * (1.0 + size))
    assert after == pytest.approx(expected[1], rel=1e-9, abs=1e-9 * size)


@given(position=sigmas, speed=sigmas, noise=sigmas, lag_s=lags, weight=st.floats(0.2, 1.0))
def test_covariance_stays_symmetric_and_positive_definite(
    position: float, speed: float, noise: float, lag_s: float, weight: float
) -> None:
    covariance = a_covariance(position, speed, 0.99)

    for _ in range(20):
        _, covariance = predict(a_mean(), covariance, 0.1, 0.4)
        _, covariance = correct(
            a_mean(), covariance, np.zeros(2), np.eye(2) * noise**2, lag_s=lag_s, weight=weight
        )

    assert (covariance == covariance.T).all()
    assert (np.linalg.eigvalsh(covariance) > 0.0).all()


def test_a_place_that_arrives_late_teaches_nearly_what_it_would_have_taught_in_time() -> None:
    places = {0.0: [0.2, 0.0], 0.1: [0.0, 0.1], 0.2: [0.4, 0.2], 0.3: [0.3, 0.2]}

    in_time = run(places, [0.0, 0.1, 0.2, 0.3])
    late = run(places, [0.0, 0.1, 0.3, 0.2])
    never = run(places, [0.0, 0.1, 0.3])

    assert late[0] == pytest.approx(in_time[0], abs=0.01)
    assert np.trace(late[1]) == pytest.approx(np.trace(in_time[1]), rel=0.02)
    assert np.trace(late[1]) < np.trace(never[1])


def run(places: dict[float, list[float]], order: list[float]) -> State:
    intensity = 0.4
    mean, covariance, at_s = a_mean(0.0, 0.0, 1.0, 0.0), a_covariance(), 0.0
    for time_s in order:
        lag_s = max(at_s - time_s, 0.0)
        mean, covariance = predict(mean, covariance, time_s - at_s, intensity)
        aged = np.eye(2) * (0.25 + kalman.late_variance(lag_s, intensity))
        mean, covariance = correct(mean, covariance, np.array(places[time_s]), aged, lag_s=lag_s)
        at_s = max(at_s, time_s)
    return mean, covariance


def test_a_number_along_a_direction_corrects_only_what_it_is_about() -> None:
    mean, covariance = a_mean(), a_covariance(shared=0.0)

    kalman.correct_along(mean, covariance, (0.0, 0.0, 1.0, 0.0), 1.0, 1.44)

    assert mean == pytest.approx([0.0, 0.0, 1.5, -2.0])
    assert covariance[2, 2] == pytest.approx(0.72)
    assert covariance[3, 3] == a_covariance()[3, 3]
