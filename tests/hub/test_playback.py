import time
from pathlib import Path

import pytest

from hub.adapters import replayer
from hub.adapters.recorder import Recorder
from hub.adapters.recording import Beginning
from hub.adapters.runner import read_input
from hub.adapters.tape import Tape
from hub.core.engine import Engine
from hub.core.site import CueRule, Origin, Sensor, Site
from hub.playback import compare, instant, play
from wire import codec, topics
from wire.labels import CueKind, SensorKind
from wire.messages import Cue

NOW_US = 1_800_000_000_000_000
SECOND_US = 1_000_000
BOOT = "01JZZZZZZZZZZZZZZZZZZZZZZA"
SITE = Site(
    id="square",
    name="Square",
    origin=Origin(lat_deg=52.0, lon_deg=5.0),
    bounds=((-50.0, -50.0), (50.0, 50.0)),
    sensors=(Sensor(id="button-01", kind=SensorKind.BUTTON, name="Button", position=(0.0, 0.0)),),
    rules=(CueRule(id="panic", cues=(CueKind.BUTTON_PRESSED,)),),
)


def a_cue(seq: int, at_us: int) -> bytes:
    return codec.encode(
        Cue(
            id=f"01JZZZZZZZZZZZZZZZZZZZZZZ{seq}",
            sender="button-01",
            boot=BOOT,
            seq=seq,
            observed_us=at_us,
            sent_us=at_us,
            kind=CueKind.BUTTON_PRESSED,
            confidence=1.0,
        )
    )


def a_recording(path: Path, *, forgets_effects: bool = False) -> replayer.Recording:
    """Record ten seconds in whose middle somebody presses the button."""
    engine = Engine(SITE, boot=BOOT, start_us=NOW_US, software="test")
    beginning = Beginning(site=SITE, plan="", software="test", boot=BOOT, start_us=NOW_US)
    tape = Tape(Recorder(path, beginning))
    tape.restored()
    for second in range(11):
        now_us = NOW_US + second * SECOND_US
        if second == 5:
            topic, payload = topics.sensor_cue("square", "button-01"), a_cue(1, now_us)
            tape.input(now_us, topic, payload)
            effects = engine.handle(read_input(topic, payload, "square"), now_us)
        else:
            effects = engine.wake(now_us)
        if effects and not (forgets_effects and second == 5):
            tape.effects(now_us, effects)
    tape.close()
    return replayer.read(path)


def test_a_replay_tells_each_change_of_an_alert(tmp_path: Path) -> None:
    (line,) = play(a_recording(tmp_path / "a.mcap"))

    assert line.startswith(instant(NOW_US + 5 * SECOND_US))
    assert "A-1 " in line
    assert "unacknowledged" in line


def test_a_replay_ends_where_it_is_told_to(tmp_path: Path) -> None:
    assert list(play(a_recording(tmp_path / "a.mcap"), until_s=4.0)) == []


def test_a_replay_keeps_to_a_multiple_of_the_speed_of_life(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = 1000.0

    def sleep(duration_s: float) -> None:
        nonlocal now_s
        now_s += duration_s

    monkeypatch.setattr(time, "sleep", sleep)
    monkeypatch.setattr(time, "monotonic", lambda: now_s)

    list(play(a_recording(tmp_path / "a.mcap"), speed=2.0))

    assert now_s == pytest.approx(1005.0, abs=0.1)


def test_a_recording_replays_to_the_same_effects(tmp_path: Path) -> None:
    assert compare(a_recording(tmp_path / "a.mcap")) == ""


def test_a_replay_that_differs_says_where(tmp_path: Path) -> None:
    found = compare(a_recording(tmp_path / "a.mcap", forgets_effects=True))

    assert instant(NOW_US + 5 * SECOND_US) in found
    assert "recorded" in found
    assert "replayed" in found


def test_an_instant_is_read_as_rfc_3339() -> None:
    assert instant(NOW_US + 1_234_000) == "2027-01-15T08:00:01.234Z"
