"""Which team is asked next, by what channel, and in what words. Pure."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.response.task import Move, TaskRecord, after
from hub.core.response.team import Occupied, Suited, Teams
from hub.core.rules.taint import Taint, taint_of
from hub.core.rules.wording import line
from hub.core.site import Place
from wire.ids import derived_id
from wire.labels import Channel, Priority, TaskState
from wire.quantities import SECOND_US, DurationUs, Identifier, Instant, Line, Text, Ulid
from wire.work import EastNorth, NoticeView, TaskView

# Somebody has to take up the handset, call, and hear an answer.
RADIO_US: Final = 60 * SECOND_US
# Nobody who walks to it is there at the very second; people stand in the way.
ARRIVE_MIN_US: Final = 120 * SECOND_US
ARRIVE_FACTOR: Final = 2.0
TEXT_MAX: Final = 2_000


class Wish(Struct, frozen=True, kw_only=True):
    """What somebody wants a team to do."""

    id: Ulid
    text: Text
    priority: Priority
    alert: AlertRecord | None = None
    run: Ulid | None = None
    step: Identifier | None = None
    begun_us: Instant
    skills: tuple[Identifier, ...] = ()
    place: Place | None = None
    wanted: Identifier | None = None
    accept_us: DurationUs
    asked_by: Line
    exercise: bool = False


def created(wish: Wish, number: int, taint: Taint, now_us: Instant) -> TaskRecord:
    """Return a task that nobody was asked to do yet. Of a drill or a simulation it says so."""
    return TaskRecord(
        id=wish.id,
        number=number,
        text=marked(wish.text, taint),
        state=TaskState.WAITING,
        priority=wish.priority,
        alert=None if wish.alert is None else wish.alert.id,
        summary=None if wish.alert is None else wish.alert.summary,
        run=wish.run,
        step=wish.step,
        begun_us=wish.begun_us,
        skills=wish.skills,
        place=wish.place,
        wanted=wish.wanted,
        accept_us=wish.accept_us,
        asked_by=wish.asked_by,
        created_us=now_us,
        changed_us=now_us,
        answer_due_us=now_us + wish.accept_us,
        simulated=taint.simulated,
        exercise=taint.exercise,
    )


def marked(text: Text, taint: Taint) -> Text:
    """Return a text that nobody can take for a real one where it is not."""
    mark = "EXERCISE: " * taint.exercise + "SIMULATION: " * taint.simulated
    return (mark + text)[:TEXT_MAX]


# --- Who is next --------------------------------------------------------------------------------


def offered(task: TaskRecord, teams: Teams, tasks: Occupied, now_us: Instant) -> TaskRecord | None:
    """Return the task as it is offered to whoever is next; None where nobody is to be asked now.

    First every team by its phone, the soonest there first; then, in the same order, those with a
    call sign by radio: the control room is told to call them.
    """
    suited = list(_suited(task, teams, now_us))
    for one in suited:
        name = one.team.id
        is_untried = name not in task.tried
        if is_untried and teams.is_free(name, tasks, now_us, is_drill=task.exercise):
            return _asked(task, one, Channel.APP, now_us)
    for one in suited:
        is_callable = one.team.call_sign is not None and one.team.id not in task.called
        if is_callable and tasks.of_team(one.team.id, with_drills=task.exercise) is None:
            return _asked(task, one, Channel.RADIO, now_us)
    return None


def awaits_a_team(task: TaskRecord, teams: Teams, tasks: Occupied, now_us: Instant) -> bool:
    """Return whether a team that was not asked yet is only busy: it is asked once it is free."""
    return any(
        one.team.id not in (*task.tried, *task.called)
        and tasks.of_team(one.team.id, with_drills=task.exercise) is not None
        for one in _suited(task, teams, now_us)
    )


def _suited(task: TaskRecord, teams: Teams, now_us: Instant) -> Iterator[Suited]:
    among = None if task.wanted is None else (task.wanted,)
    suited = teams.suited(task.place, task.skills, taint_of(task), now_us, among=among)
    return (one for one in suited if one.team.id not in task.declined)


def _asked(task: TaskRecord, one: Suited, channel: Channel, now_us: Instant) -> TaskRecord:
    team = one.team.id
    is_radio = channel is Channel.RADIO
    wait_us = max(task.accept_us, RADIO_US) if is_radio else task.accept_us
    return replace(
        task,
        state=after(task.state, Move.OFFER),
        team=team,
        channel=channel,
        distance_m=one.distance_m,
        tried=task.tried if is_radio else (*task.tried, team),
        called=(*task.called, team) if is_radio else task.called,
        changed_us=now_us,
        answer_due_us=now_us + wait_us,
        told=is_radio,
    )


def arrive_us(task: TaskRecord, team: Identifier, teams: Teams, now_us: Instant) -> Instant:
    """Return by when whoever has taken a task ought to be there."""
    distance_m = teams.distance_m(team, task.place, now_us)
    plan = teams.plans.get(team)
    if distance_m is None or plan is None:
        return now_us + ARRIVE_MIN_US
    way_us = round(ARRIVE_FACTOR * distance_m / plan.speed_mps * SECOND_US)
    return now_us + max(ARRIVE_MIN_US, way_us)


# --- What people read ---------------------------------------------------------------------------


def notice(task: TaskRecord, text: str) -> NoticeView:
    """Return what the control room must know of a task now."""
    mark = marked("", taint_of(task))
    return NoticeView(
        id=task_notice_id(task),
        at_us=task.changed_us,
        role="operator",
        text=line(f"{mark}T-{task.number}: {text}"),
        alert=task.alert,
        run=task.run,
    )


def task_notice_id(task: TaskRecord) -> Ulid:
    """Return the same id for the same news, however often it is told."""
    return derived_id(task.id, str(task.changed_us), task.state)


def standing(task: TaskRecord, teams: Teams) -> NoticeView | None:
    """Return what the control room must do about a task as it stands; None: nothing."""
    if not task.told:
        return None
    if task.state is TaskState.SENT and task.team is not None:
        plan = teams.plans.get(task.team)
        sign = task.team if plan is None else plan.call_sign or plan.name
        return notice(task, f"call {sign} by radio, and say here what they answer")
    if task.state is TaskState.ACCEPTED and task.team is not None:
        return notice(task, f"{teams.name(task.team)} took it and is not there: ask them")
    if task.state is TaskState.WAITING:
        return notice(task, "every suitable team is busy: end one of their tasks, or send somebody")
    if task.state is TaskState.UNANSWERED:
        return notice(task, "nobody took it: reach a team yourself")
    return None


def task_view(task: TaskRecord) -> TaskView:
    """Return a task as operators see it."""
    place = task.place
    return TaskView(
        id=task.id,
        number=task.number,
        text=task.text,
        state=task.state,
        team=task.team,
        channel=task.channel,
        tried=tuple(dict.fromkeys((*task.tried, *task.called))),
        alert=task.alert,
        at=None
        if place is None
        else EastNorth(east_m=round(place[0], 2), north_m=round(place[1], 2)),
        distance_m=task.distance_m,
        asked_by=task.asked_by,
        created_us=task.created_us,
        changed_us=task.changed_us,
        answer_due_us=task.answer_due_us,
        note=task.note,
        simulated=task.simulated,
        exercise=task.exercise,
    )
