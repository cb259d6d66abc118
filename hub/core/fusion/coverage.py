"""Which ground is being looked at now, by whom, and how likely they find who is there.

A sensor watches while it looks often enough, is not broken, and does not say that its view is
blocked. What it sees of the ground is worked out once, when it says where it stands (`sight`);
what all see together, when one begins or ceases to watch.
"""

from typing import Final

import numpy as np
from msgspec import Struct

from hub.core.fusion.coverage_map import CoverageMap
from hub.core.fusion.detection_rate import DetectionRate
from hub.core.fusion.measurement import Unusable
from hub.core.fusion.sight import (
    DETECTS,
    PROBABILITY_MAX,
    Sight,
    fall_off,
    learnt,
    range_m,
    sees,
    sight_of,
)
from hub.core.fusion.walls import Eye, Walls
from hub.core.fusion.watch import Watch
from hub.core.fusion.zone_sight import ZoneSight
from hub.core.geometry import FieldOfViewArea, Flags, Floats, points_of
from hub.core.site import Area, Place
from wire.coverage import LookView, PlaceCoverageView
from wire.feed import CoverageView, EastNorth
from wire.labels import Label, SensorKind
from wire.messages import Cue, Health
from wire.quantities import Identifier, Instant

# A sensor whose field of view is hidden but for this stands where the plan has a building.
SEEN_SHARE_MIN: Final = 0.1
# The whole plane, for a plan without bounds.
_EVERYWHERE: Final = ((-10_000.0, -10_000.0), (10_000.0, 10_000.0))


class Stand(Struct, frozen=True, kw_only=True):
    """Where a sensor stands and what it is, as far as that decides what it sees."""

    area: FieldOfViewArea
    origin: Place
    height_m: float = 0.0
    kind: SensorKind = SensorKind.CAMERA
    labels: tuple[Label, ...] = ()  # That it can tell; none: all.

    @property
    def finds_people(self) -> bool:
        """Whether it looks at ground, and would tell of a person on it."""
        return self.kind in DETECTS and (not self.labels or Label.PERSON in self.labels)


class Gap(Struct, frozen=True, kw_only=True):
    """A zone of which a part is not watched."""

    zone: Identifier
    share: float  # Of its ground.
    place: Place  # In the middle of what is not watched.


class _Seer:
    """One sensor: where it stands, what it sees from there, and whether it watches."""

    def __init__(self) -> None:
        self.watch = Watch()
        self.real = Watch()  # The same, had nothing simulated ever spoken in its name.
        self.stand: Stand | None = None
        self.is_stand_real = False
        self.eye = Eye(east_m=0.0, north_m=0.0)
        self.model: Sight | None = None  # As the plan has it.
        self.sight: Sight | None = None  # As it was learnt, too.
        self.rate = DetectionRate((0.0, 0.0), (0.0, 0.0))
        self.was_at_fault = False

    def told(self, *, simulated: bool) -> tuple[Watch, ...]:
        """Return whom a message concerns."""
        return (self.watch,) if simulated else (self.watch, self.real)


class Coverage:
    """What the sensors of one site see of its ground."""

    def __init__(
        self,
        zones: tuple[Area, ...],
        buildings: tuple[Area, ...] = (),
        bounds: tuple[Place, Place] = _EVERYWHERE,
    ) -> None:
        self._walls = Walls(buildings)
        self._bounds = bounds
        self._seers: dict[Identifier, _Seer] = {}
        self._zones = ZoneSight(zones, self._walls)
        self._map = CoverageMap(bounds)
        self._renewed: dict[Identifier, None] = {}
        self._turn = 0  # Whose learning is taken over next.
        self._shown: tuple[Identifier, ...] | None = None

    # --- In -----------------------------------------------------------------------------------

    def see(
        self,
        sensor: Identifier,
        stand: Stand | None,
        scan_rate_hz: float = 0.0,
        *,
        simulated: bool = False,
    ) -> Unusable | None:
        """Learn where a sensor looks; return what is wrong with that, if anything is.

        One that does not say where is taken to see nothing.
        """
        seer = self._seer(sensor)
        seer.watch.expect(scan_rate_hz)
        seer.is_stand_real = not simulated or (seer.is_stand_real and stand == seer.stand)
        if stand == seer.stand:
            return None  # It said so before: devices repeat it at each start.
        if seer.stand is not None:
            seer.watch.forget()
            seer.real.forget()
        seer.stand, seer.model, seer.sight = stand, None, None
        self._renewed[sensor] = None
        self._shown = None
        if stand is None:
            self._zones.put(sensor, None)
            self._map.put(sensor, None)
            return None
        return self._look_around(sensor, seer, stand)

    def replan(self, zones: tuple[Area, ...]) -> None:
        """Go on with other zones: who sees what of them is worked out at once."""
        self._zones = ZoneSight(zones, self._walls)
        self._shown = None
        for sensor, seer in self._seers.items():
            if seer.stand is not None and seer.model is not None:
                self._zones.put(sensor, self._sees(seer, seer.stand))

    def scanned(
        self,
        sensor: Identifier,
        observed_us: Instant,
        now_us: Instant,
        *,
        simulated: bool = False,
    ) -> None:
        """Take note that a sensor looked."""
        for watch in self._seer(sensor).told(simulated=simulated):
            watch.looked(observed_us, now_us)

    def refused(self, sensor: Identifier, *, simulated: bool = False) -> None:
        """Take note that a sensor's looks are dated wrongly: those that pass may be old ones."""
        seer = self._seers.get(sensor)
        for watch in seer.told(simulated=simulated) if seer is not None else ():
            watch.unsteady()

    def health(self, health: Health) -> None:
        """Take note of how a sensor is."""
        seer = self._seer(health.sender)
        for watch in seer.told(simulated=health.simulated):
            watch.health(health)
        self._note_fault(health.sender, seer)

    def cue(self, cue: Cue, now_us: Instant) -> None:
        """Take note of what a sensor says about its own view, however long ago it said so."""
        seer = self._seer(cue.sender)
        for watch in seer.told(simulated=cue.simulated):
            watch.cue(cue, now_us)
        self._note_fault(cue.sender, seer)

    def looked(self, sensor: Identifier, places: Floats, detected: Flags) -> None:
        """Learn from one look at places where other sensors are sure that somebody is."""
        seer = self._seers.get(sensor)
        if seer is None or seer.model is None or len(places) == 0:
            return
        if seer.watch.fault is not None:
            return  # What a covered lens misses says nothing about the place.
        seer.rate.looked(places, seer.model.at(places), detected)

    # --- Out ----------------------------------------------------------------------------------

    def sight(self, sensor: Identifier) -> Sight | None:
        """Return what a sensor sees; None where its not seeing proves nothing."""
        seer = self._seers.get(sensor)
        return None if seer is None or seer.watch.fault is not None else seer.sight

    def take_renewed(self) -> tuple[Identifier, ...]:
        """Return the sensors whose sight is another than at the last call."""
        renewed = tuple(self._renewed)
        self._renewed.clear()
        return renewed

    def covered_us(self, *, simulated: bool = False) -> dict[Identifier, Instant]:
        """Return when each zone was last seen whole; a zone never seen whole is not in it.

        Only looks of sensors that have looked for a while count: one look misses people. What is
        simulated has seen nothing of the real ground, unless it is asked for.
        """
        looked_us = {
            sensor: seer.watch.steady_us if simulated else seer.real.steady_us
            for sensor, seer in self._seers.items()
            if seer.stand and (simulated or seer.is_stand_real)
        }
        return self._zones.covered_us(looked_us)

    def watching(self, now_us: Instant) -> tuple[Identifier, ...]:
        """Return the sensors that watch now and would tell of a person."""
        return tuple(
            sensor
            for sensor, seer in self._seers.items()
            if seer.stand is not None
            and seer.stand.finds_people
            and seer.watch.objection(now_us) is None
        )

    def gaps(self, now_us: Instant) -> tuple[Gap, ...]:
        """Return the zones of which a part is not watched now."""
        found = self._zones.unseen(self.watching(now_us))
        return tuple(Gap(zone=zone, share=share, place=place) for zone, share, place in found)

    def view(self, now_us: Instant) -> CoverageView | None:
        """Return where somebody would be seen now; None where that is as it was.

        Call it once a second: it also takes over what was learnt, a few sensors at a time.
        """
        self._take_over()
        watching = self.watching(now_us)
        if watching == self._shown:
            return None
        self._shown = watching
        return self._map.view(now_us, watching, self._zones.views(watching))

    def evidence(self, place: Place, now_us: Instant) -> PlaceCoverageView:
        """Return which sensors should have seen a place, how likely, and when each last looked."""
        at = points_of((place,))
        looks = [
            self._look(sensor, seer, seer.stand, at, now_us)
            for sensor, seer in self._seers.items()
            if seer.stand is not None
            and seer.stand.kind in DETECTS
            and seer.stand.area.contains(at)[0]
        ]
        looks.sort(key=lambda look: (-look.probability, not look.watching, look.sensor))
        missed = np.prod([1.0 - look.probability for look in looks if look.watching])
        return PlaceCoverageView(
            at=EastNorth(east_m=place[0], north_m=place[1]),
            at_us=now_us,
            probability=round(1.0 - float(missed), 4),
            looks=tuple(looks),
        )

    # --- The steps ----------------------------------------------------------------------------

    def _look_around(self, sensor: Identifier, seer: _Seer, stand: Stand) -> Unusable | None:
        """Work out what a sensor sees from where it stands."""
        east_m, north_m = stand.origin
        height_m = max(stand.height_m, 0.0)
        seer.eye = self._walls.placed(Eye(east_m=east_m, north_m=north_m, height_m=height_m))
        seer.model = seer.sight = sight = sight_of(
            stand.area,
            stand.origin,
            self._walls,
            height_m=height_m,
            kind=stand.kind,
            labels=stand.labels,
            bounds=self._bounds,
        )
        if sight is None:
            self._zones.put(sensor, None)
            self._map.put(sensor, None)
            return None
        seer.rate = DetectionRate(sight.low, sight.high)
        self._map.put(sensor, sight)
        self._zones.put(sensor, self._sees(seer, stand))
        return _walled_in(sensor, stand.area, sight)

    def _sees(self, seer: _Seer, stand: Stand) -> Flags:
        """Return which points of the zones a sensor sees."""
        points = self._zones.points
        return sees(stand.area, seer.eye, self._walls, points) & stand.finds_people

    def _note_fault(self, sensor: Identifier, seer: _Seer) -> None:
        """Let those who read sights know that one is blocked, or free again."""
        is_at_fault = seer.watch.fault is not None
        if is_at_fault != seer.was_at_fault:
            seer.was_at_fault = is_at_fault
            self._renewed[sensor] = None

    def _take_over(self) -> None:
        """Put what was learnt of one sensor into its sight, each sensor in its turn."""
        turns = len(self._seers)
        if turns == 0:
            return
        self._turn = (self._turn + 1) % turns
        sensor = list(self._seers)[self._turn]
        seer = self._seers[sensor]
        if seer.model is None or not seer.rate.has_news:
            return
        seer.sight = learnt(seer.model, seer.rate)
        self._map.put(sensor, seer.sight)
        self._renewed[sensor] = None
        self._shown = None

    def _look(
        self, sensor: Identifier, seer: _Seer, stand: Stand, at: Floats, now_us: Instant
    ) -> LookView:
        """Return what one sensor has to say of a place in its field of view."""
        hidden = bool(self._walls.hide(seer.eye, at)[0])
        objection = seer.watch.objection(now_us)
        probability = 0.0
        if not hidden:
            reach_m = np.hypot(*(at - stand.origin).T)
            model = DETECTS[stand.kind] * fall_off(reach_m, range_m(stand.area, stand.origin))
            probability = min(float((model * seer.rate.factor(at))[0]), PROBABILITY_MAX)
        return LookView(
            sensor=sensor,
            probability=round(probability, 3),
            watching=objection is None,
            looked_us=seer.watch.looked_us or None,
            note="a building stands between" if hidden else objection,
        )

    def _seer(self, sensor: Identifier) -> _Seer:
        return self._seers.setdefault(sensor, _Seer())


def _walled_in(sensor: Identifier, area: FieldOfViewArea, sight: Sight) -> Unusable | None:
    """Return that a sensor sees next to nothing of its field of view, if so."""
    in_view = int(area.contains(sight.middles()).sum())
    seen = np.count_nonzero(sight.probability)
    if seen >= SEEN_SHARE_MIN * in_view:
        return None
    return Unusable(
        code="walled_in",
        text=f"the plan's buildings hide all but {seen / in_view:.0%} of what {sensor} looks at",
        fix="correct the sensor's position and height, or the building's outline in site.toml",
        count=1,
    )
