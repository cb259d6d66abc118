"""The field teams of a site: where they are, who is there, and who is the nearest suitable."""

import math
from collections.abc import Collection, Iterable, Mapping
from typing import Final, Protocol

from msgspec import Struct

from hub.core.geometry import PLANE_M
from hub.core.rules.judge import TeamFact
from hub.core.rules.taint import Taint, taint_of
from hub.core.site import Place, Site, Team
from wire.geodesy import SiteFrame
from wire.labels import HealthState
from wire.messages import Health, Message, TeamPosition
from wire.quantities import SECOND_US, Identifier, Instant, Ulid
from wire.work import EastNorth, TeamView

# A phone in a pocket, on a mobile network, in a crowd that uses the same cells.
SILENT_AFTER_US: Final = 60 * SECOND_US
# Where a team was longer ago than this says little of how near it is; it counts as far away.
PLACE_AGE_MAX_US: Final = 600 * SECOND_US
# What nobody knows to be nearer.
FAR_M: Final = 20_000.0


class Known(Struct, kw_only=True):
    """What was heard of a team."""

    place: Place | None = None
    observed_us: Instant | None = None
    last_us: Instant | None = None
    state: HealthState | None = None
    taint: Taint = Taint()

    def heard(self, message: Message, now_us: Instant) -> None:
        """Take note that its device spoke."""
        self.last_us, self.taint = now_us, taint_of(message)


class Suited(Struct, frozen=True, kw_only=True):
    """A team that may be asked, and how far it is; None: nobody knows where it is."""

    team: Team
    distance_m: float | None = None


class Occupied(Protocol):
    """Whoever knows which team is on which task."""

    def of_team(self, team: Identifier, *, with_drills: bool = True) -> Ulid | None:
        """Return the task that a team is on, or is asked to take."""
        ...


class Teams:
    """The teams of a plan. What the plan does not name is not listened to."""

    def __init__(self, site: Site, frame: SiteFrame) -> None:
        self._frame = frame
        self._known: dict[Identifier, Known] = {}
        self.replan(site)

    def replan(self, site: Site) -> None:
        """Go on by an edited plan; a team that stays keeps its place."""
        self.plans = {team.id: team for team in site.teams}
        self._known = {name: self._known.get(name, Known()) for name in self.plans}

    # --- In -------------------------------------------------------------------------------------

    def position(self, message: TeamPosition, now_us: Instant) -> None:
        """Take where a team says it is, unless it has said something newer."""
        known = self._known.get(message.sender)
        if known is None:
            return
        known.heard(message, now_us)
        # A clock that is ahead must not keep later positions out.
        observed_us = min(message.observed_us, now_us)
        if known.observed_us is not None and observed_us < known.observed_us:
            return
        where = message.position
        place = self._frame.to_enu(where.lat_deg, where.lon_deg)
        if max(abs(place[0]), abs(place[1])) <= PLANE_M:
            known.place, known.observed_us = place, observed_us

    def health(self, message: Health, now_us: Instant) -> None:
        """Take how a team's device is; another device's is none of it."""
        known = self._known.get(message.sender)
        if known is not None:
            known.heard(message, now_us)
            known.state = message.state

    def heard(self, message: Message, now_us: Instant) -> None:
        """Take note that a team spoke, whatever it said."""
        known = self._known.get(message.sender)
        if known is not None:
            known.heard(message, now_us)

    # --- Out ------------------------------------------------------------------------------------

    def facts(self, now_us: Instant) -> Mapping[Identifier, TeamFact]:
        """Return where each team is that has ever said so, for the rules."""
        return {
            name: TeamFact(
                place=known.place, observed_us=min(known.observed_us, now_us), taint=known.taint
            )
            for name, known in self._known.items()
            if known.place is not None and known.observed_us is not None
        }

    def views(self, tasks: Occupied, now_us: Instant) -> tuple[TeamView, ...]:
        """Return the teams as operators see them."""
        return tuple(self._view(team, tasks, now_us) for team in self.plans.values())

    def name(self, team: Identifier) -> str:
        """Return a team's name, as people say it."""
        planned = self.plans.get(team)
        return team if planned is None else planned.name

    def taint(self, team: Identifier) -> Taint:
        """Return what a team is made of; one that was never heard of counts as real."""
        known = self._known.get(team)
        return Taint() if known is None else known.taint

    def is_heard(self, team: Identifier) -> bool:
        """Return whether a team's device has ever spoken."""
        known = self._known.get(team)
        return known is not None and known.last_us is not None

    def is_silent(self, team: Identifier, now_us: Instant) -> bool:
        """Return whether a team cannot be reached by its phone, as far as anybody can tell."""
        known = self._known.get(team)
        if known is None or known.last_us is None or known.state is HealthState.GOODBYE:
            return True
        return now_us - known.last_us > SILENT_AFTER_US

    def distance_m(self, team: Identifier, place: Place | None, now_us: Instant) -> float | None:
        """Return how far a team is from a place; None where nobody knows."""
        known = self._known.get(team)
        if known is None or known.place is None or known.observed_us is None or place is None:
            return None
        if now_us - known.observed_us > PLACE_AGE_MAX_US:
            return None
        return min(round(math.dist(known.place, place), 1), FAR_M)

    def suited(
        self,
        place: Place | None,
        skills: Collection[Identifier],
        taint: Taint,
        now_us: Instant,
        *,
        among: Iterable[Identifier] | None = None,
    ) -> list[Suited]:
        """Return the teams with all these skills and of the same world, the soonest there first.

        What is simulated is for simulated teams and what is real for real ones: nobody comes from
        a simulation. A team that takes part in an exercise is the first to be asked in one.
        """
        names = self.plans if among is None else [name for name in among if name in self.plans]
        suited = [
            Suited(team=self.plans[name], distance_m=self.distance_m(name, place, now_us))
            for name in names
            if set(skills) <= set(self.plans[name].skills)
            and self.taint(name).simulated == taint.simulated
        ]
        return sorted(suited, key=lambda one: self._rank(one, taint))

    def nearest(
        self,
        place: Place | None,
        skills: Collection[Identifier],
        tasks: Occupied,
        taint: Taint,
        now_us: Instant,
    ) -> Suited | None:
        """Return the team that is free, answers its phone and would be there first."""
        suited = self.suited(place, skills, taint, now_us)
        free = (
            one
            for one in suited
            if self.is_free(one.team.id, tasks, now_us, is_drill=taint.exercise)
        )
        return next(free, None)

    def is_free(
        self, team: Identifier, tasks: Occupied, now_us: Instant, *, is_drill: bool = False
    ) -> bool:
        """Return whether a team answers its phone and has nothing to do.

        Who is only in a drill leaves it for what is meant.
        """
        is_busy = tasks.of_team(team, with_drills=is_drill) is not None
        return not is_busy and not self.is_silent(team, now_us)

    def _rank(self, one: Suited, taint: Taint) -> tuple[bool, float, str]:
        far_m = FAR_M if one.distance_m is None else one.distance_m
        is_apart = self.taint(one.team.id).exercise != taint.exercise
        # Of two teams as far, the same one on every hub and in every replay.
        return is_apart, far_m / one.team.speed_mps, one.team.id

    def _view(self, team: Team, tasks: Occupied, now_us: Instant) -> TeamView:
        known = self._known[team.id]
        at = None
        if known.place is not None:
            at = EastNorth(east_m=round(known.place[0], 2), north_m=round(known.place[1], 2))
        return TeamView(
            id=team.id,
            name=team.name,
            skills=team.skills,
            call_sign=team.call_sign,
            at=at,
            last_us=known.observed_us,
            state=known.state,
            # A team that was never heard of has not fallen silent: its shift has not begun.
            silent=known.last_us is not None and self.is_silent(team.id, now_us),
            task=tasks.of_team(team.id, with_drills=False) or tasks.of_team(team.id),
            simulated=known.taint.simulated,
            exercise=known.taint.exercise,
        )
