"""Alerts and orders in, commands out: every record that it returns as SENT leaves the hub."""

from collections.abc import Mapping

from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.refusal import Refusal
from hub.core.response.command import PENDING, WAITING, CommandRecord, Move, can
from hub.core.response.departure import Departure
from hub.core.response.faults import Faults
from hub.core.response.leaving import Leaving
from hub.core.response.ledger import Ledger
from hub.core.response.live_picture import LivePicture
from hub.core.response.people import People
from hub.core.response.playbook import Playbooks
from hub.core.response.reconciliation import Heard, Reconciliation
from hub.core.response.request import stepped
from hub.core.response.timing import Timing
from hub.core.response.verification import Verifications
from hub.core.rules.condition import Condition
from hub.core.site import Playbook, Site, Step
from wire.actions import OperatorAction
from wire.labels import AlertState, CommandState, OutcomeStatus
from wire.messages import ActuatorState, Cue, Outcome, Reading
from wire.quantities import SECOND_US, Identifier, Instant, Line, Ulid

# A condition that flaps does not sound the same siren at each return.
REPEAT_MIN_US = 60 * SECOND_US

FORGOTTEN = "its actuator restarted and has forgotten it"

_MOVES = {
    OutcomeStatus.ACCEPTED: Move.ACCEPT,
    OutcomeStatus.REJECTED: Move.REJECT,
    OutcomeStatus.COMPLETED: Move.COMPLETE,
    OutcomeStatus.FAILED: Move.FAIL,
}


class Response:
    """The commands of a site. What it returns has changed, and leaves where it is SENT."""

    def __init__(self, site: Site) -> None:
        self._ledger = Ledger(site)
        self._resent: list[CommandRecord] = []
        self._wire(site)
        self._reconciliation = Reconciliation(self._playbooks)
        self._faults = Faults(site, self._ledger, self._reconciliation, self._verifications)

    def replan(self, site: Site) -> None:
        """Go on by an edited plan. What has left stays as it left."""
        self._ledger.replan(site)
        self._wire(site)
        self._reconciliation.replan(self._playbooks)
        self._faults.replan(site, self._verifications)

    def _wire(self, site: Site) -> None:
        ledger = self._ledger
        self._playbooks = Playbooks(site)
        self._verifications = Verifications(site)
        departure = Departure(site, self._playbooks)
        self._leaving = Leaving(ledger, departure)
        self._people = People(ledger, self._playbooks, departure, self._leaving)
        self._timing = Timing(ledger, self._leaving, self._playbooks, self._verifications)

    # --- What there is --------------------------------------------------------------------------

    @property
    def commands(self) -> Mapping[Ulid, CommandRecord]:
        """Every command of an open alert, and every other until ten minutes after its end."""
        return self._ledger.all

    def commands_of(self, alert: Ulid) -> list[CommandRecord]:
        """Return the commands of an alert, in the order of the plan also after a restart."""
        return self._ledger.of_alert(alert)

    @property
    def pending(self) -> Mapping[Ulid, CommandRecord]:
        """The commands of which something is still to come."""
        return self._ledger.pending

    def must_keep(self, record: CommandRecord) -> bool:
        """Return whether a restarted hub must begin with it, whatever became of its alert.

        That is, while something is to come of it, and while it is what its actuator was last told.
        """
        return self._ledger.must_keep(record)

    @property
    def next_wake_us(self) -> Instant | None:
        """When time alone changes something next."""
        return min(map(self._timing.due_us, self._ledger.all.values()), default=None)

    # --- Alerts and playbooks -------------------------------------------------------------------

    def step(
        self,
        playbook: Playbook,
        step: Step,
        alert: AlertRecord | None,
        run: Ulid,
        now_us: Instant,
        picture: LivePicture,
        *,
        begun_us: Instant | None = None,
        exercise: bool = False,
    ) -> list[CommandRecord]:
        """Begin a step of a playbook. One that is under way, or began a moment ago, is that one.

        `begun_us` is when its turn came, if not now: asking twice for one turn is asking once.
        """
        is_drill = exercise or (alert is not None and alert.exercise)
        planned = self._playbooks.cast(step.actuator, is_drill=is_drill)
        assert planned is not None, "the plan's names were checked on reading"
        record = stepped(
            playbook, step, planned, alert, run, now_us, begun_us=begun_us, exercise=is_drill
        )
        under_way = self._under_way(record, now_us)
        if under_way is not None:
            is_free = under_way.state is not CommandState.SENT or self._leaving.may_leave(
                under_way, picture, now_us
            )
            return [under_way] if is_free else []
        known = self._ledger.all.get(record.id)
        if known is not None:
            return [known]
        return [self._leaving.request(record, picture, now_us)]

    def end(self, alert: AlertRecord, now_us: Instant) -> list[CommandRecord]:
        """Withdraw what still waits for a closed alert; any other alert ends nothing."""
        if alert.state is not AlertState.CLOSED:
            return []
        waiting = [
            record
            for record in self._ledger.all.values()
            if record.alert == alert.id and record.state in WAITING
        ]
        note = "the alert closed"
        return [self._ledger.move(one, Move.CANCEL, now_us, note=note) for one in waiting]

    def withdraw(self, command: Ulid, note: Line, now_us: Instant) -> list[CommandRecord]:
        """Cancel a command that has not left; one that has is not called back."""
        record = self._ledger.all.get(command)
        if record is None or record.state not in WAITING:
            return []
        return [self._ledger.move(record, Move.CANCEL, now_us, note=note)]

    def _under_way(self, wanted: CommandRecord, now_us: Instant) -> CommandRecord | None:
        """Return this step's command if it waits already, or began a moment ago."""
        for record in self._ledger.all.values():
            is_same = (record.playbook, record.step) == (wanted.playbook, wanted.step)
            # Without an alert it is the run that says what it is for.
            is_for_same = record.alert == wanted.alert and (
                wanted.alert is not None or record.run == wanted.run
            )
            is_recent = now_us - record.requested_us < REPEAT_MIN_US
            # What has failed may be begun again at once: somebody wants it all the more.
            is_recent &= record.state not in (CommandState.FAILED, CommandState.REJECTED)
            if is_same and is_for_same and (record.state in PENDING or is_recent):
                return record
        return None

    # --- People ---------------------------------------------------------------------------------

    def act(
        self, action: OperatorAction, picture: LivePicture, now_us: Instant
    ) -> list[CommandRecord] | Refusal:
        """Do what a person asks of a command or an actuator, or say why not."""
        return self._people.act(action, picture, now_us)

    # --- Actuators ------------------------------------------------------------------------------

    def objection(self, outcome: Outcome) -> Refusal | None:
        """Return why an outcome cannot be what its sender says, for the health screen."""
        record = self._ledger.all.get(outcome.command)
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
        record = self._ledger.all.get(outcome.command)
        move = _MOVES[outcome.status]
        if record is None or self.objection(outcome) is not None or not can(record.state, move):
            return []
        return [self._ledger.move(record, move, now_us, note=outcome.reason)]

    def actuator_state(self, state: ActuatorState, now_us: Instant) -> list[CommandRecord]:
        """Compare what an actuator does now with what its commands were to bring about.

        It comes with every change, and anew after every break of the hub, the broker or the
        actuator: so this is also where what differs is found.
        """
        return self.reconcile(state.sender, state, now_us)

    def reconcile(
        self, actuator: Identifier, state: ActuatorState, now_us: Instant
    ) -> list[CommandRecord]:
        """Compare what an actuator says it does with what it was told. It sends nothing.

        What its actuator has forgotten waits, and leaves again as soon as everything that guards
        it holds, unless it has expired. What differs becomes a condition.
        """
        heard = self._reconciliation.heard(state, now_us)
        self._ledger.touched.add(actuator)
        changed = [self._compared(one, heard, now_us) for one in self._ledger.of_actuator(actuator)]
        return [record for record in changed if record is not None]

    def _compared(
        self, record: CommandRecord, heard: Heard, now_us: Instant
    ) -> CommandRecord | None:
        """Return a command that its actuator's state has changed."""
        if can(record.state, Move.OBSERVE) and self._shows(heard.state, record):
            return self._ledger.move(record, Move.OBSERVE, now_us)
        is_accepted = record.state is CommandState.ACCEPTED
        if not is_accepted or not self._reconciliation.forgets(heard, record):
            return None
        is_last = self._ledger.last_told(record.actuator) is record
        move = Move.FORGET if is_last and now_us < record.expires_us else Move.FAIL
        return self._ledger.move(record, move, now_us, note=FORGOTTEN)

    def _shows(self, state: ActuatorState, record: CommandRecord) -> bool:
        """Return whether this state is what the command was to bring about."""
        if state.position is not self._playbooks.effect_position(record):
            return False
        if record.sent_us is None or (state.simulated and not record.simulated):
            return False
        if state.command == record.id:
            return True
        # What another command brought about says nothing of one that may be lost on its way: a
        # siren may end with the other's time, and a sign may show the other's text.
        is_anothers = record.state is CommandState.SENT and state.command is not None
        is_over = record.state in (CommandState.EXPIRED, CommandState.FAILED)
        return not (is_anothers or is_over) and state.observed_us >= record.sent_us

    # --- Sensors --------------------------------------------------------------------------------

    def cue(self, cue: Cue, now_us: Instant) -> list[CommandRecord]:
        """Let what a sensor says happened show what a command has done."""
        return self._seen(cue, now_us)

    def reading(self, reading: Reading, now_us: Instant) -> list[CommandRecord]:
        """Let what a sensor measures show what a command has done."""
        return self._seen(reading, now_us)

    def _seen(self, said: Cue | Reading, now_us: Instant) -> list[CommandRecord]:
        shown = [one for one in self._ledger.all.values() if self._verifications.shows(said, one)]
        seen = [replace(record, seen_us=said.observed_us) for record in shown]
        verified = [one for one in seen if can(one.state, Move.VERIFY)]
        for one in seen:
            # A sensor was quicker than the actuator's own word: it is kept for that.
            self._ledger.keep(one)
        return [self._ledger.move(one, Move.VERIFY, now_us) for one in verified]

    # --- Time and conditions --------------------------------------------------------------------

    def wake(self, picture: LivePicture, now_us: Instant) -> list[CommandRecord]:
        """Do what is due: expire, look again, miss an answer or an effect, forget.

        A record that is returned and no longer among `commands` has been forgotten. What leaves
        again as it is has not changed: that is `resent`.
        """
        changed = []
        for record in tuple(self._ledger.all.values()):
            if now_us < self._timing.due_us(record):
                continue
            is_sent = record.state is CommandState.SENT and now_us < record.expires_us
            if is_sent and self._leaving.may_leave(record, picture, now_us):
                self._resent.append(record)
            elif (after := self._timing.overdue(record, picture, now_us)) is not None:
                changed.append(after)
        return changed

    def resent(self, now_us: Instant) -> list[CommandRecord]:
        """Return what leaves again, by the same id, for want of an answer; each once.

        It stands in the journal as sent already.
        """
        waiting, self._resent = self._resent, []
        return [
            record
            for record in waiting
            if now_us < record.expires_us and self._ledger.all.get(record.id) is record
        ]

    def conditions(self, now_us: Instant) -> list[Condition]:
        """Return what has changed of actuators that cannot be relied on."""
        return self._faults.changed(now_us)

    def active(self) -> list[Condition]:
        """Return every condition that was reported and not taken back."""
        return self._faults.active()

    # --- Restarts -------------------------------------------------------------------------------

    def restore(self, record: CommandRecord) -> None:
        """Take back a command after a restart.

        One that was sent and has no answer tries to leave again, by the same id, as soon as
        its actuator is heard of and everything that guards it holds.
        """
        self._ledger.keep(record)
