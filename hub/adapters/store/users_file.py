"""The file that holds users, their sessions and the audit trail: SQLite, apart from the journal.

It is a file of its own so that a recording or a journal can be handed to somebody without
anybody's password in it.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from hub.errors import HubError

FILE_NAME: Final = "users.db"
_SCHEMA_VERSION: Final = 2
# Another process writes here only when somebody edits users by hand.
_BUSY_S: Final = 5.0

_SCHEMA: Final = """
CREATE TABLE users (
    name TEXT PRIMARY KEY,
    display_name TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_us INTEGER NOT NULL,
    team TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE sessions (
    token_hash BLOB PRIMARY KEY,
    name TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    used_us INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_name ON sessions (name, used_us);
CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    at_us INTEGER NOT NULL,
    who TEXT NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash BLOB NOT NULL
) STRICT;
"""

# What turns each older version into the next.
_STEPS: Final = {1: "ALTER TABLE users ADD COLUMN team TEXT NOT NULL DEFAULT '';"}

Value = str | int | bytes
Row = tuple[Value, ...]


class UsersFileError(HubError):
    """The users' file cannot be read or written."""

    def __init__(self, path: Path, why: object) -> None:
        super().__init__(
            f"the users' file {path} cannot be used: {why}",
            fix="check that the disk has room and that the hub's user may write there",
        )


class UsersFile:
    """One open users' file. Readers never wait for a writer, so that a lookup costs no disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        try:
            # Nobody else on this machine reads the hashes.
            path.touch(mode=0o600, exist_ok=True)
            self._writer = self._connect()
            self._prepare()
            self._reader = self._connect()
        except (OSError, sqlite3.Error) as error:
            raise UsersFileError(path, error) from error

    def read(self, query: str, *values: Value) -> list[Row]:
        """Return the rows that a query finds."""
        try:
            return self._reader.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise UsersFileError(self.path, error) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction; it is on disk when the block ends, or never was."""
        with self._lock:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                try:
                    yield self._writer
                except BaseException:
                    self._writer.execute("ROLLBACK")
                    raise
                self._writer.execute("COMMIT")
            except sqlite3.OperationalError as error:
                raise UsersFileError(self.path, error) from error

    def close(self) -> None:
        """Close the file."""
        self._reader.close()
        self._writer.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def _prepare(self) -> None:
        (version,) = self._writer.execute("PRAGMA user_version").fetchone()
        if version == 0:
            self._writer.executescript(
                f"BEGIN; {_SCHEMA} PRAGMA user_version = {_SCHEMA_VERSION}; COMMIT;"
            )
            return
        while version in _STEPS:
            self._writer.executescript(
                f"BEGIN; {_STEPS[version]} PRAGMA user_version = {version + 1}; COMMIT;"
            )
            version += 1
        if version != _SCHEMA_VERSION:
            raise UsersFileError(self.path, f"its version is {version}, not {_SCHEMA_VERSION}")
