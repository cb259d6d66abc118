"""Whatever alerts, commands, people and restarts do to playbooks: what holds after each of it."""

import msgspec
from field_world import (
    CALL,
    EVACUATING,
    GATE,
    SECOND,
    SEND,
    SIREN,
    START,
    a_playbook,
    a_site,
    an_action,
    an_alert,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.refusal import Refusal
from hub.core.response.command import PENDING, TRANSITIONS, CommandRecord
from hub.core.response.request import stepped
from hub.core.response.run import OVER, REPEAT_MIN_US, RunRecord
from hub.core.response.runs import Change, Runs, WantCommand, WantTask, WantWithdraw
from hub.core.response.task import TaskRecord
from hub.core.response.tasks import Tasks
from hub.core.response.team import Teams
from hub.core.site import Playbook, Step
from wire.actions import AskKind, DoStep, SkipStep, StartPlaybook, StopPlaybook
from wire.geodesy import SiteFrame
from wire.labels import AlertState, CommandState, ReceiptStatus, RunState, StepState

NAMES = ("siren", "gate", "send", "posture", "call")
PAUSES_US = st.sampled_from([0, SECOND, 10 * SECOND, REPEAT_MIN_US, 150 * SECOND])
LIVES = {(state, to) for (state, _), to in TRANSITIONS.items()}
HOLDS = st.lists(st.booleans(), min_size=5, max_size=5)
AFTER_S = st.lists(st.sampled_from([0.0, 0.0, 5.0, 60.0]), min_size=5, max_size=5)
MOVES = st.one_of(
    st.tuples(st.just("raise"), st.just("")),
    st.tuples(st.just("command"), st.sampled_from(CommandState)),
    st.tuples(st.just("command"), st.sampled_from(CommandState)),
    st.tuples(st.just("task"), st.sampled_from(ReceiptStatus)),
    st.tuples(st.just("do"), st.sampled_from(NAMES)),
    st.tuples(st.just("skip"), st.sampled_from(NAMES)),
    st.tuples(st.just("start"), st.just("")),
    st.tuples(st.just("stop"), st.just("")),
    st.tuples(st.just("close"), st.just("")),
    st.tuples(st.just("restart"), st.just("")),
    st.tuples(st.just("wait"), st.just("")),
)


def a_plan(holds: list[bool], after_s: list[float]) -> Playbook:
    steps = (SIREN, GATE, SEND, EVACUATING, CALL)
    return a_playbook(
        *(
            replace(step, holds=hold, after_s=wait_s)
            for step, hold, wait_s in zip(steps, holds, after_s, strict=True)
        )
    )


class World:
    """A control room with one alert, and whoever carries out what playbooks want."""

    def __init__(self, playbook: Playbook) -> None:
        self.site = a_site(playbook)
        self.now_us = START
        self.runs = Runs(self.site)
        self.tasks = Tasks(Teams(self.site, SiteFrame(52.0, 5.0)))
        self.alert: AlertRecord | None = None
        self.raised = 0
        self.commands: dict[str, CommandRecord] = {}
        self.wanted: set[tuple[str, str, object]] = set()
        self.journal: dict[str, RunRecord] = {}
        self.is_new = False  # Just restarted: it may ask again for what it lost.

    # --- Carrying out ---------------------------------------------------------------------------

    def carry(self, changes: list[Change] | Refusal) -> None:
        if isinstance(changes, Refusal):
            return
        for change in changes:
            match change:
                case RunRecord():
                    self.journal[change.id] = change
                case WantCommand():
                    self.carry(self.command(change))
                case WantTask():
                    self.once(change.run, change.step.id)
                    for task in self.tasks.create(change, self.now_us):
                        self.carry(self.runs.task_changed(task, self.now_us))
                case WantWithdraw():
                    command = self.commands[change.command]
                    if command.state is CommandState.AWAITING_CONFIRMATION:
                        self.became(command, CommandState.CANCELLED)

    def once(self, run: str, step: str) -> None:
        """Assert that no turn of a step asks twice."""
        (record,) = (one for one in self.runs.all[run].steps if one.step == step)
        turn = (run, step, record.begun_us)
        assert self.is_new or turn not in self.wanted
        self.wanted.add(turn)

    def command(self, want: WantCommand) -> list[Change]:
        self.once(want.run, want.step.id)
        planned = next(one for one in self.site.actuators if one.id == want.step.actuator)
        now_us = self.now_us
        record = stepped(want.playbook, want.step, planned, want.alert, want.run, now_us)
        pending = [
            one
            for one in self.commands.values()
            if (one.step, one.alert, one.run) == (record.step, record.alert, record.run)
            and one.state in PENDING
        ]
        assert self.is_new or not pending, "nothing is begun while it is under way"
        if pending:
            return self.runs.command_changed(pending[0], now_us)
        record = replace(record, id=record.id[:-4] + f"{len(self.commands):04d}")
        self.commands[record.id] = record
        return self.runs.command_changed(record, now_us)

    def became(self, command: CommandRecord, state: CommandState) -> None:
        command = replace(command, state=state, changed_us=self.now_us)
        self.commands[command.id] = command
        self.carry(self.runs.command_changed(command, self.now_us))

    # --- What happens ---------------------------------------------------------------------------

    def does(self, what: str, which: str) -> None:
        match what:
            case "raise":
                self.rises()
            case "close":
                self.closes()
            case "command":
                self.answers(which)
            case "task":
                for task in tuple(self.tasks.open.values())[:1]:
                    self.task(task)
            case "restart":
                self.restart()
            case "start":
                self.asks(StartPlaybook(playbook="evacuate", reason="smoke"))
            case "do" | "skip" | "stop":
                for run in tuple(self.runs.all)[-1:]:
                    self.person(what, run, which)

    def rises(self) -> None:
        self.raised += 1
        self.alert = an_alert(self.now_us, repeats=self.raised - 1)
        self.carry(self.runs.begin(self.alert, self.now_us))

    def closes(self) -> None:
        if self.alert is not None:
            closed = replace(self.alert, state=AlertState.CLOSED)
            self.alert = None
            self.carry(self.runs.end(closed, self.now_us))

    def answers(self, which: str) -> None:
        for command in tuple(self.commands.values())[-2:]:
            if (command.state, which) in LIVES:
                self.became(command, CommandState(which))

    def task(self, task: TaskRecord) -> None:
        ended = an_alert(state=AlertState.CLOSED)
        for one in self.tasks.end(ended, self.now_us):
            self.carry(self.runs.task_changed(one, self.now_us))
        assert task.id in self.tasks.all

    def person(self, what: str, run: str, which: str) -> None:
        asks: dict[str, AskKind] = {
            "do": DoStep(run=run, step=which or "siren"),
            "skip": SkipStep(run=run, step=which or "siren", reason="no"),
            "stop": StopPlaybook(run=run, reason="no"),
        }
        self.asks(asks[what])

    def asks(self, ask: AskKind) -> None:
        alerts = {} if self.alert is None else {self.alert.id: self.alert}
        action = an_action(ask, at_us=self.now_us)
        self.carry(self.runs.act(action, alerts, self.now_us))

    def restart(self) -> None:
        """Begin again with what the journal has, and with nothing else."""
        before = {run.id: run for run in self.runs.all.values() if run.state is RunState.RUNNING}
        self.runs = Runs(self.site)
        for run in before.values():
            page = msgspec.json.encode(self.journal[run.id])
            self.runs.restore(msgspec.json.decode(page, type=RunRecord))
        assert dict(self.runs.all) == before
        self.is_new = True
        self.wakes()
        self.is_new = False

    def wakes(self) -> None:
        self.carry(self.runs.wake(self.now_us))

    # --- What holds -----------------------------------------------------------------------------

    def holds(self) -> None:
        for run in self.runs.all.values():
            assert self.journal[run.id] == run, "nothing changes that is not said"
            open_steps = [step for step in run.steps if step.state not in OVER]
            assert (run.state is RunState.COMPLETED) <= (not open_steps or run.closed)
            assert (run.state is RunState.RUNNING) <= bool(open_steps)
            assert (run.ended_us is None) is (run.state is RunState.RUNNING)
            for step in run.steps:
                assert (step.over_us is None) is (step.state not in OVER)
                if run.state is RunState.STOPPED:
                    assert step.state is not StepState.WAITING
                if step.state is StepState.WAITING:
                    assert step.command is None
                    assert step.tasks == ()
        due_us = self.runs.next_wake_us
        assert due_us is None or due_us > self.now_us, "what is due was done"
        if self.alert is None:
            ends = [run.alert for run in self.runs.all.values() if run.state is RunState.RUNNING]
            assert all(alert is None for alert in ends)


@settings(max_examples=200, deadline=None)
@given(holds=HOLDS, after_s=AFTER_S, story=st.lists(st.tuples(MOVES, PAUSES_US), max_size=25))
def test_no_step_runs_twice_and_none_is_lost(
    holds: list[bool], after_s: list[float], story: list[tuple[tuple[str, str], int]]
) -> None:
    world = World(a_plan(holds, after_s))
    for (what, which), pause_us in story:
        world.does(what, which)
        world.now_us += 1 + pause_us  # No two things are done at the same microsecond.
        world.wakes()
        world.holds()


@settings(max_examples=50, deadline=None)
@given(holds=HOLDS, after_s=AFTER_S)
def test_every_step_has_its_turn_where_all_goes_well(
    holds: list[bool], after_s: list[float]
) -> None:
    playbook = a_plan(holds, after_s)
    world = World(playbook)
    world.does("raise", "")
    for _ in range(40):
        world.now_us += 10 * SECOND
        world.wakes()
        for command in tuple(world.commands.values()):
            world.became(command, CommandState.CONFIRMED)
        for task in tuple(world.tasks.open.values()):
            world.task(task)
        for run in tuple(world.runs.all):
            if _is_due(world):
                world.person("do", run, "call")

    assert all(run.state is RunState.COMPLETED for run in world.runs.all.values())
    assert len(world.commands) == sum(isinstance(step, Step) for step in playbook.steps)


def _is_due(world: World) -> bool:
    return any(step.state is StepState.DUE for run in world.runs.all.values() for step in run.steps)
