"""What coverage costs the engine: to learn where a sensor looks, to notice who watches, to draw it.

    python bench/coverage.py

A city of blocks and streets, sensors of 36 to 80 m on its facades. Everything runs on the
engine's thread, so the longest of each is what a scan may have to wait for.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np

from hub.core.fusion.coverage import Coverage, Stand
from hub.core.geometry import Sector
from hub.core.site import Area
from wire.labels import SensorKind
from wire.quantities import SECOND_US

SEED = 3
START = 1_800_000_000 * SECOND_US
SIDE_M = 600.0
# Blocks of 40 m with streets of 12 m.
BLOCK_M, STREET_M = 40.0, 12.0
KINDS = (SensorKind.CAMERA, SensorKind.RADAR, SensorKind.THERMAL)


def blocks(rng: np.random.Generator) -> tuple[Area, ...]:
    """Return the houses of a city."""
    corners = np.arange(-SIDE_M / 2.0, SIDE_M / 2.0 - BLOCK_M, BLOCK_M + STREET_M)
    return tuple(
        Area(
            id=f"house-{index}",
            name="House",
            purpose="house",
            polygon=(
                (east, north),
                (east + BLOCK_M, north),
                (east + BLOCK_M, north + BLOCK_M),
                (east, north + BLOCK_M),
            ),
            height_m=float(rng.uniform(6.0, 25.0)),
        )
        for index, (east, north) in enumerate(
            (float(east), float(north)) for east in corners for north in corners
        )
    )


def zones(rng: np.random.Generator) -> tuple[Area, ...]:
    """Return twenty zones in the streets."""
    lows = np.floor(rng.uniform(-5.0, 5.0, 20)) * (BLOCK_M + STREET_M) - SIDE_M / 2.0 % 1.0
    return tuple(
        Area(
            id=f"zone-{index}",
            name="Zone",
            purpose="public",
            polygon=((low, 0.0), (low + 10.0, 0.0), (low + 10.0, 10.0), (low, 10.0)),
        )
        for index, low in enumerate(lows.tolist())
    )


def stands(rng: np.random.Generator, houses: tuple[Area, ...], count: int) -> list[Stand]:
    """Return sensors on facades and masts, of which a third look all around."""
    found = []
    for index in range(count):
        low_east, low_north = houses[int(rng.integers(len(houses)))].polygon[0]
        origin = (low_east - 0.3, low_north + float(rng.uniform(0.0, BLOCK_M)))
        kind = KINDS[index % len(KINDS)]
        area = Sector(
            east_m=origin[0],
            north_m=origin[1],
            azimuth_deg=float(rng.uniform(180.0, 360.0)),
            width_deg=360.0 if kind is SensorKind.RADAR else 80.0,
            range_max_m=float(rng.uniform(36.0, 80.0)),
        )
        height_m = float(rng.uniform(4.0, 12.0))
        found.append(Stand(area=area, origin=origin, height_m=height_m, kind=kind))
    return found


def each_ms(act: Callable[[int], object], count: int) -> str:
    """Return what an act takes of the processor: median and longest, in milliseconds."""
    took = []
    for index in range(count):
        before = time.thread_time()
        act(index)
        took.append((time.thread_time() - before) * 1e3)
    return f"{np.median(took):9.3f} {max(took):9.3f}"


def measure(count: int) -> None:
    """Print what each step costs with so many sensors."""
    rng = np.random.default_rng(SEED)
    houses, half = blocks(rng), SIDE_M / 2.0
    coverage = Coverage(zones(rng), houses, ((-half, -half), (half, half)))
    where = stands(rng, houses, count)
    names = [f"sensor-{index}" for index in range(count)]
    places = rng.uniform(-half, half, (50, 2))

    def tick(second: int) -> None:
        now_us = START + second * SECOND_US
        for name in names:
            coverage.scanned(name, now_us, now_us)

    def change(second: int) -> object:
        # Each second another sensor has been silent for too long.
        now_us = START + second * SECOND_US
        for index, name in enumerate(names):
            if index != second % count:
                coverage.scanned(name, now_us, now_us)
        return coverage.view(now_us)

    def learn(index: int) -> None:
        seen = coverage.sight(names[index % count])
        assert seen is not None
        coverage.looked(names[index % count], places, np.zeros(len(places), np.bool_))

    steps: tuple[tuple[str, Callable[[int], object], int], ...] = (
        ("a sensor says where it looks", lambda n: coverage.see(names[n], where[n], 10.0), count),
        ("it says so again", lambda n: coverage.see(names[n], where[n], 10.0), count),
        ("all of them look once", tick, 100),
        ("which zones are seen whole", lambda _: coverage.covered_us(), 100),
        ("the map, nothing changed", lambda _: coverage.view(START + 99 * SECOND_US), 100),
        ("the map, somebody ceased to watch", lambda n: change(100 + 20 * n), 50),
        ("one scan's looks are learnt from", learn, 1_000),
        ("the map, with what was learnt", lambda n: change(5_000 + n), 2 * count),
        ("evidence of a place", lambda n: coverage.evidence(tuple(places[n % 50]), START), 100),
    )
    print(f"\n{count} sensors, {len(houses)} houses, {SIDE_M:.0f} m a side")
    print(f"  {'':36} {'CPU ms':>9} {'longest':>9}")
    for name, act, times in steps:
        print(f"  {name:36} {each_ms(act, times)}")


def main() -> None:
    """Print the costs for each number of sensors."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sensors", type=int, nargs="*", default=[50, 100])
    for count in arguments.parse_args().sensors:
        measure(count)


if __name__ == "__main__":
    main()
