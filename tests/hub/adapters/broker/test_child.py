import asyncio
import contextlib
import logging
import os
import select
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiomqtt
import pytest
from patience import PATIENCE_S

from hub.adapters.broker import child
from hub.adapters.broker.child import BrokerKind, BrokerPlan, RunningBroker, start_broker
from hub.errors import BrokerMissingError, BrokerUnreachableError, PortTakenError
from wire.catalogue import Party
from wire.topics import HUB, actuator_command, sensor_about, sensor_cue, sensor_health

SITE = "square"

pytestmark = pytest.mark.parametrize("kind", list(BrokerKind))


def a_plan(kind: BrokerKind, tmp_path: Path, port: int = 0) -> BrokerPlan:
    return BrokerPlan(
        kind=kind,
        site=SITE,
        devices={"cam-01": Party.SENSOR, "cam-02": Party.SENSOR, "siren": Party.ACTUATOR},
        data_directory=tmp_path / "data",
        port=port,
    )


@asynccontextmanager
async def a_client(
    broker: RunningBroker, name: str, client_id: str | None = None, password: str | None = None
) -> AsyncIterator[aiomqtt.Client]:
    async with (
        asyncio.timeout(PATIENCE_S),
        aiomqtt.Client(
            broker.host,
            broker.port,
            identifier=client_id or name,
            username=name,
            password=broker.passwords[name] if password is None else password,
            timeout=PATIENCE_S,
        ) as client,
    ):
        yield client


def cut(client: aiomqtt.Client) -> None:
    """End the connection as a power cut does: without a goodbye."""
    connection = client._client.socket()
    assert isinstance(connection, socket.socket)
    connection.shutdown(socket.SHUT_RDWR)


async def the_next(client: aiomqtt.Client) -> tuple[str, bytes]:
    message = await anext(client.messages)
    assert isinstance(message.payload, bytes)
    return str(message.topic), message.payload


async def test_a_device_and_the_hub_talk(kind: BrokerKind, tmp_path: Path) -> None:
    async with (
        start_broker(a_plan(kind, tmp_path)) as broker,
        a_client(broker, HUB, "hub-1f") as hub,
        a_client(broker, "siren") as siren,
        a_client(broker, "cam-01", "cam-01-scan"),
        a_client(broker, "cam-01") as camera,
    ):
        await hub.subscribe(f"vedette/1/{SITE}/sensor/+/cue", qos=1)
        await siren.subscribe(actuator_command(SITE, "siren"), qos=1)

        await camera.publish(sensor_cue(SITE, "cam-01"), b"bang", qos=1)
        await hub.publish(actuator_command(SITE, "siren"), b"sound", qos=1)

        assert await the_next(hub) == (sensor_cue(SITE, "cam-01"), b"bang")
        assert await the_next(siren) == (actuator_command(SITE, "siren"), b"sound")


async def test_a_sensor_cannot_speak_for_another_nor_order_a_siren(
    kind: BrokerKind, tmp_path: Path
) -> None:
    async with (
        start_broker(a_plan(kind, tmp_path)) as broker,
        a_client(broker, HUB) as hub,
        a_client(broker, "cam-01") as camera,
    ):
        await hub.subscribe(f"vedette/1/{SITE}/#", qos=1)

        await camera.publish(sensor_cue(SITE, "cam-02"), b"lie", qos=1)
        await camera.publish(actuator_command(SITE, "siren"), b"lie", qos=1)
        await camera.publish(sensor_cue(SITE, "cam-01"), b"truth", qos=1)

        assert await the_next(hub) == (sensor_cue(SITE, "cam-01"), b"truth")


async def test_a_sensor_cannot_read_what_is_not_for_it(kind: BrokerKind, tmp_path: Path) -> None:
    async with (
        start_broker(a_plan(kind, tmp_path)) as broker,
        a_client(broker, HUB) as hub,
        a_client(broker, "cam-02") as other,
    ):
        await hub.subscribe(f"vedette/1/{SITE}/sensor/+/about", qos=1)
        await other.publish(sensor_about(SITE, "cam-02"), b"secret", qos=1, retain=True)
        await the_next(hub)

        async with a_client(broker, "cam-01") as camera:
            await camera.subscribe(f"vedette/1/{SITE}/#", qos=1)
            await camera.subscribe(f"vedette/1/{SITE}/hub/health", qos=1)
            await hub.publish(f"vedette/1/{SITE}/hub/health", b"OK", qos=1)

            assert await the_next(camera) == (f"vedette/1/{SITE}/hub/health", b"OK")


@pytest.mark.parametrize(
    ("name", "client_id", "password"),
    [("cam-01", "cam-01", "wrong"), ("cam-01", "cam-01", ""), ("stranger", "stranger", "x")],
)
async def test_a_stranger_is_refused(
    kind: BrokerKind, tmp_path: Path, name: str, client_id: str, password: str
) -> None:
    async with start_broker(a_plan(kind, tmp_path)) as broker:
        with pytest.raises(aiomqtt.MqttError, match=r"[Nn]ot authorized"):
            async with a_client(broker, name, client_id, password):
                pytest.fail("a stranger was let in")


async def test_a_will_is_said_and_retained(kind: BrokerKind, tmp_path: Path) -> None:
    async with (
        start_broker(a_plan(kind, tmp_path)) as broker,
        a_client(broker, HUB) as hub,
    ):
        topic = sensor_health(SITE, "cam-01")
        await hub.subscribe(topic, qos=1)
        camera = aiomqtt.Client(
            broker.host,
            broker.port,
            identifier="cam-01",
            username="cam-01",
            password=broker.passwords["cam-01"],
            timeout=PATIENCE_S,
            will=aiomqtt.Will(topic, b"GOODBYE", qos=1, retain=True),
        )
        await camera.__aenter__()
        cut(camera)

        assert await the_next(hub) == (topic, b"GOODBYE")
        with contextlib.suppress(aiomqtt.MqttError):
            await camera._disconnected
        async with a_client(broker, HUB, "hub-2") as later:
            await later.subscribe(topic, qos=1)
            assert await the_next(later) == (topic, b"GOODBYE")


async def test_nobody_leaves_a_will_in_anothers_name(kind: BrokerKind, tmp_path: Path) -> None:
    async with (
        start_broker(a_plan(kind, tmp_path)) as broker,
        a_client(broker, HUB) as hub,
        a_client(broker, "cam-02") as honest,
    ):
        await hub.subscribe(f"vedette/1/{SITE}/sensor/+/health", qos=1)
        camera = aiomqtt.Client(
            broker.host,
            broker.port,
            identifier="cam-01",
            username="cam-01",
            password=broker.passwords["cam-01"],
            timeout=PATIENCE_S,
            will=aiomqtt.Will(sensor_health(SITE, "cam-02"), b"GOODBYE", qos=1),
        )
        with contextlib.suppress(aiomqtt.MqttError):  # Mosquitto refuses the will when it is due.
            await camera.__aenter__()
            cut(camera)
            await camera._disconnected

        await honest.publish(sensor_health(SITE, "cam-02"), b"OK", qos=1)

        assert await the_next(hub) == (sensor_health(SITE, "cam-02"), b"OK")


async def test_credentials_outlive_a_restart_and_are_private(
    kind: BrokerKind, tmp_path: Path
) -> None:
    async with start_broker(a_plan(kind, tmp_path)) as broker:
        first = broker.passwords
    async with start_broker(a_plan(kind, tmp_path)) as broker:
        assert broker.passwords == first

    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    secret = [path for path in files if path.name != "broker.log"]
    assert len(secret) >= 2
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in secret)


async def test_the_broker_ends_with_its_context(kind: BrokerKind, tmp_path: Path) -> None:
    async with start_broker(a_plan(kind, tmp_path)) as broker:
        os.kill(broker.pid, 0)

    with pytest.raises(ProcessLookupError):
        os.kill(broker.pid, 0)


class Said(logging.Handler):
    """Tells when a line with these words is logged."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words
        self.event = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if self.words in record.getMessage():
            self.event.set()


async def test_a_broker_that_is_killed_is_started_again(kind: BrokerKind, tmp_path: Path) -> None:
    said = Said("runs again")
    child.log.addHandler(said)
    async with start_broker(a_plan(kind, tmp_path)) as broker:
        before = broker.pid
        os.kill(before, signal.SIGKILL)

        async with asyncio.timeout(PATIENCE_S):
            await said.event.wait()

        assert broker.pid != before
        async with a_client(broker, HUB):
            pass
    child.log.removeHandler(said)


async def test_a_broker_that_cannot_come_back_is_tried_again(
    kind: BrokerKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "RESTART_S", 0.001)
    said = Said("runs again")
    child.log.addHandler(said)
    async with start_broker(a_plan(kind, tmp_path)) as broker:
        tries = iter(["/nonexistent", sys.executable])
        real = asyncio.create_subprocess_exec

        async def fail_first(*words: str, **options: object) -> asyncio.subprocess.Process:
            return await real(next(tries), *words[1:], **options)  # type: ignore[arg-type]

        monkeypatch.setattr(asyncio, "create_subprocess_exec", fail_first)
        os.kill(broker.pid, signal.SIGKILL)

        async with asyncio.timeout(PATIENCE_S):
            await said.event.wait()
    child.log.removeHandler(said)


async def test_a_port_that_is_taken_is_named(kind: BrokerKind, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(PortTakenError, match=f"another program listens at 127.0.0.1:{port}"):
            async with start_broker(a_plan(kind, tmp_path, port)):
                pytest.fail("two brokers on one port")


async def test_nobody_else_is_given_the_port_of_a_broker_that_is_away(
    kind: BrokerKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "RESTART_S", PATIENCE_S)
    async with start_broker(a_plan(kind, tmp_path)) as broker:
        broker_ends = os.pidfd_open(broker.pid)
        monkeypatch.setattr(asyncio, "create_subprocess_exec", _no_process)
        os.kill(broker.pid, signal.SIGKILL)
        await asyncio.to_thread(select.select, [broker_ends], [], [], PATIENCE_S)
        os.close(broker_ends)

        with socket.socket() as other, pytest.raises(OSError, match="Address already in use"):
            other.bind((broker.host, broker.port))


async def _no_process(*_: object, **__: object) -> asyncio.subprocess.Process:
    raise FileNotFoundError


async def test_an_address_that_is_not_ours_is_named(kind: BrokerKind, tmp_path: Path) -> None:
    plan = BrokerPlan(
        kind=kind, site=SITE, devices={}, data_directory=tmp_path, host="192.0.2.1", port=1883
    )

    with pytest.raises(PortTakenError, match=r"cannot listen at 192\.0\.2\.1:1883"):
        async with start_broker(plan):
            pytest.fail("listened at another machine's address")


async def test_a_broker_that_does_not_start_is_quoted(
    kind: BrokerKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = "import sys; print('first'); sys.exit('no such luck')"
    monkeypatch.setattr(child, "_prepare", lambda *_: [sys.executable, "-c", script])
    (tmp_path / "data" / "broker").mkdir(parents=True)

    with pytest.raises(BrokerUnreachableError, match="ended with 1: first / no such luck"):
        async with start_broker(a_plan(kind, tmp_path)):
            pytest.fail("started nothing")


PARENT = """
import asyncio, sys
from pathlib import Path
from hub.adapters.broker.child import BrokerKind, BrokerPlan, start_broker

async def main():
    plan = BrokerPlan(
        kind=BrokerKind(sys.argv[1]), site="s", devices={}, data_directory=Path(sys.argv[2])
    )
    async with start_broker(plan) as broker:
        print(broker.pid, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


def test_the_broker_dies_with_a_hub_that_is_killed(kind: BrokerKind, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, kind, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as hub:
        assert hub.stdout is not None
        # A handle on this very process, whoever is given its number or its port afterwards.
        broker = os.pidfd_open(int(hub.stdout.readline()))
        os.kill(hub.pid, signal.SIGKILL)

        ended, _, _ = select.select([broker], [], [], PATIENCE_S)

        os.close(broker)
        assert ended, "it outlives its hub"


async def test_a_missing_mosquitto_says_how_to_install_it(
    kind: BrokerKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind is BrokerKind.EMBEDDED:
        pytest.skip("the embedded broker comes with the hub")
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)

    with pytest.raises(BrokerMissingError) as error:
        async with start_broker(a_plan(kind, tmp_path)):
            pytest.fail("started what is not there")

    assert "apt-get install mosquitto" in error.value.fix
