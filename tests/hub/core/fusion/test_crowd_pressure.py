import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hub.core.fusion.crowd_field import Field
from hub.core.fusion.crowd_pressure import DENSITY_MIN, Unrest
from hub.core.geometry import Floats

START = 1_800_000_000_000_000
SECOND = 1_000_000


def a_cell(
    flow: tuple[float, float] = (0.0, 0.0), *, density: float = 2.0, flow_sigma: float = 0.0
) -> Field:
    return Field(
        key=np.array([7]),
        density=np.array([density]),
        density_sigma=np.array([0.1]),
        flow=np.array([flow]),
        flow_sigma=np.array([flow_sigma]),
        drift=np.array([flow]),
        drift_sigma=np.array([flow_sigma]),
        variance=np.array([0.01]),
    )


def after(flows: Floats, *, flow_sigma: float = 0.0) -> tuple[float, float]:
    unrest = Unrest()
    for second, (east, north) in enumerate(flows.tolist()):
        pressure = unrest.step(
            a_cell((east, north), flow_sigma=flow_sigma), START + second * SECOND
        )
    return float(pressure.value[0]), float(pressure.sigma[0])


def test_a_steady_flow_presses_on_nobody() -> None:
    value, sigma = after(np.tile([1.2, -0.3], (30, 1)))

    assert value == pytest.approx(0.0, abs=1e-9)
    assert sigma < 0.01


def test_a_swaying_crowd_presses_with_the_variance_of_its_velocity_times_its_density() -> None:
    sway = np.array([[0.3, 0.0], [-0.3, 0.0]] * 40)

    value, _ = after(sway)

    assert value == pytest.approx(2.0 * 0.09, rel=0.05)


def test_noise_of_the_measurement_is_taken_off() -> None:
    rng = np.random.default_rng(3)
    values, sigmas = zip(
        *(after(rng.normal(0.0, 0.1, (60, 2)), flow_sigma=0.1) for _ in range(200)), strict=True
    )

    # Where there is none, what is left of noise cannot be negative: half of it is cut off.
    assert np.mean(values) < 0.01
    assert np.mean(np.array(values) < 2.0 * np.array(sigmas)) > 0.93


def test_what_is_new_is_not_yet_known() -> None:
    _, new = after(np.zeros((1, 2)))
    _, known = after(np.zeros((20, 2)))

    assert new > 0.2
    assert known < new / 20.0


def test_an_old_unrest_is_forgotten() -> None:
    sway = np.array([[0.3, 0.0], [-0.3, 0.0]] * 10)
    calm = np.zeros((60, 2))

    value, _ = after(np.vstack((sway, calm)))

    assert value < 0.002


def test_a_cell_that_emptied_begins_anew() -> None:
    unrest = Unrest()
    for second in range(20):
        unrest.step(a_cell((0.3 * (-1) ** second, 0.0)), START + second * SECOND)
    unrest.step(a_cell(density=DENSITY_MIN / 2.0), START + 20 * SECOND)

    pressure = unrest.step(a_cell(), START + 21 * SECOND)

    assert pressure.value[0] == pytest.approx(0.0)


@given(
    arrays(np.float64, (12, 2), elements=st.floats(-10.0, 10.0)),
    st.floats(0.0, 5.0),
    st.integers(0, 100),
)
def test_pressure_is_a_number_and_never_negative(
    flows: Floats, flow_sigma: float, span_s: int
) -> None:
    unrest = Unrest()
    for step, (east, north) in enumerate(flows.tolist()):
        cell = a_cell((east, north), flow_sigma=flow_sigma)
        pressure = unrest.step(cell, START + step * span_s * SECOND)

        assert np.isfinite(pressure.value).all()
        assert np.isfinite(pressure.sigma).all()
        assert (pressure.value >= 0.0).all()
