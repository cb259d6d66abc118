import json
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from mcap.reader import make_reader
from mcap.records import Schema
from patience import PATIENCE_S

from hub.adapters import recorder as recorder_module
from hub.adapters.recorder import Recorder
from hub.adapters.recording import Beginning
from hub.adapters.replayer import read
from hub.core.effects import Effect, Publish, Reply
from hub.core.site import Origin, Site
from hub.errors import RecordingError
from wire.feed import ActionReply

NOW_US = 1_790_000_000_000_000
BOOT = "01J00000000000000000000000"
SCAN = "vedette/1/square/sensor/cam-01/scan"


def a_beginning() -> Beginning:
    site = Site(
        id="square",
        name="Square",
        origin=Origin(lat_deg=52.0, lon_deg=5.0),
        bounds=((-80.0, -60.0), (80.0, 60.0)),
    )
    return Beginning(site=site, plan="[site]\n", software="0.1.0", boot=BOOT, start_us=NOW_US)


def a_reply() -> Effect:
    return Reply(reply=ActionReply(id=BOOT, accepted=True))


def test_a_recording_opens_in_any_mcap_tool_with_its_schemas(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "evening.mcap", a_beginning())

    recorder.input(NOW_US + 1, SCAN, b'{"detections": []}')
    recorder.effects(NOW_US + 1, [a_reply()])
    recorder.close()

    with (tmp_path / "evening.mcap").open("rb") as stream:
        reader = make_reader(stream)
        assert reader.get_header().profile == "vedette"
        (plan,) = [a for a in reader.iter_attachments() if a.name == "site.toml"]
        assert plan.data == b"[site]\n"
        scan, effect = reader.iter_messages(log_time_order=False)
    schema, channel, message = scan
    assert isinstance(schema, Schema)
    assert (schema.name, schema.encoding) == ("Scan", "jsonschema")
    assert json.loads(schema.data)["properties"]["detections"]["type"] == "array"
    assert (channel.topic, channel.message_encoding) == (SCAN, "json")
    assert (message.log_time, message.data) == ((NOW_US + 1) * 1000, b'{"detections": []}')
    assert effect[1].topic == "hub/effect"
    assert json.loads(effect[2].data)["type"] == "reply"


def test_what_is_refused_is_recorded_word_for_word(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "evening.mcap", a_beginning())

    recorder.input(NOW_US, SCAN, b"\xff not JSON")
    recorder.input(NOW_US, "somebody/elses/topic", b"\x00\x01")
    recorder.input(NOW_US, SCAN + ".mp", b"\x80")
    recorder.close()

    assert [(r.topic, r.payload) for r in read(tmp_path / "evening.mcap").inputs()] == [
        (SCAN, b"\xff not JSON"),
        ("somebody/elses/topic", b"\x00\x01"),
        (SCAN + ".mp", b"\x80"),
    ]


def test_topics_that_somebody_makes_up_share_a_channel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "CHANNELS_MAX", 2)
    recorder = Recorder(tmp_path / "evening.mcap", a_beginning())
    topics = [f"vedette/1/square/sensor/cam-{number}/scan" for number in range(5)]

    for topic in topics:
        recorder.input(NOW_US, topic, b"{}")
    recorder.close()

    assert [recorded.topic for recorded in read(tmp_path / "evening.mcap").inputs()] == topics
    assert len(recorder._file._channels) == 3


def test_a_disk_that_is_too_slow_leaves_a_gap_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "WAITING_MAX", 2)
    recorder = Recorder(tmp_path / "evening.mcap", a_beginning())
    stalled, go_on = threading.Event(), threading.Event()
    real_put = recorder._file.put

    def stall(item: recorder_module._Item) -> None:
        stalled.set()
        assert go_on.wait(PATIENCE_S)
        real_put(item)

    monkeypatch.setattr(recorder._file, "put", stall)
    recorder.input(NOW_US, SCAN, b"0")
    assert stalled.wait(PATIENCE_S)
    for number in range(1, 6):
        recorder.input(NOW_US, SCAN, str(number).encode())

    go_on.set()
    recorder.close()

    recording = read(tmp_path / "evening.mcap")
    assert [recorded.payload for recorded in recording.inputs()] == [b"0", b"1", b"2"]
    assert recorder.dropped_count == 3
    assert recording.gap_count() == 1


def test_a_full_disk_ends_the_recording_and_says_so_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    recorder = Recorder(tmp_path / "evening.mcap", a_beginning())

    def full(_item: recorder_module._Item) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(recorder._file, "put", full)
    recorder.input(NOW_US, SCAN, b"0")
    recorder.close()
    recorder.input(NOW_US, SCAN, b"1")

    assert recorder.fault.endswith("evening.mcap cannot be written: No space left on device")
    assert recorder.dropped_count == 1
    assert [one.name for one in caplog.records].count(recorder_module.__name__) == 1
    assert list(read(tmp_path / "evening.mcap").inputs()) == []


def test_a_quiet_recording_reaches_the_disk_before_it_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "FLUSH_S", 0.0)
    recorder = Recorder(tmp_path / "evening.mcap", a_beginning())
    flushed = threading.Event()
    real_flush = recorder._file._writer.flush

    def flush() -> None:
        real_flush()  # type: ignore[no-untyped-call]
        if list(read(tmp_path / "evening.mcap").inputs()):
            flushed.set()

    monkeypatch.setattr(recorder._file._writer, "flush", flush)

    recorder.input(NOW_US, SCAN, b"{}")

    assert flushed.wait(PATIENCE_S)
    recorder.close()


def test_a_recording_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "evening.mcap").write_bytes(b"precious")

    with pytest.raises(RecordingError, match="there is a recording at"):
        Recorder(tmp_path / "evening.mcap", a_beginning())

    assert (tmp_path / "evening.mcap").read_bytes() == b"precious"


def test_a_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(RecordingError, match="no recording can be made at"):
        Recorder(tmp_path / "file" / "evening.mcap", a_beginning())


def test_recording_does_not_hold_up_the_engine(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "evening.mcap", a_beginning())
    effects: Sequence[Effect] = [a_reply()]

    for number in range(2_000):
        recorder.input(NOW_US + number, SCAN, b"{}")
        recorder.effects(NOW_US + number, effects)
    recorder.close()

    recording = read(tmp_path / "evening.mcap")
    assert len(list(recording.inputs())) == 2_000
    assert len(list(recording.effect_lines())) == 2_000


def test_a_publish_is_recorded_whole(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "evening.mcap", a_beginning())

    recorder.effects(NOW_US, [Publish(topic="vedette/1/square/tracks", message=None)])
    recorder.close()

    (line,) = read(tmp_path / "evening.mcap").effect_lines()
    assert json.loads(line) == {
        "type": "publish",
        "topic": "vedette/1/square/tracks",
        "message": None,
        "qos": 1,
        "retain": False,
    }
