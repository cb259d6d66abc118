"""How many of a crowd are in each zone, where borders run through it."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from msgspec import Struct
from scipy.special import ndtr  # type: ignore[import-untyped]

from hub.core.fusion.crowd_field import (
    CELL_M,
    Cells,
    Field,
    People,
    common_sigma,
    keys_of,
    middles,
    persons_variance,
    weights,
)
from hub.core.fusion.crowd_pressure import Pressure
from hub.core.geometry import Flags, Floats, Indices, inside, points_of
from hub.core.polygons import Pairs, Polygons, runs
from hub.core.site import Area
from wire.feed import ZoneCrowdView
from wire.quantities import Identifier

# Beyond this many sigma nobody is on the border's other side.
_FAR_SIGMA: Final = 4.0
_SIGMA_MIN_M: Final = 0.05
# A busy pavement: how many there may be where nobody looks.
_HIDDEN_PER_M2: Final = 0.25
# Variance of somebody who has just come in and has no track yet.
_COMING: Final = 0.25
# A zone is sampled by so many points a side: a tenth of it is the least that matters.
_SAMPLES: Final = 10


class Headcount(Struct, frozen=True, kw_only=True):
    """How many are in a zone, by one way of counting."""

    persons: float
    variance: float


class Count(Struct, frozen=True, kw_only=True):
    """How many are in a zone, and which counters say so."""

    headcount: Headcount
    counters: tuple[Identifier, ...] = ()


class Zone:
    """One zone of the plan."""

    def __init__(self, area: Area) -> None:
        self.id: Identifier = area.id
        self.corners = points_of(area.polygon)
        edge = np.roll(self.corners, -1, axis=0) - self.corners
        self.perimeter_m = float(np.hypot(edge[:, 0], edge[:, 1]).sum())
        east, north = self.corners.T
        twice = float((east * np.roll(north, -1) - north * np.roll(east, -1)).sum())
        self.area_m2 = max(abs(twice) / 2.0, 1.0)
        low, high = self.corners.min(axis=0), self.corners.max(axis=0)
        parts = (np.arange(_SAMPLES) + 0.5) / _SAMPLES
        grid = np.stack(np.meshgrid(parts, parts), axis=-1).reshape(-1, 2)
        points = low + grid * (high - low)
        within = inside(self.corners, points)
        # Of a zone that is thinner than the grid the corners have to do.
        self.samples: Floats = points[within] if within.any() else self.corners


class Shares(Struct, frozen=True, kw_only=True):
    """Who may be in which zone, in the order of zones, then of people."""

    zone: Indices
    person: Indices
    share: Floats  # The probability of it.

    def of(self, zone: int, count: int) -> Floats:
        """Return one zone's share of each of so many people."""
        share, own = np.zeros(count), self.zone == zone
        share[self.person[own]] = self.share[own]
        return share


class Zones:
    """All zones of a plan, each question put to all of them at once."""

    def __init__(self, zones: Sequence[Zone]) -> None:
        self._names = [zone.id for zone in zones]
        self.area_m2: Floats = np.array([zone.area_m2 for zone in zones])
        self._polygons = Polygons([zone.corners for zone in zones])
        self.samples: Floats = np.concatenate([np.empty((0, 2)), *(one.samples for one in zones)])
        """Places all over the zones, zone after zone."""
        # Each row of cells whose middles are in the box around a zone: whose, and from which to
        # which. A field of cells is in the same order, so nothing has to be compared with each.
        low = np.ceil(self._polygons.low / CELL_M - 0.5).astype(np.int64)
        high = np.floor(self._polygons.high / CELL_M - 0.5).astype(np.int64)
        counts = np.maximum(high[:, 1] - low[:, 1] + 1, 0)
        row, self._strip = runs(low[:, 1], counts), np.repeat(np.arange(len(zones)), counts)
        self._first = keys_of(low[self._strip, 0], row)
        self._last = keys_of(np.maximum(high[:, 0], low[:, 0] - 1)[self._strip], row)
        self._sample_counts = np.array([len(one.samples) for one in zones], np.intp)
        self._sampled = np.repeat(np.arange(len(zones)), self._sample_counts)

    def mean(self, values: Floats) -> Floats:
        """Return the mean over each zone of what is given for all samples."""
        mean: Floats = self._total(self._sampled, values) / self._sample_counts
        return mean

    def shares(self, points: Floats, variance: Floats) -> Shares:
        """Return who may be in which zone, as nobody's place is known exactly."""
        sigma = np.maximum(np.sqrt(variance), _SIGMA_MIN_M)
        pairs = self._polygons.around(points, _FAR_SIGMA * sigma)
        share = ndtr(self._polygons.depth_m(pairs, points) / sigma[pairs.point])
        return Shares(zone=pairs.polygon, person=pairs.point, share=share)

    def headcounts(self, people: People, shares: Shares, blind_m2: Floats) -> list[Headcount]:
        """Return how many of a crowd are in each zone, by their tracks.

        On ground that nobody watches there may be as many as on the rest, or more.
        """
        mass = (people.existence * weights(people))[shares.person] * shares.share
        doubt = _variance_of(people, shares)
        persons = self._total(shares.zone, mass)
        common = self._total(shares.zone, mass * common_sigma(people)[shares.person])
        hidden = blind_m2 * np.maximum(persons / self.area_m2, _HIDDEN_PER_M2)
        variance = self._total(shares.zone, doubt) + common**2 + hidden**2 + _COMING
        return [
            Headcount(persons=one, variance=other)
            for one, other in zip(persons.tolist(), variance.tolist(), strict=True)
        ]

    def views(
        self,
        people: People,
        shares: Shares,
        field: Field,
        pressure: Pressure,
        lost: Flags,
        counts: Sequence[Count],
    ) -> tuple[ZoneCrowdView, ...]:
        """Return each zone's crowd as operators see it."""
        persons = np.array([one.headcount.persons for one in counts])
        sigma = np.sqrt(np.array([one.headcount.variance for one in counts]))
        columns = (
            (persons, 1),
            (sigma, 1),
            (persons / self.area_m2, 3),
            (sigma / self.area_m2, 3),
            *((one, 2) for one in self._flow(people, shares)),
            *((one, 3) for one in self._worst(field, pressure, lost)),
        )
        rows = zip(*(one.round(digits).tolist() for one, digits in columns), strict=True)
        return tuple(
            ZoneCrowdView(
                id=name,
                persons=row[0],
                sigma_persons=row[1],
                density=row[2],
                sigma_density=row[3],
                east_mps=row[4],
                north_mps=row[5],
                sigma_flow_mps=row[6],
                density_max=row[7],
                pressure=row[8],
                sigma_pressure=row[9],
                lost=row[10] > 0.0,
                counters=count.counters,
            )
            for name, count, row in zip(self._names, counts, rows, strict=True)
        )

    def _flow(self, people: People, shares: Shares) -> tuple[Floats, Floats, Floats]:
        """Return the mean velocity in each zone, east and north, and its sigma."""
        mass = (people.existence * weights(people))[shares.person] * shares.share
        whole = np.maximum(self._total(shares.zone, mass), 1e-9)
        velocity = people.velocity[shares.person]
        spread = mass**2 * people.velocity_variance[shares.person]
        return (
            self._total(shares.zone, mass * velocity[:, 0]) / whole,
            self._total(shares.zone, mass * velocity[:, 1]) / whole,
            np.sqrt(self._total(shares.zone, spread)) / whole,
        )

    def _worst(
        self, field: Field, pressure: Pressure, lost: Flags
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """Return the worst of each zone's cells: density, pressure, its sigma; and any lost."""
        pairs = self._cells(field.key)
        density, pressed, sigma, is_lost = (np.zeros(len(self._names)) for _ in range(4))
        np.maximum.at(density, pairs.polygon, field.density[pairs.point])
        np.maximum.at(is_lost, pairs.polygon, lost[pairs.point].astype(np.float64))
        # The last of each zone is the one that presses most, the first cell where several do.
        order = np.lexsort((-pairs.point, pressure.value[pairs.point], pairs.polygon))
        zone, cell = pairs.polygon[order], pairs.point[order]
        pressed[zone], sigma[zone] = pressure.value[cell], pressure.sigma[cell]
        return density, pressed, sigma, is_lost

    def _cells(self, key: Cells) -> Pairs:
        """Return which of some cells in order have their middle in which zone."""
        first = np.searchsorted(key, self._first)
        counts = np.searchsorted(key, self._last, "right") - first
        pairs = Pairs(polygon=np.repeat(self._strip, counts), point=runs(first, counts))
        return pairs.of(self._polygons.hold(pairs, middles(key)))

    def _total(self, zone: Indices, values: Floats) -> Floats:
        """Return the sum of what is given for each, zone by zone."""
        return np.bincount(zone, values, len(self._names)).astype(np.float64)


def _variance_of(people: People, shares: Shares) -> Floats:
    """Return the variance of how many persons each brings to its zone."""
    brought = People(
        **{name: getattr(people, name)[shares.person] for name in people.__struct_fields__}
    )
    return persons_variance(brought, shares.share, shares.share)
