"""Every rule of a site, judged. A new kind of rule has its line in `judges`."""

from collections.abc import Mapping
from typing import Protocol, assert_never

from hub.core.fusion.bangs import Chain
from hub.core.rules.calibration import CalibrationJudge, Standing
from hub.core.rules.condition import Condition
from hub.core.rules.cue import CueJudge
from hub.core.rules.intrusion import IntrusionJudge
from hub.core.rules.silence import SilenceJudge
from hub.core.rules.track_table import Rows, SensorsOf, TrackTable
from hub.core.rules.tripwire import TripwireJudge
from hub.core.site import (
    Actuator,
    CalibrationRule,
    CueRule,
    IntrusionRule,
    Place,
    Sensor,
    SilenceRule,
    Site,
    TripwireRule,
)
from wire.messages import Cue, Message
from wire.quantities import Identifier, Instant, Ulid


class TrackJudge(Protocol):
    """A rule that judges tracks."""

    @property
    def next_wake_us(self) -> Instant | None:
        """When time alone changes something next."""
        ...

    def tracks(
        self, tracks: TrackTable, rows: Rows, now_us: Instant, cause: Ulid
    ) -> list[Condition]:
        """Judge the tracks that a scan has touched."""
        ...

    def wake(self, tracks: TrackTable, now_us: Instant) -> list[Condition]:
        """Judge what time alone has changed."""
        ...


class Judges:
    """All rules of a site. Every call returns the conditions that changed."""

    def __init__(self, site: Site, sensors_of: SensorsOf) -> None:
        self._of_tracks: list[TrackJudge] = []
        self._of_cues: list[CueJudge] = []
        self._of_silence: list[SilenceJudge] = []
        self._of_calibration: list[CalibrationJudge] = []
        zones = {zone.id: zone for zone in site.zones}
        wires = {wire.id: wire for wire in site.tripwires}
        for rule in site.rules:
            match rule:
                case IntrusionRule():
                    judge = IntrusionJudge(rule, zones[rule.zone], sensors_of)
                    self._of_tracks.append(judge)
                case TripwireRule():
                    self._of_tracks.append(TripwireJudge(rule, wires[rule.tripwire], sensors_of))
                case CueRule():
                    self._of_cues.append(CueJudge(rule, site))
                case SilenceRule():
                    self._of_silence.append(SilenceJudge(rule, _devices(rule, site)))
                case CalibrationRule():
                    sensors = [s for s in site.sensors if not rule.devices or s.id in rule.devices]
                    self._of_calibration.append(CalibrationJudge(rule, tuple(sensors)))
                case _:  # pragma: no cover
                    assert_never(rule)

    @property
    def next_wake_us(self) -> Instant | None:
        """When time alone changes something next."""
        due = [judge.next_wake_us for judge in self._of_tracks]
        due += [judge.next_wake_us for judge in self._of_cues]
        due += [judge.next_wake_us for judge in self._of_silence]
        return min((at_us for at_us in due if at_us is not None), default=None)

    def start(self, now_us: Instant) -> None:
        """Begin: a device that is never heard is silent from this instant."""
        for judge in self._of_silence:
            judge.start(now_us)

    def tracks(
        self, tracks: TrackTable, rows: Rows, now_us: Instant, cause: Ulid
    ) -> list[Condition]:
        """Judge the tracks that a scan has touched."""
        return [
            condition
            for judge in self._of_tracks
            for condition in judge.tracks(tracks, rows, now_us, cause)
        ]

    def cue(
        self,
        cue: Cue,
        place: Place | None,
        sigma_m: float | None,
        now_us: Instant,
        chain: Chain | None = None,
    ) -> list[Condition]:
        """Judge a sensor's statement, at the place where it or several together put it."""
        return [
            condition
            for judge in self._of_cues
            for condition in judge.cue(cue, place, sigma_m, now_us, chain)
        ]

    def heard(self, message: Message, now_us: Instant) -> list[Condition]:
        """Take note that a device spoke, whatever it said."""
        return [
            condition for judge in self._of_silence for condition in judge.heard(message, now_us)
        ]

    def calibration(
        self, standings: Mapping[Identifier, Standing], now_us: Instant
    ) -> list[Condition]:
        """Judge how the sensors' calibrations stand: once a second."""
        return [c for judge in self._of_calibration for c in judge.judge(standings, now_us)]

    def wake(self, tracks: TrackTable, now_us: Instant) -> list[Condition]:
        """Judge what time alone has changed."""
        changed = [c for judge in self._of_tracks for c in judge.wake(tracks, now_us)]
        changed += [c for judge in self._of_cues for c in judge.wake(now_us)]
        changed += [c for judge in self._of_silence for c in judge.wake(now_us)]
        return changed


def judges(site: Site, sensors_of: SensorsOf) -> Judges:
    """Return every rule of the site, ready to judge. The plan's names were checked on reading."""
    return Judges(site, sensors_of)


def _devices(rule: SilenceRule, site: Site) -> tuple[Sensor | Actuator, ...]:
    """Return the devices that a silence rule is about: named ones, or all that are expected."""
    every: tuple[Sensor | Actuator, ...] = (*site.sensors, *site.actuators)
    if rule.devices:
        return tuple(device for device in every if device.id in rule.devices)
    return tuple(device for device in every if isinstance(device, Actuator) or device.expected)
