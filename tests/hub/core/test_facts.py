"""The facts are read off a living engine: its devices, its picture, what it does about alerts."""

import pytest
from small_square import (
    BOLLARD,
    CAMERA,
    FRAME,
    INSIDE,
    RADAR,
    SECOND,
    SIREN,
    START,
    Hub,
    Voice,
    a_detection,
    a_site,
)

from hub.core.devices import SILENT_AFTER_US
from hub.core.facts import facts_of
from hub.core.rules.judge import Facts
from hub.core.site import Team
from wire import columns
from wire.actions import SetPosture
from wire.feed import TrackView
from wire.labels import Label, Posture, Role
from wire.messages import Fault, Position, Scan, TeamPosition

TEAM = Team(id="north", name="North")


def seen(hub: Hub) -> list[TrackView]:
    numbers = [row.number for row in columns.rows(hub.engine.snapshot(Role.OPERATOR).tracks)]
    views = [hub.engine.track(number) for number in numbers]
    return [view for view in views if view is not None]


def a_scan(radar: Voice, at_us: int) -> Scan:
    """Return a drone 30 m up, one that nobody knows the height of, and somebody on a ladder."""
    places: list[tuple[tuple[float, float], Label, dict[str, float]]] = [
        ((20.0, 20.0), Label.DRONE, {"height_m": 30.0, "sigma_height_m": 1.0}),
        ((-20.0, 20.0), Label.DRONE, {}),
        ((20.0, -20.0), Label.PERSON, {"height_m": 3.0, "sigma_height_m": 1.0}),
    ]
    found = []
    for place, label, height in places:
        lat_deg, lon_deg = FRAME.to_wgs84(*place)
        where = Position(
            lat_deg=lat_deg, lon_deg=lon_deg, sigma_east_m=0.3, sigma_north_m=0.3, **height
        )
        found.append(a_detection(label=label, where=where))
    return radar.says(Scan, at_us, detections=tuple(found))


def facts(hub: Hub, now_us: int) -> Facts:
    engine = hub.engine
    return facts_of(
        engine._devices,
        engine._fuser,
        engine._decisions.responding,
        crowd=engine._fuser.crowded(now_us),
        coverage=(),
        standings={},
        now_us=now_us,
    )


def test_only_sensors_that_have_spoken_are_facts() -> None:
    hub, camera = Hub(), Voice(CAMERA)
    assert facts(hub, START).sensors == {}

    hub.takes(camera.health(START, faults=(Fault(code="hot", text="It is hot."),)), START)

    known = facts(hub, START).sensors
    assert list(known) == [CAMERA]
    assert [fault.code for fault in known[CAMERA].faults] == ["hot"]
    assert (known[CAMERA].silent, known[CAMERA].delay_us) == (False, None)
    assert facts(hub, START + SILENT_AFTER_US + 1).sensors[CAMERA].silent


def test_a_sensor_that_scans_has_a_delay_and_one_that_plays_is_marked() -> None:
    hub, camera = Hub(), Voice(CAMERA, simulated=True)
    for step in range(26):
        at_us = START + step * SECOND // 2
        hub.takes(camera.scan(at_us, INSIDE), at_us + SECOND // 20)

    fact = facts(hub, START + 13 * SECOND).sensors[CAMERA]

    assert fact.delay_us == pytest.approx(50_000, rel=0.2)
    assert fact.taint.simulated
    assert not fact.silent


def test_an_actuator_is_a_fact_once_it_has_said_what_it_is() -> None:
    hub = Hub()
    hub.takes(Voice(SIREN).health(START), START)

    hub.takes(Voice(BOLLARD).about_bollard(START, delay_s=4.0), START)

    known = facts(hub, START).actuators
    assert {name: fact.delay_s for name, fact in known.items()} == {BOLLARD: 4.0}


def test_teams_and_postures_are_facts() -> None:
    hub, team = Hub(a_site(teams=(TEAM,))), Voice("north")
    lat_deg, lon_deg = FRAME.to_wgs84(7.0, 8.0)
    where = Position(lat_deg=lat_deg, lon_deg=lon_deg, sigma_east_m=3.0, sigma_north_m=3.0)

    hub.takes(team.says(TeamPosition, START, position=where), START)
    hub.asks(SetPosture(posture=Posture.RAISED, zone="gate", reason="a threat"), START)

    told = facts(hub, START)
    assert told.teams["north"].place == pytest.approx((7.0, 8.0), abs=0.01)
    assert dict(told.postures) == {"gate": Posture.RAISED}


def test_only_drones_of_known_height_have_a_height() -> None:
    hub, radar = Hub(), Voice(RADAR)
    assert facts(hub, START).heights == {}

    end_us = START
    for step in range(20):
        end_us = START + step * SECOND // 10
        hub.takes(a_scan(radar, end_us), end_us)

    told = facts(hub, end_us).heights
    labels = {track.number: track.label for track in seen(hub)}
    assert sorted(labels.values()) == [Label.DRONE, Label.DRONE, Label.PERSON]
    ((number, (height_m, sigma_m)),) = told.items()
    assert labels[number] is Label.DRONE
    assert height_m == pytest.approx(30.0, abs=1.0)
    assert 0.0 < sigma_m < 5.0
