"""Who brought an object: whoever was beside it when it came to rest."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from hub.core.geometry import Floats
from wire.quantities import SECOND_US, Instant

# An object is told from its bearer only seconds after they parted: so far back is looked, in
# steps of a quarter.
BACK_MAX_S: Final = 6.0
_STEPS: Final = np.linspace(0.0, 1.0, 5)
# Nobody reads more names, and of more than this the owner is not known anyway.
_OWNERS_MAX: Final = 4


def owners_of(
    place: Floats,
    born_us: Instant,
    numbers: NDArray[np.uint32],
    points: Floats,
    velocity: Floats,
    *,
    near_m: float,
    now_us: Instant,
) -> tuple[int, ...]:
    """Return who of these people was near an object when it was first seen, the nearest first.

    Everybody's way since then is taken to be straight: a few seconds of walking are.
    """
    if not numbers.size:
        return ()
    back_s = min(max((now_us - born_us) / SECOND_US, 0.0), BACK_MAX_S) * _STEPS
    ways = points[:, np.newaxis] - velocity[:, np.newaxis] * back_s[np.newaxis, :, np.newaxis]
    nearest = np.hypot(*(ways - place).transpose(2, 0, 1)).min(axis=1)
    near = np.flatnonzero(nearest <= near_m)
    order = near[np.lexsort((numbers[near], nearest[near]))]
    return tuple(numbers[order[:_OWNERS_MAX]].tolist())
