import logging
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.adapters.spool import Spool
from edge.errors import StateError
from wire.delivery import Limits
from wire.messages import OutboxFloor

BOOTS = [f"01HF7YAT0000000000000000{n:02d}" for n in range(10, 90)]
A, B, C = BOOTS[:3]


def a_spool(directory: Path, boot: str = A, limits: Limits | None = None) -> Spool:
    return Spool(directory / "cam.sqlite", boot, limits or Limits())


def put(spool: Spool, count: int) -> None:
    for _ in range(count):
        spool.put("topic", b"payload %d" % spool.next_seq)


def due(spool: Spool) -> list[tuple[str, int]]:
    return [(entry.boot, entry.seq) for entry in spool.due(0)]


def on_disk(directory: Path) -> list[tuple[str, int]]:
    with sqlite3.connect(directory / "cam.sqlite") as connection:
        return connection.execute("SELECT boot, seq FROM outbox ORDER BY number").fetchall()


def test_what_was_put_is_on_disk_before_it_is_due(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    put(spool, 3)

    assert on_disk(tmp_path) == [(A, 1), (A, 2), (A, 3)]
    assert due(spool) == [(A, 1), (A, 2), (A, 3)]
    assert len(spool) == 3


def test_a_new_boot_sends_what_older_ones_left_first_word_for_word(tmp_path: Path) -> None:
    # Killed: never closed.
    put(a_spool(tmp_path, A), 2)
    put(a_spool(tmp_path, B), 1)

    spool = a_spool(tmp_path, C)
    put(spool, 1)

    assert due(spool) == [(A, 1), (A, 2), (B, 1), (C, 1)]
    assert spool.next_seq == 2
    spool.reconnected()
    assert spool.due(0)[1].payload == b"payload 2"
    assert spool.floors == (
        OutboxFloor(boot=A, seq=1),
        OutboxFloor(boot=B, seq=1),
        OutboxFloor(boot=C, seq=1),
    )


def test_only_what_the_hub_names_is_forgotten_on_disk_too(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    put(spool, 4)
    due(spool)

    spool.committed(A, 2, 0)
    spool.committed(B, 4, 0)

    assert on_disk(tmp_path) == [(A, 3), (A, 4)]
    assert spool.floors == (OutboxFloor(boot=A, seq=3),)


def test_at_its_bound_the_oldest_is_given_up_counted_and_the_floor_rises(tmp_path: Path) -> None:
    spool = a_spool(tmp_path, limits=Limits(held_bytes_max=100))
    put(spool, 20)

    held = on_disk(tmp_path)
    assert 5 < len(held) < 12
    assert held[-1] == (A, 20)
    assert spool.dropped_count == 20 - len(held)
    assert spool.floors == (OutboxFloor(boot=A, seq=held[0][1]),)


def test_a_full_disk_keeps_entries_in_memory_and_writes_them_when_there_is_space(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    spool = a_spool(tmp_path)
    pages = spool._connection.execute("PRAGMA page_count").fetchone()[0]
    spool._connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    for _ in range(20):
        spool.put("topic", bytes(1000))

    assert spool.disk_fault is not None
    assert "full" in spool.disk_fault
    assert len(due(spool)) == 20
    assert len(on_disk(tmp_path)) < 20
    spool._connection.execute("PRAGMA max_page_count = 10000")
    spool.write()
    assert spool.disk_fault is None
    assert on_disk(tmp_path) == [(A, n) for n in range(1, 21)]
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_what_was_committed_while_the_disk_was_full_never_reaches_it(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    spool._connection.execute("PRAGMA query_only = ON")
    put(spool, 3)
    spool.committed(A, 2, 0)
    spool._connection.execute("PRAGMA query_only = OFF")
    spool.write()

    assert on_disk(tmp_path) == [(A, 3)]


def test_a_damaged_file_is_put_aside_and_the_camera_works(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cam.sqlite").write_bytes(b"this was a database once, before the disk failed" * 99)

    spool = a_spool(tmp_path)
    put(spool, 1)

    assert on_disk(tmp_path) == [(A, 1)]
    assert (tmp_path / "cam.sqlite.damaged").exists()
    assert "damaged" in caplog.text


def test_a_directory_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError) as error:
        Spool(tmp_path / "file" / "cam.sqlite", A)
    assert "--state-dir" in error.value.fix

    (tmp_path / "cam.sqlite").mkdir()
    with pytest.raises(StateError):
        a_spool(tmp_path)


def test_a_closed_spool_lets_go_of_its_file(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    spool.close()

    with pytest.raises(sqlite3.ProgrammingError):
        spool._connection.execute("SELECT 1")


@given(
    st.lists(
        st.one_of(
            st.just("put"),
            st.just("restart"),
            st.tuples(st.integers(0, 3), st.integers(1, 8)),
        ),
        max_size=30,
    )
)
def test_the_disk_always_holds_what_was_put_and_not_named(
    tmp_path_factory: pytest.TempPathFactory, moves: list[str | tuple[int, int]]
) -> None:
    directory = tmp_path_factory.mktemp("spool")
    boots = iter(BOOTS)
    known = [next(boots)]
    spool = a_spool(directory, known[-1])
    expected: list[tuple[str, int]] = []
    for move in moves:
        if move == "put":
            expected.append((known[-1], spool.next_seq))
            put(spool, 1)
        elif move == "restart":
            spool.close()
            known.append(next(boots))
            spool = a_spool(directory, known[-1])
        elif isinstance(move, tuple):
            boot = known[move[0] % len(known)]
            spool.committed(boot, move[1], 0)
            expected = [one for one in expected if one[0] != boot or one[1] > move[1]]

        assert on_disk(directory) == expected
        assert len(spool) == len(expected)
    spool.close()
