import pytest
from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.changes import (
    MESSAGES_MAX,
    acted,
    gone,
    hidden,
    raised,
    refusal_of,
    seen_again,
    shown,
    unshelved,
)
from hub.core.alerts.lifecycle import Move
from hub.core.rules.condition import Condition
from wire.actions import Acknowledge, Clear, Shelve, Unshelve
from wire.labels import AlertOutcome, AlertState, Priority

SECOND = 1_000_000
START = 1_767_225_600 * SECOND
CAUSE = "01KDVXT000000000000000000A"


def a_condition(**changes: object) -> Condition:
    plain = {
        "key": "backstage",
        "rule": "backstage",
        "rule_kind": "intrusion",
        "active": True,
        "priority": Priority.HIGH,
        "summary": "Person in Stage back area",
        "observed_us": START,
        "cause": CAUSE,
    }
    return Condition(**{**plain, **changes})  # type: ignore[arg-type]


def an_alert(**changes: object) -> AlertRecord:
    return raised(a_condition(**changes), 17, START)


def acknowledged(alert: AlertRecord) -> AlertRecord:
    return acted(alert, Acknowledge(alert=alert.id), "Ann", START + SECOND)


def shelved(alert: AlertRecord) -> AlertRecord:
    ask = Shelve(alert=alert.id, duration_s=60, reason="painters")
    return acted(alert, ask, "Bob", START + 2 * SECOND)


def test_a_raised_alert_says_what_its_condition_says() -> None:
    alert = an_alert(tracks=(4,), simulated=True, latched=True, zone_name="Stage")

    assert alert.state is AlertState.UNACKNOWLEDGED
    assert alert.number == 17
    assert (alert.tracks, alert.simulated, alert.latched) == ((4,), True, True)
    assert (alert.raised_us, alert.begun_us, alert.changed_us) == (START, START, START)
    assert an_alert().id == an_alert().id
    assert an_alert(key="other").id != an_alert().id


def test_more_of_the_same_leaves_an_acknowledged_alert_acknowledged() -> None:
    alert = seen_again(acknowledged(an_alert()), a_condition(summary="2 people"), START + SECOND)

    assert alert.state is AlertState.ACKNOWLEDGED
    assert alert.summary == "2 people"
    assert alert.acknowledged_by == "Ann"


def test_a_higher_priority_asks_for_a_person_again_and_is_no_repeat() -> None:
    alert = acknowledged(an_alert(priority=Priority.MEDIUM))

    alert = seen_again(alert, a_condition(priority=Priority.HIGH), START + 5 * SECOND)

    assert alert.state is AlertState.UNACKNOWLEDGED
    assert alert.begun_us == START + 5 * SECOND
    assert alert.repeats == 0


@pytest.mark.parametrize("priority", [Priority.HIGH, Priority.CRITICAL])
def test_a_shelved_alert_that_becomes_urgent_leaves_its_shelf(priority: Priority) -> None:
    alert = seen_again(
        shelved(an_alert(priority=Priority.LOW)), a_condition(priority=priority), START
    )

    assert alert.state is AlertState.UNACKNOWLEDGED
    assert alert.shelved_until_us is None


def test_a_condition_that_lasts_and_asks_again_is_nobodys_again_and_no_repeat() -> None:
    alert = an_alert()

    again = seen_again(acknowledged(alert), a_condition(asks_again=True), START + 60 * SECOND)
    waiting = seen_again(alert, a_condition(asks_again=True), START + 60 * SECOND)

    assert (again.state, again.acknowledged_by) == (AlertState.UNACKNOWLEDGED, None)
    assert (again.begun_us, again.repeats) == (START + 60 * SECOND, 0)
    assert waiting.begun_us == START  # It waits for somebody since then.


def test_a_condition_that_returns_is_a_repeat_and_nobody_has_it() -> None:
    cleared = gone(an_alert(), START + SECOND)
    assert cleared.state is AlertState.CLEARED_UNACKNOWLEDGED

    alert = seen_again(cleared, a_condition(), START + 5 * SECOND)

    assert alert.state is AlertState.UNACKNOWLEDGED
    assert (alert.active, alert.repeats) == (True, 1)
    assert alert.begun_us == START + 5 * SECOND


def test_an_acknowledged_alert_closes_when_its_condition_goes() -> None:
    alert = gone(acknowledged(an_alert()), START + 5 * SECOND)

    assert alert.state is AlertState.CLOSED
    assert (alert.active, alert.cleared_us) == (False, START + 5 * SECOND)
    assert alert.closed_by is None


def test_an_acknowledged_latched_alert_waits_for_a_person_to_clear_it() -> None:
    alert = gone(acknowledged(an_alert(latched=True)), START + 5 * SECOND)
    assert alert.state is AlertState.ACKNOWLEDGED
    ask = Clear(alert=alert.id, note="fireworks", outcome=AlertOutcome.BENIGN)
    assert refusal_of(alert, ask) is None

    alert = acted(alert, ask, "Ann", START + 9 * SECOND)

    assert alert.state is AlertState.CLOSED
    assert (alert.closed_by, alert.note) == ("Ann", "fireworks")
    assert (alert.outcome, alert.outcome_by) == (AlertOutcome.BENIGN, "Ann")
    assert alert.outcome_us == START + 9 * SECOND


def test_a_condition_that_goes_twice_goes_once() -> None:
    cleared = gone(an_alert(), START)

    assert gone(cleared, START + SECOND) == cleared


def test_acknowledging_what_is_gone_closes_it_unless_it_is_latched() -> None:
    assert acknowledged(gone(an_alert(), START)).state is AlertState.CLOSED
    assert acknowledged(gone(an_alert(latched=True), START)).state is AlertState.ACKNOWLEDGED


def test_an_alert_that_is_active_at_the_end_of_its_shelf_asks_for_a_person() -> None:
    alert = unshelved(shelved(acknowledged(an_alert())))

    assert alert.state is AlertState.UNACKNOWLEDGED
    assert alert.acknowledged_by is None
    assert (alert.shelved_by, alert.shelved_us, alert.shelve_reason) == (None, None, None)


def test_an_alert_that_went_on_its_shelf_waits_if_nobody_had_it_and_else_closes() -> None:
    assert unshelved(gone(shelved(an_alert()), START)).state is AlertState.CLEARED_UNACKNOWLEDGED
    assert unshelved(gone(shelved(acknowledged(an_alert())), START)).state is AlertState.CLOSED


def test_a_return_on_the_shelf_takes_the_acknowledgement_away() -> None:
    on_shelf = gone(shelved(acknowledged(an_alert(priority=Priority.LOW))), START)
    on_shelf = gone(seen_again(on_shelf, a_condition(priority=Priority.LOW), START), START)
    assert on_shelf.state is AlertState.SHELVED

    alert = unshelved(on_shelf)

    assert alert.state is AlertState.CLEARED_UNACKNOWLEDGED


def test_unshelving_is_what_the_end_of_the_shelf_does() -> None:
    alert = shelved(an_alert())

    assert acted(alert, Unshelve(alert=alert.id), "Ann", START) == unshelved(alert)


@pytest.mark.parametrize("priority", [Priority.HIGH, Priority.CRITICAL])
def test_what_protects_lives_cannot_be_shelved(priority: Priority) -> None:
    alert = an_alert(priority=priority)

    refusal = refusal_of(alert, Shelve(alert=alert.id, duration_s=60, reason="noise"))

    assert refusal is not None
    assert refusal.reason == (
        f"an alert of priority {priority} protects lives and cannot be shelved; a supervisor may "
        "take its rule or device out of service; allowed: acknowledge"
    )


def test_what_was_critical_when_nobody_had_it_cannot_be_shelved_because_it_is_low_now() -> None:
    alert = an_alert(priority=Priority.CRITICAL)
    alert = seen_again(alert, a_condition(priority=Priority.LOW), START + SECOND)
    assert (alert.priority, alert.gravest) == (Priority.LOW, Priority.CRITICAL)
    ask = Shelve(alert=alert.id, duration_s=60, reason="noise")

    before, after = refusal_of(alert, ask), refusal_of(acknowledged(alert), ask)

    assert before is not None
    assert before.reason.startswith("an alert of priority critical")
    assert after is None


def test_what_is_listed_apart_says_why_it_is() -> None:
    alert = hidden(an_alert(), Move.SUPPRESS, "the market is open")

    refusal = refusal_of(alert, Acknowledge(alert=alert.id))

    assert refusal is not None
    assert refusal.reason == (
        "cannot acknowledge an alert that is suppressed; allowed: nothing (the market is open)"
    )


def test_a_suppressed_alert_lapses_with_its_condition_unless_it_is_urgent_or_latched() -> None:
    def suppressed_and_gone(**changes: object) -> AlertState:
        return gone(hidden(an_alert(**changes), Move.SUPPRESS, "open"), START).state

    assert suppressed_and_gone(priority=Priority.MEDIUM) is AlertState.CLOSED
    assert suppressed_and_gone(priority=Priority.MEDIUM, latched=True) is AlertState.SUPPRESSED
    assert suppressed_and_gone(priority=Priority.HIGH) is AlertState.SUPPRESSED


def test_an_alert_that_comes_back_from_being_hidden_is_raised_as_new() -> None:
    alert = hidden(acknowledged(an_alert()), Move.REMOVE, "being cleaned", START + 60 * SECOND)
    assert (alert.hidden_why, alert.hidden_until_us) == ("being cleaned", START + 60 * SECOND)

    back = shown(alert, Move.RESTORE, START + 9 * SECOND)

    assert back.state is AlertState.UNACKNOWLEDGED
    assert (back.begun_us, back.acknowledged_by) == (START + 9 * SECOND, None)
    assert (back.hidden_why, back.hidden_until_us) == (None, None)


def test_an_alert_that_ended_while_it_was_hidden_waits_if_nobody_had_it() -> None:
    unseen = gone(hidden(an_alert(), Move.REMOVE, "work"), START)
    seen = gone(hidden(acknowledged(an_alert()), Move.REMOVE, "work"), START)

    unseen, seen = (shown(one, Move.RESTORE, START + SECOND) for one in (unseen, seen))

    assert unseen.state is AlertState.CLEARED_UNACKNOWLEDGED
    assert unseen.begun_us == START
    assert seen.state is AlertState.CLOSED


def test_a_shelf_is_forgotten_when_its_alert_goes_out_of_service() -> None:
    alert = hidden(shelved(an_alert(priority=Priority.LOW)), Move.REMOVE, "work")

    assert alert.state is AlertState.OUT_OF_SERVICE
    assert (alert.shelved_by, alert.shelved_until_us) == (None, None)


def test_an_alert_names_the_messages_that_changed_it() -> None:
    alert = an_alert()
    causes = [f"01KDVXT0000000000000000{number:03d}" for number in range(20)]
    for number, cause in enumerate(causes):
        alert = seen_again(alert, a_condition(cause=cause, summary=f"{number} people"), START)

    assert alert.cause == CAUSE
    assert alert.messages == tuple(causes[-MESSAGES_MAX:])
    assert seen_again(alert, a_condition(cause=CAUSE, summary="19 people"), START) == alert


def test_three_raisings_within_a_minute_are_a_chatter() -> None:
    alert = an_alert()
    for at_us in (START + 20 * SECOND, START + 40 * SECOND):
        alert = seen_again(gone(alert, at_us - SECOND), a_condition(), at_us)

    assert alert.chattering
    assert alert.raisings_us == (START, START + 20 * SECOND, START + 40 * SECOND)


@pytest.mark.parametrize("active", [True, False])
def test_what_is_still_true_cannot_be_cleared(*, active: bool) -> None:
    alert = replace(acknowledged(an_alert()), active=active)

    refusal = refusal_of(alert, Clear(alert=alert.id, note="x", outcome=AlertOutcome.TRUE))

    if active:
        assert refusal is not None
        assert refusal.reason.endswith("allowed: shelve")
    else:
        assert refusal is None


def test_a_move_that_the_table_does_not_have_is_refused() -> None:
    alert = acknowledged(an_alert())

    refusal = refusal_of(alert, Acknowledge(alert=alert.id))

    assert refusal is not None
    assert refusal.reason == (
        "cannot acknowledge an alert that is acknowledged; allowed: shelve, clear"
    )
