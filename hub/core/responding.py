"""From alerts to what is done about them: playbooks, commands, tasks and postures."""

from collections.abc import Iterable, Mapping
from typing import assert_never

from msgspec.structs import replace

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.refusal import Refusal
from hub.core.devices import Devices
from hub.core.effects import Durability, Publish
from hub.core.emitter import Emitter
from hub.core.fusion.fuser import Fuser
from hub.core.notices import Notices
from hub.core.picture.picture import Picture
from hub.core.picture.views import command_view
from hub.core.response.command import CommandRecord
from hub.core.response.dispatcher import Response
from hub.core.response.live_picture import LivePicture
from hub.core.response.posture import DRILL_OVER, SITE, PostureRecord, Postures
from hub.core.response.run import RunRecord
from hub.core.response.runs import (
    Change,
    Runs,
    WantCommand,
    WantPosture,
    WantTask,
    WantWithdraw,
)
from hub.core.response.safe_state import SafeStates
from hub.core.response.task import TaskRecord
from hub.core.response.tasks import Tasks
from hub.core.response.team import Teams
from hub.core.rules.wording import line
from hub.core.site import Site
from wire.actions import CommandAsk, OperatorAction, PlaybookAsk, SetPosture, TaskAsk
from wire.geodesy import SiteFrame
from wire.ids import derived_id
from wire.labels import CommandState, Posture, Role, RunState, TaskState
from wire.messages import ActuatorState, Cue, Health, Outcome, Reading, Receipt, TeamPosition
from wire.quantities import Identifier, Instant, Ulid
from wire.work import NoticeView

RespondingRecord = CommandRecord | RunRecord | TaskRecord | PostureRecord

# A step may want a command, whose end makes the next step want one. No playbook has so many.
ROUNDS_MAX = 100


class Responding:
    """Everything that is done about alerts, and by hand."""

    def __init__(  # noqa: PLR0913 -- all that acts on the world meets here.
        self,
        site: Site,
        frame: SiteFrame,
        *,
        fuser: Fuser,
        devices: Devices,
        alerts: Mapping[Ulid, AlertRecord],
        picture: Picture,
        notices: Notices,
        emitter: Emitter,
        boot: Ulid,
    ) -> None:
        self._fuser = fuser
        self._devices = devices
        self._alerts = alerts
        self._picture = picture
        self._notices = notices
        self._emitter = emitter
        self.response = Response(site)
        self._boot = boot
        self._safe_states = SafeStates(site, boot)
        self.postures = Postures(site)
        self.runs = Runs(site)
        self.teams = Teams(site, frame)
        self.tasks = Tasks(self.teams)
        self._task_number = 0  # The highest that is on disk.

    @property
    def next_wake_us(self) -> Instant | None:
        """When time alone changes something next."""
        due = (self.response.next_wake_us, self.runs.next_wake_us, self.tasks.next_wake_us)
        return min((at_us for at_us in due if at_us is not None), default=None)

    @property
    def is_drill(self) -> bool:
        """Whether a playbook that is only rehearsed is under way."""
        every = self.runs.all.values()
        return any(run.exercise and run.state is RunState.RUNNING for run in every)

    # --- Alerts ---------------------------------------------------------------------------------

    def begin(self, alert: AlertRecord) -> None:
        """Begin the playbooks of an alert that was raised, or came back, at this instant."""
        self._carry(self.runs.begin(alert, self._now_us))

    def end(self, alert: AlertRecord) -> None:
        """End what waits for an alert that has closed."""
        self._carry(self.runs.end(alert, self._now_us))
        self._commands(self.response.end(alert, self._now_us))
        self._tasks(self.tasks.end(alert, self._now_us))
        for command in self.response.commands_of(alert.id):
            # A restarted hub need no longer begin with what was done about a closed alert.
            if not self.response.must_keep(command):
                self._emitter.keep(command.id, command, Durability.ENDED)

    # --- People ---------------------------------------------------------------------------------

    def act(self, action: OperatorAction) -> str:
        """Do what a person asks; return why not, or nothing."""
        ask, now_us = action.ask, self._now_us
        if isinstance(ask, CommandAsk):
            commands = self.response.act(action, self._live_picture(), now_us)
            if isinstance(commands, Refusal):
                return commands.reason
            self._commands(commands)
        elif isinstance(ask, PlaybookAsk):
            changes = self.runs.act(action, self._alerts, now_us)
            if isinstance(changes, Refusal):
                return changes.reason
            self._carry(changes)
        elif isinstance(ask, TaskAsk):
            tasks = self.tasks.act(action, self._alerts, now_us)
            if isinstance(tasks, Refusal):
                return tasks.reason
            self._tasks(tasks)
        else:
            assert isinstance(ask, SetPosture)
            posture = self.postures.act(action, now_us)
            if isinstance(posture, Refusal):
                return posture.reason
            self._posture(posture)
        return ""

    # --- Devices --------------------------------------------------------------------------------

    def outcome(self, outcome: Outcome) -> None:
        """Take what an actuator says became of a command."""
        self._commands(self.response.outcome(outcome, self._now_us))

    def actuator_state(self, state: ActuatorState) -> None:
        """Take what an actuator does now."""
        self._commands(self.response.actuator_state(state, self._now_us))

    def cue(self, cue: Cue) -> None:
        """Let a sensor's statement show what a command has done."""
        self._commands(self.response.cue(cue, self._now_us))

    def reading(self, reading: Reading) -> None:
        """Let a reading show what a command has done."""
        self._commands(self.response.reading(reading, self._now_us))

    def team_position(self, message: TeamPosition) -> None:
        """Take where a team is."""
        self.teams.position(message, self._now_us)

    def team_health(self, health: Health) -> None:
        """Take how a team's phone is."""
        self.teams.health(health, self._now_us)

    def receipt(self, receipt: Receipt) -> None:
        """Take a team's answer to a task."""
        self._tasks(self.tasks.receipt(receipt, self._now_us))

    # --- Time -----------------------------------------------------------------------------------

    def wake(self) -> None:
        """Do what is due."""
        now_us = self._now_us
        self._carry(self.runs.wake(now_us))
        self._tasks(self.tasks.wake(now_us))
        due_us = self.response.next_wake_us
        if due_us is not None and now_us >= due_us:
            # The picture is put together only where a command looks at it.
            self._commands(self.response.wake(self._live_picture(), now_us))
        for command in self.response.resent(now_us):
            # It is in the journal as sent; once more to the bus, by the same id, changes nothing.
            self._emitter.add(self._notices.command(command, now_us))

    def each_second(self) -> None:
        """Do the slow duties."""
        self._picture.commands.keep_only(self.response.commands)
        self._picture.runs.keep_only(self.runs.all)
        self._picture.tasks.keep_only(self.tasks.all)
        for view in self.teams.views(self.tasks, self._now_us):
            self._picture.teams.put(view)
        for topic, message in self._safe_states.due(self._now_us):
            self._emitter.add(Publish(topic=topic, message=message, retain=True))
        for notice in (*self.runs.notices(self._now_us), *self.tasks.notices(self._now_us)):
            self._picture.notice(notice)

    def restore(self, record: RespondingRecord) -> None:
        """Take back what the journal says."""
        match record:
            case CommandRecord():
                self.response.restore(record)
            case RunRecord():
                self.runs.restore(record)
            case TaskRecord():
                self._task_number = max(self._task_number, record.number)
                self.tasks.restore(record)
            case PostureRecord():
                self.postures.restore(record)
            case _:  # pragma: no cover
                assert_never(record)

    def show_restored(self) -> None:
        """Show everything that the journal brought back."""
        for command in self.response.commands.values():
            self._picture.commands.put(command_view(command))
        for run in self.runs.views():
            self._picture.runs.put(run)
        for task in self.tasks.open.values():
            self._show_task(task)
            self._emitter.add(self._notices.task(task, self._now_us))
        self._picture.postures(self.postures.views())

    def replan(self, site: Site) -> None:
        """Go on by an edited plan."""
        zones = {zone.id for zone in site.zones}
        for zone in [one for one in self.postures.now if one != SITE and one not in zones]:
            ended = self.postures.set(
                Posture.NORMAL, zone, "the plan", "the zone is in the plan no longer", self._now_us
            )
            assert ended is not None
            self._posture(ended)
        self.response.replan(site)
        self._safe_states.replan(site)
        self.postures.replan(site)
        self.runs.replan(site)
        self.teams.replan(site)

    # --- What changed ---------------------------------------------------------------------------

    def _carry(self, changes: Iterable[Change]) -> None:
        """Keep and show what changed of playbooks, and do what they want."""
        waiting = list(changes)
        for _ in range(ROUNDS_MAX):
            if not waiting:
                break
            after: list[Change] = []
            for change in waiting:
                after += self._do(change)
            waiting = after
        # With nothing to carry, too: a power cut may come between a drill's end and its posture's.
        self._end_drills()

    def _do(self, change: Change) -> list[Change]:
        """Do one thing that a playbook wants; return what it makes the playbooks want next."""
        now_us = self._now_us
        match change:
            case RunRecord():
                self._run(change)
                return []
            case WantCommand():
                picture = self._live_picture()
                commands = self.response.step(
                    change.playbook,
                    change.step,
                    change.alert,
                    change.run,
                    now_us,
                    picture,
                    begun_us=change.begun_us,
                    exercise=change.exercise,
                )
                return self._commands_now(commands)
            case WantTask():
                return self._tasks_now(self.tasks.create(change, now_us))
            case WantPosture():
                posture = self._declared(change)
                if posture is not None:
                    self._posture(posture)
                return []
            case WantWithdraw():
                return self._commands_now(
                    self.response.withdraw(change.command, change.note, now_us)
                )
            case _:  # pragma: no cover
                assert_never(change)

    def _declared(self, want: WantPosture) -> PostureRecord | None:
        """Declare what a step wants; what only rehearses declares an exercise."""
        what = (want.posture, want.zone, want.by, want.reason, self._now_us)
        if want.drill is None:
            return self.postures.set(*what)
        return self.postures.rehearse(*what, drill=want.drill)

    def _end_drills(self) -> None:
        """End the postures that drills declared once none is under way."""
        if not self.postures.are_drilled or self.is_drill:
            return
        for record in self.postures.drills_over(self._now_us):
            self._posture(record)
            self._picture.notice(self._over(record))

    def _over(self, record: PostureRecord) -> NoticeView:
        """Return what the supervisor is told of a posture that went with its drill."""
        text = f"EXERCISE: {record.by} is over, and {self.postures.name(record.zone)} is normal"
        return NoticeView(
            id=derived_id(self._boot, record.zone or SITE, str(record.since_us), DRILL_OVER),
            at_us=record.since_us,
            role=Role.SUPERVISOR.value,
            text=line(text),
        )

    def _run(self, run: RunRecord) -> None:
        is_over = run.state is not RunState.RUNNING
        self._emitter.keep(run.id, run, Durability.ENDED if is_over else Durability.STATE)
        latest = self.runs.all.get(run.id)
        if latest is not None:
            self._picture.runs.put(self.runs.view(latest))

    def _commands(self, commands: Iterable[CommandRecord]) -> None:
        self._carry(self._commands_now(commands))

    def _commands_now(self, commands: Iterable[CommandRecord]) -> list[Change]:
        """Keep, send and show commands that changed; return what playbooks make of it."""
        changes: list[Change] = []
        for command in commands:
            is_over = command.alert not in self._alerts and not self.response.must_keep(command)
            durability = Durability.ENDED if is_over else Durability.STATE
            self._emitter.keep(command.id, command, durability)
            if command.state is CommandState.SENT:
                self._emitter.add(self._notices.command(command, self._now_us))
            self._picture.commands.put(command_view(command))
            self._picture.stir(command.alert)
            changes += self.runs.command_changed(command, self._now_us)
        return changes

    def _tasks(self, tasks: Iterable[TaskRecord]) -> None:
        self._carry(self._tasks_now(tasks))

    def _tasks_now(self, tasks: Iterable[TaskRecord]) -> list[Change]:
        """Keep, tell and show tasks that changed; return what playbooks make of it."""
        changes: list[Change] = []
        for task in tasks:
            is_over = task.state in (TaskState.DONE, TaskState.CANCELLED)
            self._emitter.keep(task.id, task, Durability.ENDED if is_over else Durability.STATE)
            self._keep_number(task)
            self._emitter.add(self._notices.task(task, self._now_us))
            self._show_task(task)
            changes += self.runs.task_changed(task, self._now_us)
        return changes

    def _keep_number(self, task: TaskRecord) -> None:
        """Keep the highest number, so that a restarted hub does not use it again."""
        if task.number > self._task_number:
            self._task_number = task.number
            over = replace(task, state=TaskState.CANCELLED)
            self._emitter.keep("latest-number", over, Durability.MARK)

    def _show_task(self, task: TaskRecord) -> None:
        self._picture.tasks.put(self.tasks.view(task))

    def _posture(self, posture: PostureRecord) -> None:
        zone: Identifier = posture.zone or SITE
        is_normal = posture.posture is Posture.NORMAL
        durability = Durability.ENDED if is_normal else Durability.STATE
        self._emitter.keep(f"posture/{zone}", posture, durability)
        self._picture.postures(self.postures.views())

    def _live_picture(self) -> LivePicture:
        coverage = self._fuser.coverage
        return LivePicture(
            tracks=self._fuser.tracks,
            covered_us=coverage.covered_us(),
            covered_in_play_us=coverage.covered_us(simulated=True),
            actuators=self._devices.known_actuators(self._now_us),
            alerts=self._alerts,
            postures=self.postures.now,
            positions=self._devices.positions(),
        )

    @property
    def _now_us(self) -> Instant:
        return self._emitter.now_us
