"""The contract for the dashboards: TypeScript types of the feed and of actions, as a text."""

import json
from enum import Enum

from msgspec import NODEFAULT, inspect

from wire import feed
from wire.actions import ActionRequest, AskKind
from wire.coverage import PlaceCoverageView
from wire.feed import (
    LABELS,
    ActionReply,
    Frame,
    JsonDelta,
    JsonSnapshot,
    TrackView,
)
from wire.plan import PlanDraft, PlanVersion, PlanView, TrialView
from wire.review import EvidenceView, HandoverView, KpiView, MethaneView

_HEAD = """\
// Made from wire/ by scripts/generate_contract.py: change it there.
// A field with a question mark is absent where it has the value that its comment names.
"""


def typescript() -> str:
    """Return the TypeScript types of everything a dashboard sends and receives."""
    roots = (
        Frame,
        JsonSnapshot,
        JsonDelta,
        TrackView,
        PlaceCoverageView,
        EvidenceView,
        KpiView,
        HandoverView,
        MethaneView,
        PlanView,
        PlanDraft,
        PlanVersion,
        TrialView,
        ActionRequest,
        ActionReply,
    )
    found: dict[str, str] = {}
    for root in inspect.multi_type_info(roots):
        _collect(root, found)
    unions = (
        f"export type Frame = {_expression(inspect.type_info(Frame))};",
        f"export type Ask = {_expression(inspect.type_info(AskKind))};",
    )
    return "\n".join([_HEAD, _constants(), *(found[name] for name in sorted(found)), *unions, ""])


def _constants() -> str:
    labels = ", ".join(json.dumps(label) for label in LABELS)
    flags = sorted(
        ((value, name) for name, value in vars(feed).items() if name.startswith("FLAG_"))
    )
    return "\n".join(
        [
            "/** The label column counts in this order. */",
            f"export const LABELS = [{labels}] as const satisfies readonly Label[];",
            "",
            "/** Bits of the flags column. */",
            *(f"export const {name} = {value};" for value, name in flags),
            "",
        ]
    )


def _collect(kind: inspect.Type, found: dict[str, str]) -> None:
    """Put the declaration of a type, and of all that it is made of, into `found` by name."""
    match kind:
        case inspect.StructType() if kind.cls.__name__ not in found:
            found[kind.cls.__name__] = _interface(kind)
            for field in kind.fields:
                _collect(field.type, found)
        case inspect.EnumType():
            found[kind.cls.__name__] = _union_of_words(kind.cls)
        case inspect.UnionType():
            for member in kind.types:
                _collect(member, found)
        case inspect.VarTupleType():
            _collect(kind.item_type, found)
        case inspect.TupleType():
            for member in kind.item_types:
                _collect(member, found)
        case _:
            pass


def _interface(kind: inspect.StructType) -> str:
    if kind.array_like:
        return _row(kind)
    lines = [_comment(kind.cls), f"export interface {kind.cls.__name__} {{"]
    if kind.tag_field is not None:
        lines.append(f"    readonly {kind.tag_field}: {json.dumps(kind.tag)};")
    lines.extend(f"    {_property(field)}" for field in kind.fields)
    return "\n".join([*lines, "}", ""])


def _row(kind: inspect.StructType) -> str:
    """Return a type that travels as an array: its values have places and no names."""
    places = ", ".join(
        f"{field.encode_name}{'' if field.required else '?'}: {_expression(field.type)}"
        for field in kind.fields
    )
    return f"{_comment(kind.cls)}\nexport type {kind.cls.__name__} = readonly [{places}];\n"


def _property(field: inspect.Field) -> str:
    expression = _expression(field.type)
    if field.required:
        return f"readonly {field.encode_name}: {expression};"
    return f"readonly {field.encode_name}?: {expression}; // {_default(field)}"


def _default(field: inspect.Field) -> str:
    if field.default is NODEFAULT or not isinstance(field.default, bool | int | float | str | None):
        return "empty"
    return json.dumps(field.default)


def _union_of_words(words: type[Enum]) -> str:
    union = " | ".join(json.dumps(word.value) for word in words)
    return f"{_comment(words)}\nexport type {words.__name__} = {union};\n"


def _comment(documented: type) -> str:
    return f"/** {(documented.__doc__ or '').strip()} */"


_WORDS: dict[type[inspect.Type], str] = {
    inspect.IntType: "number",
    inspect.FloatType: "number",
    inspect.StrType: "string",
    inspect.BoolType: "boolean",
    inspect.BytesType: "Uint8Array",
    inspect.NoneType: "null",
}


def _expression(kind: inspect.Type) -> str:
    match kind:
        case inspect.StructType() | inspect.EnumType():
            return kind.cls.__name__
        case inspect.VarTupleType():
            item = _expression(kind.item_type)
            return f"readonly {item}[]"
        case inspect.TupleType():
            return f"readonly [{', '.join(_expression(item) for item in kind.item_types)}]"
        case inspect.UnionType():
            return " | ".join(_expression(member) for member in kind.types)
        case _:
            # A type that is not here has no place in the contract yet: a KeyError names it.
            return _WORDS[type(kind)]
