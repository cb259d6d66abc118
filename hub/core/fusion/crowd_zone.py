"""How many of a crowd are in a zone whose border runs through it."""

from typing import Final

import numpy as np
from msgspec import Struct
from scipy.special import ndtr  # type: ignore[import-untyped]

from hub.core.fusion.crowd_field import (
    Field,
    People,
    common_sigma,
    middles,
    persons_variance,
    weights,
)
from hub.core.fusion.crowd_pressure import Pressure
from hub.core.geometry import Flags, Floats, inside, points_of
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


class Zone:
    """One zone of the plan."""

    def __init__(self, area: Area) -> None:
        self.id: Identifier = area.id
        self._corners = points_of(area.polygon)
        edge = np.roll(self._corners, -1, axis=0) - self._corners
        self.perimeter_m = float(np.hypot(edge[:, 0], edge[:, 1]).sum())
        east, north = self._corners.T
        twice = float((east * np.roll(north, -1) - north * np.roll(east, -1)).sum())
        self.area_m2 = max(abs(twice) / 2.0, 1.0)
        self._low, self._high = self._corners.min(axis=0), self._corners.max(axis=0)
        parts = (np.arange(_SAMPLES) + 0.5) / _SAMPLES
        grid = np.stack(np.meshgrid(parts, parts), axis=-1).reshape(-1, 2)
        points = self._low + grid * (self._high - self._low)
        within = inside(self._corners, points)
        # Of a zone that is thinner than the grid the corners have to do.
        self.samples: Floats = points[within] if within.any() else self._corners

    def share(self, points: Floats, variance: Floats) -> Floats:
        """Return the probability that each is inside, as its place is not known exactly."""
        sigma = np.maximum(np.sqrt(variance), _SIGMA_MIN_M)
        margin = _FAR_SIGMA * sigma[:, np.newaxis]
        near = ((points > self._low - margin) & (points < self._high + margin)).all(axis=1)
        share = np.zeros(len(points))
        if near.any():
            at = points[near]
            depth = _border_distance(self._corners, at)
            depth[~inside(self._corners, at)] *= -1.0
            share[near] = ndtr(depth / sigma[near])
        return share

    def contains(self, points: Floats) -> Flags:
        """Return which points are inside."""
        return inside(self._corners, points)

    def headcount(self, people: People, blind_m2: float = 0.0) -> Headcount:
        """Return how many of a crowd are inside, by their tracks.

        On ground that nobody watches there may be as many as on the rest, or more.
        """
        share = self.share(people.points, people.variance)
        mass = people.existence * weights(people) * share
        variance = persons_variance(people, share, share).sum()
        common = float((mass * common_sigma(people)).sum())
        persons = float(mass.sum())
        hidden = blind_m2 * max(persons / self.area_m2, _HIDDEN_PER_M2)
        return Headcount(
            persons=persons, variance=float(variance) + common**2 + hidden**2 + _COMING
        )

    def view(
        self,
        people: People,
        field: Field,
        pressure: Pressure,
        lost: Flags,
        headcount: Headcount,
        counters: tuple[Identifier, ...],
    ) -> ZoneCrowdView:
        """Return the zone's crowd as operators see it."""
        mass = people.existence * weights(people) * self.share(people.points, people.variance)
        whole = max(float(mass.sum()), 1e-9)
        flow = mass @ people.velocity / whole
        flow_sigma = np.sqrt(mass**2 @ people.velocity_variance) / whole
        cells = np.flatnonzero(self.contains(middles(field.key)))
        worst = cells[pressure.value[cells].argmax()] if cells.size else None
        sigma = float(np.sqrt(headcount.variance))
        return ZoneCrowdView(
            id=self.id,
            persons=round(headcount.persons, 1),
            sigma_persons=round(sigma, 1),
            density=round(headcount.persons / self.area_m2, 3),
            sigma_density=round(sigma / self.area_m2, 3),
            density_max=round(float(field.density[cells].max()), 3) if cells.size else 0.0,
            pressure=0.0 if worst is None else round(float(pressure.value[worst]), 3),
            east_mps=round(float(flow[0]), 2),
            north_mps=round(float(flow[1]), 2),
            lost=bool(lost[cells].any()),
            counters=counters,
            sigma_flow_mps=round(float(flow_sigma), 2),
            sigma_pressure=0.0 if worst is None else round(float(pressure.sigma[worst]), 3),
        )


def _border_distance(corners: Floats, points: Floats) -> Floats:
    """Return how far each point is from the border, inside as outside."""
    edge = np.roll(corners, -1, axis=0) - corners
    to_point = points[:, np.newaxis, :] - corners
    length_squared = np.maximum((edge * edge).sum(axis=1), 1e-12)
    along = np.clip((to_point * edge).sum(axis=2) / length_squared, 0.0, 1.0)
    gap = to_point - along[:, :, np.newaxis] * edge
    nearest: Floats = np.sqrt((gap * gap).sum(axis=2).min(axis=1))
    return nearest
