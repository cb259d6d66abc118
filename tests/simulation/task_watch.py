"""Tasks under watch: none told before it is kept, no number used again, and a no is a no."""

from typing import TYPE_CHECKING

from hub.core.response.task import ASKED, TaskRecord
from wire.actions import AnswerTask, OperatorAction
from wire.labels import ReceiptStatus, Role
from wire.messages import Receipt, TaskNotice

if TYPE_CHECKING:
    from simulation.alert_watch import AlertWatch


class TaskWatch:
    """Every task that ever was on disk."""

    def __init__(self, alerts: "AlertWatch") -> None:
        self._alerts = alerts
        self.latest: dict[str, TaskRecord] = {}
        self.refusals: set[tuple[str, str]] = set()
        self._numbers: dict[int, str] = {}

    def changed(self, task: TaskRecord) -> None:
        """Judge a change of a task."""
        owner = self._numbers.setdefault(task.number, task.id)
        assert owner == task.id, f"T-{task.number} is two tasks"
        self.latest[task.id] = task
        self._check_asked(task)

    def answered(self, receipt: Receipt) -> None:
        """Take note of a team's answer that is on disk."""
        if receipt.status is ReceiptStatus.DECLINED and receipt.task in self.latest:
            self._refused(receipt.task, receipt.sender)

    def asked(self, action: OperatorAction) -> None:
        """Take note of an answer that somebody gave in a team's name and was granted."""
        ask = action.ask
        if isinstance(ask, AnswerTask) and ask.status is ReceiptStatus.DECLINED:
            own = action.team if action.role is Role.FIELD else ask.team
            team = own or self.latest[ask.task].team
            if team is not None:
                self.refusals.add((ask.task, team))

    def departed(self, notice: TaskNotice) -> None:
        """Judge what teams are told."""
        kept = self.latest.get(notice.task)
        assert kept is not None, "a task was told before it was kept"
        if kept.alert is not None:
            assert notice.simulated == self._alerts.latest[kept.alert].simulated

    def _refused(self, task: str, team: str) -> None:
        self.refusals.add((task, team))
        self._check_asked(self.latest[task])

    def _check_asked(self, task: TaskRecord) -> None:
        if task.state in ASKED:
            said_no = (task.id, task.team) in self.refusals
            assert not said_no, f"{task.team} said no to T-{task.number} and is asked again"
