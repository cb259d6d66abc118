"""Camera models: from a place in the image to a place on the ground, and back.

Every model is two steps: take the lens's distortion away, then map the plane of undistorted
image coordinates to the flat ground by one projective map. (u, v) are fractions of the image's
width and height from its top left corner; ground is (east, north) of the site in metres.
"""

from typing import Protocol, assert_never

import numpy as np

from hub.core.geometry import PLANE_M, Flags, Floats
from wire.geodesy import SiteFrame
from wire.messages import CameraModel, Homography, Pinhole, Pose, Tsai

# A ray this much below the horizon (1 / depth, in 1/m) is more than 20 km away.
_NEARNESS_MIN = 5e-5
# A usable lens needs five; twelve undo the distortion of any whose corners are still an image.
_UNDISTORT_STEPS = 12
# In focal lengths: a thousandth of a pixel of any lens.
_UNDISTORTED = 1e-7
# A map that flattens one direction this much (10 km seen through a millimetre) is no camera.
_SINGULAR = 1e-15
# Jacobian by central differences: this fraction of the image is below a tenth of a pixel.
_STEP = 1e-4


class CameraError(ValueError):
    """A camera model that no camera can have."""


class Lens(Protocol):
    """How image fractions and undistorted coordinates belong together."""

    def undistort(self, image: Floats) -> Floats:
        """Return undistorted coordinates of points in the image."""
        ...

    def distort(self, plane: Floats) -> Floats:
        """Return points in the image of undistorted coordinates."""
        ...


class Camera:
    """One camera's model: image fractions to site ground and back."""

    def __init__(self, lens: Lens, to_ground: Floats, scale_m: float = 1.0) -> None:
        self._lens = lens
        self._to_ground = to_ground
        self._to_plane = _inverse(to_ground)
        self._scale_m = scale_m

    def ground(self, image: Floats) -> tuple[Floats, Flags]:
        """Return where the rays through the image meet the ground, and which do at all."""
        # A model's numbers may be absurd, within the contract's limits: what runs away with them
        # is no ground of a site.
        with np.errstate(all="ignore"):
            plane = self._lens.undistort(image)
            east, north, nearness = self._to_ground @ _homogeneous(plane).T
            hits = nearness > _NEARNESS_MIN * self._scale_m
            ground = np.column_stack((east, north)) / np.where(hits, nearness, 1.0)[:, np.newaxis]
            hits &= (np.abs(ground) <= PLANE_M).all(axis=1)
        return np.where(hits[:, np.newaxis], ground, 0.0), hits

    def ground_and_jacobian(self, image: Floats) -> tuple[Floats, Floats, Flags]:
        """Return ground points, their derivatives (n, 2, 2) by (u, v), and which exist."""
        count = len(image)
        steps = np.array([[0.0, 0.0], [_STEP, 0.0], [-_STEP, 0.0], [0.0, _STEP], [0.0, -_STEP]])
        ground, hits = self.ground((steps[:, np.newaxis, :] + image).reshape(-1, 2))
        ground, hits = ground.reshape(5, count, 2), hits.reshape(5, count)
        jacobian = np.stack((ground[1] - ground[2], ground[3] - ground[4]), axis=2) / (2.0 * _STEP)
        everywhere: Flags = np.logical_and.reduce(hits, axis=0)
        return ground[0], jacobian, everywhere

    def image(self, ground: Floats) -> tuple[Floats, Flags]:
        """Return where ground points are in the image, and which are in front of the camera."""
        across, down, nearness = self._to_plane @ _homogeneous(ground).T
        ahead = nearness > 0.0
        depth = np.where(ahead, nearness, 1.0)
        return self._lens.distort(np.column_stack((across / depth, down / depth))), ahead


def camera_of(model: CameraModel, pose: Pose, frame: SiteFrame) -> Camera:
    """Return the camera that a sensor describes; raise `CameraError` where none is like that."""
    # What overflows is found by its result: it is not finite.
    with np.errstate(all="ignore"):
        match model:
            case Homography():
                return _homography_camera(model, frame)
            case Pinhole():
                return _pinhole_camera(model, pose, frame)
            case Tsai():
                return _tsai_camera(model, frame)
            case _:  # pragma: no cover
                assert_never(model)


class _NoLens:
    """Image fractions are undistorted coordinates already."""

    def undistort(self, image: Floats) -> Floats:
        return image

    def distort(self, plane: Floats) -> Floats:
        return plane


class _BrownLens:
    """Brown's radial and tangential distortion (D. C. Brown, 1966), coefficients as in OpenCV."""

    def __init__(self, model: Pinhole) -> None:
        _positive("focal length", model.focal_x_px, model.focal_y_px)
        self._model = model
        self._focal = np.array([model.focal_x_px, model.focal_y_px])
        self._centre = np.array([model.centre_x_px, model.centre_y_px])
        self._size = np.array([model.width_px, model.height_px], dtype=np.float64)

    def undistort(self, image: Floats) -> Floats:
        distorted = (image * self._size - self._centre) / self._focal
        plane: Floats = distorted
        for _ in range(_UNDISTORT_STEPS):
            before = plane
            radial, tangential = self._terms(plane)
            plane = (distorted - tangential) / radial[:, np.newaxis]
            if np.abs(plane - before).max(initial=0.0) < _UNDISTORTED:
                break
        return plane

    def distort(self, plane: Floats) -> Floats:
        radial, tangential = self._terms(plane)
        distorted = plane * radial[:, np.newaxis] + tangential
        image: Floats = (distorted * self._focal + self._centre) / self._size
        return image

    def _terms(self, plane: Floats) -> tuple[Floats, Floats]:
        """Return the radial factor and the tangential shift at undistorted coordinates."""
        lens = self._model
        x, y = plane[:, 0], plane[:, 1]
        # Far outside the image the polynomial explodes and means nothing: hold it at the border.
        r2 = np.minimum(x * x + y * y, 16.0)
        radial = 1.0 + r2 * (lens.k1 + r2 * (lens.k2 + r2 * lens.k3))
        shift = np.empty_like(plane)
        shift[:, 0] = 2.0 * lens.p1 * x * y + lens.p2 * (r2 + 2.0 * x * x)
        shift[:, 1] = lens.p1 * (r2 + 2.0 * y * y) + 2.0 * lens.p2 * x * y
        return np.where(np.abs(radial) < 0.1, 0.1, radial), shift


class _TsaiLens:
    """Tsai's single radial coefficient: undistorted = distorted (1 + kappa r^2), in mm."""

    def __init__(self, model: Tsai) -> None:
        _positive("focal length", model.focal_mm)
        _positive("pixel pitch", model.dpx_mm, model.dpy_mm, model.sx)
        self._kappa = model.kappa1
        self._focal = model.focal_mm
        self._pitch = np.array([model.dpx_mm / model.sx, model.dpy_mm])
        self._centre = np.array([model.centre_x_px, model.centre_y_px])
        self._size = np.array([model.width_px, model.height_px], dtype=np.float64)

    def undistort(self, image: Floats) -> Floats:
        distorted = (image * self._size - self._centre) * self._pitch
        r2 = (distorted * distorted).sum(axis=1, keepdims=True)
        undistorted: Floats = distorted * (1.0 + self._kappa * r2) / self._focal
        return undistorted

    def distort(self, plane: Floats) -> Floats:
        undistorted = plane * self._focal
        distorted = undistorted
        # Newton's step on the radius would need its sign guarded; the damped fixed point not.
        for _ in range(3 * _UNDISTORT_STEPS):
            r2 = (distorted * distorted).sum(axis=1, keepdims=True)
            distorted = 0.5 * (distorted + undistorted / (1.0 + self._kappa * r2))
        image: Floats = (distorted / self._pitch + self._centre) / self._size
        return image


def _homography_camera(model: Homography, frame: SiteFrame) -> Camera:
    matrix = np.array(model.image_to_ground, dtype=np.float64).reshape(3, 3)
    # Its scale and sign are free: make it 1 at the bottom of the image, where the ground is.
    nearness = float(matrix[2] @ np.array([0.5, 1.0, 1.0]))
    if nearness == 0.0:
        text = "the bottom of its image lies on the horizon"
        raise CameraError(text)
    matrix = matrix / nearness
    anchor = frame.to_enu(model.anchor_lat_deg, model.anchor_lon_deg)
    return Camera(_NoLens(), _shift(*anchor) @ matrix)


def _pinhole_camera(model: Pinhole, pose: Pose, frame: SiteFrame) -> Camera:
    right, down, ahead = _axes(pose)
    centre = np.array([0.0, 0.0, pose.height_m])
    ground_to_camera = np.stack((right, down, ahead))
    # The ground is the plane up = 0, so its third axis drops out.
    to_plane = ground_to_camera @ np.column_stack(([1.0, 0.0, 0.0], [0.0, 1.0, 0.0], -centre))
    foot = frame.to_enu(pose.lat_deg, pose.lon_deg)
    return Camera(_BrownLens(model), _shift(*foot) @ _inverse(to_plane))


def _tsai_camera(model: Tsai, frame: SiteFrame) -> Camera:
    rotation = _rotation(model.rotation_x_rad, model.rotation_y_rad, model.rotation_z_rad)
    translation = np.array([model.translation_x_mm, model.translation_y_mm, model.translation_z_mm])
    world_to_camera = np.column_stack((rotation[:, 0], rotation[:, 1], translation))
    turn = np.radians(model.world_azimuth_deg)
    world_mm_to_enu = np.array(
        [
            [np.cos(turn) / 1000.0, np.sin(turn) / 1000.0, 0.0],
            [-np.sin(turn) / 1000.0, np.cos(turn) / 1000.0, 0.0],
            [0.0, 0.0, 1.0],
        ]
    )
    anchor = frame.to_enu(model.anchor_lat_deg, model.anchor_lon_deg)
    to_ground = _shift(*anchor) @ world_mm_to_enu @ _inverse(world_to_camera)
    return Camera(_TsaiLens(model), to_ground, scale_m=0.001)


def _inverse(matrix: Floats) -> Floats:
    """Return the inverse of a projective map, which a camera above its ground has."""
    if not np.isfinite(matrix).all():
        text = "its numbers are too large to be a camera's"
        raise CameraError(text)
    _, values, _ = np.linalg.svd(matrix)
    if not values[-1] > values[0] * _SINGULAR:
        text = "its image shows no area of ground"
        raise CameraError(text)
    return np.linalg.inv(matrix).astype(np.float64)


def _positive(what: str, *values: float) -> None:
    if min(values) <= 0.0:
        text = f"its {what} is not above zero"
        raise CameraError(text)


def _homogeneous(points: Floats) -> Floats:
    return np.column_stack((points, np.ones(len(points))))


def _shift(east_m: float, north_m: float) -> Floats:
    return np.array([[1.0, 0.0, east_m], [0.0, 1.0, north_m], [0.0, 0.0, 1.0]])


def _axes(pose: Pose) -> tuple[Floats, Floats, Floats]:
    """Return a camera's right, down and ahead in east, north, up; roll turns it clockwise."""
    azimuth, pitch, roll = np.radians([pose.azimuth_deg, pose.pitch_deg, pose.roll_deg])
    sin_a, cos_a = np.sin(azimuth), np.cos(azimuth)
    ahead = np.array([sin_a * np.cos(pitch), cos_a * np.cos(pitch), np.sin(pitch)])
    level_right = np.array([cos_a, -sin_a, 0.0])
    level_down = np.cross(ahead, level_right)
    right = np.cos(roll) * level_right + np.sin(roll) * level_down
    down = np.cos(roll) * level_down - np.sin(roll) * level_right
    return right, down, ahead


def _rotation(x_rad: float, y_rad: float, z_rad: float) -> Floats:
    """Return Tsai's rotation: about x, then y, then z."""
    sin_x, sin_y, sin_z = np.sin([x_rad, y_rad, z_rad])
    cos_x, cos_y, cos_z = np.cos([x_rad, y_rad, z_rad])
    about_x = np.array([[1.0, 0.0, 0.0], [0.0, cos_x, -sin_x], [0.0, sin_x, cos_x]])
    about_y = np.array([[cos_y, 0.0, sin_y], [0.0, 1.0, 0.0], [-sin_y, 0.0, cos_y]])
    about_z = np.array([[cos_z, -sin_z, 0.0], [sin_z, cos_z, 0.0], [0.0, 0.0, 1.0]])
    turned: Floats = about_z @ about_y @ about_x
    return turned
