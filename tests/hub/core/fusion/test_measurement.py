import numpy as np
import pytest
from contract_strategies import any_of
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.fusion.measurement import Georeferencer, Measurements
from hub.core.geometry import Footprint, Sector
from wire.feed import LABELS
from wire.geodesy import SiteFrame
from wire.labels import Label, SensorKind
from wire.messages import (
    Bearing,
    Box,
    CameraModel,
    Detection,
    FieldOfView,
    Homography,
    Pinhole,
    Polar,
    Pose,
    Position,
    Scan,
    SensorAbout,
    Where,
)

LAT, LON = 52.0907, 5.1214
FRAME = SiteFrame(LAT, LON)
NOW_US = 1_700_000_000_000_000
ULID = "01HF7YAT00AAAAAAAAAAAAAAAA"

# 20 m wide and 10 to 60 m ahead, seen from above: no perspective, so that sums are easy.
PLAIN = Homography(
    anchor_lat_deg=LAT,
    anchor_lon_deg=LON,
    image_to_ground=(20.0, 0.0, -10.0, 0.0, -50.0, 60.0, 0.0, 0.0, 1.0),
)
PINHOLE = Pinhole(
    width_px=1920,
    height_px=1080,
    focal_x_px=1400.0,
    focal_y_px=1400.0,
    centre_x_px=960.0,
    centre_y_px=540.0,
)
ratios = st.floats(0.0, 1.0)
boxes = st.builds(Box, left=ratios, top=ratios, right=ratios, bottom=ratios)
sigmas = st.floats(0.001, 90.0)
polars = st.builds(
    Polar,
    range_m=st.floats(0.0, 20_000.0),
    azimuth_deg=st.floats(0.0, 360.0),
    sigma_range_m=sigmas,
    sigma_azimuth_deg=sigmas,
    doppler_mps=st.none() | st.floats(-150.0, 150.0),
    sigma_doppler_mps=st.none() | sigmas,
)
bearings = st.builds(Bearing, azimuth_deg=st.floats(0.0, 360.0), sigma_azimuth_deg=sigmas)
positions = st.builds(
    Position,
    lat_deg=st.floats(-90.0, 90.0),
    lon_deg=st.floats(-180.0, 180.0),
    sigma_east_m=sigmas,
    sigma_north_m=sigmas,
    correlation=st.floats(-0.999, 0.999),
)


def an_about(
    camera: CameraModel | None = None, view: FieldOfView | None = None, **pose: float
) -> SensorAbout:
    return SensorAbout(
        id=ULID,
        sender="cam-01",
        boot=ULID,
        seq=1,
        observed_us=NOW_US,
        sent_us=NOW_US,
        kind=SensorKind.CAMERA,
        name="gate",
        pose=Pose(**{"lat_deg": LAT, "lon_deg": LON, "height_m": 6.0, **pose}),
        camera=camera,
        field_of_view=view,
    )


def a_scan(*places: Where, **changes: object) -> Scan:
    detections = tuple(Detection(label=Label.PERSON, confidence=0.8, where=one) for one in places)
    scan = {
        "id": ULID,
        "sender": "cam-01",
        "boot": ULID,
        "seq": 1,
        "observed_us": NOW_US,
        "sent_us": NOW_US,
        "detections": detections,
    }
    return Scan(**{**scan, **changes})


def a_box(u: float = 0.5, foot: float = 0.8, width: float = 0.04, height: float = 0.1) -> Box:
    return Box(left=u - width / 2, right=u + width / 2, top=foot - height, bottom=foot)


def measured(*places: Where, about: SensorAbout | None = None) -> Measurements:
    georeferencer = Georeferencer(FRAME)
    georeferencer.about(about or an_about(PLAIN))
    return georeferencer.measure(a_scan(*places))


def test_the_foot_of_a_box_is_where_a_person_stands() -> None:
    scan = measured(a_box(u=0.6, foot=0.8))

    assert scan.mean[0] == pytest.approx([2.0, 20.0], abs=1e-3)
    assert LABELS[scan.label[0]] is Label.PERSON
    assert scan.confidence.tolist() == [0.8]


def test_a_bigger_box_has_a_vaguer_foot() -> None:
    scan = measured(a_box(width=0.04, height=0.1), a_box(width=0.08, height=0.2))

    near, far = scan.covariance
    assert far[0, 0] > near[0, 0]
    assert far[1, 1] > near[1, 1]
    # 8 % of a box a tenth of the image high, on 50 m of ground; and a step's width.
    assert near[1, 1] == pytest.approx((0.008 * 50) ** 2 + (0.004 * 50) ** 2 + 0.15**2, rel=0.01)


def test_a_place_far_from_the_camera_is_vaguer_along_the_line_of_sight() -> None:
    scan = measured(a_box(foot=0.55), about=an_about(PINHOLE, pitch_deg=-5.0))

    assert scan.covariance[0, 1, 1] > 4.0 * scan.covariance[0, 0, 0]


def test_a_box_cut_by_the_lower_edge_has_no_foot() -> None:
    scan = measured(a_box(foot=1.0), a_box(foot=0.999), a_box(foot=0.9))

    assert len(scan.mean) == 1
    assert scan.cut_count == 2


def test_a_box_cut_at_its_side_may_stand_anywhere_across_it() -> None:
    scan = measured(
        Box(left=0.0, right=0.04, top=0.7, bottom=0.8),
        Box(left=0.1, right=0.14, top=0.7, bottom=0.8),
    )

    assert scan.covariance[0, 0, 0] > 4.0 * scan.covariance[1, 0, 0]


def test_a_foot_above_the_horizon_or_all_but_on_it_is_counted_and_left_out() -> None:
    level = an_about(PINHOLE, pitch_deg=0.0)

    scan = measured(a_box(foot=0.45), a_box(foot=0.505), a_box(foot=0.8), about=level)

    assert len(scan.mean) == 1
    assert scan.horizon_count == 2


def test_a_box_given_upside_down_is_put_right() -> None:
    scan = measured(Box(left=0.6, right=0.4, top=0.8, bottom=0.6))

    assert scan.mean[0] == pytest.approx([0.0, 20.0], abs=1e-3)


def test_range_and_azimuth_are_from_the_sensors_place() -> None:
    lat, lon = FRAME.to_wgs84(30.0, 40.0)
    east = Polar(range_m=100.0, azimuth_deg=90.0, sigma_range_m=0.5, sigma_azimuth_deg=1.0)

    scan = measured(east, about=an_about(lat_deg=lat, lon_deg=lon))

    assert scan.mean[0] == pytest.approx([130.0, 40.0], abs=1e-3)
    assert scan.covariance[0] == pytest.approx(
        np.diag([0.25, (100.0 * np.radians(1.0)) ** 2]), abs=1e-6
    )
    assert not scan.has_doppler.any()


def test_doppler_is_kept_and_an_unstated_sigma_is_that_of_a_walkers_limbs() -> None:
    polar = {"range_m": 10.0, "azimuth_deg": 0.0, "sigma_range_m": 1.0, "sigma_azimuth_deg": 1.0}

    scan = measured(
        Polar(**polar, doppler_mps=-2.0, sigma_doppler_mps=0.1), Polar(**polar, doppler_mps=0.0)
    )

    assert scan.has_doppler.all()
    assert scan.doppler_mps.tolist() == [-2.0, 0.0]
    assert scan.doppler_sigma_mps.tolist() == [0.1, 0.5]


def test_a_position_brings_its_own_covariance_and_needs_no_about() -> None:
    lat, lon = FRAME.to_wgs84(-5.0, 7.0)
    where = Position(lat_deg=lat, lon_deg=lon, sigma_east_m=2.0, sigma_north_m=3.0, correlation=0.5)

    scan = Georeferencer(FRAME).measure(a_scan(where))

    assert scan.mean[0] == pytest.approx([-5.0, 7.0], abs=1e-3)
    assert scan.covariance[0].tolist() == [[4.0, 3.0], [3.0, 9.0]]
    assert scan.refusals == ()


def test_a_position_on_another_continent_is_refused_and_costs_only_itself() -> None:
    lat, lon = FRAME.to_wgs84(-5.0, 7.0)
    here = Position(lat_deg=lat, lon_deg=lon, sigma_east_m=2.0, sigma_north_m=3.0)
    sydney = Position(lat_deg=-33.9, lon_deg=151.2, sigma_east_m=2.0, sigma_north_m=3.0)

    scan = Georeferencer(FRAME).measure(a_scan(here, sydney))

    assert len(scan.mean) == 1
    assert [(one.code, one.count) for one in scan.refusals] == [("off_site", 1)]


def test_a_bearing_is_a_direction_without_a_place() -> None:
    scan = measured(Bearing(azimuth_deg=45.0, sigma_azimuth_deg=3.0))

    assert len(scan.mean) == 0
    assert scan.bearing_deg.tolist() == [45.0]
    assert scan.bearing_sigma_deg.tolist() == [3.0]


def test_a_scan_of_nothing_is_still_a_scan() -> None:
    scan = measured()

    assert scan.mean.shape == (0, 2)
    assert scan.covariance.shape == (0, 2, 2)
    assert scan.observed_us == NOW_US


def test_what_a_scan_says_of_itself_is_kept() -> None:
    scan = Georeferencer(FRAME).measure(a_scan(simulated=True, exercise=True))

    assert scan.simulated
    assert scan.exercise


def test_a_stranger_may_say_positions_but_nothing_relative_to_itself() -> None:
    polar = Polar(range_m=1.0, azimuth_deg=1.0, sigma_range_m=1.0, sigma_azimuth_deg=1.0)
    bearing = Bearing(azimuth_deg=45.0, sigma_azimuth_deg=3.0)
    position = Position(lat_deg=LAT, lon_deg=LON, sigma_east_m=1.0, sigma_north_m=1.0)

    scan = Georeferencer(FRAME).measure(a_scan(a_box(), polar, bearing, position))

    assert len(scan.mean) == 1
    assert scan.bearing_deg.size == 0
    assert [(refusal.code, refusal.count) for refusal in scan.refusals] == [
        ("no_about", 1),
        ("no_about", 2),
    ]
    assert "cam-01" in scan.refusals[0].text


def test_boxes_of_a_camera_without_a_model_are_refused_with_what_to_do() -> None:
    scan = measured(a_box(), about=an_about())

    assert len(scan.mean) == 0
    assert scan.refusals[0].code == "no_camera_model"
    assert "calibrate" in scan.refusals[0].fix


def test_a_camera_model_that_cannot_be_is_refused_and_its_boxes_after_it() -> None:
    georeferencer = Georeferencer(FRAME)

    refusal = georeferencer.about(an_about(PINHOLE, height_m=0.0))
    scan = georeferencer.measure(a_scan(a_box()))

    assert refusal is not None
    assert "cam-01 describes a camera that cannot be" in refusal.text
    assert scan.refusals[0].code == "no_camera_model"


def test_a_good_about_has_nothing_to_refuse() -> None:
    assert Georeferencer(FRAME).about(an_about(PINHOLE, pitch_deg=-20.0)) is None


def area_of(about: SensorAbout) -> Sector | Footprint | None:
    georeferencer = Georeferencer(FRAME)
    georeferencer.about(about)
    return georeferencer.area(about)


def test_a_sensor_looks_where_its_field_of_view_says() -> None:
    view = FieldOfView(azimuth_deg=30.0, width_deg=60.0, range_max_m=50.0, range_min_m=5.0)

    area = area_of(an_about(PINHOLE, view, pitch_deg=-20.0))

    assert isinstance(area, Sector)
    assert (area.azimuth_deg, area.width_deg) == (30.0, 60.0)
    assert (area.range_max_m, area.range_min_m) == (50.0, 5.0)


def test_a_camera_without_one_looks_at_the_ground_in_its_image_as_far_as_people_can_be_seen() -> (
    None
):
    area = area_of(an_about(PINHOLE, pitch_deg=-10.0))

    assert isinstance(area, Footprint)
    points = np.array([[0.0, 20.0], [0.0, 200.0], [0.0, 2.0], [30.0, 20.0], [0.0, -20.0]])
    assert area.contains(points).tolist() == [True, False, False, False, False]


@pytest.mark.parametrize("about", [an_about(), an_about(PINHOLE, pitch_deg=60.0)])
def test_where_nothing_tells_where_a_sensor_looks_it_is_not_known(about: SensorAbout) -> None:
    assert area_of(about) is None


def test_the_area_of_a_sensor_never_heard_of_is_not_known() -> None:
    assert Georeferencer(FRAME).area(an_about()) is None


@pytest.mark.parametrize("camera", [PLAIN, PINHOLE], ids=["homography", "pinhole"])
@given(st.lists(boxes | polars | bearings | positions, max_size=12))
def test_every_valid_detection_is_a_finite_measurement_or_left_out(
    camera: CameraModel, places: list[Where]
) -> None:
    scan = measured(*places, about=an_about(camera, pitch_deg=-20.0))

    count = len(scan.mean) + scan.bearing_deg.size + scan.cut_count + scan.horizon_count
    assert count + sum(one.count for one in scan.refusals) == len(places)
    assert np.isfinite(scan.mean).all()
    assert np.isfinite(scan.covariance).all()
    assert (np.linalg.eigvalsh(scan.covariance) > 0.0).all()
    assert len(scan.object_id) == len(scan.label) == len(scan.mean) == len(scan.has_doppler)


@settings(max_examples=200)
@given(any_of(SensorAbout, sender=st.just("cam-01")))
def test_no_description_of_a_sensor_within_the_contract_breaks_anything(
    about: SensorAbout,
) -> None:
    georeferencer = Georeferencer(SiteFrame(52.0, 5.0))

    georeferencer.about(about)
    area = georeferencer.area(about)
    seen = georeferencer.measure(a_scan(a_box(), a_box(foot=0.1), a_box(u=0.9)))

    assert area is None or area.contains(np.zeros((1, 2))).shape == (1,)
    assert np.isfinite(seen.mean).all()
    assert np.isfinite(seen.covariance).all()
