import numpy as np
import pytest
from small_square import FRAME, SECOND, START

from hub.core.fusion.claims import Claims
from hub.core.fusion.detail import detail, height_of
from hub.core.fusion.height import LIFE_US
from hub.core.fusion.measurement import LABEL_INDEX, Measurements
from hub.core.fusion.tracker import Tracker
from wire.labels import Label


def a_scan(at_us: int, *, height_m: float | None = 30.0) -> Measurements:
    return Measurements(
        sensor="cam-01",
        observed_us=at_us,
        mean=np.array([[3.0, 4.0]]),
        covariance=np.array([np.eye(2) * 0.09]),
        label=np.array([LABEL_INDEX[Label.PERSON]], np.uint8),
        confidence=np.array([0.9]),
        object_id=(None,),
        has_doppler=np.zeros(1, np.bool_),
        doppler_mps=np.zeros(1),
        doppler_sigma_mps=np.zeros(1),
        origin=(0.0, 0.0),
        bearing_deg=np.empty(0),
        bearing_sigma_deg=np.empty(0),
        height_m=None if height_m is None else np.array([height_m]),
        height_sigma_m=None if height_m is None else np.array([2.0]),
    )


def a_tracker(*, height_m: float | None = 30.0) -> tuple[Tracker, int]:
    """Return a tracker of one person seen for two seconds, and when that ends."""
    tracker, at_us = Tracker(), START
    for step in range(20):
        at_us = START + step * SECOND // 10
        tracker.update(a_scan(at_us, height_m=height_m), at_us)
    return tracker, at_us


def test_a_track_tells_who_fed_it_from_when_to_when_and_how_often() -> None:
    tracker, now_us = a_tracker()

    view = detail(tracker, Claims(FRAME), 1000, now_us)

    assert view is not None
    (source,) = view.sources
    assert (source.sensor, source.measurement_count) == ("cam-01", 20)
    assert (source.first_us, source.last_us) == (START, now_us)


def test_a_track_tells_its_height_where_a_sensor_told_it() -> None:
    tracker, now_us = a_tracker()

    view = detail(tracker, Claims(FRAME), 1000, now_us)

    assert view is not None
    assert view.height_m == pytest.approx(30.0, abs=0.1)
    assert view.sigma_height_m == pytest.approx(height_of(tracker, 0, now_us)[1])


def test_a_track_without_a_height_tells_none_nor_one_whose_height_is_old() -> None:
    plain, plain_us = a_tracker(height_m=None)
    tracker, now_us = a_tracker()

    for view in (
        detail(plain, Claims(FRAME), 1000, plain_us),
        detail(tracker, Claims(FRAME), 1000, now_us + LIFE_US + 1),
    ):
        assert view is not None
        assert (view.height_m, view.sigma_height_m) == (None, None)


def test_a_track_tells_what_people_said_of_it() -> None:
    tracker, now_us = a_tracker()
    tracker.corrections.hold(1000, LABEL_INDEX[Label.BAG])
    tracker.corrections.note(1000, "held as bag by Ann")
    tracker.corrections.join(1000, 1001, (0.0, 1.0))

    view = detail(tracker, Claims(FRAME), 1000, now_us)

    assert view is not None
    assert view.label_confidence == 1.0
    assert (view.corrections, view.merged) == (("held as bag by Ann",), (1001,))


def test_of_a_track_that_is_not_alive_nothing_is_known() -> None:
    assert detail(Tracker(), Claims(FRAME), 1000, START) is None
