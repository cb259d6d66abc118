from itertools import pairwise

import numpy as np
import pytest

from bench.eyes import START_US
from bench.oracle import expected
from bench.scenes import RECORDINGS, SCENES, Arrival, Options, Scene, a_scene
from bench.scoring import gospa
from bench.strolls import a_recorded_stroll, a_stroll

SHORT = Options(people=30, seconds=4.0)


def rows_of(scene: Scene) -> list[tuple[int, bytes, bytes]]:
    return [
        (arrival.arrive_us, arrival.measurements.mean.tobytes(), arrival.person.tobytes())
        for arrival in scene.arrivals
    ]


def errors_of(scene: Scene, arrival: Arrival) -> np.ndarray:
    """How far the rows of people are from where they were."""
    mine = arrival.person >= 0
    there = scene.stroll.at(arrival.seen_s)[arrival.person[mine]]
    return arrival.measurements.mean[mine] - there


@pytest.mark.parametrize("name", SCENES)
def test_the_same_seed_is_the_same_scene_and_another_is_another(name: str) -> None:
    scene = a_scene(name, SHORT)

    assert rows_of(scene) == rows_of(a_scene(name, SHORT))
    assert rows_of(scene) != rows_of(a_scene(name, Options(people=30, seconds=4.0, seed=2)))


@pytest.mark.parametrize("name", SCENES)
def test_what_sensors_say_of_their_errors_is_true(name: str) -> None:
    scene = a_scene(name, Options(people=60, seconds=10.0))
    squared = []
    for arrival in scene.arrivals:
        noise = arrival.measurements.covariance[arrival.person >= 0]
        error = errors_of(scene, arrival)[:, :, np.newaxis]
        squared.append((error.transpose(0, 2, 1) @ np.linalg.inv(noise) @ error)[:, 0, 0])

    # Squared Mahalanobis distances in the plane: 2 on average.
    assert np.concatenate(squared).mean() == pytest.approx(2.0, abs=0.15)


@pytest.mark.parametrize("hidden_share", [0.0, 0.08])
def test_nine_of_ten_are_found_in_bursts_or_not(hidden_share: float) -> None:
    scene = a_scene("four", Options(people=60, seconds=20.0, hidden_share=hidden_share))
    eye = [one for one in scene.arrivals if one.measurements.sensor == "eye-0"]
    found = np.array([np.isin(np.arange(60), one.person) for one in eye])
    again = (~found[1:] & ~found[:-1]).mean() / (~found).mean()

    assert found.mean() == pytest.approx(0.9, abs=0.015)
    assert (again > 0.4) == (hidden_share > 0.0)


def test_clutter_is_as_dense_as_it_says() -> None:
    scene = a_scene("city", Options(people=30, seconds=4.0))
    imagined = sum(int((one.person < 0).sum()) for one in scene.arrivals) / len(scene.arrivals)

    # A disc of 36 m, less what is outside the square.
    assert imagined == pytest.approx(2.5e-4 * np.pi * 36**2, rel=0.15)


def test_late_scans_overtake_each_other_and_in_order_they_do_not() -> None:
    scene = a_scene("four", Options(people=10, seconds=10.0, late_share=0.6))

    assert 0.4 <= scene.out_of_order <= 0.8
    assert scene.in_order().out_of_order == 0.0
    assert all(a.arrive_us <= b.arrive_us for a, b in pairwise(scene.arrivals))
    assert all(one.arrive_us >= START_US + one.seen_s * 1e6 - 1 for one in scene.arrivals)


def test_errors_of_installation_are_each_sensors_own_and_cancel() -> None:
    wrong = Options(people=30, seconds=4.0, bias_m=1.5, clock_s=0.2, yaw_deg=1.0)
    scene = a_scene("four", wrong)
    errors = [eye.errors for eye in scene.eyes]

    assert all(np.hypot(one.east_m, one.north_m) == pytest.approx(1.5) for one in errors)
    assert len({one.east_m for one in errors}) == 4
    for name in ("east_m", "north_m", "clock_s", "yaw_deg"):
        assert sum(getattr(one, name) for one in errors) == pytest.approx(0.0, abs=1e-9)
    arrival = scene.arrivals[-1]
    eye = next(one for one in scene.eyes if one.name == arrival.measurements.sensor)
    clock_s = (arrival.measurements.observed_us - START_US) / 1e6 - arrival.seen_s
    assert clock_s == pytest.approx(eye.errors.clock_s, abs=1e-6)


def test_a_sensor_turned_by_a_degree_sees_things_turned_clockwise() -> None:
    scene = a_scene("four", Options(people=40, seconds=10.0, yaw_deg=1.0, clutter_per_m2=0.0))
    eye = next(one for one in scene.eyes if one.errors.yaw_deg == 1.0)
    turned = []
    for arrival in scene.arrivals:
        if arrival.measurements.sensor == eye.name:
            there = scene.stroll.at(arrival.seen_s)[arrival.person]
            place = np.array(eye.place)
            (a, b), (c, d) = (there - place).T, (arrival.measurements.mean - place).T
            # Weighed by range squared, so that near noise does not drown it.
            turned.append(((a * d - b * c).sum(), (a * c + b * d).sum()))
    across, along = np.sum(turned, axis=0)

    assert np.degrees(np.arctan2(-across, along)) == pytest.approx(1.0, abs=0.05)


def test_people_walk_like_people() -> None:
    stroll = a_stroll(200, 20.0, 200.0, seed=1)
    speed = np.linalg.norm(np.diff(stroll.places, axis=0), axis=2) / stroll.step_s
    tree = np.linalg.norm(stroll.places[50][:, np.newaxis] - stroll.places[50], axis=2)
    np.fill_diagonal(tree, np.inf)

    assert speed.max() < 2.5
    assert 0.8 < np.median(speed) < 1.5
    assert 0.05 < (speed < 0.3).mean() < 0.4  # Some stand.
    assert 0.6 < (tree.min(axis=1) < 1.3).mean() < 0.95  # Most are in company.
    assert stroll.places.min() >= 0.0
    assert stroll.places.max() <= 200.0


@pytest.mark.parametrize("name", RECORDINGS)
def test_recorded_people_come_and_go(name: str) -> None:
    stroll = a_recorded_stroll(name, 60.0)
    present = np.isfinite(stroll.places[:, :, 0])

    assert present.any(axis=0).all()
    assert not present.all()
    scene = a_scene(name, Options(seconds=10.0))
    who, places = scene.truth_at(5.0)
    assert np.isfinite(places).all()
    assert len(who) == len(places)


def test_the_oracle_is_near_everybody_in_order_or_late() -> None:
    # Late by far less than people take to turn, it knows as much.
    scene = a_scene("mixed", Options(people=20, seconds=8.0, late_share=0.6, late_mean_s=0.1))
    instants = [6.0, 7.0]
    for one in (scene, scene.in_order()):
        for at_s, (places, known) in zip(instants, expected(one, instants), strict=True):
            who, truth = one.truth_at(at_s)

            assert known[who].all()
            assert gospa(truth, places[known]).distance_m / len(who) ** 0.5 < 0.4


def test_there_is_no_scene_of_another_name() -> None:
    with pytest.raises(ValueError, match="no scene called moon"):
        a_scene("moon")
