"""Bytes to messages and back. Whatever arrives, out comes a message or a `DecodeError`."""

import re
from enum import StrEnum
from typing import Literal

import msgspec
from msgspec import Struct

from wire.catalogue import KINDS, Family, Kind
from wire.columns import rows
from wire.feed import Frame, JsonDelta, JsonSnapshot, Snapshot
from wire.messages import AlertNotice, Command, Message, TaskNotice
from wire.quantities import Identifier, Sequence, Ulid
from wire.topics import Address, TopicError, parse

LINE_MAX = 200
"""Characters of an error's texts: they are shown as lines."""

Format = Literal["msgpack", "json"]

_LOCATED = re.compile(r"(?P<what>.*) - at `(?P<path>.*)`", re.DOTALL)


class Mistake(StrEnum):
    """What is wrong with input that is refused."""

    BAD_VALUE = "bad_value"
    MISSING_FIELD = "missing_field"
    NOT_A_MESSAGE = "not_a_message"
    NOT_JSON = "not_json"
    NOT_MSGPACK = "not_msgpack"
    OVERSIZED = "oversized"
    TOO_DEEP = "too_deep"
    UNKNOWN_FIELD = "unknown_field"
    UNKNOWN_TOPIC = "unknown_topic"
    WRONG_ID = "wrong_id"
    WRONG_SENDER = "wrong_sender"
    WRONG_SITE = "wrong_site"
    WRONG_TYPE = "wrong_type"


class DecodeError(ValueError):
    """Input that is refused: what kind of mistake, where it is, what to do, and whose it is."""

    def __init__(self, code: Mistake, text: str, *, fix: str, source: str) -> None:
        self.code = code
        self.text = _line(text)
        self.fix = _line(fix)
        self.source = _line(source)  # The device in the topic; the topic where it names none.
        # Where the message stands in its sender's exactly-once sequence, if that can be read: the
        # sequence must go on, though this message never can be accepted.
        self.slot: Slot | None = None
        super().__init__(f"{self.source}: {self.text}; {self.fix}")


class Slot(Struct, frozen=True, kw_only=True):
    """The place of a message in its sender's exactly-once sequence."""

    sender: Identifier
    boot: Ulid
    seq: Sequence


_JSON = msgspec.json.Encoder(order="deterministic")
_MSGPACK = msgspec.msgpack.Encoder(order="deterministic")
_JSON_SLOT = msgspec.json.Decoder(Slot)
_MSGPACK_SLOT = msgspec.msgpack.Decoder(Slot)


def _decoders() -> dict[
    tuple[Family, str, bool], msgspec.json.Decoder[Message] | msgspec.msgpack.Decoder[Message]
]:
    table: dict[
        tuple[Family, str, bool], msgspec.json.Decoder[Message] | msgspec.msgpack.Decoder[Message]
    ] = {}
    for kind in KINDS:
        if kind.message:
            table[kind.family, kind.leaf, False] = msgspec.json.Decoder(kind.message)
            table[kind.family, kind.leaf, True] = msgspec.msgpack.Decoder(kind.message)
    return table


_DECODERS = _decoders()


# --- Messages -------------------------------------------------------------------------------


def encode(message: Message, *, packed: bool = False) -> bytes:
    """Return the payload of a message. The same message gives the same bytes, always."""
    return _MSGPACK.encode(message) if packed else _JSON.encode(message)


def decode(topic: str, payload: bytes, *, site: str | None = None) -> Message:
    """Return the message in a payload, or raise `DecodeError`; `site` is the only one accepted."""
    address = _address(topic, site)
    _check_size(address, payload)
    try:
        message = _message(address, payload)
        _check_ids(address, message)
    except DecodeError as error:
        if address.kind.reliable:
            error.slot = _slot(address, payload)
        raise
    return message


def _address(topic: str, site: str | None) -> Address:
    try:
        address = parse(topic)
    except TopicError as error:
        fix = "see the topics in docs/contract/asyncapi.json"
        raise DecodeError(Mistake.UNKNOWN_TOPIC, str(error), fix=fix, source=topic) from None
    if site is not None and address.site != site:
        text = f"this hub protects {site}, the topic says {address.site}"
        fix = "publish under the hub's site, or ask the hub of that site"
        raise DecodeError(Mistake.WRONG_SITE, text, fix=fix, source=address.device)
    if address.kind.message is None:
        text = f"{address.leaf}: a picture is not a message"
        fix = "read it as a JPEG"
        raise DecodeError(Mistake.NOT_A_MESSAGE, text, fix=fix, source=address.device)
    return address


def _check_size(address: Address, payload: bytes) -> None:
    """Refuse what is too large before a parser sees it."""
    payload_max = address.kind.payload_max
    if len(payload) > payload_max:
        text = f"{address.leaf}: at most {payload_max} bytes, this payload has {len(payload)}"
        fix = "send less in one message"
        raise DecodeError(Mistake.OVERSIZED, text, fix=fix, source=address.device)


def _message(address: Address, payload: bytes) -> Message:
    decoder = _DECODERS[address.family, address.leaf, address.packed]
    try:
        return decoder.decode(payload)
    except msgspec.ValidationError as error:
        raise _invalid(address.kind, str(error), address.device) from None
    except RecursionError:
        text = f"{address.leaf}: nested too deeply"
        fix = "nothing in the contract nests more than five levels"
        raise DecodeError(Mistake.TOO_DEEP, text, fix=fix, source=address.device) from None
    except ValueError as error:
        raise _malformed(address, str(error)) from None


def _malformed(address: Address, reason: str) -> DecodeError:
    code, form = (
        (Mistake.NOT_MSGPACK, "MessagePack") if address.packed else (Mistake.NOT_JSON, "JSON")
    )
    text = f"{address.leaf}: not {form}: {reason}"
    fix = f"send {form}, or use the topic {'without' if address.packed else 'with'} .mp at its end"
    return DecodeError(code, text, fix=fix, source=address.device)


def _invalid(kind: Kind, reason: str, source: str) -> DecodeError:
    """Return the error of a payload that can be read and breaks the contract."""
    located = _LOCATED.fullmatch(reason)
    what = located["what"] if located else reason
    path = located["path"].removeprefix("$").removeprefix(".") if located else ""
    code, fix = _advice(kind, what)
    text = f"{path or kind.leaf}: {what[:1].lower()}{what[1:].replace('`', '')}"
    return DecodeError(code, text, fix=fix, source=source)


def _advice(kind: Kind, what: str) -> tuple[Mistake, str]:
    assert kind.message is not None, "only messages are validated"
    name = kind.message.__name__
    if "missing required field" in what:
        return (
            Mistake.MISSING_FIELD,
            f"add the field; {name} is in docs/contract/messages.schema.json",
        )
    if "unknown field" in what:
        return Mistake.UNKNOWN_FIELD, f"leave it out or correct its name; {name} is a closed type"
    if ", got `" in what:
        return Mistake.WRONG_TYPE, f"see {name} in docs/contract/messages.schema.json"
    return Mistake.BAD_VALUE, f"see the limits of {name} in docs/contract/messages.schema.json"


def _check_ids(address: Address, message: Message) -> None:
    """Refuse a message that speaks under another's name, or of another thing than its topic."""
    if message.sender != address.author:
        text = f"sender: {message.sender} is not {address.author}, whose topic this is"
        fix = "publish under your own id: nobody can speak for another"
        raise DecodeError(Mistake.WRONG_SENDER, text, fix=fix, source=address.device)
    named, expected = _subject(address, message)
    if named != expected:
        text = f"the message is about {named}, its topic about {expected}"
        fix = "put the same id in the topic and in the message"
        raise DecodeError(Mistake.WRONG_ID, text, fix=fix, source=address.device)


def _subject(address: Address, message: Message) -> tuple[str | None, str | None]:
    """Return what the message says it is about, and what its topic says."""
    match message:
        case Command():
            return message.actuator, address.device
        case AlertNotice():
            return message.alert, address.ref
        case TaskNotice():
            return message.task, address.ref
        case _:
            return None, None


def _slot(address: Address, payload: bytes) -> Slot | None:
    decoder = _MSGPACK_SLOT if address.packed else _JSON_SLOT
    try:
        slot = decoder.decode(payload)
    except (ValueError, RecursionError):
        return None
    return slot if slot.sender == address.author else None


def _line(text: str) -> str:
    """Return text of unknown origin as one printable line."""
    cleaned = "".join(letter if letter.isprintable() else "?" for letter in text[: LINE_MAX + 1])
    if not cleaned:
        return "?"
    return cleaned if len(cleaned) <= LINE_MAX else cleaned[: LINE_MAX - 1] + "…"


# --- The feed -------------------------------------------------------------------------------


def encode_frame(frame: Frame, form: Format) -> bytes:
    """Return a frame of the feed; JSON carries its tracks as rows that a person can read."""
    return _MSGPACK.encode(frame) if form == "msgpack" else _JSON.encode(_readable(frame))


def _readable(frame: Frame) -> JsonSnapshot | JsonDelta:
    shared = {name: getattr(frame, name) for name in frame.__struct_fields__ if name != "tracks"}
    tracks = rows(frame.tracks) if frame.tracks else ()
    if isinstance(frame, Snapshot):
        return JsonSnapshot(**shared, tracks=tracks)
    return JsonDelta(**shared, tracks=tracks)
