"""The screen, and the people before it: they see what is shown, and ask for all sorts of things."""

from collections.abc import Callable
from typing import Any

from simulation.judge import Judge
from simulation.parts import Disk
from simulation.process import Hub
from simulation.scheduler import Scheduler

from wire.actions import (
    Acknowledge,
    AcknowledgeIncident,
    AnswerTask,
    AskKind,
    Assess,
    Cancel,
    CancelTask,
    Clear,
    Confirm,
    CreateTask,
    DoStep,
    JoinIncident,
    LogEntry,
    Order,
    ReturnToService,
    SetPosture,
    Shelve,
    SkipStep,
    StartPlaybook,
    StopPlaybook,
    TakeOutOfService,
    Unshelve,
)
from wire.feed import ActionReply, AlertView, CommandView, Delta
from wire.labels import (
    ActuatorAction,
    AlertOutcome,
    AlertState,
    CommandState,
    Posture,
    ReceiptStatus,
    Role,
    RunState,
)
from wire.work import IncidentView, LoadView, RunView, TaskView

OUTCOMES = tuple(AlertOutcome)
ORDERS = (
    ("bollard-01", ActuatorAction.RAISE),
    ("bollard-01", ActuatorAction.LOWER),
    ("gate-01", ActuatorAction.OPEN),
    ("gate-01", ActuatorAction.CLOSE),
    ("foam-01", ActuatorAction.TURN_ON),
    ("siren-real", ActuatorAction.SILENCE),
)


class Screen:
    """A dashboard: the port Live."""

    def __init__(self, disk: Disk, judge: Judge) -> None:
        self._disk = disk
        self._judge = judge
        self.alerts: dict[str, AlertView] = {}
        self.closed: dict[str, AlertView] = {}
        self.commands: dict[str, CommandView] = {}
        self.runs: dict[str, RunView] = {}
        self.tasks: dict[str, TaskView] = {}
        self.incidents: dict[str, IncidentView] = {}
        self.asked_count = self.granted_count = 0
        self.escalated: set[str] = set()
        self.number = 0
        self.load: LoadView | None = None
        self.flood_told = False
        self.hub: Hub | None = None

    def restarted(self) -> None:
        """Forget what a hub before this one has shown."""
        for views in self._views():
            views.clear()
        self.number = 0
        self.flood_told = False

    def show(self, delta: Delta) -> None:
        assert delta.number > self.number, "frames are numbered upwards"
        self.number = delta.number
        for alert in delta.alerts:
            if self._disk.ok:
                known = self._judge.alerts.latest
                assert alert.id in known, f"A-{alert.number} was shown before it was kept"
            if alert.escalation:
                self.escalated.add(alert.id)
        self.load = delta.load or self.load
        self.flood_told |= any("flood" in one.text for one in delta.notices)
        for gone in delta.alerts_gone:
            state = self._judge.alerts.latest[gone].state
            assert state is AlertState.CLOSED, "an alert left the screen that is not closed"
        _merge(self.alerts, delta.alerts, delta.alerts_gone)
        _merge(self.closed, delta.closed, delta.closed_gone)
        _merge(self.commands, delta.commands, delta.commands_gone)
        _merge(self.runs, delta.runs, delta.runs_gone)
        _merge(self.tasks, delta.tasks, delta.tasks_gone)
        _merge(self.incidents, delta.incidents, delta.incidents_gone)

    def renew(self) -> None:
        """The hub sends a snapshot: what is missing in it has gone."""
        assert self.hub is not None
        whole = self.hub.snapshot()
        self.load = whole.load
        self.alerts = {one.id: one for one in whole.alerts}
        self.closed = {one.id: one for one in whole.closed}
        self.commands = {one.id: one for one in whole.commands}
        self.runs = {one.id: one for one in whole.runs}
        self.tasks = {one.id: one for one in whole.tasks}
        self.incidents = {one.id: one for one in whole.incidents}

    def reply(self, reply: ActionReply) -> None:
        assert self._judge.answers.get(reply.id) is reply.accepted, (
            "an answer is on disk before it is given"
        )
        self.asked_count += 1
        self.granted_count += reply.accepted

    def _views(self) -> tuple[dict[str, Any], ...]:
        return (self.alerts, self.closed, self.commands, self.runs, self.tasks, self.incidents)


class People:
    """Two operators, a supervisor, and whoever carries a phone in the field."""

    def __init__(self, scheduler: Scheduler, hub: Hub, screen: Screen) -> None:
        self._scheduler = scheduler
        self._hub = hub
        self._screen = screen

    def ask(self) -> None:
        """Let somebody ask for something that their screen offers; not all of it is granted."""
        if self._hub.runner is None:
            return
        dice = self._scheduler.random
        kinds: list[Callable[[], AskKind | None]] = [self._alert] * 10
        kinds += [self._command] * 9 + [self._task] * 2 + [self._run] * 2 + [self._wish]
        asked = dice.choice(kinds)()
        if asked is None:
            return
        name = dice.choice(("Ada", "Ben", "Sue"))
        role = Role.SUPERVISOR if name == "Sue" else Role.OPERATOR
        team = None
        if isinstance(asked, AnswerTask) and dice.random() < 0.5:
            name, role, team = "Fay", Role.FIELD, "team-1"
        self._hub.ask(asked, name, role, team)

    def tidy(self) -> None:
        """Let an operator go through the list: whoever does this keeps it short."""
        dice = self._scheduler.random
        for alert in [*self._screen.alerts.values()]:
            if self._hub.runner is None or dice.random() < 0.3:
                continue
            if alert.state is AlertState.ACKNOWLEDGED:
                done = Clear(alert=alert.id, note="seen to", outcome=dice.choice(OUTCOMES))
                self._hub.ask(done, "Ada", Role.OPERATOR)
            elif alert.state not in (AlertState.SHELVED, AlertState.OUT_OF_SERVICE):
                self._hub.ask(Acknowledge(alert=alert.id), "Ben", Role.OPERATOR)
        for closed in [*self._screen.closed.values()][5:]:
            if self._hub.runner is not None:
                said = Assess(alert=closed.id, outcome=dice.choice(OUTCOMES))
                self._hub.ask(said, "Ada", Role.OPERATOR)

    def _some(self, views: dict[str, Any]) -> Any:
        return self._scheduler.random.choice(list(views.values())) if views else None

    def _alert(self) -> AskKind | None:
        """Mostly acknowledge; sometimes shelve or close."""
        dice = self._scheduler.random
        if dice.random() < 0.1 and (closed := self._some(self._screen.closed)) is not None:
            return Assess(alert=closed.id, outcome=dice.choice(OUTCOMES))
        if dice.random() < 0.1 and (incident := self._some(self._screen.incidents)) is not None:
            return AcknowledgeIncident(incident=incident.id)
        alert = self._some(self._screen.alerts)
        if alert is None:
            return None
        some = self._some(self._screen.incidents)
        asks: list[AskKind] = [Acknowledge(alert=alert.id)] * 10
        asks += [Clear(alert=alert.id, note="seen to", outcome=dice.choice(OUTCOMES))] * 4
        asks.append(Shelve(alert=alert.id, duration_s=dice.choice((60, 300, 3600)), reason="works"))
        asks.append(Unshelve(alert=alert.id))
        asks.append(JoinIncident(alert=alert.id, incident=None if some is None else some.id))
        asks.append(LogEntry(text="seen", alert=alert.id))
        return dice.choice(asks)

    def _command(self) -> AskKind | None:
        dice = self._scheduler.random
        waiting = {
            key: one
            for key, one in self._screen.commands.items()
            if one.state in (CommandState.AWAITING_CONFIRMATION, CommandState.BLOCKED)
        }
        if waiting and dice.random() < 0.8:
            command = dice.choice(list(waiting))
            if dice.random() < 0.1:
                return Cancel(command=command, reason="not now")
            return Confirm(command=command)
        actuator, action = dice.choice(ORDERS)
        return Order(actuator=actuator, action=action, reason="by hand")

    def _task(self) -> AskKind | None:
        dice = self._scheduler.random
        task = self._some(self._screen.tasks)
        if task is None:
            return CreateTask(text="Go round", team=dice.choice((None, "team-1")))
        status = dice.choice(tuple(ReceiptStatus))
        return dice.choice(
            (
                CancelTask(task=task.id, reason="enough"),
                AnswerTask(task=task.id, status=status, team=dice.choice((None, "team-1"))),
            )
        )

    def _run(self) -> AskKind | None:
        dice = self._scheduler.random
        running = {
            key: one for key, one in self._screen.runs.items() if one.state is RunState.RUNNING
        }
        run = self._some(running)
        if run is None or dice.random() < 0.4:
            alert = self._some(self._screen.alerts) if dice.random() < 0.3 else None
            return StartPlaybook(
                playbook=dice.choice(("evacuate", "calm", "calm", "defend")),
                alert=None if alert is None else alert.id,
                reason="to be safe",
            )
        step = dice.choice(run.steps).step
        return dice.choice(
            (
                DoStep(run=run.id, step=step),
                SkipStep(run=run.id, step=step, reason="not here"),
                StopPlaybook(run=run.id, reason="over"),
            )
        )

    def _wish(self) -> AskKind:
        """Ask for what changes what others see."""
        dice = self._scheduler.random
        target = dice.choice(("panic", "gas", "silence", "gas-01", "button-play", "siren-real"))
        postures = (*Posture, Posture.NORMAL, Posture.NORMAL)
        return dice.choice(
            (
                TakeOutOfService(target=target, duration_s=dice.choice((60, 600)), reason="works"),
                ReturnToService(target=target),
                SetPosture(
                    posture=dice.choice(postures),
                    zone=dice.choice((None, "line", "stage")),
                    reason="as told",
                ),
            )
        )


def _merge(views: dict[str, Any], changed: tuple[Any, ...], gone: tuple[str, ...]) -> None:
    for one in changed:
        views[one.id] = one
    for key in gone:
        views.pop(key, None)
