"""Says what an alert rests on at the instant it is raised: before tracks end and sensors move on.

Which sensors contributed how much, and which should have: whoever looked at the place with a fair
chance of detection and said nothing is named, and so is whoever should have looked and could not.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Final

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.dossier import (
    TRACKS_MAX,
    DossierRecord,
    measured,
    stated,
    thresholds,
    witness_of,
)
from hub.core.devices import Device, Devices
from hub.core.fusion.bangs import HEARING_M
from hub.core.fusion.fuser import Fuser
from hub.core.rules.condition import Condition
from hub.core.rules.taint import taint_of
from hub.core.rules.variant import posture_of
from hub.core.site import Place, Sensor, Site
from wire.coverage import PlaceCoverageView
from wire.feed import EastNorth
from wire.labels import Posture, SensorKind
from wire.quantities import Identifier, Instant, Line
from wire.review import Contribution, Dossier, Missed

# Who finds a person there at every other look should have seen it.
SHOULD_SEE: Final = 0.5
# What these rules say is about a device or the hub itself: nobody sees that from outside.
UNSEEN: Final = frozenset(
    {
        "silence",
        "tamper",
        "clock",
        "calibration",
        "coverage",
        "overflow",
        "gas",
        "team_lost",
        "team_zone",
        "actuator-fault",
        "actuator-mismatch",
    }
)


class Witness:
    """Writes the dossiers of one site's alerts."""

    def __init__(self, fuser: Fuser, devices: Devices, site: Site, plan_hash: Line = "") -> None:
        self._fuser = fuser
        self._devices = devices
        self.replan(site, plan_hash)

    def replan(self, site: Site, plan_hash: Line = "") -> None:
        """Go by an edited plan from now on."""
        self._rules = {rule.id: rule for rule in site.rules}
        self._names: dict[Identifier, Line] = {one.id: one.name for one in site.sensors}
        self._plan_hash = plan_hash or "unknown"

    def dossier(
        self,
        alert: AlertRecord,
        condition: Condition,
        now_us: Instant,
        postures: Mapping[Identifier, Posture] | None = None,
    ) -> DossierRecord:
        """Return what an alert rests on now."""
        rule = self._rules.get(alert.rule)
        posture = Posture.NORMAL if rule is None else posture_of(rule, postures or {})
        numbers = condition.tracks[:TRACKS_MAX]
        views = [view for one in numbers if (view := self._fuser.view(one, now_us)) is not None]
        contributions = measured({view.number: view.sources for view in views}, self._names)
        contributions += stated(
            condition.sensors, contributions, self._names, condition.observed_us
        )
        looks = self._looks(condition, now_us)
        return DossierRecord(
            alert=alert.id,
            dossier=Dossier(
                alert=alert.id,
                number=alert.number,
                at_us=now_us,
                priority=alert.priority,
                summary=alert.summary,
                rule=alert.rule,
                rule_kind=alert.rule_kind,
                thresholds=thresholds(rule, posture),
                posture=posture,
                plan=self._plan_hash,
                evidence=condition.evidence,
                at=_east_north(condition.place),
                sigma_m=condition.sigma_m,
                coverage=None if looks is None else looks.probability,
                tracks=tuple(witness_of(view) for view in views),
                tracks_left_out=len(condition.tracks) - len(views),
                contributions=tuple(contributions),
                missed=tuple(self._missed(condition, looks, contributions, now_us)),
                messages=alert.messages or (condition.cause,),
                simulated=alert.simulated,
                exercise=alert.exercise,
            ),
        )

    def _looks(self, condition: Condition, now_us: Instant) -> PlaceCoverageView | None:
        """Return who looks at the place, if what happened there can be seen."""
        if condition.place is None or condition.rule_kind in UNSEEN:
            return None
        return self._fuser.coverage.evidence(condition.place, now_us)

    def _missed(
        self,
        condition: Condition,
        looks: PlaceCoverageView | None,
        contributions: Iterable[Contribution],
        now_us: Instant,
    ) -> list[Missed]:
        """Return who should have seen or heard it and gave nothing, the likeliest first."""
        gave = {one.sensor for one in contributions}
        if looks is None or condition.place is None:
            return []
        if any(self._kind(sensor) is SensorKind.ACOUSTIC for sensor in gave):
            return self._deaf(condition, condition.place, gave, now_us)
        if not condition.tracks:
            return []  # A pressed button, a full square: no camera is asked for a track of it.
        return [
            Missed(
                sensor=look.sensor,
                name=self._names.get(look.sensor, look.sensor),
                probability=look.probability,
                watching=look.watching,
                looked_us=look.looked_us,
                note=look.note or "it looked, and reported nothing that fed these tracks",
            )
            for look in looks.looks
            if look.probability >= SHOULD_SEE
            and look.sensor not in gave
            and self._is_of(look.sensor, condition)
        ]

    def _deaf(
        self, condition: Condition, place: Place, gave: set[Identifier], now_us: Instant
    ) -> list[Missed]:
        """Return who stands within earshot of a sound and is not among those who heard it."""
        found = []
        for sensor, device in self._devices.sensors.items():
            if self._kind(sensor) is not SensorKind.ACOUSTIC or sensor in gave:
                continue
            apart_m = math.dist(_stand(device), place)
            if apart_m > HEARING_M or not self._is_of(sensor, condition):
                continue
            is_silent = device.last_us is None or device.is_silent(now_us)
            note = "it is silent" if is_silent else "it is among those who heard nothing like it"
            found.append((apart_m, sensor, is_silent, f"{apart_m:.0f} m away: {note}"))
        return [
            Missed(sensor=sensor, name=self._names[sensor], watching=not is_silent, note=note)
            for _, sensor, is_silent, note in sorted(found)
        ]

    def _is_of(self, sensor: Identifier, condition: Condition) -> bool:
        """Whether a sensor is made of what the alert is: a simulated one sees nothing real."""
        device = self._devices.sensors.get(sensor)
        return device is not None and taint_of(device) == taint_of(condition)

    def _kind(self, sensor: Identifier) -> SensorKind | None:
        device = self._devices.sensors.get(sensor)
        planned = None if device is None else device.planned
        return planned.kind if isinstance(planned, Sensor) else None


def _stand(device: Device) -> Place:
    return device.stand


def _east_north(place: Place | None) -> EastNorth | None:
    if place is None:
        return None
    return EastNorth(east_m=round(place[0], 2), north_m=round(place[1], 2))
