"""From what sensors say to the tracks of one site: everything between a scan and the rules."""

from typing import Final

import numpy as np
from msgspec import Struct

from hub.core.fusion.bangs import Bangs, Chain
from hub.core.fusion.calibration import Calibration
from hub.core.fusion.claims import Claims
from hub.core.fusion.corrections import Corrections
from hub.core.fusion.coverage import Coverage, Stand
from hub.core.fusion.crowd import Crowd
from hub.core.fusion.detail import detail
from hub.core.fusion.editor import Editor
from hub.core.fusion.measurement import Georeferencer, Measurements, Unusable
from hub.core.fusion.stepping import step_along
from hub.core.fusion.told import Told
from hub.core.fusion.tracker import Touched, Tracker
from hub.core.fusion.tracks import Tracks
from hub.core.fusion.trials import Trials, trial_of
from hub.core.geometry import Floats
from hub.core.site import Site
from wire.feed import LABELS, CrowdView, TrackView
from wire.geodesy import SiteFrame
from wire.labels import Label, SensorKind
from wire.messages import Cue, Health, Message, Reading, Scan, SensorAbout
from wire.quantities import Identifier, Instant

_DRONE: Final = LABELS.index(Label.DRONE)


class Fused(Struct, frozen=True, kw_only=True):
    """What one scan changed."""

    touched: Touched
    unusable: tuple[Unusable, ...] = ()


class Fuser:
    """The picture of one site as its sensors make it."""

    def __init__(self, site: Site, frame: SiteFrame) -> None:
        self.georeferencer = Georeferencer(frame)
        self.calibration = Calibration(site)
        self.tracker = Tracker(bounds=site.bounds)
        self.coverage = Coverage(site.zones, site.buildings, site.bounds)
        self._frame = frame
        self._abouts: dict[Identifier, SensorAbout] = {}
        self.crowd = Crowd(site)
        self.sound = Bangs(site, frame)
        self._kinds = {sensor.id: sensor.kind for sensor in site.sensors}
        self._trials = Trials()
        self.editor = Editor(self.tracker)
        self._told = Told(site.sensors, frame, self.tracker)

    @property
    def tracks(self) -> Tracks:
        """All tracks, as columns."""
        return self.tracker.tracks

    @property
    def corrections(self) -> Corrections:
        """What people corrected of the tracks."""
        return self.tracker.corrections

    @property
    def claims(self) -> Claims:
        """What things say of themselves."""
        return self._told.claims

    def replan(self, site: Site) -> None:
        """Go on with an edited plan's zones. All else of the plan stays as the picture began."""
        self.coverage.replan(site.zones)
        self.crowd.replan(site)

    def about(self, about: SensorAbout) -> tuple[Unusable, ...]:
        """Learn what a sensor is; return what of it cannot be used."""
        unusable = self.georeferencer.about(about)
        place = self._frame.to_enu(about.pose.lat_deg, about.pose.lon_deg)
        self.calibration.about(about, place)
        self.sound.about(about)
        self._abouts[about.sender] = about
        self._told.about(about)
        walled_in = self.coverage.see(
            about.sender, self._stand(about), about.scan_rate_hz, simulated=about.simulated
        )
        self._tell_sight(about)
        return tuple(one for one in (unusable, walled_in) if one is not None)

    def hear(self, message: Message, now_us: Instant) -> None:
        """Take note of how a sensor says that it is: one that is broken sees nothing."""
        if message.sender not in self._kinds:
            return
        if isinstance(message, Health):
            self.coverage.health(message)
        elif isinstance(message, Cue):
            self.coverage.cue(message, now_us)

    def scan(self, scan: Scan, now_us: Instant) -> Fused:
        """Take one scan."""
        self.coverage.scanned(scan.sender, scan.observed_us, now_us, simulated=scan.simulated)
        scan = self._told.measured(scan)
        measurements = self.calibration.corrected(self.georeferencer.measure(scan), now_us)
        step_along(self.tracker, self.calibration.steps(), now_us)
        self.crowd.looked(measurements)
        measurements = self.editor.led(self._told.weighed(measurements))
        touched = self.tracker.update(measurements, now_us)
        self._try_sight(measurements, touched)
        self.corrections.forget(touched.lost, now_us)
        if touched.residuals is not None:
            self.calibration.observe(touched.residuals, now_us)
        return Fused(touched=touched, unusable=measurements.refusals)

    def reading(self, reading: Reading, now_us: Instant) -> tuple[Unusable, ...]:
        """Take a sensor's value, if it is of use here; return why it cannot be used."""
        if self._kinds.get(reading.sender) is SensorKind.COUNTER:
            return self.crowd.reading(reading, now_us)
        if self._kinds.get(reading.sender) is SensorKind.WEATHER:
            self.sound.reading(reading)
        return ()

    def heard(self, cue: Cue, now_us: Instant) -> Chain | None:
        """Take a cue; return the bangs that it and others are of, if it is of a sound."""
        return self.sound.cue(cue, now_us)

    def crowded(self, now_us: Instant) -> CrowdView:
        """Return the crowd as a field, as it is now: once a second."""
        sights = {
            sensor: sight
            for sensor in self.coverage.watching(now_us)
            if (sight := self.coverage.sight(sensor)) is not None
        }
        return self.crowd.step(self.tracks, now_us, sights)

    def wake(self, now_us: Instant) -> Touched:
        """Do what time alone does."""
        for sensor in self.coverage.take_renewed():
            if sensor in self._abouts:
                self._tell_sight(self._abouts[sensor])
        touched = self.tracker.wake(now_us)
        self.corrections.forget(touched.lost, now_us)
        self._told.wake(now_us)
        return touched

    def view(self, number: int, now_us: Instant) -> TrackView | None:
        """Return all that is known of a track, or of what is only claimed; None if neither."""
        view = detail(self.tracker, self.claims, number, now_us)
        if view is not None:
            return view
        return self.claims.view(number, lambda places: self._radars_see(places, now_us))

    def sensors_of(self, number: int) -> tuple[Identifier, ...]:
        """Return the sensors that fed a track in the last seconds, most recent first."""
        return self.tracker.sensors_of(number)

    def _radars_see(self, places: Floats, now_us: Instant) -> Floats:
        """Return how surely a radar sees a drone there; cameras watch the ground below it."""
        hidden = np.ones(len(places))
        for sensor in self.coverage.watching(now_us):
            sight = self.coverage.sight(sensor)
            if sight is not None and self._kinds[sensor] is SensorKind.RADAR:
                hidden *= 1.0 - sight.at(places) * sight.label_share[_DRONE]
        return 1.0 - hidden

    def _try_sight(self, looked: Measurements, touched: Touched) -> None:
        """Let a look tell how well its sensor finds those of whom others are sure."""
        sight = self.coverage.sight(looked.sensor)
        if sight is None or not touched.used or not self._trials.is_due(looked):
            return
        index = self.tracker.index_of(looked.sensor)
        trial = trial_of(looked, index, sight, self.tracker.rows, touched.residuals)
        self.coverage.looked(looked.sensor, trial.places, trial.detected)

    def _tell_sight(self, about: SensorAbout) -> None:
        """Tell the tracker what a sensor sees, so that it knows what its not seeing proves."""
        self.tracker.see(about.sender, self.coverage.sight(about.sender))

    def _stand(self, about: SensorAbout) -> Stand | None:
        """Return what decides what a sensor sees; None where it is not known where it looks."""
        area, pose = self.georeferencer.area(about), about.pose
        if area is None:
            return None
        return Stand(
            area=area,
            origin=self._frame.to_enu(pose.lat_deg, pose.lon_deg),
            height_m=pose.height_m,
            kind=about.kind,
            labels=about.labels,
        )
