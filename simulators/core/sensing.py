"""How sensors err: misses come in bursts, errors last for a moment, clutter comes from nothing."""

from typing import Final

import numpy as np

from simulators.core.polygons import Flags, Floats
from simulators.core.scene import Scene

# Gilbert (1960) and Elliott (1963): a thing is seen well or badly for a while. On PETS 2009, four
# of five misses come in bursts, of up to eight seconds.
GOOD_S: Final = 14.0
BAD_S: Final = 1.2
SEEN_IN_BAD: Final = 0.08

ERROR_LASTS_S: Final = 1.0
"""Correlation time of a detector's foot error, near what PETS 2009 shows."""


class Bursts:
    """Which things are seen badly now, one state a row of the scene."""

    def __init__(self, rows: int) -> None:
        self._bad = np.zeros(rows, dtype=np.bool_)
        self._looked_s = 0.0

    def look(self, now_s: float, rng: np.random.Generator) -> Flags:
        """Return which rows are in a bad stretch at this moment."""
        span_s = now_s - self._looked_s
        self._looked_s = now_s
        # Two-state Markov chain in continuous time: towards its stationary share, from each state.
        fade = np.exp(-span_s * (1.0 / GOOD_S + 1.0 / BAD_S))
        share = BAD_S / (GOOD_S + BAD_S)
        bad_after = np.where(self._bad, share + (1.0 - share) * fade, share * (1.0 - fade))
        self._bad = rng.uniform(size=self._bad.size) < bad_after
        return self._bad


class Drift:
    """First-order Gauss-Markov errors of unit variance, `axes` for each row of the scene."""

    def __init__(self, rows: int, axes: int, rng: np.random.Generator) -> None:
        self._error = rng.standard_normal((rows, axes))
        self._looked_s = 0.0

    def look(self, now_s: float, rng: np.random.Generator) -> Floats:
        """Return the errors at this moment."""
        keep = np.exp(-(now_s - self._looked_s) / ERROR_LASTS_S)
        self._looked_s = now_s
        fresh = rng.standard_normal(self._error.shape)
        self._error = keep * self._error + np.sqrt(1.0 - keep**2) * fresh
        return self._error


def detected(probability: Floats, scene: Scene, bad: Flags, rng: np.random.Generator) -> Flags:
    """Draw which things are detected, given how well each can be seen."""
    odds = np.where(bad[scene.rows], np.minimum(probability, SEEN_IN_BAD), probability)
    found: Flags = rng.uniform(size=odds.size) < odds
    return found
