"""Levels of service of a crowd: what density each begins at.

J. J. Fruin, "Pedestrian Planning and Design" (1971), gives square feet for each person: of a
walkway 35, 25, 15, 10 and 5 where level B, C, D, E and F begin, of a queue 13, 10, 7, 3 and 2.
Whoever waits can stand more closely than whoever must get through.
"""

from typing import Final

from wire.labels import FruinLevel

_FOOT_M: Final = 0.3048
_LEVELS: Final = tuple(FruinLevel)

_WALKWAY_FT2: Final = (35.0, 25.0, 15.0, 10.0, 5.0)
_QUEUE_FT2: Final = (13.0, 10.0, 7.0, 3.0, 2.0)


def _densities(square_feet: tuple[float, ...]) -> tuple[float, ...]:
    return (0.0, *(1.0 / (area * _FOOT_M**2) for area in square_feet))


WALKWAY: Final = _densities(_WALKWAY_FT2)
"""Persons per square metre at which A to F begin where people walk: F above 2.2."""

QUEUE: Final = _densities(_QUEUE_FT2)
"""Persons per square metre at which A to F begin where people wait: F above 5.4."""


def begins_at(level: FruinLevel, *, walking: bool) -> float:
    """Return the density at which a level begins."""
    return (WALKWAY if walking else QUEUE)[_LEVELS.index(level)]


def level_of(density: float, *, walking: bool) -> FruinLevel:
    """Return the level of a density."""
    bounds = WALKWAY if walking else QUEUE
    return _LEVELS[sum(density >= bound for bound in bounds[1:])]
