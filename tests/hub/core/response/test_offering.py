from typing import Any

import pytest
from field_world import (
    ALPHA,
    BRAVO,
    MEDIC,
    SECOND,
    START,
    a_health,
    an_alert,
    some_teams,
)
from msgspec.structs import replace

from hub.core.response.offering import (
    ARRIVE_MIN_US,
    RADIO_US,
    Wish,
    arrive_us,
    awaits_a_team,
    created,
    marked,
    offered,
    standing,
    task_view,
)
from hub.core.response.task import TaskRecord
from hub.core.rules.taint import Taint
from wire.ids import ulid
from wire.labels import Channel, HealthState, Priority, TaskState

ID = ulid(START, b"task      ")


class Busy:
    def __init__(self, *teams: str) -> None:
        self._teams = teams

    def of_team(self, team: str, *, with_drills: bool = True) -> str | None:  # noqa: ARG002 - of the protocol.
        return ID if team in self._teams else None


def a_task(**changes: Any) -> TaskRecord:
    wish = Wish(
        id=ID,
        text="Go and look",
        priority=Priority.HIGH,
        alert=an_alert(),
        begun_us=START,
        skills=("steward",),
        place=(0.0, 0.0),
        accept_us=30 * SECOND,
        asked_by="Ann",
    )
    return replace(created(wish, 3, Taint(), START), **changes)


def test_a_new_task_is_nobodys_and_says_what_it_is_about() -> None:
    task = a_task()

    assert (task.state, task.team, task.number) == (TaskState.WAITING, None, 3)
    assert task.summary == "Vehicle on the square"


def test_a_text_says_first_what_it_is_not() -> None:
    assert marked("Go", Taint()) == "Go"
    assert marked("Go", Taint(simulated=True, exercise=True)) == "EXERCISE: SIMULATION: Go"
    assert len(marked("x" * 2_000, Taint(exercise=True))) == 2_000


def test_phones_come_before_radios_and_the_nearest_before_the_next() -> None:
    teams, task = some_teams(), a_task()
    order = []
    while (found := offered(task, teams, Busy(), START)) is not None:
        order.append((found.team, found.channel))
        task = replace(found, state=TaskState.WAITING, team=None)

    assert order == [
        (ALPHA, Channel.APP),
        (BRAVO, Channel.APP),
        (ALPHA, Channel.RADIO),
        (BRAVO, Channel.RADIO),
    ]


def test_a_silent_phone_is_skipped_and_its_team_called() -> None:
    teams = some_teams()
    teams.health(a_health(ALPHA, state=HealthState.GOODBYE), START)
    task = a_task(tried=(BRAVO,))

    found = offered(task, teams, Busy(), START)

    assert found is not None
    assert (found.team, found.channel, found.told) == (ALPHA, Channel.RADIO, True)
    assert found.answer_due_us == START + RADIO_US


def test_who_is_busy_or_said_no_is_not_asked() -> None:
    teams, task = some_teams(), a_task(declined=(BRAVO,))

    assert offered(task, teams, Busy(ALPHA), START) is None
    assert awaits_a_team(task, teams, Busy(ALPHA), START)
    assert not awaits_a_team(task, teams, Busy(), START)
    assert not awaits_a_team(replace(task, tried=(ALPHA,)), teams, Busy(ALPHA), START)


def test_a_task_for_one_team_is_for_no_other() -> None:
    found = offered(a_task(wanted=BRAVO), some_teams(), Busy(), START)

    assert found is not None
    assert found.team == BRAVO
    assert offered(a_task(wanted=MEDIC), some_teams(), Busy(), START) is None


def test_who_has_far_to_go_has_longer_to_get_there() -> None:
    teams, far = some_teams(), a_task(place=(-3000.0, 0.0))

    assert arrive_us(a_task(), ALPHA, teams, START) == START + ARRIVE_MIN_US
    assert arrive_us(far, ALPHA, teams, START) == pytest.approx(
        START + 2 * 3010 / 1.5 * SECOND, abs=SECOND
    )
    assert arrive_us(a_task(place=None), ALPHA, teams, START) == START + ARRIVE_MIN_US


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"state": TaskState.SENT, "team": ALPHA}, "call Alpha by radio"),
        ({"state": TaskState.SENT, "team": "gone"}, "call gone by radio"),
        ({"state": TaskState.ACCEPTED, "team": ALPHA}, "Stewards north took it"),
        ({"state": TaskState.WAITING}, "every suitable team is busy"),
        ({"state": TaskState.UNANSWERED}, "nobody took it"),
    ],
)
def test_the_control_room_is_told_what_to_do(changes: dict[str, Any], text: str) -> None:
    told = standing(a_task(told=True, **changes), some_teams())

    assert told is not None
    assert told.text.startswith(f"T-3: {text}")
    assert (told.role, told.alert) == ("operator", an_alert().id)


def test_where_nothing_is_to_be_done_nothing_is_told() -> None:
    assert standing(a_task(state=TaskState.UNANSWERED), some_teams()) is None
    assert standing(a_task(state=TaskState.READ, team=ALPHA, told=True), some_teams()) is None


def test_a_team_without_a_call_sign_is_called_by_its_name() -> None:
    task = a_task(state=TaskState.SENT, team=MEDIC, told=True)

    told = standing(task, some_teams())

    assert told is not None
    assert told.text.startswith("T-3: call First aid by radio")


def test_a_task_is_shown_with_everybody_who_was_asked() -> None:
    task = a_task(tried=(ALPHA,), called=(ALPHA, BRAVO))

    view = task_view(task)

    assert view.tried == (ALPHA, BRAVO)
    assert view.at is not None
    assert task_view(replace(task, place=None)).at is None
