"""From conditions to alerts, incidents and evidence, driven through the engine."""

from typing import Any

import pytest
from small_square import (
    BUTTON,
    CAMERA,
    EAR,
    INSIDE,
    MINUTE,
    SECOND,
    SIREN,
    START,
    Hub,
    Voice,
    a_site,
    alert_topic,
    deltas,
    entries,
    published,
    published_at,
)

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.dossier import DossierRecord
from hub.core.alerts.incident import IncidentRecord
from hub.core.alerts.service import ServiceRecord
from hub.core.effects import Durability, Effect, Entry, Journal, Show
from hub.core.plan_hash import plan_hash
from hub.core.response.run import RunRecord
from hub.core.response.task import TaskRecord
from hub.core.rules.judge import Facts
from hub.core.rules.round import AT_ONCE, TURN_US
from hub.core.site import (
    CompoundRule,
    CueRule,
    ExpressionRule,
    GasRule,
    IntrusionRule,
    ManualStep,
    Playbook,
    PostureStep,
    Site,
    Suppression,
    TaskStep,
)
from wire import topics
from wire.actions import (
    Acknowledge,
    AcknowledgeIncident,
    AskKind,
    Assess,
    Cancel,
    CancelTask,
    HandOver,
    JoinIncident,
    LogEntry,
    Order,
    SetPosture,
    Shelve,
    TakeOutOfService,
)
from wire.columns import rows
from wire.feed import FLAG_ALERTED
from wire.ids import ulid
from wire.labels import (
    ActuatorAction,
    AlertOutcome,
    AlertState,
    CueKind,
    HealthState,
    Posture,
    Priority,
    Role,
)
from wire.messages import AlertNotice, Health, Reading

NOBODY = ulid(START, b"nobody    ")
PANIC = CueRule(
    id="panic",
    cues=(CueKind.BUTTON_PRESSED,),
    priority=Priority.MEDIUM,
    clear_after_s=5.0,
)
BACKSTAGE = IntrusionRule(id="backstage", zone="stage")


def a_plan(*rules: Any, **changes: Any) -> Site:
    return a_site(**{"rules": rules or (PANIC,), "playbooks": (), **changes})


def pressed(hub: Hub, at_us: int = START + SECOND, boot: str = "first") -> list[Effect]:
    return hub.takes(Voice(BUTTON, boot).cue(at_us), at_us)


def kept(hub: Hub, kind: type[Any]) -> list[Entry]:
    """Return what was kept of a kind, without the marks that only keep a number."""
    every = [one for one in entries(hub.done) if one.durability is not Durability.MARK]
    return [one for one in every if isinstance(one.record, kind)]


def the_incident(hub: Hub) -> IncidentRecord:
    record = kept(hub, IncidentRecord)[-1].record
    assert isinstance(record, IncidentRecord)
    return record


# --- From a condition to an alert ---------------------------------------------------------------


def test_an_alert_its_number_its_incident_and_its_evidence_are_kept_before_anybody_sees_it() -> (
    None
):
    hub = Hub(a_plan())

    effects = pressed(hub)

    shown = next(
        place for place, one in enumerate(effects) if isinstance(one, Show) and one.delta.alerts
    )
    before = [one.entry for one in effects[:shown] if isinstance(one, Journal)]
    kinds = {
        type(entry.record): entry.durability for entry in before if entry.key != "latest-number"
    }
    assert kinds[AlertRecord] is kinds[IncidentRecord] is Durability.STATE
    assert kinds[DossierRecord] is Durability.HISTORY
    numbers = [entry for entry in before if entry.key == "latest-number"]
    assert {entry.durability for entry in numbers} == {Durability.MARK}
    assert AlertRecord in {type(entry.record) for entry in numbers}


def test_conditions_that_change_are_told_to_compound_rules_once() -> None:
    both = CompoundRule(id="both", of=("panic", "sounds"))
    sounds = CueRule(id="sounds", cues=(CueKind.GLASS_BREAK,))
    hub = Hub(a_plan(PANIC, sounds, both))

    pressed(hub)
    hub.takes(Voice(EAR).cue(START + 2 * SECOND, CueKind.GLASS_BREAK), START + 2 * SECOND)

    assert [alert.rule for alert in hub.alerts] == ["panic", "sounds", "both"]


def test_a_reading_is_judged_too() -> None:
    hub = Hub(a_plan(GasRule(id="gas", channel="methane", on_at=2.0, stay_min_s=0.0)))

    for second in range(8):
        at_us = START + second * SECOND
        reading = Voice(EAR, str(second)).says(
            Reading, at_us, channel="methane", unit="%", value=4.0
        )
        hub.takes(reading, at_us)

    assert [alert.rule for alert in hub.alerts] == ["gas"]


def test_a_rule_whose_turn_comes_between_two_ticks_is_judged_with_the_next_input() -> None:
    rules = tuple(
        ExpressionRule(id=f"own-{one}", per="site", when="true", stay_min_s=0.0)
        for one in range(AT_ONCE + 1)
    )
    hub, button = Hub(a_site(rules=rules, playbooks=())), Voice(BUTTON)
    hub.lives(START + SECOND)
    assert hub.alerts == []  # There are too many to be judged at once.

    at_us = START + SECOND + 2 * TURN_US
    hub.takes(button.says(Health, at_us, state=HealthState.OK), at_us)

    assert [one.rule for one in hub.alerts] == [rule.id for rule in rules]


def test_the_tracks_of_an_alert_are_marked_and_shown_again() -> None:
    hub = Hub(a_plan(BACKSTAGE))

    hub.sees(Voice(CAMERA), INSIDE, from_us=START, seconds=2)

    flags = [row.flags & FLAG_ALERTED for row in rows(hub.engine.snapshot(Role.OPERATOR).tracks)]
    assert flags == [FLAG_ALERTED]
    marked = [
        row
        for delta in deltas(hub.done)
        if delta.tracks is not None
        for row in rows(delta.tracks)
        if row.flags & FLAG_ALERTED
    ]
    assert marked


# --- People -------------------------------------------------------------------------------------


def test_an_operators_word_changes_the_alert_in_the_journal_on_the_bus_and_on_screens() -> None:
    hub = Hub(a_plan())
    pressed(hub)
    (alert,) = hub.alerts

    assert hub.asks(Acknowledge(alert=alert.id), START + 2 * SECOND) == ""

    assert hub.alerts[0].state is AlertState.ACKNOWLEDGED
    assert published(hub.done, AlertNotice)[-1].state is AlertState.ACKNOWLEDGED
    assert hub.engine.snapshot(Role.OPERATOR).alerts[0].state is AlertState.ACKNOWLEDGED


@pytest.mark.parametrize(
    "ask",
    [
        Acknowledge(alert=NOBODY),
        AcknowledgeIncident(incident=NOBODY),
        Cancel(command=NOBODY, reason="no"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_reason(ask: AskKind) -> None:
    hub = Hub(a_plan())

    assert hub.asks(ask, START + SECOND) != ""


def test_who_takes_an_incident_acknowledges_every_alert_of_it() -> None:
    both = (PANIC, CueRule(id="sounds", cues=(CueKind.GLASS_BREAK,)))
    hub = Hub(a_plan(*both))
    pressed(hub)
    hub.takes(Voice(EAR).cue(START + 2 * SECOND, CueKind.GLASS_BREAK), START + 2 * SECOND)
    assert len(the_incident(hub).members) == 2

    take = AcknowledgeIncident(incident=the_incident(hub).id)
    assert hub.asks(take, START + 3 * SECOND) == ""

    states = {alert.rule: (alert.state, alert.acknowledged_by) for alert in hub.alerts}
    assert set(states.values()) == {(AlertState.ACKNOWLEDGED, "Ann")}


def test_an_alert_can_be_taken_out_of_its_incident() -> None:
    both = (PANIC, CueRule(id="sounds", cues=(CueKind.GLASS_BREAK,)))
    hub = Hub(a_plan(*both))
    pressed(hub)
    hub.takes(Voice(EAR).cue(START + 2 * SECOND, CueKind.GLASS_BREAK), START + 2 * SECOND)

    apart = JoinIncident(alert=hub.alerts[1].id)
    assert hub.asks(apart, START + 3 * SECOND) == ""

    shown = hub.engine.snapshot(Role.OPERATOR).incidents
    assert sorted(len(one.alerts) for one in shown) == [1, 1]


def test_the_log_of_the_shift_is_in_the_journal_and_changes_nothing() -> None:
    hub = Hub(a_plan())

    answers = [
        hub.asks(LogEntry(text="The gates are open."), START + SECOND),
        hub.asks(HandOver(to="Bo", note="All is well."), START + 2 * SECOND),
    ]

    assert answers == ["", ""]
    assert [one.key for one in entries(hub.done) if one.durability is Durability.STATE] == []


def test_a_rule_that_is_out_of_service_raises_nothing_that_anybody_is_asked_about() -> None:
    hub = Hub(a_plan())

    out = TakeOutOfService(target="panic", duration_s=600, reason="it is being mounted")
    assert hub.asks(out, START, role=Role.SUPERVISOR) == ""
    pressed(hub)
    hub.lives(START + 3 * SECOND)

    (service,) = kept(hub, ServiceRecord)
    assert (service.key, service.durability) == ("service/panic", Durability.STATE)
    snapshot = hub.engine.snapshot(Role.SUPERVISOR)
    assert [one.id for one in snapshot.services] == ["panic"]
    assert hub.alerts[0].state is AlertState.OUT_OF_SERVICE
    hub.lives(START + 11 * MINUTE)
    assert kept(hub, ServiceRecord)[-1].durability is Durability.ENDED


# --- What is done about it ----------------------------------------------------------------------


def a_playbook(*steps: Any) -> Playbook:
    return Playbook(id="help", name="Help", rules=("panic",), steps=steps)


def test_a_playbook_begins_with_the_alert_and_not_again_with_each_change_of_it() -> None:
    help_them = a_playbook(ManualStep(id="call", text="Call somebody"))
    hub = Hub(a_plan(playbooks=(help_them,)))

    pressed(hub)
    hub.asks(Acknowledge(alert=hub.alerts[0].id), START + 2 * SECOND)

    assert len({one.key for one in kept(hub, RunRecord)}) == 1


def test_what_is_suppressed_by_design_is_listed_and_begins_no_playbook() -> None:
    rehearsal = Suppression(reason="a rehearsal", postures=(Posture.EXERCISE,))
    rule = CueRule(
        id="panic",
        cues=(CueKind.BUTTON_PRESSED,),
        priority=Priority.MEDIUM,
        suppressed=(rehearsal,),
    )
    help_them = a_playbook(ManualStep(id="call", text="Call somebody"))
    hub = Hub(a_plan(rule, playbooks=(help_them,)))
    hub.asks(SetPosture(posture=Posture.EXERCISE, reason="a rehearsal"), START)

    pressed(hub)
    hidden = hub.alerts[0].state
    assert kept(hub, RunRecord) == []
    hub.asks(SetPosture(posture=Posture.NORMAL, reason="it is over"), START + 2 * SECOND)

    assert hidden is AlertState.SUPPRESSED
    assert hub.alerts[0].state is AlertState.UNACKNOWLEDGED


def test_a_posture_that_a_playbook_declares_counts_for_the_rules_at_once() -> None:
    help_them = a_playbook(
        PostureStep(id="raise", text="Raise the posture", posture=Posture.RAISED)
    )
    strict = IntrusionRule(
        id="backstage",
        zone="stage",
        stay_min_s=600.0,
        by_posture={Posture.RAISED: {"stay_min_s": 0.0}},
    )
    hub, camera = Hub(a_plan(PANIC, strict, playbooks=(help_them,))), Voice(CAMERA)
    now_us = hub.sees(camera, INSIDE, from_us=START, seconds=2)
    assert hub.alerts == []

    pressed(hub, now_us)
    hub.sees(camera, INSIDE, from_us=now_us, seconds=1)

    assert [alert.rule for alert in hub.alerts] == ["panic", "backstage"]


# --- Time ---------------------------------------------------------------------------------------


def test_an_alert_clears_when_its_time_is_over_and_its_incident_with_it() -> None:
    hub = Hub(a_plan())
    pressed(hub)
    hub.asks(Acknowledge(alert=hub.alerts[0].id), START + 2 * SECOND)

    hub.lives(START + 10 * SECOND)

    assert hub.alerts == []
    assert kept(hub, IncidentRecord)[-1].durability is Durability.ENDED
    assert hub.engine.snapshot(Role.OPERATOR).incidents == ()


def test_an_alert_that_closed_by_itself_is_listed_until_somebody_says_what_it_was() -> None:
    hub = Hub(a_plan())
    pressed(hub)
    (alert,) = hub.alerts
    hub.asks(Acknowledge(alert=alert.id), START + 2 * SECOND)

    hub.lives(START + 10 * SECOND)

    assert [one.id for one in hub.engine.snapshot(Role.OPERATOR).closed] == [alert.id]
    hub.done.clear()
    hub.lives(START + 20 * SECOND)
    assert [delta for delta in deltas(hub.done) if delta.closed] == [], (
        "what stays is not told again"
    )

    asked = Assess(alert=alert.id, outcome=AlertOutcome.TEST, note="a drill")
    assert hub.asks(asked, START + 20 * SECOND) == ""
    hub.lives(START + 22 * SECOND)

    assert hub.engine.snapshot(Role.OPERATOR).closed == ()


def test_the_load_is_shown_every_second() -> None:
    hub = Hub(a_plan())
    pressed(hub)

    hub.lives(START + 3 * SECOND)

    load = hub.engine.snapshot(Role.OPERATOR).load
    assert load is not None


def test_what_is_due_next_is_the_first_of_all() -> None:
    hub = Hub(a_plan())
    decisions = hub.engine._decisions
    pressed(hub)
    shelve = Shelve(alert=hub.alerts[0].id, duration_s=60, reason="it is known")
    assert hub.asks(shelve, START + 2 * SECOND) == ""

    due_us = decisions.next_wake_us

    assert due_us is not None
    assert due_us <= START + 6 * SECOND, "the condition ends before the shelf does"


def test_an_actuator_that_lies_raises_an_alert_as_any_rule_does() -> None:
    hub = Hub(a_plan(rules=()))
    siren = Voice(SIREN)
    hub.takes(siren.about_siren(START), START)
    hub.asks(Order(actuator=SIREN, action=ActuatorAction.SOUND, reason="a test"), START + SECOND)

    hub.lives(START + 2 * MINUTE)

    assert [alert.rule for alert in hub.alerts] == ["actuator-fault"]


def test_notices_that_are_due_reach_the_screens() -> None:
    hub = Hub(a_plan(CueRule(id="panic", cues=(CueKind.BUTTON_PRESSED,), clear_after_s=900.0)))
    pressed(hub)

    hub.engine._decisions.each_second(Facts())
    hub.lives(START + 15 * MINUTE)

    assert [one for delta in deltas(hub.done) for one in delta.notices]


# --- Restart ------------------------------------------------------------------------------------


def test_a_restarted_hub_goes_on_with_its_alerts_incidents_and_numbers() -> None:
    hub = Hub(a_plan())
    pressed(hub)
    out = TakeOutOfService(target="backstage", duration_s=3600, reason="it is being mounted")
    hub.asks(out, START + 2 * SECOND, role=Role.SUPERVISOR)
    before = hub.engine.snapshot(Role.OPERATOR)

    now_us = START + 3 * SECOND
    again = Hub(a_plan(), start_us=now_us)
    effects = again.restores(hub.standing(), now_us)
    after = again.engine.snapshot(Role.OPERATOR)
    pressed(again, now_us + MINUTE, "second")

    assert [one.id for one in after.alerts] == [one.id for one in before.alerts]
    assert [one.id for one in after.incidents] == [one.id for one in before.incidents]
    assert [one.alert for one in published(effects, AlertNotice)] == [before.alerts[0].id]
    assert all(alert.number <= 2 for alert in again.alerts)


def test_the_number_of_a_closed_alert_is_not_used_again_after_a_restart() -> None:
    hub = Hub(a_plan())
    pressed(hub)
    hub.lives(START + 20 * SECOND)
    assert hub.asks(Acknowledge(alert=hub.alerts[0].id), START + 20 * SECOND) == ""

    now_us = START + MINUTE
    again = Hub(a_plan(), start_us=now_us)
    again.restores(hub.standing(), now_us)
    pressed(again, now_us + SECOND, "second")

    assert [alert.number for alert in again.alerts] == [2]


def test_what_was_over_when_a_hub_died_is_taken_from_the_broker_by_the_next() -> None:
    # It died between its disk and the broker, which goes on showing phones what it last heard.
    hub = Hub(a_plan())
    pressed(hub)
    hub.lives(START + 20 * SECOND)
    (alert,) = hub.alerts
    hub.asks(Acknowledge(alert=alert.id), START + 20 * SECOND)
    over = kept(hub, AlertRecord)[-1]

    effects = Hub(a_plan(), START + MINUTE).restores([over], START + MINUTE)

    (taken,) = published_at(effects, alert_topic(alert))
    assert over.durability is Durability.STATE, "its outcome is still to be asked"
    assert (taken.message, taken.retain) == (None, True)


def test_a_task_that_was_over_when_a_hub_died_is_taken_from_the_broker_too() -> None:
    look = TaskStep(id="look", text="Send stewards", order="Go and look")
    playbook = Playbook(id="help", name="Help", rules=("panic",), steps=(look,))
    site = a_plan(playbooks=(playbook,))
    hub = Hub(site)
    pressed(hub)
    (task,) = hub.engine.snapshot(Role.OPERATOR).tasks
    assert hub.asks(CancelTask(task=task.id, reason="not wanted"), START + 2 * SECOND) == ""
    over = kept(hub, TaskRecord)[-1]

    effects = Hub(site, START + MINUTE).restores([over], START + MINUTE)

    (taken,) = published_at(effects, topics.task(site.id, task.id))
    assert (taken.message, taken.retain) == (None, True)


# --- An edited plan -----------------------------------------------------------------------------


def test_an_edit_reaches_rules_alerts_incidents_evidence_and_what_is_done() -> None:
    hub = Hub(a_plan())
    pressed(hub)
    loud = Suppression(reason="it is loud today", postures=(Posture.NORMAL,))
    quiet = CueRule(
        id="panic",
        cues=(CueKind.BUTTON_PRESSED,),
        priority=Priority.MEDIUM,
        clear_after_s=5.0,
        suppressed=(loud,),
    )

    hub.engine._decisions.replan(a_plan(quiet))
    pressed(hub, START + 2 * SECOND, "second")

    assert {alert.state for alert in hub.alerts} == {AlertState.SUPPRESSED}
    assert {alert.plan for alert in hub.alerts} == {plan_hash(a_plan(quiet))}
