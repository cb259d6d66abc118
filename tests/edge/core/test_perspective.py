import numpy as np
import pytest
import street
from hypothesis import given
from hypothesis import strategies as st

from edge.core.perspective import Floats, Perspective, perspective_of
from wire.geodesy import SiteFrame
from wire.messages import Homography, Pinhole, Pose, Tsai

ANCHOR = Pose(lat_deg=52.0, lon_deg=5.0)


def a_tsai() -> Tsai:
    """PETS 2009 S2.L1, view 001."""
    return Tsai(
        anchor_lat_deg=52.0,
        anchor_lon_deg=5.0,
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


def a_bent_pinhole() -> Pinhole:
    return Pinhole(
        width_px=1920,
        height_px=1080,
        focal_x_px=1400.0,
        focal_y_px=1400.0,
        centre_x_px=960.0,
        centre_y_px=540.0,
        k1=-0.12,
        k2=0.02,
        p1=0.001,
        p2=-0.0005,
    )


def the(perspective: Perspective | None) -> Perspective:
    assert perspective is not None
    return perspective


def at(value: float) -> Floats:
    return np.array([value])


def a_homography_of(perspective: Perspective) -> Homography:
    """The flat map of a straight camera, by four points (solved directly)."""
    u, v = np.array([0.1, 0.9, 0.8, 0.2]), np.array([0.9, 0.8, 0.5, 0.45])
    east, north = perspective.ground(u, v)
    rows, sides = [], []
    for x, y, e, n in zip(u, v, east, north, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -e * x, -e * y], [0, 0, 0, x, y, 1, -n * x, -n * y]]
        sides += [e, n]
    solved = np.linalg.solve(np.array(rows), np.array(sides))
    return Homography(
        anchor_lat_deg=52.0, anchor_lon_deg=5.0, image_to_ground=(*solved.tolist(), 1.0)
    )


PERSPECTIVES = [
    pytest.param(the(perspective_of(a_tsai(), ANCHOR, 4 / 3)), id="tsai"),
    pytest.param(street.a_perspective(), id="pinhole"),
    pytest.param(
        the(perspective_of(a_bent_pinhole(), street.POSE, 16 / 9)), id="pinhole with distortion"
    ),
    pytest.param(
        the(perspective_of(a_homography_of(street.a_perspective()), ANCHOR, 4 / 3)),
        id="homography",
    ),
]


@pytest.mark.parametrize("perspective", PERSPECTIVES)
@given(u=st.floats(0.05, 0.95), v=st.floats(0.5, 1.0), height_m=st.sampled_from([0.0, 1.0, 1.75]))
def test_a_place_in_the_image_goes_to_the_ground_and_back(
    perspective: Perspective, u: float, v: float, height_m: float
) -> None:
    east, north = perspective.ground(at(u), at(v), height_m)
    back_u, back_v = perspective.image(east, north, height_m)

    assert back_u[0] == pytest.approx(u, abs=1e-6)
    assert back_v[0] == pytest.approx(v, abs=1e-6)


def test_the_camera_of_pets_stands_seven_metres_high_and_its_people_measure_as_annotated() -> None:
    perspective = the(perspective_of(a_tsai(), ANCHOR, 4 / 3))

    # Person 15 of frame 0: a box from (258, 218.6) to (290.9, 307.4) of 768 x 576.
    east, north = perspective.ground(at(274.5 / 768), at(307.35 / 576))
    _, crown = perspective.image(east, north, 1.75)

    assert perspective.place[2] == pytest.approx(7.07, abs=0.01)
    assert crown[0] * 576 == pytest.approx(218.6, abs=3.0)


def test_a_pinhole_looks_along_its_azimuth_and_pitch() -> None:
    pose = Pose(lat_deg=52.0, lon_deg=5.0, height_m=5.0, azimuth_deg=90.0, pitch_deg=-45.0)
    perspective = the(perspective_of(street.MODEL, pose, 4 / 3))

    east, north = perspective.ground(at(0.5), at(0.5))

    assert (east[0], north[0]) == (pytest.approx(5.0), pytest.approx(0.0, abs=1e-9))
    assert perspective.ahead == pytest.approx((0.7071, 0.0, -0.7071), abs=1e-4)
    assert perspective.distance(east, north)[0] == pytest.approx(5.0)


def test_a_camera_that_is_rolled_clockwise_sees_its_right_side_lower() -> None:
    rolled = Pose(lat_deg=52.0, lon_deg=5.0, height_m=5.0, pitch_deg=-30.0, roll_deg=10.0)
    perspective = the(perspective_of(street.MODEL, rolled, 4 / 3))

    left, right = perspective.ground(np.array([0.2, 0.8]), np.array([0.5, 0.5]))[1]

    # What is lower in the world is nearer on the ground.
    assert right < left


def test_a_homography_of_a_slanted_ground_tells_where_the_camera_is() -> None:
    known = street.a_perspective()
    found = the(perspective_of(a_homography_of(known), ANCHOR, 4 / 3))

    assert found.place == pytest.approx(known.place, abs=1e-4)
    assert found.ahead == pytest.approx(known.ahead, abs=1e-6)


def test_a_homography_from_straight_above_does_not_tell_heights() -> None:
    flat = Homography(
        anchor_lat_deg=52.0,
        anchor_lon_deg=5.0,
        image_to_ground=(20.0, 0.0, -10.0, 0.0, -15.0, 7.5, 0.0, 0.0, 1.0),
    )

    assert perspective_of(flat, ANCHOR, 4 / 3) is None


def test_a_homography_that_no_lens_could_make_does_not_tell_heights() -> None:
    impossible = Homography(
        anchor_lat_deg=52.0,
        anchor_lon_deg=5.0,
        image_to_ground=(20.0, 0.0, -10.0, 0.0, 15.0, 7.5, 0.9, -0.2, 1.0),
    )

    assert perspective_of(impossible, ANCHOR, 4 / 3) is None


def test_a_mirrored_homography_does_not_tell_heights() -> None:
    model = a_homography_of(street.a_perspective())
    mirrored = Homography(
        anchor_lat_deg=52.0,
        anchor_lon_deg=5.0,
        image_to_ground=(
            *(-value for value in model.image_to_ground[:3]),
            *model.image_to_ground[3:],
        ),
    )

    assert perspective_of(mirrored, ANCHOR, 4 / 3) is None


def test_the_sky_is_nowhere_on_the_ground_and_what_is_behind_is_not_in_the_image() -> None:
    level = Pose(lat_deg=52.0, lon_deg=5.0, height_m=5.0)
    perspective = the(perspective_of(street.MODEL, level, 4 / 3))

    assert np.isnan(perspective.ground(at(0.5), at(0.2))[0][0])
    assert np.isnan(perspective.image(at(0.0), at(-10.0), 0.0)[0][0])


def test_the_edge_and_the_hub_agree_where_a_foot_stands() -> None:
    from hub.core.fusion.camera import camera_of  # noqa: PLC0415 -- only this test knows both.

    frame = SiteFrame(52.0, 5.0)
    places = np.random.default_rng(3).uniform((0.05, 0.5), (0.95, 1.0), (50, 2))
    for model in (a_tsai(), a_bent_pinhole()):
        pose = Pose(lat_deg=52.0, lon_deg=5.0, height_m=6.0, azimuth_deg=70.0, pitch_deg=-25.0)
        ours = the(perspective_of(model, pose, 16 / 9))

        east, north = ours.ground(places[:, 0], places[:, 1])
        ground, _ = camera_of(model, pose, frame).ground(places)

        assert np.column_stack((east, north)) == pytest.approx(ground, abs=1e-3)
