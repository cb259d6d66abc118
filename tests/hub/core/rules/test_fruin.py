import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.rules.fruin import QUEUE, WALKWAY, begins_at, level_of
from wire.labels import FruinLevel


def test_the_bounds_are_fruins_square_feet_in_persons_a_square_metre() -> None:
    assert pytest.approx((0.0, 0.31, 0.43, 0.72, 1.08, 2.15), abs=0.005) == WALKWAY
    assert pytest.approx((0.0, 0.83, 1.08, 1.54, 3.59, 5.38), abs=0.005) == QUEUE


def test_who_waits_may_stand_more_closely_than_who_walks() -> None:
    assert level_of(2.0, walking=True) is FruinLevel.E
    assert level_of(2.0, walking=False) is FruinLevel.D
    assert level_of(0.0, walking=False) is FruinLevel.A
    assert level_of(9.0, walking=False) is FruinLevel.F


@given(st.sampled_from(list(FruinLevel)), st.booleans(), st.floats(0.0, 10.0))
def test_a_density_has_the_last_level_that_it_reaches(
    level: FruinLevel,
    walking: bool,  # noqa: FBT001 - hypothesis gives it.
    density: float,
) -> None:
    reaches = density >= begins_at(level, walking=walking)

    assert reaches == (level_of(density, walking=walking) >= level)
