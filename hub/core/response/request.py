"""Steps and orders as commands that have not left."""

from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.response.command import CommandRecord
from hub.core.response.offering import marked
from hub.core.rules.taint import Taint
from hub.core.rules.wording import line, sentence
from hub.core.site import Actuator, Playbook, Step
from wire.actions import OperatorAction, Order
from wire.ids import derived_id
from wire.labels import CommandState
from wire.messages import Parameters
from wire.quantities import SECOND_US, Instant, Ulid

# A step waits for its yes while its alert is open, yet never longer than this: then the world
# has moved on, and who still wants it orders it by hand.
OFFER_US = 900 * SECOND_US
# An order by hand is meant now.
ORDER_VALID_US = 30 * SECOND_US


def stepped(
    playbook: Playbook,
    step: Step,
    planned: Actuator,
    alert: AlertRecord | None,
    run: Ulid,
    now_us: Instant,
    *,
    begun_us: Instant | None = None,
    exercise: bool = False,
) -> CommandRecord:
    """Return a playbook's step as a command: one for each time that its turn has come.

    `planned` is who does it: in an exercise that may be a stand-in for the step's own actuator.
    Its turn was at `begun_us`, if not now. An actuator does no id twice, so a step that is begun
    anew, however much later, needs another.
    """
    turn_us = now_us if begun_us is None else begun_us
    is_drill = exercise or (alert is not None and alert.exercise)
    is_own = planned.id == step.actuator
    return CommandRecord(
        id=derived_id(run, playbook.id, step.id, str(turn_us)),
        alert=None if alert is None else alert.id,
        playbook=playbook.id,
        step=step.id,
        run=run,
        text=step.text if is_own else line(f"{step.text} (in its place: {planned.name})"),
        actuator=planned.id,
        action=step.action,
        parameters=_rehearsed(step.parameters) if is_drill else step.parameters,
        effect=planned.effect,
        reason=playbook.name if alert is None else alert.summary,
        state=CommandState.AWAITING_CONFIRMATION,
        requested_by=playbook.name,
        requested_us=now_us,
        changed_us=now_us,
        expires_us=now_us + OFFER_US,
        valid_us=round(step.expires_after_s * SECOND_US),
        simulated=alert is not None and alert.simulated,
        exercise=is_drill,
    )


def ordered(
    ask: Order,
    action: OperatorAction,
    planned: Actuator,
    alert: AlertRecord | None,
    now_us: Instant,
) -> CommandRecord:
    """Return what a person orders by hand as a command."""
    is_drill = ask.exercise or (alert is not None and alert.exercise)
    return CommandRecord(
        id=derived_id(action.id, "order"),
        alert=ask.alert,
        text=sentence(f"{ask.action.replace('_', ' ')} {planned.name}"),
        actuator=ask.actuator,
        action=ask.action,
        parameters=_rehearsed(ask.parameters) if is_drill else ask.parameters,
        effect=planned.effect,
        reason=ask.reason,
        state=CommandState.AWAITING_CONFIRMATION,
        requested_by=action.operator,
        requested_us=now_us,
        changed_us=now_us,
        expires_us=now_us + OFFER_US,
        valid_us=ORDER_VALID_US,
        simulated=alert is not None and alert.simulated,
        exercise=is_drill,
    )


def _rehearsed(parameters: Parameters) -> Parameters:
    """Return what a sign shows or a speaker says in an exercise: nobody takes it for meant."""
    if parameters.text is None:
        return parameters
    return replace(parameters, text=marked(parameters.text, Taint(exercise=True)))
