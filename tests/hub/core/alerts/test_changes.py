import pytest
from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.changes import acted, gone, raised, refusal_of, seen_again, unshelved
from hub.core.rules.condition import Condition
from wire.actions import Acknowledge, Clear, Shelve, Unshelve
from wire.labels import AlertState, Priority

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


def test_a_shelved_alert_that_becomes_critical_leaves_its_shelf() -> None:
    alert = seen_again(shelved(an_alert()), a_condition(priority=Priority.CRITICAL), START)

    assert alert.state is AlertState.UNACKNOWLEDGED
    assert alert.shelved_until_us is None


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
    ask = Clear(alert=alert.id, note="false alarm, fireworks")
    assert refusal_of(alert, ask) is None

    alert = acted(alert, ask, "Ann", START + 9 * SECOND)

    assert alert.state is AlertState.CLOSED
    assert (alert.closed_by, alert.note) == ("Ann", "false alarm, fireworks")


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
    on_shelf = gone(shelved(acknowledged(an_alert())), START)
    on_shelf = gone(seen_again(on_shelf, a_condition(), START), START)
    assert on_shelf.state is AlertState.SHELVED

    alert = unshelved(on_shelf)

    assert alert.state is AlertState.CLEARED_UNACKNOWLEDGED


def test_unshelving_is_what_the_end_of_the_shelf_does() -> None:
    alert = shelved(an_alert())

    assert acted(alert, Unshelve(alert=alert.id), "Ann", START) == unshelved(alert)


def test_what_protects_lives_cannot_be_shelved() -> None:
    alert = an_alert(priority=Priority.CRITICAL)

    refusal = refusal_of(alert, Shelve(alert=alert.id, duration_s=60, reason="noise"))

    assert refusal is not None
    assert refusal.reason == (
        "a critical alert protects lives and cannot be shelved; allowed: acknowledge"
    )


@pytest.mark.parametrize("active", [True, False])
def test_what_is_still_true_cannot_be_cleared(*, active: bool) -> None:
    alert = replace(acknowledged(an_alert()), active=active)

    refusal = refusal_of(alert, Clear(alert=alert.id, note="enough"))

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
