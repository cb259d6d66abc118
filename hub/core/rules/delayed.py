"""On-delay and off-delay: what is true for a moment only is not yet true, nor gone at once."""

from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

from msgspec import Struct

from wire.quantities import SECOND_US, DurationUs, Instant

K = TypeVar("K", bound=Hashable)


class Phase(Struct, kw_only=True):
    """Whether one thing counts as true, and since when the world says otherwise."""

    is_on: bool = False
    otherwise_us: Instant | None = None  # None: the world agrees.


class Delayed(Generic[K]):
    """Any number of things that are true or false, each with an on-delay and an off-delay.

    What is off, and false in the world, takes no memory.
    """

    def __init__(self, stay_min_s: float = 0.0, clear_after_s: float = 0.0) -> None:
        self._phases: dict[K, Phase] = {}
        self.adjust(stay_min_s, clear_after_s)

    def adjust(self, stay_min_s: float, clear_after_s: float) -> None:
        """Delay by so much from now on; what waits has waited as long as it has."""
        self._on_us: DurationUs = round(stay_min_s * SECOND_US)
        self._off_us: DurationUs = round(clear_after_s * SECOND_US)

    @property
    def next_wake_us(self) -> Instant | None:
        """When time alone turns something on or off next."""
        return min((self._due_us(one) for one in self._waiting()), default=None)

    def is_on(self, key: K) -> bool:
        """Return whether it counts as true."""
        phase = self._phases.get(key)
        return phase is not None and phase.is_on

    def on(self) -> list[K]:
        """Return what counts as true."""
        return [key for key, phase in self._phases.items() if phase.is_on]

    def known(self) -> list[K]:
        """Return what counts as true, or is on the way to it."""
        return list(self._phases)

    def update(self, key: K, is_true: bool, now_us: Instant) -> bool | None:  # noqa: FBT001 - it is the value.
        """Take what the world says of one thing; return what it became, or None."""
        phase = self._phases.get(key)
        if phase is None:
            if not is_true:
                return None
            phase = self._phases[key] = Phase()
        if phase.is_on is is_true:
            phase.otherwise_us = None
            if not is_true:
                del self._phases[key]
            return None
        if phase.otherwise_us is None:
            phase.otherwise_us = now_us
        return self._turn(key, phase, now_us)

    def wake(self, now_us: Instant) -> list[tuple[K, bool]]:
        """Return what time alone has turned on or off, the world unchanged."""
        turned = [(key, self._turn(key, one, now_us)) for key, one in tuple(self._phases.items())]
        return [(key, became) for key, became in turned if became is not None]

    def forget(self, key: K) -> None:
        """Let go of a thing at once, without any delay."""
        self._phases.pop(key, None)

    def _turn(self, key: K, phase: Phase, now_us: Instant) -> bool | None:
        if phase.otherwise_us is None or now_us < self._due_us(phase):
            return None
        phase.is_on, phase.otherwise_us = not phase.is_on, None
        if not phase.is_on:
            del self._phases[key]
        return phase.is_on

    def _waiting(self) -> Iterator[Phase]:
        return (one for one in self._phases.values() if one.otherwise_us is not None)

    def _due_us(self, phase: Phase) -> Instant:
        assert phase.otherwise_us is not None
        return phase.otherwise_us + (self._off_us if phase.is_on else self._on_us)
