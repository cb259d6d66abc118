"""A device's clock is wrong by more than fusion and evidence can bear."""

from hub.core.rules.condition import Condition
from hub.core.rules.judge import Facts, Judge, SensorFact
from hub.core.rules.reported import Reported
from hub.core.rules.track_table import TrackTable
from hub.core.rules.wording import evidence, line
from hub.core.site import ClockRule, Rule, Sensor
from wire.ids import ulid
from wire.quantities import SECOND_US, Identifier, Instant

# A fault that has been told ends only when the clock is this share within its limit.
KEPT_SHARE = 0.8


class ClockJudge(Judge):
    """Judges one clock rule: one condition a sensor."""

    def __init__(self, rule: ClockRule, sensors: tuple[Sensor, ...]) -> None:
        self._rule = rule
        self._sensors = sensors
        self._off: set[Identifier] = set()  # Beyond the limit, and not yet well within it again.
        self._reported = Reported(rule.stay_min_s, rule.clear_after_s)

    @property
    def next_wake_us(self) -> Instant | None:
        """When a delay is over."""
        return self._reported.next_wake_us

    def adjust(self, rule: Rule) -> None:
        """Judge by other settings of the same rule from now on."""
        assert isinstance(rule, ClockRule)
        self._rule = rule
        self._reported.adjust(rule.stay_min_s, rule.clear_after_s)

    def active(self) -> list[Condition]:
        """Return whose clock is said to be wrong now."""
        return self._reported.active()

    def second(self, facts: Facts, tracks: TrackTable, now_us: Instant) -> list[Condition]:  # noqa: ARG002 - as every judge.
        """Judge the smoothed delays, which hold each clock's error."""
        found = []
        for sensor in self._sensors:
            fact = facts.sensors.get(sensor.id)
            # Who says nothing is silent, which is another rule's: its last delay is no news.
            if fact is None or fact.delay_us is None or fact.silent:
                self._off.discard(sensor.id)
            elif self._is_off(sensor.id, fact.delay_us / SECOND_US):
                found.append(self._condition(sensor, fact, fact.delay_us / SECOND_US, now_us))
        return self._reported.follow(found, now_us)

    def wake(self, tracks: TrackTable, now_us: Instant) -> list[Condition]:  # noqa: ARG002 - as every judge.
        """Judge whose delay is over."""
        return self._reported.wake(now_us)

    def _is_off(self, sensor: Identifier, delay_s: float) -> bool:
        share = KEPT_SHARE if sensor in self._off else 1.0
        rule = self._rule
        is_off = delay_s > share * rule.behind_max_s or -delay_s > share * rule.ahead_max_s
        (self._off.add if is_off else self._off.discard)(sensor)
        return is_off

    def _condition(
        self, sensor: Sensor, fact: SensorFact, delay_s: float, now_us: Instant
    ) -> Condition:
        # The tenths change all the time, and nobody reads them.
        if delay_s < 0.0:
            words = f"{sensor.name} says what it sees {-delay_s:.0f} s before it happens"
            words = f"{words}: its clock is ahead" if delay_s <= -1.0 else _ahead(sensor)
        else:
            words = (
                f"What {sensor.name} says is {delay_s:.0f} s old: its clock or its link is behind"
            )
        return Condition(
            key=fact.taint.key(f"{self._rule.id}/{sensor.id}"),
            rule=self._rule.id,
            rule_kind="clock",
            active=True,
            priority=self._rule.priority,
            summary=self._rule.summary or line(words),
            place=sensor.position,
            sensors=(sensor.id,),
            evidence=evidence(
                ("Sensor", sensor.name),
                ("Observation to arrival", f"{delay_s:.2f} s"),
                ("Allowed", f"-{self._rule.ahead_max_s:g} s to {self._rule.behind_max_s:g} s"),
            ),
            observed_us=now_us,
            cause=ulid(now_us, bytes(10)),
            simulated=fact.taint.simulated,
            exercise=fact.taint.exercise,
        )


def _ahead(sensor: Sensor) -> str:
    return f"{sensor.name} says what it sees before it happens: its clock is ahead"
