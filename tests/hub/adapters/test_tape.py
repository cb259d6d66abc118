from typing import cast

from hub.adapters.recorder import Recorder
from hub.adapters.recording import RESTORE, WAKE
from hub.adapters.tape import Tape
from hub.core.effects import Effect, Reply
from wire.feed import ActionReply

NOW_US = 1_800_000_000_000_000
DONE: list[Effect] = [Reply(reply=ActionReply(id="01JZZZZZZZZZZZZZZZZZZZZZZZ", accepted=True))]


class AList:
    """A recorder that keeps what it is given."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, str]] = []
        self.fault = ""
        self.closed = False

    def input(self, now_us: int, topic: str, _payload: bytes) -> None:
        self.lines.append((now_us - NOW_US, topic))

    def effects(self, now_us: int, _effects: list[Effect]) -> None:
        self.lines.append((now_us - NOW_US, "effects"))

    def close(self) -> None:
        self.closed = True


def a_tape(recorder: AList) -> Tape:
    return Tape(cast("Recorder", recorder))


def test_effects_stand_behind_the_input_that_caused_them() -> None:
    recorder = AList()
    tape = a_tape(recorder)
    tape.restored()

    tape.input(NOW_US, "hub/vitals", b"{}")
    tape.effects(NOW_US, DONE)

    assert recorder.lines == [(0, "hub/vitals"), (0, "effects")]


def test_what_the_engine_does_by_itself_is_a_wake_at_its_instant() -> None:
    recorder = AList()
    tape = a_tape(recorder)
    tape.restored()
    tape.input(NOW_US, "hub/vitals", b"{}")

    tape.effects(NOW_US + 1, DONE)

    assert recorder.lines[1:] == [(1, WAKE), (1, "effects")]


def test_what_it_does_before_it_lives_is_its_restoring() -> None:
    recorder = AList()
    tape = a_tape(recorder)

    tape.effects(NOW_US, DONE)
    tape.restored()
    tape.effects(NOW_US + 5, DONE)

    assert recorder.lines == [(0, RESTORE), (0, "effects"), (5, WAKE), (5, "effects")]


def test_it_says_what_is_wrong_with_the_recorder_and_closes_it() -> None:
    recorder = AList()
    recorder.fault = "the disk is full"
    tape = a_tape(recorder)

    tape.close()

    assert tape.fault == "the disk is full"
    assert recorder.closed
