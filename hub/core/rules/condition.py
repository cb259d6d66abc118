"""What a rule yields: something that is true now, or no longer."""

from msgspec import Struct

from hub.core.site import Place
from wire.feed import EvidenceLine
from wire.labels import Priority
from wire.quantities import DistanceM, Identifier, Instant, Line, Ulid


class Condition(Struct, frozen=True, kw_only=True):
    """Something true now (active) or no longer, with what it rests on.

    Alerts are raised and cleared by key. Real, simulated and exercise happenings never share a
    key: a simulated intruder must not hide a real one, nor a real one drive simulated things.
    """

    key: str
    rule: Identifier
    rule_kind: Identifier
    active: bool
    priority: Priority
    summary: Line
    zone: Identifier | None = None
    zone_name: Line | None = None
    place: Place | None = None
    sigma_m: DistanceM | None = None
    tracks: tuple[int, ...] = ()
    sensors: tuple[Identifier, ...] = ()
    evidence: tuple[EvidenceLine, ...] = ()
    observed_us: Instant  # When it became, or ceased to be, true in the world.
    cause: Ulid  # The message that showed it.
    latched: bool = False  # Its going does not end the alert: a person says when it is over.
    asks_again: bool = False  # It never went away, and wants a person anew.
    simulated: bool = False
    exercise: bool = False
