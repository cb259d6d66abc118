"""A real Mosquitto on a free port of this machine, to be killed and started again at will."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from shutil import which
from types import TracebackType
from typing import Self

START_MAX_S = 120.0
STOP_MAX_S = 120.0


class Mosquitto:
    """One broker that anybody on this machine may use."""

    def __init__(self, directory: Path, port: int | None = None) -> None:
        self.port = a_free_port() if port is None else port
        self._settings = directory / "mosquitto.conf"
        self._settings.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 100000\n"
            "set_tcp_nodelay true\nlog_type none\n"
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it listens."""
        program = which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if program is None:
            sys.exit("mosquitto is not installed\n  try: apt-get install mosquitto")
        self._process = subprocess.Popen([program, "-c", str(self._settings)])
        _wait_for(self.port)

    def kill(self) -> None:
        """End it without warning, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(STOP_MAX_S)
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()


def a_free_port() -> int:
    """Return a port that nobody listens on, and that nobody else is given as free.

    Until this process ends a socket of it holds the port and does not listen: who wants this very
    port gets it as often as they like, and no other program takes it in between.
    """
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind(("127.0.0.1", 0))
    port = int(holder.getsockname()[1])
    holder.detach()
    return port


def _wait_for(port: int) -> None:
    deadline_s = time.monotonic() + START_MAX_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
        except OSError:
            if time.monotonic() > deadline_s:
                raise
            time.sleep(0.02)
        else:
            return
