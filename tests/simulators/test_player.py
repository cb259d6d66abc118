import asyncio
import queue
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiomqtt
import msgspec
import pytest
from patience import PATIENCE_S, until_so

from bench.mosquitto import Mosquitto, a_free_port
from hub.adapters.broker.child import BrokerKind, BrokerPlan, RunningBroker, start_broker
from simulators.core.plan import Impulse, StoryPlan
from simulators.core.simulation import Simulation
from simulators.core.world import World
from simulators.errors import CredentialsError
from simulators.link import BrokerAddress
from simulators.player import Player, clock
from simulators.scenario import Loaded
from wire.catalogue import Party
from wire.codec import decode, encode
from wire.ids import ulid
from wire.labels import ActuatorAction, HealthState, OutcomeStatus
from wire.messages import (
    ActuatorAbout,
    ActuatorState,
    Command,
    Committed,
    Cue,
    Health,
    Message,
    Outcome,
    Scan,
    SensorAbout,
)
from wire.topics import HUB, actuator_command, sensor_committed

SITE = "market-square"
BANG = Impulse(id="bang", places=((5.0, 5.0),))


def a_simulation(loaded: Loaded, world: World, now_us: int) -> Simulation:
    """Two sensors, one actuator, and a bang at once."""
    scenario = msgspec.structs.replace(
        loaded.scenario,
        story=StoryPlan(first_after_s=1.0, pause_s=(500.0, 500.0)),
        camera=loaded.scenario.camera[:1],
        radar=(),
        counter=(),
        acoustic=loaded.scenario.acoustic[:1],
        actuator=loaded.scenario.actuator[:1],
        team=(),
    )
    return Simulation(
        loaded.site,
        scenario,
        start_us=now_us,
        seed=1,
        people=5,
        happenings=(BANG,),
        world=world,
    )


class Playing:
    """A player in a thread of its own."""

    def __init__(
        self, simulation: Simulation, address: str, passwords: dict[str, str] | None
    ) -> None:
        self.lines: list[str] = []
        self.fresh: queue.Queue[str] = queue.Queue()
        self._stop = threading.Event()
        self.now_us = clock()
        self.player = Player(
            simulation, BrokerAddress.parse(address), passwords, self._tell, self.now_us
        )

    async def run(self) -> None:
        await asyncio.to_thread(self.player.run, self._stop.is_set)

    def _tell(self, line: str) -> None:
        self.lines.append(line)
        self.fresh.put(line)

    def stop(self) -> None:
        self._stop.set()


@asynccontextmanager
async def playing(player: Playing) -> AsyncIterator[Playing]:
    task = asyncio.create_task(player.run())
    try:
        yield player
    finally:
        player.stop()
        await asyncio.wait_for(task, PATIENCE_S)


class Hub:
    """Hears everything and forgets nothing."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self.client = client
        self._heard: list[Message] = []

    async def until(self, kind: type[Message], sender: str, state: str | None = None) -> Message:
        """Return the first message of a kind that a device says, or has said."""
        for message in self._heard:
            if _is(message, kind, sender, state):
                return message
        async with asyncio.timeout(PATIENCE_S):
            async for packet in self.client.messages:
                assert isinstance(packet.payload, bytes)
                message = decode(str(packet.topic), packet.payload)
                self._heard.append(message)
                if _is(message, kind, sender, state):
                    return message
        pytest.fail("the broker has gone")


def _is(message: Message, kind: type[Message], sender: str, state: str | None) -> bool:
    is_state = state is None or (isinstance(message, Health) and message.state == state)
    return isinstance(message, kind) and message.sender == sender and is_state


@asynccontextmanager
async def a_hub(broker: RunningBroker) -> AsyncIterator[Hub]:
    async with aiomqtt.Client(
        broker.host,
        broker.port,
        identifier=HUB,
        username=HUB,
        password=broker.passwords[HUB],
        timeout=PATIENCE_S,
    ) as client:
        await client.subscribe(f"vedette/1/{SITE}/#", qos=1)
        yield Hub(client)


def a_plan(kind: BrokerKind, tmp_path: Path) -> BrokerPlan:
    devices = {"cam-01": Party.SENSOR, "aco-01": Party.SENSOR, "siren-01": Party.ACTUATOR}
    return BrokerPlan(kind=kind, site=SITE, devices=devices, data_directory=tmp_path)


@pytest.mark.parametrize("kind", list(BrokerKind))
async def test_devices_speak_obey_and_say_goodbye_over_a_real_broker(
    market_square: Loaded, market_world: World, tmp_path: Path, kind: BrokerKind
) -> None:
    async with start_broker(a_plan(kind, tmp_path)) as broker, a_hub(broker) as hub:
        simulation = a_simulation(market_square, market_world, clock()())
        player = Playing(simulation, broker.url, broker.passwords)
        async with playing(player):
            for kind_of_message in (SensorAbout, Health, Scan):
                await hub.until(kind_of_message, "cam-01")
            for kind_of_message in (ActuatorAbout, ActuatorState, Health):
                await hub.until(kind_of_message, "siren-01")
            await hub.client.publish(*_committed(await hub.until(Cue, "aco-01")), qos=1)
            await hub.client.publish(*_command(player.now_us()), qos=1)
            outcome = await hub.until(Outcome, "siren-01")
            outbox = simulation.sensors["aco-01"].voice.outbox
            await until_so(lambda: len(outbox) == 0, "the committed cue is forgotten")

        for device in ("cam-01", "aco-01", "siren-01"):
            await hub.until(Health, device, HealthState.GOODBYE)

    assert isinstance(outcome, Outcome)
    assert outcome.status is OutcomeStatus.ACCEPTED
    assert "story: siren-01 is told to sound" in player.lines


def _committed(cue: Message) -> tuple[str, bytes]:
    committed = Committed(
        id=ulid(cue.sent_us, bytes(10)),
        sender=HUB,
        boot=cue.boot,
        seq=1,
        observed_us=cue.sent_us,
        sent_us=cue.sent_us,
        of_boot=cue.boot,
        committed_seq=cue.seq,
    )
    return sensor_committed(SITE, cue.sender), encode(committed)


def _command(now_us: int) -> tuple[str, bytes]:
    command = Command(
        id=ulid(now_us, bytes(10)),
        sender=HUB,
        boot=ulid(now_us, bytes(10)),
        seq=1,
        observed_us=now_us,
        sent_us=now_us,
        actuator="siren-01",
        action=ActuatorAction.SOUND,
        reason="a test",
    )
    return actuator_command(SITE, "siren-01"), encode(command)


@pytest.mark.parametrize("kind", list(BrokerKind))
async def test_a_wrong_password_is_one_sentence(
    market_square: Loaded, market_world: World, tmp_path: Path, kind: BrokerKind
) -> None:
    async with start_broker(a_plan(kind, tmp_path)) as broker:
        wrong = dict.fromkeys(broker.passwords, "wrong")
        simulation = a_simulation(market_square, market_world, clock()())

        with pytest.raises(CredentialsError) as caught:
            await asyncio.wait_for(Playing(simulation, broker.url, wrong).run(), PATIENCE_S)

    assert "wrong name or password" in caught.value.what
    assert "--credentials" in caught.value.fix


def test_a_device_without_a_password_is_named(market_square: Loaded, market_world: World) -> None:
    simulation = a_simulation(market_square, market_world, clock()())

    with pytest.raises(CredentialsError, match="aco-01"):
        Playing(simulation, "mqtt://127.0.0.1:1", {"cam-01": "secret"})


async def test_a_broker_that_is_away_is_told_once_and_waited_for(
    market_square: Loaded, market_world: World, tmp_path: Path
) -> None:
    port = a_free_port()
    simulation = a_simulation(market_square, market_world, clock()())
    broker = Mosquitto(tmp_path, port)
    address = f"mqtt://127.0.0.1:{port}"

    async with playing(Playing(simulation, address, None)) as player:
        first = await _about_the_broker(player)
        with broker:
            second = await _about_the_broker(player)
        third = await _about_the_broker(player)

    assert first.startswith(f"no MQTT broker answers at 127.0.0.1:{port}")
    assert second == f"the broker at 127.0.0.1:{port} answers again"
    assert third.startswith(f"no MQTT broker answers at 127.0.0.1:{port}")


async def _about_the_broker(player: Playing) -> str:
    while True:
        line = await asyncio.to_thread(player.fresh.get, timeout=PATIENCE_S)
        if "broker" in line:
            return line


async def test_a_port_that_takes_connections_and_says_nothing_does_not_stop_the_world(
    market_square: Loaded, market_world: World
) -> None:
    simulation = a_simulation(market_square, market_world, clock()())
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"mqtt://127.0.0.1:{mute.getsockname()[1]}"
        player = Playing(simulation, address, None).player
        playing_on = asyncio.to_thread(player.run, lambda: simulation.stage.world_s >= 1.0)
        await asyncio.wait_for(playing_on, PATIENCE_S)

    assert simulation.stage.world_s >= 1.0


def test_the_clock_never_goes_back() -> None:
    now_us = clock()

    instants = [now_us() for _ in range(1_000)]

    assert instants == sorted(instants)
