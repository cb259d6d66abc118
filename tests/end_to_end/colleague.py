"""The second person in the control room: says yes, ticks off, and sends teams by hand."""

import random
import time
from collections.abc import Iterator

from end_to_end.hand import Person
from end_to_end.kill_plan import ATTEND, HELP, PANIC, TEAMS, YESES
from end_to_end.processes import Hub
from end_to_end.screen import Screen

from bench.kill_books import Told
from wire.actions import (
    AnswerTask,
    AskKind,
    CancelTask,
    Confirm,
    CreateTask,
    DoStep,
    StartPlaybook,
)
from wire.feed import CommandView
from wire.labels import CommandState, ReceiptStatus, RunState, StepState, TaskState
from wire.work import TaskView

OVER = (TaskState.DONE, TaskState.CANCELLED)
TAKEN = (TaskState.ACCEPTED, TaskState.ON_SCENE)
# Whoever must say yes comes to it after a while: so most of what waits outlives a kill.
COMES_S = (0.5, 8.0)
TASKS_RATIO, CANCEL_RATIO, START_RATIO = 0.04, 0.1, 0.02
# More at once than teams, so that some wait for one; but not a heap that never ends.
TASKS_MAX, RUNS_MAX = 5, 8
WHERE_M = 80.0


class Patience:
    """When somebody comes to a thing: a while after they see it first, the same each time."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._due_s: dict[str, float] = {}

    def is_over(self, key: str) -> bool:
        """Whether they come to it now."""
        if key not in self._due_s:
            self._due_s[key] = time.monotonic() + self._dice.uniform(*COMES_S)
        return time.monotonic() >= self._due_s[key]


class Confirmer(Person):
    """Says yes, once, to each command that waits for one."""

    def __init__(self, name: str, hub: Hub, seed: int) -> None:
        super().__init__(name, hub, seed)
        self._patience = Patience(seed)
        self._said_yes: set[str] = set()

    def _open(self, screen: Screen) -> int:
        return len(_waiting(screen))

    def _wishes(self, screen: Screen) -> Iterator[AskKind]:
        for command in _waiting(screen):
            if command.id not in self._said_yes and self._patience.is_over(command.id):
                yield Confirm(command=command.id)

    def _told(self, answer: Told) -> None:
        super()._told(answer)
        if isinstance(answer.ask, Confirm):
            self._said_yes.add(answer.ask.command)


class Colleague(Confirmer):
    """Sees also to the steps and tasks that wait for somebody, and begins some by hand."""

    def _open(self, screen: Screen) -> int:
        runs = sum(run.state is RunState.RUNNING for run in screen.runs.values())
        return super()._open(screen) + runs + len(_open_tasks(screen))

    def _wishes(self, screen: Screen) -> Iterator[AskKind]:
        yield from super()._wishes(screen)
        yield from self._steps(screen)
        for task in _open_tasks(screen):
            ask = self._needed(task)
            if ask is not None and self._may_ask(f"{task.id}/{task.state}"):
                yield ask
        # Before its first team is heard of, a hub cannot know that all of them are simulated.
        if any(team.last_us for team in screen.teams.values()):
            yield from self._new(screen)

    def _steps(self, screen: Screen) -> Iterator[AskKind]:
        """Yield the steps that a person is to tick off."""
        for run in screen.runs.values():
            for step in run.steps:
                is_due = step.state is StepState.DUE and step.needs == "person"
                key = f"{run.id}/{step.step}"
                if is_due and self._patience.is_over(key) and self._may_ask(key):
                    yield DoStep(run=run.id, step=step.step)

    def _needed(self, task: TaskView) -> AskKind | None:
        if task.state is TaskState.UNANSWERED:
            # Called by radio: the last team never says no.
            return AnswerTask(task=task.id, status=ReceiptStatus.ACCEPTED, team=max(TEAMS))
        is_by_hand = task.alert is None
        if is_by_hand and task.state not in TAKEN and self._may_begin(CANCEL_RATIO):
            return CancelTask(task=task.id, reason="not wanted any more")
        return None

    def _new(self, screen: Screen) -> Iterator[AskKind]:
        if len(_open_tasks(screen)) < TASKS_MAX and self._may_begin(TASKS_RATIO):
            east_m, north_m = (self._dice.uniform(-WHERE_M, WHERE_M) for _ in range(2))
            pressed = [one.id for one in (*screen.alerts_of(HELP), *screen.alerts_of(PANIC))]
            alert = pressed[0] if pressed and self._may_begin(0.5) else None
            yield CreateTask(text="Look there", alert=alert, east_m=east_m, north_m=north_m)
        running = [run for run in screen.runs.values() if run.state is RunState.RUNNING]
        is_free = not any(run.alert is None for run in running) and len(running) < RUNS_MAX
        if is_free and self._may_begin(START_RATIO):
            yield StartPlaybook(playbook=ATTEND, reason="by hand")


def _waiting(screen: Screen) -> list[CommandView]:
    return [
        one
        for one in list(screen.commands.values())
        if one.actuator in YESES and one.state is CommandState.AWAITING_CONFIRMATION
    ]


def _open_tasks(screen: Screen) -> list[TaskView]:
    return [task for task in screen.tasks.values() if task.state not in OVER]
