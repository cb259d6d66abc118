from msgspec.structs import replace
from response_world import NAMES, SECOND, START, a_picture, a_site, an_about

from hub.core.response.command import CommandRecord
from hub.core.response.departure import Departure
from hub.core.response.leaving import NOTE_US, Leaving
from hub.core.response.ledger import Ledger
from hub.core.response.live_picture import KnownActuator
from hub.core.response.playbook import Playbooks
from wire.ids import ulid
from wire.labels import ActuatorAction, CommandState, EffectClass


def a_leaving() -> tuple[Leaving, Ledger]:
    site = a_site()
    ledger = Ledger(site)
    return Leaving(ledger, Departure(site, Playbooks(site))), ledger


def a_command(**changes: object) -> CommandRecord:
    plain = {
        "id": ulid(START, b"command   "),
        "text": "Raise bollards",
        "actuator": "bollard-1",
        "action": ActuatorAction.RAISE,
        "effect": EffectClass.IMPEDE,
        "reason": "Vehicle",
        "state": CommandState.AWAITING_CONFIRMATION,
        "requested_by": "Ann",
        "confirmed_by": ("Ann",),
        "requested_us": START,
        "changed_us": START,
        "expires_us": START + 900 * SECOND,
        "valid_us": 20 * SECOND,
    }
    return CommandRecord(**{**plain, **changes})  # type: ignore[arg-type]


def test_a_request_that_needs_a_yes_waits_for_it() -> None:
    leaving, ledger = a_leaving()

    waiting = leaving.request(a_command(confirmed_by=()), a_picture(), START)

    assert waiting.state is CommandState.AWAITING_CONFIRMATION
    assert ledger.all[waiting.id] is waiting


def test_a_request_with_every_yes_leaves_and_its_time_begins() -> None:
    leaving, _ = a_leaving()

    sent = leaving.request(a_command(), a_picture(), START)

    assert (sent.state, sent.sent_us) == (CommandState.SENT, START)
    assert sent.expires_us == START + 20 * SECOND


def test_a_request_takes_on_what_its_actuator_is() -> None:
    leaving, _ = a_leaving()
    harsh = an_about("bollard-1", effect=EffectClass.SUPPRESS, simulated=True)
    picture = a_picture(actuators={"bollard-1": KnownActuator(about=harsh)})

    waiting = leaving.request(a_command(), picture, START)
    unknown = leaving.request(a_command(), a_picture(actuators={}), START)

    assert (waiting.effect, waiting.simulated) == (EffectClass.SUPPRESS, True)
    assert waiting.state is CommandState.AWAITING_CONFIRMATION, "one yes is no longer enough"
    assert (unknown.effect, unknown.state) == (EffectClass.IMPEDE, CommandState.BLOCKED)


def test_what_waited_until_its_actuator_was_heard_of_takes_on_what_that_is() -> None:
    leaving, _ = a_leaving()
    blocked = leaving.request(a_command(), a_picture(actuators={}), START)
    made_up = KnownActuator(about=an_about("bollard-1", simulated=True))
    heard = a_picture(actuators={"bollard-1": made_up})

    sent = leaving.again(blocked, heard, START)

    assert not blocked.simulated
    assert sent is not None
    assert (sent.state, sent.simulated) == (CommandState.SENT, True)


def test_what_is_blocked_tries_again_and_renews_its_note_now_and_then() -> None:
    leaving, _ = a_leaving()
    busy = a_picture(person_at=(5.0, 1.0))
    blocked = leaving.valid_from(a_command(), busy, START)
    later_us = START + NOTE_US

    assert blocked.note == "1 person within 1 m of Bollard line"
    assert leaving.again(blocked, a_picture(START + 1, seen_s_ago=9.0), START + 1) is None
    assert leaving.again(blocked, a_picture(later_us, person_at=(5.0, 1.0)), later_us) is None
    renewed = leaving.again(blocked, a_picture(later_us, seen_s_ago=9.0), later_us)
    assert renewed is not None
    assert renewed.note == "Bollard line was last seen 9 s ago"
    sent = leaving.again(renewed, a_picture(later_us), later_us)
    assert sent is not None
    assert sent.state is CommandState.SENT


def test_the_first_time_that_it_left_is_kept() -> None:
    leaving, _ = a_leaving()
    forgotten = a_command(state=CommandState.BLOCKED, sent_us=START - 5)

    sent = leaving.again(forgotten, a_picture(), START)

    assert sent is not None
    assert sent.sent_us == START - 5


def test_it_may_leave_while_nothing_is_against_it() -> None:
    leaving, ledger = a_leaving()
    command = a_command()

    assert leaving.may_leave(command, a_picture(), START)
    assert not leaving.may_leave(command, a_picture(person_at=(5.0, 1.0)), START + 1)
    assert not leaving.may_leave(replace(command, expires_us=START), a_picture(), START)
    assert ledger.tried_us == {command.id: START}
    assert set(NAMES) >= {command.actuator}
