"""A sensor or an actuator that should talk does not."""

from msgspec import Struct
from msgspec.structs import replace

from hub.core.rules.condition import Condition
from hub.core.rules.judge import Judge
from hub.core.rules.taint import Taint, taint_of
from hub.core.rules.track_table import TrackTable
from hub.core.rules.wording import clock, evidence, line
from hub.core.site import Actuator, Rule, Sensor, SilenceRule
from wire.ids import ulid
from wire.labels import HealthState
from wire.messages import ActuatorAbout, ActuatorState, Health, Message, SensorAbout
from wire.quantities import SECOND_US, Instant, Ulid


class Heard(Struct, kw_only=True):
    """When and how a device was last heard."""

    at_us: Instant
    cause: Ulid
    taint: Taint = Taint()
    ever: bool = False  # False: it counts from the start.
    goodbye: bool = False
    reported: Condition | None = None


class SilenceJudge(Judge):
    """Judges one silence rule: one condition a device."""

    next_wake_us: Instant | None = None

    def __init__(self, rule: SilenceRule, devices: tuple[Sensor | Actuator, ...]) -> None:
        self._devices = {device.id: device for device in devices}
        self._heard: dict[str, Heard] = {}
        self._adopt(rule)

    def adjust(self, rule: Rule) -> None:
        """Judge by other settings of the same rule from now on."""
        assert isinstance(rule, SilenceRule)
        self._adopt(rule)
        for heard in self._heard.values():
            self._wake_by(heard.at_us + self._silence_us)

    def active(self) -> list[Condition]:
        """Return who is silent now."""
        return [one.reported for one in self._heard.values() if one.reported is not None]

    def start(self, now_us: Instant) -> None:
        """Begin to wait for devices that were never heard."""
        cause = ulid(now_us, bytes(10))
        for device in self._devices:
            self._heard.setdefault(device, Heard(at_us=now_us, cause=cause))
        self._wake_by(now_us + self._silence_us)

    def heard(self, message: Message, now_us: Instant) -> list[Condition]:
        """Take note that a device spoke, whatever it said."""
        device = self._devices.get(message.sender)
        if device is None:
            return []
        before = self._heard.get(device.id)
        if before is not None and before.goodbye and _may_be_retained(message):
            return []
        after = Heard(at_us=now_us, cause=message.id, taint=taint_of(message), ever=True)
        self._heard[device.id] = after
        if isinstance(message, Health) and message.state is HealthState.GOODBYE:
            after.goodbye = True
            return self._fall_silent(device, before, after, now_us)
        self._wake_by(now_us + self._silence_us)
        if before is None or not before.ever:
            # A hub before this one may have said that it is silent.
            return [self._condition(device, after, now_us, active=False)]
        return _speaks_again(before, now_us)

    def wake(self, tracks: TrackTable, now_us: Instant) -> list[Condition]:  # noqa: ARG002 - as every judge.
        """Judge who has said nothing for too long."""
        if self.next_wake_us is None or now_us < self.next_wake_us:
            return []
        self.next_wake_us = None
        changed = []
        for device, heard in self._heard.items():
            if heard.reported is None and now_us - heard.at_us >= self._silence_us:
                changed += self._fall_silent(self._devices[device], None, heard, now_us)
            elif heard.reported is None:
                self._wake_by(heard.at_us + self._silence_us)
        return changed

    def _adopt(self, rule: SilenceRule) -> None:
        self._rule = rule
        self._silence_us = round(rule.silence_max_s * SECOND_US)

    def _wake_by(self, due_us: Instant) -> None:
        # Being heard only moves a device's own end further: the earliest known stays a bound.
        if self.next_wake_us is None or due_us < self.next_wake_us:
            self.next_wake_us = due_us

    def _fall_silent(
        self, device: Sensor | Actuator, before: Heard | None, heard: Heard, now_us: Instant
    ) -> list[Condition]:
        """Return that the device is silent, ending what was said of it under another taint."""
        said = before.reported if before is not None else None
        ended = _speaks_again(before, now_us) if before and before.taint != heard.taint else []
        heard.reported = self._condition(device, heard, now_us, active=True)
        is_news = said is None or bool(ended) or said.summary != heard.reported.summary
        return [*ended, heard.reported] if is_news else []

    def _condition(
        self, device: Sensor | Actuator, heard: Heard, now_us: Instant, *, active: bool
    ) -> Condition:
        """Return that a device is silent, or that it is not."""
        return Condition(
            key=heard.taint.key(f"{self._rule.id}/{device.id}"),
            rule=self._rule.id,
            rule_kind="silence",
            active=active,
            priority=self._rule.priority,
            summary=self._words(device, heard),
            place=device.position,
            sensors=(device.id,),
            evidence=evidence(
                ("Device", device.name),
                ("Last heard", clock(heard.at_us) if heard.ever else "not since the hub's start"),
                ("Last word", "goodbye" if heard.goodbye else ""),
            ),
            observed_us=now_us,
            cause=heard.cause,
            simulated=heard.taint.simulated,
            exercise=heard.taint.exercise,
        )

    def _words(self, device: Sensor | Actuator, heard: Heard) -> str:
        if heard.goodbye:
            return line(f"{device.name} has gone offline")
        return line(f"{device.name} has said nothing for {self._rule.silence_max_s:g} s")


def _may_be_retained(message: Message) -> bool:
    """Return whether a broker may have kept this from before the goodbye."""
    return isinstance(message, SensorAbout | ActuatorAbout | ActuatorState)


def _speaks_again(before: Heard, now_us: Instant) -> list[Condition]:
    """Return that the silence is over, if there was one."""
    if before.reported is None:
        return []
    return [replace(before.reported, active=False, observed_us=now_us)]
