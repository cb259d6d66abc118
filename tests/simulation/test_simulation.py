"""A day of a site under faults, in a minute or so. A failing seed says so and replays:

SIMULATION_SEED=123 python -m pytest tests/simulation
SIMULATION_SEED=1-20 SIMULATION_HOURS=6 python -m pytest tests/simulation
"""

import os

import pytest
from simulation.scheduler import SECOND
from simulation.world import World

from wire.labels import AlertState

HOURS = float(os.environ.get("SIMULATION_HOURS", "24"))
FAULTS_AN_HOUR = 50


def _seeds() -> list[int]:
    """Return the seeds to run: one, or from-to, of the environment; else the usual one."""
    first, _, last = os.environ.get("SIMULATION_SEED", "1").partition("-")
    return list(range(int(first), int(last or first) + 1))


@pytest.mark.parametrize("seed", _seeds())
def test_a_day_of_faults_loses_nothing_doubles_nothing_and_obeys_every_rule(seed: int) -> None:
    world = World(seed)

    world.run(round(HOURS * 3600 * SECOND))
    world.heal()
    world.run(300 * SECOND)
    world.replayed_count += world.hub.check_replay()

    world.check_delivery()
    assert sum(world.fault_counts.values()) > HOURS * FAULTS_AN_HOUR
    _check_that_it_proves_something(world)


def _check_that_it_proves_something(world: World) -> None:
    """Check that the story went where the invariants are."""
    if HOURS < 12:
        return
    executed = world.judge.commands.executed_count
    alerts = world.judge.alerts
    assert {machine.name for machine in world.machines} == executed.keys()
    assert set(alerts.seen) == set(AlertState)
    assert world.screen.escalated
    assert world.replayed_count > 1_000
    assert world.edit_count
    assert set(world.judge.commands.states) >= {"verified", "expired", "failed", "blocked"}
    assert {task.state for task in world.judge.tasks.values()} >= {"done", "cancelled"}


def test_a_calm_hour_confirms_that_the_effect_happened() -> None:
    world = World(7, faults=False, spell_s=300.0)

    world.run(3600 * SECOND)

    assert world.judge.commands.states["verified"]
    assert world.life_count == 1
    assert world.hub.check_replay() > 0


def test_one_seed_is_one_story() -> None:
    first, second = World(5), World(5)

    first.run(600 * SECOND)
    second.run(600 * SECOND)

    assert first.disk.latest == second.disk.latest
    assert first.scheduler.step_count == second.scheduler.step_count
