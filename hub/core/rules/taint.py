"""Whether something is real, simulated, or part of an exercise; it sticks to all that follows."""

from typing import Protocol

from msgspec import Struct


class Stained(Protocol):
    """A message or a record that says what it is made of."""

    @property
    def simulated(self) -> bool:
        """Whether a simulator had a hand in it."""
        ...

    @property
    def exercise(self) -> bool:
        """Whether it is part of a drill."""
        ...


class Taint(Struct, frozen=True, kw_only=True, order=True):
    """What something is made of. Both false: it is real."""

    simulated: bool = False
    exercise: bool = False

    def key(self, name: str) -> str:
        """Return a condition's key that nothing of another taint has."""
        return name + "/simulated" * self.simulated + "/exercise" * self.exercise


def taint_of(thing: Stained) -> Taint:
    """Return what a message or record is made of."""
    return Taint(simulated=thing.simulated, exercise=thing.exercise)
