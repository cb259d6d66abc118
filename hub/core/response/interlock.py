"""What must be true in the live picture before a command leaves."""

from typing import assert_never

from hub.core.response.live_picture import LivePicture
from hub.core.response.stopping import too_near
from hub.core.response.zone_clear import occupied, stale
from hub.core.rules.wording import line
from hub.core.site import (
    ActuatorIs,
    Area,
    Interlock,
    NotInPosture,
    Site,
    VehicleCanStop,
    ZoneClear,
)
from wire.labels import Posture
from wire.quantities import DurationS, Identifier, Instant, Line

SITE = "site"
"""The name of the whole site among the postures."""


class Interlocks:
    """Judges the interlocks of a site's plan."""

    def __init__(self, site: Site) -> None:
        self._zones = {zone.id: zone for zone in site.zones}
        self._names = {actuator.id: actuator.name for actuator in site.actuators}

    def reason_against(
        self,
        interlocks: tuple[Interlock, ...],
        picture: LivePicture,
        now_us: Instant,
        *,
        simulated: bool = False,
        delay_s: DurationS = 0.0,
    ) -> Line | None:
        """Return the first reason that forbids, in words; None where all are true.

        `simulated` says that of the actuator: any other waits for eyes that are real. `delay_s`
        is what it needs from accepting a command to its full effect.
        """
        for interlock in interlocks:
            match interlock:
                case ZoneClear() | VehicleCanStop():
                    reason = self._in_zone(interlock, picture, now_us, simulated, delay_s)
                case NotInPosture():
                    reason = self.posture_against(interlock, picture)
                case ActuatorIs():
                    reason = self._other_actuator(interlock, picture, simulated)
                case _:  # pragma: no cover
                    assert_never(interlock)
            if reason is not None:
                return line(reason)
        return None

    def unseen(
        self,
        zone_id: Identifier,
        picture: LivePicture,
        age_max_s: DurationS,
        now_us: Instant,
        *,
        simulated: bool = False,
    ) -> str | None:
        """Return that nobody sees a zone of the plan now, if so."""
        zone = self._zones.get(zone_id)
        if zone is None:
            return f"the plan has no zone {zone_id} to look at"
        covered_us = picture.covered_in_play_us if simulated else picture.covered_us
        return stale(zone, covered_us, age_max_s, now_us)

    def posture_against(self, interlock: NotInPosture, picture: LivePicture) -> str | None:
        """Return which posture forbids, if one does."""
        for place in (SITE, *([interlock.zone] if interlock.zone is not None else [])):
            posture = picture.postures.get(place, Posture.NORMAL)
            if posture in interlock.postures:
                return f"{self._place(place)} is in the posture {posture}"
        return None

    def _in_zone(
        self,
        interlock: ZoneClear | VehicleCanStop,
        picture: LivePicture,
        now_us: Instant,
        simulated: bool,  # noqa: FBT001 - passed on by name above.
        delay_s: DurationS,
    ) -> str | None:
        age_max_s = interlock.picture_age_max_s
        reason = self.unseen(interlock.zone, picture, age_max_s, now_us, simulated=simulated)
        if reason is not None:
            return reason
        zone: Area = self._zones[interlock.zone]
        if isinstance(interlock, ZoneClear):
            return occupied(interlock, zone, picture.tracks, now_us)
        return too_near(interlock, zone, picture.tracks, now_us, delay_s)

    def _other_actuator(
        self,
        interlock: ActuatorIs,
        picture: LivePicture,
        simulated: bool,  # noqa: FBT001 - passed on by name above.
    ) -> str | None:
        """Return what is wrong with the actuator that must be somewhere first."""
        name = self._names.get(interlock.actuator, interlock.actuator)
        known = picture.actuators.get(interlock.actuator)
        if known is None:
            return f"{name} has never been heard of"
        if known.silent:
            return f"{name} is silent"
        if known.about.simulated and not simulated:
            return f"{name} is only simulated"
        position = picture.positions.get(interlock.actuator)
        if position is not interlock.position:
            now = "in an unknown position" if position is None else position
            return f"{name} must be {interlock.position} first, and is {now}"
        return None

    def _place(self, place: Identifier) -> str:
        if place == SITE:
            return "the site"
        zone = self._zones.get(place)
        return place if zone is None else zone.name
