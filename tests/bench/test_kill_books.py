"""The judge of the kills: it must find whatever is lost or doubled, or its silence says nothing."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from bench.kill_books import Account, Books, Told
from hub.core.alerts.alert import AlertRecord
from hub.core.effects import Asked, Record
from hub.core.response.command import CommandRecord
from wire.actions import Acknowledge, Clear, OperatorAction, Order
from wire.ids import derived_id, ulid
from wire.labels import (
    ActuatorAction,
    AlertOutcome,
    AlertState,
    CommandState,
    EffectClass,
    Priority,
    Role,
)

AT_US = 1_800_000_000_000_000
PRESS, ALERT, STEP, TAKEN, SEEN, ORDERED = (
    ulid(AT_US + n * 1000, bytes([n] * 10)) for n in range(6)
)
BY_HAND = derived_id(ORDERED, "order")


class Trial(Struct, frozen=True, kw_only=True):
    """One press, its alert, its siren, and an order by hand; all of it as it should be."""

    records: tuple[Record, ...]
    presses: tuple[str, ...] = (PRESS,)
    told: tuple[Told, ...] = ()
    executed: tuple[str, ...] = (STEP, BY_HAND)
    heard: tuple[str, ...] = (STEP, STEP, BY_HAND)

    def account(self) -> Account:
        return Books(self.records, self.presses, self.told, self.executed, self.heard).account()


def an_alert(**changes: Any) -> AlertRecord:
    plain: dict[str, Any] = {
        "id": ALERT,
        "number": 1,
        "key": f"panic/{PRESS}",
        "rule": "panic",
        "rule_kind": "cue",
        "priority": Priority.CRITICAL,
        "state": AlertState.UNACKNOWLEDGED,
        "active": True,
        "summary": "Panic button",
        "raised_us": AT_US,
        "begun_us": AT_US,
        "changed_us": AT_US,
        "cause": PRESS,
    }
    return AlertRecord(**{**plain, **changes})


def a_command(**changes: Any) -> CommandRecord:
    plain: dict[str, Any] = {
        "id": STEP,
        "alert": ALERT,
        "playbook": "defend",
        "step": "warn",
        "text": "Sound the siren",
        "actuator": "siren-01",
        "action": ActuatorAction.SOUND,
        "effect": EffectClass.WARN,
        "reason": "Panic button",
        "state": CommandState.SENT,
        "requested_by": "Defend",
        "requested_us": AT_US,
        "changed_us": AT_US,
        "sent_us": AT_US,
        "expires_us": AT_US + 1,
        "valid_us": 1,
    }
    return CommandRecord(**{**plain, **changes})


def told(identity: str, ask: Any, **changes: Any) -> Told:
    return replace(Told(id=identity, ask=ask, accepted=True), **changes)


def asked(one: Told) -> Asked:
    action = OperatorAction(
        id=one.id, operator="Ada", role=Role.OPERATOR, asked_us=AT_US, ask=one.ask
    )
    return Asked(action=action, accepted=True)


ACKNOWLEDGED = told(TAKEN, Acknowledge(alert=ALERT))
CLEARED = told(SEEN, Clear(alert=ALERT, note="a trial", outcome=AlertOutcome.TEST))
AN_ORDER = told(ORDERED, Order(actuator="siren-01", action=ActuatorAction.SOUND, reason="by hand"))
ASKED = (ACKNOWLEDGED, CLEARED, AN_ORDER)
OPEN = an_alert()
HELD = an_alert(state=AlertState.ACKNOWLEDGED, acknowledged_us=AT_US + 1)
CLOSED = replace(HELD, state=AlertState.CLOSED)
SENT = a_command()
DONE = a_command(state=CommandState.CONFIRMED)
HAND_SENT = a_command(id=BY_HAND, alert=None, playbook=None, step=None)
HAND_DONE = replace(HAND_SENT, state=CommandState.CONFIRMED)


def a_trial() -> Trial:
    answers = tuple(asked(one) for one in ASKED)
    records = (OPEN, SENT, HELD, HAND_SENT, CLOSED, DONE, HAND_DONE, *answers)
    return Trial(records=records, told=ASKED)


def with_records(trial: Trial, change: Callable[[Sequence[Record]], list[Record]]) -> Trial:
    return replace(trial, records=tuple(change(trial.records)))


def test_a_good_trial_has_no_fault_and_is_counted() -> None:
    account = a_trial().account()

    assert account.faults == ()
    assert (account.pressed, account.alerts, account.asked) == (1, 1, 3)
    assert (account.commands, account.orders, account.executed) == (2, 1, 2)
    assert (account.heard_again, account.expired, account.misled, account.asked_again) == (
        (1, 0, 0, 0)
    )


OTHER = ulid(AT_US + 9_000, b"other-----")


@pytest.mark.parametrize(
    ("wanted", "spoil"),
    [
        ("raised 0 alerts", lambda one: replace(one, presses=(PRESS, OTHER))),
        ("raised 2 alerts", lambda one: added(one, an_alert(id=OTHER, number=2), DONE)),
        ("which nobody pressed", lambda one: replace(one, presses=())),
        ("number of two alerts", lambda one: added(one, an_alert(id=OTHER))),
        ("came back after it was closed", lambda one: added(one, HELD)),
        (
            "lost its acknowledgement",
            lambda one: added(one, replace(CLOSED, acknowledged_us=None)),
        ),
        ("in the journal 0 times", lambda one: without(one, asked(ACKNOWLEDGED))),
        ("in the journal 2 times", lambda one: added(one, asked(ACKNOWLEDGED))),
        (
            "was refused and done all the same",
            lambda one: replace(one, told=(replace(CLEARED, accepted=False), *ASKED[::2])),
        ),
        (
            "in the journal 2 times",
            lambda one: added(
                replace(one, told=(replace(CLEARED, accepted=False, tries=2), *ASKED[::2])),
                asked(CLEARED),
            ),
        ),
        ("accepted and did nothing", lambda one: without(one, CLOSED)),
        ("began 0 times", lambda one: replaced(one, {SENT: HAND_SENT, DONE: None}, "siren")),
        ("began 2 times", lambda one: added(one, a_command(id=OTHER))),
        ("ordered by nobody", lambda one: replace(one, told=ASKED[:2])),
        ("carried out 2 times", lambda one: replace(one, executed=(STEP, STEP, BY_HAND))),
        (
            "not in the journal as sent",
            lambda one: replace(one, executed=(STEP, BY_HAND, OTHER)),
        ),
        ("was never carried out", lambda one: replace(one, executed=(BY_HAND,))),
        ("was carried out and is sent", lambda one: without(one, DONE)),
        (
            "sent and never carried out: expired",
            lambda one: replace(
                replaced(one, {DONE: a_command(state=CommandState.EXPIRED)}), executed=(BY_HAND,)
            ),
        ),
    ],
)
def test_whatever_is_lost_or_doubled_is_found(wanted: str, spoil: Callable[[Trial], Trial]) -> None:
    faults = spoil(a_trial()).account().faults

    assert any(wanted in fault for fault in faults), faults


def added(trial: Trial, *records: Record) -> Trial:
    return replace(trial, records=(*trial.records, *records))


def without(trial: Trial, record: Record) -> Trial:
    return replace(trial, records=tuple(one for one in trial.records if one != record))


def replaced(trial: Trial, others: dict[Any, Any], other_step: str = "") -> Trial:
    """Return a trial in which records are others, or are not there; and another step was begun."""
    records = [
        next((new for old, new in others.items() if old == one), one) for one in trial.records
    ]
    if other_step:
        records.append(a_command(id=OTHER, alert=OTHER, step="warn", state=CommandState.CANCELLED))
    return replace(trial, records=tuple(one for one in records if one is not None))


def test_an_order_by_hand_may_expire_and_a_hub_that_died_may_say_no_to_what_is_done() -> None:
    trial = replaced(a_trial(), {HAND_DONE: replace(HAND_SENT, state=CommandState.EXPIRED)})
    misled = replace(ACKNOWLEDGED, accepted=False, tries=2)
    trial = replace(trial, executed=(STEP,), told=(misled, *ASKED[1:]))

    account = trial.account()

    assert account.faults == ()
    assert (account.expired, account.misled, account.asked_again) == (1, 1, 1)
