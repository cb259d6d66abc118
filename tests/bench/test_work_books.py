"""The judge of what takes its time: it must find whatever is lost, doubled or goes backwards."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from bench.kill_books import Told
from bench.work_books import Awaited, WorkAccount, WorkBooks
from hub.core.alerts.alert import AlertRecord
from hub.core.effects import Accepted, Asked, Durability, Entry, Record
from hub.core.response.command import CommandRecord
from hub.core.response.run import RunRecord, StepRecord
from hub.core.response.task import TaskRecord
from wire import codec, topics
from wire.actions import (
    AskKind,
    CancelTask,
    Confirm,
    CreateTask,
    DoStep,
    OperatorAction,
    StartPlaybook,
)
from wire.ids import derived_id, ulid
from wire.labels import (
    ActuatorAction,
    AlertState,
    CommandState,
    EffectClass,
    PlaybookKind,
    Priority,
    ReceiptStatus,
    Role,
    RunState,
    StepState,
    TaskState,
)
from wire.messages import Receipt
from wire.quantities import SECOND_US

AT_US = 1_800_000_000 * SECOND_US
ALERT, RUN, TASK, COMMAND, BOOT, ASK, YES_1, YES_2, TICK, NO, PLAY, OTHER = (
    ulid(AT_US + n * 1000, bytes([n] * 10)) for n in range(12)
)
BY_HAND = derived_id(ASK, "task")
STARTED = derived_id(PLAY, "run")
ALPHA, BRAVO = "team-01", "team-02"
SPRINKLER = "siren-03"
AWAITED = Awaited(rule="help", playbook="attend", yeses={SPRINKLER: 2}, timer="tell", pause_s=3.0)


def a_task(state: TaskState, at_s: int, **changes: Any) -> TaskRecord:
    plain: dict[str, Any] = {
        "id": TASK,
        "number": 1,
        "text": "Go there",
        "state": state,
        "priority": Priority.HIGH,
        "alert": ALERT,
        "run": RUN,
        "step": "send",
        "begun_us": AT_US,
        "team": ALPHA,
        "tried": (ALPHA,),
        "accept_us": SECOND_US,
        "asked_by": "alert A-1",
        "created_us": AT_US,
        "changed_us": AT_US + at_s * SECOND_US,
        "answer_due_us": AT_US + 60 * SECOND_US,
    }
    return TaskRecord(**{**plain, **changes})


def by_hand(state: TaskState, at_s: int, **changes: Any) -> TaskRecord:
    own = {"id": BY_HAND, "number": 2, "run": None, "step": None, "alert": None}
    return a_task(state, at_s, **{**own, "team": BRAVO, "tried": (BRAVO,), **changes})


def a_step(step: str, state: StepState, **changes: Any) -> StepRecord:
    needs = {"call": "person", "send": "automatic"}.get(step, "two_person")
    does = {"call": "manual", "send": "task"}.get(step, "command")
    return StepRecord(step=step, text=step, does=does, needs=needs, state=state, **changes)


def begun(step: str, state: StepState, at_s: int, over_s: int | None = None) -> StepRecord:
    over_us = None if over_s is None else AT_US + over_s * SECOND_US
    return a_step(step, state, begun_us=AT_US + at_s * SECOND_US, over_us=over_us)


def a_run(*steps: StepRecord, **changes: Any) -> RunRecord:
    plain: dict[str, Any] = {
        "id": RUN,
        "playbook": "attend",
        "name": "Attend",
        "purpose": PlaybookKind.OTHER,
        "alert": an_alert(),
        "started_by": "alert A-1",
        "started_us": AT_US,
        "begun_us": AT_US,
        "changed_us": AT_US,
        "reason": "Help",
        "steps": steps,
    }
    return RunRecord(**{**plain, **changes})


def an_alert(**changes: Any) -> AlertRecord:
    plain: dict[str, Any] = {
        "id": ALERT,
        "number": 1,
        "key": "help",
        "rule": "help",
        "rule_kind": "cue",
        "priority": Priority.CRITICAL,
        "state": AlertState.UNACKNOWLEDGED,
        "active": True,
        "summary": "Help",
        "raised_us": AT_US,
        "begun_us": AT_US,
        "changed_us": AT_US,
        "cause": OTHER,
    }
    return AlertRecord(**{**plain, **changes})


def a_command(state: CommandState, *yeses: str, **changes: Any) -> CommandRecord:
    plain: dict[str, Any] = {
        "id": COMMAND,
        "run": RUN,
        "playbook": "attend",
        "step": "tell",
        "text": "Open the sprinkler",
        "actuator": SPRINKLER,
        "action": ActuatorAction.SOUND,
        "effect": EffectClass.SUPPRESS,
        "reason": "Help",
        "state": state,
        "requested_by": "Attend",
        "requested_us": AT_US,
        "changed_us": AT_US,
        "expires_us": AT_US + 1,
        "valid_us": 1,
        "confirmed_by": yeses,
    }
    return CommandRecord(**{**plain, **changes})


def asked(identity: str, ask: AskKind, operator: str = "Ada") -> Asked:
    action = OperatorAction(
        id=identity, operator=operator, role=Role.OPERATOR, asked_us=AT_US, ask=ask
    )
    return Asked(action=action, accepted=True)


def said(
    seq: int, status: ReceiptStatus, task: str = TASK, team: str = ALPHA, boot: str = BOOT
) -> Accepted:
    receipt = Receipt(
        id=ulid(AT_US, seq.to_bytes(10, "big")),
        sender=team,
        boot=boot,
        seq=seq,
        observed_us=AT_US,
        sent_us=AT_US,
        task=task,
        status=status,
    )
    topic = topics.team_receipt("crossing", team)
    return Accepted(topic=topic, sender=team, boot=boot, seq=seq, payload=codec.encode(receipt))


def noted(seq: int, status: ReceiptStatus, task: str = TASK, boot: str = BOOT) -> str:
    return f"{boot} {seq} {task} {status}"


class Trial(Struct, frozen=True, kw_only=True):
    """A press that began the playbook, and a task by hand: all of it as it should be."""

    records: tuple[tuple[int, Record], ...]
    told: tuple[Told, ...]
    said: tuple[str, ...]
    shown: tuple[str, ...] = (ALERT,)

    def account(self) -> WorkAccount:
        entries = [
            Entry(at_us=AT_US + s * SECOND_US, key=str(s), durability=Durability.STATE, record=one)
            for s, one in self.records
        ]
        return WorkBooks(entries, self.told, self.said, AWAITED, self.shown).account()


SEND = begun("send", StepState.RUNNING, 0)
CALL = begun("call", StepState.DUE, 0)
TELL = a_step("tell", StepState.WAITING)
DONE_STEPS = (
    begun("send", StepState.DONE, 0, 6),
    begun("call", StepState.DONE, 0, 3),
    begun("tell", StepState.DONE, 6, 9),
)
SENT = a_task(TaskState.SENT, 0)
ACCEPTED = a_task(TaskState.ACCEPTED, 2)
DONE = a_task(TaskState.DONE, 6)
CREATED = asked(ASK, CreateTask(text="Look there"))
CANCELLED = asked(NO, CancelTask(task=BY_HAND, reason="not wanted"))
TICKED = asked(TICK, DoStep(run=RUN, step="call"))
FIRST_YES = asked(YES_1, Confirm(command=COMMAND), "Ada")
SECOND_YES = asked(YES_2, Confirm(command=COMMAND), "Bea")
RAN = a_run(*DONE_STEPS, state=RunState.COMPLETED)
WAITS = a_command(CommandState.AWAITING_CONFIRMATION)
LEFT = a_command(CommandState.SENT, "Ada", "Bea")


def a_trial() -> Trial:
    records: list[tuple[int, Record]] = [
        (0, an_alert()),
        (0, a_run(SEND, CALL, TELL)),
        (0, SENT),
        (1, said(1, ReceiptStatus.READ)),
        (1, a_task(TaskState.READ, 1)),
        (2, said(2, ReceiptStatus.ACCEPTED)),
        (2, ACCEPTED),
        (3, a_run(SEND, begun("call", StepState.DONE, 0, 3), TELL)),
        (3, TICKED),
        (4, by_hand(TaskState.SENT, 4)),
        (4, CREATED),
        (5, by_hand(TaskState.CANCELLED, 5)),
        (5, CANCELLED),
        (6, said(3, ReceiptStatus.DONE)),
        (6, DONE),
        (6, WAITS),
        (6, a_run(*DONE_STEPS[:2], begun("tell", StepState.DUE, 6))),
        (7, a_command(CommandState.AWAITING_CONFIRMATION, "Ada")),
        (7, FIRST_YES),
        (8, LEFT),
        (8, SECOND_YES),
        (9, RAN),
        (9, a_command(CommandState.CONFIRMED, "Ada", "Bea")),
    ]
    told = tuple(
        Told(id=one.action.id, ask=one.action.ask, accepted=True)
        for one in (CREATED, CANCELLED, TICKED, FIRST_YES, SECOND_YES)
    )
    receipts = (ReceiptStatus.READ, ReceiptStatus.ACCEPTED, ReceiptStatus.DONE)
    notes = tuple(noted(seq, status) for seq, status in enumerate(receipts, start=1))
    return Trial(records=tuple(records), told=told, said=notes)


def test_a_good_trial_has_no_fault_and_is_counted() -> None:
    account = a_trial().account()

    assert account.faults == ()
    assert (account.tasks, account.by_hand, account.done, account.offers) == (2, 1, 1, 2)
    assert (account.receipts, account.runs, account.started) == (3, 1, 0)
    assert (account.waited, account.yeses, account.by_radio) == (2, 2, 0)


def without(trial: Trial, *records: Record) -> Trial:
    return replace(trial, records=tuple(one for one in trial.records if one[1] not in records))


def added(trial: Trial, at_s: int, *records: Record) -> Trial:
    return replace(trial, records=(*trial.records, *((at_s, one) for one in records)))


def replaced(trial: Trial, old: Record, new: Record) -> Trial:
    records = tuple((s, new if one == old else one) for s, one in trial.records)
    return replace(trial, records=records)


TWICE = replace(DONE, id=OTHER, number=3)
PROMISED = Told(id=OTHER, ask=CreateTask(text="Look there"), accepted=True)
PLAYED = Told(id=OTHER, ask=StartPlaybook(playbook="attend", reason="by hand"), accepted=True)


@pytest.mark.parametrize(
    ("wanted", "spoil"),
    [
        (
            "a task was promised",
            lambda one: replace(one, told=(*one.told, PROMISED)),
        ),
        ("asked for by nobody", lambda one: without(one, CREATED)),
        ("send of run", lambda one: added(one, 9, TWICE)),
        ("is of step", lambda one: added(one, 9, replace(TWICE, step="other"))),
        ("is the number of 2 tasks", lambda one: added(one, 9, replace(TWICE, number=1))),
        ("was done and is sent", lambda one: added(one, 9, SENT)),
        (
            "from team-01, accepted, to None, waiting",
            lambda one: replaced(one, DONE, a_task(TaskState.WAITING, 6, team=None)),
        ),
        (
            "from team-01, read, to team-02, sent",
            lambda one: replaced(one, ACCEPTED, a_task(TaskState.SENT, 2, team=BRAVO)),
        ),
        ("is accepted at the end", lambda one: without(one, DONE)),
        ("cancelled by nobody", lambda one: without(one, CANCELLED)),
        (
            "cancelled and is sent",
            lambda one: without(one, by_hand(TaskState.CANCELLED, 5)),
        ),
        ("still shown", lambda one: replace(one, shown=(ALERT, TASK))),
        ("are not shown", lambda one: replace(one, shown=())),
        ("in the journal 0 times", lambda one: without(one, said(1, ReceiptStatus.READ))),
        ("in the journal 2 times", lambda one: added(one, 9, said(1, ReceiptStatus.READ))),
        ("which is none", lambda one: added(one, 9, said(9, ReceiptStatus.READ, OTHER))),
        ("ACCEPTED of team-01 changed nothing", lambda one: without(one, ACCEPTED)),
        ("DONE of team-01 changed nothing", lambda one: without(one, DONE)),
        (
            "ACCEPTED of team-01 changed nothing",
            lambda one: replaced(one, ACCEPTED, replace(ACCEPTED, changed_us=AT_US)),
        ),
        (
            "DECLINED of team-02 changed nothing",
            lambda one: replace(
                one,
                records=(
                    *one.records[:10],
                    (4, said(1, ReceiptStatus.DECLINED, BY_HAND, BRAVO, OTHER)),
                    *one.records[10:],
                ),
            ),
        ),
        ("began its playbook 0 times", lambda one: added(one, 9, an_alert(id=OTHER, number=2))),
        ("began its playbook 2 times", lambda one: added(one, 9, replace(RAN, id=OTHER))),
        (
            "a playbook was promised",
            lambda one: replace(one, told=(*one.told, PLAYED)),
        ),
        (
            "was begun by nobody",
            lambda one: added(one, 9, replace(RAN, id=STARTED, alert=None)),
        ),
        ("is running at the end", lambda one: without(one, RAN)),
        (
            "from done back to due",
            lambda one: added(one, 9, a_run(DONE_STEPS[0], CALL, DONE_STEPS[2])),
        ),
        (
            "began 2 times",
            lambda one: replaced(
                one, RAN, replace(RAN, steps=(begun("send", StepState.DONE, 1), *RAN.steps[1:]))
            ),
        ),
        ("and was not ticked", lambda one: without(one, TICKED)),
        (
            "and was ticked",
            lambda one: replaced(one, RAN, replace(RAN, steps=(RAN.steps[0], CALL, RAN.steps[2]))),
        ),
        ("and ['Ada'] gave it", lambda one: without(one, SECOND_YES)),
        (
            "gave it",
            lambda one: added(one, 9, a_command(CommandState.CONFIRMED, "Ada")),
        ),
        ("tell of run", lambda one: added(one, 9, a_command(CommandState.CANCELLED, id=OTHER))),
        (
            "left with 1 of 2 yes",
            lambda one: replaced(one, LEFT, a_command(CommandState.SENT, "Ada")),
        ),
        (
            "before its time",
            lambda one: replaced(
                one,
                RAN,
                replace(RAN, steps=(*RAN.steps[:2], begun("tell", StepState.DONE, 5))),
            ),
        ),
    ],
)
def test_whatever_is_lost_doubled_or_goes_back_is_found(
    wanted: str, spoil: Callable[[Trial], Trial]
) -> None:
    faults = spoil(a_trial()).account().faults

    assert any(wanted in fault for fault in faults), faults


def test_a_task_goes_on_to_the_next_when_one_says_no_or_the_time_is_over() -> None:
    late_us = AT_US + 5 * SECOND_US
    with_alpha = by_hand(TaskState.SENT, 4, team=ALPHA, declined=(BRAVO,), answer_due_us=late_us)
    unanswered = replace(with_alpha, state=TaskState.UNANSWERED, team=None, changed_us=late_us)
    trial = a_trial()
    before = trial.records.index((5, by_hand(TaskState.CANCELLED, 5)))
    more = (
        (4, said(1, ReceiptStatus.DECLINED, BY_HAND, BRAVO, OTHER)),
        (4, with_alpha),
        (5, unanswered),
    )

    records = (*trial.records[:before], *more, *trial.records[before:])
    account = replace(trial, records=records).account()

    assert account.faults == ()


def test_a_step_whose_task_somebody_withdrew_is_skipped_and_no_other_is() -> None:
    skipped = replace(RAN, steps=(begun("send", StepState.SKIPPED, 0, 6), *RAN.steps[1:]))
    withdrawn = asked(OTHER, CancelTask(task=TASK, reason="not wanted"))
    trial = without(replaced(a_trial(), RAN, skipped), said(3, ReceiptStatus.DONE))
    trial = replaced(replace(trial, said=trial.said[:2]), DONE, a_task(TaskState.CANCELLED, 6))
    trial = replace(
        trial,
        records=tuple(
            (s, replace(one, steps=(SEND, *one.steps[1:])))
            if isinstance(one, RunRecord) and one.steps[0] == DONE_STEPS[0]
            else (s, one)
            for s, one in trial.records
        ),
    )

    assert added(trial, 9, withdrawn).account().faults == ()
    assert any("is completed at the end" in fault for fault in trial.account().faults)


def test_a_playbook_by_hand_and_a_task_of_a_closed_alert_are_in_order() -> None:
    start = asked(PLAY, StartPlaybook(playbook="other", reason="by hand"))
    run = a_run(begun("call", StepState.DONE, 0, 1), id=STARTED, alert=None, playbook="other")
    create = asked(OTHER, CreateTask(text="Look there", alert=ALERT))
    task = derived_id(OTHER, "task")
    withdrawn = by_hand(TaskState.CANCELLED, 9, id=task, number=4, alert=ALERT)
    closed = an_alert(state=AlertState.CLOSED)
    trial = replace(a_trial(), shown=())

    account = added(trial, 9, start, run, create, closed, withdrawn).account()

    assert account.faults == ()
    assert (account.started, account.by_hand) == (1, 2)
