from hub.core.response.command import CommandRecord
from hub.core.response.playbook import Playbooks
from hub.core.site import Actuator, ManualStep, Origin, Playbook, Site, Step, ZoneClear
from wire.labels import (
    ActuatorAction,
    ActuatorKind,
    ActuatorPosition,
    CommandState,
    EffectClass,
)

START = 1_767_225_600_000_000
ID = "01KDVXT000000000000000000A"
WIDE = ZoneClear(zone="line", margin_m=3.0)
NARROW = ZoneClear(zone="line", margin_m=1.0)


def a_step(identity: str, action: ActuatorAction, *interlocks: ZoneClear) -> Step:
    return Step(
        id=identity, text=identity, actuator="bollard-1", action=action, interlocks=interlocks
    )


def some_playbooks() -> Playbooks:
    up, down = ActuatorAction.RAISE, ActuatorAction.LOWER
    call = ManualStep(id="call", text="Call the fire brigade")
    steps = (a_step("up", up, NARROW), call, a_step("down", down))
    return Playbooks(
        Site(
            id="square",
            name="Square",
            origin=Origin(lat_deg=52.0, lon_deg=5.0),
            bounds=((-500.0, -500.0), (500.0, 500.0)),
            actuators=(
                Actuator(
                    id="bollard-1",
                    kind=ActuatorKind.BOLLARD,
                    name="Bollards",
                    position=(0.0, 0.0),
                    effect=EffectClass.IMPEDE,
                    confirmed_by={up: ActuatorPosition.RAISED},
                    stand_in="bollard-9",
                ),
                Actuator(
                    id="bollard-9",
                    kind=ActuatorKind.BOLLARD,
                    name="Training bollards",
                    position=(0.0, 0.0),
                    effect=EffectClass.INFORM,
                    exercise=True,
                ),
            ),
            playbooks=(
                Playbook(id="attack", name="Attack", rules=("crossing",), steps=steps),
                Playbook(
                    id="night",
                    name="Night",
                    rules=("curfew", "crossing"),
                    steps=(a_step("up", up, WIDE, NARROW),),
                ),
            ),
        )
    )


def a_command(action: ActuatorAction, actuator: str = "bollard-1") -> CommandRecord:
    return CommandRecord(
        id=ID,
        text="-",
        actuator=actuator,
        action=action,
        effect=EffectClass.IMPEDE,
        reason="-",
        state=CommandState.SENT,
        requested_by="Ann",
        requested_us=START,
        changed_us=START,
        expires_us=START,
        valid_us=1,
    )


def test_every_interlock_of_the_plan_guards_the_action_whoever_asks() -> None:
    playbooks = some_playbooks()

    assert playbooks.interlocks(a_command(ActuatorAction.RAISE)) == (NARROW, WIDE)
    assert playbooks.interlocks(a_command(ActuatorAction.LOWER)) == ()


def test_the_effect_of_a_command_is_a_position_if_the_plan_says_which() -> None:
    playbooks = some_playbooks()

    assert playbooks.effect_position(a_command(ActuatorAction.RAISE)) is ActuatorPosition.RAISED
    assert playbooks.effect_position(a_command(ActuatorAction.LOWER)) is None
    assert playbooks.effect_position(a_command(ActuatorAction.RAISE, "gone")) is None


def test_actuators_are_found_by_id() -> None:
    playbooks = some_playbooks()

    assert playbooks.actuator_ids() == ("bollard-1", "bollard-9")
    assert playbooks.actuator("gone") is None


def test_in_an_exercise_a_stand_in_does_what_an_actuator_does_otherwise() -> None:
    playbooks = some_playbooks()

    cast = {
        (name, is_drill): getattr(playbooks.cast(name, is_drill=is_drill), "id", None)
        for name in ("bollard-1", "bollard-9", "gone")
        for is_drill in (True, False)
    }

    assert cast == {
        ("bollard-1", True): "bollard-9",
        ("bollard-1", False): "bollard-1",
        ("bollard-9", True): "bollard-9",
        ("bollard-9", False): "bollard-9",
        ("gone", True): None,
        ("gone", False): None,
    }
    assert playbooks.partakers() == ("Training bollards",)
