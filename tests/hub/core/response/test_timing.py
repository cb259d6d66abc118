import pytest
from response_world import SECOND, START, a_picture, a_site, an_alert

from hub.core.response.command import CommandRecord, Doubt
from hub.core.response.departure import Departure
from hub.core.response.leaving import Leaving
from hub.core.response.ledger import Ledger
from hub.core.response.live_picture import LivePicture
from hub.core.response.playbook import Playbooks
from hub.core.response.timing import (
    ANSWER_MAX_US,
    EFFECT_MAX_US,
    KEEP_US,
    LOOK_AGAIN_US,
    SEND_AGAIN_US,
    UNANSWERED,
    UNSEEN,
    UNSHOWN,
    Timing,
)
from hub.core.response.verification import Verifications
from wire.ids import ulid
from wire.labels import ActuatorAction, CommandState, EffectClass

EXPIRY = START + 20 * SECOND


class Clock:
    """What time does to one command."""

    def __init__(self, **changes: object) -> None:
        site = a_site()
        self.ledger, playbooks = Ledger(site), Playbooks(site)
        leaving = Leaving(self.ledger, Departure(site, playbooks))
        self.timing = Timing(self.ledger, leaving, playbooks, Verifications(site))
        self.command = self.ledger.keep(a_command(**changes))

    def due_us(self) -> int:
        return self.timing.due_us(self.command)

    def at(self, now_us: int, picture: LivePicture | None = None) -> CommandRecord | None:
        after = self.timing.overdue(self.command, picture or a_picture(now_us), now_us)
        self.command = after or self.command
        return after


def a_command(**changes: object) -> CommandRecord:
    plain = {
        "id": ulid(START, b"command   "),
        "text": "Raise bollards",
        "actuator": "bollard-1",
        "action": ActuatorAction.RAISE,
        "effect": EffectClass.IMPEDE,
        "reason": "Vehicle",
        "state": CommandState.SENT,
        "requested_by": "Ann",
        "confirmed_by": ("Ann",),
        "requested_us": START,
        "changed_us": START,
        "sent_us": START,
        "expires_us": EXPIRY,
        "valid_us": 20 * SECOND,
    }
    return CommandRecord(**{**plain, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "due_us"),
    [
        (CommandState.AWAITING_CONFIRMATION, EXPIRY),
        (CommandState.BLOCKED, START + LOOK_AGAIN_US),
        (CommandState.SENT, START + SEND_AGAIN_US),
        (CommandState.ACCEPTED, EXPIRY + ANSWER_MAX_US),
        (CommandState.FAILED, START + KEEP_US),
    ],
)
def test_each_state_has_its_time(state: CommandState, due_us: int) -> None:
    assert Clock(state=state).due_us() == due_us


@pytest.mark.parametrize(
    ("state", "note"),
    [
        (CommandState.AWAITING_CONFIRMATION, "nobody confirmed it in time"),
        (CommandState.BLOCKED, "it could not leave in time"),
        (CommandState.SENT, "sent, and never answered"),
    ],
)
def test_what_has_not_been_taken_in_time_expires(state: CommandState, note: str) -> None:
    expired = Clock(state=state).at(EXPIRY)

    assert expired is not None
    assert (expired.state, expired.note) == (CommandState.EXPIRED, note)


def test_what_is_blocked_looks_again() -> None:
    sent = Clock(state=CommandState.BLOCKED).at(START + LOOK_AGAIN_US)

    assert sent is not None
    assert sent.state is CommandState.SENT


def test_what_leaves_again_as_it_is_has_not_changed() -> None:
    assert Clock().at(START + SEND_AGAIN_US) is None


def test_what_was_accepted_and_never_ended_has_failed() -> None:
    failed = Clock(state=CommandState.ACCEPTED).at(EXPIRY + ANSWER_MAX_US)

    assert failed is not None
    assert (failed.state, failed.note) == (CommandState.FAILED, UNANSWERED)


def test_what_its_state_does_not_show_in_time_is_doubted_once() -> None:
    clock = Clock(state=CommandState.COMPLETED, done_us=START)
    assert clock.due_us() == START + EFFECT_MAX_US

    doubted = clock.at(START + EFFECT_MAX_US)

    assert doubted is not None
    assert (doubted.doubts, doubted.note) == ((Doubt.UNSHOWN,), UNSHOWN)
    assert clock.due_us() == START + EFFECT_MAX_US + KEEP_US


def test_what_no_sensor_notices_in_time_is_doubted_once() -> None:
    sound = {"actuator": "siren-1", "action": ActuatorAction.SOUND, "done_us": START}
    clock = Clock(state=CommandState.CONFIRMED, **sound)
    assert clock.due_us() == START + 10 * SECOND

    doubted = clock.at(START + 10 * SECOND)

    assert doubted is not None
    assert doubted.doubts == (Doubt.UNSEEN,)
    assert doubted.note == UNSEEN.format(sensor="ear-1")
    assert doubted.state is CommandState.CONFIRMED
    assert clock.due_us() == START + 10 * SECOND + KEEP_US


@pytest.mark.parametrize("state", [CommandState.VERIFIED, CommandState.FAILED])
def test_what_was_seen_or_has_failed_is_not_doubted(state: CommandState) -> None:
    sound = {"actuator": "siren-1", "action": ActuatorAction.SOUND, "done_us": START}

    assert Clock(state=state, **sound).due_us() == START + KEEP_US


def test_what_is_long_over_is_forgotten_when_its_alert_is() -> None:
    alert = an_alert()
    clock = Clock(state=CommandState.REJECTED, alert=alert.id)
    due_us = START + KEEP_US

    assert clock.at(due_us, a_picture(due_us, alerts=[alert])) is None
    assert clock.due_us() == due_us + KEEP_US
    forgotten = clock.at(due_us + KEEP_US)

    assert forgotten is not None
    assert clock.ledger.all == {}
