"""An invented square with walking people, and honest sensors that look at it.

    python -m bench.walkers

Prints the tracker's quality on it: 100 people on 200 x 200 m, four sensors of sigma 0.3, 0.5,
0.8 and 1.5 m at 10, 10, 8 and 5 Hz, which find nine of ten and imagine three things a scan.
"""

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from bench import scoring
from hub.core.fusion.lifecycle import COASTING, CONFIRMED
from hub.core.fusion.measurement import LABEL_INDEX, Measurements
from hub.core.fusion.tracker import Tracker
from hub.core.geometry import Floats, Sector
from wire.labels import Label
from wire.quantities import SECOND_US

START_US = 1_700_000_000_000_000
STEP_S = 0.05
PERSON = LABEL_INDEX[Label.PERSON]


class Eye(Struct, frozen=True, kw_only=True):
    """A sensor of the invented square: it sees all of it."""

    name: str
    sigma_m: float
    rate_hz: float
    probability: float = 0.9
    clutter_count: float = 3.0  # Mean of a scan.
    delay_s: float = 0.0  # Mean lateness of its scans; each its own, so they overtake.


EYES = (
    Eye(name="camera-1", sigma_m=0.3, rate_hz=10.0),
    Eye(name="camera-2", sigma_m=0.5, rate_hz=10.0),
    Eye(name="camera-3", sigma_m=0.8, rate_hz=8.0),
    Eye(name="radar-1", sigma_m=1.5, rate_hz=5.0),
)


class Walk(Struct, frozen=True, kw_only=True):
    """Where everybody is, step by step."""

    side_m: float
    places: Floats  # (steps, people, 2)

    def at(self, time_s: float) -> Floats:
        """Return where everybody is at a time, (people, 2)."""
        step = min(max(time_s / STEP_S, 0.0), len(self.places) - 1.001)
        whole = int(step)
        part = step - whole
        between: Floats = (1.0 - part) * self.places[whole] + part * self.places[whole + 1]
        return between


def a_walk(people: int, duration_s: float, side_m: float, rng: np.random.Generator) -> Walk:
    """Let people walk from goal to goal, each at a speed of their own."""
    place = rng.uniform(0.0, side_m, (people, 2))
    goal = rng.uniform(0.0, side_m, (people, 2))
    speed = rng.normal(1.34, 0.26, (people, 1)).clip(0.5, 2.2)
    velocity = np.zeros((people, 2))
    places = np.empty((int(duration_s / STEP_S) + 2, people, 2))
    for step in range(len(places)):
        places[step] = place
        way = goal - place
        far = np.linalg.norm(way, axis=1, keepdims=True)
        reached = far[:, 0] < 2.0
        goal[reached] = rng.uniform(0.0, side_m, (int(reached.sum()), 2))
        # People turn over half a second.
        velocity += (way / np.maximum(far, 1e-9) * speed - velocity) * (STEP_S / 0.5)
        place = place + velocity * STEP_S
    return Walk(side_m=side_m, places=places)


def a_look(
    walk: Walk,
    eye: Eye,
    time_s: float,
    rng: np.random.Generator,
    among: slice = slice(None),
) -> Measurements:
    """Return what a sensor measures at a time, of some of the people."""
    there = walk.at(time_s)[among]
    there = there[rng.random(len(there)) < eye.probability]
    imagined = rng.uniform(0.0, walk.side_m, (rng.poisson(eye.clutter_count), 2))
    mean = np.concatenate((there + rng.normal(0.0, eye.sigma_m, there.shape), imagined))
    return measured(eye.name, START_US + round(time_s * SECOND_US), mean, eye.sigma_m)


def measured(sensor: str, observed_us: int, mean: Floats, sigma_m: float) -> Measurements:
    """Return places of people as measurements."""
    count = len(mean)
    return Measurements(
        sensor=sensor,
        observed_us=observed_us,
        mean=mean,
        covariance=np.tile(np.eye(2) * sigma_m**2, (count, 1, 1)),
        label=np.full(count, PERSON, np.uint8),
        confidence=np.full(count, 0.9),
        object_id=(None,) * count,
        has_doppler=np.zeros(count, np.bool_),
        doppler_mps=np.zeros(count),
        doppler_sigma_mps=np.zeros(count),
        origin=(0.0, 0.0),
        bearing_deg=np.empty(0),
        bearing_sigma_deg=np.empty(0),
        simulated=True,
    )


def frames(
    eyes: tuple[Eye, ...] = EYES,
    people: int = 100,
    duration_s: float = 60.0,
    side_m: float = 200.0,
    seed: int = 1,
) -> Iterator[scoring.Frame]:
    """Track the square live, ten times a second, and yield truth and tracks."""
    rng = np.random.default_rng(seed)
    walk = a_walk(people, duration_s, side_m, rng)
    tracker = Tracker(bounds=((0.0, 0.0), (side_m, side_m)))
    middle = side_m / 2.0
    everywhere = Sector(
        east_m=middle, north_m=middle, azimuth_deg=0.0, width_deg=360.0, range_max_m=2.0 * side_m
    )
    arrivals = []
    for eye in eyes:
        tracker.see(eye.name, everywhere, (Label.PERSON,), eye.rate_hz)
        for at_s in np.arange(rng.uniform(0.0, 0.1), duration_s, 1.0 / eye.rate_hz).tolist():
            late_s = float(rng.exponential(eye.delay_s)) if eye.delay_s else 0.0
            arrivals.append((at_s + late_s, at_s, eye))
    arrivals.sort(key=lambda arrival: arrival[:2])
    ids = list(range(people))
    tick_s = 0.1
    for arrive_s, at_s, eye in arrivals:
        while tick_s <= arrive_s:
            now_us = START_US + round(tick_s * SECOND_US)
            tracker.wake(now_us)
            state = tracker.tracks.state
            shown = (state == CONFIRMED) | (state == COASTING)
            # The first seconds are those of every track's birth.
            if tick_s > 5.0:
                yield scoring.Frame(
                    truth_ids=ids,
                    truth=walk.at(tick_s),
                    track_ids=tracker.tracks.number[shown].tolist(),
                    tracks=tracker.tracks.predicted(now_us)[shown],
                )
            tick_s += 0.1
        look = a_look(walk, eye, at_s, rng)
        tracker.update(look, START_US + round(arrive_s * SECOND_US))


def main() -> None:
    """Print the figures, in time and late."""
    print("in time        ", scoring.summary(frames()))
    late = tuple(
        Eye(name=eye.name, sigma_m=eye.sigma_m, rate_hz=eye.rate_hz, delay_s=0.2) for eye in EYES
    )
    print("0.2 s late     ", scoring.summary(frames(late)))
    print("500 people     ", scoring.summary(frames(people=500, duration_s=20.0)))


if __name__ == "__main__":
    main()
