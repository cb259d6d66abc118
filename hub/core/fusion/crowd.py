"""The crowd of one site: once a second, from tracks, looks and counters, to a field and zones.

Where people stand closer together than their places are known, nobody can tell who is who: there
the picture is a field, and it says so. Tracks are also too few there, as two that are too near
each other look like one; so each stands for as many people as the sensors see at a look.
"""

from collections import deque
from typing import Final, Protocol

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from hub.core.fusion.crowd_counter import Tally
from hub.core.fusion.crowd_field import (
    CELL_M,
    Cells,
    Field,
    People,
    Spread,
    cells_at,
    columns_and_rows,
    density_of,
    field_of,
    middles,
    persons_near,
    spread,
    within_reach,
)
from hub.core.fusion.crowd_pressure import Pressure, Unrest
from hub.core.fusion.crowd_sight import TRACKED_MIN, Sees, Sights, Unwatched, tracked
from hub.core.fusion.crowd_zone import Count, Shares, Zone, Zones
from hub.core.fusion.lifecycle import COASTING, CONFIRMED
from hub.core.fusion.measurement import LABEL_INDEX, Measurements, Unusable
from hub.core.geometry import Flags, Floats
from hub.core.site import Site
from wire.feed import CrowdCell, CrowdView
from wire.labels import Label
from wire.messages import Reading
from wire.quantities import SECOND_US, Identifier, Instant


class Tracked(Protocol):
    """The live tracks, as columns of equal length."""

    @property
    def number(self) -> NDArray[np.uint32]:
        """The name of each track for its whole life."""
        ...

    @property
    def east(self) -> Floats:
        """Metres east of the site's origin."""
        ...

    @property
    def north(self) -> Floats:
        """Metres north of the site's origin."""
        ...

    @property
    def velocity_east(self) -> Floats:
        """Metres a second."""
        ...

    @property
    def velocity_north(self) -> Floats:
        """Metres a second."""
        ...

    @property
    def covariance(self) -> Floats:
        """(n, 4, 4) of east, north, velocity east, velocity north."""
        ...

    @property
    def updated_us(self) -> NDArray[np.int64]:
        """The instant at which position and velocity hold."""
        ...

    @property
    def existence(self) -> Floats:
        """The probability that there is something."""
        ...

    @property
    def state(self) -> NDArray[np.uint8]:
        """Index into `TrackState`."""
        ...

    @property
    def label(self) -> NDArray[np.uint8]:
        """Index into `wire.feed.LABELS`."""
        ...


LOST_ABOVE: Final = 0.22
FOUND_BELOW: Final = 0.17
"""Sigma of the sharpest sensor's places, times the root of density: about 0.2, where neighbours are
two and a half sigma apart. A cell that has lost identity finds it again only clearly below, so that
it does not flicker."""

CROWD_ABOVE_PER_M2: Final = 0.7
CROWD_BELOW_PER_M2: Final = 0.5
CROWD_PERSONS_MIN: Final = 8.0
CROWD_PERSONS_KEPT: Final = 6.0
"""Identity is lost in a crowd alone: two or three who walk arm in arm are as close as people in a
crush, yet each of them stays a dot, as it matters more that they are there than who is who. A
crowd begins where strangers would keep further apart, with enough people in reach of the cell for
a density to mean something, and takes in what is in reach of that; it ends clearly below."""

SHOWN_MIN_PER_M2: Final = 0.1
"""Cells with fewer are empty or hold somebody alone: a dot says more."""
CELLS_MAX: Final = 1_000
"""The densest that are shown: 4,000 m^2 of crowd, and 90 KB a second for each dashboard."""

# How far off the probability of being tracked may be: by this, and half of what is missing.
_TRACKED_SIGMA: Final = 0.02
# Two who are nearer to each other are one to most detectors, and no sensor says which it is.
_UNRESOLVED_M: Final = 0.2
# A thing that no sensor could name is a person as likely as not: on a square most are.
_IS_PERSON: Final = {Label.PERSON: 1.0, Label.UNKNOWN: 0.5}

# Variance of a walk's acceleration that a prediction adds, m^2/s^3: as for persons.
_WANDER: Final = 0.4
# A filter's velocity lags behind those who turn or sway, and takes a neighbour's step for one of
# its own: measured, it errs by this much more than it says.
_LAG: Final = 1.7
_AGE_MAX_S: Final = 10.0

_LOOK_US: Final = 2 * SECOND_US
_LOOKS_MIN: Final = 3
# What a look finds where it is not known better.
_FOUND: Final = 0.9
_FOUND_MIN: Final = 0.3  # Who finds fewer is not asked how many there are.
# Tracks begin to be too few where identity is lost.
_MERGING: Final = (0.2, 0.4)
_STANDS_FOR_MAX: Final = 4.0
_STANDS_FOR_SIGMA: Final = 0.3
# A counter tells how many there are, and not where in the zone.
_COUNTED_FOR_MAX: Final = 10.0
_COUNTED_FOR_SIGMA: Final = 0.5

# Between two steps this far apart a displacement is a velocity.
_DRIFT_S: Final = (0.5, 2.0)
_VARIANCE_MIN: Final = 1e-4

_WORDS = np.array([_IS_PERSON.get(label, 0.0) for label in LABEL_INDEX])
_NONE: Final = np.empty(0)
_NOBODY: Final = People(
    number=np.empty(0, np.uint32),
    points=np.empty((0, 2)),
    variance=_NONE,
    velocity=np.empty((0, 2)),
    velocity_variance=_NONE,
    drift=np.empty((0, 2)),
    drift_variance=_NONE,
    existence=_NONE,
    tracked=_NONE,
    tracked_sigma=_NONE,
    stands_for=_NONE,
    stands_for_sigma=_NONE,
)


class _Look(Struct, frozen=True, kw_only=True):
    """What one sensor found at one look."""

    observed_us: Instant
    points: Floats
    variance: Floats  # Of each coordinate.


class Crowd:
    """The crowd of one site."""

    def __init__(self, site: Site) -> None:
        self._tallies: dict[int, Tally] = {}  # By the place of their zone in the plan.
        self._counts: dict[Identifier, Tally | None] = {}
        self.replan(site)
        self._unrest = Unrest()
        self._before: tuple[Instant, People] = (0, _NOBODY)
        self._looks: dict[Identifier, deque[_Look]] = {}
        self._lost: Cells = np.empty(0, np.int64)
        self._dense: Cells = np.empty(0, np.int64)  # Where a crowd is, and not merely its edge.
        self.numbers: frozenset[int] = frozenset()
        """The tracks that stand where identity is lost."""
        self.turned: frozenset[int] = frozenset()
        """Those that began or ceased to at the last step."""

    def replan(self, site: Site) -> None:
        """Go on with an edited plan's zones. Counters count anew what they count in them."""
        zones = [Zone(area) for area in site.zones]
        self._zones = Zones(zones)
        self._unwatched = Unwatched(self._zones)
        self._tallies.clear()
        self._counts.clear()
        places = {zone.id: place for place, zone in enumerate(zones)}
        for sensor in site.sensors:
            place = places.get(sensor.counts_zone or "")
            if place is not None:
                tally = self._tallies.setdefault(place, Tally(zones[place]))
                self._counts[sensor.id] = tally

    def reading(self, reading: Reading, now_us: Instant) -> tuple[Unusable, ...]:
        """Take what a counter says; return what of it cannot be used."""
        tally = self._counts.get(reading.sender)
        if tally is None:
            what = "the site's plan does not say which zone this counter counts"
            fix = "give it counts_zone in site.toml"
            return (Unusable(code="no_zone", text=what, fix=fix, count=1),)
        wrong = tally.take(reading, now_us)
        return () if wrong is None else (wrong,)

    def looked(self, seen: Measurements) -> None:
        """Take note of how many a sensor saw at one look, and where."""
        looks = self._looks.setdefault(seen.sensor, deque())
        people = _WORDS[seen.label] > 0.0
        variance = _mean_variance(seen.covariance[people])
        looks.append(
            _Look(observed_us=seen.observed_us, points=seen.mean[people], variance=variance)
        )
        while looks[-1].observed_us - looks[0].observed_us > _LOOK_US:
            looks.popleft()

    def step(self, tracks: Tracked, now_us: Instant, sights: Sights | None = None) -> CrowdView:
        """Return the crowd as it is now.

        `sights` are those of the sensors that watch; None: nothing is known of them, and the
        tracks are taken for nearly everybody.
        """
        self._unwatched.look(sights)
        people = self._drifted(_people(tracks, now_us, sights), now_us)
        shared = spread(people.points, people.variance)
        looked, sharp = self._looked(shared.key, now_us, sights)
        sharp[np.isinf(sharp)] = 0.0
        people = _resolved(people, shared, looked, sharp)
        shares = self._zones.shares(people.points, people.variance)
        people, counts = self._counted(people, shares, now_us)
        field = field_of(people, shared)
        pressure = self._unrest.step(field, now_us)
        near = persons_near(people, shared)
        lost = self._lose(field, near, np.maximum(field.variance, sharp))
        numbers = frozenset(people.number[lost[shared.own]].tolist())
        self.numbers, self.turned = numbers, self.numbers ^ numbers
        zones = self._zones.views(people, shares, field, pressure, lost, counts)
        cells, left_out = _cells(field, pressure, lost)
        return CrowdView(at_us=now_us, cell_m=CELL_M, cells=cells, zones=zones, left_out=left_out)

    def _drifted(self, people: People, now_us: Instant) -> People:
        """Learn how far everybody went since the last step, if that was not too long ago."""
        before, self._before = self._before, (now_us, people)
        span_s = (now_us - before[0]) / SECOND_US
        if not _DRIFT_S[0] <= span_s <= _DRIFT_S[1]:
            return people
        _, here, there = np.intersect1d(
            people.number, before[1].number, assume_unique=True, return_indices=True
        )
        drift, variance = people.drift.copy(), people.drift_variance.copy()
        drift[here] = (people.points[here] - before[1].points[there]) / span_s
        both = people.variance[here] + before[1].variance[there]
        variance[here] = _LAG * both / span_s**2
        return replace(people, drift=drift, drift_variance=variance)

    def _counted(
        self, people: People, shares: Shares, now_us: Instant
    ) -> tuple[People, list[Count]]:
        """Join tracks with counters; where more are counted, let each track stand for more."""
        known, stands_for, doubt = {}, people.stands_for, people.stands_for_sigma
        blind_m2 = self._unwatched.area_m2
        by_tracks = self._zones.headcounts(people, shares, blind_m2) if self._tallies else []
        for place, tally in self._tallies.items():
            tracks = by_tracks[place]
            counters, found = tally.counters(now_us), tally.estimate(tracks, now_us)
            if not counters:
                continue
            known[place] = Count(headcount=found, counters=counters)
            ratio = float(np.clip(found.persons / max(tracks.persons, 1.0), 1.0, _COUNTED_FOR_MAX))
            more = 1.0 + shares.of(place, len(people.number)) * (ratio - 1.0)
            stands_for = stands_for * more
            doubt = np.hypot(doubt, _COUNTED_FOR_SIGMA * (more - 1.0) / more)
        people = replace(people, stands_for=stands_for, stands_for_sigma=doubt)
        every = self._zones.headcounts(people, shares, blind_m2)
        counts = [known.get(place, Count(headcount=one)) for place, one in enumerate(every)]
        return people, counts

    def _looked(self, key: Cells, now_us: Instant, sights: Sights | None) -> tuple[Floats, Floats]:
        """Return what single looks tell of some cells: how dense they are, and how sharply.

        The density is that of the sensor that sees most, the variance of places that of the
        sensor that sees most sharply; 0 and infinity where nobody looked.
        """
        density, variance = np.zeros(len(key)), np.full(len(key), np.inf)
        for sensor, looks in self._looks.items():
            while looks and now_us - looks[0].observed_us > _LOOK_US:
                looks.popleft()
            if len(looks) >= _LOOKS_MIN:
                found = _at_a_look(looks, None if sights is None else sights.get(sensor))
                place = np.searchsorted(key, found.key)
                place[place == len(key)] = 0
                known = np.flatnonzero(key[place] == found.key) if len(key) else place[:0]
                place = place[known]
                density[place] = np.maximum(density[place], found.density[known])
                variance[place] = np.minimum(variance[place], found.variance[known])
        return density, variance

    def _lose(self, field: Field, near: Floats, variance: Floats) -> Flags:
        """Return the cells where identity is lost, and remember them."""
        was_dense, was_lost = (np.isin(field.key, one) for one in (self._dense, self._lost))
        is_dense = field.density >= np.where(was_dense, CROWD_BELOW_PER_M2, CROWD_ABOVE_PER_M2)
        is_dense &= near >= np.where(was_dense, CROWD_PERSONS_KEPT, CROWD_PERSONS_MIN)
        self._dense = field.key[is_dense]
        is_crowd = np.isin(field.key, within_reach(self._dense))
        is_crowd &= near >= np.where(was_lost, CROWD_PERSONS_KEPT, CROWD_PERSONS_MIN)
        crowding = np.sqrt(variance * field.density)
        lost: Flags = is_crowd & (crowding > np.where(was_lost, FOUND_BELOW, LOST_ABOVE))
        self._lost = field.key[lost]
        return lost


def _people(tracks: Tracked, now_us: Instant, sights: Sights | None) -> People:
    """Return who is shown and may be a person, as they are now."""
    words = _WORDS[tracks.label]
    is_shown = (tracks.state == CONFIRMED) | (tracks.state == COASTING)
    rows = np.flatnonzero(is_shown & (words > 0.0))
    rows = rows[np.argsort(tracks.number[rows])]
    age_s = np.clip((now_us - tracks.updated_us[rows]) / SECOND_US, 0.0, _AGE_MAX_S)
    velocity = np.column_stack((tracks.velocity_east[rows], tracks.velocity_north[rows]))
    points = np.column_stack((tracks.east[rows], tracks.north[rows]))
    points = points + velocity * age_s[:, np.newaxis]
    covariance = tracks.covariance[rows]
    place, speed = _mean_variance(covariance[:, :2, :2]), _mean_variance(covariance[:, 2:, 2:])
    both = _mean_variance(covariance[:, :2, 2:])
    grown = place + 2.0 * age_s * both + age_s**2 * speed + _WANDER * age_s**3 / 3.0
    found = tracked(points, sights)
    is_watched = found >= TRACKED_MIN
    alike = np.ones(len(rows))
    return People(
        number=tracks.number[rows],
        points=points,
        variance=np.maximum(grown, _VARIANCE_MIN),
        velocity=velocity,
        velocity_variance=_LAG * speed + _WANDER * age_s,
        drift=velocity,
        drift_variance=_LAG * speed + _WANDER * age_s,
        existence=np.clip(tracks.existence[rows], 0.0, 1.0) * words[rows],
        tracked=np.where(is_watched, found, 1.0),
        tracked_sigma=np.where(is_watched, _TRACKED_SIGMA + (1.0 - found) / 2.0, 1.0),
        stands_for=alike,
        stands_for_sigma=0.0 * alike,
    )


def _resolved(people: People, shared: Spread, looked: Floats, sharp: Floats) -> People:
    """Let each track stand for as many as the sensors see at a look, where tracks merge."""
    density = density_of(people, shared)
    own = shared.own
    tracked, there = density[own], np.maximum(density, looked)[own]
    crowding = np.sqrt(np.maximum(people.variance, sharp[own]) * there)
    low, high = _MERGING
    part = np.clip((crowding - low) / (high - low), 0.0, 1.0)
    ratio = np.clip(there / np.maximum(tracked, 1e-9), 1.0, _STANDS_FOR_MAX)
    stands_for = 1.0 + part * (ratio - 1.0)
    doubt = _STANDS_FOR_SIGMA * (stands_for - 1.0) / stands_for
    near = np.maximum(tracked * stands_for * np.pi * _UNRESOLVED_M**2, 1e-9)
    hidden = 1.0 + np.expm1(-near) / near
    return replace(people, stands_for=stands_for, stands_for_sigma=np.hypot(doubt, hidden))


class _Found(Struct, frozen=True, kw_only=True):
    """What one sensor's looks tell of the cells around what it found."""

    key: Cells
    density: Floats
    variance: Floats  # Of each coordinate of a place.


def _at_a_look(looks: deque[_Look], sees: Sees | None) -> _Found:
    # Thousands of detections are few cells.
    own, inverse = np.unique(
        cells_at(np.concatenate([look.points for look in looks])), return_inverse=True
    )
    count = np.bincount(inverse, minlength=len(own))
    blur = np.bincount(inverse, np.concatenate([look.variance for look in looks]), len(own))
    found = np.full(len(own), _FOUND) if sees is None else sees.at(middles(own))
    is_asked = found >= _FOUND_MIN
    number = np.where(is_asked, count / np.maximum(found, _FOUND_MIN), 0.0) / len(looks)
    shared = spread(middles(own), np.zeros(len(own)))
    seen = shared.total(count[:, np.newaxis] * shared.share)
    return _Found(
        key=shared.key,
        density=shared.total(number[:, np.newaxis] * shared.share) / CELL_M**2,
        variance=shared.total(blur[:, np.newaxis] * shared.share) / seen,
    )


def _mean_variance(blocks: Floats) -> Floats:
    mean: Floats = (blocks[:, 0, 0] + blocks[:, 1, 1]) / 2.0
    return mean


def _cells(field: Field, pressure: Pressure, lost: Flags) -> tuple[tuple[CrowdCell, ...], int]:
    """Return the cells that are shown, and how many more have somebody."""
    shown = np.flatnonzero((field.density >= SHOWN_MIN_PER_M2) | lost)
    left_out = max(len(shown) - CELLS_MAX, 0)
    if left_out:
        densest = np.argsort(-field.density[shown], kind="stable")[:CELLS_MAX]
        shown = np.sort(shown[densest])
    columns, rows = columns_and_rows(field.key[shown])
    values = np.column_stack(
        (
            field.density,
            field.density_sigma,
            field.flow,
            pressure.value,
            field.flow_sigma,
            pressure.sigma,
        )
    )[shown].round(3)
    cells = tuple(
        CrowdCell(
            column=column,
            row=row,
            density=value[0],
            sigma_density=value[1],
            east_mps=value[2],
            north_mps=value[3],
            pressure=value[4],
            lost=is_lost,
            sigma_flow_mps=value[5],
            sigma_pressure=value[6],
        )
        for column, row, value, is_lost in zip(
            columns.tolist(), rows.tolist(), values.tolist(), lost[shown].tolist(), strict=True
        )
    )
    return cells, left_out
