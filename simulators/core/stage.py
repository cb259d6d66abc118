"""The world in motion, and what the story may do to it."""

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
from msgspec import Struct

from simulators.core.agenda import Agenda
from simulators.core.movement import Crowd, Mode
from simulators.core.plan import Place, Scenario
from simulators.core.scene import Bags, Scene, scene
from simulators.core.vehicles import Traffic
from simulators.core.world import World

STEP_S: Final = 0.1
"""One step of the world: at 4 m/s nobody gets through a wall in it."""

STRIDE_M: Final = 0.5

# Nobody is borrowed for the story from across the square: it would take minutes to walk.
BORROW_CHECKED_MAX: Final = 30


class Bang(Struct, frozen=True, kw_only=True):
    """A bang somewhere."""

    place: Place


class Hush(Struct, frozen=True, kw_only=True):
    """A sensor says nothing for a while."""

    sensor: str
    duration_s: float


class Telling(Struct, frozen=True, kw_only=True):
    """A line for whoever watches the story; `happening` is set when one begins."""

    text: str
    happening: str | None = None


Cause = Bang | Hush | Telling


class Stage:
    """People, vehicles and bags; the story pulls the strings, `causes` is what it wants done."""

    def __init__(self, world: World, scenario: Scenario, people: int, seed: int) -> None:
        crowd_rng, agenda_rng, traffic_rng = (
            np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(3)
        )
        self.world = world
        self.world_s = 0.0
        self.crowd = Crowd(world, people, crowd_rng)
        self.agenda = Agenda(world, self.crowd, agenda_rng)
        self.traffic = Traffic(scenario.lane, traffic_rng)
        self.bags = Bags()
        self.raised: Mapping[str, Place] = {}
        """Bollards that are up, and where."""
        self.causes: list[Cause] = []
        self.agenda.fill()

    def step(self) -> None:
        """Move everything on by one step."""
        self.world_s += STEP_S
        self.crowd.step(STEP_S, self.traffic.positions())
        self.agenda.step(self.world_s)
        walking = self.crowd.position[self.crowd.present]
        self.traffic.step(STEP_S, self.world_s, walking, self.raised)

    def scene(self, ahead_s: float) -> Scene:
        """Return what there is to see, shortly after the last step."""
        return scene(self.crowd, self.traffic, self.bags, ahead_s)

    def tell(self, text: str, happening: str | None = None) -> None:
        """Say what happens."""
        self.causes.append(Telling(text=text, happening=happening))

    def borrow(self, place: Place) -> int | None:
        """Take somebody who is alone and can walk straight to a place; None if there is none."""
        crowd = self.crowd
        alone = np.bincount(crowd.leader, minlength=crowd.count)[crowd.leader] == 1
        free = np.flatnonzero(alone & np.isin(crowd.mode, (Mode.WALK, Mode.DWELL)))
        reach = np.hypot(*(crowd.position[free] - place).T)
        for person in free[np.argsort(reach, kind="stable")][:BORROW_CHECKED_MAX].tolist():
            if self._sees(person, place):
                crowd.mode[person] = Mode.SCRIPTED
                crowd.target[person] = crowd.position[person]
                return int(person)
        return None

    def release(self, person: int) -> None:
        """Let a borrowed person go on with the day."""
        self.agenda.decide(np.array([person]), self.world_s)

    def send(self, person: int, place: Place) -> None:
        """Send a borrowed person straight to a place."""
        self.crowd.target[person] = place

    def reach_m(self, person: int, place: Place) -> float:
        """Return how far a person is from a place."""
        return math.dist(self.crowd.position[person].tolist(), place)

    def _sees(self, person: int, place: Place) -> bool:
        start = self.crowd.position[person]
        way = np.array(place) - start
        count = max(2, math.ceil(float(np.hypot(*way)) / STRIDE_M))
        points = start + np.linspace(0.0, 1.0, count)[:, None] * way
        return not self.world.solid_at(points).any()
