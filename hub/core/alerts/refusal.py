"""The answer to an action that the hub does not carry out."""

from msgspec import Struct

from wire.quantities import Text


class Refusal(Struct, frozen=True, kw_only=True):
    """No, and why, and what would be allowed instead."""

    reason: Text
