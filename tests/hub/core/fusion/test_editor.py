import numpy as np
import pytest
from msgspec import structs

from hub.core.fusion.editor import Editor
from hub.core.fusion.lifecycle import COASTING, CONFIRMED
from hub.core.fusion.measurement import LABEL_INDEX, Measurements
from hub.core.fusion.tracker import Tracker
from wire.labels import Label

START = 1_700_000_000_000_000
SECOND = 1_000_000

Place = tuple[float, float]


def a_scan(*where: Place, at_s: float = 0.0, sensor: str = "cam-01") -> Measurements:
    count = len(where)
    return Measurements(
        sensor=sensor,
        observed_us=START + round(at_s * SECOND),
        mean=np.array(where, dtype=np.float64).reshape(-1, 2),
        covariance=np.tile(np.eye(2) * 0.09, (count, 1, 1)),
        label=np.full(count, LABEL_INDEX[Label.PERSON], np.uint8),
        confidence=np.full(count, 0.9),
        object_id=(None,) * count,
        has_doppler=np.zeros(count, np.bool_),
        doppler_mps=np.zeros(count),
        doppler_sigma_mps=np.zeros(count),
        origin=(0.0, 0.0),
        bearing_deg=np.empty(0),
        bearing_sigma_deg=np.empty(0),
    )


class Desk:
    """A tracker, the hands on it, and how late it is."""

    def __init__(self) -> None:
        self.tracker = Tracker()
        self.editor = Editor(self.tracker)
        self.at_s = 0.0

    @property
    def now_us(self) -> int:
        return START + round(self.at_s * SECOND)

    def sees(self, seconds: float, **seen: tuple[Place, ...]) -> None:
        for _ in range(round(seconds * 10)):
            for sensor, where in seen.items():
                scan = a_scan(*where, at_s=self.at_s, sensor=sensor.replace("_", "-"))
                self.tracker.update(self.editor.led(scan), self.now_us)
            self.at_s += 0.1
            self.tracker.wake(self.now_us)

    @property
    def shown(self) -> list[int]:
        tracks = self.tracker.tracks
        return sorted(tracks.number[np.isin(tracks.state, (CONFIRMED, COASTING))].tolist())


def a_desk(*where: Place) -> Desk:
    desk = Desk()
    desk.sees(2.0, cam_01=where)
    assert desk.shown == list(range(1000, 1000 + len(where)))
    return desk


def test_only_a_track_that_people_see_has_a_row_to_correct() -> None:
    desk = a_desk((0.0, 0.0))
    desk.tracker.update(a_scan((50.0, 0.0), at_s=desk.at_s), desk.now_us)
    (hidden,) = set(desk.tracker.tracks.number.tolist()) - {1000}

    assert desk.editor.shown_row(1000) == 0
    assert desk.editor.shown_row(hidden) is None
    assert desk.editor.shown_row(77) is None


def test_what_was_corrected_is_said_to_have_changed() -> None:
    desk = a_desk((0.0, 0.0), (5.0, 0.0))

    touched = desk.editor.relabel(1001, 3, "held", desk.now_us)
    assert desk.tracker.tracks.number[touched.changed].tolist() == [1001]

    touched = desk.editor.merge(1000, 1001, "merged", desk.now_us)
    assert desk.tracker.tracks.number[touched.changed].tolist() == [1000]
    assert touched.lost == (1001,)

    touched = desk.editor.split(1000, "split", desk.now_us)
    assert sorted(desk.tracker.tracks.number[touched.changed].tolist()) == [1000, 1001]

    touched = desk.editor.drop(1001, desk.now_us)
    assert touched.lost == (1001,)
    assert desk.shown == [1000]
    assert desk.editor.take_changed() == {1000, 1001}
    assert desk.editor.take_changed() == set()


def test_one_who_was_out_of_sight_is_bound_to_no_offset() -> None:
    desk = a_desk((0.0, 0.0))
    desk.sees(1.5, cam_02=((3.0, 0.0),))

    desk.editor.merge(1000, 1001, "merged", desk.now_us)

    assert desk.shown == [1000]
    assert not desk.tracker.corrections.binds("cam-02")
    assert desk.tracker.tracks.predicted(desk.now_us)[0] == pytest.approx([3.0, 0.0], abs=0.2)


def test_a_drop_ends_what_its_sensor_has_just_begun_beside_it() -> None:
    desk = a_desk((0.0, 0.0))
    at_us = desk.now_us
    desk.tracker.update(a_scan((0.0, 0.0), (0.9, 0.0), at_s=desk.at_s), at_us)
    (young,) = set(desk.tracker.tracks.number.tolist()) - {1000}

    touched = desk.editor.drop(1000, at_us)

    assert set(touched.lost) == {1000, young}


def test_a_scan_that_no_correction_speaks_of_is_left_as_it_is() -> None:
    desk = a_desk((0.0, 0.0))

    scan = a_scan((0.0, 0.0), at_s=desk.at_s)

    assert desk.editor.led(scan) is scan


def test_after_a_drop_a_scan_says_what_may_begin() -> None:
    desk = a_desk((0.0, 0.0))
    desk.editor.drop(1000, desk.now_us)

    led = desk.editor.led(a_scan((0.0, 0.0), (9.0, 0.0), at_s=desk.at_s))

    assert led.may_begin is not None
    assert led.may_begin.tolist() == [False, True]
    assert structs.replace(led, may_begin=None).mean.tolist() == [[0.0, 0.0], [9.0, 0.0]]


def test_duplicates_that_people_split_are_not_merged_again() -> None:
    desk = Desk()
    desk.sees(2.0, cam_01=((0.0, 0.0),), cam_02=((2.0, 0.0),))
    for step in range(32):
        desk.sees(0.1, cam_01=((0.0, 0.0),), cam_02=((2.0 - 0.05 * step, 0.0),))
    desk.sees(3.0, cam_01=((0.0, 0.0),), cam_02=((0.45, 0.0),))
    assert desk.shown == [1000]
    assert desk.tracker.corrections.merged_into(1000) == (1001,)

    desk.editor.split(1000, "split", desk.now_us)
    # Each is found where it was put, and then they are as near as when they were taken for one.
    desk.sees(1.0, cam_01=((0.0, 0.0),), cam_02=((0.82, 0.0),))
    desk.sees(4.0, cam_01=((0.0, 0.0),), cam_02=((0.45, 0.0),))

    assert desk.shown == [1000, 1001]
    one, other = desk.tracker.tracks.predicted(desk.now_us)
    assert np.hypot(*(one - other)) < 0.45
