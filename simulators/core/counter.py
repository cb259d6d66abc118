"""A counter at a zone: how many are in it, and how many went in and out since it last said so."""

from typing import Final

import numpy as np
from msgspec import Struct

from simulators.core.plan import CounterPlan, Polygon
from simulators.core.polygons import inside
from simulators.core.scene import PERSON, Scene

LOOK_S: Final = 0.5
"""How often it looks: nobody runs through a zone in less."""

COUNT_SIGMA_RATIO: Final = 0.05
COUNT_SIGMA_MIN: Final = 0.5


class Counted(Struct, frozen=True, kw_only=True):
    """What it says on one channel."""

    channel: str
    value: int
    sigma: float | None = None


class Counter:
    """One counter's eye."""

    def __init__(self, plan: CounterPlan, zone: Polygon, rng: np.random.Generator) -> None:
        self.plan = plan
        self._zone = zone
        self._rng = rng
        self._inside: np.ndarray | None = None  # Rows of the scene; None before the first look.
        self._in = self._out = 0

    def field_of_view(self) -> None:
        """Return nothing: it sees nobody in particular."""

    def look(self, scene: Scene) -> None:
        """Count who passed the zone's border since the last look; a few pass unseen."""
        people = scene.kind == PERSON
        within = scene.rows[people & inside(scene.position, self._zone)]
        if self._inside is not None:
            came, went = np.setdiff1d(within, self._inside), np.setdiff1d(self._inside, within)
            seen = 1.0 - self.plan.missed_ratio
            self._in += int(self._rng.binomial(came.size, seen))
            self._out += int(self._rng.binomial(went.size, seen))
        self._inside = within

    def report(self) -> tuple[Counted, ...]:
        """Return what it counted since its last report."""
        if self._inside is None:
            return ()
        sigma = max(COUNT_SIGMA_RATIO * self._inside.size, COUNT_SIGMA_MIN)
        error = float(self._rng.normal(0.0, sigma))
        persons = max(0, round(self._inside.size + error))
        passed, self._in, self._out = (self._in, self._out), 0, 0
        return (
            Counted(channel="persons", value=persons, sigma=round(sigma, 2)),
            Counted(channel="in", value=passed[0]),
            Counted(channel="out", value=passed[1]),
        )
