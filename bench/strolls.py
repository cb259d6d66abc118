"""People walking a square in groups, with stops; or real people, recorded.

Groups of one to four walk abreast, 0.7 to 1 m apart (Moussaid and others, "The walking behaviour
of pedestrian social groups", 2010: up to 70 % of people are in one), from goal to goal, stand
about for a while, and step aside for each other.
"""

from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from scipy.interpolate import make_interp_spline  # type: ignore[import-untyped]
from scipy.spatial import cKDTree  # type: ignore[import-untyped]

from hub.core.geometry import Flags, Floats

PEDESTRIANS = Path(__file__).resolve().parents[2] / "shared" / "data" / "pedestrians"

_STEP_S = 0.1
_SETTLE_S = 30.0  # Before time 0, so that nobody starts to walk all at once.
_GROUP_SHARES = (0.30, 0.40, 0.20, 0.10)  # Of groups, by size from 1.
_SPEED_MPS = (1.34, 0.26)  # Weidmann, 1993.
_SPEED_MAX_MPS = 2.2
_TURN_S = 0.5  # People change their velocity over half a second.
_STOP_EVERY_S = 40.0
_STOP_FOR_S = 8.0
_GOAL_M = (20.0, 80.0)
_BODY_M = 0.5  # Closer than this people push apart.
_RECORDED_STEP_S = 0.4
_RECORDED_FRAMES = 10.0  # Between two samples.


class Stroll(Struct, frozen=True, kw_only=True):
    """Where everybody is, step by step; NaN where somebody is not there."""

    low: tuple[float, float]  # South-west corner of the ground.
    high: tuple[float, float]
    step_s: float
    places: Floats  # (steps, people, 2)

    @property
    def duration_s(self) -> float:
        """How long the walk is known for."""
        return (len(self.places) - 1) * self.step_s

    def at(self, time_s: float) -> Floats:
        """Return where everybody is at a time, (people, 2)."""
        step = min(max(time_s / self.step_s, 0.0), len(self.places) - 1.001)
        whole = int(step)
        part = step - whole
        between: Floats = (1.0 - part) * self.places[whole] + part * self.places[whole + 1]
        return between

    def velocity_at(self, time_s: float) -> Floats:
        """Return how fast everybody walks at a time, (people, 2)."""
        half = self.step_s / 2.0
        time_s = min(max(time_s, half), self.duration_s - half)
        change: Floats = (self.at(time_s + half) - self.at(time_s - half)) / self.step_s
        return change


def a_stroll(people: int, duration_s: float, side_m: float, seed: int) -> Stroll:
    """Let people walk a square in groups."""
    crowd = _Crowd(people, side_m, np.random.default_rng([seed, 1]))
    for _ in range(round(_SETTLE_S / _STEP_S)):
        crowd.step()
    steps = int(duration_s / _STEP_S) + 3
    places = np.empty((steps, people, 2))
    for index in range(steps):
        places[index] = crowd.place
        crowd.step()
    return Stroll(low=(0.0, 0.0), high=(side_m, side_m), step_s=_STEP_S, places=places)


def a_recorded_stroll(name: str, duration_s: float) -> Stroll:
    """Return the busiest stretch of a recording of real people, on curves through its samples."""
    rows = np.loadtxt(PEDESTRIANS / f"{name}.txt")
    sample = np.rint(rows[:, 0] / _RECORDED_FRAMES).astype(np.intp)
    sample -= sample.min()
    wanted = min(int(duration_s / _RECORDED_STEP_S) + 2, int(sample.max()) + 1)
    crowd = np.cumsum(np.bincount(sample, minlength=sample.max() + 1))
    within = crowd[wanted - 1 :] - np.concatenate(([0], crowd[:-wanted]))
    first = int(within.argmax())
    inside = (sample >= first) & (sample < first + wanted)
    rows, sample = rows[inside], sample[inside] - first
    _, person = np.unique(rows[:, 1], return_inverse=True)
    between = round(_RECORDED_STEP_S / _STEP_S)
    places = np.full(((wanted - 1) * between + 1, int(person.max()) + 1, 2), np.nan)
    for one in range(places.shape[1]):
        mine = person == one
        known = sample[mine] * between
        span = np.arange(known.min(), known.max() + 1)
        # Nobody turns on the spot each time they are recorded: a curve, where there is one.
        order = min(3, known.size - 1)
        places[span, one] = make_interp_spline(known, rows[mine, 2:], k=order)(span)
    low, high = np.nanmin(places, axis=(0, 1)) - 2.0, np.nanmax(places, axis=(0, 1)) + 2.0
    return Stroll(
        low=(float(low[0]), float(low[1])),
        high=(float(high[0]), float(high[1])),
        step_s=_STEP_S,
        places=places,
    )


class _Crowd:
    """The people of a square, moved on step by step."""

    def __init__(self, people: int, side_m: float, rng: np.random.Generator) -> None:
        self._rng = rng
        self._side_m = side_m
        self._group, self._aside = _groups(people, rng)
        count = int(self._group.max()) + 1
        self._at = rng.uniform(0.0, side_m, (count, 2))
        self._velocity = np.zeros((count, 2))
        self._speed = rng.normal(*_SPEED_MPS, count).clip(0.5, _SPEED_MAX_MPS)
        self._goal = self._goals(self._at)
        self._standing: Flags = rng.random(count) < _STOP_FOR_S / (_STOP_FOR_S + _STOP_EVERY_S)
        self._heading = rng.normal(size=(count, 2))
        self.place = self._slots()
        self._pace = np.zeros((people, 2))

    def step(self) -> None:
        """Move everybody on by one step."""
        self._step_groups()
        wanted = self._velocity[self._group] + (self._slots() - self.place) / 1.0
        wanted += self._apart()
        fast = np.linalg.norm(wanted, axis=1, keepdims=True)
        wanted *= np.minimum(1.0, _SPEED_MAX_MPS / np.maximum(fast, 1e-9))
        self._pace += (wanted - self._pace) * (_STEP_S / _TURN_S)
        self.place = np.clip(self.place + self._pace * _STEP_S, 0.0, self._side_m)

    def _step_groups(self) -> None:
        rng, count = self._rng, len(self._at)
        dice = rng.random(count)
        starts = self._standing & (dice < _STEP_S / _STOP_FOR_S)
        stops = ~self._standing & (dice < _STEP_S / _STOP_EVERY_S)
        self._standing = (self._standing & ~starts) | stops
        way = self._goal - self._at
        far = np.linalg.norm(way, axis=1)
        reached = far < 2.0
        if reached.any():
            self._goal[reached] = self._goals(self._at[reached])
        ahead = way / np.maximum(far, 1e-9)[:, np.newaxis]
        speed = np.where(self._standing, 0.0, self._speed)[:, np.newaxis]
        self._velocity += (ahead * speed - self._velocity) * (_STEP_S / _TURN_S)
        self._at = np.clip(self._at + self._velocity * _STEP_S, 0.0, self._side_m)
        # Who stands keeps facing where they went.
        moves = ~self._standing
        self._heading[moves] += (ahead - self._heading)[moves] * (_STEP_S / 1.0)

    def _slots(self) -> Floats:
        """Return where in its group everybody belongs."""
        ahead = self._heading / np.maximum(
            np.linalg.norm(self._heading, axis=1, keepdims=True), 1e-9
        )
        across = np.column_stack((ahead[:, 1], -ahead[:, 0]))
        slots: Floats = self._at[self._group] + across[self._group] * self._aside[:, np.newaxis]
        return slots

    def _apart(self) -> Floats:
        """Return the velocities that keep people from walking through each other."""
        push = np.zeros_like(self.place)
        pairs = cKDTree(self.place).query_pairs(_BODY_M, output_type="ndarray")
        if len(pairs) == 0:
            return push
        gap = self.place[pairs[:, 0]] - self.place[pairs[:, 1]]
        near = np.maximum(np.linalg.norm(gap, axis=1, keepdims=True), 0.05)
        force = gap / near * (_BODY_M - near) * 3.0
        np.add.at(push, pairs[:, 0], force)
        np.add.at(push, pairs[:, 1], -force)
        return push

    def _goals(self, start: Floats) -> Floats:
        """Return new goals, some way off; what is beyond the square's edge is mirrored there."""
        turn = self._rng.uniform(0.0, 2.0 * np.pi, len(start))
        far = self._rng.uniform(*_GOAL_M, len(start))
        goal = start + far[:, np.newaxis] * np.column_stack((np.sin(turn), np.cos(turn)))
        side_m = self._side_m
        mirrored: Floats = side_m - np.abs(side_m - np.abs(goal))
        return np.clip(mirrored, 0.0, side_m)


def _groups(people: int, rng: np.random.Generator) -> tuple[NDArray[np.intp], Floats]:
    """Return each person's group and how far to the right of its middle they walk."""
    sizes: list[int] = []
    while sum(sizes) < people:
        size = 1 + int(rng.choice(len(_GROUP_SHARES), p=_GROUP_SHARES))
        sizes.append(min(size, people - sum(sizes)))
    group = np.repeat(np.arange(len(sizes)), sizes)
    aside = [(np.arange(size) - (size - 1) / 2.0) * rng.uniform(0.7, 1.0) for size in sizes]
    return group, np.concatenate(aside)
