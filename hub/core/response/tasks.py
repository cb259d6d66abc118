"""Field tasks: who is asked, who takes them, and when the control room must step in itself."""

from collections import deque
from collections.abc import Mapping
from typing import Final, assert_never

from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.refusal import Refusal
from hub.core.alerts.roles import refusal_of as role_refusal_of
from hub.core.response.asking import asked_of, refusal_to_answer, refusal_to_ask
from hub.core.response.offering import (
    Wish,
    arrive_us,
    awaits_a_team,
    created,
    offered,
    standing,
    task_view,
)
from hub.core.response.runs import WantTask
from hub.core.response.task import (
    ASKED,
    OVER,
    SAID,
    TAKEN,
    UNTAKEN,
    Move,
    TaskRecord,
    after,
    answers,
    can,
    words,
)
from hub.core.response.team import Teams
from hub.core.rules.taint import Taint, taint_of
from hub.core.rules.wording import line
from wire.actions import AnswerTask, CancelTask, CreateTask, OperatorAction
from wire.ids import derived_id
from wire.labels import AlertState, Channel, Priority, ReceiptStatus, Role, TaskState
from wire.messages import Receipt
from wire.quantities import SECOND_US, Identifier, Instant, Line, Ulid
from wire.work import NoticeView, TaskView

# A team that a person sends has as long to answer as a playbook's.
ACCEPT_US: Final = 30 * SECOND_US
# How often a task that nobody has looks for a team that has become free.
LOOK_AGAIN_US: Final = SECOND_US
# Whoever let it pass is asked again after this: what they were at may be over.
ROUND_US: Final = 300 * SECOND_US
# Late receipts find their task, and people read its end, this long.
KEEP_US: Final = 600 * SECOND_US
NOTICES_MAX: Final = 1_000


class Tasks:
    """The field tasks of a site. What it returns has changed and must be kept, told and shown."""

    def __init__(self, teams: Teams) -> None:
        self._teams = teams
        self._tasks: dict[Ulid, TaskRecord] = {}
        self._notices: deque[NoticeView] = deque(maxlen=NOTICES_MAX)
        self._looked_us: Instant = 0
        self._number = 0

    # --- What there is --------------------------------------------------------------------------

    @property
    def open(self) -> Mapping[Ulid, TaskRecord]:
        """The tasks of which something is still to come."""
        return {one.id: one for one in self._tasks.values() if one.state not in OVER}

    @property
    def all(self) -> Mapping[Ulid, TaskRecord]:
        """Every open task, and every other until ten minutes after its end."""
        return self._tasks

    def of_team(self, team: Identifier, *, with_drills: bool = True) -> Ulid | None:
        """Return the task that a team is on, or is asked to take."""
        for task in self._tasks.values():
            is_on = task.team == team and task.state in (*ASKED, *TAKEN)
            if is_on and (with_drills or not task.exercise):
                return task.id
        return None

    def view(self, task: TaskRecord) -> TaskView:
        """Return a task as operators see it."""
        return task_view(task)

    def notices(self, now_us: Instant) -> list[NoticeView]:
        """Return what the control room must be told, once; `now_us` is when it is taken."""
        told = [one for one in self._notices if one.at_us <= now_us]
        self._notices.clear()
        return told

    # --- Asking ---------------------------------------------------------------------------------

    def create(self, want: WantTask, now_us: Instant) -> list[TaskRecord]:
        """Ask for what a step of a playbook wants; what it has asked for before is that."""
        step, alert = want.step, want.alert
        tasks = []
        for place in range(step.teams):
            identity = derived_id(want.run, step.id, str(want.begun_us), str(place))
            wish = Wish(
                id=identity,
                text=step.order,
                priority=Priority.HIGH if alert is None else alert.priority,
                alert=alert,
                run=want.run,
                step=step.id,
                begun_us=want.begun_us,
                skills=step.skills,
                place=step.place or (None if alert is None else alert.place),
                accept_us=round(step.accept_within_s * SECOND_US),
                asked_by=want.by,
                exercise=want.exercise,
            )
            tasks.append(self._tasks.get(identity) or self._ask(wish, now_us))
        return tasks

    def act(
        self, action: OperatorAction, alerts: Mapping[Ulid, AlertRecord], now_us: Instant
    ) -> list[TaskRecord] | Refusal:
        """Do what a person asks of a task, or say why not."""
        ask = action.ask
        assert isinstance(ask, CreateTask | CancelTask | AnswerTask)
        if (refusal := role_refusal_of(action)) is not None:
            return refusal
        match ask:
            case CreateTask():
                return self._create(ask, action, alerts, now_us)
            case CancelTask():
                return self._cancel(ask, action.operator, now_us)
            case AnswerTask():
                return self._answered(ask, action, now_us)
            case _:  # pragma: no cover
                assert_never(ask)

    def _create(
        self,
        ask: CreateTask,
        action: OperatorAction,
        alerts: Mapping[Ulid, AlertRecord],
        now_us: Instant,
    ) -> list[TaskRecord] | Refusal:
        identity = derived_id(action.id, "task")
        if identity in self._tasks:
            return []
        alert = None if ask.alert is None else alerts.get(ask.alert)
        refusal = refusal_to_ask(ask, alert, self._teams, len(self.open))
        if refusal is not None:
            return Refusal(reason=refusal)
        place = None if alert is None else alert.place
        if ask.east_m is not None and ask.north_m is not None:
            place = (ask.east_m, ask.north_m)
        wish = Wish(
            id=identity,
            text=ask.text,
            priority=Priority.MEDIUM if alert is None else alert.priority,
            alert=alert,
            begun_us=now_us,
            skills=ask.skills,
            place=place,
            wanted=ask.team,
            accept_us=ACCEPT_US,
            asked_by=action.operator,
            exercise=ask.exercise,
        )
        return [self._ask(wish, now_us)]

    def _ask(self, wish: Wish, now_us: Instant) -> TaskRecord:
        """Keep a new task, and offer it to the first who may take it."""
        self._number += 1
        task = created(wish, self._number, self._taint(wish), now_us)
        return self._seek(task, now_us)

    def _taint(self, wish: Wish) -> Taint:
        """Return what a task is made of. Who is only simulated is only simulated to come."""
        if wish.alert is not None:
            return taint_of(wish.alert)
        able = [
            name
            for name, plan in self._teams.plans.items()
            if set(wish.skills) <= set(plan.skills) and wish.wanted in (None, name)
        ]
        heard = [name for name in able if self._teams.is_heard(name)]
        is_play = bool(heard) and all(self._teams.taint(name).simulated for name in heard)
        return Taint(simulated=is_play, exercise=wish.exercise)

    # --- Answers --------------------------------------------------------------------------------

    def objection(self, receipt: Receipt) -> Refusal | None:
        """Return why a receipt cannot be what its sender says, for the health screen."""
        task = self._tasks.get(receipt.task)
        if task is None:
            return None  # Long over, or of a hub before this one.
        if receipt.sender not in asked_of(task):
            return Refusal(reason=f"{receipt.sender} answers a task that it was never asked to do")
        if receipt.simulated and not task.simulated:
            return Refusal(reason=f"{receipt.sender} simulates the answer to a real task")
        if receipt.exercise and not task.exercise:
            return Refusal(reason=f"{receipt.sender} answers a real task in an exercise")
        return None

    def receipt(self, receipt: Receipt, now_us: Instant) -> list[TaskRecord]:
        """Take a team's answer from its phone. What changes nothing is no news."""
        self._teams.heard(receipt, now_us)
        task = self._tasks.get(receipt.task)
        if task is None or self.objection(receipt) is not None:
            return []
        answer = self._said(task, receipt.sender, receipt.status, now_us, channel=Channel.APP)
        return [] if isinstance(answer, Refusal) else [answer]

    def _answered(
        self, ask: AnswerTask, action: OperatorAction, now_us: Instant
    ) -> list[TaskRecord] | Refusal:
        """Take an answer from a team's own page, or by radio through the control room."""
        task = self._tasks.get(ask.task)
        if task is None or task.state in OVER:
            what = "there is no such task" if task is None else f"it is {words(task.state)}"
            return Refusal(reason=f"{what}; allowed: nothing")
        is_field = action.role is Role.FIELD
        team = action.team if is_field else ask.team or task.team
        refusal = refusal_to_answer(task, team, self._teams, is_field=is_field)
        if refusal is not None or team is None:
            return Refusal(reason=refusal or "say which team answers")
        channel = Channel.APP if is_field else Channel.RADIO
        note = None if ask.text is None else line(f"{action.operator}: {ask.text}")
        answer = self._said(task, team, ask.status, now_us, channel=channel, note=note)
        return answer if isinstance(answer, Refusal) else [answer]

    def _said(
        self,
        task: TaskRecord,
        team: Identifier,
        status: ReceiptStatus,
        now_us: Instant,
        *,
        channel: Channel,
        note: Line | None = None,
    ) -> TaskRecord | Refusal:
        """Make of a task what a team says of it. Who takes it first has it."""
        move, number = SAID[status], f"T-{task.number}"
        is_theirs = task.team == team
        # A no counts all the same: whoever has it may give it up again.
        if not is_theirs and task.state in TAKEN and move is not Move.DECLINE:
            return Refusal(reason=f"{self._teams.name(task.team or team)} has {number}")
        if not is_theirs and move in (Move.RECEIVE, Move.READ):
            return Refusal(reason=f"{number} has gone to somebody else")
        if move is Move.DECLINE:
            return self._declined(task, team, note, now_us)
        if not can(task.state, move):
            may = answers(task.state)
            return Refusal(reason=f"{number} is {words(task.state)}; allowed: {may}")
        state = after(task.state, move)
        task = replace(task, state=state, changed_us=now_us, note=note or task.note)
        if state not in (*TAKEN, TaskState.DONE):
            return self._keep(task)
        due_us = arrive_us(task, team, self._teams, now_us) if move is Move.ACCEPT else None
        channel = task.channel if is_theirs and channel is Channel.APP else channel
        return self._keep(
            replace(task, team=team, channel=channel, answer_due_us=due_us, told=False)
        )

    def _declined(
        self, task: TaskRecord, team: Identifier, note: Line | None, now_us: Instant
    ) -> TaskRecord | Refusal:
        """Ask no more of whoever said no; where they had it, it goes to the next."""
        if team in task.declined:
            return Refusal(reason=f"{self._teams.name(team)} has said no to T-{task.number}")
        said = note or line(f"{self._teams.name(team)} said no")
        task = replace(task, declined=(*task.declined, team), changed_us=now_us, note=said)
        if task.team != team or not can(task.state, Move.DECLINE):
            return self._keep(task)
        return self._seek(_given_up(task, Move.DECLINE, now_us), now_us)

    def _cancel(
        self, ask: CancelTask, operator: Line, now_us: Instant
    ) -> list[TaskRecord] | Refusal:
        task = self._tasks.get(ask.task)
        if task is None or task.state in OVER:
            what = "there is no such task" if task is None else f"it is {words(task.state)}"
            return Refusal(reason=f"{what}; allowed: ask for another")
        return [self._cancelled(task, line(f"{operator}: {ask.reason}"), now_us)]

    def _cancelled(self, task: TaskRecord, note: Line, now_us: Instant) -> TaskRecord:
        state = after(task.state, Move.CANCEL)
        return self._keep(
            replace(task, state=state, changed_us=now_us, answer_due_us=None, told=False, note=note)
        )

    def end(self, alert: AlertRecord, now_us: Instant) -> list[TaskRecord]:
        """Withdraw what nobody has taken of a closed alert; who is on the way says when it is done.

        Any other alert ends nothing.
        """
        if alert.state is not AlertState.CLOSED:
            return []
        mine = [
            task
            for task in self.open.values()
            if task.alert == alert.id and task.state not in TAKEN
        ]
        return [self._cancelled(task, "the alert closed", now_us) for task in mine]

    # --- Time -----------------------------------------------------------------------------------

    @property
    def next_wake_us(self) -> Instant | None:
        """When time alone changes something next."""
        return min((self._due_us(task) for task in self._tasks.values()), default=None)

    def wake(self, now_us: Instant) -> list[TaskRecord]:
        """Do what is due: ask the next, tell the control room, forget what is long over."""
        changed: list[TaskRecord] = []
        for task in tuple(self._tasks.values()):
            if now_us < self._due_us(task):
                continue
            if task.state in OVER:
                del self._tasks[task.id]
                continue
            after_all = self._overdue(task, now_us)
            if after_all is not None:
                changed.append(after_all)
        if now_us >= self._looked_us + LOOK_AGAIN_US:
            self._looked_us = now_us
        return changed

    def restore(self, record: TaskRecord) -> None:
        """Take back a task after a restart; of one that is over only its number is not used again.

        What the control room had to do about it is told once more: the room may have a new page.
        """
        self._number = max(self._number, record.number)
        if record.state in OVER:
            return
        self._tasks[record.id] = record
        self._tell(record)

    def _due_us(self, task: TaskRecord) -> Instant:
        """Return when time alone changes a task next."""
        look_us = self._looked_us + LOOK_AGAIN_US
        if task.state in OVER:
            return task.changed_us + KEEP_US
        if task.state in UNTAKEN:
            return look_us if task.answer_due_us is None else min(task.answer_due_us, look_us)
        # Of one that is on the scene nothing is due: it is looked at, and left alone.
        return (
            max(look_us, task.changed_us + KEEP_US)
            if task.answer_due_us is None
            else (task.answer_due_us)
        )

    def _overdue(self, task: TaskRecord, now_us: Instant) -> TaskRecord | None:
        """Do what is due for one open task; None where that is nothing."""
        is_due = task.answer_due_us is not None and now_us >= task.answer_due_us
        if task.state in UNTAKEN:
            return self._look(task, now_us, is_due=is_due)
        if not is_due or task.state is TaskState.ON_SCENE:
            return None
        if task.state is TaskState.ACCEPTED:
            return self._keep(_worrying(task, now_us))
        return self._seek(_given_up(task, Move.PASS, now_us), now_us)

    def _look(self, task: TaskRecord, now_us: Instant, *, is_due: bool) -> TaskRecord | None:
        """Look for somebody for a task that nobody has."""
        if is_due and task.state is TaskState.UNANSWERED:
            task = replace(task, tried=(), called=(), rounds=task.rounds + 1)
            return self._seek(task, now_us)
        found = offered(task, self._teams, self, now_us)
        if found is not None:
            return self._keep(found)
        if task.state is TaskState.UNANSWERED:
            return None
        if not awaits_a_team(task, self._teams, self, now_us):
            return self._lapsed(task, now_us)
        return self._keep(_worrying(task, now_us)) if is_due else None

    # --- Records --------------------------------------------------------------------------------

    def _seek(self, task: TaskRecord, now_us: Instant) -> TaskRecord:
        """Offer a task that nobody has to the next; wait for whoever is busy; else it lapses."""
        # First, so that whoever has just let it pass does not count as busy with it.
        self._tasks[task.id] = task
        found = offered(task, self._teams, self, now_us)
        if found is not None:
            return self._keep(found)
        if task.state is TaskState.WAITING and awaits_a_team(task, self._teams, self, now_us):
            return self._keep(replace(task, answer_due_us=now_us + task.accept_us))
        return self._lapsed(task, now_us)

    def _lapsed(self, task: TaskRecord, now_us: Instant) -> TaskRecord:
        """Tell the control room that nobody takes a task. It is offered anew after a while."""
        is_first = task.state is TaskState.WAITING
        return self._keep(
            replace(
                task,
                state=after(task.state, Move.LAPSE) if is_first else task.state,
                team=None,
                changed_us=now_us,
                answer_due_us=now_us + ROUND_US,
                told=True,
            )
        )

    def _keep(self, task: TaskRecord) -> TaskRecord:
        self._tasks[task.id] = task
        self._tell(task)
        return task

    def _tell(self, task: TaskRecord) -> None:
        told = standing(task, self._teams)
        if told is not None:
            self._notices.append(told)


def _given_up(task: TaskRecord, move: Move, now_us: Instant) -> TaskRecord:
    """Return a task that its team does not do."""
    state = after(task.state, move)
    return replace(task, state=state, team=None, distance_m=None, changed_us=now_us, told=False)


def _worrying(task: TaskRecord, now_us: Instant) -> TaskRecord:
    """Return a task that the control room must look at; it is told once."""
    return replace(task, answer_due_us=None, told=True, changed_us=now_us)
