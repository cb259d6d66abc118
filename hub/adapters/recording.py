"""What a recording holds and how: an MCAP file of every input, and of what became of it.

Inputs stand under the topic they came by. The recorder adds topics of its own: WAKE and RESTORE
for the moments at which the runner woke and restored the engine, EFFECT for what the engine
decided, OTHER for input by topics that are none of ours, and GAP where the disk was too slow.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

from hub.core.effects import Effect, Entry, Show
from hub.core.inputs import PlanEdited, Vitals
from hub.core.site import Site
from wire.actions import OperatorAction
from wire.quantities import Instant, Ulid
from wire.topics import TopicError, parse

PROFILE = "vedette"
FORMAT = "1"
"""Of the recording; another one is refused."""

WAKE = "hub/wake"
RESTORE = "hub/restore"
ACTION = "operator/action"
VITALS = "hub/vitals"
PLAN_EDITED = "hub/plan"
EFFECT = "hub/effect"
OTHER = "hub/other"
GAP = "hub/gap"

HEADER = "vedette"
SITE, PLAN, STANDING = "site.json", "site.toml", "standing.json"
"""Names of the metadata record and of the attachments."""


class Beginning(Struct, frozen=True, kw_only=True):
    """What an engine began with: all that a replay needs besides the inputs."""

    site: Site
    plan: str  # The site's file, word for word, for people.
    software: str
    boot: Ulid
    start_us: Instant
    standing: tuple[Entry, ...] = ()


class Other(Struct, frozen=True, kw_only=True):
    """Input by a topic that is none of ours."""

    topic: str
    payload: bytes


class Gap(Struct, frozen=True, kw_only=True):
    """From here on inputs and effects are missing: a replay is no longer the same."""

    dropped_count: int


class Shown(Struct, frozen=True, kw_only=True, tag="show"):
    """A frame of the picture by its digest: whole frames would be most of the file."""

    sha256: str


_LINE = msgspec.json.Encoder(order="deterministic")
_FRAME = msgspec.msgpack.Encoder(order="deterministic")


def effect_line(effect: Effect) -> bytes:
    """Return an effect as one line of JSON: equal effects give equal bytes."""
    if isinstance(effect, Show):
        digest = hashlib.sha256(_FRAME.encode(effect.delta)).hexdigest()
        return _LINE.encode(Shown(sha256=digest))
    return _LINE.encode(effect)


def digest_of(lines: Iterable[bytes]) -> str:
    """Return one number for all that an engine did."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line + b"\n")
    return digest.hexdigest()


class Form(Struct, frozen=True, kw_only=True):
    """How a channel's messages are written, for the tools that show them."""

    schema: type[Struct] | None
    encoding: str


def form_of(topic: str) -> Form | None:
    """Return how the payloads of a topic are written; None where the topic is none of ours."""
    own = _OWN.get(topic)
    if own is not None:
        return own
    try:
        address = parse(topic)
    except TopicError:
        return None
    return Form(schema=address.kind.message, encoding="msgpack" if address.packed else "json")


_OWN = {
    WAKE: Form(schema=None, encoding=""),
    RESTORE: Form(schema=None, encoding=""),
    ACTION: Form(schema=OperatorAction, encoding="json"),
    VITALS: Form(schema=Vitals, encoding="json"),
    PLAN_EDITED: Form(schema=PlanEdited, encoding="json"),
    EFFECT: Form(schema=None, encoding="json"),
    OTHER: Form(schema=Other, encoding="json"),
    GAP: Form(schema=Gap, encoding="json"),
}


def json_schema(message: type[Struct]) -> bytes:
    """Return a type's JSON Schema with the type itself on top, where viewers look for it."""
    schema: dict[str, Any] = msgspec.json.schema(message)
    definitions: dict[str, Any] = schema["$defs"]
    top: dict[str, Any] = definitions.pop(message.__name__)
    return msgspec.json.encode(top | {"$defs": definitions})
