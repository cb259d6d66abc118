"""The outbox on disk: what was said and is not yet committed survives a power cut.

An entry is on disk before it is sent. Where the disk refuses, it is sent all the same and kept in
memory: an alarm is worth more than its copy. The health message says so.
"""

import logging
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from edge.errors import StateError
from wire.delivery import LIMITS, Entry, Limits, Outbox
from wire.messages import OutboxFloor

log = logging.getLogger(__name__)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS outbox (
    number INTEGER PRIMARY KEY AUTOINCREMENT,  -- Boots in the order in which they were.
    boot TEXT NOT NULL,
    seq INTEGER NOT NULL,
    topic TEXT NOT NULL,
    payload BLOB NOT NULL,
    UNIQUE (boot, seq)
)
"""


class Spool:
    """One sensor's outbox, on disk. Used by one thread."""

    def __init__(self, path: Path, boot: str, limits: Limits = LIMITS) -> None:
        self._boot = boot
        self._connection = _opened(path)
        self._unwritten: list[Entry] = []
        self._undeleted: list[Entry] = []
        self.disk_fault: str | None = None
        held = self._connection.execute(
            "SELECT boot, seq, topic, payload FROM outbox ORDER BY number"
        )
        self._outbox = Outbox(
            boot, [Entry(boot=b, seq=s, topic=t, payload=p) for b, s, t, p in held], limits
        )

    def __len__(self) -> int:
        """Return how many entries wait."""
        return len(self._outbox)

    @property
    def next_seq(self) -> int:
        """The sequence number that the next entry must carry."""
        return self._outbox.next_seq

    @property
    def dropped_count(self) -> int:
        """How many entries had to be given up for want of space."""
        return self._outbox.dropped_count

    @property
    def floors(self) -> tuple[OutboxFloor, ...]:
        """The oldest entry still held of each boot."""
        return self._outbox.floors()

    def put(self, topic: str, payload: bytes) -> None:
        """Keep a message until it is committed."""
        entry = Entry(boot=self._boot, seq=self._outbox.next_seq, topic=topic, payload=payload)
        self._unwritten.append(entry)
        self.write()
        self._forget(self._outbox.put(entry))

    def due(self, now_us: int) -> tuple[Entry, ...]:
        """Return what to send now, in order."""
        return self._outbox.due(now_us)

    def next_due_us(self) -> int | None:
        """Return when something must be sent again; None: never."""
        return self._outbox.next_due_us()

    def reconnected(self) -> None:
        """Count nothing as sent."""
        self._outbox.reconnected()

    def committed(self, of_boot: str, committed_seq: int, now_us: int) -> None:
        """Forget what the hub has on its disk."""
        self._forget(self._outbox.committed(of_boot, committed_seq, now_us))

    def write(self) -> None:
        """Bring the disk up to date, as far as it lets us."""
        if not self._unwritten and not self._undeleted:
            return
        try:
            with self._connection:
                self._connection.executemany(
                    "DELETE FROM outbox WHERE boot = ? AND seq = ?",
                    [(entry.boot, entry.seq) for entry in self._undeleted],
                )
                self._connection.executemany(
                    "INSERT INTO outbox (boot, seq, topic, payload) VALUES (?, ?, ?, ?)",
                    [(one.boot, one.seq, one.topic, one.payload) for one in self._unwritten],
                )
        except sqlite3.Error as error:
            if self.disk_fault is None:
                log.warning("the outbox cannot be written to disk (%s); it is in memory", error)
            self.disk_fault = f"the outbox cannot be written to disk: {error}"
            return
        if self.disk_fault is not None:
            log.info("the outbox is on disk again")
        self.disk_fault = None
        self._unwritten.clear()
        self._undeleted.clear()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _forget(self, entries: Iterable[Entry]) -> None:
        gone = {(entry.boot, entry.seq) for entry in entries}
        if not gone:
            return
        on_disk = gone - {(entry.boot, entry.seq) for entry in self._unwritten}
        self._unwritten = [one for one in self._unwritten if (one.boot, one.seq) not in gone]
        self._undeleted.extend(entry for entry in entries if (entry.boot, entry.seq) in on_disk)
        self.write()


def _opened(path: Path) -> sqlite3.Connection:
    """Open the database; one that is damaged is put aside, so that the agent can work."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _prepared(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise _unusable(path, error) from None
        aside = path.with_suffix(f"{path.suffix}.damaged")
        log.warning("the outbox %s is damaged (%s); it is kept as %s", path, error, aside.name)
        path.replace(aside)
        return _prepared(path)
    except OSError as error:
        raise _unusable(path, error) from None


def _prepared(path: Path) -> sqlite3.Connection:
    # Made by the thread that starts the agent, then used by the courier alone.
    connection = sqlite3.connect(path, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        # WAL alone may lose the last commits at a power cut; FULL does not.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(_SCHEMA)
        connection.commit()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _unusable(path: Path, error: Exception) -> StateError:
    return StateError(
        f"the outbox {path} cannot be opened: {error}",
        fix="give a directory that can be written with --state-dir",
    )
