from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from patience import PATIENCE_S

from hub.adapters.web.server import bind
from hub.errors import PortTakenError, SettingsError

if TYPE_CHECKING:
    from tests.hub.adapters.web.conftest import RunningHub


def test_a_port_that_another_program_has_is_named_with_a_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(PortTakenError) as refused:
            bind("127.0.0.1", port)

    assert f"127.0.0.1:{port}" in refused.value.what
    assert f"--http-port {port + 1}" in refused.value.fix


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
def test_an_address_that_is_not_ours_is_refused(host: str) -> None:
    with pytest.raises(SettingsError) as refused:
        bind(host, 0)

    assert host in refused.value.what


def test_small_frames_are_not_held_back() -> None:
    with bind("127.0.0.1", 0) as listener:
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

        with socket.create_connection(listener.getsockname()):
            listener.setblocking(True)
            accepted, _ = listener.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


async def test_the_server_ends_though_screens_look_and_tells_them(hub: RunningHub) -> None:
    cookie = await hub.sign_in()
    async with hub.watch(cookie) as client:
        await client.recv()

        async with asyncio.timeout(PATIENCE_S):
            await hub.stop()

        async with asyncio.timeout(PATIENCE_S):
            await client.wait_closed()
    assert client.close_code == 1012


async def test_headers_beyond_the_limit_are_refused(hub: RunningHub) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", hub.port)
    writer.write(b"GET /healthz HTTP/1.1\r\nX-Padding: " + b"x" * 20_000)

    status = await asyncio.wait_for(reader.readline(), PATIENCE_S)

    writer.close()
    with suppress(ConnectionResetError):  # What it did not read it throws away.
        await writer.wait_closed()
    assert b"400" in status
