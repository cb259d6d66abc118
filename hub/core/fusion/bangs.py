"""Impulse sounds of several sensors become bangs: which cues are of one, and where it was.

Cues that could be of one bang (their onsets differ by no more than the sound's way between their
sensors) make a chain. Every new cue has its whole chain answered anew, in the order of onsets:
so the answer depends on what was said and not on the order in which it arrived, gets better with
each cue, and waits for none.
"""

import math
from typing import Final

import numpy as np
from msgspec import Struct

from hub.core.fusion.sound import (
    HEIGHT_APART_MIN_M,
    SOURCE_HEIGHT_M,
    USUAL_AIR,
    Air,
    Axes,
    Onsets,
    air_at,
    axes_of,
    hull_of,
    is_within,
)
from hub.core.fusion.sources import Source, sources_of
from hub.core.geometry import PLANE_M, Floats
from hub.core.site import Place, Site
from wire.geodesy import SiteFrame
from wire.labels import CueKind
from wire.messages import Cue, Reading, SensorAbout
from wire.quantities import SECOND_US, Identifier, Instant, Ulid

# A detector that works on blocks of sound knows the onset to about one block.
ONSET_SIGMA_US: Final = 20_000
# Better than any clock on a network; and beyond a second an onset says nothing.
ONSET_SIGMA_MIN_US: Final = 100
ONSET_SIGMA_MAX_US: Final = SECOND_US
# A lone sensor, or two: it was somewhere within earshot.
HEARING_M: Final = 50.0
# Cold air and a head wind: no sound that matters is slower.
SLOWEST_MPS: Final = 300.0
# Two sensors further apart than this do not hear one bang in a town.
APART_MAX_M: Final = 1_500.0
# Onsets this many sigmas beyond the way between two sensors are of two bangs.
LINK_SIGMAS: Final = 5.0
# Cues are put together while they are this fresh: a spool's backlog is history.
KEPT_US: Final = 30 * SECOND_US
# A sensor that hears more than this many bangs in ten seconds hears an engine, or is broken: its
# further cues are alerts as ever, and locate nothing.
BABBLE_US: Final = 10 * SECOND_US
BABBLE_MAX: Final = 6
# Nor is there a place in fireworks all around: beyond this many in ten seconds from all sensors
# together nothing more is located. A hundredth of a second each, they cost a tenth of a core.
STORM_MAX: Final = 60
CUES_MAX: Final = 128
# Of a longer chain the earliest are answered: they are the nearest to the bang.
CHAIN_MAX: Final = 24
# Air changes by a degree or two in an hour; an older reading is another day's.
READING_AGE_MAX_US: Final = 3_600 * SECOND_US
READING_SIGMA_CELSIUS: Final = 2.0
CELSIUS_MAX: Final = 60.0
TEMPERATURE: Final = ("air_temperature", "Cel")


class Stray(Struct, frozen=True, kw_only=True):
    """A sensor that heard something else, or heard it wrongly."""

    sensor: Identifier
    late_s: float  # Negative: before the sound could have come.


class Sound(Struct, frozen=True, kw_only=True):
    """One bang, as far as its cues tell."""

    anchor: Ulid  # The first cue that came of it: its name while others join.
    sensor: Identifier  # That cue's.
    emitted_us: Instant
    sensors: tuple[Identifier, ...]  # That heard it, in the order of their onsets.
    after_s: tuple[float, ...]  # How long after the first of them each heard it.
    is_located: bool  # False: two sensors leave a curve; the place is that of the loudest.
    place: Place
    axes: Axes  # Of one sigma.
    centre: Place  # Of the sensors that heard it.
    bearing_deg: float | None = None  # From the centre, where it is outside the sensors' hull.
    sigma_bearing_deg: float = 0.0
    strays: tuple[Stray, ...] = ()
    echo_count: int = 0  # Onsets of its sensors that came later and fit no bang.
    sure: float = 1.0  # The probability that these sensors are the right ones.
    speed_mps: float
    celsius: float | None = None  # None: no thermometer said.


class Chain(Struct, frozen=True, kw_only=True):
    """Cues that could be of one bang, and the bangs that they are of."""

    cues: frozenset[Ulid]
    sounds: tuple[Sound, ...]


class _Ear(Struct, frozen=True, kw_only=True):
    """Where a sensor stands and how well it keeps time."""

    place: Place
    height_m: float = SOURCE_HEIGHT_M + HEIGHT_APART_MIN_M
    clock_sigma_us: int = 0


class _Heard(Struct, frozen=True, kw_only=True):
    """One cue, as far as it matters for the place."""

    onset_us: Instant
    sensor: Identifier
    id: Ulid
    arrival: int
    sigma_us: float
    level_db: float | None
    tells_place: bool
    taint: tuple[bool, bool]  # Simulated, exercise: what differs here is never one bang.
    ear: _Ear


class Bangs:
    """What was heard in the last seconds, on one site."""

    def __init__(self, site: Site, frame: SiteFrame) -> None:
        self._frame = frame
        self._ears = {sensor.id: _Ear(place=sensor.position) for sensor in site.sensors}
        self._planned = {sensor.id: sensor.position for sensor in site.sensors}
        self._heard: list[_Heard] = []
        self._arrivals = 0
        self._readings: dict[Identifier, Reading] = {}

    def about(self, about: SensorAbout) -> None:
        """Learn where a sensor stands and how well it keeps time."""
        if about.sender not in self._planned:
            return
        place = self._frame.to_enu(about.pose.lat_deg, about.pose.lon_deg)
        here = max(abs(place[0]), abs(place[1])) <= PLANE_M
        self._ears[about.sender] = _Ear(
            place=place if here else self._planned[about.sender],
            height_m=about.pose.height_m,
            clock_sigma_us=about.clock_sigma_us,
        )

    def reading(self, reading: Reading) -> None:
        """Take note of what a weather station says of the air's temperature."""
        is_air = (reading.channel, reading.unit) == TEMPERATURE
        if not is_air or abs(reading.value) > CELSIUS_MAX:
            return
        known = self._readings.get(reading.sender)
        if known is None or known.observed_us <= reading.observed_us:
            self._readings[reading.sender] = reading

    def cue(self, cue: Cue, now_us: Instant) -> Chain | None:
        """Take one cue; return what its chain says now, or None where it locates nothing."""
        ear = self._ears.get(cue.sender)
        if cue.kind is not CueKind.IMPULSE_SOUND or ear is None:
            return None
        self._heard = [one for one in self._heard if now_us - one.onset_us <= KEPT_US]
        if abs(now_us - cue.observed_us) > KEPT_US or self._babbles(cue):
            return None
        self._arrivals += 1
        new = _heard(cue, ear, self._arrivals)
        self._heard = [*self._heard[-CUES_MAX + 1 :], new]
        chain = self._chain(new)
        sounds = self._sounds(chain[:CHAIN_MAX])
        return Chain(cues=frozenset(one.id for one in chain), sounds=sounds)

    def air(self, at_us: Instant) -> tuple[Air, float | None]:
        """Return the air at an instant, and the temperature if a fresh reading says it."""
        fresh = [
            one
            for one in self._readings.values()
            if abs(at_us - one.observed_us) <= READING_AGE_MAX_US
        ]
        if not fresh:
            return USUAL_AIR, None
        latest = max(fresh, key=lambda one: (one.observed_us, one.sender))
        # A thermometer in the sun, or in the shade of a wall, is not the air over the square.
        sigma = max(latest.sigma or 0.0, READING_SIGMA_CELSIUS)
        return air_at(latest.value, sigma), latest.value

    def _babbles(self, cue: Cue) -> bool:
        """Whether a sensor, or all together, say so much that onsets mean nothing."""
        near = [
            one.sensor for one in self._heard if abs(one.onset_us - cue.observed_us) <= BABBLE_US
        ]
        return len(near) >= STORM_MAX or near.count(cue.sender) >= BABBLE_MAX

    def _chain(self, new: _Heard) -> list[_Heard]:
        """Return the cues that hang together with one, by onset."""
        left = [one for one in self._heard if one.taint == new.taint and one is not new]
        chain, at = [new], 0
        while at < len(chain):
            linked = [one for one in left if _are_linked(chain[at], one)]
            left = [one for one in left if one not in linked]
            chain += linked
            at += 1
        return sorted(chain, key=lambda one: (one.onset_us, one.sensor, one.id))

    def _sounds(self, chain: list[_Heard]) -> tuple[Sound, ...]:
        """Return the bangs of a chain, the earliest first."""
        sensors = sorted({one.sensor for one in chain})
        air, celsius = self.air(chain[0].onset_us)
        begin_us = chain[0].onset_us
        onsets = Onsets(
            place=np.array([(*one.ear.place, one.ear.height_m) for one in chain]),
            onset_s=np.array([(one.onset_us - begin_us) / SECOND_US for one in chain]),
            sigma_s=np.array([one.sigma_us / SECOND_US for one in chain]),
        )
        number = np.array([sensors.index(one.sensor) for one in chain])
        found = sorted(sources_of(onsets, number, air), key=lambda source: source.emitted_s)
        strays, echoes = _strays(chain, found), _echo_counts(chain, found)
        sounds = [
            _sound(chain, source, strays[index], echoes[index], air, celsius)
            for index, source in enumerate(found)
        ]
        if not sounds and len(sensors) > 1 and not any(one.tells_place for one in chain):
            sounds = [_unlocated(chain, air, celsius)]
        return tuple(sounds)


def _heard(cue: Cue, ear: _Ear, arrival: int) -> _Heard:
    onset_sigma_us = ONSET_SIGMA_US if cue.onset_sigma_us is None else cue.onset_sigma_us
    sigma_us = math.hypot(onset_sigma_us, ear.clock_sigma_us)
    return _Heard(
        onset_us=cue.observed_us,
        sensor=cue.sender,
        id=cue.id,
        arrival=arrival,
        sigma_us=min(max(sigma_us, ONSET_SIGMA_MIN_US), ONSET_SIGMA_MAX_US),
        level_db=cue.level_db,
        tells_place=cue.where is not None,
        taint=(cue.simulated, cue.exercise),
        ear=ear,
    )


def _are_linked(one: _Heard, other: _Heard) -> bool:
    """Whether two cues could be of one bang."""
    apart_m = math.dist(one.ear.place, other.ear.place)
    way_us = apart_m / SLOWEST_MPS * SECOND_US
    blur_us = LINK_SIGMAS * math.hypot(one.sigma_us, other.sigma_us)
    return apart_m <= APART_MAX_M and abs(one.onset_us - other.onset_us) <= way_us + blur_us


def _strays(chain: list[_Heard], found: list[Source]) -> list[list[Stray]]:
    """Return, for each bang, the sensors that heard no bang at all and came nearest to this one."""
    strays: list[list[Stray]] = [[] for _ in found]
    hearers = {chain[row].sensor for source in found for row in source.heard}
    for sensor in sorted({one.sensor for one in chain} - hearers):
        rows = [row for row, one in enumerate(chain) if one.sensor == sensor]
        late = [
            (float(source.late_s[row]), index) for index, source in enumerate(found) for row in rows
        ]
        if late:
            late_s, index = min(late, key=lambda one: (abs(one[0]), one[1]))
            strays[index].append(Stray(sensor=sensor, late_s=round(late_s, 3)))
    return strays


def _echo_counts(chain: list[_Heard], found: list[Source]) -> list[int]:
    """Return, for each bang, how many later onsets of its sensors are of no bang."""
    taken = {row for source in found for row in source.heard}
    loose = [(row, one.sensor) for row, one in enumerate(chain) if row not in taken]
    return [
        sum(
            sensor in {chain[heard].sensor for heard in source.heard} and source.late_s[row] > 0.0
            for row, sensor in loose
        )
        for source in found
    ]


def _sound(
    chain: list[_Heard],
    source: Source,
    strays: list[Stray],
    echo_count: int,
    air: Air,
    celsius: float | None,
) -> Sound:
    """Return a bang with its place, or its direction where it lies outside the sensors' hull."""
    heard = [chain[row] for row in source.heard]
    ears = np.array([one.ear.place for one in heard])
    centre = ears.mean(axis=0)
    place = np.clip(source.place, -PLANE_M, PLANE_M)
    bearing_deg = sigma_deg = None
    if not is_within(hull_of(ears), source.place, source.covariance):
        bearing_deg, sigma_deg = _direction(source, centre)
    anchor = min(heard, key=lambda one: one.arrival)
    return Sound(
        anchor=anchor.id,
        sensor=anchor.sensor,
        emitted_us=chain[0].onset_us + round(source.emitted_s * SECOND_US),
        sensors=tuple(one.sensor for one in heard),
        after_s=_after_s(heard),
        is_located=True,
        place=(float(place[0]), float(place[1])),
        axes=axes_of(source.covariance),
        centre=(float(centre[0]), float(centre[1])),
        bearing_deg=bearing_deg,
        sigma_bearing_deg=sigma_deg or 0.0,
        strays=tuple(strays),
        echo_count=echo_count,
        sure=source.share,
        speed_mps=air.speed_mps,
        celsius=celsius,
    )


def _direction(source: Source, centre: Floats) -> tuple[float, float]:
    """Return the bearing of a place from a centre, and its sigma in degrees."""
    way = source.place - centre
    reach_m = max(float(np.hypot(way[0], way[1])), 1.0)
    across = np.array((way[1], -way[0])) / reach_m
    sigma_m = math.sqrt(float(across @ source.covariance @ across))
    bearing_deg = math.degrees(math.atan2(way[0], way[1])) % 360.0
    return bearing_deg % 360.0, min(math.degrees(math.atan2(sigma_m, reach_m)), 90.0)


def _unlocated(chain: list[_Heard], air: Air, celsius: float | None) -> Sound:
    """Return what can be said when the onsets leave a curve: near the loudest, or the first."""
    nearest = max(
        chain, key=lambda one: (-math.inf if one.level_db is None else one.level_db, -one.onset_us)
    )
    apart_m = max(math.dist(nearest.ear.place, one.ear.place) for one in chain)
    sigma_m = max(HEARING_M, apart_m / 2.0)
    anchor = min(chain, key=lambda one: one.arrival)
    firsts = {one.sensor: one for one in reversed(chain)}
    heard = sorted(firsts.values(), key=lambda one: (one.onset_us, one.sensor))
    return Sound(
        anchor=anchor.id,
        sensor=anchor.sensor,
        emitted_us=chain[0].onset_us,
        sensors=tuple(one.sensor for one in heard),
        after_s=_after_s(heard),
        is_located=False,
        place=nearest.ear.place,
        axes=Axes(major_m=sigma_m, minor_m=sigma_m, azimuth_deg=0.0),
        centre=nearest.ear.place,
        speed_mps=air.speed_mps,
        celsius=celsius,
    )


def _after_s(heard: list[_Heard]) -> tuple[float, ...]:
    return tuple(round((one.onset_us - heard[0].onset_us) / SECOND_US, 3) for one in heard)
