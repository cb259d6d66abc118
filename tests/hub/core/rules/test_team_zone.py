from hypothesis import given
from hypothesis import strategies as st

from hub.core.fusion.tracks import Rows, Tracks
from hub.core.rules.condition import Condition
from hub.core.rules.judge import Facts, TeamFact
from hub.core.rules.taint import Taint
from hub.core.rules.team_zone import HEARD_MAX_US, TeamZoneJudge
from hub.core.site import Area, Hours, Team, TeamZoneRule

SECOND = 1_000_000
START = 1_767_225_600 * SECOND
NO_TRACKS = Tracks(Rows())
ZONE = Area(
    id="gate",
    name="North gate",
    purpose="gate",
    polygon=((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)),
)
TEAMS = (Team(id="north", name="Team North"), Team(id="south", name="Team South"))


def a_judge(**changes: object) -> TeamZoneJudge:
    plain = {"id": "empty", "zone": "gate", "stay_min_s": 0.0, "clear_after_s": 0.0}
    return TeamZoneJudge(TeamZoneRule(**(plain | changes)), ZONE, TEAMS)  # type: ignore[arg-type]


def at(
    judge: TeamZoneJudge,
    second: float,
    east_m: dict[str, float],
    *,
    simulated: frozenset[str] = frozenset(),
) -> list[Condition]:
    now_us = START + round(second * SECOND)
    facts = {
        name: TeamFact(
            place=(east, 5.0), observed_us=now_us, taint=Taint(simulated=name in simulated)
        )
        for name, east in east_m.items()
    }
    return judge.second(Facts(teams=facts), NO_TRACKS, now_us)


def test_a_zone_that_its_team_leaves_is_a_condition_until_one_is_near() -> None:
    judge = a_judge()

    assert at(judge, 0, {"north": 5.0}) == []
    (begun,) = at(judge, 1, {"north": 50.0})
    (ended,) = at(judge, 2, {"south": 29.0})

    assert begun.summary == "No team is in or near North gate"
    assert (begun.zone, begun.place) == ("gate", (5.0, 5.0))
    assert (ended.key, ended.active) == ("empty", False)


def test_too_few_are_counted() -> None:
    (condition,) = at(a_judge(teams_min=2), 0, {"north": 5.0, "south": 500.0})

    assert condition.summary == "Only 1 of 2 teams near North gate"
    assert condition.evidence[2].value == "Team North"


def test_a_short_walk_is_no_absence() -> None:
    judge = a_judge(stay_min_s=60.0)
    at(judge, 0, {"north": 50.0})

    assert at(judge, 30, {"north": 5.0}) == []
    assert judge.next_wake_us is None
    at(judge, 31, {})
    assert len(judge.wake(NO_TRACKS, START + 91 * SECOND)) == 1
    assert len(judge.active()) == 1


def test_who_has_not_been_heard_may_be_anywhere() -> None:
    judge = a_judge()
    old = {"north": TeamFact(place=(5.0, 5.0), observed_us=START)}

    assert judge.second(Facts(teams=old), NO_TRACKS, START + HEARD_MAX_US) == []
    assert len(judge.second(Facts(teams=old), NO_TRACKS, START + HEARD_MAX_US + 1)) == 1


def test_a_simulated_team_guards_no_real_zone() -> None:
    judge = a_judge()

    (real,) = at(judge, 0, {"north": 50.0, "south": 5.0}, simulated=frozenset({"south"}))

    assert (real.key, real.simulated) == ("empty", False)


def test_on_a_site_that_is_played_the_zone_is_empty_in_play_only() -> None:
    judge = a_judge()

    (played,) = at(judge, 0, {"south": 50.0}, simulated=frozenset({"south"}))

    assert (played.key, played.simulated) == ("empty/simulated", True)


def test_outside_of_its_hours_nobody_has_to_be_there() -> None:
    assert at(a_judge(hours=Hours(start="08:00", end="18:00")), 0, {}) == []


def test_a_posture_may_want_more_teams() -> None:
    judge = a_judge()
    assert at(judge, 0, {"north": 5.0}) == []

    judge.adjust(TeamZoneRule(id="empty", zone="gate", teams_min=2, stay_min_s=0.0))

    assert len(at(judge, 1, {"north": 5.0})) == 1


@given(st.lists(st.floats(30.01, 34.99), max_size=40), st.booleans())
def test_standing_on_the_edge_is_not_coming_and_going(east: list[float], begun: bool) -> None:  # noqa: FBT001 - it is what is tried.
    judge = a_judge()
    at(judge, 0, {"north": 50.0 if begun else 5.0})

    for second, east_m in enumerate(east, start=1):
        assert at(judge, second, {"north": east_m}) == []

    assert len(judge.active()) == begun
