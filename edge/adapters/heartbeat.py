"""When the camera says how it is: each five seconds, and at once when a fault comes or goes."""

from collections.abc import Iterable, Sequence

from wire.labels import HealthState
from wire.messages import Fault
from wire.quantities import SECOND_US

PERIOD_US = 5 * SECOND_US
"""The hub calls a device silent after three of these."""

LINE_MAX = 200
"""Letters of a `Line`."""

GRAVE = frozenset({"no_picture", "view_covered", "view_dark", "view_moved"})
"""With one of these the camera protects nobody."""


class Heartbeat:
    """Tells when a health message is due."""

    def __init__(self) -> None:
        self._told: tuple[str, ...] | None = None
        self.next_us = 0  # When the next is due at the latest.

    def is_due(self, faults: Iterable[Fault], now_us: int) -> bool:
        """Return whether to send one now; whoever asks then sends it."""
        codes = tuple(fault.code for fault in faults)
        if codes == self._told and now_us < self.next_us:
            return False
        self._told = codes
        self.next_us = now_us + PERIOD_US
        return True

    def restart(self) -> None:
        """Let the next be due at once: somebody new listens."""
        self._told = None


def state_of(faults: Sequence[Fault]) -> HealthState:
    """Return the state that faults amount to."""
    if any(fault.code in GRAVE for fault in faults):
        return HealthState.ERROR
    return HealthState.WARNING if faults else HealthState.OK


def a_fault(code: str, text: str) -> Fault:
    """Return a fault whose text fits a line."""
    return Fault(code=code, text=text[:LINE_MAX])
