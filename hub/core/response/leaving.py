"""How a command leaves: with every yes that it needs, and nothing against it at that moment."""

from msgspec.structs import replace

from hub.core.response.command import CommandRecord, Move
from hub.core.response.departure import Departure
from hub.core.response.ledger import Ledger
from hub.core.response.live_picture import LivePicture
from wire.quantities import SECOND_US, Instant

# How often the note of a blocked command may change: each change is a line of the journal.
NOTE_US = SECOND_US


class Leaving:
    """Takes commands from their request to the bus."""

    def __init__(self, ledger: Ledger, departure: Departure) -> None:
        self._ledger = ledger
        self._departure = departure

    def request(
        self, record: CommandRecord, picture: LivePicture, now_us: Instant
    ) -> CommandRecord:
        """Keep a new command: it waits for its yes, or tries to leave at once."""
        known = picture.actuators.get(record.actuator)
        if known is not None:
            effect = self._departure.effect(record, picture)
            record = replace(record, effect=effect, simulated=_is_play(record, picture))
        self._ledger.keep(record)
        if self._departure.authority_against(record, picture) is not None:
            return record
        return self.valid_from(record, picture, now_us)

    def valid_from(
        self, record: CommandRecord, picture: LivePicture, now_us: Instant
    ) -> CommandRecord:
        """Let a command that has every yes leave, or block it."""
        record = replace(record, expires_us=now_us + record.valid_us)
        return self._leave(record, picture, now_us)

    def again(
        self, record: CommandRecord, picture: LivePicture, now_us: Instant
    ) -> CommandRecord | None:
        """Let a blocked command leave if it may by now; else renew its note now and then."""
        self._ledger.tried_us[record.id] = now_us
        reason = self._departure.reason_against(record, picture, now_us)
        if reason is None:
            return self._leave(record, picture, now_us)
        if reason == record.note or now_us - record.changed_us < NOTE_US:
            return None
        return self._ledger.move(record, Move.BLOCK, now_us, note=reason)

    def may_leave(self, record: CommandRecord, picture: LivePicture, now_us: Instant) -> bool:
        """Return whether nothing is against its leaving now, for the first time or again."""
        self._ledger.tried_us[record.id] = now_us
        return self._departure.reason_against(record, picture, now_us) is None

    def _leave(self, record: CommandRecord, picture: LivePicture, now_us: Instant) -> CommandRecord:
        """Send a command if nothing is against it now; else it is blocked, and says why."""
        self._ledger.tried_us[record.id] = now_us
        reason = self._departure.reason_against(record, picture, now_us)
        if reason is not None:
            return self._ledger.move(record, Move.BLOCK, now_us, note=reason)
        first_us = now_us if record.sent_us is None else record.sent_us
        # Its actuator may not have been heard of when it was asked for: right after a restart.
        sent = replace(record, sent_us=first_us, simulated=_is_play(record, picture))
        return self._ledger.move(sent, Move.SEND, now_us)


def _is_play(record: CommandRecord, picture: LivePicture) -> bool:
    """Return whether a command is simulated: what drives a simulator is, whoever ordered it."""
    return record.simulated or picture.actuators[record.actuator].about.simulated
