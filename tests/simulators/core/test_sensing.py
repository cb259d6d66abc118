import numpy as np
import pytest

from simulators.core.scene import PERSON
from simulators.core.sensing import BAD_S, GOOD_S, Bursts, Drift, detected
from tests.simulators.core.scenes import a_scene


def test_misses_come_in_bursts_of_the_stated_length_and_share() -> None:
    rng = np.random.default_rng(1)
    bursts = Bursts(200)
    looks = np.array([bursts.look(0.2 * step, rng) for step in range(3_000)])

    share = looks[100:].mean()
    stays = (looks[1:] & looks[:-1]).sum() / looks[:-1].sum()

    assert share == pytest.approx(BAD_S / (GOOD_S + BAD_S), abs=0.01)
    assert stays > 0.8


def test_errors_have_unit_variance_and_last_for_a_moment() -> None:
    rng = np.random.default_rng(1)
    drift = Drift(200, 2, rng)
    looks = np.array([drift.look(0.2 * step, rng) for step in range(2_000)])

    near = (looks[1:] * looks[:-1]).mean()
    far = (looks[50:] * looks[:-50]).mean()

    assert looks.var() == pytest.approx(1.0, abs=0.05)
    assert near == pytest.approx(np.exp(-0.2), abs=0.05)
    assert abs(far) < 0.05


def test_in_a_bad_stretch_almost_nothing_is_detected() -> None:
    scene = a_scene(*[(PERSON, 0.0, 0.0)] * 2_000)
    rng = np.random.default_rng(1)

    good = detected(np.ones(2_000), scene, np.zeros(2_000, dtype=np.bool_), rng)
    bad = detected(np.ones(2_000), scene, np.ones(2_000, dtype=np.bool_), rng)

    assert good.all()
    assert bad.mean() == pytest.approx(0.08, abs=0.03)
