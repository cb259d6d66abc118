import numpy as np
import pytest
from numba import config  # type: ignore[import-untyped]

from hub.core.fusion.compiled import compiled


@compiled
def quotient(one: float, other: float) -> float:
    """Divide."""
    return one / other


@compiled
def is_no_number(value: float) -> bool:
    return value != value  # noqa: PLR0124 -- what `fastmath` would take for never true.


@compiled
def largest(values: np.ndarray) -> float:
    best = -np.inf
    for value in values:
        best = max(best, value)
    return best


def test_a_compiled_function_is_the_function() -> None:
    assert quotient(1.0, 4.0) == 0.25
    assert quotient.__name__ == "quotient"
    assert quotient.__doc__ == "Divide."


def test_what_is_infinite_or_no_number_is_so_in_compiled_code_too() -> None:
    assert is_no_number(np.nan)
    assert not is_no_number(np.inf)
    assert largest(np.array([-np.inf, -3.0])) == -3.0
    assert largest(np.empty(0)) == -np.inf


@pytest.mark.skipif(bool(config.DISABLE_JIT), reason="kernels are plain Python")
def test_a_division_by_nothing_is_numpys_and_raises_nothing() -> None:
    assert quotient(1.0, 0.0) == np.inf
