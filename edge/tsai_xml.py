"""Read Tsai's camera model from its usual XML file."""

import xml.etree.ElementTree as ET
from pathlib import Path

import msgspec

from edge.core.calibration import Calibration, CameraSection
from edge.errors import CalibrationError
from wire.messages import Tsai

FIX = "see docs/calibration.md"

_FIELDS = {
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


def from_xml(path: Path, text: str, anchor: tuple[float, float, float] | None) -> Calibration:
    """Return the calibration in an XML text whose world begins at lat, lon, and azimuth."""
    if anchor is None:
        what = f"{path} does not say where on earth it is"
        fix = "give its origin with --anchor LAT,LON or --anchor LAT,LON,AZIMUTH"
        raise CalibrationError(what, fix=fix)
    root = _parsed(path, text)
    lat_deg, lon_deg, azimuth_deg = anchor
    try:
        model = msgspec.convert(
            {
                "kind": "tsai",
                "anchor_lat_deg": lat_deg,
                "anchor_lon_deg": lon_deg,
                "world_azimuth_deg": azimuth_deg,
                **_constants(path, text, root),
            },
            Tsai,
        )
    except msgspec.ValidationError as error:
        what = f"{path}: {error}"
        raise CalibrationError(what, fix=FIX) from None
    return Calibration(model=model, camera=CameraSection(name=root.get("name")))


def _constants(path: Path, text: str, root: ET.Element) -> dict[str, float | int]:
    values: dict[str, float | int] = {}
    for tag, names in _FIELDS.items():
        element = root.find(tag)
        if element is None:
            what = f"{path}: there is no <{tag}>"
            raise CalibrationError(what, fix=FIX)
        for name, field in names.items():
            written = element.get(name, "")
            try:
                values[field] = int(written) if name in {"width", "height"} else float(written)
            except ValueError:
                line = _line_of_tag(text, tag)
                what = f"{path}:{line}: <{tag} {name}> must be a number, it is {written!r}"
                raise CalibrationError(what, fix=FIX) from None
    return values


def _parsed(path: Path, text: str) -> ET.Element:
    # Entities are how a small XML file becomes a large one; Tsai's files have none.
    if "<!" in text.replace("<!--", ""):
        what = f"{path}: declarations are not read"
        raise CalibrationError(what, fix="remove <!...>")
    try:
        return ET.fromstring(text)  # noqa: S314 -- a file of the operator, and without entities.
    except ET.ParseError as error:
        line = error.position[0]
        what = f"{path}:{line}: this is not XML: {error}"
        raise CalibrationError(what, fix=FIX) from None


def _line_of_tag(text: str, tag: str) -> int:
    before, found, _ = text.partition(f"<{tag}")
    return before.count("\n") + 1 if found else 1
