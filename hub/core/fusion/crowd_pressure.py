"""The pressure in a crowd: density times the variance of the local velocity.

Helbing, Johansson and Al-Abideen (Physical Review E 75, 046109, 2007) found that density alone does
not tell when a crowd becomes deadly; this number did, minutes before it: it rose above 0.02 per
second squared as the crowd began to sway in all directions. The velocity whose variance it is, over
the last seconds at one place, is the mean of those who are there: it can be measured although
nobody can tell any more who is who.
"""

from typing import Final

import numpy as np
from msgspec import Struct

from hub.core.fusion.crowd_field import Cells, Field
from hub.core.geometry import Floats
from wire.quantities import SECOND_US, Instant

MEMORY_S: Final = 10.0
"""The past counts with exp(-age / this): swaying takes seconds, a warning may take no minute."""

DENSITY_MIN: Final = 0.1
"""Fewer persons in a square metre are no crowd that could press."""

# What sways within a few seconds is smoothed by the filters behind it: measured, of a surge of
# four seconds half the variance is left.
_SMOOTHED: Final = 0.5

# What the variance may be, in m^2/s^2, as long as next to nothing was seen of it.
_UNKNOWN: Final = 0.2


class Pressure(Struct, frozen=True, kw_only=True):
    """One entry for each cell of the field."""

    value: Floats  # 1/s^2.
    sigma: Floats


class _Memory(Struct, frozen=True, kw_only=True):
    """What is remembered of cells: sums over the past, weighted."""

    key: Cells
    sums: Floats  # (n, 6): weight, its square, flow east and north, its square, its noise.


_NOTHING: Final = _Memory(key=np.empty(0, np.int64), sums=np.empty((0, 6)))


class Unrest:
    """How the flow of each cell varied in the last seconds."""

    def __init__(self) -> None:
        self._memory = _NOTHING
        self._at_us: Instant | None = None

    def step(self, field: Field, now_us: Instant) -> Pressure:
        """Take the field of now in, and return the pressure in its cells."""
        span_s = 0.0 if self._at_us is None else (now_us - self._at_us) / SECOND_US
        self._at_us = now_us
        keep = np.exp(-span_s / MEMORY_S)
        sums = np.column_stack(
            (
                np.ones((len(field), 2)),
                field.drift,
                (field.drift**2).sum(axis=1),
                2.0 * field.drift_sigma**2,
            )
        )
        _, here, there = np.intersect1d(
            field.key, self._memory.key, assume_unique=True, return_indices=True
        )
        sums[here] += self._memory.sums[there] * [keep, keep**2, keep, keep, keep, keep]
        crowded = field.density >= DENSITY_MIN
        self._memory = _Memory(key=field.key[crowded], sums=sums[crowded])
        return _pressure(field, sums)


def _pressure(field: Field, sums: Floats) -> Pressure:
    weight = sums[:, 0]
    # As many independent looks as would make a mean as steady as this weighted one.
    looks = weight**2 / sums[:, 1]
    flow = sums[:, 2:4] / weight[:, np.newaxis]
    varied = np.maximum(sums[:, 4] / weight - (flow**2).sum(axis=1), 0.0)
    noise = sums[:, 5] / weight * (1.0 - 1.0 / looks)
    variance = np.maximum(varied - noise, 0.0)
    # The variance of what is measured errs by the noise alone, and with what it is noise of.
    error = (2.0 * variance * noise + noise**2) / looks + (_UNKNOWN / looks**2) ** 2
    return Pressure(
        value=field.density * variance,
        sigma=np.sqrt(
            (field.density * variance * _SMOOTHED) ** 2
            + field.density**2 * error
            + (variance * field.density_sigma) ** 2
        ),
    )
