import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from patience import PATIENCE_S

from hub.adapters.store import journal as journal_module
from hub.adapters.store.journal import SqliteJournal
from hub.core.effects import Accepted, Durability, Entry, InboxMark
from hub.errors import JournalError
from wire.delivery import Mark

BOOT = "01J00000000000000000000000"
NOW_US = 1_790_000_000_000_000


def an_accepted(seq: int, sender: str = "cam-01", durability: str = "history") -> Entry:
    record = Accepted(
        topic=f"vedette/1/s/sensor/{sender}/cue", sender=sender, boot=BOOT, seq=seq, payload=b"{}"
    )
    return Entry(
        at_us=NOW_US + seq,
        key=f"{sender}/{BOOT}/{seq}",
        durability=Durability(durability),
        record=record,
    )


def a_mark(committed_seq: int, sender: str = "cam-01", durability: str = "mark") -> Entry:
    record = InboxMark(mark=Mark(sender=sender, boot=BOOT, committed_seq=committed_seq))
    return Entry(
        at_us=NOW_US, key=f"{sender}/{BOOT}", durability=Durability(durability), record=record
    )


def write(journal: SqliteJournal, *entries: Entry) -> None:
    """Append and wait until it is durable."""
    done = threading.Event()
    journal.append(entries, done.set)
    assert done.wait(PATIENCE_S)


def at_once(call: Callable[[], None]) -> None:
    call()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[SqliteJournal]:
    journal = SqliteJournal(path, post=at_once)
    yield journal
    journal.close()


def test_what_is_done_is_there_after_reopening(path: Path) -> None:
    journal = SqliteJournal(path, post=at_once)
    write(journal, an_accepted(1), an_accepted(2))
    journal.close()

    again = SqliteJournal(path, post=at_once)

    assert [record.seq for record in again.history.accepted("cam-01")] == [1, 2]
    assert again.history.between(NOW_US + 2, NOW_US + 3) == [an_accepted(2)]
    again.close()


def test_closing_writes_what_still_waits(path: Path) -> None:
    journal = SqliteJournal(path, post=at_once)
    told: list[int] = []
    for seq in range(1, 500):
        journal.append([an_accepted(seq)], lambda seq=seq: told.append(seq))  # type: ignore[misc]

    journal.close()

    assert told == list(range(1, 500))
    assert journal.history.verify().entry_count == 499


def test_an_entry_is_told_in_order_and_on_the_thread_of_post(path: Path) -> None:
    calls: SimpleQueue[Callable[[], None]] = SimpleQueue()
    journal = SqliteJournal(path, post=calls.put)
    told: list[tuple[int, int]] = []

    for seq in range(1, 301):
        journal.append(
            [an_accepted(seq)],
            lambda seq=seq: told.append((seq, threading.get_ident())),  # type: ignore[misc]
        )
    while len(told) < 300:
        calls.get(timeout=PATIENCE_S)()

    assert told == [(seq, threading.get_ident()) for seq in range(1, 301)]
    journal.close()


async def test_the_event_loop_is_told_on_its_own_thread(path: Path) -> None:
    import asyncio  # noqa: PLC0415 # Only here is there a loop.

    journal = SqliteJournal(path)
    told = asyncio.Event()

    journal.append([an_accepted(1)], told.set)
    async with asyncio.timeout(PATIENCE_S):
        await told.wait()

    journal.close()


def test_a_loop_that_has_ended_is_no_error(path: Path) -> None:
    def closed(_call: Callable[[], None]) -> None:
        raise RuntimeError

    journal = SqliteJournal(path, post=closed)

    journal.append([an_accepted(1)], lambda: None)
    journal.close()

    assert len(journal.history.accepted("cam-01")) == 1


def test_a_message_delivered_twice_is_in_the_journal_once(journal: SqliteJournal) -> None:
    write(journal, an_accepted(1))

    write(journal, an_accepted(1), an_accepted(2))

    assert [record.seq for record in journal.history.accepted("cam-01")] == [1, 2]
    assert journal.repeated_count == 1
    assert journal.history.verify().entry_count == 2


def test_what_stands_is_the_latest_of_each_key_oldest_change_first(
    journal: SqliteJournal,
) -> None:
    write(journal, a_mark(1, "cam-01"), a_mark(5, "cam-02", "state"), a_mark(2, "cam-01"))

    assert list(journal.standing()) == [a_mark(5, "cam-02", "state"), a_mark(2, "cam-01")]


def test_what_has_ended_stands_no_more_and_stays_in_the_history(journal: SqliteJournal) -> None:
    write(journal, a_mark(1, durability="state"))

    write(journal, a_mark(2, durability="ended"))

    assert list(journal.standing()) == []
    assert journal.history.latest("inbox", 10) == [a_mark(2, durability="ended")]
    assert journal.history.verify().entry_count == 2


def test_a_mark_leaves_no_history(journal: SqliteJournal) -> None:
    write(journal, a_mark(1), a_mark(2))

    assert journal.history.verify().entry_count == 0


def test_the_latest_of_each_key_comes_newest_first(journal: SqliteJournal) -> None:
    write(journal, *(a_mark(seq, f"cam-0{seq % 3}", "state") for seq in range(1, 8)))

    newest = journal.history.latest("inbox", 2)

    assert newest == [a_mark(7, "cam-01", "state"), a_mark(6, "cam-00", "state")]


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["state", "ended", "mark", "history"]),
            st.sampled_from(["cam-01", "cam-02"]),
            st.integers(0, 9),
        ),
        max_size=20,
    )
)
def test_any_history_leaves_standing_what_a_dictionary_would(
    tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[str, str, int]]
) -> None:
    journal = SqliteJournal(tmp_path_factory.mktemp("journal") / "j.db", post=at_once)
    expected: dict[str, Entry] = {}

    for durability, sender, seq in moves:
        entry = a_mark(seq, sender, durability)
        journal.append([entry], lambda: None)
        if durability in ("state", "mark"):
            expected.pop(entry.key, None)
            expected[entry.key] = entry
        elif durability == "ended":
            expected.pop(entry.key, None)
    journal.close()

    assert list(journal.standing()) == list(expected.values())
    assert journal.history.verify().entry_count == len([m for m in moves if m[0] != "mark"])


# --- A disk that refuses ------------------------------------------------------------------------


def refuse_more_pages(journal: SqliteJournal) -> None:
    """Make SQLite's own limit stand for a disk's end: the same SQLITE_FULL."""
    journal._connection.execute("PRAGMA max_page_count = 1")


def test_a_full_disk_keeps_the_entries_until_there_is_space(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(journal_module, "RETRY_S", 0.001)
    journal = SqliteJournal(path, post=at_once)
    write(journal, an_accepted(1))
    refuse_more_pages(journal)
    failed, written = the_first_failure(journal, monkeypatch), threading.Event()
    big = a_large_accepted(2, 20_000)

    journal.append([big], lambda: None)
    journal.append([an_accepted(3)], written.set)
    assert failed.wait(PATIENCE_S)

    assert (journal.ok, journal.reason) == (False, "database or disk is full")
    assert not written.is_set()

    journal._connection.execute("PRAGMA max_page_count = 1000000")
    assert written.wait(PATIENCE_S)

    assert (journal.ok, journal.reason) == (True, "")
    assert [record.seq for record in journal.history.accepted("cam-01")] == [1, 2, 3]
    assert journal.history.verify().entry_count == 3
    journal.close()
    ours = [record for record in caplog.records if record.name == journal_module.__name__]
    assert [record.levelname for record in ours] == ["ERROR", "WARNING"]


def the_first_failure(journal: SqliteJournal, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    failed = threading.Event()
    real_failed = journal._failed

    def notice(error: sqlite3.Error) -> None:
        real_failed(error)
        failed.set()

    monkeypatch.setattr(journal, "_failed", notice)
    return failed


def a_large_accepted(seq: int, size: int) -> Entry:
    entry = an_accepted(seq)
    record = entry.record
    assert isinstance(record, Accepted)
    padded = Accepted(
        topic=record.topic, sender=record.sender, boot=BOOT, seq=seq, payload=b" " * size
    )
    return Entry(at_us=entry.at_us, key=entry.key, durability=entry.durability, record=padded)


def test_a_database_that_another_program_locks_is_written_once_it_is_free(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "RETRY_S", 0.001)
    journal = SqliteJournal(path, post=at_once)
    journal._connection.execute("PRAGMA busy_timeout = 0")
    failed, written = the_first_failure(journal, monkeypatch), threading.Event()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    journal.append([an_accepted(1)], written.set)
    assert failed.wait(PATIENCE_S)
    assert not journal.ok
    other.execute("ROLLBACK")

    assert written.wait(PATIENCE_S)
    other.close()
    journal.close()


def test_a_hub_stops_rather_than_forget_what_memory_cannot_hold(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "WAITING_MAX", 3)
    journal = SqliteJournal(path, post=at_once)
    write(journal, an_accepted(1))
    refuse_more_pages(journal)
    failed = threading.Event()
    monkeypatch.setattr(journal, "_failed", lambda _error: failed.set())
    journal.append([a_large_accepted(2, 20_000)], lambda: None)
    assert failed.wait(PATIENCE_S)
    journal.append([an_accepted(3), an_accepted(4), an_accepted(5)], lambda: None)

    with pytest.raises(JournalError, match="3 entries wait for the journal"):
        journal.append([an_accepted(6)], lambda: None)

    journal.close()
    assert [record.seq for record in journal.history.accepted("cam-01")] == [1]


WRITER = """
import sys, threading
from pathlib import Path
from hub.adapters.store.journal import SqliteJournal
from hub.core.effects import Accepted, Durability, Entry
from wire.delivery import Mark

path, boot = Path(sys.argv[1]), sys.argv[2]
journal = SqliteJournal(path, post=lambda call: call())
for seq in range(1, 1_000_000):
    record = Accepted(topic="t", sender="cam-01", boot=boot, seq=seq, payload=b"{}")
    entry = Entry(at_us=seq, key=f"{boot}/{seq}", durability=Durability.HISTORY, record=record)
    told = threading.Event()
    journal.append([entry], lambda seq=seq: (print(seq, flush=True), told.set()))
    if seq % 7 == 0:
        told.wait()
"""


def test_everything_that_was_done_survives_kill_9(path: Path) -> None:
    boots = [f"01J0000000000000000000000{n}" for n in range(3)]
    for boot in boots:
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), boot], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            done = [int(writer.stdout.readline()) for _ in range(200)]
            os.kill(writer.pid, signal.SIGKILL)
            done += [int(line) for line in writer.stdout.read().splitlines() if line]

        journal = SqliteJournal(path, post=at_once)
        kept = [record.seq for record in journal.history.accepted("cam-01") if record.boot == boot]
        journal.close()

        assert kept[: len(done)] == done
        assert kept == list(range(1, len(kept) + 1))
        journal.history.verify()
