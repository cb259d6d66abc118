import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.fusion.coverage_map import CELLS_MAX, CoverageMap
from hub.core.fusion.sight import Sight, label_share
from hub.core.site import Place
from wire.feed import CoverageView, ZoneCoverageView

START = 1_800_000_000_000_000
SITE = ((-20.0, -10.0), (20.0, 10.0))


def a_sight(
    low: Place = (-5.0, -5.0), probability: float = 0.9, columns: int = 10, rows: int = 10
) -> Sight:
    return Sight(
        low_east_m=low[0],
        low_north_m=low[1],
        cell_m=1.0,
        probability=np.full((rows, columns), probability, np.float32),
        label_share=label_share(()),
    )


def a_map(**sights: Sight) -> CoverageMap:
    coverage_map = CoverageMap(SITE)
    for sensor, sight in sights.items():
        coverage_map.put(sensor, sight)
    return coverage_map


def cells(view: CoverageView) -> np.ndarray:
    return np.frombuffer(view.probability, np.uint8).reshape(view.rows, view.columns)


def test_the_map_covers_the_site_in_cells_of_two_metres_from_the_south_west() -> None:
    zone = ZoneCoverageView(id="gate", seen=0.5, doubly_seen=0.0)

    view = a_map().view(START, [], (zone,))

    assert (view.low.east_m, view.low.north_m, view.cell_m) == (-20.0, -10.0, 2.0)
    assert (view.columns, view.rows) == (20, 10)
    assert view.probability == bytes(200)
    assert view.zones == (zone,)
    assert view.at_us == START


def test_two_that_see_a_place_miss_less_than_one() -> None:
    west = a_sight((-10.0, -5.0), 0.5)
    seen_by_both = a_map(west=west, east=a_sight((-6.0, -5.0), 0.8))

    row = cells(seen_by_both.view(START, ["west", "east"]))[5]

    assert row[5] == 128  # West alone: 0.5.
    assert row[7] == 230  # Both: 1 - 0.5 * 0.2.
    assert row[10] == 204  # East alone.
    assert row[0] == row[15] == 0


def test_who_does_not_watch_covers_nothing() -> None:
    seen = a_map(west=a_sight())

    assert not cells(seen.view(START, [])).any()
    assert not cells(seen.view(START, ["stranger"])).any()


def test_who_sees_nothing_any_more_covers_nothing() -> None:
    seen = a_map(west=a_sight())

    seen.put("west", None)

    assert not cells(seen.view(START, ["west"])).any()


def test_a_cell_that_is_seen_in_part_is_covered_in_part() -> None:
    seen = a_map(west=a_sight((-5.0, -4.0), 0.8))

    # The first column of the sight is the second half of a cell that begins at -6.
    assert cells(seen.view(START, ["west"]))[3, 7] == pytest.approx(102, abs=1)


@pytest.mark.parametrize(("side_m", "cell_min_m"), [(300.0, 2.0), (500.0, 2.5), (20_000.0, 100.0)])
def test_a_large_site_is_drawn_more_coarsely(side_m: float, cell_min_m: float) -> None:
    half = side_m / 2.0

    view = CoverageMap(((-half, -half), (half, half))).view(START, [])

    assert len(view.probability) == view.columns * view.rows <= CELLS_MAX
    assert view.cell_m >= cell_min_m
    assert view.columns * view.cell_m >= side_m


def test_what_a_sensor_sees_beyond_the_site_is_left_out() -> None:
    seen = a_map(far=a_sight((100.0, 100.0)), over=a_sight((15.0, 5.0), 0.9, 50, 50))

    found = cells(seen.view(START, ["far", "over"]))

    assert found[9, 19] > 200
    assert found[0, 0] == 0


SIGHTS = st.lists(
    st.builds(
        a_sight,
        st.tuples(st.floats(-40.0, 40.0), st.floats(-40.0, 40.0)),
        st.floats(0.0, 1.0),
        st.integers(0, 30),
        st.integers(0, 30),
    ),
    max_size=5,
)


@given(SIGHTS, SIGHTS)
def test_a_sensor_more_never_lowers_coverage(some: list[Sight], more: list[Sight]) -> None:
    seen = CoverageMap(SITE)
    for index, sight in enumerate((*some, *more)):
        seen.put(f"cam-{index}", sight)
    few = [f"cam-{index}" for index in range(len(some))]
    all_of_them = [f"cam-{index}" for index in range(len(some) + len(more))]

    assert (cells(seen.view(START, all_of_them)) >= cells(seen.view(START, few))).all()
