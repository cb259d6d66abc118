import numpy as np
import pytest
from ground_scans import SECOND, START_US
from reference_tracker import corrected, corrected_along, corrected_softly, predicted, the_noise
from track_rows import add_rows

from hub.core.fusion.association import shares_of
from hub.core.fusion.correction import correct_all
from hub.core.fusion.gating import Pairs
from hub.core.fusion.kalman import place_spread
from hub.core.fusion.lifecycle import CONFIRMED, INTENSITY
from hub.core.fusion.looking import Eye, Near
from hub.core.fusion.nearby import BUCKETS, file_all, rows_within
from hub.core.fusion.scan_order import Seen
from hub.core.fusion.sight import label_share
from hub.core.fusion.tracks import Rows, feed
from wire.feed import LABELS
from wire.labels import Label

PERSON, BAG = LABELS.index(Label.PERSON), LABELS.index(Label.BAG)
INTENSITY_PERSON = float(INTENSITY[PERSON])
MEAN = np.array([5.0, 6.0, 1.0, -0.5])
COVARIANCE = np.diag([0.4, 0.3, 0.2, 0.1])
PLACES = np.array([[5.3, 6.1], [4.8, 6.4]])
NOISES = np.array([[[0.09, 0.02], [0.02, 0.16]], [[0.25, 0.0], [0.0, 0.25]]])
SENSOR = 3


class Scene:
    """One track, and a scan of two measurements that may be its own."""

    def __init__(self, *chances: float, span_s: float = 0.1, **told: object) -> None:
        self.rows, self.heads = Rows(), np.full(BUCKETS, -1, np.int32)
        add_rows(self.rows, 1)
        columns = self.rows.columns
        columns.mean[0], columns.covariance[0] = MEAN, COVARIANCE
        columns.state[0], columns.label[0] = CONFIRMED, PERSON
        columns.updated_us[0], columns.hits[0] = START_US, 5
        columns.votes[0, PERSON] = 3.0
        feed(columns, 0, SENSOR, START_US)
        file_all(columns, 1, self.heads, START_US, 10.0)
        self.at_us = START_US + round(span_s * SECOND)
        self.chances = np.array(chances)
        plain = {
            "label": np.full(2, PERSON, np.uint8),
            "object_key": np.zeros(2, np.int64),
            "doppler_mps": np.zeros(2),
            "doppler_sigma_mps": np.zeros(2),
            "identity": np.zeros(2, np.int64),
            "news": np.ones(2),
        }
        seen = Seen(
            mean=PLACES,
            covariance=NOISES,
            confidence=np.full(2, 0.9),
            **{**plain, **told},
            may_begin=np.ones(2, np.bool_),
            rank=np.zeros(2, np.int64),
            origin=(0.0, 0.0),
        )
        pairs = Pairs(np.array([0, 2], np.int32), np.array([0, 1], np.int32), np.zeros(2))
        spread = np.array([place_spread(COVARIANCE, span_s, INTENSITY_PERSON)])
        place = MEAN[:2] + span_s * MEAN[2:]
        near = Near(
            np.zeros(1, np.int32), np.array([span_s]), place[np.newaxis], spread, np.ones(1)
        )
        nowhere = np.zeros((0, 0), np.float32)
        eye = Eye(SENSOR, (0.0, 0.0), 1.0, nowhere, label_share(()), simulated=True, exercise=True)
        shares = shares_of(pairs, self.chances, 2)
        slots = np.zeros(1, np.int32)
        self.fastest = correct_all(
            columns,
            self.heads,
            near,
            pairs,
            self.chances,
            shares,
            seen,
            eye,
            slots,
            self.at_us,
        )

    @property
    def state(self) -> tuple[np.ndarray, np.ndarray]:
        return self.rows.columns.mean[0], self.rows.columns.covariance[0]

    def assert_state(self, mean: np.ndarray, covariance: np.ndarray) -> None:
        assert self.state[0] == pytest.approx(mean, rel=1e-9)
        assert self.state[1] == pytest.approx(covariance, rel=1e-9, abs=1e-12)
        assert self.fastest == pytest.approx(np.hypot(*mean[2:]))


def test_what_may_be_several_is_mixed_by_chance() -> None:
    scene = Scene(0.5, 0.3)

    before = predicted(MEAN, COVARIANCE, 0.1, INTENSITY_PERSON)
    noise = (0.5 * NOISES[0] + 0.3 * NOISES[1]) / 0.8
    scene.assert_state(*corrected_softly(*before, PLACES, np.array([0.5, 0.3]), noise, 0.0))


def test_what_is_nearly_sure_is_taken_for_sure() -> None:
    scene = Scene(0.96, 0.02)

    before = predicted(MEAN, COVARIANCE, 0.1, INTENSITY_PERSON)
    noise = (0.96 * NOISES[0] + 0.02 * NOISES[1]) / 0.98
    scene.assert_state(*corrected(*before, PLACES[0], noise, 0.0))


def test_a_late_scan_corrects_the_state_as_it_is_now_by_where_it_was() -> None:
    scene = Scene(0.0, 0.97, span_s=-0.5)

    noise = NOISES[1] + the_noise(0.5, INTENSITY_PERSON)[:2, :2]
    scene.assert_state(*corrected(MEAN, COVARIANCE, PLACES[1], noise, 0.5))
    assert scene.rows.columns.updated_us[0] == START_US


def test_what_says_little_new_corrects_little() -> None:
    scene = Scene(0.97, 0.0, news=np.array([0.25, 1.0]))

    before = predicted(MEAN, COVARIANCE, 0.1, INTENSITY_PERSON)
    scene.assert_state(*corrected(*before, PLACES[0], NOISES[0] / 0.25, 0.0))


def test_a_doppler_corrects_the_velocity_of_whom_it_is_claimed_for() -> None:
    speed = {"doppler_mps": np.array([1.5, 9.0]), "doppler_sigma_mps": np.array([0.2, 0.2])}

    scene = Scene(0.97, 0.0, **speed)

    mean, covariance = corrected(
        *predicted(MEAN, COVARIANCE, 0.1, INTENSITY_PERSON), PLACES[0], NOISES[0], 0.0
    )
    ahead = np.array([0.0, 0.0, *(PLACES[0] / np.hypot(*PLACES[0]))])
    scene.assert_state(*corrected_along(mean, covariance, ahead, 1.5 - float(ahead @ mean), 0.04))


def test_less_than_a_fifth_of_a_measurement_is_no_look() -> None:
    scene = Scene(0.1, 0.09)

    assert scene.state[0].tolist() == MEAN.tolist()
    assert scene.rows.columns.updated_us[0] == START_US
    assert scene.fastest == 0.0


def test_what_is_claimed_says_what_it_is_whose_and_where_from() -> None:
    scene = Scene(
        0.1,
        0.8,
        label=np.array([PERSON, BAG], np.uint8),
        object_key=np.array([1, 2]),
        identity=np.array([3, 4]),
    )

    columns = scene.rows.columns
    assert columns.hits[0] == 6
    assert columns.votes[0, [PERSON, BAG]] == pytest.approx([3.0, 0.9])
    assert columns.label[0] == PERSON
    assert 0.5 < columns.label_confidence[0] < 1.0
    assert (columns.object_key[0], columns.identity[0]) == (2, 4)
    assert columns.simulated[0]
    assert columns.exercise[0]
    assert columns.fed_us[0, 0] == scene.at_us
    assert columns.fed_first_us[0, 0] == START_US
    assert columns.fed_count[0, 0] == 2


def test_what_is_likelier_not_its_own_moves_it_and_says_nothing_else() -> None:
    scene = Scene(0.45, 0.45, object_key=np.array([1, 2]), identity=np.array([3, 4]))

    columns = scene.rows.columns
    assert columns.updated_us[0] == scene.at_us
    assert columns.hits[0] == 5
    assert columns.votes[0, PERSON] == 3.0
    assert columns.object_key[0] == columns.identity[0] == 0
    assert not columns.simulated[0]
    assert columns.fed_count[0, 0] == 1


def test_a_sensor_has_fed_a_track_since_the_earliest_thing_it_saw_of_it() -> None:
    scene = Scene(0.97, 0.0, span_s=-0.5)

    columns = scene.rows.columns
    assert columns.fed_first_us[0, 0] == scene.at_us
    assert columns.fed_us[0, 0] == START_US


def test_a_track_is_found_where_it_is_now() -> None:
    # Ten seconds later it is in another square.
    scene = Scene(0.25, 0.0, span_s=10.0)

    east, north = scene.state[0][:2].tolist()
    columns = scene.rows.columns
    at = (east, north)
    assert rows_within(columns, 1, scene.heads, at, at).tolist() == [0]
    assert columns.cell[0].tolist() == [int(east // 8.0), int(north // 8.0)]
