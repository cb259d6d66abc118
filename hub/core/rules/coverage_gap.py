"""Nobody looks at enough of a zone that must be watched."""

from hub.core.rules.condition import Condition
from hub.core.rules.hours import is_in_hours
from hub.core.rules.judge import Facts, Judge
from hub.core.rules.reported import Reported
from hub.core.rules.taint import Taint
from hub.core.rules.track_table import TrackTable
from hub.core.rules.wording import evidence, line, listed
from hub.core.rules.zone_middle import middle_of
from hub.core.site import Area, CoverageRule, Offset, Rule
from wire.fields import ZoneCoverageView
from wire.ids import ulid
from wire.quantities import Instant


class CoverageJudge(Judge):
    """Judges one coverage rule: one condition for its zone."""

    def __init__(self, rule: CoverageRule, zone: Area, offsets: tuple[Offset, ...] = ()) -> None:
        self._rule = rule
        self._zone = zone
        self._offsets = offsets
        self._is_short = False
        self._reported = Reported(rule.stay_min_s, rule.clear_after_s)

    @property
    def next_wake_us(self) -> Instant | None:
        """When a delay is over."""
        return self._reported.next_wake_us

    def adjust(self, rule: Rule) -> None:
        """Judge by other settings of the same rule from now on."""
        assert isinstance(rule, CoverageRule)
        self._rule = rule
        self._reported.adjust(rule.stay_min_s, rule.clear_after_s)

    def active(self) -> list[Condition]:
        """Return whether the zone is said to be unwatched now."""
        return self._reported.active()

    def second(self, facts: Facts, tracks: TrackTable, now_us: Instant) -> list[Condition]:  # noqa: ARG002 - as every judge.
        """Judge how much of the zone is seen."""
        seen = next((one for one in facts.coverage if one.id == self._zone.id), None)
        if seen is None:
            return []  # It has not been worked out yet.
        limit = self._rule.seen_min + (self._rule.hysteresis if self._is_short else 0.0)
        self._is_short = seen.seen < limit and is_in_hours(self._rule.hours, now_us, self._offsets)
        found = [self._condition(seen, facts, now_us)] if self._is_short else []
        return self._reported.follow(found, now_us)

    def wake(self, tracks: TrackTable, now_us: Instant) -> list[Condition]:  # noqa: ARG002 - as every judge.
        """Judge whose delay is over."""
        return self._reported.wake(now_us)

    def _condition(self, seen: ZoneCoverageView, facts: Facts, now_us: Instant) -> Condition:
        # Watched by everything together: one simulated sensor makes it so.
        taint = Taint(
            simulated=any(fact.taint.simulated for fact in facts.sensors.values()),
            exercise=any(fact.taint.exercise for fact in facts.sensors.values()),
        )
        silent = sorted(name for name, fact in facts.sensors.items() if fact.silent)
        # In tenths: the last percent changes with every tree.
        share = f"{int(seen.seen * 10.0) * 10} %"
        return Condition(
            key=taint.key(self._rule.id),
            rule=self._rule.id,
            rule_kind="coverage",
            active=True,
            priority=self._rule.priority,
            summary=self._rule.summary
            or line(f"{self._zone.name} is not watched: hardly more than {share} of it is seen"),
            zone=self._zone.id,
            zone_name=self._zone.name,
            place=middle_of(self._zone),
            evidence=evidence(
                ("Zone", self._zone.name),
                ("Seen", f"{seen.seen:.0%}"),
                ("By two or more", f"{seen.doubly_seen:.0%}"),
                ("Wanted", f"{self._rule.seen_min:.0%}"),
                ("Silent sensors", listed(silent)),
            ),
            observed_us=now_us,
            cause=ulid(now_us, bytes(10)),
            simulated=taint.simulated,
            exercise=taint.exercise,
        )
