import numpy as np
import pytest

from simulators.core.plan import RadarPlan
from simulators.core.polygons import Walls
from simulators.core.radar import Radar
from simulators.core.scene import BAG, PERSON, VEHICLE, Scene
from tests.simulators.core.scenes import a_scene
from wire.labels import Label
from wire.messages import Detection, Polar

WALL = Walls([(((-5.0, 20.0), (5.0, 20.0), (5.0, 21.0), (-5.0, 21.0)), 9.0)])


def a_radar(walls: Walls | None = None, clutter: float = 0.0) -> Radar:
    plan = RadarPlan(id="rad-01", height_m=6.0, clutter_per_scan=clutter)
    return Radar(plan, (0.0, 0.0), walls or Walls([]), 10, np.random.default_rng(1))


def looks(radar: Radar, scene: Scene, count: int = 300) -> list[Detection]:
    return [thing for number in range(count) for thing in radar.look(scene, 20.0 * number)]


def test_a_person_who_comes_nearer_is_measured_with_a_negative_doppler() -> None:
    found = looks(a_radar(), a_scene((PERSON, 30.0, 0.0), velocity=(-1.5, 0.0)))

    rows = np.array(
        [
            (thing.where.range_m, thing.where.azimuth_deg, thing.where.doppler_mps)
            for thing in found
            if isinstance(thing.where, Polar)
        ]
    )
    assert rows.mean(axis=0) == pytest.approx([30.0, 90.0, -1.5], abs=0.15)
    assert rows.std(axis=0) == pytest.approx([0.4, 0.8, 0.15], rel=0.2)


def test_who_stands_is_lost_in_the_ground_and_a_standing_van_is_not() -> None:
    assert not looks(a_radar(), a_scene((PERSON, 30.0, 0.0)))
    assert not looks(a_radar(), a_scene((BAG, 30.0, 0.0), velocity=(2.0, 0.0)))
    assert looks(a_radar(), a_scene((VEHICLE, 30.0, 0.0)))


def test_what_walls_hide_or_is_out_of_range_is_not_seen() -> None:
    scene = a_scene((PERSON, 0.0, 30.0), (PERSON, 1.0, 1.0), (PERSON, 200.0, 0.0), velocity=(1, 1))

    assert not looks(a_radar(WALL), scene)


def test_labels_are_mostly_known_and_never_wrong() -> None:
    found = looks(a_radar(), a_scene((VEHICLE, 30.0, 0.0)))

    labels = [thing.label for thing in found]
    assert set(labels) == {Label.VEHICLE, Label.UNKNOWN}
    assert labels.count(Label.VEHICLE) > 0.9 * len(labels)


def test_clutter_has_no_label() -> None:
    found = looks(a_radar(clutter=1.0), a_scene())

    assert len(found) == pytest.approx(300, rel=0.2)
    assert {thing.label for thing in found} == {Label.UNKNOWN}


def test_a_radar_looks_all_around() -> None:
    assert a_radar().field_of_view().width_deg == 360.0
