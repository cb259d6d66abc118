"""A siren that keeps its word through kills: what it did and has to say is on disk before it is so.

    python siren_keeper.py BROKER ACTUATOR PASSWORD FOLDER

Each command that it carries out stands in FOLDER/done, once; each that it hears in FOLDER/heard.
"""

import os
import queue
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from end_to_end.crossing import SITE
from small_square import Voice

from edge.adapters.connection import Broker, Connection, broker_at
from edge.adapters.spool import Spool
from wire import codec, topics
from wire.catalogue import Party
from wire.labels import ActuatorPosition, OutcomeStatus
from wire.messages import Command, Committed, HubHealth, Message, Outcome

DONE, HEARD = "done", "heard"
BEAT_US = 5_000_000
WAIT_MAX_S = 1.0


class Siren:
    """One actuator: a courier's thread of its own, as an edge has."""

    def __init__(self, name: str, broker: Broker, folder: Path) -> None:
        self._name = name
        self._voice = Voice(name, os.urandom(8).hex(), simulated=True)
        self._spool = Spool(folder / "outbox.sqlite", self._voice.boot)
        self._done_path, self._heard_path = folder / DONE, folder / HEARD
        self._done = set(lines_of(self._done_path))
        self._position = ActuatorPosition.OFF
        self._command: str | None = None
        self._jobs: queue.Queue[Callable[[], None]] = queue.Queue()
        self._session, self._hub_boot, self._beat_us = 0, "", 0
        self._connection = Connection(
            broker,
            name,
            connected=lambda: self._jobs.put(lambda: None),
            received=self._received,
            subscribe=topics.device_filters(SITE, Party.ACTUATOR, name),
        )

    def run(self) -> None:
        """Obey until killed."""
        self._connection.start()
        while True:
            with suppress(queue.Empty):
                self._jobs.get(timeout=WAIT_MAX_S)()
            if self._connection.is_up:
                self._speak()

    def _speak(self) -> None:
        if self._connection.session != self._session:
            self._session = self._connection.session
            self._begin_again()
        if _now_us() - self._beat_us >= BEAT_US:
            self._beat()
        for entry in self._spool.due(_now_us()):
            self._connection.publish(entry.topic, entry.payload, qos=1)

    def _begin_again(self) -> None:
        """Tell a new broker or hub all that it must know: floors first, then what waits."""
        self._beat()
        self._say(topics.actuator_about(SITE, self._name), self._voice.about_siren(_now_us()))
        self._tell_state()
        self._spool.reconnected()

    def _beat(self) -> None:
        self._beat_us = _now_us()
        health = self._voice.health(self._beat_us, floors=self._spool.floors)
        self._say(topics.actuator_health(SITE, self._name), health)

    def _tell_state(self) -> None:
        state = self._voice.state(_now_us(), self._position, command=self._command)
        self._say(topics.actuator_state(SITE, self._name), state)

    def _say(self, topic: str, message: Message) -> None:
        self._connection.publish(topic, codec.encode(message), qos=1, retain=True)

    # --- Commands -------------------------------------------------------------------------------

    def _received(self, topic: str, payload: bytes) -> None:
        message = codec.decode(topic, payload, site=SITE)
        self._jobs.put(lambda: self._take(message))

    def _take(self, message: Message) -> None:
        match message:
            case Committed(of_boot=boot, committed_seq=seq):
                self._spool.committed(boot, seq, _now_us())
            case HubHealth(boot=boot) if boot != self._hub_boot:
                self._hub_boot = boot
                self._begin_again()
            case Command():
                self._obey(message)
            case _:
                pass

    def _obey(self, command: Command) -> None:
        note(self._heard_path, command.id)
        expires_us = command.expires_us
        is_new = command.id not in self._done
        if is_new and expires_us is not None and _now_us() >= expires_us:
            self._answer(command, OutcomeStatus.REJECTED, "expired")
            return
        if is_new:
            # On disk first: a siren that forgets what it did does it twice.
            self._done.add(command.id)
            note(self._done_path, command.id)
            self._answer(command, OutcomeStatus.ACCEPTED)
        self._position, self._command = ActuatorPosition.ON, command.id
        self._tell_state()
        self._answer(command, OutcomeStatus.COMPLETED)

    def _answer(self, command: Command, status: OutcomeStatus, reason: str | None = None) -> None:
        fields = {"seq": self._spool.next_seq, "command": command.id, "status": status}
        outcome = self._voice.says(Outcome, _now_us(), **fields, reason=reason)
        self._spool.put(topics.actuator_outcome(SITE, self._name), codec.encode(outcome))


def lines_of(path: Path) -> list[str]:
    """Return the lines of a file that may not be there yet; a torn last one counts too."""
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def note(path: Path, line: str) -> None:
    """Add a line to a file: what the kernel has outlives a kill of this process."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(file, f"{line}\n".encode())
    os.close(file)


def _now_us() -> int:
    return time.time_ns() // 1000


def main(arguments: list[str]) -> None:
    """Be a siren until killed."""
    address, name, password, folder = arguments
    Siren(name, broker_at(address, name, password), Path(folder)).run()


if __name__ == "__main__":
    main(sys.argv[1:])
