"""What a rule looks up in the plan, remembered: while that is the same, so is its judge."""

from typing import TypeVar

from hub.core.rules.track_table import SensorsOf
from hub.core.site import Actuator, Area, Offset, Sensor, Site, Team, Tripwire
from wire.quantities import Identifier

T = TypeVar("T")


class Basis:
    """The plan as one rule sees it. The plan's names were checked when it was read."""

    def __init__(self, site: Site, sensors_of: SensorsOf) -> None:
        self._site = site
        self.sensors_of = sensors_of
        self._seen: list[object] = []

    @property
    def seen(self) -> tuple[object, ...]:
        """Everything that was looked up."""
        return tuple(self._seen)

    def zone(self, name: Identifier) -> Area:
        """Return a zone."""
        return self._keep(next(zone for zone in self._site.zones if zone.id == name))

    def zones(self, name: Identifier | None = None) -> tuple[Area, ...]:
        """Return one zone, or where none is named all of them."""
        return self._keep(
            tuple(zone for zone in self._site.zones if name is None or zone.id == name)
        )

    def landmarks(self) -> tuple[Area, ...]:
        """Return what a place may be near to."""
        return self._keep((*self._site.zones, *self._site.buildings))

    def tripwire(self, name: Identifier) -> Tripwire:
        """Return a tripwire."""
        return self._keep(next(wire for wire in self._site.tripwires if wire.id == name))

    def sensors(self, names: tuple[Identifier, ...] = ()) -> tuple[Sensor, ...]:
        """Return the named sensors, or where none is named all of them."""
        return self._keep(tuple(s for s in self._site.sensors if not names or s.id in names))

    def expected(self, names: tuple[Identifier, ...] = ()) -> tuple[Sensor | Actuator, ...]:
        """Return the named devices, or where none is named all that should talk."""
        every: tuple[Sensor | Actuator, ...] = (*self._site.sensors, *self._site.actuators)
        if names:
            return self._keep(tuple(device for device in every if device.id in names))
        return self._keep(tuple(d for d in every if isinstance(d, Actuator) or d.expected))

    def actuator(self, name: Identifier | None) -> Actuator | None:
        """Return an actuator, or None where none is named."""
        return self._keep(next((one for one in self._site.actuators if one.id == name), None))

    def teams(self, names: tuple[Identifier, ...] = ()) -> tuple[Team, ...]:
        """Return the named teams, or where none is named all of them."""
        return self._keep(tuple(t for t in self._site.teams if not names or t.id in names))

    def offsets(self) -> tuple[Offset, ...]:
        """Return how far the site's own time is ahead of UTC, and from when on."""
        return self._keep(self._site.offsets)

    def _keep(self, thing: T) -> T:
        self._seen.append(thing)
        return thing
