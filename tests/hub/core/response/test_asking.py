from field_world import ALPHA, BRAVO, START, a_want, an_alert, some_tasks, some_teams
from msgspec.structs import replace

from hub.core.response.asking import OPEN_MAX, asked_of, refusal_to_answer, refusal_to_ask
from wire.actions import CreateTask


def test_a_plan_without_teams_can_ask_nobody() -> None:
    teams = some_teams()
    teams.plans = {}

    assert refusal_to_ask(CreateTask(text="Go"), None, teams, 0) == "the plan has no team"


def test_a_real_team_does_not_answer_a_simulated_task() -> None:
    (task,) = some_tasks().create(a_want(an_alert(simulated=True)), START)

    refusal = refusal_to_answer(task, ALPHA, some_teams(), is_field=False)

    assert refusal == "it is simulated, and Stewards north is real"


def test_whoever_was_asked_may_answer() -> None:
    (task,) = some_tasks().create(a_want(an_alert()), START)

    assert ALPHA in asked_of(task)
    assert BRAVO not in asked_of(task)
    assert refusal_to_answer(task, ALPHA, some_teams(), is_field=True) is None


def test_what_cannot_be_asked_says_why() -> None:
    teams, alert = some_teams(), an_alert()
    played = some_teams(simulated=True)
    bare = CreateTask(text="Go")

    said = [
        refusal_to_ask(CreateTask(text=" "), None, teams, 0),
        refusal_to_ask(replace(bare, alert=alert.id), None, teams, 0),
        refusal_to_ask(replace(bare, alert=alert.id, exercise=True), alert, teams, 0),
        refusal_to_ask(replace(bare, east_m=1.0), None, teams, 0),
        refusal_to_ask(bare, None, teams, OPEN_MAX),
        refusal_to_ask(replace(bare, team="team-x"), None, teams, 0),
        refusal_to_ask(replace(bare, skills=("fire",)), None, teams, 0),
        refusal_to_ask(replace(bare, team=ALPHA), alert, played, 0),
    ]

    assert [one[:24] if one else None for one in said] == [
        "the task has no text; sa",
        "there is no such open al",
        "A-17 is no exercise; ask",
        "a place has an east and ",
        "200 tasks are open; allo",
        "the plan has no team tea",
        "the plan has no team wit",
        "Stewards north is simula",
    ]
    assert refusal_to_ask(replace(bare, team=ALPHA), None, teams, 0) is None
    assert refusal_to_ask(replace(bare, team=ALPHA), alert, teams, 0) is None


def test_who_may_not_answer_is_told_why() -> None:
    teams = some_teams()
    (task,) = some_tasks().create(a_want(an_alert()), START)
    nobodys = replace(task, team=None, tried=())

    said = [
        refusal_to_answer(task, None, teams, is_field=True),
        refusal_to_answer(nobodys, None, teams, is_field=False),
        refusal_to_answer(task, "team-x", teams, is_field=False),
        refusal_to_answer(task, BRAVO, teams, is_field=True),
        refusal_to_answer(nobodys, BRAVO, teams, is_field=True),
    ]

    assert said == [
        "this user speaks for no team; vedette-hub users team gives it one",
        "nobody has T-1; say which team answers",
        "the plan has no team team-x; it has: team-alpha, team-bravo, team-medic",
        "T-1 is Stewards north's, and Stewards south was not asked",
        "T-1 is nobody's yet, and Stewards south was not asked",
    ]
