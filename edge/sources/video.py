"""Frames from files, network streams and devices, through OpenCV.

A file is played at its frame rate, over and over or once, with fresh instants; a live source
always gives its newest frame, and is opened again for as long as it takes when it breaks.
"""

import logging
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

import cv2
from cv2.typing import MatLike

from edge.core.rate import SECOND_US, FrameClock
from edge.errors import SourceError

log = logging.getLogger(__name__)

FRAME_RATE_MAX_HZ = 240.0
"""A header that says more is wrong."""

TIMEOUT_MS = 10_000
"""A stream that gives nothing for this long is broken."""

RETRY_MIN_S, RETRY_MAX_S = 1.0, 30.0
"""A camera starts within a minute; more tries would not bring it sooner."""

NEWEST_WAIT_S = 1.0
"""How often a wait for a live frame looks whether to stop."""


class Frame(NamedTuple):
    """One picture and when it was seen."""

    image: MatLike
    observed_us: int


class Source(Protocol):
    """Where frames come from."""

    @property
    def frame_rate_hz(self) -> float | None:
        """Frames a second, if known before the first."""
        ...

    @property
    def fault(self) -> str | None:
        """What is wrong with it now."""
        ...

    def frames(self, stop: threading.Event) -> Iterator[Frame]:
        """Yield frames until told to stop or there are no more."""
        ...


def open_source(
    source: str, *, frame_rate_hz: float | None, once: bool, hurried: bool = False
) -> Source:
    """Return the source of that name: a stream's address, a device's number, or a file.

    `hurried` gives a file's frames as fast as they are taken, stamped at their frame rate.
    """
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "8")  # Fatal only: our own lines say the rest.
    if "://" in source and not source.startswith("file://"):
        return LiveVideo(source)
    if source.isdecimal():
        return LiveVideo(int(source))
    path = Path(source.removeprefix("file://"))
    return FileVideo(path, frame_rate_hz=frame_rate_hz, once=once, hurried=hurried)


class FileVideo:
    """A recorded video, played as if it happened now."""

    def __init__(
        self, path: Path, *, frame_rate_hz: float | None, once: bool, hurried: bool
    ) -> None:
        if not path.is_file():
            what = f"there is no video at {path}"
            raise SourceError(what, fix="give the path of a video file")
        self._path = path
        self._once = once
        self._hurried = hurried
        capture = _opened(path)
        header_hz = capture.get(cv2.CAP_PROP_FPS)
        has_frame = capture.grab()
        capture.release()
        if not has_frame:
            what = f"the video {path} has no frame that can be read"
            raise SourceError(
                what,
                fix="play it with another program; convert it if that works: ffmpeg -i IN OUT.mp4",
            )
        self._frame_rate_hz = header_hz if frame_rate_hz is None else frame_rate_hz
        if not 0.0 < self._frame_rate_hz <= FRAME_RATE_MAX_HZ:
            what = f"the video {path} says it has {self._frame_rate_hz:g} frames a second"
            raise SourceError(
                what,
                fix="give its true rate with --frame-rate",
            )

    @property
    def frame_rate_hz(self) -> float:
        """Frames a second."""
        return self._frame_rate_hz

    @property
    def fault(self) -> str | None:
        """A file has none once it is open."""
        return None

    def frames(self, stop: threading.Event) -> Iterator[Frame]:
        """Yield frames until told to stop, or to the end if played once."""
        clock = FrameClock(_now_us(), self._frame_rate_hz)
        index = 0
        while not stop.is_set():
            first = index
            for index, image in self._pass(first, clock, stop):
                yield Frame(image, clock.instant_us(index))
            index += 1
            if self._once or index == first + 1:
                return

    def _pass(
        self, index: int, clock: FrameClock, stop: threading.Event
    ) -> Iterator[tuple[int, MatLike]]:
        """Yield the frames of one playing with their running numbers."""
        capture = _opened(self._path)
        try:
            while not stop.is_set():
                late = not self._hurried and _now_us() > clock.instant_us(index + 1)
                # Who cannot keep up leaves frames out, and stays in step with the clock.
                if late and capture.grab():
                    index += 1
                    continue
                read, image = capture.read()
                if not read:
                    return
                if not self._hurried:
                    stop.wait(max(0, clock.instant_us(index) - _now_us()) / SECOND_US)
                yield index, image
                index += 1
        finally:
            capture.release()


class LiveVideo:
    """A stream or a device. A thread reads, so that a slow reader gets new frames and no queue."""

    def __init__(self, address: str | int) -> None:
        self._address = address
        self._newest: Frame | None = None
        self._arrived = threading.Condition()
        self._fault: str | None = f"{self._name} has given no picture yet"

    @property
    def frame_rate_hz(self) -> float | None:
        """Known only by counting."""
        return None

    @property
    def fault(self) -> str | None:
        """What is wrong with it now."""
        return self._fault

    @property
    def _name(self) -> str:
        if isinstance(self._address, int):
            return f"device {self._address}"
        # What stands before an @ is a password: it stays out of logs and messages.
        scheme, rest = self._address.split("://", 1)
        return f"{scheme}://{rest.rsplit('@', 1)[-1]}"

    def frames(self, stop: threading.Event) -> Iterator[Frame]:
        """Yield the newest frame each time, until told to stop."""
        reader = threading.Thread(target=self._read, args=(stop,), name="camera", daemon=True)
        reader.start()
        while not stop.is_set():
            with self._arrived:
                self._arrived.wait_for(lambda: self._newest is not None, NEWEST_WAIT_S)
                frame, self._newest = self._newest, None
            if frame is not None:
                yield frame
        reader.join(TIMEOUT_MS / 1000.0)

    def _read(self, stop: threading.Event) -> None:
        """Read until told to stop, opening again whenever it breaks."""
        retry_s = RETRY_MIN_S
        told = False
        while not stop.is_set():
            for frame in self._connection(stop):
                if self._fault is not None:
                    log.info("%s gives pictures", self._name)
                self._fault, told, retry_s = None, False, RETRY_MIN_S
                with self._arrived:
                    self._newest = frame
                    self._arrived.notify()
            self._fault = f"{self._name} gives no picture"
            if not told and not stop.is_set():
                log.warning("%s; trying again until it does", self._fault)
                told = True
            stop.wait(retry_s)
            retry_s = min(2.0 * retry_s, RETRY_MAX_S)

    def _connection(self, stop: threading.Event) -> Iterator[Frame]:
        capture = cv2.VideoCapture()
        if isinstance(self._address, int):
            capture.open(self._address)
        else:
            limits = (cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, TIMEOUT_MS)
            capture.open(
                self._address, cv2.CAP_FFMPEG, [*limits, cv2.CAP_PROP_READ_TIMEOUT_MSEC, TIMEOUT_MS]
            )
        try:
            while not stop.is_set():
                read, image = capture.read()
                if not read:
                    return
                yield Frame(image, _now_us())
        finally:
            capture.release()


def _opened(path: Path) -> cv2.VideoCapture:
    capture = cv2.VideoCapture(str(path))
    if not capture.isOpened():
        what = f"the file {path} cannot be opened as a video"
        raise SourceError(
            what,
            fix="play it with another program; convert it if that works: ffmpeg -i IN OUT.mp4",
        )
    return capture


def _now_us() -> int:
    return time.time_ns() // 1000
