import sqlite3
import threading
from pathlib import Path

import pytest

from hub.adapters.store.history import History
from hub.adapters.store.journal import SqliteJournal
from hub.core.effects import Accepted, Durability, Entry, InboxMark
from hub.errors import JournalError
from wire.delivery import Mark

BOOT = "01J00000000000000000000000"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "journal.db"
    journal = SqliteJournal(path, post=lambda call: call())
    done = threading.Event()
    entries = [
        Entry(
            at_us=seq,
            key=f"cam-01/{BOOT}/{seq}",
            durability=Durability.HISTORY,
            record=Accepted(topic="t", sender="cam-01", boot=BOOT, seq=seq, payload=b"{}"),
        )
        for seq in range(1, 5)
    ]
    standing = InboxMark(mark=Mark(sender="cam-01", boot=BOOT, committed_seq=4))
    entries.append(Entry(at_us=5, key="cam-01", durability=Durability.STATE, record=standing))
    journal.append(entries, done.set)
    assert done.wait(20)
    journal.close()
    return path


def tamper(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_an_untouched_journal_is_whole_and_says_where_it_ends(path: Path) -> None:
    verified = History(path).verify()

    assert verified.entry_count == 5
    assert len(verified.head) == 64
    assert verified == History(path).verify()


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE journal SET body = x'7b7d' WHERE position = 3", "entry 3"),
        ("UPDATE journal SET at_us = 9 WHERE position = 2", "entry 2"),
        ("UPDATE journal SET key = 'x' WHERE position = 5", "entry 5"),
        ("DELETE FROM journal WHERE position = 1", "entry 1"),
        ("UPDATE standing SET body = x'7b7d'", "what stands of cam-01"),
    ],
)
def test_tampering_is_found_and_named(path: Path, statement: str, found: str) -> None:
    tamper(path, statement)

    with pytest.raises(JournalError, match=found):
        History(path).verify()


def test_a_cut_off_end_shows_in_the_head(path: Path) -> None:
    before = History(path).verify()
    tamper(path, "DELETE FROM journal WHERE position = 5")
    tamper(path, "DELETE FROM standing")

    assert History(path).verify().head != before.head


def test_history_is_read_while_the_hub_writes(path: Path) -> None:
    journal = SqliteJournal(path, post=lambda call: call())

    assert [record.seq for record in History(path).accepted("cam-01")] == [1, 2, 3, 4]
    assert [entry.at_us for entry in History(path).between(2, 4)] == [2, 3]
    assert [entry.at_us for entry in History(path).between(0, 100, limit=1)] == [1]
    journal.close()
