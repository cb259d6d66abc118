import sqlite3
import threading
from pathlib import Path

import pytest
from past_alerts import HOUR, SECOND, START, an_alert, identity

from hub.adapters.store.history import _BEFORE, _OF_KIND, History
from hub.adapters.store.journal import SqliteJournal
from hub.adapters.store.schema import open_reading
from hub.core.alerts.alert import AlertRecord
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


# --- Lives ----------------------------------------------------------------------------------------


def alert_entries(*changes: tuple[int, int, str, Durability]) -> list[Entry]:
    """Return alerts' entries: instant in seconds, alert's number, summary, durability."""
    return [
        Entry(
            at_us=START + second * SECOND,
            key=identity(number),
            durability=durability,
            record=an_alert(number, START + second * SECOND, summary=summary),
        )
        for second, number, summary, durability in changes
    ]


def written(path: Path, entries: list[Entry]) -> History:
    journal = SqliteJournal(path, post=lambda call: call())
    done = threading.Event()
    journal.append(entries, done.set)
    assert done.wait(20)
    journal.close()
    return History(path)


def summaries(entries: list[Entry]) -> list[str]:
    return [entry.record.summary for entry in entries if isinstance(entry.record, AlertRecord)]


ENTRIES = alert_entries(
    (1, 1, "one, raised", Durability.STATE),
    (2, 2, "two, raised", Durability.STATE),
    (3, 3, "three, raised", Durability.STATE),
    (4, 2, "two, moved", Durability.STATE),
    (5, 3, "three, closed", Durability.ENDED),
    (11, 2, "two, closed", Durability.ENDED),
    (12, 4, "four, raised", Durability.STATE),
    (20, 4, "four, moved", Durability.STATE),
)


def test_lives_come_with_what_was_before_and_what_stands_unchanged(tmp_path: Path) -> None:
    history = written(tmp_path / "journal.db", ENTRIES)

    found = history.lives("alert", START + 10 * SECOND, START + 20 * SECOND, 100)

    assert summaries(found) == ["one, raised", "two, moved", "two, closed", "four, raised"]


def test_what_changes_at_the_very_beginning_is_a_change(tmp_path: Path) -> None:
    history = written(tmp_path / "journal.db", ENTRIES)

    found = history.lives("alert", START + 11 * SECOND, START + 12 * SECOND, 100)

    assert summaries(found) == ["one, raised", "two, moved", "two, closed"]


def test_a_mark_is_nobodys_life(tmp_path: Path) -> None:
    mark = Entry(at_us=START, key="latest-number", durability=Durability.MARK, record=an_alert(9))
    history = written(tmp_path / "journal.db", [mark, *ENTRIES])

    assert "latest-number" not in {
        entry.key for entry in history.lives("alert", START + SECOND, START + HOUR, 100)
    }


def test_lives_are_bounded_and_of_one_kind(tmp_path: Path, path: Path) -> None:
    history = written(tmp_path / "other.db", ENTRIES)

    assert summaries(history.lives("alert", START, START + HOUR, 2)) == [
        "one, raised",
        "two, raised",
    ]
    assert history.lives("alert", START + HOUR, START + 2 * HOUR, 100) != []
    assert History(path).lives("alert", 0, 100, 100) == []


def test_what_happened_of_one_kind_and_of_one_key_is_read_by_itself(
    tmp_path: Path, path: Path
) -> None:
    history = written(tmp_path / "other.db", ENTRIES)

    assert summaries(history.of_kind("alert", START + 5 * SECOND, START + 12 * SECOND, 9)) == [
        "three, closed",
        "two, closed",
    ]
    assert history.of_kind("alert", START + HOUR, START + 2 * HOUR, 9) == []
    assert history.of_kind("asked", START, START + HOUR, 9) == []
    assert summaries(history.of_key("alert", identity(2), 2)) == ["two, moved", "two, closed"]
    assert [entry.at_us for entry in History(path).of_kind("accepted", 2, 4, 9)] == [2, 3]


def test_who_reads_for_long_does_not_keep_the_hub_from_writing(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    written(path, ENTRIES)
    reader = open_reading(path)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM journal").fetchone() == (8,)

    history = written(path, alert_entries((30, 5, "five, raised", Durability.STATE)))

    assert summaries(history.of_key("alert", identity(5), 1)) == ["five, raised"]
    assert reader.execute("SELECT count(*) FROM journal").fetchone() == (8,)
    reader.close()


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (_OF_KIND, "journal_by_kind (kind=? AND position>?)"),
        (_BEFORE, "journal_by_key (kind=? AND key=?)"),
    ],
)
def test_no_question_walks_through_the_whole_journal(
    tmp_path: Path, query: str, index: str
) -> None:
    written(tmp_path / "journal.db", ENTRIES)
    reader = open_reading(tmp_path / "journal.db")

    values = (1,) * query.count("?")
    plan = reader.execute(f"EXPLAIN QUERY PLAN {query}", values).fetchall()
    reader.close()

    assert [step for *_, step in plan] == [f"SEARCH journal USING INDEX {index}"]
