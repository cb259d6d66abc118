"""Anything that the contract allows: a hypothesis strategy for each of its types."""

from functools import cache
from typing import Any

from hypothesis import strategies as st
from msgspec import NODEFAULT, Struct, inspect

Strategy = st.SearchStrategy[Any]

# Long collections find nothing that short ones do not, and take their time.
ITEMS_MAX = 3
_TEXT = st.characters(exclude_categories=["Cs"])
_LINE = st.characters(exclude_categories=["Cs", "Cc"])


def any_of(kind: type[Struct], **fixed: Strategy) -> Strategy:
    """Return a strategy for a Struct of the contract; `fixed` says how to make some fields."""
    required = dict(fixed)
    optional: dict[str, Strategy] = {}
    for name, (strategy, has_default) in _fields(kind).items():
        if name not in fixed:
            (optional if has_default else required)[name] = strategy
    return st.fixed_dictionaries(required, optional=optional).map(lambda fields: kind(**fields))


@cache
def _fields(kind: type[Struct]) -> dict[str, tuple[Strategy, bool]]:
    """Return for each field how to make it, and whether it may be left out."""
    described = inspect.type_info(kind)
    assert isinstance(described, inspect.StructType)
    return {
        field.name: (
            _value(field.type),
            field.default is not NODEFAULT or field.default_factory is not NODEFAULT,
        )
        for field in described.fields
    }


def _value(described: inspect.Type) -> Strategy:  # noqa: C901, PLR0911 - one line a type.
    match described:
        case inspect.StructType():
            return any_of(described.cls)
        case inspect.EnumType():
            return st.sampled_from(described.cls)
        case inspect.UnionType():
            return st.one_of([_value(one) for one in described.types])
        case inspect.NoneType():
            return st.none()
        case inspect.BoolType():
            return st.booleans()
        case inspect.IntType():
            return _integers(described)
        case inspect.FloatType():
            return _floats(described)
        case inspect.StrType():
            return _strings(described)
        case inspect.VarTupleType():
            low, high = described.min_length or 0, described.max_length or ITEMS_MAX
            items = st.lists(
                _value(described.item_type), min_size=low, max_size=max(low, min(high, ITEMS_MAX))
            )
            return items.map(tuple)
        case inspect.TupleType():
            return st.tuples(*(_value(one) for one in described.item_types))
        case _:
            raise NotImplementedError(described)


def _integers(described: inspect.IntType) -> Strategy:
    assert described.ge is not None
    assert described.le is not None
    return st.integers(described.ge, described.le)


def _floats(described: inspect.FloatType) -> Strategy:
    low = described.ge if described.ge is not None else described.gt
    return st.floats(
        low,
        described.le,
        exclude_min=described.gt is not None,
        allow_nan=False,
        allow_infinity=False,
        allow_subnormal=False,
    )


def _strings(described: inspect.StrType) -> Strategy:
    if described.pattern is None:
        return st.text(_TEXT, max_size=min(described.max_length or 20, 20))
    if described.min_length is not None:
        return st.text(_LINE, min_size=described.min_length, max_size=described.max_length)
    pattern = described.pattern.removesuffix("(?!\\n)").removeprefix("^").removesuffix("$")
    return st.from_regex(pattern, fullmatch=True)
