"""Read how a camera stands: a TOML file of ours, or Tsai's XML.

TOML has an optional [camera] and one of [homography] (four or more point pairs), [pinhole] or
[tsai]; docs/calibration.md shows each. XML is Tsai's usual file and takes its place on the earth
from the command line.
"""

import tomllib
import xml.etree.ElementTree as ET
from math import atan2, cos, degrees, hypot, radians, sin
from pathlib import Path
from typing import Annotated

import cv2
import msgspec
import numpy as np
from msgspec import Meta, Struct

from edge.core.perspective import Perspective, perspective_of
from edge.errors import CalibrationError
from wire.geodesy import SiteFrame
from wire.messages import CameraModel, FieldOfView, Homography, Pinhole, Pose, Tsai
from wire.quantities import (
    AzimuthDeg,
    CoordinateM,
    HeightM,
    LatitudeDeg,
    Line,
    LongitudeDeg,
    PitchDeg,
    Pixels,
    RollDeg,
)

FILE_MAX_BYTES = 1_000_000
"""A calibration has a kilobyte; whatever is larger is another file."""

RESIDUAL_WARN_M = 0.5
"""A person's place is wanted to half a metre: points that fit worse were clicked wrongly."""

Two = tuple[float, float]


class Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the file: closed, so that a misspelt word is an error."""


class CameraSection(Section, frozen=True, kw_only=True):
    """What is known besides the model. The place is worked out from the model where it can be."""

    name: Line | None = None
    lat_deg: LatitudeDeg | None = None
    lon_deg: LongitudeDeg | None = None
    height_m: HeightM | None = None
    azimuth_deg: AzimuthDeg | None = None
    pitch_deg: PitchDeg | None = None
    roll_deg: RollDeg = 0.0
    purpose: Line = "public safety"


class PointPair(Section, frozen=True, kw_only=True):
    """One place, in the image and on the ground: one way each."""

    image: Two | None = None  # Fractions of width and height.
    pixel: Two | None = None
    ground: tuple[CoordinateM, CoordinateM] | None = None  # East and north of the anchor, metres.
    wgs84: tuple[LatitudeDeg, LongitudeDeg] | None = None


class HomographySection(Section, frozen=True, kw_only=True):
    """Points that were clicked in the image and found on a map."""

    anchor: tuple[LatitudeDeg, LongitudeDeg]
    points: Annotated[tuple[PointPair, ...], Meta(min_length=4, max_length=200)]
    width_px: Pixels | None = None
    height_px: Pixels | None = None


class CalibrationFile(Section, frozen=True, kw_only=True):
    """The whole file."""

    camera: CameraSection = CameraSection()
    homography: HomographySection | None = None
    pinhole: Pinhole | None = None
    tsai: Tsai | None = None


class Calibration(Struct, frozen=True, kw_only=True):
    """How a camera stands and sees."""

    model: CameraModel
    camera: CameraSection = CameraSection()
    # Of a homography: how far each point lies from where the fit puts it.
    residuals_m: tuple[float, ...] = ()


def read_calibration(
    path: Path, anchor: tuple[float, float, float] | None = None
) -> Calibration:
    """Return the calibration in a file; `anchor` (lat, lon, azimuth) places a Tsai XML."""
    try:
        if path.stat().st_size > FILE_MAX_BYTES:
            raise CalibrationError(
                f"{path} is too large for a calibration", fix="see docs/calibration.md"
            )
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CalibrationError(
            f"there is no calibration at {path}", fix="write one: docs/calibration.md shows how"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise CalibrationError(
            f"{path} cannot be read: {error}", fix="a calibration is a text file"
        ) from None
    if path.suffix.lower() == ".xml":
        return _from_xml(path, text, anchor)
    return _from_toml(path, text)


def pose_of(calibration: Calibration, aspect: float) -> Pose:
    """Return where the camera stands: what the file says, else what its model knows.

    `aspect` is the image's width over its height.
    """
    camera = calibration.camera
    found = _pose_of(calibration.model, aspect)
    return Pose(
        lat_deg=found.lat_deg if camera.lat_deg is None else camera.lat_deg,
        lon_deg=found.lon_deg if camera.lon_deg is None else camera.lon_deg,
        height_m=found.height_m if camera.height_m is None else camera.height_m,
        azimuth_deg=found.azimuth_deg if camera.azimuth_deg is None else camera.azimuth_deg,
        pitch_deg=found.pitch_deg if camera.pitch_deg is None else camera.pitch_deg,
        roll_deg=camera.roll_deg,
    )


def _pose_of(model: CameraModel, aspect: float) -> Pose:
    if isinstance(model, Pinhole):
        return Pose(lat_deg=0.0, lon_deg=0.0)
    origin = Pose(lat_deg=model.anchor_lat_deg, lon_deg=model.anchor_lon_deg)
    perspective = perspective_of(model, origin, aspect)
    if perspective is None:
        return origin
    east, north, height = perspective.place
    turned = radians(north_of(model))
    frame = SiteFrame(model.anchor_lat_deg, model.anchor_lon_deg)
    lat_deg, lon_deg = frame.to_wgs84(
        east * cos(turned) + north * sin(turned), north * cos(turned) - east * sin(turned)
    )
    ahead_east, ahead_north, ahead_up = perspective.ahead
    azimuth_deg = degrees(atan2(ahead_east, ahead_north)) + north_of(model)
    return Pose(
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        height_m=round(height, 2),
        azimuth_deg=round(azimuth_deg % 360.0, 2),
        pitch_deg=round(degrees(atan2(ahead_up, hypot(ahead_east, ahead_north))), 2),
    )


def north_of(model: CameraModel) -> float:
    """Return the azimuth of the model's own north, in degrees."""
    return model.world_azimuth_deg if isinstance(model, Tsai) else 0.0


def field_of_view(perspective: Perspective, turned_deg: float, range_max_m: float) -> FieldOfView:
    """Return the sector of ground that the image shows, as seen from the camera's foot.

    `turned_deg` is the azimuth of the model's north.
    """
    # Along the sides the sector is widest below; two thirds down is what a map can show best.
    u = np.array([0.0, 1.0, 0.5, 0.5, 0.5])
    v = np.array([0.67, 0.67, 0.67, 1.0, 0.0])
    east, north = perspective.ground(u, v)
    east, north = east - perspective.place[0], north - perspective.place[1]
    azimuth = np.degrees(np.arctan2(east, north))
    reach = np.hypot(east, north)
    width = float((azimuth[1] - azimuth[0]) % 360.0)
    far = float(reach[4]) if np.isfinite(reach[4]) else range_max_m
    return FieldOfView(
        azimuth_deg=round(float(azimuth[2] + turned_deg) % 360.0, 2),
        width_deg=round(min(max(width, 1.0), 360.0), 2),
        range_max_m=round(min(far, range_max_m), 1),
        range_min_m=round(min(float(reach[3]), far, range_max_m), 1),
    )


# --- TOML -----------------------------------------------------------------------------------


def _from_toml(path: Path, text: str) -> Calibration:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CalibrationError(f"{path}: {error}", fix="see docs/calibration.md") from None
    for section, tag in (("pinhole", "pinhole"), ("tsai", "tsai")):
        if isinstance(table.get(section), dict):
            table[section].setdefault("kind", tag)
    try:
        file = msgspec.convert(table, CalibrationFile)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$.")
        where = where.rstrip("`")
        line = _line_of(text, where)
        raise CalibrationError(
            f"{path}:{line}: {where or 'the file'}: {what[:1].lower()}{what[1:]}",
            fix="see docs/calibration.md",
        ) from None
    given = [name for name in ("homography", "pinhole", "tsai") if getattr(file, name) is not None]
    if len(given) != 1:
        raise CalibrationError(
            f"{path}: one of [homography], [pinhole] and [tsai] is wanted, "
            f"{' and '.join(given) or 'none'} is given",
            fix="see docs/calibration.md",
        )
    return _calibration(path, text, file)


def _calibration(path: Path, text: str, file: CalibrationFile) -> Calibration:
    camera = file.camera
    if file.homography is not None:
        model, residuals = _fit(path, text, file.homography)
        return Calibration(model=model, camera=camera, residuals_m=residuals)
    if file.tsai is not None:
        return Calibration(model=file.tsai, camera=camera)
    assert file.pinhole is not None
    missing = [
        name
        for name in ("lat_deg", "lon_deg", "height_m", "azimuth_deg", "pitch_deg")
        if getattr(camera, name) is None
    ]
    if missing:
        raise CalibrationError(
            f"{path}:{_line_of(text, 'camera')}: a pinhole needs the camera's place, "
            f"{', '.join(missing)} is missing in [camera]",
            fix="see docs/calibration.md",
        )
    return Calibration(model=file.pinhole, camera=camera)


def _line_of(text: str, where: str) -> int:
    """Return the line of a dotted path, or of the deepest part of it that the file names."""
    lines = text.splitlines()
    line, start = 1, 0
    for part in where.split("."):
        key, _, index = part.partition("[")
        for number in range(start, len(lines)):
            stripped = lines[number].split("#")[0].strip()
            if stripped.startswith(f"[{key}]") or stripped.split("=")[0].strip() == key:
                line, start = number + 1, number
                break
        if index.rstrip("]").isdecimal():
            line = start = _line_of_item(lines, line, int(index.rstrip("]")))
    return line


def _line_of_item(lines: list[str], line: int, index: int) -> int:
    """Return the line of an inline table of a list that begins at a line."""
    seen = -1
    for number in range(line - 1, len(lines)):
        seen += lines[number].count("{")
        if seen >= index:
            return number + 1
    return line


# --- Homography -----------------------------------------------------------------------------


def _fit(
    path: Path, text: str, section: HomographySection
) -> tuple[Homography, tuple[float, ...]]:
    """Return the projective map that fits the points best, and how far it misses each."""
    frame = SiteFrame(*section.anchor)
    image, ground = [], []
    for index, pair in enumerate(section.points):
        try:
            image.append(_fractions(pair, section))
            ground.append(_metres(pair, frame))
        except ValueError as error:
            line = _line_of(text, f"homography.points[{index}]")
            raise CalibrationError(
                f"{path}:{line}: point {index + 1}: {error}", fix="see docs/calibration.md"
            ) from None
    matrix, _ = cv2.findHomography(np.array(image), np.array(ground), 0)
    if matrix is None or not np.isfinite(matrix).all() or _is_degenerate(np.array(image), matrix):
        line = _line_of(text, "homography.points")
        raise CalibrationError(
            f"{path}:{line}: the points do not fix the ground: three or more lie on one line",
            fix="choose points that are spread over the ground, in both directions",
        )
    residuals = _residuals_m(matrix, np.array(image), np.array(ground))
    model = Homography(
        anchor_lat_deg=section.anchor[0],
        anchor_lon_deg=section.anchor[1],
        image_to_ground=tuple(float(value) for value in matrix.ravel()),
    )
    return model, residuals


def _fractions(pair: PointPair, section: HomographySection) -> Two:
    if (pair.image is None) == (pair.pixel is None):
        raise ValueError("give one of image (fractions) and pixel")
    if pair.image is not None:
        u, v = pair.image
    else:
        assert pair.pixel is not None
        if section.width_px is None or section.height_px is None:
            raise ValueError("pixels need width_px and height_px in [homography]")
        u, v = pair.pixel[0] / section.width_px, pair.pixel[1] / section.height_px
    if not (-0.01 <= u <= 1.01 and -0.01 <= v <= 1.01):
        raise ValueError(f"({u:.2f}, {v:.2f}) is outside the image, which goes from 0 to 1")
    return u, v


def _metres(pair: PointPair, frame: SiteFrame) -> Two:
    if (pair.ground is None) == (pair.wgs84 is None):
        raise ValueError("give one of ground (metres) and wgs84")
    if pair.ground is not None:
        return pair.ground
    assert pair.wgs84 is not None
    return frame.to_enu(*pair.wgs84)


def _is_degenerate(image: np.ndarray[tuple[int, ...], np.dtype[np.float64]], matrix: object) -> bool:
    """Return whether the points lie on one line, or the map folds the ground between them."""
    spread = np.linalg.svd(image - image.mean(axis=0), compute_uv=False)
    depth = np.column_stack((image, np.ones(len(image)))) @ np.asarray(matrix)[2]
    return bool(spread[1] < 0.01 or depth.min() * depth.max() <= 0.0)


def _residuals_m(
    matrix: object,
    image: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    ground: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> tuple[float, ...]:
    mapped = np.column_stack((image, np.ones(len(image)))) @ np.asarray(matrix).T
    gaps = np.linalg.norm(mapped[:, :2] / mapped[:, 2:] - ground, axis=1)
    return tuple(round(float(gap), 3) for gap in gaps)


# --- Tsai's XML -----------------------------------------------------------------------------

_XML = {
    "Geometry": {
        "width": "width_px",
        "height": "height_px",
        "ncx": "ncx",
        "nfx": "nfx",
        "dx": "dx_mm",
        "dy": "dy_mm",
        "dpx": "dpx_mm",
        "dpy": "dpy_mm",
    },
    "Intrinsic": {
        "focal": "focal_mm",
        "kappa1": "kappa1",
        "cx": "centre_x_px",
        "cy": "centre_y_px",
        "sx": "sx",
    },
    "Extrinsic": {
        "tx": "translation_x_mm",
        "ty": "translation_y_mm",
        "tz": "translation_z_mm",
        "rx": "rotation_x_rad",
        "ry": "rotation_y_rad",
        "rz": "rotation_z_rad",
    },
}


def _from_xml(path: Path, text: str, anchor: tuple[float, float, float] | None) -> Calibration:
    if anchor is None:
        raise CalibrationError(
            f"{path} does not say where on earth it is",
            fix="give its origin with --anchor LAT,LON or --anchor LAT,LON,AZIMUTH",
        )
    values: dict[str, float | int] = {}
    root = _parsed(path, text)
    for tag, names in _XML.items():
        element = root.find(tag)
        line = _line_of_tag(text, tag)
        if element is None:
            raise CalibrationError(f"{path}: there is no <{tag}>", fix="see docs/calibration.md")
        for name, field in names.items():
            written = element.get(name, "")
            try:
                values[field] = (
                    int(written) if name in {"width", "height"} else float(written)
                )
            except ValueError:
                raise CalibrationError(
                    f"{path}:{line}: <{tag} {name}> must be a number, it is {written!r}",
                    fix="see docs/calibration.md",
                ) from None
    lat_deg, lon_deg, azimuth_deg = anchor
    placed = {
        "kind": "tsai",
        "anchor_lat_deg": lat_deg,
        "anchor_lon_deg": lon_deg,
        "world_azimuth_deg": azimuth_deg,
    }
    try:
        model = msgspec.convert({**placed, **values}, Tsai)
    except msgspec.ValidationError as error:
        raise CalibrationError(f"{path}: {error}", fix="see docs/calibration.md") from None
    return Calibration(model=model, camera=CameraSection(name=root.get("name")))


def _parsed(path: Path, text: str) -> ET.Element:
    # Entities are how a small XML file becomes a large one; Tsai's files have none.
    if "<!" in text.replace("<!--", ""):
        raise CalibrationError(f"{path}: declarations are not read", fix="remove <!...>")
    try:
        return ET.fromstring(text)  # noqa: S314 -- a file of the operator, and without entities.
    except ET.ParseError as error:
        line = error.position[0]
        raise CalibrationError(
            f"{path}:{line}: this is not XML: {error}", fix="see docs/calibration.md"
        ) from None


def _line_of_tag(text: str, tag: str) -> int:
    before, found, _ = text.partition(f"<{tag}")
    return before.count("\n") + 1 if found else 1
