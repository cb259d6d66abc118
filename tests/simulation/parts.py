"""The world around the hub: a broker that loses, and a disk that forgets."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence

from simulation.scheduler import SECOND, Scheduler

from hub.core.alerts.alert import AlertRecord
from hub.core.effects import Durability, Entry, Record
from hub.core.response.task import TaskRecord
from wire.catalogue import Family
from wire.topics import PREFIX, parse

Handler = Callable[[str, bytes], None]

# A third of a broker's real delays; long ones come from `slow`.
DELAY_US = 2_000
# As many of what is over are given to a hub that starts, as by the real one.
OVER_MAX = 200


class Broker:
    """Carries messages at most once, as a broker whose acknowledgement is worth nothing."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._clients: dict[str, tuple[Callable[[str], bool], Handler]] = {}
        self._cut: set[str] = set()
        self._retained: dict[str, bytes] = {}
        self._life = 0
        self.is_up = True
        self.loss = 0.0
        self.repeat = 0.0
        self.slow = 0.0
        self.lost_count = 0

    def connect(self, name: str, wants: Callable[[str], bool], handler: Handler) -> bool:
        """Subscribe; retained messages come at once. False: nobody answers."""
        if not self.is_up or name in self._cut:
            return False
        self._clients[name] = (wants, handler)
        for topic, payload in list(self._retained.items()):
            if wants(topic):
                self._send(name, topic, payload)
        return True

    def is_connected(self, name: str) -> bool:
        return self.is_up and name in self._clients

    def disconnect(self, name: str) -> None:
        self._clients.pop(name, None)

    def publish(self, name: str, topic: str, payload: bytes, *, retain: bool) -> None:
        """Take a message. What a client says while it is not connected is gone."""
        assert topic.startswith(PREFIX)
        if not self.is_connected(name):
            self.lost_count += 1
            return
        if retain and payload:
            self._retained[topic] = payload
        elif retain:
            self._retained.pop(topic, None)
        for other, (wants, _) in list(self._clients.items()):
            if wants(topic):
                self._send(other, topic, payload)

    def shown(self, family: Family) -> set[str]:
        """Return the ids of the alerts, or tasks, that a new phone is shown at once."""
        addresses = (parse(topic) for topic in self._retained)
        return {one.ref for one in addresses if one.family is family and one.ref is not None}

    def crash(self) -> None:
        """Die with everything in flight and everything retained."""
        self.is_up = False
        self._life += 1
        self._clients.clear()
        self._retained.clear()

    def restart(self) -> None:
        self.is_up = True

    def cut(self, name: str) -> None:
        """Break one client's link."""
        self._cut.add(name)
        self.disconnect(name)

    def mend(self, name: str) -> None:
        self._cut.discard(name)

    def _send(self, name: str, topic: str, payload: bytes) -> None:
        dice = self._scheduler.random
        if dice.random() < self.loss:
            self.lost_count += 1
            return
        for _ in range(2 if dice.random() < self.repeat else 1):
            # Independent delays reorder messages.
            delay_us = dice.expovariate(1.0 / DELAY_US)
            if dice.random() < self.slow:
                delay_us += dice.uniform(0, 3 * SECOND)
            self._scheduler.after(delay_us, self._arrival(self._life, name, topic, payload))

    def _arrival(self, life: int, name: str, topic: str, payload: bytes) -> Callable[[], None]:
        client = self._clients[name]

        def arrive() -> None:
            if life == self._life and self._clients.get(name) is client:
                client[1](topic, payload)

        return arrive


class Disk:
    """A journal's disk: an entry is there once its flush is done, and not before.

    `written` is told of each append that has become durable, whether anybody hears of it or not.
    """

    def __init__(
        self, scheduler: Scheduler, written: Callable[[Sequence[Entry]], None] = lambda _: None
    ) -> None:
        self._scheduler = scheduler
        self._written = written
        self._life = 0
        self._standing: dict[tuple[str, str], Entry] = {}
        self._over: deque[Entry] = deque(maxlen=OVER_MAX)
        self._queue: list[tuple[Sequence[Entry], Callable[[], None]]] = []
        self._flushing = False
        self.latest: dict[tuple[type[Record], str], Record] = {}
        self.entry_count = 0
        self.is_full = False
        self.ok = True

    # --- The ports Log and Store ----------------------------------------------------------------

    def append(self, entries: Sequence[Entry], done: Callable[[], None]) -> None:
        self._queue.append((tuple(entries), done))
        self._flush_later()

    def standing(self) -> Iterator[Entry]:
        yield from list(self._standing.values())

    def over(self) -> Iterator[Entry]:
        """Yield the alerts and tasks that have ended last."""
        yield from list(self._over)

    # --- Faults ---------------------------------------------------------------------------------

    @property
    def is_idle(self) -> bool:
        return not self._queue

    def power_cut(self) -> None:
        """Forget what was not flushed, and who waited for it.

        Some of it may have reached the disk all the same, and nobody was told.
        """
        self._life += 1
        if self._flushing and not self.is_full:
            for entries, _ in self._queue[: self._scheduler.random.randint(0, len(self._queue))]:
                self._write(entries)
        self._queue.clear()
        self._flushing = False
        self.ok = True

    def _flush_later(self) -> None:
        if self._flushing or not self._queue:
            return
        self._flushing = True
        life = self._life
        delay_us = self._scheduler.random.expovariate(1.0 / 1_500)
        self._scheduler.after(delay_us, lambda: self._flush(life))

    def _flush(self, life: int) -> None:
        if life != self._life:
            return
        if self.is_full:
            self.ok = False
            self._scheduler.after(SECOND / 4, lambda: self._flush(life))
            return
        self.ok = True
        group, self._queue = self._queue, []
        for entries, _ in group:
            self._write(entries)
        self._flushing = False
        for _, done in group:
            done()
        self._flush_later()

    def _write(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            kind = (type(entry.record).__name__, entry.key)
            if entry.durability is not Durability.MARK:
                self.entry_count += 1
                self.latest[type(entry.record), entry.key] = entry.record
            if entry.durability in (Durability.STATE, Durability.MARK):
                # The latest goes to the end, as in the real store.
                self._standing.pop(kind, None)
                self._standing[kind] = entry
            if entry.durability is Durability.ENDED:
                self._standing.pop(kind, None)
                if isinstance(entry.record, AlertRecord | TaskRecord):
                    self._over.append(entry)
        self._written(entries)
