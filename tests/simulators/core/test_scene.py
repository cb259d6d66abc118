import numpy as np
import pytest

from simulators.core.movement import Crowd, Mode
from simulators.core.scene import BAG, PERSON, VEHICLE, Bags, row_count, scene
from simulators.core.vehicles import Course, Traffic, Vehicle
from simulators.core.world import World


def test_a_scene_holds_people_vehicles_and_bags_each_in_its_row(yard: World) -> None:
    crowd = Crowd(yard, 5, np.random.default_rng(1))
    crowd.mode[[1, 3]] = Mode.WALK
    crowd.position[3] = (7.0, 8.0)
    crowd.velocity[3] = (1.0, 0.0)
    traffic = Traffic((), np.random.default_rng(1))
    van = Vehicle(Course(((0.0, 0.0), (10.0, 0.0))), 5.0)
    van.along_m, van.speed_mps = 4.0, 2.0
    traffic.add(van)
    bags = Bags()
    number = bags.put((3.0, 3.0))

    seen = scene(crowd, traffic, bags, ahead_s=0.5)

    assert seen.kind.tolist() == [PERSON, PERSON, VEHICLE, BAG]
    assert seen.rows[:3].tolist() == [1, 3, 5]
    assert seen.rows.max() < seen.row_count == row_count(crowd)
    assert seen.position[1].tolist() == [7.5, 8.0]
    assert seen.position[2] == pytest.approx([5.0, 0.0])
    assert seen.position[3].tolist() == [3.0, 3.0]
    bags.take(number)
    assert bags.places() == []


def test_an_empty_square_is_an_empty_scene(yard: World) -> None:
    crowd = Crowd(yard, 5, np.random.default_rng(1))

    seen = scene(crowd, Traffic((), np.random.default_rng(1)), Bags(), 0.0)

    assert seen.position.shape == (0, 2)
