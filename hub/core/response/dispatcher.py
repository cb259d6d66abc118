"""Alerts and orders in, commands out: every record that it returns as SENT leaves the hub."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import assert_never

from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.refusal import Refusal
from hub.core.alerts.roles import refusal_of as role_refusal_of
from hub.core.response.authority import Authority, needs
from hub.core.response.command import PENDING, WAITING, CommandRecord, Move, after, can, words
from hub.core.response.departure import Departure
from hub.core.response.live_picture import LivePicture
from hub.core.response.playbook import Playbooks
from hub.core.response.request import ordered, stepped
from hub.core.rules.wording import line
from hub.core.site import Playbook, Site, Step
from wire.actions import Cancel, Confirm, OperatorAction, Order
from wire.labels import AlertState, CommandState, OutcomeStatus
from wire.messages import ActuatorState, Outcome
from wire.quantities import SECOND_US, Instant, Line, Ulid

# How often a blocked command looks again, and how often its note may change.
LOOK_AGAIN_US = SECOND_US // 5
NOTE_US = SECOND_US
# A command without an answer is sent again, by the same id: the broker may have lost it.
SEND_AGAIN_US = 2 * SECOND_US
# An actuator that accepted and then says nothing has failed; the slowest gate takes half that.
ANSWER_MAX_US = 60 * SECOND_US
# A position follows its outcome at once, but for the link's delay.
EFFECT_MAX_US = 10 * SECOND_US
# A condition that flaps does not sound the same siren at each return.
REPEAT_MIN_US = 60 * SECOND_US
# Late outcomes find their command this long after its end.
KEEP_US = 600 * SECOND_US

UNANSWERED = "accepted, and then nothing was heard of it"
UNSHOWN = "said to be done, but the actuator's state does not show it"

_MOVES = {
    OutcomeStatus.ACCEPTED: Move.ACCEPT,
    OutcomeStatus.REJECTED: Move.REJECT,
    OutcomeStatus.COMPLETED: Move.COMPLETE,
    OutcomeStatus.FAILED: Move.FAIL,
}


class Response:
    """The commands of a site. What it returns has changed, or leaves (again) where it is SENT."""

    def __init__(self, site: Site) -> None:
        self._playbooks = Playbooks(site)
        self._departure = Departure(site, self._playbooks)
        self._commands: dict[Ulid, CommandRecord] = {}
        self._tried_us: dict[Ulid, Instant] = {}  # When it last tried to leave.
        steps = ((playbook.id, step.id) for playbook in site.playbooks for step in playbook.steps)
        self._steps: dict[tuple[str | None, str | None], int] = {
            step: place for place, step in enumerate(steps)
        }

    @property
    def commands(self) -> Mapping[Ulid, CommandRecord]:
        """Every command of an open alert, and every other until ten minutes after its end."""
        return MappingProxyType(self._commands)

    def commands_of(self, alert: Ulid) -> list[CommandRecord]:
        """Return the commands of an alert, in the order of the plan also after a restart."""
        commands = [one for one in self._commands.values() if one.alert == alert]
        return sorted(
            commands,
            key=lambda one: (one.requested_us, self._steps.get((one.playbook, one.step), 0)),
        )

    @property
    def pending(self) -> Mapping[Ulid, CommandRecord]:
        """The commands of which something is still to come."""
        every = self._commands.items()
        return {identity: record for identity, record in every if record.state in PENDING}

    @property
    def next_wake_us(self) -> Instant | None:
        """When time alone changes something next."""
        due = (self._due_us(record) for record in self._commands.values())
        return min((at_us for at_us in due if at_us is not None), default=None)

    def begin(
        self, alert: AlertRecord, picture: LivePicture, now_us: Instant
    ) -> list[CommandRecord]:
        """Begin the playbooks of an alert that was raised, or came back, at this very instant.

        Any other change of an alert begins nothing, so it may be called with every one.
        """
        if alert.begun_us != now_us or alert.state is not AlertState.UNACKNOWLEDGED:
            return []
        return [
            self._request(self._step(playbook, step, alert, now_us), picture, now_us)
            for playbook, step in self._playbooks.steps_for(alert)
            if not self._is_under_way(alert, playbook, step, now_us)
        ]

    def end(self, alert: AlertRecord, now_us: Instant) -> list[CommandRecord]:
        """Withdraw what still waits for a closed alert; any other alert ends nothing."""
        if alert.state is not AlertState.CLOSED:
            return []
        waiting = [
            record
            for record in self._commands.values()
            if record.alert == alert.id and record.state in WAITING
        ]
        return [self._move(one, Move.CANCEL, now_us, note="the alert closed") for one in waiting]

    def act(
        self, action: OperatorAction, picture: LivePicture, now_us: Instant
    ) -> list[CommandRecord] | Refusal:
        """Do what a person asks of a command or an actuator, or say why not."""
        ask = action.ask
        assert isinstance(ask, Confirm | Cancel | Order)
        if (refusal := role_refusal_of(action)) is not None:
            return refusal
        match ask:
            case Confirm():
                return self._confirm(ask, action.operator, picture, now_us)
            case Cancel():
                return self._cancel(ask, action.operator, now_us)
            case Order():
                return self._order(ask, action, picture, now_us)
            case _:  # pragma: no cover
                assert_never(ask)

    def objection(self, outcome: Outcome) -> Refusal | None:
        """Return why an outcome cannot be what its sender says, for the health screen."""
        record = self._commands.get(outcome.command)
        if record is None:
            return None  # Long over, or of a hub before this one.
        if record.actuator != outcome.sender:
            return Refusal(reason=f"{outcome.sender} answers a command to {record.actuator}")
        if record.sent_us is None:
            return Refusal(reason=f"{outcome.sender} answers a command that never left")
        if outcome.simulated and not record.simulated:
            return Refusal(reason=f"{outcome.sender} simulates the answer to a real command")
        return None

    def outcome(self, outcome: Outcome, now_us: Instant) -> list[CommandRecord]:
        """Take an actuator's word on what became of a command."""
        record = self._commands.get(outcome.command)
        move = _MOVES[outcome.status]
        if record is None or self.objection(outcome) is not None or not can(record.state, move):
            return []
        return [self._move(record, move, now_us, note=outcome.reason)]

    def actuator_state(self, state: ActuatorState, now_us: Instant) -> list[CommandRecord]:
        """Compare what an actuator does now with what its commands were to bring about."""
        shown = [
            record
            for record in self._commands.values()
            if record.actuator == state.sender
            and can(record.state, Move.OBSERVE)
            and self._shows(state, record)
        ]
        return [self._move(record, Move.OBSERVE, now_us) for record in shown]

    def wake(self, picture: LivePicture, now_us: Instant) -> list[CommandRecord]:
        """Do what is due: expire, look again, send again, miss an answer, forget.

        A record that is returned and no longer among `commands` has been forgotten.
        """
        changed: list[CommandRecord] = []
        for record in tuple(self._commands.values()):
            due_us = self._due_us(record)
            if due_us is not None and now_us >= due_us:
                changed += self._overdue(record, picture, now_us)
        return changed

    def restore(self, record: CommandRecord) -> None:
        """Take back a command after a restart.

        One that was sent and has no answer tries to leave again, by the same id, as soon as
        its actuator is heard of and everything that guards it holds.
        """
        self._commands[record.id] = record

    # --- Requests -------------------------------------------------------------------------------

    def _is_under_way(
        self, alert: AlertRecord, playbook: Playbook, step: Step, now_us: Instant
    ) -> bool:
        """Return whether this step of this alert waits already, or began a moment ago."""
        return any(
            record.alert == alert.id
            and (record.playbook, record.step) == (playbook.id, step.id)
            and (record.state in PENDING or now_us - record.requested_us < REPEAT_MIN_US)
            for record in self._commands.values()
        )

    def _step(
        self, playbook: Playbook, step: Step, alert: AlertRecord, now_us: Instant
    ) -> CommandRecord:
        """Return a playbook's step as a command that has not left."""
        planned = self._playbooks.actuator(step.actuator)
        assert planned is not None, "the plan's names were checked on reading"
        return stepped(playbook, step, planned, alert, now_us)

    def _order(
        self, ask: Order, action: OperatorAction, picture: LivePicture, now_us: Instant
    ) -> list[CommandRecord] | Refusal:
        """Request what a person orders by hand."""
        planned = self._playbooks.actuator(ask.actuator)
        if planned is None:
            known = ", ".join(self._playbooks.actuator_ids()) or "none"
            return Refusal(reason=f"the plan has no actuator {ask.actuator}; it has: {known}")
        alert = None if ask.alert is None else picture.alerts.get(ask.alert)
        if ask.alert is not None and alert is None:
            return Refusal(reason="there is no such open alert; order without one")
        record = ordered(ask, action, planned, alert, now_us)
        if record.id in self._commands:
            return []
        return [self._request(record, picture, now_us)]

    def _request(
        self, record: CommandRecord, picture: LivePicture, now_us: Instant
    ) -> CommandRecord:
        """Keep a new command: it waits for its yes, or tries to leave at once."""
        known = picture.actuators.get(record.actuator)
        if known is not None:
            record = replace(
                record,
                effect=self._departure.effect(record, picture),
                # What drives a simulator is not real either, whoever ordered it.
                simulated=record.simulated or known.about.simulated,
            )
        self._commands[record.id] = record
        if self._departure.authority_against(record, picture) is not None:
            return record
        return self._valid_from(record, picture, now_us)

    def _valid_from(
        self, record: CommandRecord, picture: LivePicture, now_us: Instant
    ) -> CommandRecord:
        """Let a command that has every yes leave, or block it."""
        record = replace(record, expires_us=now_us + record.valid_us)
        return self._try(record, picture, now_us)

    def _try(self, record: CommandRecord, picture: LivePicture, now_us: Instant) -> CommandRecord:
        """Send a command if nothing is against it now; else it is blocked, and says why."""
        self._tried_us[record.id] = now_us
        reason = self._departure.reason_against(record, picture, now_us)
        if reason is not None:
            return self._move(record, Move.BLOCK, now_us, note=reason)
        return self._move(replace(record, sent_us=now_us), Move.SEND, now_us)

    # --- People ---------------------------------------------------------------------------------

    def _confirm(
        self, ask: Confirm, operator: Line, picture: LivePicture, now_us: Instant
    ) -> list[CommandRecord] | Refusal:
        record = self._commands.get(ask.command)
        if record is None or record.state not in WAITING or now_us >= record.expires_us:
            return _refused("confirm", record)
        if self._departure.authority_against(record, picture) is None:
            return Refusal(reason=f"it has every yes that it needs: {record.note}; allowed: cancel")
        two = needs(self._departure.effect(record, picture)) is Authority.TWO_PERSON
        by_hand = record.playbook is None and record.requested_by == operator
        if two and (operator in record.confirmed_by or by_hand):
            return Refusal(reason=f"{operator} has said yes; a second person must; allowed: cancel")
        record = replace(record, confirmed_by=(*record.confirmed_by, operator))
        still = self._departure.authority_against(record, picture)
        if still is None:
            return [self._valid_from(record, picture, now_us)]
        return [self._keep(replace(record, note=still, changed_us=now_us))]

    def _cancel(
        self, ask: Cancel, operator: Line, now_us: Instant
    ) -> list[CommandRecord] | Refusal:
        record = self._commands.get(ask.command)
        if record is None or record.state not in WAITING:
            return _refused("cancel", record)
        note = line(f"{operator}: {ask.reason}")
        return [self._move(record, Move.CANCEL, now_us, note=note)]

    # --- Time -----------------------------------------------------------------------------------

    def _due_us(self, record: CommandRecord) -> Instant | None:
        """Return when time alone changes a command next."""
        tried_us = self._tried_us.get(record.id, record.changed_us)
        match record.state:
            case CommandState.AWAITING_CONFIRMATION:
                return record.expires_us
            case CommandState.BLOCKED:
                return min(record.expires_us, tried_us + LOOK_AGAIN_US)
            case CommandState.SENT:
                return min(record.expires_us, tried_us + SEND_AGAIN_US)
            case CommandState.ACCEPTED:
                return max(record.expires_us, record.changed_us) + ANSWER_MAX_US
            case CommandState.COMPLETED if self._awaits_effect(record):
                return record.changed_us + EFFECT_MAX_US
            case _:
                return max(record.changed_us, tried_us) + KEEP_US

    def _overdue(
        self, record: CommandRecord, picture: LivePicture, now_us: Instant
    ) -> Iterable[CommandRecord]:
        """Do what is due for one command."""
        match record.state:
            case CommandState.AWAITING_CONFIRMATION | CommandState.BLOCKED | CommandState.SENT if (
                now_us >= record.expires_us
            ):
                note = record.note or _EXPIRED[record.state]
                return [self._move(record, Move.EXPIRE, now_us, note=note)]
            case CommandState.BLOCKED:
                return self._look_again(record, picture, now_us)
            case CommandState.SENT:
                self._tried_us[record.id] = now_us
                against = self._departure.reason_against(record, picture, now_us)
                return [record] if against is None else []
            case CommandState.ACCEPTED:
                return [self._move(record, Move.FAIL, now_us, note=UNANSWERED)]
            case CommandState.COMPLETED if self._awaits_effect(record):
                return [self._keep(replace(record, note=UNSHOWN, changed_us=now_us))]
            case _:
                return self._forget(record, picture, now_us)

    def _look_again(
        self, record: CommandRecord, picture: LivePicture, now_us: Instant
    ) -> Iterable[CommandRecord]:
        """Let a blocked command leave if it may by now; else renew its note now and then."""
        self._tried_us[record.id] = now_us
        reason = self._departure.reason_against(record, picture, now_us)
        if reason is None:
            return [self._try(record, picture, now_us)]
        if reason == record.note or now_us - record.changed_us < NOTE_US:
            return []
        return [self._move(record, Move.BLOCK, now_us, note=reason)]

    def _forget(
        self, record: CommandRecord, picture: LivePicture, now_us: Instant
    ) -> Iterable[CommandRecord]:
        """Drop a command whose end is long past, unless its alert is still open."""
        if record.alert in picture.alerts:
            self._tried_us[record.id] = now_us
            return []
        del self._commands[record.id]
        self._tried_us.pop(record.id, None)
        return [record]

    # --- Records --------------------------------------------------------------------------------

    def _move(
        self, record: CommandRecord, move: Move, now_us: Instant, *, note: Line | None = None
    ) -> CommandRecord:
        """Make an allowed move, keep the record and return it."""
        state = after(record.state, move)
        return self._keep(replace(record, state=state, changed_us=now_us, note=note))

    def _keep(self, record: CommandRecord) -> CommandRecord:
        self._commands[record.id] = record
        return record

    def _awaits_effect(self, record: CommandRecord) -> bool:
        """Return whether the actuator's state should still show what it says it has done."""
        return record.note != UNSHOWN and self._playbooks.effect_position(record) is not None

    def _shows(self, state: ActuatorState, record: CommandRecord) -> bool:
        """Return whether this state is what the command was to bring about."""
        if state.position is not self._playbooks.effect_position(record):
            return False
        if record.sent_us is None or (state.simulated and not record.simulated):
            return False
        is_named = state.command == record.id
        is_over = record.state in (CommandState.EXPIRED, CommandState.FAILED)
        return is_named or (not is_over and state.observed_us >= record.sent_us)


_EXPIRED = {
    CommandState.AWAITING_CONFIRMATION: "nobody confirmed it in time",
    CommandState.BLOCKED: "it could not leave in time",
    CommandState.SENT: "sent, and never answered",
}


def _refused(what: str, record: CommandRecord | None) -> Refusal:
    """Return why a command cannot be confirmed or cancelled, naming what is allowed."""
    if record is None:
        return Refusal(reason="there is no such command; allowed: order it anew")
    return Refusal(
        reason=f"cannot {what} a command that is {words(record.state)}; allowed: order it anew"
    )
