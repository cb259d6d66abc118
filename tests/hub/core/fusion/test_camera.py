import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.fusion.camera import Camera, CameraError, camera_of
from wire.geodesy import SiteFrame
from wire.messages import Homography, Pinhole, Pose, Tsai

LAT, LON = 51.4379, -0.9443
FRAME = SiteFrame(LAT, LON)
PETS = Path(__file__).resolve().parents[5] / "shared" / "data" / "pets09-s2l1"
fractions = st.floats(0.0, 1.0)


def a_pose(**changes: float) -> Pose:
    return Pose(**{"lat_deg": LAT, "lon_deg": LON, "height_m": 6.0, "pitch_deg": -20.0, **changes})


def a_pinhole(**changes: float) -> Pinhole:
    lens = {
        "width_px": 1920,
        "height_px": 1080,
        "focal_x_px": 1400.0,
        "focal_y_px": 1400.0,
        "centre_x_px": 960.0,
        "centre_y_px": 540.0,
    }
    return Pinhole(**{**lens, **changes})


def a_homography(*image_to_ground: float) -> Homography:
    return Homography(anchor_lat_deg=LAT, anchor_lon_deg=LON, image_to_ground=image_to_ground)


def the_pets_model(**changes: float) -> Tsai:
    root = ET.parse(PETS / "calibration-view001.xml").getroot()
    values = {name: float(text) for part in root for name, text in part.attrib.items()}
    model = {
        "anchor_lat_deg": LAT,
        "anchor_lon_deg": LON,
        "width_px": int(values["width"]),
        "height_px": int(values["height"]),
        "ncx": values["ncx"],
        "nfx": values["nfx"],
        "dx_mm": values["dx"],
        "dy_mm": values["dy"],
        "dpx_mm": values["dpx"],
        "dpy_mm": values["dpy"],
        "focal_mm": values["focal"],
        "kappa1": values["kappa1"],
        "centre_x_px": values["cx"],
        "centre_y_px": values["cy"],
        "sx": values["sx"],
        "translation_x_mm": values["tx"],
        "translation_y_mm": values["ty"],
        "translation_z_mm": values["tz"],
        "rotation_x_rad": values["rx"],
        "rotation_y_rad": values["ry"],
        "rotation_z_rad": values["rz"],
    }
    return Tsai(**{**model, **changes})


def a_camera(model: Homography | Pinhole | Tsai, **pose: float) -> Camera:
    return camera_of(model, a_pose(**pose), FRAME)


def test_the_middle_of_a_level_pinholes_image_is_on_the_ground_where_its_axis_meets_it() -> None:
    camera = a_camera(a_pinhole(), azimuth_deg=90.0, pitch_deg=-45.0)

    ground, hits = camera.ground(np.array([[0.5, 0.5]]))

    assert hits.all()
    assert ground[0] == pytest.approx([6.0, 0.0], abs=1e-6)


def test_what_is_right_in_the_image_is_right_of_the_camera_and_lower_is_nearer() -> None:
    camera = a_camera(a_pinhole(), azimuth_deg=0.0, pitch_deg=-30.0)

    (middle, right, low), _ = camera.ground(np.array([[0.5, 0.5], [0.7, 0.5], [0.5, 0.8]]))

    assert right[0] > middle[0] + 1.0
    assert low[1] < middle[1] - 1.0


def test_a_camera_that_leans_to_its_right_sees_the_ground_rise_on_its_right() -> None:
    camera = a_camera(a_pinhole(), pitch_deg=-30.0, roll_deg=10.0)

    (left, right), _ = camera.ground(np.array([[0.3, 0.5], [0.7, 0.5]]))

    assert np.linalg.norm(right) < np.linalg.norm(left)


def test_the_sky_is_nowhere_on_the_ground() -> None:
    camera = a_camera(a_pinhole(), pitch_deg=0.0)

    _, hits = camera.ground(np.array([[0.5, 0.4], [0.5, 0.5], [0.5, 0.6]]))

    assert hits.tolist() == [False, False, True]


def test_what_is_behind_the_camera_is_not_in_its_image() -> None:
    camera = a_camera(a_pinhole(), azimuth_deg=0.0)

    _, ahead = camera.image(np.array([[0.0, 20.0], [0.0, -20.0]]))

    assert ahead.tolist() == [True, False]


def test_a_homography_is_the_same_map_at_any_scale_and_sign() -> None:
    rows = (20.0, 0.0, -10.0, 0.0, -30.0, 40.0, 0.0, 0.4, 0.2)
    points = np.array([[0.2, 0.9], [0.5, 0.5]])

    ground, hits = a_camera(a_homography(*rows)).ground(points)
    flipped, flipped_hits = a_camera(a_homography(*[-7.0 * value for value in rows])).ground(points)

    assert flipped == pytest.approx(ground)
    assert hits.all()
    assert flipped_hits.all()


def test_a_homography_starts_from_its_anchor() -> None:
    lat, lon = FRAME.to_wgs84(100.0, -50.0)
    model = Homography(
        anchor_lat_deg=lat,
        anchor_lon_deg=lon,
        image_to_ground=(10.0, 0.0, 0.0, 0.0, 10.0, 0.0, 0.0, 0.0, 1.0),
    )

    ground, _ = a_camera(model).ground(np.array([[0.5, 0.2]]))

    assert ground[0] == pytest.approx([105.0, -48.0], abs=1e-3)


def test_the_pets_camera_stands_seven_metres_above_its_ground_and_sees_the_walkers_there() -> None:
    camera = a_camera(the_pets_model())

    ground, hits = camera.ground(np.array([[514.7109, 232.858], [274.4912, 307.351]]) / (768, 576))

    assert hits.all()
    assert ground == pytest.approx(np.array([[-4.212, -7.432], [-11.363, -5.680]]), abs=0.01)


def test_people_of_the_pets_truth_walk_at_the_speed_of_people() -> None:
    camera = a_camera(the_pets_model())
    feet: dict[str, dict[int, tuple[float, float]]] = {}
    for frame in ET.parse(PETS / "ground-truth.xml").getroot().iter("frame"):
        for thing in frame.iter("object"):
            box = next(thing.iter("box")).attrib
            foot = (float(box["xc"]), float(box["yc"]) + float(box["h"]) / 2.0)
            feet.setdefault(thing.attrib["id"], {})[int(frame.attrib["number"])] = foot
    speeds = []
    for path in feet.values():
        ground, _ = camera.ground(np.array(list(path.values())) / (768, 576))
        # The camera took seven frames a second, so seven frames on is a second.
        speeds += np.linalg.norm(ground[7:] - ground[:-7], axis=1).tolist()

    assert np.median(speeds) == pytest.approx(1.0, abs=0.2)
    assert np.percentile(speeds, 99) < 2.5


def test_the_worlds_azimuth_turns_the_pets_ground_clockwise_about_its_anchor() -> None:
    points = np.array([[0.3, 0.6], [0.7, 0.8]])

    north_up, _ = a_camera(the_pets_model()).ground(points)
    turned, _ = a_camera(the_pets_model(world_azimuth_deg=90.0)).ground(points)

    assert turned == pytest.approx(np.column_stack((north_up[:, 1], -north_up[:, 0])))


@pytest.mark.parametrize(
    "camera",
    [
        a_camera(a_pinhole(k1=-0.25, k2=0.08, p1=0.001, p2=-0.0005), azimuth_deg=200.0),
        a_camera(a_homography(20.0, 0.0, -10.0, 0.0, -30.0, 40.0, 0.0, 0.4, 0.2)),
        a_camera(the_pets_model()),
    ],
    ids=["pinhole", "homography", "tsai"],
)
class TestEveryCamera:
    @given(u=fractions, v=st.floats(0.3, 1.0))
    def test_a_place_on_the_ground_is_seen_where_its_ray_came_from(
        self, camera: Camera, u: float, v: float
    ) -> None:
        image = np.array([[u, v]])

        ground, hits = camera.ground(image)
        seen, ahead = camera.image(ground)

        assert hits.all()
        assert ahead.all()
        assert seen == pytest.approx(image, abs=1e-5)

    @given(u=fractions, v=st.floats(0.3, 0.99))
    def test_the_jacobian_tells_where_a_step_in_the_image_leads(
        self, camera: Camera, u: float, v: float
    ) -> None:
        image, step = np.array([[u, v]]), np.array([2e-5, -3e-5])

        ground, jacobian, hits = camera.ground_and_jacobian(image)
        there, _ = camera.ground(image + step)

        assert hits.all()
        assert there[0] - ground[0] == pytest.approx(jacobian[0] @ step, rel=0.02, abs=1e-6)


@pytest.mark.parametrize(
    ("model", "height_m"),
    [
        (a_pinhole(focal_x_px=0.0), 6.0),
        (a_pinhole(), 0.0),
        (the_pets_model(dpx_mm=0.0), 6.0),
        (the_pets_model(focal_mm=-1.0), 6.0),
        (a_homography(*([0.0] * 9)), 6.0),
        (a_homography(1.0, 2.0, 3.0, 2.0, 4.0, 6.0, 0.0, 0.0, 1.0), 6.0),
    ],
)
def test_a_model_that_no_camera_has_is_refused(
    model: Homography | Pinhole | Tsai, height_m: float
) -> None:
    with pytest.raises(CameraError, match="its "):
        a_camera(model, height_m=height_m)


def test_an_absurd_lens_still_gives_numbers() -> None:
    camera = a_camera(a_pinhole(k1=-1e6, k3=1e9, p1=1e6))

    ground, hits = camera.ground(np.array([[0.0, 0.9], [1.0, 1.0]]))
    image, _ = camera.image(np.array([[500.0, 1.0]]))

    assert np.isfinite(ground[hits]).all()
    assert np.isfinite(image).all()
