"""Score tracks against the truth on the ground plane: GOSPA, MOTA, IDF1, HOTA, switches.

Each benchmark brings its frames; what PETS 2009 S2.L1 knows (its truth and camera) is read here.
"""

import xml.etree.ElementTree as ET  # Our own test data, not input from anybody.
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import motmetrics  # type: ignore[import-untyped]
import numpy as np
from msgspec import Struct

from bench.identity import Frame, hota
from bench.matching import best, pairs_within
from hub.core.fusion.camera import Camera, camera_of
from hub.core.geometry import Floats
from wire.geodesy import SiteFrame
from wire.messages import Pose, Tsai

PETS = Path(__file__).resolve().parents[2] / "shared" / "data" / "pets09-s2l1"
PETS_FRAME_RATE_HZ = 7.0
PETS_SIZE_PX = (768, 576)
# PETS 2009 was filmed at the University of Reading; no figure depends on the exact place.
PETS_ANCHOR = (51.4379, -0.9443)
MATCH_MAX_M = 1.0
GOSPA_CUT_M = 2.0


class Summary(Struct, frozen=True, kw_only=True):
    """The figures of one run."""

    gospa_m: float
    gospa_localisation: float  # Mean share of each kind of error in GOSPA squared.
    gospa_missed: float
    gospa_false: float
    mota: float
    motp_m: float
    idf1: float
    hota: float
    recall: float
    precision: float
    switches: int
    fragmentations: int

    def __str__(self) -> str:
        return (
            f"GOSPA {self.gospa_m:.2f} m (localisation {self.gospa_localisation:.2f}, "
            f"missed {self.gospa_missed:.2f}, false {self.gospa_false:.2f})  "
            f"MOTA {self.mota:.3f}  IDF1 {self.idf1:.3f}  HOTA {self.hota:.3f}  "
            f"switches {self.switches}  fragmentations {self.fragmentations}  "
            f"recall {self.recall:.3f}  precision {self.precision:.3f}  MOTP {self.motp_m:.2f} m"
        )


class Gospa(Struct, frozen=True, kw_only=True):
    """GOSPA (Rahmathullah, Garcia-Fernandez, Svensson, 2017), alpha = 2, and its three parts."""

    distance_m: float
    localisation: float
    missed: float
    false: float


def gospa(truth: Floats, tracks: Floats, cut_m: float = GOSPA_CUT_M, power: float = 2.0) -> Gospa:
    """Return the distance between two sets of points and what it consists of."""
    rows, columns, gap = pairs_within(truth, tracks, cut_m)
    # A pair costs what it is apart, and saves one missed and one false.
    saved = cut_m**power - gap**power
    chosen = best(rows, columns, saved, (len(truth), len(tracks)))
    localisation = float((gap[chosen] ** power).sum())
    half = cut_m**power / 2.0
    missed = half * (len(truth) - chosen.size)
    false = half * (len(tracks) - chosen.size)
    return Gospa(
        distance_m=(localisation + missed + false) ** (1.0 / power),
        localisation=localisation,
        missed=missed,
        false=false,
    )


def summary(frames: Iterable[Frame], match_max_m: float = MATCH_MAX_M) -> Summary:
    """Score a run: CLEAR MOT and identity metrics by motmetrics, and mean GOSPA."""
    accumulator = motmetrics.MOTAccumulator(auto_id=True)
    parts: list[Gospa] = []
    frames = list(frames)
    for frame in frames:
        gap = np.linalg.norm(frame.truth[:, np.newaxis, :] - frame.tracks[np.newaxis], axis=2)
        gap[gap > match_max_m] = np.nan
        accumulator.update(frame.truth_ids, frame.track_ids, gap)
        parts.append(gospa(frame.truth, frame.tracks))
    names = ["mota", "motp", "idf1", "recall", "precision", "num_switches", "num_fragmentations"]
    row = motmetrics.metrics.create().compute(accumulator, metrics=names).iloc[0]
    return Summary(
        gospa_m=float(np.mean([part.distance_m for part in parts])),
        gospa_localisation=float(np.mean([part.localisation for part in parts])),
        gospa_missed=float(np.mean([part.missed for part in parts])),
        gospa_false=float(np.mean([part.false for part in parts])),
        mota=float(row["mota"]),
        motp_m=float(row["motp"]),
        idf1=float(row["idf1"]),
        hota=hota(frames),
        recall=float(row["recall"]),
        precision=float(row["precision"]),
        switches=int(row["num_switches"]),
        fragmentations=int(row["num_fragmentations"]),
    )


def pets_model(calibration: Path = PETS / "calibration-view001.xml") -> Tsai:
    """Return the camera model of View 001, with world y as north."""
    root = ET.parse(calibration).getroot()  # noqa: S314 -- our own file
    geometry, intrinsic, extrinsic = (
        {name: float(value) for name, value in _child(root, part).attrib.items()}
        for part in ("Geometry", "Intrinsic", "Extrinsic")
    )
    return Tsai(
        anchor_lat_deg=PETS_ANCHOR[0],
        anchor_lon_deg=PETS_ANCHOR[1],
        width_px=int(geometry["width"]),
        height_px=int(geometry["height"]),
        ncx=geometry["ncx"],
        nfx=geometry["nfx"],
        dx_mm=geometry["dx"],
        dy_mm=geometry["dy"],
        dpx_mm=geometry["dpx"],
        dpy_mm=geometry["dpy"],
        focal_mm=intrinsic["focal"],
        kappa1=intrinsic["kappa1"],
        centre_x_px=intrinsic["cx"],
        centre_y_px=intrinsic["cy"],
        sx=intrinsic["sx"],
        translation_x_mm=extrinsic["tx"],
        translation_y_mm=extrinsic["ty"],
        translation_z_mm=extrinsic["tz"],
        rotation_x_rad=extrinsic["rx"],
        rotation_y_rad=extrinsic["ry"],
        rotation_z_rad=extrinsic["rz"],
    )


def pets_camera() -> Camera:
    """Return View 001's camera in a site frame at its anchor."""
    frame = SiteFrame(*PETS_ANCHOR)
    return camera_of(pets_model(), Pose(lat_deg=PETS_ANCHOR[0], lon_deg=PETS_ANCHOR[1]), frame)


def ground_truth(path: Path = PETS / "ground-truth.xml") -> list[tuple[list[int], Floats]]:
    """Return, frame by frame from 0, who is there and where on the ground (feet of the boxes)."""
    camera = pets_camera()
    return [_feet(boxes, camera) for boxes in _truth_boxes(path)]


def _feet(boxes: Sequence[tuple[int, float, float]], camera: Camera) -> tuple[list[int], Floats]:
    feet = np.array([[x, y] for _, x, y in boxes]).reshape(-1, 2) / PETS_SIZE_PX
    ground, hits = camera.ground(feet)
    ids = [number for (number, _, _), hit in zip(boxes, hits, strict=True) if hit]
    return ids, ground[hits]


def _truth_boxes(path: Path) -> Iterator[list[tuple[int, float, float]]]:
    """Yield each frame's (id, foot x, foot y) in pixels."""
    for frame in ET.parse(path).getroot().iter("frame"):  # noqa: S314 -- our own file
        boxes = []
        for thing in frame.iter("object"):
            box = {name: float(value) for name, value in _child(thing, "box").attrib.items()}
            boxes.append((int(thing.attrib["id"]), box["xc"], box["yc"] + box["h"] / 2.0))
        yield boxes


def _child(parent: ET.Element, name: str) -> ET.Element:
    found = parent.find(name)
    if found is None:
        text = f"there is no <{name}> in <{parent.tag}>"
        raise ValueError(text)
    return found
