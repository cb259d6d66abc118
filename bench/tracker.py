"""Measure the tracker alone: microseconds a scan and detections a second, by tracks alive.

    python -m bench.tracker

People walk a square that sensors cover like tiles, in scans of ten detections on average. The
time is that of the processor, so that a busy machine does not blur it.
"""

import time
from itertools import product

import numpy as np

from bench.walkers import START_US, Eye, a_walk, measured
from hub.core.fusion.tracker import Tracker
from hub.core.geometry import Footprint
from wire.quantities import SECOND_US

DURATION_S = 8.0
WARM_UP_S = 2.0
SCANS_PER_S = 500
DETECTIONS = 10
WAKES_PER_S = 10


def main() -> None:
    """Print a line for each number of people."""
    for people in (100, 300, 1000):
        print(measure(people))


def measure(people: int) -> str:
    """Return one line of figures."""
    rng = np.random.default_rng(people)
    # As many tiles a side as give each tile about ten people.
    tiles = max(1, round((people / DETECTIONS) ** 0.5))
    side_m = 25.0 * tiles
    walk = a_walk(people, DURATION_S, side_m, rng)
    tracker = Tracker()
    views = []
    for column, row in product(range(tiles), repeat=2):
        low, high = np.array([column, row]) * 25.0, np.array([column + 1, row + 1]) * 25.0
        corners = ((low[0], low[1]), (high[0], low[1]), (high[0], high[1]), (low[0], high[1]))
        eye = Eye(name=f"camera-{column}-{row}", sigma_m=0.3, rate_hz=SCANS_PER_S / tiles**2)
        tracker.see(eye.name, Footprint(corners=corners), (), eye.rate_hz)
        views.append((eye, low, high))
    spent = []
    counted = 0
    for index in range(int(DURATION_S * SCANS_PER_S)):
        time_s = index / SCANS_PER_S
        eye, low, high = views[index % len(views)]
        there = walk.at(time_s)
        there = there[((there >= low) & (there < high)).all(axis=1)]
        there = there[rng.random(len(there)) < eye.probability]
        mean = np.concatenate(
            (
                there + rng.normal(0.0, 0.3, there.shape),
                rng.uniform(low, high, (rng.poisson(0.3), 2)),
            )
        )
        now_us = START_US + round(time_s * SECOND_US)
        scan = measured(eye.name, now_us, mean, eye.sigma_m)
        begin = time.thread_time()
        tracker.update(scan, now_us)
        if index % (SCANS_PER_S // WAKES_PER_S) == 0:
            tracker.wake(now_us)
        if time_s >= WARM_UP_S:
            spent.append(time.thread_time() - begin)
            counted += len(mean)
    steady = np.array(spent) * 1e6
    return (
        f"{people:5d} people {len(tracker.tracks):5d} tracks  {counted / len(spent):4.1f} a scan  "
        f"mean {steady.mean():5.0f} us/scan  p99 {np.percentile(steady, 99):5.0f} us  "
        f"{counted / steady.sum() * 1e6:7.0f} detections/s  "
        f"{steady.mean() * SCANS_PER_S / 1e4:5.1f} % of a core at {SCANS_PER_S} scans/s"
    )


if __name__ == "__main__":
    main()
