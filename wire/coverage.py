"""What the hub answers when asked who should have seen a place: evidence, not part of the feed."""

from wire.feed import EastNorth, View
from wire.quantities import Identifier, Instant, Line, Ratio


class LookView(View, frozen=True, kw_only=True):
    """One sensor whose field of view holds a place, and whether it would find somebody there."""

    sensor: Identifier
    probability: Ratio  # Of detection at one look; 0 where a building hides the place.
    watching: bool  # Only then does it count.
    looked_us: Instant | None = None  # When it looked last; None: never.
    note: Line | None = None  # Why it does not see the place.


class PlaceCoverageView(View, frozen=True, kw_only=True):
    """Who should see a place: the ground for "nobody was there" and for "nobody saw it"."""

    at: EastNorth
    at_us: Instant
    probability: Ratio  # That at least one look of those who watch now finds who is there.
    looks: tuple[LookView, ...] = ()  # The likeliest first.
