from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.response.command import CommandRecord
from hub.core.response.request import OFFER_US, ORDER_VALID_US, ordered, stepped
from hub.core.site import Actuator, Playbook, Step
from wire.actions import OperatorAction, Order
from wire.ids import derived_id
from wire.labels import (
    ActuatorAction,
    ActuatorKind,
    AlertState,
    CommandState,
    EffectClass,
    Priority,
    Role,
)
from wire.messages import Parameters

START = 1_767_225_600_000_000
ID = "01KDVXT000000000000000000A"
RUN = "01KDVXT000000000000000000B"
SPEAK = Parameters(text="Leave the square")
SPEAKER = Actuator(
    id="speaker-1",
    kind=ActuatorKind.SPEAKER,
    name="Speaker",
    position=(0.0, 0.0),
    effect=EffectClass.INFORM,
)


def an_alert(**changes: object) -> AlertRecord:
    plain = {
        "id": ID,
        "number": 17,
        "key": "crossing/7",
        "rule": "crossing",
        "rule_kind": "tripwire",
        "priority": Priority.HIGH,
        "state": AlertState.UNACKNOWLEDGED,
        "active": True,
        "summary": "Vehicle crossed the line",
        "raised_us": START,
        "begun_us": START,
        "changed_us": START,
        "cause": ID,
    }
    return AlertRecord(**{**plain, **changes})  # type: ignore[arg-type]


def a_step_of(
    alert: AlertRecord | None,
    run: str = RUN,
    *,
    begun_us: int | None = None,
    exercise: bool = False,
) -> CommandRecord:
    step = Step(
        id="warn",
        text="Warn the square",
        actuator="speaker-1",
        action=ActuatorAction.SPEAK,
        parameters=SPEAK,
        expires_after_s=12.5,
    )
    playbook = Playbook(id="attack", name="Vehicle attack", rules=("crossing",), steps=(step,))
    return stepped(playbook, step, SPEAKER, alert, run, START, begun_us=begun_us, exercise=exercise)


def test_a_step_is_a_command_that_waits_with_the_alerts_taint_and_reason() -> None:
    command = a_step_of(an_alert(simulated=True, exercise=True))

    assert command.state is CommandState.AWAITING_CONFIRMATION
    assert (command.alert, command.playbook, command.step) == (ID, "attack", "warn")
    assert (command.text, command.reason) == ("Warn the square", "Vehicle crossed the line")
    assert command.parameters.text == "EXERCISE: Leave the square"
    assert (command.expires_us, command.valid_us) == (START + OFFER_US, 12_500_000)
    assert (command.simulated, command.exercise) == (True, True)


def test_a_retry_of_a_step_has_the_same_id_and_another_turn_another() -> None:
    first = a_step_of(an_alert())

    assert a_step_of(an_alert()).id == first.id
    assert a_step_of(an_alert(), begun_us=START).id == first.id
    assert a_step_of(an_alert(), begun_us=START + 1).id != first.id
    assert a_step_of(an_alert(), run=ID).id != first.id


def test_a_step_of_a_run_that_people_began_is_named_by_the_run() -> None:
    command = a_step_of(None)

    assert (command.alert, command.run, command.reason) == (None, RUN, "Vehicle attack")
    assert command.id == a_step_of(None).id
    assert command.id != a_step_of(None, run=ID).id
    assert (command.simulated, command.exercise) == (False, False)
    assert a_step_of(None).parameters == SPEAK
    assert a_step_of(None, exercise=True).exercise


def test_a_stand_in_does_the_step_and_the_text_says_that_it_does() -> None:
    step = Step(id="warn", text="Warn", actuator="speaker-1", action=ActuatorAction.SILENCE)
    playbook = Playbook(id="attack", name="Vehicle attack", steps=(step,))
    other = replace(SPEAKER, id="speaker-9", name="Training speaker", effect=EffectClass.WARN)

    command = stepped(playbook, step, other, None, RUN, START, exercise=True)

    assert (command.actuator, command.effect) == ("speaker-9", EffectClass.WARN)
    assert command.text == "Warn (in its place: Training speaker)"
    assert command.parameters == Parameters()


def test_an_order_is_a_command_by_a_person() -> None:
    order = Order(
        actuator="speaker-1", action=ActuatorAction.TURN_ON, reason="morning test", alert=ID
    )
    action = OperatorAction(id=ID, operator="Ann", role=Role.OPERATOR, asked_us=START, ask=order)

    command = ordered(order, action, SPEAKER, an_alert(exercise=True), START)
    plain = ordered(order, action, SPEAKER, None, START)

    assert command.id == derived_id(ID, "order")
    assert (command.requested_by, command.playbook, command.step) == ("Ann", None, None)
    assert (command.text, command.reason) == ("Turn on Speaker", "morning test")
    assert command.valid_us == ORDER_VALID_US
    assert (command.simulated, command.exercise) == (False, True)
    assert (plain.simulated, plain.exercise) == (False, False)


def test_an_order_that_only_rehearses_says_so_to_whoever_reads_or_hears_it() -> None:
    order = Order(
        actuator="speaker-1",
        action=ActuatorAction.SPEAK,
        parameters=SPEAK,
        reason="drill",
        exercise=True,
    )
    action = OperatorAction(id=ID, operator="Ann", role=Role.OPERATOR, asked_us=START, ask=order)

    command = ordered(order, action, SPEAKER, None, START)
    meant = ordered(replace(order, exercise=False), action, SPEAKER, None, START)

    assert (command.exercise, command.parameters.text) == (True, "EXERCISE: Leave the square")
    assert (meant.exercise, meant.parameters) == (False, SPEAK)
