"""Run what others use on the very same scans: Stone Soup, and ByteTrack, SORT and OC-SORT.

    python -m bench.peers scene four --people 200 --seconds 10     with figures of speed
    python -m bench.peers scene four --people 1000 --seconds 6.5 --only stonesoup
    python -m bench.peers pets                                     real detections of PETS 2009

Stone Soup (1.9) gets constant-velocity Kalman filters with the tracker's own process noise, each
scan with its own noise, global nearest neighbour by 2-D assignment behind a k-d tree, and tracks
from several measurements. ByteTrack, SORT and OC-SORT (package `trackers`) know one camera and
boxes: on a scene they get the scans of all sensors as one stream, with a square on the ground
around each measurement; on PETS the detector's boxes, as they are meant to. The parameters of
each are the best of a small search on a scene of 50 people (`tune`), and for PETS their own.
"""

import argparse
import datetime as dt
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product
from typing import Protocol

import numpy as np
import supervision
from msgspec import Struct
from stonesoup.dataassociator.neighbour import GNNWith2DAssignment  # type: ignore[import-untyped]
from stonesoup.dataassociator.tree import DetectionKDTreeGNN2D  # type: ignore[import-untyped]
from stonesoup.deleter.time import UpdateTimeDeleter  # type: ignore[import-untyped]
from stonesoup.hypothesiser.distance import DistanceHypothesiser  # type: ignore[import-untyped]
from stonesoup.initiator.simple import MultiMeasurementInitiator  # type: ignore[import-untyped]
from stonesoup.measures import Mahalanobis  # type: ignore[import-untyped]
from stonesoup.models.measurement.linear import LinearGaussian  # type: ignore[import-untyped]
from stonesoup.models.transition.linear import (  # type: ignore[import-untyped]
    CombinedLinearGaussianTransitionModel,
    ConstantVelocity,
)
from stonesoup.predictor.kalman import KalmanPredictor  # type: ignore[import-untyped]
from stonesoup.types.detection import Detection  # type: ignore[import-untyped]
from stonesoup.types.state import GaussianState  # type: ignore[import-untyped]
from stonesoup.types.track import Track  # type: ignore[import-untyped]
from stonesoup.updater.kalman import KalmanUpdater  # type: ignore[import-untyped]
from trackers import ByteTrackTracker, OCSORTTracker, SORTTracker

from bench import fusion, pets_detections, scoring
from bench.eyes import PERSON, START_US, Kind
from bench.fusion import Run, Shown
from bench.identity import Frame
from bench.scenes import SCENES, Arrival, Options, Scene, a_scene
from hub.core.fusion.lifecycle import INTENSITY, SPEED_SIGMA_MPS
from hub.core.fusion.measurement import Georeferencer, Measurements
from hub.core.geometry import Floats
from wire.geodesy import SiteFrame
from wire.quantities import SECOND_US

_EPOCH = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_MAPPING = (0, 2)  # Stone Soup's states are east, its velocity, north, its velocity.
_PIXELS_M = 100.0  # Trackers of boxes expect boxes of tens of pixels.
_CONFIDENCE = 0.9
# What a late scan is waited for by those who need them in order; later ones are lost to them.
_BUFFER_S = 0.5


class Peer(Protocol):
    """Somebody else's tracker."""

    def take(self, scan: Measurements, at_s: float) -> None:
        """Use one scan, later than the one before."""
        ...

    def shown(self, at_s: float) -> tuple[list[int], Floats]:
        """Return the numbers and places of its tracks now."""
        ...


class StoneSoupSettings(Struct, frozen=True, kw_only=True):
    """What there is to choose in Stone Soup."""

    missed_distance: float = 4.0  # Mahalanobis, not squared: also the gate.
    points: int = 5  # Measurements that make a track.
    hold_s: float = 0.2  # Without a measurement, before that, it is given up.
    delete_s: float = 1.0  # And after that.
    reach_m: float = 5.0  # Of the k-d tree's search.
    neighbours: int = 6


# Gate and points as in Stone Soup's own tutorials. Nine in a thousand of a person's measurements
# are beyond its gate, where they start a second track.
TUTORIAL = StoneSoupSettings(missed_distance=3.0, points=2)

# One camera at 7 Hz: the best of a small search on PETS itself.
PETS_STONE_SOUP = StoneSoupSettings(missed_distance=4.0, points=4, hold_s=0.45, delete_s=1.5)


class StoneSoup:
    """Stone Soup's parts, put together as its MultiTargetTracker does."""

    def __init__(self, settings: StoneSoupSettings | None = None, *, has_tree: bool = True) -> None:
        """Go without the k-d tree where each measurement has noise of its own."""
        settings = settings or StoneSoupSettings()
        intensity = float(INTENSITY[PERSON])
        speed = float(SPEED_SIGMA_MPS[PERSON])
        predictor = KalmanPredictor(
            CombinedLinearGaussianTransitionModel([ConstantVelocity(intensity)] * 2)
        )
        self._updater = KalmanUpdater(None)
        hypothesiser = DistanceHypothesiser(
            predictor, self._updater, Mahalanobis(), missed_distance=settings.missed_distance
        )
        self._associator = (
            DetectionKDTreeGNN2D(
                hypothesiser=hypothesiser,
                predictor=predictor,
                updater=self._updater,
                number_of_neighbours=settings.neighbours,
                max_distance=settings.reach_m,
            )
            if has_tree
            else GNNWith2DAssignment(hypothesiser)
        )
        self._deleter = UpdateTimeDeleter(dt.timedelta(seconds=settings.delete_s))
        self._initiator = MultiMeasurementInitiator(
            prior_state=GaussianState(
                [[0.0], [0.0], [0.0], [0.0]], np.diag([0.0, speed**2, 0.0, speed**2])
            ),
            deleter=UpdateTimeDeleter(dt.timedelta(seconds=settings.hold_s)),
            data_associator=self._associator,
            updater=self._updater,
            min_points=settings.points,
        )
        self._has_tree = has_tree
        self._tracks: set[Track] = set()
        self._numbers: dict[str, int] = {}

    def take(self, scan: Measurements, at_s: float) -> None:
        """Associate, update, delete, initiate."""
        when = _EPOCH + dt.timedelta(seconds=at_s)
        detections = self._detections(scan, when)
        claimed = set()
        for track, hypothesis in self._associator.associate(self._tracks, detections, when).items():
            if hypothesis:
                track.append(self._updater.update(hypothesis))
                claimed.add(hypothesis.measurement)
            else:
                track.append(hypothesis.prediction)
        self._tracks -= self._deleter.delete_tracks(self._tracks)
        self._tracks |= self._initiator.initiate(detections - claimed, when)

    def shown(self, at_s: float) -> tuple[list[int], Floats]:
        """Return the tracks, moved on to now."""
        when = _EPOCH + dt.timedelta(seconds=at_s)
        numbers, places = [], []
        for track in self._tracks:
            east, east_mps, north, north_mps = track.state_vector[:, 0]
            span_s = (when - track.timestamp).total_seconds()
            numbers.append(self._numbers.setdefault(track.id, len(self._numbers)))
            places.append((east + east_mps * span_s, north + north_mps * span_s))
        return numbers, np.array(places, np.float64).reshape(-1, 2)

    def _detections(self, scan: Measurements, when: dt.datetime) -> set[Detection]:
        if len(scan.mean) == 0:
            return set()
        shared = LinearGaussian(4, _MAPPING, scan.covariance[0])
        return {
            Detection(
                place[:, np.newaxis],
                timestamp=when,
                measurement_model=shared if self._has_tree else LinearGaussian(4, _MAPPING, noise),
            )
            for place, noise in zip(scan.mean, scan.covariance, strict=True)
        }


class Boxes:
    """A tracker of boxes in one image, which here is the ground from above."""

    def __init__(
        self, tracker: ByteTrackTracker | SORTTracker | OCSORTTracker, side_m: float, show_s: float
    ) -> None:
        self._tracker = tracker
        self._half = side_m / 2.0 * _PIXELS_M
        self._show_s = show_s

    def take(self, scan: Measurements, at_s: float) -> None:
        """Draw a square around each measurement."""
        middle = scan.mean * _PIXELS_M
        boxes = np.concatenate((middle - self._half, middle + self._half), axis=1)
        self._tracker.update(
            supervision.Detections(xyxy=boxes, confidence=np.full(len(boxes), _CONFIDENCE)),
            timestamp=at_s,
        )

    def shown(self, at_s: float) -> tuple[list[int], Floats]:
        """Return the named tracks that a scan fed lately, where they were then."""
        del at_s  # Their boxes do not move between scans.
        alive = [
            track
            for track in self._tracker.tracks
            if track.tracker_id >= 0 and track.time_since_update_seconds <= self._show_s
        ]
        boxes = np.array([track.get_state_bbox() for track in alive]).reshape(-1, 4)
        places = (boxes[:, :2] + boxes[:, 2:]) / 2.0 / _PIXELS_M
        return [int(track.tracker_id) for track in alive], places


def byte_track(side_m: float = 4.0, iou: float = 0.1, buffer: int = 9, frames: int = 3) -> Boxes:
    """Return ByteTrack."""
    tracker = ByteTrackTracker(
        lost_track_buffer=buffer, minimum_consecutive_frames=frames, minimum_iou_threshold=iou
    )
    return Boxes(tracker, side_m, buffer / 30.0)


def sort(side_m: float = 4.0, iou: float = 0.1, buffer: int = 9, frames: int = 3) -> Boxes:
    """Return SORT."""
    tracker = SORTTracker(
        lost_track_buffer=buffer, minimum_consecutive_frames=frames, minimum_iou_threshold=iou
    )
    return Boxes(tracker, side_m, buffer / 30.0)


class Fed(Struct, frozen=True, kw_only=True):
    """A peer, and what of a scene it gets."""

    make: Callable[[Scene], Peer]
    is_best_only: bool = False  # The one sensor with the least noise, instead of all.


PEERS: dict[str, Fed] = {
    "stonesoup": Fed(make=lambda scene: StoneSoup(has_tree=_is_even(scene))),
    "stonesoup-tutorial": Fed(make=lambda scene: StoneSoup(TUTORIAL, has_tree=_is_even(scene))),
    "bytetrack": Fed(make=lambda _: byte_track()),
    "sort": Fed(make=lambda _: sort()),
    "bytetrack-one": Fed(make=lambda _: byte_track(), is_best_only=True),
}
USUAL = ("stonesoup", "bytetrack", "sort", "bytetrack-one")


def followed(scene: Scene, name: str, fed: Fed) -> Run:
    """Let a peer track a scene. None can use a late scan, so late ones go through a buffer."""
    peer = fed.make(scene)
    shown: list[Shown] = []
    times = iter(fusion.instants(scene))
    due = next(times, None)
    spent = []
    counted = 0
    latest_s = -1.0
    for release_s, arrival in _in_time(scene, fed):
        while due is not None and due <= release_s:
            ids, places = peer.shown(due)
            shown.append(Shown(at_s=due, ids=ids, places=places))
            due = next(times, None)
        # No two scans at the same instant: their trackers would skip one.
        latest_s = max(arrival.seen_s, latest_s + 1e-6)
        begin = time.thread_time()
        peer.take(arrival.measurements, latest_s)
        if latest_s >= scene.warm_up_s:
            spent.append(time.thread_time() - begin)
            counted += len(arrival.person)
    return Run(
        name=name,
        shown=shown,
        scan_s=np.array(spent),
        wake_s=np.zeros(1),
        detection_count=counted,
        span_s=scene.seconds - scene.warm_up_s,
    )


def _in_time(scene: Scene, fed: Fed) -> list[tuple[float, Arrival]]:
    """Return scans in the order of their looks, each with when the peer gets it."""
    buffer_s = _BUFFER_S if scene.out_of_order > 0.0 else 0.0
    best = min(scene.eyes, key=lambda eye: eye.sigma_m).name
    found = []
    for arrival in scene.arrivals:
        late_s = (arrival.arrive_us - START_US) / SECOND_US - arrival.seen_s
        is_fed = not fed.is_best_only or arrival.measurements.sensor == best
        # A microsecond is what rounding takes.
        if is_fed and late_s <= buffer_s + 1e-6:
            found.append((arrival.seen_s + buffer_s, arrival))
    return sorted(found, key=lambda one: (one[0], one[1].measurements.sensor))


def _is_even(scene: Scene) -> bool:
    """Return whether all rows of a scan have the same noise, as Stone Soup's tree needs it."""
    return all(eye.kind is Kind.PLACE for eye in scene.eyes)


def compare(name: str, options: Options, wanted: Sequence[str], times: int) -> None:
    """Print one scene's table, with us and them."""
    scene = a_scene(name, options)
    fusion.warm_up()
    ours = fusion.fastest(partial(fusion.tracked, scene), times)
    theirs = [fusion.fastest(partial(followed, scene, peer, PEERS[peer]), times) for peer in wanted]
    best = fusion.scored(scene, fusion.foretold(scene))
    print(fusion.heading(scene))
    print(fusion.row("oracle", best, best))
    score = fusion.scored(scene, ours.shown)
    print(fusion.row(ours.name, score, best))
    scores = [fusion.scored(scene, run.shown) for run in theirs]
    for run, other in zip(theirs, scores, strict=True):
        print(fusion.row(run.name, other, best))
    print(fusion.cost(ours))
    for run, other in zip(theirs, scores, strict=True):
        print(fusion.cost(run))
        ratios = ", ".join(
            f"{mine / yours:.2f} (c = {cut_m:.0f} m)"
            for mine, yours, cut_m in zip(score.gospa_m, other.gospa_m, fusion.CUTS_M, strict=True)
        )
        print(
            f"    vedette is {ours.rate / run.rate:,.0f} times as fast, "
            f"and its GOSPA is {ratios} of theirs"
        )
    print(flush=True)


def tune() -> None:
    """Print what the choice of each peer's parameters does to its errors."""
    scene = a_scene("four", Options(people=50, seconds=10.0))
    best = fusion.scored(scene, fusion.foretold(scene))
    for name, fed in (*_stone_soups(), *_boxes()):
        run = followed(scene, name, fed)
        print(fusion.row(name, fusion.scored(scene, run.shown), best), flush=True)


def _stone_soups() -> Iterator[tuple[str, Fed]]:
    for distance, points, hold_s in product((3.0, 4.0, 5.0), (2, 5, 8), (0.15, 0.25)):
        settings = StoneSoupSettings(missed_distance=distance, points=points, hold_s=hold_s)
        yield f"stonesoup {distance} {points} {hold_s}", Fed(make=partial(_soup, settings))


def _soup(settings: StoneSoupSettings, _scene: Scene) -> Peer:
    return StoneSoup(settings)


def _boxes() -> Iterator[tuple[str, Fed]]:
    choices = product((byte_track, sort), (2.5, 4.0, 6.0), (0.1, 0.3), (6, 9, 15), (3, 6))
    for make, side_m, iou, buffer, frames in choices:
        name = f"{make.__name__} {side_m} {iou} {buffer} {frames}"
        yield name, Fed(make=partial(_box, make, (side_m, iou, buffer, frames)))


def _box(
    make: Callable[[float, float, int, int], Boxes],
    choice: tuple[float, float, int, int],
    _scene: Scene,
) -> Peer:
    return make(*choice)


def pets() -> None:
    """Print how everybody does on the public detections of PETS 2009, on the ground."""
    print("vedette      ", scoring.summary(pets_detections.frames()))
    print("stonesoup    ", scoring.summary(_pets_stone_soup(PETS_STONE_SOUP)))
    for name, make in (
        ("bytetrack    ", ByteTrackTracker),
        ("sort         ", SORTTracker),
        ("ocsort       ", OCSORTTracker),
    ):
        tracker = make(frame_rate=scoring.PETS_FRAME_RATE_HZ)
        print(name, scoring.summary(_pets_boxes(tracker)))


def _pets_stone_soup(settings: StoneSoupSettings) -> list[Frame]:
    georeferencer = Georeferencer(SiteFrame(*scoring.PETS_ANCHOR))
    georeferencer.about(pets_detections.an_about())
    peer = StoneSoup(settings, has_tree=False)
    truth = scoring.ground_truth()
    detections = pets_detections.public_detections(scoring.PETS / "detections.txt", len(truth))
    frames = []
    for index, (ids, places) in enumerate(truth):
        at_s = index / scoring.PETS_FRAME_RATE_HZ
        scan = pets_detections.a_scan(index, START_US + round(at_s * SECOND_US), detections[index])
        peer.take(georeferencer.measure(scan), at_s)
        numbers, tracks = peer.shown(at_s)
        frames.append(Frame(truth_ids=ids, truth=places, track_ids=numbers, tracks=tracks))
    return frames


def _pets_boxes(tracker: ByteTrackTracker | SORTTracker | OCSORTTracker) -> list[Frame]:
    """Track the detector's boxes in the image, and put the feet of what comes out on the ground."""
    truth = scoring.ground_truth()
    camera = scoring.pets_camera()
    rows = np.loadtxt(scoring.PETS / "detections.txt", delimiter=",")
    frames = []
    for index, (ids, places) in enumerate(truth):
        mine = rows[rows[:, 0] == index + 1]
        boxes = np.concatenate((mine[:, 2:4], mine[:, 2:4] + mine[:, 4:6]), axis=1)
        found = tracker.update(
            supervision.Detections(xyxy=boxes, confidence=np.clip(mine[:, 6], 0.0, 1.0))
        )
        assert found.tracker_id is not None
        named = found.xyxy[found.tracker_id >= 0]
        feet = np.column_stack(((named[:, 0] + named[:, 2]) / 2.0, named[:, 3]))
        ground, hits = camera.ground(feet.reshape(-1, 2) / scoring.PETS_SIZE_PX)
        numbers = found.tracker_id[found.tracker_id >= 0][hits]
        frames.append(
            Frame(truth_ids=ids, truth=places, track_ids=numbers.tolist(), tracks=ground[hits])
        )
    return frames


def main() -> None:
    """Print the tables."""
    # Theirs, about their own code; nothing of it concerns the figures.
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("what", choices=("scene", "pets", "tune"))
    parser.add_argument("scene", nargs="?", choices=SCENES, default="four")
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--warm-up", type=float, default=5.0, help="seconds not scored")
    parser.add_argument("--late", type=float, default=0.0, help="share of scans that are late")
    parser.add_argument("--times", type=int, default=1, help="runs; the fastest counts, by scan")
    parser.add_argument("--only", choices=tuple(PEERS), action="append")
    arguments = parser.parse_args()
    if arguments.what == "pets":
        pets()
    elif arguments.what == "tune":
        tune()
    else:
        options = Options(
            people=arguments.people,
            seconds=arguments.seconds,
            seed=arguments.seed,
            warm_up_s=arguments.warm_up,
            late_share=arguments.late,
        )
        compare(arguments.scene, options, arguments.only or USUAL, arguments.times)


if __name__ == "__main__":
    main()
