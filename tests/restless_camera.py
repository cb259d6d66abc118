"""A program that is a camera whose view changes all the time, until somebody kills it.

    python restless_camera.py PORT STATE_DIRECTORY COUNT

It says COUNT cues and then says nothing more, but goes on delivering them.
"""

import os
import sys
import threading
import time
from itertools import cycle
from pathlib import Path

from edge.adapters import heartbeat
from edge.adapters.connection import Broker
from edge.adapters.publisher import Publisher
from edge.adapters.spool import Spool
from edge.core.report import Reporter
from edge.core.view_health import View
from wire.delivery import Limits
from wire.ids import ulid

PERIOD_S = 0.002
heartbeat.PERIOD_US = 200_000


def main() -> None:
    """Change the view, again and again."""
    port, directory, count = int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    boot = ulid(time.time_ns() // 1000, os.urandom(10))
    reporter = Reporter("cam-01", boot, simulated=True, entropy=lambda: os.urandom(10))
    spool = Spool(directory / "cam-01.sqlite", boot, Limits(resend_after_us=300_000))
    broker = Broker(host="127.0.0.1", port=port, username="cam-01")
    publisher = Publisher(reporter, "square", broker, spool, faults=list, frame_rate_hz=lambda: 7.0)
    publisher.start()
    never = threading.Event()
    for _, view in zip(range(count), cycle([View.COVERED, View.GOOD]), strict=False):
        publisher.view(view, time.time_ns() // 1000)
        never.wait(PERIOD_S)
    never.wait()


if __name__ == "__main__":
    main()
