from __future__ import annotations

import asyncio
import json
import socket
from itertools import count
from typing import TYPE_CHECKING

import msgspec
import pytest
import websockets
from patience import PATIENCE_S, until_so
from websockets.client import ClientProtocol
from websockets.frames import Opcode
from websockets.http11 import Response
from websockets.uri import parse_uri

from hub.adapters.store.users import SESSION_IDLE_MAX_US
from hub.adapters.web import feed as feed_module
from hub.adapters.web.mailbox import WAITING_MAX
from wire.feed import Delta, Frame, RefusalView, Snapshot, TrackColumns
from wire.labels import Role

if TYPE_CHECKING:
    from tests.hub.adapters.web.conftest import RunningHub

NOW_US = 1_800_000_000_000_000


def a_delta(number: int, padding: int = 0) -> Delta:
    return Delta(number=number, at_us=NOW_US, tracks=TrackColumns(number=bytes(padding)))


def decoded(data: bytes | str) -> Frame:
    assert isinstance(data, bytes)
    return msgspec.msgpack.decode(data, type=Frame)


def snapshot_of(hub: RunningHub, number: int) -> None:
    """Let the hub's next snapshot have this number."""
    before = hub.snapshot
    hub.snapshot = lambda role: msgspec.structs.replace(before(role), number=number)


async def test_the_first_frame_is_the_whole_picture_and_then_come_deltas(hub: RunningHub) -> None:
    async with hub.watch(await hub.sign_in()) as client:
        first = decoded(await client.recv())
        hub.live.show(a_delta(1))
        hub.live.show(a_delta(2))
        rest = [decoded(await client.recv()) for _ in range(2)]

    assert isinstance(first, Snapshot)
    assert first.role is Role.OPERATOR
    assert [type(frame) for frame in rest] == [Delta, Delta]
    assert [frame.number for frame in rest] == [1, 2]


async def test_the_feed_is_json_for_who_asks(hub: RunningHub) -> None:
    async with hub.watch(await hub.sign_in(), "?format=json") as client:
        first = await client.recv()

    assert isinstance(first, str)
    assert json.loads(first)["kind"] == "snapshot"


async def test_frames_are_not_compressed_by_the_connection(hub: RunningHub) -> None:
    async with hub.watch(await hub.sign_in()) as client:
        assert client.response is not None
        assert "Sec-WebSocket-Extensions" not in client.response.headers


async def test_each_role_gets_its_own_frames(hub: RunningHub) -> None:
    refusal = RefusalView(
        source="cam-01", code="json", text="no", fix="yes", count=1, first_us=NOW_US, last_us=NOW_US
    )
    async with (
        hub.watch(await hub.sign_in(Role.OPERATOR)) as operator,
        hub.watch(await hub.sign_in(Role.WALL)) as wall,
    ):
        await operator.recv()
        await wall.recv()
        hub.live.show(Delta(number=1, at_us=NOW_US, refusals=(refusal,)))
        seen = [decoded(await client.recv()) for client in (operator, wall)]

    assert [frame.refusals for frame in seen] == [(refusal,), ()]


async def test_who_reconnects_gets_only_what_was_missed(hub: RunningHub) -> None:
    for number in range(1, 6):
        hub.live.show(a_delta(number))

    async with hub.watch(await hub.sign_in(), "?since=3") as client:
        numbers = [decoded(await client.recv()).number for _ in range(2)]

    assert numbers == [4, 5]


@pytest.mark.parametrize("since", [0, 99_999])
async def test_who_missed_more_than_is_kept_gets_the_whole_picture(
    hub: RunningHub, since: int
) -> None:
    for number in range(500, 510):
        hub.live.show(a_delta(number))

    async with hub.watch(await hub.sign_in(), f"?since={since}") as client:
        assert isinstance(decoded(await client.recv()), Snapshot)


async def test_nobody_looks_without_being_signed_in(hub: RunningHub) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with hub.watch("vedette_session=guess"):
            pass

    assert refused.value.response.status_code == 401
    assert b'"fix"' in refused.value.response.body


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_a_page_of_another_site_cannot_open_the_feed(hub: RunningHub, origin: str) -> None:
    cookie = await hub.sign_in()

    with pytest.raises(websockets.InvalidStatus) as refused:
        async with hub.watch(cookie, origin=origin):
            pass

    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("query", ["?format=xml", "?since=yesterday"])
async def test_a_feed_that_cannot_be_had_is_refused_with_what_can(
    hub: RunningHub, query: str
) -> None:
    cookie = await hub.sign_in()

    with pytest.raises(websockets.InvalidStatus) as refused:
        async with hub.watch(cookie, query):
            pass

    assert refused.value.response.status_code == 400


async def test_one_screen_too_many_is_refused_and_costs_the_others_nothing(
    hub: RunningHub,
) -> None:
    hub.live._clients_max = 1
    cookie = await hub.sign_in()
    async with hub.watch(cookie) as first:
        await first.recv()

        with pytest.raises(websockets.InvalidStatus) as refused:
            async with hub.watch(cookie):
                pass
        hub.live.show(a_delta(1))

        assert refused.value.response.status_code == 503
        assert decoded(await first.recv()).number == 1


async def test_a_screen_that_goes_leaves_its_place(hub: RunningHub) -> None:
    cookie = await hub.sign_in()
    async with hub.watch(cookie) as client:
        await client.recv()
        assert hub.live.client_count == 1

    await until_so(lambda: hub.live.client_count == 0, "its place is free")


async def test_signing_out_ends_the_feed(hub: RunningHub) -> None:
    cookie = await hub.sign_in()
    async with hub.watch(cookie) as client:
        await client.recv()

        await hub.ask("DELETE", "/api/session", cookie=cookie)

        with pytest.raises(websockets.ConnectionClosed) as closed:
            await asyncio.wait_for(client.recv(), PATIENCE_S)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == feed_module.CLOSED_SIGNED_OUT


async def test_another_role_ends_the_feed_that_was_made_for_the_old_one(hub: RunningHub) -> None:
    async with hub.watch(await hub.sign_in(Role.ADMIN)) as client:
        await client.recv()

        hub.users.set_role("a-admin", Role.WALL)

        with pytest.raises(websockets.ConnectionClosed):
            await asyncio.wait_for(client.recv(), PATIENCE_S)


async def test_a_wall_that_nobody_touches_stays_signed_in(
    hub: RunningHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_module, "_SESSION_CHECKED_EVERY_S", 0.01)
    cookie = await hub.sign_in(Role.WALL)
    used = "SELECT used_us FROM sessions"
    async with hub.watch(cookie) as client:
        await client.recv()

        hub.now_us += SESSION_IDLE_MAX_US - 1

        await until_so(lambda: hub.file.read(used) == [(hub.now_us,)], "its use is noted")


async def test_a_screen_may_talk_but_not_much(hub: RunningHub) -> None:
    async with hub.watch(await hub.sign_in()) as client:
        await client.recv()
        await client.send("hello")
        await client.send(b"hello")
        hub.live.show(a_delta(1))
        assert decoded(await client.recv()).number == 1

        await client.send("x" * 2000)

        with pytest.raises(websockets.ConnectionClosed) as closed:
            await asyncio.wait_for(client.recv(), PATIENCE_S)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


class StalledScreen:
    """A client on a bare socket that reads only when told."""

    def __init__(self, hub: RunningHub, cookie: str) -> None:
        self._socket = socket.socket()
        # The system must not swallow for it what it does not read.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.setblocking(False)
        self._port = hub.port
        uri = parse_uri(f"ws://127.0.0.1:{hub.port}/feed")
        self._protocol = ClientProtocol(uri, origin=hub.origin, max_size=None)
        self._request = self._protocol.connect()
        self._request.headers["Cookie"] = cookie

    async def connect(self) -> None:
        loop = asyncio.get_running_loop()
        await loop.sock_connect(self._socket, ("127.0.0.1", self._port))
        self._protocol.send_request(self._request)
        await loop.sock_sendall(self._socket, b"".join(self._protocol.data_to_send()))

    async def frames(self) -> list[Frame]:
        """Read a little, and return the frames that are whole by now."""
        data = await asyncio.get_running_loop().sock_recv(self._socket, 65_536)
        self._protocol.receive_data(data)
        return [
            decoded(bytes(found.data))
            for found in self._protocol.events_received()
            if not isinstance(found, Response) and found.opcode is Opcode.BINARY
        ]

    def close(self) -> None:
        self._socket.close()


async def test_a_screen_that_stalls_costs_the_others_nothing_and_gets_a_snapshot_when_it_wakes(
    hub: RunningHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However long the machine takes for the others: it must not be let go meanwhile.
    monkeypatch.setattr(feed_module, "_STALL_S_MAX", PATIENCE_S)
    cookie = await hub.sign_in()
    stalled = StalledScreen(hub, cookie)
    await stalled.connect()
    last = 150
    async with hub.watch(cookie) as healthy:
        await healthy.recv()
        await until_so(lambda: hub.live.client_count == 2, "both look")

        for number in range(1, last + 1):
            hub.live.show(a_delta(number, padding=60_000))
            frame = decoded(await asyncio.wait_for(healthy.recv(), PATIENCE_S))
            assert frame.number == number

        assert hub.live.overrun_count == 1
        snapshot_of(hub, last)
        got: list[Frame] = []
        async with asyncio.timeout(PATIENCE_S):
            while not got or got[-1].number < last:
                got += await stalled.frames()
        stalled.close()

    assert isinstance(got[0], Snapshot)
    assert isinstance(got[-1], Snapshot)
    assert len(got) < last - WAITING_MAX


async def test_a_screen_that_stalls_for_long_is_let_go(
    hub: RunningHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    stalled = StalledScreen(hub, await hub.sign_in())
    await stalled.connect()
    await until_so(lambda: hub.live.client_count == 1, "it looks")
    # Only now: who is let go at once was perhaps never counted.
    monkeypatch.setattr(feed_module, "_STALL_S_MAX", 0.05)
    numbers = count(1)

    def show_until_it_has_gone() -> bool:
        hub.live.show(a_delta(next(numbers), padding=60_000))
        return hub.live.client_count == 0

    await until_so(show_until_it_has_gone, "it is let go")

    stalled.close()


async def test_a_picture_that_cannot_be_made_ends_the_feed_and_not_the_hub(
    hub: RunningHub, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_role: Role) -> Snapshot:
        message = "a bug"
        raise RuntimeError(message)

    cookie = await hub.sign_in()
    whole, hub.snapshot = hub.snapshot, broken
    async with hub.watch(cookie) as client:
        with pytest.raises(websockets.ConnectionClosed):
            await asyncio.wait_for(client.recv(), PATIENCE_S)

    hub.snapshot = whole
    async with hub.watch(cookie) as client:
        assert isinstance(decoded(await client.recv()), Snapshot)
    assert "a bug" in caplog.text
