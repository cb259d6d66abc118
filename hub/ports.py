"""The six ports: everything that the core's runner needs from outside.

Every port is synchronous and never blocks: what takes time is answered by a callback, on the
runner's own thread. So the same runner works on asyncio with SQLite and Mosquitto, and on a
seeded scheduler with simulated disks and networks (`tests/simulation`).
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from hub.core.effects import Entry
from wire.feed import ActionReply, Delta


class Clock(Protocol):
    """What time it is."""

    def now_us(self) -> int:
        """Return the instant in microseconds UTC. It never goes back."""
        ...


class Devices(Protocol):
    """Sensors, actuators and teams, over whatever carries topics and payloads."""

    def publish(self, topic: str, payload: bytes, *, qos: int, retain: bool) -> None:
        """Hand a payload to the bus. At most once: receipts and outcomes tell the rest."""
        ...


class Live(Protocol):
    """The people who look at the picture now."""

    def show(self, delta: Delta) -> None:
        """Push a delta to every client; a client that stalls gets a snapshot later."""
        ...

    def renew(self) -> None:
        """Give every client a snapshot: what it was shown last was not the whole."""
        ...

    def reply(self, reply: ActionReply) -> None:
        """Answer the person who asked."""
        ...


class Log(Protocol):
    """The journal, from its writing end."""

    def append(self, entries: Sequence[Entry], done: Callable[[], None]) -> None:
        """Make the entries durable together and in order, then call `done`.

        Where the disk refuses, the log tries again until it succeeds and says so by `ok`.
        """
        ...

    @property
    def ok(self) -> bool:
        """Whether the last attempt to write succeeded."""
        ...


class Store(Protocol):
    """The journal, from its reading end."""

    def standing(self) -> Iterable[Entry]:
        """Yield the STATE and MARK entries that a restarted hub begins with, oldest first."""
        ...


class Lease(Protocol):
    """The right to be the one hub that writes this journal."""

    def acquire(self) -> None:
        """Take the lease, or raise `LeaseHeldError` naming who has it."""
        ...

    def release(self) -> None:
        """Give it back. A process that dies gives it back too."""
        ...
