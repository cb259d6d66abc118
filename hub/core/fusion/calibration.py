"""Self-calibration: each sensor's own errors, learnt from what several sensors see in common.

Scan by scan, one sensor's measurements are laid over another's, and what that says of both their
errors goes into one joint filter (`common_ground`). Here is what follows from it for each sensor:
how it stands, whether its scans are corrected, what operators see and what the journal keeps.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from msgspec import Struct, structs

from hub.core.fusion.calibration_record import CalibrationRecord, five, is_beyond, view_of
from hub.core.fusion.common_ground import CommonGround, Met
from hub.core.fusion.measurement import Measurements
from hub.core.fusion.neighbours import Sighting
from hub.core.fusion.residuals import Residuals
from hub.core.fusion.sensor_errors import ERROR_COUNT, Station, prior_sigma, righted_scan
from hub.core.fusion.stepping import Step, is_step
from hub.core.geometry import Floats, Indices
from hub.core.site import CalibrationRule, Place, Site
from wire.feed import CalibrationView
from wire.labels import CalibrationState
from wire.messages import SensorAbout
from wire.quantities import SECOND_US, Identifier, Instant, Line

SENSORS_MAX: Final = 200
"""A joint covariance of these is 8 MB; what else a site has stays as it was installed."""

# Whose velocity is known worse cannot be recognised by it, nor moved to another instant.
_SPEED_VARIANCE_MAX: Final = 0.6
_CLAIMED_MIN: Final = 0.5
# What was moved may be off by more than an installation ever was,
_MOVED: Final = 2.0
# and what a restarted hub remembers by less: the ties between sensors are not remembered.
_RESTORED: Final = 0.3
# Time that passes without anybody in common is no time of searching.
_SEARCH_STEP_MAX_US: Final = 2 * SECOND_US
# A pair that comes apart and agrees again at once was only hidden.
_REST_US: Final = 2 * SECOND_US
_KEEP_EVERY_US: Final = 60 * SECOND_US
_PAIRS_MAX: Final = 10_000_000  # What a Count holds: a month of a busy square.

_NO_ERRORS: Final = np.zeros(ERROR_COUNT)


class _Sensor(Struct, kw_only=True):
    """How one sensor's calibration stands."""

    name: Identifier
    index: int  # In the joint filter.
    since_us: Instant
    surveyed: bool = False
    station: Station = Station()
    clock_sigma_us: int = 0
    applied: Floats = _NO_ERRORS  # To its latest scan,
    stepped: Floats = _NO_ERRORS  # and to those that the tracks rest on.
    state: CalibrationState = CalibrationState.LEARNING
    settled: bool = False  # Known once since it was reset: its scans are corrected.
    pair_count: int = 0
    held_by: Line | None = None
    searching_us: int = 0  # For how long it was compared with others in vain,
    searched_us: int = 0  # and when last.
    doubted_us: int = 0  # When it came apart from the others; 0: it fits.
    kept: CalibrationRecord | None = None  # By the journal.
    kept_us: int = 0

    def sigma(self) -> Floats:
        """Return one standard deviation of its errors before anything is learnt."""
        return prior_sigma(surveyed=self.surveyed, clock_sigma_us=self.clock_sigma_us)


class Calibration:
    """The calibration of one site's sensors."""

    def __init__(self, site: Site) -> None:
        rules = [rule for rule in site.rules if isinstance(rule, CalibrationRule)]
        self._limits = rules[0] if rules else CalibrationRule(id="calibration")
        self._surveyed = {sensor.id: sensor.surveyed for sensor in site.sensors}
        self._abouts: dict[Identifier, tuple[Station, int]] = {}
        self._sensors: dict[Identifier, _Sensor] = {}
        self._in_order: list[_Sensor] = []
        self._ground = CommonGround()
        self._steps: list[Step] = []

    # --- The flow of scans --------------------------------------------------------------------

    def about(self, about: SensorAbout, place: Place) -> None:
        """Learn where a sensor stands, and how good it says that its clock is."""
        height_m = about.pose.height_m if about.camera is not None else 0.0
        station = Station(place=place, height_m=height_m)
        self._abouts[about.sender] = station, about.clock_sigma_us
        sensor = self._sensors.get(about.sender)
        if sensor is not None:
            sensor.station, sensor.clock_sigma_us = station, about.clock_sigma_us
            self._ground.stand(sensor.index, station)

    def corrected(self, seen: Measurements, now_us: Instant) -> Measurements:
        """Return a scan without its sensor's errors, as far as they are known."""
        sensor = self._sensors.get(seen.sensor)
        if sensor is None and len(seen.mean):
            sensor = self._add(seen.sensor, now_us)
        if sensor is None:
            return seen
        sensor.applied = self._ground.errors.errors(sensor.index) if sensor.settled else _NO_ERRORS
        change = sensor.applied - sensor.stepped
        if is_step(sensor.station, change):
            self._steps.append(Step(sensor=sensor.name, station=sensor.station, change=change))
            sensor.stepped = sensor.applied
        if not sensor.settled:
            return seen
        return righted_scan(seen, sensor.station, sensor.applied)

    def steps(self) -> list[Step]:
        """Return, once, which corrections have made a step: the tracks must step along."""
        steps, self._steps = self._steps, []
        return steps

    def observe(self, residuals: Residuals, now_us: Instant) -> None:
        """Learn from the measurements of a scan that belong to tracks."""
        sensor = self._sensors.get(residuals.sensor)
        usable = np.flatnonzero(
            (residuals.velocity_variance <= _SPEED_VARIANCE_MAX)
            & (residuals.claimed >= _CLAIMED_MIN)
        )
        if sensor is None or usable.size == 0:
            return
        sighting = Sighting(seen=_some(residuals, usable), applied=sensor.applied)
        met = self._ground.look(sensor.index, sighting, now_us)
        if met is not None:
            self._take(met, now_us)

    # --- What people ask --------------------------------------------------------------------------

    def view(self, name: Identifier) -> CalibrationView | None:
        """Return a sensor's calibration; None of one that has measured no place yet."""
        sensor = self._sensors.get(name)
        if sensor is None:
            return None
        return view_of(self._record(sensor), tilts=sensor.station.tilts)

    def freeze(self, name: Identifier, operator: Line, now_us: Instant, *, frozen: bool) -> str:
        """Hold a sensor's errors as they are, or let them go; return why not, or nothing."""
        sensor = self._sensors.get(name)
        if sensor is None:
            return self._unknown(name)
        if frozen is (sensor.held_by is not None):
            return f"the calibration of {name} is {'already' if frozen else 'not'} frozen"
        sensor.held_by = operator if frozen else None
        if frozen:
            self._ground.errors.hold(sensor.index)
        else:
            self._ground.errors.release(sensor.index)
        self._settle(sensor, now_us)
        return ""

    def reset(self, name: Identifier, now_us: Instant) -> str:
        """Forget a sensor's errors; return why not, or nothing."""
        sensor = self._sensors.get(name)
        if sensor is None:
            return self._unknown(name)
        sensor.held_by, sensor.settled = None, False
        sensor.pair_count = sensor.searching_us = sensor.doubted_us = 0
        self._ground.errors.release(sensor.index)
        self._ground.errors.forget(sensor.index, sensor.sigma())
        self._ground.part(sensor.index)
        sensor.state, sensor.since_us = CalibrationState.LEARNING, now_us
        sensor.kept_us = 0  # The journal must forget with it.
        return ""

    # --- What the journal keeps ---------------------------------------------------------------

    def due(self, now_us: Instant) -> Iterator[tuple[CalibrationRecord, bool]]:
        """Yield what the journal must keep now, and whether it is news or only newer."""
        for sensor in self._in_order:
            record, kept = self._record(sensor), sensor.kept
            if kept is None and record.state is CalibrationState.LEARNING:
                continue
            is_news = kept is None or (kept.state, kept.held_by) != (record.state, record.held_by)
            if is_news or (now_us - sensor.kept_us >= _KEEP_EVERY_US and record != kept):
                sensor.kept, sensor.kept_us = record, now_us
                yield record, is_news

    def restore(self, record: CalibrationRecord, now_us: Instant) -> None:
        """Begin with what the journal kept of a sensor, if it is still in the plan."""
        if record.sensor not in self._surveyed:
            return
        sensor = self._add(record.sensor, now_us)
        if sensor is None:
            return
        self._ground.errors.begin(sensor.index, np.array(record.errors), sensor.sigma() * _RESTORED)
        if record.held_by is not None:
            self._ground.errors.hold(sensor.index)
        sensor.settled, sensor.pair_count = record.settled, record.pair_count
        if record.settled:
            sensor.stepped = np.array(record.errors)  # There are no tracks yet.
        sensor.state, sensor.since_us = record.state, record.since_us
        sensor.held_by = record.held_by
        if record.state is CalibrationState.UNSETTLED:
            sensor.doubted_us = now_us
        sensor.kept, sensor.kept_us = record, now_us

    def _record(self, sensor: _Sensor) -> CalibrationRecord:
        return CalibrationRecord(
            sensor=sensor.name,
            state=sensor.state,
            since_us=sensor.since_us,
            errors=five(self._ground.errors.errors(sensor.index)),
            sigma=five(self._ground.errors.sigma(sensor.index)),
            settled=sensor.settled,
            pair_count=sensor.pair_count,
            held_by=sensor.held_by,
        )

    # --- What a comparison changes --------------------------------------------------------------

    def _take(self, met: Met, now_us: Instant) -> None:
        both = (self._in_order[met.one], self._in_order[met.other])
        for sensor in both:
            sensor.pair_count = min(sensor.pair_count + met.matched, _PAIRS_MAX)
            if met.in_vain:
                passed_us = min(now_us - sensor.searched_us, _SEARCH_STEP_MAX_US)
                sensor.searching_us += passed_us
                sensor.searched_us = now_us
        if met.apart:
            for sensor in self._blamed(both):
                self._doubt(sensor, now_us)
        for sensor in both:
            self._settle(sensor, now_us)

    def _blamed(self, both: tuple[_Sensor, _Sensor]) -> list[_Sensor]:
        """Return which of two sensors that came apart was moved, as far as others can tell."""
        suspects = [
            sensor for sensor in both if not sensor.held_by and not self._ground.fits(sensor.index)
        ]
        by_hand = [sensor for sensor in suspects if not sensor.surveyed]
        return by_hand or suspects

    def _doubt(self, sensor: _Sensor, now_us: Instant) -> None:
        """Let a sensor's errors be searched widely again, about where they were."""
        by_hand = prior_sigma(surveyed=False, clock_sigma_us=sensor.clock_sigma_us)
        errors = self._ground.errors
        errors.begin(sensor.index, errors.errors(sensor.index), by_hand * _MOVED)
        self._ground.part(sensor.index)
        sensor.doubted_us = now_us

    def _settle(self, sensor: _Sensor, now_us: Instant) -> None:
        """Bring a sensor's state up to date."""
        known = self._ground.is_known(sensor.index)
        if known:
            sensor.settled, sensor.searching_us = True, 0
            if now_us - sensor.doubted_us >= _REST_US:
                sensor.doubted_us = 0
        state = self._state(sensor)
        if state is not sensor.state:
            sensor.state, sensor.since_us = state, now_us

    def _state(self, sensor: _Sensor) -> CalibrationState:
        if sensor.held_by:
            return CalibrationState.FROZEN
        if sensor.doubted_us or sensor.searching_us > self._limits.settle_max_s * SECOND_US:
            return CalibrationState.UNSETTLED
        if not sensor.settled:
            return CalibrationState.LEARNING
        errors = self._ground.errors.errors(sensor.index)
        is_drifted = is_beyond(
            errors,
            self._limits,
            tilts=sensor.station.tilts,
            is_already=sensor.state is CalibrationState.DRIFTED,
        )
        return CalibrationState.DRIFTED if is_drifted else CalibrationState.STEADY

    # --- Sensors --------------------------------------------------------------------------------

    def _add(self, name: Identifier, now_us: Instant) -> _Sensor | None:
        if len(self._in_order) >= SENSORS_MAX:
            return None
        station, clock_sigma_us = self._abouts.get(name, (Station(), 0))
        surveyed = self._surveyed.get(name, False)
        sigma = prior_sigma(surveyed=surveyed, clock_sigma_us=clock_sigma_us)
        sensor = _Sensor(
            name=name,
            index=self._ground.add(sigma),
            since_us=now_us,
            surveyed=surveyed,
            station=station,
            clock_sigma_us=clock_sigma_us,
        )
        self._ground.stand(sensor.index, station)
        self._sensors[name] = sensor
        self._in_order.append(sensor)
        return sensor

    def _unknown(self, name: Identifier) -> str:
        if name in self._surveyed:
            return f"{name} has measured no place yet: there is nothing to calibrate"
        return f"the site has no sensor {name}"


def _some(residuals: Residuals, rows: Indices) -> Residuals:
    """Return some of the measurements."""
    if rows.size == len(residuals.number):
        return residuals
    return structs.replace(residuals, **{name: getattr(residuals, name)[rows] for name in _COLUMNS})


_COLUMNS: Final = tuple(
    name for name in Residuals.__struct_fields__ if name not in ("sensor", "observed_us")
)
