import pytest
from field_world import (
    ALPHA,
    BRAVO,
    FAR,
    FRAME,
    MEDIC,
    NEAR,
    SECOND,
    START,
    a_health,
    a_position,
    a_receipt,
    a_site,
    some_teams,
)

from hub.core.response.team import FAR_M, PLACE_AGE_MAX_US, SILENT_AFTER_US, Teams
from hub.core.rules.taint import Taint
from wire.ids import ulid
from wire.labels import HealthState, ReceiptStatus
from wire.messages import Position

REAL = Taint()
TASK = ulid(START, b"task      ")


class Busy:
    def __init__(self, *teams: str) -> None:
        self._teams = teams

    def of_team(self, team: str, *, with_drills: bool = True) -> str | None:  # noqa: ARG002 - of the protocol.
        return TASK if team in self._teams else None


def test_the_nearest_free_team_with_the_skill_is_found() -> None:
    teams = some_teams()

    nearest = teams.nearest((0.0, 0.0), ("steward",), Busy(), REAL, START)
    other = teams.nearest((0.0, 0.0), ("steward",), Busy(ALPHA), REAL, START)
    medic = teams.nearest((0.0, 0.0), ("first-aid",), Busy(), REAL, START)
    nobody = teams.nearest((0.0, 0.0), ("fire",), Busy(), REAL, START)

    assert nearest is not None
    assert nearest.team.id == ALPHA
    assert nearest.distance_m == pytest.approx(10.0, abs=0.1)
    assert other is not None
    assert other.team.id == BRAVO
    assert medic is not None
    assert medic.team.id == MEDIC
    assert nobody is None


def test_a_simulated_team_is_only_for_what_is_simulated_and_the_other_way_round() -> None:
    teams = some_teams(simulated=True)

    assert teams.suited((0.0, 0.0), (), REAL, START) == []
    assert len(teams.suited((0.0, 0.0), (), Taint(simulated=True), START)) == 3
    assert some_teams().suited((0.0, 0.0), (), Taint(simulated=True), START) == []


def test_in_an_exercise_those_who_take_part_are_asked_first() -> None:
    teams = some_teams()
    teams.health(a_health(BRAVO, exercise=True), START)

    drill = teams.suited((0.0, 0.0), ("steward",), Taint(exercise=True), START)
    real = teams.suited((0.0, 0.0), ("steward",), REAL, START)

    assert [one.team.id for one in drill] == [BRAVO, ALPHA]
    assert [one.team.id for one in real] == [ALPHA, BRAVO]


def test_a_faster_team_is_there_first_from_further_away() -> None:
    north, south, medic = a_site().teams
    site = a_site(teams=(north, type(south)(id=BRAVO, name="Car", speed_mps=15.0), medic))

    (first, *_) = some_teams(site=site).suited((0.0, 0.0), (), REAL, START)

    assert first.team.id == BRAVO


def test_a_team_whose_place_is_old_counts_as_far_away() -> None:
    teams = some_teams()
    now_us = START + PLACE_AGE_MAX_US + 1
    teams.position(a_position(BRAVO, FAR, now_us), now_us)

    (first, second) = teams.suited((0.0, 0.0), ("steward",), REAL, now_us)

    assert (first.team.id, second.team.id, second.distance_m) == (BRAVO, ALPHA, None)


def test_a_team_that_says_nothing_or_goodbye_is_not_asked_by_phone() -> None:
    teams = some_teams()
    assert teams.is_free(ALPHA, Busy(), START + SILENT_AFTER_US)
    assert not teams.is_free(ALPHA, Busy(), START + SILENT_AFTER_US + 1)
    teams.heard(a_receipt(ALPHA, TASK, ReceiptStatus.READ, START + SECOND), START + SECOND)
    assert not teams.is_silent(ALPHA, START + SILENT_AFTER_US + SECOND)

    teams.health(a_health(ALPHA, START + SECOND, state=HealthState.GOODBYE), START + SECOND)

    assert teams.is_silent(ALPHA, START + SECOND)


def test_a_team_that_was_never_heard_of_has_not_fallen_silent_and_has_no_place() -> None:
    teams = Teams(a_site(), FRAME)

    (alpha, *_) = teams.views(Busy(ALPHA), START)

    assert not alpha.silent
    assert alpha.at is None
    assert alpha.task == TASK
    assert not teams.is_heard(ALPHA)
    assert teams.facts(START) == {}
    assert teams.distance_m(ALPHA, NEAR, START) is None
    assert teams.is_silent(ALPHA, START)


def test_a_team_is_shown_and_told_to_the_rules_where_it_said_last() -> None:
    teams = some_teams()
    teams.position(a_position(ALPHA, FAR, START - SECOND), START)  # It overtook the later one.

    (alpha, *_) = teams.views(Busy(), START)

    assert alpha.at is not None
    assert (alpha.at.east_m, alpha.at.north_m) == pytest.approx(NEAR, abs=0.01)
    assert teams.facts(START)[ALPHA].place == pytest.approx(NEAR, abs=0.01)


def test_a_clock_that_is_ahead_does_not_keep_later_positions_out() -> None:
    teams = some_teams()
    teams.position(a_position(ALPHA, FAR, START + 3600 * SECOND), START)

    teams.position(a_position(ALPHA, NEAR, START + SECOND), START + SECOND)

    assert teams.facts(START + SECOND)[ALPHA].place == pytest.approx(NEAR, abs=0.01)


def test_a_place_on_another_continent_is_no_place() -> None:
    teams = some_teams()
    away = Position(lat_deg=-30.0, lon_deg=120.0, sigma_east_m=3.0, sigma_north_m=3.0)

    teams.position(a_position(ALPHA, NEAR, START + SECOND, position=away), START + SECOND)

    distance_m = teams.distance_m(ALPHA, (0.0, 0.0), START)
    assert distance_m is not None
    assert distance_m < FAR_M


def test_who_is_not_in_the_plan_is_not_listened_to() -> None:
    teams = some_teams()
    teams.position(a_position("team-x", NEAR, START), START)
    teams.health(a_health("team-x"), START)
    teams.heard(a_health("team-x"), START)

    assert teams.name("team-x") == "team-x"
    assert teams.taint("team-x") == REAL
    assert {view.id for view in teams.views(Busy(), START)} == {ALPHA, BRAVO, MEDIC}


def test_an_edited_plan_keeps_where_its_teams_are() -> None:
    teams = some_teams()

    teams.replan(a_site(teams=a_site().teams[:1]))

    assert list(teams.facts(START)) == [ALPHA]
    assert teams.name(ALPHA) == "Stewards north"
