import pytest
import street
from msgspec.structs import replace

from edge.core.calibration import Calibration, CameraSection, field_of_view, north_of, pose_of
from edge.core.perspective import perspective_of
from wire.geodesy import SiteFrame
from wire.messages import Homography, Pose, Tsai

FRAME = SiteFrame(52.0, 5.0)


def a_tsai(azimuth_deg: float = 0.0) -> Tsai:
    return Tsai(
        anchor_lat_deg=52.0,
        anchor_lon_deg=5.0,
        world_azimuth_deg=azimuth_deg,
        width_px=768,
        height_px=576,
        ncx=795.0,
        nfx=752.0,
        dx_mm=4.85e-3,
        dy_mm=4.65e-3,
        dpx_mm=5.1273271277e-03,
        dpy_mm=4.65e-03,
        focal_mm=5.5549183034,
        kappa1=5.1113043639e-03,
        centre_x_px=324.22149053,
        centre_y_px=282.56650051,
        sx=1.0937855397,
        translation_x_mm=828.73214225,
        translation_y_mm=-3175.4796051,
        translation_z_mm=35469.298547,
        rotation_x_rad=2.0405458695,
        rotation_y_rad=-0.89337703748,
        rotation_z_rad=-0.43056124791,
    )


def test_the_model_tells_where_the_camera_stands_and_looks() -> None:
    pose = pose_of(Calibration(model=a_tsai()), 4 / 3)

    assert FRAME.to_enu(pose.lat_deg, pose.lon_deg) == pytest.approx((-28.94, -19.53), abs=0.01)
    assert pose.height_m == pytest.approx(7.07)
    assert pose.azimuth_deg == pytest.approx(54.35)
    assert pose.pitch_deg == pytest.approx(-16.48)


def test_a_turned_world_turns_the_camera_about_the_anchor() -> None:
    pose = pose_of(Calibration(model=a_tsai(90.0)), 4 / 3)

    # World y points east now: (x, y) is at (y, -x).
    assert FRAME.to_enu(pose.lat_deg, pose.lon_deg) == pytest.approx((-19.53, 28.94), abs=0.01)
    assert pose.azimuth_deg == pytest.approx(144.35)
    assert north_of(a_tsai(90.0)) == 90.0


def test_what_the_file_says_goes_before_what_the_model_knows() -> None:
    said = CameraSection(lat_deg=52.5, height_m=8.0, roll_deg=2.0)

    pose = pose_of(Calibration(model=a_tsai(), camera=said), 4 / 3)

    assert (pose.lat_deg, pose.height_m, pose.roll_deg) == (52.5, 8.0, 2.0)
    assert pose.azimuth_deg == pytest.approx(54.35)


def test_a_pinhole_stands_where_the_file_says() -> None:
    said = CameraSection(lat_deg=52.1, lon_deg=5.1, height_m=6.0, azimuth_deg=10.0, pitch_deg=-20.0)

    pose = pose_of(Calibration(model=street.MODEL, camera=said), 4 / 3)

    assert pose == Pose(lat_deg=52.1, lon_deg=5.1, height_m=6.0, azimuth_deg=10.0, pitch_deg=-20.0)


def test_a_homography_from_straight_above_is_at_its_anchor() -> None:
    flat = Homography(
        anchor_lat_deg=52.0,
        anchor_lon_deg=5.0,
        image_to_ground=(20.0, 0.0, -10.0, 0.0, -15.0, 7.5, 0.0, 0.0, 1.0),
    )

    pose = pose_of(Calibration(model=flat), 4 / 3)

    assert (pose.lat_deg, pose.lon_deg) == (52.0, 5.0)


def test_the_field_of_view_is_the_ground_that_the_image_shows() -> None:
    view = field_of_view(street.a_perspective(), 0.0, 80.0)

    assert view.azimuth_deg == pytest.approx(0.0)
    assert 50.0 < view.width_deg < 62.0
    assert view.range_min_m == pytest.approx(7.7, abs=0.2)
    assert view.range_max_m == 80.0


def test_a_camera_that_looks_steeply_down_does_not_see_far() -> None:
    pose = replace(street.POSE, pitch_deg=-60.0)
    perspective = perspective_of(street.MODEL, pose, 4 / 3)
    assert perspective is not None

    view = field_of_view(perspective, 30.0, 80.0)

    assert view.azimuth_deg == pytest.approx(30.0)
    assert view.range_max_m == pytest.approx(7.1, abs=0.2)
