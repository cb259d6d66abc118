from collections.abc import Iterable

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.alert_list import LOAD_SPAN_US, AlertList
from hub.core.alerts.overflow import KEY, LOOK_US
from hub.core.alerts.refusal import Refusal
from hub.core.rules.condition import Condition
from hub.core.site import IntrusionRule, Origin, Site
from wire.actions import Acknowledge, AskKind, Clear, OperatorAction, Shelve, Unshelve
from wire.ids import ulid
from wire.labels import AlertState, Priority, Role

SECOND = 1_000_000
MINUTE = 60 * SECOND
START = 1_767_225_600 * SECOND


def a_site() -> Site:
    return Site(
        id="square",
        name="Square",
        origin=Origin(lat_deg=52.0, lon_deg=5.0),
        bounds=((-500.0, -500.0), (500.0, 500.0)),
        rules=(IntrusionRule(id="backstage", zone="stage", stay_min_s=10.0),),
    )


def a_list(open_max: int = 500) -> AlertList:
    return AlertList(a_site(), open_max)


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
    record = alerts.act(an_action(ask, now_us), now_us)
    assert isinstance(record, AlertRecord), record
    return record


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
    record = raise_one(alerts)
    shelved = do(alerts, Shelve(alert=record.id, duration_s=600, reason="painters"), START)
    assert (shelved.shelved_by, shelved.shelve_reason) == ("Ann", "painters")

    assert alerts.next_wake_us == START + 10 * MINUTE
    assert alerts.wake(START + 10 * MINUTE - 1) == []
    (back,) = alerts.wake(START + 10 * MINUTE)

    assert back.state is AlertState.UNACKNOWLEDGED
    assert alerts.next_wake_us is None


def test_an_operator_clears_a_latched_alert() -> None:
    alerts = a_list()
    record = raise_one(alerts, latched=True)
    do(alerts, Acknowledge(alert=record.id))
    alerts.apply(a_condition(active=False, latched=True), START + MINUTE)
    assert alerts.open[record.id].state is AlertState.ACKNOWLEDGED

    assert do(alerts, Clear(alert=record.id, note="over")).state is AlertState.CLOSED


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

    assert alerts.load(START + MINUTE) == 3
    assert alerts.load(START + LOAD_SPAN_US) == 1
    assert alerts.load(START + MINUTE + LOAD_SPAN_US) == 0


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

    assert let_in.key == "c"
    assert alerts.apply(a_condition("e", active=False), START) is None


def test_after_a_restart_numbers_go_on() -> None:
    alerts = a_list()
    record = raise_one(alerts)
    closed = msgspec.structs.replace(record, number=41, state=AlertState.CLOSED)

    again = a_list()
    again.restore(closed, START + SECOND)

    assert again.open == {}
    assert again.load(START + SECOND) == 0, "only what is open says when it was raised"
    assert raise_one(again).number == 42


def test_a_restored_condition_that_never_returns_clears_and_still_waits_for_a_person() -> None:
    alerts, again = a_list(), a_list()
    again.restore(raise_one(alerts), START)

    assert again.next_wake_us == START + 40 * SECOND
    assert again.wake(START + 40 * SECOND - 1) == []
    (record,) = again.wake(START + 40 * SECOND)

    assert record.state is AlertState.CLEARED_UNACKNOWLEDGED
    assert again.open[record.id] == record
    assert again.next_wake_us is None


def test_a_restored_condition_that_is_found_again_stays() -> None:
    alerts, again = a_list(), a_list()
    again.restore(raise_one(alerts), START)

    assert again.apply(a_condition(at_us=START + SECOND), START + SECOND) is None
    assert again.wake(START + MINUTE) == []


def test_a_restored_alert_that_a_person_closes_is_gone_before_its_time() -> None:
    alerts, again = a_list(), a_list()
    again.restore(raise_one(alerts, latched=True), START)
    (identity,) = again.open
    do(again, Acknowledge(alert=identity))
    do(again, Clear(alert=identity, note="over"))

    assert again.open == {}
    assert again.next_wake_us is None


Step = tuple[str, str, int]

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]),
        st.sampled_from(["active", "clear", "ack", "shelve", "unshelve", "close"]),
        st.integers(0, 90 * SECOND),
    ),
    max_size=25,
)


def played(alerts: AlertList, step: Step, now_us: int) -> list[AlertRecord]:
    """Do one step, and return what changed."""
    key, what, _ = step
    changed = alerts.wake(now_us)
    if what in ("active", "clear"):
        priority = Priority.CRITICAL if key == "b" else Priority.LOW
        condition = a_condition(key, now_us, active=what == "active", priority=priority)
        record = alerts.apply(condition, now_us)
        return changed if record is None else [*changed, record]
    known = [one for one in alerts.open.values() if one.key == key]
    identity = known[0].id if known else ulid(START, b"nothing   ")
    asks: dict[str, AskKind] = {
        "ack": Acknowledge(alert=identity),
        "shelve": Shelve(alert=identity, duration_s=60, reason="work"),
        "unshelve": Unshelve(alert=identity),
        "close": Clear(alert=identity, note="over"),
    }
    answer = alerts.act(an_action(asks[what], now_us), now_us)
    if isinstance(answer, Refusal):
        assert answer.reason
        return changed
    return [*changed, answer]


def instants(steps: Iterable[Step]) -> Iterable[tuple[Step, int]]:
    now_us = START
    for step in steps:
        now_us += step[2]
        yield step, now_us


@given(STEPS)
def test_no_alert_ever_closes_that_nobody_acknowledged(steps: list[Step]) -> None:
    alerts = a_list()
    for step, now_us in instants(steps):
        for record in played(alerts, step, now_us):
            assert record.changed_us == now_us
            assert record.state is not AlertState.CLOSED or record.acknowledged_by is not None
            assert record.state is not AlertState.SHELVED or record.priority is Priority.LOW
        keys = [one.key for one in alerts.open.values()]
        assert len(keys) == len(set(keys)), "one open alert a condition"


@settings(max_examples=60)
@given(STEPS, st.integers(0, 25))
def test_restoring_and_going_on_equals_never_having_stopped(
    steps: list[Step], stop_after: int
) -> None:
    unstopped, stopped = a_list(), a_list()
    kept: dict[str, AlertRecord] = {}
    for count, (step, now_us) in enumerate(instants(steps)):
        if count == stop_after:
            stopped = a_list()
            for record in kept.values():
                stopped.restore(record, now_us)
                # Its rule finds the condition still true.
                if record.active:
                    again = a_condition(record.key, now_us, priority=record.priority)
                    assert stopped.apply(again, now_us) is None
        changed = played(unstopped, step, now_us)

        assert played(stopped, step, now_us) == changed

        kept.update({record.id: record for record in changed})


@pytest.mark.parametrize("state", AlertState)
def test_a_restored_alert_keeps_its_state(state: AlertState) -> None:
    record = msgspec.structs.replace(raise_one(a_list()), state=state, active=False)
    again = a_list()

    again.restore(record, START)

    assert list(again.open.values()) == ([] if state is AlertState.CLOSED else [record])
