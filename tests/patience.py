"""How long a test waits for what must come to be, and how: for the fact, never for time.

A machine that has much else to do may leave a process without a turn for many seconds. Who waits
longer costs nothing where all is well, and only there is a test's time of any account.
"""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE_S = 120.0
LOOK_S = 0.02

FoundT = TypeVar("FoundT")


def until(fact: Callable[[], FoundT | None], what: str, within_s: float = PATIENCE_S) -> FoundT:
    """Wait until something is so and return it."""
    deadline_s = time.monotonic() + within_s
    while not (found := fact()):
        assert time.monotonic() < deadline_s, f"not within {within_s:.0f} s: {what}"
        time.sleep(LOOK_S)
    return found


async def until_so(fact: Callable[[], object], what: str) -> None:
    """Wait until something is so, while this event loop goes on."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not fact():
        assert time.monotonic() < deadline_s, f"not within {PATIENCE_S:.0f} s: {what}"
        await asyncio.sleep(0.001)
