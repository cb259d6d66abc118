import numpy as np
import pytest

from hub.core.fusion.duplicates import duplicates
from hub.core.fusion.lifecycle import CONFIRMED, LOST, TENTATIVE
from hub.core.fusion.tracks import Rows

NOW_US = 1_700_000_000_000_000


def two_tracks(*, apart_m: float = 0.3, speed_apart_mps: float = 0.1) -> Rows:
    rows = Rows()
    rows.append(2)
    rows.mean[:2] = [[0.0, 0.0, 1.0, 0.0], [apart_m, 0.0, 1.0 + speed_apart_mps, 0.0]]
    rows.state[:2] = CONFIRMED
    rows.updated_us[:2] = NOW_US
    rows.born_us[:2] = [NOW_US - 5, NOW_US - 9]
    return rows


def merged(rows: Rows) -> list[int]:
    return duplicates(rows, rows.mean[: rows.count, :2]).tolist()


def test_of_two_tracks_that_walk_as_one_the_longer_known_stays() -> None:
    assert merged(two_tracks()) == [0]


def test_of_two_as_old_the_smaller_number_stays() -> None:
    rows = two_tracks()
    rows.born_us[:2] = NOW_US - 5

    assert merged(rows) == [1]


def test_of_three_in_one_place_one_stays() -> None:
    rows = two_tracks()
    rows.append(1)
    for column in (rows.mean, rows.state, rows.updated_us, rows.born_us):
        column[2] = column[1]

    assert merged(rows) == [0, 2]


@pytest.mark.parametrize("change", [{"apart_m": 0.7}, {"speed_apart_mps": 0.8}])
def test_tracks_apart_in_place_or_speed_are_two(change: dict[str, float]) -> None:
    assert merged(two_tracks(**change)) == []


def test_tracks_beside_each_other_to_the_north_are_two() -> None:
    rows = two_tracks()
    rows.mean[1, 1] = 5.0

    assert merged(rows) == []


@pytest.mark.parametrize("state", [TENTATIVE, LOST])
def test_a_track_that_is_not_sure_or_already_gone_is_merged_with_nothing(state: int) -> None:
    rows = two_tracks()
    rows.state[1] = state

    assert merged(rows) == []


def test_a_person_and_a_vehicle_are_never_one() -> None:
    rows = two_tracks()
    rows.label[:2] = [1, 3]

    assert merged(rows) == []


def test_two_that_one_scan_shows_as_two_are_two_for_a_while() -> None:
    rows = two_tracks()
    rows.feed(np.array([0, 1]), 0, NOW_US)

    assert merged(rows) == []
    rows.feed(np.array([0]), 1, NOW_US + 10)
    rows.feed(np.array([1]), 2, NOW_US + 10)
    rows.updated_us[:2] = NOW_US + 3_000_000
    assert merged(rows) == [0]


def test_one_track_or_none_is_no_duplicate() -> None:
    rows = Rows()
    assert merged(rows) == []
    rows.append(1)
    assert merged(rows) == []
