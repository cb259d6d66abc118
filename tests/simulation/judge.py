"""What must hold at every step, judged from the world and the disk and not from the hub's word.

The judge sees each append that has become durable, each payload that leaves the hub, each command
that a machine carries out, and each task that a team reads. It knows nothing of the engine.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from simulation.alert_watch import AlertWatch
from simulation.command_watch import CommandWatch
from simulation.devices import Machine, Team
from simulation.following_watch import FollowingWatch
from simulation.parts import Disk
from simulation.plan import CUES, SITE
from simulation.task_watch import TaskWatch

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.incident import IncidentRecord
from hub.core.alerts.service import ServiceRecord
from hub.core.effects import Accepted, Asked, Durability, Entry, InboxMark
from hub.core.response.command import CommandRecord
from hub.core.response.posture import PostureRecord
from hub.core.response.task import TaskRecord
from hub.core.rules.gas_course import GasRecord
from hub.core.site import Site
from wire import codec, topics
from wire.labels import ActuatorPosition, Posture
from wire.messages import AlertNotice, Command, Committed, Cue, Receipt, TaskNotice

CUE_AGE_MAX_US = 590_000_000


class World(Protocol):
    """What the judge asks of the world."""

    disk: Disk

    @property
    def plan(self) -> Site:
        """The plan in force."""
        ...

    def hub_us(self) -> int:
        """Return what the hub's clock says."""
        ...

    def began_us(self) -> int:
        """Return what the hub's clock said when the latest hub began."""
        ...

    @property
    def positions(self) -> Mapping[str, tuple[ActuatorPosition, int]]:
        """What each machine last told the hub that it does, and when."""
        ...

    def is_seen(self) -> bool:
        """Return whether the hub has heard a radar within what it may act upon."""
        ...

    def is_occupied(self) -> bool:
        """Return whether somebody has stood between the bollards for some seconds."""
        ...


class Judge:
    """Every invariant."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.alerts = AlertWatch(world)
        self.commands = CommandWatch(world)
        self.tasks = TaskWatch(self.alerts)
        self.following = FollowingWatch(world, self.alerts)
        self.accepted: set[str] = set()
        self._committed: dict[tuple[str, str], int] = {}
        self._incident_numbers: dict[int, str] = {}
        self._doses: dict[str, GasRecord] = {}
        self.answers: dict[str, bool] = {}

    # --- The disk -------------------------------------------------------------------------------

    def written(self, entries: Sequence[Entry]) -> None:
        """Judge one append as a whole: it became durable in one piece."""
        kept = [one for one in entries if one.durability is not Durability.MARK]
        for entry in kept:
            if isinstance(entry.record, Asked):
                self._asked(entry, entry.record)
        before = {
            one.record.id: self.alerts.latest.get(one.record.id)
            for one in kept
            if isinstance(one.record, AlertRecord)
        }
        for entry in kept:
            self._kept(entry)
        self._look_after(kept)
        self.following.appended(kept, before)
        for entry in entries:
            if isinstance(entry.record, GasRecord):
                self._read(entry.record)

    def _read(self, record: GasRecord) -> None:
        """Check that nobody becomes less exposed within a day, whatever dies."""
        before = self._doses.get(record.key)
        if before is not None and before.day == record.day:
            assert record.dose >= before.dose, f"a dose of {record.key} is forgotten"
        self._doses[record.key] = record

    def _kept(self, entry: Entry) -> None:
        match entry.record:
            case Accepted():
                assert entry.key not in self.accepted, f"{entry.key} is taken twice"
                self.accepted.add(entry.key)
            case ServiceRecord() as service:
                self.alerts.service(service, entry.at_us)
            case PostureRecord() as posture:
                self.alerts.postures[posture.zone or "site"] = posture.posture
            case AlertRecord() as alert:
                self.alerts.changed(alert, entry.at_us)
            case CommandRecord() as command:
                self.commands.changed(command)
            case TaskRecord() as task:
                self.tasks.changed(task)
            case IncidentRecord() as incident:
                owner = self._incident_numbers.setdefault(incident.number, incident.id)
                assert owner == incident.id, f"I-{incident.number} is two incidents"
            case _:
                pass

    def _asked(self, entry: Entry, asked: Asked) -> None:
        assert entry.key not in self.answers, "an action is done twice"
        self.answers[entry.key] = asked.accepted
        if asked.accepted:
            self.alerts.asked(asked.action, entry.at_us)
            self.commands.asked(asked.action)
            self.tasks.asked(asked.action)
            self.following.asked(asked.action)

    def _look_after(self, kept: Sequence[Entry]) -> None:
        """Check what must be so once a whole append is on disk."""
        for entry in kept:
            if isinstance(entry.record, Accepted):
                said = codec.decode(entry.record.topic, entry.record.payload, site=SITE)
                is_new = entry.at_us - said.observed_us <= CUE_AGE_MAX_US
                if isinstance(said, Cue) and said.kind in CUES and is_new:
                    self.following.said(said, entry.at_us)
                    self.alerts.must_know(said)
                elif isinstance(said, Receipt):
                    self.tasks.answered(said)
            elif isinstance(entry.record, Asked) and entry.record.accepted:
                self.alerts.must_obey(entry.record.action)

    # --- What leaves the hub --------------------------------------------------------------------

    def departed(self, topic: str, payload: bytes) -> None:
        """Check what leaves the hub against what is on its disk and in the world."""
        if not payload:
            return
        message = codec.decode(topic, payload, site=SITE)
        if isinstance(message, Command):
            self.commands.departed(message, self.alerts.latest)
            evacuates = Posture.EVACUATING in (
                self.alerts.postures.get("site"),
                self.alerts.postures.get("line"),
            )
            if message.actuator == "gate-01" and message.action in ("close", "lock"):
                assert not evacuates, "an escape route was closed in an evacuation"
        elif isinstance(message, Committed):
            self._check_committed(topics.parse(topic).device, message)
        elif isinstance(message, AlertNotice):
            assert message.alert in self.alerts.latest, "an alert was told before it was kept"
        elif isinstance(message, TaskNotice):
            self.tasks.departed(message)

    def _check_committed(self, sender: str, message: Committed) -> None:
        """Check that all that a sender may forget is in the journal."""
        marks = (
            one.record.mark
            for one in self._world.disk.standing()
            if isinstance(one.record, InboxMark)
        )
        mark = next(one for one in marks if one.boot == message.of_boot)
        assert message.committed_seq <= mark.committed_seq, "committed before it is on disk"
        known = self._committed.get((sender, message.of_boot), 0)
        for seq in range(known + 1, message.committed_seq + 1):
            name = f"{sender}/{message.of_boot}/{seq}"
            assert name in self.accepted, f"{name} is committed, and nowhere in the journal"
        self._committed[sender, message.of_boot] = max(known, message.committed_seq)

    # --- The field ------------------------------------------------------------------------------

    def executed(self, machine: Machine, command: Command, now_us: int) -> None:
        """Check what a machine does."""
        self.commands.executed(machine, command, now_us)

    def told(self, team: Team, notice: TaskNotice) -> None:
        """Check what a team reads."""
        assert notice.simulated == team.simulated, f"{team.name} reads a task that is not of it"
