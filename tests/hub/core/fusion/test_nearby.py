import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from track_rows import add_rows

from hub.core.fusion.nearby import (
    BUCKETS,
    CELL_M,
    file,
    file_all,
    is_elsewhere,
    refile,
    rows_within,
)
from hub.core.fusion.tracks import Rows

NOW_US = 1_700_000_000_000_000
SECOND = 1_000_000

Place = tuple[float, float]
coordinates = st.floats(-200.0, 200.0) | st.sampled_from([0.0, CELL_M, -CELL_M, 1e9, -1e9])
places = st.tuples(coordinates, coordinates)


def empty_heads() -> np.ndarray:
    return np.full(BUCKETS, -1, np.int32)


def filed(*where: Place) -> tuple[Rows, np.ndarray]:
    rows, heads = Rows(), empty_heads()
    for row in add_rows(rows, len(where)).tolist():
        rows.columns.mean[row, :2] = where[row]
        file(rows.columns, heads, row, *where[row])
    return rows, heads


def near(rows: Rows, heads: np.ndarray, low: Place, high: Place) -> list[int]:
    return rows_within(rows.columns, rows.count, heads, low, high).tolist()


def within(where: list[Place], low: Place, high: Place) -> set[int]:
    return {
        row
        for row, place in enumerate(where)
        if all(low[axis] <= place[axis] <= high[axis] for axis in range(2))
    }


@given(st.lists(places, max_size=30), places, places)
def test_every_row_within_a_box_is_found_and_none_that_is_further_than_a_cell(
    where: list[Place], one: Place, other: Place
) -> None:
    rows, heads = filed(*where)
    low = min(one[0], other[0]), min(one[1], other[1])
    high = max(one[0], other[0]), max(one[1], other[1])

    found = near(rows, heads, low, high)

    assert found == sorted(set(found))
    assert within(where, low, high) <= set(found)
    # Whoever is off the plane stands in the cell at its edge.
    edge = [(float(np.clip(e, -1e6, 1e6)), float(np.clip(n, -1e6, 1e6))) for e, n in where]
    wide_low = min(low[0], 1e6) - CELL_M, min(low[1], 1e6) - CELL_M
    wide_high = max(high[0], -1e6) + CELL_M, max(high[1], -1e6) + CELL_M
    assert set(found) <= within(edge, wide_low, wide_high)


@given(st.lists(st.tuples(places, places), min_size=1, max_size=20), places)
def test_a_row_that_moves_is_found_where_it_is_and_not_where_it_was(
    moves: list[tuple[Place, Place]], corner: Place
) -> None:
    rows, heads = filed(*[before for before, _ in moves])
    for row, (_, after) in enumerate(moves):
        refile(rows.columns, heads, row, *after)

    anew, anew_heads = filed(*[after for _, after in moves])

    high = corner[0] + 50.0, corner[1] + 50.0
    assert near(rows, heads, corner, high) == near(anew, anew_heads, corner, high)


@pytest.mark.parametrize("row", [0, 1, 2])
def test_a_row_leaves_a_full_cell_wherever_it_stands_in_its_list(row: int) -> None:
    rows, heads = filed((1.0, 1.0), (2.0, 2.0), (3.0, 3.0))

    refile(rows.columns, heads, row, 100.0, 100.0)

    assert near(rows, heads, (0.0, 0.0), (4.0, 4.0)) == [one for one in range(3) if one != row]
    assert near(rows, heads, (99.0, 99.0), (101.0, 101.0)) == [row]


def test_a_step_within_a_cell_is_none_to_elsewhere() -> None:
    rows, _ = filed((1.0, 1.0))

    assert not is_elsewhere(rows.columns.cell[0], 3.0, 3.0)
    assert is_elsewhere(rows.columns.cell[0], -0.1, 3.0)
    assert is_elsewhere(rows.columns.cell[0], 3.0, CELL_M)


def test_cells_of_one_bucket_are_told_apart() -> None:
    # More cells than buckets: some share one.
    side = 140
    where = [(CELL_M * east, CELL_M * north) for east in range(side) for north in range(side)]
    assert len(where) > BUCKETS

    rows, heads = filed(*where)

    for row in range(0, len(where), 997):
        assert near(rows, heads, where[row], where[row]) == [row]


def test_all_rows_are_filed_where_they_are_at_an_instant() -> None:
    rows, heads = filed((0.0, 0.0), (50.0, 0.0))
    rows.columns.mean[:2, 2:] = [[3.0, 4.0], [-30.0, 0.0]]
    rows.columns.updated_us[:2] = NOW_US

    fastest = file_all(rows.columns, 2, heads, NOW_US + 20 * SECOND, 10.0)

    assert fastest == 30.0
    # No further than ten seconds.
    assert near(rows, heads, (30.0, 40.0), (30.0, 40.0)) == [0]
    assert near(rows, heads, (-250.0, 0.0), (-250.0, 0.0)) == [1]
    assert near(rows, heads, (0.0, 0.0), (0.0, 0.0)) == []


def test_without_rows_there_is_nobody_near() -> None:
    rows, heads = filed()

    assert near(rows, heads, (-1e9, -1e9), (1e9, 1e9)) == []
    assert file_all(rows.columns, 0, heads, NOW_US, 10.0) == 0.0
