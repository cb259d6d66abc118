import pytest
from track_rows import add_rows

from hub.core.fusion.duplicates import duplicates
from hub.core.fusion.lifecycle import COASTING, CONFIRMED, LOST, TENTATIVE
from hub.core.fusion.tracks import Rows, feed

NOW_US = 1_700_000_000_000_000


def two_tracks(*, apart_m: float = 0.3, speed_apart_mps: float = 0.1) -> Rows:
    rows = Rows()
    add_rows(rows, 2)
    columns = rows.columns
    columns.mean[:2] = [[0.0, 0.0, 1.0, 0.0], [apart_m, 0.0, 1.0 + speed_apart_mps, 0.0]]
    columns.state[:2] = CONFIRMED
    columns.updated_us[:2] = NOW_US
    columns.born_us[:2] = [NOW_US - 5, NOW_US - 9]
    return rows


def merged(rows: Rows) -> list[tuple[int, int]]:
    """Return who is kept and who goes."""
    kept, gone = duplicates(rows.columns, rows.count, rows.columns.mean[: rows.count, :2])
    return list(zip(kept.tolist(), gone.tolist(), strict=True))


def test_of_two_tracks_that_walk_as_one_the_longer_known_stays() -> None:
    assert merged(two_tracks()) == [(1, 0)]


def test_of_two_as_old_the_smaller_number_stays() -> None:
    rows = two_tracks()
    rows.columns.born_us[:2] = NOW_US - 5

    assert merged(rows) == [(0, 1)]


def test_of_three_in_one_place_one_stays() -> None:
    rows = two_tracks()
    add_rows(rows, 1)
    columns = rows.columns
    for column in (columns.mean, columns.state, columns.updated_us, columns.born_us):
        column[2] = column[1]

    assert {gone for _, gone in merged(rows)} == {0, 2}


@pytest.mark.parametrize("change", [{"apart_m": 0.7}, {"speed_apart_mps": 0.8}])
def test_tracks_apart_in_place_or_speed_are_two(change: dict[str, float]) -> None:
    assert merged(two_tracks(**change)) == []


def test_tracks_beside_each_other_to_the_north_are_two() -> None:
    rows = two_tracks()
    rows.columns.mean[1, 1] = 5.0

    assert merged(rows) == []


@pytest.mark.parametrize("state", [TENTATIVE, LOST])
@pytest.mark.parametrize("row", [0, 1])
def test_a_track_that_is_not_sure_or_already_gone_is_merged_with_nothing(
    state: int, row: int
) -> None:
    rows = two_tracks()
    rows.columns.state[row] = state

    assert merged(rows) == []


def test_a_track_that_nobody_sees_just_now_is_merged_with_the_one_in_its_place() -> None:
    rows = two_tracks()
    rows.columns.state[1] = COASTING

    assert merged(rows) == [(1, 0)]


def test_a_person_and_a_vehicle_are_never_one() -> None:
    rows = two_tracks()
    rows.columns.label[:2] = [1, 3]

    assert merged(rows) == []


def test_two_that_one_scan_shows_as_two_are_two_for_a_while() -> None:
    rows = two_tracks()
    feed(rows.columns, 0, 0, NOW_US)
    feed(rows.columns, 1, 0, NOW_US)

    assert merged(rows) == []
    feed(rows.columns, 0, 1, NOW_US + 10)
    feed(rows.columns, 1, 2, NOW_US + 10)
    rows.columns.updated_us[:2] = NOW_US + 3_000_000
    assert merged(rows) == [(1, 0)]


def test_one_track_or_none_is_no_duplicate() -> None:
    rows = Rows()
    assert merged(rows) == []
    add_rows(rows, 1)
    assert merged(rows) == []
