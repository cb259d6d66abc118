import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from track_rows import add_rows

from hub.core.fusion.lifecycle import COASTING, CONFIRMED, LOST
from hub.core.fusion.tracks import FEEDERS, NAMELESS, Rows, Tracks, feed, slot_of, view_of
from wire.feed import LABELS
from wire.labels import Label

NOW_US = 1_700_000_000_000_000
NAMES = [f"cam-{index:02d}" for index in range(42)]


def some_rows(count: int) -> Rows:
    rows = Rows()
    rows.name(add_rows(rows, count))
    rows.columns.mean[:count] = np.arange(count)[:, np.newaxis] + [0.0, 100.0, 1.0, -1.0]
    rows.columns.covariance[:count] = np.diag([1.0, 4.0, 1.0, 1.0])
    rows.columns.updated_us[:count] = rows.columns.born_us[:count] = NOW_US
    return rows


def test_numbers_start_at_a_thousand_and_are_never_used_again() -> None:
    rows = some_rows(3)

    rows.remove(np.array([0, 1, 2]))
    rows.name(add_rows(rows, 2))

    assert Tracks(rows).number.tolist() == [1003, 1004]


@given(st.integers(1, 40), st.data())
def test_removing_rows_keeps_every_other_whole_and_says_where_it_is(
    count: int, data: st.DataObject
) -> None:
    rows = some_rows(count)
    rows.columns.fed_by[:count, 0] = np.arange(count)
    gone = np.array(sorted(data.draw(st.sets(st.integers(0, count - 1)))), dtype=np.intp)

    now_at = rows.remove(gone)

    assert len(Tracks(rows)) == count - len(gone)
    assert np.flatnonzero(now_at < 0).tolist() == gone.tolist()
    for before, after in enumerate(now_at.tolist()):
        if after >= 0:
            assert rows.columns.number[after] == 1000 + before
            east, north, *velocity = rows.columns.mean[after].tolist()
            assert (east, north) == (before, before + 100.0)
            assert velocity == [before + 1.0, before - 1.0]
            assert rows.columns.fed_by[after, 0] == before


def test_more_rows_than_there_is_room_for_make_room() -> None:
    rows = some_rows(3)

    added = add_rows(rows, 2_000)
    rows.name(added)

    assert added.tolist() == list(range(3, 2_003))
    assert Tracks(rows).number[-1] == 3_002
    assert rows.columns.mean[1].tolist() == [1.0, 101.0, 2.0, 0.0]


def test_a_number_that_is_no_tracks_is_used_by_none() -> None:
    rows = some_rows(1)

    taken = rows.take_number()
    rows.name(add_rows(rows, 1))

    assert taken == 1001
    assert Tracks(rows).number.tolist() == [1000, 1002]


def test_naming_gives_a_number_only_to_those_that_have_none() -> None:
    rows = some_rows(2)
    new = add_rows(rows, 2)
    assert Tracks(rows).number[2:].tolist() == [NAMELESS + 2, NAMELESS + 3]

    rows.name(np.array([0, 1, new[1]]))

    assert Tracks(rows).number.tolist() == [1000, 1001, NAMELESS + 2, 1002]


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
        tracks.visible,
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
    for sensor in range(FEEDERS + 2):
        feed(rows.columns, 0, sensor, NOW_US + sensor)
    feed(rows.columns, 0, 5, NOW_US + 30)
    rows.columns.updated_us[0] = NOW_US + 30

    sensors = Tracks(rows).sensors(0, NAMES)

    left = [index for index in range(FEEDERS + 1, 1, -1) if index != 5]
    assert sensors == tuple(NAMES[index] for index in (5, *left))


def test_a_sensor_that_only_looked_makes_way_before_one_that_looked_later() -> None:
    rows = some_rows(1)
    for sensor in range(FEEDERS):
        feed(rows.columns, 0, sensor, NOW_US + sensor)
    rows.columns.eyed_us[0, 0] = NOW_US + 100

    feed(rows.columns, 0, 40, NOW_US + 101)

    assert rows.columns.fed_by[0, :2].tolist() == [0, 40]
    assert rows.columns.fed_first_us[0, 1] == rows.columns.eyed_us[0, 1] == NOW_US + 101
    assert rows.columns.fed_count[0, 1] == 1
    assert slot_of(rows.columns.fed_by[0], rows.columns.eyed_us[0], 0) == 0


def test_a_track_is_as_visible_as_it_is_to_the_sensor_that_nothing_hides_it_from() -> None:
    rows = some_rows(1)
    rows.columns.visible[0] = 0.2
    rows.columns.visible[0, 3] = 0.7

    assert Tracks(rows).visible.tolist() == [0.7]


def test_what_a_person_said_it_is_comes_before_what_sensors_say() -> None:
    rows = some_rows(2)
    rows.columns.label[:2] = LABELS.index(Label.PERSON)
    rows.columns.held_label[0] = LABELS.index(Label.BAG)

    assert [LABELS[label] for label in Tracks(rows).label] == [Label.BAG, Label.PERSON]


def test_a_sensor_that_fed_a_track_long_ago_is_none_of_its_sensors() -> None:
    rows = some_rows(1)
    feed(rows.columns, 0, 1, NOW_US)
    feed(rows.columns, 0, 2, NOW_US + 6_000_000)
    rows.columns.updated_us[0] = NOW_US + 6_000_000

    assert Tracks(rows).sensors(0, NAMES) == ("cam-02",)


def test_a_late_scan_does_not_make_a_sensor_look_older() -> None:
    rows = some_rows(1)
    feed(rows.columns, 0, 1, NOW_US + 9)
    feed(rows.columns, 0, 1, NOW_US + 3)

    assert rows.columns.fed_us[0].max() == NOW_US + 9
    assert rows.columns.fed_first_us[0].max() == NOW_US + 3
    assert rows.columns.fed_count[0].max() == 2


def test_a_track_is_found_by_its_number_while_it_lives() -> None:
    rows = some_rows(3)
    rows.remove(np.array([0]))

    assert Tracks(rows).row_of(1002) == 0
    assert Tracks(rows).row_of(1000) is None
    rows.columns.state[0] = LOST
    assert Tracks(rows).row_of(1002) is None


def test_a_view_is_in_words_and_numbers_that_people_use() -> None:
    rows = some_rows(1)
    rows.columns.state[0] = COASTING
    rows.columns.label[0] = LABELS.index(Label.PERSON)
    rows.columns.existence[0] = 0.75
    rows.columns.simulated[0] = True
    feed(rows.columns, 0, 3, NOW_US)

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
    rows.columns.state[0] = CONFIRMED
    rows.columns.covariance[0, :2, :2] = [[2.0, 1.0], [1.0, 2.0]]

    view = view_of(Tracks(rows), 0, NAMES)

    assert view.confirmed
    assert view.sigma_azimuth_deg == pytest.approx(45.0)
    assert view.sigma_major_m == pytest.approx(3**0.5)
