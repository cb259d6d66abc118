"""Where a bang was, from the instants at which microphones heard its onset.

An onset is the emission plus the way through the air: `t + d/c - w.(p - x)/c^2`, with `d` the
slant range, `c` the speed of sound and `w` the wind, to first order. The unknowns are the place
x, the instant t, and, held by what is known of the air, c and w. Starts are closed: three onsets
leave a quadratic (S. Bancroft, IEEE Trans. AES 21, 1985, in the plane). Gauss-Newton with
Levenberg's damping climbs from every start at once to the most probable place; its information
matrix gives the covariance, so the speed of sound, the wind and the sensors' own places are in
the ellipse.
"""

import math
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from hub.core.geometry import Flags, Floats, distance_to

Indices = NDArray[np.intp]

# Dry air as an ideal gas: 331.3 m/s at 0 degrees Celsius, rising with the root of the absolute
# temperature. Humidity adds 0.1 to 0.6 % (O. Cramer, J. Acoust. Soc. Am. 93, 1993): half of that
# is taken as unknown.
SPEED_AT_ZERO_MPS: Final = 331.3
ZERO_CELSIUS_K: Final = 273.15
HUMIDITY_RATIO: Final = 0.003
# Without a thermometer: a mild day, or a winter night or a heat wave within two sigma.
USUAL_CELSIUS: Final = 20.0
USUAL_SIGMA_CELSIUS: Final = 10.0
# No air between the poles and the desert is beyond these.
SPEED_LIMITS_MPS: Final = (250.0, 450.0)
# A fresh breeze of either direction; no site measures the wind along every path of sound.
WIND_SIGMA_MPS: Final = 3.0
# Devices are surveyed on a plan or by a phone's satellite fix with care.
SENSOR_SIGMA_M: Final = 1.0
# A bang is at a person's height unless somebody knows better; a place right under a microphone
# has no direction, hence the smallest height between them.
SOURCE_HEIGHT_M: Final = 1.5
HEIGHT_APART_MIN_M: Final = 0.5
# A shot is heard this far in a town. It only decides where the onsets say nothing.
EARSHOT_SIGMA_M: Final = 500.0
# Closed solutions of a bad triangle lie anywhere: a start beyond this is no start.
START_MAX_M: Final = 2_000.0
ITERATIONS_MAX: Final = 12
SETTLED_M: Final = 1e-4
# 95 % of a normal distribution in the plane are within this many sigma: sqrt(-2 ln 0.05).
ELLIPSE_95: Final = math.sqrt(-2.0 * math.log(0.05))
ROOT_TAU: Final = math.sqrt(2.0 * math.pi)


class Air(Struct, frozen=True, kw_only=True):
    """What is known of the air."""

    speed_mps: float
    sigma_mps: float
    wind_sigma_mps: float = WIND_SIGMA_MPS


class Onsets(Struct, frozen=True, kw_only=True):
    """When each of some microphones heard something: rows of one array each."""

    place: Floats  # (n, 3): east, north and height above the ground, metres.
    onset_s: Floats  # (n,), from any common instant.
    sigma_s: Floats  # (n,), of the onset and the clock together.


class Fits(Struct, frozen=True, kw_only=True):
    """The most probable bangs, one for each hypothesis of who heard it."""

    place: Floats  # (h, 2)
    covariance: Floats  # (h, 2, 2)
    emitted_s: Floats  # (h,)
    cost: Floats  # (h,), squared residuals in sigmas: chi-squared where the hypothesis is true.
    weight: Floats  # (h,), logarithm of the marginal likelihood of the onsets used (Laplace).
    late_s: Floats  # (h, n), how much later than expected each microphone heard it, used or not.


class Axes(Struct, frozen=True, kw_only=True):
    """A one-sigma ellipse."""

    major_m: float
    minor_m: float
    azimuth_deg: float  # Of the major axis, clockwise from north, in [0, 180).


def air_at(celsius: float, sigma_celsius: float) -> Air:
    """Return the air at a temperature."""
    kelvin = max(celsius + ZERO_CELSIUS_K, 1.0)
    speed_mps = SPEED_AT_ZERO_MPS * math.sqrt(kelvin / ZERO_CELSIUS_K)
    by_heat = speed_mps / (2.0 * kelvin) * sigma_celsius
    return Air(speed_mps=speed_mps, sigma_mps=math.hypot(by_heat, HUMIDITY_RATIO * speed_mps))


USUAL_AIR: Final = air_at(USUAL_CELSIUS, USUAL_SIGMA_CELSIUS)


def crossings(onsets: Onsets, air: Air, triples: Indices) -> Floats:
    """Return the two places (t, 2, 2) at which three onsets meet exactly, for each triple.

    In (east, north, c t) the cones of three onsets differ by planes: two planes meet in a line,
    and the line pierces a cone twice. Where noise parts them, the nearest approach stands in;
    where the microphones are in one place, their own place does.
    """
    speed = air.speed_mps
    rows = np.column_stack((onsets.place[:, :2], onsets.onset_s * speed))
    origin = rows.mean(axis=0)
    rows = rows - origin
    rise = np.square(_apart(onsets.place[:, 2]))
    one = rows[triples[:, 0]]
    norm = _lorentz(rows, rows) + rise
    planes = 2.0 * (rows[triples[:, 1:]] - one[:, np.newaxis])
    planes[..., 2] *= -1.0
    level = norm[triples[:, 1:]] - norm[triples[:, 0], np.newaxis]
    gram = planes @ planes.transpose(0, 2, 1)
    # Microphones in one place make both planes the same: a trace of room keeps it solvable.
    gram = gram + 1e-9 * (1.0 + np.trace(gram, axis1=1, axis2=2))[
        :, np.newaxis, np.newaxis
    ] * np.eye(2)
    point = (planes.transpose(0, 2, 1) @ np.linalg.solve(gram, level[..., np.newaxis]))[..., 0]
    along = np.cross(planes[:, 0], planes[:, 1])
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-12)
    offset = point - one
    steps = _roots(
        _lorentz(along, along),
        2.0 * _lorentz(along, offset),
        _lorentz(offset, offset) + rise[triples[:, 0]],
    )
    found = (point[:, np.newaxis] + steps[..., np.newaxis] * along[:, np.newaxis])[..., :2]
    reach = np.linalg.norm(found, axis=2, keepdims=True)
    places: Floats = found * np.minimum(1.0, START_MAX_M / np.maximum(reach, 1.0)) + origin[:2]
    return places


def fits(
    onsets: Onsets,
    air: Air,
    used: Flags,
    start: Floats,
    emitted: tuple[float, float] | None = None,
) -> Fits:
    """Return the most probable bang near each start (h, 2), from the onsets that it uses (h, n).

    `emitted` says when it was and how surely, in seconds, where something else saw it.
    """
    problem = _Problem(onsets, air, used, emitted)
    state = problem.begin(start)
    damping = np.full(len(state), 1e-3)
    cost, normal, slope = problem.linearised(state)
    diagonal = np.arange(normal.shape[1])
    for _ in range(ITERATIONS_MAX):
        damped = normal.copy()
        damped[:, diagonal, diagonal] *= 1.0 + damping[:, np.newaxis]
        step = np.linalg.solve(damped, slope[..., np.newaxis])[..., 0]
        tried = state - step
        cost_then, normal_then, slope_then = problem.linearised(tried)
        better = cost_then <= cost
        state = np.where(better[:, np.newaxis], tried, state)
        cost = np.where(better, cost_then, cost)
        normal = np.where(better[:, np.newaxis, np.newaxis], normal_then, normal)
        slope = np.where(better[:, np.newaxis], slope_then, slope)
        damping = np.clip(np.where(better, damping / 10.0, damping * 10.0), 1e-9, 1e9)
        if np.abs(step[:, :2]).max(initial=0.0) < SETTLED_M:
            break
    return problem.fits(state, cost, normal)


def axes_of(covariance: Floats) -> Axes:
    """Return the one-sigma ellipse of a covariance (2, 2)."""
    values, vectors = np.linalg.eigh(covariance)
    minor, major = np.sqrt(np.maximum(values, 0.0)).tolist()
    east, north = vectors[:, 1].tolist()
    azimuth_deg = math.degrees(math.atan2(east, north)) % 180.0
    # A tiny negative angle becomes exactly 180 by rounding.
    return Axes(major_m=major, minor_m=minor, azimuth_deg=azimuth_deg if azimuth_deg < 180 else 0.0)


def hull_of(points: Floats) -> Floats:
    """Return the convex hull of points, counter-clockwise (A. M. Andrew's monotone chain, 1979)."""
    ordered = np.unique(points, axis=0).tolist()
    if len(ordered) < 3:
        return np.asarray(ordered, dtype=np.float64).reshape(-1, 2)
    lower, upper = _chain(ordered), _chain(ordered[::-1])
    return np.asarray(lower[:-1] + upper[:-1], dtype=np.float64)


def is_within(hull: Floats, place: Floats, covariance: Floats) -> bool:
    """Return whether a place is inside the hull, or outside by what it may err."""
    # The smaller axis: outside, the larger one only says that the range is unknown.
    margin_m = ELLIPSE_95 * axes_of(covariance).minor_m
    return float(distance_to(hull, place[np.newaxis])[0]) <= margin_m


class _Problem:
    """The onsets as a least-squares problem in (east, north, c t, c, wind east, wind north).

    Places are taken from the microphones' middle and instants from their mean, so that where the
    site lies and when it happened change no figure.
    """

    def __init__(
        self, onsets: Onsets, air: Air, used: Flags, emitted: tuple[float, float] | None
    ) -> None:
        self._used = used.astype(np.float64)
        self._middle = onsets.place[:, :2].mean(axis=0)
        self._begin_s = float(onsets.onset_s.mean())
        self._ear = onsets.place[:, :2] - self._middle
        self._rise = np.square(_apart(onsets.place[:, 2]))
        self._heard = onsets.onset_s - self._begin_s
        self._air = air
        # A microphone that stands elsewhere hears it earlier or later by that way.
        self._sigma = np.hypot(onsets.sigma_s, SENSOR_SIGMA_M / air.speed_mps)
        wide = (EARSHOT_SIGMA_M, EARSHOT_SIGMA_M, 1e6, air.sigma_mps)
        self._prior_sigma = np.array((*wide, air.wind_sigma_mps, air.wind_sigma_mps))
        self._prior_mean = np.array((0.0, 0.0, 0.0, air.speed_mps, 0.0, 0.0))
        self._is_timed = emitted is not None
        if emitted is not None:
            self._prior_mean[2] = (emitted[0] - self._begin_s) * air.speed_mps
            self._prior_sigma[2] = max(emitted[1], 1e-6) * air.speed_mps

    def begin(self, start: Floats) -> Floats:
        """Return the state at each start, with the instant that suits its onsets best."""
        state = np.tile(self._prior_mean, (len(start), 1))
        state[:, :2] = start - self._middle
        late = self._late(state)[0]
        share = self._used / np.square(self._sigma)
        total = np.maximum(share.sum(axis=1), 1e-12)
        state[:, 2] += (late * share).sum(axis=1) / total * self._air.speed_mps
        return state

    def linearised(self, state: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the cost, the information matrix and half the gradient at each state."""
        late, slant, reach = self._late(state)
        speed = _speed(state)
        wind = state[:, np.newaxis, 4:]
        jacobian = np.empty((*late.shape, 6))
        # Of the residual: heard minus expected.
        jacobian[..., :2] = (
            reach / (slant * speed)[..., np.newaxis] - wind / (np.square(speed)[..., np.newaxis])
        )
        jacobian[..., 2] = -1.0 / self._air.speed_mps
        blown = (wind * reach).sum(axis=2)
        jacobian[..., 3] = slant / np.square(speed) - 2.0 * blown / speed**3
        jacobian[..., 4:] = reach / np.square(speed)[..., np.newaxis]
        weighed = jacobian * (self._used / self._sigma)[..., np.newaxis]
        residual = late * self._used / self._sigma
        off = (state - self._prior_mean) / self._prior_sigma
        normal = weighed.transpose(0, 2, 1) @ weighed + np.diag(self._prior_sigma**-2)
        slope = (weighed.transpose(0, 2, 1) @ residual[..., np.newaxis])[..., 0]
        cost = np.square(residual).sum(axis=1) + np.square(off).sum(axis=1)
        return cost, normal, slope + off / self._prior_sigma

    def fits(self, state: Floats, cost: Floats, normal: Floats) -> Fits:
        """Return what the climbed states say."""
        scale = 1.0 / self._prior_sigma
        # Inverted in units of the prior: the figures then differ by little.
        whitened = normal / (scale[:, np.newaxis] * scale)
        inverse = np.linalg.inv(whitened)
        block = (inverse / (scale[:, np.newaxis] * scale))[:, :2, :2]
        evidence = -0.5 * (cost + np.linalg.slogdet(whitened)[1])
        if not self._is_timed:
            # It may have been at any instant: the wide prior becomes a density of 1 a second.
            evidence += math.log(ROOT_TAU * self._prior_sigma[2] / self._air.speed_mps)
        evidence -= (self._used * np.log(ROOT_TAU * self._sigma)).sum(axis=1)
        return Fits(
            place=state[:, :2] + self._middle,
            covariance=(block + block.transpose(0, 2, 1)) / 2.0,
            emitted_s=state[:, 2] / self._air.speed_mps + self._begin_s,
            cost=cost,
            weight=evidence,
            late_s=self._late(state)[0],
        )

    def _late(self, state: Floats) -> tuple[Floats, Floats, Floats]:
        """Return heard minus expected, the slant ranges, and the ways to the microphones."""
        reach = self._ear - state[:, np.newaxis, :2]
        slant = np.sqrt(np.square(reach).sum(axis=2) + self._rise)
        speed = _speed(state)
        emitted = state[:, 2, np.newaxis] / self._air.speed_mps
        blown = (reach * state[:, np.newaxis, 4:]).sum(axis=2)
        return (
            self._heard - emitted - slant / speed + blown / np.square(speed),
            slant,
            reach,
        )


def _speed(state: Floats) -> Floats:
    """Return each state's speed of sound, as a column; onsets that fit nothing bend it far."""
    speed: Floats = np.clip(state[:, 3, np.newaxis], *SPEED_LIMITS_MPS)
    return speed


def _apart(height_m: Floats) -> Floats:
    """Return how far above or below the bang each microphone is."""
    return np.maximum(np.abs(height_m - SOURCE_HEIGHT_M), HEIGHT_APART_MIN_M)


def _lorentz(first: Floats, second: Floats) -> Floats:
    """Return the product in which a cone of sound is the set of zeros."""
    product = first * second
    return product[..., 0] + product[..., 1] - product[..., 2]


def _roots(a: Floats, b: Floats, c: Floats) -> Floats:
    """Return both roots of a s^2 + b s + c, or twice the nearest approach where there is none."""
    root = np.sqrt(np.maximum(b * b - 4.0 * a * c, 0.0))
    half = -0.5 * (b + np.copysign(root, b))
    with np.errstate(divide="ignore", invalid="ignore"):
        both = np.stack((half / a, c / half), axis=1)
    # Without a real root c / half is not where the parabola turns: -b / 2a is.
    none = (b * b < 4.0 * a * c)[:, np.newaxis]
    both = np.where(none, both[:, :1], both)
    # A line along the cone meets it once, and no line meets it nowhere in particular.
    roots: Floats = np.where(np.isfinite(both), both, 0.0)
    return roots


def _chain(ordered: list[list[float]]) -> list[list[float]]:
    """Return the points of one side of the hull, from the first to the last."""
    side: list[list[float]] = []
    for point in ordered:
        while len(side) >= 2 and _turn(side[-2], side[-1], point) <= 0.0:
            side.pop()
        side.append(point)
    return side


def _turn(start: list[float], middle: list[float], end: list[float]) -> float:
    """Return a positive number where the way turns left."""
    return (middle[0] - start[0]) * (end[1] - start[1]) - (middle[1] - start[1]) * (
        end[0] - start[0]
    )
