"""The hub's response and the square's machines in one room, on virtual time: each fault shows."""

import msgspec
import pytest

from hub.adapters.site_file import load_site
from hub.core.alerts.refusal import Refusal
from hub.core.fusion.tracks import Rows, Tracks
from hub.core.response.command import CommandRecord
from hub.core.response.dispatcher import Response
from hub.core.response.live_picture import KnownActuator, LivePicture
from hub.core.response.safe_state import SafeStates
from hub.core.rules.condition import Condition
from simulators.core.envelope import Send
from simulators.core.simulation import Simulation
from simulators.core.world import World
from simulators.machines import Fault
from simulators.scenario import BUNDLED, Loaded
from wire.actions import Confirm, OperatorAction, Order
from wire.codec import decode, encode
from wire.ids import ulid
from wire.labels import ActuatorAction, ActuatorPosition, CommandState, HealthState, Role
from wire.messages import ActuatorAbout, ActuatorState, Command, Cue, HubHealth, Outcome, Parameters
from wire.quantities import SECOND_US
from wire.topics import actuator_command, hub_health

SITE = load_site(BUNDLED / "market-square" / "site.toml")
START_US = 1_790_000_000_000_000
BOOT = ulid(START_US, b"hub-boot  ")


class Room:
    """The response of the hub, and the machines that it orders."""

    def __init__(self, loaded: Loaded, world: World, **faults: Fault) -> None:
        named = {name.replace("_", "-"): fault for name, fault in faults.items()}
        actuators = tuple(
            msgspec.structs.replace(one, fault=named.get(one.id), failure_ratio=0.0)
            for one in loaded.scenario.actuator
        )
        scenario = msgspec.structs.replace(loaded.scenario, actuator=actuators)
        self.machines = Simulation(
            loaded.site, scenario, start_us=START_US, seed=1, people=0, happenings=(), world=world
        )
        self.response = Response(SITE)
        self.now_us = START_US
        self.is_away = False  # The hub.
        self.told = 0
        self._abouts: dict[str, ActuatorAbout] = {}
        self.conditions: dict[str, Condition] = {}
        for device in self.machines.devices():
            self._hear(self.machines.connected(device, START_US))
        for topic, message in SafeStates(SITE, BOOT).due(START_US):
            assert message is not None
            self.machines.receive(message.actuator, topic, encode(message), START_US)

    def order(self, actuator: str, action: ActuatorAction, duration_s: float | None = None) -> str:
        """Order by hand, and say the second yes where it needs one; return the command."""
        self.told += 1
        parameters = Parameters(duration_s=duration_s)
        order = Order(actuator=actuator, action=action, parameters=parameters, reason="a test")
        (record,) = self._ask(order, 2 * self.told)
        if record.state is CommandState.AWAITING_CONFIRMATION:
            (record,) = self._ask(Confirm(command=record.id), 2 * self.told + 1)
        assert record.state is CommandState.SENT, record.note
        return record.id

    def _ask(self, ask: Order | Confirm, number: int) -> list[CommandRecord]:
        action = OperatorAction(
            id=ulid(self.now_us, number.to_bytes(10, "big")),
            operator="Ann",
            role=Role.OPERATOR,
            asked_us=self.now_us,
            ask=ask,
        )
        answer = self.response.act(action, self._picture(), self.now_us)
        assert not isinstance(answer, Refusal), answer
        self._send(answer)
        return answer

    def run(self, seconds: float) -> None:
        until_us = self.now_us + round(seconds * SECOND_US)
        while self.now_us < until_us:
            due_us = self.response.next_wake_us
            next_us = min(
                self.machines.next_us, self.machines.next_us if due_us is None else due_us
            )
            self.now_us = max(self.now_us, next_us)
            self._hear(self.machines.advance(self.now_us))
            if not self.is_away:
                self._send(self.response.wake(self._picture(), self.now_us))
                self._send(self.response.resent(self.now_us))
                changed = self.response.conditions(self.now_us)
                self.conditions |= {one.key: one for one in changed}

    def state(self, command: str) -> CommandState:
        return self.response.commands[command].state

    def active(self) -> list[str]:
        return [one.summary for one in self.conditions.values() if one.active]

    def hub_is(self, state: HealthState) -> None:
        """Tell every machine how the hub is."""
        health = HubHealth(
            id=BOOT,
            sender="hub",
            boot=BOOT,
            seq=1,
            observed_us=self.now_us,
            sent_us=self.now_us,
            state=state,
        )
        for device in self.machines.actuators:
            topic = hub_health(SITE.id)
            self._hear(self.machines.receive(device, topic, encode(health), self.now_us))

    def _picture(self) -> LivePicture:
        seen = {zone.id: self.now_us for zone in SITE.zones}
        return LivePicture(
            tracks=Tracks(Rows()),
            covered_us={},
            covered_in_play_us=seen,
            actuators={name: KnownActuator(about=one) for name, one in self._abouts.items()},
            alerts={},
        )

    def _send(self, records: list[CommandRecord]) -> None:
        for record in records:
            if record.state is not CommandState.SENT:
                continue
            command = Command(
                id=record.id,
                sender="hub",
                boot=BOOT,
                seq=1,
                observed_us=record.changed_us,
                sent_us=self.now_us,
                expires_us=record.expires_us,
                simulated=record.simulated,
                actuator=record.actuator,
                action=record.action,
                parameters=record.parameters,
                reason=record.reason,
            )
            topic = actuator_command(SITE.id, record.actuator)
            sends = self.machines.receive(record.actuator, topic, encode(command), self.now_us)
            self._hear(sends)

    def _hear(self, sends: list[Send]) -> None:
        for send in sends:
            message = decode(send.topic, send.payload)
            if isinstance(message, ActuatorAbout):
                self._abouts[message.sender] = message
            elif self.is_away:
                continue
            elif isinstance(message, Outcome):
                self._send(self.response.outcome(message, self.now_us))
            elif isinstance(message, ActuatorState):
                self._send(self.response.actuator_state(message, self.now_us))
            elif isinstance(message, Cue):
                self._send(self.response.cue(message, self.now_us))


@pytest.fixture
def room(market_square: Loaded, market_world: World) -> Room:
    return Room(market_square, market_world)


def test_a_siren_that_sounds_is_heard_and_so_verified(room: Room) -> None:
    siren = room.order("siren-01", ActuatorAction.SOUND, 20.0)

    room.run(15.0)

    assert room.state(siren) is CommandState.VERIFIED
    room.run(30.0)
    assert room.active() == [], "it was told to end by itself"


def test_every_machine_of_the_square_does_what_the_plan_expects_of_it(room: Room) -> None:
    commands = [
        room.order(actuator.id, action)
        for actuator in SITE.actuators
        for action in tuple(actuator.confirmed_by)[:1]
    ]

    room.run(20.0)

    ends = {room.state(command) for command in commands}
    assert ends == {CommandState.CONFIRMED, CommandState.VERIFIED}
    assert room.active() == []


@pytest.mark.parametrize(
    ("fault", "seconds", "says"),
    [
        (Fault.IGNORES, 35.0, "Town Hall siren never answered when told to sound"),
        (Fault.FAILS, 10.0, "Town Hall siren failed to sound: the drive does not move"),
        (Fault.LIES, 25.0, "Town Hall siren says it did sound, and Church portal did not notice"),
        (
            Fault.STUCK,
            100.0,
            "Town Hall siren failed to sound: accepted, and then nothing was heard of it",
        ),
    ],
)
def test_each_fault_of_a_siren_is_a_condition_with_a_name(
    market_square: Loaded, market_world: World, fault: Fault, seconds: float, says: str
) -> None:
    room = Room(market_square, market_world, siren_01=fault)
    room.order("siren-01", ActuatorAction.SOUND)

    room.run(seconds)

    assert room.active() == [says]


def test_a_slow_machine_is_no_broken_one(market_square: Loaded, market_world: World) -> None:
    room = Room(market_square, market_world, gate_north=Fault.SLOW)
    gate = room.order("gate-north", ActuatorAction.CLOSE)

    room.run(10.0)
    assert room.state(gate) is CommandState.ACCEPTED
    room.run(40.0)

    assert room.state(gate) is CommandState.CONFIRMED
    assert room.active() == []


def test_a_gate_that_lost_the_hub_opens_and_the_hub_hears_of_it_when_it_is_back(
    room: Room,
) -> None:
    gate = room.order("gate-north", ActuatorAction.CLOSE)
    room.run(10.0)
    assert room.state(gate) is CommandState.CONFIRMED
    room.is_away = True
    room.hub_is(HealthState.GOODBYE)
    room.run(40.0)
    machine = room.machines.actuators["gate-north"].actuator
    assert (machine.truth, machine.said.safe) == (ActuatorPosition.OPEN, True)

    room.is_away = False
    for device in room.machines.actuators:
        room.machines.disconnected(device, room.now_us)
        room._hear(room.machines.connected(device, room.now_us))
    room.hub_is(HealthState.OK)
    room.run(1.0)

    (says,) = room.active()
    assert says == (
        "North gate went to its safe state, open, having lost the hub, and was last told to close"
    )
