from typing import Any

import msgspec
import numpy as np
import pytest

from simulators.core.envelope import Lane, Send
from simulators.core.plan import Impulse, Silence, StoryPlan
from simulators.core.simulation import Simulation
from simulators.core.world import World
from simulators.machines import Fault
from simulators.scenario import Loaded
from wire.codec import decode, encode
from wire.ids import ulid
from wire.labels import (
    ActuatorAction,
    ActuatorPosition,
    CueKind,
    HealthState,
    OutcomeStatus,
    ReceiptStatus,
)
from wire.messages import (
    ActuatorAbout,
    ActuatorState,
    Command,
    Committed,
    Cue,
    Health,
    HubHealth,
    Message,
    Outcome,
    Parameters,
    Position,
    Reading,
    Receipt,
    SafeState,
    Scan,
    SensorAbout,
    TaskNotice,
    TeamPosition,
)
from wire.quantities import SECOND_US
from wire.topics import actuator_command, actuator_safe, hub_health, sensor_committed, task

START_US = 1_790_000_000_000_000
BANG = Impulse(id="bang", places=((5.0, 5.0),))
SILENCE = Silence(id="hush", sensors=("cam-01",), duration_s=(40.0, 40.0))
SOON = StoryPlan(first_after_s=1.0, pause_s=(100.0, 100.0))


def a_simulation(
    loaded: Loaded, world: World, *, people: int = 10, **changes: object
) -> Simulation:
    scenario = msgspec.structs.replace(loaded.scenario, story=SOON)
    known: dict[str, object] = {"start_us": START_US, "seed": 7, "happenings": ()}
    return Simulation(
        loaded.site,
        scenario,
        people=people,
        world=world,
        **(known | changes),  # type: ignore[arg-type] # known
    )


def run(simulation: Simulation, seconds: float) -> list[Send]:
    until_us = simulation.next_us + round(seconds * SECOND_US)
    sends = []
    while simulation.next_us <= until_us:
        sends += simulation.advance(simulation.next_us)
    return sends


def messages(sends: list[Send], kind: type[Message], device: str | None = None) -> list[Message]:
    decoded = [(send, decode(send.topic, send.payload)) for send in sends]
    return [
        message
        for send, message in decoded
        if isinstance(message, kind) and device in {None, send.device}
    ]


def a_command(action: ActuatorAction, number: int = 1, **changes: object) -> Command:
    known: dict[str, object] = {
        "id": ulid(START_US, bytes([number]) * 10),
        "sender": "hub",
        "boot": ulid(START_US, bytes(10)),
        "seq": number,
        "observed_us": START_US,
        "sent_us": START_US,
        "expires_us": START_US + 3600 * SECOND_US,
        "actuator": "bollards-east",
        "action": action,
        "reason": "a test",
    }
    return Command(**(known | changes))  # type: ignore[arg-type] # known fields only


def order(simulation: Simulation, command: Command) -> list[Send]:
    topic = actuator_command("market-square", command.actuator)
    return simulation.receive(command.actuator, topic, encode(command), simulation.next_us)


def test_the_same_seed_gives_the_same_bytes(market_square: Loaded, market_world: World) -> None:
    def recorded(seed: int) -> list[tuple[str, bytes]]:
        simulation = a_simulation(
            market_square, market_world, seed=seed, happenings=(BANG,), people=40
        )
        sends = [send for device in simulation.devices() for send in _connect(simulation, device)]
        sends += run(simulation, 10.0)
        sends += order(simulation, a_command(ActuatorAction.RAISE))
        sends += run(simulation, 5.0)
        return [(send.topic, send.payload) for send in sends]

    assert recorded(3) == recorded(3)
    assert recorded(3) != recorded(4)


def _connect(simulation: Simulation, device: str) -> list[Send]:
    return simulation.connected(device, simulation.next_us)


def test_everything_said_can_be_read_and_says_that_it_is_simulated(
    market_square: Loaded, market_world: World
) -> None:
    simulation = a_simulation(market_square, market_world, happenings=(BANG,))
    sends = [send for device in simulation.devices() for send in _connect(simulation, device)]
    sends += run(simulation, 8.0)
    sends += [simulation.goodbye(device, START_US + 9 * SECOND_US) for device in ("cam-01",)]

    decoded = [decode(send.topic, send.payload, site="market-square") for send in sends]

    assert all(message.simulated for message in decoded)
    kinds = {type(message) for message in decoded}
    assert {SensorAbout, ActuatorAbout, ActuatorState, Health, Scan, Cue} <= kinds


def test_scans_go_by_their_own_connection_and_everything_else_by_the_other(
    market_square: Loaded, market_world: World
) -> None:
    simulation = a_simulation(market_square, market_world, happenings=(BANG,))

    sends = run(simulation, 8.0)

    assert {send.topic.endswith("/scan") for send in sends if send.lane is Lane.SCAN} == {True}
    assert {send.topic.endswith("/scan") for send in sends if send.lane is Lane.ALARM} == {False}


def test_each_device_speaks_at_its_own_rate(market_square: Loaded, market_world: World) -> None:
    scenario = msgspec.structs.replace(
        market_square.scenario,
        delivery=msgspec.structs.replace(market_square.scenario.delivery, lost_ratio=0.0),
    )
    loaded = msgspec.structs.replace(market_square, scenario=scenario)

    sends = run(a_simulation(loaded, market_world, people=0), 20.0)

    assert len(messages(sends, Scan, "cam-01")) == pytest.approx(100, abs=2)
    assert len(messages(sends, Scan, "rad-01")) == pytest.approx(100, abs=2)
    assert len(messages(sends, Health, "siren-01")) == pytest.approx(4, abs=1)


def test_a_scan_tells_when_it_was_seen_and_when_it_left(
    market_square: Loaded, market_world: World
) -> None:
    scans = messages(run(a_simulation(market_square, market_world), 5.0), Scan, "cam-01")

    ages = [scan.sent_us - scan.observed_us for scan in scans]
    assert min(ages) >= 60_000
    assert np.median(ages) == pytest.approx(80_000, rel=0.2)


def test_a_silent_sensor_says_nothing_at_all_and_comes_back(
    market_square: Loaded, market_world: World
) -> None:
    simulation = a_simulation(market_square, market_world, people=0, happenings=(SILENCE,))

    run(simulation, 2.0)
    silent = run(simulation, 38.0)
    back = run(simulation, 8.0)

    assert not [send for send in silent if send.device == "cam-01"]
    assert [send for send in silent if send.device == "cam-02"]
    assert messages(back, Scan, "cam-01")
    assert messages(back, Health, "cam-01")
    assert simulation.told() == ["cam-01 falls silent", "cam-01 speaks again"]
    assert [what for _, what in simulation.truth] == ["hush"]


def test_a_bang_reaches_the_nearest_array_first(market_square: Loaded, market_world: World) -> None:
    simulation = a_simulation(market_square, market_world, people=0, happenings=(BANG,))

    cues = messages(run(simulation, 3.0), Cue)

    assert {cue.sender for cue in cues} == {"aco-01", "aco-02", "aco-03", "aco-04", "aco-05"}
    by_onset = sorted(cues, key=lambda cue: cue.observed_us)
    assert by_onset[0].sender in {"aco-01", "aco-03"}
    assert by_onset[-1].observed_us - by_onset[0].observed_us < SECOND_US // 5
    assert all(cue.sent_us > cue.observed_us for cue in cues)


def test_cues_are_sent_again_until_the_hub_has_them(
    market_square: Loaded, market_world: World
) -> None:
    simulation = a_simulation(market_square, market_world, people=0, happenings=(BANG,))
    first = messages(run(simulation, 3.0), Cue, "aco-01")
    again = messages(run(simulation, 7.0), Cue, "aco-01")
    now_us = simulation.next_us
    committed = Committed(
        id=ulid(now_us, bytes(10)),
        sender="hub",
        boot=ulid(now_us, bytes(10)),
        seq=1,
        observed_us=now_us,
        sent_us=now_us,
        of_boot=first[0].boot,
        committed_seq=1,
    )
    topic = sensor_committed("market-square", "aco-01")

    simulation.receive("aco-01", topic, encode(committed), now_us)
    after = run(simulation, 30.0)

    assert again == first
    assert not messages(after, Cue, "aco-01")
    assert messages(after, Cue, "aco-02")


def test_raised_bollards_are_raised_in_the_world_after_their_delay(
    market_square: Loaded, market_world: World
) -> None:
    simulation = a_simulation(market_square, market_world, people=0, seed=1)

    sends = order(simulation, a_command(ActuatorAction.RAISE))
    early = run(simulation, 3.0)
    raised_early = dict(simulation.stage.raised)
    late = run(simulation, 1.5)

    assert [state.position for state in messages(sends, ActuatorState)] == ["moving"]
    assert [outcome.status for outcome in messages(sends, Outcome)] == ["ACCEPTED"]
    assert not messages(early, ActuatorState, "bollards-east")
    assert raised_early == {}
    assert [state.position for state in messages(late, ActuatorState)] == ["raised"]
    assert messages(late, Outcome)[-1].status is OutcomeStatus.COMPLETED
    assert set(simulation.stage.raised) == {"bollards-east"}


def test_a_closed_gate_keeps_people_out(market_square: Loaded, market_world: World) -> None:
    simulation = a_simulation(market_square, market_world, people=0, seed=1)

    order(simulation, a_command(ActuatorAction.CLOSE, actuator="gate-north"))
    run(simulation, 7.0)

    assert simulation.stage.agenda.closed == {"gate-north"}


def test_a_siren_stops_after_its_time(market_square: Loaded, market_world: World) -> None:
    simulation = a_simulation(market_square, market_world, people=0)
    command = a_command(
        ActuatorAction.SOUND, actuator="siren-01", parameters=Parameters(duration_s=3.0)
    )

    order(simulation, command)
    states = messages(run(simulation, 5.0), ActuatorState, "siren-01")

    assert [state.position for state in states] == ["on", "moving", "off"]


def test_gates_open_when_nobody_can_command_them(
    market_square: Loaded, market_world: World
) -> None:
    simulation = a_simulation(market_square, market_world, people=0, seed=1)
    order(simulation, a_command(ActuatorAction.CLOSE, actuator="gate-north"))
    tell_safe(simulation, "gate-north")
    run(simulation, 7.0)

    simulation.disconnected("gate-north", simulation.next_us)
    run(simulation, 20.0)
    sends = simulation.connected("gate-north", simulation.next_us)

    (state,) = messages(sends, ActuatorState)
    assert isinstance(state, ActuatorState)
    assert (state.position, state.safe) == (ActuatorPosition.OPEN, True)


def test_gates_open_when_the_hub_has_gone_though_the_broker_is_there(
    market_square: Loaded, market_world: World
) -> None:
    simulation = a_simulation(market_square, market_world, people=0, seed=1)
    order(simulation, a_command(ActuatorAction.CLOSE, actuator="gate-north"))
    tell_safe(simulation, "gate-north")
    hub_says(simulation, "gate-north", HealthState.OK)
    run(simulation, 7.0)
    assert simulation.stage.agenda.closed == {"gate-north"}

    hub_says(simulation, "gate-north", HealthState.GOODBYE)
    sends = run(simulation, 20.0)

    assert [one.position for one in states(sends)][-1] is ActuatorPosition.OPEN
    assert simulation.stage.agenda.closed == set()


def test_a_safe_state_that_is_taken_back_is_no_more(
    market_square: Loaded, market_world: World
) -> None:
    simulation = a_simulation(market_square, market_world, people=0, seed=1)
    order(simulation, a_command(ActuatorAction.CLOSE, actuator="gate-north"))
    tell_safe(simulation, "gate-north")
    simulation.receive("gate-north", actuator_safe("market-square", "gate-north"), b"", START_US)

    simulation.disconnected("gate-north", simulation.next_us)
    run(simulation, 40.0)

    assert simulation.stage.agenda.closed == {"gate-north"}


def tell_safe(simulation: Simulation, actuator: str) -> None:
    safe = SafeState(**by_the_hub(), actuator=actuator, action=ActuatorAction.OPEN, after_s=10.0)
    simulation.receive(actuator, actuator_safe("market-square", actuator), encode(safe), START_US)


def hub_says(simulation: Simulation, device: str, state: HealthState) -> None:
    health = HubHealth(**by_the_hub(), state=state)
    topic = hub_health("market-square")
    simulation.receive(device, topic, encode(health), simulation.next_us)


def by_the_hub(number: int = 1) -> dict[str, Any]:
    return {
        "id": ulid(START_US, bytes([number]) * 10),
        "sender": "hub",
        "boot": ulid(START_US, bytes(10)),
        "seq": number,
        "observed_us": START_US,
        "sent_us": START_US,
    }


def states(sends: list[Send]) -> list[ActuatorState]:
    return [one for one in messages(sends, ActuatorState) if isinstance(one, ActuatorState)]


# --- Sirens and teams -----------------------------------------------------------------------


def siren_cues(sends: list[Send]) -> list[Cue]:
    cues = [one for one in messages(sends, Cue) if isinstance(one, Cue)]
    return [one for one in cues if one.kind is CueKind.SIREN_HEARD]


def test_arrays_hear_a_siren_as_long_as_it_sounds(
    market_square: Loaded, market_world: World
) -> None:
    simulation = a_simulation(market_square, market_world, people=0)
    sound = a_command(
        ActuatorAction.SOUND, actuator="siren-01", parameters=Parameters(duration_s=12.0)
    )
    order(simulation, sound)
    while_it_sounds = siren_cues(run(simulation, 12.0))
    afterwards = siren_cues(run(simulation, 30.0))

    assert {cue.sender for cue in while_it_sounds} >= {"aco-01", "aco-02"}
    assert len([cue for cue in while_it_sounds if cue.sender == "aco-01"]) >= 2
    assert all(cue.observed_us < START_US + 14 * SECOND_US for cue in afterwards)


def test_nobody_hears_a_siren_that_only_says_it_sounds(
    market_square: Loaded, market_world: World
) -> None:
    scenario = market_square.scenario
    lying = tuple(
        msgspec.structs.replace(one, fault=Fault.LIES) if one.id == "siren-01" else one
        for one in scenario.actuator
    )
    loaded = msgspec.structs.replace(
        market_square, scenario=msgspec.structs.replace(scenario, actuator=lying)
    )
    simulation = a_simulation(loaded, market_world, people=0)
    order(simulation, a_command(ActuatorAction.SOUND, actuator="siren-01"))

    sends = run(simulation, 10.0)

    assert siren_cues(sends) == []
    assert [one.position for one in states(sends)][-1] is ActuatorPosition.ON


def a_task(team: str = "team-alpha", number: int = 9, **changes: object) -> TaskNotice:
    known: dict[str, object] = {
        **by_the_hub(number),
        "task": ulid(START_US, bytes([number]) * 10),
        "team": team,
        "text": "Look at the fence",
        "position": Position(lat_deg=52.0907, lon_deg=5.1214, sigma_east_m=1.0, sigma_north_m=1.0),
    }
    return TaskNotice(**(known | changes))  # type: ignore[arg-type] # known fields only


def give(simulation: Simulation, team: str, notice: TaskNotice) -> None:
    topic = task("market-square", notice.task)
    simulation.receive(team, topic, encode(notice), simulation.next_us)


def receipts(sends: list[Send], team: str = "team-alpha") -> list[ReceiptStatus]:
    # What nobody has committed is sent again.
    said = {one.id: one for one in messages(sends, Receipt, team) if isinstance(one, Receipt)}
    return [one.status for one in said.values()]


def test_a_team_takes_a_task_walks_to_it_and_says_how_far_it_is(
    market_square: Loaded, market_world: World
) -> None:
    scenario = market_square.scenario
    willing = tuple(
        msgspec.structs.replace(plan, accept_ratio=1.0, silent_ratio=0.0) for plan in scenario.team
    )
    loaded = msgspec.structs.replace(
        market_square, scenario=msgspec.structs.replace(scenario, team=willing)
    )
    simulation = a_simulation(loaded, market_world, people=0)
    assert task("market-square", a_task().task).rsplit("/", 1)[0] in "".join(
        simulation.subscriptions("team-alpha")
    )
    give(simulation, "team-bravo", a_task())
    give(simulation, "team-alpha", a_task(expires_us=START_US))
    give(simulation, "team-alpha", a_task(number=10))

    sends = run(simulation, 120.0)

    s = ReceiptStatus
    assert receipts(sends) == [s.DEVICE_RECEIPT, s.READ, s.ACCEPTED, s.ON_SCENE, s.DONE]
    assert receipts(sends, "team-bravo") == []
    assert len(messages(sends, TeamPosition, "team-alpha")) >= 39
    assert "team-alpha: ON SCENE" in simulation.told()


def test_a_task_that_ends_or_goes_to_another_team_is_dropped(
    market_square: Loaded, market_world: World
) -> None:
    simulation = a_simulation(market_square, market_world, people=0)
    for team in ("team-alpha", "team-bravo"):
        give(simulation, team, a_task(team))
    topic = task("market-square", a_task().task)
    simulation.receive("team-alpha", topic, b"", START_US)
    give(simulation, "team-bravo", a_task("team-medic"))

    sends = run(simulation, 90.0)

    assert receipts(sends) == receipts(sends, "team-bravo") == []


def test_a_team_introduces_itself_and_says_goodbye(
    market_square: Loaded, market_world: World
) -> None:
    simulation = a_simulation(market_square, market_world, people=0)

    sends = simulation.connected("team-medic", START_US)
    goodbye = simulation.goodbye("team-medic", START_US)

    assert [type(one) for one in messages(sends, Message)] == [Health, TeamPosition]
    assert goodbye.topic == "vedette/1/market-square/team/team-medic/health"
    assert goodbye.retain


def test_a_gate_whose_link_only_blinks_stays_closed(
    market_square: Loaded, market_world: World
) -> None:
    simulation = a_simulation(market_square, market_world, people=0, seed=1)
    order(simulation, a_command(ActuatorAction.CLOSE, actuator="gate-north"))
    tell_safe(simulation, "gate-north")
    run(simulation, 7.0)

    simulation.disconnected("gate-north", simulation.next_us)
    run(simulation, 2.0)
    simulation.connected("gate-north", simulation.next_us)
    run(simulation, 20.0)

    assert simulation.stage.agenda.closed == {"gate-north"}


def test_what_cannot_be_read_costs_only_itself(market_square: Loaded, market_world: World) -> None:
    simulation = a_simulation(market_square, market_world, people=0)
    topic = actuator_command("market-square", "siren-01")

    assert simulation.receive("siren-01", topic, b"{", START_US) == []
    assert simulation.receive("cam-01", sensor_committed("market-square", "cam-01"), b"", 0) == []
    assert len(simulation.told()) == 2


def test_a_message_that_concerns_nobody_is_let_pass(
    market_square: Loaded, market_world: World
) -> None:
    simulation = a_simulation(market_square, market_world, people=0)
    command = a_command(ActuatorAction.RAISE)
    topic = actuator_command("market-square", "bollards-east")

    assert simulation.receive("cam-01", topic, encode(command), START_US) == []


def test_after_a_pause_of_the_machine_the_world_does_not_race(
    market_square: Loaded, market_world: World
) -> None:
    simulation = a_simulation(market_square, market_world, people=0)
    run(simulation, 1.0)

    sends = simulation.advance(simulation.next_us + 3600 * SECOND_US)

    assert len(sends) < 40
    assert simulation.stage.world_s < 3.0


def test_at_double_speed_twice_as_much_happens(market_square: Loaded, market_world: World) -> None:
    simulation = a_simulation(market_square, market_world, people=0, speed=2.0)

    run(simulation, 10.0)

    assert simulation.stage.world_s == pytest.approx(20.0, abs=0.3)


def test_a_device_listens_to_its_own_topics_only(
    market_square: Loaded, market_world: World
) -> None:
    simulation = a_simulation(market_square, market_world, people=0)

    assert simulation.subscriptions("cam-01") == (
        "vedette/1/market-square/sensor/cam-01/committed",
    )
    assert simulation.subscriptions("siren-01") == (
        "vedette/1/market-square/actuator/siren-01/command",
        "vedette/1/market-square/actuator/siren-01/safe",
        "vedette/1/market-square/actuator/siren-01/committed",
        "vedette/1/market-square/hub/health",
    )
    assert simulation.devices()["cam-01"]
    assert not simulation.devices()["aco-01"]


def test_goodbye_is_a_health_message(market_square: Loaded, market_world: World) -> None:
    send = a_simulation(market_square, market_world, people=0).goodbye("siren-01", START_US)

    message = decode(send.topic, send.payload)
    assert isinstance(message, Health)
    assert message.state is HealthState.GOODBYE
    assert send.retain


def test_a_counter_says_each_five_seconds_how_many_are_at_its_gate_and_who_passed(
    market_square: Loaded, market_world: World
) -> None:
    simulation = a_simulation(market_square, market_world, people=60)
    connected = simulation.connected("count-north", START_US)

    sends = run(simulation, 21.0)

    (about,) = messages(connected, SensorAbout, "count-north")
    assert isinstance(about, SensorAbout)
    assert (about.kind, about.field_of_view, about.scan_rate_hz) == ("counter", None, 0.0)
    readings = messages(sends, Reading, "count-north")
    first: dict[int, Reading] = {}
    for reading in readings:
        assert isinstance(reading, Reading)
        # Nothing is committed here, so the outbox sends it again.
        first.setdefault(reading.seq, reading)
    assert [one.channel for one in first.values()] == ["persons", "in", "out"] * 5
    assert {one.unit for one in first.values()} == {"{persons}"}
    assert all(one.simulated and one.value >= 0.0 for one in first.values())
    instants = sorted({one.observed_us for one in first.values()})
    assert np.diff(instants).tolist() == [5 * SECOND_US] * 4


def test_a_silent_counter_says_nothing(market_square: Loaded, market_world: World) -> None:
    hush = Silence(id="hush", sensors=("count-north",), duration_s=(40.0, 40.0))
    simulation = a_simulation(market_square, market_world, happenings=(hush,))
    run(simulation, 6.0)

    assert messages(run(simulation, 10.0), Health, "count-north") == []
