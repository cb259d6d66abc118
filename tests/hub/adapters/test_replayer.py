import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from mcap.writer import Writer

from hub.adapters.recorder import Recorder
from hub.adapters.recording import RESTORE, WAKE, Beginning, digest_of, effect_line
from hub.adapters.replayer import first_difference, read, recover, replay
from hub.core.effects import Durability, Effect, Entry, InboxMark, Publish, Show
from hub.core.inputs import Input, Refused
from hub.core.site import Origin, Site
from hub.errors import RecordingError
from wire.delivery import Mark
from wire.feed import Delta

NOW_US = 1_790_000_000_000_000
BOOT = "01J00000000000000000000000"
SCAN = "vedette/1/square/sensor/cam-01/scan"


def a_standing() -> Entry:
    mark = Mark(sender="cam-01", boot=BOOT, committed_seq=7)
    return Entry(at_us=NOW_US, key="k", durability=Durability.MARK, record=InboxMark(mark=mark))


def a_beginning(software: str = "0.1.0") -> Beginning:
    site = Site(
        id="square",
        name="Square",
        origin=Origin(lat_deg=52.0, lon_deg=5.0),
        bounds=((-80.0, -60.0), (80.0, 60.0)),
    )
    return Beginning(
        site=site,
        plan="[site]\n",
        software=software,
        boot=BOOT,
        start_us=NOW_US,
        standing=(a_standing(),),
    )


class AnEcho:
    """A machine that says what it was told, and counts."""

    def __init__(self, step: int = 1) -> None:
        self.count = 0
        self.step = step

    def handle(self, message: Input, now_us: int) -> list[Effect]:
        assert isinstance(message, Refused)
        self.count += self.step
        return [
            Publish(topic=f"{message.text} {now_us - NOW_US} {self.count}", message=None),
            Show(delta=Delta(number=self.count, at_us=now_us)),
        ]

    def wake(self, now_us: int) -> list[Effect]:
        return [Publish(topic=f"wake {now_us - NOW_US}", message=None)]

    def restore(self, entries: Iterable[Entry], now_us: int) -> list[Effect]:
        return [Publish(topic=f"restore {len(list(entries))} {now_us - NOW_US}", message=None)]


def read_input(topic: str, payload: bytes, site: str) -> Input:
    return Refused(source=site, code="x", text=f"{topic[-4:]} {payload.decode()}", fix="")


def record(path: Path, engine: AnEcho, *, restore_at_us: int = 0) -> None:
    """Play the runner: everything goes through the engine and is recorded."""
    beginning = a_beginning()
    recorder = Recorder(path, beginning)
    at_us = NOW_US + restore_at_us
    if restore_at_us:
        recorder.input(at_us, RESTORE, b"")
    recorder.effects(at_us, engine.restore(beginning.standing, at_us))
    for number in range(1, 4):
        at_us = NOW_US + number // 2 * 10
        recorder.input(at_us, SCAN, str(number).encode())
        recorder.effects(
            at_us, engine.handle(read_input(SCAN, str(number).encode(), "square"), at_us)
        )
    recorder.input(at_us + 5, WAKE, b"")
    recorder.effects(at_us + 5, engine.wake(at_us + 5))
    recorder.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "evening.mcap"
    record(path, AnEcho())
    return path


def test_a_recording_knows_how_the_engine_began(path: Path) -> None:
    recording = read(path)

    assert recording.beginning == a_beginning()
    assert recording.gap_count() == 0


def test_a_replay_drives_the_engine_as_the_runner_did(path: Path) -> None:
    replayed = list(replay(read(path), AnEcho(), read_input))

    assert [
        (at_us - NOW_US, effect.topic) for at_us, effect in replayed if isinstance(effect, Publish)
    ] == [
        (0, "restore 1 0"),
        (0, "scan 1 0 1"),
        (10, "scan 2 10 2"),
        (10, "scan 3 10 3"),
        (15, "wake 15"),
    ]


def test_the_same_engine_does_the_same_byte_for_byte(path: Path) -> None:
    recording = read(path)

    assert first_difference(recording, replay(recording, AnEcho(), read_input)) is None
    lines = [effect_line(effect) for _, effect in replay(recording, AnEcho(), read_input)]
    assert digest_of(lines) == digest_of(recording.effect_lines())


def test_a_restore_that_took_a_moment_is_replayed_at_its_moment(tmp_path: Path) -> None:
    record(tmp_path / "later.mcap", AnEcho(), restore_at_us=3)
    recording = read(tmp_path / "later.mcap")

    assert first_difference(recording, replay(recording, AnEcho(), read_input)) is None


def test_another_engine_is_caught_at_the_first_effect_that_differs(path: Path) -> None:
    recording = read(path)

    difference = first_difference(recording, replay(recording, AnEcho(step=2), read_input))

    assert difference is not None
    assert (difference.at_us, difference.effect_number) == (NOW_US, 2)
    assert "scan 1 0 1" in difference.recorded
    assert "scan 1 0 2" in difference.replayed


def test_a_frame_of_the_picture_that_differs_is_caught_too(path: Path) -> None:
    recording = read(path)
    replayed = [
        (at_us, Show(delta=Delta(number=99, at_us=at_us)) if isinstance(effect, Show) else effect)
        for at_us, effect in replay(recording, AnEcho(), read_input)
    ]

    difference = first_difference(recording, replayed)

    assert difference is not None
    assert difference.effect_number == 3


def test_an_engine_that_does_less_or_more_is_caught(path: Path) -> None:
    recording = read(path)
    replayed = list(replay(recording, AnEcho(), read_input))

    less = first_difference(recording, replayed[:-1])
    more = first_difference(recording, [*replayed, replayed[-1]])

    assert less is not None
    assert less.replayed == "nothing"
    assert more is not None
    assert more.recorded == "nothing"


CRASHING = """
import sys
from pathlib import Path
from hub.adapters import recorder as recorder_module
from hub.adapters.recorder import Recorder
from hub.adapters.recording import Beginning
from hub.core.site import Origin, Site

recorder_module.FLUSH_S = 0.01
site = Site(id="square", name="Square", origin=Origin(lat_deg=52.0, lon_deg=5.0),
            bounds=((-80.0, -60.0), (80.0, 60.0)))
beginning = Beginning(site=site, plan="", software="0", boot=sys.argv[2], start_us=10**15)
recorder = Recorder(Path(sys.argv[1]), beginning)
real_flush, flushes = recorder._file._writer.flush, 0

def flush():
    global flushes
    real_flush()
    flushes += 1
    print(flushes, flush=True)

recorder._file._writer.flush = flush
number = 0
while True:
    number += 1
    recorder.input(10**15 + number, sys.argv[3], str(number).encode() + b" " * 1000)
    if number % 1000 == 0:
        sys.stdin.readline()
"""


def test_a_recording_that_crashed_is_read_and_recovered(tmp_path: Path) -> None:
    path = tmp_path / "crashed.mcap"
    with subprocess.Popen(
        [sys.executable, "-c", CRASHING, str(path), BOOT, SCAN],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as hub:
        assert hub.stdout is not None
        assert hub.stdin is not None
        assert hub.stdout.readline() == "1\n"
        hub.stdin.write("go on\n")
        hub.stdin.flush()
        assert hub.stdout.readline() == "2\n"
        os.kill(hub.pid, signal.SIGKILL)
    path.write_bytes(path.read_bytes()[:-100])  # The crash tore the last record.

    inputs = [recorded.payload.strip() for recorded in read(path).inputs()]
    count = recover(path, tmp_path / "whole.mcap")

    assert len(inputs) >= 500
    assert inputs == [str(number).encode() for number in range(1, len(inputs) + 1)]
    assert count == len(inputs)
    whole = read(tmp_path / "whole.mcap")
    assert list(whole.inputs()) == list(read(path).inputs())
    assert whole.beginning.start_us == 10**15


def test_a_recording_that_is_torn_or_damaged_is_not_taken_for_whole(
    path: Path, tmp_path: Path
) -> None:
    whole = path.read_bytes()
    torn, damaged = tmp_path / "torn.mcap", tmp_path / "damaged.mcap"
    torn.write_bytes(whole[: len(whole) * 2 // 3])
    flipped = bytearray(whole)
    flipped[whole.index(b"zstd") + 20] ^= 0x10  # Within the first chunk's compressed bytes.
    damaged.write_bytes(flipped)

    read(path).require_whole()

    for part in (torn, damaged):
        with pytest.raises(RecordingError, match="damaged or was cut short"):
            read(part).require_whole()


def test_recovery_never_writes_over_a_file(path: Path, tmp_path: Path) -> None:
    (tmp_path / "there").write_bytes(b"precious")

    with pytest.raises(RecordingError, match="there is a file at"):
        recover(path, tmp_path / "there")


def test_a_missing_recording_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"nowhere\.mcap cannot be read: No such file"):
        read(tmp_path / "nowhere.mcap")


def test_a_file_that_is_no_recording_is_named(tmp_path: Path) -> None:
    (tmp_path / "other.mcap").write_bytes(b"something else entirely")

    with pytest.raises(RecordingError, match="is no recording of ours"):
        read(tmp_path / "other.mcap")


def test_a_recording_of_another_format_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "next.mcap").open("wb") as stream:
        writer = Writer(stream)
        writer.start(profile="vedette")
        writer.add_metadata("vedette", {"format": "2"})
        writer.finish()  # type: ignore[no-untyped-call]

    with pytest.raises(RecordingError, match="of format 2; this Vedette reads 1"):
        read(tmp_path / "next.mcap")
