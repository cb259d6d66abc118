from msgspec.structs import replace
from response_world import (
    START,
    a_picture,
    a_site,
    an_about,
    an_action,
    an_alert,
    an_order,
)

from hub.core.alerts.refusal import Refusal
from hub.core.response.command import CommandRecord
from hub.core.response.departure import Departure
from hub.core.response.leaving import Leaving
from hub.core.response.ledger import Ledger
from hub.core.response.live_picture import KnownActuator, LivePicture
from hub.core.response.people import People
from hub.core.response.playbook import Playbooks
from hub.core.site import Site
from wire.actions import AskKind, Cancel, Confirm
from wire.ids import ulid
from wire.labels import CommandState, EffectClass, Role


class Desk:
    """An operator's desk with its own commands."""

    def __init__(self, site: Site | None = None) -> None:
        plan = site or a_site()
        self.ledger, playbooks = Ledger(plan), Playbooks(plan)
        departure = Departure(plan, playbooks)
        leaving = Leaving(self.ledger, departure)
        self.people = People(self.ledger, playbooks, departure, leaving)

    def done(
        self, ask: AskKind, operator: str = "Ann", picture: LivePicture | None = None
    ) -> CommandRecord:
        answer = self.people.act(an_action(ask, operator), picture or a_picture(), START)
        assert not isinstance(answer, Refusal), answer
        (record,) = answer
        return record

    def refused(self, ask: AskKind, operator: str = "Ann", now_us: int = START) -> str:
        answer = self.people.act(an_action(ask, operator), a_picture(now_us), now_us)
        assert isinstance(answer, Refusal)
        return answer.reason


def test_an_order_that_warns_leaves_at_once_and_one_that_impedes_waits() -> None:
    desk = Desk()

    assert desk.done(an_order("siren-1")).state is CommandState.SENT
    waiting = desk.done(an_order("bollard-1"), "Bob")
    assert waiting.state is CommandState.AWAITING_CONFIRMATION
    assert desk.done(Confirm(command=waiting.id), "Bob").state is CommandState.SENT


def test_the_same_order_twice_is_one() -> None:
    desk = Desk()
    desk.done(an_order("siren-1"))

    assert desk.people.act(an_action(an_order("siren-1")), a_picture(), START) == []


def test_an_order_names_what_there_is() -> None:
    missing = Desk().refused(an_order("siren-1", actuator="laser-1"))
    none = Desk(replace(a_site(), actuators=(), playbooks=())).refused(an_order("siren-1"))
    closed = Desk().refused(an_order("siren-1", alert=an_alert().id))

    assert missing == "the plan has no actuator laser-1; it has: siren-1, bollard-1, jammer-1"
    assert none.endswith("it has: none")
    assert closed == "there is no such open alert; order without one"


def test_an_order_for_an_open_alert_is_its_own() -> None:
    alert = an_alert(simulated=True)
    picture = a_picture(alerts=[alert])

    record = Desk().done(an_order("siren-1", alert=alert.id), picture=picture)

    assert (record.alert, record.simulated) == (alert.id, True)


def test_what_suppresses_needs_two_people_of_whom_the_one_who_orders_is_one() -> None:
    desk = Desk()
    order = desk.done(an_order("jammer-1"))
    ask = Confirm(command=order.id)

    assert desk.refused(ask) == "Ann has said yes; a second person must; allowed: cancel"
    assert desk.done(ask, "Bob").state is CommandState.SENT


def test_a_step_that_suppresses_takes_one_yes_after_the_other() -> None:
    desk = Desk()
    offer = desk.ledger.keep(
        replace(desk.done(an_order("jammer-1")), playbook="attack", requested_by="Attack")
    )
    first = desk.done(Confirm(command=offer.id))

    assert first.state is CommandState.AWAITING_CONFIRMATION
    assert first.note == "waits for a second person to confirm besides Ann"
    assert desk.refused(Confirm(command=offer.id)).startswith("Ann has said yes")
    assert desk.done(Confirm(command=offer.id), "Bob").confirmed_by == ("Ann", "Bob")


def test_no_is_said_with_a_reason_and_only_to_what_waits() -> None:
    desk = Desk()
    waiting, sent = desk.done(an_order("bollard-1"), "Bob"), desk.done(an_order("siren-1"))
    no = Cancel(command=waiting.id, reason="it is the postman")

    assert desk.done(no).note == "Ann: it is the postman"
    assert desk.refused(no) == "cannot cancel a command that is cancelled; allowed: order it anew"
    assert desk.refused(Cancel(command=sent.id, reason="no")).startswith("cannot cancel a command")
    assert desk.refused(Confirm(command=sent.id)).startswith("cannot confirm a command that is")


def test_what_is_not_there_has_expired_or_has_every_yes_is_not_confirmed() -> None:
    desk = Desk()
    waiting = desk.done(an_order("bollard-1"))
    nothing = Confirm(command=ulid(START, b"nothing   "))
    late_us = waiting.expires_us

    assert desk.refused(nothing) == "there is no such command; allowed: order it anew"
    assert desk.refused(Confirm(command=waiting.id), now_us=late_us).startswith("cannot confirm")
    blocked = desk.done(Confirm(command=waiting.id), picture=a_picture(person_at=(5.0, 1.0)))
    assert blocked.state is CommandState.BLOCKED
    assert desk.refused(Confirm(command=waiting.id)).endswith("allowed: cancel")


def test_an_actuator_that_does_more_than_planned_needs_more() -> None:
    harsh = KnownActuator(about=an_about("siren-1", effect=EffectClass.IMPEDE))

    waiting = Desk().done(an_order("siren-1"), picture=a_picture(actuators={"siren-1": harsh}))

    assert waiting.state is CommandState.AWAITING_CONFIRMATION


def test_roles_without_the_duty_are_refused() -> None:
    action = an_action(an_order("siren-1"), role=Role.WALL)

    answer = Desk().people.act(action, a_picture(), START)

    assert isinstance(answer, Refusal)
    assert answer.reason.startswith("the role wall may not order")


def test_an_exercise_by_hand_moves_only_what_takes_part_and_is_for_nothing_meant() -> None:
    alert, drill = an_alert(), an_alert(exercise=True)
    order = an_order("siren-1", exercise=True)
    played = a_picture(
        actuators={"siren-1": KnownActuator(about=an_about("siren-1", exercise=True))}
    )

    taken = Desk().done(order, picture=played)
    refused = Desk().refused(an_order("bollard-1", exercise=True))
    nobody = Desk(replace(a_site(), actuators=a_site().actuators[1:], playbooks=()))
    meant = Desk().people.act(
        an_action(replace(order, alert=alert.id)), a_picture(alerts=[alert]), START
    )
    of_drill = Desk().done(replace(order, alert=drill.id), picture=a_picture(alerts=[drill]))

    assert (taken.exercise, taken.state) == (True, CommandState.SENT)
    assert refused == "no exercise drives Bollards; those that one may: Siren"
    assert nobody.refused(an_order("bollard-1", exercise=True)).endswith("one may: none")
    assert meant == Refusal(reason=f"A-{alert.number} is no exercise; order without it")
    assert (of_drill.exercise, of_drill.state) == (True, CommandState.BLOCKED)
    assert of_drill.note == (
        "an exercise must not drive it: it does not say itself that it takes part"
    )
