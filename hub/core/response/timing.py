"""What time alone does to a command: it expires, looks again, is missed, is forgotten."""

from msgspec.structs import replace

from hub.core.response.command import CommandRecord, Doubt, Move
from hub.core.response.leaving import Leaving
from hub.core.response.ledger import Ledger
from hub.core.response.live_picture import LivePicture
from hub.core.response.playbook import Playbooks
from hub.core.response.verification import Verifications
from wire.labels import CommandState
from wire.quantities import SECOND_US, Instant

# How often a blocked command looks again.
LOOK_AGAIN_US = SECOND_US // 5
# A command without an answer is sent again, by the same id: the broker may have lost it.
SEND_AGAIN_US = 2 * SECOND_US
# An actuator that accepted and then says nothing has failed; the slowest gate takes half that.
ANSWER_MAX_US = 60 * SECOND_US
# A position follows its outcome at once, but for the link's delay.
EFFECT_MAX_US = 10 * SECOND_US
# Late outcomes find their command this long after its end.
KEEP_US = 600 * SECOND_US

UNANSWERED = "accepted, and then nothing was heard of it"
UNSHOWN = "said to be done, but the actuator's state does not show it"
UNSEEN = "said to be done, but {sensor} has not noticed it"

_EXPIRED = {
    CommandState.AWAITING_CONFIRMATION: "nobody confirmed it in time",
    CommandState.BLOCKED: "it could not leave in time",
    CommandState.SENT: "sent, and never answered",
}


class Timing:
    """Does what is due of commands."""

    def __init__(
        self,
        ledger: Ledger,
        leaving: Leaving,
        playbooks: Playbooks,
        verifications: Verifications,
    ) -> None:
        self._ledger = ledger
        self._leaving = leaving
        self._playbooks = playbooks
        self._verifications = verifications

    def due_us(self, record: CommandRecord) -> Instant:
        """Return when time alone changes a command next."""
        tried_us = self._ledger.tried_us.get(record.id, record.changed_us)
        match record.state:
            case CommandState.AWAITING_CONFIRMATION:
                return record.expires_us
            case CommandState.BLOCKED:
                return min(record.expires_us, tried_us + LOOK_AGAIN_US)
            case CommandState.SENT:
                return min(record.expires_us, tried_us + SEND_AGAIN_US)
            case CommandState.ACCEPTED:
                return max(record.expires_us, record.changed_us) + ANSWER_MAX_US
            case _:
                doubts = [at_us for _, at_us in self._doubts(record)]
                return min([*doubts, max(record.changed_us, tried_us) + KEEP_US])

    def overdue(
        self, record: CommandRecord, picture: LivePicture, now_us: Instant
    ) -> CommandRecord | None:
        """Do what is due for one command; return it if that changed it."""
        match record.state:
            case CommandState.AWAITING_CONFIRMATION | CommandState.BLOCKED | CommandState.SENT if (
                now_us >= record.expires_us
            ):
                note = record.note or _EXPIRED[record.state]
                return self._ledger.move(record, Move.EXPIRE, now_us, note=note)
            case CommandState.BLOCKED:
                return self._leaving.again(record, picture, now_us)
            case CommandState.SENT:
                return None  # It leaves again as it is: that is no change of it.
            case CommandState.ACCEPTED:
                return self._ledger.move(record, Move.FAIL, now_us, note=UNANSWERED)
            case _:
                return self._doubt(record, now_us) or self._forget(record, picture, now_us)

    def _doubts(self, record: CommandRecord) -> list[tuple[Doubt, Instant]]:
        """Return what should still show that it has had its effect, and until when."""
        awaited = []
        is_completed = record.state is CommandState.COMPLETED
        if is_completed and self._playbooks.effect_position(record) is not None:
            awaited.append((Doubt.UNSHOWN, (record.done_us or record.changed_us) + EFFECT_MAX_US))
        seen_us = self._verifications.due_us(record)
        if seen_us is not None and (is_completed or record.state is CommandState.CONFIRMED):
            awaited.append((Doubt.UNSEEN, seen_us))
        return [(doubt, at_us) for doubt, at_us in awaited if doubt not in record.doubts]

    def _doubt(self, record: CommandRecord, now_us: Instant) -> CommandRecord | None:
        """Note down what did not show in time."""
        late = [doubt for doubt, at_us in self._doubts(record) if now_us >= at_us]
        if not late:
            return None
        planned = self._verifications.planned(record)
        note = UNSHOWN
        if late[-1] is Doubt.UNSEEN and planned is not None:
            note = UNSEEN.format(sensor=planned.sensor)
        doubts = (*record.doubts, *late)
        return self._ledger.keep(replace(record, doubts=doubts, note=note, changed_us=now_us))

    def _forget(
        self, record: CommandRecord, picture: LivePicture, now_us: Instant
    ) -> CommandRecord | None:
        """Drop a command whose end is long past, unless its alert is still open."""
        if record.alert in picture.alerts:
            self._ledger.tried_us[record.id] = now_us
            return None
        self._ledger.forget(record)
        return record
