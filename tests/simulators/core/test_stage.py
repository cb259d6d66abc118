import numpy as np

from simulators.core.movement import Mode
from simulators.core.plan import Scenario
from simulators.core.stage import Stage
from simulators.core.world import World


def a_stage(world: World, scenario: Scenario, people: int = 10) -> Stage:
    return Stage(world, scenario, people, seed=3)


def test_only_who_is_alone_and_can_walk_straight_there_is_borrowed(
    yard: World, yard_scenario: Scenario
) -> None:
    stage = a_stage(yard, yard_scenario, 3)
    crowd = stage.crowd
    crowd.mode[:] = Mode.DWELL
    crowd.leader[:] = (0, 0, 2)
    crowd.position[:] = ((10.0, 0.0), (11.0, 0.0), (12.0, 0.0))
    behind_the_house, in_the_open = (-10.0, 0.0), (10.0, -10.0)

    assert stage.borrow(behind_the_house) is None
    assert stage.borrow(in_the_open) == 2
    assert crowd.mode[2] == Mode.SCRIPTED
    assert stage.borrow(in_the_open) is None


def test_who_was_borrowed_goes_where_the_story_says_and_then_on_with_the_day(
    yard: World, yard_scenario: Scenario
) -> None:
    stage = a_stage(yard, yard_scenario, 1)
    stage.crowd.leader[0] = 0
    person = stage.borrow((10.0, -10.0))
    assert person is not None

    stage.send(person, (10.0, -10.0))
    for _ in range(400):
        stage.step()
    reached_m = stage.reach_m(person, (10.0, -10.0))
    stage.release(person)

    assert reached_m < 1.0
    assert stage.crowd.mode[person] == Mode.WALK


def test_time_passes_in_steps(yard: World, yard_scenario: Scenario) -> None:
    stage = a_stage(yard, yard_scenario)

    for _ in range(10):
        stage.step()

    assert np.isclose(stage.world_s, 1.0)
    assert stage.scene(0.0).position.shape[1] == 2
