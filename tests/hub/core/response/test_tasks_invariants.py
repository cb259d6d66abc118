"""Whatever teams, people, clocks and restarts do to tasks: what holds after each of it."""

import re

import msgspec
from field_world import (
    ALPHA,
    BRAVO,
    FAR,
    MEDIC,
    NEAR,
    SECOND,
    SEND,
    START,
    a_health,
    a_position,
    a_receipt,
    a_want,
    an_action,
    an_alert,
    some_teams,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.core.alerts.refusal import Refusal
from hub.core.response.offering import standing
from hub.core.response.task import ASKED, OVER, UNTAKEN, TaskRecord
from hub.core.response.tasks import ROUND_US, Tasks
from wire.actions import AnswerTask, CancelTask
from wire.labels import AlertState, Channel, HealthState, ReceiptStatus, Role, TaskState

TEAMS = (ALPHA, BRAVO, MEDIC)
PAUSES_US = st.sampled_from([0, 1, SECOND, 5 * SECOND, 30 * SECOND, 90 * SECOND, ROUND_US])
MOVES = st.one_of(
    st.tuples(st.just("ask"), st.integers(1, 2), st.booleans()),
    st.tuples(st.just("says"), st.sampled_from(TEAMS), st.sampled_from(ReceiptStatus)),
    st.tuples(st.just("says"), st.sampled_from(TEAMS), st.sampled_from(ReceiptStatus)),
    st.tuples(st.just("awake"), st.sampled_from(TEAMS), st.booleans()),
    st.tuples(st.just("walks"), st.sampled_from(TEAMS), st.sampled_from([NEAR, FAR])),
    st.tuples(st.just("radio"), st.sampled_from(TEAMS), st.sampled_from(ReceiptStatus)),
    st.tuples(st.just("field"), st.sampled_from(TEAMS), st.sampled_from(ReceiptStatus)),
    st.tuples(st.just("cancel"), st.just(0), st.just(0)),
    st.tuples(st.just("close"), st.just(0), st.just(0)),
    st.tuples(st.just("restart"), st.just(0), st.just(0)),
    st.tuples(st.just("wait"), st.just(0), st.just(0)),
)


class World:
    """A control room that remembers everything it was told."""

    def __init__(self, *, simulated: bool) -> None:
        self.now_us = START
        self.simulated = simulated
        self.teams = some_teams(simulated=simulated)
        # One of them is of the other world, and must never be asked.
        self.teams.health(a_health(MEDIC, simulated=not simulated), START)
        self.tasks = Tasks(self.teams)
        self.told: set[str] = set()  # Numbers.
        self.ends: dict[str, str] = {}  # Why each task is over.
        self.last: dict[str, TaskRecord] = {}
        self.count = 0

    def took(self, records: object, why: str) -> None:
        if isinstance(records, Refusal):
            return
        assert isinstance(records, list)
        for one in records:
            self.last[one.id] = one
            if one.state in OVER:
                self.ends[one.id] = why
        self.told |= self.notices()

    def notices(self) -> set[str]:
        said = " ".join(one.text for one in self.tasks.notices(self.now_us))
        return set(re.findall(r"T-\d+", said))

    def world(self, team: object) -> bool:
        return self.simulated != (team == MEDIC)

    def any_task(self) -> str | None:
        return next(iter(self.tasks.all), None)

    def does(self, what: str, first: object, second: object) -> None:
        task = self.any_task()
        match what:
            case "ask":
                self.count += 1
                step = replace(SEND, teams=first, skills=("steward",) if second else ())
                alert = an_alert(simulated=self.simulated)
                want = a_want(alert, self.now_us + self.count, step=step)
                self.took(self.tasks.create(want, self.now_us), "asked")
            case "awake":
                state = HealthState.OK if second else HealthState.GOODBYE
                said = a_health(str(first), self.now_us, simulated=self.world(first), state=state)
                self.teams.health(said, self.now_us)
            case "walks":
                where = a_position(
                    str(first),
                    second,  # type: ignore[arg-type]  # A place.
                    self.now_us,
                    simulated=self.world(first),
                )
                self.teams.position(where, self.now_us)
            case "close":
                closed = an_alert(simulated=self.simulated, state=AlertState.CLOSED)
                self.took(self.tasks.end(closed, self.now_us), "the alert closed")
            case "restart":
                self.restart()
            case _ if task is not None:
                self.answers(what, task, first, second)

    def answers(self, what: str, task: str, first: object, second: object) -> None:
        if what == "says":
            said = a_receipt(
                str(first),
                task,
                ReceiptStatus(str(second)),
                self.now_us,
                simulated=self.world(first),
            )
            self.took(self.tasks.receipt(said, self.now_us), "a team")
        elif what == "cancel":
            ask = an_action(CancelTask(task=task, reason="no"), at_us=self.now_us)
            self.took(self.tasks.act(ask, {}, self.now_us), "a person")
        elif what in ("radio", "field"):
            is_field = what == "field"
            ask = an_action(
                AnswerTask(task=task, status=ReceiptStatus(str(second)), team=str(first)),
                at_us=self.now_us,
                role=Role.FIELD if is_field else Role.OPERATOR,
                team=str(first) if is_field else None,
            )
            self.took(self.tasks.act(ask, {}, self.now_us), "a team")

    def restart(self) -> None:
        """Begin again with what the journal has, and with nothing else."""
        before = dict(self.tasks.open)
        pages = [msgspec.json.encode(one) for one in before.values()]
        self.tasks = Tasks(self.teams)
        for page in pages:
            self.tasks.restore(msgspec.json.decode(page, type=TaskRecord))
        assert dict(self.tasks.open) == before
        again = self.notices()
        assert again == {f"T-{one.number}" for one in before.values() if standing(one, self.teams)}
        self.told |= again

    def holds(self) -> None:
        for task in self.last.values():
            now = self.tasks.open.get(task.id)
            if now is None:
                # It ended, and not by itself.
                assert self.ends[task.id] in ("a team", "a person", "the alert closed")
                continue
            assert now == task, "nothing changes that is not said"
            is_called = now.channel is Channel.RADIO and now.state is TaskState.SENT
            if now.state is TaskState.UNANSWERED or is_called:
                assert now.told
                assert f"T-{now.number}" in self.told
            if now.state in ASKED:
                assert now.team is not None
                assert now.answer_due_us is not None
                assert now.answer_due_us > self.now_us, "whoever is asked has time to answer"
                assert self.teams.taint(now.team).simulated == now.simulated
            assert MEDIC not in (now.team, *now.tried, *now.called)
            if now.state in UNTAKEN:
                assert now.team is None
                assert now.told or now.answer_due_us is not None
            assert len(set(now.tried)) == len(now.tried)
            assert ("SIMULATION" in now.text) == self.simulated


@settings(max_examples=200, deadline=None)
@given(simulated=st.booleans(), story=st.lists(st.tuples(MOVES, PAUSES_US), max_size=30))
def test_no_task_is_ever_lost_or_ends_by_itself(
    simulated: bool,  # noqa: FBT001 - drawn.
    story: list[tuple[tuple[str, object, object], int]],
) -> None:
    world = World(simulated=simulated)
    for (what, first, second), pause_us in story:
        world.does(what, first, second)
        world.now_us += pause_us
        world.took(world.tasks.wake(world.now_us), "time")
        world.holds()


@settings(max_examples=50, deadline=None)
@given(pauses=st.lists(PAUSES_US, max_size=40), declines=st.sets(st.sampled_from(TEAMS)))
def test_silence_alone_always_ends_at_the_control_room(
    pauses: list[int], declines: set[str]
) -> None:
    world = World(simulated=False)
    world.does("ask", 1, True)
    (task,) = world.tasks.open
    for pause_us in [*pauses, *[30 * SECOND] * 12]:
        for team in sorted(declines):
            said = a_receipt(team, task, ReceiptStatus.DECLINED, world.now_us)
            world.took(world.tasks.receipt(said, world.now_us), "a team")
        world.now_us += pause_us
        world.took(world.tasks.wake(world.now_us), "time")
        world.holds()

    assert "T-1" in world.told
    assert task in world.tasks.open
