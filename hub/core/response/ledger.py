"""The commands themselves: what became of each, and what each actuator was last told."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from msgspec.structs import replace

from hub.core.response.command import DONE, PENDING, CommandRecord, Doubt, Move, after, can
from hub.core.site import Site
from wire.labels import CommandState
from wire.quantities import Identifier, Instant, Line, Ulid


class Ledger:
    """Every command that something is still to come of, and every other for a while."""

    def __init__(self, site: Site) -> None:
        self._commands: dict[Ulid, CommandRecord] = {}
        self._told: dict[Identifier, CommandRecord] = {}
        self.tried_us: dict[Ulid, Instant] = {}
        """When a command last tried to leave."""
        self.touched: set[Identifier] = set()
        """The actuators of whose commands something has changed; whoever reads it empties it."""
        self.replan(site)

    def replan(self, site: Site) -> None:
        """Go on by an edited plan."""
        steps = ((playbook.id, step.id) for playbook in site.playbooks for step in playbook.steps)
        self._steps: dict[tuple[str | None, str | None], int] = {
            step: place for place, step in enumerate(steps)
        }

    @property
    def all(self) -> Mapping[Ulid, CommandRecord]:
        """Every command, oldest first."""
        return MappingProxyType(self._commands)

    @property
    def pending(self) -> dict[Ulid, CommandRecord]:
        """The commands of which something is still to come."""
        return {one.id: one for one in self._commands.values() if one.state in PENDING}

    def of_alert(self, alert: Ulid) -> list[CommandRecord]:
        """Return the commands of an alert, in the order of the plan also after a restart."""
        commands = [one for one in self._commands.values() if one.alert == alert]
        return sorted(
            commands,
            key=lambda one: (one.requested_us, self._steps.get((one.playbook, one.step), 0)),
        )

    def of_actuator(self, actuator: Identifier) -> Iterator[CommandRecord]:
        """Yield the commands of an actuator, oldest first."""
        return (one for one in tuple(self._commands.values()) if one.actuator == actuator)

    def last_told(self, actuator: Identifier) -> CommandRecord | None:
        """Return the latest command that left for an actuator, however long ago."""
        return self._told.get(actuator)

    def told_actuators(self) -> tuple[Identifier, ...]:
        """Return the actuators that anything was ever sent to."""
        return tuple(self._told)

    def must_keep(self, record: CommandRecord) -> bool:
        """Return whether a restarted hub must begin with it.

        What an actuator was last told is what it is compared with when it comes back.
        """
        told = self._told.get(record.actuator)
        return record.state in PENDING or (told is not None and told.id == record.id)

    def keep(self, record: CommandRecord) -> CommandRecord:
        """Put a record in the place of what was known of it."""
        self._commands[record.id] = record
        self._note(record)
        return record

    def move(
        self, record: CommandRecord, move: Move, now_us: Instant, *, note: Line | None = None
    ) -> CommandRecord:
        """Make an allowed move, keep the record and return it."""
        moved = replace(record, state=after(record.state, move), changed_us=now_us, note=note)
        if moved.seen_us is not None and can(moved.state, Move.VERIFY):
            # The sensor was quicker than the actuator's own word.
            moved = replace(moved, state=after(moved.state, Move.VERIFY))
        if moved.state in DONE and moved.done_us is None:
            moved = replace(moved, done_us=now_us)
        if moved.state is CommandState.CONFIRMED:
            # Late, but its actuator shows it: from here on it may differ from it.
            moved = replace(
                moved, doubts=tuple(one for one in moved.doubts if one is not Doubt.UNSHOWN)
            )
        if moved.state is CommandState.VERIFIED:
            moved = replace(moved, doubts=())
        return self.keep(moved)

    def forget(self, record: CommandRecord) -> None:
        """Drop a command, but for its being the last that its actuator was told."""
        del self._commands[record.id]
        self.tried_us.pop(record.id, None)

    def _note(self, record: CommandRecord) -> None:
        """Take note of what an actuator was last told, and that something changed."""
        self.touched.add(record.actuator)
        if record.sent_us is None:
            return
        told = self._told.get(record.actuator)
        if told is None or told.id == record.id or _order(told) < _order(record):
            self._told[record.actuator] = record


def _order(record: CommandRecord) -> tuple[Instant, Instant, Ulid]:
    """Return what tells which of two commands to one actuator left later."""
    return record.sent_us or 0, record.requested_us, record.id
