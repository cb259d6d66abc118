from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from track_rows import add_rows

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.refusal import Refusal
from hub.core.fusion.lifecycle import CONFIRMED
from hub.core.fusion.tracks import Rows, Tracks
from hub.core.response.authority import missing
from hub.core.response.command import CommandRecord
from hub.core.response.dispatcher import (
    ANSWER_MAX_US,
    EFFECT_MAX_US,
    KEEP_US,
    LOOK_AGAIN_US,
    REPEAT_MIN_US,
    SEND_AGAIN_US,
    UNANSWERED,
    UNSHOWN,
    Response,
)
from hub.core.response.live_picture import KnownActuator, LivePicture
from hub.core.response.request import OFFER_US, ORDER_VALID_US
from hub.core.site import Actuator, Area, Origin, Playbook, Site, Step, ZoneClear
from wire.actions import AskKind, Cancel, Confirm, OperatorAction, Order
from wire.feed import LABELS
from wire.ids import derived_id, ulid
from wire.labels import (
    ActuatorAction,
    ActuatorKind,
    ActuatorPosition,
    AlertState,
    CommandState,
    EffectClass,
    Label,
    OutcomeStatus,
    Priority,
    Role,
)
from wire.messages import ActuatorAbout, ActuatorState, Outcome, Pose

SECOND = 1_000_000
START = 1_767_225_600 * SECOND
NAMES = {"siren-1": "Siren", "bollard-1": "Bollards", "jammer-1": "Jammer"}
EFFECTS = {
    "siren-1": EffectClass.WARN,
    "bollard-1": EffectClass.IMPEDE,
    "jammer-1": EffectClass.SUPPRESS,
}
ACTIONS = {
    "siren-1": ActuatorAction.SOUND,
    "bollard-1": ActuatorAction.RAISE,
    "jammer-1": ActuatorAction.TURN_ON,
}
POSITIONS = {ActuatorAction.RAISE: ActuatorPosition.RAISED}
CLEAR = ZoneClear(zone="line", labels=(Label.PERSON,))


def a_site() -> Site:
    corners = ((0.0, 0.0), (10.0, 0.0), (10.0, 2.0), (0.0, 2.0))
    return Site(
        id="square",
        name="Square",
        origin=Origin(lat_deg=52.0, lon_deg=5.0),
        bounds=((-500.0, -500.0), (500.0, 500.0)),
        zones=(Area(id="line", name="Bollard line", purpose="gate", polygon=corners),),
        actuators=tuple(
            Actuator(
                id=one,
                kind=ActuatorKind.RELAY,
                name=name,
                position=(0.0, 0.0),
                effect=EFFECTS[one],
                confirmed_by=POSITIONS if one == "bollard-1" else {},
            )
            for one, name in NAMES.items()
        ),
        playbooks=(
            Playbook(
                id="attack",
                name="Vehicle attack",
                rules=("crossing",),
                steps=tuple(
                    Step(
                        id=f"use-{one}",
                        text=f"Use the {name}",
                        actuator=one,
                        action=ACTIONS[one],
                        interlocks=(CLEAR,) if one == "bollard-1" else (),
                        expires_after_s=20.0,
                    )
                    for one, name in NAMES.items()
                ),
            ),
        ),
    )


def an_alert(at_us: int = START, **changes: object) -> AlertRecord:
    plain = {
        "id": ulid(START, b"alert     "),
        "number": 17,
        "key": "crossing/7",
        "rule": "crossing",
        "rule_kind": "tripwire",
        "priority": Priority.CRITICAL,
        "state": AlertState.UNACKNOWLEDGED,
        "active": True,
        "summary": "Vehicle crossed Kerkstraat line at 47 km/h",
        "raised_us": START,
        "begun_us": at_us,
        "changed_us": at_us,
        "cause": ulid(START, bytes(10)),
    }
    return AlertRecord(**{**plain, **changes})  # type: ignore[arg-type]


def an_about(one: str, **changes: object) -> ActuatorAbout:
    plain = {
        "id": ulid(START, one.encode().ljust(10)[:10]),
        "sender": one,
        "boot": ulid(START, bytes(10)),
        "seq": 1,
        "observed_us": START,
        "sent_us": START,
        "kind": ActuatorKind.RELAY,
        "name": NAMES[one],
        "pose": Pose(lat_deg=52.0, lon_deg=5.0),
        "effect": EFFECTS[one],
        "actions": (ACTIONS[one],),
    }
    return ActuatorAbout(**{**plain, **changes})  # type: ignore[arg-type]


def a_picture(
    now_us: int = START,
    *,
    person_at: tuple[float, float] | None = None,
    seen_s_ago: float = 0.0,
    alerts: Iterable[AlertRecord] = (),
    actuators: Mapping[str, KnownActuator] | None = None,
) -> LivePicture:
    rows = Rows()
    if person_at is not None:
        add_rows(rows, 1)
        rows.columns.mean[0, :2] = person_at
        rows.columns.state[0] = CONFIRMED
        rows.columns.label[0] = LABELS.index(Label.PERSON)
        rows.columns.updated_us[0] = now_us
    everything = {one: KnownActuator(about=an_about(one)) for one in NAMES}
    return LivePicture(
        tracks=Tracks(rows),
        covered_us={"line": now_us - round(seen_s_ago * SECOND)},
        covered_in_play_us={"line": now_us - round(seen_s_ago * SECOND)},
        actuators=everything if actuators is None else actuators,
        alerts={alert.id: alert for alert in alerts},
    )


def an_action(
    ask: AskKind, operator: str = "Ann", *, role: Role = Role.OPERATOR, at_us: int = START
) -> OperatorAction:
    return OperatorAction(
        id=ulid(at_us, operator.encode().ljust(10)[:10]),
        operator=operator,
        role=role,
        asked_us=at_us,
        ask=ask,
    )


def an_order(one: str = "bollard-1", **changes: object) -> Order:
    plain = {"actuator": one, "action": ACTIONS[one], "reason": "test of the morning"}
    return Order(**{**plain, **changes})  # type: ignore[arg-type]


def an_outcome(
    command: CommandRecord, status: OutcomeStatus, now_us: int = START, **changes: object
) -> Outcome:
    plain = {
        "id": ulid(now_us, b"outcome   "),
        "sender": command.actuator,
        "boot": ulid(START, bytes(10)),
        "seq": 1,
        "observed_us": now_us,
        "sent_us": now_us,
        "command": command.id,
        "status": status,
    }
    return Outcome(**{**plain, **changes})  # type: ignore[arg-type]


def a_state(now_us: int = START, **changes: object) -> ActuatorState:
    plain = {
        "id": ulid(now_us, b"state     "),
        "sender": "bollard-1",
        "boot": ulid(START, bytes(10)),
        "seq": 1,
        "observed_us": now_us,
        "sent_us": now_us,
        "position": ActuatorPosition.RAISED,
    }
    return ActuatorState(**{**plain, **changes})  # type: ignore[arg-type]


def a_response() -> Response:
    return Response(a_site())


def begun(response: Response, picture: LivePicture | None = None) -> list[CommandRecord]:
    return response.begin(an_alert(), picture or a_picture(), START)


def done(
    response: Response, ask: AskKind, picture: LivePicture, operator: str, now_us: int
) -> CommandRecord:
    answer = response.act(an_action(ask, operator, at_us=now_us), picture, now_us)
    assert not isinstance(answer, Refusal), answer
    (record,) = answer
    return record


def refused(response: Response, ask: AskKind, operator: str = "Ann", now_us: int = START) -> str:
    answer = response.act(an_action(ask, operator, at_us=now_us), a_picture(now_us), now_us)
    assert isinstance(answer, Refusal)
    return answer.reason


def sent_bollards(response: Response, now_us: int = START) -> CommandRecord:
    _, bollards, _ = begun(response)
    return done(response, Confirm(command=bollards.id), a_picture(now_us), "Ann", now_us)


# --- Playbooks ----------------------------------------------------------------------------------


def test_an_alert_begins_its_playbook_and_what_only_warns_leaves_at_once() -> None:
    response = a_response()

    siren, bollards, jammer = begun(response)

    assert siren.state is CommandState.SENT
    assert siren.id == derived_id(an_alert().id, "attack", "use-siren-1", "0")
    assert (siren.sent_us, siren.expires_us) == (START, START + 20 * SECOND)
    assert siren.reason == "Vehicle crossed Kerkstraat line at 47 km/h"
    assert (siren.requested_by, siren.text) == ("Vehicle attack", "Use the Siren")
    assert bollards.state is jammer.state is CommandState.AWAITING_CONFIRMATION
    assert bollards.expires_us == START + OFFER_US
    assert list(response.commands.values()) == [siren, bollards, jammer]
    assert response.pending == response.commands


@pytest.mark.parametrize(
    "alert",
    [
        an_alert(rule="another"),
        an_alert(state=AlertState.ACKNOWLEDGED),
        an_alert(begun_us=START - 1),
    ],
)
def test_other_alerts_and_other_changes_begin_nothing(alert: AlertRecord) -> None:
    assert a_response().begin(alert, a_picture(), START) == []


def test_beginning_twice_is_beginning_once() -> None:
    response = a_response()
    begun(response)

    assert begun(response) == []


def test_a_return_of_the_alert_begins_anew_but_not_what_still_waits_or_has_just_been() -> None:
    response = a_response()
    siren, _, _ = begun(response)
    response.outcome(an_outcome(siren, OutcomeStatus.COMPLETED), START)
    soon, later = START + REPEAT_MIN_US - 1, START + REPEAT_MIN_US

    assert response.begin(an_alert(soon, repeats=1), a_picture(soon), soon) == []
    (again,) = response.begin(an_alert(later, repeats=2), a_picture(later), later)

    assert again.step == "use-siren-1"
    assert again.id != siren.id


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

    real, _, _ = a_response().begin(alert, a_picture(), START)
    made_up, _, _ = a_response().begin(alert, a_picture(actuators=same), START)

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

    assert response.wake(a_picture(due_us), due_us) == [siren]
    silent = a_picture(due_us + SEND_AGAIN_US, actuators={})
    assert response.wake(silent, due_us + SEND_AGAIN_US) == []


def test_a_restored_command_without_an_answer_leaves_again_by_the_same_id() -> None:
    siren, _, _ = begun(a_response())
    response, now_us = a_response(), START + 5 * SECOND
    response.restore(siren)

    assert response.wake(a_picture(now_us, actuators={}), now_us) == []
    now_us += SEND_AGAIN_US
    (again,) = response.wake(a_picture(now_us), now_us)

    assert again == siren


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


# --- Whatever happens ---------------------------------------------------------------------------

Event = tuple[str, str, int, bool, bool, bool]

EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["begin", "end", "ann", "bob", "cancel", "order", "outcome", "state", "-"]),
        st.sampled_from(sorted(NAMES)),
        st.integers(0, 25 * SECOND),
        st.booleans(),  # A person in the zone.
        st.booleans(),  # The alert is simulated.
        st.booleans(),  # The actuators are simulated.
    ),
    max_size=25,
)


def world(event: Event, now_us: int) -> tuple[LivePicture, AlertRecord]:
    _, _, _, busy, alert_simulated, actuators_simulated = event
    alert = an_alert(now_us, simulated=alert_simulated, id=ulid(now_us, b"alert     "))
    about = {
        one: KnownActuator(about=an_about(one, simulated=actuators_simulated)) for one in NAMES
    }
    person = (5.0, 1.0) if busy else None
    return a_picture(now_us, person_at=person, alerts=[alert], actuators=about), alert


def happens(response: Response, event: Event, now_us: int) -> list[CommandRecord]:
    """Let one thing happen, and return what changed."""
    what, one, *_ = event
    picture, alert = world(event, now_us)
    changed = response.wake(picture, now_us)
    latest = next(
        (c for c in reversed(tuple(response.commands.values())) if c.actuator == one), None
    )
    identity = alert.id if latest is None else latest.id
    if what == "begin":
        changed += response.begin(alert, picture, now_us)
    elif what == "end":
        ended = an_alert(state=AlertState.CLOSED, id=(latest and latest.alert) or alert.id)
        changed += response.end(ended, now_us)
    elif what == "outcome" and latest is not None:
        outcome = an_outcome(latest, OutcomeStatus.COMPLETED, now_us)
        changed += response.outcome(outcome, now_us)
    elif what == "state":
        changed += response.actuator_state(a_state(now_us), now_us)
    elif what in ("ann", "bob", "cancel", "order"):
        asks: dict[str, AskKind] = {
            "cancel": Cancel(command=identity, reason="no"),
            "order": an_order(one, alert=alert.id),
        }
        ask = asks.get(what, Confirm(command=identity))
        answer = response.act(an_action(ask, what, at_us=now_us), picture, now_us)
        if isinstance(answer, Refusal):
            assert "allowed: " in answer.reason
        else:
            changed += answer
    return changed


def instants(events: Iterable[Event], *, apart_us: int = 1000) -> Iterable[tuple[Event, int]]:
    now_us = START
    for event in events:
        now_us += event[2] + apart_us  # Each alert has an id of its own.
        yield event, now_us


@settings(max_examples=80)
@given(EVENTS)
def test_no_command_leaves_without_authority_interlock_time_and_a_taint_that_fits(
    events: list[Event],
) -> None:
    response = a_response()
    for event, now_us in instants(events):
        for record in happens(response, event, now_us):
            if record.state is not CommandState.SENT:
                continue
            _, _, _, busy, _, actuators_simulated = event
            assert missing(record, EFFECTS[record.actuator]) is None
            assert record.actuator != "bollard-1" or not busy
            assert not record.simulated or actuators_simulated
            assert now_us < record.expires_us


@settings(max_examples=60)
@given(EVENTS, st.integers(0, 25))
def test_restoring_and_going_on_ends_where_never_having_stopped_does(
    events: list[Event], stop_after: int
) -> None:
    unstopped, stopped = a_response(), a_response()
    # So far apart that what is blocked is tried at each, whenever it was tried before.
    for count, (event, now_us) in enumerate(instants(events, apart_us=LOOK_AGAIN_US)):
        if count == stop_after:
            stopped = a_response()
            for record in unstopped.commands.values():
                stopped.restore(record)
        happens(unstopped, event, now_us)
        happens(stopped, event, now_us)
        # When it is tried again may differ; what became of each command may not.
        ends = {one.id: one.state for one in unstopped.commands.values()}
        assert {one.id: one.state for one in stopped.commands.values()} == ends
