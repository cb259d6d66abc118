import pytest
from msgspec.structs import replace
from response_world import SECOND, START, a_site, a_state

from hub.core.response.command import CommandRecord, Doubt
from hub.core.response.faults import FAULT, MISMATCH, Faults
from hub.core.response.ledger import Ledger
from hub.core.response.playbook import Playbooks
from hub.core.response.reconciliation import Reconciliation
from hub.core.response.verification import Verifications
from hub.core.rules.condition import Condition
from hub.core.site import Site
from wire.ids import ulid
from wire.labels import (
    ActuatorAction,
    ActuatorPosition,
    CommandState,
    EffectClass,
    Priority,
)

LOWERED = ActuatorPosition.LOWERED
SOUND = {"actuator": "siren-1", "action": ActuatorAction.SOUND}


class Watch:
    """What is said of the actuators of a site."""

    def __init__(self) -> None:
        site = self.plan()
        self.ledger = Ledger(site)
        self.reconciliation = Reconciliation(Playbooks(site))
        self.faults = Faults(site, self.ledger, self.reconciliation, Verifications(site))

    @staticmethod
    def plan() -> Site:
        site = a_site()
        actuators = tuple(replace(one, zone="line") for one in site.actuators)
        return replace(site, actuators=actuators)

    def after(self, command: CommandRecord, now_us: int = START) -> list[Condition]:
        self.ledger.keep(command)
        return self.faults.changed(now_us)

    def hears(self, position: ActuatorPosition, now_us: int, **changes: object) -> list[Condition]:
        state = a_state(now_us, position=position, **changes)
        self.reconciliation.heard(state, now_us)
        self.ledger.touched.add(state.sender)
        return self.faults.changed(now_us)


def a_command(**changes: object) -> CommandRecord:
    plain = {
        "id": ulid(START, b"command   "),
        "text": "Raise bollards",
        "actuator": "bollard-1",
        "action": ActuatorAction.RAISE,
        "effect": EffectClass.IMPEDE,
        "reason": "Vehicle",
        "state": CommandState.FAILED,
        "requested_by": "Attack",
        "confirmed_by": ("Ann",),
        "requested_us": START,
        "changed_us": START,
        "sent_us": START,
        "done_us": START,
        "expires_us": START + 30,
        "valid_us": 30,
        "note": "no power",
    }
    return CommandRecord(**{**plain, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("command", "summary"),
    [
        (a_command(), "Bollards failed to raise: no power"),
        (a_command(state=CommandState.REJECTED, note=None), "Bollards refused to raise"),
        (a_command(state=CommandState.EXPIRED), "Bollards never answered when told to raise"),
        (
            a_command(state=CommandState.COMPLETED, doubts=(Doubt.UNSHOWN,)),
            "Bollards says it did raise, and does not show it",
        ),
        (
            a_command(state=CommandState.CONFIRMED, doubts=(Doubt.UNSEEN,), **SOUND),
            "Siren says it did sound, and Ear did not notice",
        ),
        (
            a_command(state=CommandState.CONFIRMED, doubts=(Doubt.UNSEEN,)),
            "Bollards says it did raise, and its sensor did not notice",
        ),
    ],
)
def test_each_way_to_go_wrong_is_said_in_words(command: CommandRecord, summary: str) -> None:
    (fault,) = Watch().after(command)

    assert fault.summary == summary
    assert (fault.rule, fault.rule_kind, fault.active) == (FAULT, FAULT, True)
    assert fault.priority is Priority.HIGH
    assert (fault.zone, fault.zone_name, fault.place) == ("line", "Bollard line", (0.0, 0.0))
    assert fault.cause == command.id
    assert fault.sensors == (("ear-1",) if command.actuator == "siren-1" else ())


@pytest.mark.parametrize(
    "state",
    [
        CommandState.SENT,
        CommandState.CONFIRMED,
        CommandState.VERIFIED,
        CommandState.CANCELLED,
        CommandState.AWAITING_CONFIRMATION,
    ],
)
def test_what_goes_well_or_is_still_to_come_is_no_fault(state: CommandState) -> None:
    assert Watch().after(a_command(state=state)) == []


def test_what_never_left_says_nothing_of_its_actuator() -> None:
    assert Watch().after(a_command(sent_us=None, state=CommandState.EXPIRED)) == []


def test_a_fault_lasts_until_a_later_command_has_gone_well() -> None:
    watch = Watch()
    (fault,) = watch.after(a_command())
    retry = a_command(id=ulid(START, b"retry     "), sent_us=START + 1, state=CommandState.SENT)

    assert watch.after(retry) == [], "nobody can say yet"
    assert watch.faults.active() == [fault]
    (gone,) = watch.after(replace(retry, state=CommandState.CONFIRMED), START + SECOND)

    assert gone == replace(fault, active=False, observed_us=START + SECOND)
    assert watch.faults.active() == []


def test_it_is_said_once_and_again_in_other_words() -> None:
    watch = Watch()
    watch.after(a_command())

    assert watch.after(a_command()) == []
    (other,) = watch.after(a_command(note="the fuse is out"))

    assert other.summary.endswith("the fuse is out")


def test_the_failure_of_an_older_command_is_no_fault() -> None:
    watch = Watch()
    watch.after(a_command(id=ulid(START, b"later     "), sent_us=START + 9, state="sent"))

    assert watch.after(a_command(note="superseded by another command")) == []


def test_what_does_something_else_than_it_was_told_is_a_mismatch_until_it_does_not() -> None:
    watch = Watch()
    watch.after(a_command(state=CommandState.CONFIRMED, note=None))

    (differs,) = watch.hears(LOWERED, START + 1)
    assert differs.summary == "Bollards is lowered, and was last told to raise"
    assert (differs.rule, differs.key) == (MISMATCH, "actuator-mismatch/bollard-1")
    (safe,) = watch.hears(LOWERED, START + 2, safe=True)
    assert safe.summary == (
        "Bollards went to its safe state, lowered, having lost the hub, and was last told to raise"
    )
    (gone,) = watch.hears(ActuatorPosition.RAISED, START + 3)
    assert not gone.active


def test_the_real_and_the_played_never_share_a_condition() -> None:
    (played,) = Watch().after(a_command(simulated=True))
    (drilled,) = Watch().after(a_command(exercise=True))

    assert played.key == "actuator-fault/bollard-1/simulated"
    assert (played.simulated, played.exercise) == (True, False)
    assert drilled.key == "actuator-fault/bollard-1/exercise"


def test_an_actuator_that_is_no_longer_planned_is_no_longer_at_fault() -> None:
    watch = Watch()
    watch.after(a_command())
    without = replace(a_site(), actuators=(), playbooks=())

    watch.faults.replan(without, Verifications(without))
    (gone,) = watch.faults.changed(START + 1)

    assert not gone.active


def test_a_touch_of_what_was_never_told_anything_says_nothing() -> None:
    assert Watch().hears(LOWERED, START) == []


def test_after_a_restart_the_last_command_says_it_again() -> None:
    before, after = Watch(), Watch()
    told = before.after(a_command())

    assert after.after(a_command()) == told
