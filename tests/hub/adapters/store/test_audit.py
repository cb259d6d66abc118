import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.adapters.store.audit import Audit, AuditBrokenError
from hub.adapters.store.users_file import UsersFile

NOW_US = 1_800_000_000_000_000


@pytest.fixture
def file(tmp_path: Path) -> Iterator[UsersFile]:
    opened = UsersFile(tmp_path / "users.db")
    yield opened
    opened.close()


@pytest.fixture
def audit(file: UsersFile) -> Audit:
    return Audit(file, lambda: NOW_US)


def test_an_empty_trail_holds(audit: Audit) -> None:
    assert audit.verify().line_count == 0


def test_lines_are_read_newest_first(audit: Audit) -> None:
    audit.note("olga", "sign_in", "127.0.0.1")
    audit.note("olga", "sign_out")

    newest, oldest = audit.lines()

    assert (newest.number, newest.kind, newest.detail) == (2, "sign_out", "")
    assert (oldest.number, oldest.at_us, oldest.who) == (1, NOW_US, "olga")


def test_a_trail_longer_than_a_page_is_verified_whole(audit: Audit, file: UsersFile) -> None:
    audit.note("olga", "sign_in")
    for _ in range(3):
        audit.note("olga", "ask_acknowledge", "x" * 100)

    proof = audit.verify()

    assert proof.line_count == 4
    assert proof.head == audit.lines(1)[0].hash.hex()
    assert file.read("SELECT count(*) FROM audit") == [(4,)]


def test_the_head_changes_with_every_line(audit: Audit) -> None:
    audit.note("olga", "sign_in")
    before = audit.verify().head

    audit.note("olga", "sign_in")

    assert audit.verify().head != before


@settings(max_examples=25)
@given(
    number=st.integers(1, 6),
    change=st.sampled_from(
        [
            "UPDATE audit SET who = 'mallory' WHERE number = ?",
            "UPDATE audit SET at_us = at_us + 1 WHERE number = ?",
            "UPDATE audit SET kind = 'nothing' WHERE number = ?",
            "UPDATE audit SET detail = 'nothing' WHERE number = ?",
            "UPDATE audit SET hash = zeroblob(32) WHERE number = ?",
            "DELETE FROM audit WHERE number = ?",
        ]
    ),
)
def test_no_line_can_be_changed_or_taken_out_unnoticed(
    tmp_path_factory: pytest.TempPathFactory, number: int, change: str
) -> None:
    path = tmp_path_factory.mktemp("audit") / "users.db"
    file = UsersFile(path)
    audit = Audit(file, lambda: NOW_US)
    for turn in range(7):
        audit.note("olga", "ask_acknowledge", str(turn))
    with sqlite3.connect(path) as connection:
        connection.execute(change, (number,))
    connection.close()

    with pytest.raises(AuditBrokenError, match=f"line {number}") as broken:
        audit.verify()

    file.close()
    assert "evidence" in broken.value.fix
