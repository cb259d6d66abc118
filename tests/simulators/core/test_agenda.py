from itertools import pairwise

import numpy as np
from msgspec.structs import replace

from simulators.core.agenda import Agenda
from simulators.core.movement import Crowd, Mode
from simulators.core.plan import Scenario, SitePlan
from simulators.core.world import World


def a_day(world: World, count: int, seed: int = 1) -> tuple[Crowd, Agenda]:
    crowd = Crowd(world, count, np.random.default_rng(seed))
    agenda = Agenda(world, crowd, np.random.default_rng(seed + 1))
    agenda.fill()
    return crowd, agenda


def live(crowd: Crowd, agenda: Agenda, seconds: float, since_s: float = 0.0) -> None:
    for step in range(round(seconds * 10)):
        crowd.step(0.1, np.zeros((0, 2)))
        agenda.step(since_s + step / 10)


def test_the_day_begins_with_everybody_somewhere(yard: World) -> None:
    crowd, _ = a_day(yard, 20)

    assert crowd.present.all()
    assert not yard.solid_at(crowd.position).any()


def test_people_come_and_go_and_the_square_stays_as_full_as_it_was(yard: World) -> None:
    crowd, agenda = a_day(yard, 20)
    seen = set()

    for since_s in range(0, 200, 10):
        live(crowd, agenda, 10.0, float(since_s))
        seen |= set(crowd.mode.tolist())

    assert crowd.present.sum() > 12
    assert {Mode.WALK, Mode.DWELL} <= seen


def test_people_stop_at_places_and_walk_on(yard: World) -> None:
    crowd, agenda = a_day(yard, 1)
    modes = []

    for second in range(150):
        live(crowd, agenda, 1.0, float(second))
        modes.append(int(crowd.mode[0]))

    changes = sum(a != b for a, b in pairwise(modes))
    assert changes >= 3


def test_nobody_comes_or_goes_by_a_closed_gate(yard: World) -> None:
    crowd, agenda = a_day(yard, 20)
    agenda.closed = {"gate-01"}

    live(crowd, agenda, 120.0)

    walking = crowd.mode == Mode.WALK
    assert not (crowd.destination[walking] == 1).any()


def test_with_every_entrance_closed_nobody_leaves_and_nobody_comes(
    yard_site: SitePlan, yard_scenario: Scenario
) -> None:
    gated = replace(yard_scenario, entrance=yard_scenario.entrance[1:])
    crowd, agenda = a_day(World(yard_site, gated), 10)
    crowd.mode[0] = Mode.ABSENT
    agenda.closed = {"gate-01"}

    live(crowd, agenda, 120.0)

    assert crowd.present.sum() == 9


def test_who_is_near_a_danger_runs_and_calms_down(yard: World) -> None:
    crowd, agenda = a_day(yard, 20)
    danger = crowd.position[0].copy()

    count = agenda.flee(danger, 5.0, until_s=3.0)
    running = int((crowd.mode == Mode.FLEE).sum())
    live(crowd, agenda, 9.0)

    assert count == running > 0
    assert not (crowd.mode == Mode.FLEE).any()
