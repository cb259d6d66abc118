import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.core.plan import TeamPlan
from simulators.teams import POSITION_US, PositionSaid, ReceiptSaid, Team, TeamSaid
from wire.labels import ReceiptStatus
from wire.quantities import SECOND_US

NOW_US = 1_790_000_000_000_000
S = ReceiptStatus


def a_team(seed: int = 1, **changes: object) -> Team:
    plain: dict[str, object] = {"id": "alpha", "at": (0.0, 0.0), "accept_ratio": 1.0}
    plan = TeamPlan(**(plain | {"silent_ratio": 0.0} | changes))  # type: ignore[arg-type]
    return Team(plan, NOW_US, np.random.default_rng(seed))


def lived(team: Team, seconds: float) -> list[TeamSaid]:
    said: list[TeamSaid] = []
    until_us = team.next_us + round(seconds * SECOND_US)
    while team.next_us <= until_us:
        said += team.advance(team.next_us)
    return said


def answers(said: list[TeamSaid], task: str = "t") -> list[ReceiptStatus]:
    return [one.status for one in said if isinstance(one, ReceiptSaid) and one.task == task]


def places(said: list[TeamSaid]) -> list[PositionSaid]:
    return [one for one in said if isinstance(one, PositionSaid)]


def test_a_team_takes_a_task_walks_there_and_is_done() -> None:
    team = a_team()
    team.told("t", (30.0, 0.0), NOW_US)

    said = lived(team, 90.0)

    assert answers(said) == [S.DEVICE_RECEIPT, S.READ, S.ACCEPTED, S.ON_SCENE, S.DONE]
    headings = {one.heading_deg for one in places(said) if one.heading_deg is not None}
    assert headings == {90.0, 270.0}, "there, and back to its post"
    arrived = said.index(ReceiptSaid(task="t", status=S.ON_SCENE))
    here = [one for one in said[:arrived] if isinstance(one, PositionSaid)][-1]
    assert math.dist(here.at, (30.0, 0.0)) <= 2.0


def test_it_says_every_few_seconds_where_it_is() -> None:
    team = a_team()

    said = lived(team, 30.0)

    assert len(said) == 11
    assert team.next_us == NOW_US + 12 * POSITION_US


def test_a_task_is_taken_once() -> None:
    team = a_team()
    team.told("t", None, NOW_US)
    team.told("t", None, NOW_US)

    assert answers(lived(team, 90.0)).count(S.ACCEPTED) == 1


def test_who_is_busy_declines_the_next_task() -> None:
    team = a_team()
    team.told("t", (200.0, 0.0), NOW_US)
    team.told("u", (0.0, 5.0), NOW_US)

    said = lived(team, 30.0)

    assert answers(said, "u") == [S.DEVICE_RECEIPT, S.READ, S.DECLINED]


def test_some_decline_and_some_do_not_look_at_their_phone() -> None:
    unwilling, asleep = a_team(accept_ratio=0.0), a_team(silent_ratio=1.0)
    unwilling.told("t", None, NOW_US)
    asleep.told("t", None, NOW_US)

    assert answers(lived(unwilling, 60.0)) == [S.DEVICE_RECEIPT, S.READ, S.DECLINED]
    assert answers(lived(asleep, 60.0)) == [S.DEVICE_RECEIPT]


@pytest.mark.parametrize("after_s", [0.0, 15.0, 45.0])
def test_a_task_that_is_withdrawn_is_left_where_it_is(after_s: float) -> None:
    team = a_team(speed_mps=1.0)
    team.told("t", (60.0, 0.0), NOW_US)
    lived(team, after_s)

    team.withdrawn("t")
    team.withdrawn("another")

    assert answers(lived(team, 200.0)) == []
    assert team.at == (0.0, 0.0)


def test_an_exercise_stays_an_exercise() -> None:
    team = a_team()
    team.told("t", None, NOW_US, exercise=True)

    said = [one for one in lived(team, 90.0) if isinstance(one, ReceiptSaid)]

    assert said
    assert all(one.exercise for one in said)


@given(st.integers(0, 1000), st.lists(st.integers(0, 60), max_size=6))
def test_whatever_comes_each_task_is_answered_in_order_and_once(
    seed: int, waits: list[int]
) -> None:
    team = a_team(seed, accept_ratio=0.5, silent_ratio=0.2)
    said: list[TeamSaid] = []
    for number, wait_s in enumerate(waits):
        team.told(f"t{number}", (5.0 * number, 9.0), team.next_us)
        said += lived(team, float(wait_s))
    said += lived(team, 300.0)

    whole = [S.DEVICE_RECEIPT, S.READ, S.ACCEPTED, S.ON_SCENE, S.DONE]
    for number in range(len(waits)):
        life = answers(said, f"t{number}")
        assert life in ([S.DEVICE_RECEIPT], [S.DEVICE_RECEIPT, S.READ, S.DECLINED], whole)
