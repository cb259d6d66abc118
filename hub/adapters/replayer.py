"""Reads recordings, puts crashed ones in order, and drives an engine with them."""

import struct
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec
import zstandard
from mcap.exceptions import McapError
from mcap.records import Attachment, Channel, Footer, McapRecord, Message, Metadata, Schema
from mcap.stream_reader import StreamReader
from mcap.writer import CompressionType, Writer

from hub.adapters.recording import (
    EFFECT,
    FORMAT,
    GAP,
    HEADER,
    OTHER,
    PLAN,
    PROFILE,
    RESTORE,
    SITE,
    STANDING,
    WAKE,
    Beginning,
    Other,
    effect_line,
)
from hub.core.effects import Effect, Entry
from hub.core.inputs import Input
from hub.core.site import Site
from hub.errors import RecordingError

# What a file that ends in the middle of a record, or was damaged, is read with.
_DAMAGE = (McapError, ValueError, struct.error, zstandard.ZstdError)


class Recorded(NamedTuple):
    """One input of the engine and the instant at which it was handled."""

    at_us: int
    topic: str
    payload: bytes


class Difference(NamedTuple):
    """The first effect in which a replay differs from what was recorded."""

    at_us: int
    effect_number: int
    recorded: str
    replayed: str


class Machine(Protocol):
    """The engine, as far as a replay drives it."""

    def handle(self, message: Input, now_us: int) -> list[Effect]:
        """Take one input."""
        ...

    def wake(self, now_us: int) -> list[Effect]:
        """Do what is due."""
        ...

    def restore(self, entries: Iterable[Entry], now_us: int) -> list[Effect]:
        """Begin where the journal ended."""
        ...


ReadInput = Callable[[str, bytes, str], Input]
"""Turns topic, payload and site into an input, as the runner does."""


class Recording:
    """A recording on disk. Its inputs are read from the file as they are asked for."""

    def __init__(self, path: Path) -> None:
        """Read how the recording begins, or raise `RecordingError`."""
        self.path = path
        self.beginning = _beginning(path)

    def inputs(self) -> Iterator[Recorded]:
        """Yield every input in the order in which the engine took it."""
        for topic, message in _messages(self.path):
            if topic in (EFFECT, GAP):
                continue
            payload = message.data
            if topic == OTHER:
                other = msgspec.json.decode(payload, type=Other)
                topic, payload = other.topic, other.payload  # noqa: PLW2901 # It is unwrapped.
            yield Recorded(message.log_time // 1000, topic, payload)

    def effect_lines(self) -> Iterator[bytes]:
        """Yield what the engine did, each effect as one line."""
        for topic, message in _messages(self.path):
            if topic == EFFECT:
                yield message.data

    def require_whole(self) -> None:
        """Raise `RecordingError` where the file was not finished, or is damaged on the way."""
        if not any(isinstance(record, Footer) for record in _records(self.path)):
            what = f"{self.path} is damaged or was cut short: not all of it can be read"
            raise RecordingError(what, fix=f"vedette-hub recover {self.path} TO   saves the rest")

    def gap_count(self) -> int:
        """Return at how many places the recording misses something."""
        return sum(topic == GAP for topic, _ in _messages(self.path))


def read(path: Path) -> Recording:
    """Open a recording."""
    return Recording(path)


def replay(
    recording: Recording, engine: Machine, read_input: ReadInput
) -> Iterator[tuple[int, Effect]]:
    """Drive a fresh engine with a recording and yield what it does, with the instant."""
    beginning = recording.beginning
    is_restored = False
    for recorded in recording.inputs():
        at_us = recorded.at_us
        if not is_restored:
            is_restored = True
            moment_us = at_us if recorded.topic == RESTORE else beginning.start_us
            for effect in engine.restore(beginning.standing, moment_us):
                yield moment_us, effect
        for effect in _take(engine, recorded, beginning.site.id, read_input):
            yield at_us, effect


def _take(engine: Machine, recorded: Recorded, site: str, read_input: ReadInput) -> list[Effect]:
    if recorded.topic == RESTORE:
        return []
    if recorded.topic == WAKE:
        return engine.wake(recorded.at_us)
    return engine.handle(read_input(recorded.topic, recorded.payload, site), recorded.at_us)


def first_difference(
    recording: Recording, replayed: Iterable[tuple[int, Effect]]
) -> Difference | None:
    """Compare a replay with what was recorded, effect by effect; None: byte for byte the same."""
    at_us, nothing = recording.beginning.start_us, b"nothing"
    pairs = zip_longest(recording.effect_lines(), replayed)
    for number, (line, moment) in enumerate(pairs, start=1):
        again = nothing
        if moment is not None:
            at_us, again = moment[0], effect_line(moment[1])
        if line != again:
            return Difference(at_us, number, (line or nothing).decode(), again.decode())
    return None


def recover(path: Path, to: Path) -> int:
    """Copy what a crashed recording holds into one that is finished; return its inputs' count."""
    count = 0
    try:
        stream = to.open("xb")
    except FileExistsError:
        what = f"there is a file at {to} already"
        raise RecordingError(what, fix="name another file") from None
    with stream:
        writer = Writer(stream, chunk_size=64 * 1024, compression=CompressionType.ZSTD)
        writer.start(profile=PROFILE, library="vedette recover")
        schemas: dict[int, int] = {0: 0}
        channels: dict[int, int] = {}
        for record in _records(path):
            match record:
                case Metadata():
                    writer.add_metadata(record.name, record.metadata)
                case Attachment():
                    writer.add_attachment(
                        record.create_time,
                        record.log_time,
                        record.name,
                        record.media_type,
                        record.data,
                    )
                case Schema() if record.id not in schemas:
                    schemas[record.id] = writer.register_schema(
                        record.name, record.encoding, record.data
                    )
                case Channel() if record.id not in channels:
                    channels[record.id] = writer.register_channel(
                        record.topic, record.message_encoding, schemas[record.schema_id]
                    )
                case Message():
                    count += 1
                    writer.add_message(
                        channels[record.channel_id],
                        record.log_time,
                        record.data,
                        record.publish_time,
                        record.sequence,
                    )
                case _:
                    pass  # Indexes and summaries are made anew.
        writer.finish()  # type: ignore[no-untyped-call]
    return count


def _records(path: Path) -> Iterator[McapRecord]:
    """Yield what the file holds up to its end, or to where it is torn or damaged.

    In the order of the file, which is the engine's order: many inputs share one microsecond.
    """
    with path.open("rb") as stream:
        try:
            yield from StreamReader(stream, validate_crcs=True).records
        except _DAMAGE:
            return


def _messages(path: Path) -> Iterator[tuple[str, Message]]:
    topics: dict[int, str] = {}
    for record in _records(path):
        if isinstance(record, Channel):
            topics[record.id] = record.topic
        elif isinstance(record, Message):
            yield topics[record.channel_id], record


def _beginning(path: Path) -> Beginning:
    header: dict[str, str] = {}
    attached: dict[str, bytes] = {}
    try:
        for record in _records(path):
            if isinstance(record, Metadata) and record.name == HEADER:
                header = record.metadata
            elif isinstance(record, Attachment):
                attached[record.name] = record.data
            elif isinstance(record, Message):
                break
    except OSError as error:
        what = f"the recording {path} cannot be read: {error.strerror}"
        raise RecordingError(what, fix="check the file's name") from error
    if header.get("format", FORMAT) != FORMAT:
        what = f"{path} is a recording of format {header['format']}; this Vedette reads {FORMAT}"
        raise RecordingError(what, fix="use the Vedette that recorded it")
    try:
        return Beginning(
            site=msgspec.json.decode(attached[SITE], type=Site),
            plan=attached[PLAN].decode(),
            software=header["software"],
            boot=header["boot"],
            start_us=int(header["start_us"]),
            standing=msgspec.json.decode(attached[STANDING], type=tuple[Entry, ...]),
        )
    except (KeyError, ValueError) as error:
        what = f"{path} is no recording of ours, or its beginning is damaged ({error})"
        raise RecordingError(what, fix="name a file that vedette-hub record made") from error
