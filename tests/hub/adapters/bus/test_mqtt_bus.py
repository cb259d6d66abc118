import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiomqtt
import pytest
from patience import PATIENCE_S

from hub.adapters.broker.child import BrokerKind, BrokerPlan, RunningBroker, start_broker
from hub.adapters.bus import BrokerAddress, MqttBus
from hub.adapters.bus import conversation as conversation_module
from hub.adapters.bus import scan_queue as scan_queue_module
from hub.errors import BrokerUnreachableError, JournalError
from wire.catalogue import Party
from wire.topics import (
    HUB,
    actuator_command,
    hub_health,
    sensor_committed,
    sensor_cue,
    sensor_health,
    sensor_scan,
)

SITE = "square"
WILL = b"GOODBYE"


class AHub:
    """A bus whose messages land in a list, and a way to wait for them."""

    def __init__(self, broker: RunningBroker, password: str | None = None) -> None:
        self.received: list[tuple[str, bytes]] = []
        self.changes: list[bool] = []
        self._news = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()
        self.bus = MqttBus(
            BrokerAddress(
                host=broker.host,
                port=broker.port,
                password=broker.passwords[HUB] if password is None else password,
            ),
            site=SITE,
            receive=self.receive,
            will=WILL,
            on_change=self.change,
        )

    def receive(self, topic: str, payload: bytes) -> None:
        self.received.append((topic, payload))
        self._notice()

    def change(self, connected: bool) -> None:  # noqa: FBT001 # The bus calls it.
        assert self.bus.connected is connected
        self.changes.append(connected)
        self._notice()

    def _notice(self) -> None:
        task = asyncio.create_task(self._notify())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _notify(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S), self._news:
            await self._news.wait_for(is_so)


@asynccontextmanager
async def a_running_hub(broker: RunningBroker) -> AsyncIterator[AHub]:
    hub = AHub(broker)
    running = asyncio.create_task(hub.bus.run())
    try:
        await hub.bus.wait_connected(PATIENCE_S)
        yield hub
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody take a busy machine's pause for a broker that does not answer."""
    monkeypatch.setattr(conversation_module, "TIMEOUT_S", PATIENCE_S)


@pytest.fixture(params=list(BrokerKind))
async def broker(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[RunningBroker]:
    plan = BrokerPlan(
        kind=request.param,
        site=SITE,
        devices={
            "cam-01": Party.SENSOR,
            "rogue": Party.SENSOR,
            "siren": Party.ACTUATOR,
            "wall": Party.THIRD_PARTY,
        },
        data_directory=tmp_path,
    )
    async with start_broker(plan) as broker:
        yield broker


def a_client(broker: RunningBroker, name: str, suffix: str = "") -> aiomqtt.Client:
    return aiomqtt.Client(
        broker.host,
        broker.port,
        timeout=PATIENCE_S,
        identifier=name + suffix,
        username=name,
        password=broker.passwords[name],
    )


async def the_next(client: aiomqtt.Client) -> tuple[str, object]:
    async with asyncio.timeout(PATIENCE_S):
        message = await anext(client.messages)
        return message.topic.value, message.payload


async def test_alarms_and_scans_come_in_and_commands_go_out(broker: RunningBroker) -> None:
    async with (
        a_running_hub(broker) as hub,
        a_client(broker, "cam-01") as camera,
        a_client(broker, "cam-01", "-scan") as scans,
        a_client(broker, "siren") as siren,
    ):
        await siren.subscribe(actuator_command(SITE, "siren"), qos=1)

        await camera.publish(sensor_cue(SITE, "cam-01"), b"bang", qos=1)
        await scans.publish(sensor_scan(SITE, "cam-01"), b"people", qos=0)
        hub.bus.publish(actuator_command(SITE, "siren"), b"sound", qos=1, retain=False)

        await hub.until(lambda: len(hub.received) == 2)
        assert set(hub.received) == {
            (sensor_cue(SITE, "cam-01"), b"bang"),
            (sensor_scan(SITE, "cam-01"), b"people"),
        }
        assert await the_next(siren) == (actuator_command(SITE, "siren"), b"sound")


async def test_both_connections_send_small_packets_at_once(broker: RunningBroker) -> None:
    async with a_running_hub(broker) as hub:
        client = hub.bus._conversation._client
        assert client is not None
        for connection in (client._client.socket(), hub.bus._scans._client.socket()):
            assert isinstance(connection, socket.socket)
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1


async def test_what_is_said_comes_in_order(broker: RunningBroker) -> None:
    async with a_running_hub(broker) as hub, a_client(broker, "siren") as siren:
        await siren.subscribe(actuator_command(SITE, "siren"), qos=1)

        for number in range(300):
            payload = str(number).encode()
            hub.bus.publish(actuator_command(SITE, "siren"), payload, qos=1, retain=False)

        heard = [await the_next(siren) for _ in range(300)]
        assert [payload for _, payload in heard] == [str(n).encode() for n in range(300)]


async def test_a_broker_that_dies_is_found_again_and_hears_what_it_forgot(
    broker: RunningBroker, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_running_hub(broker) as hub:
        hub.bus.publish(sensor_committed(SITE, "cam-01"), b"41", qos=1, retain=True)
        hub.bus.publish(sensor_committed(SITE, "cam-01"), b"42", qos=1, retain=True)
        hub.bus.publish(sensor_committed(SITE, "rogue"), b"1", qos=1, retain=True)
        hub.bus.publish(sensor_committed(SITE, "rogue"), b"", qos=1, retain=True)

        os.kill(broker.pid, signal.SIGKILL)
        await hub.until(lambda: False in hub.changes)
        hub.bus.publish(actuator_command(SITE, "siren"), b"later", qos=1, retain=False)
        await hub.until(lambda: hub.changes[-2:] == [False, True])

        async with a_client(broker, "cam-01") as camera:
            await camera.subscribe(sensor_committed(SITE, "cam-01"), qos=1)
            assert await the_next(camera) == (sensor_committed(SITE, "cam-01"), b"42")
            await camera.publish(sensor_cue(SITE, "cam-01"), b"bang", qos=1)
            await hub.until(lambda: (sensor_cue(SITE, "cam-01"), b"bang") in hub.received)

    said = [
        record.getMessage()
        for record in caplog.records
        if record.name == "hub.adapters.bus.mqtt_bus"
    ]
    assert len(said) == 2
    assert said[0].startswith(f"no connection to the broker at 127.0.0.1:{broker.port}")
    assert said[1] == f"the broker at 127.0.0.1:{broker.port} is back"


async def test_messages_that_wait_for_the_broker_are_bounded_and_counted(
    broker: RunningBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation_module, "OUTGOING_MAX", 3)
    hub = AHub(broker)
    for number in range(5):
        payload = str(number).encode()
        hub.bus.publish(actuator_command(SITE, "siren"), payload, qos=1, retain=False)

    async with a_client(broker, "siren") as siren:
        await siren.subscribe(actuator_command(SITE, "siren"), qos=1)
        running = asyncio.create_task(hub.bus.run())

        heard = [await the_next(siren) for _ in range(3)]

        assert [payload for _, payload in heard] == [b"2", b"3", b"4"]
        assert hub.bus.dropped_publish_count == 2
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def test_a_rogue_sensor_is_throttled_alone(
    broker: RunningBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_queue_module, "BURST_MAX", 10.0)
    monkeypatch.setattr(scan_queue_module, "RATE_MAX_HZ", 0.001)
    async with (
        a_running_hub(broker) as hub,
        a_client(broker, "rogue", "-scan") as rogue,
        a_client(broker, "cam-01") as camera,
    ):
        for _ in range(50):
            await rogue.publish(sensor_scan(SITE, "rogue"), b"noise", qos=1)
        await camera.publish(sensor_scan(SITE, "cam-01"), b"people", qos=1)
        await camera.publish(sensor_cue(SITE, "cam-01"), b"bang", qos=1)

        await hub.until(
            lambda: (
                {(sensor_cue(SITE, "cam-01"), b"bang"), (sensor_scan(SITE, "cam-01"), b"people")}
                <= set(hub.received)
            )
        )
        assert hub.received.count((sensor_scan(SITE, "rogue"), b"noise")) == 10
        assert hub.bus.dropped_scans == 40
        (fault,) = hub.bus.faults()
        assert fault.code == "scans_throttled"
        assert fault.text.startswith("rogue sends more than")
        assert fault.text.endswith("40 dropped")
        assert hub.bus.faults() == ()


async def test_a_hub_that_is_stopped_says_goodbye(broker: RunningBroker) -> None:
    async with a_client(broker, "wall") as wall:
        await wall.subscribe(hub_health(SITE), qos=1)
        async with a_running_hub(broker) as hub:
            hub.bus.publish(hub_health(SITE), b"OK", qos=1, retain=True)
            assert await the_next(wall) == (hub_health(SITE), b"OK")

        assert await the_next(wall) == (hub_health(SITE), WILL)


async def test_a_hub_that_dies_has_its_goodbye_said_by_the_broker(broker: RunningBroker) -> None:
    async with a_client(broker, "wall") as wall, a_running_hub(broker) as hub:
        await wall.subscribe(hub_health(SITE), qos=1)
        client = hub.bus._conversation._client
        assert client is not None
        connection = client._client.socket()
        assert isinstance(connection, socket.socket)

        connection.shutdown(socket.SHUT_RDWR)

        assert await the_next(wall) == (hub_health(SITE), WILL)


async def test_a_wrong_password_is_named(broker: RunningBroker) -> None:
    hub = AHub(broker, password="wrong")
    running = asyncio.create_task(hub.bus.run())
    await asyncio.wait_for(wait_for_a_reason(hub), PATIENCE_S)

    with pytest.raises(BrokerUnreachableError, match=r"[Nn]ot authorized") as error:
        await hub.bus.wait_connected(0)

    assert f"127.0.0.1:{broker.port}" in error.value.what
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def wait_for_a_reason(hub: AHub) -> None:
    noticed = asyncio.Event()
    lost = hub.bus._lost

    def notice(link: str, reason: str) -> None:
        lost(link, reason)
        noticed.set()

    hub.bus._lost = notice  # type: ignore[method-assign]
    await noticed.wait()


async def test_a_hub_that_cannot_go_on_ends_the_bus(broker: RunningBroker) -> None:
    hub = AHub(broker)

    def cannot(_topic: str, _payload: bytes) -> None:
        what = "the disk is full"
        raise JournalError(what, fix="free some")

    hub.bus._receive = cannot
    running = asyncio.create_task(hub.bus.run())
    await hub.bus.wait_connected(PATIENCE_S)
    async with a_client(broker, "cam-01") as camera:
        await camera.publish(sensor_health(SITE, "cam-01"), b"OK", qos=1)

        with pytest.raises(JournalError, match="the disk is full"):
            await asyncio.wait_for(running, PATIENCE_S)
