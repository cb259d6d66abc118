import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from track_rows import add_rows

from hub.core.fusion.lifecycle import COASTING, CONFIRMED, LOST, TENTATIVE
from hub.core.fusion.tracks import Rows, Tracks
from hub.core.picture.columns import PREDICT_MAX_S, pack, shown_rows
from wire import columns
from wire.feed import (
    FLAG_ALERTED,
    FLAG_COASTING,
    FLAG_CONFIRMED,
    FLAG_CROWD,
    FLAG_EXERCISE,
    FLAG_SIMULATED,
    LABELS,
    TrackRow,
)
from wire.labels import Label

START = 1_800_000_000_000_000
SECOND = 1_000_000


def tracks_in(*states: int) -> Tracks:
    rows = Rows()
    new = add_rows(rows, len(states))
    rows.name(new)
    rows.columns.state[new] = states
    rows.columns.updated_us[new] = START
    return Tracks(rows)


def packed(
    tracks: Tracks, at_us: int = START, alerted: frozenset[int] = frozenset()
) -> list[TrackRow]:
    return list(columns.rows(pack(tracks, shown_rows(tracks), at_us, alerted)))


def test_tentative_and_lost_tracks_are_not_shown() -> None:
    tracks = tracks_in(TENTATIVE, CONFIRMED, COASTING, LOST)

    assert [row.number for row in packed(tracks)] == [1001, 1002]


def test_a_track_is_shown_with_all_that_is_known_of_it() -> None:
    tracks = tracks_in(CONFIRMED)
    tracks.east[0], tracks.north[0] = 12.5, -7.25
    tracks.velocity_east[0], tracks.velocity_north[0] = 3.0, 0.0
    tracks.covariance[0, :2, :2] = ((0.25, 0.0), (0.0, 4.0))
    tracks._rows.columns.label[0] = LABELS.index(Label.VEHICLE)

    (row,) = packed(tracks)

    assert (row.east_m, row.north_m, row.label) == (12.5, -7.25, Label.VEHICLE)
    assert (row.heading_deg, row.speed_mps, row.sigma_m) == (90.0, 3.0, 2.0)
    assert (row.age_ms, row.flags) == (0, FLAG_CONFIRMED)


def test_a_track_is_carried_on_along_its_way_for_a_second_and_no_further() -> None:
    tracks = tracks_in(CONFIRMED)
    tracks.velocity_north[0] = 2.0

    (soon,) = packed(tracks, START + SECOND // 2)
    (late,) = packed(tracks, START + 60 * SECOND)

    assert (soon.north_m, soon.age_ms) == (1.0, 500)
    assert (late.north_m, late.age_ms) == (2.0 * PREDICT_MAX_S, 60_000)


def test_a_track_measured_after_the_frame_is_not_carried_back() -> None:
    tracks = tracks_in(CONFIRMED)
    tracks.velocity_north[0] = 2.0

    (row,) = packed(tracks, START - SECOND)

    assert (row.north_m, row.age_ms) == (0.0, 0)


def test_flags_say_what_is_not_real_and_what_an_alert_names() -> None:
    tracks = tracks_in(CONFIRMED, COASTING, CONFIRMED)
    tracks.simulated[0] = tracks.exercise[1] = True

    flags = [row.flags for row in packed(tracks, alerted=frozenset({1002}))]

    assert flags == [
        FLAG_CONFIRMED | FLAG_SIMULATED,
        FLAG_COASTING | FLAG_EXERCISE,
        FLAG_CONFIRMED | FLAG_ALERTED,
    ]


def test_who_stands_where_identity_is_lost_is_marked() -> None:
    tracks = tracks_in(CONFIRMED, CONFIRMED)

    packed = pack(tracks, shown_rows(tracks), START, frozenset(), frozenset({1001}))

    flags = [row.flags for row in columns.rows(packed)]
    assert flags == [FLAG_CONFIRMED, FLAG_CONFIRMED | FLAG_CROWD]


def test_the_sigma_is_that_of_the_ellipses_longer_axis() -> None:
    tracks = tracks_in(CONFIRMED)
    tracks.covariance[0, :2, :2] = ((5.0, 4.0), (4.0, 5.0))

    (row,) = packed(tracks)

    assert row.sigma_m == 3.0


def test_what_is_too_large_for_its_column_saturates() -> None:
    tracks = tracks_in(CONFIRMED)
    tracks.velocity_east[0] = 1e6
    tracks.covariance[0, 0, 0] = 1e12

    (row,) = packed(tracks, START + 3600 * SECOND)

    assert (row.speed_mps, row.sigma_m, row.age_ms) == (655.35, 655.35, 65_535)


@given(st.floats(-180.0, 180.0))
def test_a_heading_of_any_direction_comes_back(turn_deg: float) -> None:
    tracks = tracks_in(CONFIRMED)
    tracks.velocity_east[0] = np.sin(np.radians(turn_deg))
    tracks.velocity_north[0] = np.cos(np.radians(turn_deg))

    (row,) = packed(tracks)

    off_deg = (row.heading_deg - turn_deg + 180.0) % 360.0 - 180.0
    assert off_deg == pytest.approx(0.0, abs=0.02)
