import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import ValidationError, convert

from wire.ids import ENTROPY_BYTES, derived_id, time_of_us, ulid
from wire.quantities import Ulid

ENTROPY = bytes(range(ENTROPY_BYTES))
instants = st.integers(0, (1 << 48) * 1000 - 1)
entropies = st.binary(min_size=ENTROPY_BYTES, max_size=ENTROPY_BYTES)


def test_the_example_of_the_ulid_specification_comes_out_letter_by_letter() -> None:
    # 01ARZ3NDEKTSV4RRFFQ69G5FAV, of which the first ten letters are 1469922850259 ms.
    identity = ulid(1_469_922_850_259_000, bytes.fromhex("d6764c61efb99302bd5b"))

    assert identity == "01ARZ3NDEKTSV4RRFFQ69G5FAV"


@given(instants, entropies)
def test_every_ulid_is_valid_and_tells_its_instant_to_the_millisecond(
    at_us: int, entropy: bytes
) -> None:
    identity = ulid(at_us, entropy)

    assert convert(identity, Ulid) == identity
    assert time_of_us(identity) == at_us // 1000 * 1000


@given(instants, instants, entropies, entropies)
def test_ulids_sort_by_their_instant(first: int, second: int, one: bytes, other: bytes) -> None:
    if first // 1000 < second // 1000:
        assert ulid(first, one) < ulid(second, other)


@given(instants, st.lists(st.text()))
def test_a_derived_id_is_valid_repeatable_and_has_its_causes_time(
    at_us: int, parts: list[str]
) -> None:
    cause = ulid(at_us, ENTROPY)

    derived = derived_id(cause, *parts)

    assert convert(derived, Ulid) == derived
    assert derived == derived_id(cause, *parts)
    assert derived != cause
    assert time_of_us(derived) == time_of_us(cause)


def test_parts_are_kept_apart_and_causes_too() -> None:
    cause = ulid(5_000, ENTROPY)

    assert derived_id(cause, "ab", "c") != derived_id(cause, "a", "bc")
    assert derived_id(cause, "a") != derived_id(cause, "a", "")
    assert derived_id(cause, "a") != derived_id(ulid(5_000, bytes(10)), "a")


def test_an_id_with_a_newline_at_its_end_is_none() -> None:
    with pytest.raises(ValidationError):
        convert(ulid(0, ENTROPY) + "\n", Ulid)
