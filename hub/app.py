"""The composition root: the only module that knows every part. It starts them, and stops them.

lease -> journal -> plan -> engine -> broker -> bus -> runner -> web; and back in reverse.
"""

import asyncio
import contextlib
import logging
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from msgspec import Struct

from hub.adapters.broker.child import BrokerKind, BrokerPlan, start_broker
from hub.adapters.broker.credentials import FILE_NAME as DEVICES_FILE
from hub.adapters.broker.credentials import load_credentials
from hub.adapters.bus import BrokerAddress, MqttBus, broker_address
from hub.adapters.clock import SystemClock
from hub.adapters.recorder import Recorder
from hub.adapters.recording import Beginning as RecordingBeginning
from hub.adapters.runner import Runner
from hub.adapters.store.audit import Audit
from hub.adapters.store.history import History
from hub.adapters.store.journal import SqliteJournal
from hub.adapters.store.lease import FileLease
from hub.adapters.store.plans import FOLDER as PLANS_FOLDER
from hub.adapters.store.plans import PlanStore
from hub.adapters.store.users import Users, a_new_password
from hub.adapters.store.users_file import FILE_NAME as USERS_FILE
from hub.adapters.store.users_file import UsersFile
from hub.adapters.tape import Tape
from hub.adapters.web.application import create_app
from hub.adapters.web.live import LiveHub
from hub.adapters.web.needs import Needs
from hub.adapters.web.server import WebServer, bind
from hub.broker_files import devices_of, hub_password
from hub.config import STARTED_BROKERS, Settings, site_of
from hub.core.alerts.alert import AlertRecord
from hub.core.effects import Durability, Entry
from hub.core.engine import ANSWERS_MAX, Engine
from hub.core.picture.views import alert_view
from hub.core.site import Site
from hub.data_dir import open_data_dir
from hub.errors import BrokerUnreachableError
from hub.looking_back import LookingBack
from hub.plan_desk import Beginning, PlanDesk, begin, latest_recording
from wire import codec
from wire.feed import AlertView
from wire.ids import ENTROPY_BYTES, ulid
from wire.labels import HealthState, Role
from wire.messages import Fault, HubHealth
from wire.quantities import SECOND_US, Instant, Ulid
from wire.topics import HUB

JOURNAL_FILE: Final = "journal.db"
FIRST_USER: Final = "operator"
# A broker of our own takes the hub within this; later the hub says what it has.
_BROKER_S_MAX: Final = 5.0
# Half a tick of the engine: what is due is done at its own instant, only a little later.
_WAKE_S_MAX: Final = 0.05
_REPORT_EVERY_S: Final = 1.0
# Who waits longer for an answer than this looks at the screen first.
_ASKED_AGAIN_US: Final = 600 * SECOND_US
# More alerts, or tasks, do not end between the journal and the broker.
_OVER_MAX: Final = 200

log = logging.getLogger(__name__)


class Announcement(Struct, frozen=True, kw_only=True):
    """Where the hub is, once it serves. The password is there at the first start only."""

    url: str
    user: str
    password: str
    broker: str
    devices_file: str


class _Parts(Struct, frozen=True, kw_only=True):
    """Everything that runs."""

    announcement: Announcement
    clock: SystemClock
    journal: SqliteJournal
    bus: MqttBus
    runner: Runner
    desk: PlanDesk
    tape: Tape | None
    web: WebServer
    listener: socket.socket
    waits_for_broker: bool


async def serve(settings: Settings, announce: Callable[[Announcement], None]) -> None:
    """Run one hub until SIGINT or SIGTERM; raise `HubError` where it cannot run."""
    stop = asyncio.Event()
    with _signals(stop.set):
        async with _started(settings) as parts:
            await _run(parts, announce, stop)
    log.info("the hub has stopped")


def software() -> str:
    """Return which version this is."""
    try:
        return f"vedette {version('vedette')}"
    except PackageNotFoundError:
        return "vedette from a checkout"


# --- Starting -------------------------------------------------------------------------------------


@asynccontextmanager
async def _started(settings: Settings) -> AsyncIterator[_Parts]:
    """Start every part, and stop them in reverse."""
    async with AsyncExitStack() as stack:
        data_dir = open_data_dir(settings.data_dir)
        # Before the port: who starts a second hub by mistake reads that, and not that a program
        # has its port.
        lease = FileLease(data_dir / JOURNAL_FILE)
        lease.acquire()
        stack.callback(lease.release)
        plans = PlanStore(data_dir / PLANS_FOLDER)
        plan = begin(site_of(settings), plans, SystemClock().now_us())
        listener = bind(settings.http_host, settings.http_port)
        stack.callback(listener.close)
        journal = SqliteJournal(data_dir / JOURNAL_FILE)
        stack.callback(journal.close)
        users_file = UsersFile(data_dir / USERS_FILE)
        stack.callback(users_file.close)
        address, broker_url = await _broker(settings, plan.site, stack)
        yield _compose(
            settings,
            plan,
            _Held(
                plans=plans,
                journal=journal,
                users_file=users_file,
                address=address,
                broker_url=broker_url,
                listener=listener,
            ),
            stack,
        )


class _Held(Struct, frozen=True, kw_only=True):
    """What the hub holds of the world: files, a port, a broker."""

    plans: PlanStore
    journal: SqliteJournal
    users_file: UsersFile
    address: BrokerAddress
    broker_url: str
    listener: socket.socket


async def _broker(
    settings: Settings, site: Site, stack: AsyncExitStack
) -> tuple[BrokerAddress, str]:
    """Start the broker that is wanted, or return where it runs already."""
    if settings.broker in STARTED_BROKERS:
        plan = BrokerPlan(
            kind=BrokerKind(settings.broker),
            site=site.id,
            devices=devices_of(site),
            data_directory=settings.data_dir,
            host=settings.broker_host,
            port=settings.broker_port,
        )
        running = await stack.enter_async_context(start_broker(plan))
        own = BrokerAddress(host=running.host, port=running.port, password=running.passwords[HUB])
        return own, running.url
    password = settings.broker_password.get_secret_value()
    credentials = settings.broker_credentials
    if not password:
        password = (
            load_credentials(settings.data_dir, [HUB])[HUB]
            if credentials is None
            else hub_password(credentials)
        )
    address = broker_address(settings.broker, password=password, ca_file=settings.broker_ca_file)
    return address, settings.broker


def _standing(journal: SqliteJournal, start_us: Instant) -> tuple[Entry, ...]:
    """Return what this hub begins with."""
    # What was asked of the hub before it may be asked again, for want of an answer. The latest of
    # it above all: on a busy day there is more than is remembered.
    since_us = start_us - _ASKED_AGAIN_US
    latest = journal.history.latest("asked", ANSWERS_MAX)
    asked = [one for one in reversed(latest) if one.at_us >= since_us]
    # What was over when the hub before died, which may not have come to telling phones so.
    last = [one for kind in ("alert", "task") for one in journal.history.latest(kind, _OVER_MAX)]
    over = (one for one in last if one.durability is Durability.ENDED)
    return (*journal.standing(), *asked, *over)


def _compose(settings: Settings, plan: Beginning, held: _Held, stack: AsyncExitStack) -> _Parts:
    clock, journal, site = SystemClock(), held.journal, plan.site
    start_us = clock.now_us()
    boot = ulid(start_us, secrets.token_bytes(ENTROPY_BYTES))
    standing = _standing(journal, start_us)
    tape = _tape(settings, plan, boot, start_us, standing)
    if tape is not None:
        stack.callback(tape.close)
    engine = Engine(site, boot=boot, start_us=start_us, software=software(), plan=str(plan.version))
    # Milliseconds since 1970: frames are fewer, so that no number of an earlier start returns.
    live = LiveHub(engine.snapshot, first_number=start_us // 1000)
    bus = MqttBus(
        held.address,
        site=site.id,
        # The bus and the runner need each other; nothing comes before `run`.
        receive=lambda topic, payload: runner.receive(topic, payload),  # noqa: PLW0108 -- as said
        will=_goodbye(boot, start_us),
    )
    runner = Runner(
        engine,
        site_id=site.id,
        clock=clock,
        devices=bus,
        live=live,
        journal=journal,
        record=None if tape is None else tape.input,
        watch=None if tape is None else tape.effects,
    )
    runner.restore(standing)
    if tape is not None:
        tape.restored()
    users = Users(held.users_file, clock.now_us)
    desk = PlanDesk(
        plan,
        site_of(settings),
        held.plans,
        recording=lambda: latest_recording(settings.record, settings.data_dir),
        put_in_force=runner.replan,
        now_us=clock.now_us,
    )
    needs = Needs(
        accounts=users,
        audit=Audit(held.users_file, clock.now_us),
        snapshot=engine.snapshot,
        track=engine.track,
        coverage=lambda place: engine.coverage.evidence(place, clock.now_us()),
        hub_view=lambda: live.hub_view,
        ask=runner.submit,
        history=lambda limit: asyncio.to_thread(past_alerts, journal.history, limit),
        now_us=clock.now_us,
        plans=desk,
        reviews=LookingBack(
            journal.history, snapshot=engine.snapshot, site=lambda: desk.site, now_us=clock.now_us
        ),
        counts=lambda: _counts(runner, bus, journal),
    )
    web = WebServer(create_app(needs, live, public_origin=settings.public_origin))
    return _Parts(
        announcement=_announcement(settings, users, held),
        clock=clock,
        journal=journal,
        bus=bus,
        runner=runner,
        desk=desk,
        tape=tape,
        web=web,
        listener=held.listener,
        waits_for_broker=settings.broker in STARTED_BROKERS,
    )


def _tape(
    settings: Settings, plan: Beginning, boot: Ulid, start_us: Instant, standing: tuple[Entry, ...]
) -> Tape | None:
    """Return what records everything that arrives, where that is wanted."""
    if settings.record is None:
        return None
    beginning = RecordingBeginning(
        site=plan.site,
        plan=plan.text,
        software=software(),
        boot=boot,
        start_us=start_us,
        standing=standing,
    )
    return Tape(Recorder(settings.record, beginning))


def past_alerts(history: History, limit: int) -> list[AlertView]:
    """Return the latest alerts, newest first. Reads the disk: call it in a thread."""
    records = (entry.record for entry in history.latest("alert", limit))
    return [
        alert_view(record, (), incident=record.incident)
        for record in records
        if isinstance(record, AlertRecord)
    ]


def _goodbye(boot: str, now_us: int) -> bytes:
    """Return what the broker says for the hub when it is gone."""
    return codec.encode(
        HubHealth(
            id=ulid(now_us, secrets.token_bytes(ENTROPY_BYTES)),
            sender=HUB,
            boot=boot,
            seq=1,
            observed_us=now_us,
            sent_us=now_us,
            state=HealthState.GOODBYE,
            software=software(),
        )
    )


def _announcement(settings: Settings, users: Users, held: _Held) -> Announcement:
    known = users.all()
    password = "" if known else a_new_password()
    if not known:
        users.add(FIRST_USER, Role.SUPERVISOR, password, "Operator")
    host, port = held.listener.getsockname()[:2]
    # Every address of the machine is no address that a browser can open.
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - it is compared.
    return Announcement(
        url=settings.public_origin or f"http://{f'[{shown}]' if ':' in shown else shown}:{port}",
        user=FIRST_USER if not known else known[0].name,
        password=password,
        broker=held.broker_url,
        devices_file=str(
            (settings.broker_credentials or settings.data_dir / DEVICES_FILE).resolve()
        ),
    )


def open_users(data_dir: Path) -> tuple[UsersFile, Users, Audit]:
    """Open the users and their audit trail, for whoever administers them beside the hub."""
    file = UsersFile(open_data_dir(data_dir) / USERS_FILE)
    now_us = SystemClock().now_us
    return file, Users(file, now_us), Audit(file, now_us)


def _counts(
    runner: Runner, bus: MqttBus, journal: SqliteJournal
) -> Iterable[tuple[str, str, float]]:
    yield "scans", "Scans that reached the engine.", runner.scan_count
    yield "internal_errors", "Inputs that met a bug and were skipped.", runner.internal_error_count
    yield (
        "dropped_publishes",
        "Messages to devices that found no room while the broker was away.",
        bus.dropped_publish_count,
    )
    yield (
        "repeated_messages",
        "Messages that came again though they were in the journal.",
        journal.repeated_count,
    )


# --- Running --------------------------------------------------------------------------------------


@contextlib.contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    """Let Ctrl-C and a supervisor's word end the hub in order."""
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


async def _run(
    parts: _Parts, announce: Callable[[Announcement], None], stop: asyncio.Event
) -> None:
    """Run every part until one ends or a signal comes."""
    tasks = [
        asyncio.create_task(work)
        for work in (
            parts.bus.run(),
            _wake(parts.runner, parts.clock),
            _report(parts),
            _announce(parts, announce),
        )
    ]
    web = asyncio.create_task(parts.web.serve([parts.listener]))
    ending = asyncio.create_task(stop.wait())
    try:
        await _first_end([*tasks, web, ending])
    finally:
        # Screens first: they learn at once that the hub goes. Then the bus says goodbye.
        parts.web.stop()
        await asyncio.gather(web, return_exceptions=True)
        for task in [*tasks, ending]:
            task.cancel()
        await asyncio.gather(*tasks, ending, return_exceptions=True)


async def _first_end(tasks: list[asyncio.Task[None] | asyncio.Task[bool]]) -> None:
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()  # Raises what ended it.


async def _announce(parts: _Parts, announce: Callable[[Announcement], None]) -> None:
    """Say where the hub is once it serves; then wait with the others."""
    if parts.waits_for_broker:
        with contextlib.suppress(BrokerUnreachableError):
            await parts.bus.wait_connected(_BROKER_S_MAX)
    announce(parts.announcement)
    await asyncio.Event().wait()


async def _wake(runner: Runner, clock: SystemClock) -> None:
    """Let the engine do what is due, when it is due."""
    while True:
        due_s = (runner.next_wake_us() - clock.now_us()) / 1e6
        await asyncio.sleep(min(max(due_s, 0.0), _WAKE_S_MAX))
        if clock.now_us() >= runner.next_wake_us():
            runner.wake()


async def _report(parts: _Parts) -> None:
    """Tell the engine each second how its surroundings are."""
    while True:
        await parts.desk.look_at_file()
        parts.runner.report(
            bus_connected=parts.bus.connected,
            dropped_scans=parts.bus.dropped_scans,
            faults=(*parts.bus.faults(), *_faults(parts)),
        )
        await asyncio.sleep(_REPORT_EVERY_S)


def _faults(parts: _Parts) -> Iterable[Fault]:
    """Yield what is wrong around the engine, for the health screen."""
    if not parts.bus.connected:
        where = parts.announcement.broker.rpartition("@")[2]
        yield Fault(code="broker_lost", text=f"no connection to the broker at {where}"[:200])
    if not parts.journal.ok:
        text = f"the journal cannot be written: {parts.journal.reason}"
        yield Fault(code="journal_lost", text=text[:200])
    if parts.clock.ahead_us:
        text = f"the machine's clock was set back {parts.clock.ahead_us / 1e6:.1f} s"
        yield Fault(code="clock_set_back", text=text)
    if parts.desk.fault:
        yield Fault(code="plan_refused", text=parts.desk.fault[:200])
    if parts.tape is not None and parts.tape.fault:
        yield Fault(code="recording_lost", text=parts.tape.fault[:200])
    if parts.runner.internal_error_count:
        text = f"{parts.runner.internal_error_count} inputs met a bug; see the hub's log"
        yield Fault(code="internal_errors", text=text)
