"""Read how a camera stands: a TOML file of ours, or Tsai's XML.

TOML has an optional [camera] and one of [homography] (four or more point pairs), [pinhole] and
[tsai]; docs/calibration.md shows each. XML is Tsai's usual file and takes its place on the earth
from the command line.
"""

import tomllib
from pathlib import Path

import msgspec

from edge.core.calibration import Calibration, CameraSection, Section
from edge.errors import CalibrationError
from edge.point_pairs import HomographySection, PointsError, fit
from edge.toml_lines import line_of
from edge.tsai_xml import from_xml
from wire.messages import Pinhole, Tsai

FIX = "see docs/calibration.md"

FILE_MAX_BYTES = 1_000_000
"""A calibration has a kilobyte; whatever is larger is another file."""

RESIDUAL_WARN_M = 0.5
"""A person's place is wanted to half a metre: points that fit worse were clicked wrongly."""

MODELS = ("homography", "pinhole", "tsai")
PLACE = ("lat_deg", "lon_deg", "height_m", "azimuth_deg", "pitch_deg")


class CalibrationFile(Section, frozen=True, kw_only=True):
    """The whole file."""

    camera: CameraSection = CameraSection()
    homography: HomographySection | None = None
    pinhole: Pinhole | None = None
    tsai: Tsai | None = None


def read_calibration(path: Path, anchor: tuple[float, float, float] | None = None) -> Calibration:
    """Return the calibration in a file; `anchor` (lat, lon, azimuth) places a Tsai XML."""
    try:
        if path.stat().st_size > FILE_MAX_BYTES:
            what = f"{path} is too large for a calibration"
            raise CalibrationError(what, fix=FIX)
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        what = f"there is no calibration at {path}"
        raise CalibrationError(what, fix="write one: docs/calibration.md shows how") from None
    except (OSError, UnicodeDecodeError) as error:
        what = f"{path} cannot be read: {error}"
        raise CalibrationError(what, fix="a calibration is a text file") from None
    if path.suffix.lower() == ".xml":
        return from_xml(path, text, anchor)
    return _from_toml(path, text)


def _from_toml(path: Path, text: str) -> Calibration:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what = f"{path}: {error}"
        raise CalibrationError(what, fix=FIX) from None
    for name in MODELS[1:]:
        # On the wire the model's name is part of it; here it is the section's name.
        if isinstance(table.get(name), dict):
            table[name].setdefault("kind", name)
    try:
        file = msgspec.convert(table, CalibrationFile)
    except msgspec.ValidationError as error:
        what, _, where = str(error).removesuffix("`").partition(" - at `$.")
        raise _wrong(path, text, where, f"{where}: {what[:1].lower()}{what[1:]}") from None
    given = [name for name in MODELS if getattr(file, name) is not None]
    if len(given) != 1:
        what = f"one of [homography], [pinhole] and [tsai] is wanted, {len(given)} are given"
        raise _wrong(path, text, given[-1] if given else "", what)
    return _calibration(path, text, file)


def _calibration(path: Path, text: str, file: CalibrationFile) -> Calibration:
    camera = file.camera
    if file.homography is not None:
        try:
            model, residuals = fit(file.homography)
        except PointsError as error:
            item = "" if error.index is None else f"[{error.index}]"
            raise _wrong(path, text, f"homography.points{item}", str(error)) from None
        return Calibration(model=model, camera=camera, residuals_m=residuals)
    if file.tsai is not None:
        return Calibration(model=file.tsai, camera=camera)
    assert file.pinhole is not None
    missing = [name for name in PLACE if getattr(camera, name) is None]
    if missing:
        what = f"a pinhole needs {', '.join(missing)} in [camera]"
        raise _wrong(path, text, "camera", what)
    return Calibration(model=file.pinhole, camera=camera)


def _wrong(path: Path, text: str, where: str, what: str) -> CalibrationError:
    return CalibrationError(f"{path}:{line_of(text, where)}: {what}", fix=FIX)
