import json
import math
from collections.abc import Iterator
from contextlib import suppress
from functools import singledispatch
from typing import TypeAlias, cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import inspect

from wire import topics
from wire.catalogue import KINDS, Kind, Party
from wire.codec import DecodeError, decode, encode
from wire.labels import Label
from wire.messages import Point, Scan, TrackFeature, TrackProperties, TracksSummary
from wire.quantities import Identifier, Line, Ulid, Unit

Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str | int | float | bool | None"
Broken: TypeAlias = "tuple[str, Tree]"

ULID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
NOW_US = 1_760_000_000_000_000
MESSAGE_KINDS = [kind for kind in KINDS if kind.message]
ANY_TREE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


# --- Every type of the contract, walked ------------------------------------------------------


def pattern_of(alias: object) -> str:
    described = inspect.type_info(alias)
    assert isinstance(described, inspect.StrType)
    assert described.pattern is not None
    return described.pattern


STRINGS = {
    pattern_of(Identifier): "cam-1",
    pattern_of(Ulid): ULID,
    pattern_of(Unit): "Cel",
    pattern_of(Line): "a line",
    None: "a text",
}


@singledispatch
def an_example(kind: inspect.Type) -> Tree:
    """Return a valid value of a type as the codec reads it, with every optional field filled."""
    raise AssertionError(kind)


@an_example.register
def _(kind: inspect.IntType) -> Tree:
    return int(kind.ge or 0)


@an_example.register
def _(kind: inspect.FloatType) -> Tree:
    assert kind.le is not None
    return float(kind.le)


@an_example.register
def _(kind: inspect.StrType) -> Tree:
    return STRINGS[kind.pattern]


@an_example.register
def _(_: inspect.BoolType) -> Tree:
    return True


@an_example.register
def _(kind: inspect.EnumType) -> Tree:
    return str(next(iter(kind.cls)).value)


@an_example.register
def _(kind: inspect.StructType) -> Tree:
    tag: dict[str, Tree] = {kind.tag_field: str(kind.tag)} if kind.tag_field else {}
    return tag | {field.name: an_example(field.type) for field in kind.fields}


@an_example.register
def _(kind: inspect.VarTupleType) -> Tree:
    return [an_example(kind.item_type)] * max(1, kind.min_length or 0)


@an_example.register
def _(kind: inspect.TupleType) -> Tree:
    return [an_example(item) for item in kind.item_types]


@an_example.register
def _(kind: inspect.UnionType) -> Tree:
    return an_example(kind.types[0])


@singledispatch
def broken(kind: inspect.Type, path: str) -> Iterator[Broken]:
    """Yield each way to break a type: the path that the error must name, and the broken value."""
    raise AssertionError(kind, path)


@broken.register
def _(kind: inspect.IntType, path: str) -> Iterator[Broken]:
    assert kind.ge is not None, f"{path} has no lower bound"
    assert kind.le is not None, f"{path} has no upper bound"
    yield from ((path, value) for value in (kind.ge - 1, kind.le + 1, 0.5, "1", True))


@broken.register
def _(kind: inspect.FloatType, path: str) -> Iterator[Broken]:
    lower = kind.ge if kind.ge is not None else kind.gt
    assert lower is not None, f"{path} has no lower bound: NaN would pass"
    assert kind.le is not None, f"{path} has no upper bound: NaN would pass"
    yield from ((path, value) for value in (lower - 1.0, kind.le * 1.5 + 1.0, "1", True))
    yield from ((path, value) for value in (math.nan, math.inf, -math.inf))
    if kind.gt is not None:
        yield path, float(kind.gt)


@broken.register
def _(kind: inspect.StrType, path: str) -> Iterator[Broken]:
    assert kind.pattern or kind.max_length, f"{path} has no bound"
    yield path, STRINGS[kind.pattern] + "x" * (kind.max_length or 50)
    yield path, 1
    if kind.pattern:
        yield from ((path, value) for value in ("", "a\nb", STRINGS[kind.pattern] + "\n"))


@broken.register
def _(_: inspect.BoolType, path: str) -> Iterator[Broken]:
    yield from ((path, value) for value in (1, "true"))


@broken.register
def _(_: inspect.EnumType, path: str) -> Iterator[Broken]:
    yield from ((path, value) for value in ("no such word", 1))


@broken.register
def _(kind: inspect.StructType, path: str) -> Iterator[Broken]:
    example = cast("dict[str, Tree]", an_example(kind))
    yield path, []
    yield path, {**example, "no_such_field": 1}
    if kind.tag_field:
        yield f"{path}.{kind.tag_field}", {**example, kind.tag_field: "no such tag"}
    for field in kind.fields:
        if field.required:
            yield path, {name: value for name, value in example.items() if name != field.name}
        for inner, value in broken(field.type, f"{path}.{field.name}"):
            yield inner, {**example, field.name: value}


@broken.register
def _(kind: inspect.VarTupleType, path: str) -> Iterator[Broken]:
    example = cast("list[Tree]", an_example(kind))
    assert kind.max_length is not None, f"{path} has no bound"
    yield path, {}
    yield path, example[:1] * (kind.max_length + 1)
    if kind.min_length:
        yield path, example[:-1]
    for inner, value in broken(kind.item_type, f"{path}[{len(example) - 1}]"):
        yield inner, [*example[:-1], value]


@broken.register
def _(kind: inspect.TupleType, path: str) -> Iterator[Broken]:
    example = cast("list[Tree]", an_example(kind))
    yield path, example[1:]
    for index, item in enumerate(kind.item_types):
        for inner, value in broken(item, f"{path}[{index}]"):
            yield inner, [*example[:index], value, *example[index + 1 :]]


@broken.register
def _(kind: inspect.UnionType, path: str) -> Iterator[Broken]:
    for member in kind.types:
        if not isinstance(member, inspect.NoneType):
            yield from broken(member, path)


def topic_of(kind: Kind) -> str:
    pattern = next(
        grant.filter
        for grant in topics.grants("square", kind.author, "cam-1")
        if grant.access == "write"
        and f"/{kind.family}" in grant.filter
        and (kind.leaf in grant.filter)
    )
    return pattern.replace("+", ULID if kind.family in {"alert", "task"} else "cam-1")


def an_example_of(kind: Kind) -> dict[str, Tree]:
    example = cast("dict[str, Tree]", an_example(inspect.type_info(kind.message)))
    return example | {"sender": topics.HUB if kind.author is Party.HUB else "cam-1"}


@pytest.mark.parametrize("kind", MESSAGE_KINDS, ids=topic_of)
def test_every_message_with_every_field_filled_survives_both_forms(kind: Kind) -> None:
    topic = topic_of(kind)
    payload = json.dumps(an_example_of(kind)).encode()

    message = decode(topic, payload, site="square")

    assert type(message) is kind.message
    assert decode(topic, encode(message)) == message
    assert decode(topics.packed(topic), encode(message, packed=True)) == message


@pytest.mark.parametrize("kind", MESSAGE_KINDS, ids=topic_of)
def test_every_limit_of_every_field_refuses_what_breaks_it_and_names_the_field(kind: Kind) -> None:
    topic = topic_of(kind)
    for path, value in broken(inspect.type_info(kind.message), ""):
        with pytest.raises(DecodeError) as caught:
            decode(topics.packed(topic), msgspec.msgpack.encode(value))

        error = caught.value
        assert error.text.startswith(f"{path.removeprefix('.') or kind.leaf}: "), (path, error)
        assert error.source in {"cam-1", topics.HUB}
        with pytest.raises(DecodeError):
            decode(topic, json.dumps(value).encode())


def test_the_largest_scan_of_the_contract_fits_in_its_payload() -> None:
    kind = next(kind for kind in KINDS if kind.leaf == "scan")
    example = an_example_of(kind)
    detections = cast("list[Tree]", example["detections"])
    filled = {**cast("dict[str, Tree]", detections[0]), "object_id": "x" * 64}

    payload = json.dumps({**example, "detections": [filled] * 1_000}).encode()

    assert len(payload) <= kind.payload_max
    assert isinstance(decode(topic_of(kind), payload), Scan)


def test_a_site_full_of_tracks_fits_in_its_payload_and_is_geojson() -> None:
    feature = TrackFeature(
        id=4_294_967_295,
        geometry=Point(coordinates=(-179.123456789012, -89.1234567890123)),
        properties=TrackProperties(
            label=Label.VEHICLE,
            speed_mps=12.3456789012345,
            heading_deg=359.123456789012,
            sigma_m=12.3456789012345,
            updated_us=NOW_US,
            simulated=True,
        ),
    )
    summary = TracksSummary(
        id=ULID,
        sender=topics.HUB,
        boot=ULID,
        seq=1,
        observed_us=NOW_US,
        sent_us=NOW_US,
        features=(feature,) * 20_000,
    )

    payload = encode(summary)

    assert decode(topics.tracks("square"), payload) == summary
    tree = json.loads(payload)
    assert tree["type"] == "FeatureCollection"
    assert tree["features"][0]["type"] == "Feature"
    assert tree["features"][0]["geometry"] == {
        "type": "Point",
        "coordinates": [-179.123456789012, -89.1234567890123],
    }


# --- Damage ----------------------------------------------------------------------------------


@given(data=st.data(), kind=st.sampled_from(MESSAGE_KINDS), packed=st.booleans())
def test_any_damage_to_a_good_payload_gives_a_message_or_a_decode_error(
    *, data: st.DataObject, kind: Kind, packed: bool
) -> None:
    topic = topics.packed(topic_of(kind)) if packed else topic_of(kind)
    tree = an_example_of(kind)
    payload = bytearray(msgspec.msgpack.encode(tree) if packed else json.dumps(tree).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(payload)))
        end = data.draw(st.integers(start, min(start + 8, len(payload))))
        payload[start:end] = data.draw(st.binary(max_size=8))

    with suppress(DecodeError):
        message = decode(topic, bytes(payload))
        assert decode(topic, encode(message, packed=packed)) == message


@given(st.data(), st.sampled_from(MESSAGE_KINDS), ANY_TREE)
def test_any_value_in_any_field_gives_a_message_or_a_decode_error(
    data: st.DataObject, kind: Kind, value: Tree
) -> None:
    tree = an_example_of(kind)
    field = data.draw(st.sampled_from(sorted(tree)))

    with suppress(DecodeError):
        message = decode(topic_of(kind), json.dumps(tree | {field: value}).encode())
        assert decode(topic_of(kind), encode(message)) == message
