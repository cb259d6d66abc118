"""A crowd as a field: where people stand and go becomes density and flow, cell by cell.

Both are sums with a Gaussian weight, as Helbing, Johansson and Al-Abideen measured the crowd of
Mina (Physical Review E 75, 046109, 2007). What is not in their paper is that nobody here is seen
without error: everything comes with the standard deviation that follows from what is unknown
about each person.
"""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from hub.core.geometry import Floats

CELL_M: Final = 2.0
"""A cell's side. Finer cells tell nothing more: neighbours share the people in reach of both."""

BANDWIDTH_M: Final = 2.0
"""Radius R of the weight exp(-(distance / R)^2). It averages over 2 pi R^2 = 25 m^2: somebody who
stands alone makes 0.08 persons/m^2, which alarms nobody, and a gate's width is still resolved."""

_KERNEL_VARIANCE: Final = BANDWIDTH_M**2 / 2.0
# Who may be anywhere within a circle wider than this is smeared over no more ground.
_BLUR_MAX: Final = _KERNEL_VARIANCE
# Cells to each side that a person reaches: four metres and more, where the weight is 2 %.
_REACH: Final = 2
_OFFSETS: Final = np.arange(-_REACH, _REACH + 1)

# A cell's key is one number: sites are at most 20 km wide, 10,000 cells.
_STRIDE: Final = 2**20

_TABLE_MAX: Final = 300_000
_NOBODY: Final = 1e-9

Cells = NDArray[np.int64]


class People(Struct, frozen=True, kw_only=True):
    """Those who are tracked, as columns: each stands also for some whom nobody tracks."""

    number: NDArray[np.uint32]
    points: Floats  # (n, 2)
    variance: Floats  # (n,) Of each coordinate.
    velocity: Floats  # (n, 2)
    velocity_variance: Floats  # (n,) Of each component.
    drift: Floats  # (n, 2) Mean velocity since a second ago: filters lag more than places do.
    drift_variance: Floats
    existence: Floats  # The probability that it is there, and a person.
    tracked: Floats  # The probability that somebody there would have a track.
    tracked_sigma: Floats  # How far off `tracked` may be, everywhere alike: relative.
    stands_for: Floats  # People there for each that the tracker can tell apart; 1 and more.
    stands_for_sigma: Floats  # Relative, everywhere alike.


def weights(people: People) -> Floats:
    """Return how many persons each track stands for, if it is there."""
    weight: Floats = people.stands_for / people.tracked
    return weight


def persons_variance(people: People, part: Floats, second: Floats) -> Floats:
    """Return the variance of how many persons each track brings to a place, apart from the others.

    `part` is the share of it that belongs to the place, `second` the mean square of that share.
    """
    shape = (-1,) + (1,) * (part.ndim - 1)
    weight, existence = weights(people).reshape(shape), people.existence.reshape(shape)
    tracked, many = people.tracked.reshape(shape), people.stands_for.reshape(shape)
    here = weight**2 * (existence * second - (existence * part) ** 2)
    # For each person found, the number not found is geometric.
    unseen = many * (1.0 - tracked) / tracked**2 * existence * second
    unresolved = (many - 1.0) * existence * second
    variance: Floats = np.maximum(here, 0.0) + unseen + unresolved
    return variance


def common_sigma(people: People) -> Floats:
    """Return by how much each track's weight may be off together with all others: relative."""
    sigma: Floats = np.hypot(people.tracked_sigma, people.stands_for_sigma)
    return sigma


class Spread(Struct, frozen=True, kw_only=True):
    """Which cells each person's weight falls into, and how much of it: rows sum to 1."""

    key: Cells  # (m,) The cells that somebody reaches, in order.
    place: NDArray[np.intp]  # (n * k,) Index into `key` of each share.
    share: Floats  # (n, k)
    second: Floats  # (n, k) Mean square of the share, where it is that is not known exactly.

    @property
    def own(self) -> NDArray[np.intp]:
        """The cell that each person is in, as index into `key`."""
        return self.place.reshape(self.share.shape)[:, self.share.shape[1] // 2]

    def total(self, values: Floats) -> Floats:
        """Return the sums by cell of values given for each share."""
        sums: Floats = np.bincount(self.place, values.ravel(), len(self.key)).astype(np.float64)
        return sums


def spread(points: Floats, variance: Floats) -> Spread:
    """Share people out among the cells around them."""
    blur = np.minimum(variance, _BLUR_MAX)[:, np.newaxis, np.newaxis]
    own = np.floor(points / CELL_M).astype(np.int64)
    cells = own[:, :, np.newaxis] + _OFFSETS
    away = (cells + 0.5) * CELL_M - points[:, :, np.newaxis]
    share: Floats = np.exp(-(away**2) / (2.0 * (_KERNEL_VARIANCE + blur)))
    whole = share.sum(axis=2, keepdims=True)
    # The square of a Gaussian is one of half its variance, here averaged over where one may be.
    half = _KERNEL_VARIANCE / 2.0
    scale = (_KERNEL_VARIANCE + blur) / _KERNEL_VARIANCE * np.sqrt(half / (half + blur))
    second = _product(scale * np.exp(-(away**2) / (2.0 * (half + blur))) / whole**2)
    both = _product(share / whole)
    keys = cells[:, 1, :, np.newaxis] * _STRIDE + cells[:, 0, np.newaxis, :]
    key, place = _places(keys.ravel(), own)
    return Spread(key=key, place=place, share=both, second=np.maximum(second, both**2))


def _places(keys: Cells, own: Cells) -> tuple[Cells, NDArray[np.intp]]:
    """Return the distinct keys in order, and where each of the given ones is among them."""
    if not len(own):
        return keys, np.empty(0, np.intp)
    # Where the ground they stand on is not too large, a table of it is ten times faster than
    # sorting: no site of a kilometre by a kilometre is too large.
    low, high = own.min(axis=0) - _REACH, own.max(axis=0) + _REACH
    width, height = (high - low + 1).tolist()
    if width * height > _TABLE_MAX:
        key, place = np.unique(keys, return_inverse=True)
        return key, place.ravel()
    columns, rows = columns_and_rows(keys)
    inside = (rows - low[1]) * width + (columns - low[0])
    taken = np.zeros(width * height, np.bool_)
    taken[inside] = True
    cells = np.flatnonzero(taken)
    index = np.cumsum(taken) - 1
    return (cells // width + low[1]) * _STRIDE + cells % width + low[0], index[inside]


def _product(axes: Floats) -> Floats:
    product: Floats = axes[:, 1, :, np.newaxis] * axes[:, 0, np.newaxis, :]
    return product.reshape(len(axes), _OFFSETS.size**2)


def cells_at(points: Floats) -> Cells:
    """Return the keys of the cells that points are in."""
    columns, rows = np.floor(points / CELL_M).astype(np.int64).T
    return keys_of(columns, rows)


def keys_of(columns: Cells, rows: Cells) -> Cells:
    """Return the keys of cells by where they are: in order, from west to east in each row."""
    keys: Cells = rows * _STRIDE + columns
    return keys


def within_reach(keys: Cells) -> Cells:
    """Return the keys of these cells and of those that somebody in them reaches."""
    around = (_OFFSETS[:, np.newaxis] * _STRIDE + _OFFSETS).ravel()
    return np.unique(keys[:, np.newaxis] + around)


def columns_and_rows(keys: Cells) -> tuple[Cells, Cells]:
    """Return where cells are: their south-west corner is this times the cell's side."""
    half = _STRIDE // 2
    columns = (keys + half) % _STRIDE - half
    return columns, (keys - columns) // _STRIDE


def middles(keys: Cells) -> Floats:
    """Return the middle of each cell."""
    columns, rows = columns_and_rows(keys)
    points: Floats = (np.column_stack((columns, rows)).astype(np.float64) + 0.5) * CELL_M
    return points


class Field(Struct, frozen=True, kw_only=True):
    """The crowd, cell by cell, in the order of the keys."""

    key: Cells
    density: Floats  # Persons per square metre.
    density_sigma: Floats
    flow: Floats  # (n, 2) Mean velocity.
    flow_sigma: Floats  # Of each component.
    drift: Floats  # (n, 2) Mean velocity since a second ago.
    drift_sigma: Floats
    variance: Floats  # Of a coordinate of those who are there.

    def __len__(self) -> int:
        return len(self.key)


def density_of(people: People, shared: Spread) -> Floats:
    """Return the density alone."""
    mass = (people.existence * weights(people))[:, np.newaxis] * shared.share
    return shared.total(mass) / CELL_M**2


def persons_near(people: People, shared: Spread) -> Floats:
    """Return how many persons each cell is in reach of."""
    persons = (people.existence * weights(people))[:, np.newaxis]
    return shared.total(np.broadcast_to(persons, shared.share.shape))


def field_of(people: People, shared: Spread) -> Field:
    """Return the field of a crowd that is shared out among the cells."""
    mass = (people.existence * weights(people))[:, np.newaxis] * shared.share
    persons = shared.total(mass)
    safe = np.maximum(persons, _NOBODY)

    def mean(values: Floats) -> Floats:
        means: Floats = shared.total(mass * values[:, np.newaxis]) / safe
        return means

    variance = shared.total(persons_variance(people, shared.share, shared.second))
    common = mean(common_sigma(people)) * persons
    flow = np.column_stack([mean(people.velocity[:, axis]) for axis in (0, 1)])
    # Those who are not seen differ from the mean as those who are seen do.
    differing = mean((people.velocity**2).sum(axis=1)) - (flow**2).sum(axis=1)
    unseen = (1.0 - mean(1.0 / weights(people))) * np.maximum(differing, 0.0) / 2.0
    square = mass**2
    measured = shared.total(square * people.velocity_variance[:, np.newaxis])
    drifted = shared.total(square * people.drift_variance[:, np.newaxis])
    unseen = unseen * shared.total(square)
    return Field(
        key=shared.key,
        density=persons / CELL_M**2,
        density_sigma=np.sqrt(variance + common**2) / CELL_M**2,
        flow=flow,
        flow_sigma=np.sqrt(measured + unseen) / safe,
        drift=np.column_stack([mean(people.drift[:, axis]) for axis in (0, 1)]),
        drift_sigma=np.sqrt(drifted + unseen) / safe,
        variance=mean(people.variance),
    )
