"""ULIDs: from an instant and entropy, or derived from the message that caused them."""

from hashlib import blake2b

from wire.quantities import Ulid

ENTROPY_BYTES = 10
"""80 bits: the random part of a ULID."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_TIME_LETTERS = 10
_ENTROPY_LETTERS = 16


def ulid(at_us: int, entropy: bytes) -> Ulid:
    """Return the ULID of an instant and ten bytes of entropy."""
    assert len(entropy) == ENTROPY_BYTES, "a ULID has 80 bits of entropy"
    assert 0 <= at_us < (1 << 48) * 1000, "a ULID counts milliseconds in 48 bits"
    return _letters(at_us // 1000, _TIME_LETTERS) + _entropy_letters(entropy)


def derived_id(cause: Ulid, *parts: str) -> Ulid:
    """Return the id of what `cause` led to, so that two hubs and a replay name it the same.

    It sorts beside its cause: it has the cause's time, and the hash of cause and parts as entropy.
    """
    digest = blake2b(digest_size=ENTROPY_BYTES)
    for part in (cause, *parts):
        encoded = part.encode()
        # The length keeps ("ab", "c") and ("a", "bc") apart.
        digest.update(len(encoded).to_bytes(4, "big"))
        digest.update(encoded)
    return cause[:_TIME_LETTERS] + _entropy_letters(digest.digest())


def time_of_us(identity: Ulid) -> int:
    """Return the instant in a ULID, in microseconds rounded down to its millisecond."""
    value = 0
    for letter in identity[:_TIME_LETTERS]:
        value = value * 32 + _VALUES[letter]
    return value * 1000


def _entropy_letters(entropy: bytes) -> str:
    return _letters(int.from_bytes(entropy, "big"), _ENTROPY_LETTERS)


def _letters(value: int, count: int) -> str:
    return "".join(_ALPHABET[value >> (5 * place) & 31] for place in range(count - 1, -1, -1))
