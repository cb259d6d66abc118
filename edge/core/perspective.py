"""Where a place on the ground stands in the image, and how large a person is there.

Image places are fractions of width and height; the ground is a plane in metres, z up, in the
frame that the camera model comes with (its anchor, or the camera's own foot).
"""

from math import cos, radians, sin
from typing import Protocol, assert_never

import numpy as np
from numpy.typing import NDArray

from wire.messages import CameraModel, Homography, Pinhole, Pose, Tsai

Floats = NDArray[np.float64]

NEWTON_STEPS = 8
"""Both distortions converge quadratically: eight steps reach the last bit for any usable lens."""


class Lens(Protocol):
    """Turns image places into directions before the camera and back."""

    def rays(self, u: Floats, v: Floats) -> tuple[Floats, Floats]:
        """Return each direction's x (right) and y (down) at depth one."""
        ...

    def image(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return where a direction appears in the image."""
        ...


class TsaiLens:
    """One radial coefficient, applied to the distorted place (R. Y. Tsai, 1987)."""

    def __init__(self, model: Tsai) -> None:
        self._model = model

    def rays(self, u: Floats, v: Floats) -> tuple[Floats, Floats]:
        """Return each direction's x (right) and y (down) at depth one."""
        model = self._model
        x_mm = model.dpx_mm * (u * model.width_px - model.centre_x_px) / model.sx
        y_mm = model.dpy_mm * (v * model.height_px - model.centre_y_px)
        stretch = (1.0 + model.kappa1 * (x_mm**2 + y_mm**2)) / model.focal_mm
        return x_mm * stretch, y_mm * stretch

    def image(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return where a direction appears in the image."""
        model = self._model
        wanted = np.hypot(x, y) * model.focal_mm
        radius = wanted.copy()
        for _ in range(NEWTON_STEPS):
            slope = 1.0 + 3.0 * model.kappa1 * radius**2
            radius = radius - (radius * (1.0 + model.kappa1 * radius**2) - wanted) / slope
        shrink = model.focal_mm / (1.0 + model.kappa1 * radius**2)
        u = (x * shrink * model.sx / model.dpx_mm + model.centre_x_px) / model.width_px
        v = (y * shrink / model.dpy_mm + model.centre_y_px) / model.height_px
        return u, v


class BrownLens:
    """A pinhole with Brown's distortion in OpenCV's order (D. C. Brown, 1966)."""

    def __init__(self, model: Pinhole) -> None:
        self._model = model

    def rays(self, u: Floats, v: Floats) -> tuple[Floats, Floats]:
        """Return each direction's x (right) and y (down) at depth one."""
        model = self._model
        x_bent = (u * model.width_px - model.centre_x_px) / model.focal_x_px
        y_bent = (v * model.height_px - model.centre_y_px) / model.focal_y_px
        x, y = x_bent, y_bent
        # The bend changes slowly with the place: taking it off again and again settles.
        for _ in range(NEWTON_STEPS):
            bent_x, bent_y = self._bend(x, y)
            x, y = x + x_bent - bent_x, y + y_bent - bent_y
        return x, y

    def image(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return where a direction appears in the image."""
        model = self._model
        bent_x, bent_y = self._bend(x, y)
        u = (bent_x * model.focal_x_px + model.centre_x_px) / model.width_px
        v = (bent_y * model.focal_y_px + model.centre_y_px) / model.height_px
        return u, v

    def _bend(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        model = self._model
        square = x**2 + y**2
        radial = 1.0 + square * (model.k1 + square * (model.k2 + square * model.k3))
        bent_x = x * radial + 2.0 * model.p1 * x * y + model.p2 * (square + 2.0 * x**2)
        bent_y = y * radial + model.p1 * (square + 2.0 * y**2) + 2.0 * model.p2 * x * y
        return bent_x, bent_y


class FlatLens:
    """No distortion, square pixels, the axis through the image's middle."""

    def __init__(self, focal: float, aspect: float) -> None:
        self._focal = focal  # In image heights.
        self._aspect = aspect

    def rays(self, u: Floats, v: Floats) -> tuple[Floats, Floats]:
        """Return each direction's x (right) and y (down) at depth one."""
        return (u - 0.5) * self._aspect / self._focal, (v - 0.5) / self._focal

    def image(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return where a direction appears in the image."""
        return x * self._focal / self._aspect + 0.5, y * self._focal + 0.5


class Perspective:
    """A lens that stands somewhere and looks somewhere."""

    def __init__(self, lens: Lens, turn: Floats, at: Floats) -> None:
        self._lens = lens
        self._turn = turn  # World to camera: rows are the camera's right, down and forward.
        self._at = at

    @property
    def place(self) -> tuple[float, float, float]:
        """Where the camera is: east, north and height above the ground."""
        return float(self._at[0]), float(self._at[1]), float(self._at[2])

    @property
    def ahead(self) -> tuple[float, float, float]:
        """The direction of its axis: east, north and up."""
        east, north, up = self._turn[2]
        return float(east), float(north), float(up)

    def distance(self, east: Floats, north: Floats) -> Floats:
        """Return how far places on the ground are from the camera's foot; NaN stays NaN."""
        gap: Floats = np.hypot(east - self._at[0], north - self._at[1])
        return gap

    def ground(self, u: Floats, v: Floats, height_m: float = 0.0) -> tuple[Floats, Floats]:
        """Return what each image place shows of the plane at a height; NaN above the horizon."""
        # A model of nonsense gives no place, and no warning from the middle of a calculation.
        with np.errstate(all="ignore"):
            x, y = self._lens.rays(u, v)
            world = np.stack((x, y, np.ones_like(x)), axis=-1) @ self._turn
            depth = (height_m - self._at[2]) / world[..., 2]
        depth = np.where(depth > 0.0, depth, np.nan)
        return self._at[0] + depth * world[..., 0], self._at[1] + depth * world[..., 1]

    def image(self, east: Floats, north: Floats, height_m: float) -> tuple[Floats, Floats]:
        """Return where a place in the world appears; NaN behind the camera."""
        place = np.stack((east, north, np.full(east.shape, height_m)), axis=-1) - self._at
        seen = place @ self._turn.T
        depth = np.where(seen[..., 2] > 0.0, seen[..., 2], np.nan)
        with np.errstate(all="ignore"):
            return self._lens.image(seen[..., 0] / depth, seen[..., 1] / depth)


def perspective_of(model: CameraModel, pose: Pose, aspect: float) -> Perspective | None:
    """Return the perspective of a camera model, or None where the model does not tell heights.

    A homography tells heights only where its ground is seen at a slant. `aspect` is the image's
    width over its height.
    """
    match model:
        case Tsai():
            return _tsai(model)
        case Pinhole():
            at = np.array([0.0, 0.0, pose.height_m])
            return Perspective(BrownLens(model), _turn_of(pose), at)
        case Homography():
            return _homography(model, aspect)
    assert_never(model)


def _tsai(model: Tsai) -> Perspective:
    sin_x, cos_x = sin(model.rotation_x_rad), cos(model.rotation_x_rad)
    sin_y, cos_y = sin(model.rotation_y_rad), cos(model.rotation_y_rad)
    sin_z, cos_z = sin(model.rotation_z_rad), cos(model.rotation_z_rad)
    about_x = np.array([[1.0, 0.0, 0.0], [0.0, cos_x, -sin_x], [0.0, sin_x, cos_x]])
    about_y = np.array([[cos_y, 0.0, sin_y], [0.0, 1.0, 0.0], [-sin_y, 0.0, cos_y]])
    about_z = np.array([[cos_z, -sin_z, 0.0], [sin_z, cos_z, 0.0], [0.0, 0.0, 1.0]])
    turn = about_z @ about_y @ about_x
    shift_m = (
        np.array([model.translation_x_mm, model.translation_y_mm, model.translation_z_mm]) / 1000.0
    )
    return Perspective(TsaiLens(model), turn, -turn.T @ shift_m)


def _turn_of(pose: Pose) -> Floats:
    azimuth, pitch, roll = (
        radians(pose.azimuth_deg),
        radians(pose.pitch_deg),
        radians(pose.roll_deg),
    )
    forward = np.array([sin(azimuth) * cos(pitch), cos(azimuth) * cos(pitch), sin(pitch)])
    level_right = np.array([cos(azimuth), -sin(azimuth), 0.0])
    level_down = np.cross(forward, level_right)
    right = cos(roll) * level_right + sin(roll) * level_down
    down = cos(roll) * level_down - sin(roll) * level_right
    return np.stack((right, down, forward))


def _homography(model: Homography, aspect: float) -> Perspective | None:
    """Split a ground plane's homography into lens and place (Z. Zhang, 2000, with one plane).

    One plane gives two equations on the focal length once pixels are square and the axis is in
    the middle: the columns of the turn are of equal length and at right angles.
    """
    to_ground = np.array(model.image_to_ground).reshape(3, 3)
    centred = np.array([[aspect, 0.0, -aspect / 2.0], [0.0, 1.0, -0.5], [0.0, 0.0, 1.0]])
    to_image = centred @ np.linalg.inv(to_ground)
    first, second, _ = to_image.T
    across = np.array(
        [
            first[0] * second[0] + first[1] * second[1],
            first[0] ** 2 + first[1] ** 2 - second[0] ** 2 - second[1] ** 2,
        ]
    )
    along = np.array([first[2] * second[2], first[2] ** 2 - second[2] ** 2])
    # A ground seen straight from above leaves `across` without length: any focal length fits.
    scale = float(np.linalg.norm(first[:2]) * np.linalg.norm(second[:2]))
    if scale == 0.0 or np.linalg.norm(along) < 1e-9 * scale:
        return None
    inverse_square = -float(across @ along) / float(across @ across)
    if inverse_square <= 0.0:
        return None
    focal = inverse_square**-0.5
    return _placed(to_image, to_ground, FlatLens(focal, aspect), focal)


def _placed(
    to_image: Floats, to_ground: Floats, lens: FlatLens, focal: float
) -> Perspective | None:
    columns = to_image / np.array([[focal], [focal], [1.0]])
    foot = to_ground @ np.array([0.5, 1.0, 1.0])
    ahead = float(columns[2] @ (foot / foot[2]))  # What the image's foot shows lies before us.
    length = float(np.linalg.norm(columns[:, :2], axis=0).mean())
    columns = columns / (length if ahead > 0.0 else -length)
    right, other = columns[:, 0], columns[:, 1]
    left, _, above = np.linalg.svd(np.stack((right, other, np.cross(right, other)), axis=1))
    turn = left @ above
    at = -turn.T @ columns[:, 2]
    # A camera below its ground means that the points were given mirrored.
    return Perspective(lens, turn, at) if at[2] > 0.0 else None
