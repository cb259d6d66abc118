"""Whether somebody may ask a team for something, or answer for one. Pure."""

from typing import Final

from hub.core.alerts.alert import AlertRecord
from hub.core.response.task import TaskRecord
from hub.core.response.team import Teams
from wire.actions import CreateTask
from wire.quantities import Identifier

# Open at once by hand; more than a control room follows in an emergency.
OPEN_MAX: Final = 200


def refusal_to_ask(
    ask: CreateTask, alert: AlertRecord | None, teams: Teams, open_count: int
) -> str | None:
    """Return why this cannot be asked of anybody, in words."""
    if not ask.text.strip():
        return "the task has no text; say what the team is to do"
    if ask.alert is not None and alert is None:
        return "there is no such open alert; ask without one"
    if ask.exercise and alert is not None and not alert.exercise:
        return f"A-{alert.number} is no exercise; ask without it"
    if (ask.east_m is None) is not (ask.north_m is None):
        return "a place has an east and a north; give both or neither"
    if open_count >= OPEN_MAX:
        return f"{OPEN_MAX} tasks are open; allowed: cancel what is no longer wanted"
    return _refusal_of_team(ask, alert, teams)


def _refusal_of_team(ask: CreateTask, alert: AlertRecord | None, teams: Teams) -> str | None:
    if ask.team is None:
        able = any(set(ask.skills) <= set(one.skills) for one in teams.plans.values())
        skilled = f" with {', '.join(ask.skills)}" if ask.skills else ""
        return None if able else f"the plan has no team{skilled}"
    if ask.team not in teams.plans:
        return _no_such_team(ask.team, teams)
    return None if alert is None else _apart(alert, ask.team, teams)


def refusal_to_answer(
    task: TaskRecord, team: Identifier | None, teams: Teams, *, is_field: bool
) -> str | None:
    """Return why a person may not answer this task for this team, in words."""
    number = f"T-{task.number}"
    if team is None:
        is_nobodys = "this user speaks for no team; vedette-hub users team gives it one"
        return is_nobodys if is_field else f"nobody has {number}; say which team answers"
    if team not in teams.plans:
        return _no_such_team(team, teams)
    if is_field and team not in asked_of(task):
        whose = "nobody's yet" if task.team is None else f"{teams.name(task.team)}'s"
        return f"{number} is {whose}, and {teams.name(team)} was not asked"
    return _apart(task, team, teams)


def asked_of(task: TaskRecord) -> tuple[Identifier, ...]:
    """Return every team that a task was offered to."""
    current = () if task.team is None else (task.team,)
    return (*current, *task.tried, *task.called)


def _no_such_team(team: Identifier, teams: Teams) -> str:
    return f"the plan has no team {team}; it has: {', '.join(teams.plans) or 'none'}"


def _apart(what: AlertRecord | TaskRecord, team: Identifier, teams: Teams) -> str | None:
    """Return that a team is not of the same world as an alert or a task, if so."""
    is_simulated = teams.taint(team).simulated
    if what.simulated == is_simulated:
        return None
    if is_simulated:
        return f"{teams.name(team)} is simulated: nobody would come"
    return f"it is simulated, and {teams.name(team)} is real"
