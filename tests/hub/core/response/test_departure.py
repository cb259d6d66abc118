import pytest
from msgspec.structs import replace

from hub.core.fusion.tracks import Rows, Tracks
from hub.core.response.command import CommandRecord
from hub.core.response.departure import Departure
from hub.core.response.live_picture import KnownActuator, LivePicture
from hub.core.response.playbook import Playbooks
from hub.core.site import Actuator, Area, Origin, Playbook, Site, Step, ZoneClear
from wire.labels import ActuatorAction, ActuatorKind, CommandState, EffectClass
from wire.messages import ActuatorAbout, Pose

START = 1_767_225_600_000_000
ID = "01KDVXT000000000000000000A"


def a_departure(*, exercise: bool = False) -> Departure:
    corners = ((0.0, 0.0), (10.0, 0.0), (10.0, 2.0))
    step = Step(
        id="up",
        text="Up",
        actuator="bollard-1",
        action=ActuatorAction.RAISE,
        interlocks=(ZoneClear(zone="line"),),
    )
    site = Site(
        id="square",
        name="Square",
        origin=Origin(lat_deg=52.0, lon_deg=5.0),
        bounds=((-500.0, -500.0), (500.0, 500.0)),
        zones=(Area(id="line", name="Bollard line", purpose="gate", polygon=corners),),
        actuators=(
            Actuator(
                id="bollard-1",
                kind=ActuatorKind.BOLLARD,
                name="Bollards",
                position=(0.0, 0.0),
                effect=EffectClass.IMPEDE,
                exercise=exercise,
            ),
        ),
        playbooks=(Playbook(id="attack", name="Attack", rules=("crossing",), steps=(step,)),),
    )
    return Departure(site, Playbooks(site))


def a_command(**changes: object) -> CommandRecord:
    plain = {
        "id": ID,
        "text": "Up",
        "actuator": "bollard-1",
        "action": ActuatorAction.RAISE,
        "effect": EffectClass.IMPEDE,
        "reason": "Vehicle",
        "state": CommandState.BLOCKED,
        "requested_by": "Ann",
        "confirmed_by": ("Ann",),
        "requested_us": START,
        "changed_us": START,
        "expires_us": START + 1,
        "valid_us": 1,
    }
    return CommandRecord(**{**plain, **changes})  # type: ignore[arg-type]


ABOUT = ActuatorAbout(
    id=ID,
    sender="bollard-1",
    boot=ID,
    seq=1,
    observed_us=START,
    sent_us=START,
    kind=ActuatorKind.BOLLARD,
    name="Bollards",
    pose=Pose(lat_deg=52.0, lon_deg=5.0),
    effect=EffectClass.IMPEDE,
    actions=(ActuatorAction.RAISE,),
)


def a_picture(
    known: KnownActuator | None, *, is_seen: bool = True, is_played: bool = False
) -> LivePicture:
    return LivePicture(
        tracks=Tracks(Rows()),
        covered_us={"line": START} if is_seen else {},
        covered_in_play_us={"line": START} if is_seen or is_played else {},
        actuators={} if known is None else {"bollard-1": known},
        alerts={},
    )


def test_a_command_with_everything_in_order_may_leave() -> None:
    picture = a_picture(KnownActuator(about=ABOUT))

    assert a_departure().reason_against(a_command(), picture, START) is None


@pytest.mark.parametrize(
    ("command", "known", "reason"),
    [
        (a_command(expires_us=START), KnownActuator(about=ABOUT), "it has expired"),
        (a_command(), None, "Bollards has never been heard of"),
        (a_command(actuator="gone"), None, "gone has never been heard of"),
        (a_command(), KnownActuator(about=ABOUT, silent=True), "Bollards is silent"),
        (
            a_command(action=ActuatorAction.TURN_ON),
            KnownActuator(about=ABOUT),
            "Bollards cannot turn on",
        ),
        (
            a_command(simulated=True),
            KnownActuator(about=replace(ABOUT, exercise=True)),
            "what is simulated must not drive a real actuator",
        ),
        (
            a_command(exercise=True),
            KnownActuator(about=replace(ABOUT, simulated=True)),
            "an exercise must not drive an actuator that takes no part in it",
        ),
        (a_command(confirmed_by=()), KnownActuator(about=ABOUT), "waits for a confirmation"),
        (
            a_command(),
            KnownActuator(about=replace(ABOUT, effect=EffectClass.SUPPRESS)),
            None,
        ),
        (
            a_command(playbook="attack"),
            KnownActuator(about=replace(ABOUT, effect=EffectClass.SUPPRESS)),
            "waits for a second person to confirm besides Ann",
        ),
    ],
)
def test_each_thing_against_a_command_is_said_in_words(
    command: CommandRecord, known: KnownActuator | None, reason: str | None
) -> None:
    if reason is None:
        command = replace(command, confirmed_by=("Ann", "Bob"))

    assert a_departure().reason_against(command, a_picture(known), START) == reason


@pytest.mark.parametrize(
    ("by_plan", "by_itself", "reason"),
    [
        (True, True, None),
        (False, True, "an exercise must not drive an actuator that takes no part in it"),
        (False, False, "an exercise must not drive an actuator that takes no part in it"),
        (True, False, "an exercise must not drive it: it does not say itself that it takes part"),
    ],
)
def test_an_exercise_drives_what_the_plan_and_the_actuator_both_say_takes_part(
    by_plan: bool,  # noqa: FBT001 - drawn.
    by_itself: bool,  # noqa: FBT001 - drawn.
    reason: str | None,
) -> None:
    departure, about = a_departure(exercise=by_plan), replace(ABOUT, exercise=by_itself)
    picture = a_picture(KnownActuator(about=about))

    assert departure.reason_against(a_command(exercise=True), picture, START) == reason
    assert departure.reason_against(a_command(), picture, START) is None


def test_an_interlock_forbids_even_when_everybody_said_yes() -> None:
    picture = a_picture(KnownActuator(about=ABOUT), is_seen=False)

    reason = a_departure().reason_against(a_command(), picture, START)

    assert reason == "no sensor has seen Bollard line"


def test_simulated_eyes_clear_the_way_for_a_simulated_actuator_alone() -> None:
    real, played = KnownActuator(about=ABOUT), KnownActuator(about=replace(ABOUT, simulated=True))

    reasons = [
        a_departure().reason_against(
            a_command(), a_picture(known, is_seen=False, is_played=True), START
        )
        for known in (real, played)
    ]

    assert reasons == ["no sensor has seen Bollard line", None]


def test_the_effect_is_the_worse_of_plan_and_actuator() -> None:
    departure, command = a_departure(), a_command(effect=EffectClass.WARN, confirmed_by=())
    impeding = a_picture(KnownActuator(about=ABOUT))

    assert departure.effect(command, impeding) is EffectClass.IMPEDE
    assert departure.effect(command, a_picture(None)) is EffectClass.WARN
    assert departure.authority_against(command, impeding) == "waits for a confirmation"
    assert departure.authority_against(command, a_picture(None)) is None
