from typing import Any

import pytest

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.outcome import CLOSED_MAX, WAIT_US, Outcomes, awaits_outcome
from hub.core.alerts.refusal import Refusal
from wire.actions import Assess
from wire.ids import derived_id
from wire.labels import AlertOutcome, AlertState, Priority

SECOND = 1_000_000
START = 1_767_225_600 * SECOND
CAUSE = "01KDVXT000000000000000000B"


def a_closed_one(number: int = 17, **changes: Any) -> AlertRecord:
    plain = {
        "id": derived_id(CAUSE, str(number)),
        "number": number,
        "key": "backstage",
        "rule": "backstage",
        "rule_kind": "intrusion",
        "priority": Priority.HIGH,
        "state": AlertState.CLOSED,
        "active": False,
        "summary": "Person in Stage back area",
        "raised_us": START,
        "begun_us": START,
        "changed_us": START,
        "closed_us": START,
        "acknowledged_by": "Ann",
        "cause": CAUSE,
    }
    return AlertRecord(**{**plain, **changes})


def test_what_somebody_had_and_nobody_closed_waits() -> None:
    assert awaits_outcome(a_closed_one())


@pytest.mark.parametrize(
    "changes",
    [
        {"state": AlertState.ACKNOWLEDGED},
        {"outcome": AlertOutcome.TRUE},
        {"closed_by": "Ann"},
        {"acknowledged_by": None},
    ],
)
def test_everything_else_does_not(changes: dict[str, Any]) -> None:
    assert not awaits_outcome(a_closed_one(**changes))


def test_a_word_ends_the_waiting() -> None:
    outcomes, record = Outcomes(), a_closed_one()
    outcomes.put(record)
    ask = Assess(alert=record.id, outcome=AlertOutcome.BENIGN, note="the crew")

    assessed = outcomes.act(ask, "Bob", START + SECOND)

    assert isinstance(assessed, AlertRecord)
    assert (assessed.outcome, assessed.outcome_by, assessed.note) == ("benign", "Bob", "the crew")
    assert not awaits_outcome(assessed)
    assert outcomes.next_wake_us is None
    assert isinstance(outcomes.act(ask, "Bob", START + SECOND), Refusal)


def test_a_day_ends_it_too() -> None:
    outcomes = Outcomes()
    outcomes.put(a_closed_one())
    assert outcomes.next_wake_us == START + WAIT_US

    assert outcomes.wake(START + WAIT_US - 1) == []
    (assessed,) = outcomes.wake(START + WAIT_US)

    assert (assessed.outcome, assessed.outcome_by) == (AlertOutcome.UNDETERMINED, None)
    assert outcomes.closed == {}


def test_of_too_many_the_oldest_waits_no_longer() -> None:
    outcomes = Outcomes()
    for number in range(CLOSED_MAX + 2):
        outcomes.put(a_closed_one(number, closed_us=START + number))
    now_us = START + CLOSED_MAX + 1

    over = outcomes.wake(now_us)

    assert [one.number for one in over] == [0, 1]
    assert len(outcomes.closed) == CLOSED_MAX


def test_a_record_without_its_closing_waits_from_its_last_change() -> None:
    outcomes = Outcomes()

    outcomes.put(a_closed_one(closed_us=None))

    assert outcomes.next_wake_us == START + WAIT_US
