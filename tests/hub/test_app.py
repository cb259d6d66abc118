import asyncio
import json
import os
import signal
import socket
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest
import websockets
from end_to_end.processes import children, is_running
from patience import PATIENCE_S

from hub import app
from hub.adapters import replayer
from hub.adapters.broker.child import BrokerKind
from hub.adapters.store.history import History
from hub.app import Announcement
from hub.config import Settings
from hub.core.alerts.alert import AlertRecord
from hub.core.effects import Durability, Entry, PlanRecord
from hub.errors import HubError, LeaseHeldError, PortTakenError, SettingsError, SitePlanError
from hub.playback import compare
from wire.feed import Frame, HubView, Snapshot
from wire.labels import AlertState, Priority, Role
from wire.quantities import SECOND_US

PLAN = """
[site]
id = "square"
name = "Square"
origin = { lat_deg = 52.0, lon_deg = 5.0 }
bounds = [[-50.0, -50.0], [50.0, 50.0]]

[[sensor]]
id = "cam-01"
kind = "camera"
name = "Camera 1"
position = [0.0, 0.0]

[[actuator]]
id = "siren-01"
kind = "siren"
name = "Siren"
position = [1.0, 1.0]
effect = "warn"
"""
# Nobody listens at port 1 of this machine.
NO_BROKER = "mqtt://127.0.0.1:1"
ULID = "01JZZZZZZZZZZZZZZZZZZZZZZZ"
NOW_US = 1_800_000_000_000_000


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "site.toml"
    path.write_text(PLAN)
    return path


def some_settings(plan: Path, **changes: Any) -> Settings:
    given = {
        "site": plan,
        "data_dir": plan.parent / "var",
        "http_port": 0,
        "broker_port": 0,
        "broker": NO_BROKER,
    }
    return Settings(**(given | changes))


@asynccontextmanager
async def a_hub(settings: Settings) -> AsyncIterator[Announcement]:
    """Run a hub until the block ends, and stop it as a supervisor would."""
    announced: asyncio.Future[Announcement] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(app.serve(settings, announced.set_result))
    await asyncio.wait([task, announced], timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        task.result()
    try:
        yield announced.result()
    finally:
        if not task.done():
            signal.raise_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE_S):
            await task


async def ask(method: str, url: str, body: object = None, cookie: str = "") -> tuple[int, Any, str]:
    """Return status, body and cookie of one request."""

    def fetch() -> tuple[int, Any, str]:
        payload = None if body is None else json.dumps(body).encode()
        headers = {"X-Vedette": "1", "Cookie": cookie}
        request = urllib.request.Request(url, payload, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                got = answer.headers.get("Set-Cookie", "").partition(";")[0]
                return answer.status, json.load(answer), got
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error), ""

    return await asyncio.to_thread(fetch)


async def sign_in(hub: Announcement, password: str) -> str:
    body = {"name": hub.user, "password": password}
    status, _, cookie = await ask("POST", f"{hub.url}/api/session", body)
    assert status == 200
    return cookie


async def frame_where(hub: Announcement, cookie: str, holds: Any) -> Frame:
    """Watch the feed until a frame holds."""
    async with (
        asyncio.timeout(PATIENCE_S),
        websockets.connect(
            f"{hub.url.replace('http', 'ws')}/feed",
            origin=websockets.Origin(hub.url),
            additional_headers={"Cookie": cookie},
            open_timeout=PATIENCE_S,
            ping_interval=None,
        ) as feed,
    ):
        while True:
            frame = msgspec.msgpack.decode(cast("bytes", await feed.recv()), type=Frame)
            if holds(frame):
                return frame


async def test_a_hub_starts_with_a_broker_of_its_own_serves_and_ends_with_all_it_started(
    plan: Path,
) -> None:
    before = {*children(os.getpid())}
    async with a_hub(some_settings(plan, broker=BrokerKind.EMBEDDED)) as hub:
        status, health, _ = await ask("GET", f"{hub.url}/healthz")
        (broker,) = {*children(os.getpid())} - before

        assert status == 200
        assert health["journal_ok"]
        cookie = await sign_in(hub, hub.password)
        frame = await frame_where(hub, cookie, lambda frame: frame.hub and frame.hub.bus_connected)
        assert frame.hub is not None

    assert json.loads((plan.parent / "var" / "devices.json").read_bytes()).keys() == {
        "hub",
        "cam-01",
        "siren-01",
    }
    assert not is_running(broker)


async def test_the_first_start_makes_a_user_and_tells_the_password_once(plan: Path) -> None:
    async with a_hub(some_settings(plan)) as first:
        cookie = await sign_in(first, first.password)
    async with a_hub(some_settings(plan)) as second:
        assert second.password == ""
        assert second.user == first.user
        status, session, _ = await ask("GET", f"{second.url}/api/session", cookie=cookie)

    assert status == 200, "a session outlives a restart of the hub"
    assert session["role"] == Role.SUPERVISOR


async def test_a_hub_without_a_reachable_broker_serves_the_picture_and_says_so(
    plan: Path,
) -> None:
    async with a_hub(some_settings(plan)) as hub:
        cookie = await sign_in(hub, hub.password)

        def says_so(frame: Frame) -> bool:
            return frame.hub is not None and any(
                fault.code == "broker_lost" for fault in frame.hub.faults
            )

        frame = await frame_where(hub, cookie, says_so)

    assert frame.hub is not None
    assert not frame.hub.bus_connected


async def test_what_is_asked_goes_through_engine_and_journal_and_back(plan: Path) -> None:
    async with a_hub(some_settings(plan)) as hub:
        cookie = await sign_in(hub, hub.password)
        body = {"id": ULID, "ask": {"kind": "acknowledge", "alert": ULID}}

        status, answer, _ = await ask("POST", f"{hub.url}/api/actions", body, cookie)
        history = await ask("GET", f"{hub.url}/api/alerts/history", cookie=cookie)

    (asked,) = History(plan.parent / "var" / app.JOURNAL_FILE).latest("asked", 10)
    assert status == 409
    assert answer["reason"]
    assert asked.key == ULID
    assert history[:2] == (200, [])


async def test_a_recording_of_a_hub_replays_to_the_same_effects(plan: Path) -> None:
    path = plan.parent / "a.mcap"
    async with a_hub(some_settings(plan, record=path)) as hub:
        cookie = await sign_in(hub, hub.password)
        await frame_where(hub, cookie, lambda frame: not isinstance(frame, Snapshot))

    recording = replayer.read(path)
    assert compare(recording) == ""
    assert list(recording.effect_lines())


async def test_two_hubs_do_not_share_a_journal(plan: Path) -> None:
    async with a_hub(some_settings(plan)):
        with pytest.raises(LeaseHeldError):
            await app._started(some_settings(plan)).__aenter__()


async def test_a_port_that_is_taken_is_said_and_nothing_is_left_running(plan: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        settings = some_settings(plan, http_port=other.getsockname()[1])

        with pytest.raises(PortTakenError):
            await app.serve(settings, lambda _: None)

    async with a_hub(settings):
        pass


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"site": None}, SettingsError),
        ({"site": "nowhere.toml"}, SitePlanError),
        ({"data_dir": "site.toml/var"}, SettingsError),
        ({"broker": "mqtt://"}, SettingsError),
    ],
)
async def test_what_cannot_run_says_why_before_anything_runs(
    plan: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], error: type[HubError]
) -> None:
    monkeypatch.chdir(plan.parent)

    with pytest.raises(error) as refused:
        await app.serve(some_settings(plan, **change), lambda _: None)

    assert refused.value.fix


async def test_a_part_that_fails_ends_the_hub_with_its_reason(
    plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_parts: object) -> None:
        what = "the disk is gone"
        raise HubError(what, fix="buy another")

    monkeypatch.setattr(app, "_report", fail)

    with pytest.raises(HubError, match="the disk is gone"):
        await app.serve(some_settings(plan), lambda _: None)


def test_the_address_that_is_told_can_be_opened(plan: Path) -> None:
    class Listener:
        def __init__(self, host: str) -> None:
            self.host = host

        def getsockname(self) -> tuple[str, int]:
            return self.host, 8420

    def url(host: str, **changes: Any) -> str:
        held = SimpleNamespace(listener=Listener(host), broker_url=NO_BROKER)
        users = SimpleNamespace(all=lambda: [SimpleNamespace(name="olga")])
        settings = some_settings(plan, **changes)
        return app._announcement(settings, cast("Any", users), cast("Any", held)).url

    assert url("0.0.0.0") == "http://127.0.0.1:8420"
    assert url("192.0.2.1") == "http://192.0.2.1:8420"
    assert url("::1") == "http://[::1]:8420"
    assert url("0.0.0.0", public_origin="https://hub.example") == "https://hub.example"


def test_everything_that_is_wrong_around_the_engine_is_a_fault() -> None:
    parts = SimpleNamespace(
        bus=SimpleNamespace(connected=False),
        announcement=SimpleNamespace(broker="mqtt://hub:secret@broker:1883"),
        journal=SimpleNamespace(ok=False, reason="disk full"),
        clock=SimpleNamespace(ahead_us=2_500_000),
        tape=SimpleNamespace(fault="a.mcap cannot be written"),
        desk=SimpleNamespace(fault="the edited plan is not in force"),
        runner=SimpleNamespace(internal_error_count=2),
    )

    faults = {fault.code: fault.text for fault in app._faults(cast("Any", parts))}

    assert set(faults) == {
        "broker_lost",
        "journal_lost",
        "clock_set_back",
        "plan_refused",
        "recording_lost",
        "internal_errors",
    }
    assert "secret" not in faults["broker_lost"]
    assert "2.5 s" in faults["clock_set_back"]


def test_past_alerts_are_shown_as_alerts() -> None:
    record = AlertRecord(
        id=ULID,
        number=3,
        key="gate/7",
        rule="gate",
        rule_kind="intrusion",
        priority=Priority.HIGH,
        state=AlertState.CLOSED,
        active=False,
        summary="somebody is in the gate",
        raised_us=NOW_US,
        changed_us=NOW_US,
        begun_us=NOW_US,
        cause=ULID,
    )
    entry = Entry(at_us=NOW_US, key=ULID, durability=Durability.ENDED, record=record)
    history = SimpleNamespace(latest=lambda kind, limit: [entry] * limit if kind == "alert" else [])

    alerts = app.past_alerts(cast("History", history), 2)

    assert [alert.number for alert in alerts] == [3, 3]
    assert alerts[0].state is AlertState.CLOSED


def test_a_hub_begins_with_the_latest_answers_and_with_what_was_over() -> None:
    def an_entry(minutes_ago: int, kept: Durability, record: Any) -> Entry:
        at_us = NOW_US - minutes_ago * 60 * SECOND_US
        return Entry(at_us=at_us, key=f"{minutes_ago}", durability=kept, record=record)

    record = PlanRecord(version="1", by="Pat", reason="works")  # What it says plays no part here.
    stands = an_entry(60, Durability.STATE, record)
    answers = [an_entry(minutes, Durability.HISTORY, record) for minutes in (1, 5, 11)]
    closed = an_entry(3, Durability.ENDED, record)
    newest = {"asked": answers, "alert": [closed, stands], "task": [closed]}
    journal = SimpleNamespace(
        standing=lambda: [stands],
        history=SimpleNamespace(latest=lambda kind, limit: newest[kind][:limit]),
    )

    begun = app._standing(cast("Any", journal), NOW_US)

    # Oldest first: whoever remembers too many forgets the first.
    assert begun == (stands, answers[1], answers[0], closed, closed)


def test_a_checkout_that_is_not_installed_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(app, "version", missing)

    assert app.software() == "vedette from a checkout"


async def test_the_metrics_say_how_the_parts_are(plan: Path) -> None:
    async with a_hub(some_settings(plan)) as hub:
        text = await asyncio.to_thread(read_text, f"{hub.url}/metrics")

    assert "vedette_internal_errors_total 0.0" in text
    assert "vedette_bus_connected 0.0" in text


def read_text(url: str) -> str:
    with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
        return str(answer.read().decode())


def test_the_software_names_itself() -> None:
    assert app.software().startswith("vedette")
    assert HubView(software=app.software())
