import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.fusion.lifecycle import COASTING, CONFIRMED
from hub.core.fusion.tracks import Rows, Tracks, view_of
from wire.feed import LABELS
from wire.labels import Label

NOW_US = 1_700_000_000_000_000
NAMES = [f"cam-{index:02d}" for index in range(12)]


def some_rows(count: int) -> Rows:
    rows = Rows()
    rows.name(rows.append(count))
    rows.mean[:count] = np.arange(count)[:, np.newaxis] + [0.0, 100.0, 1.0, -1.0]
    rows.covariance[:count] = np.diag([1.0, 4.0, 1.0, 1.0])
    rows.updated_us[:count] = rows.born_us[:count] = NOW_US
    return rows


def test_numbers_start_at_a_thousand_and_are_never_used_again() -> None:
    rows = some_rows(3)

    rows.remove(np.array([0, 1, 2]))
    rows.name(rows.append(2))

    assert Tracks(rows).number.tolist() == [1003, 1004]


@given(st.integers(1, 40), st.data())
def test_removing_rows_keeps_every_other_whole_and_says_where_it_is(
    count: int, data: st.DataObject
) -> None:
    rows = some_rows(count)
    rows.fed_by[:count, 0] = np.arange(count)
    gone = np.array(sorted(data.draw(st.sets(st.integers(0, count - 1)))), dtype=np.intp)

    now_at = rows.remove(gone)

    assert len(Tracks(rows)) == count - len(gone)
    assert np.flatnonzero(now_at < 0).tolist() == gone.tolist()
    for before, after in enumerate(now_at.tolist()):
        if after >= 0:
            assert rows.number[after] == 1000 + before
            assert rows.mean[after].tolist() == [before, before + 100.0, before + 1.0, before - 1.0]
            assert rows.fed_by[after, 0] == before


def test_more_rows_than_there_is_room_for_make_room() -> None:
    rows = some_rows(3)

    added = rows.append(2_000)
    rows.name(added)

    assert added.tolist() == list(range(3, 2_003))
    assert Tracks(rows).number[-1] == 3_002
    assert rows.mean[1].tolist() == [1.0, 101.0, 2.0, 0.0]


def test_a_row_that_is_used_again_remembers_nothing() -> None:
    rows = some_rows(2)
    rows.feed(np.array([1]), 4, NOW_US)
    rows.remove(np.array([1]))

    (row,) = rows.append(1)

    assert rows.mean[row].tolist() == [0.0] * 4
    assert Tracks(rows).sensors(row, NAMES) == ()


def test_columns_have_one_entry_for_each_track() -> None:
    tracks = Tracks(some_rows(3))

    for column in (
        tracks.number,
        tracks.east,
        tracks.north,
        tracks.velocity_east,
        tracks.velocity_north,
        tracks.covariance,
        tracks.updated_us,
        tracks.born_us,
        tracks.existence,
        tracks.state,
        tracks.label,
        tracks.label_confidence,
        tracks.simulated,
        tracks.exercise,
    ):
        assert len(column) == 3
    assert tracks.east.tolist() == [0.0, 1.0, 2.0]
    assert tracks.velocity_north.tolist() == [-1.0, 0.0, 1.0]


def test_tracks_are_predicted_along_their_velocity_but_not_beyond_reason() -> None:
    tracks = Tracks(some_rows(1))

    assert tracks.predicted(NOW_US + 2_000_000)[0].tolist() == [2.0, 98.0]
    assert tracks.predicted(NOW_US + 10**12)[0].tolist() == [10.0, 90.0]
    assert tracks.predicted(NOW_US + 10**12, span_max_s=1.0)[0].tolist() == [1.0, 99.0]


def test_a_track_knows_its_sensors_most_recent_first_and_forgets_the_oldest() -> None:
    rows = some_rows(1)
    row = np.array([0])
    for sensor in range(10):
        rows.feed(row, sensor, NOW_US + sensor)
    rows.feed(row, 5, NOW_US + 20)
    rows.updated_us[0] = NOW_US + 20

    sensors = Tracks(rows).sensors(0, NAMES)

    assert sensors == tuple(f"cam-0{index}" for index in (5, 9, 8, 7, 6, 4, 3, 2))


def test_a_sensor_that_fed_a_track_long_ago_is_none_of_its_sensors() -> None:
    rows = some_rows(1)
    rows.feed(np.array([0]), 1, NOW_US)
    rows.feed(np.array([0]), 2, NOW_US + 6_000_000)
    rows.updated_us[0] = NOW_US + 6_000_000

    assert Tracks(rows).sensors(0, NAMES) == ("cam-02",)


def test_a_late_scan_does_not_make_a_sensor_look_older() -> None:
    rows = some_rows(1)
    rows.feed(np.array([0]), 1, NOW_US + 9)
    rows.feed(np.array([0]), 1, NOW_US + 3)

    assert rows.fed_us[0].max() == NOW_US + 9


def test_a_track_is_found_by_its_number_while_it_lives() -> None:
    rows = some_rows(3)
    rows.remove(np.array([0]))

    assert Tracks(rows).row_of(1002) == 0
    assert Tracks(rows).row_of(1000) is None


def test_a_view_is_in_words_and_numbers_that_people_use() -> None:
    rows = some_rows(1)
    rows.state[0] = COASTING
    rows.label[0] = LABELS.index(Label.PERSON)
    rows.existence[0] = 0.75
    rows.simulated[0] = True
    rows.feed(np.array([0]), 3, NOW_US)

    view = view_of(Tracks(rows), 0, NAMES)

    assert (view.number, view.label) == (1000, Label.PERSON)
    assert (view.at.east_m, view.at.north_m) == (0.0, 100.0)
    assert view.heading_deg == pytest.approx(135.0)
    assert view.speed_mps == pytest.approx(2**0.5)
    assert (view.sigma_major_m, view.sigma_minor_m) == pytest.approx((2.0, 1.0))
    assert view.sigma_azimuth_deg == pytest.approx(0.0)
    assert view.coasting
    assert not view.confirmed
    assert view.sensors == ("cam-03",)
    assert view.simulated
    assert not view.exercise


def test_the_ellipse_of_a_view_points_where_the_track_is_vaguest() -> None:
    rows = some_rows(1)
    rows.state[0] = CONFIRMED
    rows.covariance[0, :2, :2] = [[2.0, 1.0], [1.0, 2.0]]

    view = view_of(Tracks(rows), 0, NAMES)

    assert view.confirmed
    assert view.sigma_azimuth_deg == pytest.approx(45.0)
    assert view.sigma_major_m == pytest.approx(3**0.5)
