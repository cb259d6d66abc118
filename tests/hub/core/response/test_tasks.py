from field_world import (
    ALPHA,
    BRAVO,
    MEDIC,
    SECOND,
    SEND,
    START,
    a_receipt,
    a_site,
    a_want,
    an_action,
    an_alert,
    keep_awake,
    some_tasks,
    some_teams,
)
from msgspec.structs import replace

from hub.core.alerts.refusal import Refusal
from hub.core.response.offering import ARRIVE_MIN_US, RADIO_US
from hub.core.response.task import TaskRecord
from hub.core.response.tasks import ACCEPT_US, KEEP_US, ROUND_US, Tasks
from hub.core.response.team import Teams
from wire.actions import AnswerTask, CancelTask, CreateTask
from wire.ids import ulid
from wire.labels import AlertState, Channel, Priority, ReceiptStatus, Role, TaskState

THERE = (0.0, 0.0)
OLD = ulid(START, b"long gone ")


def the(records: object) -> TaskRecord:
    assert not isinstance(records, Refusal), records
    assert isinstance(records, list)
    (task,) = records
    assert isinstance(task, TaskRecord)
    return task


def why_not(answer: object) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.reason


def said(tasks: Tasks, team: str, status: ReceiptStatus, at_us: int = START) -> TaskRecord:
    (task,) = tasks.open
    return the(tasks.receipt(a_receipt(team, task, status, at_us), at_us))


def passed(tasks: Tasks, teams: Teams, at_us: int, **taint: bool) -> TaskRecord:
    keep_awake(teams, at_us, **taint)
    return the(tasks.wake(at_us))


def answered(
    tasks: Tasks, task: TaskRecord, status: ReceiptStatus, **more: object
) -> TaskRecord | Refusal:
    at_us = int(more.pop("at_us", START))  # type: ignore[call-overload]  # A number.
    team = more.pop("team", None)
    ask = AnswerTask(task=task.id, status=status, team=team, text=more.pop("text", None))  # type: ignore[arg-type]  # Names.
    answer = tasks.act(an_action(ask, at_us=at_us, **more), {}, at_us)  # type: ignore[arg-type]  # Roles.
    return answer if isinstance(answer, Refusal) else the(answer)


def created(tasks: Tasks, **changes: object) -> TaskRecord | Refusal:
    alert = an_alert()
    ask = CreateTask(**({"text": "Go and look"} | changes))  # type: ignore[arg-type]  # Its fields.
    answer = tasks.act(an_action(ask), {alert.id: alert}, START)
    return answer if isinstance(answer, Refusal) else the(answer)


# --- The whole way ------------------------------------------------------------------------------


def test_the_nearest_suitable_team_takes_a_task_and_does_it() -> None:
    tasks = some_tasks()

    task = the(tasks.create(a_want(an_alert()), START))
    states = [
        said(tasks, ALPHA, status, START + SECOND).state
        for status in ReceiptStatus
        if status is not ReceiptStatus.DECLINED
    ]

    assert (task.team, task.state, task.number) == (ALPHA, TaskState.SENT, 1)
    assert task.priority is Priority.CRITICAL
    assert task.place == THERE
    assert task.answer_due_us == START + 30 * SECOND
    assert [state.value for state in states] == [
        "device_receipt",
        "read",
        "accepted",
        "on_scene",
        "done",
    ]
    assert tasks.open == {}
    assert tasks.notices(START + SECOND) == []


def test_who_does_not_answer_in_time_loses_it_to_the_next_team() -> None:
    teams = some_teams()
    tasks = some_tasks(teams)
    tasks.create(a_want(an_alert()), START)

    assert tasks.wake(START + 30 * SECOND - 1) == []
    task = passed(tasks, teams, START + 30 * SECOND)

    assert (task.team, task.tried, task.channel) == (BRAVO, (ALPHA, BRAVO), Channel.APP)


def test_who_declines_loses_it_at_once_and_is_not_called_by_radio() -> None:
    teams = some_teams()
    tasks = some_tasks(teams)
    tasks.create(a_want(an_alert()), START)

    task = said(tasks, ALPHA, ReceiptStatus.DECLINED)
    radio = passed(tasks, teams, START + 30 * SECOND)
    lapsed = passed(tasks, teams, START + 30 * SECOND + RADIO_US)

    assert (task.team, task.state, task.note) == (BRAVO, TaskState.SENT, "Stewards north said no")
    assert (radio.team, radio.channel) == (BRAVO, Channel.RADIO)
    assert lapsed.state is TaskState.UNANSWERED


def test_after_every_phone_the_control_room_is_told_to_call_by_radio() -> None:
    teams = some_teams()
    tasks = some_tasks(teams)
    tasks.create(a_want(an_alert()), START)
    passed(tasks, teams, START + 30 * SECOND)
    task = passed(tasks, teams, START + 60 * SECOND)

    (notice,) = tasks.notices(START + 60 * SECOND)
    taken = answered(tasks, task, ReceiptStatus.ACCEPTED, at_us=START + 70 * SECOND)

    assert (task.team, task.channel, task.state) == (ALPHA, Channel.RADIO, TaskState.SENT)
    assert notice.role == "operator"
    assert notice.text == "T-1: call Alpha by radio, and say here what they answer"
    assert isinstance(taken, TaskRecord)
    assert (taken.team, taken.state, taken.channel) == (
        ALPHA,
        TaskState.ACCEPTED,
        Channel.RADIO,
    )


def test_what_nobody_takes_is_told_to_the_control_room_and_offered_anew() -> None:
    tasks = some_tasks(teams := some_teams())
    medic = replace(SEND, skills=("first-aid",))
    tasks.create(a_want(an_alert(), step=medic), START)

    lapsed = passed(tasks, teams, START + 30 * SECOND)
    (notice,) = tasks.notices(START + 30 * SECOND)
    assert tasks.wake(START + 40 * SECOND) == []
    again = passed(tasks, teams, START + 30 * SECOND + ROUND_US)

    assert (lapsed.state, lapsed.team) == (TaskState.UNANSWERED, None)
    assert notice.text == "T-1: nobody took it: reach a team yourself"
    assert (again.state, again.team, again.rounds) == (TaskState.SENT, MEDIC, 1)


def test_where_everybody_said_no_the_control_room_is_told_again_and_again() -> None:
    tasks = some_tasks(teams := some_teams())
    medic = replace(SEND, skills=("first-aid",))
    tasks.create(a_want(an_alert(), step=medic), START)
    said(tasks, MEDIC, ReceiptStatus.DECLINED)
    first = tasks.notices(START)

    again = passed(tasks, teams, START + ROUND_US)

    assert again.state is TaskState.UNANSWERED
    assert len(first) == len(tasks.notices(START + ROUND_US)) == 1


def test_a_task_waits_for_a_team_that_is_busy_and_the_control_room_is_told() -> None:
    site = a_site(teams=a_site().teams[:1])
    tasks = some_tasks(teams := some_teams(site=site))
    tasks.create(a_want(an_alert()), START)
    said(tasks, ALPHA, ReceiptStatus.ACCEPTED)

    waiting = the(tasks.create(a_want(an_alert(), START + 1), START))
    told = passed(tasks, teams, START + 30 * SECOND)
    (notice,) = tasks.notices(START + 30 * SECOND)
    first = next(iter(tasks.open))
    tasks.receipt(a_receipt(ALPHA, first, ReceiptStatus.DONE), START + 31 * SECOND)
    found = passed(tasks, teams, START + 31 * SECOND)

    assert waiting.state is TaskState.WAITING
    assert told.told
    assert notice.text.startswith("T-2: every suitable team is busy")
    assert (found.number, found.team, found.state) == (2, ALPHA, TaskState.SENT)
    assert tasks.of_team(ALPHA) == found.id


def test_a_waiting_task_lapses_where_the_busy_team_is_gone_from_the_plan() -> None:
    site = a_site(teams=a_site().teams[:1])
    tasks = some_tasks(teams := some_teams(site=site))
    tasks.create(a_want(an_alert()), START)
    said(tasks, ALPHA, ReceiptStatus.ACCEPTED)
    tasks.create(a_want(an_alert(), START + 1), START)

    teams.replan(a_site(teams=()))

    assert the(tasks.wake(START + 2 * SECOND)).state is TaskState.UNANSWERED


def test_several_teams_are_asked_at_once_and_asking_again_doubles_none() -> None:
    tasks = some_tasks()
    want = a_want(an_alert(), step=replace(SEND, teams=2))

    first = tasks.create(want, START)
    again = tasks.create(want, START + SECOND)

    assert [one.team for one in first] == [ALPHA, BRAVO]
    assert again == first
    assert len(tasks.all) == 2


# --- Late and strange answers -------------------------------------------------------------------


def test_a_team_that_answers_late_has_it_where_nobody_else_has_taken_it() -> None:
    tasks = some_tasks(teams := some_teams())
    tasks.create(a_want(an_alert()), START)
    passed(tasks, teams, START + 30 * SECOND)

    late = said(tasks, ALPHA, ReceiptStatus.ACCEPTED, START + 31 * SECOND)
    (task,) = tasks.open
    second = tasks.receipt(a_receipt(BRAVO, task, ReceiptStatus.ACCEPTED), START + 32 * SECOND)

    assert (late.team, late.state) == (ALPHA, TaskState.ACCEPTED)
    assert second == []


def test_a_late_no_is_remembered_and_a_late_reading_is_no_news() -> None:
    tasks = some_tasks(teams := some_teams())
    tasks.create(a_want(an_alert()), START)
    passed(tasks, teams, START + 30 * SECOND)
    (task,) = tasks.open

    read = tasks.receipt(a_receipt(ALPHA, task, ReceiptStatus.READ), START + 31 * SECOND)
    no = said(tasks, ALPHA, ReceiptStatus.DECLINED, START + 31 * SECOND)
    twice = tasks.receipt(a_receipt(ALPHA, task, ReceiptStatus.DECLINED), START + 31 * SECOND)

    assert read == twice == []
    assert (no.team, no.declined) == (BRAVO, (ALPHA,))


def test_a_no_is_remembered_while_another_team_has_it() -> None:
    tasks = some_tasks(teams := some_teams())
    tasks.create(a_want(an_alert()), START)
    passed(tasks, teams, START + 30 * SECOND)
    said(tasks, BRAVO, ReceiptStatus.ACCEPTED, START + 31 * SECOND)

    no = said(tasks, ALPHA, ReceiptStatus.DECLINED, START + 32 * SECOND)
    given_up = said(tasks, BRAVO, ReceiptStatus.DECLINED, START + 33 * SECOND)

    assert (no.team, no.state, no.declined) == (BRAVO, TaskState.ACCEPTED, (ALPHA,))
    assert given_up.declined == (ALPHA, BRAVO)
    assert given_up.team not in (ALPHA, BRAVO)


def test_a_team_may_give_up_what_it_took() -> None:
    tasks = some_tasks()
    tasks.create(a_want(an_alert()), START)
    said(tasks, ALPHA, ReceiptStatus.ACCEPTED)

    task = said(tasks, ALPHA, ReceiptStatus.DECLINED)

    assert (task.team, task.state) == (BRAVO, TaskState.SENT)


def test_a_team_that_took_it_and_does_not_come_is_told_of_once() -> None:
    tasks = some_tasks(teams := some_teams())
    tasks.create(a_want(an_alert()), START)
    said(tasks, ALPHA, ReceiptStatus.ACCEPTED)

    task = passed(tasks, teams, START + ARRIVE_MIN_US)
    (notice,) = tasks.notices(START + ARRIVE_MIN_US)

    assert task.state is TaskState.ACCEPTED
    assert notice.text == "T-1: Stewards north took it and is not there: ask them"
    assert tasks.wake(START + 10 * ARRIVE_MIN_US) == []
    assert said(tasks, ALPHA, ReceiptStatus.ON_SCENE).state is TaskState.ON_SCENE
    assert tasks.wake(START + 11 * ARRIVE_MIN_US) == []


def test_nobody_answers_for_another_and_a_simulation_not_for_what_is_real() -> None:
    tasks = some_tasks()
    task = the(tasks.create(a_want(an_alert()), START))
    stranger = a_receipt(MEDIC, task.id, ReceiptStatus.ACCEPTED)
    made_up = a_receipt(ALPHA, task.id, ReceiptStatus.ACCEPTED, simulated=True)
    drill = a_receipt(ALPHA, task.id, ReceiptStatus.ACCEPTED, exercise=True)
    old = a_receipt(ALPHA, OLD, ReceiptStatus.ACCEPTED)

    objections = [tasks.objection(one) for one in (stranger, made_up, drill)]

    assert [one.reason if one else "" for one in objections] == [
        "team-medic answers a task that it was never asked to do",
        "team-alpha simulates the answer to a real task",
        "team-alpha answers a real task in an exercise",
    ]
    assert tasks.objection(old) is None
    assert all(tasks.receipt(one, START) == [] for one in (stranger, made_up, drill, old))


# --- Simulation and exercise --------------------------------------------------------------------


def test_a_simulated_task_goes_only_to_simulated_teams_and_says_so() -> None:
    alert = an_alert(simulated=True)
    real, played = some_tasks(), some_tasks(some_teams(simulated=True))

    nobody = the(real.create(a_want(alert), START))
    somebody = the(played.create(a_want(alert), START))

    assert (nobody.state, nobody.team) == (TaskState.UNANSWERED, None)
    assert real.notices(START)[0].text.startswith("SIMULATION: T-1: nobody took it")
    assert (somebody.state, somebody.team) == (TaskState.SENT, ALPHA)
    assert somebody.text == "SIMULATION: Go and look"
    assert somebody.simulated


def test_a_real_task_goes_to_no_simulated_team() -> None:
    task = the(some_tasks(some_teams(simulated=True)).create(a_want(an_alert()), START))

    assert task.state is TaskState.UNANSWERED


def test_an_exercise_says_so_to_whoever_is_sent() -> None:
    tasks = some_tasks()

    task = the(tasks.create(a_want(an_alert(exercise=True)), START))

    assert (task.text, task.exercise) == ("EXERCISE: Go and look", True)
    assert tasks.view(task).exercise


def test_a_drill_that_a_person_begins_says_so_and_keeps_nobody_from_what_is_meant() -> None:
    site = a_site(teams=a_site().teams[:1])
    tasks = some_tasks(teams := some_teams(site=site))
    another = an_action(CreateTask(text="Again", exercise=True), at_us=START + SECOND)

    drill = created(tasks, exercise=True)
    said(tasks, ALPHA, ReceiptStatus.ACCEPTED)
    real = the(tasks.create(a_want(an_alert()), START))
    waiting = the(tasks.act(another, {}, START))

    assert isinstance(drill, TaskRecord)
    assert (drill.text, drill.exercise) == ("EXERCISE: Go and look", True)
    assert (real.team, real.state) == (ALPHA, TaskState.SENT)
    assert waiting.state is TaskState.WAITING
    (view,) = teams.views(tasks, START)
    assert view.task == real.id


def test_where_there_are_only_simulated_teams_what_a_person_asks_is_simulated() -> None:
    played = created(some_tasks(some_teams(simulated=True)), team=ALPHA)
    real = created(some_tasks())

    assert isinstance(played, TaskRecord)
    assert isinstance(real, TaskRecord)
    assert (played.simulated, played.team) == (True, ALPHA)
    assert not real.simulated


# --- People -------------------------------------------------------------------------------------


def test_a_person_sends_a_team_to_a_place() -> None:
    tasks = some_tasks()

    task = created(tasks, alert=an_alert().id, east_m=70.0, north_m=1.0, skills=("steward",))

    assert isinstance(task, TaskRecord)
    assert (task.team, task.place, task.asked_by) == (BRAVO, (70.0, 1.0), "Ann")
    assert task.answer_due_us == START + ACCEPT_US
    assert tasks.act(an_action(CreateTask(text="Go and look")), {}, START) == []  # The same id.
    view = tasks.view(task)
    assert view.at is not None
    assert (view.number, view.at.east_m, view.tried) == (1, 70.0, (BRAVO,))


def test_a_task_for_one_team_goes_to_no_other() -> None:
    tasks = some_tasks(teams := some_teams())
    created(tasks, team=BRAVO)

    radio = passed(tasks, teams, START + ACCEPT_US)
    lapsed = passed(tasks, teams, START + ACCEPT_US + RADIO_US)

    assert (radio.team, radio.channel) == (BRAVO, Channel.RADIO)
    assert lapsed.state is TaskState.UNANSWERED
    assert tasks.view(lapsed).at is None


def test_what_nobody_can_be_asked_is_refused_in_words() -> None:
    tasks = some_tasks()
    played = some_tasks(some_teams(simulated=True))

    assert "no text" in why_not(created(tasks, text="  "))
    assert "no such open alert" in why_not(created(tasks, alert=OLD))
    assert "both or neither" in why_not(created(tasks, east_m=1.0))
    assert "no exercise" in why_not(created(tasks, alert=an_alert().id, exercise=True))
    assert "no team team-x; it has: team-alpha" in why_not(created(tasks, team="team-x"))
    assert "no team with fire" in why_not(created(tasks, skills=("fire",)))
    assert "nobody would come" in why_not(created(played, team=ALPHA, alert=an_alert().id))
    action = an_action(CreateTask(text="Go"), role=Role.FIELD)
    assert "may not create task" in why_not(tasks.act(action, {}, START))


def test_two_hundred_open_tasks_are_the_end() -> None:
    tasks = some_tasks()
    for number in range(1, 201):
        assert tasks.act(an_action(CreateTask(text="Go"), at_us=START + number * 1000), {}, START)

    assert "200 tasks are open" in why_not(created(tasks))


def test_a_person_cancels_a_task_once() -> None:
    tasks = some_tasks()
    task = created(tasks)
    assert isinstance(task, TaskRecord)
    ask = an_action(CancelTask(task=task.id, reason="found him"))

    cancelled = the(tasks.act(ask, {}, START))

    assert (cancelled.state, cancelled.note) == (TaskState.CANCELLED, "Ann: found him")
    assert "it is cancelled" in why_not(tasks.act(ask, {}, START))
    assert "it is cancelled" in why_not(answered(tasks, task, ReceiptStatus.DONE))
    gone = an_action(CancelTask(task=OLD, reason="x"))
    assert "no such task" in why_not(tasks.act(gone, {}, START))


def test_a_person_of_the_field_answers_only_for_their_own_team() -> None:
    tasks = some_tasks()
    task = created(tasks)
    assert isinstance(task, TaskRecord)

    def as_team(team: str | None) -> TaskRecord | Refusal:
        action = an_action(
            AnswerTask(task=task.id, status=ReceiptStatus.ACCEPTED, team=ALPHA),
            role=Role.FIELD,
            team=team,
        )
        answer = tasks.act(action, {}, START)
        return answer if isinstance(answer, Refusal) else the(answer)

    assert "speaks for no team" in why_not(as_team(None))
    assert why_not(as_team(BRAVO)) == "T-1 is Stewards north's, and Stewards south was not asked"
    taken = as_team(ALPHA)
    assert isinstance(taken, TaskRecord)
    assert (taken.state, taken.channel) == (TaskState.ACCEPTED, Channel.APP)


def test_the_control_room_says_which_team_it_reached() -> None:
    tasks = some_tasks(some_teams(simulated=True))
    task = the(tasks.create(a_want(an_alert()), START))  # Real: nobody could be asked.

    assert "say which team" in why_not(answered(tasks, task, ReceiptStatus.ACCEPTED))
    assert "no team team-x" in why_not(answered(tasks, task, ReceiptStatus.ACCEPTED, team="team-x"))
    assert "nobody would come" in why_not(answered(tasks, task, ReceiptStatus.ACCEPTED, team=ALPHA))


def test_what_the_radio_says_is_kept_as_a_note_and_what_cannot_be_is_refused() -> None:
    tasks = some_tasks()
    task = created(tasks)
    assert isinstance(task, TaskRecord)

    taken = answered(tasks, task, ReceiptStatus.ACCEPTED, team=BRAVO, text="in two minutes")

    assert isinstance(taken, TaskRecord)
    assert (taken.team, taken.note) == (BRAVO, "Ann: in two minutes")
    again = answered(tasks, task, ReceiptStatus.ACCEPTED, team=BRAVO)
    assert why_not(again) == "T-1 is accepted; allowed: declined, on scene, done"
    other = answered(tasks, task, ReceiptStatus.DONE, team=MEDIC)
    assert why_not(other) == "Stewards south has T-1"


# --- The alert, and the journal -----------------------------------------------------------------


def test_a_closed_alert_withdraws_what_nobody_has_taken() -> None:
    tasks = some_tasks()
    alert = an_alert()
    tasks.create(a_want(alert, step=replace(SEND, teams=2)), START)
    taken = next(iter(tasks.open))
    tasks.receipt(a_receipt(ALPHA, taken, ReceiptStatus.ACCEPTED), START)

    assert tasks.end(alert, START) == []
    ended = the(tasks.end(an_alert(state=AlertState.CLOSED), START))

    assert (ended.team, ended.state, ended.note) == (
        BRAVO,
        TaskState.CANCELLED,
        "the alert closed",
    )
    assert list(tasks.open) == [taken]


def test_what_is_long_over_is_forgotten() -> None:
    tasks = some_tasks()
    tasks.create(a_want(an_alert()), START)
    said(tasks, ALPHA, ReceiptStatus.DONE)

    assert tasks.next_wake_us == START + KEEP_US
    tasks.wake(START + KEEP_US)

    assert tasks.all == {}
    assert tasks.next_wake_us is None


def test_a_restarted_hub_goes_on_and_says_again_what_people_must_do() -> None:
    teams = some_teams(simulated=True)
    before = some_tasks(teams)
    open_one = the(before.create(a_want(an_alert()), START))
    over = replace(open_one, id=OLD, number=7, state=TaskState.DONE)

    after = some_tasks(teams)
    after.restore(open_one)
    after.restore(over)

    assert after.open == before.open
    assert after.notices(START) == before.notices(START)
    assert created(after).number == 8  # type: ignore[union-attr]  # It is one.
    assert before.next_wake_us == after.next_wake_us
