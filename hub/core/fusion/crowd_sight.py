"""Who of a crowd would have a track, and how much of each zone nobody watches."""

from collections.abc import Iterable, Mapping
from typing import Final, Protocol

import numpy as np

from hub.core.fusion.crowd_zone import Zones
from hub.core.geometry import Floats
from wire.quantities import Identifier

# A person in view is tracked but for the second until its track is confirmed.
TRACKED_MAX: Final = 0.98
# Who is where hardly anybody looks was seen elsewhere: it stands for itself, and says nothing of
# whom else there may be.
TRACKED_MIN: Final = 0.5
# Looks that are independent within the time that a track lives on without one.
_LOOKS: Final = 3


class Sees(Protocol):
    """What a sensor sees of the ground."""

    def at(self, points: Floats) -> Floats:
        """Return the probability that one look finds somebody at each of these places."""
        ...


Sights = Mapping[Identifier, Sees]
"""The sensors that watch now."""


def tracked(points: Floats, sights: Sights | None) -> Floats:
    """Return the probability that somebody at each place would have a track."""
    if sights is None:
        return np.full(len(points), TRACKED_MAX)
    return _tracked(len(points), (_overlooked(sees, points) for sees in sights.values()))


class Unwatched:
    """The ground of each zone where somebody would have no track."""

    def __init__(self, zones: Zones) -> None:
        self._zones = zones
        self._sights: Sights | None = {}
        # How likely each sensor misses somebody at each sample: one sensor's sight changes at a
        # time, and a site has many.
        self._overlooked: dict[Identifier, tuple[Sees, Floats]] = {}
        self.area_m2 = zones.area_m2
        """By zone."""

    def look(self, sights: Sights | None) -> None:
        """Learn what nobody watches, if that is another than before."""
        if _are_same(sights, self._sights):
            return
        self._sights = None if sights is None else dict(sights)
        self._overlooked = {name: self._of(name, sees) for name, sees in (sights or {}).items()}
        missed = (one for _, one in self._overlooked.values())
        samples = self._zones.samples
        found = tracked(samples, None) if sights is None else _tracked(len(samples), missed)
        blind = np.where(found < TRACKED_MIN, 1.0 - found, 0.0)
        self.area_m2 = self._zones.area_m2 * self._zones.mean(blind)

    def _of(self, sensor: Identifier, sees: Sees) -> tuple[Sees, Floats]:
        known = self._overlooked.get(sensor)
        if known is not None and known[0] is sees:
            return known
        return sees, _overlooked(sees, self._zones.samples)


def _are_same(one: Sights | None, other: Sights | None) -> bool:
    """Whether these are the very same sights: what is in them is too much to compare."""
    if one is None or other is None:
        return one is other
    return one.keys() == other.keys() and all(one[key] is other[key] for key in one)


def _tracked(count: int, overlooked: Iterable[Floats]) -> Floats:
    """Return the probability of a track at so many places, by how likely each sensor misses it."""
    missed = np.ones(count)
    for one in overlooked:
        missed *= one
    found: Floats = TRACKED_MAX * (1.0 - missed**_LOOKS)
    return found


def _overlooked(sees: Sees, points: Floats) -> Floats:
    """Return the probability that one look misses somebody at each place."""
    missed: Floats = 1.0 - np.clip(sees.at(points), 0.0, 1.0)
    return missed
