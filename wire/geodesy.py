"""WGS84 to the site's frame and back.

The site's frame is the plane that touches the earth at the site's origin. A place on the ground is
written as the east and north of its foot in that plane. The earth falls away below the plane (8 m
at 10 km), so the way back does not start at the plane: it looks for the place at the ground's
height, which is that of the origin, whose east and north these are. So both ways agree to far
less than a millimetre within 10 km, and everything on the ground stays on the ground.
"""

import math

import numpy as np
from numpy.typing import NDArray
from pymap3d.ecef import geodetic2ecef  # type: ignore[import-untyped]
from pymap3d.ellipsoid import Ellipsoid  # type: ignore[import-untyped]
from pymap3d.rcurve import meridian, transverse  # type: ignore[import-untyped]

_WGS84 = Ellipsoid.from_name("wgs84")

LATITUDE_MAX_DEG = 85.0
"""East and north mean little nearer to a pole, and no city is there."""

_PLANE_MAX_M = 100_000.0
"""Beyond this the plane is no map: a place on the other side of the earth would lie near zero."""

_STEPS_MAX = 6
"""Each step of the way back leaves a thousandth of the error: four are enough for 10 km."""

_ERROR_MAX_M = 1e-6


class SiteFrame:
    """Metres east and north of a site's origin."""

    def __init__(self, lat_deg: float, lon_deg: float, height_m: float = 0.0) -> None:
        """Take the origin; its height is that of the ground above the WGS84 ellipsoid."""
        if not abs(lat_deg) <= LATITUDE_MAX_DEG:
            text = f"a site's origin lies within {LATITUDE_MAX_DEG} degrees of the equator"
            raise ValueError(text)
        self._lat_deg = lat_deg
        self._lon_deg = lon_deg
        self._height_m = height_m
        self._x, self._y, self._z = _earth_fixed(lat_deg, lon_deg, height_m)
        lat, lon = math.radians(lat_deg), math.radians(lon_deg)
        self._sin_lat, self._cos_lat = math.sin(lat), math.cos(lat)
        self._sin_lon, self._cos_lon = math.sin(lon), math.cos(lon)
        parallel_m = (float(transverse(lat_deg, _WGS84)) + height_m) * self._cos_lat
        self._deg_per_north_m = math.degrees(1.0 / (float(meridian(lat_deg, _WGS84)) + height_m))
        self._deg_per_east_m = math.degrees(1.0 / parallel_m)

    def to_enu(self, lat_deg: float, lon_deg: float, height_m: float = 0.0) -> tuple[float, float]:
        """Return east and north of a place, `height_m` above the ground of the origin.

        Of what lies beyond 100 km only the direction is kept, with the straight distance through
        the earth: so no place on earth seems to be nearer than it is.
        """
        x, y, z = _earth_fixed(lat_deg, lon_deg, self._height_m + height_m)
        x, y, z = x - self._x, y - self._y, z - self._z
        outward = self._cos_lon * x + self._sin_lon * y
        east_m = self._cos_lon * y - self._sin_lon * x
        north_m = self._cos_lat * z - self._sin_lat * outward
        straight_m = math.hypot(x, y, z)
        if straight_m <= _PLANE_MAX_M:
            return east_m, north_m
        azimuth = math.atan2(east_m, north_m)
        return straight_m * math.sin(azimuth), straight_m * math.cos(azimuth)

    def to_wgs84(self, east_m: float, north_m: float, height_m: float = 0.0) -> tuple[float, float]:
        """Return latitude and longitude of a place, `height_m` above the ground of the origin."""
        lat_deg = self._lat_deg + north_m * self._deg_per_north_m
        lon_deg = self._lon_deg + east_m * self._deg_per_east_m
        for _ in range(_STEPS_MAX):
            reached_east_m, reached_north_m = self.to_enu(lat_deg, lon_deg, height_m)
            east_error_m, north_error_m = east_m - reached_east_m, north_m - reached_north_m
            lat_deg += north_error_m * self._deg_per_north_m
            lon_deg += east_error_m * self._deg_per_east_m
            if abs(east_error_m) + abs(north_error_m) < _ERROR_MAX_M:
                break
        return lat_deg, math.remainder(lon_deg, 360.0)

    def to_wgs84_each(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (n, 2) latitudes and longitudes of (n, 2) places on the ground, east and north.

        The same as `to_wgs84` of each, for places within 100 km; much faster for many.
        """
        turn = np.array([self._deg_per_north_m, self._deg_per_east_m])
        origin = np.array([self._lat_deg, self._lon_deg])
        found: NDArray[np.float64] = origin + places[:, ::-1] * turn
        for _ in range(_STEPS_MAX):
            error_m = places - self._on_plane(found)
            found += error_m[:, ::-1] * turn
            if np.abs(error_m).sum(axis=1).max(initial=0.0) < _ERROR_MAX_M:
                break
        found[:, 1] -= 360.0 * np.rint(found[:, 1] / 360.0)
        return found

    def _on_plane(self, found: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return east and north of places on the ground, by latitude and longitude."""
        x, y, z = geodetic2ecef(found[:, 0], found[:, 1], self._height_m, _WGS84)
        x, y, z = x - self._x, y - self._y, z - self._z
        outward = self._cos_lon * x + self._sin_lon * y
        east_m = self._cos_lon * y - self._sin_lon * x
        north_m = self._cos_lat * z - self._sin_lat * outward
        return np.column_stack((east_m, north_m))


def _earth_fixed(lat_deg: float, lon_deg: float, height_m: float) -> tuple[float, float, float]:
    x, y, z = geodetic2ecef(lat_deg, lon_deg, height_m, _WGS84)
    return float(x), float(y), float(z)
