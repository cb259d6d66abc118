"""What guards everything that moves, whether the plan names an interlock for it or not."""

from hub.core.geometry import distance_to, points_of
from hub.core.planned.playbooks import PICTURE_AGE_MAX_S
from hub.core.response.command import CommandRecord
from hub.core.response.interlock import Interlocks
from hub.core.response.live_picture import LivePicture
from hub.core.rules.wording import line
from hub.core.site import (
    Actuator,
    Interlock,
    NotInPosture,
    Site,
    VehicleCanStop,
    ZoneClear,
)
from wire.labels import ActuatorAction, ActuatorKind, Posture
from wire.quantities import Identifier, Instant, Line

MOVERS = frozenset(
    {ActuatorKind.DOOR, ActuatorKind.TURNSTILE, ActuatorKind.GATE, ActuatorKind.BOLLARD}
)
"""What may hit, catch or keep somebody."""

# To unlock is not among them: it moves nothing, and it lets people go where they must.
MOVES = frozenset(
    {
        ActuatorAction.OPEN,
        ActuatorAction.CLOSE,
        ActuatorAction.RAISE,
        ActuatorAction.LOWER,
        ActuatorAction.LOCK,
    }
)
WAYS_OUT = frozenset({ActuatorKind.DOOR, ActuatorKind.TURNSTILE, ActuatorKind.GATE})
SHUTS = frozenset({ActuatorAction.CLOSE, ActuatorAction.LOCK})

# An actuator whose zone the plan does not name is guarded by the zones that it stands at.
REACH_M = 5.0


class Guards:
    """The interlocks that no plan has to name, and no plan can leave out."""

    def __init__(self, site: Site, interlocks: Interlocks) -> None:
        self._interlocks = interlocks
        self._actuators = {actuator.id: actuator for actuator in site.actuators}
        self._at = {actuator.id: _zones_at(actuator, site) for actuator in site.actuators}

    def reason_against(
        self,
        command: CommandRecord,
        interlocks: tuple[Interlock, ...],
        picture: LivePicture,
        now_us: Instant,
        *,
        simulated: bool,
    ) -> Line | None:
        """Return why what moves must not move now, in words; None if it may."""
        planned = self._actuators.get(command.actuator)
        if planned is None or planned.kind not in MOVERS:
            return None
        reason = self._shuts_a_way_out(planned, command.action, picture)
        if reason is None and command.action in MOVES:
            reason = self._unseen(planned, interlocks, picture, now_us, simulated=simulated)
        return None if reason is None else line(reason)

    def _shuts_a_way_out(
        self, planned: Actuator, action: ActuatorAction, picture: LivePicture
    ) -> str | None:
        """Return that people leave by it now, if so: no door locks against an evacuation."""
        is_way_out = planned.escape_route and planned.kind in WAYS_OUT
        if not is_way_out or action not in SHUTS:
            return None
        # Every zone that it stands at: the plan may name the one on its other side.
        for zone in (planned.zone, *self._at[planned.id]):
            evacuating = NotInPosture(zone=zone, postures=(Posture.EVACUATING,))
            reason = self._interlocks.posture_against(evacuating, picture)
            if reason is not None:
                return f"{planned.name} is an escape route, and {reason}"
        return None

    def _unseen(
        self,
        planned: Actuator,
        interlocks: tuple[Interlock, ...],
        picture: LivePicture,
        now_us: Instant,
        *,
        simulated: bool,
    ) -> str | None:
        """Return that nobody sees now where it moves, if so."""
        zones = self._zones(planned, interlocks)
        if not zones:
            return f"the plan names no zone to look at before {planned.name} moves"
        reasons = (
            self._interlocks.unseen(zone, picture, PICTURE_AGE_MAX_S, now_us, simulated=simulated)
            for zone in zones
        )
        return next((reason for reason in reasons if reason is not None), None)

    def _zones(
        self, planned: Actuator, interlocks: tuple[Interlock, ...]
    ) -> tuple[Identifier, ...]:
        """Return where to look: its own zone, else its interlocks', else where it stands."""
        if planned.zone is not None:
            return (planned.zone,)
        looked_at = (ZoneClear, VehicleCanStop)
        guarded = (one.zone for one in interlocks if isinstance(one, looked_at))
        return tuple(dict.fromkeys(guarded)) or self._at[planned.id]


def _zones_at(actuator: Actuator, site: Site) -> tuple[Identifier, ...]:
    """Return the zones that an actuator stands at."""
    place = points_of([actuator.position])
    return tuple(
        zone.id
        for zone in site.zones
        if float(distance_to(points_of(zone.polygon), place)[0]) <= REACH_M
    )
