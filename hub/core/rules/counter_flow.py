"""People go against the direction of a zone, or two streams meet head on.

Where people are tracked, each is counted by their own track. Where they are too dense for that,
nobody knows who goes where, and the mean flow of each cell of the crowd counts for all in it.
"""

import math
from typing import Final

import numpy as np
from msgspec import Struct

from hub.core.geometry import Flags, Floats
from hub.core.rules.condition import Condition
from hub.core.rules.hours import is_in_hours
from hub.core.rules.judge import Facts, Judge
from hub.core.rules.reported import Reported
from hub.core.rules.taint import Taint
from hub.core.rules.track_table import Rows, SensorsOf, TrackTable, positions, sigmas
from hub.core.rules.watched import Sayer, Watched, ZoneCrowd, by_taint, middle
from hub.core.rules.wording import listed
from hub.core.site import Area, CounterFlowRule, Offset, Rule
from wire.fields import CrowdView
from wire.labels import Label
from wire.quantities import Instant

# Against a direction goes who turns more than 120 degrees from it: who crosses is not against it.
_AGAINST: Final = -0.5
# A velocity counts where it is this many sigma from standing still.
_SURE: Final = 2.0
# Streams are head on where so much of all movement is along one line.
_ALONG: Final = 0.7
# Streams that keep to their sides are two lanes: their middles are further apart than they are
# wide.
_LANES: Final = 1.0
# What is going on goes on until it is clearly less.
_LESS: Final = 0.7


class Movers(Struct, frozen=True, kw_only=True):
    """Who moves in the zone: tracks, and cells in which nobody can be told apart."""

    points: Floats  # (n, 2)
    velocity: Floats  # (n, 2)
    persons: Floats  # (n,) How many each stands for.
    number: tuple[int, ...]  # Of the tracks; they come first.


class Streams(Struct, frozen=True, kw_only=True):
    """What goes against what."""

    against: Flags  # (n,) Which movers do.
    words: str


class CounterFlowJudge(Judge):
    """Judges one counter-flow rule."""

    def __init__(
        self,
        rule: CounterFlowRule,
        zone: Area,
        sensors_of: SensorsOf,
        offsets: tuple[Offset, ...] = (),
    ) -> None:
        self._watched = Watched(zone)
        self._crowd = ZoneCrowd(zone)
        self._sensors_of = sensors_of
        self._offsets = offsets
        self._reported = Reported()
        self._take(rule)

    def adjust(self, rule: Rule) -> None:
        """Judge by other settings of the same rule from now on."""
        assert isinstance(rule, CounterFlowRule)
        self._take(rule)

    def active(self) -> list[Condition]:
        """Return what is said of the zone's streams."""
        return self._reported.active()

    def second(self, facts: Facts, tracks: TrackTable, now_us: Instant) -> list[Condition]:
        """Judge the streams as they are this second."""
        found = []
        if is_in_hours(self._rule.hours, now_us, self._offsets):
            view = self._crowd.find(facts)
            # Where nobody's identity is lost, everybody is in the tracks.
            crowd = facts.crowd if view is not None and view.lost else None
            rows = self._candidates(crowd, tracks)
            for taint, part in by_taint(tracks, rows):
                # A crowd's cell is of those who are tracked in it.
                movers = self._movers(crowd, tracks, part, len(part) / len(rows))
                condition = self._judge(tracks, part, movers, taint, now_us)
                found += [] if condition is None else [condition]
        return self._reported.follow(found, now_us)

    def _take(self, rule: CounterFlowRule) -> None:
        self._rule = rule
        self._sayer = Sayer(rule, self._watched.zone, self._sensors_of)
        self._reported.adjust(rule.stay_min_s, rule.clear_after_s)

    def _candidates(self, crowd: CrowdView | None, tracks: TrackTable) -> Rows:
        """Return who is in the zone; nobody where too few move in a way that could count."""
        rows = self._watched.rows(tracks, (Label.PERSON,))
        if crowd is not None:
            return rows
        east, north = tracks.velocity_east[rows], tracks.velocity_north[rows]
        speed = np.hypot(east, north)
        moves = speed >= self._rule.speed_min_mps
        if self._rule.azimuth_deg is not None:
            turn = math.radians(self._rule.azimuth_deg)
            moves &= east * math.sin(turn) + north * math.cos(turn) <= _AGAINST * speed
        are_enough = np.count_nonzero(moves) >= self._rule.persons_min * _LESS
        return rows if are_enough else rows[:0]

    def _movers(
        self, crowd: CrowdView | None, tracks: TrackTable, rows: Rows, share: float
    ) -> Movers:
        points, velocity, persons, variance = _cells_of(crowd, self._watched)
        at = positions(tracks, rows)
        alone = ~_are_in(at, points, 0.0 if crowd is None else crowd.cell_m)
        rows, at = rows[alone], at[alone]
        own = np.column_stack((tracks.velocity_east[rows], tracks.velocity_north[rows]))
        spread = np.trace(tracks.covariance[rows, 2:, 2:], axis1=1, axis2=2) / 2.0
        velocities = np.concatenate((own, velocity))
        speed = np.hypot(*velocities.T)
        sigma = np.sqrt(np.concatenate((spread, variance)))
        moves = (speed >= self._rule.speed_min_mps) & (speed >= _SURE * sigma)
        every = np.concatenate((np.ones(len(rows)), persons * share))
        return Movers(
            points=np.concatenate((at, points))[moves],
            velocity=velocities[moves],
            persons=every[moves],
            number=tuple(tracks.number[rows[moves[: len(rows)]]].tolist()),
        )

    def _judge(
        self, tracks: TrackTable, rows: Rows, movers: Movers, taint: Taint, now_us: Instant
    ) -> Condition | None:
        rule = self._rule
        less = _LESS if self._reported.is_on(taint.key(rule.id)) else 1.0
        if movers.persons.sum() < rule.persons_min * less:
            return None
        streams = self._streams(movers)
        if streams is None:
            return None
        against = streams.against
        persons, whole = float(movers.persons[against].sum()), float(movers.persons.sum())
        if persons < rule.persons_min * less or persons < rule.share_min * less * whole:
            return None
        numbers = sorted(
            number for number, one in zip(movers.number, against.tolist(), strict=False) if one
        )
        told = " (in part of a dense crowd's mean flow)" if len(numbers) < against.sum() else ""
        return self._sayer.says(
            rule.summary or f"{streams.words} {self._watched.zone.name}",
            (
                ("Against", f"{persons:.0f} of {whole:.0f} people who move{told}"),
                ("Mean speed", f"{_mean_speed(movers, against):.1f} m/s"),
                ("Tracks", listed(numbers)),
            ),
            taint=taint,
            place=middle(movers.points[against]),
            sigma_m=float(sigmas(tracks, rows).max()),
            tracks=numbers,
            observed_us=now_us,
        )

    def _streams(self, movers: Movers) -> Streams | None:
        """Return who goes against whom; None: nobody."""
        way = movers.velocity / np.hypot(*movers.velocity.T)[:, np.newaxis]
        azimuth_deg = self._rule.azimuth_deg
        if azimuth_deg is not None:
            turn = np.radians(azimuth_deg)
            against = way @ np.array([np.sin(turn), np.cos(turn)]) <= _AGAINST
            words = "people go against the direction of"
            return Streams(against=against, words=words) if against.any() else None
        # Whichever way both go, the line that they share is the axis of their directions.
        spread = np.einsum("n,ni,nj->ij", movers.persons, way, way) / movers.persons.sum()
        size, axes = np.linalg.eigh(spread)
        along = way @ axes[:, 1]
        one, other = along > -_AGAINST, along < _AGAINST
        if size[1] < _ALONG or not one.any() or not other.any() or _are_lanes(movers, one, other):
            return None
        fewer = one if movers.persons[one].sum() < movers.persons[other].sum() else other
        return Streams(against=fewer, words="two streams of people meet at")


def _are_lanes(movers: Movers, one: Flags, other: Flags) -> bool:
    """Whether both streams keep to their own side."""
    way = movers.velocity[one].mean(axis=0) - movers.velocity[other].mean(axis=0)
    side = np.array([-way[1], way[0]]) / max(float(np.hypot(*way)), 1e-9)
    here, there = movers.points[one] @ side, movers.points[other] @ side
    width = float(here.std() + there.std())
    return bool(abs(here.mean() - there.mean()) > _LANES * max(width, 0.5))


def _cells_of(crowd: CrowdView | None, watched: Watched) -> tuple[Floats, Floats, Floats, Floats]:
    """Return middle, flow, persons and flow variance of the zone's cells without identity."""
    lost = [] if crowd is None else [cell for cell in crowd.cells if cell.lost]
    if crowd is None or not lost:
        return np.empty((0, 2)), np.empty((0, 2)), np.empty(0), np.empty(0)
    points = (np.array([(cell.column, cell.row) for cell in lost]) + 0.5) * crowd.cell_m
    is_in = watched.holds(points)
    flow = np.array([(cell.east_mps, cell.north_mps) for cell in lost])
    density = np.array([cell.density for cell in lost])
    variance = np.array([cell.sigma_flow_mps for cell in lost]) ** 2
    return points[is_in], flow[is_in], density[is_in] * crowd.cell_m**2, variance[is_in]


def _are_in(points: Floats, cells: Floats, cell_m: float) -> Flags:
    """Return which points are in one of the cells, given by their middles."""
    if not len(cells):
        return np.zeros(len(points), np.bool_)
    gap = np.abs(points[:, np.newaxis, :] - cells[np.newaxis])
    are: Flags = (gap.max(axis=2) <= cell_m / 2.0).any(axis=1)
    return are


def _mean_speed(movers: Movers, which: Flags) -> float:
    speed = np.hypot(*movers.velocity[which].T)
    return float(np.average(speed, weights=movers.persons[which]))
