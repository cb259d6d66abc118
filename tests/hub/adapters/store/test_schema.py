import sqlite3
from pathlib import Path

import pytest

from hub.adapters.store.schema import SCHEMA_VERSION, open_reading, open_writing
from hub.errors import JournalError


def test_a_new_journal_is_made_with_its_directory(tmp_path: Path) -> None:
    connection = open_writing(tmp_path / "new" / "journal.db")

    assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    connection.close()


def test_a_newer_journal_is_left_alone(tmp_path: Path) -> None:
    connection = open_writing(tmp_path / "journal.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()

    with pytest.raises(JournalError, match="has journal schema 99; this Vedette knows 1") as error:
        open_writing(tmp_path / "journal.db")

    assert error.value.fix == "start the newer Vedette that wrote it"


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE people (name)")
    other.close()

    with pytest.raises(JournalError, match="is a database of another program"):
        open_writing(tmp_path / "other.db")


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"not a database at all " * 100)

    with pytest.raises(JournalError, match="not a database") as error:
        open_writing(tmp_path / "journal.db")

    assert "keep it as evidence" in error.value.fix


def test_a_directory_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(JournalError, match="cannot be opened") as error:
        open_writing(tmp_path / "file" / "journal.db")

    assert error.value.fix == f"make {tmp_path / 'file'} a directory that this user may write"


def test_a_locked_journal_says_who_must_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object, **__: object) -> None:
        reason = "database is locked"
        raise sqlite3.OperationalError(reason)

    monkeypatch.setattr(sqlite3, "connect", locked)

    with pytest.raises(JournalError) as error:
        open_writing(tmp_path / "journal.db")

    assert error.value.fix == "stop the other program that holds the file"


def test_a_full_disk_says_what_to_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        reason = "database or disk is full"
        raise sqlite3.OperationalError(reason)

    monkeypatch.setattr(sqlite3, "connect", full)

    with pytest.raises(JournalError) as error:
        open_writing(tmp_path / "journal.db")

    assert error.value.fix == f"free space on the disk that holds {tmp_path}"


def test_a_missing_journal_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="cannot be opened"):
        open_reading(tmp_path / "journal.db")
