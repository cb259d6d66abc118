import pytest
from small_square import (
    BOLLARD,
    BUTTON,
    CAMERA,
    INSIDE,
    MINUTE,
    SECOND,
    SIREN,
    START,
    Hub,
    Voice,
    a_hub_with_actuators,
    a_site,
    alert_topic,
    deltas,
    entries,
    published,
    published_at,
    replies,
)

from hub.core.alerts.alert import AlertRecord
from hub.core.effects import Asked, Journal, Publish
from hub.core.engine import ANSWERS_MAX, TICK_US
from hub.core.fusion.watch import STEADY_US
from hub.core.response.command import CommandRecord
from hub.core.site import IntrusionRule, Site
from wire.actions import (
    Acknowledge,
    Cancel,
    Clear,
    Confirm,
    OperatorAction,
    Order,
    Shelve,
    Unshelve,
)
from wire.ids import ulid
from wire.labels import (
    ActuatorAction,
    ActuatorPosition,
    AlertOutcome,
    AlertState,
    CommandState,
    OutcomeStatus,
    Priority,
    Role,
)
from wire.messages import (
    AlertNotice,
    Command,
    Outcome,
)

# --- What operators do ----------------------------------------------------------------------


def with_an_alert(site: Site | None = None) -> tuple[Hub, AlertRecord]:
    hub = Hub(site or a_site(rules=a_site().rules[:1], playbooks=()))
    hub.sees(Voice(CAMERA), INSIDE, from_us=START)
    return hub, hub.alerts[0]


def test_an_operator_acknowledges_and_the_alert_closes_when_its_condition_goes() -> None:
    hub, alert = with_an_alert()

    assert hub.asks(Acknowledge(alert=alert.id), START + SECOND) == ""
    assert (hub.alerts[0].state, hub.alerts[0].acknowledged_by) == (AlertState.ACKNOWLEDGED, "Ann")
    effects = hub.lives(START + 30 * SECOND)

    assert hub.alerts == []
    (cleared,) = published_at(effects, alert_topic(alert))
    assert (cleared.message, cleared.retain) == (None, True)
    assert alert.id in {gone for delta in deltas(effects) for gone in delta.alerts_gone}


def test_a_shelved_alert_comes_back_when_its_time_is_over_or_when_asked() -> None:
    rule = IntrusionRule(id="backstage", zone="stage", priority=Priority.MEDIUM)
    hub, alert = with_an_alert(a_site(rules=(rule,), playbooks=()))
    shelve = Shelve(alert=alert.id, duration_s=60, reason="rehearsal")

    seen = []
    for ask in (shelve, Unshelve(alert=alert.id), shelve):
        assert hub.asks(ask, START + SECOND) == ""
        seen.append(hub.alerts[0].state)
    hub.lives(START + 61 * SECOND + TICK_US)

    assert seen == [AlertState.SHELVED, AlertState.UNACKNOWLEDGED, AlertState.SHELVED]
    assert hub.alerts[0].state is AlertState.CLEARED_UNACKNOWLEDGED


def test_an_alert_whose_condition_is_true_cannot_be_cleared_and_the_reason_is_said() -> None:
    hub, alert = with_an_alert()

    reason = hub.asks(Clear(alert=alert.id, note="gone", outcome=AlertOutcome.TRUE), START + SECOND)

    assert reason == "cannot clear an alert that is unacknowledged; allowed: acknowledge, shelve"
    assert hub.alerts == [alert]


def test_a_role_that_may_not_act_is_told_who_may() -> None:
    hub, alert = with_an_alert()

    reason = hub.asks(Acknowledge(alert=alert.id), START + SECOND, role=Role.WALL)

    assert reason == "the role wall may not acknowledge; operator or supervisor may"


def test_what_an_operator_asks_is_journalled_before_it_is_answered_also_when_refused() -> None:
    hub = Hub()
    ask = Acknowledge(alert=ulid(START, bytes(10)))

    assert "no such open alert" in hub.asks(ask, START)

    (asked,) = [entry.record for entry in entries(hub.done)]
    assert isinstance(asked, Asked)
    assert (asked.accepted, asked.action.operator) == (False, "Ann")
    assert isinstance(hub.done[-2], Journal)


def an_acknowledgement(alert: AlertRecord) -> OperatorAction:
    return OperatorAction(
        id=ulid(START, b"x" * 10),
        operator="Ann",
        role=Role.OPERATOR,
        asked_us=START,
        ask=Acknowledge(alert=alert.id),
    )


def test_asking_twice_with_one_id_is_asking_once() -> None:
    hub, alert = with_an_alert()
    action = an_acknowledgement(alert)

    first = hub.takes(action, START + SECOND)
    again = hub.takes(action, START + 2 * SECOND)

    assert replies(again) == replies(first)
    assert replies(again)[0].reply.accepted
    assert not any(isinstance(entry.record, Asked) for entry in entries(again))


def test_what_is_asked_again_of_the_next_hub_is_answered_as_before_and_not_done_again() -> None:
    hub, alert = with_an_alert()
    action = an_acknowledgement(alert)
    first = hub.takes(action, START + SECOND)
    asked = [entry for entry in entries(first) if isinstance(entry.record, Asked)]
    later = Hub(start_us=START + MINUTE)
    later.restores([*hub.standing(), *asked], START + MINUTE)

    again = later.takes(action, START + MINUTE + SECOND)

    assert replies(again) == replies(first)
    assert replies(again)[0].reply.accepted
    assert not any(isinstance(entry.record, Asked) for entry in entries(again))


def test_only_so_many_answers_are_remembered() -> None:
    hub = Hub()

    for _ in range(ANSWERS_MAX + 5):
        hub.asks(Cancel(command=ulid(START, bytes(10)), reason="no"), START)

    assert len(hub.engine._answers) == ANSWERS_MAX


# --- What is done about it ------------------------------------------------------------------


def test_a_playbooks_command_leaves_behind_its_journal_entry() -> None:
    hub = a_hub_with_actuators()

    effects = hub.takes(Voice(BUTTON).cue(START), START)

    (command,) = published(effects, Command)
    assert (command.actuator, command.action) == (SIREN, ActuatorAction.SOUND)
    sent = [isinstance(one, Publish) and one.message is command for one in effects].index(True)
    kept = [one.entry.record for one in effects[:sent] if isinstance(one, Journal)]
    assert any(
        isinstance(record, CommandRecord) and record.state is CommandState.SENT for record in kept
    )
    assert hub.commands[BOLLARD].state is CommandState.AWAITING_CONFIRMATION


def test_an_actuator_that_does_it_confirms_the_command() -> None:
    hub, siren = a_hub_with_actuators(), Voice(SIREN)
    hub.takes(Voice(BUTTON).cue(START), START)
    command = hub.commands[SIREN]

    hub.takes(siren.says(Outcome, START, command=command.id, status=OutcomeStatus.ACCEPTED), START)
    assert hub.commands[SIREN].state is CommandState.ACCEPTED
    hub.takes(siren.state(START + 1, ActuatorPosition.ON, command=command.id), START + 1)

    assert hub.commands[SIREN].state is CommandState.CONFIRMED
    (step, _) = deltas(hub.done)[-1].alerts[0].steps
    assert step.state is CommandState.CONFIRMED


def test_an_actuator_that_answers_for_another_is_counted_and_not_believed() -> None:
    hub = a_hub_with_actuators()
    hub.takes(Voice(BUTTON).cue(START), START)
    command = hub.commands[SIREN]

    hub.takes(
        Voice(BOLLARD).says(Outcome, START, command=command.id, status=OutcomeStatus.COMPLETED),
        START,
    )

    assert hub.refused() == {"wrong_outcome": 1}
    assert hub.commands[SIREN].state is CommandState.SENT


def test_a_bollard_rises_only_when_confirmed_and_when_its_zone_is_seen_clear() -> None:
    hub, camera = a_hub_with_actuators(), Voice(CAMERA)
    hub.takes(camera.about_sensor(START), START)
    hub.takes(Voice(BUTTON).cue(START), START)
    bollard = hub.commands[BOLLARD]

    assert hub.asks(Confirm(command=bollard.id), START) == ""
    assert hub.commands[BOLLARD].note == "no sensor has seen Gate"
    hub.sees(camera, from_us=START + 1, seconds=3.0)

    (command,) = [one for one in published(hub.done, Command) if one.actuator == BOLLARD]
    assert 0 <= command.observed_us - START - STEADY_US <= SECOND // 5


@pytest.mark.parametrize("stain", ["simulated", "exercise"])
def test_what_is_not_real_never_commands_a_real_actuator(stain: str) -> None:
    hub = a_hub_with_actuators()

    hub.takes(Voice(BUTTON, **{stain: True}).cue(START), START)
    hub.lives(START + 30 * SECOND)

    assert published(hub.done, Command) == []
    assert getattr(hub.alerts[0], stain)


def test_an_exercise_says_so_on_every_output() -> None:
    hub = a_hub_with_actuators(exercise=True)

    hub.takes(Voice(BUTTON, exercise=True).cue(START), START)
    hub.wakes(START + SECOND)

    (command,) = published(hub.done, Command)
    assert command.exercise
    assert all(notice.exercise for notice in published(hub.done, AlertNotice))
    assert all(view.exercise for delta in deltas(hub.done) for view in delta.commands)
    assert hub.engine.snapshot(Role.OPERATOR).hub.exercise


def test_an_order_by_hand_leaves_and_one_for_no_actuator_names_those_there_are() -> None:
    hub = a_hub_with_actuators()
    order = Order(actuator=SIREN, action=ActuatorAction.SOUND, reason="test")

    assert hub.asks(order, START) == ""
    assert published(hub.done, Command)[0].reason == "test"
    wrong = Order(actuator="siren-99", action=ActuatorAction.SOUND, reason="test")
    assert "it has: siren-01, bollard-01" in hub.asks(wrong, START)


def test_a_closed_alert_withdraws_what_still_waits_and_is_forgotten_with_its_commands() -> None:
    hub = a_hub_with_actuators()
    hub.sees(Voice(CAMERA), INSIDE, from_us=START)
    (alert,) = hub.alerts
    hub.asks(Acknowledge(alert=alert.id), START + SECOND)
    on = Voice(SIREN).state(START + SECOND, ActuatorPosition.ON, command=hub.commands[SIREN].id)
    hub.takes(on, START + SECOND)

    hub.lives(START + 30 * SECOND)

    assert hub.commands[SIREN].state is CommandState.CONFIRMED
    assert hub.commands[BOLLARD].state is CommandState.CANCELLED
    kept = {entry.key for entry in hub.standing()}
    assert hub.commands[BOLLARD].id not in kept
    # What the siren was last told is what a restarted hub compares with what it does.
    assert hub.commands[SIREN].id in kept
    hub.lives(START + 12 * MINUTE)
    assert hub.engine.snapshot(Role.OPERATOR).commands == ()


def test_a_button_that_is_pressed_again_after_its_alert_was_cleared_sounds_the_siren_again() -> (
    None
):
    hub, button = a_hub_with_actuators(), Voice(BUTTON)
    hub.takes(button.cue(START), START)
    (first,) = hub.alerts
    hub.asks(Acknowledge(alert=first.id), START + SECOND)
    hub.asks(Clear(alert=first.id, note="false alarm", outcome=AlertOutcome.BENIGN), START + SECOND)
    sounded = [one.id for one in published(hub.done, Command) if one.actuator == SIREN]

    hub.takes(button.cue(START + 3 * SECOND), START + 3 * SECOND)

    (second,) = hub.alerts
    assert (first.number, second.number) == (1, 2)
    assert second.id != first.id
    again = [one.id for one in published(hub.done, Command) if one.actuator == SIREN]
    assert len(sounded) == 1
    assert len(set(again)) == 2
