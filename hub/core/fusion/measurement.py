"""Detections become measurements: on the site's ground, each with its covariance."""

from typing import Final

import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray

from hub.core.fusion.camera import Camera, CameraError, camera_of
from hub.core.fusion.height import SIGMA_UNKNOWN_M
from hub.core.geometry import PLANE_M, FieldOfViewArea, Flags, Floats, Footprint, Indices, Sector
from wire.feed import LABELS
from wire.geodesy import SiteFrame
from wire.messages import Bearing, Box, Detection, FieldOfView, Polar, Position, Scan, SensorAbout

LABEL_INDEX: Final = {label: index for index, label in enumerate(LABELS)}

EDGE: Final = 0.002
"""A box this near the image's edge is cut by it: one pixel of 576, where detectors clip."""

# Where detectors put the foot, measured on PETS 2009 (5.5 x 6.9 pixels on boxes of 35 x 80):
# the error grows with the box, whatever the image's resolution.
_FOOT_SIGMA_OF_WIDTH: Final = 0.15
_FOOT_SIGMA_OF_HEIGHT: Final = 0.08
# Behind somebody else a foot is drawn where the visible part ends, or guessed.
_FOOT_HIDDEN_OF_HEIGHT: Final = 0.2
# No foot is known better than this part of the image. Down the image it also holds what a
# camera's pitch may be off: a fifth of a degree of some fifty.
_IMAGE_SIGMA: Final = np.array([0.002, 0.004])
_GROUND_SIGMA_MIN_M: Final = 0.15  # A foot is a step wide.
# Beyond this the place says nothing: the ray all but touches the horizon.
_GROUND_SIGMA_MAX_M: Final = 30.0
_FOOTPRINT_RANGE_M: Final = 100.0  # Further away a person is too small for any camera of a site.


class Unusable(Struct, frozen=True, kw_only=True):
    """Why some detections of a scan cannot be used, in words for the health screen."""

    code: str
    text: str
    fix: str
    count: int


class Measurements(Struct, frozen=True, kw_only=True):
    """One scan on the ground: a row for each detection that has a place."""

    sensor: str
    observed_us: int
    mean: Floats  # (n, 2) east and north in metres.
    covariance: Floats  # (n, 2, 2) in square metres.
    label: NDArray[np.uint8]  # Index into wire.feed.LABELS.
    confidence: Floats
    object_id: tuple[str | None, ...]  # The sensor's own track.
    has_doppler: Flags
    doppler_mps: Floats  # Rate of change of the range from `origin`; 0 where there is none.
    doppler_sigma_mps: Floats
    origin: tuple[float, float]  # The sensor's place: what bearings and Doppler start from.
    bearing_deg: Floats  # (k,) directions without a place, apart from the rows above.
    bearing_sigma_deg: Floats
    cut_count: int = 0  # Boxes cut by the lower edge: they have no foot.
    horizon_count: int = 0  # Boxes whose foot is above the horizon or too near it.
    refusals: tuple[Unusable, ...] = ()
    simulated: bool = False
    exercise: bool = False
    height_m: Floats | None = None  # Above the ground; NaN or None: not told.
    height_sigma_m: Floats | None = None
    identity: NDArray[np.int64] | None = None  # What things say of themselves; 0 or None: nothing.
    news: Floats | None = None  # Which part of each is new, 0 to 1; None: all of it.
    may_begin: Flags | None = None  # Which may begin a track; None: all.

    def picked(self, rows: Indices) -> "Measurements":
        """Return some of the rows, in this order."""
        columns = (
            "mean",
            "covariance",
            "label",
            "confidence",
            "has_doppler",
            "doppler_mps",
            "doppler_sigma_mps",
            "height_m",
            "height_sigma_m",
            "identity",
            "news",
            "may_begin",
        )
        some = {
            name: column[rows] for name in columns if (column := getattr(self, name)) is not None
        }
        names = tuple(self.object_id[row] for row in rows.tolist())
        return structs.replace(self, object_id=names, **some)


class Georeferencer:
    """Knows where each sensor stands, and puts its detections on the ground."""

    def __init__(self, frame: SiteFrame) -> None:
        self._frame = frame
        self._sensors: dict[str, _Station] = {}

    def about(self, about: SensorAbout) -> Unusable | None:
        """Learn what a sensor is; return why its camera model cannot be used, if it cannot."""
        pose = about.pose
        place = self._frame.to_enu(pose.lat_deg, pose.lon_deg)
        camera, unusable = None, None
        if about.camera is not None:
            try:
                camera = camera_of(about.camera, pose, self._frame)
            except CameraError as error:
                unusable = Unusable(
                    code="camera_model",
                    text=f"{about.sender} describes a camera that cannot be: {error}",
                    fix="calibrate the camera again and publish its About",
                    count=1,
                )
        area = _area(about.field_of_view, place, camera)
        self._sensors[about.sender] = _Station(place, camera, area)
        return unusable

    def area(self, about: SensorAbout) -> FieldOfViewArea | None:
        """Return the ground that a sensor looks at; None where that is not known."""
        station = self._sensors.get(about.sender)
        return None if station is None else station.area

    def measure(self, scan: Scan) -> Measurements:
        """Put a scan on the ground. What cannot be is left out, counted and explained."""
        station = self._sensors.get(scan.sender, _NOWHERE)
        rows = _Rows()
        refusals = []
        boxes = [d for d in scan.detections if type(d.where) is Box]
        if boxes and station.camera is not None:
            rows.add_boxes(boxes, station.camera)
        elif boxes:
            refusals.append(_without_camera(scan.sender, len(boxes), station))
        polar = [d for d in scan.detections if type(d.where) is Polar]
        bearings = [d.where for d in scan.detections if isinstance(d.where, Bearing)]
        if station is _NOWHERE and (polar or bearings):
            refusals.append(_without_about(scan.sender, len(polar) + len(bearings)))
            polar, bearings = [], []
        rows.add_polar(polar, station.place)
        rows.add_positions([d for d in scan.detections if type(d.where) is Position], self._frame)
        if rows.off_site_count:
            refusals.append(_off_site(scan.sender, rows.off_site_count))
        return rows.measurements(scan, station.place, bearings, tuple(refusals))


class _Station:
    """Where a sensor stands and what it looks through."""

    def __init__(
        self,
        place: tuple[float, float],
        camera: Camera | None = None,
        area: FieldOfViewArea | None = None,
    ) -> None:
        self.place = place
        self.camera = camera
        self.area = area


_NOWHERE: Final = _Station((0.0, 0.0))
_NONE: Final = np.empty(0)


class _Rows:
    """Collects the rows of one scan, kind by kind."""

    def __init__(self) -> None:
        self._detections: list[Detection] = []
        self._means: list[Floats] = []
        self._covariances: list[Floats] = []
        self._cut_count = 0
        self._horizon_count = 0
        self.off_site_count = 0

    def add_boxes(self, detections: list[Detection], camera: Camera) -> None:
        """Put the feet of boxes on the ground."""
        sides = np.array([_sides(d.where) for d in detections if isinstance(d.where, Box)])
        left, top, right, bottom = sides.T
        has_foot = bottom < 1.0 - EDGE
        image = np.column_stack(((left + right) / 2.0, bottom))
        sigma = np.column_stack(
            (_FOOT_SIGMA_OF_WIDTH * (right - left), _FOOT_SIGMA_OF_HEIGHT * (bottom - top))
        )
        # Cut at its side, the foot may be anywhere across what is left of the box.
        is_cut_aside = (left < EDGE) | (right > 1.0 - EDGE)
        sigma[is_cut_aside, 0] = ((right - left) / 2.0)[is_cut_aside]
        hidden = _foot_hidden(left, top, right, bottom)
        sigma[hidden, 1] = _FOOT_HIDDEN_OF_HEIGHT * (bottom - top)[hidden]
        variance = sigma * sigma + _IMAGE_SIGMA * _IMAGE_SIGMA
        ground, jacobian, hits = camera.ground_and_jacobian(image)
        covariance = (jacobian * variance[:, np.newaxis, :]) @ jacobian.transpose(0, 2, 1)
        covariance[:, (0, 1), (0, 1)] += _GROUND_SIGMA_MIN_M**2
        spread = covariance[:, 0, 0] + covariance[:, 1, 1]
        hits &= spread < _GROUND_SIGMA_MAX_M**2
        keep = has_foot & hits
        self._cut_count += int((~has_foot).sum())
        self._horizon_count += int((has_foot & ~hits).sum())
        self._detections += [d for d, kept in zip(detections, keep.tolist(), strict=True) if kept]
        self._means.append(ground[keep])
        self._covariances.append(covariance[keep])

    def add_polar(self, detections: list[Detection], place: tuple[float, float]) -> None:
        """Put ranges and azimuths on the ground."""
        if not detections:
            return
        where = [
            (w.range_m, w.azimuth_deg, w.sigma_range_m, w.sigma_azimuth_deg)
            for w in (d.where for d in detections)
            if isinstance(w, Polar)
        ]
        range_m, azimuth_deg, sigma_range_m, sigma_azimuth_deg = np.array(where).T
        azimuth = np.radians(azimuth_deg)
        ahead = np.column_stack((np.sin(azimuth), np.cos(azimuth)))
        across = np.column_stack((ahead[:, 1], -ahead[:, 0]))
        # An arc of more than a radian is no longer an ellipse; the range bounds it anyway.
        sigma_across_m = np.minimum(np.radians(sigma_azimuth_deg), 1.0) * range_m
        along = ahead * sigma_range_m[:, np.newaxis]
        aside = across * np.maximum(sigma_across_m, 0.01)[:, np.newaxis]
        self._detections += detections
        self._means.append(ahead * range_m[:, np.newaxis] + place)
        self._covariances.append(_outer(along) + _outer(aside))

    def add_positions(self, detections: list[Detection], frame: SiteFrame) -> None:
        """Put WGS84 positions on the ground."""
        for detection in detections:
            where = detection.where
            assert isinstance(where, Position)
            place = frame.to_enu(where.lat_deg, where.lon_deg, where.height_m or 0.0)
            if max(abs(place[0]), abs(place[1])) > PLANE_M:
                self.off_site_count += 1
                continue
            both = where.correlation * where.sigma_east_m * where.sigma_north_m
            self._detections.append(detection)
            self._means.append(np.array([place]))
            self._covariances.append(
                np.array([[[where.sigma_east_m**2, both], [both, where.sigma_north_m**2]]])
            )

    def measurements(
        self,
        scan: Scan,
        place: tuple[float, float],
        bearings: list[Bearing],
        refusals: tuple[Unusable, ...],
    ) -> Measurements:
        """Return all rows as one."""
        detections = self._detections
        doppler = [_doppler(d) for d in detections]
        speed, sigma = np.array(doppler, dtype=np.float64).reshape(-1, 2).T
        told = [_height(d) for d in detections]
        height, height_sigma = np.array(told, dtype=np.float64).reshape(-1, 2).T
        is_told = bool(np.isfinite(height).any())
        return Measurements(
            sensor=scan.sender,
            observed_us=scan.observed_us,
            mean=np.concatenate(self._means) if detections else np.empty((0, 2)),
            covariance=np.concatenate(self._covariances) if detections else np.empty((0, 2, 2)),
            label=np.array([LABEL_INDEX[d.label] for d in detections], dtype=np.uint8),
            confidence=np.array([d.confidence for d in detections], dtype=np.float64),
            object_id=tuple(d.object_id for d in detections),
            has_doppler=sigma > 0.0,
            doppler_mps=speed,
            doppler_sigma_mps=sigma,
            origin=place,
            bearing_deg=np.array([b.azimuth_deg for b in bearings], dtype=np.float64),
            bearing_sigma_deg=np.array([b.sigma_azimuth_deg for b in bearings], dtype=np.float64),
            cut_count=self._cut_count,
            horizon_count=self._horizon_count,
            refusals=refusals,
            simulated=scan.simulated,
            exercise=scan.exercise,
            height_m=height if is_told else None,
            height_sigma_m=height_sigma if is_told else None,
        )


def _foot_hidden(left: Floats, top: Floats, right: Floats, bottom: Floats) -> Flags:
    """Return which boxes have another one, nearer to the camera, before their foot."""
    middle, quarter = (left + right) / 2.0, (right - left) / 4.0
    foot = bottom - 0.1 * (bottom - top)
    is_nearer = bottom > bottom[:, np.newaxis]
    is_across = (left < (middle + quarter)[:, np.newaxis]) & (
        right > (middle - quarter)[:, np.newaxis]
    )
    is_over = is_nearer & is_across & (top < foot[:, np.newaxis])
    hidden: Flags = np.logical_or.reduce(is_over, axis=1)
    return hidden


def _sides(box: Box) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom, with the smaller first whatever the sensor said."""
    return (
        min(box.left, box.right),
        min(box.top, box.bottom),
        max(box.left, box.right),
        max(box.top, box.bottom),
    )


def _doppler(detection: Detection) -> tuple[float, float]:
    """Return Doppler and its sigma; sigma 0 says that there is none."""
    where = detection.where
    if not isinstance(where, Polar) or where.doppler_mps is None:
        return 0.0, 0.0
    # Half a metre a second is what a person's swinging limbs spread it by.
    return where.doppler_mps, where.sigma_doppler_mps or 0.5


def _height(detection: Detection) -> tuple[float, float]:
    """Return a height above the ground and its sigma; NaN where none is told."""
    where = detection.where
    if not isinstance(where, Position) or where.height_m is None:
        return np.nan, np.nan
    return where.height_m, where.sigma_height_m or SIGMA_UNKNOWN_M


def _outer(vectors: Floats) -> Floats:
    product: Floats = vectors[:, :, np.newaxis] * vectors[:, np.newaxis, :]
    return product


def _area(
    view: FieldOfView | None, place: tuple[float, float], camera: Camera | None
) -> FieldOfViewArea | None:
    """Return where a sensor looks: what it says, else what its camera shows, else unknown."""
    if view is not None:
        return Sector(
            east_m=place[0],
            north_m=place[1],
            azimuth_deg=view.azimuth_deg,
            width_deg=view.width_deg,
            range_max_m=view.range_max_m,
            range_min_m=view.range_min_m,
        )
    return None if camera is None else _footprint(camera)


def _footprint(camera: Camera) -> Footprint | None:
    """Return the ground in the image, up to where a person becomes too small."""
    columns, rows = np.linspace(0.0, 1.0, 9), np.linspace(1.0 - EDGE, 0.0, 64)
    corners: list[tuple[float, float]] = []
    near: list[tuple[float, float]] = []
    for column in columns:
        ground, hits = camera.ground(np.column_stack((np.full(64, column), rows)))
        reach = np.hypot(*(ground - ground[0]).T)
        usable = np.logical_and.accumulate(hits & (reach < _FOOTPRINT_RANGE_M))
        if not usable[0]:
            return None
        far = ground[int(usable.sum()) - 1]
        corners.append((float(far[0]), float(far[1])))
        near.append((float(ground[0, 0]), float(ground[0, 1])))
    return Footprint(corners=(*corners, *reversed(near)))


def _without_camera(sender: str, count: int, station: _Station) -> Unusable:
    if station is _NOWHERE:
        return _without_about(sender, count)
    return Unusable(
        code="no_camera_model",
        text=f"{sender} sends boxes, and its About has no camera model to place them by",
        fix="calibrate the camera and publish its About with the model",
        count=count,
    )


def _off_site(sender: str, count: int) -> Unusable:
    return Unusable(
        code="off_site",
        text=f"{sender} sees things more than {PLANE_M / 1000.0:.0f} km from the site",
        fix="correct the latitude and longitude that the device is configured with",
        count=count,
    )


def _without_about(sender: str, count: int) -> Unusable:
    return Unusable(
        code="no_about",
        text=f"{sender} sends detections relative to itself, and where it stands is not known",
        fix="publish the sensor's About, retained, before its first scan",
        count=count,
    )
