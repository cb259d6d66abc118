from typing import Any

import pytest
from small_square import BUTTON, SIREN, START, Voice, a_site

from hub.core.alerts.alert import AlertRecord
from hub.core.fusion.bangs import Chain, Sound, Stray
from hub.core.fusion.sound import Axes
from hub.core.picture.views import (
    alert_view,
    command_view,
    cue_view,
    cue_views,
    east_north,
    site_view,
    step_view,
)
from hub.core.response.command import CommandRecord
from wire.feed import AlertView, EastNorth
from wire.ids import ulid
from wire.labels import ActuatorAction, AlertState, CommandState, CueKind, EffectClass, Priority

ID = ulid(START, b"x" * 10)


def an_alert(**changes: Any) -> AlertRecord:
    plain = {
        "id": ID,
        "number": 17,
        "key": "backstage",
        "rule": "backstage",
        "rule_kind": "intrusion",
        "priority": Priority.HIGH,
        "state": AlertState.UNACKNOWLEDGED,
        "active": True,
        "summary": "Person in Stage back area",
        "zone": "stage",
        "zone_name": "Stage back area",
        "place": (1.234, 5.678),
        "raised_us": START,
        "begun_us": START,
        "changed_us": START,
        "cause": ID,
    }
    return AlertRecord(**{**plain, **changes})


def a_command(**changes: Any) -> CommandRecord:
    plain = {
        "id": ID,
        "alert": ID,
        "playbook": "intruder",
        "step": "warn",
        "text": "Sound the siren",
        "actuator": SIREN,
        "action": ActuatorAction.SOUND,
        "effect": EffectClass.WARN,
        "reason": "Person in Stage back area",
        "state": CommandState.BLOCKED,
        "requested_by": "Intruder",
        "requested_us": START,
        "changed_us": START,
        "expires_us": START,
        "valid_us": 1,
        "note": "Siren is silent",
    }
    return CommandRecord(**{**plain, **changes})


def test_an_alert_is_shown_with_the_name_of_its_zone_and_its_place_to_the_centimetre() -> None:
    view = alert_view(an_alert(), [])

    assert (view.number, view.zone, view.steps) == (17, "Stage back area", ())
    assert view.at == EastNorth(east_m=1.23, north_m=5.68)
    assert alert_view(an_alert(place=None), []).at is None


def test_nothing_of_an_alert_is_lost_on_the_way_to_the_screen() -> None:
    changes = {
        "acknowledged_by": "Ann",
        "acknowledged_us": START,
        "shelved_by": "Bob",
        "shelved_until_us": START,
        "shelve_reason": "rehearsal",
        "cleared_us": START,
        "sigma_m": 0.5,
        "repeats": 3,
        "sensors": ("cam-01",),
        "tracks": (1000,),
        "simulated": True,
        "exercise": True,
    }

    view = alert_view(an_alert(**changes), [])

    assert {name: getattr(view, name) for name in changes} == changes


def test_the_steps_of_an_alert_are_its_playbooks_commands_and_not_orders_by_hand() -> None:
    view = alert_view(an_alert(), [a_command(), a_command(step=None, playbook=None)])

    (step,) = view.steps
    assert (step.step, step.text, step.note) == ("warn", "Sound the siren", "Siren is silent")
    assert isinstance(view, AlertView)


@pytest.mark.parametrize(
    ("effect", "needs"),
    [
        (EffectClass.WARN, "automatic"),
        (EffectClass.IMPEDE, "confirmed"),
        (EffectClass.SUPPRESS, "two_person"),
    ],
)
def test_a_step_says_who_must_say_yes(effect: EffectClass, needs: str) -> None:
    assert step_view(a_command(effect=effect)).needs == needs


def test_a_command_is_by_who_confirmed_it_last_else_by_who_asked_for_it() -> None:
    assert command_view(a_command()).by == "Intruder"
    assert command_view(a_command(confirmed_by=("Ann", "Bob"))).by == "Bob"


def test_a_command_that_is_not_real_says_so() -> None:
    view = command_view(a_command(simulated=True, exercise=True))

    assert (view.simulated, view.exercise) == (True, True)


def test_a_cue_is_shown_where_it_happened() -> None:
    view = cue_view(Voice(BUTTON).cue(START), (1.0, 2.0), 0.123)

    assert (view.sensor, view.at, view.sigma_m) == (BUTTON, east_north((1.0, 2.0)), 0.1)


def a_sound(**changes: Any) -> Sound:
    plain = {
        "anchor": ID,
        "sensor": "mic-1",
        "emitted_us": START,
        "sensors": ("mic-1", "mic-2", "mic-3"),
        "after_s": (0.0, 0.1, 0.2),
        "is_located": True,
        "place": (12.345, -6.0),
        "axes": Axes(major_m=5.04, minor_m=3.0, azimuth_deg=41.23),
        "centre": (1.0, 2.0),
        "speed_mps": 343.2,
    }
    return Sound(**{**plain, **changes})


def test_a_located_bang_takes_the_place_of_the_cues_of_those_who_heard_it() -> None:
    cue = Voice("mic-2").cue(START, CueKind.IMPULSE_SOUND, simulated=True)
    chain = Chain(cues=frozenset({cue.id}), sounds=(a_sound(),))

    (view,) = cue_views(cue, (1.0, 2.0), 50.0, chain)

    assert (view.id, view.sensor, view.kind) == (ID, "mic-1", CueKind.IMPULSE_SOUND)
    assert view.at == east_north((12.345, -6.0))
    assert (view.sigma_m, view.sigma_minor_m, view.sigma_azimuth_deg) == (5.0, 3.0, 41.2)
    assert view.sensors == ("mic-1", "mic-2", "mic-3")
    assert (view.bearing_deg, view.sigma_bearing_deg) == (None, None)
    assert (view.observed_us, view.simulated) == (START, True)


def test_a_bang_outside_is_drawn_as_a_direction_from_the_sensors_middle() -> None:
    cue = Voice("mic-2").cue(START, CueKind.IMPULSE_SOUND)
    sound = a_sound(bearing_deg=123.46, sigma_bearing_deg=2.04)

    (view,) = cue_views(cue, (1.0, 2.0), 50.0, Chain(cues=frozenset(), sounds=(sound,)))

    assert view.at == east_north((1.0, 2.0))
    assert (view.bearing_deg, view.sigma_bearing_deg) == (123.5, 2.0)


def test_a_cue_stands_for_itself_until_and_unless_others_locate_it() -> None:
    cue = Voice("mic-9").cue(START, CueKind.IMPULSE_SOUND)
    stray = a_sound(strays=(Stray(sensor="mic-9", late_s=0.3),))
    vague = a_sound(is_located=False)

    for chain in (
        None,
        Chain(cues=frozenset(), sounds=()),
        Chain(cues=frozenset(), sounds=(vague,)),
    ):
        assert cue_views(cue, (1.0, 2.0), 50.0, chain) == [cue_view(cue, (1.0, 2.0), 50.0)]
    own, located = cue_views(cue, (1.0, 2.0), 50.0, Chain(cues=frozenset(), sounds=(stray,)))
    assert own == cue_view(cue, (1.0, 2.0), 50.0)
    assert located.rejected == ("mic-9",)


def test_the_plan_is_drawn_as_it_is() -> None:
    site = a_site(ground=a_site().zones[:1], buildings=a_site().zones[1:])

    view = site_view(site)

    assert (view.name, view.origin_lat_deg) == ("Small Square", 52.0)
    assert view.bounds == (east_north((-100.0, -100.0)), east_north((100.0, 100.0)))
    assert [zone.id for zone in view.zones] == ["stage", "gate"]
    assert [[area.id for area in part] for part in (view.ground, view.buildings)] == [
        ["stage"],
        ["gate"],
    ]
    assert view.zones[0].polygon[2] == east_north((10.0, 10.0))
    assert (view.tripwires[0].name, view.tripwires[0].start) == (
        "Gate line",
        east_north((-50.0, -80.0)),
    )
