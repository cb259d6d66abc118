"""The product's programs as real processes: started, killed without warning, started again."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from shutil import which
from types import TracebackType
from typing import Any, Self

from patience import PATIENCE_S, until

from bench.mosquitto import a_free_port
from hub.adapters.store.history import History

ROOT = Path(__file__).parents[2]


def answers(port: int) -> bool:
    """Whether somebody listens at a port of this machine."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
    except OSError:
        return False
    return True


def children(pid: int) -> list[int]:
    """Return the processes that a process has started and that still run."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def is_running(pid: int) -> bool:
    """Whether a process is there and not only waiting to be buried."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


class Program:
    """One program of the product; its words go to files in a folder."""

    def __init__(self, name: str, words: list[str], folder: Path) -> None:
        self.name = name
        self.words = words
        self.folder = folder
        self.environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None, f"the {self.name} was not started"
        return self._process.pid

    @property
    def is_up(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        with self.output.open("wb") as output, self.errors.open("ab") as errors:
            self._process = subprocess.Popen(
                self.words,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                env=self.environment,
            )

    def kill(self) -> None:
        """End it without warning, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE_S)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end and return its exit status."""
        assert self._process is not None
        if self.is_up:
            self._process.send_signal(number)
        try:
            return self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    @property
    def output(self) -> Path:
        return self.folder / f"{self.name}.out"

    @property
    def errors(self) -> Path:
        return self.folder / f"{self.name}.err"

    def first_line(self) -> str:
        """Wait for the first line that it prints and return it."""

        def line() -> str:
            said = self.output.read_text(encoding="utf-8")
            assert self.is_up or "\n" in said, f"the {self.name} ended: {self.last_words()}"
            return said.partition("\n")[0] if "\n" in said else ""

        return until(line, f"the {self.name} says something")

    def last_words(self) -> str:
        """Return the end of what it said of its troubles."""
        return "\n".join(self.errors.read_text("utf-8", "replace").splitlines()[-20:])

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.is_up:
            self.stop()
        if error is not None:
            error.add_note(f"--- the {self.name}'s last words\n{self.last_words()}")


class Hub(Program):
    """A hub with its journal in a folder, on the same ports in every life."""

    def __init__(self, folder: Path, site: Path, *words: str, broker: str = "embedded") -> None:
        self.data_dir = folder / "var"
        self.port = a_free_port()
        self.broker_port = a_free_port()
        self._said: dict[str, Any] = {}
        self.user, self.password = "", ""
        own = ["--site", str(site), "--data-dir", str(self.data_dir), "--broker", broker]
        own += ["--http-port", str(self.port), "--broker-port", str(self.broker_port)]
        command = [sys.executable, "-m", "hub.cli", "serve", "--announce", "json"]
        super().__init__("hub", [*command, *own, *words], folder)

    def start(self, *, wait: bool = True) -> None:
        super().start()
        if wait:
            self.wait_until_it_serves()

    def kill(self) -> None:
        """End it without warning, and wait until its broker has followed: the port is free then."""
        own = children(self.pid) if self.is_up else []
        super().kill()
        until(lambda: not any(map(is_running, own)), "the broker of a hub that is killed ends")

    def wait_until_it_serves(self) -> None:
        self._said = json.loads(self.first_line())
        # The hub tells a password at its first start only. It is that user's, whoever is added.
        if self._said["password"]:
            self.user, self.password = self._said["user"], self._said["password"]

    def worked_s(self) -> float:
        """Return for how long the processor has worked for it, without its broker."""
        words = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def broker_url(self) -> str:
        return str(self._said["broker"])

    @property
    def credentials(self) -> Path:
        return Path(self._said["devices_file"])

    def passwords(self) -> dict[str, str]:
        """Return the password of every device."""
        return dict(json.loads(self.credentials.read_bytes()))

    def history(self) -> History:
        """Return what is on its disk."""
        return History(self.data_dir / "journal.db")

    def add_user(self, name: str, role: str, *more: str) -> str:
        """Let somebody sign in; return the password."""
        words = ["users", "add", name, "--role", role, "--generate", *more]
        words += ["--data-dir", str(self.data_dir)]
        done = run_hub(self.folder, *words)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()[-1]


class Mosquitto(Program):
    """A broker that the hub did not start, with the credentials that `broker-files` makes."""

    def __init__(self, folder: Path, site: Path) -> None:
        program = which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        assert program is not None, "Mosquitto is not installed: apt-get install mosquitto"
        self.port = a_free_port()
        self.files = folder / "broker-files"
        words = ["broker-files", str(self.files), "--site", str(site), "--host", "127.0.0.1"]
        made = run_hub(folder, *words, "--port", str(self.port))
        assert made.returncode == 0, made.stderr
        super().__init__("mosquitto", [program, "-c", str(self.files / "mosquitto.conf")], folder)

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    def start(self) -> None:
        super().start()
        until(lambda: answers(self.port), "Mosquitto listens")


def run_hub(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run one command of the hub to its end."""
    return run(folder, "hub.cli", *words)


def run(folder: Path, module: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run one program of the product to its end."""
    return subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
