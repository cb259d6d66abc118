import re

import pytest
from msgspec import inspect

from wire.feed import LABELS
from wire.typescript import _expression, typescript


def test_the_labels_stand_in_the_order_of_the_column() -> None:
    line = next(line for line in typescript().split("\n") if "const LABELS" in line)

    assert re.findall(r'"(\w+)"', line) == list(LABELS)


def test_what_may_be_absent_has_a_question_mark_and_says_what_it_then_is() -> None:
    text = typescript()

    assert "    readonly silent?: boolean; // false" in text
    assert "    readonly sensors?: readonly string[]; // empty" in text
    assert "    readonly number: number;" in text


def test_a_frame_tells_its_kind_and_columns_are_bytes() -> None:
    text = typescript()

    assert '    readonly kind: "snapshot";' in text
    assert "    readonly east_m?: Uint8Array; // empty" in text
    assert "export type Frame = Snapshot | Delta;" in text
    assert "    readonly bounds: readonly [EastNorth, EastNorth];" in text


def test_what_travels_as_an_array_is_a_row_of_values_in_their_order() -> None:
    line = next(line for line in typescript().split("\n") if "type CrowdCell " in line)

    assert line.startswith("export type CrowdCell = readonly [column: number, row: number, ")
    assert "lost: boolean, sigma_flow_mps?: number, sigma_pressure?: number];" in line


def test_every_name_that_is_used_is_declared_once() -> None:
    text = re.sub(r"//.*|/\*\*.*?\*/", "", typescript(), flags=re.DOTALL | re.MULTILINE)
    declared = re.findall(r"export (?:interface|type) (\w+)", text)

    used = set(re.findall(r"\b[A-Z]\w*[a-z]\w*\b", re.sub(r'"[^"]*"', "", text)))

    assert len(declared) == len(set(declared))
    assert used - {"Uint8Array"} == set(declared)


def test_a_type_without_a_word_in_typescript_is_named() -> None:
    with pytest.raises(KeyError, match="DateTimeType"):
        _expression(inspect.DateTimeType())
