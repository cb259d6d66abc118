"""A bang on a square with microphones at its corners, from cues to one alert with a place."""

import math
from itertools import permutations
from typing import Any

import pytest
from small_square import SECOND, START, Hub, Voice, a_pose, a_site, deltas

from hub.core.alerts.alert import AlertRecord
from hub.core.site import CueRule, Sensor
from wire.labels import CueKind, Priority, Role, SensorKind
from wire.messages import Cue, Reading, SensorAbout

CORNERS = {
    "mic-sw": (-100.0, -100.0),
    "mic-se": (100.0, -100.0),
    "mic-ne": (100.0, 100.0),
    "mic-nw": (-100.0, 100.0),
}
WEATHER = "weather-01"
BANG = (30.0, -20.0)
SPEED_MPS = 343.2
"""At 20 degrees Celsius."""


def a_square_with_ears(**changes: Any) -> Hub:
    ears = tuple(
        Sensor(id=name, kind=SensorKind.ACOUSTIC, name=name.upper(), position=place)
        for name, place in CORNERS.items()
    )
    weather = Sensor(id=WEATHER, kind=SensorKind.WEATHER, name="Roof", position=(0.0, 0.0))
    rule = CueRule(
        id="sounds",
        cues=(CueKind.IMPULSE_SOUND,),
        priority=Priority.CRITICAL,
        join_within_m=150.0,
    )
    plan = {"sensors": (*ears, weather), "rules": (rule,), "playbooks": ()}
    return Hub(a_site(**{**plan, **changes}))


def onset_us(name: str, bang: tuple[float, float] = BANG, at_us: int = START) -> int:
    return at_us + round(math.dist(CORNERS[name], bang) / SPEED_MPS * SECOND)


def the_cue_of(name: str, bang: tuple[float, float] = BANG, at_us: int = START) -> Cue:
    heard_us = onset_us(name, bang, at_us)
    return Voice(name, str(at_us)).cue(heard_us, CueKind.IMPULSE_SOUND, confidence=0.9)


def evidence_of(alert: AlertRecord) -> dict[str, str]:
    return {line.name: line.value for line in alert.evidence}


def distance_m(alert: AlertRecord, place: tuple[float, float]) -> float:
    assert alert.place is not None
    return math.dist(alert.place, place)


def test_four_microphones_make_one_alert_with_a_place_within_metres() -> None:
    hub = a_square_with_ears()

    for name in sorted(CORNERS, key=onset_us):
        hub.takes(the_cue_of(name), onset_us(name))

    (alert,) = hub.alerts
    assert distance_m(alert, BANG) < 3.0
    assert alert.sigma_m == pytest.approx(5.0, abs=2.0)
    assert set(alert.sensors) == set(CORNERS)
    facts = evidence_of(alert)
    assert facts["Position"].endswith("of the site's origin")
    assert facts["95 % ellipse"].startswith("± 1")
    assert facts["Heard by"].startswith("MIC-SE, MIC-NE +")
    assert facts["Speed of sound"] == "343 m/s (20 °C assumed)"
    assert "Left out" not in facts


def test_the_first_cue_alerts_at_once_and_the_others_refine_the_same_alert() -> None:
    hub = a_square_with_ears()
    first, second, third, fourth = sorted(CORNERS, key=onset_us)

    effects = hub.takes(the_cue_of(first), onset_us(first))

    assert [len(delta.alerts) for delta in deltas(effects) if delta.alerts] == [1]
    (alert,) = hub.alerts
    assert alert.place == CORNERS[first]
    assert alert.sigma_m == 50.0
    hub.takes(the_cue_of(second), onset_us(second))
    assert evidence_of(hub.alerts[0])["Position"].startswith("unknown")
    hub.takes(the_cue_of(third), onset_us(third))
    assert distance_m(hub.alerts[0], BANG) < 10.0
    hub.takes(the_cue_of(fourth), onset_us(fourth))
    (last,) = hub.alerts
    assert (last.id, last.number, last.repeats) == (alert.id, alert.number, 0)
    assert distance_m(last, BANG) < 3.0


def test_the_map_shows_the_bang_in_place_of_its_first_cue() -> None:
    hub = a_square_with_ears()
    cues = [the_cue_of(name) for name in sorted(CORNERS, key=onset_us)]

    for cue in cues:
        hub.takes(cue, cue.observed_us)

    shown = {view.id: view for view in hub.engine.snapshot(Role.OPERATOR).cues}
    assert set(shown) == {cues[0].id, cues[1].id}
    view = shown[cues[0].id]
    assert set(view.sensors) == set(CORNERS)
    assert math.dist((view.at.east_m, view.at.north_m), BANG) < 3.0
    assert view.sigma_minor_m is not None
    assert view.sigma_minor_m <= view.sigma_m
    assert view.bearing_deg is None
    assert abs(view.observed_us - START) < SECOND // 100


def test_a_bang_outside_is_a_direction_from_the_sensors_middle() -> None:
    hub, outside = a_square_with_ears(), (600.0, 0.0)

    for name in CORNERS:
        hub.takes(the_cue_of(name, outside), START + 3 * SECOND)

    (alert,) = hub.alerts
    assert evidence_of(alert)["Direction"].startswith("90° ± ")
    (view,) = [one for one in hub.engine.snapshot(Role.OPERATOR).cues if one.sensors]
    assert view.bearing_deg == pytest.approx(90.0, abs=1.0)
    assert view.sigma_bearing_deg is not None
    assert (view.at.east_m, view.at.north_m) == (0.0, 0.0)


def test_a_thermometer_sets_the_speed_of_sound() -> None:
    hub = a_square_with_ears()
    reading = Voice(WEATHER).says(Reading, START, channel="air_temperature", value=-5.0, unit="Cel")

    hub.takes(reading, START)
    for name in CORNERS:
        hub.takes(the_cue_of(name), START + SECOND)

    assert evidence_of(hub.alerts[0])["Speed of sound"] == "328 m/s (-5 °C measured)"


def test_a_wrong_sensor_is_left_out_and_named() -> None:
    ears = {**CORNERS, "mic-x": (0.0, 0.0), "mic-y": (0.0, 120.0)}
    sensors = tuple(
        Sensor(id=name, kind=SensorKind.ACOUSTIC, name=name.upper(), position=place)
        for name, place in ears.items()
    )
    hub = a_square_with_ears(sensors=sensors)
    for name, place in ears.items():
        late_us = 300_000 if name == "mic-nw" else 0
        heard_us = START + round(math.dist(place, BANG) / SPEED_MPS * SECOND) + late_us
        cue = Voice(name).cue(heard_us, CueKind.IMPULSE_SOUND)
        hub.takes(cue, START + SECOND)

    (alert,) = hub.alerts
    assert distance_m(alert, BANG) < 5.0
    assert "mic-nw" not in alert.sensors
    left_out = evidence_of(alert)["Left out"]
    assert left_out.startswith("MIC-NW (0.3")
    assert left_out.endswith("s late: an echo or another sound)")
    (view,) = [one for one in hub.engine.snapshot(Role.OPERATOR).cues if one.sensors]
    assert view.rejected == ("mic-nw",)


def test_the_order_of_arrival_does_not_change_where_it_was() -> None:
    places = set()
    for order in permutations(CORNERS):
        hub = a_square_with_ears()
        for name in order:
            hub.takes(the_cue_of(name), START + SECOND)
        places.add((hub.alerts[0].place, hub.alerts[0].sigma_m))

    assert len(places) == 1


def test_two_bangs_far_apart_are_two_alerts() -> None:
    hub, other = a_square_with_ears(), (-80.0, 80.0)

    for name in CORNERS:
        hub.takes(the_cue_of(name, (80.0, -80.0)), START + SECOND)
    for name in CORNERS:
        cue = the_cue_of(name, other, START + 400_000)
        hub.takes(cue, START + 2 * SECOND)

    first, second = hub.alerts
    assert distance_m(first, (80.0, -80.0)) < 5.0
    assert distance_m(second, other) < 5.0


def test_two_bangs_side_by_side_are_one_alert_that_names_both() -> None:
    hub = a_square_with_ears()

    for shift_us in (0, 2 * SECOND):
        for name in CORNERS:
            cue = the_cue_of(name, BANG, START + shift_us)
            hub.takes(cue, START + shift_us + SECOND)

    (alert,) = hub.alerts
    assert evidence_of(alert)["More bangs"].endswith("of the site's origin")


def test_where_a_sensor_says_that_it_stands_counts_and_so_does_its_clock() -> None:
    hub = a_square_with_ears()
    for name, (east, north) in CORNERS.items():
        about = Voice(name).says(
            SensorAbout,
            START,
            kind=SensorKind.ACOUSTIC,
            name=name,
            pose=a_pose(east + 200.0, north),
            clock_sigma_us=100_000,
        )
        hub.takes(about, START)

    for name in CORNERS:
        hub.takes(the_cue_of(name), START + SECOND)

    (alert,) = hub.alerts
    assert distance_m(alert, (BANG[0] + 200.0, BANG[1])) < 5.0
    assert alert.sigma_m is not None
    assert alert.sigma_m > 20.0
