"""Playbooks that were begun: their steps come in turn, wait for people, and are told when late."""

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Final, assert_never

from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.refusal import Refusal
from hub.core.alerts.roles import refusal_of as role_refusal_of
from hub.core.response.command import CommandRecord
from hub.core.response.run import (
    RUNS,
    RunMove,
    RunRecord,
    StepMove,
    StepRecord,
    carried,
    moved,
    returned,
    run_view,
    settled,
    step_of,
    stopped,
    with_step,
)
from hub.core.response.task import TaskRecord
from hub.core.response.turns import (
    UNPLANNED,
    began,
    commanded,
    due_us,
    is_of,
    is_taken_by,
    late_us,
    planned_steps,
    refusal_to_do,
    refusal_to_skip,
    still_planned,
    tasked,
)
from hub.core.response.wants import (
    Change,
    Want,
    WantCommand,
    WantPosture,
    WantTask,
    WantWithdraw,
    wants_of,
    withdrawn,
)
from hub.core.rules.wording import clock, line
from hub.core.site import AnyStep, ManualStep, Playbook, PostureStep, Site
from wire.actions import DoStep, OperatorAction, SkipStep, StartPlaybook, StopPlaybook
from wire.ids import derived_id
from wire.labels import AlertState, Role, RunState, StepState
from wire.quantities import SECOND_US, Identifier, Instant, Line, Ulid
from wire.work import NoticeView, RunView

# People look back at what a playbook has done this long after its end.
KEEP_US: Final = 600 * SECOND_US
# They are taken every second; more at once is nothing that anybody reads.
NOTICES_MAX: Final = 1_000


__all__ = [
    "Change",
    "Runs",
    "Want",
    "WantCommand",
    "WantPosture",
    "WantTask",
    "WantWithdraw",
]


class Runs:
    """The playbooks of a site that were begun. What it returns has changed, or is wanted."""

    def __init__(self, site: Site) -> None:
        self._runs: dict[Ulid, RunRecord] = {}
        self._notices: deque[NoticeView] = deque(maxlen=NOTICES_MAX)
        self._unasked: list[Ulid] = []  # Runs of before a restart that may lack what they want.
        self.replan(site)

    def replan(self, site: Site) -> None:
        """Go on by an edited plan: what it no longer has is skipped when its turn comes."""
        self._playbooks = {playbook.id: playbook for playbook in site.playbooks}
        self._actuators = {actuator.id: actuator for actuator in site.actuators}

    # --- What there is --------------------------------------------------------------------------

    @property
    def all(self) -> Mapping[Ulid, RunRecord]:
        """Every run that is not over, and every other until ten minutes after its end."""
        return self._runs

    def views(self) -> tuple[RunView, ...]:
        """Return the runs as operators see them, oldest first."""
        return tuple(self.view(run) for run in self._runs.values())

    def view(self, run: RunRecord) -> RunView:
        """Return a run as operators see it."""
        return run_view(run, due_us(run, self._playbooks.get(run.playbook)))

    def notices(self, now_us: Instant) -> list[NoticeView]:
        """Return what the supervisor must be told, once; `now_us` is when it is taken."""
        told = [one for one in self._notices if one.at_us <= now_us]
        self._notices.clear()
        return told

    # --- Alerts ---------------------------------------------------------------------------------

    def begin(self, alert: AlertRecord, now_us: Instant) -> list[Change]:
        """Begin the playbooks of an alert that was raised, or came back, at this very instant.

        Any other change of an alert begins nothing, so it may be called with every one. What is
        still under way for it is not begun a second time.
        """
        if alert.begun_us != now_us or alert.state is not AlertState.UNACKNOWLEDGED:
            return []
        changes: list[Change] = []
        for playbook in self._playbooks.values():
            if alert.rule in playbook.rules:
                changes += self._begin(playbook, alert, now_us)
        return changes

    def _begin(self, playbook: Playbook, alert: AlertRecord, now_us: Instant) -> list[Change]:
        earlier = [
            run
            for run in self._runs.values()
            if run.playbook == playbook.id and run.alert is not None and run.alert.id == alert.id
        ]
        latest = earlier[-1] if earlier else None
        if latest is not None and latest.state is RunState.RUNNING:
            return self._advance(returned(latest, alert, now_us), now_us)
        identity = derived_id(alert.id, playbook.id, str(alert.begun_us))
        if identity in self._runs:
            return []
        by = line(f"alert A-{alert.number}")
        run = began(identity, playbook, self._actuators, alert, by, alert.summary, now_us)
        if latest is not None:
            run = replace(run, steps=carried(run.steps, latest, now_us))
        return self._advance(run, now_us)

    def end(self, alert: AlertRecord, now_us: Instant) -> list[Change]:
        """Stop what an alert has begun, once it has closed: what is running stays running."""
        if alert.state is not AlertState.CLOSED:
            return []
        changes: list[Change] = []
        for run in tuple(self._runs.values()):
            if run.alert is None or run.alert.id != alert.id or run.closed:
                continue
            if run.state is RunState.RUNNING:
                run = stopped(run, "the alert closed", now_us)  # noqa: PLW2901 - as it is now.
            changes.append(self._keep(replace(run, closed=True, changed_us=now_us)))
        return changes

    # --- People ---------------------------------------------------------------------------------

    def act(
        self, action: OperatorAction, alerts: Mapping[Ulid, AlertRecord], now_us: Instant
    ) -> list[Change] | Refusal:
        """Do what a person asks of a playbook or a step, or say why not."""
        ask = action.ask
        assert isinstance(ask, StartPlaybook | StopPlaybook | DoStep | SkipStep)
        if (refusal := role_refusal_of(action)) is not None:
            return refusal
        if isinstance(ask, StartPlaybook):
            return self._start(ask, action, alerts, now_us)
        run = self._runs.get(ask.run)
        if run is None:
            return Refusal(reason="there is no such playbook under way; allowed: begin one")
        match ask:
            case StopPlaybook():
                return self._stop(run, ask, action.operator, now_us)
            case DoStep():
                return self._do(run, ask, action, now_us)
            case SkipStep():
                return self._skip(run, ask, action.operator, now_us)
            case _:  # pragma: no cover
                assert_never(ask)

    def _start(
        self,
        ask: StartPlaybook,
        action: OperatorAction,
        alerts: Mapping[Ulid, AlertRecord],
        now_us: Instant,
    ) -> list[Change] | Refusal:
        identity = derived_id(action.id, "run")
        if identity in self._runs:
            return []
        playbook = self._playbooks.get(ask.playbook)
        if playbook is None:
            known = ", ".join(self._playbooks) or "none"
            return Refusal(reason=f"the plan has no playbook {ask.playbook}; it has: {known}")
        alert = None if ask.alert is None else alerts.get(ask.alert)
        if ask.alert is not None and alert is None:
            return Refusal(reason="there is no such open alert; begin it without one")
        if ask.exercise and alert is not None and not alert.exercise:
            why = f"A-{alert.number} is no exercise; begin the exercise without it"
            return Refusal(reason=why)
        is_drill = ask.exercise or (alert is not None and alert.exercise)
        under_way = self._under_way(playbook.id, ask.alert, is_drill=is_drill)
        if under_way is not None:
            since = f"{under_way.started_by} began it at {clock(under_way.started_us)}"
            return Refusal(reason=f"{playbook.name} runs: {since}; allowed: stop it first")
        run = began(
            identity,
            playbook,
            self._actuators,
            alert,
            action.operator,
            ask.reason,
            now_us,
            exercise=is_drill,
        )
        return self._advance(run, now_us)

    def _under_way(
        self, playbook: Identifier, alert: Ulid | None, *, is_drill: bool
    ) -> RunRecord | None:
        """Return the run of a playbook that is not over, for the same alert or for none.

        A drill is never in the way of what is meant.
        """
        for run in self._runs.values():
            its_alert = None if run.alert is None else run.alert.id
            is_same = (run.playbook, its_alert, run.exercise) == (playbook, alert, is_drill)
            if is_same and run.state is RunState.RUNNING:
                return run
        return None

    def _stop(
        self, run: RunRecord, ask: StopPlaybook, operator: Line, now_us: Instant
    ) -> list[Change] | Refusal:
        if (run.state, RunMove.STOP) not in RUNS:
            return Refusal(reason=f"{run.name} is {run.state}; allowed: begin it anew")
        note = line(f"{operator} stopped it: {ask.reason}")
        given_up = [one for one in run.steps if one.state in (StepState.WAITING, StepState.DUE)]
        run = self._keep(stopped(run, note, now_us))
        left = f"{len(given_up)} of {len(run.steps)} steps undone"
        self._tell(run, "stop", f"{operator} stopped {run.name}, {left}: {ask.reason}", now_us)
        return [run, *withdrawn(given_up, note)]

    def _do(
        self, run: RunRecord, ask: DoStep, action: OperatorAction, now_us: Instant
    ) -> list[Change] | Refusal:
        step = step_of(run, ask.step)
        plan = None if step is None else still_planned(step, self._playbooks.get(run.playbook))
        refusal = refusal_to_do(run, step, plan, action.role)
        if refusal is not None or step is None or plan is None:
            return Refusal(reason=refusal or UNPLANNED)
        if isinstance(plan, ManualStep):
            done = moved(step, StepMove.FINISH, now_us, by=action.operator)
            return self._advance(with_step(run, done, now_us), now_us)
        step, wants = self._begun(run, step, plan, now_us, by=action.operator)
        changes = self._advance(with_step(run, step, now_us), now_us)
        return [*changes, *wants]

    def _skip(
        self, run: RunRecord, ask: SkipStep, operator: Line, now_us: Instant
    ) -> list[Change] | Refusal:
        step = step_of(run, ask.step)
        refusal = refusal_to_skip(run, step)
        if refusal is not None or step is None:
            return Refusal(reason=refusal or UNPLANNED)
        note = line(f"{operator}: {ask.reason}")
        skipped = moved(step, StepMove.SKIP, now_us, note=note, by=operator)
        said = f"{operator} skipped “{step.text}” of {run.name}: {ask.reason}"
        self._tell(run, step.step, said, now_us)
        run = with_step(run, skipped, now_us)
        return [*self._advance(run, now_us), *withdrawn([step], note)]

    # --- What became of what was wanted ---------------------------------------------------------

    def command_changed(self, command: CommandRecord, now_us: Instant) -> list[Change]:
        """Take what became of a command; it may be the turn of the next step."""
        changes: list[Change] = []
        for run in tuple(self._runs.values()):
            for step in run.steps:
                if is_of(run, step, command):
                    changes += self._became(run, step, commanded(step, command, now_us), now_us)
        return changes

    def task_changed(self, task: TaskRecord, now_us: Instant) -> list[Change]:
        """Take what became of a task; it may be the turn of the next step."""
        run = self._runs.get(task.run or "")
        step = None if run is None else step_of(run, task.step)
        if run is None or step is None or not is_taken_by(step, run, task):
            return []
        return self._became(run, step, tasked(step, task, now_us), now_us)

    def _became(
        self, run: RunRecord, before: StepRecord, now: StepRecord, now_us: Instant
    ) -> list[Change]:
        if now == before:
            return []
        run = self._runs[run.id]  # An earlier step of the same call may have changed it.
        is_given_up = now.state in (StepState.FAILED, StepState.SKIPPED)
        if is_given_up and now.state is not before.state:
            why = f": {now.note}" if now.note else ""
            said = f"“{now.text}” of {run.name} {now.state}{why}"
            self._tell(run, now.step, said, now_us)
        return self._advance(with_step(run, now, now_us), now_us)

    # --- Time -----------------------------------------------------------------------------------

    @property
    def next_wake_us(self) -> Instant | None:
        """When time alone changes something next."""
        due = [at_us for run in self._runs.values() for at_us in self._due_us(run)]
        due += [self._runs[one].changed_us for one in self._unasked if one in self._runs]
        return min(due, default=None)

    def _due_us(self, run: RunRecord) -> Iterable[Instant]:
        if run.state is not RunState.RUNNING:
            assert run.ended_us is not None
            yield run.ended_us + KEEP_US
            return
        playbook = self._playbooks.get(run.playbook)
        plans = planned_steps(playbook)
        for step, at_us in zip(run.steps, due_us(run, playbook), strict=True):
            late_at_us = late_us(step, plans.get(step.step))
            if step.state is StepState.WAITING and at_us is not None:
                yield at_us
            elif late_at_us is not None:
                yield late_at_us

    def wake(self, now_us: Instant) -> list[Change]:
        """Do what is due: begin steps, tell of late ones, forget what is long over."""
        changes = self._ask_again()
        for run in tuple(self._runs.values()):
            if not any(now_us >= at_us for at_us in self._due_us(run)):
                continue
            if run.state is RunState.RUNNING:
                changes += self._advance(self._judged_late(run, now_us), now_us)
            else:
                del self._runs[run.id]
        return changes

    def _judged_late(self, run: RunRecord, now_us: Instant) -> RunRecord:
        plans = planned_steps(self._playbooks.get(run.playbook))
        for step in run.steps:
            at_us = late_us(step, plans.get(step.step))
            if at_us is not None and now_us >= at_us:
                said = f"“{step.text}” of {run.name} is late"
                self._tell(run, step.step, said, now_us)
                run = with_step(run, replace(step, late=True, changed_us=now_us), now_us)
        return run

    # --- The journal ----------------------------------------------------------------------------

    def restore(self, record: RunRecord) -> None:
        """Take back a run after a restart. What it wanted and may have lost is asked for again.

        Commands and tasks have ids that follow from the run: what was asked for is not doubled.
        """
        self._runs[record.id] = record
        if record.state is RunState.RUNNING:
            self._unasked.append(record.id)

    def _ask_again(self) -> list[Change]:
        wants: list[Change] = []
        for identity in self._unasked:
            run = self._runs.get(identity)
            if run is None or run.state is not RunState.RUNNING:
                continue
            playbook = self._playbooks.get(run.playbook)
            for step in run.steps:
                plan = still_planned(step, playbook)
                is_bare = step.command is None and not step.tasks
                if step.state is StepState.RUNNING and is_bare and plan is not None:
                    wants += wants_of(run, step, plan, self._playbooks[run.playbook])
        self._unasked.clear()
        return wants

    # --- Steps ----------------------------------------------------------------------------------

    def _advance(self, run: RunRecord, now_us: Instant) -> list[Change]:
        """Begin every step whose turn has come; keep the run, and return it with what it wants."""
        wants: list[Want] = []
        if run.state is not RunState.STOPPED and not run.closed:
            run, wants = self._turned(run, now_us)
            run = settled(run, now_us)
        return [self._keep(run), *wants]

    def _turned(self, run: RunRecord, now_us: Instant) -> tuple[RunRecord, list[Want]]:
        playbook = self._playbooks.get(run.playbook)
        wants: list[Want] = []
        for place in range(len(run.steps)):
            step = run.steps[place]
            # Anew for each: the step before it may have begun just now.
            at_us = due_us(run, playbook)[place]
            if step.state is not StepState.WAITING or at_us is None or now_us < at_us:
                continue
            plan = still_planned(step, playbook)
            if plan is None:
                step = moved(step, StepMove.SKIP, now_us, note=UNPLANNED)
                self._tell(run, step.step, f"“{step.text}” of {run.name}: {UNPLANNED}", now_us)
            elif isinstance(plan, ManualStep):
                step = moved(step, StepMove.ASK, now_us)
            else:
                step, more = self._begun(run, step, plan, now_us)
                wants += more
            run = with_step(run, step, now_us)
        return run, wants

    def _begun(
        self,
        run: RunRecord,
        step: StepRecord,
        plan: AnyStep,
        now_us: Instant,
        *,
        by: Line | None = None,
    ) -> tuple[StepRecord, list[Want]]:
        """Return a step that begins now, and what it wants."""
        step = moved(step, StepMove.BEGIN, now_us, by=by)
        wants = wants_of(run, step, plan, self._playbooks[run.playbook])
        if isinstance(plan, PostureStep):
            step = moved(step, StepMove.FINISH, now_us)
        return step, wants

    # --- Records --------------------------------------------------------------------------------

    def _keep(self, run: RunRecord) -> RunRecord:
        self._runs[run.id] = run
        return run

    def _tell(self, run: RunRecord, about: str, text: str, now_us: Instant) -> None:
        mark = "EXERCISE: " * run.exercise + "SIMULATION: " * run.simulated
        self._notices.append(
            NoticeView(
                id=derived_id(run.id, about, str(now_us), text),
                at_us=now_us,
                role=Role.SUPERVISOR.value,
                text=line(mark + text),
                alert=None if run.alert is None else run.alert.id,
                run=run.id,
            )
        )
