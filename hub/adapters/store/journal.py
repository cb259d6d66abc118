"""The journal on SQLite: one writer thread, group commit, and what a restarted hub reads."""

import asyncio
import logging
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, assert_never

import msgspec

from hub.adapters.store.history import History
from hub.adapters.store.schema import GENESIS, digest_of, open_writing
from hub.core.effects import Accepted, Durability, Entry
from hub.errors import JournalError

# Longer transactions save nothing more on the disk's flush and keep the first entry waiting.
GROUP_MAX = 100
# A disk that was full, locked or away: often enough that an operator sees it end at once.
RETRY_S = 0.25
# Some 100 MB of entries. A hub that cannot write for so long must not go on and forget: it
# stops, the outboxes of the devices keep what they sent, and it begins again where the disk ends.
WAITING_MAX = 100_000

_encode = msgspec.json.Encoder().encode

log = logging.getLogger(__name__)

Post = Callable[[Callable[[], None]], object]
"""Runs a function soon on the runner's thread; callable from any thread."""


class _End(NamedTuple):
    """Where the journal ends: what the next entry is chained to."""

    head: bytes
    position: int
    turn: int  # Counts what was put into `standing`, marks too.
    repeated_count: int  # Since the opening.


class _Append(NamedTuple):
    entries: tuple[Entry, ...]
    done: Callable[[], None]


class SqliteJournal:
    """The ports `Log` and `Store` on one file. `history` reads it for people and proofs."""

    def __init__(self, path: Path, post: Post | None = None) -> None:
        self._path = path
        self.history = History(path)
        self._post = post or asyncio.get_running_loop().call_soon_threadsafe
        self._connection = open_writing(path)
        self._end = _where_it_ends(self._connection)
        self._waiting: deque[_Append] = deque()
        self._waiting_count = 0
        self._changed = threading.Condition()
        self._closing = False
        self._ok = True
        self._reason = ""
        self._writer = threading.Thread(target=self._write, name="journal", daemon=True)
        self._writer.start()

    # --- Log ---------------------------------------------------------------------------------

    def append(self, entries: Sequence[Entry], done: Callable[[], None]) -> None:
        """Make the entries durable together and in order, then call `done` by way of `post`.

        Raises `JournalError` once more waits than memory may hold: the hub must stop then.
        """
        with self._changed:
            if self._waiting_count >= WAITING_MAX:
                what = f"{self._waiting_count} entries wait for the journal: {self._reason}"
                raise JournalError(what, fix=f"free space on the disk that holds {self._path}")
            self._waiting.append(_Append(tuple(entries), done))
            self._waiting_count += len(entries)
            self._changed.notify()

    @property
    def ok(self) -> bool:
        """Whether the last attempt to write succeeded."""
        return self._ok

    @property
    def reason(self) -> str:
        """Why the last attempt to write failed; empty when it did not."""
        return self._reason

    @property
    def repeated_count(self) -> int:
        """How many accepted messages came again although they were in the journal: left out."""
        return self._end.repeated_count

    def close(self) -> None:
        """Write what waits, as far as the disk takes it, and close the file."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._writer.join()
        self._connection.close()

    # --- Store -------------------------------------------------------------------------------

    def standing(self) -> Iterable[Entry]:
        """Return the STATE and MARK entries that a restarted hub begins with, oldest first."""
        return self.history.standing()

    # --- The writer's thread -------------------------------------------------------------------

    def _write(self) -> None:
        for group in self._groups():
            while not self._try(group):
                with self._changed:
                    self._changed.wait_for(lambda: self._closing, RETRY_S)
                    if self._closing:
                        return
            self._tell([append.done for append in group])

    def _groups(self) -> Iterator[list[_Append]]:
        """Yield what waits, as soon as anything does: an idle disk makes nobody wait."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing)
                if not self._waiting:
                    return
                group = [self._waiting.popleft()]
                count = len(group[0].entries)
                while self._waiting and count + len(self._waiting[0].entries) <= GROUP_MAX:
                    group.append(self._waiting.popleft())
                    count += len(group[-1].entries)
                self._waiting_count -= count
            yield group

    def _try(self, group: list[_Append]) -> bool:
        end = self._end
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for append in group:
                for entry in append.entries:
                    end = self._put(entry, end)
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            self._failed(error)
            return False
        self._end = end
        if not self._ok:
            log.warning("the journal %s is written again", self._path)
            self._ok, self._reason = True, ""
        return True

    def _failed(self, error: sqlite3.Error) -> None:
        if self._ok:
            log.error("the journal %s cannot be written (%s); trying again", self._path, error)
        self._ok, self._reason = False, str(error)

    def _put(self, entry: Entry, end: _End) -> _End:
        record, body = entry.record, _encode(entry.record)
        kind = str(record.__struct_config__.tag)
        if entry.durability is Durability.MARK:
            return self._stand(entry, kind, None, body, end)
        position = end.position + 1
        if isinstance(record, Accepted) and not self._is_first(record, position):
            return end._replace(repeated_count=end.repeated_count + 1)
        words = (kind, entry.key, entry.durability.value)
        head = digest_of(end.head, position, entry.at_us, words, body)
        self._connection.execute(
            "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?)",
            (position, entry.at_us, *words, body, head),
        )
        return self._stand(entry, kind, position, body, end._replace(head=head, position=position))

    def _is_first(self, record: Accepted, position: int) -> bool:
        cursor = self._connection.execute(
            "INSERT INTO accepted VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (record.sender, record.boot, record.seq, position),
        )
        return cursor.rowcount == 1

    def _stand(self, entry: Entry, kind: str, position: int | None, body: bytes, end: _End) -> _End:
        match entry.durability:
            case Durability.HISTORY:
                return end
            case Durability.ENDED:
                self._connection.execute(
                    "DELETE FROM standing WHERE kind = ? AND key = ?", (kind, entry.key)
                )
                return end
            case Durability.STATE | Durability.MARK as kept:
                turn = end.turn + 1
                self._connection.execute(
                    "INSERT OR REPLACE INTO standing VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (kind, entry.key, turn, position, entry.at_us, kept.value, body),
                )
                return end._replace(turn=turn)
            case _ as never:
                assert_never(never)

    def _tell(self, calls: list[Callable[[], None]]) -> None:
        def call_all() -> None:
            for call in calls:
                call()

        try:
            self._post(call_all)
        except RuntimeError:
            # The loop is closed: the hub ends, and what is on disk needs no more telling.
            log.debug("committed %d appends after the loop's end", len(calls))


def _where_it_ends(connection: sqlite3.Connection) -> _End:
    row = connection.execute(
        "SELECT digest, position FROM journal ORDER BY position DESC LIMIT 1"
    ).fetchone()
    (turn,) = connection.execute("SELECT coalesce(max(turn), 0) FROM standing").fetchone()
    head, position = row or (GENESIS, 0)
    return _End(head, position, turn, 0)
