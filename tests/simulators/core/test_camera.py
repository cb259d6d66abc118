import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.fusion.camera import camera_of
from simulators.core.camera import Camera
from simulators.core.plan import CameraPlan
from simulators.core.polygons import Walls
from simulators.core.scene import BAG, PERSON, VEHICLE, Scene
from tests.simulators.core.scenes import a_scene
from wire.geodesy import SiteFrame
from wire.labels import Label
from wire.messages import Box, Detection, Pose

PLACE = (0.0, 0.0)
NO_WALLS = Walls([])


def a_plan(**changes: object) -> CameraPlan:
    known: dict[str, object] = {
        "id": "cam-01",
        "height_m": 8.0,
        "azimuth_deg": 0.0,
        "pitch_deg": -20.0,
        "opening_deg": 70.0,
        "clutter_per_scan": 0.0,
        "detection_max": 1.0,
    }
    return CameraPlan(**(known | changes))  # type: ignore[arg-type] # known fields only


def a_camera(walls: Walls = NO_WALLS, rows: int = 10, **changes: object) -> Camera:
    return Camera(a_plan(**changes), PLACE, walls, rows, np.random.default_rng(1))


def looks(camera: Camera, scene: Scene, count: int = 200) -> list[tuple[Detection, ...]]:
    return [camera.look(scene, 20.0 * number) for number in range(count)]


def boxes_of(scans: list[tuple[Detection, ...]]) -> np.ndarray:
    boxes = [thing.where for scan in scans for thing in scan]
    assert all(isinstance(box, Box) for box in boxes)
    return np.array([(b.left, b.top, b.right, b.bottom) for b in boxes if isinstance(b, Box)])


@given(st.floats(-20, 20), st.floats(12, 60), st.floats(-0.15, 0.05))
def test_the_hub_finds_the_ground_by_the_model_that_the_camera_publishes(
    east: float, north: float, k1: float
) -> None:
    camera = a_camera(azimuth_deg=10.0, k1=k1)
    pixels, depth = camera.image(np.array([[east, north, 0.0]]))
    pose = Pose(lat_deg=52.0, lon_deg=5.0, height_m=8.0, azimuth_deg=10.0, pitch_deg=-20.0)
    fractions = pixels / (1920.0, 1080.0)

    if depth[0] > 0 and ((fractions >= 0) & (fractions <= 1)).all():
        ground, hits = camera_of(camera.model(), pose, SiteFrame(52.0, 5.0)).ground(fractions)

        assert hits[0]
        assert ground[0] == pytest.approx([east, north], abs=0.01)


def test_a_box_stands_around_the_person_with_its_foot_on_the_ground() -> None:
    camera = a_camera()
    foot, _ = camera.image(np.array([[2.0, 25.0, 0.0]]))
    head, _ = camera.image(np.array([[2.0, 25.0, 1.75]]))

    boxes = boxes_of(looks(camera, a_scene((PERSON, 2.0, 25.0))))

    middle = boxes.mean(axis=0) * (1920, 1080, 1920, 1080)
    assert (middle[0] + middle[2]) / 2 == pytest.approx(foot[0, 0], abs=2.0)
    assert middle[3] == pytest.approx(foot[0, 1], abs=2.0)
    assert middle[1] == pytest.approx(head[0, 1], abs=2.0)


def test_a_van_is_a_wider_box_than_a_person_and_has_its_label() -> None:
    van = looks(a_camera(), a_scene((VEHICLE, 0.0, 30.0)))
    person = looks(a_camera(), a_scene((PERSON, 0.0, 30.0)))

    assert {thing.label for scan in van for thing in scan} == {Label.VEHICLE}
    assert np.ptp(boxes_of(van)[:, [0, 2]]) > 2 * np.ptp(boxes_of(person)[:, [0, 2]])


def test_a_bag_far_away_is_found_less_often_than_one_near() -> None:
    near = sum(len(scan) for scan in looks(a_camera(), a_scene((BAG, 0.0, 15.0))))
    far = sum(len(scan) for scan in looks(a_camera(), a_scene((BAG, 0.0, 73.0))))

    assert near > 150
    assert far < near / 2


def test_nothing_beside_behind_or_too_far_is_seen() -> None:
    scene = a_scene((PERSON, 60.0, 5.0), (PERSON, 0.0, -20.0), (PERSON, 0.0, 90.0))

    assert not any(looks(a_camera(), scene))


def test_a_building_hides_people_and_a_table_hides_legs() -> None:
    corners = ((-5.0, 20.0), (5.0, 20.0), (5.0, 21.0), (-5.0, 21.0))
    scene = a_scene((PERSON, 0.0, 22.0))

    behind_house = looks(a_camera(Walls([(corners, 9.0)])), scene)
    behind_table = looks(a_camera(Walls([(corners, 1.2)])), scene)
    in_the_open = looks(a_camera(), scene)

    assert not any(behind_house)
    found = sum(map(len, behind_table))
    assert 0 < found < 0.6 * sum(map(len, in_the_open))


def test_who_stands_behind_another_is_not_seen() -> None:
    alone = looks(a_camera(pitch_deg=-5.0, height_m=2.0), a_scene((PERSON, 0.0, 20.5)))
    behind = looks(
        a_camera(pitch_deg=-5.0, height_m=2.0),
        a_scene((PERSON, 0.0, 20.0), (PERSON, 0.0, 20.5)),
    )

    assert sum(map(len, behind)) <= sum(map(len, alone)) + 5


def test_a_box_that_the_image_cuts_touches_its_edge() -> None:
    camera = a_camera()
    steepest, _ = camera.image(np.array([[0.0, 8.8, 0.0]]))
    scans = looks(camera, a_scene((PERSON, 0.0, 8.2)))

    assert steepest[0, 1] > 950
    cut = boxes_of(scans)
    assert (cut[:, 3] == 1.0).all()


def test_clutter_is_weak_and_comes_from_nothing() -> None:
    scans = looks(a_camera(clutter_per_scan=2.0), a_scene())

    count = sum(map(len, scans))
    assert count == pytest.approx(400, rel=0.2)
    assert all(thing.confidence <= 0.5 for scan in scans for thing in scan)


def test_every_box_lies_in_the_image() -> None:
    rng = np.random.default_rng(4)
    places = rng.uniform((-40.0, 0.0), (40.0, 70.0), (60, 2))
    scene = a_scene(*((PERSON, east, north) for east, north in places.tolist()))

    boxes = boxes_of(looks(a_camera(rows=60, k1=-0.1), scene, 30))

    assert ((boxes >= 0.0) & (boxes <= 1.0)).all()
    assert (boxes[:, 2] > boxes[:, 0]).all()
    assert (boxes[:, 3] > boxes[:, 1]).all()


def test_the_field_of_view_begins_where_the_lower_edge_meets_the_ground() -> None:
    view = a_camera().field_of_view()
    foot, _ = a_camera().image(np.array([[0.0, view.range_min_m, 0.0]]))

    assert view.width_deg == 70.0
    assert foot[0, 1] == pytest.approx(1080.0, abs=1.0)
