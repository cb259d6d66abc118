import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.core.movement import RUN_MIN_MPS, SPEED_MAX_MPS, Crowd, Mode
from simulators.core.polygons import inside
from simulators.core.world import World

NOBODY_DRIVES = np.zeros((0, 2))
STEP_S = 0.1


def a_crowd(world: World, count: int, seed: int = 1) -> Crowd:
    return Crowd(world, count, np.random.default_rng(seed))


def put(crowd: Crowd, person: int, at: tuple[float, float], to: tuple[float, float]) -> None:
    crowd.mode[person] = Mode.SCRIPTED
    crowd.position[person] = at
    crowd.target[person] = to


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 60), mode=st.sampled_from(Mode))
def test_people_stay_out_of_walls_and_within_their_speeds(
    yard: World, seed: int, count: int, mode: Mode
) -> None:
    rng = np.random.default_rng(seed)
    crowd = a_crowd(yard, count, seed)
    for person in range(count):
        crowd.position[person] = yard.free_near(rng, int(rng.integers(4)), 1)[0]
    crowd.mode[:] = mode
    crowd.destination[:] = rng.integers(0, 4, count)
    crowd.target[:] = rng.uniform(-30.0, 30.0, (count, 2))
    crowd.danger[:] = rng.uniform(-20.0, 20.0, (count, 2))
    vehicles = rng.uniform(-20.0, 20.0, (2, 2))

    for _ in range(80):
        crowd.step(STEP_S, vehicles)

        assert np.isfinite(crowd.position).all()
        assert np.hypot(*crowd.velocity.T).max() <= SPEED_MAX_MPS + 1e-9
        for polygon in yard.solid:
            assert not inside(crowd.position, polygon).any()


def test_a_person_walks_around_the_house_to_the_other_side(yard: World) -> None:
    crowd = a_crowd(yard, 1)
    crowd.mode[0] = Mode.WALK
    crowd.position[0] = (0.0, -12.0)
    crowd.destination[0] = 2
    crowd.target[0] = (0.0, 12.0)

    for _ in range(400):
        crowd.step(STEP_S, NOBODY_DRIVES)

    assert crowd.arrived()[0]


def test_two_who_meet_head_on_pass_each_other_without_touching(yard: World) -> None:
    crowd = a_crowd(yard, 2)
    put(crowd, 0, (-10.0, -12.0), (10.0, -12.0))
    put(crowd, 1, (10.0, -12.05), (-10.0, -12.0))
    nearest = np.inf

    for _ in range(300):
        crowd.step(STEP_S, NOBODY_DRIVES)
        nearest = min(nearest, float(np.hypot(*(crowd.position[0] - crowd.position[1]))))

    assert crowd.arrived().all()
    assert nearest > 0.3


def test_who_follows_a_slower_one_does_not_run_into_them(yard: World) -> None:
    crowd = a_crowd(yard, 2)
    crowd.speed_mps[:] = (0.6, 2.0)
    put(crowd, 0, (-8.0, -12.0), (15.0, -12.0))
    put(crowd, 1, (-12.0, -12.0), (15.0, -12.0))

    for _ in range(150):
        crowd.step(STEP_S, NOBODY_DRIVES)

        assert np.hypot(*(crowd.position[0] - crowd.position[1])) > 0.3


def test_two_in_the_very_same_place_step_apart(yard: World) -> None:
    crowd = a_crowd(yard, 2)
    put(crowd, 0, (-10.0, 0.0), (-10.0, 0.0))
    put(crowd, 1, (-10.01, 0.0), (-10.0, 0.0))

    for _ in range(30):
        crowd.step(STEP_S, NOBODY_DRIVES)

    assert np.hypot(*(crowd.position[0] - crowd.position[1])) > 0.3


def test_who_flees_runs_away(yard: World) -> None:
    crowd = a_crowd(yard, 1)
    crowd.mode[0] = Mode.FLEE
    crowd.position[0] = (-8.0, 0.0)
    crowd.danger[0] = (-6.0, 0.0)

    for _ in range(20):
        crowd.step(STEP_S, NOBODY_DRIVES)

    assert crowd.position[0, 0] < -10.0
    assert np.hypot(*crowd.velocity[0]) > 0.8 * RUN_MIN_MPS


def test_people_keep_away_from_a_vehicle(yard: World) -> None:
    crowd = a_crowd(yard, 1)
    put(crowd, 0, (-12.0, -12.0), (12.0, -12.0))
    nearest = np.inf

    for _ in range(300):
        crowd.step(STEP_S, np.array([[0.0, -12.5]]))
        nearest = min(nearest, float(np.hypot(*(crowd.position[0] - (0.0, -12.5)))))

    assert nearest > 1.2


def test_the_public_walks_out_of_a_fence_and_not_in(yard: World) -> None:
    crowd = a_crowd(yard, 2)
    crowd.mode[:] = Mode.WALK
    crowd.position[:] = ((-15.0, 15.0), (-11.0, 15.0))
    crowd.destination[:] = (2, 0)
    crowd.target[:] = ((0.0, 12.0), (-15.0, 15.0))
    crowd.danger[1] = (-5.0, 15.0)
    crowd.mode[1] = Mode.FLEE

    for _ in range(300):
        crowd.step(STEP_S, NOBODY_DRIVES)

        assert not yard.fenced_at(crowd.position[1:]).any()

    assert not yard.fenced_at(crowd.position[:1]).any()


def test_group_members_who_fell_apart_come_together(yard: World) -> None:
    crowd = a_crowd(yard, 2)
    crowd.mode[:] = Mode.WALK
    crowd.leader[:] = 0
    crowd.speed_mps[:] = 1.2
    crowd.position[:] = ((-16.0, -14.0), (-12.0, -14.0))
    crowd.destination[:] = 3
    crowd.target[:] = ((0.0, -12.0), (0.5, -11.0))

    for _ in range(60):
        crowd.step(STEP_S, NOBODY_DRIVES)

    assert np.hypot(*(crowd.position[0] - crowd.position[1])) < 3.0


def test_an_empty_square_stays_empty(yard: World) -> None:
    crowd = a_crowd(yard, 3)

    crowd.step(STEP_S, NOBODY_DRIVES)

    assert not crowd.present.any()


def test_walking_speeds_are_those_of_people(yard: World) -> None:
    crowd = a_crowd(yard, 5_000)

    assert crowd.speed_mps.mean() == pytest.approx(1.34, abs=0.03)
    assert crowd.speed_mps.std() == pytest.approx(0.26, abs=0.03)
