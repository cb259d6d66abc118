"""Starts a broker as a child process, keeps it running, and stops it with the hub."""

import asyncio
import contextlib
import errno
import logging
import os
import secrets
import shutil
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path, PurePosixPath

import msgspec
from msgspec import Struct

from hub.adapters.broker import guard
from hub.adapters.broker.access import Rights, rights_of
from hub.adapters.broker.credentials import load_credentials, write_private
from hub.adapters.broker.mosquitto import CONFIGURATION, Listener, mosquitto_files
from hub.errors import BrokerMissingError, BrokerUnreachableError, PortTakenError
from wire.catalogue import Party
from wire.topics import HUB

# A broker of ours listens within a second; a machine that is starting everything may leave it
# without a turn for much longer, and one that cannot listen ends by itself.
START_S = 60.0
STOP_S = 5.0
POLL_S = 0.02
RESTART_S = 1.0
SALT_BYTES = 12
LAST_LINES = 5

log = logging.getLogger(__name__)


class BrokerKind(StrEnum):
    """The brokers that the hub can start."""

    EMBEDDED = "embedded"
    MOSQUITTO = "mosquitto"


class RunningBroker:
    """A broker that runs: where it is, and who may connect."""

    def __init__(self, kind: BrokerKind, host: str, port: int, passwords: dict[str, str]) -> None:
        self.kind = kind
        self.host = host
        self.port = port
        self.passwords = passwords
        """The password of each name; the hub's own is under `wire.topics.HUB`."""
        self.pid = 0
        """Of the child that runs now."""

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"mqtt://{self.host}:{self.port}"


class BrokerPlan(Struct, frozen=True, kw_only=True):
    """What broker to start, where, and for whom."""

    kind: BrokerKind
    site: str
    devices: Mapping[str, Party]
    data_directory: Path
    host: str = "127.0.0.1"
    port: int = 0  # 0: any that is free.


@asynccontextmanager
async def start_broker(plan: BrokerPlan) -> AsyncIterator[RunningBroker]:
    """Run a broker for the site's devices. It ends with the context."""
    with _held_port(plan.host, plan.port) as port:
        directory = plan.data_directory / "broker"
        passwords = load_credentials(plan.data_directory, [HUB, *plan.devices])
        broker = RunningBroker(plan.kind, plan.host, port, passwords)
        command = _prepare(broker, rights_of(plan.site, plan.devices, passwords), directory)
        child = _Child(broker, command, directory / "broker.log")
        await child.start()
        keeper = asyncio.create_task(child.keep())
        try:
            yield broker
        finally:
            keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeper
            await child.stop()


@contextlib.contextmanager
def _held_port(host: str, port: int) -> Iterator[int]:
    """Hold the port, or a free one for 0; raise `PortTakenError` where somebody listens.

    Who holds it does not listen, so the broker can; but nobody else is given it as a free one
    before the broker listens, or while it is away.
    """
    with socket.socket() as holder:
        # As servers do: a port that was just left counts as free, and the broker shares this one.
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            holder.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                what = f"the broker cannot listen at {host}:{port}: {error.strerror}"
                raise PortTakenError(
                    what, fix="name an address and port of this machine"
                ) from error
            what = f"another program listens at {host}:{port}"
            fix = "stop it, give the broker another port, or use that broker: --broker mqtt://…"
            raise PortTakenError(what, fix=fix) from error
        yield holder.getsockname()[1]


def _prepare(broker: RunningBroker, rights: dict[str, Rights], directory: Path) -> list[str]:
    """Write the broker's files and return the command that starts it."""
    if broker.kind is BrokerKind.EMBEDDED:
        access_file = directory / "access.json"
        write_private(access_file, msgspec.json.encode(rights).decode())
        address = [broker.host, str(broker.port)]
        return [sys.executable, "-m", "hub.adapters.broker.embedded", str(access_file), *address]
    program = _mosquitto()
    listener = Listener(
        host=broker.host,
        port=broker.port,
        directory=PurePosixPath(directory.resolve()),
        # Started by root it would change to a user of its own, who may not read these files.
        user="root" if os.geteuid() == 0 else None,
    )
    salts = {name: secrets.token_bytes(SALT_BYTES) for name in rights}
    texts = mosquitto_files(listener, rights, salts)
    for name, text in texts.items():
        write_private(directory / name, text)
    return [program, "-c", str(directory / CONFIGURATION)]


def _mosquitto() -> str:
    # Debian puts it where only root's PATH looks.
    program = shutil.which("mosquitto") or shutil.which(
        "mosquitto", path="/usr/sbin:/usr/local/sbin"
    )
    if program is None:
        what = "Mosquitto is not installed"
        raise BrokerMissingError(
            what,
            fix="apt-get install mosquitto   (or leave --broker away: the embedded one serves)",
        )
    return program


class _Child:
    """The broker's process, and the next one when it ends."""

    def __init__(self, broker: RunningBroker, command: list[str], log_file: Path) -> None:
        self._broker = broker
        self._command = command
        self._log_file = log_file
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start the process and wait until it listens."""
        guarded = [sys.executable, guard.__file__, str(os.getpid()), *self._command]
        packages = str(Path(__file__).parents[3])
        paths = os.pathsep.join(filter(None, [packages, os.environ.get("PYTHONPATH")]))
        with self._log_file.open("wb") as output:
            self._process = await asyncio.create_subprocess_exec(
                *guarded,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, "PYTHONPATH": paths},
                # Ctrl-C in the terminal reaches the hub alone, which says goodbye first.
                start_new_session=True,
            )
        self._broker.pid = self._process.pid
        try:
            await self._until_it_listens(self._process)
        except BaseException:
            await self.stop()
            raise

    async def keep(self) -> None:
        """Start the broker again whenever it ends."""
        while True:
            assert self._process is not None
            status = await self._process.wait()
            log.warning("the %s broker ended with %d; trying again", self._broker.kind, status)
            while not await self._restarted():
                pass  # It waited before it answered.
            log.warning("the %s broker runs again", self._broker.kind)

    async def stop(self) -> None:
        """End the process, politely at first."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(STOP_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _restarted(self) -> bool:
        try:
            await self.start()
        except (OSError, BrokerUnreachableError) as error:
            log.debug("%s", error)
            await asyncio.sleep(RESTART_S)
            return False
        return True

    async def _until_it_listens(self, process: asyncio.subprocess.Process) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + START_S
        while process.returncode is None and loop.time() < deadline:
            try:
                _, writer = await asyncio.open_connection(self._broker.host, self._broker.port)
            except OSError:
                await asyncio.sleep(POLL_S)
            else:
                writer.close()
                return
        raise await asyncio.to_thread(self._failure, process.returncode)

    def _failure(self, status: int | None) -> BrokerUnreachableError:
        last = " / ".join(self._log_file.read_text("utf-8", "replace").splitlines()[-LAST_LINES:])
        became = f"is silent after {START_S:.0f} s" if status is None else f"ended with {status}"
        what = f"the {self._broker.kind} broker {became}: {last or 'it said nothing'}"
        fix = f"see {self._log_file}, or start with another --broker"
        return BrokerUnreachableError(what, fix=fix)
