"""What rules cost the engine, scan by scan.

    python -m bench.rules [--people 1000] [--seconds 6] [--rules 0 1 20 200] [--runs 3]

A real engine and real scans: four sensors, ten times a second each, of people who walk all over a
square of 200 m (and some vehicles, bags and drones among them), so that every scan touches a
quarter of all tracks. The rules are of every kind that judges tracks or crowds, each in a zone of
its own; hardly any of them finds anything, as on a site that is well planned. Every run has the
very same scans and zones, so that the ratio of the engine with rules to that without is of the
rules alone. `rules` is what they take while one scan is handled, their share of the engine's ticks
and seconds included. All times are the processor's, of this thread alone. An engine that is told
the same does the same, so each scan counts with the least that any of the runs took for it: what
else a machine does costs caches, and is not the engine's.
"""

import argparse
import gc
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
from msgspec import Struct

from hub.core.engine import Engine
from hub.core.geometry import Floats
from hub.core.planned.rules import Rule
from hub.core.rules.registry import Judges
from hub.core.site import (
    Area,
    CounterFlowRule,
    DensityRule,
    DispersalRule,
    DroneRule,
    IntrusionRule,
    LoiteringRule,
    Origin,
    Place,
    Sensor,
    Site,
    Tripwire,
    TripwireRule,
    UnattendedRule,
    VehicleApproachRule,
    VehicleZoneRule,
)
from wire.geodesy import SiteFrame
from wire.ids import ulid
from wire.labels import FruinLevel, Label, SensorKind
from wire.messages import Detection, FieldOfView, Pose, Position, Scan, SensorAbout
from wire.quantities import SECOND_US

START_US = 1_800_000_000 * SECOND_US
HALF_M = 100.0
SCANS_PER_S = 10
WARM_UP_S = 3.0
QUARTERS = ((-1, -1), (1, -1), (1, 1), (-1, 1))
ORIGIN = Origin(lat_deg=52.0, lon_deg=5.0)
KINDS = 10


class Cost(Struct, frozen=True, kw_only=True):
    """What every scan of one run took, in milliseconds."""

    handled: Floats
    rules: Floats


def a_plan(count: int, zone_count: int) -> Site:
    """Return a site with so many zones, and rules of all kinds in turn in some of them."""
    dice = np.random.default_rng(7)
    corners = dice.uniform(-HALF_M, HALF_M - 20.0, (zone_count, 2))
    sides = dice.uniform(8.0, 20.0, (zone_count, 2))
    zones, wires, rules = [], [], []
    for number in range(zone_count):
        west, south = (float(one) for one in corners[number])
        east, north = (float(one) for one in corners[number] + sides[number])
        name = f"z-{number}"
        polygon = ((west, south), (east, south), (east, north), (west, north))
        zones.append(Area(id=name, name=name, purpose="public", polygon=polygon))
        wires.append(Tripwire(id=name, name=name, start=polygon[0], end=polygon[2]))
        if number < count:
            rules.append(a_rule(number % KINDS, f"r-{number}", name))
    sensors = tuple(
        Sensor(id=f"lidar-{one}", kind=SensorKind.LIDAR, name="Lidar", position=middle_of(one))
        for one in range(len(QUARTERS))
    )
    return Site(
        id="bench",
        name="Bench",
        origin=ORIGIN,
        bounds=((-HALF_M, -HALF_M), (HALF_M, HALF_M)),
        zones=tuple(zones),
        tripwires=tuple(wires),
        sensors=sensors,
        rules=tuple(rules),
    )


def a_rule(kind: int, name: str, zone: str) -> Rule:
    """Return a rule of a kind, that finds little."""
    vehicles = (Label.VEHICLE,)
    makers: tuple[Callable[[], Rule], ...] = (
        lambda: IntrusionRule(id=name, zone=zone, labels=vehicles, stay_min_s=60.0),
        lambda: TripwireRule(id=name, tripwire=zone, labels=vehicles, speed_min_mps=50.0),
        lambda: LoiteringRule(id=name, zone=zone, stay_min_s=600.0),
        lambda: UnattendedRule(id=name, zone=zone, alone_min_s=600.0),
        lambda: VehicleZoneRule(id=name, zone=zone, stay_min_s=60.0),
        lambda: VehicleApproachRule(id=name, zone=zone, speed_min_mps=20.0),
        lambda: DispersalRule(id=name, zone=zone),
        lambda: DroneRule(id=name, zone=zone, with_remote_id_allowed=True, claim_wait_s=600.0),
        lambda: DensityRule(id=name, zone=zone, level=FruinLevel.F, rise_max_per_min=5.0),
        lambda: CounterFlowRule(id=name, zone=zone, azimuth_deg=0.0, share_min=0.95),
    )
    return makers[kind]()


def middle_of(quarter: int) -> Place:
    """Return where a quarter's sensor stands."""
    east, north = QUARTERS[quarter]
    return east * HALF_M / 2.0, north * HALF_M / 2.0


def the_scans(people: int, seconds: float) -> list[Scan]:
    """Return what all sensors see of everybody's straight ways, back and forth."""
    dice, frame = np.random.default_rng(3), SiteFrame(ORIGIN.lat_deg, ORIGIN.lon_deg)
    places = dice.uniform(-HALF_M, HALF_M, (people, 2))
    turn, label = dice.uniform(0.0, 2.0 * np.pi, people), np.full(people, Label.PERSON, object)
    speed = dice.uniform(0.6, 1.6, people)
    few = max(people // 50, 1)
    label[:few], speed[:few] = Label.VEHICLE, 8.0
    label[few : 2 * few], speed[few : 2 * few] = Label.BAG, 0.0
    label[2 * few : 2 * few + 3] = Label.DRONE
    velocity = np.column_stack((np.sin(turn), np.cos(turn))) * speed[:, np.newaxis]
    scans = []
    for step in range(round(seconds * SCANS_PER_S * len(QUARTERS))):
        quarter = step % len(QUARTERS)
        at_s = step / (SCANS_PER_S * len(QUARTERS))
        # A way that meets the border is reflected there.
        now = np.abs((places + velocity * at_s + HALF_M) % (4.0 * HALF_M) - 2.0 * HALF_M) - HALF_M
        seen = (np.sign(now) == QUARTERS[quarter]).all(axis=1)
        noisy = now[seen] + dice.normal(0.0, 0.1, (int(seen.sum()), 2))
        detections = []
        for (east, north), what in zip(noisy.tolist(), label[seen].tolist(), strict=True):
            lat_deg, lon_deg = frame.to_wgs84(east, north)
            where = Position(lat_deg=lat_deg, lon_deg=lon_deg, sigma_east_m=0.1, sigma_north_m=0.1)
            detections.append(Detection(label=what, confidence=0.95, where=where))
        at_us = START_US + round(at_s * SECOND_US)
        scans.append(
            Scan(
                id=ulid(at_us, step.to_bytes(10, "big")),
                sender=f"lidar-{quarter}",
                boot=ulid(START_US, bytes(10)),
                seq=step // len(QUARTERS) + 1,
                observed_us=at_us,
                sent_us=at_us,
                detections=tuple(detections),
            )
        )
    return scans


def introduce(engine: Engine) -> None:
    """Let every sensor say that it watches its quarter and a little more."""
    frame = SiteFrame(ORIGIN.lat_deg, ORIGIN.lon_deg)
    for quarter in range(len(QUARTERS)):
        lat_deg, lon_deg = frame.to_wgs84(*middle_of(quarter))
        about = SensorAbout(
            id=ulid(START_US, bytes([0, 0, 0, 0, 0, 0, 0, 0, 1, quarter])),
            sender=f"lidar-{quarter}",
            boot=ulid(START_US, bytes(10)),
            seq=1,
            observed_us=START_US,
            sent_us=START_US,
            kind=SensorKind.LIDAR,
            name="Lidar",
            pose=Pose(lat_deg=lat_deg, lon_deg=lon_deg),
            field_of_view=FieldOfView(azimuth_deg=0.0, width_deg=360.0, range_max_m=75.0),
            scan_rate_hz=SCANS_PER_S,
        )
        engine.handle(about, START_US)


def least(costs: list[Cost]) -> Cost:
    """Return the least that any run took for each scan."""
    return Cost(
        handled=np.min([one.handled for one in costs], axis=0),
        rules=np.min([one.rules for one in costs], axis=0),
    )


class Meter:
    """Counts the time that is spent in rules."""

    def __init__(self) -> None:
        self.spent_s = 0.0
        self._is_inside = False

    def measure(self) -> None:
        """Have every call of the rules measured from now on."""
        for name in ("tracks", "wake", "take_turns", "second"):
            setattr(Judges, name, self._measured(getattr(Judges, name)))

    def _measured(self, call: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(call)
        def measured(*given: object) -> object:
            if self._is_inside:
                return call(*given)  # One of them calls another: it is counted already.
            self._is_inside, begin = True, time.thread_time()
            try:
                return call(*given)
            finally:
                self.spent_s += time.thread_time() - begin
                self._is_inside = False

        return measured


def run(count: int, zone_count: int, scans: list[Scan], meter: Meter) -> Cost:
    """Return what each scan takes with so many rules, after the warm-up."""
    boot = ulid(START_US, bytes(10))
    engine = Engine(a_plan(count, zone_count), boot=boot, start_us=START_US, software="bench")
    introduce(engine)
    handled, rules = [], []
    gc.collect()
    gc.freeze()
    for scan in scans:
        before, begin = meter.spent_s, time.thread_time()
        engine.handle(scan, scan.observed_us)
        took = time.thread_time() - begin
        if scan.observed_us - START_US >= WARM_UP_S * SECOND_US:
            handled.append(1000.0 * took)
            rules.append(1000.0 * (meter.spent_s - before))
    gc.unfreeze()
    return Cost(handled=np.array(handled), rules=np.array(rules))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What do rules cost?")
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--rules", type=int, nargs="+", default=[0, 1, 20, 200])
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    scans, meter = the_scans(given.people, given.seconds + WARM_UP_S), Meter()
    meter.measure()
    zone_count = max(KINDS, *given.rules)
    run(
        KINDS, zone_count, scans[: 2 * SCANS_PER_S], meter
    )  # Kernels are compiled at their first call.
    plain = None
    print(
        f"{given.people} people, {sum(len(one.detections) for one in scans) / len(scans):.0f}"
        f" detections a scan; milliseconds a scan, the least of {given.runs} runs"
    )
    print("rules  engine p50    p99   rules p50    p99   ratio")
    for count in given.rules:
        cost = least([run(count, zone_count, scans, meter) for _ in range(given.runs)])
        middle, worst = np.percentile(cost.handled, (50, 99))
        own, own_worst = np.percentile(cost.rules, (50, 99))
        plain = plain or float(cost.handled.mean())
        ratio = float(cost.handled.mean()) / plain
        print(
            f"{count:5d}  {middle:10.2f} {worst:6.2f}  {own:10.3f} {own_worst:6.3f}   {ratio:.2f}"
        )


if __name__ == "__main__":
    main()
