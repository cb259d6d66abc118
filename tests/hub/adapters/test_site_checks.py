from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from hub.adapters.site_checks import PLAUSIBLE, problems_of
from hub.core.site import (
    Actuator,
    Area,
    CalibrationRule,
    CueRule,
    Hours,
    IntrusionRule,
    Origin,
    Playbook,
    Sensor,
    SilenceRule,
    Site,
    Step,
    Tripwire,
    TripwireRule,
    ZoneClear,
)
from wire.labels import ActuatorAction, ActuatorKind, ActuatorPosition, EffectClass, SensorKind
from wire.messages import Parameters


def a_zone(**changes: object) -> Area:
    polygon = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0))
    return replace(Area(id="stage", name="Stage", purpose="stage", polygon=polygon), **changes)


def an_actuator(**changes: object) -> Actuator:
    return replace(
        Actuator(
            id="siren",
            kind=ActuatorKind.SIREN,
            name="Siren",
            position=(0.0, 0.0),
            effect=EffectClass.WARN,
        ),
        **changes,
    )


def a_sensor(sensor_id: str = "cam-01") -> Sensor:
    return Sensor(id=sensor_id, kind=SensorKind.CAMERA, name="Camera", position=(0.0, 0.0))


def a_tripwire(**changes: object) -> Tripwire:
    return replace(Tripwire(id="entry", name="Entry", start=(0.0, 0.0), end=(1.0, 0.0)), **changes)


def a_step(**changes: object) -> Step:
    step = Step(id="warn", text="Warn", actuator="siren", action=ActuatorAction.SOUND)
    return replace(step, **changes)


def a_site(**changes: object) -> Site:
    site = Site(
        id="square",
        name="Square",
        origin=Origin(lat_deg=52.0, lon_deg=5.0),
        bounds=((-80.0, -60.0), (80.0, 60.0)),
        zones=(a_zone(),),
        tripwires=(a_tripwire(),),
        sensors=(a_sensor(),),
        actuators=(an_actuator(),),
        rules=(IntrusionRule(id="intruder", zone="stage"),),
    )
    return replace(site, **changes)


def a_playbook(*steps: Step, rules: tuple[str, ...] = ("intruder",)) -> Playbook:
    return Playbook(id="stop", name="Stop", rules=rules, steps=steps or (a_step(),))


def test_a_good_plan_has_no_problems() -> None:
    assert list(problems_of(a_site(playbooks=(a_playbook(),)))) == []


@pytest.mark.parametrize(
    ("changes", "path", "what"),
    [
        ({"bounds": ((80.0, -60.0), (-80.0, 60.0))}, ("bounds",), "the first corner is not"),
        (
            {"zones": (a_zone(), a_zone())},
            ("zones", 1, "id"),
            "there is another 'stage'",
        ),
        (
            {"sensors": (a_sensor("siren"),)},
            ("actuators", 0, "id"),
            "there is another 'siren'",
        ),
        (
            {"sensors": (replace(a_sensor(), kind=SensorKind.COUNTER, counts_zone="x"),)},
            ("sensors", 0, "counts_zone"),
            "there is no zone 'x'",
        ),
        (
            {"sensors": (replace(a_sensor(), counts_zone="stage"),)},
            ("sensors", 0, "counts_zone"),
            "a camera counts no zone",
        ),
        ({"sensors": (a_sensor("hub"),)}, ("sensors", 0, "id"), "'hub' is the hub itself"),
        (
            {"zones": (a_zone(polygon=((0.0, 0.0), (1.0, 1.0), (2.0, 2.0))),)},
            ("zones", 0, "polygon"),
            "its corners enclose no area",
        ),
        (
            {"zones": (a_zone(polygon=((0.0, 0.0), (9.0, 9.0), (9.0, 0.0), (0.0, 5.0))),)},
            ("zones", 0, "polygon"),
            "its sides cross each other",
        ),
        (
            {"zones": (a_zone(polygon=((0.0, 0.0), (99.0, 0.0), (9.0, 9.0))),)},
            ("zones", 0, "polygon", 1),
            "[99, 0] is outside the site's bounds",
        ),
        (
            {"tripwires": (a_tripwire(start=(0.0, 99.0)),)},
            ("tripwires", 0, "start"),
            "[0, 99] is outside the site's bounds",
        ),
        (
            {"tripwires": (a_tripwire(end=(0.0, 0.0)),)},
            ("tripwires", 0, "end"),
            "it ends where it starts",
        ),
        (
            {"rules": (IntrusionRule(id="r", zone="x"),)},
            ("rules", 0, "zone"),
            "there is no zone 'x'",
        ),
        (
            {"rules": (IntrusionRule(id="r", zone="stage", labels=()),)},
            ("rules", 0, "labels"),
            "it is empty, so that the rule never applies",
        ),
        (
            {
                "rules": (
                    IntrusionRule(id="r", zone="stage", hours=Hours(start="06:00", end="06:00")),
                )
            },
            ("rules", 0, "hours", "end"),
            "it ends when it starts",
        ),
        (
            {"rules": (TripwireRule(id="r", tripwire="x"),)},
            ("rules", 0, "tripwire"),
            "there is no tripwire 'x'",
        ),
        (
            {"rules": (SilenceRule(id="r", devices=("siren", "x")),)},
            ("rules", 0, "devices", 1),
            "there is no device 'x'",
        ),
        (
            {"rules": (CalibrationRule(id="r", devices=("siren",)),)},
            ("rules", 0, "devices", 0),
            "there is no sensor 'siren'",
        ),
        ({"rules": (CueRule(id="r", cues=()),)}, ("rules", 0, "cues"), "it is empty"),
        (
            {"actuators": (an_actuator(confirmed_by={ActuatorAction.RAISE: "raised"}),)},
            ("actuators", 0, "confirmed_by", "raise"),
            "a siren cannot raise",
        ),
        (
            {
                "actuators": (
                    an_actuator(confirmed_by={ActuatorAction.SOUND: ActuatorPosition.OPEN}),
                )
            },
            ("actuators", 0, "confirmed_by", "sound"),
            "sound does not leave a siren open",
        ),
        (
            {"playbooks": (a_playbook(rules=()),)},
            ("playbooks", 0, "rules"),
            "it is empty",
        ),
        (
            {"playbooks": (a_playbook(rules=("intruder", "x")),)},
            ("playbooks", 0, "rules", 1),
            "there is no rule 'x'",
        ),
        (
            {"playbooks": (a_playbook(a_step(), a_step()),)},
            ("playbooks", 0, "steps", 1, "id"),
            "there is another 'warn'",
        ),
        (
            {"playbooks": (a_playbook(a_step(actuator="x")),)},
            ("playbooks", 0, "steps", 0, "actuator"),
            "there is no actuator 'x'",
        ),
        (
            {"playbooks": (a_playbook(a_step(action=ActuatorAction.OPEN)),)},
            ("playbooks", 0, "steps", 0, "action"),
            "a siren cannot open",
        ),
        (
            {"playbooks": (a_playbook(a_step(interlocks=(ZoneClear(zone="x"),))),)},
            ("playbooks", 0, "steps", 0, "interlocks", 0, "zone"),
            "there is no zone 'x'",
        ),
    ],
)
def test_each_problem_is_found_alone_and_at_its_place(
    changes: Mapping[str, object], path: tuple[str | int, ...], what: str
) -> None:
    (problem, *_) = problems_of(a_site(**changes))

    assert problem.path == path
    assert problem.what.startswith(what)
    assert problem.fix


@pytest.mark.parametrize(
    ("kind", "step", "what"),
    [
        (
            ActuatorKind.BOLLARD,
            a_step(action=ActuatorAction.RAISE),
            "nothing keeps it from rising under somebody",
        ),
        (ActuatorKind.SIGN, a_step(action=ActuatorAction.SHOW), "show needs a text"),
        (ActuatorKind.SPEAKER, a_step(action=ActuatorAction.SPEAK), "speak needs a text"),
        (ActuatorKind.CAMERA_HEAD, a_step(action=ActuatorAction.AIM), "aim needs a direction"),
    ],
)
def test_a_step_says_what_its_action_needs(kind: ActuatorKind, step: Step, what: str) -> None:
    site = a_site(actuators=(an_actuator(kind=kind),), playbooks=(a_playbook(step),))

    (problem,) = problems_of(site)

    assert problem.what == what


def test_a_step_with_what_it_needs_is_good() -> None:
    steps = (
        a_step(action=ActuatorAction.RAISE, interlocks=(ZoneClear(zone="stage"),)),
        a_step(id="up", action=ActuatorAction.LOWER, parameters=Parameters(text="x")),
    )
    bollard = an_actuator(kind=ActuatorKind.BOLLARD)

    assert list(problems_of(a_site(actuators=(bollard,), playbooks=(a_playbook(*steps),)))) == []


def test_a_long_list_of_names_is_cut() -> None:
    zones = tuple(a_zone(id=f"zone-{number:02}") for number in range(12))

    (problem,) = problems_of(a_site(zones=zones))

    assert problem.fix.endswith("zone-09, …")


def test_every_kind_of_actuator_can_do_something() -> None:
    assert set(PLAUSIBLE) == set(ActuatorKind)
    assert all(PLAUSIBLE.values())


def test_a_polygon_that_only_touches_itself_is_good() -> None:
    corners = ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (2.0, 0.0), (0.0, 4.0))

    assert list(problems_of(a_site(zones=(a_zone(polygon=corners),)))) == []
