"""Where somebody would be seen, from what sensors say to interlocks, evidence and the map."""

import pytest
from msgspec.structs import replace
from small_square import (
    BOLLARD,
    BUTTON,
    CAMERA,
    EAR,
    RADAR,
    SECOND,
    START,
    Hub,
    Voice,
    a_site,
    deltas,
    published,
)

from hub.core.site import Area
from wire.actions import Confirm
from wire.feed import CoverageView
from wire.labels import CueKind, HealthState, Role, SensorKind
from wire.messages import Command, Message

GATE = (-55.0, -55.0)
# One look says little: a camera is believed after it has looked for a while.
LOOKED = START + 3 * SECOND
# Between the camera at the origin and the gate in the south-west.
WALL = Area(
    id="hall",
    name="Hall",
    purpose="hall",
    polygon=((-45.0, -25.0), (-25.0, -45.0), (-20.0, -40.0), (-40.0, -20.0)),
    height_m=8.0,
)


def a_hub(*buildings: Area) -> Hub:
    """Return a hub that has heard of its bollard, its camera and its radar."""
    hub = Hub(a_site(buildings=buildings))
    hub.takes(Voice(BOLLARD).about_bollard(START), START)
    return hub


def raised(hub: Hub) -> bool:
    """Ask for the bollard; return whether it was told to rise."""
    hub.takes(Voice(BUTTON).cue(LOOKED), LOOKED)
    hub.asks(Confirm(command=hub.commands[BOLLARD].id), LOOKED)
    return any(one.actuator == BOLLARD for one in published(hub.done, Command))


def shown(hub: Hub) -> list[CoverageView]:
    return [delta.coverage for delta in deltas(hub.done) if delta.coverage is not None]


def a_watched_hub(*buildings: Area) -> tuple[Hub, Voice]:
    hub, camera = a_hub(*buildings), Voice(CAMERA)
    hub.takes(camera.about_sensor(START, scan_rate_hz=10.0), START)
    hub.sees(camera, from_us=START, seconds=3.0)
    return hub, camera


def test_a_bollard_rises_where_a_camera_sees_its_zone() -> None:
    hub, _ = a_watched_hub()

    assert raised(hub)


@pytest.mark.parametrize(
    ("camera_is_simulated", "bollard_is_simulated", "rises"),
    [(False, False, True), (False, True, True), (True, True, True), (True, False, False)],
)
def test_no_real_bollard_rises_on_the_word_of_a_simulated_camera(
    *, camera_is_simulated: bool, bollard_is_simulated: bool, rises: bool
) -> None:
    hub, camera = Hub(a_site()), Voice(CAMERA, simulated=camera_is_simulated)
    hub.takes(Voice(BOLLARD, simulated=bollard_is_simulated).about_bollard(START), START)
    hub.takes(camera.about_sensor(START, scan_rate_hz=10.0), START)
    hub.sees(camera, from_us=START, seconds=3.0)

    assert raised(hub) == rises
    if not rises:
        assert hub.commands[BOLLARD].note == "no sensor has seen Gate"


def test_no_bollard_rises_on_the_first_looks_of_a_hub_that_has_just_started() -> None:
    hub, camera = a_hub(), Voice(CAMERA)
    hub.takes(camera.about_sensor(START, scan_rate_hz=10.0), START)

    hub.sees(camera, from_us=LOOKED - SECOND)

    assert not raised(hub)
    hub.sees(camera, from_us=LOOKED, seconds=2.0)
    assert [one for one in published(hub.done, Command) if one.actuator == BOLLARD]


def test_no_bollard_rises_on_an_old_look_that_a_wrong_clock_makes_new() -> None:
    hub, camera = a_hub(), Voice(CAMERA)
    hub.takes(camera.about_sensor(START, scan_rate_hz=10.0), START)
    hub.sees(camera, from_us=START, seconds=3.0)

    # Its clock is four seconds ahead now; the last scan was underway for as long.
    hub.takes(camera.scan(LOOKED + 4 * SECOND), LOOKED)
    hub.takes(camera.scan(LOOKED), LOOKED)

    assert not raised(hub)


def test_no_real_bollard_rises_on_scans_that_a_simulator_made_in_a_cameras_name() -> None:
    hub, camera = a_hub(), Voice(CAMERA)
    hub.takes(camera.about_sensor(START, scan_rate_hz=10.0), START)

    hub.sees(camera, from_us=START, seconds=3.0, simulated=True)

    assert not raised(hub)


def test_no_bollard_rises_in_a_zone_behind_a_wall() -> None:
    hub, _ = a_watched_hub(WALL)

    assert not raised(hub)
    assert hub.commands[BOLLARD].note == "no sensor has seen Gate"


@pytest.mark.parametrize(
    "word",
    [
        Voice(CAMERA, "other").health(START, state=HealthState.ERROR),
        Voice(CAMERA, "other").cue(START, CueKind.VIEW_COVERED),
    ],
)
def test_no_bollard_rises_on_the_word_of_a_camera_that_cannot_see(word: Message) -> None:
    hub, camera = a_hub(), Voice(CAMERA)
    hub.takes(camera.about_sensor(START), START)
    hub.takes(word, START)

    hub.sees(camera, from_us=START, seconds=3.0)

    assert not raised(hub)


def test_a_camera_that_says_too_late_that_it_is_covered_is_believed_all_the_same() -> None:
    hub, camera = a_hub(), Voice(CAMERA)
    hub.takes(camera.about_sensor(START), START)
    hub.takes(camera.cue(START - 3600 * SECOND, CueKind.VIEW_COVERED), START)

    hub.sees(camera, from_us=START, seconds=3.0)

    assert hub.alerts == []
    assert not raised(hub)


def test_the_map_is_told_once_a_second_at_most_and_only_when_it_changes() -> None:
    hub, camera = a_watched_hub()
    hub.sees(camera, from_us=LOOKED, seconds=3.0)
    during = shown(hub)

    hub.lives(START + 60 * SECOND)
    nobody = shown(hub)[-1]

    assert len(during) == 1
    assert max(during[0].probability) > 200
    assert len(shown(hub)) == 2
    assert not any(nobody.probability)
    assert {zone.id: zone.seen for zone in nobody.zones} == {"stage": 0.0, "gate": 0.0}


def test_who_opens_a_dashboard_sees_where_nobody_looks_but_a_wall_does_not_show_it() -> None:
    hub, _ = a_watched_hub()
    hub.lives(LOOKED + SECOND)

    assert hub.engine.snapshot(Role.OPERATOR).coverage == shown(hub)[-1]
    assert hub.engine.snapshot(Role.WALL).coverage is None


def test_evidence_tells_who_should_have_seen_a_place() -> None:
    hub, _ = a_watched_hub(WALL)
    hub.takes(Voice(RADAR).about_sensor(START), START)

    behind = hub.engine.coverage.evidence(GATE, LOOKED)
    before = hub.engine.coverage.evidence((10.0, 10.0), LOOKED)

    assert [look.note for look in behind.looks] == ["a building stands between"] * 2
    assert behind.probability == 0.0
    assert [(look.sensor, look.watching) for look in before.looks] == [
        (CAMERA, True),
        (RADAR, False),
    ]
    assert before.probability == 0.9


def test_a_sensor_that_stands_within_a_building_is_named_on_the_health_screen() -> None:
    around = ((-9.0, -9.0), (9.0, -9.0), (9.0, 9.0), (-9.0, 9.0))
    hub = Hub(a_site(buildings=(replace(WALL, polygon=around),)))

    hub.takes(Voice(CAMERA).about_sensor(START), START)

    assert hub.refused() == {"walled_in": 1}


def test_the_health_of_what_is_no_sensor_changes_no_coverage() -> None:
    hub, _ = a_watched_hub()

    hub.takes(Voice(BOLLARD, "other").health(LOOKED, state=HealthState.ERROR), LOOKED)

    assert raised(hub)


def test_an_ear_hears_and_sees_nothing() -> None:
    hub = a_hub()

    hub.takes(Voice(EAR).about_sensor(START, kind=SensorKind.ACOUSTIC), START)

    assert hub.engine.coverage.evidence(GATE, START + SECOND).looks == ()
