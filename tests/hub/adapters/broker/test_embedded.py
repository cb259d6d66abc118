import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import aiomqtt
import msgspec
import pytest
from patience import PATIENCE_S

from bench.mosquitto import a_free_port
from hub.adapters.broker import embedded
from hub.adapters.broker.access import rights_of
from hub.adapters.broker.embedded import EmbeddedBroker
from wire.catalogue import Party
from wire.topics import HUB, sensor_about, sensor_cue

SITE = "square"
RIGHTS = rights_of(SITE, {"cam-01": Party.SENSOR}, {HUB: "h", "cam-01": "c"})


@pytest.fixture
async def port() -> AsyncIterator[int]:
    port = a_free_port()
    broker = EmbeddedBroker(RIGHTS, "127.0.0.1", port)
    await broker.start()
    yield port
    await broker.shutdown()


def a_client(port: int, name: str, password: str, client_id: str | None = None) -> aiomqtt.Client:
    return aiomqtt.Client(
        "127.0.0.1",
        port,
        identifier=client_id or name,
        username=name,
        password=password,
        timeout=PATIENCE_S,
    )


async def test_a_newcomer_gets_only_what_it_subscribes_to(port: int) -> None:
    async with asyncio.timeout(PATIENCE_S), a_client(port, HUB, "h") as hub:
        await hub.subscribe(f"vedette/1/{SITE}/sensor/+/about", qos=1)
        async with a_client(port, "cam-01", "c") as camera:
            await camera.publish(sensor_about(SITE, "cam-01"), b"about", qos=1, retain=True)
        await anext(hub.messages)

        async with a_client(port, HUB, "h", "hub-2") as other:
            await other.subscribe(f"vedette/1/{SITE}/sensor/+/cue", qos=1)
            async with a_client(port, "cam-01", "c") as camera:
                await camera.publish(sensor_cue(SITE, "cam-01"), b"bang", qos=1)
            assert (await anext(other.messages)).payload == b"bang"

            await other.subscribe(f"vedette/1/{SITE}/sensor/+/about", qos=1)
            assert (await anext(other.messages)).payload == b"about"


async def test_a_stranger_with_the_hubs_id_ends_nothing(port: int) -> None:
    async with asyncio.timeout(PATIENCE_S), a_client(port, HUB, "h") as hub:
        await hub.subscribe(f"vedette/1/{SITE}/#", qos=1)

        for clean in (True, False):
            stranger = aiomqtt.Client(
                "127.0.0.1", port, identifier=HUB, username="x", password="x", clean_session=clean
            )
            with suppress(aiomqtt.MqttError):
                await stranger.__aenter__()
                pytest.fail("a stranger was let in")

        async with a_client(port, "cam-01", "c") as camera:
            await camera.publish(sensor_cue(SITE, "cam-01"), b"bang", qos=1)
        assert (await anext(hub.messages)).payload == b"bang"


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\x00",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x10\xff\xff\xff\xff",
        b"\x10\x02\x00\x04",
        b"\xff" * 64,
    ],
)
async def test_what_is_no_greeting_is_hung_up_on(port: int, garbage: bytes) -> None:
    async with asyncio.timeout(PATIENCE_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(garbage)
        writer.write_eof()

        with suppress(ConnectionResetError):
            assert await reader.read() == b""

        writer.close()
        async with a_client(port, HUB, "h"):
            pass


async def test_who_says_nothing_is_hung_up_on(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "CONNECT_S", 0.01)
    async with asyncio.timeout(PATIENCE_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)

        assert await reader.read() == b""

        writer.close()


def test_the_child_serves_as_its_command_line_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[tuple[object, str, int]] = []

    async def serve(rights: object, host: str, port: int) -> None:
        served.append((rights, host, port))

    monkeypatch.setattr(embedded, "serve", serve)
    (tmp_path / "access.json").write_bytes(msgspec.json.encode(RIGHTS))

    embedded.main([str(tmp_path / "access.json"), "127.0.0.1", "1884"])

    assert served == [(RIGHTS, "127.0.0.1", 1884)]


async def test_the_child_serves_until_it_is_ended() -> None:
    port = a_free_port()
    serving = asyncio.create_task(embedded.serve(RIGHTS, "127.0.0.1", port))
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                async with a_client(port, HUB, "h"):
                    break
            except aiomqtt.MqttError:
                await asyncio.sleep(0)

    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving
