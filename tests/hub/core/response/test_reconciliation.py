import pytest
from msgspec.structs import replace
from response_world import SECOND, START, a_site, a_state

from hub.core.response.command import CommandRecord, Doubt
from hub.core.response.playbook import Playbooks
from hub.core.response.reconciliation import ENDING_US, Reconciliation
from wire.ids import ulid
from wire.labels import ActuatorAction, ActuatorPosition, CommandState, EffectClass
from wire.messages import Parameters

LOWERED = ActuatorPosition.LOWERED


def a_reconciliation() -> Reconciliation:
    return Reconciliation(Playbooks(a_site()))


def a_command(**changes: object) -> CommandRecord:
    plain = {
        "id": ulid(START, b"command   "),
        "text": "Raise bollards",
        "actuator": "bollard-1",
        "action": ActuatorAction.RAISE,
        "effect": EffectClass.IMPEDE,
        "reason": "Vehicle",
        "state": CommandState.CONFIRMED,
        "requested_by": "Ann",
        "requested_us": START,
        "changed_us": START,
        "sent_us": START,
        "done_us": START,
        "expires_us": START + 30,
        "valid_us": 30,
    }
    return CommandRecord(**{**plain, **changes})  # type: ignore[arg-type]


def test_what_it_says_is_held_against_what_it_was_told() -> None:
    reconciliation = a_reconciliation()
    assert reconciliation.difference(a_command()) is None, "nothing was heard of it"
    reconciliation.heard(a_state(START + 1), START + 1)
    assert reconciliation.difference(a_command()) is None

    elsewhere = a_state(START + 2, position=LOWERED)
    reconciliation.heard(elsewhere, START + 2)

    assert reconciliation.difference(a_command()) == elsewhere
    assert reconciliation.difference(None) is None


@pytest.mark.parametrize(
    "command",
    [
        a_command(state=CommandState.FAILED),
        a_command(state=CommandState.COMPLETED, doubts=(Doubt.UNSHOWN,)),
        a_command(actuator="siren-1"),
        a_command(action=ActuatorAction.LOWER),
        a_command(done_us=START + 3),
        a_command(simulated=True),
    ],
)
def test_what_is_not_done_asks_for_no_position_or_is_of_another_world_cannot_differ(
    command: CommandRecord,
) -> None:
    reconciliation = a_reconciliation()
    reconciliation.heard(a_state(START + 2, position=LOWERED), START + 2)

    assert reconciliation.difference(command) is None


def test_what_moves_is_waited_for() -> None:
    reconciliation = a_reconciliation()
    reconciliation.heard(a_state(START + 2, position=ActuatorPosition.MOVING), START + 2)

    assert reconciliation.difference(a_command()) is None


def test_what_was_ordered_for_a_while_may_end_and_not_before() -> None:
    reconciliation = a_reconciliation()
    for_a_while = a_command(parameters=Parameters(duration_s=20.0))
    early_us, late_us = START + 10 * SECOND, START + 20 * SECOND - ENDING_US

    reconciliation.heard(a_state(early_us, position=LOWERED), early_us)
    assert reconciliation.difference(for_a_while) is not None
    reconciliation.heard(a_state(late_us, position=LOWERED), late_us)
    assert reconciliation.difference(for_a_while) is None


def test_what_is_spoken_is_over_when_it_is_spoken() -> None:
    site = a_site()
    speaking = {ActuatorAction.SPEAK: ActuatorPosition.ON}
    actuators = tuple(replace(one, confirmed_by=speaking) for one in site.actuators)
    reconciliation = a_reconciliation()
    reconciliation.replan(Playbooks(replace(site, actuators=actuators)))
    reconciliation.heard(a_state(START + 9, position=ActuatorPosition.OFF), START + 9)

    assert reconciliation.difference(a_command(action=ActuatorAction.SPEAK)) is None


def test_who_has_another_boot_than_before_and_rests_has_forgotten_what_it_was_at() -> None:
    reconciliation = a_reconciliation()
    command, anew = a_command(), ulid(START, b"anew      ")
    first = reconciliation.heard(a_state(START, position=LOWERED), START)
    same = reconciliation.heard(a_state(START + 1, position=LOWERED), START + 1)
    moving = ActuatorPosition.MOVING
    moves = reconciliation.heard(a_state(START + 2, position=moving, boot=anew), START + 2)
    rests = reconciliation.heard(a_state(START + 3, position=LOWERED, boot=anew), START + 3)
    knows = reconciliation.heard(a_state(START + 4, boot=anew, command=command.id), START + 4)

    forgetful = [reconciliation.forgets(one, command) for one in (first, same, moves, rests, knows)]
    assert forgetful == [False, False, False, True, False]
    assert not reconciliation.forgets(rests, replace(command, changed_us=START + 2))
