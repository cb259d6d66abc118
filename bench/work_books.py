"""The books of what takes its time: tasks of field teams, and playbooks that wait for people.

Pure, like `bench/kill_books.py`: it follows the journal from its first entry to its last, and
compares it with what phones and people noted down for themselves.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct

from bench.kill_books import Told
from hub.core.alerts.alert import AlertRecord
from hub.core.effects import Accepted, Asked, Entry
from hub.core.response.command import CommandRecord
from hub.core.response.run import RunRecord, StepRecord
from hub.core.response.task import TaskRecord
from wire import codec
from wire.actions import AnswerTask, CancelTask, Confirm, CreateTask, DoStep, StartPlaybook
from wire.ids import derived_id
from wire.labels import AlertState, CommandState, ReceiptStatus, RunState, StepState, TaskState
from wire.messages import Receipt
from wire.quantities import SECOND_US

RANKS: Final = {
    TaskState.WAITING: 0,
    TaskState.UNANSWERED: 0,
    TaskState.SENT: 1,
    TaskState.DEVICE_RECEIPT: 2,
    TaskState.READ: 3,
    TaskState.ACCEPTED: 4,
    TaskState.ON_SCENE: 5,
    TaskState.DONE: 6,
    TaskState.CANCELLED: 7,
}
"""How far a task is."""
MEANS: Final = {
    ReceiptStatus.DEVICE_RECEIPT: TaskState.DEVICE_RECEIPT,
    ReceiptStatus.READ: TaskState.READ,
    ReceiptStatus.ACCEPTED: TaskState.ACCEPTED,
    ReceiptStatus.ON_SCENE: TaskState.ON_SCENE,
    ReceiptStatus.DONE: TaskState.DONE,
}
ENDED: Final = (TaskState.DONE, TaskState.CANCELLED)
TAKEN: Final = (TaskState.ACCEPTED, TaskState.ON_SCENE)
STEPS: Final = {
    StepState.WAITING: 0,
    StepState.DUE: 1,
    StepState.RUNNING: 1,
    StepState.FAILED: 1,
    StepState.DONE: 2,
    StepState.SKIPPED: 2,
}
"""How far a step is. A command waits for its yes, and what nobody took is taken after all."""


class Awaited(Struct, frozen=True, kw_only=True):
    """The playbook that waits, as the plan has it."""

    rule: str  # Whose every alert begins it.
    playbook: str
    yeses: Mapping[str, int]  # How many people each machine of it waits for.
    timer: str  # The step that begins by itself ...
    pause_s: float  # ... so long after the one before it is over.


class WorkAccount(Struct, frozen=True, kw_only=True):
    """What was asked of teams and people, and what of it was lost or doubled."""

    tasks: int
    by_hand: int
    done: int
    offers: int  # To a team; more than there are tasks where one said no, or nothing.
    by_radio: int  # Taken through the control room, because no phone did.
    receipts: int
    runs: int
    started: int  # By hand.
    waited: int  # Steps that waited for a person.
    yeses: int
    faults: tuple[str, ...]


class WorkBooks:
    """The journal of one trial, and the notes of phones and people."""

    def __init__(
        self,
        entries: Iterable[Entry],
        told: Sequence[Told],
        said: Sequence[str],
        awaited: Awaited,
        shown: Iterable[str] = (),
    ) -> None:
        """Take the journal, answers, "boot seq task status" of receipts, and what teams are shown.

        That is, the ids of alerts and tasks that stand at the broker in the end.
        """
        self._told, self._said, self._awaited = told, said, awaited
        self._shown = set(shown)
        self._tasks: dict[str, list[TaskRecord]] = {}
        self._runs: dict[str, list[RunRecord]] = {}
        self._commands: dict[str, list[CommandRecord]] = {}
        self._asked: dict[str, Asked] = {}
        self._alerts: dict[str, AlertRecord] = {}
        self._raised: list[str] = []
        self._receipts: Counter[str] = Counter()
        self._expected: dict[str, tuple[int, Receipt]] = {}
        self._strange: list[str] = []
        for entry in entries:
            if entry.key != "latest-number":
                self._enter(entry)

    def account(self) -> WorkAccount:
        """Return the whole account."""
        finders = (self._asked_for, self._of_steps, self._numbered, self._lived, self._finished)
        more = (self._kept, self._begun, self._ended, self._turned, self._confirmed)
        late = (self._left, self._timed, self._told_to_teams)
        lives = list(self._tasks.values())
        return WorkAccount(
            tasks=len(lives),
            by_hand=sum(life[0].run is None for life in lives),
            done=sum(life[-1].state is TaskState.DONE for life in lives),
            offers=sum(len(set(life[-1].tried)) for life in lives),
            by_radio=len(self._accepted(AnswerTask)),
            receipts=len(self._said),
            runs=sum(1 for _ in self._ours()),
            started=len(self._accepted(StartPlaybook)),
            waited=sum(1 for run in self._ours() for _ in _waits(run)),
            yeses=len(self._accepted(Confirm)),
            faults=(*self._strange, *(fault for find in finders + more + late for fault in find())),
        )

    def _accepted(self, kind: type) -> list[Asked]:
        return [one for one in self._asked.values() if isinstance(one.action.ask, kind)]

    def _promised(self, kind: type) -> list[Told]:
        return [one for one in self._told if one.accepted and isinstance(one.ask, kind)]

    # --- The journal ----------------------------------------------------------------------------

    def _enter(self, entry: Entry) -> None:
        match entry.record:
            case AlertRecord() as alert:
                if alert.id not in self._alerts and alert.rule == self._awaited.rule:
                    self._raised.append(alert.id)
                self._alerts[alert.id] = alert
            case TaskRecord() as task:
                self._meet(task)
                self._tasks.setdefault(task.id, []).append(task)
            case RunRecord() as run:
                self._runs.setdefault(run.id, []).append(run)
            case CommandRecord() as command:
                self._commands.setdefault(command.id, []).append(command)
            case Asked(accepted=True) as asked:
                self._asked[asked.action.id] = asked
            case Accepted(boot=boot, seq=seq) as accepted:
                message = codec.decode(accepted.topic, accepted.payload)
                if isinstance(message, Receipt):
                    self._receipts[f"{boot} {seq} {message.task} {message.status}"] += 1
                    self._expect(message, entry.at_us)
            case _:
                pass

    def _expect(self, receipt: Receipt, at_us: int) -> None:
        """Expect of a task what its team has just said of it, where that is news."""
        self._miss(receipt.task)
        life = self._tasks.get(receipt.task)
        if life is None:
            self._strange.append(f"{receipt.sender} answers task {receipt.task}, which is none")
        elif _is_news(life[-1], receipt):
            self._expected[receipt.task] = (at_us, receipt)

    def _meet(self, task: TaskRecord) -> None:
        """Compare a task as it is now with what a team has said of it just before."""
        at_us, receipt = self._expected.get(task.id, (0, None))
        if receipt is None:
            return
        is_no = receipt.status is ReceiptStatus.DECLINED
        is_met = (
            receipt.sender in task.declined
            if is_no
            else (task.team, task.state) == (receipt.sender, MEANS[receipt.status])
        )
        if is_met and task.changed_us == at_us:
            del self._expected[task.id]
        else:
            self._miss(task.id)

    def _miss(self, task: str) -> None:
        """Take note of what a team has said and what nothing came of."""
        _, receipt = self._expected.pop(task, (0, None))
        if receipt is not None:
            self._strange.append(f"{receipt.status} of {receipt.sender} changed nothing of {task}")

    # --- Tasks ----------------------------------------------------------------------------------

    def _asked_for(self) -> Iterator[str]:
        """Find tasks that were promised and are not there, or were asked for by nobody."""
        for one in self._promised(CreateTask):
            if derived_id(one.id, "task") not in self._tasks:
                yield f"a task was promised to who asked ({one.id}) and there is none"
        by_hand = {derived_id(one.action.id, "task") for one in self._accepted(CreateTask)}
        for life in self._tasks.values():
            if life[0].run is None and life[0].id not in by_hand:
                yield f"T-{life[0].number} was asked for by nobody"

    def _of_steps(self) -> Iterator[str]:
        """Find steps that have not their one task."""
        first = (life[0] for life in self._tasks.values())
        of_steps = Counter((one.run, one.step) for one in first if one.run is not None)
        for run in self._runs.values():
            for step in run[-1].steps:
                count = of_steps.pop((run[-1].id, step.step), 0)
                if step.does == "task" and count != 1:
                    yield f"step {step.step} of run {run[-1].id} has {count} tasks"
        for run_id, step_id in of_steps:
            yield f"a task is of step {step_id} of run {run_id}, which is none"

    def _numbered(self) -> Iterator[str]:
        numbers = Counter(life[0].number for life in self._tasks.values())
        yield from (f"T-{one} is the number of {n} tasks" for one, n in numbers.items() if n > 1)

    def _lived(self) -> Iterator[str]:
        """Find tasks that went back without a reason."""
        for life in self._tasks.values():
            for before, after in pairwise(life):
                fault = _went_back(before, after)
                if fault:
                    yield f"T-{before.number} {fault}"

    def _finished(self) -> Iterator[str]:
        """Find tasks that came to no end, or to one that nobody gave them."""
        cancelled = self._withdrawn()
        for life in self._tasks.values():
            task = life[-1]
            if task.state not in ENDED:
                yield f"T-{task.number} is {task.state} at the end"
            alert = self._alerts.get(task.alert or "")
            is_over = alert is not None and alert.state is AlertState.CLOSED
            if task.state is TaskState.CANCELLED and task.id not in cancelled and not is_over:
                yield f"T-{task.number} was cancelled by nobody"
            if task.state is not TaskState.CANCELLED and task.id in cancelled:
                yield f"T-{task.number} was cancelled and is {task.state}"

    def _withdrawn(self) -> set[str]:
        """Return the tasks that a person has withdrawn."""
        asks = (one.action.ask for one in self._accepted(CancelTask))
        return {ask.task for ask in asks if isinstance(ask, CancelTask)}

    def _told_to_teams(self) -> Iterator[str]:
        """Find what teams are shown and is over, and what is not over and they are not shown."""
        tasks = {life[-1].id: life[-1].state in ENDED for life in self._tasks.values()}
        alerts = {one.id: one.state is AlertState.CLOSED for one in self._alerts.values()}
        for identity, is_over in (tasks | alerts).items():
            if is_over and identity in self._shown:
                yield f"teams are still shown {identity}, which is over"
            if not is_over and identity not in self._shown:
                yield f"teams are not shown {identity}, which is open"

    def _kept(self) -> Iterator[str]:
        """Find what phones said and the journal does not have once."""
        for one in self._said:
            if self._receipts[one] != 1:
                yield f"receipt {one} is in the journal {self._receipts[one]} times"
        for task in tuple(self._expected):
            self._miss(task)
            yield self._strange[-1]

    # --- Playbooks ------------------------------------------------------------------------------

    def _begun(self) -> Iterator[str]:
        """Find playbooks that did not begin once."""
        of_alerts = Counter(
            run[0].alert.id
            for run in self._runs.values()
            if run[0].alert is not None and run[0].playbook == self._awaited.playbook
        )
        for alert in self._raised:
            if of_alerts[alert] != 1:
                yield f"alert {alert} began its playbook {of_alerts[alert]} times"
        by_hand = {derived_id(one.action.id, "run") for one in self._accepted(StartPlaybook)}
        for one in self._promised(StartPlaybook):
            if derived_id(one.id, "run") not in self._runs:
                yield f"a playbook was promised to who asked ({one.id}) and none began"
        for run in self._runs.values():
            if run[0].alert is None and run[0].id not in by_hand:
                yield f"run {run[0].id} was begun by nobody"

    def _ended(self) -> Iterator[str]:
        """Find playbooks that were not carried out to their end.

        A step is skipped where somebody withdrew its task, and for nothing else.
        """
        tasks = (life[-1] for life in self._tasks.values() if life[-1].id in self._withdrawn())
        skipped = {(task.run, task.step) for task in tasks}
        for life in self._ours():
            states = {step.step: step.state for step in life[-1].steps}
            wanted = {
                step: StepState.SKIPPED if (life[-1].id, step) in skipped else StepState.DONE
                for step in states
            }
            if life[-1].state is not RunState.COMPLETED or states != wanted:
                yield f"run {life[-1].id} is {life[-1].state} at the end: {states}"

    def _turned(self) -> Iterator[str]:
        """Find steps that went back, began twice, or were done by nobody."""
        ticked = {
            (one.action.ask.run, one.action.ask.step)
            for one in self._accepted(DoStep)
            if isinstance(one.action.ask, DoStep)
        }
        for run in self._ours():
            for life in _steps_of(run):
                name = f"step {life[0].step} of run {run[0].id}"
                for before, after in pairwise(life):
                    if STEPS[after.state] < STEPS[before.state]:
                        yield f"{name} went from {before.state} back to {after.state}"
                starts = int(life[0].begun_us is not None)
                starts += sum(_begins(before, after) for before, after in pairwise(life))
                if starts > 1:
                    yield f"{name} began {starts} times"
                is_done = life[-1].state is StepState.DONE
                is_ticked = (run[0].id, life[0].step) in ticked
                if life[0].needs == "person" and is_done is not is_ticked:
                    yield f"{name} is {life[-1].state}, and was{'' if is_ticked else ' not'} ticked"

    def _confirmed(self) -> Iterator[str]:
        """Find a yes that is lost or counts twice, and steps with more than one command."""
        yeses: dict[str, list[str]] = {}
        for one in self._accepted(Confirm):
            assert isinstance(one.action.ask, Confirm)
            yeses.setdefault(one.action.ask.command, []).append(one.action.operator)
        for command in self._commands.values():
            said, kept = sorted(yeses.get(command[-1].id, [])), sorted(command[-1].confirmed_by)
            if said != kept:
                yield f"command {command[-1].id} has the yes of {kept}, and {said} gave it"
        counts = Counter((one[0].run, one[0].step) for one in self._commands.values())
        for run in self._ours():
            for step in run[-1].steps:
                count = counts[run[0].id, step.step]
                if step.does == "command" and count != 1:
                    yield f"step {step.step} of run {run[0].id} has {count} commands"

    def _left(self) -> Iterator[str]:
        """Find commands that left without everybody's yes."""
        for life in self._commands.values():
            first = next((one for one in life if one.state is CommandState.SENT), None)
            needed = self._awaited.yeses.get(life[0].actuator, 0)
            if first is not None and len(set(first.confirmed_by)) < needed:
                yield f"command {first.id} left with {len(set(first.confirmed_by))} of {needed} yes"

    def _timed(self) -> Iterator[str]:
        """Find steps that began before their time."""
        pause_us = round(self._awaited.pause_s * SECOND_US)
        for run in self._ours():
            for before, step in pairwise(run[-1].steps):
                if step.step != self._awaited.timer or step.begun_us is None:
                    continue
                if before.over_us is None or step.begun_us - before.over_us < pause_us:
                    yield f"step {step.step} of run {run[0].id} began before its time"

    def _ours(self) -> Iterator[list[RunRecord]]:
        return (one for one in self._runs.values() if one[0].playbook == self._awaited.playbook)


def _is_news(task: TaskRecord, receipt: Receipt) -> bool:
    """Return whether what a team says changes its task."""
    if task.state in ENDED:
        return False
    is_theirs = task.team == receipt.sender
    if receipt.status is ReceiptStatus.DECLINED:
        return receipt.sender not in task.declined
    if not is_theirs:
        return task.state not in TAKEN and RANKS[MEANS[receipt.status]] >= RANKS[TAKEN[0]]
    return RANKS[MEANS[receipt.status]] > RANKS[task.state]


def _went_back(before: TaskRecord, after: TaskRecord) -> str:
    """Return how a task went back though no team gave it up and no time was over; or nothing."""
    if before.state in ENDED:
        return f"was {before.state} and is {after.state}"
    is_same = after.team == before.team and RANKS[after.state] >= RANKS[before.state]
    if is_same or before.team is None or after.state is TaskState.CANCELLED:
        return ""
    if before.team in after.declined and before.team not in before.declined:
        return ""
    where = f"went from {before.team}, {before.state}, to {after.team}, {after.state}"
    if before.state in TAKEN:
        return where
    is_due = before.answer_due_us is not None and after.changed_us >= before.answer_due_us
    return "" if is_due or RANKS[after.state] >= RANKS[TAKEN[0]] else where


def _steps_of(run: Sequence[RunRecord]) -> Iterator[tuple[StepRecord, ...]]:
    """Yield how each step of a run went."""
    return zip(*(record.steps for record in run), strict=True)


def _begins(before: StepRecord, after: StepRecord) -> bool:
    """Whether a step begins now, and is not one that had failed and goes on after all."""
    return before.begun_us != after.begun_us and before.state is not StepState.FAILED


def _waits(run: Sequence[RunRecord]) -> Iterator[StepRecord]:
    """Yield the steps of a run that waited for a person, once each."""
    for life in _steps_of(run):
        yield from [one for one in life if one.state is StepState.DUE][:1]
