"""Takes what must not be lost: once, into the journal, and only then committed."""

from hub.core.effects import Accepted, Durability, Effect, Entry, InboxMark, Journal
from hub.core.notices import Notices
from wire import topics
from wire.codec import Slot
from wire.delivery import Inbox, Mark, Taken
from wire.messages import Health
from wire.quantities import Instant


class Intake:
    """The exactly-once lane of every sender."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices
        self._inbox = Inbox()

    def take(
        self, slot: Slot, topic: str, payload: bytes, now_us: Instant
    ) -> tuple[Taken, list[Effect]]:
        """Take a place in a sender's sequence; return whether it is new, and what is to be done."""
        taken = self._inbox.take(slot.sender, slot.boot, slot.seq)
        if taken is Taken.REFUSED:
            return taken, []
        effects: list[Effect] = []
        mark = self._inbox.mark(slot.sender, slot.boot)
        if taken is Taken.NEW:
            accepted = Accepted(
                topic=topic, sender=slot.sender, boot=slot.boot, seq=slot.seq, payload=payload
            )
            key = f"{slot.sender}/{slot.boot}/{slot.seq}"
            entry = Entry(at_us=now_us, key=key, durability=Durability.HISTORY, record=accepted)
            effects += [Journal(entry=entry), _marked(mark, now_us)]
        if mark.committed_seq:
            # Also for a duplicate: its sender has not heard what the hub has on disk.
            effects.append(self._notices.committed(topics.parse(topic).family, mark, now_us))
        return taken, effects

    def floors(self, health: Health, now_us: Instant) -> list[Effect]:
        """Wait no longer for what a sender says that it no longer holds."""
        return [
            _marked(self._inbox.mark(health.sender, floor.boot), now_us)
            for floor in health.floors
            if self._inbox.floor(health.sender, floor.boot, floor.seq)
        ]

    def restore(self, mark: Mark) -> None:
        """Begin again from a mark on disk."""
        self._inbox.restore([mark])


def _marked(mark: Mark, now_us: Instant) -> Journal:
    key = f"{mark.sender}/{mark.boot}"
    record = InboxMark(mark=mark)
    return Journal(entry=Entry(at_us=now_us, key=key, durability=Durability.MARK, record=record))
