"""Pedestrians, by the collision-free speed model (Tordeux, Chraibi and Seyfried, 2016).

A person looks where to go, turns away from those who are near, and walks as fast as the gap ahead
allows. Speeds relax over a moment, as legs do. Groups stay together (after Moussaid et al., 2010).
Where people want to go next is decided in `simulators.core.agenda`.
"""

from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulators.core.polygons import Flags, Floats
from simulators.core.world import World

WALK_MEAN_MPS: Final = 1.34
"""Free walking speed (Weidmann, 1993)."""
WALK_SIGMA_MPS: Final = 0.26
WALK_MIN_MPS: Final = 0.5
WALK_MAX_MPS: Final = 2.2
RUN_MIN_MPS: Final = 2.4
RUN_MAX_MPS: Final = 3.8
SPEED_MAX_MPS: Final = 4.0

# The model's parameters, from the paper: body length, strength and reach of turning away, and
# the time gap that people keep to whom they follow.
BODY_M: Final = 0.35
TURN_STRENGTH: Final = 5.0
TURN_REACH_M: Final = 0.12
TIME_GAP_S: Final = 1.0

LEGS_S: Final = 0.35
"""How long a change of speed takes."""

# At 4 m/s and a time gap of a second, nobody further than this slows anybody down.
SIGHT_M: Final = 3.0

# A person at the end of the walk shuffles about the place, slowly.
SHUFFLE_MPS: Final = 0.4
ARRIVED_M: Final = 0.6

GROUP_REACH_M: Final = 1.2
VEHICLE_REACH_M: Final = 5.0


class Mode(IntEnum):
    """What a person is doing."""

    ABSENT = 0
    WALK = 1
    DWELL = 2
    FLEE = 3
    SCRIPTED = 4  # The story says where to go.


class Crowd:
    """Everybody on the square, as one array a property."""

    def __init__(self, world: World, count: int, rng: np.random.Generator) -> None:
        self._world = world
        self._rng = rng
        self.count = count
        self.position = np.zeros((count, 2))
        self.velocity = np.zeros((count, 2))
        self.mode = np.full(count, Mode.ABSENT, dtype=np.int8)
        self.destination = np.zeros(count, dtype=np.intp)
        self.target = np.zeros((count, 2))  # The very place to go to, at the destination.
        self.until_s = np.zeros(count)  # When the present mode ends.
        self.leader = np.arange(count)  # Of the group; oneself when alone.
        self.danger = np.zeros((count, 2))  # What one flees from.
        free_speed = rng.normal(WALK_MEAN_MPS, WALK_SIGMA_MPS, count)
        self.speed_mps = np.clip(free_speed, WALK_MIN_MPS, WALK_MAX_MPS)
        self.run_mps = rng.uniform(RUN_MIN_MPS, RUN_MAX_MPS, count)
        self.height_m = np.clip(rng.normal(1.72, 0.1, count), 1.4, 2.0)

    @property
    def present(self) -> Flags:
        """Who is on the square."""
        found: Flags = self.mode != Mode.ABSENT
        return found

    def arrived(self) -> Flags:
        """Who stands where they wanted to go."""
        reach = np.hypot(*(self.target - self.position).T)
        found: Flags = self.present & (reach < ARRIVED_M)
        return found

    def step(self, dt_s: float, vehicles: Floats) -> None:
        """Move everybody on by `dt_s` seconds; `vehicles` (n, 2) are kept away from."""
        who = np.flatnonzero(self.present)
        if who.size == 0:
            return
        at = self.position[who]
        wish, speed = self._wishes(who, at)
        first, gap, towards = _neighbours(at)
        turn = _turning_away(who.size, first, gap, towards)
        away = wish + turn + _shying(at, vehicles)
        heading = _unit(away)
        speed = np.minimum(speed, _gap_ahead(heading, first, gap, towards) / TIME_GAP_S)
        # Who stands too close to somebody steps aside even without wanting to go anywhere.
        crowded = np.hypot(*turn.T) > 1.0
        speed = np.where(crowded, np.maximum(speed, 0.2), speed)
        wanted = heading * np.clip(speed, 0.0, SPEED_MAX_MPS)[:, None]
        velocity = self.velocity[who]
        velocity += (wanted - velocity) * (1.0 - np.exp(-dt_s / LEGS_S))
        moved = self._slide(who, at, velocity * dt_s)
        self.position[who] = at + moved
        self.velocity[who] = moved / dt_s

    def _wishes(self, who: NDArray[np.intp], at: Floats) -> tuple[Floats, Floats]:
        """Return where each wants to go, as a unit vector, and how fast."""
        to_target = self.target[who] - at
        reach = np.hypot(*to_target.T)
        mode = self.mode[who]
        direct = _unit(to_target)
        routed = self._world.routes.directions(self.destination[who], at)
        close = reach < self._world.radii[self.destination[who]] + 2.0
        wish = np.where(((mode == Mode.WALK) & ~close)[:, None], routed, direct)
        speed = self.speed_mps[who] * self._group_pace(who, at, wish)
        # Slow down for the last metre instead of running past it.
        speed = np.where(mode != Mode.FLEE, np.minimum(speed, 0.2 + reach), speed)
        resting = (mode == Mode.DWELL) | ((mode == Mode.SCRIPTED) & (reach < ARRIVED_M / 2))
        speed = np.where(resting, np.where(reach > ARRIVED_M, SHUFFLE_MPS, 0.0), speed)
        fleeing = mode == Mode.FLEE
        if fleeing.any():
            run = who[fleeing]
            out = _unit(at[fleeing] - self.danger[run]) + 0.6 * self._nearest_exit(at[fleeing])
            wish[fleeing] = _unit(out)
            speed[fleeing] = self.run_mps[run]
        return wish, speed

    def _group_pace(self, who: NDArray[np.intp], at: Floats, wish: Floats) -> Floats:
        """Bend the wishes of group members towards each other; return how they adapt speed."""
        leader = self.leader[who]
        size = np.bincount(leader, minlength=self.count)[leader]
        middle = np.stack(
            [np.bincount(leader, at[:, axis], self.count)[leader] / size for axis in (0, 1)],
            axis=-1,
        )
        to_middle = middle - at
        lag = (to_middle * wish).sum(axis=-1)  # Positive: the others are ahead.
        apart = np.hypot(*to_middle.T)
        together = (size > 1) & (self.mode[who] == Mode.WALK) & (apart > GROUP_REACH_M)
        # Who was separated for good by the crowd walks on alone.
        together &= apart < 12.0
        wish[together] = _unit(wish[together] + 0.5 * _unit(to_middle[together]))
        return np.where(together, np.clip(1.0 + 0.3 * lag, 0.4, 1.3), 1.0)

    def _nearest_exit(self, at: Floats) -> Floats:
        lengths = self._world.routes.lengths(at)[: len(self._world.entrances)]
        nearest: NDArray[np.intp] = lengths.argmin(axis=0)
        return self._world.routes.directions(nearest, at)

    def _slide(self, who: NDArray[np.intp], at: Floats, move: Floats) -> Floats:
        """Return the part of each move that no wall stops: all, one axis of it, or none."""
        scripted = self.mode[who] == Mode.SCRIPTED
        inside_fence = self._world.fenced_at(at)

        def stopped(part: Floats) -> Flags:
            to = at + part
            # Who is inside a fence may walk in it, to get out.
            barred = self._world.fenced_at(to) & ~inside_fence & ~scripted
            found: Flags = self._world.solid_at(to) | barred
            return found

        eastward, northward = move * (1.0, 0.0), move * (0.0, 1.0)
        allowed = np.where(stopped(northward)[:, None], 0.0, northward)
        allowed = np.where(stopped(eastward)[:, None], allowed, eastward)
        done: Floats = np.where(stopped(move)[:, None], allowed, move)
        return done


def _neighbours(at: Floats) -> tuple[NDArray[np.intp], Floats, Floats]:
    """Return all ordered pairs within sight: who, how far the other is, and in what direction.

    People are sorted into cells as wide as the sight, so that each looks at nine cells only.
    """
    cell = np.floor((at - at.min(axis=0)) / SIGHT_M).astype(np.intp) + 1
    width = int(cell[:, 0].max()) + 2
    key = cell[:, 1] * width + cell[:, 0]
    order = np.argsort(key, kind="stable")
    sorted_key = key[order]
    firsts, seconds = [], []
    # Three cells in one row are neighbours in the sorted order too.
    for row in (-width, 0, width):
        begin = np.searchsorted(sorted_key, key + row - 1, side="left")
        end = np.searchsorted(sorted_key, key + row + 1, side="right")
        length = end - begin
        first = np.repeat(np.arange(at.shape[0]), length)
        offset = np.arange(first.size) - np.repeat(np.cumsum(length) - length, length)
        firsts.append(first)
        seconds.append(order[np.repeat(begin, length) + offset])
    first, second = np.concatenate(firsts), np.concatenate(seconds)
    difference = at[second] - at[first]
    gap = np.hypot(*difference.T)
    near = (gap < SIGHT_M) & (first != second)
    gap = np.maximum(gap[near], 1e-3)
    return first[near], gap, difference[near] / gap[:, None]


def _turning_away(count: int, first: NDArray[np.intp], gap: Floats, towards: Floats) -> Floats:
    strength = TURN_STRENGTH * np.exp((BODY_M - gap) / TURN_REACH_M)
    # Nobody is pushed harder than by a body that touches: two in one place would fly apart.
    push = -np.minimum(strength, TURN_STRENGTH)[:, None] * towards
    return np.stack([np.bincount(first, push[:, axis], count) for axis in (0, 1)], axis=-1)


def _gap_ahead(heading: Floats, first: NDArray[np.intp], gap: Floats, towards: Floats) -> Floats:
    """Return the free way ahead of each: to the nearest body that stands in it."""
    ahead = heading[first]
    along = (ahead * towards).sum(axis=-1)
    across = np.abs(ahead[:, 0] * towards[:, 1] - ahead[:, 1] * towards[:, 0])
    in_the_way = (along > 0.0) & (across * gap <= BODY_M)
    free = np.full(heading.shape[0], np.inf)
    np.minimum.at(free, first[in_the_way], gap[in_the_way] - BODY_M)
    np.maximum(free, 0.0, out=free)
    return free


def _shying(at: Floats, vehicles: Floats) -> Floats:
    """Return how strongly each turns away from vehicles."""
    turn = np.zeros_like(at)
    for vehicle in vehicles:
        away = at - vehicle
        reach = np.maximum(np.hypot(*away.T), 1e-3)
        strength = np.where(reach < VEHICLE_REACH_M, 3.0 * (1.0 - reach / VEHICLE_REACH_M), 0.0)
        turn += (strength / reach)[:, None] * away
    return turn


def _unit(vectors: Floats) -> Floats:
    length = np.hypot(vectors[:, 0], vectors[:, 1])[:, None]
    unit: Floats = np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 1e-9)
    return unit
