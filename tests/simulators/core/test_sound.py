from typing import Any

import numpy as np
import pytest

from simulators.core.plan import AcousticPlan
from simulators.core.sound import Microphones


def an_array(**changes: Any) -> Microphones:
    return Microphones(
        AcousticPlan(id="aco-01", height_m=5.0, **changes),
        (0.0, 0.0),
        np.random.default_rng(1),
    )


def test_sound_takes_its_time_and_comes_from_somewhere() -> None:
    array = an_array(echo_ratio=0.0)

    heard = [one for _ in range(300) for one in array.hear((34.3, 0.0))]

    assert len(heard) > 270
    assert np.mean([one.delay_s for one in heard]) == pytest.approx(0.1005, abs=0.001)
    assert np.std([one.delay_s for one in heard]) == pytest.approx(0.006, rel=0.2)
    assert np.mean([one.where.azimuth_deg for one in heard]) == pytest.approx(90.0, abs=0.7)
    assert np.mean([one.level_db for one in heard]) == pytest.approx(119.3, abs=0.5)


def test_the_stated_range_error_holds_the_true_range() -> None:
    array = an_array(echo_ratio=0.0)

    heard = [one for _ in range(400) for one in array.hear((0.0, 50.0))]

    within = [abs(one.where.range_m - 50.0) < 2 * one.where.sigma_range_m for one in heard]
    assert np.mean(within) > 0.9


def test_what_is_too_far_away_is_not_heard() -> None:
    assert an_array().hear((0.0, 500.0)) == ()


def test_an_echo_comes_later_and_weaker_and_now_and_then_instead_of_the_bang() -> None:
    array = an_array(echo_ratio=1.0)

    told = [said for said in (array.hear((34.3, 0.0)) for _ in range(300)) if said]

    both = [said for said in told if len(said) == 2]
    assert 0.6 < len(both) / len(told) < 0.8
    assert all(0.05 < echo.delay_s - bang.delay_s < 0.45 for bang, echo in both)
    assert np.mean([echo.level_db < bang.level_db for bang, echo in both]) > 0.99
    assert all(said[0].delay_s > 0.15 for said in told if len(said) == 1)


def test_an_array_hears_all_around() -> None:
    assert an_array().field_of_view().range_max_m == 160.0
