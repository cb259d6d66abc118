"""What happens on the square, one thing after the other, again and again, never quite the same.

Each happening is a script: a generator that acts on the stage and yields how many seconds to wait
before it looks again. A script ends by itself, whatever the hub, the operator or the crowd does.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Final, assert_never

import numpy as np

from simulators.core.plan import (
    HappeningKind,
    Impulse,
    Intruder,
    LeftBag,
    Place,
    Ram,
    Silence,
    Span,
    StoryPlan,
)
from simulators.core.stage import Bang, Hush, Stage
from simulators.core.vehicles import Course, Vehicle

LOOK_S: Final = 0.5
NEAR_M: Final = 0.8

# Who cannot get to a place in this time has met an obstacle: the story goes on without.
WALK_MAX_S: Final = 60.0
DRIVE_MAX_S: Final = 90.0
# A van between raised bollards waits this long for somebody to lower them.
STUCK_MAX_S: Final = 180.0

SCATTER_RADIUS_M: Final = 14.0
SCATTER_S: Final = 5.0
STROLL_M: Final = 22.0
"""How far the owner of a bag walks away: further than anybody would."""

Script = Iterator[float]


class Director:
    """Starts the happenings in turn, each round in another order."""

    def __init__(
        self, happenings: Sequence[HappeningKind], plan: StoryPlan, rng: np.random.Generator
    ) -> None:
        self._happenings = happenings
        self._plan = plan
        self._rng = rng
        self._round: list[HappeningKind] = []
        self._script: Script | None = None
        self._next_s = plan.first_after_s

    def step(self, stage: Stage) -> None:
        """Go on with the story, if it is time."""
        if stage.world_s < self._next_s or not self._happenings:
            return
        is_new = self._script is None
        script = self._script or play(self._draw(), stage, self._rng)
        wait_s = next(script, None)
        self._script = script if wait_s is not None else None
        if wait_s is None:
            # What could not even begin, for want of people, leaves room for the next.
            wait_s = LOOK_S if is_new else between(self._plan.pause_s, self._rng)
        self._next_s = stage.world_s + wait_s

    def _draw(self) -> HappeningKind:
        if not self._round:
            order = self._rng.permutation(len(self._happenings)).tolist()
            self._round = [self._happenings[index] for index in order]
        return self._round.pop()


def play(happening: HappeningKind, stage: Stage, rng: np.random.Generator) -> Script:
    """Return the script of a happening."""
    match happening:
        case Intruder():
            return _intruder(happening, stage, rng)
        case Ram():
            return _ram(happening, stage, rng)
        case LeftBag():
            return _left_bag(happening, stage, rng)
        case Impulse():
            return _impulse(happening, stage, rng)
        case Silence():
            return _silence(happening, stage, rng)
        case _:  # pragma: no cover
            assert_never(happening)


def between(span: Span, rng: np.random.Generator) -> float:
    """Draw a duration."""
    return float(rng.uniform(*span))


def _intruder(plan: Intruder, stage: Stage, rng: np.random.Generator) -> Script:
    person = stage.borrow(plan.path[0])
    if person is None:
        return
    yield from _walk(stage, person, plan.path[:1])
    stage.tell(f"someone climbs {plan.where}", plan.id)
    yield from _walk(stage, person, plan.path[1:])
    leave_s = stage.world_s + between(plan.stay_s, rng)
    place = plan.path[-1]
    while stage.world_s < leave_s:
        # Looks around: a few steps to and fro.
        step = rng.uniform(-1.2, 1.2, 2)
        stage.send(person, (place[0] + float(step[0]), place[1] + float(step[1])))
        yield 2.5
    stage.tell("the intruder leaves")
    yield from _walk(stage, person, plan.path[::-1])
    stage.release(person)


def _walk(stage: Stage, person: int, path: Sequence[Place]) -> Script:
    for place in path:
        stage.send(person, place)
        give_up_s = stage.world_s + WALK_MAX_S
        while stage.reach_m(person, place) > NEAR_M and stage.world_s < give_up_s:
            yield LOOK_S


def _ram(plan: Ram, stage: Stage, rng: np.random.Generator) -> Script:
    van = Vehicle(Course(plan.path), plan.speed_mps)
    yield from _clear_the_road(stage)
    if not stage.traffic.add(van):
        return
    van.stop_at_m, _ = van.course.nearest(plan.hesitate_at)
    mouth_m, _ = van.course.nearest(plan.leave[0])
    while van.along_m < mouth_m:
        yield LOOK_S
    stage.tell(f"a van turns into {plan.where}", plan.id)
    yield from _until_it_stands(stage, van)
    stage.traffic.is_held = False
    stage.tell("the van waits before the bollards")
    yield between(plan.hesitate_s, rng)
    van.stop_at_m = math.inf
    if van.blocked_by(stage.raised):
        stage.tell("the bollards are up: the van cannot pass")
    else:
        stage.tell("the van drives at the crowd")
    yield from _until_it_stands(stage, van)
    stage.tell("the van has stopped")
    yield float(rng.uniform(5.0, 9.0))
    yield from _back_out(plan, stage, van, mouth_m)


def _clear_the_road(stage: Stage) -> Script:
    """Let those who pass by get away: nobody turns into moving traffic."""
    stage.traffic.is_held = True
    give_up_s = stage.world_s + WALK_MAX_S
    while not stage.traffic.is_clear and stage.world_s < give_up_s:
        yield LOOK_S


def _until_it_stands(stage: Stage, van: Vehicle) -> Script:
    give_up_s = stage.world_s + DRIVE_MAX_S
    yield 2.0  # It has to start first.
    while not van.stands and not van.at_end and stage.world_s < give_up_s:
        if van.speed_mps > 2.0:
            east, north, _ = van.course.at(van.along_m)
            place = np.array([east, north])
            stage.agenda.flee(place, SCATTER_RADIUS_M, stage.world_s + SCATTER_S)
        yield LOOK_S


def _back_out(plan: Ram, stage: Stage, van: Vehicle, mouth_m: float) -> Script:
    yield from _clear_the_road(stage)
    van.speed_mps = 0.0
    van.wanted_mps = -plan.speed_mps
    stage.tell("the van backs out")
    give_up_s = stage.world_s + STUCK_MAX_S
    while van.along_m > mouth_m + 0.5 and stage.world_s < give_up_s:
        yield LOOK_S
    stage.traffic.remove(van)
    stage.traffic.is_held = False
    if van.along_m > mouth_m + 0.5:
        stage.tell("the van is towed away")
        return
    van = Vehicle(Course(plan.leave), plan.speed_mps)
    if not stage.traffic.add(van):
        return
    stage.tell("the van drives off")
    give_up_s = stage.world_s + DRIVE_MAX_S
    while not van.at_end and stage.world_s < give_up_s:
        yield LOOK_S
    stage.traffic.remove(van)


def _left_bag(plan: LeftBag, stage: Stage, rng: np.random.Generator) -> Script:
    place = plan.places[int(rng.integers(len(plan.places)))]
    person = stage.borrow(place)
    if person is None:
        return
    came_from = stage.crowd.position[person].tolist()
    yield from _walk(stage, person, [place])
    number = stage.bags.put(place)
    stage.tell(f"someone leaves a bag in {plan.where}", plan.id)
    return_s = stage.world_s + between(plan.away_s, rng)
    # Away along the way it came, which is known to be free.
    reach = max(math.dist(came_from, place), 1.0)
    part = min(1.0, STROLL_M / reach)
    away = (
        place[0] + part * (came_from[0] - place[0]),
        place[1] + part * (came_from[1] - place[1]),
    )
    yield from _walk(stage, person, [away])
    yield max(return_s - stage.world_s, 0.0)
    yield from _walk(stage, person, [place])
    stage.bags.take(number)
    stage.tell("the owner takes the bag away")
    stage.release(person)


def _impulse(plan: Impulse, stage: Stage, rng: np.random.Generator) -> Script:
    place = plan.places[int(rng.integers(len(plan.places)))]
    stage.tell("a bang", plan.id)
    stage.causes.append(Bang(place=place))
    yield 0.6  # Nobody runs before having heard it.
    until_s = stage.world_s + float(rng.uniform(6.0, 10.0))
    count = stage.agenda.flee(np.array(place), plan.flee_radius_m, until_s)
    stage.tell(f"{count} people run from it")
    yield max(until_s - stage.world_s, 0.0)


def _silence(plan: Silence, stage: Stage, rng: np.random.Generator) -> Script:
    sensor = plan.sensors[int(rng.integers(len(plan.sensors)))]
    duration_s = between(plan.duration_s, rng)
    stage.tell(f"{sensor} falls silent", plan.id)
    stage.causes.append(Hush(sensor=sensor, duration_s=duration_s))
    yield duration_s
    stage.tell(f"{sensor} speaks again")
