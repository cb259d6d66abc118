"""The one order in which a scan's measurements are taken, whatever order they came in."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hub.core.fusion.compiled import compiled
from hub.core.geometry import Flags, Floats


class Seen(NamedTuple):
    """One scan's measurements on the ground, sorted by east and then north."""

    mean: Floats  # (m, 2)
    covariance: Floats  # (m, 2, 2)
    label: NDArray[np.uint8]
    confidence: Floats
    object_key: NDArray[np.int64]  # 0: the sensor names no object.
    doppler_mps: Floats
    doppler_sigma_mps: Floats  # 0: no Doppler.
    identity: NDArray[np.int64]  # What the thing says of itself; 0: nothing.
    news: Floats  # The share of it that the scan before did not say already, above 0.
    may_begin: Flags  # Whether a track may begin there.
    rank: NDArray[np.int64]  # What else tells two of one place apart, as a number.
    origin: tuple[float, float]  # What Doppler is measured from.


@compiled
def in_order(seen: Seen) -> tuple[Seen, NDArray[np.int64]]:
    """Return the measurements from west to east, and where each of them came from."""
    east = np.ascontiguousarray(seen.mean[:, 0])
    order = np.argsort(east).astype(np.int64)
    for last in range(1, len(order)):
        one, place = order[last], last
        while (
            place > 0
            and east[one] == east[order[place - 1]]
            and _key(seen, one) < _key(seen, order[place - 1])
        ):
            order[place] = order[place - 1]
            place -= 1
        order[place] = one
    size = len(order)
    mean, covariance = np.empty((size, 2)), np.empty((size, 2, 2))
    for place in range(size):
        for axis in range(2):
            mean[place, axis] = seen.mean[order[place], axis]
            for other in range(2):
                covariance[place, axis, other] = seen.covariance[order[place], axis, other]
    ordered = Seen(
        mean,
        covariance,
        seen.label[order],
        seen.confidence[order],
        seen.object_key[order],
        seen.doppler_mps[order],
        seen.doppler_sigma_mps[order],
        seen.identity[order],
        seen.news[order],
        seen.may_begin[order],
        seen.rank[order],
        seen.origin,
    )
    return ordered, order


@compiled
def _key(seen: Seen, one: int) -> tuple[float, ...]:
    """Return what a measurement is ordered by: its place, and at one place all else it says."""
    return (
        seen.mean[one, 0],
        seen.mean[one, 1],
        seen.covariance[one, 0, 0],
        seen.covariance[one, 0, 1],
        seen.covariance[one, 1, 1],
        float(seen.label[one]),
        seen.confidence[one],
        seen.doppler_mps[one],
        seen.doppler_sigma_mps[one],
        seen.news[one],
        1.0 if seen.may_begin[one] else 0.0,
        float(seen.identity[one]),
        float(seen.object_key[one]),
        float(seen.rank[one]),
    )
