"""A sensor's own errors are larger than an installation may be off, or do not come to rest."""

from typing import Final

from msgspec.structs import replace

from hub.core.rules.condition import Condition
from hub.core.rules.judge import Facts, Judge, Standing
from hub.core.rules.track_table import TrackTable
from hub.core.rules.wording import evidence, line
from hub.core.site import CalibrationRule, Rule, Sensor
from wire.feed import CalibrationView
from wire.ids import ulid
from wire.labels import CalibrationState
from wire.quantities import SECOND_US, Identifier, Instant

_ABNORMAL: Final = (CalibrationState.DRIFTED, CalibrationState.UNSETTLED)
_COMPASS: Final = (
    ("south-west", "west", "north-west"),
    ("south", "", "north"),
    ("south-east", "east", "north-east"),
)
# A direction is named with both words where the lesser part is this much of the greater one.
_BOTH_FROM: Final = 0.4


class CalibrationJudge(Judge):
    """Judges one calibration rule: one condition a sensor."""

    def __init__(self, rule: CalibrationRule, sensors: tuple[Sensor, ...]) -> None:
        self._sensors = sensors
        self._adopt(rule)
        self._abnormal_us: dict[Identifier, Instant] = {}  # Since when.
        self._said: dict[Identifier, Condition] = {}

    def adjust(self, rule: Rule) -> None:
        """Judge by other settings of the same rule from now on."""
        assert isinstance(rule, CalibrationRule)
        self._adopt(rule)

    def active(self) -> list[Condition]:
        """Return what is said to be wrong now."""
        return [condition for condition in self._said.values() if condition.active]

    def second(self, facts: Facts, tracks: TrackTable, now_us: Instant) -> list[Condition]:  # noqa: ARG002 - as every judge.
        """Judge how the sensors' calibrations stand."""
        standings = facts.standings
        return [
            condition
            for sensor in self._sensors
            if sensor.id in standings
            for condition in self._judge(sensor, standings[sensor.id], now_us)
        ]

    def _adopt(self, rule: CalibrationRule) -> None:
        self._rule = rule
        self._stay_us = round(rule.stay_min_s * SECOND_US)

    def _judge(self, sensor: Sensor, standing: Standing, now_us: Instant) -> list[Condition]:
        active = self._is_due(sensor, standing.calibration, now_us)
        condition = self._condition(sensor, standing, now_us, active=active)
        said = self._said.get(sensor.id)
        self._said[sensor.id] = condition
        if said is None:
            # A hub before this one may have said that it is wrong.
            return [condition]
        if said.key != condition.key and said.active:
            return [replace(said, active=False, observed_us=now_us), condition]
        is_news = said.active != active or (active and said.summary != condition.summary)
        if not is_news:
            self._said[sensor.id] = said
        return [condition] if is_news else []

    def _is_due(self, sensor: Sensor, calibration: CalibrationView, now_us: Instant) -> bool:
        """Return whether it is abnormal, and has been for as long as the rule wants."""
        if calibration.state not in _ABNORMAL:
            self._abnormal_us.pop(sensor.id, None)
            return False
        since_us = self._abnormal_us.setdefault(sensor.id, calibration.since_us or now_us)
        return now_us - since_us >= self._stay_us

    def _condition(
        self, sensor: Sensor, standing: Standing, now_us: Instant, *, active: bool
    ) -> Condition:
        calibration = standing.calibration
        return Condition(
            key=standing.taint.key(f"{self._rule.id}/{sensor.id}"),
            rule=self._rule.id,
            rule_kind="calibration",
            active=active,
            priority=self._rule.priority,
            summary=line(self._words(sensor, calibration)),
            place=sensor.position,
            sensors=(sensor.id,),
            evidence=evidence(
                ("Sensor", sensor.name),
                ("Displaced", _displaced(calibration)),
                ("Turned", _turned(calibration)),
                ("Tilted", _tilted(calibration)),
                ("Clock", _clock(calibration)),
                ("Rests on", f"{calibration.pair_count} measurements in common with others"),
            ),
            observed_us=now_us,
            cause=ulid(now_us, bytes(10)),
            simulated=standing.taint.simulated,
            exercise=standing.taint.exercise,
        )

    def _words(self, sensor: Sensor, calibration: CalibrationView) -> str:
        if calibration.state is CalibrationState.UNSETTLED:
            if calibration.pair_count:
                return f"{sensor.name} no longer agrees with its neighbours: it may have been moved"
            return f"{sensor.name} does not agree with its neighbours, and no correction makes it"
        rule, beyond = self._rule, []
        if (calibration.east_m**2 + calibration.north_m**2) ** 0.5 > rule.shift_max_m:
            beyond.append(f"displaced by {_displaced(calibration)}")
        if abs(calibration.yaw_deg) > rule.yaw_max_deg:
            beyond.append(f"turned by {_turned(calibration)}")
        if abs(calibration.pitch_deg) > rule.pitch_max_deg:
            beyond.append(f"tilted by {_tilted(calibration)}")
        if abs(calibration.clock_ms) > rule.clock_max_s * 1000.0:
            beyond.append(f"its clock {_clock(calibration)}")
        what = ", ".join(beyond) or "near its limit"
        return f"{sensor.name} is {what}: corrected, but look at its mounting"


def _displaced(calibration: CalibrationView) -> str:
    east_m, north_m = calibration.east_m, calibration.north_m
    greater = max(abs(east_m), abs(north_m))
    if greater == 0.0:
        return ""
    steps = [
        1 + (part > _BOTH_FROM * greater) - (part < -_BOTH_FROM * greater)
        for part in (east_m, north_m)
    ]
    return f"{(east_m**2 + north_m**2) ** 0.5:.1f} m {_COMPASS[steps[0]][steps[1]]}"


def _turned(calibration: CalibrationView) -> str:
    side = "clockwise" if calibration.yaw_deg > 0.0 else "anticlockwise"
    return f"{abs(calibration.yaw_deg):.1f} degrees {side}" if calibration.yaw_deg else ""


def _tilted(calibration: CalibrationView) -> str:
    side = "upwards" if calibration.pitch_deg > 0.0 else "downwards"
    return f"{abs(calibration.pitch_deg):.1f} degrees {side}" if calibration.pitch_deg else ""


def _clock(calibration: CalibrationView) -> str:
    side = "ahead" if calibration.clock_ms > 0.0 else "behind"
    return f"{abs(calibration.clock_ms) / 1000.0:.2f} s {side}" if calibration.clock_ms else ""
