from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from response_world import (
    EFFECTS,
    NAMES,
    RUN,
    SECOND,
    START,
    a_cue,
    a_picture,
    a_reading,
    a_response,
    a_site,
    a_state,
    an_about,
    an_action,
    an_alert,
    an_order,
    an_outcome,
    begun,
    done,
    refused,
    sent_bollards,
)

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.refusal import Refusal
from hub.core.response.authority import missing
from hub.core.response.command import DONE, PENDING, CommandRecord, Doubt
from hub.core.response.dispatcher import FORGOTTEN, REPEAT_MIN_US, Response
from hub.core.response.faults import FAULT, MISMATCH
from hub.core.response.live_picture import KnownActuator, LivePicture
from hub.core.response.request import OFFER_US, ORDER_VALID_US
from hub.core.response.timing import (
    ANSWER_MAX_US,
    EFFECT_MAX_US,
    KEEP_US,
    LOOK_AGAIN_US,
    SEND_AGAIN_US,
    UNANSWERED,
    UNSHOWN,
)
from hub.core.site import Step
from wire.actions import AskKind, Cancel, Confirm
from wire.ids import derived_id, ulid
from wire.labels import (
    ActuatorPosition,
    AlertState,
    CommandState,
    EffectClass,
    OutcomeStatus,
    Role,
)
from wire.messages import ActuatorState

# --- Playbooks ----------------------------------------------------------------------------------


def test_an_alert_begins_its_playbook_and_what_only_warns_leaves_at_once() -> None:
    response = a_response()

    siren, bollards, jammer = begun(response)

    assert siren.state is CommandState.SENT
    assert siren.id == derived_id(RUN, "attack", "use-siren-1", str(START))
    assert (siren.sent_us, siren.expires_us) == (START, START + 20 * SECOND)
    assert siren.reason == "Vehicle crossed Kerkstraat line at 47 km/h"
    assert (siren.requested_by, siren.text) == ("Vehicle attack", "Use the Siren")
    assert bollards.state is jammer.state is CommandState.AWAITING_CONFIRMATION
    assert bollards.expires_us == START + OFFER_US
    assert list(response.commands.values()) == [siren, bollards, jammer]
    assert response.commands_of(an_alert().id) == [siren, bollards, jammer]
    assert response.pending == response.commands


def test_beginning_twice_is_beginning_once() -> None:
    response = a_response()
    first = begun(response)

    assert begun(response) == first
    assert len(response.commands) == 3


def test_a_return_of_the_alert_begins_anew_but_not_what_still_waits_or_has_just_been() -> None:
    response = a_response()
    siren, bollards, jammer = begun(response)
    response.outcome(an_outcome(siren, OutcomeStatus.COMPLETED), START)
    soon, later = START + REPEAT_MIN_US - 1, START + REPEAT_MIN_US

    same = begun(response, alert=an_alert(soon, repeats=1), now_us=soon)
    again = begun(response, alert=an_alert(later, repeats=2), now_us=later)

    assert [one.id for one in same] == [siren.id, bollards.id, jammer.id]
    assert again[0].step == "use-siren-1"
    assert again[0].id != siren.id
    assert again[1:] == [bollards, jammer]


def test_a_step_that_a_person_begins_anew_after_it_failed_is_a_new_command() -> None:
    response, later_us = a_response(), START + REPEAT_MIN_US
    siren = begun(response)[0]
    response.outcome(an_outcome(siren, OutcomeStatus.FAILED), START)

    again = begun(response, now_us=later_us)[0]
    response.outcome(an_outcome(again, OutcomeStatus.FAILED), later_us)
    third = begun(response, now_us=later_us + REPEAT_MIN_US)[0]

    assert len({siren.id, again.id, third.id}) == 3
    assert third.state is CommandState.SENT


def test_a_step_without_an_alert_belongs_to_its_run() -> None:
    response, (playbook,) = a_response(), a_site().playbooks
    step, other = playbook.steps[0], ulid(START, b"other run ")
    assert isinstance(step, Step)

    (first,) = response.step(playbook, step, None, RUN, START, a_picture())
    (second,) = response.step(playbook, step, None, other, START, a_picture())

    assert first.id == derived_id(RUN, "attack", "use-siren-1", str(START))
    assert (first.alert, first.run, first.reason) == (None, RUN, "Vehicle attack")
    assert second.id != first.id


def test_a_step_that_is_begun_anew_long_after_is_another_command() -> None:
    response, (playbook,) = a_response(), a_site().playbooks
    step = playbook.steps[0]
    assert isinstance(step, Step)
    (first,) = response.step(playbook, step, None, RUN, START, a_picture())
    expired_us = first.expires_us
    response.wake(a_picture(expired_us), expired_us)
    later_us = expired_us + KEEP_US
    response.wake(a_picture(later_us), later_us)
    assert first.id not in response.commands, "it is forgotten"

    (again,) = response.step(playbook, step, None, RUN, later_us, a_picture(later_us))

    assert again.id != first.id, "its actuator would take it for done"


def test_a_turn_that_is_asked_for_twice_is_one_command() -> None:
    response, (playbook,) = a_response(), a_site().playbooks
    step = playbook.steps[0]
    assert isinstance(step, Step)
    (first,) = response.step(playbook, step, None, RUN, START, a_picture())
    response.wake(a_picture(first.expires_us), first.expires_us)
    later_us = START + REPEAT_MIN_US

    (same,) = response.step(
        playbook, step, None, RUN, later_us, a_picture(later_us), begun_us=START
    )

    assert (same.id, same.state) == (first.id, CommandState.EXPIRED)


def test_a_step_that_is_on_its_way_already_does_not_leave_past_what_guards_it() -> None:
    response = a_response()
    bollards = sent_bollards(response)
    busy = a_picture(person_at=(5.0, 1.0))

    free, blocked = begun(response), begun(response, busy)

    assert bollards in free
    assert bollards not in blocked


def test_a_closed_alert_takes_back_what_waits() -> None:
    response = a_response()
    begun(response)
    assert response.end(an_alert(), START) == []

    withdrawn = response.end(an_alert(state=AlertState.CLOSED), START + SECOND)

    assert [one.state for one in withdrawn] == [CommandState.CANCELLED] * 2
    assert withdrawn[0].note == "the alert closed"


# --- People -------------------------------------------------------------------------------------


def test_a_confirmed_command_leaves_and_its_time_begins() -> None:
    response = a_response()

    bollards = sent_bollards(response, START + 60 * SECOND)

    assert bollards.state is CommandState.SENT
    assert bollards.confirmed_by == ("Ann",)
    assert bollards.expires_us == START + 80 * SECOND


def test_an_interlock_is_evaluated_at_the_moment_of_confirmation() -> None:
    response = a_response()
    _, bollards, _ = begun(response)
    busy = a_picture(person_at=(5.0, 2.5))

    blocked = done(response, Confirm(command=bollards.id), busy, "Ann", START)

    assert blocked.state is CommandState.BLOCKED
    assert blocked.note == "1 person within 1 m of Bollard line"
    reason = refused(response, Confirm(command=bollards.id))
    assert reason.endswith("allowed: cancel")


def test_a_blocked_command_leaves_as_soon_as_nothing_is_against_it() -> None:
    response = a_response()
    _, bollards, _ = begun(response)
    done(response, Confirm(command=bollards.id), a_picture(person_at=(5.0, 1.0)), "Ann", START)
    now_us = START + SECOND // 2
    assert response.next_wake_us == START + SECOND // 5
    assert response.wake(a_picture(now_us, person_at=(5.0, 1.0)), now_us) == []

    later_us = START + SECOND
    (moved,) = response.wake(a_picture(later_us), later_us)

    assert (moved.id, moved.state) == (bollards.id, CommandState.SENT)


def test_a_blocked_command_renews_its_reason_and_then_expires_with_it() -> None:
    response = a_response()
    _, bollards, _ = begun(response)
    done(response, Confirm(command=bollards.id), a_picture(person_at=(5.0, 1.0)), "Ann", START)
    now_us = START + SECOND

    (stale,) = response.wake(a_picture(now_us, seen_s_ago=9.0), now_us)
    assert stale.note == "Bollard line was last seen 9 s ago"
    end_us = START + 20 * SECOND
    expired = {one.id: one for one in response.wake(a_picture(end_us), end_us)}

    assert expired[bollards.id].state is CommandState.EXPIRED
    assert expired[bollards.id].note == "Bollard line was last seen 9 s ago"


def test_what_suppresses_needs_two_people() -> None:
    response = a_response()
    _, _, jammer = begun(response)
    ask = Confirm(command=jammer.id)

    first = done(response, ask, a_picture(), "Ann", START)
    assert first.state is CommandState.AWAITING_CONFIRMATION
    assert first.note == "waits for a second person to confirm besides Ann"
    assert refused(response, ask).startswith("Ann has said yes; a second person must")
    second = done(response, ask, a_picture(), "Bob", START)

    assert second.state is CommandState.SENT
    assert second.confirmed_by == ("Ann", "Bob")


def test_who_orders_what_suppresses_is_the_first_of_two() -> None:
    response = a_response()
    order = done(response, an_order("jammer-1"), a_picture(), "Ann", START)
    ask = Confirm(command=order.id)

    assert "second person" in refused(response, ask)
    assert done(response, ask, a_picture(), "Bob", START).state is CommandState.SENT


def test_an_order_that_warns_leaves_at_once_and_one_that_impedes_waits_for_a_second_yes() -> None:
    response = a_response()

    siren = done(response, an_order("siren-1"), a_picture(), "Ann", START)
    bollards = done(response, an_order(), a_picture(), "Bob", START)

    assert siren.state is CommandState.SENT
    assert (siren.requested_by, siren.text, siren.step) == ("Ann", "Sound Siren", None)
    assert siren.expires_us == START + ORDER_VALID_US
    assert bollards.state is CommandState.AWAITING_CONFIRMATION
    same = done(response, Confirm(command=bollards.id), a_picture(), "Bob", START)
    assert same.state is CommandState.SENT


def test_an_order_by_hand_passes_the_interlocks_of_the_plan() -> None:
    response, busy = a_response(), a_picture(person_at=(5.0, 1.0))
    order = done(response, an_order(), busy, "Ann", START)

    blocked = done(response, Confirm(command=order.id), busy, "Ann", START)

    assert blocked.state is CommandState.BLOCKED


def test_ordering_twice_with_one_id_is_ordering_once() -> None:
    response = a_response()
    done(response, an_order("siren-1"), a_picture(), "Ann", START)

    assert response.act(an_action(an_order("siren-1")), a_picture(), START) == []


def test_an_order_names_an_actuator_of_the_plan_and_an_open_alert() -> None:
    response = a_response()

    unknown = refused(response, an_order(actuator="laser-1"))
    closed = refused(response, an_order(alert=an_alert().id))

    assert unknown == "the plan has no actuator laser-1; it has: siren-1, bollard-1, jammer-1"
    assert closed == "there is no such open alert; order without one"


def test_a_plan_without_actuators_says_so() -> None:
    response = Response(replace(a_site(), actuators=(), playbooks=()))

    assert refused(response, an_order()).endswith("it has: none")


def test_a_person_may_say_no() -> None:
    response = a_response()
    _, bollards, _ = begun(response)

    ask = Cancel(command=bollards.id, reason="it is the postman")
    cancelled = done(response, ask, a_picture(), "Ann", START)

    assert cancelled.state is CommandState.CANCELLED
    assert cancelled.note == "Ann: it is the postman"
    assert refused(response, Confirm(command=bollards.id)) == (
        "cannot confirm a command that is cancelled; allowed: order it anew"
    )
    assert refused(response, ask) == (
        "cannot cancel a command that is cancelled; allowed: order it anew"
    )


def test_unknown_commands_and_roles_without_duty_are_refused() -> None:
    response = a_response()
    _, bollards, _ = begun(response)
    nothing = Confirm(command=ulid(START, b"nothing   "))
    wall = an_action(Confirm(command=bollards.id), role=Role.WALL)

    assert refused(response, nothing) == "there is no such command; allowed: order it anew"
    answer = response.act(wall, a_picture(), START)
    assert isinstance(answer, Refusal)
    assert answer.reason == "the role wall may not confirm; operator or supervisor may"


# --- Actuators that are not there, and taint ----------------------------------------------------


def test_an_actuator_that_is_unknown_silent_or_unable_gets_nothing() -> None:
    about = an_about("siren-1")
    cases = {
        "Siren has never been heard of": {},
        "Siren is silent": {"siren-1": KnownActuator(about=about, silent=True)},
        "Siren cannot sound": {"siren-1": KnownActuator(about=replace(about, actions=()))},
    }
    for note, actuators in cases.items():
        siren, _, _ = begun(a_response(), a_picture(actuators=actuators))
        assert (siren.state, siren.note) == (CommandState.BLOCKED, note)


@pytest.mark.parametrize("taint", ["simulated", "exercise"])
def test_what_is_made_up_drives_only_what_says_so_too(taint: str) -> None:
    alert = an_alert(**{taint: True})
    same = {"siren-1": KnownActuator(about=an_about("siren-1", **{taint: True}))}

    real, _, _ = begun(a_response(), alert=alert)
    made_up, _, _ = begun(a_response(), a_picture(actuators=same), alert=alert)

    assert real.state is CommandState.BLOCKED
    assert "must not drive" in (real.note or "")
    assert made_up.state is CommandState.SENT
    assert getattr(made_up, taint)


def test_an_order_for_a_simulated_alert_is_simulated() -> None:
    response, alert = a_response(), an_alert(simulated=True)

    order = done(response, an_order("siren-1", alert=alert.id), a_picture(alerts=[alert]), "A", 1)

    assert (order.simulated, order.state) == (True, CommandState.BLOCKED)


def test_a_command_to_a_simulated_actuator_is_simulated_whoever_asked() -> None:
    simulated = {"siren-1": KnownActuator(about=an_about("siren-1", simulated=True))}

    order = done(a_response(), an_order("siren-1"), a_picture(actuators=simulated), "Ann", START)

    assert (order.simulated, order.state) == (True, CommandState.SENT)


def test_an_actuator_that_does_more_than_the_plan_knows_needs_more_authority() -> None:
    response = a_response()
    siren, _, _ = begun(response, a_picture(actuators={}))
    harsh = an_about("siren-1", effect=EffectClass.IMPEDE)
    now_us = START + SECOND
    picture = a_picture(now_us, actuators={"siren-1": KnownActuator(about=harsh)})

    (waiting,) = response.wake(picture, now_us)
    assert (waiting.id, waiting.note) == (siren.id, "waits for a confirmation")
    confirmed = done(response, Confirm(command=siren.id), picture, "Ann", now_us)

    assert confirmed.state is CommandState.SENT


# --- Outcomes and effects -----------------------------------------------------------------------


def test_outcomes_move_a_command_and_its_state_confirms_the_effect() -> None:
    response = a_response()
    bollards = sent_bollards(response)

    (accepted,) = response.outcome(an_outcome(bollards, OutcomeStatus.ACCEPTED), START)
    (completed,) = response.outcome(
        an_outcome(bollards, OutcomeStatus.COMPLETED, reason="up"), START + SECOND
    )
    (confirmed,) = response.actuator_state(a_state(START + SECOND), START + SECOND)

    assert accepted.state is CommandState.ACCEPTED
    assert (completed.state, completed.note) == (CommandState.COMPLETED, "up")
    assert confirmed.state is CommandState.CONFIRMED
    assert bollards.id not in response.pending
    assert response.outcome(an_outcome(bollards, OutcomeStatus.ACCEPTED), START) == []


@pytest.mark.parametrize("status", [OutcomeStatus.REJECTED, OutcomeStatus.FAILED])
def test_an_actuator_says_why_it_did_not(status: OutcomeStatus) -> None:
    response = a_response()
    bollards = sent_bollards(response)

    (record,) = response.outcome(an_outcome(bollards, status, reason="no power"), START)

    assert record.state.value == status.value.lower()
    assert record.note == "no power"


def test_outcomes_of_others_of_what_never_left_and_of_simulators_are_objected_to() -> None:
    response = a_response()
    siren, bollards, _ = begun(response)
    completed = OutcomeStatus.COMPLETED
    cases = {
        "jammer-1 answers a command to siren-1": an_outcome(siren, completed, sender="jammer-1"),
        "bollard-1 answers a command that never left": an_outcome(bollards, completed),
        "siren-1 simulates the answer to a real command": an_outcome(
            siren, completed, simulated=True
        ),
    }
    for reason, outcome in cases.items():
        assert response.objection(outcome) == Refusal(reason=reason)
        assert response.outcome(outcome, START) == []
    unknown = replace(an_outcome(siren, completed), command=ulid(START, b"unknown   "))
    assert response.objection(unknown) is None
    assert response.outcome(unknown, START) == []


@pytest.mark.parametrize(
    "state",
    [
        a_state(START + 1, position=ActuatorPosition.MOVING),
        a_state(START - SECOND),
        a_state(START + 1, simulated=True),
        a_state(START + 1, sender="siren-1"),
    ],
)
def test_other_positions_earlier_ones_and_simulated_ones_confirm_nothing(
    state: ActuatorState,
) -> None:
    response = a_response()
    sent_bollards(response)

    assert response.actuator_state(state, START + SECOND) == []


def test_a_state_that_names_the_command_confirms_it_whatever_its_clock_says() -> None:
    response = a_response()
    bollards = sent_bollards(response)

    (record,) = response.actuator_state(a_state(START - SECOND, command=bollards.id), START)

    assert record.state is CommandState.CONFIRMED


def test_what_another_command_brought_about_confirms_only_what_its_actuator_has() -> None:
    response = a_response()
    bollards = sent_bollards(response)
    anothers = a_state(START + 1, command=ulid(START, b"another   "))

    assert response.actuator_state(anothers, START + 1) == []
    response.outcome(an_outcome(bollards, OutcomeStatus.ACCEPTED), START + 2)
    (confirmed,) = response.actuator_state(anothers, START + 3)

    assert confirmed.state is CommandState.CONFIRMED


def test_a_command_that_never_left_is_not_confirmed_by_a_state() -> None:
    response = a_response()
    begun(response)

    assert response.actuator_state(a_state(START + SECOND), START + SECOND) == []


def test_a_late_word_still_tells_the_truth() -> None:
    response = a_response()
    bollards = sent_bollards(response)
    end_us = START + 20 * SECOND
    response.wake(a_picture(end_us), end_us)
    assert response.commands[bollards.id].state is CommandState.EXPIRED
    assert response.actuator_state(a_state(end_us), end_us) == []

    (named,) = response.actuator_state(a_state(end_us, command=bollards.id), end_us)

    assert named.state is CommandState.CONFIRMED


def test_what_is_said_to_be_done_and_does_not_show_gets_a_note_once() -> None:
    response = a_response()
    bollards = sent_bollards(response)
    response.outcome(an_outcome(bollards, OutcomeStatus.COMPLETED), START)
    due_us = START + EFFECT_MAX_US

    changed = response.wake(a_picture(due_us), due_us)
    again = response.wake(a_picture(due_us + SECOND), due_us + SECOND)

    noted = {one.id: one for one in changed}[bollards.id]
    assert (noted.state, noted.note) == (CommandState.COMPLETED, UNSHOWN)
    assert noted.doubts == (Doubt.UNSHOWN,)
    assert bollards.id not in [one.id for one in again]


def test_what_was_accepted_and_then_forgotten_has_failed() -> None:
    response = a_response()
    bollards = sent_bollards(response)
    response.outcome(an_outcome(bollards, OutcomeStatus.ACCEPTED), START)
    due_us = bollards.expires_us + ANSWER_MAX_US

    changed = {one.id: one for one in response.wake(a_picture(due_us), due_us)}

    assert changed[bollards.id].state is CommandState.FAILED
    assert changed[bollards.id].note == UNANSWERED


# --- Time and restarts --------------------------------------------------------------------------


def test_an_offer_that_nobody_takes_expires() -> None:
    response = a_response()
    begun(response)
    due_us = START + OFFER_US
    assert refused(response, Confirm(command=list(response.commands)[1]), now_us=due_us)

    changed = response.wake(a_picture(due_us), due_us)

    assert [one.state for one in changed] == [CommandState.EXPIRED] * 3
    assert [one.note for one in changed] == [
        "sent, and never answered",
        "nobody confirmed it in time",
        "nobody confirmed it in time",
    ]


def test_a_command_without_an_answer_is_sent_again_while_it_may() -> None:
    response = a_response()
    siren, _, _ = begun(response)
    due_us = START + SEND_AGAIN_US
    assert response.next_wake_us == due_us

    assert response.wake(a_picture(due_us), due_us) == []
    assert response.resent(due_us) == [siren]
    assert response.resent(due_us) == []
    silent = a_picture(due_us + SEND_AGAIN_US, actuators={})
    assert response.wake(silent, due_us + SEND_AGAIN_US) == []
    assert response.resent(due_us + SEND_AGAIN_US) == []


def test_what_has_expired_or_changed_since_does_not_leave_again() -> None:
    response = a_response()
    siren, _, _ = begun(response)
    due_us = START + SEND_AGAIN_US
    response.wake(a_picture(due_us), due_us)
    assert response.resent(siren.expires_us) == []

    response.wake(a_picture(due_us + SEND_AGAIN_US), due_us + SEND_AGAIN_US)
    response.outcome(an_outcome(siren, OutcomeStatus.ACCEPTED), due_us)

    assert response.resent(due_us + SEND_AGAIN_US) == []


def test_a_restored_command_without_an_answer_leaves_again_by_the_same_id() -> None:
    siren, _, _ = begun(a_response())
    response, now_us = a_response(), START + 5 * SECOND
    response.restore(siren)

    assert response.wake(a_picture(now_us, actuators={}), now_us) == []
    assert response.resent(now_us) == []
    now_us += SEND_AGAIN_US
    assert response.wake(a_picture(now_us), now_us) == []

    assert response.resent(now_us) == [siren]


def test_a_restored_command_that_has_expired_never_leaves() -> None:
    siren, _, _ = begun(a_response())
    response, now_us = a_response(), START + 20 * SECOND
    response.restore(siren)

    (expired,) = response.wake(a_picture(now_us), now_us)

    assert expired.state is CommandState.EXPIRED


def test_a_command_is_forgotten_when_it_and_its_alert_are_long_over() -> None:
    response, alert = a_response(), an_alert()
    siren, _, _ = begun(response)
    response.end(an_alert(state=AlertState.CLOSED), START)
    response.outcome(an_outcome(siren, OutcomeStatus.REJECTED), START)
    due_us = START + KEEP_US

    assert response.wake(a_picture(due_us, alerts=[alert]), due_us) == []
    assert response.next_wake_us == due_us + KEEP_US
    forgotten = response.wake(a_picture(due_us + KEEP_US), due_us + KEEP_US)

    assert [one.state for one in forgotten] == [
        CommandState.REJECTED,
        CommandState.CANCELLED,
        CommandState.CANCELLED,
    ]
    assert response.commands == {}
    assert response.next_wake_us is None


# --- Sensors and reconciliation -----------------------------------------------------------------


def test_a_sensor_that_hears_the_siren_verifies_what_the_siren_says() -> None:
    response = a_response()
    siren, _, _ = begun(response)
    response.outcome(an_outcome(siren, OutcomeStatus.COMPLETED), START + SECOND)

    (verified,) = response.cue(a_cue(START + SECOND), START + 2 * SECOND)

    assert (verified.id, verified.state) == (siren.id, CommandState.VERIFIED)
    assert response.cue(a_cue(START + 3 * SECOND), START + 3 * SECOND) == []


def test_a_sensor_that_is_quicker_than_the_outcome_counts_when_that_comes() -> None:
    response = a_response()
    siren, _, _ = begun(response)
    assert response.cue(a_cue(START + 1), START + 1) == []
    assert response.commands[siren.id].state is CommandState.SENT

    (accepted,) = response.outcome(an_outcome(siren, OutcomeStatus.ACCEPTED), START + SECOND)

    assert accepted.state is CommandState.VERIFIED
    assert accepted.done_us == START + SECOND


def test_a_reading_of_another_kind_verifies_nothing() -> None:
    response = a_response()
    siren, _, _ = begun(response)
    response.outcome(an_outcome(siren, OutcomeStatus.COMPLETED), START)

    assert response.reading(a_reading(START + 1), START + 1) == []


def test_what_no_sensor_notices_in_time_is_a_condition_until_it_does() -> None:
    response = a_response()
    siren, _, _ = begun(response)
    response.outcome(an_outcome(siren, OutcomeStatus.COMPLETED), START)
    response.conditions(START)
    due_us = START + 10 * SECOND

    doubted = {one.id: one for one in response.wake(a_picture(due_us), due_us)}[siren.id]
    (fault,) = response.conditions(due_us)
    response.cue(a_cue(due_us), due_us + SECOND)
    (gone,) = response.conditions(due_us + SECOND)

    assert (doubted.state, doubted.doubts) == (CommandState.COMPLETED, (Doubt.UNSEEN,))
    assert (fault.rule, fault.key) == (FAULT, "actuator-fault/siren-1")
    assert fault.summary == "Siren says it did sound, and Ear did not notice"
    assert response.active() == []
    assert (gone.key, gone.active) == (fault.key, False)
    assert response.commands[siren.id].doubts == ()


def test_an_actuator_that_restarts_in_the_midst_is_told_again_as_soon_as_nothing_forbids() -> None:
    response = a_response()
    bollards = sent_bollards(response)
    response.outcome(an_outcome(bollards, OutcomeStatus.ACCEPTED), START)
    lowered = a_state(START + 1, position=ActuatorPosition.LOWERED)
    assert response.actuator_state(lowered, START + 1) == []
    anew = replace(lowered, boot=ulid(START, b"anew      "))

    (forgotten,) = response.actuator_state(anew, START + 2)
    busy_us, free_us = START + 2 * SECOND, START + 3 * SECOND
    (blocked,) = of(bollards, response.wake(a_picture(busy_us, person_at=(5.0, 1.0)), busy_us))
    (again,) = of(bollards, response.wake(a_picture(free_us), free_us))

    assert (forgotten.state, forgotten.note) == (CommandState.BLOCKED, FORGOTTEN)
    assert blocked.note == "1 person within 1 m of Bollard line"
    assert (again.state, again.sent_us) == (CommandState.SENT, bollards.sent_us)


def test_what_an_actuator_has_forgotten_and_has_expired_is_not_sent_again() -> None:
    response = a_response()
    bollards = sent_bollards(response)
    response.outcome(an_outcome(bollards, OutcomeStatus.ACCEPTED), START)
    lowered = a_state(START + 1, position=ActuatorPosition.LOWERED)
    response.actuator_state(lowered, START + 1)
    end_us = bollards.expires_us

    (failed,) = response.actuator_state(replace(lowered, boot=ulid(1, b"anew      ")), end_us)

    assert (failed.state, failed.note) == (CommandState.FAILED, FORGOTTEN)
    (fault,) = response.conditions(end_us)
    assert fault.summary == f"Bollards failed to raise: {FORGOTTEN}"


def test_an_actuator_that_comes_back_elsewhere_than_it_was_told_is_a_condition() -> None:
    response = a_response()
    bollards = sent_bollards(response)
    response.actuator_state(a_state(START + 1), START + 1)
    assert response.commands[bollards.id].state is CommandState.CONFIRMED
    assert response.conditions(START + 1) == []
    later_us = START + 3600 * SECOND
    response.wake(a_picture(later_us), later_us)
    assert bollards.id not in response.commands
    assert response.must_keep(replace(bollards, state=CommandState.CONFIRMED))

    response.actuator_state(a_state(later_us, position=ActuatorPosition.LOWERED), later_us)
    silent, differs = sorted(response.conditions(later_us), key=lambda one: one.rule)
    response.actuator_state(a_state(later_us + 1), later_us + 1)
    (gone,) = response.conditions(later_us + 1)

    assert silent.summary == "Siren never answered when told to sound"
    assert (differs.rule, differs.active, gone.active) == (MISMATCH, True, False)
    assert differs.summary == "Bollards is lowered, and was last told to raise"


def test_an_edited_plan_without_the_actuator_takes_its_conditions_back() -> None:
    response = a_response()
    siren, _, _ = begun(response)
    response.outcome(an_outcome(siren, OutcomeStatus.REJECTED, reason="no power"), START)
    (fault,) = response.conditions(START)

    response.replan(replace(a_site(), actuators=(), playbooks=()))
    (gone,) = response.conditions(START + 1)

    assert (fault.active, gone.active) == (True, False)
    assert refused(response, an_order()).endswith("it has: none")


def of(command: CommandRecord, changed: Iterable[CommandRecord]) -> list[CommandRecord]:
    return [one for one in changed if one.id == command.id]


# --- Whatever happens ---------------------------------------------------------------------------

KINDS = (
    ["begin", "begin", "end", "ann", "ann", "bob", "cancel", "order", "state", "reboot"]
    + ["cue", "replan", "-"]
    + [str(status) for status in OutcomeStatus]
)
Event = tuple[str, str, int, bool, bool, bool, bool]
# The clock goes on by nothing, a moment, or a step as large as a night.
WAITS = st.sampled_from([0, SECOND // 5, SECOND, 3 * SECOND, 25 * SECOND, 8 * 3600 * SECOND])

EVENTS = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.sampled_from(sorted(NAMES)),
        WAITS,
        st.booleans(),  # A person in the zone.
        st.booleans(),  # The alert is simulated.
        st.booleans(),  # The alert is an exercise.
        st.booleans(),  # The actuators are simulated.
    ),
    max_size=25,
)


def world(event: Event, now_us: int) -> tuple[LivePicture, AlertRecord]:
    _, _, _, busy, alert_simulated, exercise, actuators_simulated = event
    identity = ulid(now_us, b"alert     ")
    alert = an_alert(now_us, simulated=alert_simulated, exercise=exercise, id=identity)
    about = {
        one: KnownActuator(about=an_about(one, simulated=actuators_simulated)) for one in NAMES
    }
    person = (5.0, 1.0) if busy else None
    return a_picture(now_us, person_at=person, alerts=[alert], actuators=about), alert


def happens(
    response: Response, event: Event, now_us: int
) -> tuple[list[CommandRecord], list[CommandRecord]]:
    """Let one thing happen, and return what changed and what leaves again."""
    what, one, *_ = event
    picture, alert = world(event, now_us)
    changed = response.wake(picture, now_us)
    resent = response.resent(now_us)
    latest = next(
        (c for c in reversed(tuple(response.commands.values())) if c.actuator == one), None
    )
    if what == "begin":
        changed += begun(response, picture, alert=alert, now_us=now_us)
    elif what == "end":
        ended = an_alert(state=AlertState.CLOSED, id=(latest and latest.alert) or alert.id)
        changed += response.end(ended, now_us)
    elif what in ("ann", "bob", "cancel", "order"):
        changed += asked(response, event, now_us, alert.id if latest is None else latest.id)
    else:
        changed += said(response, event, now_us, latest)
    response.conditions(now_us)
    return changed, resent


def asked(response: Response, event: Event, now_us: int, identity: str) -> list[CommandRecord]:
    what, one, *_ = event
    picture, alert = world(event, now_us)
    asks: dict[str, AskKind] = {
        "cancel": Cancel(command=identity, reason="no"),
        "order": an_order(one, alert=alert.id),
    }
    ask = asks.get(what, Confirm(command=identity))
    answer = response.act(an_action(ask, what, at_us=now_us), picture, now_us)
    if isinstance(answer, Refusal):
        assert "allowed: " in answer.reason
        return []
    return answer


def said(
    response: Response, event: Event, now_us: int, latest: CommandRecord | None
) -> list[CommandRecord]:
    what, _, _, busy, _, _, simulated = event
    if what == "replan":
        response.replan(a_site())
    elif what == "cue":
        return response.cue(a_cue(now_us, simulated=simulated), now_us)
    elif what in ("state", "reboot"):
        boot = ulid(START if what == "state" else now_us, bytes(10))
        position = ActuatorPosition.LOWERED if busy else ActuatorPosition.RAISED
        state = a_state(now_us, boot=boot, position=position, simulated=simulated)
        return response.actuator_state(state, now_us)
    elif what in list(OutcomeStatus) and latest is not None:
        outcome = an_outcome(latest, OutcomeStatus(what), now_us)
        return response.outcome(outcome, now_us)
    return []


def instants(events: Iterable[Event], *, apart_us: int = 1000) -> Iterable[tuple[Event, int]]:
    now_us = START
    for event in events:
        now_us += event[2] + apart_us  # Each alert has an id of its own.
        yield event, now_us


def check_that_it_may_leave(record: CommandRecord, event: Event, now_us: int) -> None:
    _, _, _, busy, _, _, actuators_simulated = event
    assert missing(record, EFFECTS[record.actuator]) is None
    assert record.actuator != "bollard-1" or not busy
    assert not record.simulated or actuators_simulated
    assert not record.exercise, "no actuator takes part in an exercise"
    assert now_us < record.expires_us


@settings(max_examples=150)
@given(EVENTS)
def test_no_command_leaves_without_authority_interlock_time_and_a_taint_that_fits(
    events: list[Event],
) -> None:
    response = a_response()
    for event, now_us in instants(events):
        changed, resent = happens(response, event, now_us)
        leaving = [record for record in changed if record.state is CommandState.SENT]
        for record in (*leaving, *resent):
            check_that_it_may_leave(record, event, now_us)


@settings(max_examples=150)
@given(EVENTS, st.sets(st.integers(0, 25), max_size=6))
def test_whatever_crashes_in_between_nothing_leaves_that_may_not_and_what_was_told_is_known(
    events: list[Event], crashes: set[int]
) -> None:
    response, journal = a_response(), dict[str, CommandRecord]()
    for count, (event, now_us) in enumerate(instants(events)):
        if count in crashes:
            response = a_response()
            for record in journal.values():
                response.restore(record)
        changed, resent = happens(response, event, now_us)
        leaving = [record for record in changed if record.state is CommandState.SENT]
        for record in (*leaving, *resent):
            check_that_it_may_leave(record, event, now_us)
        # A resend is no change: it stands in the journal as it left.
        assert all(journal[one.id].state is CommandState.SENT for one in resent)
        journal.update((one.id, one) for one in changed)
        journal = {
            name: one
            for name, one in journal.items()
            if response.must_keep(one) or name in response.commands
        }
        last = {one.actuator: one for one in sorted(journal.values(), key=left_us) if one.sent_us}
        for actuator, told in last.items():
            kept = response._ledger.last_told(actuator)
            assert kept is not None
            assert kept.sent_us == told.sent_us


def left_us(record: CommandRecord) -> int:
    return record.sent_us or 0


@settings(max_examples=100)
@given(EVENTS, st.integers(0, 25))
def test_restoring_and_going_on_ends_where_never_having_stopped_does(
    events: list[Event], stop_after: int
) -> None:
    unstopped, stopped = a_response(), a_response()
    # What its actuator forgot is found by the word before, which no journal holds.
    lasting = [event for event in events if event[0] != "reboot"]
    # So far apart that what is blocked is tried at each, whenever it was tried before.
    for count, (event, now_us) in enumerate(instants(lasting, apart_us=LOOK_AGAIN_US)):
        if count == stop_after:
            stopped = a_response()
            for record in unstopped.commands.values():
                stopped.restore(record)
        happens(unstopped, event, now_us)
        happens(stopped, event, now_us)
        # When it is tried again may differ; what became of each command may not.
        ends = {one.id: one.state for one in unstopped.commands.values()}
        assert {one.id: one.state for one in stopped.commands.values()} == ends


@settings(max_examples=100)
@given(EVENTS)
def test_a_condition_of_an_actuator_is_active_only_for_what_it_was_last_told(
    events: list[Event],
) -> None:
    response, active = a_response(), dict[str, bool]()
    for event, now_us in instants(events):
        happens_quietly(response, event, now_us)
        for condition in response.conditions(now_us):
            assert condition.active or active.get(condition.key), "it ends what it began"
            active[condition.key] = condition.active
        reported = {one.key for one in response.active()}
        assert reported == {key for key, is_active in active.items() if is_active}
        for actuator in NAMES:
            last = response._ledger.last_told(actuator)
            if last is not None and last.state in DONE and not last.doubts:
                assert f"actuator-fault/{actuator}" not in reported
            if last is None or last.state in PENDING:
                continue
            if last.state in (CommandState.FAILED, CommandState.REJECTED, CommandState.EXPIRED):
                names = {key.removesuffix("/simulated") for key in reported}
                assert f"actuator-fault/{actuator}" in names


def happens_quietly(response: Response, event: Event, now_us: int) -> None:
    """Let one thing happen and leave the conditions to be asked for."""
    picture, alert = world(event, now_us)
    response.wake(picture, now_us)
    latest = next(
        (c for c in reversed(tuple(response.commands.values())) if c.actuator == event[1]), None
    )
    if event[0] == "begin":
        begun(response, picture, alert=alert, now_us=now_us)
    elif event[0] in ("ann", "bob", "order"):
        asked(response, event, now_us, alert.id if latest is None else latest.id)
    else:
        said(response, event, now_us, latest)
