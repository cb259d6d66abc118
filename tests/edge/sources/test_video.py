import logging
import threading
from pathlib import Path

import numpy as np
import pytest
import street

from edge.errors import SourceError
from edge.sources import video
from edge.sources.video import FileVideo, LiveVideo, open_source


@pytest.fixture
def ten_frames(tmp_path: Path) -> Path:
    frames = [np.full((120, 160, 3), 20 * n, dtype=np.uint8) for n in range(10)]
    return street.a_video(tmp_path / "ten.avi", frames, frame_rate_hz=10.0)


def a_hurried(path: Path, *, once: bool = True, frame_rate_hz: float | None = None) -> FileVideo:
    return FileVideo(path, frame_rate_hz=frame_rate_hz, once=once, hurried=True)


def test_a_file_played_once_gives_each_frame_at_its_instant(ten_frames: Path) -> None:
    frames = list(a_hurried(ten_frames).frames(threading.Event()))

    steps = np.diff([frame.observed_us for frame in frames])
    assert len(frames) == 10
    assert set(steps.tolist()) == {100_000}
    assert frames[9].image.mean() == pytest.approx(180, abs=5)


def test_a_given_frame_rate_goes_before_the_header_s(ten_frames: Path) -> None:
    source = a_hurried(ten_frames, frame_rate_hz=4.0)

    first, second, *_ = source.frames(threading.Event())

    assert source.frame_rate_hz == 4.0
    assert source.fault is None
    assert second.observed_us - first.observed_us == 250_000


def test_a_file_is_played_over_and_over_with_instants_that_go_on(ten_frames: Path) -> None:
    stop = threading.Event()
    instants = []
    for frame in a_hurried(ten_frames, once=False).frames(stop):
        instants.append(frame.observed_us)
        if len(instants) == 35:
            stop.set()

    assert set(np.diff(instants).tolist()) == {100_000}


def test_a_file_is_played_at_its_frame_rate_and_who_is_late_leaves_frames_out(
    ten_frames: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_us = [1_700_000_000_000_000]
    monkeypatch.setattr(video, "_now_us", lambda: now_us[0])

    class Clockwork(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            now_us[0] += round((timeout or 0.0) * 1e6)
            return False

    begin_us = now_us[0]
    taken = []
    for frame in FileVideo(ten_frames, frame_rate_hz=None, once=True, hurried=False).frames(
        Clockwork()
    ):
        taken.append((frame.observed_us - begin_us) // 100_000)
        assert now_us[0] >= frame.observed_us
        if taken[-1] == 3:
            now_us[0] += 350_000  # The reader was busy.

    assert taken == [0, 1, 2, 3, 6, 7, 8, 9]


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="there is no video at"):
        open_source(str(tmp_path / "no.avi"), frame_rate_hz=None, once=True)


def test_a_file_that_is_no_video_is_told(tmp_path: Path) -> None:
    (tmp_path / "text.avi").write_text("this is not a video\n" * 100)

    with pytest.raises(SourceError, match=r"cannot be opened as a video|no frame"):
        open_source(f"file://{tmp_path}/text.avi", frame_rate_hz=None, once=True)


def test_a_video_without_frames_is_told(tmp_path: Path, ten_frames: Path) -> None:
    # The head of a real file, cut off before its first frame.
    (tmp_path / "cut.avi").write_bytes(ten_frames.read_bytes()[:600])

    with pytest.raises(SourceError) as error:
        open_source(str(tmp_path / "cut.avi"), frame_rate_hz=None, once=True)

    assert "ffmpeg" in error.value.fix


def test_a_video_that_breaks_off_in_the_middle_gives_what_it_has(
    tmp_path: Path, ten_frames: Path
) -> None:
    whole = ten_frames.read_bytes()
    (tmp_path / "half.avi").write_bytes(whole[: len(whole) * 2 // 3])

    frames = list(a_hurried(tmp_path / "half.avi").frames(threading.Event()))

    assert 1 <= len(frames) < 10


def test_a_frame_rate_of_nonsense_asks_for_the_true_one(ten_frames: Path) -> None:
    with pytest.raises(SourceError) as error:
        a_hurried(ten_frames, frame_rate_hz=0.0)

    assert "--frame-rate" in error.value.fix


def test_what_is_no_file_is_live() -> None:
    assert isinstance(open_source("0", frame_rate_hz=None, once=False), LiveVideo)
    stream = open_source("rtsp://admin:secret@camera/1", frame_rate_hz=None, once=False)
    assert isinstance(stream, LiveVideo)
    assert stream.frame_rate_hz is None


class Camera:
    """Stands for OpenCV's capture: gives so many pictures and breaks; each opening is counted."""

    openings: list[tuple[object, ...]]
    pictures: int

    def __init__(self) -> None:
        self._left = 0

    def open(self, *words: object) -> bool:
        type(self).openings.append(words)
        self._left = type(self).pictures
        return True

    def read(self) -> tuple[bool, np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
        self._left -= 1
        return self._left >= 0, np.zeros((12, 16, 3), dtype=np.uint8)

    def release(self) -> None:
        pass


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> type[Camera]:
    Camera.openings, Camera.pictures = [], 3
    monkeypatch.setattr(video.cv2, "VideoCapture", Camera)
    monkeypatch.setattr(video, "RETRY_MIN_S", 0.01)
    monkeypatch.setattr(video, "RETRY_MAX_S", 0.02)
    return Camera


def test_a_stream_that_breaks_is_opened_again_and_told_without_its_password(
    camera: type[Camera], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    stop = threading.Event()
    source = LiveVideo("rtsp://admin:secret@camera.example/1")

    for _ in source.frames(stop):
        if len(camera.openings) >= 3:
            stop.set()

    assert camera.openings[0][0] == "rtsp://admin:secret@camera.example/1"
    assert "rtsp://camera.example/1 gives no picture" in caplog.text
    assert "secret" not in caplog.text


def test_a_device_that_never_gives_a_picture_is_told_once_and_stays_a_fault(
    camera: type[Camera], caplog: pytest.LogCaptureFixture
) -> None:
    camera.pictures = 0
    stop = threading.Event()
    source = LiveVideo(0)
    assert source.fault == "device 0 has given no picture yet"

    reader = threading.Thread(target=lambda: list(source.frames(stop)))
    reader.start()
    while len(camera.openings) < 5:
        stop.wait(0.005)
    stop.set()
    reader.join()

    assert source.fault == "device 0 gives no picture"
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_slow_reader_gets_the_newest_picture_and_no_queue(camera: type[Camera]) -> None:
    camera.pictures = 1_000
    stop = threading.Event()
    source = LiveVideo(0)

    instants = []
    for frame in source.frames(stop):
        instants.append(frame.observed_us)
        if source.fault is None and len(camera.openings) >= 2:
            stop.set()

    assert instants == sorted(instants)
    assert len(instants) < 1_000 * len(camera.openings)
