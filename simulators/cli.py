"""The command line `vedette-sim`: parses, calls, prints. Status 0 done, 1 failed, 2 misused."""

import argparse
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

import msgspec

from simulators.core.plan import HappeningKind, Scenario
from simulators.core.simulation import Simulation
from simulators.errors import CredentialsError, ScenarioError, SimulatorError
from simulators.link import BrokerAddress
from simulators.loads import Load, Report, run_load
from simulators.player import Player, clock
from simulators.scenario import bundled, load, load_site

# Numbers that a person may give; beyond them the machine, not the model, is the limit.
PEOPLE_MAX = 5_000
SPEED_MAX = 20.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except SimulatorError as error:
        print(f"vedette-sim: {error.what}\n  try: {error.fix}", file=sys.stderr)
        return 1


def run(options: argparse.Namespace) -> int:
    """Play a scenario until stopped."""
    should_stop = _stop_flag()
    address = BrokerAddress.parse(options.broker)
    passwords = read_credentials(options.credentials)
    tell = _silent if options.quiet else _say
    loaded = load(options.scenario)
    scenario = loaded.scenario
    now_us = clock()
    tell(f"building {loaded.site.site.name}")
    simulation = Simulation(
        loaded.site,
        scenario,
        start_us=now_us(),
        seed=scenario.scenario.seed if options.seed is None else options.seed,
        people=options.people,
        speed=options.speed,
        happenings=_chosen(scenario, options.only),
    )
    player = Player(simulation, address, passwords, tell, now_us)
    devices = len(simulation.devices())
    people = simulation.stage.crowd.count
    tell(f"playing {scenario.scenario.name}: {people} people, {devices} devices, to {address}")
    player.run(should_stop)
    tell("stopped")
    return 0


def list_scenarios(_options: argparse.Namespace) -> int:
    """Print the scenarios that come with Vedette, and what happens in them."""
    for name in bundled():
        scenario = load(name).scenario
        print(f"{name}: {scenario.scenario.name}, {scenario.scenario.population} people")
        for happening in scenario.happening:
            print(f"  {happening.id} ({_kind(happening)})")
    return 0


def make_load(options: argparse.Namespace) -> int:
    """Send scans at a steady rate, and print what was really sent."""
    site = load_site(options.site)
    plan = Load(
        sensors=tuple(options.sensors.split(",")),
        detections_per_s=options.rate,
        per_scan=options.per_scan,
        duration_s=options.duration,
        warm_up_s=options.warm_up,
    )
    report = run_load(
        plan,
        site,
        BrokerAddress.parse(options.broker),
        read_credentials(options.credentials),
        _stop_flag(),
    )
    print(_load_line(report))
    return 0


def read_credentials(path: Path | None) -> dict[str, str] | None:
    """Return the passwords in a credentials file; None says: no passwords at all."""
    if path is None:
        return None
    fix = "give the file that the hub wrote: {device id: password} as JSON"
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except OSError as error:
        what = f"the credentials {path} cannot be read: {error.strerror}"
        raise CredentialsError(what, fix=fix) from None
    except ValueError as error:
        what = f"the credentials {path} are not what they should be: {error}"
        raise CredentialsError(what, fix=fix) from None


def _chosen(scenario: Scenario, only: str | None) -> tuple[HappeningKind, ...] | None:
    if only is None:
        return None
    chosen = tuple(one for one in scenario.happening if only in {one.id, _kind(one)})
    if not chosen:
        known = sorted({word for one in scenario.happening for word in (one.id, _kind(one))})
        what = f"nothing called {only} happens in this scenario"
        raise ScenarioError(what, fix=f"name one of: {', '.join(known)}")
    return chosen


def _kind(happening: HappeningKind) -> str:
    tag = happening.__struct_config__.tag
    assert isinstance(tag, str), "every happening has a word for its kind"
    return tag


def _stop_flag() -> Callable[[], bool]:
    """Return a function that says whether somebody asked this process to end."""
    stopped = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    return lambda: stopped


def _say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S', time.gmtime())} {line}", flush=True)


def _silent(_line: str) -> None:
    """Print nothing."""


def _load_line(report: Report) -> str:
    return (
        f"sent {report.scans} scans with {report.detections} detections in {report.seconds:.2f} s:"
        f" {report.detections / report.seconds:.0f} detections/s;"
        f" late by p50 {report.late_p50_ms:.2f} ms, p99 {report.late_p99_ms:.2f} ms,"
        f" worst {report.late_max_ms:.2f} ms; {report.unsent} not sent"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="vedette-sim", description="Simulated sites that speak only MQTT."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    player = commands.add_parser("run", help="play a scenario until stopped")
    player.add_argument("scenario", help="a scenario.toml, its folder, or a bundled name")
    _add_broker(player)
    player.add_argument("--people", type=_whole(0, PEOPLE_MAX), help="instead of the scenario's")
    player.add_argument("--seed", type=_whole(0, 2**63 - 1), help="instead of the scenario's")
    player.add_argument(
        "--speed", type=_number(0.1, SPEED_MAX), default=1.0, help="times as fast as life"
    )
    player.add_argument("--only", metavar="HAPPENING", help="tell only this, by its id or kind")
    player.add_argument("--quiet", action="store_true", help="print nothing but errors")
    player.set_defaults(command=run)

    names = commands.add_parser("list", help="name the scenarios that come with Vedette")
    names.set_defaults(command=list_scenarios)

    loads = commands.add_parser("load", help="send scans at a steady rate, for benchmarks")
    _add_broker(loads)
    loads.add_argument("--site", default="market-square", help="a site.toml or a scenario")
    loads.add_argument("--sensors", required=True, help="ids of the sensors, with commas")
    loads.add_argument("--rate", type=_number(1.0, 1e6), required=True, help="detections a second")
    loads.add_argument("--per-scan", type=_whole(1, 1_000), default=10)
    loads.add_argument("--duration", type=_number(0.1, 86_400.0), default=10.0, help="in seconds")
    loads.add_argument("--warm-up", type=_number(0.0, 600.0), default=0.0, help="in seconds")
    loads.set_defaults(command=make_load)
    return parser


def _add_broker(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--broker", default="mqtt://127.0.0.1:1883", metavar="URL")
    parser.add_argument("--credentials", type=Path, metavar="FILE", help="device ids to passwords")


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if not least <= value <= most:
            what = f"{text} is not a whole number from {least} to {most}"
            raise argparse.ArgumentTypeError(what)
        return value

    return parse


def _number(least: float, most: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = least - 1.0
        if not least <= value <= most:
            what = f"{text} is not a number from {least:g} to {most:g}"
            raise argparse.ArgumentTypeError(what)
        return value

    return parse


if __name__ == "__main__":
    sys.exit(main())
