import math

import numpy as np
import pytest

from simulators.core.movement import Mode
from simulators.core.plan import (
    HappeningKind,
    Impulse,
    Intruder,
    LeftBag,
    Ram,
    Scenario,
    Silence,
    StoryPlan,
)
from simulators.core.stage import Bang, Hush, Stage, Telling
from simulators.core.story import Director, play
from simulators.core.world import World

INTRUDER = Intruder(
    id="intruder", path=((-11.0, 11.0), (-15.0, 15.0)), stay_s=(4.0, 6.0), where="the fence"
)
VAN = Ram(
    id="van",
    path=((-19.0, -8.0), (19.0, -8.0)),
    hesitate_at=(-10.0, -8.0),
    hesitate_s=(3.0, 4.0),
    leave=((-18.0, -8.0), (-18.0, -16.0)),
    where="the yard",
)
BAG = LeftBag(id="bag", places=((12.0, -5.0),), away_s=(5.0, 6.0), where="the yard")
BANG = Impulse(id="bang", places=((12.0, 0.0),), flee_radius_m=30.0)
SILENCE = Silence(id="silence", sensors=("cam-01",), duration_s=(10.0, 12.0))


def a_stage(world: World, scenario: Scenario, people: int = 6, seed: int = 3) -> Stage:
    stage = Stage(world, scenario, people, seed)
    stage.crowd.leader[:] = np.arange(people)
    return stage


def tell(stage: Stage, happening: HappeningKind, seconds: float = 400.0) -> list[str]:
    """Play one happening to its end; return its lines."""
    script = play(happening, stage, np.random.default_rng(1))
    next_s = 0.0
    while stage.world_s < seconds:
        stage.step()
        if stage.world_s < next_s:
            continue
        wait_s = next(script, None)
        if wait_s is None:
            return [cause.text for cause in stage.causes if isinstance(cause, Telling)]
        next_s = stage.world_s + wait_s
    pytest.fail("the happening does not end")


def test_an_intruder_climbs_the_fence_looks_around_and_leaves(
    yard: World, yard_scenario: Scenario
) -> None:
    stage = a_stage(yard, yard_scenario)

    lines = tell(stage, INTRUDER)

    assert lines == ["someone climbs the fence", "the intruder leaves"]
    assert not (stage.crowd.mode == Mode.SCRIPTED).any()


def test_without_anybody_to_play_it_a_happening_ends_at_once(
    yard: World, yard_scenario: Scenario
) -> None:
    assert tell(a_stage(yard, yard_scenario, people=0), INTRUDER) == []
    assert tell(a_stage(yard, yard_scenario, people=0), BAG) == []


def test_a_van_comes_hesitates_drives_on_stops_and_leaves(
    yard: World, yard_scenario: Scenario
) -> None:
    stage = a_stage(yard, yard_scenario)

    lines = tell(stage, VAN)

    assert lines == [
        "a van turns into the yard",
        "the van waits before the bollards",
        "the van drives at the crowd",
        "the van has stopped",
        "the van backs out",
        "the van drives off",
    ]
    assert stage.traffic.vehicles == []
    assert not stage.traffic.is_held


def test_others_pass_by_again_while_the_van_waits(yard: World, yard_scenario: Scenario) -> None:
    stage = a_stage(yard, yard_scenario)
    script = play(VAN, stage, np.random.default_rng(1))
    next_s = 0.0
    held_before = False

    while Telling(text="the van waits before the bollards") not in stage.causes:
        stage.step()
        held_before |= stage.traffic.is_held
        if stage.world_s >= next_s:
            next_s = stage.world_s + next(script)

    assert held_before
    assert not stage.traffic.is_held


def test_raised_bollards_stop_the_van(yard: World, yard_scenario: Scenario) -> None:
    stage = a_stage(yard, yard_scenario)
    stage.raised = {"bollards": (-5.5, -8.0)}

    lines = tell(stage, VAN)

    assert "the bollards are up: the van cannot pass" in lines
    assert "the van drives off" in lines


def test_a_van_shut_in_by_bollards_is_towed_away_in_the_end(
    yard: World, yard_scenario: Scenario
) -> None:
    stage = a_stage(yard, yard_scenario, people=0)
    script = play(VAN, stage, np.random.default_rng(1))
    next_s = 0.0
    while stage.world_s < 400.0 and next_s is not None:
        stage.step()
        if any(van.along_m > 16.0 for van in stage.traffic.vehicles):
            stage.raised = {"bollards": (-5.5, -8.0)}
        if stage.world_s >= next_s:
            wait_s = next(script, None)
            if wait_s is None:
                break
            next_s = stage.world_s + wait_s

    lines = [cause.text for cause in stage.causes if isinstance(cause, Telling)]
    assert lines[-1] == "the van is towed away"
    assert stage.traffic.vehicles == []


def test_the_van_comes_to_nobody_however_the_crowd_stands(
    yard: World, yard_scenario: Scenario
) -> None:
    stage = a_stage(yard, yard_scenario, people=10)
    script = play(VAN, stage, np.random.default_rng(1))
    next_s, nearest_m = 0.0, math.inf
    while True:
        stage.step()
        for van in stage.traffic.vehicles:
            if van.speed_mps > 0.5:
                at = np.array(van.course.at(van.along_m)[:2])
                people = stage.crowd.position[stage.crowd.present]
                nearest_m = min(nearest_m, float(np.hypot(*(people - at).T).min(initial=99.0)))
        if stage.world_s >= next_s:
            wait_s = next(script, None)
            if wait_s is None:
                break
            next_s = stage.world_s + wait_s

    assert nearest_m > 1.0


def test_a_bag_is_left_and_taken_away_again(yard: World, yard_scenario: Scenario) -> None:
    stage = a_stage(yard, yard_scenario)

    lines = tell(stage, BAG)

    assert lines == ["someone leaves a bag in the yard", "the owner takes the bag away"]
    assert stage.bags.places() == []


def test_people_run_from_a_bang(yard: World, yard_scenario: Scenario) -> None:
    stage = a_stage(yard, yard_scenario)

    lines = tell(stage, BANG)

    assert lines == ["a bang", "6 people run from it"]
    assert Bang(place=(12.0, 0.0)) in stage.causes


def test_a_sensor_falls_silent_and_speaks_again(yard: World, yard_scenario: Scenario) -> None:
    stage = a_stage(yard, yard_scenario)

    lines = tell(stage, SILENCE)

    assert lines == ["cam-01 falls silent", "cam-01 speaks again"]
    (hush,) = [cause for cause in stage.causes if isinstance(cause, Hush)]
    assert 10.0 <= hush.duration_s <= 12.0


def test_each_round_of_the_story_has_every_happening_once(
    yard: World, yard_scenario: Scenario
) -> None:
    stage = a_stage(yard, yard_scenario)
    another = Impulse(id="another", places=((0.0, 12.0),))
    happenings = (BANG, SILENCE, another)
    plan = StoryPlan(first_after_s=1.0, pause_s=(1.0, 2.0))
    director = Director(happenings, plan, np.random.default_rng(5))

    while sum(isinstance(c, Telling) and c.happening is not None for c in stage.causes) < 6:
        stage.step()
        director.step(stage)

    told = [c.happening for c in stage.causes if isinstance(c, Telling) and c.happening]
    assert sorted(told[:3]) == sorted(told[3:]) == ["another", "bang", "silence"]


def test_what_cannot_begin_leaves_room_for_the_next(yard: World, yard_scenario: Scenario) -> None:
    stage = a_stage(yard, yard_scenario, people=0)
    plan = StoryPlan(first_after_s=0.0, pause_s=(500.0, 500.0))
    director = Director((INTRUDER, BAG, BANG), plan, np.random.default_rng(5))

    for _ in range(30):
        stage.step()
        director.step(stage)

    assert Bang(place=(12.0, 0.0)) in stage.causes


def test_without_happenings_the_day_is_quiet(yard: World, yard_scenario: Scenario) -> None:
    stage = a_stage(yard, yard_scenario)
    director = Director((), StoryPlan(first_after_s=0.0), np.random.default_rng(5))

    for _ in range(50):
        stage.step()
        director.step(stage)

    assert stage.causes == []
