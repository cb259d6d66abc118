"""Which sensors look at the same ground lately, and what each of them saw last."""

from collections import deque
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from hub.core.fusion.residuals import Residuals
from hub.core.geometry import Floats, Indices
from wire.quantities import SECOND_US

# Late scans arrive among newer ones: of so many the one nearest in time is compared.
_SCANS: Final = 4
# Two looks further apart in time than this tell little: people turn.
_APART_MAX_US: Final = 400_000
_FRESH_US: Final = SECOND_US
_MARGIN_M: Final = 5.0


class Sighting(Struct, frozen=True, kw_only=True):
    """One scan of a sensor, and the errors it was corrected by."""

    seen: Residuals
    applied: Floats  # (5,)


class Neighbours:
    """The latest scans of all sensors, by index."""

    def __init__(self) -> None:
        self._scans: list[deque[Sighting]] = []
        self._low: Floats = np.zeros((0, 2))
        self._high: Floats = np.zeros((0, 2))
        self._at_us: NDArray[np.int64] = np.zeros(0, np.int64)

    def add(self) -> None:
        """Take another sensor in."""
        self._scans.append(deque(maxlen=_SCANS))
        self._low = np.vstack((self._low, np.full((1, 2), np.inf)))
        self._high = np.vstack((self._high, np.full((1, 2), -np.inf)))
        self._at_us = np.append(self._at_us, 0)

    def saw(self, index: int, sighting: Sighting, now_us: int) -> None:
        """Remember a scan."""
        self._scans[index].append(sighting)
        self._low[index] = sighting.seen.measured.min(axis=0) - _MARGIN_M
        self._high[index] = sighting.seen.measured.max(axis=0) + _MARGIN_M
        self._at_us[index] = now_us

    def forget(self, index: int) -> None:
        """Forget what a sensor saw."""
        self._scans[index].clear()
        self._at_us[index] = 0

    def of(self, index: int, now_us: int) -> Indices:
        """Return the sensors that saw something near what this one saw, just now."""
        near = (self._low <= self._high[index]).all(axis=1)
        near &= (self._high >= self._low[index]).all(axis=1)
        near &= now_us - self._at_us <= _FRESH_US
        near[index] = False
        return np.flatnonzero(near)

    def nearest(self, index: int, at_us: int) -> Sighting | None:
        """Return a sensor's scan nearest in time, if it is near enough."""
        scans = self._scans[index]
        found = min(scans, key=lambda one: abs(one.seen.observed_us - at_us), default=None)
        if found is None or abs(found.seen.observed_us - at_us) > _APART_MAX_US:
            return None
        return found
