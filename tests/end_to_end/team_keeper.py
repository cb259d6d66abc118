"""A field team's phone that keeps its word through kills: what it has to say is on disk first.

    python team_keeper.py BROKER TEAM PASSWORD FOLDER

It takes each task, reads it, accepts it, is there and has done it; some it refuses, some it lets
pass. Each answer stands in FOLDER/said before anybody hears it.
"""

import os
import sys
import time
from pathlib import Path
from queue import Empty, Queue
from typing import Final
from zlib import crc32

from end_to_end.crossing import FRAME, SITE
from end_to_end.kill_plan import TEAMS
from end_to_end.siren_keeper import lines_of, note
from small_square import Voice

from edge.adapters.connection import Broker, Connection, broker_at
from edge.adapters.spool import Spool
from wire import codec, topics
from wire.catalogue import Party
from wire.labels import ReceiptStatus, TaskState
from wire.messages import Committed, HubHealth, Message, Position, Receipt, TaskNotice, TeamPosition

SAID: Final = "said"
BEAT_S: Final = 5.0
LOOK_S: Final = 0.05
# People are slower; but a trial has many tasks, and each pause is one in which somebody may die.
PAUSE_S: Final = 0.5

ALL: Final = tuple(one for one in ReceiptStatus if one is not ReceiptStatus.DECLINED)
REFUSED: Final = (ReceiptStatus.DEVICE_RECEIPT, ReceiptStatus.READ, ReceiptStatus.DECLINED)
LET_PASS: Final = (ReceiptStatus.DEVICE_RECEIPT, ReceiptStatus.READ)
TAKEN: Final = (TaskState.ACCEPTED, TaskState.ON_SCENE)
# One task in so many is refused by each team but the last, and one is let pass.
SHARE: Final = 6


def answers_of(team: str, notice: TaskNotice) -> tuple[ReceiptStatus, ...]:
    """Return all that a team says of a task, in order; the same after each death of its phone."""
    if notice.state in TAKEN:
        return ALL  # Whoever has said so for it, it does it.
    lot = (crc32(notice.task.encode()) + sorted(TEAMS).index(team)) % SHARE
    if team == max(TEAMS):
        return ALL
    return {0: REFUSED, 1: LET_PASS}.get(lot, ALL)


class Phone:
    """One team's device: what it has said of which task, and what it says next."""

    def __init__(self, name: str, broker: Broker, folder: Path) -> None:
        self._name = name
        self._voice = Voice(name, os.urandom(8).hex(), simulated=True)
        self._spool = Spool(folder / "outbox.sqlite", self._voice.boot)
        self._path = folder / SAID
        self._said: dict[str, list[ReceiptStatus]] = {}
        for line in lines_of(self._path):
            _, _, task, status = line.split()
            self._said.setdefault(task, []).append(ReceiptStatus(status))
        self._tasks: dict[str, TaskNotice] = {}  # That are this team's, as the hub says.
        self._spoken_s: dict[str, float] = {}
        self._inbox: Queue[tuple[str, bytes]] = Queue()
        self._session, self._hub_boot, self._beat_s = 0, "", 0.0
        self._connection = Connection(
            broker,
            name,
            received=lambda topic, payload: self._inbox.put((topic, payload)),
            subscribe=topics.device_filters(SITE, Party.TEAM, name),
        )

    def run(self) -> None:
        """Answer until killed."""
        self._connection.start()
        while True:
            try:
                self._receive(*self._inbox.get(timeout=LOOK_S))
            except Empty:
                self._answer()
            if self._connection.is_up:
                self._speak()

    def _speak(self) -> None:
        if self._connection.session != self._session:
            self._session = self._connection.session
            self._begin_again()
        if time.monotonic() - self._beat_s >= BEAT_S:
            self._beat()
        for entry in self._spool.due(_now_us()):
            self._connection.publish(entry.topic, entry.payload, qos=1)

    def _begin_again(self) -> None:
        self._beat()
        self._spool.reconnected()

    def _beat(self) -> None:
        """Say how the phone is and where the team stands."""
        self._beat_s = time.monotonic()
        health = self._voice.health(_now_us(), floors=self._spool.floors)
        topic = topics.team_health(SITE, self._name)
        self._connection.publish(topic, codec.encode(health), qos=1, retain=True)
        lat_deg, lon_deg = FRAME.to_wgs84(*TEAMS[self._name])
        at = Position(lat_deg=lat_deg, lon_deg=lon_deg, sigma_east_m=3.0, sigma_north_m=3.0)
        where = self._voice.says(TeamPosition, _now_us(), position=at)
        topic = topics.team_position(SITE, self._name)
        self._connection.publish(topic, codec.encode(where), qos=1)

    # --- Tasks ----------------------------------------------------------------------------------

    def _receive(self, topic: str, payload: bytes) -> None:
        if payload:
            self._take(codec.decode(topic, payload, site=SITE))
        else:
            self._tasks.pop(topic.rpartition("/")[2], None)

    def _take(self, message: Message) -> None:
        match message:
            case Committed(of_boot=boot, committed_seq=seq):
                self._spool.committed(boot, seq, _now_us())
            case HubHealth(boot=boot) if boot != self._hub_boot:
                self._hub_boot = boot
                self._begin_again()
            case TaskNotice(team=self._name):
                self._tasks[message.task] = message
            case TaskNotice():
                self._tasks.pop(message.task, None)  # It has gone to another.
            case _:
                pass

    def _answer(self) -> None:
        """Say the next thing of each task, a moment after the last."""
        for notice in tuple(self._tasks.values()):
            said = self._said.setdefault(notice.task, [])
            left = [one for one in answers_of(self._name, notice) if one not in said]
            now_s = time.monotonic()
            if left and now_s - self._spoken_s.get(notice.task, 0.0) >= PAUSE_S:
                self._spoken_s[notice.task] = now_s
                said.append(left[0])
                self._put(notice.task, left[0])

    def _put(self, task: str, status: ReceiptStatus) -> None:
        seq = self._spool.next_seq
        receipt = self._voice.says(Receipt, _now_us(), seq=seq, task=task, status=status)
        self._spool.put(topics.team_receipt(SITE, self._name), codec.encode(receipt))
        note(self._path, f"{self._voice.boot} {seq} {task} {status}")


def _now_us() -> int:
    return time.time_ns() // 1000


def main(arguments: list[str]) -> None:
    """Be a team's phone until killed."""
    address, name, password, folder = arguments
    Phone(name, broker_at(address, name, password), Path(folder)).run()


if __name__ == "__main__":
    main(sys.argv[1:])
