import numpy as np
import pytest
from ground_scans import START_US, a_scan
from reference_tracker import corrected_along

from hub.core.fusion.lifecycle import SPEED_SIGMA_MPS, TENTATIVE, Law
from hub.core.fusion.measurement import LABEL_INDEX, Measurements
from hub.core.fusion.tracker import Tracker, TrackerSettings
from hub.core.fusion.tracks import NAMELESS
from wire.feed import LABELS
from wire.labels import Label

LAW = Law()


def born(scan: Measurements, tracker: Tracker | None = None) -> Tracker:
    tracker = tracker or Tracker()
    tracker.update(scan, START_US)
    return tracker


def test_a_track_begins_where_and_as_vague_as_its_measurement() -> None:
    covariance = np.array([[[0.3, 0.1], [0.1, 0.4]]])

    tracker = born(a_scan((3.0, 4.0), covariance=covariance))

    columns = tracker.rows.columns
    assert columns.mean[0].tolist() == [3.0, 4.0, 0.0, 0.0]
    assert columns.covariance[0, :2, :2].tolist() == covariance[0].tolist()
    assert columns.covariance[0, :2, 2:].tolist() == [[0.0, 0.0], [0.0, 0.0]]
    assert columns.state[0] == TENTATIVE
    assert columns.hits[0] == 1
    assert columns.updated_us[0] == columns.looked_us[0] == columns.born_us[0] == START_US


@pytest.mark.parametrize("label", LABELS)
def test_how_fast_it_may_be_is_by_what_it_is(label: Label) -> None:
    index = LABEL_INDEX[label]

    tracker = born(a_scan((0.0, 0.0), label=np.array([index], np.uint8)))

    assert tracker.rows.columns.covariance[0, 2, 2] == SPEED_SIGMA_MPS[index] ** 2
    assert tracker.rows.columns.label[0] == index


@pytest.mark.parametrize(("confidence", "counts_as"), [(1.0, 1.0), (0.5, 0.5), (0.0, 0.2)])
def test_a_doubtful_detection_begins_a_doubtful_track(confidence: float, counts_as: float) -> None:
    tracker = born(a_scan((0.0, 0.0), confidence=np.array([confidence])))

    assert tracker.tracks.existence[0] == pytest.approx(LAW.birth_existence * counts_as)
    assert tracker.tracks.existence[0] > LAW.lose_existence


def test_a_birth_with_a_doppler_knows_its_speed_along_the_line_of_sight() -> None:
    told = {"doppler_mps": np.array([2.0]), "doppler_sigma_mps": np.array([0.5])}

    tracker = born(a_scan((30.0, 40.0), has_doppler=np.ones(1, np.bool_), **told))

    speed = SPEED_SIGMA_MPS[LABEL_INDEX[Label.PERSON]]
    plain = np.diag([0.09, 0.09, speed**2, speed**2])
    ahead = np.array([0.0, 0.0, 0.6, 0.8])
    mean, covariance = corrected_along(np.array([30.0, 40.0, 0, 0]), plain, ahead, 2.0, 0.25)
    assert tracker.rows.columns.mean[0] == pytest.approx(mean)
    assert tracker.rows.columns.covariance[0] == pytest.approx(covariance)


def test_births_are_numbered_and_stand_from_west_to_east() -> None:
    tracker = born(a_scan((9.0, 0.0), (-9.0, 0.0), (0.0, 0.0)))

    assert tracker.tracks.east.tolist() == [-9.0, 0.0, 9.0]
    assert tracker.tracks.number.tolist() == [NAMELESS, NAMELESS + 1, NAMELESS + 2]


def test_where_there_is_room_for_fewer_the_first_are_born() -> None:
    tracker = Tracker(TrackerSettings(tracks_max=2))

    born(a_scan((9.0, 0.0), (-9.0, 0.0), (0.0, 0.0)), tracker)

    assert tracker.tracks.east.tolist() == [-9.0, 0.0]


def test_outside_the_bounds_nothing_begins() -> None:
    tracker = Tracker(bounds=((-10.0, -5.0), (10.0, 5.0)))

    born(a_scan((-10.1, 0.0), (10.1, 0.0), (0.0, 5.1), (0.0, -5.1), (10.0, 5.0)), tracker)

    assert tracker.tracks.east.tolist() == [10.0]


def test_what_a_birth_says_of_itself_is_the_tracks() -> None:
    tracker = born(a_scan((0.0, 0.0), object_id=("t1",), identity=np.array([7]), simulated=True))

    columns = tracker.rows.columns
    assert columns.identity[0] == 7
    assert columns.object_key[0] != 0
    assert columns.simulated[0]
    assert not columns.exercise[0]
