"""The scenes that the tracker is measured on: who walks where, who looks, what arrives when.

A scene is made once, whole, from a seed; tracking it is then timed without its making. The
ground is 200 x 200 m (larger for 10,000 people, who are no denser than 5,000).
"""

import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray

from bench.eyes import START_US, Errors, Eye, Kind, Looking, Weakness
from bench.strolls import Stroll, a_recorded_stroll, a_stroll
from hub.core.fusion.measurement import Measurements
from hub.core.fusion.sight import sight_of
from hub.core.fusion.tracker import Tracker
from hub.core.fusion.walls import Walls
from hub.core.geometry import Flags, Floats, Footprint, Sector
from wire.labels import Label, SensorKind
from wire.quantities import SECOND_US

SIDE_M = 200.0
SCENES = ("four", "discs", "mixed", "city")
RECORDINGS = ("biwi_eth", "biwi_hotel", "crowds_zara01")

_JITTER = 0.2  # Of a sensor's period, to either side.
_LATE_MAX_S = 2.5  # Beyond this data is no longer for the live picture.
_ERRORS_SEED = 7
_BEYOND_M = 20.0


class Options(Struct, frozen=True, kw_only=True):
    """What a scene is made from."""

    people: int = 100
    seconds: float = 30.0
    seed: int = 1
    late_share: float = 0.0  # Of scans, each late by a span of its own: they overtake each other.
    late_mean_s: float = 0.3
    hidden_share: float = 0.0  # Of the time somebody is hidden from a sensor: misses in bursts.
    lasting_share: float = 0.0  # Of the noise's variance: it stays for a second.
    clutter_per_m2: float = 2.5e-4
    bias_m: float = 0.0  # What each sensor is off by, in a direction of its own,
    clock_s: float = 0.0  # its clock early or late by up to this much,
    yaw_deg: float = 0.0  # and turned one way or the other.
    # Errors that cancel over all sensors: what all sensors share is in no data.
    balanced: bool = True
    surveyed: int = 0  # So many sensors, the first ones, have no errors at all.
    sensors: int = 0  # Of the city; 0: 50.
    sigmas_m: tuple[float, ...] = (0.3, 0.5)  # Of the city's sensors, in turn.
    warm_up_s: float = 5.0  # Not scored and not timed: everybody is new then.


class Arrival(Struct, frozen=True, kw_only=True):
    """One scan as it comes in."""

    arrive_us: int
    measurements: Measurements
    person: NDArray[np.int32]  # Of each row; -1: nobody.
    seen_s: float  # When it truly looked, whatever its clock says.


class Scene(Struct, frozen=True, kw_only=True):
    """Everything about one scene, in order of arrival."""

    name: str
    eyes: tuple[Eye, ...]
    stroll: Stroll
    seconds: float
    warm_up_s: float
    arrivals: tuple[Arrival, ...]

    @property
    def site(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The corners of what may hold tracks: the ground and some way beyond."""
        (west, south), (east, north) = self.stroll.low, self.stroll.high
        return (west - _BEYOND_M, south - _BEYOND_M), (east + _BEYOND_M, north + _BEYOND_M)

    @property
    def detection_count(self) -> int:
        """How many rows all scans have."""
        return sum(len(arrival.person) for arrival in self.arrivals)

    @property
    def out_of_order(self) -> float:
        """Return the share of scans that come after a scan that looked later."""
        seen = np.array([arrival.seen_s for arrival in self.arrivals])
        return float((seen < np.maximum.accumulate(seen)).mean())

    def truth_at(self, time_s: float) -> tuple[NDArray[np.intp], Floats]:
        """Return who is there, within what the sensors cover, and where."""
        places = self.stroll.at(time_s)
        who = np.flatnonzero(self.covers(places))
        return who, places[who]

    def covers(self, places: Floats) -> Flags:
        """Return which places any sensor sees. Only these are scored."""
        seen: Flags = np.zeros(len(places), np.bool_)
        for eye in self.eyes:
            seen |= eye.area.contains(places)
        return seen

    def in_order(self) -> "Scene":
        """Return the same scans, each arriving when it looked."""
        arrivals = [
            structs.replace(arrival, arrive_us=START_US + round(arrival.seen_s * SECOND_US))
            for arrival in self.arrivals
        ]
        return structs.replace(self, arrivals=_sorted(arrivals))


def introduce(scene: Scene, tracker: Tracker) -> None:
    """Tell a tracker what its sensors see, as their Abouts would."""
    for eye in scene.eyes:
        sight = sight_of(
            eye.area,
            eye.place,
            Walls(),
            height_m=eye.height_m,
            kind=SensorKind.RADAR if eye.kind is Kind.RADAR else SensorKind.CAMERA,
            labels=(Label.PERSON,),
            bounds=scene.site,
        )
        tracker.see(eye.name, sight)


def a_scene(name: str, options: Options | None = None) -> Scene:
    """Make a scene: one of SCENES, or a recording's people seen by the sensors of `four`."""
    options = options or Options()
    stroll, eyes = _stage(name, options)
    eyes = _with_errors(eyes, options)
    weakness = Weakness(
        clutter_per_m2=options.clutter_per_m2,
        hidden_share=options.hidden_share,
        lasting_share=options.lasting_share,
    )
    arrivals: list[Arrival] = []
    seconds = min(options.seconds, stroll.duration_s)
    for index, eye in enumerate(eyes):
        arrivals += _arrivals(
            Looking(eye, stroll, weakness, (options.seed, 2, index)), eye, index, seconds, options
        )
    return Scene(
        name=name,
        eyes=eyes,
        stroll=stroll,
        seconds=seconds,
        warm_up_s=options.warm_up_s,
        arrivals=_sorted(arrivals),
    )


def _arrivals(
    looking: Looking, eye: Eye, index: int, seconds: float, options: Options
) -> list[Arrival]:
    rng = np.random.default_rng([options.seed, 3, index])
    period_s = 1.0 / eye.rate_hz
    count = int(seconds / period_s) + 2
    steps = period_s * rng.uniform(1.0 - _JITTER, 1.0 + _JITTER, count)
    times = np.cumsum(steps) - steps[0] * rng.random()
    times = times[(times > 0.0) & (times < seconds)]
    late = np.where(
        rng.random(len(times)) < options.late_share,
        np.minimum(rng.exponential(options.late_mean_s, len(times)), _LATE_MAX_S),
        0.0,
    )
    found = []
    for time_s, late_s in zip(times.tolist(), late.tolist(), strict=True):
        look = looking.look(time_s)
        found.append(
            Arrival(
                arrive_us=START_US + round((time_s + late_s) * SECOND_US),
                measurements=look.measurements,
                person=look.person,
                seen_s=time_s,
            )
        )
    return found


def _sorted(arrivals: list[Arrival]) -> tuple[Arrival, ...]:
    return tuple(
        sorted(arrivals, key=lambda one: (one.arrive_us, one.seen_s, one.measurements.sensor))
    )


def _stage(name: str, options: Options) -> tuple[Stroll, tuple[Eye, ...]]:
    """Return the people and the sensors of a scene."""
    if name in RECORDINGS:
        stroll = a_recorded_stroll(name, options.seconds)
        return stroll, _four(stroll, _inner(stroll))
    if name == "city":
        sensors = options.sensors or 50
        side_m = SIDE_M * (sensors / 50) ** 0.5
        stroll = a_stroll(options.people, options.seconds, side_m, options.seed)
        return stroll, _discs(sensors, side_m, 36.0, (10.0,), options.sigmas_m, options.seed)
    stroll = a_stroll(options.people, options.seconds, SIDE_M, options.seed)
    if name == "four":
        return stroll, _four(stroll)
    if name == "discs":
        rates, sigmas = (10.0, 10.0, 8.0, 5.0), (0.3, 0.5, 0.8, 1.5)
        return stroll, _discs(8, SIDE_M, 80.0, rates, sigmas, options.seed)
    if name == "mixed":
        return stroll, _mixed()
    text = f"there is no scene called {name}"
    raise ValueError(text)


def _four(stroll: Stroll, area: Footprint | None = None) -> tuple[Eye, ...]:
    """Four sensors, one at the middle of each side, that see all of it, or an area."""
    low, high = np.array(stroll.low), np.array(stroll.high)
    middle = (low + high) / 2.0
    places = ((middle[0], low[1]), (high[0], middle[1]), (middle[0], high[1]), (low[0], middle[1]))
    kinds = ((0.3, 10.0), (0.5, 10.0), (0.8, 8.0), (1.5, 5.0))
    reach_m = 2.0 * float(np.linalg.norm(high - low))
    return tuple(
        Eye(
            name=f"eye-{index}",
            place=(float(place[0]), float(place[1])),
            area=area or _round(place, reach_m),
            rate_hz=rate_hz,
            sigma_m=sigma_m,
        )
        for index, (place, (sigma_m, rate_hz)) in enumerate(zip(places, kinds, strict=True))
    )


def _discs(
    count: int,
    side_m: float,
    radius_m: float,
    rates_hz: tuple[float, ...],
    sigmas_m: tuple[float, ...],
    seed: int,
) -> tuple[Eye, ...]:
    """Sensors that each see a disc, strewn evenly: each in its own cell of a grid."""
    rng = np.random.default_rng([seed, 4])
    rows = round(count**0.5)
    sizes = np.diff(np.rint(np.linspace(0, count, rows + 1))).astype(int).tolist()
    places = []
    for row, size in enumerate(sizes):
        for column in range(size):
            jitter = rng.uniform(-0.15, 0.15, 2)
            cell = np.array([(column + 0.5 + jitter[0]) / size, (row + 0.5 + jitter[1]) / rows])
            places.append(cell * side_m)
    return tuple(
        Eye(
            name=f"eye-{index:03d}",
            place=(float(place[0]), float(place[1])),
            area=_round((float(place[0]), float(place[1])), radius_m),
            rate_hz=rates_hz[index % len(rates_hz)],
            sigma_m=sigmas_m[index % len(sigmas_m)],
        )
        for index, place in enumerate(places)
    )


def _mixed() -> tuple[Eye, ...]:
    """Four cameras on masts, two radars in corners, two coarse sensors that see everything."""
    half = SIDE_M / 2.0
    masts = ((half, 0.0, 0.0), (SIDE_M, half, 270.0), (half, SIDE_M, 180.0), (0.0, half, 90.0))
    cameras = tuple(
        Eye(
            name=f"camera-{index}",
            kind=Kind.CAMERA,
            place=(east, north),
            area=Sector(
                east_m=east, north_m=north, azimuth_deg=azimuth, width_deg=110.0, range_max_m=130.0
            ),
            rate_hz=10.0,
        )
        for index, (east, north, azimuth) in enumerate(masts)
    )
    radars = tuple(
        Eye(
            name=f"radar-{index}",
            kind=Kind.RADAR,
            place=(place, place),
            area=Sector(
                east_m=place, north_m=place, azimuth_deg=azimuth, width_deg=100.0, range_max_m=300.0
            ),
            rate_hz=8.0,
            sigma_m=0.5,
            sigma_deg=0.7,
        )
        for index, (place, azimuth) in enumerate(((0.0, 45.0), (SIDE_M, 225.0)))
    )
    others = tuple(
        Eye(
            name=f"other-{index}",
            place=place,
            area=_round(place, 400.0),
            rate_hz=5.0,
            sigma_m=sigma_m,
        )
        for index, (place, sigma_m) in enumerate((((0.0, SIDE_M), 0.8), ((SIDE_M, 0.0), 1.5)))
    )
    return (*cameras, *radars, *others)


def _inner(stroll: Stroll) -> Footprint:
    """Return the ground that recorded people walk into and out of."""
    low, high = (np.nanpercentile(stroll.places, part, axis=(0, 1)) for part in (3.0, 97.0))
    (west, south), (east, north) = low.tolist(), high.tolist()
    return Footprint(corners=((west, south), (east, south), (east, north), (west, north)))


def _round(place: tuple[float, float], radius_m: float) -> Sector:
    return Sector(
        east_m=float(place[0]),
        north_m=float(place[1]),
        azimuth_deg=0.0,
        width_deg=360.0,
        range_max_m=radius_m,
    )


def _with_errors(eyes: tuple[Eye, ...], options: Options) -> tuple[Eye, ...]:
    """Install sensors wrongly: each otherwise, and all together right, or each at random."""
    if options.bias_m == options.clock_s == options.yaw_deg == 0.0:
        return eyes
    count = len(eyes)
    rng = np.random.default_rng([options.seed, _ERRORS_SEED])
    if options.balanced:
        turn = rng.uniform(0.0, 2.0 * np.pi) + np.arange(count) * 2.0 * np.pi / count
        # Both signs equally often, in an order of their own.
        clock = rng.permutation(_signs(count)) * options.clock_s
        yaw = rng.permutation(_signs(count)) * options.yaw_deg
    else:
        turn = rng.uniform(0.0, 2.0 * np.pi, count)
        clock = rng.choice((-1.0, 1.0), count) * options.clock_s
        yaw = rng.choice((-1.0, 1.0), count) * options.yaw_deg
    wrong = list(eyes[: options.surveyed])
    for index, eye in list(enumerate(eyes))[options.surveyed :]:
        errors = Errors(
            east_m=float(options.bias_m * np.sin(turn[index])),
            north_m=float(options.bias_m * np.cos(turn[index])),
            clock_s=float(clock[index]),
            yaw_deg=float(yaw[index]),
        )
        wrong.append(structs.replace(eye, errors=errors))
    return tuple(wrong)


def _signs(count: int) -> Floats:
    signs = np.where(np.arange(count) % 2 == 0, 1.0, -1.0)
    if count % 2:
        signs[-1] = 0.0
    return signs
