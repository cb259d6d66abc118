"""Builders of crowds: as people of the field, and as tracks."""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from hub.core.fusion.crowd_field import People
from hub.core.fusion.lifecycle import CONFIRMED
from hub.core.geometry import Floats
from wire.feed import LABELS
from wire.labels import Label


def some_people(
    points: Floats,
    velocity: Floats | None = None,
    *,
    sigma_m: float = 0.2,
    existence: float = 1.0,
    tracked: float = 1.0,
    stands_for: float = 1.0,
) -> People:
    points = np.asarray(points, np.float64).reshape(-1, 2)
    count = len(points)
    return People(
        number=np.arange(1000, 1000 + count, dtype=np.uint32),
        points=points,
        variance=np.full(count, sigma_m**2),
        velocity=np.zeros((count, 2)) if velocity is None else np.asarray(velocity, np.float64),
        velocity_variance=np.full(count, 0.04),
        drift=np.zeros((count, 2)) if velocity is None else np.asarray(velocity, np.float64),
        drift_variance=np.full(count, 0.04),
        existence=np.full(count, existence),
        tracked=np.full(count, tracked),
        tracked_sigma=np.full(count, 0.02),
        stands_for=np.full(count, stands_for),
        stands_for_sigma=np.zeros(count),
    )


class Walkers(Struct, kw_only=True):
    """Tracks, as columns."""

    number: NDArray[np.uint32]
    east: Floats
    north: Floats
    velocity_east: Floats
    velocity_north: Floats
    covariance: Floats
    updated_us: NDArray[np.int64]
    existence: Floats
    state: NDArray[np.uint8]
    label: NDArray[np.uint8]


def people_on_tracks(
    points: Floats,
    at_us: int,
    *,
    velocity: tuple[float, float] = (0.0, 0.0),
    sigma_m: float = 0.2,
    label: Label = Label.PERSON,
    state: int = CONFIRMED,
) -> Walkers:
    points = np.asarray(points, np.float64).reshape(-1, 2)
    count = len(points)
    return Walkers(
        number=np.arange(1000, 1000 + count, dtype=np.uint32),
        east=points[:, 0],
        north=points[:, 1],
        velocity_east=np.full(count, velocity[0]),
        velocity_north=np.full(count, velocity[1]),
        covariance=np.tile(np.diag([sigma_m**2, sigma_m**2, 0.04, 0.04]), (count, 1, 1)),
        updated_us=np.full(count, at_us, np.int64),
        existence=np.ones(count),
        state=np.full(count, state, np.uint8),
        label=np.full(count, LABELS.index(label), np.uint8),
    )


def a_block(per_m2: float, side_m: float, low_m: float = 0.0) -> Floats:
    """Return places of people on a lattice."""
    count = round(side_m * per_m2**0.5)
    steps = low_m + (np.arange(count) + 0.5) * side_m / count
    return np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
