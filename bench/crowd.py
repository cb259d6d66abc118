"""Measure the crowd's field against the truth: density, flow, pressure, and their sigmas.

    python -m bench.crowd

Real pedestrians (ETH/UCY) and an invented crowd of up to four persons a square metre are looked at
by simulated sensors, go through the fuser, and come out as a field. The truth is the same weighted
mean of the true places and velocities. A stated sigma is honest if 68 % of the errors are within
one of it and 95 % within two.
"""

import math
import time
from collections.abc import Iterator

import numpy as np
from msgspec import Struct, structs
from scipy.spatial import cKDTree  # type: ignore[import-untyped]

from bench.strolls import Stroll, a_recorded_stroll
from hub.core.fusion.crowd_field import CELL_M, People, cells_at, field_of, spread
from hub.core.fusion.crowd_pressure import Unrest
from hub.core.fusion.fuser import Fuser
from hub.core.fusion.lifecycle import CONFIRMED
from hub.core.geometry import Floats
from hub.core.site import Area, Origin, Sensor, Site
from wire.feed import CrowdView
from wire.geodesy import SiteFrame
from wire.ids import ulid
from wire.labels import Label, SensorKind
from wire.messages import Detection, FieldOfView, Pose, Position, Reading, Scan, SensorAbout
from wire.quantities import SECOND_US

START_US = 1_700_000_000_000_000
ORIGIN = Origin(lat_deg=52.0, lon_deg=5.0)
BOOT = ulid(START_US, bytes(10))
SETTLE_S = 6.0  # The first seconds are those of every track's birth.
FOLLOWED_S = 5
MARGIN_M = 6.0
DENSITY_MIN = 0.1  # Cells with fewer, in truth and in the picture, are not scored.


class Eye(Struct, frozen=True, kw_only=True):
    """A sensor that sees everybody near, with the same noise all around."""

    name: str
    sigma_m: float
    rate_hz: float
    probability: float = 0.9
    clutter_per_m2: float = 2.5e-4
    counts: bool = False  # Beside it a counter tells how many there are, now and then.
    resolves_m: float = 0.0  # Two who are nearer to each other are one detection.


EYES = (
    Eye(name="cam-1", sigma_m=0.3, rate_hz=10.0),
    Eye(name="cam-2", sigma_m=0.5, rate_hz=10.0),
    Eye(name="cam-3", sigma_m=0.8, rate_hz=8.0),
)


def a_press(
    per_m2: float, side_m: float, duration_s: float, seed: int, surge_mps: float = 0.0
) -> Stroll:
    """Return a block of people who push on together, each also swaying to and fro.

    They keep a jittered lattice, so that the density stays what it is; the sway is a quarter of
    the way to their neighbours and takes about two seconds, as in stop-and-go waves. In a surge
    all sway together as well, to and fro within four seconds.
    """
    rng = np.random.default_rng([seed, 7])
    pitch = 1.0 / math.sqrt(per_m2)
    count = round(side_m / pitch)
    lattice = (np.stack(np.meshgrid(*2 * [np.arange(count)]), axis=-1).reshape(-1, 2)) * pitch
    home = lattice + rng.uniform(-0.25, 0.25, lattice.shape) * pitch
    # Weidmann's speed at this density (1993), and no less than a shuffle.
    pace = max(1.34 * (1.0 - math.exp(-1.913 * (1.0 / per_m2 - 1.0 / 5.4))), 0.05)
    step_s = 0.1
    steps = int(duration_s / step_s) + 2
    sway = np.zeros_like(home)
    speed = np.zeros_like(home)
    places = np.empty((steps, len(home), 2))
    wanted, beat = 0.25 * pitch, 2.0 * math.pi / 6.0
    for step in range(-100, steps):
        kick = rng.normal(0.0, 1.0, home.shape) * wanted * beat * math.sqrt(2.0 * beat * step_s)
        speed += (-beat * speed - beat**2 * sway) * step_s + kick
        sway += speed * step_s
        if step >= 0:
            now_s = step * step_s
            surge_m = surge_mps * 2.0 / math.pi * math.sin(now_s * math.pi / 2.0)
            places[step] = home + sway + (pace * now_s, surge_m)
    low, high = places.min(axis=(0, 1)) - MARGIN_M, places.max(axis=(0, 1)) + MARGIN_M
    return Stroll(low=tuple(low), high=tuple(high), step_s=step_s, places=places)


class Scored(Struct, kw_only=True):
    """Errors of one scene, cell by cell and second by second."""

    density: list[tuple[float, float, float]] = []  # True, shown, sigma.
    flow: list[tuple[float, float, float]] = []
    pressure: list[tuple[float, float, float]] = []
    persons: list[tuple[float, float, float]] = []
    lost: list[bool] = []
    tracks: list[tuple[int, int]] = []
    spent_ms: list[float] = []
    same: list[tuple[bool, bool]] = []  # Stood in a lost cell; is the same person 5 s later.


def play(
    stroll: Stroll, eyes: tuple[Eye, ...], duration_s: float, inset_m: float, seed: int
) -> Iterator[tuple[float, Fuser, CrowdView, float]]:
    """Run a scene through the fuser, and yield its crowd once a second."""
    site = _site(stroll, eyes, inset_m)
    frame = SiteFrame(ORIGIN.lat_deg, ORIGIN.lon_deg)
    fuser = Fuser(site, frame)
    rng = np.random.default_rng([seed, 3])
    middle = (np.array(stroll.low) + stroll.high) / 2.0
    reach = float(np.hypot(*(np.array(stroll.high) - stroll.low)))
    looks = []
    for index, eye in enumerate(eyes):
        fuser.about(_about(eye, middle, reach, frame))
        times = np.arange(0.013 * (index + 1), duration_s, 1.0 / eye.rate_hz)
        looks += [(at_s, index, number + 1) for number, at_s in enumerate(times.tolist())]
    tick = 1
    for at_s, index, number in sorted(looks):
        while tick * 0.1 <= at_s:
            now_us = START_US + tick * SECOND_US // 10
            fuser.wake(now_us)
            if tick % 10 == 0:
                begun = time.process_time()
                view = fuser.crowded(now_us)
                yield tick / 10.0, fuser, view, (time.process_time() - begun) * 1e3
            tick += 1
        if eyes[index].counts and number % 50 == 1:
            fuser.reading(_reading(stroll, at_s, inset_m, rng), START_US + round(at_s * 1e6))
        fuser.scan(_scan(eyes[index], number, stroll, at_s, rng), START_US + round(at_s * 1e6))


def score(
    stroll: Stroll, eyes: tuple[Eye, ...] = EYES, duration_s: float = 24.0, inset_m: float = 0.0
) -> Scored:
    """Score one scene, but for a border as wide as `inset_m`: there people come and go."""
    inset = np.array((inset_m, inset_m))
    scored = Scored()
    unrest = Unrest()
    followed: list[dict[int, tuple[int, bool]]] = []
    for at_s, fuser, view, spent_ms in play(stroll, eyes, duration_s, inset_m, seed=1):
        scored.spent_ms.append(spent_ms)
        there = _truth(stroll, at_s)
        field = field_of(there, spread(there.points, there.variance))
        pressure = unrest.step(field, START_US + round(at_s * SECOND_US))
        followed.append(_followed(stroll, at_s, fuser))
        if at_s < SETTLE_S:
            continue
        if len(followed) > FOLLOWED_S:
            before, now = followed[-1 - FOLLOWED_S], followed[-1]
            scored.same += [
                (lost, now[number][0] == person)
                for number, (person, lost) in before.items()
                if number in now
            ]
        true = {key: row for row, key in enumerate(field.key.tolist())}
        shown = {
            int(cells_at((np.array([[cell.column, cell.row]]) + 0.5) * CELL_M)[0]): cell
            for cell in view.cells
        }
        for key, cell in shown.items():
            row = true.get(key)
            middle = (np.array((cell.column, cell.row)) + 0.5) * CELL_M
            if (middle < np.array(stroll.low) + inset).any() or (
                middle > np.array(stroll.high) - inset
            ).any():
                continue
            density = 0.0 if row is None else float(field.density[row])
            scored.density.append((density, cell.density, cell.sigma_density))
            scored.lost.append(cell.lost)
            if row is None or density < DENSITY_MIN:
                continue
            for axis, value in enumerate((cell.east_mps, cell.north_mps)):
                scored.flow.append((float(field.flow[row, axis]), value, cell.sigma_flow_mps))
            scored.pressure.append((float(pressure.value[row]), cell.pressure, cell.sigma_pressure))
        scored.persons.extend(
            (_inside(there.points, stroll, inset), zone.persons, zone.sigma_persons)
            for zone in view.zones
        )
        scored.tracks.append((len(fuser.tracks), len(there.points)))
    return scored


def _followed(stroll: Stroll, at_s: float, fuser: Fuser) -> dict[int, tuple[int, bool]]:
    """Return whom each track is nearest to, and whether identity is said to be lost there."""
    places = np.nan_to_num(stroll.at(at_s), nan=1e6)
    tracks = fuser.tracks
    rows = np.flatnonzero(tracks.state == CONFIRMED)
    predicted = tracks.predicted(START_US + round(at_s * SECOND_US))[rows]
    _, nearest = cKDTree(places).query(predicted)
    return {
        number: (person, number in fuser.crowd.numbers)
        for number, person in zip(
            tracks.number[rows].tolist(), np.atleast_1d(nearest).tolist(), strict=True
        )
    }


def _inside(points: Floats, stroll: Stroll, inset: Floats) -> float:
    low, high = np.array(stroll.low) + inset, np.array(stroll.high) - inset
    return float(((points > low) & (points < high)).all(axis=1).sum())


def line(name: str, scored: Scored) -> str:
    """Return one line of figures."""
    parts = [f"{name:<26}"]
    tracks = np.array(scored.tracks)
    parts.append(f"tracks/persons {tracks[:, 0].sum() / tracks[:, 1].sum():4.2f}")
    parts.append(f"lost {np.mean(scored.lost or [False]):4.0%}")
    for title, is_lost in (("same", False), ("in lost cells", True)):
        same = [is_same for lost, is_same in scored.same if lost is is_lost]
        parts.append(f"{title} {np.mean(same):4.0%}" if same else f"{title}    -")
    for title, rows in (
        ("density", scored.density),
        ("flow", scored.flow),
        ("pressure", scored.pressure),
        ("persons", scored.persons),
    ):
        table = np.array(rows).reshape(-1, 3)
        error = table[:, 1] - table[:, 0]
        within = np.abs(error) / np.maximum(table[:, 2], 1e-3)
        parts.append(
            f"{title} {table[:, 0].mean():5.2f} bias {error.mean():+6.3f} "
            f"rms {np.sqrt((error**2).mean()):6.3f} "
            f"in 1s {(within <= 1.0).mean():4.0%} 2s {(within <= 2.0).mean():4.0%}"
        )
    parts.append(f"step {max(scored.spent_ms):4.1f} ms")
    return " | ".join(parts)


def main() -> None:
    """Print a line for each scene."""
    for name in ("biwi_eth", "biwi_hotel", "crowds_zara01"):
        print(line(name, score(a_recorded_stroll(name, 30.0), inset_m=3.0)))
    for per_m2 in (0.25, 0.5, 1.0, 2.0, 4.0):
        side_m = 10.0 if per_m2 > 1.0 else 14.0
        print(line(f"{per_m2:g} persons/m2", score(a_press(per_m2, side_m, 24.0, seed=1))))
    merging = tuple(
        Eye(name=eye.name, sigma_m=eye.sigma_m, rate_hz=eye.rate_hz, resolves_m=0.4) for eye in EYES
    )
    print(line("4, sensors merge at 0.4 m", score(a_press(4.0, 10.0, 24.0, seed=1), merging)))
    counted = (structs.replace(merging[0], counts=True), *merging[1:])
    print(line("the same, and a counter", score(a_press(4.0, 10.0, 24.0, seed=1), counted)))
    surge = a_press(4.0, 10.0, 24.0, seed=1, surge_mps=0.4)
    print(line("4, surging", score(surge)))
    blind = tuple(
        Eye(name=eye.name, sigma_m=eye.sigma_m, rate_hz=eye.rate_hz, probability=0.6)
        for eye in EYES
    )
    print(line("2, sensors miss 40 %", score(a_press(2.0, 10.0, 24.0, seed=1), blind)))


def _truth(stroll: Stroll, at_s: float) -> People:
    places, velocity = stroll.at(at_s), stroll.velocity_at(at_s)
    here = np.isfinite(places).all(axis=1) & np.isfinite(velocity).all(axis=1)
    count = int(here.sum())
    ones, none = np.ones(count), np.zeros(count)
    return People(
        number=np.arange(count, dtype=np.uint32),
        points=places[here],
        variance=none,
        velocity=velocity[here],
        velocity_variance=none,
        drift=velocity[here],
        drift_variance=none,
        existence=ones,
        tracked=ones,
        tracked_sigma=none,
        stands_for=ones,
        stands_for_sigma=none,
    )


def _site(stroll: Stroll, eyes: tuple[Eye, ...], inset_m: float) -> Site:
    (west, south), (east, north) = stroll.low, stroll.high
    bounds = ((west, south), (east, north))
    west, south, east, north = west + inset_m, south + inset_m, east - inset_m, north - inset_m
    corners = ((west, south), (east, south), (east, north), (west, north))
    return Site(
        id="bench",
        name="Bench",
        origin=ORIGIN,
        bounds=bounds,
        zones=(Area(id="all", name="All", purpose="public", polygon=corners),),
        sensors=(
            *(
                Sensor(id=eye.name, kind=SensorKind.LIDAR, name=eye.name, position=(0.0, 0.0))
                for eye in eyes
            ),
            Sensor(
                id="count-1",
                kind=SensorKind.COUNTER,
                name="Counter",
                position=(0.0, 0.0),
                counts_zone="all",
            ),
        ),
    )


def _about(eye: Eye, middle: Floats, reach_m: float, frame: SiteFrame) -> SensorAbout:
    lat_deg, lon_deg = frame.to_wgs84(float(middle[0]), float(middle[1]))
    return SensorAbout(
        id=ulid(START_US, eye.name.encode().ljust(10)),
        sender=eye.name,
        boot=BOOT,
        seq=1,
        observed_us=START_US,
        sent_us=START_US,
        kind=SensorKind.LIDAR,
        name=eye.name,
        pose=Pose(lat_deg=lat_deg, lon_deg=lon_deg, height_m=10.0),
        field_of_view=FieldOfView(azimuth_deg=0.0, width_deg=360.0, range_max_m=reach_m),
        labels=(Label.PERSON,),
        scan_rate_hz=eye.rate_hz,
    )


def _reading(stroll: Stroll, at_s: float, inset_m: float, rng: np.random.Generator) -> Reading:
    """Return what a counter says that errs by a twentieth."""
    true = _inside(_truth(stroll, at_s).points, stroll, np.array((inset_m, inset_m)))
    sigma = 0.05 * true
    observed_us = START_US + round(at_s * SECOND_US)
    return Reading(
        id=ulid(observed_us, b"count-1   "),
        sender="count-1",
        boot=BOOT,
        seq=1,
        observed_us=observed_us,
        sent_us=observed_us,
        channel="persons",
        value=max(0.0, true + float(rng.normal(0.0, sigma))),
        unit="{persons}",
        sigma=sigma,
    )


def _scan(eye: Eye, number: int, stroll: Stroll, at_s: float, rng: np.random.Generator) -> Scan:
    there = stroll.at(at_s)
    there = there[np.isfinite(there).all(axis=1)]
    there = _merged(there, eye.resolves_m)
    there = there[rng.random(len(there)) < eye.probability]
    low, high = np.array(stroll.low), np.array(stroll.high)
    imagined = rng.poisson(eye.clutter_per_m2 * float((high - low).prod()))
    found = np.concatenate((there, rng.uniform(low, high, (imagined, 2))))
    found = found + rng.normal(0.0, eye.sigma_m, found.shape)
    observed_us = START_US + round(at_s * SECOND_US)
    # The plane is flat to a millimetre over such a site.
    frame = SiteFrame(ORIGIN.lat_deg, ORIGIN.lon_deg)
    lat_per_m = (frame.to_wgs84(0.0, 100.0)[0] - ORIGIN.lat_deg) / 100.0
    lon_per_m = (frame.to_wgs84(100.0, 0.0)[1] - ORIGIN.lon_deg) / 100.0
    return Scan(
        id=ulid(observed_us, eye.name.encode().ljust(10)),
        sender=eye.name,
        boot=BOOT,
        seq=number,
        observed_us=observed_us,
        sent_us=observed_us,
        detections=tuple(
            Detection(
                label=Label.PERSON,
                confidence=0.9,
                where=Position(
                    lat_deg=ORIGIN.lat_deg + north * lat_per_m,
                    lon_deg=ORIGIN.lon_deg + east * lon_per_m,
                    sigma_east_m=eye.sigma_m,
                    sigma_north_m=eye.sigma_m,
                ),
            )
            for east, north in found.tolist()
        ),
    )


def _merged(there: Floats, within_m: float) -> Floats:
    """Return places with those merged that are nearer to each other: the second one vanishes."""
    if within_m == 0.0:
        return there
    kept: list[int] = []
    for row in range(len(there)):
        gap = np.hypot(*(there[kept] - there[row]).T) if kept else np.empty(0)
        if not (gap < within_m).any():
            kept.append(row)
    return there[kept]


if __name__ == "__main__":
    main()
