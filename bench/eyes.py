"""Honest sensors of an invented square: what each finds of the people, misses and imagines.

Three kinds: one that measures places with the same noise all around, a camera on a mast, whose
noise is that of the angles it looks at (so it grows with the range, and more along the line of
sight than across), and a radar with range, azimuth and Doppler. Each says its covariance
truthfully, as far as it can know it: from what it measured.
"""

from enum import StrEnum

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from bench.strolls import Stroll
from hub.core.fusion.measurement import LABEL_INDEX, Measurements
from hub.core.geometry import FieldOfViewArea, Flags, Floats, Footprint
from wire.labels import Label
from wire.quantities import SECOND_US

START_US = 1_700_000_000_000_000
PERSON = LABEL_INDEX[Label.PERSON]

_FLOOR_M = 0.15  # Where a foot is, is no better defined.
_DOPPLER_SIGMA_MPS = 0.3
_CONFIDENCE = 0.9  # Of people and of clutter: it tells nothing.
_ROWS_MAX = 4096  # Of one scan.


class Kind(StrEnum):
    """What a sensor measures."""

    PLACE = "place"
    CAMERA = "camera"
    RADAR = "radar"


class Errors(Struct, frozen=True, kw_only=True):
    """What a sensor's installation is off by, unknown to everybody but the score."""

    east_m: float = 0.0
    north_m: float = 0.0
    clock_s: float = 0.0  # Its instants are this much too late.
    yaw_deg: float = 0.0  # Clockwise, about its own place.


class Eye(Struct, frozen=True, kw_only=True):
    """One sensor."""

    name: str
    place: tuple[float, float]
    area: FieldOfViewArea
    rate_hz: float
    kind: Kind = Kind.PLACE
    sigma_m: float = 0.5  # PLACE: each direction. RADAR: along the line of sight.
    sigma_deg: float = 0.1  # CAMERA and RADAR: of an angle.
    height_m: float = 8.0  # CAMERA: above the ground.
    errors: Errors = Errors()


class Weakness(Struct, frozen=True, kw_only=True):
    """How sensors fail to see."""

    probability: float = 0.9
    clutter_per_m2: float = 2.5e-4
    # Misses in bursts (Gilbert and Elliott): hidden people are found one time in ten. The share
    # of all misses stays that of `probability`.
    hidden_share: float = 0.0
    hidden_s: float = 2.0
    # The part of the noise's variance that stays for a second (Gauss and Markov), as the foot
    # that a detector draws does.
    lasting_share: float = 0.0
    lasting_s: float = 1.0


class Look(Struct, frozen=True, kw_only=True):
    """One scan, and whom each of its rows is of (-1: nobody)."""

    measurements: Measurements
    person: NDArray[np.int32]


class Looking:
    """One sensor at work on a stroll: it remembers whom it does not see and how it errs."""

    def __init__(self, eye: Eye, stroll: Stroll, weakness: Weakness, seed: tuple[int, ...]) -> None:
        self._eye = eye
        self._stroll = stroll
        self._weakness = weakness
        self._rng = np.random.default_rng(list(seed))
        people = stroll.places.shape[1]
        self._hidden: Flags = np.less(self._rng.random(people), weakness.hidden_share)
        self._lasting = self._rng.normal(size=(people, 2))
        self._looked_s = 0.0
        self._columns = _columns(eye)

    def look(self, time_s: float) -> Look:
        """Return what the sensor sees at a time, later than the time before."""
        self._pass(time_s - self._looked_s)
        self._looked_s = time_s
        eye, rng = self._eye, self._rng
        everybody = self._stroll.at(time_s)
        in_sight = eye.area.contains(everybody)  # NaN, who is not there, is nowhere.
        person = np.flatnonzero(in_sight & (rng.random(len(everybody)) < self._chance()))
        clutter = self._clutter()
        there = np.concatenate((everybody[person], clutter))
        noise = self._noise(person, len(clutter))
        moving = np.zeros_like(there)
        if eye.kind is Kind.RADAR:
            moving[: len(person)] = self._stroll.velocity_at(time_s)[person]
            moving[len(person) :] = rng.normal(0.0, 0.8, clutter.shape)
        if eye.kind is Kind.CAMERA:
            there = there + rng.normal(0.0, _FLOOR_M, there.shape)
        mean, covariance = _measure(eye, there, noise)
        order = rng.permutation(len(mean))
        whom = np.concatenate((person, np.full(len(clutter), -1)))[order].astype(np.int32)
        scan = self._scan(time_s, mean[order], covariance[order], moving[order])
        return Look(measurements=scan, person=whom)

    def _pass(self, span_s: float) -> None:
        """Let time go by for those hidden and for the errors that last."""
        weakness, rng = self._weakness, self._rng
        if weakness.hidden_share > 0.0:
            # The two rates make `hidden_share` of the time hidden.
            rate = 1.0 / (weakness.hidden_s * (1.0 - weakness.hidden_share))
            kept = np.exp(-span_s * rate)
            chance = np.where(self._hidden, kept, 0.0) + (1.0 - kept) * weakness.hidden_share
            self._hidden = np.less(rng.random(len(self._hidden)), chance)
        if weakness.lasting_share > 0.0:
            kept = np.exp(-span_s / weakness.lasting_s)
            fresh = rng.normal(size=self._lasting.shape)
            self._lasting = kept * self._lasting + np.sqrt(1.0 - kept * kept) * fresh

    def _chance(self) -> Floats | float:
        weakness = self._weakness
        if weakness.hidden_share == 0.0:
            return weakness.probability
        hidden = 0.1
        seen = (weakness.probability - weakness.hidden_share * hidden) / (
            1.0 - weakness.hidden_share
        )
        chance: Floats = np.where(self._hidden, hidden, min(seen, 1.0))
        return chance

    def _noise(self, person: NDArray[np.intp], clutter_count: int) -> Floats:
        """Return unit noise of two directions for each row."""
        share = self._weakness.lasting_share
        noise = self._rng.normal(size=(len(person) + clutter_count, 2))
        noise[: len(person)] *= np.sqrt(1.0 - share)
        noise[: len(person)] += np.sqrt(share) * self._lasting[person]
        return noise

    def _clutter(self) -> Floats:
        """Return imagined places, as dense everywhere that the sensor sees."""
        area = self._eye.area
        seen_low, seen_high = _box(area)
        low = np.maximum(np.array(self._stroll.low), seen_low)
        high = np.minimum(np.array(self._stroll.high), seen_high)
        size = float(np.prod(np.maximum(high - low, 0.0)))
        count = self._rng.poisson(self._weakness.clutter_per_m2 * size)
        places = self._rng.uniform(low, high, (count, 2))
        return places[area.contains(places)]

    def _scan(
        self, time_s: float, mean: Floats, covariance: Floats, moving: Floats
    ) -> Measurements:
        eye, columns, count = self._eye, self._columns, len(mean)
        place = np.array(eye.place)
        doppler = np.zeros(count)
        if eye.kind is Kind.RADAR:
            ahead = mean - place
            ahead /= np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-6)
            doppler = (ahead * moving).sum(axis=1)
            doppler += self._rng.normal(0.0, _DOPPLER_SIGMA_MPS, count)
        mean, covariance = _erring(eye, mean, covariance)
        return Measurements(
            sensor=eye.name,
            observed_us=START_US + round((time_s + eye.errors.clock_s) * SECOND_US),
            mean=mean,
            covariance=covariance,
            label=columns.label[:count],
            confidence=columns.confidence[:count],
            object_id=(None,) * count,
            has_doppler=columns.has_doppler[:count],
            doppler_mps=doppler,
            doppler_sigma_mps=columns.doppler_sigma_mps[:count],
            origin=eye.place,
            bearing_deg=columns.nothing,
            bearing_sigma_deg=columns.nothing,
            simulated=True,
        )


class _Columns(Struct, frozen=True, kw_only=True):
    """What is the same in all scans of a sensor, shared by them."""

    label: NDArray[np.uint8]
    confidence: Floats
    has_doppler: Flags
    doppler_sigma_mps: Floats
    nothing: Floats


def _columns(eye: Eye) -> _Columns:
    is_radar = eye.kind is Kind.RADAR
    return _Columns(
        label=np.full(_ROWS_MAX, PERSON, np.uint8),
        confidence=np.full(_ROWS_MAX, _CONFIDENCE),
        has_doppler=np.full(_ROWS_MAX, is_radar, np.bool_),
        doppler_sigma_mps=np.full(_ROWS_MAX, _DOPPLER_SIGMA_MPS if is_radar else 0.0),
        nothing=np.empty(0),
    )


def _box(area: FieldOfViewArea) -> tuple[Floats, Floats]:
    """Return the corners of a box around an area."""
    if isinstance(area, Footprint):
        corners = np.array(area.corners)
        return corners.min(axis=0), corners.max(axis=0)
    middle = np.array([area.east_m, area.north_m])
    return middle - area.range_max_m, middle + area.range_max_m


def _measure(eye: Eye, there: Floats, noise: Floats) -> tuple[Floats, Floats]:
    """Return measured places and their covariances."""
    if eye.kind is Kind.PLACE:
        covariance = np.tile(np.eye(2) * eye.sigma_m**2, (len(there), 1, 1))
        return there + noise * eye.sigma_m, covariance
    place = np.array(eye.place)
    offset = there - place
    range_m = np.maximum(np.linalg.norm(offset, axis=1), 1.0)
    azimuth = np.arctan2(offset[:, 0], offset[:, 1])
    sigma = np.radians(eye.sigma_deg)
    if eye.kind is Kind.CAMERA:
        down = np.arctan2(eye.height_m, range_m) + noise[:, 0] * sigma
        range_m = eye.height_m / np.tan(np.clip(down, 1e-2, np.pi / 2.0 - 1e-2))
        sigma_along = sigma * (range_m**2 + eye.height_m**2) / eye.height_m
        azimuth += noise[:, 1] * sigma
        floor = _FLOOR_M**2
    else:
        range_m = np.maximum(range_m + noise[:, 0] * eye.sigma_m, 1.0)
        sigma_along = np.full(len(range_m), eye.sigma_m)
        azimuth += noise[:, 1] * sigma
        floor = 0.0
    ahead = np.column_stack((np.sin(azimuth), np.cos(azimuth)))
    across = np.column_stack((ahead[:, 1], -ahead[:, 0]))
    along = ahead * sigma_along[:, np.newaxis]
    aside = across * np.maximum(range_m * sigma, 0.01)[:, np.newaxis]
    covariance = _outer(along) + _outer(aside) + floor * np.eye(2)
    return ahead * range_m[:, np.newaxis] + place, covariance


def _erring(eye: Eye, mean: Floats, covariance: Floats) -> tuple[Floats, Floats]:
    """Return what a sensor that is installed wrongly says."""
    errors = eye.errors
    if errors == Errors():
        return mean, covariance
    turn = np.radians(errors.yaw_deg)
    # Clockwise, from north over east.
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    place = np.array(eye.place)
    bias = np.array([errors.east_m, errors.north_m])
    turned: Floats = (mean - place) @ rotation.T + place + bias
    return turned, rotation @ covariance @ rotation.T


def _outer(vectors: Floats) -> Floats:
    product: Floats = vectors[:, :, np.newaxis] * vectors[:, np.newaxis, :]
    return product
