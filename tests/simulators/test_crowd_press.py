"""The hub sees the crowd at the gate as a field, and its size through cameras and counter."""

import numpy as np

from hub.adapters.site_file import load_site
from hub.core.engine import Engine
from simulators.core.polygons import inside
from simulators.core.simulation import Simulation
from simulators.scenario import BUNDLED, load
from wire.codec import decode
from wire.feed import CrowdView, ZoneCrowdView
from wire.ids import ulid
from wire.labels import Role
from wire.quantities import SECOND_US

START_US = 1_790_000_000_000_000
GATE = "north-gate"


def the_crowd_after(seconds: float) -> tuple[CrowdView, Simulation]:
    loaded = load("crowd-press")
    simulation = Simulation(loaded.site, loaded.scenario, start_us=START_US, seed=1)
    engine = Engine(
        load_site(BUNDLED / "market-square" / "site.toml"),
        boot=ulid(START_US, bytes(10)),
        start_us=START_US,
        software="vedette test",
    )
    for device in simulation.devices():
        for send in simulation.connected(device, START_US):
            engine.handle(decode(send.topic, send.payload), START_US)
    while simulation.next_us <= START_US + seconds * SECOND_US:
        now_us = simulation.next_us
        for send in simulation.advance(now_us):
            engine.handle(decode(send.topic, send.payload), now_us)
    crowd = engine.snapshot(Role.OPERATOR).crowd
    assert crowd is not None
    return crowd, simulation


def gate_of(crowd: CrowdView) -> ZoneCrowdView:
    return next(zone for zone in crowd.zones if zone.id == GATE)


def test_three_hundred_people_press_at_the_gate_and_the_hub_shows_a_field() -> None:
    crowd, simulation = the_crowd_after(12.0)

    stage = simulation.stage
    (zone,) = [zone for zone in load("crowd-press").site.zone if zone.id == GATE]
    there = int(inside(stage.crowd.position[stage.crowd.present], zone.polygon).sum())
    near = np.hypot(*(stage.crowd.position[stage.crowd.present] - (0.0, 36.0)).T) < 15.0
    assert near.sum() >= 250
    gate = gate_of(crowd)
    assert gate.counters == ("count-north",)
    assert abs(gate.persons - there) < 3.0 * max(gate.sigma_persons, 3.0)
    assert gate.lost
    densest = max(cell.density for cell in crowd.cells)
    assert densest > 1.5
