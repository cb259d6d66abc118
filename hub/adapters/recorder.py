"""Writes every input and what the engine decided into an MCAP file, in a thread of its own."""

import logging
import threading
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from mcap.writer import CompressionType, IndexType, Writer

from hub.adapters.recording import (
    EFFECT,
    FORMAT,
    GAP,
    HEADER,
    OTHER,
    PLAN,
    PROFILE,
    SITE,
    STANDING,
    Beginning,
    Gap,
    Other,
    effect_line,
    form_of,
    json_schema,
)
from hub.core.effects import Effect
from hub.errors import RecordingError

# A crash loses at most the chunk in memory, and this many seconds.
CHUNK_BYTES = 64 * 1024
FLUSH_S = 2.0
# A disk that stalls for seconds is waited for with this; more would be missed by the tracker.
WAITING_MAX = 50_000
WAITING_BYTES_MAX = 64 * 1024 * 1024
# A site has some thousands of topics, MCAP 65,535 channels. Beyond this they share one.
CHANNELS_MAX = 10_000

log = logging.getLogger(__name__)


class _Item(NamedTuple):
    at_us: int
    topic: str  # Empty: the effects of the input before.
    payload: bytes
    effects: Sequence[Effect]


class Recorder:
    """Records until closed. It never blocks; what the disk does not take in time is counted."""

    def __init__(self, path: Path, beginning: Beginning) -> None:
        self._path = path
        self._file = _File(path, beginning)
        self._waiting: deque[_Item] = deque()
        self._bytes = 0
        self._changed = threading.Condition()
        self._closing = False
        self._unsaid_count = 0
        self.dropped_count = 0
        """Inputs and lists of effects that are missing in the recording."""
        self.fault = ""
        """Why nothing is recorded any more; empty while all is well."""
        self._writer = threading.Thread(target=self._write, name="recorder", daemon=True)
        self._writer.start()

    def input(self, now_us: int, topic: str, payload: bytes) -> None:
        """Record what entered the engine, and at which instant."""
        self._put(_Item(now_us, topic, payload, ()))

    def effects(self, now_us: int, effects: Sequence[Effect]) -> None:
        """Record what the engine decided."""
        self._put(_Item(now_us, "", b"", tuple(effects)))

    def close(self) -> None:
        """Write what waits and finish the file."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._writer.join()

    def _put(self, item: _Item) -> None:
        with self._changed:
            is_full = len(self._waiting) >= WAITING_MAX or self._bytes >= WAITING_BYTES_MAX
            if is_full or self.fault:
                self.dropped_count += 1
                self._unsaid_count += 1
                return
            self._waiting.append(item)
            self._bytes += len(item.payload)
            self._changed.notify()

    # --- The writer's thread -------------------------------------------------------------------

    def _write(self) -> None:
        try:
            while self._write_some():
                pass
            self._file.finish()
        except OSError as error:
            self.fault = f"{self._path} cannot be written: {error.strerror}"
            log.error("%s; nothing more is recorded", self.fault)  # noqa: TRY400 # No bug of ours.
            with self._changed:
                self.dropped_count += len(self._waiting)
                self._waiting.clear()
            self._file.abandon()

    def _write_some(self) -> bool:
        """Write what waits, or flush when nothing comes; return whether to go on."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing, FLUSH_S)
            items, self._waiting, self._bytes = self._waiting, deque(), 0
            gap_count, self._unsaid_count = self._unsaid_count, 0
            is_last = self._closing
        for item in items:
            self._file.put(item)
        if gap_count:
            log.warning("the disk is too slow: %d inputs are not recorded", gap_count)
            self._file.gap(gap_count)
        self._file.flush_when_due()
        return not is_last


class _File:
    """The MCAP file: channels as topics come, and everything in the order it came."""

    def __init__(self, path: Path, beginning: Beginning) -> None:
        if path.exists():
            what = f"there is a recording at {path} already"
            raise RecordingError(what, fix="name another file")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._stream = path.open("xb")
        except OSError as error:
            what = f"no recording can be made at {path}: {error.strerror}"
            raise RecordingError(what, fix="name a file in a directory you may write") from error
        self._writer = Writer(
            self._stream,
            chunk_size=CHUNK_BYTES,
            compression=CompressionType.ZSTD,
            # An index of each message would double what a long recording keeps in memory.
            index_types=IndexType.CHUNK | IndexType.ATTACHMENT | IndexType.METADATA,
        )
        self._schemas: dict[str, int] = {}
        self._channels: dict[str, int] = {}
        self._sequence = 0
        self._last_us = beginning.start_us
        self._flushed_s = time.monotonic()
        self._begin(beginning)

    def _begin(self, beginning: Beginning) -> None:
        at_ns = beginning.start_us * 1000
        self._writer.start(profile=PROFILE, library=f"vedette {beginning.software}")
        self._writer.add_metadata(
            HEADER,
            {
                "format": FORMAT,
                "software": beginning.software,
                "boot": beginning.boot,
                "start_us": str(beginning.start_us),
            },
        )
        for name, media_type, octets in (
            (SITE, "application/json", msgspec.json.encode(beginning.site)),
            (PLAN, "application/toml", beginning.plan.encode()),
            (STANDING, "application/json", msgspec.json.encode(beginning.standing)),
        ):
            self._writer.add_attachment(at_ns, at_ns, name, media_type, octets)
        self._writer.flush()  # type: ignore[no-untyped-call]

    def put(self, item: _Item) -> None:
        """Write one input, or the effects of one."""
        self._last_us = item.at_us
        for effect in item.effects:
            self._add(item.at_us, EFFECT, effect_line(effect))
        if item.topic:
            self._add(item.at_us, item.topic, item.payload)

    def gap(self, count: int) -> None:
        """Say that something is missing here."""
        self._add(self._last_us, GAP, msgspec.json.encode(Gap(dropped_count=count)))

    def flush_when_due(self) -> None:
        """Let a crash lose seconds, not minutes, on a quiet site."""
        if time.monotonic() - self._flushed_s >= FLUSH_S:
            self._writer.flush()  # type: ignore[no-untyped-call]
            self._flushed_s = time.monotonic()

    def finish(self) -> None:
        """Write the indexes and close."""
        self._writer.finish()  # type: ignore[no-untyped-call]
        self._stream.close()

    def abandon(self) -> None:
        """Close without the indexes: `recover` reads what is there."""
        try:
            self._stream.close()
        except OSError as error:
            log.debug("the recording's last bytes are lost: %s", error)

    def _add(self, at_us: int, topic: str, payload: bytes) -> None:
        form = form_of(topic)
        if form is None or (topic not in self._channels and len(self._channels) >= CHANNELS_MAX):
            payload = msgspec.json.encode(Other(topic=topic, payload=payload))
            topic = OTHER
        self._sequence += 1
        at_ns = at_us * 1000
        self._writer.add_message(
            self._channel(topic), at_ns, payload, at_ns, self._sequence & 0xFFFFFFFF
        )

    def _channel(self, topic: str) -> int:
        channel = self._channels.get(topic)
        if channel is None:
            form = form_of(topic)
            assert form is not None
            schema = 0 if form.schema is None else self._schema(form.schema)
            channel = self._writer.register_channel(topic, form.encoding, schema)
            self._channels[topic] = channel
        return channel

    def _schema(self, message: type[msgspec.Struct]) -> int:
        name = message.__name__
        if name not in self._schemas:
            self._schemas[name] = self._writer.register_schema(
                name, "jsonschema", json_schema(message)
            )
        return self._schemas[name]
