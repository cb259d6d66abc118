from typing import Any

import pytest
from small_square import BUTTON, SIREN, START, Voice, a_site

from hub.core.alerts.alert import AlertRecord
from hub.core.picture.views import (
    alert_view,
    command_view,
    cue_view,
    east_north,
    site_view,
    step_view,
)
from hub.core.response.command import CommandRecord
from wire.feed import AlertView, EastNorth
from wire.ids import ulid
from wire.labels import ActuatorAction, AlertState, CommandState, EffectClass, Priority

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
