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
HIDDEN = {AlertState.SHELVED, AlertState.SUPPRESSED}
"""Too seldom in a day for its end to hang on it: a calm hour shows them."""


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
    world.replay()
    world.check_elsewhere()

    world.check_delivery()
    world.check_shown()
    assert sum(world.fault_counts.values()) > HOURS * FAULTS_AN_HOUR
    _check_that_it_proves_something(world)


def _check_that_it_proves_something(world: World) -> None:
    """Check that the story went where the invariants are."""
    if HOURS < 12:
        return
    executed = world.judge.commands.executed_count
    alerts = world.judge.alerts
    assert {machine.name for machine in world.machines} == executed.keys()
    assert set(alerts.seen) >= set(AlertState) - HIDDEN
    assert world.screen.escalated
    assert world.replayed_count > 1_000
    assert world.edit_count
    assert set(world.judge.commands.states) >= {"verified", "expired", "failed", "blocked"}
    assert {task.state for task in world.judge.tasks.latest.values()} >= {"done", "cancelled"}
    assert world.judge.tasks.refusals
    following = world.judge.following
    assert min(following.grouped_count, following.agreed_count, following.flood_count) > 0


def test_a_calm_hour_confirms_that_the_effect_happened() -> None:
    world = World(7, faults=False, spell_s=300.0)

    world.run(3600 * SECOND)

    assert world.judge.commands.states["verified"]
    assert world.life_count == 1
    world.replay()
    assert world.replayed_count


def test_a_calm_hour_hides_what_may_be_hidden_and_shows_it_again() -> None:
    world = World(8, faults=False, spell_s=300.0)

    for _ in range(6):
        world.scenes.hide()
        world.run(600 * SECOND)

    assert set(world.judge.alerts.seen) >= HIDDEN


def test_one_seed_is_one_story() -> None:
    first, second = World(5), World(5)

    first.run(600 * SECOND)
    second.run(600 * SECOND)

    assert first.disk.latest == second.disk.latest
    assert first.scheduler.step_count == second.scheduler.step_count
