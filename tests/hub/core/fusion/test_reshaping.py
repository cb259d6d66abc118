import numpy as np
import pytest

from hub.core.fusion.corrections import Member
from hub.core.fusion.lifecycle import COASTING, CONFIRMED, TENTATIVE
from hub.core.fusion.reshaping import (
    SEEN_NOW_US,
    fold,
    folding,
    pair_of,
    part_row,
    relabel,
    seedlings,
    unite_rows,
)
from hub.core.fusion.tracks import NAMELESS, NO_LABEL, Rows, feed

START = 1_700_000_000_000_000
SECOND = 1_000_000

Place = tuple[float, float]


def the_rows(*where: Place, velocity: Place = (0.0, 0.0)) -> Rows:
    """Return confirmed tracks at places, numbered from 1000 on, each older than the next."""
    rows, count = Rows(), len(where)
    rows.reserve(count)
    rows.count = count
    columns = rows.columns
    columns.number[:count] = np.arange(1000, 1000 + count)
    columns.mean[:count, :2] = where
    columns.mean[:count, 2:] = velocity
    columns.covariance[:count] = np.eye(4) * 0.25
    columns.updated_us[:count] = columns.looked_us[:count] = START
    columns.born_us[:count] = START - 60 * SECOND + np.arange(count)
    columns.existence[:count] = 0.8
    columns.hits[:count] = 5
    columns.state[:count] = CONFIRMED
    columns.held_label[:count] = NO_LABEL
    columns.fed_by[:count] = -1
    return rows


def test_two_who_are_seen_now_stand_apart_by_where_they_are_now() -> None:
    rows = the_rows((0.0, 0.0), (2.0, 1.0), velocity=(1.0, 0.0))
    rows.columns.mean[1, 2] = 3.0

    pair = pair_of(rows.columns, 0, 1, START + SECOND // 2)

    assert pair.offset == pytest.approx((3.0, 1.0))
    assert pair.both_seen
    assert pair.sigma_m == pytest.approx(np.sqrt(0.5))
    assert pair.unseen_s == pytest.approx(0.5)


def test_of_two_the_one_seen_longer_ago_says_whether_both_are_seen_now() -> None:
    rows = the_rows((0.0, 0.0), (2.0, 1.0))
    rows.columns.updated_us[1] = START + SECOND

    assert pair_of(rows.columns, 0, 1, START + SEEN_NOW_US).both_seen
    assert not pair_of(rows.columns, 0, 1, START + SEEN_NOW_US + 1).both_seen


def test_a_label_is_held_and_left_again() -> None:
    rows = the_rows((0.0, 0.0))

    relabel(rows.columns, 0, 3)
    assert rows.columns.held_label[0] == 3

    relabel(rows.columns, 0, None)
    assert rows.columns.held_label[0] == NO_LABEL


def test_two_that_are_one_stand_where_the_kept_one_is_seen() -> None:
    rows = the_rows((0.0, 0.0), (2.0, 0.0))
    columns = rows.columns
    columns.existence[1], columns.identity[1], columns.held_label[1] = 0.95, 7, 2
    feed(columns, 0, 4, START)
    feed(columns, 1, 5, START)

    unite_rows(columns, 0, 1)

    assert columns.mean[0, :2].tolist() == [0.0, 0.0]
    assert (columns.existence[0], columns.identity[0], columns.held_label[0]) == (0.95, 7, 2)
    assert columns.hits[0] == 10
    assert sorted(columns.fed_by[0, :3].tolist()) == [-1, 4, 5]


def test_who_was_out_of_sight_stands_where_it_was_found_again() -> None:
    rows = the_rows((0.0, 0.0), (9.0, 0.0))
    columns = rows.columns
    columns.updated_us[1] = START + 2 * SECOND
    columns.state[0] = COASTING
    columns.identity[0], columns.held_label[0] = 7, 2
    columns.identity[1], columns.held_label[1] = 8, 3

    unite_rows(columns, 0, 1)

    assert columns.mean[0, :2].tolist() == [9.0, 0.0]
    assert (columns.updated_us[0], columns.state[0]) == (START + 2 * SECOND, CONFIRMED)
    assert (columns.identity[0], columns.held_label[0], columns.number[0]) == (7, 2, 1000)


def test_the_later_height_of_two_is_that_of_both() -> None:
    rows = the_rows((0.0, 0.0), (2.0, 0.0))
    rows.columns.height[1], rows.columns.height_us[1] = (40.0, 1.0), START

    unite_rows(rows.columns, 0, 1)

    assert rows.columns.height[0].tolist() == [40.0, 1.0]
    assert rows.columns.height_us[0] == START


def test_duplicates_become_part_of_the_eldest_the_youngest_first() -> None:
    rows = the_rows((0.0, 0.0), (0.1, 0.0), (0.2, 0.0))
    kept, gone = np.array([1, 0, 0]), np.array([2, 2, 1])

    assert folding(rows.columns, kept, gone) == [(0, 2), (0, 1)]


def test_a_duplicate_hands_on_what_it_was_fed_and_said_to_be() -> None:
    rows = the_rows((0.0, 0.0), (0.1, 0.0))
    rows.columns.held_label[1] = 3
    feed(rows.columns, 1, 5, START)

    fold(rows.columns, 0, 1)

    assert rows.columns.held_label[0] == 3
    assert rows.columns.fed_count[0].sum() == 1


def test_a_parted_track_stands_at_its_offset_under_its_old_number_fed_by_nobody() -> None:
    rows = the_rows((5.0, 5.0), velocity=(1.0, 0.0))
    feed(rows.columns, 0, 4, START)
    member = Member(number=1007, offset=(2.0, -1.0), radius_m=1.0, held=3)

    new = part_row(rows, 0, member, START + SECOND)

    columns = rows.columns
    assert (new, rows.count, columns.number[new]) == (1, 2, 1007)
    assert columns.mean[new].tolist() == [7.0, 4.0, 1.0, 0.0]
    assert columns.covariance[new].diagonal().tolist() == [0.5] * 4
    assert (columns.state[new], columns.born_us[new]) == (CONFIRMED, START + SECOND)
    assert (columns.held_label[new], columns.fed_count[new].sum()) == (3, 0)
    assert columns.fed_count[0].sum() == 1


def test_what_these_sensors_alone_have_just_begun_there_is_found() -> None:
    rows = the_rows((0.0, 0.0), (0.5, 0.0), (0.5, 0.5), (4.0, 0.0), (0.2, 0.0))
    columns = rows.columns
    columns.state[1:5] = TENTATIVE
    columns.number[1:5] = np.arange(NAMELESS, NAMELESS + 4)
    for row in range(4):
        feed(columns, row, 4, START)
    feed(columns, 2, 5, START)

    found = seedlings(columns, rows.count, (0.0, 0.0), 1.0, {4})

    assert found.tolist() == [1, 4]
