"""The journal from its reading end: what stands, what was, and whether it is whole."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import msgspec

from hub.adapters.store.schema import GENESIS, digest_of, open_reading
from hub.core.effects import Accepted, Durability, Entry, Record
from hub.errors import JournalError

_decode = msgspec.json.Decoder(Record).decode


class Verified(NamedTuple):
    """An unbroken journal: keep `head` elsewhere to prove later that nothing was cut off."""

    entry_count: int
    head: str


class History:
    """Reads the journal beside whoever writes it. Any thread may call it; it takes the disk."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def standing(self) -> list[Entry]:
        """Return the STATE and MARK entries that a restarted hub begins with, oldest first."""
        return self._read("SELECT at_us, key, durability, body FROM standing ORDER BY turn")

    def latest(self, kind: str, limit: int) -> list[Entry]:
        """Return the last entry of each key of one kind, newest first."""
        return self._read(
            "SELECT at_us, key, durability, body FROM journal AS entry WHERE kind = ?"
            " AND NOT EXISTS (SELECT 1 FROM journal AS later WHERE later.kind = entry.kind"
            " AND later.key = entry.key AND later.position > entry.position)"
            " ORDER BY position DESC LIMIT ?",
            kind,
            limit,
        )

    def between(self, start_us: int, end_us: int, limit: int = 10_000) -> list[Entry]:
        """Return the entries from `start_us` up to before `end_us`, oldest first."""
        return self._read(
            "SELECT at_us, key, durability, body FROM journal"
            " WHERE at_us >= ? AND at_us < ? ORDER BY position LIMIT ?",
            start_us,
            end_us,
            limit,
        )

    def of_kind(self, kind: str, start_us: int, end_us: int, limit: int) -> list[Entry]:
        """Return the entries of one kind from `start_us` up to before `end_us`, oldest first."""
        with closing(open_reading(self._path)) as connection:
            return _of_kind(connection, kind, start_us, end_us, limit)

    def of_key(self, kind: str, key: str, limit: int) -> list[Entry]:
        """Return the latest entries of one key, oldest first."""
        latest = self._read(
            "SELECT at_us, key, durability, body FROM journal INDEXED BY journal_by_key"
            " WHERE kind = ? AND key = ? ORDER BY position DESC LIMIT ?",
            kind,
            key,
            limit,
        )
        return latest[::-1]

    def lives(self, kind: str, start_us: int, end_us: int, limit: int) -> list[Entry]:
        """Return the entries of one kind from `start_us` on, with what each key was before.

        Before them come what stands and has not changed since, and the last entry before
        `start_us` of each key that has: so a change can be told from a beginning.
        """
        with closing(open_reading(self._path)) as connection:
            # One reading of the file, so that nothing changes between its parts.
            connection.execute("BEGIN")
            changes = _of_kind(connection, kind, start_us, end_us, limit)
            before = [
                entry
                for key in dict.fromkeys(change.key for change in changes)
                for entry in _entries(connection, _BEFORE, kind, key, start_us)
            ]
            before += _entries(connection, _STANDING, kind, start_us, limit)
        return [*sorted(before, key=lambda entry: entry.at_us), *changes]

    def accepted(self, sender: str) -> list[Accepted]:
        """Return what was accepted of one sender, in the order of acceptance."""
        entries = self._read(
            "SELECT at_us, key, durability, body FROM journal JOIN accepted USING (position)"
            " WHERE sender = ? ORDER BY position",
            sender,
        )
        return [entry.record for entry in entries if isinstance(entry.record, Accepted)]

    def verify(self) -> Verified:
        """Follow the chain from the first entry; raise `JournalError` where it breaks."""
        with closing(open_reading(self._path)) as connection:
            verified = _follow(self._path, connection)
            _require_standing(self._path, connection)
            return verified

    def _read(self, query: str, *values: str | int) -> list[Entry]:
        with closing(open_reading(self._path)) as connection:
            return _entries(connection, query, *values)


_COLUMNS = "SELECT at_us, key, durability, body"
_BEFORE = (
    f"{_COLUMNS} FROM journal INDEXED BY journal_by_key"
    " WHERE kind = ? AND key = ? AND at_us < ? ORDER BY position DESC LIMIT 1"
)
_STANDING = (
    f"{_COLUMNS} FROM standing"
    " WHERE kind = ? AND durability = 'state' AND at_us < ? ORDER BY turn LIMIT ?"
)
_OF_KIND = (
    f"{_COLUMNS} FROM journal INDEXED BY journal_by_kind"
    " WHERE kind = ? AND position >= ? AND at_us >= ? AND at_us < ? ORDER BY position LIMIT ?"
)


def _of_kind(
    connection: sqlite3.Connection, kind: str, start_us: int, end_us: int, limit: int
) -> list[Entry]:
    # Time leads to the first place, and the kind on from there: readings by the million that lie
    # between are not looked at. Instants grow with places but where a clock was set back.
    first = connection.execute(
        "SELECT position FROM journal WHERE at_us >= ? ORDER BY at_us, position LIMIT 1",
        (start_us,),
    ).fetchone()
    if first is None:
        return []
    return _entries(connection, _OF_KIND, kind, first[0], start_us, end_us, limit)


def _entries(connection: sqlite3.Connection, query: str, *values: str | int) -> list[Entry]:
    return [
        Entry(at_us=at_us, key=key, durability=Durability(kept), record=_decode(body))
        for at_us, key, kept, body in connection.execute(query, values)
    ]


def _follow(path: Path, connection: sqlite3.Connection) -> Verified:
    head, expected = GENESIS, 0
    rows = connection.execute(
        "SELECT position, at_us, kind, key, durability, body, digest FROM journal ORDER BY position"
    )
    for position, at_us, kind, key, durability, body, digest in rows:
        expected += 1
        head = digest_of(head, position, at_us, (kind, key, durability), body)
        if position != expected or head != digest:
            raise _broken(path, f"entry {expected} is missing or was changed")
    return Verified(expected, head.hex())


def _require_standing(path: Path, connection: sqlite3.Connection) -> None:
    """Check that what stands is what was journalled. Marks are in no chain."""
    changed = connection.execute(
        "SELECT standing.key FROM standing LEFT JOIN journal USING (position)"
        " WHERE standing.durability = ? AND standing.body IS NOT journal.body LIMIT 1",
        (Durability.STATE.value,),
    ).fetchone()
    if changed is not None:
        raise _broken(path, f"what stands of {changed[0]} is not what was journalled")


def _broken(path: Path, what: str) -> JournalError:
    return JournalError(
        f"the journal {path} was tampered with or damaged: {what}",
        fix="keep the file as it is, as evidence, and compare it with a backup",
    )
