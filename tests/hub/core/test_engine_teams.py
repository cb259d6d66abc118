"""A field team and its tasks, through the whole engine."""

from typing import Any

from small_square import (
    BUTTON,
    FRAME,
    MINUTE,
    SECOND,
    SITE,
    START,
    Hub,
    Voice,
    a_site,
    entries,
    published,
    published_at,
)

from hub.core.effects import Durability
from hub.core.site import ManualStep, Playbook, PostureStep, Site, TaskStep, Team
from wire import topics
from wire.actions import (
    Acknowledge,
    AnswerTask,
    CancelTask,
    Clear,
    CreateTask,
    DoStep,
    SetPosture,
    SkipStep,
    StartPlaybook,
)
from wire.labels import AlertOutcome, Posture, ReceiptStatus, Role, RunState, TaskState
from wire.messages import Cue, Position, Receipt, Report, TaskNotice, TeamPosition

ALPHA, BRAVO = "team-alpha", "team-bravo"
STEPS = (
    TaskStep(id="look", text="Send stewards", order="Go and look"),
    PostureStep(id="posture", text="Evacuate", posture=Posture.EVACUATING, zone="stage"),
    ManualStep(id="call", text="Call the fire brigade"),
)
HELP = Playbook(id="help", name="Help", rules=("panic",), steps=STEPS)


def a_square() -> Site:
    teams = (Team(id=ALPHA, name="Alpha", call_sign="A"), Team(id=BRAVO, name="Bravo"))
    return a_site(teams=teams, playbooks=(HELP,))


def at(voice: Voice, place: tuple[float, float], at_us: int, **fields: Any) -> TeamPosition:
    lat_deg, lon_deg = FRAME.to_wgs84(*place)
    where = Position(lat_deg=lat_deg, lon_deg=lon_deg, sigma_east_m=3.0, sigma_north_m=3.0)
    return voice.says(TeamPosition, at_us, position=where, **fields)


class Field:
    """A hub, and two teams that answer their phones."""

    def __init__(self, **taint: bool) -> None:
        self.hub = Hub(a_square())
        self.alpha, self.bravo = Voice(ALPHA, **taint), Voice(BRAVO, **taint)
        for voice, place in ((self.alpha, (5.0, 5.0)), (self.bravo, (60.0, 0.0))):
            self.hub.takes(voice.health(START), START)
            self.hub.takes(at(voice, place, START), START)

    def press(self, at_us: int, **fields: Any) -> None:
        self.hub.takes(Voice(BUTTON, **fields).cue(at_us), at_us)

    def answers(self, voice: Voice, task: str, status: ReceiptStatus, at_us: int) -> None:
        self.hub.takes(voice.says(Receipt, at_us, task=task, status=status), at_us)

    def notices(self) -> list[TaskNotice]:
        return published(self.hub.done, TaskNotice)

    @property
    def states(self) -> list[TaskState]:
        return [one.state for one in self.hub.engine.snapshot(Role.OPERATOR).tasks]


def test_an_alert_sends_the_nearest_team_which_answers_and_is_done() -> None:
    field = Field()
    field.press(START + SECOND)

    (notice,) = field.notices()
    assert (notice.team, notice.text, notice.state) == (ALPHA, "Go and look", TaskState.SENT)
    for status in (ReceiptStatus.ACCEPTED, ReceiptStatus.ON_SCENE, ReceiptStatus.DONE):
        field.answers(field.alpha, notice.task, status, START + 2 * SECOND)
    field.hub.lives(START + 4 * SECOND)

    assert field.states == [TaskState.DONE]
    last = [one for one in field.hub.done if getattr(one, "topic", "") == task_topic(notice)][-1]
    assert last.message is None  # type: ignore[union-attr]  # It is a Publish.
    run = field.hub.engine.snapshot(Role.OPERATOR).runs[0]
    assert [step.state.value for step in run.steps] == ["done", "done", "due"]
    postures = field.hub.engine.snapshot(Role.OPERATOR).postures
    assert [(one.id, one.posture) for one in postures] == [("stage", Posture.EVACUATING)]


def task_topic(notice: TaskNotice) -> str:
    return topics.task(SITE, notice.task)


def test_what_is_simulated_reaches_no_real_team() -> None:
    field = Field()

    field.press(START + SECOND, simulated=True)

    assert field.notices() == []
    assert field.states == [TaskState.UNANSWERED]


def test_a_simulated_team_gets_what_is_simulated_and_reads_it() -> None:
    field = Field(simulated=True)

    field.press(START + SECOND, simulated=True)

    (notice,) = field.notices()
    assert notice.text == "SIMULATION: Go and look"
    assert notice.simulated


def test_a_restarted_hub_has_its_tasks_runs_and_postures() -> None:
    field = Field()
    field.press(START + SECOND)
    before = field.hub.engine.snapshot(Role.OPERATOR)

    after = Hub(a_square(), START + MINUTE)
    after.restores(field.hub.standing(), START + MINUTE)

    again = after.engine.snapshot(Role.OPERATOR)
    assert (again.runs, again.tasks, again.postures) == (
        before.runs,
        before.tasks,
        before.postures,
    )
    assert [one.task for one in published(after.done, TaskNotice)] == [before.tasks[0].id]


def test_a_closed_alert_ends_what_waits_and_a_restarted_hub_begins_with_nothing_of_it() -> None:
    field = Field()
    field.press(START + SECOND)
    (alert,) = field.hub.alerts
    field.hub.asks(Acknowledge(alert=alert.id), START + 2 * SECOND)
    clear = Clear(alert=alert.id, note="a child", outcome=AlertOutcome.BENIGN)
    assert field.hub.asks(clear, START + 3 * SECOND) == ""

    snapshot = field.hub.engine.snapshot(Role.OPERATOR)
    left = [one.record for one in field.hub.standing() if one.durability is Durability.STATE]

    assert [run.state for run in snapshot.runs] == [RunState.STOPPED]
    assert field.states == [TaskState.CANCELLED]
    assert not any(type(record).__name__ in ("RunRecord", "TaskRecord") for record in left)


def test_a_task_that_was_over_when_a_hub_died_is_taken_from_the_broker_by_the_next() -> None:
    # It died between its disk and the broker, which goes on showing the team what it last heard.
    field = Field()
    field.press(START + SECOND)
    (task,) = field.hub.engine.snapshot(Role.OPERATOR).tasks
    cancel = CancelTask(task=task.id, reason="not wanted any more")
    assert field.hub.asks(cancel, START + 2 * SECOND) == ""
    over = [one for one in entries(field.hub.done) if one.key == task.id][-1]

    after = Hub(a_square(), START + MINUTE)
    effects = after.restores([over], START + MINUTE)

    (taken,) = published_at(effects, topics.task(SITE, task.id))
    assert over.durability is Durability.ENDED
    assert (taken.message, taken.retain) == (None, True)
    assert after.engine.snapshot(Role.OPERATOR).tasks == ()


def test_people_work_a_playbook_and_a_task_by_hand() -> None:
    field = Field()
    hub, at_us = field.hub, START + SECOND
    assert hub.asks(StartPlaybook(playbook="help", reason="smoke"), at_us) == ""
    (run,) = hub.engine.snapshot(Role.OPERATOR).runs
    assert hub.asks(SkipStep(run=run.id, step="call", reason="they are here"), at_us) == ""
    assert "skipped" in hub.asks(SkipStep(run=run.id, step="call", reason="x"), at_us)
    assert hub.asks(DoStep(run=run.id, step="call"), at_us) == ""
    assert hub.asks(CreateTask(text="Stand by"), at_us) == ""
    assert hub.asks(SetPosture(posture=Posture.RAISED, reason="crowd"), at_us) == ""
    hub.lives(START + 3 * SECOND)

    second = hub.engine.snapshot(Role.OPERATOR).tasks[-1]
    answer = AnswerTask(task=second.id, status=ReceiptStatus.ACCEPTED)
    as_nobody = hub.asks(answer, START + 4 * SECOND, role=Role.FIELD)
    by_radio = hub.asks(answer, START + 4 * SECOND)

    assert "speaks for no team" in as_nobody
    assert by_radio == ""
    snapshot = hub.engine.snapshot(Role.OPERATOR)
    assert snapshot.tasks[-1].state is TaskState.ACCEPTED
    assert snapshot.hub.posture is Posture.RAISED
    assert any("skipped" in one.text for one in snapshot.notices)


def test_teams_are_shown_and_what_they_may_not_say_is_refused_aloud() -> None:
    field = Field()
    hub = field.hub
    hub.takes(field.alpha.says(Report, START, text="all quiet"), START)
    hub.takes(field.alpha.says(Cue, START, kind="button_pressed", confidence=1.0), START)
    field.press(START + SECOND)
    (notice,) = field.notices()
    field.answers(field.bravo, notice.task, ReceiptStatus.ACCEPTED, START + SECOND)
    # A phone's word may come late: it is no part of the live picture, and still says where.
    hub.takes(at(field.bravo, (20.0, 0.0), START + SECOND), START + 20 * SECOND)
    hub.lives(START + 22 * SECOND)

    snapshot = hub.engine.snapshot(Role.OPERATOR)

    alpha, bravo = snapshot.teams
    assert (alpha.id, alpha.task) == (ALPHA, notice.task)
    assert bravo.at is not None
    assert round(bravo.at.east_m) == 20
    codes = {one.code for one in snapshot.refusals}
    assert {"wrong_kind", "wrong_receipt"} <= codes
    assert len(snapshot.alerts) == 1


def test_what_is_over_leaves_the_screens_after_ten_minutes() -> None:
    field = Field()
    field.press(START + SECOND)
    (alert,) = field.hub.alerts
    field.hub.asks(Acknowledge(alert=alert.id), START + 2 * SECOND)
    clear = Clear(alert=alert.id, note="a child", outcome=AlertOutcome.BENIGN)
    field.hub.asks(clear, START + 3 * SECOND)

    field.hub.lives(START + 11 * MINUTE)

    snapshot = field.hub.engine.snapshot(Role.OPERATOR)
    assert (snapshot.runs, snapshot.tasks) == ((), ())
