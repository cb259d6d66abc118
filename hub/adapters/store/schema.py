"""The journal's file: its tables, its chain of digests, and how it is opened."""

import hashlib
import sqlite3
from pathlib import Path

from hub.errors import JournalError

SCHEMA_VERSION = 1
# "VDTJ" in ASCII: tells our journal from any other SQLite file.
APPLICATION_ID = 0x5644544A

GENESIS = bytes(32)
"""The digest before the first entry."""

_TABLES = """
CREATE TABLE journal (
    position   INTEGER PRIMARY KEY,
    at_us      INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    key        TEXT NOT NULL,
    durability TEXT NOT NULL,
    body       BLOB NOT NULL,
    digest     BLOB NOT NULL
) STRICT;
CREATE INDEX journal_by_kind ON journal (kind, position);
CREATE INDEX journal_by_key ON journal (kind, key, position);
CREATE INDEX journal_by_time ON journal (at_us, position);

-- A message that must not be lost is in the journal once, whatever is delivered again.
CREATE TABLE accepted (
    sender   TEXT NOT NULL,
    boot     TEXT NOT NULL,
    seq      INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (sender, boot, seq)
) STRICT, WITHOUT ROWID;

-- What a restarted hub begins with. A mark has no position: it is no part of the history.
CREATE TABLE standing (
    kind       TEXT NOT NULL,
    key        TEXT NOT NULL,
    turn       INTEGER NOT NULL,
    position   INTEGER,
    at_us      INTEGER NOT NULL,
    durability TEXT NOT NULL,
    body       BLOB NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX standing_by_turn ON standing (turn);
"""


def digest_of(
    before: bytes, position: int, at_us: int, words: tuple[str, ...], body: bytes
) -> bytes:
    """Return the digest of one entry, which holds the digest of all entries before it."""
    chain = hashlib.sha256(before)
    chain.update(f"{position} {at_us} {len(body)} {' '.join(words)}\n".encode())
    chain.update(body)
    return chain.digest()


def open_writing(path: Path) -> sqlite3.Connection:
    """Open the journal to write it, and make it where there is none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # The lock of another program's backup lasts seconds at most; the writer's retry does
        # the rest. Made here, used in the writer's thread.
        connection = sqlite3.connect(
            path, timeout=5.0, isolation_level=None, check_same_thread=False
        )
    except (OSError, sqlite3.Error) as error:
        raise _cannot_open(path, error) from error
    try:
        _prepare(path, connection)
    except sqlite3.Error as error:
        connection.close()
        raise _cannot_open(path, error) from error
    except JournalError:
        connection.close()
        raise
    return connection


def open_reading(path: Path) -> sqlite3.Connection:
    """Open the journal to read it, beside whoever writes it."""
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=5.0)
        _require_ours(path, connection)
    except sqlite3.Error as error:
        raise _cannot_open(path, error) from error
    return connection


def _prepare(path: Path, connection: sqlite3.Connection) -> None:
    # WAL lets readers read while the hub writes; FULL makes a commit outlive a power cut.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0:
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.execute("COMMIT")
    _require_ours(path, connection)


def _require_ours(path: Path, connection: sqlite3.Connection) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        what = f"{path} is a database of another program"
        raise JournalError(what, fix="name another file, or move this one away")
    if version > SCHEMA_VERSION:
        what = f"{path} has journal schema {version}; this Vedette knows {SCHEMA_VERSION}"
        raise JournalError(what, fix="start the newer Vedette that wrote it")


def _cannot_open(path: Path, error: Exception) -> JournalError:
    reason = str(error).lower()
    if "not a database" in reason or "malformed" in reason:
        fix = "move the file away (keep it as evidence) and start again, or restore a backup"
    elif "full" in reason or "no space" in reason:
        fix = f"free space on the disk that holds {path.parent}"
    elif "locked" in reason:
        fix = "stop the other program that holds the file"
    else:
        fix = f"make {path.parent} a directory that this user may write"
    return JournalError(f"the journal {path} cannot be opened: {error}", fix=fix)
