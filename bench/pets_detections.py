"""Track PETS 2009 S2.L1 from its public detections, and score it against the truth.

    python -m bench.pets_detections

The detections go the hub's own way: boxes as fractions of the image -> Georeferencer -> Tracker.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from bench import scoring
from bench.identity import Frame
from hub.core.fusion.lifecycle import COASTING, CONFIRMED
from hub.core.fusion.measurement import Georeferencer
from hub.core.fusion.sight import Sight, sight_of
from hub.core.fusion.tracker import Tracker, TrackerSettings
from hub.core.fusion.walls import Walls
from hub.core.geometry import FieldOfViewArea
from wire.geodesy import SiteFrame
from wire.ids import ulid
from wire.labels import Label, SensorKind
from wire.messages import Box, Detection, Pose, Scan, SensorAbout

START_US = 1_700_000_000_000_000
SENSOR = "view-001"
BOOT = ulid(START_US, bytes(10))


def main() -> None:
    """Print the figures."""
    print(scoring.summary(frames()))


def frames(settings: TrackerSettings | None = None) -> Iterator[Frame]:
    """Yield what was there and what the tracker says, frame by frame."""
    georeferencer = Georeferencer(SiteFrame(*scoring.PETS_ANCHOR))
    about = an_about()
    georeferencer.about(about)
    tracker = Tracker(settings)
    tracker.see(SENSOR, _sight(georeferencer.area(about)))
    truth = scoring.ground_truth()
    detections = public_detections(scoring.PETS / "detections.txt", len(truth))
    for index, (ids, places) in enumerate(truth):
        now_us = START_US + round(index * 1e6 / scoring.PETS_FRAME_RATE_HZ)
        tracker.update(georeferencer.measure(a_scan(index, now_us, detections[index])), now_us)
        tracker.wake(now_us)
        state = tracker.tracks.state
        shown = (state == CONFIRMED) | (state == COASTING)
        yield Frame(
            truth_ids=ids,
            truth=places,
            track_ids=tracker.tracks.number[shown].tolist(),
            tracks=tracker.tracks.predicted(now_us)[shown],
        )


def public_detections(path: Path, frame_count: int) -> list[list[Detection]]:
    """Return the detections of each frame, the file's frame 1 first."""
    found: list[list[Detection]] = [[] for _ in range(frame_count)]
    for row in np.loadtxt(path, delimiter=","):
        left, top, width, height, confidence = row[2:7].tolist()
        found[int(row[0]) - 1].append(
            Detection(
                label=Label.PERSON,
                confidence=min(max(confidence, 0.0), 1.0),
                where=Box(
                    left=_ratio(left / scoring.PETS_SIZE_PX[0]),
                    top=_ratio(top / scoring.PETS_SIZE_PX[1]),
                    right=_ratio((left + width) / scoring.PETS_SIZE_PX[0]),
                    bottom=_ratio((top + height) / scoring.PETS_SIZE_PX[1]),
                ),
            )
        )
    return found


def an_about() -> SensorAbout:
    """Return what View 001 says of itself."""
    return SensorAbout(
        id=ulid(START_US, bytes(10)),
        sender=SENSOR,
        boot=BOOT,
        seq=1,
        observed_us=START_US,
        sent_us=START_US,
        kind=SensorKind.CAMERA,
        name="PETS 2009 View 001",
        pose=Pose(lat_deg=scoring.PETS_ANCHOR[0], lon_deg=scoring.PETS_ANCHOR[1]),
        camera=scoring.pets_model(),
        labels=(Label.PERSON,),
        scan_rate_hz=scoring.PETS_FRAME_RATE_HZ,
    )


def a_scan(index: int, now_us: int, detections: Sequence[Detection]) -> Scan:
    """Return one frame's detections as the camera would send them."""
    return Scan(
        id=ulid(now_us, bytes(10)),
        sender=SENSOR,
        boot=BOOT,
        seq=index + 1,
        observed_us=now_us,
        sent_us=now_us,
        detections=tuple(detections),
    )


def _sight(area: FieldOfViewArea | None) -> Sight | None:
    """Return what View 001 sees of the flat ground; its pose is that of its world's origin."""
    assert area is not None
    kind, labels = SensorKind.CAMERA, (Label.PERSON,)
    return sight_of(area, (0.0, 0.0), Walls(), height_m=7.0, kind=kind, labels=labels)


def _ratio(value: float) -> float:
    return min(max(value, 0.0), 1.0)


if __name__ == "__main__":
    main()
