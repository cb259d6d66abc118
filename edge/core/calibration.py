"""How a camera stands and sees, as it was calibrated, and what follows for the map."""

from math import atan2, cos, degrees, hypot, radians, sin

import numpy as np
from msgspec import Struct

from edge.core.perspective import Perspective, perspective_of
from wire.geodesy import SiteFrame
from wire.messages import CameraModel, FieldOfView, Pinhole, Pose, Tsai
from wire.quantities import (
    AzimuthDeg,
    HeightM,
    LatitudeDeg,
    Line,
    LongitudeDeg,
    PitchDeg,
    RollDeg,
)


class Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a calibration file: closed, so that a misspelt word is an error."""


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


class Calibration(Struct, frozen=True, kw_only=True):
    """How a camera stands and sees."""

    model: CameraModel
    camera: CameraSection = CameraSection()
    # Of a homography: how far each point lies from where the fit puts it.
    residuals_m: tuple[float, ...] = ()


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
