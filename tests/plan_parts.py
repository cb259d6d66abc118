"""A small good plan, for tests that spoil one part of it."""

from msgspec.structs import replace

from hub.core.site import (
    Actuator,
    Area,
    IntrusionRule,
    Origin,
    Playbook,
    Sensor,
    Site,
    Step,
    Team,
    Tripwire,
)
from wire.labels import ActuatorAction, ActuatorKind, EffectClass, SensorKind


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


def a_team(**changes: object) -> Team:
    return replace(Team(id="north", name="Team North", skills=("first-aid",)), **changes)


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
        teams=(a_team(),),
        rules=(IntrusionRule(id="intruder", zone="stage"),),
    )
    return replace(site, **changes)


def a_playbook(*steps: Step, rules: tuple[str, ...] = ("intruder",)) -> Playbook:
    return Playbook(id="stop", name="Stop", rules=rules, steps=steps or (a_step(),))
