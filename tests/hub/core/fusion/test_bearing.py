import numpy as np
import pytest

from hub.core.fusion.bearing import Pointed, point


def some_states(*places: tuple[float, float], sigma_m: float = 2.0, lag_s: float = 0.0) -> Pointed:
    count = len(places)
    mean = np.column_stack((np.array(places), np.zeros((count, 2))))
    covariance = np.tile(np.diag([sigma_m**2, sigma_m**2, 1.0, 1.0]), (count, 1, 1))
    return Pointed(
        mean=mean,
        covariance=covariance,
        places=mean[:, :2].copy(),
        lag_s=np.full(count, lag_s),
        late_variance=np.full(count, 0.4 * lag_s**3 / 3.0),
    )


def pointed_at(
    states: Pointed, *bearings: float, sigma_deg: float = 1.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return point(states, (0.0, 0.0), np.array(bearings), np.full(len(bearings), sigma_deg))


def test_a_direction_moves_a_track_across_the_line_of_sight_and_not_along_it() -> None:
    row, mean, covariance = pointed_at(some_states((0.0, 50.0)), 2.0)

    assert row.tolist() == [0]
    # Two degrees at 50 m are 1.75 m; prior and direction are about as sure.
    assert 1.0 < mean[0, 0] < 1.75
    assert mean[0, 1] == pytest.approx(50.0)
    assert covariance[0, 0, 0] < 1.0
    assert covariance[0, 1, 1] == pytest.approx(4.0)


def test_a_direction_of_somebody_else_moves_nobody() -> None:
    row, _, _ = pointed_at(some_states((0.0, 50.0)), 90.0)

    assert row.size == 0


def test_north_is_near_from_both_sides() -> None:
    row, mean, _ = pointed_at(some_states((0.5, 50.0)), 359.0)

    assert row.tolist() == [0]
    assert mean[0, 0] < 0.5


def test_a_direction_that_could_be_of_two_tracks_moves_neither() -> None:
    row, _, _ = pointed_at(some_states((0.0, 50.0), (1.0, 60.0)), 0.5)

    assert row.size == 0


def test_two_directions_that_could_be_of_one_track_do_not_move_it() -> None:
    row, _, _ = pointed_at(some_states((0.0, 50.0)), 0.5, 1.0)

    assert row.size == 0


def test_a_track_on_top_of_the_sensor_has_no_direction() -> None:
    row, _, _ = pointed_at(some_states((0.0, 0.0)), 10.0)

    assert row.size == 0


def test_a_late_direction_teaches_less_and_corrects_the_velocity_too() -> None:
    _, in_time, sure = pointed_at(some_states((0.0, 50.0)), 2.0)
    _, late, less_sure = pointed_at(some_states((0.0, 50.0), lag_s=1.0), 2.0)

    assert late[0, 0] < in_time[0, 0]
    assert less_sure[0, 0, 0] > sure[0, 0, 0]
    assert late[0, 2] < 0.0
