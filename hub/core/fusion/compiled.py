"""The one way to compile a kernel: to machine code at its first call, kept on disk for the next.

Never `fastmath`: it lets the compiler assume that no number is infinite or missing, which breaks
comparisons with sentinels without a word.
"""

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

FunctionT = TypeVar("FunctionT", bound=Callable[..., object])


def compiled(function: FunctionT) -> FunctionT:
    """Compile a function of numbers and arrays. What it calls must be compiled as well."""
    try:
        kernel = njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:
        # No folder may be written: it is compiled for this process alone.
        kernel = njit(nogil=True, error_model="numpy")(function)
    return cast("FunctionT", kernel)
