"""What people do on the square: come in groups, look at things, and go home."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulators.core.movement import Crowd, Mode
from simulators.core.polygons import Floats
from simulators.core.world import World

# Of those who decide, this share goes home: about five stops a visit.
LEAVING_RATIO: Final = 0.2

GROUP_SHARES: Final = (0.55, 0.32, 0.13)
"""Of one, two and three people, near what is counted on squares (Moussaid et al., 2010)."""

# Who cannot reach a place in this time gives up and picks another.
PATIENCE_S: Final = 240.0
AWAY_S: Final = (2.0, 12.0)


class Agenda:
    """Decides for everybody who has nothing to do."""

    def __init__(self, world: World, crowd: Crowd, rng: np.random.Generator) -> None:
        self._world = world
        self._crowd = crowd
        self._rng = rng
        self._exits = len(world.entrances)
        self._entrance_weight = np.array([entrance.weight for entrance in world.entrances])
        self._spot_weight = np.array([spot.weight for spot in world.spots])
        self._dwell = np.array([spot.dwell_s for spot in world.spots]).reshape(-1, 2)
        self.closed: set[str] = set()
        """Gates that are shut: nobody comes or goes there."""

    def fill(self) -> None:
        """Put everybody somewhere, as if the day had begun long ago."""
        for group in self._groups(np.arange(self._crowd.count)):
            spot = self._exits + self._draw(self._spot_weight)
            self._crowd.position[group] = self._world.free_near(self._rng, spot, group.size)
            self._stay(group, spot, world_s=0.0)
            self._crowd.until_s[group] *= self._rng.uniform()

    def step(self, world_s: float) -> None:
        """Let everybody decide who has arrived, waited long enough, or run far enough."""
        crowd = self._crowd
        arrived = crowd.arrived() & (crowd.mode == Mode.WALK)
        leaving = arrived & (crowd.destination < self._exits)
        crowd.mode[leaving] = Mode.ABSENT
        crowd.leader[leaving] = np.flatnonzero(leaving)
        crowd.until_s[leaving] = world_s + self._rng.uniform(*AWAY_S, int(leaving.sum()))
        staying = arrived & ~leaving
        for person in np.flatnonzero(staying):
            self._rest(person, world_s)
        self._send_on(world_s)
        self._bring_in(world_s)

    def flee(self, danger: Floats, radius_m: float, until_s: float) -> int:
        """Make everybody near run from a place; return how many do."""
        crowd = self._crowd
        near = np.hypot(*(crowd.position - danger).T) < radius_m
        near &= crowd.present & (crowd.mode != Mode.SCRIPTED)
        crowd.mode[near] = Mode.FLEE
        crowd.danger[near] = danger
        crowd.until_s[near] = until_s + self._rng.uniform(0.0, 4.0, int(near.sum()))
        return int(near.sum())

    def decide(self, group: NDArray[np.intp], world_s: float) -> None:
        """Send a group to another spot, or home."""
        goes_home = self._rng.uniform() < LEAVING_RATIO
        place = self._open_entrance() if goes_home else None
        if place is None:
            place = self._exits + self._draw(self._spot_weight)
        crowd = self._crowd
        crowd.mode[group] = Mode.WALK
        crowd.destination[group] = place
        crowd.target[group] = self._world.free_near(self._rng, place, group.size)
        crowd.until_s[group] = world_s + PATIENCE_S

    def _send_on(self, world_s: float) -> None:
        crowd = self._crowd
        over = (crowd.until_s <= world_s) & (
            (crowd.mode == Mode.DWELL) | (crowd.mode == Mode.WALK) | (crowd.mode == Mode.FLEE)
        )
        for leader in np.unique(crowd.leader[over]):
            group = np.flatnonzero((crowd.leader == leader) & over)
            self.decide(group, world_s)

    def _bring_in(self, world_s: float) -> None:
        crowd = self._crowd
        waiting = np.flatnonzero((crowd.mode == Mode.ABSENT) & (crowd.until_s <= world_s))
        for group in self._groups(waiting):
            entrance = self._open_entrance()
            if entrance is None:
                return
            crowd.position[group] = self._world.free_near(self._rng, entrance, group.size)
            crowd.velocity[group] = 0.0
            self.decide(group, world_s)

    def _groups(self, people: NDArray[np.intp]) -> list[NDArray[np.intp]]:
        groups = []
        while people.size > 0:
            size = 1 + int(self._rng.choice(3, p=GROUP_SHARES))
            group, people = people[:size], people[size:]
            self._crowd.leader[group] = group[0]
            # A group walks as fast as its slowest member.
            self._crowd.speed_mps[group] = self._crowd.speed_mps[group].min()
            groups.append(group)
        return groups

    def _stay(self, group: NDArray[np.intp], place: int, world_s: float) -> None:
        crowd = self._crowd
        crowd.mode[group] = Mode.DWELL
        crowd.destination[group] = place
        crowd.target[group] = crowd.position[group]
        crowd.until_s[group] = world_s + self._rng.uniform(*self._dwell[place - self._exits])

    def _rest(self, person: np.intp, world_s: float) -> None:
        """Let a person who arrived rest, until the time on which the group has agreed."""
        crowd = self._crowd
        place = int(crowd.destination[person])
        resting = np.flatnonzero(
            (crowd.leader == crowd.leader[person])
            & (crowd.mode == Mode.DWELL)
            & (crowd.destination == place)
        )
        self._stay(np.array([person]), place, world_s)
        if resting.size > 0:
            crowd.until_s[person] = crowd.until_s[resting[0]]

    def _open_entrance(self) -> int | None:
        is_open = np.array([place.gate not in self.closed for place in self._world.entrances])
        if not is_open.any():
            return None
        return self._draw(self._entrance_weight * is_open)

    def _draw(self, weight: Floats) -> int:
        return int(self._rng.choice(weight.size, p=weight / weight.sum()))
