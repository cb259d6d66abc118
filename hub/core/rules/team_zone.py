"""Too few teams are in or near a zone."""

from typing import Final

from hub.core.geometry import distance_to, points_of
from hub.core.rules.condition import Condition
from hub.core.rules.hours import is_in_hours
from hub.core.rules.judge import Facts, Judge
from hub.core.rules.reported import Reported
from hub.core.rules.taint import Taint
from hub.core.rules.track_table import TrackTable
from hub.core.rules.wording import evidence, line, listed
from hub.core.rules.zone_middle import middle_of
from hub.core.site import Area, Offset, Rule, Team, TeamZoneRule
from wire.ids import ulid
from wire.quantities import SECOND_US, Identifier, Instant

# Who has not been heard for longer may be anywhere: at a walk, 180 m away.
HEARD_MAX_US: Final = 120 * SECOND_US
# Who is there counts a little further out: standing on the edge is not coming and going.
KEPT_M: Final = 5.0


class TeamZoneJudge(Judge):
    """Judges one rule about teams in a zone: one condition for the zone, and for each taint."""

    def __init__(
        self,
        rule: TeamZoneRule,
        zone: Area,
        teams: tuple[Team, ...],
        offsets: tuple[Offset, ...] = (),
    ) -> None:
        self._rule = rule
        self._zone = zone
        self._polygon = points_of(zone.polygon)
        self._names = {team.id: team.name for team in teams}
        self._offsets = offsets
        self._there: set[Identifier] = set()
        self._reported = Reported(rule.stay_min_s, rule.clear_after_s)

    @property
    def next_wake_us(self) -> Instant | None:
        """When a delay is over."""
        return self._reported.next_wake_us

    def adjust(self, rule: Rule) -> None:
        """Judge by other settings of the same rule from now on."""
        assert isinstance(rule, TeamZoneRule)
        self._rule = rule
        self._reported.adjust(rule.stay_min_s, rule.clear_after_s)

    def active(self) -> list[Condition]:
        """Return whether too few are said to be there now."""
        return self._reported.active()

    def second(self, facts: Facts, tracks: TrackTable, now_us: Instant) -> list[Condition]:  # noqa: ARG002 - as every judge.
        """Judge who is in the zone or near it."""
        if not is_in_hours(self._rule.hours, now_us, self._offsets):
            return self._reported.follow([], now_us)
        heard = [
            name
            for name, fact in facts.teams.items()
            if name in self._names and now_us - fact.observed_us <= HEARD_MAX_US
        ]
        self._there = {name for name in heard if self._is_near(name, facts)}
        # A simulated team guards nothing real; where none is heard, the real zone is empty.
        taints = {facts.teams[name].taint for name in heard} | {Taint()}
        if heard and Taint() not in {facts.teams[name].taint for name in heard}:
            taints.discard(Taint())  # A site that is played through and through.
        found = [self._judge(taint, facts, now_us) for taint in sorted(taints)]
        return self._reported.follow([one for one in found if one is not None], now_us)

    def wake(self, tracks: TrackTable, now_us: Instant) -> list[Condition]:  # noqa: ARG002 - as every judge.
        """Judge whose delay is over."""
        return self._reported.wake(now_us)

    def _is_near(self, name: Identifier, facts: Facts) -> bool:
        reach_m = self._rule.near_m + (KEPT_M if name in self._there else 0.0)
        away = distance_to(self._polygon, points_of([facts.teams[name].place]))
        return float(away[0]) <= reach_m

    def _judge(self, taint: Taint, facts: Facts, now_us: Instant) -> Condition | None:
        there = sorted(name for name in self._there if facts.teams[name].taint == taint)
        if len(there) >= self._rule.teams_min:
            return None
        words = f"No team is in or near {self._zone.name}"
        if there:
            words = f"Only {len(there)} of {self._rule.teams_min} teams near {self._zone.name}"
        return Condition(
            key=taint.key(self._rule.id),
            rule=self._rule.id,
            rule_kind="team_zone",
            active=True,
            priority=self._rule.priority,
            summary=self._rule.summary or line(words),
            zone=self._zone.id,
            zone_name=self._zone.name,
            place=middle_of(self._zone),
            evidence=evidence(
                ("Zone", self._zone.name),
                ("Wanted", str(self._rule.teams_min)),
                ("There", listed(self._names[name] for name in there)),
            ),
            observed_us=now_us,
            cause=ulid(now_us, bytes(10)),
            simulated=taint.simulated,
            exercise=taint.exercise,
        )
