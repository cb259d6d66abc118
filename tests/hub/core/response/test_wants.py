import pytest
from field_world import CALL, EVACUATING, SECOND, SEND, SIREN, START, a_playbook, a_site, an_alert
from msgspec.structs import replace

from hub.core.response.run import StepMove, StepRecord, moved
from hub.core.response.turns import began
from hub.core.response.wants import (
    WantCommand,
    WantPosture,
    WantTask,
    WantWithdraw,
    wants_of,
    withdrawn,
)
from hub.core.site import AnyStep
from wire.ids import ulid
from wire.labels import Posture, StepState

ID = ulid(START, b"run       ")
COMMAND = ulid(START, b"command   ")


@pytest.mark.parametrize("by_hand", [True, False])
def test_each_kind_of_step_wants_its_own(by_hand: bool) -> None:  # noqa: FBT001 - of a table.
    playbook, alert = a_playbook(), None if by_hand else an_alert()
    actuators = {one.id: one for one in a_site().actuators}
    run = began(ID, playbook, actuators, alert, "Ann", "smoke", START)
    step = moved(run.steps[0], StepMove.BEGIN, START + SECOND)

    def want(plan: AnyStep) -> object:
        (only,) = wants_of(run, step, plan, playbook)
        return only

    assert want(SIREN) == WantCommand(
        run=ID, playbook=playbook, step=SIREN, alert=alert, begun_us=START + SECOND
    )
    assert want(SEND) == WantTask(
        run=ID,
        step=SEND,
        alert=alert,
        begun_us=START + SECOND,
        by="Ann" if by_hand else "Evacuate",
    )
    assert want(EVACUATING) == WantPosture(
        posture=Posture.EVACUATING, by="Evacuate", reason="smoke"
    )
    assert wants_of(run, step, CALL, playbook) == []


def test_what_a_drill_wants_says_that_it_is_one() -> None:
    playbook, actuators = a_playbook(), {one.id: one for one in a_site().actuators}
    run = began(ID, playbook, actuators, None, "Ann", "drill", START, exercise=True)
    step = moved(run.steps[0], StepMove.BEGIN, START)

    wants = [wants_of(run, step, plan, playbook)[0] for plan in (SIREN, SEND, EVACUATING)]

    command, task, posture = wants
    assert isinstance(command, WantCommand)
    assert isinstance(task, WantTask)
    assert command.exercise
    assert task.exercise
    assert posture == WantPosture(
        posture=Posture.EVACUATING, by="Evacuate", reason="drill", drill=ID
    )


def test_a_command_that_may_still_leave_is_withdrawn_with_its_step() -> None:
    bare = StepRecord(step="gate", text="Close", does="command", needs="confirmed")
    due = replace(bare, state=StepState.DUE, command=COMMAND)
    done = replace(bare, state=StepState.DONE, command=COMMAND)

    assert withdrawn([due, done, bare], "Ann: no") == [
        WantWithdraw(command=COMMAND, note="Ann: no")
    ]
