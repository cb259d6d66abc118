"""Frames of the feed: redacted and encoded once for each role and format, kept for a while."""

from collections import deque
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from msgspec.structs import replace

from hub.core.picture.redaction import redact
from wire import codec
from wire.feed import Delta, Snapshot
from wire.labels import Role

# Ten seconds at 10 Hz: a lost Wi-Fi cell comes back in that, or needs a snapshot anyway.
KEPT_MAX: Final = 100


class Format(StrEnum):
    """How frames are written."""

    MSGPACK = "msgpack"
    JSON = "json"


class Channel(NamedTuple):
    """All clients that get the very same bytes."""

    role: Role
    format: Format


class KeptDelta:
    """One delta and its encodings, made when somebody first wants them."""

    def __init__(self, delta: Delta) -> None:
        self.number = delta.number
        self._delta = delta
        self._encoded: dict[Channel, bytes] = {}

    def encoded(self, channel: Channel) -> bytes:
        """Return the bytes for a channel."""
        found = self._encoded.get(channel)
        if found is None:
            shown = redact(self._delta, channel.role)
            found = codec.encode_frame(shown, channel.format.value)
            self._encoded[channel] = found
        return found


class Frames:
    """The latest frames. A snapshot is built and encoded once however many ask for it at once."""

    def __init__(self, snapshot: Callable[[Role], Snapshot], first_number: int = 0) -> None:
        self._snapshot = snapshot
        # Numbers of two starts of the hub must not meet: a client would resume the wrong one.
        self._first_number = first_number
        self._kept: deque[KeptDelta] = deque(maxlen=KEPT_MAX)
        self._snapshots: dict[Channel, bytes] = {}

    def keep(self, delta: Delta) -> KeptDelta:
        """Take the newest delta in; the oldest falls out."""
        kept = KeptDelta(replace(delta, number=self._first_number + delta.number))
        self._kept.append(kept)
        # A snapshot from before is still true, but makes a client apply more than it needs.
        self._snapshots.clear()
        return kept

    def forget(self) -> None:
        """Keep nothing: whoever comes next gets the whole picture, made anew."""
        self._kept.clear()
        self._snapshots.clear()

    def snapshot(self, channel: Channel) -> bytes:
        """Return the whole picture for a channel."""
        found = self._snapshots.get(channel)
        if found is None:
            whole = self._snapshot(channel.role)
            whole = replace(whole, number=self._first_number + whole.number)
            found = codec.encode_frame(whole, channel.format.value)
            self._snapshots[channel] = found
        return found

    def since(self, number: int) -> Sequence[KeptDelta] | None:
        """Return the deltas after `number`, or None where one of them is not kept any more."""
        if not self._kept or not self._kept[0].number - 1 <= number <= self._kept[-1].number:
            return None
        return [kept for kept in self._kept if kept.number > number]
