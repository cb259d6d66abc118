"""Who did what, in a chain of hashes: no line can be changed or taken out unnoticed."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Final

import msgspec
from msgspec import Struct

from hub.adapters.store.users_file import Row, UsersFile
from hub.errors import HubError

_FIRST: Final = bytes(32)


class AuditLine(Struct, frozen=True, kw_only=True):
    """One thing that somebody did, or tried."""

    number: int
    at_us: int
    who: str
    kind: str
    detail: str
    hash: bytes


class Proof(Struct, frozen=True, kw_only=True):
    """What a check of the whole chain found."""

    line_count: int
    head: str  # The last hash. Kept elsewhere, it proves later that nothing was cut off.


class AuditBrokenError(HubError):
    """The chain does not hold: somebody changed the file by hand."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"the audit trail is broken at line {number}: it, or one before it, was changed",
            fix="keep the file as evidence, and find out who may write to it",
        )


class Audit:
    """The audit trail in one file. Every method may block: call it in a thread."""

    def __init__(self, file: UsersFile, now_us: Callable[[], int]) -> None:
        self._file = file
        self._now_us = now_us

    def note(self, who: str, kind: str, detail: str = "") -> None:
        """Write one line behind the last. It is on disk when this returns."""
        with self._file.writing() as connection:
            last = connection.execute(
                "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1"
            ).fetchone()
            number, previous = (0, _FIRST) if last is None else last
            line = (number + 1, self._now_us(), who, kind, detail)
            connection.execute(
                "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?)", (*line, _link(previous, line))
            )

    def lines(self, limit: int = 100) -> list[AuditLine]:
        """Return the latest lines, newest first."""
        rows = self._file.read("SELECT * FROM audit ORDER BY number DESC LIMIT ?", limit)
        return [_line(row) for row in rows]

    def verify(self) -> Proof:
        """Walk the whole chain; raise `AuditBrokenError` where it does not hold."""
        previous, count = _FIRST, 0
        for line in self._oldest_first():
            fields = (line.number, line.at_us, line.who, line.kind, line.detail)
            if line.hash != _link(previous, fields):
                raise AuditBrokenError(count + 1)
            previous, count = line.hash, line.number
        return Proof(line_count=count, head=previous.hex())

    def _oldest_first(self) -> Iterator[AuditLine]:
        after = 0
        # In pages: a year of audit does not fit in memory on a small machine.
        while rows := self._file.read(
            "SELECT * FROM audit WHERE number > ? ORDER BY number LIMIT 1000", after
        ):
            yield from (_line(row) for row in rows)
            after = int(rows[-1][0])


def _link(previous: bytes, line: tuple[int, int, str, str, str]) -> bytes:
    return hashlib.sha256(previous + msgspec.json.encode(line)).digest()


def _line(row: Row) -> AuditLine:
    number, at_us, who, kind, detail, digest = row
    assert isinstance(digest, bytes)
    return AuditLine(
        number=int(number),
        at_us=int(at_us),
        who=str(who),
        kind=str(kind),
        detail=str(detail),
        hash=digest,
    )
