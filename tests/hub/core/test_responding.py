"""What is done about alerts, driven through the engine: each want of a playbook carried out."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_square import (
    BOLLARD,
    BUTTON,
    FRAME,
    MINUTE,
    SECOND,
    SIREN,
    START,
    Hub,
    Voice,
    a_site,
    deltas,
    entries,
    published,
    published_at,
)

from hub.core.effects import Durability, Effect, Entry, Journal, Publish, Show
from hub.core.responding import ROUNDS_MAX
from hub.core.response.command import CommandRecord
from hub.core.response.posture import PostureRecord
from hub.core.response.run import RunRecord
from hub.core.response.task import TaskRecord
from hub.core.site import CueRule, ManualStep, Playbook, PostureStep, Site, Step, TaskStep, Team
from wire import topics
from wire.actions import (
    Acknowledge,
    AnswerTask,
    Cancel,
    CancelTask,
    Confirm,
    CreateTask,
    DoStep,
    Order,
    SetPosture,
    StartPlaybook,
    StopPlaybook,
)
from wire.ids import ulid
from wire.labels import (
    ActuatorAction,
    ActuatorPosition,
    CommandState,
    CueKind,
    OutcomeStatus,
    Posture,
    ReceiptStatus,
    Role,
    RunState,
    TaskState,
)
from wire.messages import (
    ActuatorState,
    Command,
    Outcome,
    Position,
    Reading,
    Receipt,
    SafeState,
    TaskNotice,
    TeamPosition,
)

TEAM = "north"
NOBODY = ulid(START, b"nobody    ")
STEPS = (
    PostureStep(id="raise", text="Raise the posture", posture=Posture.INCIDENT, zone="stage"),
    Step(id="warn", text="Sound the siren", actuator=SIREN, action=ActuatorAction.SOUND),
    TaskStep(id="send", text="Send somebody", order="Go and look", place=(3.0, 3.0)),
    ManualStep(id="call", text="Call the fire brigade"),
)


def a_plan(**changes: Any) -> Site:
    help_them = Playbook(id="help", name="Help", rules=("panic",), steps=STEPS)
    panic = CueRule(id="panic", cues=(CueKind.BUTTON_PRESSED,), clear_after_s=10.0)
    plain = {
        "rules": (panic,),
        "playbooks": (help_them,),
        "teams": (Team(id=TEAM, name="North"),),
    }
    return a_site(**{**plain, **changes})


def a_hub(site: Site | None = None) -> Hub:
    """Return a hub whose siren lives and whose team stands on the square."""
    hub, siren = Hub(site or a_plan()), Voice(SIREN)
    hub.takes(siren.about_siren(START), START)
    hub.takes(siren.state(START, ActuatorPosition.OFF), START)
    hub.takes(Voice(BOLLARD).about_bollard(START), START)
    says_where(hub, Voice(TEAM), START)
    return hub


def says_where(hub: Hub, team: Voice, at_us: int) -> None:
    lat_deg, lon_deg = FRAME.to_wgs84(2.0, 2.0)
    where = Position(lat_deg=lat_deg, lon_deg=lon_deg, sigma_east_m=3.0, sigma_north_m=3.0)
    hub.takes(team.says(TeamPosition, at_us, position=where), at_us)


def pressed(hub: Hub, at_us: int = START + SECOND) -> list[Effect]:
    return hub.takes(Voice(BUTTON).cue(at_us), at_us)


def kept(hub: Hub, kind: type[Any]) -> list[Entry]:
    """Return what was kept of a kind, without the marks that only keep a number."""
    every = [one for one in entries(hub.done) if one.durability is not Durability.MARK]
    return [one for one in every if isinstance(one.record, kind)]


def the_run(hub: Hub) -> RunRecord:
    record = kept(hub, RunRecord)[-1].record
    assert isinstance(record, RunRecord)
    return record


def the_task(hub: Hub) -> TaskRecord:
    record = kept(hub, TaskRecord)[-1].record
    assert isinstance(record, TaskRecord)
    return record


def place_of(effects: list[Effect], kind: type[Any]) -> int:
    """Return where among effects the first record, or message, of a kind is."""
    for place, one in enumerate(effects):
        if isinstance(one, Journal) and isinstance(one.entry.record, kind):
            return place
        if isinstance(one, Publish) and isinstance(one.message, kind):
            return place
    raise AssertionError(kind)


# --- An exercise --------------------------------------------------------------------------------


@given(st.lists(st.sampled_from([SIREN, BOLLARD, TEAM]), max_size=3), st.booleans(), st.booleans())
def test_no_exercise_begun_by_hand_reaches_a_real_actuator_or_posture(
    taking_part: list[str],
    is_alerted: bool,  # noqa: FBT001 - drawn.
    is_simulated: bool,  # noqa: FBT001 - drawn.
) -> None:
    raise_it = Step(id="up", text="Up", actuator=BOLLARD, action=ActuatorAction.RAISE)
    help_them = Playbook(id="help", name="Help", rules=("panic",), steps=(*STEPS, raise_it))
    hub = a_hub(a_plan(playbooks=(help_them,)))
    for name in taking_part:
        voice = Voice(name, exercise=True, simulated=is_simulated)
        if name == SIREN:
            hub.takes(voice.about_siren(START), START)
        elif name == BOLLARD:
            hub.takes(voice.about_bollard(START), START)
        else:
            says_where(hub, voice, START)

    ask = StartPlaybook(playbook="help", reason="the yearly drill", exercise=True)
    assert hub.asks(ask, START + SECOND) == ""
    if is_alerted:
        pressed(hub, START + 2 * SECOND)
    task = CreateTask(text="Carry a dummy", exercise=True)
    assert hub.asks(task, START + 3 * SECOND) == ""
    for command in [one for one in hub.engine.snapshot(Role.OPERATOR).commands if one.exercise]:
        hub.asks(Confirm(command=command.id), START + 4 * SECOND)
    hub.lives(START + MINUTE)

    for command in published(hub.done, Command):
        assert command.exercise or is_alerted
        assert not command.exercise or command.actuator in taking_part
    drills = [one.record for one in kept(hub, CommandRecord) if one.record.exercise]
    assert {one.actuator for one in drills} == {SIREN, BOLLARD}
    postures = [one.record for one in kept(hub, PostureRecord)]
    meant = {one.posture for one in postures if one.posture is not Posture.EXERCISE}
    assert meant == ({Posture.INCIDENT} if is_alerted else set())
    for told in published(hub.done, TaskNotice):
        assert told.exercise == told.text.startswith("EXERCISE: ")
    drill, *meant_runs = hub.engine.snapshot(Role.OPERATOR).runs
    assert drill.exercise
    assert [one.exercise for one in meant_runs] == [False] * is_alerted


# --- A playbook ---------------------------------------------------------------------------------


def test_an_alert_begins_its_playbook_and_every_want_of_it_is_carried_out() -> None:
    hub = a_hub()

    effects = pressed(hub)
    effects += hub.lives(START + 3 * SECOND)

    (posture,) = kept(hub, PostureRecord)
    command = published(effects, Command)[0]
    assert (posture.key, posture.durability) == ("posture/stage", Durability.STATE)
    assert (command.actuator, command.action) == (SIREN, ActuatorAction.SOUND)
    assert [task.text for task in published(effects, TaskNotice)] == ["Go and look"]
    assert the_run(hub).state is RunState.RUNNING
    assert the_task(hub).state is TaskState.SENT


def test_nothing_leaves_before_it_is_in_the_journal_nor_before_it_is_shown_as_kept() -> None:
    hub = a_hub()

    effects = pressed(hub) + hub.lives(START + 3 * SECOND)

    assert place_of(effects, RunRecord) < place_of(effects, CommandRecord)
    assert place_of(effects, CommandRecord) < place_of(effects, Command)
    assert place_of(effects, TaskRecord) < place_of(effects, TaskNotice)
    shown = [
        place
        for place, one in enumerate(effects)
        if isinstance(one, Show) and (one.delta.commands or one.delta.runs or one.delta.tasks)
    ]
    assert place_of(effects, CommandRecord) < shown[0]


def test_a_playbook_ends_when_people_and_devices_have_done_their_part() -> None:
    hub = a_hub()
    pressed(hub)
    hub.lives(START + 2 * SECOND)
    now_us = START + 3 * SECOND
    for status in (OutcomeStatus.ACCEPTED, OutcomeStatus.COMPLETED):
        hub.takes(an_outcome(hub, Voice(SIREN, status), now_us, status), now_us)
    hub.takes(Voice(SIREN, "on").state(now_us, ActuatorPosition.ON), now_us)
    for status in (ReceiptStatus.ACCEPTED, ReceiptStatus.DONE):
        hub.takes(a_receipt(hub, Voice(TEAM, status), now_us, status), now_us)

    assert hub.asks(DoStep(run=the_run(hub).id, step="call"), now_us) == ""
    hub.lives(now_us + SECOND)

    assert the_task(hub).state is TaskState.DONE
    assert hub.commands[SIREN].state is CommandState.CONFIRMED
    assert the_run(hub).state is RunState.COMPLETED
    assert kept(hub, RunRecord)[-1].durability is Durability.ENDED
    assert kept(hub, TaskRecord)[-1].durability is Durability.ENDED


def an_outcome(hub: Hub, siren: Voice, at_us: int, status: OutcomeStatus) -> Outcome:
    command = hub.commands[SIREN].id
    return siren.says(Outcome, at_us, command=command, status=status)


def a_receipt(hub: Hub, team: Voice, at_us: int, status: ReceiptStatus) -> Receipt:
    return team.says(Receipt, at_us, task=the_task(hub).id, status=status)


def test_a_playbook_that_is_stopped_takes_back_what_waits_for_it() -> None:
    hub = a_hub()
    pressed(hub)
    hub.lives(START + 2 * SECOND)

    stop = StopPlaybook(run=the_run(hub).id, reason="a drill that nobody told us of")
    assert hub.asks(stop, START + 3 * SECOND) == ""

    assert the_run(hub).state is RunState.STOPPED
    assert hub.asks(stop, START + 4 * SECOND) != ""


def test_an_alert_that_closes_ends_what_waits_for_it_and_frees_the_journal() -> None:
    block = Step(id="block", text="Raise it", actuator=BOLLARD, action=ActuatorAction.RAISE)
    send = TaskStep(id="send", text="Send somebody", order="Go and look")
    defend = Playbook(id="defend", name="Defend", rules=("panic",), steps=(block, send))
    hub = a_hub(a_plan(playbooks=(defend,)))
    pressed(hub)
    hub.lives(START + 20 * SECOND)
    (alert,) = hub.alerts

    assert hub.asks(Acknowledge(alert=alert.id), START + 21 * SECOND) == ""
    hub.lives(START + 25 * SECOND)

    left = {
        type(entry.record) for entry in hub.standing() if entry.durability is not Durability.MARK
    }
    assert hub.alerts == []
    assert not left & {CommandRecord, TaskRecord, RunRecord}


def test_a_playbook_that_is_stopped_withdraws_a_command_that_waits_for_a_yes() -> None:
    block = Step(id="block", text="Raise it", actuator=BOLLARD, action=ActuatorAction.RAISE)
    defend = Playbook(id="defend", name="Defend", rules=("panic",), steps=(block,))
    hub = a_hub(a_plan(playbooks=(defend,)))
    pressed(hub)
    assert hub.commands[BOLLARD].state is CommandState.AWAITING_CONFIRMATION

    stop = StopPlaybook(run=the_run(hub).id, reason="a drill")
    assert hub.asks(stop, START + 2 * SECOND) == ""

    assert hub.commands[BOLLARD].state is CommandState.CANCELLED
    assert published(hub.done, Command) == []


# --- By hand ------------------------------------------------------------------------------------


def test_what_people_ask_for_is_done_or_refused_with_a_reason() -> None:
    hub, at_us = a_hub(a_plan(rules=())), START + SECOND

    accepted = [
        hub.asks(Order(actuator=SIREN, action=ActuatorAction.SOUND, reason="a test"), at_us),
        hub.asks(StartPlaybook(playbook="help", reason="a drill"), at_us),
        hub.asks(CreateTask(text="Look at the fence", team=TEAM), at_us),
        hub.asks(SetPosture(posture=Posture.RAISED, reason="a threat"), at_us),
    ]
    refused = [
        hub.asks(Cancel(command=NOBODY, reason="no"), at_us),
        hub.asks(StartPlaybook(playbook="nothing", reason="no"), at_us),
        hub.asks(CancelTask(task=NOBODY, reason="no"), at_us),
        hub.asks(SetPosture(posture=Posture.RAISED, reason="again"), at_us),
    ]

    assert accepted == ["", "", "", ""]
    assert all(refused)
    hub.lives(at_us + SECOND)
    snapshot = hub.engine.snapshot(Role.SUPERVISOR)
    assert [run.playbook for run in snapshot.runs] == ["help"]
    assert "site" in {view.id for view in snapshot.postures}
    assert [team.id for team in snapshot.teams] == [TEAM]


def test_a_task_by_radio_is_answered_by_the_control_room() -> None:
    hub = a_hub(a_plan(rules=()))
    hub.asks(CreateTask(text="Look at the fence", team=TEAM), START + SECOND)

    answer = AnswerTask(task=the_task(hub).id, status=ReceiptStatus.ACCEPTED, team=TEAM)
    assert hub.asks(answer, START + 2 * SECOND) == ""

    assert the_task(hub).state is TaskState.ACCEPTED


def test_a_posture_that_is_normal_again_is_no_longer_part_of_what_a_hub_begins_with() -> None:
    hub = a_hub(a_plan(rules=()))
    hub.asks(SetPosture(posture=Posture.RAISED, reason="a threat"), START + SECOND)
    first = len([one for one in hub.standing() if isinstance(one.record, PostureRecord)])

    hub.asks(SetPosture(posture=Posture.NORMAL, reason="it was nothing"), START + 2 * SECOND)

    assert first == 1
    assert not [one for one in hub.standing() if isinstance(one.record, PostureRecord)]


# --- Time ---------------------------------------------------------------------------------------


def test_a_command_without_an_answer_is_sent_again_under_its_id_and_expires() -> None:
    hub = a_hub(a_plan(rules=()))
    hub.asks(Order(actuator=SIREN, action=ActuatorAction.SOUND, reason="a test"), START + SECOND)

    hub.lives(START + 2 * MINUTE)

    sent = published(hub.done, Command)
    assert len(sent) > 1
    assert len({command.id for command in sent}) == 1
    assert hub.commands[SIREN].state in {CommandState.EXPIRED, CommandState.FAILED}


def test_a_safe_state_is_told_once_to_an_actuator_and_kept_by_the_broker() -> None:
    hub = a_hub(a_plan(rules=()))

    hub.lives(START + 5 * SECOND)

    told = [
        one for one in hub.done if isinstance(one, Publish) and isinstance(one.message, SafeState)
    ]
    topic = topics.actuator_safe("square", SIREN)
    assert [one.retain for one in published_at(told, topic)] == [True]


def test_a_command_that_is_forgotten_leaves_the_screens() -> None:
    hub = a_hub(a_plan(rules=()))
    hub.asks(Order(actuator=SIREN, action=ActuatorAction.SOUND, reason="a test"), START + SECOND)
    command = hub.commands[SIREN].id

    hub.lives(START + 30 * MINUTE)

    gone = [one for delta in deltas(hub.done) for one in delta.commands_gone]
    assert gone == [command]


def test_a_playbook_that_is_late_tells_the_supervisor() -> None:
    hub = a_hub()
    pressed(hub)

    hub.lives(START + 5 * MINUTE)

    notices = [one for delta in deltas(hub.done) for one in delta.notices]
    assert any(notice.role is Role.SUPERVISOR for notice in notices)


# --- Restart, and an edited plan ----------------------------------------------------------------


def test_a_restarted_hub_shows_what_was_under_way() -> None:
    hub = a_hub()
    pressed(hub)
    hub.lives(START + 3 * SECOND)
    before = hub.engine.snapshot(Role.SUPERVISOR)

    again = Hub(a_plan(), start_us=START + 4 * SECOND)
    again.restores(hub.standing(), START + 4 * SECOND)
    again.lives(START + 5 * SECOND)

    after = again.engine.snapshot(Role.SUPERVISOR)
    assert [run.id for run in after.runs] == [run.id for run in before.runs]
    assert [task.id for task in after.tasks] == [task.id for task in before.tasks]
    assert {one.id for one in after.commands} == {one.id for one in before.commands}
    assert {(one.id, one.posture) for one in after.postures} == {("stage", Posture.INCIDENT)}


def test_a_reading_and_a_state_reach_what_a_command_has_done() -> None:
    hub = a_hub(a_plan(rules=()))
    hub.asks(Order(actuator=SIREN, action=ActuatorAction.SOUND, reason="a test"), START + SECOND)
    now_us = START + 2 * SECOND
    hub.takes(an_outcome(hub, Voice(SIREN), now_us, OutcomeStatus.COMPLETED), now_us)

    state = Voice(SIREN, "on").says(
        ActuatorState, now_us, position=ActuatorPosition.ON, command=hub.commands[SIREN].id
    )
    hub.takes(state, now_us)
    hub.takes(Voice("ear-01").says(Reading, now_us, channel="level", unit="dB", value=90.0), now_us)

    assert hub.commands[SIREN].state is CommandState.CONFIRMED


def test_the_posture_of_a_zone_that_an_edit_takes_away_ends_with_it() -> None:
    hub = a_hub(a_plan(rules=()))
    hub.asks(SetPosture(zone="gate", posture=Posture.RAISED, reason="a threat"), START + SECOND)
    hub.asks(SetPosture(posture=Posture.RAISED, reason="a threat"), START + SECOND)
    responding = hub.engine._decisions.responding

    responding.replan(a_plan(zones=(), rules=(), playbooks=()))
    effects = hub.lives(START + 2 * SECOND)

    (ended,) = [one for one in entries(effects) if isinstance(one.record, PostureRecord)]
    assert (ended.key, ended.durability) == ("posture/gate", Durability.ENDED)
    assert dict(responding.postures.now) == {"site": Posture.RAISED}
    shown = {one.id: one.posture for one in hub.engine.snapshot(Role.OPERATOR).postures}
    assert shown == {"gate": Posture.NORMAL, "site": Posture.RAISED}


def test_two_runs_are_shown_apart_and_a_posture_that_holds_is_not_declared_again() -> None:
    playbooks = tuple(Playbook(id=one, name=one, steps=STEPS) for one in ("help", "defend"))
    hub = a_hub(a_plan(rules=(), playbooks=playbooks))

    for playbook in playbooks:
        start = StartPlaybook(playbook=playbook.id, reason="a drill")
        assert hub.asks(start, START + SECOND) == ""

    assert len(hub.engine.snapshot(Role.OPERATOR).runs) == 2
    assert len(kept(hub, PostureRecord)) == 1


def test_a_playbook_that_would_want_for_ever_is_not_followed_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hub = a_hub()
    pressed(hub)
    responding = hub.engine._decisions.responding
    asked: list[object] = []

    def endless(change: object) -> list[object]:
        asked.append(change)
        return [change]

    monkeypatch.setattr(responding, "_do", endless)

    responding._carry([the_run(hub)])

    assert len(asked) == ROUNDS_MAX


def test_what_a_teams_phone_says_of_itself_reaches_its_team() -> None:
    hub = a_hub(a_plan(rules=()))
    responding = hub.engine._decisions.responding

    hub.takes(Voice(TEAM, "phone").health(START + SECOND), START + SECOND)
    hub.lives(START + 3 * SECOND)

    (team,) = hub.engine.snapshot(Role.OPERATOR).teams
    assert team == responding.teams.views(responding.tasks, START + 3 * SECOND)[0]
