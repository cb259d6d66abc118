from typing import Any

import pytest
from field_world import (
    CALL,
    EVACUATING,
    GATE,
    MINUTE,
    SECOND,
    SEND,
    SIREN,
    START,
    a_playbook,
    a_site,
    a_want,
    an_action,
    an_alert,
    runs_in,
    some_tasks,
    wants_in,
)
from msgspec.structs import replace

from hub.core.alerts.refusal import Refusal
from hub.core.response.command import CommandRecord
from hub.core.response.request import stepped
from hub.core.response.run import REPEAT_MIN_US, RunRecord, StepRecord
from hub.core.response.runs import (
    KEEP_US,
    Change,
    Runs,
    WantCommand,
    WantPosture,
    WantTask,
    WantWithdraw,
)
from hub.core.response.task import TaskRecord
from hub.core.site import ManualStep, Site, Step
from wire.actions import AskKind, DoStep, SkipStep, StartPlaybook, StopPlaybook
from wire.ids import ulid
from wire.labels import AlertState, CommandState, Posture, Role, RunState, StepState, TaskState

OLD = ulid(START, b"long gone ")
HELD = replace(SIREN, holds=True)


def a_runs(*steps: Any, **changes: Any) -> Runs:
    return Runs(a_site(a_playbook(*steps, **changes)))


def the_run(runs: Runs) -> RunRecord:
    (run,) = runs.all.values()
    return run


def states(runs: Runs) -> list[str]:
    return [step.state.value for step in the_run(runs).steps]


def step_of(runs: Runs, name: str) -> StepRecord:
    return next(step for step in the_run(runs).steps if step.step == name)


def a_command(
    runs: Runs, step: Step, state: CommandState = CommandState.SENT, **changes: Any
) -> CommandRecord:
    site = a_site()
    planned = next(one for one in site.actuators if one.id == step.actuator)
    run = the_run(runs)
    record = stepped(a_playbook(), step, planned, run.alert, run.id, START)
    return replace(record, state=state, **changes)


def told(runs: Runs, step: Step, state: CommandState, at_us: int = START, **changes: Any) -> Any:
    return runs.command_changed(a_command(runs, step, state, **changes), at_us)


def asked(
    runs: Runs, ask: AskKind, at_us: int = START, role: Role = Role.OPERATOR, who: str = "Ann"
) -> list[Change]:
    alert = an_alert()
    answer = runs.act(an_action(ask, who, role=role, at_us=at_us), {alert.id: alert}, at_us)
    assert not isinstance(answer, Refusal), answer
    return answer


def refused(runs: Runs, ask: AskKind, at_us: int = START, role: Role = Role.OPERATOR) -> str:
    alert = an_alert()
    answer = runs.act(an_action(ask, role=role, at_us=at_us), {alert.id: alert}, at_us)
    assert isinstance(answer, Refusal), answer
    return answer.reason


def notices(runs: Runs, at_us: int = START) -> list[str]:
    return [one.text for one in runs.notices(at_us)]


# --- Beginning ----------------------------------------------------------------------------------


def test_an_alert_begins_its_playbook_and_each_step_asks_for_its_own() -> None:
    runs = a_runs()

    changes = runs.begin(an_alert(), START)

    assert [type(one) for one in changes] == [
        RunRecord,
        WantCommand,
        WantCommand,
        WantTask,
        WantPosture,
    ]
    assert states(runs) == ["running", "running", "running", "done", "due"]
    posture = changes[-1]
    assert isinstance(posture, WantPosture)
    assert (posture.posture, posture.by) == (Posture.EVACUATING, "Evacuate")
    (view,) = runs.views()
    assert (view.started_by, view.reason) == ("alert A-17", "Vehicle on the square")
    assert [one.needs for one in view.steps] == [
        "automatic",
        "confirmed",
        "automatic",
        "automatic",
        "person",
    ]


def test_only_an_alert_that_was_raised_now_begins_anything() -> None:
    runs = a_runs()

    assert runs.begin(an_alert(), START + 1) == []
    assert runs.begin(an_alert(state=AlertState.SHELVED), START) == []
    assert runs.begin(an_alert(rule="other"), START) == []


def test_the_same_raising_begins_nothing_twice() -> None:
    runs = a_runs()
    runs.begin(an_alert(), START)

    again = runs.begin(an_alert(), START)

    assert wants_in(again) == []
    assert len(runs.all) == 1


def test_a_completed_run_is_not_begun_twice_by_the_same_raising() -> None:
    runs = a_runs(EVACUATING)
    runs.begin(an_alert(), START)

    assert runs.begin(an_alert(), START) == []


# --- Turns --------------------------------------------------------------------------------------


def test_a_step_waits_for_its_time_after_the_step_before_it() -> None:
    runs = a_runs(SIREN, replace(GATE, after_s=20.0), replace(CALL, after_s=10.0))
    runs.begin(an_alert(), START)

    assert runs.next_wake_us == START + 20 * SECOND
    assert [one.due_us for one in runs.views()[0].steps] == [
        START,
        START + 20 * SECOND,
        START + 30 * SECOND,
    ]
    assert runs.wake(START + 20 * SECOND - 1) == []
    (want,) = wants_in(runs.wake(START + 20 * SECOND))
    runs.wake(START + 30 * SECOND)

    assert isinstance(want, WantCommand)
    assert want.step.id == "gate"
    assert states(runs) == ["running", "running", "due"]


def test_the_next_step_waits_until_a_holding_one_is_over() -> None:
    runs = a_runs(HELD, replace(GATE, after_s=5.0), CALL)
    runs.begin(an_alert(), START)
    assert [one.due_us for one in runs.views()[0].steps] == [START, None, None]

    told(runs, HELD, CommandState.COMPLETED, START + 10 * SECOND)

    assert states(runs) == ["done", "waiting", "waiting"]
    assert wants_in(runs.wake(START + 14 * SECOND)) == []
    assert len(wants_in(runs.wake(START + 15 * SECOND))) == 1


def test_what_failed_holds_nobody_up_and_is_told() -> None:
    runs = a_runs(HELD, CALL)
    runs.begin(an_alert(), START)

    told(runs, HELD, CommandState.FAILED, note="no pressure")

    assert states(runs) == ["failed", "due"]
    assert notices(runs) == ["“Sound the siren” of Evacuate failed: no pressure"]


# --- What became of it --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "step"),
    [
        (CommandState.AWAITING_CONFIRMATION, StepState.DUE),
        (CommandState.BLOCKED, StepState.RUNNING),
        (CommandState.SENT, StepState.RUNNING),
        (CommandState.ACCEPTED, StepState.RUNNING),
        (CommandState.COMPLETED, StepState.DONE),
        (CommandState.CONFIRMED, StepState.DONE),
        (CommandState.VERIFIED, StepState.DONE),
        (CommandState.REJECTED, StepState.FAILED),
        (CommandState.FAILED, StepState.FAILED),
        (CommandState.EXPIRED, StepState.FAILED),
        (CommandState.CANCELLED, StepState.SKIPPED),
    ],
)
def test_a_step_is_what_its_command_is(command: CommandState, step: StepState) -> None:
    runs = a_runs(GATE)
    runs.begin(an_alert(), START)

    told(runs, GATE, command)

    assert step_of(runs, "gate").state is step
    assert step_of(runs, "gate").command == a_command(runs, GATE).id


def test_a_step_that_waited_for_a_yes_says_whose_it_was() -> None:
    runs = a_runs(GATE)
    runs.begin(an_alert(), START)
    told(runs, GATE, CommandState.AWAITING_CONFIRMATION, note="waits for a confirmation")
    assert step_of(runs, "gate").note == "waits for a confirmation"

    told(runs, GATE, CommandState.SENT, confirmed_by=("Bo",))

    step = step_of(runs, "gate")
    assert (step.state, step.by, step.note) == (StepState.RUNNING, "Bo", None)
    assert told(runs, GATE, CommandState.SENT, confirmed_by=("Bo",)) == []


def test_a_late_answer_takes_up_a_completed_run_again() -> None:
    runs = a_runs(GATE)
    runs.begin(an_alert(), START)
    told(runs, GATE, CommandState.EXPIRED)
    assert the_run(runs).state is RunState.COMPLETED

    told(runs, GATE, CommandState.ACCEPTED, START + SECOND)

    assert the_run(runs).state is RunState.RUNNING
    told(runs, GATE, CommandState.CONFIRMED, START + 2 * SECOND)
    assert states(runs) == ["done"]
    assert the_run(runs).state is RunState.COMPLETED


def test_what_was_done_after_all_is_done_and_what_was_not_is_not() -> None:
    runs = a_runs(GATE)
    runs.begin(an_alert(), START)
    told(runs, GATE, CommandState.COMPLETED)

    told(runs, GATE, CommandState.FAILED, note="it fell open")

    assert states(runs) == ["failed"]
    told(runs, GATE, CommandState.CONFIRMED)
    assert states(runs) == ["done"]


def test_a_command_of_something_else_changes_nothing() -> None:
    runs = a_runs(GATE)
    runs.begin(an_alert(), START)

    other = told(runs, GATE, CommandState.FAILED, alert=OLD, id=OLD)

    assert other == []
    assert runs.command_changed(a_command(runs, SIREN), START) == []


def a_task(runs: Runs, number: int = 0, **changes: Any) -> TaskRecord:
    run = the_run(runs)
    plan = replace(SEND, teams=2)
    want = a_want(run.alert, step=plan, run=run.id, begun_us=START)
    return replace(some_tasks().create(want, START)[number], **changes)


def test_a_task_step_is_done_when_all_its_tasks_are_over_and_one_was_done() -> None:
    runs = a_runs(SEND)
    runs.begin(an_alert(), START)
    runs.task_changed(a_task(runs, 0), START)
    runs.task_changed(a_task(runs, 1), START)
    assert states(runs) == ["running"]
    assert len(runs.views()[0].steps[0].tasks) == 2

    runs.task_changed(a_task(runs, 0, state=TaskState.CANCELLED), START)
    assert states(runs) == ["running"]
    runs.task_changed(a_task(runs, 1, state=TaskState.DONE), START)

    assert states(runs) == ["done"]


def test_a_task_step_that_nobody_takes_has_failed_until_somebody_does() -> None:
    runs = a_runs(SEND)
    runs.begin(an_alert(), START)

    runs.task_changed(a_task(runs, state=TaskState.UNANSWERED), START)
    failed = states(runs)
    runs.task_changed(a_task(runs, state=TaskState.ACCEPTED), START)

    assert (failed, states(runs)) == (["failed"], ["running"])
    assert notices(runs) == ["“Send a team” of Evacuate failed"]
    assert the_run(runs).state is RunState.RUNNING


def test_a_task_that_was_cancelled_leaves_its_step_out() -> None:
    runs = a_runs(SEND)
    runs.begin(an_alert(), START)
    cancelled = a_task(runs, state=TaskState.CANCELLED, note="Ann: found him")

    runs.task_changed(cancelled, START)

    assert states(runs) == ["skipped"]
    assert step_of(runs, "send").note == "Ann: found him"
    assert runs.task_changed(cancelled, START) == []
    assert runs.task_changed(replace(cancelled, id=OLD, begun_us=START + 1), START) == []
    assert runs.task_changed(replace(cancelled, run=None), START) == []


# --- Lateness -----------------------------------------------------------------------------------


def test_a_step_that_is_not_over_in_time_is_late_and_told_once() -> None:
    runs = a_runs(replace(CALL, late_after_s=90.0))
    runs.begin(an_alert(), START)

    assert runs.next_wake_us == START + 90 * SECOND
    runs.wake(START + 90 * SECOND)

    assert runs.views()[0].steps[0].late
    assert notices(runs, START + 90 * SECOND) == ["“Call the fire brigade” of Evacuate is late"]
    assert runs.wake(START + 900 * SECOND) == []
    assert runs.next_wake_us is None


def test_a_task_that_somebody_has_taken_is_not_late() -> None:
    runs = a_runs(SEND)
    runs.begin(an_alert(), START)
    runs.task_changed(a_task(runs, state=TaskState.ACCEPTED), START)

    assert runs.next_wake_us is None
    runs.task_changed(a_task(runs, state=TaskState.SENT), START)
    assert runs.next_wake_us == START + 120 * SECOND


# --- Returns and closing ------------------------------------------------------------------------


def test_a_return_repeats_what_is_over_and_nothing_that_is_under_way() -> None:
    runs = a_runs(SIREN, GATE, CALL)
    runs.begin(an_alert(), START)
    told(runs, SIREN, CommandState.CONFIRMED)
    told(runs, GATE, CommandState.AWAITING_CONFIRMATION)
    back_us = START + REPEAT_MIN_US

    wants = wants_in(runs.begin(an_alert(back_us, repeats=1), back_us))

    (want,) = wants
    assert isinstance(want, WantCommand)
    assert want.step.id == "siren"
    assert want.alert is not None
    assert want.alert.repeats == 1
    assert states(runs) == ["running", "due", "due"]


def test_a_return_within_a_minute_sounds_no_siren_twice() -> None:
    runs = a_runs(SIREN)
    runs.begin(an_alert(), START)
    told(runs, SIREN, CommandState.CONFIRMED)
    back_us = START + REPEAT_MIN_US - 1

    changes = runs.begin(an_alert(back_us, repeats=1), back_us)

    assert wants_in(changes) == []
    (_, latest) = runs.all.values()
    assert latest.state is RunState.COMPLETED


def test_a_closed_alert_stops_what_waits_and_leaves_what_runs() -> None:
    runs = a_runs(SIREN, GATE, CALL, replace(EVACUATING, after_s=60.0))
    runs.begin(an_alert(), START)
    told(runs, SIREN, CommandState.SENT)
    told(runs, GATE, CommandState.AWAITING_CONFIRMATION)

    assert runs.end(an_alert(), START) == []
    (run,) = runs_in(runs.end(an_alert(state=AlertState.CLOSED), START + SECOND))

    assert run.state is RunState.STOPPED
    assert states(runs) == ["running", "skipped", "skipped", "skipped"]
    assert step_of(runs, "call").note == "the alert closed"
    assert notices(runs) == []
    told(runs, SIREN, CommandState.CONFIRMED)
    assert states(runs)[0] == "done"
    told(runs, GATE, CommandState.CANCELLED)
    assert the_run(runs).state is RunState.STOPPED


def test_nothing_begins_any_more_for_an_alert_that_has_closed() -> None:
    runs = a_runs(SIREN)
    runs.begin(an_alert(), START)
    told(runs, SIREN, CommandState.EXPIRED)
    closed = an_alert(state=AlertState.CLOSED)

    (run,) = runs_in(runs.end(closed, START))
    again = refused(runs, DoStep(run=run.id, step="siren"))
    told(runs, SIREN, CommandState.ACCEPTED, START + SECOND)

    assert (run.state, run.closed) == (RunState.COMPLETED, True)
    assert again == "its alert has closed; allowed: begin it anew"
    assert states(runs) == ["running"]
    assert the_run(runs).state is RunState.COMPLETED
    assert runs.end(closed, START) == []


def test_what_ended_is_forgotten_after_a_while() -> None:
    runs = a_runs(EVACUATING)
    runs.begin(an_alert(), START)

    assert runs.next_wake_us == START + KEEP_US
    runs.wake(START + KEEP_US)

    assert runs.views() == ()


# --- People -------------------------------------------------------------------------------------


def started(runs: Runs, **changes: Any) -> RunRecord:
    ask = StartPlaybook(**({"playbook": "evacuate", "reason": "smoke"} | changes))
    return runs_in(asked(runs, ask))[0]


def test_a_person_begins_a_playbook_without_an_alert() -> None:
    runs = a_runs(SIREN, SEND)

    run = started(runs)

    assert (run.started_by, run.reason, run.alert) == ("Ann", "smoke", None)
    assert asked(runs, StartPlaybook(playbook="evacuate", reason="smoke")) == []  # The same id.
    told(runs, SIREN, CommandState.CONFIRMED)
    assert states(runs) == ["done", "running"]
    assert told(runs, SIREN, CommandState.CONFIRMED, run=OLD, id=OLD) == []


def test_a_playbook_begun_for_an_alert_is_of_its_making() -> None:
    runs = a_runs(SIREN)
    alert = an_alert(simulated=True)
    ask = StartPlaybook(playbook="evacuate", alert=alert.id, reason="smoke")

    changes = runs.act(an_action(ask), {alert.id: alert}, START)

    assert not isinstance(changes, Refusal)
    (run,) = runs_in(changes)
    assert run.simulated


def test_a_drill_is_marked_and_is_not_in_the_way_of_what_is_meant() -> None:
    runs = a_runs(SIREN)
    ask = StartPlaybook(playbook="evacuate", reason="drill", exercise=True)
    later = START + MINUTE

    (drill,) = runs_in(asked(runs, ask))
    again = refused(runs, ask, later)
    changes = asked(runs, StartPlaybook(playbook="evacuate", reason="smoke"), later)

    assert drill.exercise
    assert runs.view(drill).exercise
    assert "Evacuate runs" in again
    (real,) = runs_in(changes)
    (want,) = wants_in(changes)
    assert not real.exercise
    assert isinstance(want, WantCommand)
    assert not want.exercise


def test_a_drill_is_begun_without_an_alert_that_is_meant() -> None:
    runs = a_runs(SIREN)
    alert, drill = an_alert(), an_alert(exercise=True)
    ask = StartPlaybook(playbook="evacuate", alert=alert.id, reason="drill", exercise=True)

    refusal = runs.act(an_action(ask), {alert.id: alert}, START)
    changes = runs.act(an_action(ask), {alert.id: drill}, START)

    assert refusal == Refusal(reason="A-17 is no exercise; begin the exercise without it")
    assert not isinstance(changes, Refusal)
    assert runs_in(changes)[0].exercise


def test_what_cannot_be_begun_is_refused_in_words() -> None:
    runs = a_runs()
    started(runs)
    later = START + MINUTE

    again = refused(runs, StartPlaybook(playbook="evacuate", reason="smoke"), later)
    unknown = refused(runs, StartPlaybook(playbook="dance", reason="joy"), later)
    closed = refused(runs, StartPlaybook(playbook="evacuate", alert=OLD, reason="x"), later)
    field = refused(runs, StopPlaybook(run=OLD, reason="x"), role=Role.FIELD)
    gone = refused(runs, StopPlaybook(run=OLD, reason="x"))

    assert again == "Evacuate runs: Ann began it at 00:00:00 UTC; allowed: stop it first"
    assert unknown == "the plan has no playbook dance; it has: evacuate"
    assert "no such open alert" in closed
    assert "may not stop playbook" in field
    assert "no such playbook under way" in gone


def test_a_person_stops_a_playbook_and_the_supervisor_is_told() -> None:
    runs = a_runs(SIREN, GATE, CALL)
    run = started(runs)
    told(runs, GATE, CommandState.AWAITING_CONFIRMATION)
    gate = step_of(runs, "gate").command
    assert gate is not None

    changes = asked(runs, StopPlaybook(run=run.id, reason="false alarm"))

    assert wants_in(changes) == [WantWithdraw(command=gate, note="Ann stopped it: false alarm")]
    assert notices(runs) == ["Ann stopped Evacuate, 2 of 3 steps undone: false alarm"]
    stopped = "Evacuate is stopped; allowed: begin it anew"
    assert refused(runs, StopPlaybook(run=run.id, reason="x")) == stopped
    assert refused(runs, SkipStep(run=run.id, step="gate", reason="x")) == stopped
    assert "was stopped" in refused(runs, DoStep(run=run.id, step="gate"))


def test_a_person_ticks_off_what_they_did_outside_of_the_hub() -> None:
    runs = a_runs(CALL)
    run = started(runs)

    asked(runs, DoStep(run=run.id, step="call"))

    assert (step_of(runs, "call").state, step_of(runs, "call").by) == (StepState.DONE, "Ann")
    assert the_run(runs).state is RunState.COMPLETED
    assert refused(runs, DoStep(run=run.id, step="call")) == "this step is done; allowed: nothing"


def test_the_supervisors_step_is_the_supervisors() -> None:
    runs = a_runs(replace(CALL, person=Role.SUPERVISOR))
    run = started(runs)

    assert "supervisor's" in refused(runs, DoStep(run=run.id, step="call"))
    asked(runs, DoStep(run=run.id, step="call"), role=Role.SUPERVISOR, who="Sue")

    assert states(runs) == ["done"]


def test_a_person_begins_a_step_before_its_turn_and_it_runs_once() -> None:
    runs = a_runs(HELD, GATE)
    run = started(runs)

    (want,) = wants_in(asked(runs, DoStep(run=run.id, step="gate"), START + SECOND))
    told(runs, SIREN, CommandState.CONFIRMED, START + 2 * SECOND)

    assert isinstance(want, WantCommand)
    assert step_of(runs, "gate").by == "Ann"
    assert wants_in(runs.wake(START + MINUTE)) == []


def test_a_person_may_begin_again_what_failed_or_was_skipped() -> None:
    runs = a_runs(SIREN, replace(GATE, after_s=60.0), CALL)
    run = started(runs)
    told(runs, SIREN, CommandState.FAILED)
    asked(runs, SkipStep(run=run.id, step="gate", reason="people in it"))

    again = asked(runs, DoStep(run=run.id, step="siren"), START + MINUTE)
    after_all = asked(runs, DoStep(run=run.id, step="gate"), START + MINUTE)

    assert len(wants_in(again)) == len(wants_in(after_all)) == 1
    assert states(runs)[:2] == ["running", "running"]


def test_skipping_needs_a_reason_and_tells_the_supervisor() -> None:
    runs = a_runs(GATE, CALL)
    run = started(runs)
    told(runs, GATE, CommandState.AWAITING_CONFIRMATION)
    gate = step_of(runs, "gate").command
    assert gate is not None

    changes = asked(runs, SkipStep(run=run.id, step="gate", reason="people in it"))

    step = step_of(runs, "gate")
    assert wants_in(changes) == [WantWithdraw(command=gate, note="Ann: people in it")]
    assert (step.state, step.by, step.note) == (StepState.SKIPPED, "Ann", "Ann: people in it")
    (notice,) = runs.notices(START)
    assert (notice.role, notice.run) == ("supervisor", run.id)
    assert notice.text == "Ann skipped “Close the gate” of Evacuate: people in it"
    assert runs.command_changed(a_command(runs, GATE, CommandState.CANCELLED), START) == []


def test_what_may_not_be_done_with_a_step_is_refused_in_words() -> None:
    runs = a_runs(SIREN, GATE, replace(CALL, after_s=60.0))
    run = started(runs)
    told(runs, GATE, CommandState.AWAITING_CONFIRMATION)

    running = refused(runs, SkipStep(run=run.id, step="siren", reason="x"))
    due = refused(runs, DoStep(run=run.id, step="gate"))
    none = refused(runs, DoStep(run=run.id, step="dance"))
    nor = refused(runs, SkipStep(run=run.id, step="dance", reason="x"))
    asked(runs, SkipStep(run=run.id, step="call", reason="they are here"))
    twice = refused(runs, SkipStep(run=run.id, step="call", reason="x"))

    assert running == "this step is running; allowed: cancel its command or its tasks"
    assert due == "this step is due; allowed: confirm its command, or skip it"
    assert none == nor == "Evacuate has no such step; it has: siren, gate, call"
    assert twice == "this step is skipped; allowed: begin or tick off"


def test_a_drill_says_so_to_the_supervisor() -> None:
    runs = a_runs(HELD)
    runs.begin(an_alert(exercise=True, simulated=True), START)

    told(runs, HELD, CommandState.REJECTED)

    assert notices(runs) == ["EXERCISE: SIMULATION: “Sound the siren” of Evacuate failed: rejected"]


# --- The plan and the journal -------------------------------------------------------------------


@pytest.mark.parametrize(
    "site",
    [
        a_site(a_playbook(SIREN)),
        a_site(a_playbook(id="other")),
        a_site(a_playbook(SIREN, ManualStep(id="gate", text="Close the gate by hand"))),
    ],
)
def test_what_the_plan_no_longer_has_is_skipped_when_its_turn_comes(site: Site) -> None:
    runs = a_runs(SIREN, replace(GATE, after_s=20.0))
    runs.begin(an_alert(), START)

    runs.replan(site)
    wants = wants_in(runs.wake(START + 20 * SECOND))

    assert wants == []
    assert step_of(runs, "gate").note == "the plan no longer has it"
    assert "the plan no longer has it" in notices(runs, START + 20 * SECOND)[-1]


def test_a_plan_without_an_actuator_does_not_stop_its_playbook() -> None:
    runs = Runs(a_site(actuators=()))

    runs.begin(an_alert(), START)

    assert step_of(runs, "gate").needs == "automatic"


def test_a_restarted_hub_asks_again_for_what_may_have_been_lost() -> None:
    before = a_runs(SIREN, GATE, SEND, CALL)
    changes = before.begin(an_alert(), START)
    told(before, GATE, CommandState.SENT)

    after = a_runs(SIREN, GATE, SEND, CALL)
    after.restore(the_run(before))

    assert after.views() == before.views()
    assert after.next_wake_us is not None
    assert after.next_wake_us <= START
    lost = wants_in(after.wake(START))
    siren, _, send = wants_in(changes)
    assert lost == [siren, send]
    assert wants_in(after.wake(START + SECOND)) == []


def test_a_run_that_was_over_asks_for_nothing_after_a_restart() -> None:
    before = a_runs(EVACUATING, SIREN)
    before.begin(an_alert(), START)
    before.end(an_alert(state=AlertState.CLOSED), START)

    after = a_runs(EVACUATING, SIREN)
    after.restore(the_run(before))
    running = replace(the_run(before), id=OLD, state=RunState.RUNNING, ended_us=None, closed=False)
    after.restore(running)
    after.end(an_alert(state=AlertState.CLOSED), START)

    assert wants_in(after.wake(START)) == []


def test_playbooks_of_one_rule_run_side_by_side() -> None:
    first, second = a_playbook(SIREN), a_playbook(CALL, id="tell", name="Tell")
    runs = Runs(a_site(first, second))

    assert len(runs_in(runs.begin(an_alert(), START))) == 2
    started(runs)
    assert len(runs_in(asked(runs, StartPlaybook(playbook="tell", reason="x"), START + 1000))) == 1
