import numpy as np
import pytest

from bench import scoring
from bench.identity import Frame

NOBODY = np.empty((0, 2))


def a_frame(truth: list[tuple[float, float]], tracks: list[tuple[float, float]]) -> Frame:
    return Frame(
        truth_ids=range(len(truth)),
        truth=np.array(truth).reshape(-1, 2),
        track_ids=range(100, 100 + len(tracks)),
        tracks=np.array(tracks).reshape(-1, 2),
    )


def test_gospa_is_a_distance_for_what_is_found_and_half_a_cut_for_what_is_not() -> None:
    here, near, far = np.array([[0.0, 0.0]]), np.array([[0.6, 0.8]]), np.array([[9.0, 9.0]])

    assert scoring.gospa(here, near).distance_m == pytest.approx(1.0)
    assert scoring.gospa(here, NOBODY).distance_m == pytest.approx(2.0**0.5)
    assert scoring.gospa(NOBODY, here).false == pytest.approx(2.0)
    # Too far apart to be the same: one missed and one false.
    assert scoring.gospa(here, far).distance_m == pytest.approx(2.0)
    assert scoring.gospa(NOBODY, NOBODY).distance_m == 0.0


def test_perfect_tracks_have_perfect_figures() -> None:
    summary = scoring.summary([a_frame([(0, 0), (5, 5)], [(0, 0), (5, 5)])] * 5)

    assert (summary.mota, summary.idf1, summary.switches, summary.gospa_m) == (1.0, 1.0, 0, 0.0)


def test_two_tracks_that_swap_their_people_are_two_switches() -> None:
    frames = [a_frame([(0, 0), (5, 5)], [(0, 0), (5, 5)])] * 5
    frames += [a_frame([(0, 0), (5, 5)], [(5, 5), (0, 0)])] * 5

    summary = scoring.summary(frames)

    assert summary.switches == 2
    assert summary.idf1 == pytest.approx(0.5)


def test_the_truth_of_pets_has_its_people_on_the_ground() -> None:
    truth = scoring.ground_truth()

    assert len(truth) == 795
    assert truth[0][0] == [9, 15, 19]
    assert truth[0][1][0] == pytest.approx([-4.21, -7.43], abs=0.01)
