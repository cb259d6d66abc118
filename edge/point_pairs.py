"""From points clicked in the image and found on a map to the projective map between the two."""

from typing import Annotated

import cv2
import numpy as np
from msgspec import Meta

from edge.core.calibration import Section
from edge.core.perspective import Floats
from wire.geodesy import SiteFrame
from wire.messages import Homography
from wire.quantities import CoordinateM, LatitudeDeg, LongitudeDeg, Pixels

Two = tuple[float, float]


class PointsError(ValueError):
    """The points cannot be used: all of them together, or the one of that index."""

    def __init__(self, what: str, index: int | None = None) -> None:
        super().__init__(what)
        self.index = index


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


def fit(section: HomographySection) -> tuple[Homography, tuple[float, ...]]:
    """Return the map that fits the points best, and how far it misses each in metres."""
    frame = SiteFrame(*section.anchor)
    points = [_point(index, pair, section, frame) for index, pair in enumerate(section.points)]
    image, ground = np.array(points)[:, :2], np.array(points)[:, 2:]
    matrix, _ = cv2.findHomography(image, ground, 0)
    if matrix is None or _is_degenerate(image, np.asarray(matrix, dtype=np.float64)):
        what = "the points do not fix the ground: three or more lie on one line"
        raise PointsError(what)
    model = Homography(
        anchor_lat_deg=section.anchor[0],
        anchor_lon_deg=section.anchor[1],
        image_to_ground=tuple(float(value) for value in matrix.ravel()),
    )
    return model, _residuals_m(np.asarray(matrix, dtype=np.float64), image, ground)


def _point(
    index: int, pair: PointPair, section: HomographySection, frame: SiteFrame
) -> tuple[float, float, float, float]:
    try:
        return (*_fractions(pair, section), *_metres(pair, frame))
    except ValueError as error:
        what = f"point {index + 1}: {error}"
        raise PointsError(what, index) from None


def _is_degenerate(image: Floats, matrix: Floats) -> bool:
    """Return whether the points lie on one line, or the map folds the ground between them."""
    if not np.isfinite(matrix).all():
        return True
    spread = np.linalg.svd(image - image.mean(axis=0), compute_uv=False)
    depth = _mapped(image, matrix)[:, 2]
    return bool(spread[1] < 0.01 or depth.min() * depth.max() <= 0.0)


def _residuals_m(matrix: Floats, image: Floats, ground: Floats) -> tuple[float, ...]:
    mapped = _mapped(image, matrix)
    gaps = np.linalg.norm(mapped[:, :2] / mapped[:, 2:] - ground, axis=1)
    return tuple(round(float(gap), 3) for gap in gaps)


def _mapped(image: Floats, matrix: Floats) -> Floats:
    mapped: Floats = np.column_stack((image, np.ones(len(image)))) @ matrix.T
    return mapped


def _fractions(pair: PointPair, section: HomographySection) -> Two:
    if (pair.image is None) == (pair.pixel is None):
        what = "give one of image (fractions) and pixel"
        raise ValueError(what)
    if pair.image is not None:
        u, v = pair.image
    else:
        assert pair.pixel is not None
        if section.width_px is None or section.height_px is None:
            what = "pixels need width_px and height_px in [homography]"
            raise ValueError(what)
        u, v = pair.pixel[0] / section.width_px, pair.pixel[1] / section.height_px
    if not (-0.01 <= u <= 1.01 and -0.01 <= v <= 1.01):
        what = f"({u:.2f}, {v:.2f}) is outside the image, which goes from 0 to 1"
        raise ValueError(what)
    return u, v


def _metres(pair: PointPair, frame: SiteFrame) -> Two:
    if (pair.ground is None) == (pair.wgs84 is None):
        what = "give one of ground (metres) and wgs84"
        raise ValueError(what)
    if pair.ground is not None:
        return pair.ground
    assert pair.wgs84 is not None
    return frame.to_enu(*pair.wgs84)
