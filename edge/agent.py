"""One camera's agent: frames in, scans and cues out. It joins the parts and knows them all."""

import logging
import threading
import time

import cv2
from msgspec import Struct

from edge.adapters.heartbeat import a_fault
from edge.adapters.publisher import Publisher
from edge.core.calibration import Calibration, field_of_view, north_of, pose_of
from edge.core.motion import RANGE_MAX_M
from edge.core.perspective import Perspective, perspective_of
from edge.core.rate import Pace, RateMeter
from edge.core.report import CameraFacts, Reporter
from edge.core.view_health import BLIND, TEXTS, View
from edge.detectors.motion import MotionDetector
from edge.detectors.view import ViewWatch
from edge.errors import CalibrationError
from edge.sources.video import Frame, Source
from wire.messages import Fault, Pose

log = logging.getLogger(__name__)

VIEW_RATE_HZ = 5.0
"""A view goes bad within seconds, not frames."""


class Look(Struct, frozen=True, kw_only=True):
    """What is worked out from the calibration and the size of the image."""

    perspective: Perspective
    pose: Pose
    detector: MotionDetector


def a_look(calibration: Calibration, width_px: int, height_px: int) -> Look:
    """Return what sees people in images of that size."""
    aspect = width_px / height_px
    pose = pose_of(calibration, aspect)
    perspective = perspective_of(calibration.model, pose, aspect)
    if perspective is None:
        what = "the calibration does not tell how tall people appear"
        fix = "spread the points over the ground, near and far, or give a [pinhole]"
        raise CalibrationError(what, fix=fix)
    detector = MotionDetector(perspective, width_px, height_px)
    if detector.place_count == 0:
        what = "by the calibration the image shows no ground where a person could be seen"
        fix = "look at it with vedette-edge check; docs/calibration.md shows how to correct it"
        raise CalibrationError(what, fix=fix)
    return Look(perspective=perspective, pose=pose, detector=detector)


class CameraAgent:
    """Looks at each frame of a source and says what it shows."""

    def __init__(
        self,
        source: Source,
        calibration: Calibration,
        reporter: Reporter,
        *,
        name: str,
        software: str,
        rate_max_hz: float,
        frames_max: int | None = None,
    ) -> None:
        self._source = source
        self._calibration = calibration
        self._reporter = reporter
        self._name = name
        self._software = software
        self._pace = Pace(rate_max_hz)
        self._view_pace = Pace(VIEW_RATE_HZ)
        self._rate_max_hz = rate_max_hz
        self._frames_max = frames_max
        self._meter = RateMeter()
        self._watch = ViewWatch()
        self._look: Look | None = None
        self.frame_count = 0

    def run(self, publisher: Publisher, stop: threading.Event) -> None:
        """Look until told to stop, or to the end of a video that is played once."""
        for frame in self._source.frames(stop):
            assert publisher.works, "a camera that cannot raise an alarm must not seem to work"
            self._take(frame, publisher)
            if self.frame_count == self._frames_max:
                return

    def faults(self) -> list[Fault]:
        """Return what is wrong with the camera. Called from another thread."""
        faults = []
        if self._source.fault is not None:
            faults.append(a_fault("no_picture", self._source.fault))
        if self._watch.view is not View.GOOD:
            faults.append(a_fault(f"view_{self._watch.view}", TEXTS[self._watch.view]))
        return faults

    def frame_rate_hz(self) -> float:
        """Return how many frames a second were looked at of late. Called from another thread."""
        return self._meter.rate_hz(_now_us())

    def _take(self, frame: Frame, publisher: Publisher) -> None:
        if self._look is None:
            self._look = self._begin(frame, publisher)
        self.frame_count += 1
        self._meter.count(_now_us())
        if self._view_pace.admits(frame.observed_us):
            changed = self._watch.look(frame.image, frame.observed_us)
            if changed is not None:
                publisher.view(changed, frame.observed_us)
        # Who is blind has not seen that nobody is there: then no scan is the truth.
        if self._watch.view in BLIND or not self._pace.admits(frame.observed_us):
            return
        detector = self._look.detector
        people = detector.look(frame.image, frame.observed_us)
        if people is None:
            return
        sent_us = max(_now_us(), frame.observed_us)
        publisher.scan(self._reporter.scan(people, detector.size, frame.observed_us, sent_us))

    def _begin(self, frame: Frame, publisher: Publisher) -> Look:
        height_px, width_px = frame.image.shape[:2]
        cv2.setNumThreads(1)  # The site's machine runs many agents: each is one thread's worth.
        look = a_look(self._calibration, width_px, height_px)
        camera = self._calibration.camera
        rate_hz = self._source.frame_rate_hz
        facts = CameraFacts(
            name=camera.name or self._name,
            pose=look.pose,
            model=self._calibration.model,
            field_of_view=field_of_view(
                look.perspective, north_of(self._calibration.model), RANGE_MAX_M
            ),
            purpose=camera.purpose,
            software=self._software,
        )
        publisher.about(facts, min(rate_hz or self._rate_max_hz, self._rate_max_hz))
        log.info("looking at %d x %d pixels", width_px, height_px)
        return look


def _now_us() -> int:
    return time.time_ns() // 1000
