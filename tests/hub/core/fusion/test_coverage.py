from hypothesis import given
from hypothesis import strategies as st

from hub.core.fusion.coverage import POINTS_A_SIDE_MAX, Coverage
from hub.core.geometry import FieldOfViewArea, Footprint, Sector
from hub.core.site import Area

START = 1_800_000_000_000_000


def a_zone(zone: str = "gate", size_m: float = 10.0) -> Area:
    corners = ((0.0, 0.0), (size_m, 0.0), (size_m, size_m), (0.0, size_m))
    return Area(id=zone, name="Gate", purpose="gate", polygon=corners)


def a_view_of(*corners: tuple[float, float]) -> FieldOfViewArea:
    return Footprint(corners=corners)


WEST = a_view_of((-1.0, -1.0), (5.5, -1.0), (5.5, 11.0), (-1.0, 11.0))
EAST = a_view_of((4.5, -1.0), (11.0, -1.0), (11.0, 11.0), (4.5, 11.0))
ALL = Sector(east_m=5.0, north_m=5.0, azimuth_deg=0.0, width_deg=360.0, range_max_m=50.0)


def test_a_zone_that_nobody_looked_at_is_not_covered() -> None:
    coverage = Coverage((a_zone(),))
    assert coverage.covered_us() == {}

    coverage.see("cam-01", ALL)

    assert coverage.covered_us() == {}


def test_a_zone_is_covered_from_the_moment_a_sensor_that_sees_all_of_it_looked() -> None:
    coverage = Coverage((a_zone(),))
    coverage.see("cam-01", ALL)

    coverage.scanned("cam-01", START)
    assert coverage.covered_us() == {"gate": START}
    coverage.scanned("cam-01", START + 5)

    assert coverage.covered_us() == {"gate": START + 5}


def test_two_sensors_cover_together_what_neither_sees_whole_as_of_the_older_look() -> None:
    coverage = Coverage((a_zone(),))
    coverage.see("west", WEST)
    coverage.see("east", EAST)

    coverage.scanned("west", START)
    assert coverage.covered_us() == {}
    coverage.scanned("east", START + 5)

    assert coverage.covered_us() == {"gate": START}


def test_a_scan_that_comes_late_makes_nothing_older() -> None:
    coverage = Coverage((a_zone(),))
    coverage.see("cam-01", ALL)
    coverage.scanned("cam-01", START)

    coverage.scanned("cam-01", START - 5)

    assert coverage.covered_us() == {"gate": START}


def test_a_sensor_that_does_not_say_where_it_looks_covers_nothing() -> None:
    coverage = Coverage((a_zone(),))
    coverage.see("cam-01", None)

    coverage.scanned("cam-01", START)
    coverage.scanned("cam-02", START)

    assert coverage.covered_us() == {}


def test_a_sensor_that_is_turned_away_covers_no_longer() -> None:
    coverage = Coverage((a_zone(),))
    coverage.see("cam-01", ALL)
    coverage.scanned("cam-01", START)

    coverage.see("cam-01", a_view_of((50.0, 50.0), (60.0, 50.0), (60.0, 60.0)))
    coverage.scanned("cam-01", START + 5)

    assert coverage.covered_us() == {"gate": START}


def test_each_zone_has_its_own_moment() -> None:
    far = Area(
        id="far", name="Far", purpose="gate", polygon=((90.0, 90.0), (95.0, 90.0), (95.0, 95.0))
    )
    coverage = Coverage((a_zone(), far))
    coverage.see("cam-01", ALL)

    coverage.scanned("cam-01", START)

    assert coverage.covered_us() == {"gate": START}


def test_a_corner_that_nobody_sees_leaves_a_large_zone_uncovered() -> None:
    coverage = Coverage((a_zone(size_m=80.0),))
    most = a_view_of((-1.0, -1.0), (81.0, -1.0), (81.0, 76.0), (76.0, 81.0), (-1.0, 81.0))
    coverage.see("cam-01", most)

    coverage.scanned("cam-01", START)

    assert coverage.covered_us() == {}


@given(st.floats(0.5, 2_000.0))
def test_a_zone_of_any_size_is_sampled_within_its_bound(size_m: float) -> None:
    coverage = Coverage((a_zone(size_m=size_m),))

    (points,) = coverage._points.values()

    assert 4 <= len(points) <= POINTS_A_SIDE_MAX**2 + 4
    assert (points >= 0.0).all()
    assert (points <= size_m).all()
