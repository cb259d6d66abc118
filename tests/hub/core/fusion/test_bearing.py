import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_tracker import corrected_along, predicted
from track_rows import add_rows

from hub.core.fusion.bearing import point
from hub.core.fusion.kalman import late_variance
from hub.core.fusion.lifecycle import (
    COASTING,
    CONFIRMED,
    DORMANT,
    INTENSITY,
    LOST,
    TENTATIVE,
    Law,
)
from hub.core.fusion.tracks import Columns, Rows
from wire.feed import LABELS
from wire.labels import Label

NOW_US = 1_700_000_000_000_000
SECOND = 1_000_000
PERSON = LABELS.index(Label.PERSON)


def some_tracks(*places: tuple[float, float], sigma_m: float = 2.0, lag_s: float = 0.0) -> Rows:
    """Return tracks whose latest measurement was `lag_s` after the direction."""
    rows = Rows()
    new = add_rows(rows, len(places))
    columns = rows.columns
    columns.mean[new, :2] = places
    columns.covariance[new] = np.diag([sigma_m**2, sigma_m**2, 1.0, 1.0])
    columns.updated_us[new] = NOW_US + round(lag_s * SECOND)
    columns.state[new] = CONFIRMED
    columns.label[new] = PERSON
    return rows


def pointed_at(
    rows: Rows, *bearings: float, sigma_deg: float = 1.0
) -> tuple[list[int], np.ndarray, np.ndarray]:
    columns: Columns = rows.columns
    sigma = np.full(len(bearings), sigma_deg)
    pointed, _ = point(columns, rows.count, (0.0, 0.0), np.array(bearings), sigma, NOW_US, Law())
    return pointed.tolist(), columns.mean, columns.covariance


def test_a_direction_moves_a_track_across_the_line_of_sight_and_not_along_it() -> None:
    row, mean, covariance = pointed_at(some_tracks((0.0, 50.0)), 2.0)

    assert row == [0]
    # Two degrees at 50 m are 1.75 m; prior and direction are about as sure.
    assert 1.0 < mean[0, 0] < 1.75
    assert mean[0, 1] == pytest.approx(50.0)
    assert covariance[0, 0, 0] < 1.0
    assert covariance[0, 1, 1] == pytest.approx(4.0)


def test_a_direction_of_somebody_else_moves_nobody() -> None:
    row, _, _ = pointed_at(some_tracks((0.0, 50.0)), 90.0)

    assert row == []


def test_north_is_near_from_both_sides() -> None:
    row, mean, _ = pointed_at(some_tracks((0.5, 50.0)), 359.0)

    assert row == [0]
    assert mean[0, 0] < 0.5


def test_a_direction_that_could_be_of_two_tracks_moves_neither() -> None:
    row, mean, _ = pointed_at(some_tracks((0.0, 50.0), (1.0, 60.0)), 0.5)

    assert row == []
    assert mean[:2, :2].tolist() == [[0.0, 50.0], [1.0, 60.0]]


def test_two_directions_that_could_be_of_one_track_do_not_move_it() -> None:
    row, _, _ = pointed_at(some_tracks((0.0, 50.0)), 0.5, 1.0)

    assert row == []


def test_each_of_several_tracks_is_moved_by_its_own_direction() -> None:
    row, mean, _ = pointed_at(some_tracks((0.0, 50.0), (50.0, 0.0)), 89.0, 1.0)

    assert sorted(row) == [0, 1]
    assert mean[0, 0] > 0.3
    assert mean[1, 1] > 0.3


def test_a_track_on_top_of_the_sensor_has_no_direction() -> None:
    row, _, _ = pointed_at(some_tracks((0.0, 0.0)), 10.0)

    assert row == []


@pytest.mark.parametrize("state", [TENTATIVE, LOST])
def test_what_is_not_sure_or_gone_has_no_direction(state: int) -> None:
    rows = some_tracks((0.0, 50.0))
    rows.columns.state[0] = state

    assert pointed_at(rows, 0.5)[0] == []


@pytest.mark.parametrize("state", [COASTING, DORMANT])
def test_who_was_not_seen_for_a_while_is_told_by_a_direction_where_to_look(state: int) -> None:
    rows = some_tracks((0.0, 50.0), lag_s=-2.0)
    rows.columns.state[0] = state

    row, mean, _ = pointed_at(rows, 2.0)

    assert row == [0]
    assert mean[0, 0] > 1.0
    assert rows.columns.updated_us[0] == NOW_US


def test_who_could_be_anywhere_is_in_no_direction() -> None:
    assert pointed_at(some_tracks((0.0, 50.0), lag_s=-11.0), 0.5)[0] == []


def test_a_late_direction_teaches_less_and_corrects_the_velocity_too() -> None:
    _, in_time, sure = pointed_at(some_tracks((0.0, 50.0)), 2.0)
    _, late, less_sure = pointed_at(some_tracks((0.0, 50.0), lag_s=1.0), 2.0)

    assert late[0, 0] < in_time[0, 0]
    assert less_sure[0, 0, 0] > sure[0, 0, 0]
    assert late[0, 2] < 0.0


@given(
    st.floats(5.0, 80.0),
    st.floats(-3.0, 3.0),
    st.floats(-2.0, 2.0),
    st.floats(0.1, 5.0),
    st.floats(-4.0, 2.5),
)
def test_a_direction_corrects_as_the_textbook_says(
    north_m: float, gap_deg: float, speed_mps: float, sigma_deg: float, lag_s: float
) -> None:
    rows = some_tracks((0.0, north_m), lag_s=lag_s)
    rows.columns.mean[0, 2:] = (speed_mps, -0.5)
    lag_s = round(lag_s * SECOND) / SECOND
    mean, covariance = rows.columns.mean[0].copy(), rows.columns.covariance[0].copy()
    back = mean[:2] - lag_s * mean[2:]
    bearing_deg = float(np.degrees(np.arctan2(back[0], back[1]))) + gap_deg

    row, after, sure = pointed_at(rows, bearing_deg, sigma_deg=sigma_deg)

    intensity = float(INTENSITY[PERSON])
    if lag_s < 0.0:
        mean, covariance = predicted(mean, covariance, -lag_s, intensity)
    late_s, far = max(lag_s, 0.0), float(np.hypot(*back))
    # The bearing's derivative by differences, on the state taken back.
    step, place = 1e-6, mean[:2] - late_s * mean[2:]
    slope = [
        (bearing(place + shift) - bearing(place - shift)) / (2 * step) for shift in np.eye(2) * step
    ]
    direction = np.array([*slope, *(-late_s * np.array(slope))])
    variance = np.radians(sigma_deg) ** 2 + late_variance(late_s, intensity) / far**2
    expected = corrected_along(mean, covariance, direction, np.radians(gap_deg), variance)
    if row:
        assert after[0] == pytest.approx(expected[0], abs=1e-5)
        assert sure[0] == pytest.approx(expected[1], abs=1e-5)
    whole = float(direction @ covariance @ direction) + variance
    if abs(abs(np.radians(gap_deg)) - 3.0 * np.sqrt(whole)) > 1e-5:
        assert bool(row) == (abs(np.radians(gap_deg)) < 3.0 * np.sqrt(whole))


def bearing(place: np.ndarray) -> float:
    return float(np.arctan2(place[0], place[1]))
