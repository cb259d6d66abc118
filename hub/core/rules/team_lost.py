"""A team on duty has not said where it is for too long."""

from hub.core.rules.condition import Condition
from hub.core.rules.hours import is_in_hours
from hub.core.rules.judge import Facts, Judge, TeamFact
from hub.core.rules.reported import Reported
from hub.core.rules.track_table import TrackTable
from hub.core.rules.wording import clock, evidence, line
from hub.core.site import Offset, Rule, Team, TeamLostRule
from wire.ids import ulid
from wire.quantities import SECOND_US, Instant


class TeamLostJudge(Judge):
    """Judges one rule about lost teams: one condition a team.

    A team that was never heard of is not on duty; one that said goodbye has no fact any more.
    """

    def __init__(
        self, rule: TeamLostRule, teams: tuple[Team, ...], offsets: tuple[Offset, ...] = ()
    ) -> None:
        self._rule = rule
        self._teams = teams
        self._offsets = offsets
        self._reported = Reported()

    def adjust(self, rule: Rule) -> None:
        """Judge by other settings of the same rule from now on."""
        assert isinstance(rule, TeamLostRule)
        self._rule = rule

    def active(self) -> list[Condition]:
        """Return which teams are said to be lost now."""
        return self._reported.active()

    def second(self, facts: Facts, tracks: TrackTable, now_us: Instant) -> list[Condition]:  # noqa: ARG002 - as every judge.
        """Judge when each team was last heard."""
        if not is_in_hours(self._rule.hours, now_us, self._offsets):
            return self._reported.follow([], now_us)
        heard = [(team, facts.teams[team.id]) for team in self._teams if team.id in facts.teams]
        patience_us = round(self._rule.silence_max_s * SECOND_US)
        return self._reported.follow(
            [
                self._condition(team, fact)
                for team, fact in heard
                if now_us - fact.observed_us >= patience_us
            ],
            now_us,
        )

    def _condition(self, team: Team, fact: TeamFact) -> Condition:
        return Condition(
            key=fact.taint.key(f"{self._rule.id}/{team.id}"),
            rule=self._rule.id,
            rule_kind="team_lost",
            active=True,
            priority=self._rule.priority,
            summary=self._rule.summary
            or line(f"Nothing heard of {team.name} for {self._rule.silence_max_s:g} s"),
            place=fact.place,
            evidence=evidence(
                ("Team", team.name),
                ("Last heard", clock(fact.observed_us)),
                ("Call sign", team.call_sign or ""),
            ),
            observed_us=fact.observed_us,
            cause=ulid(fact.observed_us, bytes(10)),
            simulated=fact.taint.simulated,
            exercise=fact.taint.exercise,
        )
