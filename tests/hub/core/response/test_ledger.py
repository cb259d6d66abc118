from msgspec.structs import replace
from response_world import START, a_site, an_alert

from hub.core.response.command import CommandRecord, Doubt, Move
from hub.core.response.ledger import Ledger
from wire.ids import ulid
from wire.labels import ActuatorAction, CommandState, EffectClass


def a_command(name: str = "a", **changes: object) -> CommandRecord:
    plain = {
        "id": ulid(START, name.encode()[-10:].ljust(10)),
        "text": "Raise bollards",
        "actuator": "bollard-1",
        "action": ActuatorAction.RAISE,
        "effect": EffectClass.IMPEDE,
        "reason": "Vehicle",
        "state": CommandState.SENT,
        "requested_by": "Ann",
        "requested_us": START,
        "changed_us": START,
        "sent_us": START,
        "expires_us": START + 30,
        "valid_us": 30,
    }
    return CommandRecord(**{**plain, **changes})  # type: ignore[arg-type]


def test_a_move_changes_state_instant_and_note() -> None:
    ledger = Ledger(a_site())
    ledger.keep(a_command())

    moved = ledger.move(a_command(), Move.FAIL, START + 5, note="no power")

    assert (moved.state, moved.changed_us, moved.note) == (
        CommandState.FAILED,
        START + 5,
        "no power",
    )
    assert ledger.all[moved.id] is moved
    assert ledger.pending == {}
    assert ledger.touched == {"bollard-1"}


def test_when_it_was_first_done_is_kept() -> None:
    ledger = Ledger(a_site())
    completed = ledger.move(a_command(), Move.COMPLETE, START + 5)

    confirmed = ledger.move(completed, Move.OBSERVE, START + 9)

    assert (confirmed.done_us, confirmed.changed_us) == (START + 5, START + 9)


def test_an_effect_that_shows_late_leaves_no_doubt_that_it_shows() -> None:
    ledger = Ledger(a_site())
    doubts = (Doubt.UNSHOWN, Doubt.UNSEEN)

    confirmed = ledger.move(
        a_command(state=CommandState.COMPLETED, doubts=doubts), Move.OBSERVE, START + 9
    )

    assert (confirmed.state, confirmed.doubts) == (CommandState.CONFIRMED, (Doubt.UNSEEN,))


def test_what_a_sensor_saw_before_the_actuator_said_so_counts_with_its_word() -> None:
    ledger = Ledger(a_site())
    seen = a_command(seen_us=START + 1, doubts=(Doubt.UNSEEN,))

    moved = ledger.move(seen, Move.ACCEPT, START + 2)

    assert (moved.state, moved.doubts, moved.done_us) == (CommandState.VERIFIED, (), START + 2)


def test_the_last_that_an_actuator_was_told_is_known_after_it_is_forgotten() -> None:
    ledger = Ledger(a_site())
    first = ledger.keep(a_command("a", state=CommandState.CONFIRMED))
    second = ledger.keep(a_command("b", state=CommandState.CONFIRMED, sent_us=START + 1))
    waiting = ledger.keep(a_command("c", state=CommandState.BLOCKED, sent_us=None))

    ledger.tried_us[second.id] = START
    ledger.forget(second)

    assert ledger.last_told("bollard-1") == second
    assert ledger.last_told("siren-1") is None
    assert ledger.told_actuators() == ("bollard-1",)
    assert list(ledger.all) == [first.id, waiting.id]
    assert list(ledger.of_actuator("bollard-1")) == [first, waiting]
    assert list(ledger.of_actuator("siren-1")) == []
    assert [ledger.must_keep(one) for one in (first, second, waiting)] == [False, True, True]
    assert ledger.tried_us == {}


def test_what_left_earlier_does_not_become_the_last_by_a_late_word() -> None:
    ledger = Ledger(a_site())
    first = ledger.keep(a_command("a", state=CommandState.ACCEPTED))
    second = ledger.keep(a_command("b", sent_us=START + 1))

    ledger.move(first, Move.FAIL, START + 9)
    moved = ledger.move(second, Move.ACCEPT, START + 9)

    assert ledger.last_told("bollard-1") == moved


def test_the_commands_of_an_alert_come_in_the_order_of_the_plan() -> None:
    ledger, alert = Ledger(a_site()), an_alert()
    steps = ("use-jammer-1", "use-siren-1", "use-bollard-1")
    commands = [a_command(step, alert=alert.id, playbook="attack", step=step) for step in steps]
    for command in (*commands, a_command("other")):
        ledger.keep(command)

    ordered = [one.step for one in ledger.of_alert(alert.id)]
    ledger.replan(replace(a_site(), playbooks=()))
    as_they_came = [one.step for one in ledger.of_alert(alert.id)]

    assert ordered == ["use-siren-1", "use-bollard-1", "use-jammer-1"]
    assert as_they_came == list(steps)
