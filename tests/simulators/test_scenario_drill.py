"""A newcomer's first drill on the demo's square: something moves, and nothing real ever does."""

from typing import Final

import pytest
from square_drill import Drill

from hub.core.site import Step
from simulators.core.simulation import Simulation
from simulators.core.world import World
from simulators.machines import RESTING
from simulators.scenario import Loaded
from wire.labels import ActuatorPosition, RunState
from wire.quantities import SECOND_US

TRAINING: Final = {"training-sign", "training-speaker"}
PLAYBOOKS: Final = (
    "vehicle-attack-east",
    "vehicle-attack-west",
    "evacuate-square",
    "invacuate-square",
    "lockdown-square",
    "tell-people",
)


def test_only_what_is_named_for_training_takes_part() -> None:
    site = Drill().site

    assert {one.id for one in site.actuators if one.exercise} == TRAINING
    assert all("exercise" in one.name for one in site.actuators if one.exercise)
    assert {one.stand_in for one in site.actuators if one.stand_in} == TRAINING
    commanding = {
        playbook.id
        for playbook in site.playbooks
        if any(isinstance(step, Step) for step in playbook.steps)
    }
    assert commanding == set(PLAYBOOKS), "each that commands is drilled below"


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_whatever_actuators_say_and_people_confirm_a_drill_moves_only_those(playbook: str) -> None:
    drill = Drill()
    drill.hears_of_all(exercise=True)

    drill.begins(playbook)
    drill.confirms_everything()
    drill.lives(120.0)

    assert drill.commanded
    assert {one.actuator for one in drill.commanded} <= TRAINING
    assert all(one.exercise for one in drill.commanded)
    texts = [one.parameters.text for one in drill.commanded]
    assert all(text is None or text.startswith("EXERCISE: ") for text in texts)


def test_the_simulated_square_shows_it_and_its_real_machines_stay_as_they_were(
    market_square: Loaded, market_world: World
) -> None:
    simulation = Simulation(
        market_square.site,
        market_square.scenario,
        start_us=Drill.start_us,
        seed=3,
        people=5,
        happenings=(),
        world=market_world,
    )
    drill = Drill(simulation)
    drill.lives(3.0)

    run = drill.begins("evacuate-square")
    drill.confirms_everything()
    drill.lives(10.0)

    moved = {
        name
        for name, unit in simulation.actuators.items()
        if unit.actuator.truth is not RESTING[unit.actuator.kind]
    }
    assert moved == TRAINING
    sign = simulation.actuators["training-sign"].actuator
    assert sign.truth is ActuatorPosition.ON
    assert drill.now_us < Drill.start_us + 60 * SECOND_US
    assert drill.run(run).state is RunState.RUNNING, "people have steps of their own left"
