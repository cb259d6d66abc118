"""The chain with real parts: hub, Mosquitto and simulated machines; ears that check the siren.

Nobody has to take an actuator's word for it: a siren that says that it sounds is believed when
an array of microphones hears it, and raises an alert when none does.
"""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from end_to_end.processes import ROOT, Hub, Mosquitto, Program
from end_to_end.screen import Screen
from patience import until

from wire.actions import Confirm, Order
from wire.feed import CommandView
from wire.labels import ActuatorAction, ActuatorPosition, CommandState
from wire.messages import Parameters

SQUARE = ROOT / "simulators" / "scenarios" / "market-square"
CALM = {"failure_ratio = 0.03": "failure_ratio = 0.0"}
PEOPLE = "5"
# The siren needs a second, the sound a fifth of one, and a busy machine much longer: where it is
# heard at all, the ear has time.
HEARD = {"within_s = 15.0": "within_s = 110.0"}
# Of an order that lapsed because somebody was in the way.
TRIES_MAX = 10

Square = Callable[[str, str], tuple[Mosquitto, Hub, Program]]


@pytest.fixture
def square(tmp_path: Path) -> Iterator[Square]:
    """Start a broker, a hub and a square whose siren may have something wrong with it."""
    running: list[Program] = []

    def start(siren: str, gate: str) -> tuple[Mosquitto, Hub, Program]:
        site = a_plan(tmp_path, siren, gate)
        broker = Mosquitto(tmp_path, site)
        passwords = str(broker.files / "devices.json")
        hub = Hub(tmp_path, site, "--broker-credentials", passwords, broker=broker.url)
        words = [sys.executable, "-m", "simulators.cli", "run", str(tmp_path / "scenario.toml")]
        words += ["--broker", broker.url, "--credentials", passwords]
        words += ["--people", PEOPLE, "--seed", "1", "--only", "left-bag"]
        machines = Program("simulator", words, tmp_path)
        for program in (broker, hub, machines):
            program.start()
            running.append(program)
        return broker, hub, machines

    yield start
    for program in reversed(running):
        if program.is_up:
            program.stop()


def a_plan(folder: Path, siren: str, gate: str) -> Path:
    """Write the square's plan and scenario, with faults in its machines."""
    scenario = (SQUARE / "scenario.toml").read_text(encoding="utf-8")
    for given, wanted in CALM.items():
        scenario = scenario.replace(given, wanted)
    for name, fault in (("siren-01", siren), ("gate-north", gate)):
        if fault:
            scenario = scenario.replace(f'id = "{name}"\ndelay', f'id = "{name}"\n{fault}\ndelay')
            assert fault in scenario
    (folder / "scenario.toml").write_text(scenario, encoding="utf-8")
    site = folder / "site.toml"
    plan = (SQUARE / "site.toml").read_text(encoding="utf-8")
    if not siren:
        for given, wanted in HEARD.items():
            assert given in plan
            plan = plan.replace(given, wanted)
    site.write_text(plan, encoding="utf-8")
    return site


def an_order(actuator: str, action: ActuatorAction, duration_s: float | None = None) -> Order:
    return Order(
        actuator=actuator,
        action=action,
        parameters=Parameters(duration_s=duration_s),
        reason="rehearsal of the morning",
    )


def ordered(screen: Screen, order: Order) -> CommandView:
    """Order by hand, when the actuator is there, and return the command."""
    screen.until(lambda: is_there(screen, order.actuator), f"{order.actuator} is there")
    known = {*screen.commands}
    status, reply = screen.ask(order)
    assert status == 200, reply
    return screen.until(partial(of, screen, order, known), f"{order.actuator} is commanded")


def closes(screen: Screen, becomes: CommandState) -> bool:
    """Order the north gate to close and say yes; return what became of it, if it did not lapse.

    While somebody is in the way the order is blocked, and lapses.
    """
    gate = ordered(screen, an_order("gate-north", ActuatorAction.CLOSE))
    assert gate.state is CommandState.AWAITING_CONFIRMATION
    status, reply = screen.ask(Confirm(command=gate.id))
    assert status == 200, reply
    screen.until(
        lambda: is_in(screen, gate, becomes) or is_in(screen, gate, CommandState.EXPIRED),
        f"the gate's order is {becomes} or lapses",
    )
    return is_in(screen, gate, becomes)


def is_there(screen: Screen, actuator: str) -> bool:
    found = screen.actuators.get(actuator)
    return found is not None and not found.silent and found.position != ActuatorPosition.UNKNOWN


def of(screen: Screen, order: Order, known: set[str]) -> CommandView | None:
    """Return the command of an order, which is none of those that were known before."""
    found = [one for one in screen.commands.values() if one.actuator == order.actuator]
    fresh = [one for one in found if one.id not in known]
    return next((one for one in fresh if one.action is order.action), None)


def is_in(screen: Screen, command: CommandView, state: CommandState) -> bool:
    return screen.commands[command.id].state is state


def test_a_siren_is_believed_when_an_ear_hears_it(square: Square) -> None:
    _, hub, _ = square("", "")
    with Screen(hub) as screen:
        siren = ordered(screen, an_order("siren-01", ActuatorAction.SOUND, duration_s=300.0))

        screen.until(partial(is_in, screen, siren, CommandState.VERIFIED), "an ear hears it")

        assert screen.actuators["siren-01"].position is ActuatorPosition.ON
        assert screen.commands[siren.id].simulated
        assert screen.alert_of("actuator-fault") is None


def test_a_siren_that_only_says_that_it_sounds_raises_an_alert(square: Square) -> None:
    _, hub, _ = square('fault = "lies"', "")
    with Screen(hub) as screen:
        siren = ordered(screen, an_order("siren-01", ActuatorAction.SOUND, duration_s=30.0))
        screen.until(partial(is_in, screen, siren, CommandState.CONFIRMED), "it says so")

        alert = screen.until(lambda: screen.alert_of("actuator-fault"), "nobody hears it")

        assert "Church portal did not notice" in alert.summary
        assert alert.simulated
        assert not is_in(screen, siren, CommandState.VERIFIED)


def test_a_gate_that_closes_is_seen_closed_and_opens_by_itself_when_the_hub_is_lost(
    square: Square,
) -> None:
    _, hub, machines = square("", "")
    with Screen(hub) as screen:
        assert any(closes(screen, CommandState.CONFIRMED) for _ in range(TRIES_MAX))

    hub.kill()
    wait_until_it_opens(machines)
    hub.start()

    with Screen(hub) as screen:
        screen.until(
            lambda: screen.actuators["gate-north"].position is ActuatorPosition.OPEN, "it is open"
        )
        alert = screen.until(
            lambda: screen.alert_of("actuator-mismatch"), "it was last told to close"
        )
        assert "safe state, open" in alert.summary


def wait_until_it_opens(machines: Program) -> None:
    """Wait for the story's line on the gate: only the simulator knows while no hub does."""

    def opened() -> bool:
        said = machines.output.read_text(encoding="utf-8")
        return "gate-north goes to its safe state" in said

    until(opened, "the gate opens by itself")


def test_a_gate_that_fails_and_a_siren_that_ignores_raise_alerts(square: Square) -> None:
    _, hub, _ = square('fault = "ignores"', 'fault = "fails"')
    with Screen(hub) as screen:
        siren = ordered(screen, an_order("siren-01", ActuatorAction.SOUND, duration_s=30.0))

        assert any(closes(screen, CommandState.FAILED) for _ in range(TRIES_MAX))
        screen.until(partial(is_in, screen, siren, CommandState.EXPIRED), "nothing is heard")
        screen.until(lambda: len(screen.alerts_of("actuator-fault")) == 2, "both are alerts")
