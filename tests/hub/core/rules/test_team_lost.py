from hub.core.fusion.tracks import Rows, Tracks
from hub.core.rules.condition import Condition
from hub.core.rules.judge import Facts, TeamFact
from hub.core.rules.taint import Taint
from hub.core.rules.team_lost import TeamLostJudge
from hub.core.site import Hours, Team, TeamLostRule

SECOND = 1_000_000
START = 1_767_225_600 * SECOND
NO_TRACKS = Tracks(Rows())
NORTH = Team(id="north", name="Team North", call_sign="N 1")


def a_judge(**changes: object) -> TeamLostJudge:
    return TeamLostJudge(TeamLostRule(id="lost", **changes), (NORTH,))  # type: ignore[arg-type]


def at(judge: TeamLostJudge, second: float, heard: dict[str, float]) -> list[Condition]:
    facts = {
        name: TeamFact(place=(3.0, 4.0), observed_us=START + round(when * SECOND))
        for name, when in heard.items()
    }
    return judge.second(Facts(teams=facts), NO_TRACKS, START + round(second * SECOND))


def test_a_team_that_says_nothing_for_too_long_is_lost_until_it_speaks() -> None:
    judge = a_judge()

    assert at(judge, 119, {"north": 0.0}) == []
    (begun,) = at(judge, 120, {"north": 0.0})
    assert at(judge, 121, {"north": 0.0}) == []
    (ended,) = at(judge, 122, {"north": 122.0})

    assert begun.summary == "Nothing heard of Team North for 120 s"
    assert begun.place == (3.0, 4.0)  # Where it was heard last.
    assert [(one.name, one.value) for one in begun.evidence] == [
        ("Team", "Team North"),
        ("Last heard", "00:00:00 UTC"),
        ("Call sign", "N 1"),
    ]
    assert (ended.key, ended.active) == ("lost/north", False)
    assert judge.active() == []


def test_a_team_that_is_not_on_duty_or_not_meant_is_not_lost() -> None:
    judge = a_judge()

    assert at(judge, 500, {}) == []
    assert at(judge, 500, {"south": 0.0}) == []


def test_outside_of_its_hours_nobody_is_lost() -> None:
    judge = a_judge(hours=Hours(start="08:00", end="18:00"))

    assert at(judge, 500, {"north": 0.0}) == []


def test_a_simulated_team_is_a_simulated_condition() -> None:
    fact = TeamFact(place=(0.0, 0.0), observed_us=START, taint=Taint(simulated=True))

    (condition,) = a_judge().second(Facts(teams={"north": fact}), NO_TRACKS, START + 500 * SECOND)

    assert (condition.key, condition.simulated) == ("lost/north/simulated", True)


def test_a_posture_may_be_less_patient() -> None:
    judge = a_judge()
    assert at(judge, 60, {"north": 0.0}) == []

    judge.adjust(TeamLostRule(id="lost", silence_max_s=30.0))

    assert len(at(judge, 61, {"north": 0.0})) == 1
