import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymap3d import geodetic2enu  # type: ignore[import-untyped]

from wire.geodesy import LATITUDE_MAX_DEG, SiteFrame

MILLIMETRE = 1e-3

latitudes = st.floats(-LATITUDE_MAX_DEG, LATITUDE_MAX_DEG)
longitudes = st.floats(-180.0, 180.0)
heights = st.floats(-500.0, 9_000.0)
coordinates = st.floats(-10_000.0, 10_000.0)


def a_frame() -> SiteFrame:
    return SiteFrame(52.0907, 5.1214)


@given(latitudes, longitudes, heights, coordinates, coordinates)
def test_there_and_back_is_a_millimetre_anywhere_within_ten_kilometres(
    lat_deg: float, lon_deg: float, height_m: float, east_m: float, north_m: float
) -> None:
    frame = SiteFrame(lat_deg, lon_deg, height_m)

    there = frame.to_wgs84(east_m, north_m)
    back = frame.to_enu(*there)

    assert math.dist(back, (east_m, north_m)) < MILLIMETRE
    assert -180.0 <= there[1] <= 180.0


@given(latitudes, longitudes, heights, coordinates, coordinates)
def test_east_and_north_are_those_of_the_library_for_a_place_at_the_grounds_height(
    lat_deg: float, lon_deg: float, height_m: float, east_m: float, north_m: float
) -> None:
    frame = SiteFrame(lat_deg, lon_deg, height_m)

    there = frame.to_wgs84(east_m, north_m)
    east, north, _ = geodetic2enu(*there, height_m, lat_deg, lon_deg, height_m)

    assert math.dist((east, north), (east_m, north_m)) < MILLIMETRE


def test_the_earth_falls_away_by_eight_metres_at_ten_kilometres_and_the_ground_stays_ground() -> (
    None
):
    there = a_frame().to_wgs84(10_000.0, 0.0)

    east, _, up = geodetic2enu(*there, 0.0, 52.0907, 5.1214, 0.0)

    assert up == pytest.approx(-7.8, abs=0.1)
    assert east == pytest.approx(10_000.0, abs=MILLIMETRE)


def test_the_origin_is_at_nought() -> None:
    assert a_frame().to_enu(52.0907, 5.1214) == pytest.approx((0.0, 0.0), abs=1e-9)
    assert a_frame().to_wgs84(0.0, 0.0) == pytest.approx((52.0907, 5.1214))


def test_one_arc_second_of_latitude_at_the_equator_is_thirty_metres_and_715_millimetres() -> None:
    # The meridian's radius there is a (1 - e2) = 6,335,439.327 m.
    east_m, north_m = SiteFrame(0.0, 0.0).to_enu(1.0 / 3600.0, 0.0)

    assert east_m == 0.0
    assert north_m == pytest.approx(6_335_439.327 * math.radians(1.0 / 3600.0), abs=MILLIMETRE)


def test_a_drone_above_the_ground_has_its_own_height() -> None:
    there = a_frame().to_wgs84(5_000.0, 5_000.0, 300.0)

    assert a_frame().to_enu(*there, 300.0) == pytest.approx((5_000.0, 5_000.0), abs=MILLIMETRE)
    # On the ground below it, it would stand a quarter of a metre nearer.
    assert math.dist(a_frame().to_enu(*there), (5_000.0, 5_000.0)) > 0.25


def test_a_site_on_the_date_line_is_whole() -> None:
    frame = SiteFrame(-16.8, 180.0)

    lat_deg, lon_deg = frame.to_wgs84(100.0, 0.0)

    assert lon_deg == pytest.approx(-179.999, abs=1e-3)
    assert frame.to_enu(lat_deg, lon_deg) == pytest.approx((100.0, 0.0), abs=MILLIMETRE)


@given(st.floats(-90.0, 90.0), longitudes)
def test_no_place_on_earth_seems_nearer_than_it_is(lat_deg: float, lon_deg: float) -> None:
    east_m, north_m = a_frame().to_enu(lat_deg, lon_deg)

    east, north, up = geodetic2enu(lat_deg, lon_deg, 0.0, 52.0907, 5.1214, 0.0)
    straight_m = math.hypot(east, north, up)
    assert math.hypot(east_m, north_m) >= 0.999 * straight_m


def test_the_other_side_of_the_earth_is_far_away() -> None:
    assert math.hypot(*a_frame().to_enu(-52.0907, 5.1214 - 180.0)) > 12_000_000.0


def test_a_place_beyond_the_horizon_has_no_way_back_and_the_search_for_it_ends() -> None:
    assert all(map(math.isfinite, a_frame().to_wgs84(12_000_000.0, -12_000_000.0)))


@pytest.mark.parametrize("lat_deg", [85.1, -90.0, math.nan])
def test_a_site_at_a_pole_is_refused(lat_deg: float) -> None:
    with pytest.raises(ValueError, match="within 85"):
        SiteFrame(lat_deg, 0.0)


@given(latitudes, longitudes, heights, st.lists(st.tuples(coordinates, coordinates), max_size=20))
def test_many_places_at_once_are_where_each_alone_is(
    lat_deg: float, lon_deg: float, height_m: float, places: list[tuple[float, float]]
) -> None:
    frame = SiteFrame(lat_deg, lon_deg, height_m)

    each = frame.to_wgs84_each(np.array(places).reshape(-1, 2))

    assert each.shape == (len(places), 2)
    for (found_lat_deg, found_lon_deg), place in zip(each.tolist(), places, strict=True):
        assert -180.0 <= found_lon_deg <= 180.0
        assert math.dist(frame.to_enu(found_lat_deg, found_lon_deg), place) < MILLIMETRE
