"""A camera is covered, out of focus, turned away or in the dark, or a device is tampered with."""

from typing import Final

from msgspec import Struct

from hub.core.fusion.bangs import Chain
from hub.core.rules.condition import Condition
from hub.core.rules.judge import Facts, Judge
from hub.core.rules.reported import Reported
from hub.core.rules.taint import Taint, taint_of
from hub.core.rules.track_table import TrackTable
from hub.core.rules.wording import clock, evidence, line
from hub.core.site import Place, Rule, Sensor, TamperRule
from wire.ids import ulid
from wire.labels import CueKind
from wire.messages import Cue
from wire.quantities import SECOND_US, Identifier, Instant, Ulid

VIEWS: Final = {
    CueKind.VIEW_COVERED: "its view is covered",
    CueKind.VIEW_DEFOCUSED: "its view is out of focus",
    CueKind.VIEW_MOVED: "it has been moved or turned away",
    CueKind.VIEW_DARK: "its view is dark",
    CueKind.TAMPER: "it is being tampered with",
}
"""What a device states of itself; the codes of its health's faults are the same words."""

# A device repeats a fault with each heartbeat, or says that the view is restored. A cue that
# neither confirms holds for this long: somebody who opened a box and closed it again was there.
CUE_HOLDS_US: Final = 60 * SECOND_US


class Stated(Struct, frozen=True, kw_only=True):
    """What a device said of itself in a cue."""

    kind: CueKind
    at_us: Instant
    cause: Ulid
    taint: Taint


class TamperJudge(Judge):
    """Judges one tamper rule: one condition a sensor."""

    def __init__(self, rule: TamperRule, sensors: tuple[Sensor, ...]) -> None:
        self._rule = rule
        self._sensors = {sensor.id: sensor for sensor in sensors}
        self._stated: dict[tuple[Identifier, CueKind], Stated] = {}
        self._reported = Reported(rule.stay_min_s, rule.clear_after_s)

    @property
    def next_wake_us(self) -> Instant | None:
        """When a delay is over."""
        return self._reported.next_wake_us

    def adjust(self, rule: Rule) -> None:
        """Judge by other settings of the same rule from now on."""
        assert isinstance(rule, TamperRule)
        self._rule = rule
        self._reported.adjust(rule.stay_min_s, rule.clear_after_s)

    def active(self) -> list[Condition]:
        """Return what is said to be tampered with now."""
        return self._reported.active()

    def cue(
        self,
        cue: Cue,
        place: Place | None,  # noqa: ARG002 - as every judge.
        sigma_m: float | None,  # noqa: ARG002 - as every judge.
        now_us: Instant,
        chain: Chain | None = None,  # noqa: ARG002 - as every judge.
    ) -> list[Condition]:
        """Take what a device states of itself. It is judged with the next second."""
        if cue.sender not in self._sensors:
            return []
        if cue.kind is CueKind.VIEW_RESTORED:
            for name, kind in tuple(self._stated):
                if name == cue.sender and kind is not CueKind.TAMPER:
                    del self._stated[name, kind]
        elif cue.kind in VIEWS:
            self._stated[cue.sender, cue.kind] = Stated(
                kind=cue.kind, at_us=now_us, cause=cue.id, taint=taint_of(cue)
            )
        return []

    def second(self, facts: Facts, tracks: TrackTable, now_us: Instant) -> list[Condition]:  # noqa: ARG002 - as every judge.
        """Judge what cues and health say together."""
        self._stated = {
            key: one for key, one in self._stated.items() if now_us - one.at_us < CUE_HOLDS_US
        }
        found = []
        for sensor in self._sensors.values():
            for taint, kinds in sorted(self._wrong(sensor, facts, now_us).items()):
                found.append(self._condition(sensor, taint, kinds, now_us))
        return self._reported.follow(found, now_us)

    def wake(self, tracks: TrackTable, now_us: Instant) -> list[Condition]:  # noqa: ARG002 - as every judge.
        """Judge whose delay is over."""
        return self._reported.wake(now_us)

    def _wrong(
        self, sensor: Sensor, facts: Facts, now_us: Instant
    ) -> dict[Taint, dict[CueKind, Ulid]]:
        """Return what is wrong with a sensor's view now, and the message that says so."""
        wrong: dict[Taint, dict[CueKind, Ulid]] = {}
        for (name, kind), one in self._stated.items():
            if name == sensor.id:
                wrong.setdefault(one.taint, {})[kind] = one.cause
        fact = facts.sensors.get(sensor.id)
        for fault in () if fact is None else fact.faults:
            if fact is not None and fault.code in {kind.value for kind in VIEWS}:
                cause = ulid(now_us, bytes(10))
                wrong.setdefault(fact.taint, {}).setdefault(CueKind(fault.code), cause)
        return wrong

    def _condition(
        self, sensor: Sensor, taint: Taint, kinds: dict[CueKind, Ulid], now_us: Instant
    ) -> Condition:
        words = [VIEWS[kind] for kind in VIEWS if kind in kinds]
        return Condition(
            key=taint.key(f"{self._rule.id}/{sensor.id}"),
            rule=self._rule.id,
            rule_kind="tamper",
            active=True,
            priority=self._rule.priority,
            summary=self._rule.summary or line(f"{sensor.name}: {', '.join(words)}"),
            place=sensor.position,
            sensors=(sensor.id,),
            evidence=evidence(
                ("Sensor", sensor.name), ("What", ", ".join(words)), ("Since", clock(now_us))
            ),
            observed_us=now_us,
            cause=next(iter(kinds.values())),
            simulated=taint.simulated,
            exercise=taint.exercise,
        )
