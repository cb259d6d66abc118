"""An edge agent that has much to say: the real publisher and outbox, and a view that never rests.

    python edge_sender.py BROKER SENSOR PASSWORD FOLDER RATE

A sensor that is a button says that it is pressed. Says so many cues a second until it is told
SIGUSR1; then it prints how many those were and only delivers what waits. Whatever is in its outbox
stands in FOLDER/said before anybody hears it.
"""

import os
import signal
import sys
import threading
import time
from itertools import count, cycle
from pathlib import Path

from end_to_end.crossing import BUTTONS, SITE
from msgspec.structs import replace

from edge.adapters.connection import broker_at
from edge.adapters.publisher import Publisher
from edge.adapters.spool import Spool
from edge.core.report import Reporter
from edge.core.view_health import View
from wire.ids import ENTROPY_BYTES, ulid
from wire.labels import CueKind
from wire.messages import Cue
from wire.quantities import Instant

SAID = "said"


class Presses(Reporter):
    """What a button says: each change of its view is a hand on it."""

    def cue(self, view: View, seq: int, observed_us: Instant, sent_us: Instant) -> Cue:
        cue = super().cue(view, seq, observed_us, sent_us)
        return replace(cue, kind=CueKind.BUTTON_PRESSED)


class NotedSpool(Spool):
    """An outbox whose every entry is noted in a file of its own."""

    def __init__(self, folder: Path, boot: str) -> None:
        self._noted_boot = boot
        self._note = os.open(folder / SAID, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        super().__init__(folder / "outbox.sqlite", boot)

    def put(self, topic: str, payload: bytes) -> None:
        seq = self.next_seq
        super().put(topic, payload)
        # What the kernel has outlives a kill of this process.
        os.write(self._note, f"{self._noted_boot} {seq}\n".encode())


def main(arguments: list[str]) -> None:
    """Say cues until told otherwise."""
    address, sensor, password, folder, rate = arguments
    quiet = threading.Event()
    signal.signal(signal.SIGUSR1, lambda *_: quiet.set())
    now_us = time.time_ns() // 1000
    boot = ulid(now_us, os.urandom(ENTROPY_BYTES))
    reporter = Presses if sensor in BUTTONS else Reporter
    publisher = Publisher(
        reporter(sensor, boot, simulated=True, entropy=lambda: os.urandom(ENTROPY_BYTES)),
        SITE,
        broker_at(address, sensor, password),
        NotedSpool(Path(folder), boot),
        faults=list,
        frame_rate_hz=lambda: float(rate),
    )
    publisher.start()
    _tell(boot)
    number = 0
    begun_s = time.monotonic()
    views = cycle([View.COVERED, View.DARK, View.DEFOCUSED])
    for number, view in zip(count(), views, strict=False):
        if quiet.wait(max(0.0, begun_s + number / float(rate) - time.monotonic())):
            break
        publisher.view(view, time.time_ns() // 1000)
    _tell(str(number))
    signal.pause()


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
