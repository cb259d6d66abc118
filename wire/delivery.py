"""Exactly-once delivery over a bus that may lose, repeat and reorder: both ends, as pure machines.

The sender keeps every entry until the hub says that it is on the hub's disk; the hub takes each
entry once. Both ends may stop at any moment, and begin again from what they have on disk: the
sender from its entries, the hub from its marks.

A sender: write the entry to disk, `put` it, send what is `due`; at `committed`, delete what is
returned; after connecting, send `Health` with `floors` first, then `reconnected` and `due`.
A hub: `take`; if NEW, act and write message and `mark` to disk in one transaction; then send
`Committed` with the mark's number. If DUPLICATE, send `Committed` again with the one on disk.
"""

from collections import deque
from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from wire.messages import OutboxFloor
from wire.quantities import SECOND_US

AHEAD_MAX = 4096
"""Entries that the hub takes of one boot beyond a gap: sixteen windows of a sender of ours."""

SENT_BOOTS_MAX = 16
"""Boots on their way at once, as many as `Health.floors` names. Later ones wait for a place."""

KNOWN_BOOTS_MAX = 4 * SENT_BOOTS_MAX
"""Boots of one sender that the hub remembers. It forgets the one heard of longest ago, and that is
delivered: a sender has at most SENT_BOOTS_MAX on their way."""

SENDERS_MAX = 10_000
"""A site has some thousands of devices; more is somebody making up names."""


class Limits(Struct, frozen=True, kw_only=True):
    """The bounds of an outbox."""

    # A reading each second for five hours.
    held_max: int = 20_000
    # What an outbox may take of a small device's memory and disk.
    held_bytes_max: int = 32 * 1024 * 1024
    # Entries of one boot on their way at once: more would fill a broker's queue after an outage.
    window_max: int = 256
    # Silence from the hub after which entries are sent again: one heartbeat.
    resend_after_us: int = 5 * SECOND_US
    # The pause doubles up to this: a hub that is away for an hour finds each entry 63 times.
    resend_after_max_us: int = 60 * SECOND_US


LIMITS = Limits()


class Entry(Struct, frozen=True, kw_only=True):
    """A message in an outbox, word for word as it will be sent."""

    boot: str
    seq: int
    topic: str
    payload: bytes


# --- The sender's half ----------------------------------------------------------------------


class Outbox:
    """What a sender has said and the hub has not yet committed."""

    def __init__(self, boot: str, held: Iterable[Entry] = (), limits: Limits = LIMITS) -> None:
        """Begin a boot with what earlier boots left on disk, oldest boot first, each in order."""
        self._boot = boot
        self._limits = limits
        self._lanes: dict[str, _Lane] = {}
        self._last_seq = 0
        self._bytes = 0
        self._count = 0
        self.dropped_count = 0
        for entry in held:
            assert entry.boot != boot, "a boot is new at each start"
            self._append(entry)

    def __len__(self) -> int:
        """Return how many entries wait to be committed."""
        return self._count

    @property
    def next_seq(self) -> int:
        """The sequence number that the next message of this boot must carry."""
        return self._last_seq + 1

    def put(self, entry: Entry) -> tuple[Entry, ...]:
        """Take an entry that is already on disk; return those dropped for it, oldest first.

        The caller deletes them from its disk; `floors` tells the hub not to wait for them.
        """
        assert entry.boot == self._boot, "what is new belongs to this boot"
        assert entry.seq == self.next_seq, "the sequence has no gaps"
        self._last_seq = entry.seq
        self._append(entry)
        dropped: list[Entry] = []
        while self._count > 1 and self._is_overfull():
            dropped.append(self._drop_oldest())
        self.dropped_count += len(dropped)
        return tuple(dropped)

    def due(self, now_us: int) -> tuple[Entry, ...]:
        """Return what to send now, in order, and count it as sent: older boots first."""
        return tuple(entry for lane in self._sending() for entry in lane.due(now_us))

    def next_due_us(self) -> int | None:
        """Return when something must be sent again if the hub stays silent; None: never."""
        return min(
            (lane.resend_us for lane in self._sending() if lane.sent_count > 0), default=None
        )

    def reconnected(self) -> None:
        """Count nothing as sent: what was on its way when the connection broke may be lost."""
        for lane in self._lanes.values():
            lane.restart()

    def committed(self, of_boot: str, committed_seq: int, now_us: int) -> tuple[Entry, ...]:
        """Forget what the hub has on disk; return it, so that the caller's disk forgets it too."""
        lane = self._lanes.get(of_boot)
        if lane is None:
            return ()
        forgotten = lane.forget(committed_seq, now_us)
        self._count -= len(forgotten)
        self._bytes -= sum(len(entry.payload) for entry in forgotten)
        if not lane.entries:
            del self._lanes[of_boot]
        return forgotten

    def floors(self) -> tuple[OutboxFloor, ...]:
        """Return the oldest entry still held of each boot on its way, for `Health.floors`."""
        return tuple(
            OutboxFloor(boot=lane.entries[0].boot, seq=lane.entries[0].seq)
            for lane in self._sending()
        )

    def _sending(self) -> list["_Lane"]:
        """Return the lanes on their way: the oldest, and always that of this boot."""
        lanes = list(self._lanes.values())
        if len(lanes) <= SENT_BOOTS_MAX:
            return lanes
        return [*lanes[: SENT_BOOTS_MAX - 1], lanes[-1]]

    def _append(self, entry: Entry) -> None:
        lane = self._lanes.setdefault(entry.boot, _Lane(self._limits))
        assert not lane.entries or lane.entries[-1].seq < entry.seq, "entries come in order"
        lane.entries.append(entry)
        self._count += 1
        self._bytes += len(entry.payload)

    def _is_overfull(self) -> bool:
        return self._count > self._limits.held_max or self._bytes > self._limits.held_bytes_max

    def _drop_oldest(self) -> Entry:
        boot, lane = next(iter(self._lanes.items()))
        entry = lane.entries.popleft()
        lane.sent_count = max(0, lane.sent_count - 1)
        self._count -= 1
        self._bytes -= len(entry.payload)
        if not lane.entries:
            del self._lanes[boot]
        return entry


class _Lane:
    """The entries of one boot, of which the first `sent_count` are on their way."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.entries: deque[Entry] = deque()
        self.sent_count = 0
        self.pause_us = limits.resend_after_us
        self.resend_us = 0

    def due(self, now_us: int) -> tuple[Entry, ...]:
        """Return what to send now: what fits in the window, or all of it again after a silence."""
        if self.sent_count > 0 and now_us >= self.resend_us:
            self.sent_count = 0
            self.pause_us = min(2 * self.pause_us, self._limits.resend_after_max_us)
        first = self.sent_count
        if first == 0:
            self.resend_us = now_us + self.pause_us
        self.sent_count = min(len(self.entries), self._limits.window_max)
        return tuple(self.entries[index] for index in range(first, self.sent_count))

    def forget(self, committed_seq: int, now_us: int) -> tuple[Entry, ...]:
        """Drop the entries up to a sequence number; the hub lives, so the pause begins anew."""
        forgotten: list[Entry] = []
        while self.entries and self.entries[0].seq <= committed_seq:
            forgotten.append(self.entries.popleft())
        if forgotten:
            self.sent_count = max(0, self.sent_count - len(forgotten))
            self.pause_us = self._limits.resend_after_us
            self.resend_us = now_us + self.pause_us
        return tuple(forgotten)

    def restart(self) -> None:
        """Count nothing as sent."""
        self.sent_count = 0
        self.pause_us = self._limits.resend_after_us


# --- The hub's half -------------------------------------------------------------------------


class Taken(StrEnum):
    """What the hub's inbox says of an entry."""

    NEW = "new"
    DUPLICATE = "duplicate"  # Seen before: say again what is committed, and no more.
    REFUSED = "refused"  # Too many beyond a gap, or a sender too many: it will be sent again.


class Mark(Struct, frozen=True, kw_only=True):
    """How far the sequence of one sender's boot has come."""

    sender: str
    boot: str
    committed_seq: int  # 0: nothing yet.
    ahead: tuple[int, ...] = ()  # Taken beyond a gap, ascending.


class Inbox:
    """Which entries of which sender the hub has taken."""

    def __init__(self) -> None:
        """Begin with nothing taken."""
        # By sender, then by boot, the boot heard of longest ago first.
        self._senders: dict[str, dict[str, _Progress]] = {}

    def take(self, sender: str, boot: str, seq: int) -> Taken:
        """Count an entry as taken, if it is new."""
        progress = self._progress(sender, boot)
        return progress.take(seq) if progress else Taken.REFUSED

    def floor(self, sender: str, boot: str, seq: int) -> bool:
        """Wait no longer for what is below `seq`; return whether the mark moved.

        The sender no longer has it: it was committed, or given up for want of space.
        """
        progress = self._progress(sender, boot)
        return progress.raise_to(seq - 1) if progress else False

    def mark(self, sender: str, boot: str) -> Mark:
        """Return how far a boot has come; to be on disk before its `committed_seq` is told."""
        progress = self._senders.get(sender, {}).get(boot) or _Progress()
        return Mark(
            sender=sender,
            boot=boot,
            committed_seq=progress.committed_seq,
            ahead=tuple(sorted(progress.ahead)),
        )

    def marks(self) -> tuple[Mark, ...]:
        """Return all marks, in an order that `restore` takes."""
        return tuple(
            self.mark(sender, boot) for sender, boots in self._senders.items() for boot in boots
        )

    def restore(self, marks: Iterable[Mark]) -> None:
        """Begin again from the marks on disk, for each sender the oldest first."""
        for mark in marks:
            progress = self._progress(mark.sender, mark.boot)
            if progress:
                progress.committed_seq = mark.committed_seq
                progress.ahead = set(mark.ahead)

    def _progress(self, sender: str, boot: str) -> "_Progress | None":
        """Return a boot's progress as the one heard of last; None: there are too many senders."""
        boots = self._senders.get(sender)
        if boots is None:
            if len(self._senders) >= SENDERS_MAX:
                return None
            boots = self._senders[sender] = {}
        progress = boots.pop(boot, None) or _Progress()
        boots[boot] = progress
        if len(boots) > KNOWN_BOOTS_MAX:
            del boots[next(iter(boots))]
        return progress


class _Progress:
    """One boot's contiguous prefix, and what was taken beyond it."""

    def __init__(self) -> None:
        self.committed_seq = 0
        self.ahead: set[int] = set()

    def take(self, seq: int) -> Taken:
        if seq <= self.committed_seq or seq in self.ahead:
            return Taken.DUPLICATE
        # What closes the gap is always taken, or a full inbox would wait for ever.
        if len(self.ahead) >= AHEAD_MAX and seq != self.committed_seq + 1:
            return Taken.REFUSED
        self.ahead.add(seq)
        self._absorb()
        return Taken.NEW

    def raise_to(self, seq: int) -> bool:
        if seq <= self.committed_seq:
            return False
        self.committed_seq = seq
        self.ahead = {later for later in self.ahead if later > seq}
        self._absorb()
        return True

    def _absorb(self) -> None:
        """Move the prefix over what was taken beyond a gap that has closed."""
        while self.committed_seq + 1 in self.ahead:
            self.committed_seq += 1
            self.ahead.remove(self.committed_seq)
