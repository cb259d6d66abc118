from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.alert_list import AlertList
from hub.core.alerts.flood import LOAD_SPAN_US
from hub.core.alerts.outcome import WAIT_US
from hub.core.alerts.overflow import KEY, LOOK_US
from hub.core.alerts.refusal import Refusal
from hub.core.alerts.service import ServiceRecord
from hub.core.rules.condition import Condition
from hub.core.site import (
    Escalation,
    Hours,
    IntrusionRule,
    Origin,
    Sensor,
    Site,
    Suppression,
    TamperRule,
)
from wire.actions import (
    Acknowledge,
    AskKind,
    Assess,
    Clear,
    LogEntry,
    OperatorAction,
    ReturnToService,
    Shelve,
    TakeOutOfService,
    Unshelve,
)
from wire.ids import ulid
from wire.labels import AlertOutcome, AlertState, Posture, Priority, Role, SensorKind

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
START = 1_767_225_600 * SECOND
"""The first of January 2026, midnight."""

STAGE = IntrusionRule(id="backstage", zone="stage", stay_min_s=10.0)


def a_site(**changes: Any) -> Site:
    plain = {
        "id": "square",
        "name": "Square",
        "origin": Origin(lat_deg=52.0, lon_deg=5.0),
        "bounds": ((-500.0, -500.0), (500.0, 500.0)),
        "rules": (STAGE,),
        "sensors": tuple(
            Sensor(id=one, kind=SensorKind.CAMERA, name=one, position=(0.0, 0.0))
            for one in ("cam-1", "cam-2")
        ),
    }
    return Site(**{**plain, **changes})


def a_list(open_max: int = 500, **changes: Any) -> AlertList:
    return AlertList(a_site(**changes), open_max=open_max)


def a_condition(key: str = "backstage", at_us: int = START, **changes: object) -> Condition:
    plain = {
        "key": key,
        "rule": "backstage",
        "rule_kind": "intrusion",
        "active": True,
        "priority": Priority.HIGH,
        "summary": "Person in Stage back area",
        "observed_us": at_us,
        "cause": ulid(at_us, bytes(10)),
    }
    return Condition(**{**plain, **changes})  # type: ignore[arg-type]


def an_action(ask: AskKind, at_us: int = START, role: Role = Role.OPERATOR) -> OperatorAction:
    return OperatorAction(
        id=ulid(at_us, b"action    "), operator="Ann", role=role, asked_us=at_us, ask=ask
    )


def raise_one(alerts: AlertList, key: str = "backstage", **changes: object) -> AlertRecord:
    record = alerts.apply(a_condition(key, START, **changes), START)
    assert record is not None
    return record


def do(alerts: AlertList, ask: AskKind, now_us: int = START + SECOND) -> AlertRecord:
    records = alerts.act(an_action(ask, now_us), now_us)
    assert not isinstance(records, Refusal), records
    (record,) = records
    assert isinstance(record, AlertRecord)
    return record


def take_out(
    alerts: AlertList, target: str, now_us: int = START, duration_s: int = 3600
) -> list[AlertRecord]:
    """Take a rule or device out of service, and return the alerts that this hides."""
    ask = TakeOutOfService(target=target, duration_s=duration_s, reason="cleaning")
    records = alerts.act(an_action(ask, now_us, Role.SUPERVISOR), now_us)
    assert not isinstance(records, Refusal), records
    service, *hidden = records
    assert isinstance(service, ServiceRecord)
    return [one for one in hidden if isinstance(one, AlertRecord)]


def the_refusal(alerts: AlertList, ask: AskKind, role: Role = Role.OPERATOR) -> str:
    refusal = alerts.act(an_action(ask, role=role), START)
    assert isinstance(refusal, Refusal), refusal
    return refusal.reason


def test_a_condition_raises_one_alert_and_says_nothing_twice() -> None:
    alerts = a_list()

    record = raise_one(alerts)

    assert alerts.open == {record.id: record}
    assert record.number == 1
    assert alerts.apply(a_condition(), START + SECOND) is None
    assert alerts.apply(a_condition("other", active=False), START) is None


def test_a_change_of_the_condition_changes_the_alert() -> None:
    alerts = a_list()
    raise_one(alerts)

    record = alerts.apply(a_condition(summary="2 people"), START + SECOND)

    assert record is not None
    assert (record.summary, record.changed_us) == ("2 people", START + SECOND)
    assert (record.raised_us, record.begun_us) == (START, START)


def test_an_acknowledged_alert_whose_condition_clears_closes_by_itself() -> None:
    alerts = a_list()
    record = raise_one(alerts)
    do(alerts, Acknowledge(alert=record.id))

    closed = alerts.apply(a_condition(active=False), START + MINUTE)

    assert closed is not None
    assert closed.state is AlertState.CLOSED
    assert (closed.closed_us, closed.acknowledged_by) == (START + MINUTE, "Ann")
    assert alerts.open == {}


def test_a_condition_after_the_closing_is_a_new_alert_with_a_new_number() -> None:
    alerts = a_list()
    first = raise_one(alerts)
    do(alerts, Acknowledge(alert=first.id))
    alerts.apply(a_condition(active=False), START + MINUTE)

    second = alerts.apply(a_condition(at_us=START + 2 * MINUTE), START + 2 * MINUTE)

    assert second is not None
    assert second.id != first.id
    assert second.number == 2


def test_an_unacknowledged_alert_whose_condition_clears_waits_for_a_person() -> None:
    alerts = a_list()
    record = raise_one(alerts)
    alerts.apply(a_condition(active=False), START + SECOND)

    assert alerts.open[record.id].state is AlertState.CLEARED_UNACKNOWLEDGED
    assert do(alerts, Acknowledge(alert=record.id)).state is AlertState.CLOSED


def test_a_shelf_ends_by_itself() -> None:
    alerts = a_list()
    record = raise_one(alerts, priority=Priority.LOW)
    shelved = do(alerts, Shelve(alert=record.id, duration_s=600, reason="painters"), START)
    assert (shelved.shelved_by, shelved.shelve_reason) == ("Ann", "painters")

    assert alerts.next_wake_us == START + 10 * MINUTE
    assert alerts.wake(START + 10 * MINUTE - 1) == []
    (back,) = alerts.wake(START + 10 * MINUTE)

    assert isinstance(back, AlertRecord)
    assert back.state is AlertState.UNACKNOWLEDGED
    assert alerts.next_wake_us == START + DAY, "when it is stale"


def test_an_operator_clears_a_latched_alert() -> None:
    alerts = a_list()
    record = raise_one(alerts, latched=True)
    do(alerts, Acknowledge(alert=record.id))
    alerts.apply(a_condition(active=False, latched=True), START + MINUTE)
    assert alerts.open[record.id].state is AlertState.ACKNOWLEDGED

    ask = Clear(alert=record.id, note="over", outcome=AlertOutcome.TRUE)
    closed = do(alerts, ask)

    assert closed.state is AlertState.CLOSED
    assert (closed.outcome, closed.outcome_by) == (AlertOutcome.TRUE, "Ann")
    assert alerts.closed == {}, "its outcome is known"
    assert not alerts.must_keep(closed)


def test_roles_unknown_alerts_and_impossible_moves_are_refused_with_a_reason() -> None:
    alerts = a_list()
    record = raise_one(alerts)
    ask = Acknowledge(alert=record.id)

    wall = alerts.act(an_action(ask, role=Role.WALL), START)
    unknown = alerts.act(an_action(Acknowledge(alert=ulid(START, b"unknown   "))), START)
    impossible = alerts.act(an_action(Unshelve(alert=record.id)), START)

    assert isinstance(wall, Refusal)
    assert isinstance(unknown, Refusal)
    assert unknown.reason == "there is no such open alert; it may have closed by itself"
    assert isinstance(impossible, Refusal)
    assert impossible.reason.endswith("allowed: acknowledge, shelve")


def test_the_load_is_what_was_raised_in_the_last_ten_minutes() -> None:
    alerts = a_list()
    raise_one(alerts, "a")
    raise_one(alerts, "b")
    alerts.apply(a_condition("a", active=False), START)
    alerts.apply(a_condition("a"), START + MINUTE)

    assert alerts.load(START + MINUTE).raised_10_min == 3
    assert alerts.load(START + LOAD_SPAN_US).raised_10_min == 1
    assert alerts.load(START + MINUTE + LOAD_SPAN_US).raised_10_min == 0
    assert alerts.load(START + MINUTE + LOAD_SPAN_US).raised_hour == 3


def test_a_full_list_holds_back_low_priorities_says_so_and_lets_them_in_later() -> None:
    alerts = a_list(open_max=2)
    first = raise_one(alerts, "a", priority=Priority.LOW)
    second = raise_one(alerts, "b", priority=Priority.LOW)

    full = alerts.apply(a_condition("c", priority=Priority.LOW), START)
    high = alerts.apply(a_condition("d"), START)
    assert alerts.apply(a_condition("e", priority=Priority.MEDIUM), START) is not None
    assert alerts.apply(a_condition("f", priority=Priority.MEDIUM), START) is None
    assert full is not None
    assert full.key == KEY
    assert full.priority is Priority.HIGH
    assert high is not None
    assert high.key == "d"

    for record in (first, second, high):
        do(alerts, Acknowledge(alert=record.id))
        alerts.apply(a_condition(record.key, active=False), START)
    (let_in,) = alerts.wake(START + LOOK_US)

    assert isinstance(let_in, AlertRecord)
    assert let_in.key == "c"
    assert alerts.apply(a_condition("e", active=False), START) is None


def test_after_a_restart_numbers_go_on() -> None:
    alerts = a_list()
    record = raise_one(alerts)
    closed = replace(record, number=41, state=AlertState.CLOSED)

    again = a_list()
    again.restore(closed, START + SECOND)

    assert again.open == {}
    assert again.load(START + SECOND).raised_10_min == 0
    assert raise_one(again).number == 42


def test_a_restored_condition_that_never_returns_clears_and_still_waits_for_a_person() -> None:
    alerts, again = a_list(), a_list()
    again.restore(raise_one(alerts), START)

    assert again.wake(START + 40 * SECOND - 1) == []
    assert again.next_wake_us == START + 40 * SECOND
    (record,) = again.wake(START + 40 * SECOND)

    assert isinstance(record, AlertRecord)
    assert record.state is AlertState.CLEARED_UNACKNOWLEDGED
    assert again.open[record.id] == record
    assert again.next_wake_us == START + MINUTE, "its escalation"


def test_a_restored_condition_that_is_found_again_stays() -> None:
    alerts, again = a_list(), a_list()
    again.restore(raise_one(alerts), START)

    assert again.apply(a_condition(at_us=START + SECOND), START + SECOND) is None
    assert again.wake(START + 50 * SECOND) == []


def test_a_restored_alert_that_a_person_closes_is_gone_before_its_time() -> None:
    alerts, again = a_list(), a_list()
    again.restore(raise_one(alerts, latched=True), START)
    (identity,) = again.open
    do(again, Acknowledge(alert=identity))
    do(again, Clear(alert=identity, note="over", outcome=AlertOutcome.TEST))
    again.wake(START)

    assert again.open == {}
    assert again.next_wake_us is None


@pytest.mark.parametrize("state", AlertState)
def test_a_restored_alert_keeps_its_state(state: AlertState) -> None:
    record = replace(raise_one(a_list()), state=state, active=False)
    again = a_list()

    again.restore(record, START)

    assert list(again.open.values()) == ([] if state is AlertState.CLOSED else [record])


def test_an_alert_is_raised_under_a_plan() -> None:
    alerts = AlertList(a_site(), plan_hash="a1b2")
    assert raise_one(alerts).plan == "a1b2"

    alerts.replan(a_site(), START, "c3d4")

    assert raise_one(alerts, "other").plan == "c3d4"
    assert raise_one(a_list()).plan is None


def test_what_is_no_alert_ask_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(AssertionError):
        a_list().act(an_action(LogEntry(text="all quiet")), START)


# --- Outcomes -----------------------------------------------------------------------------------


def a_closed_one(alerts: AlertList) -> AlertRecord:
    record = raise_one(alerts)
    do(alerts, Acknowledge(alert=record.id), START)
    closed = alerts.apply(a_condition(active=False), START + SECOND)
    assert closed is not None
    return closed


def test_an_alert_that_closed_by_itself_waits_for_its_outcome_also_over_a_restart() -> None:
    alerts, again = a_list(), a_list()
    closed = a_closed_one(alerts)
    assert alerts.closed == {closed.id: closed}
    assert alerts.must_keep(closed)
    again.restore(closed, START + MINUTE)
    assert again.closed == alerts.closed

    ask = Assess(alert=closed.id, outcome=AlertOutcome.FALSE_LOGIC, note="the stage crew")
    assessed = do(again, ask, START + HOUR)

    assert (assessed.outcome, assessed.outcome_by) == (AlertOutcome.FALSE_LOGIC, "Ann")
    assert (assessed.outcome_us, assessed.note) == (START + HOUR, "the stage crew")
    assert not again.must_keep(assessed)
    assert again.closed == {}


def test_after_a_day_an_outcome_is_undetermined() -> None:
    alerts = a_list()
    a_closed_one(alerts)

    assert alerts.wake(START + SECOND + WAIT_US - 1) == []
    (assessed,) = alerts.wake(START + SECOND + WAIT_US)

    assert isinstance(assessed, AlertRecord)
    assert (assessed.outcome, assessed.outcome_by) == (AlertOutcome.UNDETERMINED, None)
    assert not alerts.must_keep(assessed)


def test_the_outcome_of_an_open_alert_is_not_asked() -> None:
    alerts = a_list()
    record = raise_one(alerts)

    reason = the_refusal(alerts, Assess(alert=record.id, outcome=AlertOutcome.TRUE))

    assert reason.startswith("there is no such closed alert")


# --- Out of service -----------------------------------------------------------------------------


def test_out_of_service_hides_even_what_is_critical_and_loses_none_of_it() -> None:
    alerts = a_list()
    before = raise_one(alerts, priority=Priority.CRITICAL)

    (hidden,) = take_out(alerts, "backstage")
    new = raise_one(alerts, "other", priority=Priority.CRITICAL)

    assert hidden.state is new.state is AlertState.OUT_OF_SERVICE
    assert hidden.hidden_why == "backstage is out of service: cleaning"
    assert new.hidden_until_us == START + HOUR
    (view,) = alerts.services(START)
    assert (view.id, view.by, view.hidden_count) == ("backstage", "Ann", 2)
    assert alerts.load(START).out_of_service == 2

    service, *back = alerts.wake(START + HOUR)

    assert isinstance(service, ServiceRecord)
    assert (service.ended_us, service.ended_by) == (START + HOUR, None)
    assert not alerts.must_keep(service)
    assert [one.id for one in back if isinstance(one, AlertRecord)] == [before.id, new.id]
    for one in alerts.open.values():
        assert one.state is AlertState.UNACKNOWLEDGED
        assert one.begun_us == START + HOUR, "raised as new"
        assert one.hidden_why is None
    assert alerts.services(START + HOUR) == ()


def test_a_device_out_of_service_hides_what_rests_on_it_alone() -> None:
    alerts = a_list()
    take_out(alerts, "cam-1")

    alone = raise_one(alerts, "a", sensors=("cam-1",))
    both = raise_one(alerts, "b", sensors=("cam-1", "cam-2"))
    joined = alerts.apply(a_condition("a", sensors=("cam-1", "cam-2")), START + SECOND)

    assert alone.state is AlertState.OUT_OF_SERVICE
    assert both.state is AlertState.UNACKNOWLEDGED
    assert joined is not None
    assert (joined.state, joined.begun_us) == (AlertState.UNACKNOWLEDGED, START + SECOND)


def test_an_operator_returns_to_service_what_only_a_supervisor_takes_out() -> None:
    alerts = a_list()
    raise_one(alerts)
    ask = TakeOutOfService(target="backstage", duration_s=60, reason="cleaning")
    assert "supervisor may" in the_refusal(alerts, ask)
    take_out(alerts, "backstage")

    records = alerts.act(an_action(ReturnToService(target="backstage")), START + SECOND)

    assert not isinstance(records, Refusal)
    service, alert = records
    assert isinstance(service, ServiceRecord)
    assert (service.ended_by, service.until_us) == ("Ann", START + SECOND)
    assert isinstance(alert, AlertRecord)
    assert alert.state is AlertState.UNACKNOWLEDGED
    assert the_refusal(alerts, ReturnToService(target="backstage")) == (
        "backstage is not out of service"
    )


def test_only_what_the_plan_has_goes_out_of_service() -> None:
    ask = TakeOutOfService(target="moon", duration_s=60, reason="cleaning")

    reason = the_refusal(a_list(), ask, Role.SUPERVISOR)

    assert reason == "the plan has no rule and no device moon"


def test_a_restart_keeps_what_is_out_of_service() -> None:
    alerts, again = a_list(), a_list()
    service = alerts.act(
        an_action(
            TakeOutOfService(target="backstage", duration_s=60, reason="x"), role=Role.SUPERVISOR
        ),
        START,
    )
    assert not isinstance(service, Refusal)

    again.restore(service[0], START + SECOND)

    assert alerts.must_keep(service[0])
    assert raise_one(again).state is AlertState.OUT_OF_SERVICE
    assert again.services(START) != ()


# --- Suppression --------------------------------------------------------------------------------


def a_suppressed_site(priority: Priority = Priority.HIGH, **changes: Any) -> Site:
    """A site where something suppresses alerts of rule backstage."""
    suppression = Suppression(reason="means nothing now", **changes)
    rules = (replace(STAGE, priority=priority, suppressed=(suppression,)), TamperRule(id="tamper"))
    return a_site(rules=rules)


def test_a_posture_suppresses_by_design_and_its_end_raises_anew() -> None:
    alerts = AlertList(a_suppressed_site(postures=(Posture.EVACUATING,)))
    raise_one(alerts, zone="stage")

    (hidden,) = alerts.posture({"site": Posture.EVACUATING}, START + SECOND)
    (back,) = alerts.posture({"site": Posture.EVACUATING, "stage": Posture.NORMAL}, START + MINUTE)

    assert (hidden.state, hidden.hidden_why) == (AlertState.SUPPRESSED, "means nothing now")
    assert hidden.asking_us is None
    assert (back.state, back.begun_us) == (AlertState.UNACKNOWLEDGED, START + MINUTE)


def test_hours_suppress_by_the_clock_on_the_wall() -> None:
    hours = Hours(start="00:00", end="00:05")
    alerts = AlertList(a_suppressed_site(hours=hours))
    record = raise_one(alerts)
    assert record.state is AlertState.SUPPRESSED
    assert alerts.wake(START) == []
    assert alerts.next_wake_us == START + MINUTE

    assert alerts.wake(START + 5 * MINUTE - 1) == []
    (back,) = alerts.wake(START + 5 * MINUTE)

    assert isinstance(back, AlertRecord)
    assert back.state is AlertState.UNACKNOWLEDGED


def test_an_urgent_alert_that_ended_while_suppressed_still_waits_for_a_person() -> None:
    alerts = AlertList(a_suppressed_site(postures=(Posture.RAISED,)))
    alerts.posture({"site": Posture.RAISED}, START)
    raise_one(alerts)
    gone = alerts.apply(a_condition(active=False), START + SECOND)
    assert gone is not None
    assert gone.state is AlertState.SUPPRESSED

    (back,) = alerts.posture({}, START + MINUTE)

    assert back.state is AlertState.CLEARED_UNACKNOWLEDGED


def test_another_rule_suppresses_low_and_medium_in_its_zone_while_its_alert_is_open() -> None:
    alerts = AlertList(a_suppressed_site(rule="tamper"))
    cause = raise_one(alerts, "cam", rule="tamper", zone="stage")

    low = raise_one(alerts, "low", priority=Priority.LOW, zone="stage")
    high = raise_one(alerts, "high", priority=Priority.HIGH, zone="stage")
    elsewhere = raise_one(alerts, "gate", priority=Priority.LOW, zone="gate")
    drill = raise_one(alerts, "drill", priority=Priority.LOW, zone="stage", exercise=True)

    assert low.state is AlertState.SUPPRESSED
    for one in (high, elsewhere, drill):
        assert one.state is AlertState.UNACKNOWLEDGED

    do(alerts, Acknowledge(alert=cause.id))
    alerts.apply(a_condition("cam", rule="tamper", zone="stage", active=False), START + MINUTE)
    assert alerts.next_wake_us == START + MINUTE
    shown = [one for one in alerts.wake(START + MINUTE) if one == alerts.open[low.id]]

    assert [one.state for one in shown if isinstance(one, AlertRecord)] == ["unacknowledged"]


def test_what_another_rule_suppressed_comes_back_when_it_rises() -> None:
    alerts = AlertList(a_suppressed_site(rule="tamper"))
    raise_one(alerts, "cam", rule="tamper")
    raise_one(alerts, "low", priority=Priority.LOW)

    risen = alerts.apply(a_condition("low", priority=Priority.HIGH), START + SECOND)
    fallen = alerts.apply(a_condition("low", priority=Priority.LOW), START + SECOND)

    assert risen is not None
    assert risen.state is AlertState.UNACKNOWLEDGED
    assert fallen is not None
    assert fallen.state is AlertState.UNACKNOWLEDGED, "nobody had it while it was high"


def test_an_edited_plan_takes_its_suppressions_with_it() -> None:
    alerts = AlertList(a_suppressed_site(rule="tamper"))
    raise_one(alerts, "cam", rule="tamper")
    raise_one(alerts, "low", priority=Priority.LOW)

    (back,) = alerts.replan(a_site(), START + SECOND)
    (again,) = alerts.replan(a_suppressed_site(rule="tamper"), START + 2 * SECOND)

    assert isinstance(back, AlertRecord)
    assert back.state is AlertState.UNACKNOWLEDGED
    assert isinstance(again, AlertRecord)
    assert again.state is AlertState.SUPPRESSED


def test_what_comes_off_its_shelf_may_be_suppressed() -> None:
    alerts = AlertList(a_suppressed_site(postures=(Posture.RAISED,)))
    record = raise_one(alerts, priority=Priority.LOW)
    do(alerts, Shelve(alert=record.id, duration_s=60, reason="work"), START)
    assert alerts.posture({"site": Posture.RAISED}, START) == []

    unshelved = do(alerts, Unshelve(alert=record.id))

    assert unshelved.state is AlertState.SUPPRESSED
    assert unshelved.shelved_by is None


# --- Escalation, flood, time --------------------------------------------------------------------


def test_an_alert_climbs_until_somebody_has_it() -> None:
    rungs = (
        Escalation(after_s=20.0, role=Role.OPERATOR),
        Escalation(after_s=60.0, role=Role.SUPERVISOR),
    )
    alerts = a_list(escalations=rungs)
    record = raise_one(alerts)
    assert alerts.next_wake_us == START + 20 * SECOND

    (first,) = alerts.wake(START + 20 * SECOND)
    alerts.wake(START + MINUTE)
    told = alerts.notices(START + MINUTE)
    do(alerts, Acknowledge(alert=record.id), START + MINUTE)

    assert isinstance(first, AlertRecord)
    assert (first.escalation, first.escalated_to) == (1, "operator")
    assert [(one.role, one.alert) for one in told] == [
        ("operator", record.id),
        ("supervisor", record.id),
    ]
    assert alerts.notices(START + MINUTE) == []
    assert alerts.open[record.id].escalation == 2
    assert alerts.wake(START + HOUR) == []


def test_an_alert_that_comes_and_goes_climbs_all_the_same() -> None:
    alerts = a_list()
    raise_one(alerts)
    for second in range(1, 60):
        alerts.apply(a_condition(active=second % 2 == 0), START + second * SECOND)

    alerts.wake(START + MINUTE)

    texts = [one.text for one in alerts.notices(START + MINUTE) if one.alert is not None]
    assert texts == ["Nobody has A-1: Person in Stage back area"]


def test_a_flood_is_told_and_hides_nothing() -> None:
    alerts = a_list()
    for number in range(11):
        raise_one(alerts, str(number), priority=Priority.LOW)

    load = alerts.load(START)

    assert (load.flood_since_us, load.flood_raised, load.raised_10_min) == (START, 11, 11)
    assert all(one.state is AlertState.UNACKNOWLEDGED for one in alerts.open.values())
    assert [one.role for one in alerts.notices(START)] == ["supervisor"]
    assert alerts.next_wake_us == START + LOAD_SPAN_US

    alerts.wake(START + LOAD_SPAN_US)

    assert alerts.load(START + LOAD_SPAN_US).flood_since_us is None
    assert [one.text for one in alerts.notices(START + LOAD_SPAN_US)] == [
        "The alert flood is over: 11 alerts in 10 minutes"
    ]


def test_an_edited_plan_has_its_own_operators() -> None:
    alerts = a_list()
    for number in range(11):
        raise_one(alerts, str(number), priority=Priority.LOW)

    alerts.replan(a_site(operators=3), START)

    assert alerts.load(START).raised_10_min == 4


def test_a_restart_counts_what_it_still_knows() -> None:
    alerts, again = a_list(), a_list()
    for number in range(12):
        again.restore(raise_one(alerts, str(number), priority=Priority.LOW), START)

    again.wake(START)

    assert again.load(START) == alerts.load(START)


def test_after_a_day_an_alert_is_stale() -> None:
    alerts = a_list()
    record = raise_one(alerts, priority=Priority.LOW)

    (stale,) = alerts.wake(START + DAY)

    assert isinstance(stale, AlertRecord)
    assert (stale.id, stale.stale) == (record.id, True)
    assert alerts.load(START + DAY).stale == 1
    assert alerts.next_wake_us is None


def test_a_chatter_goes_on_in_the_next_alert_of_its_key_and_ends_in_a_quiet_minute() -> None:
    alerts = a_list()
    for second in (0, 10, 20):
        raised_us = START + second * SECOND
        record = alerts.apply(a_condition(), raised_us)
        assert record is not None
        do(alerts, Acknowledge(alert=record.id), raised_us)
        if second < 20:
            alerts.apply(a_condition(active=False), raised_us + 5 * SECOND)

    (third,) = alerts.open.values()
    assert (third.number, third.chattering) == (3, True)

    (quiet,) = alerts.wake(START + 80 * SECOND)

    assert isinstance(quiet, AlertRecord)
    assert not quiet.chattering


# --- Incidents ----------------------------------------------------------------------------------


def test_one_word_has_every_alert_of_an_incident_that_waits() -> None:
    alerts = a_list()
    active, cleared, had, hidden = (raise_one(alerts, key) for key in "abcd")
    alerts.apply(a_condition("b", active=False), START)
    do(alerts, Acknowledge(alert=had.id))
    alerts.apply(a_condition("d", rule="tamper"), START)
    ids = [active.id, cleared.id, had.id, ulid(START, b"nothing   ")]

    changed = alerts.acknowledge(ids, "Bob", START + MINUTE)

    assert [(one.id, one.state) for one in changed] == [
        (active.id, AlertState.ACKNOWLEDGED),
        (cleared.id, AlertState.CLOSED),
    ]
    assert alerts.open[had.id].acknowledged_by == "Ann"
    assert alerts.open[hidden.id].acknowledged_by is None


def test_an_alert_knows_its_incident() -> None:
    alerts = a_list()
    record = raise_one(alerts)
    incident = ulid(START, b"incident  ")

    joined = alerts.join(record.id, incident, START + SECOND)

    assert joined is not None
    assert joined.incident == incident
    assert alerts.join(record.id, incident, START + SECOND) is None
    assert alerts.join(incident, incident, START + SECOND) is None


def test_asking_when_something_is_due_looks_at_no_alert(monkeypatch: pytest.MonkeyPatch) -> None:
    alerts = a_list()
    for number in range(500):
        raise_one(alerts, str(number))
    monkeypatch.setattr(alerts, "_open", None)

    assert alerts.next_wake_us == START + MINUTE
    assert alerts.wake(START + MINUTE - 1) == []


def test_every_record_comes_back_from_the_journal_as_it_went_in() -> None:
    alerts = AlertList(a_suppressed_site(postures=(Posture.RAISED,)), plan_hash="a1b2")
    alerts.posture({"site": Posture.RAISED}, START)
    record = raise_one(alerts)

    again = msgspec.json.decode(msgspec.json.encode(record), type=AlertRecord)

    assert again == record
