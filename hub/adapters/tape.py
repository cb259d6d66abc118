"""What the runner tells the recorder, with the moments named at which nothing came in."""

from collections.abc import Sequence

from hub.adapters.recorder import Recorder
from hub.adapters.recording import RESTORE, WAKE
from hub.core.effects import Effect


class Tape:
    """One recording under way.

    The engine decides at inputs, at wakes and once at its restoring; a replay needs the instant
    of each, so that those without an input are recorded as inputs of their own.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._input_us: int | None = None
        self._moment = RESTORE

    @property
    def fault(self) -> str:
        """Why nothing is recorded any more; empty while all is well."""
        return self._recorder.fault

    def restored(self) -> None:
        """Take note that the engine begins to live: from here on it wakes by itself."""
        self._moment = WAKE

    def input(self, now_us: int, topic: str, payload: bytes) -> None:
        """Record an input."""
        self._input_us = now_us
        self._recorder.input(now_us, topic, payload)

    def effects(self, now_us: int, effects: Sequence[Effect]) -> None:
        """Record what the engine decided, and before it what made it decide."""
        if now_us != self._input_us:
            self.input(now_us, self._moment, b"")
        self._recorder.effects(now_us, effects)

    def close(self) -> None:
        """Finish the file."""
        self._recorder.close()
