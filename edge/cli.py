"""vedette-edge: run a camera's agent, or look at what it would see."""

import argparse
import json
import logging
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from edge.adapters.connection import broker_at
from edge.adapters.publisher import Publisher
from edge.adapters.spool import Spool
from edge.agent import CameraAgent
from edge.calibration_file import RESIDUAL_WARN_M, read_calibration
from edge.check import draw_check
from edge.core.calibration import Calibration
from edge.core.report import Reporter
from edge.errors import CredentialsError, EdgeError
from edge.sources.video import open_source
from wire.delivery import Limits
from wire.ids import ENTROPY_BYTES, ulid

DONE, FAILED, MISUSED = 0, 1, 2

PASSWORD_VARIABLE = "VEDETTE_PASSWORD"  # noqa: S105 -- the variable's name.

log = logging.getLogger("edge")


def main(words: Sequence[str] | None = None) -> int:
    """Run the command that the words name; return the exit status."""
    arguments = _parser().parse_args(words)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        return int(arguments.run(arguments))
    except EdgeError as error:
        print(f"vedette-edge: {error.what}\n  try: {error.fix}", file=sys.stderr)
        return FAILED


def camera(arguments: argparse.Namespace) -> int:
    """Look at a camera or a video, and publish what it shows."""
    calibration = _calibration(arguments)
    source = open_source(
        arguments.source,
        frame_rate_hz=arguments.frame_rate,
        once=arguments.once,
        hurried=arguments.hurry,
    )
    broker = broker_at(arguments.broker, arguments.sensor, _password(arguments))
    now_us = time.time_ns() // 1000
    reporter = Reporter(
        arguments.sensor,
        ulid(now_us, _entropy()),
        simulated=arguments.simulated,
        entropy=_entropy,
    )
    agent = CameraAgent(
        source,
        calibration,
        reporter,
        name=arguments.name or arguments.sensor,
        software=f"vedette-edge {_version()}",
        rate_max_hz=arguments.rate_max,
        frames_max=arguments.frames,
    )
    spool = Spool(
        arguments.state_dir / f"{arguments.sensor}.outbox.sqlite",
        reporter.boot,
        Limits(held_bytes_max=arguments.outbox_mb * 1024 * 1024),
    )
    publisher = Publisher(
        reporter,
        arguments.site,
        broker,
        spool,
        faults=agent.faults,
        frame_rate_hz=agent.frame_rate_hz,
        scan_qos=arguments.scan_qos,
    )
    stop = _stop_at_signals()
    publisher.start()
    try:
        if arguments.hurry:
            publisher.wait_until_connected(stop)
        agent.run(publisher, stop)
    finally:
        publisher.stop()
    log.info("%s looked at %d frames", arguments.sensor, agent.frame_count)
    return DONE


def check(arguments: argparse.Namespace) -> int:
    """Draw what the agent sees and where it believes the ground to be."""
    calibration = _calibration(arguments)
    source = open_source(
        arguments.source, frame_rate_hz=arguments.frame_rate, once=True, hurried=True
    )
    seen = draw_check(
        source,
        calibration,
        arguments.output,
        seconds=arguments.seconds,
        unmasked=arguments.unmasked,
    )
    print(f"{arguments.output}: {seen} people in the last frame; each square is 5 m wide")
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vedette-edge", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_camera(commands.add_parser("camera", help="run a camera's agent"))
    _add_check(commands.add_parser("check", help="draw what a camera's agent sees to a PNG"))
    return parser


def _add_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--source", required=True, help="a video file, rtsp://..., or a device's number"
    )
    parser.add_argument(
        "--calibration", required=True, type=Path, help="how the camera stands: TOML or Tsai's XML"
    )
    parser.add_argument(
        "--anchor",
        type=_anchor,
        metavar="LAT,LON[,AZIMUTH]",
        help="where Tsai's XML has its origin",
    )
    parser.add_argument(
        "--frame-rate", type=_rate, metavar="HZ", help="of a file whose header is wrong"
    )


def _add_camera(parser: argparse.ArgumentParser) -> None:
    _add_source(parser)
    parser.add_argument("--broker", required=True, help="mqtt://HOST:PORT or mqtts://HOST:PORT")
    parser.add_argument("--site", required=True, type=_identifier, help="the site's id")
    parser.add_argument("--sensor", required=True, type=_identifier, help="this camera's id")
    parser.add_argument("--name", help="this camera's name on the screens")
    parser.add_argument(
        "--credentials",
        type=Path,
        help=f"JSON file of id and password; otherwise the variable {PASSWORD_VARIABLE} is used",
    )
    parser.add_argument(
        "--state-dir",
        type=Path,
        default=Path(os.environ.get("STATE_DIRECTORY", "var/edge")),
        help="where the outbox is kept (default: %(default)s)",
    )
    parser.add_argument(
        "--outbox-mb", type=int, default=32, help="the outbox's bound (default: %(default)s)"
    )
    parser.add_argument(
        "--rate-max", type=_rate, default=10.0, help="scans a second at most (default: %(default)s)"
    )
    parser.add_argument(
        "--scan-qos", type=int, choices=(0, 1), default=0, help="0: a late scan is worth nothing"
    )
    parser.add_argument(
        "--simulated",
        action="store_true",
        help="say that what is seen does not happen here and now: for recorded videos",
    )
    parser.add_argument("--frames", type=int, help="stop after so many frames (default: never)")
    playing = parser.add_mutually_exclusive_group()
    playing.add_argument("--once", action="store_true", help="play a file once")
    playing.add_argument(
        "--loop", action="store_true", help="play a file over and over (the default)"
    )
    parser.add_argument(
        "--hurry",
        action="store_true",
        help="take a file's frames as fast as they come, stamped at its frame rate",
    )
    parser.set_defaults(run=camera)


def _add_check(parser: argparse.ArgumentParser) -> None:
    _add_source(parser)
    parser.add_argument("--output", type=Path, default=Path("check.png"), help="the PNG to write")
    parser.add_argument(
        "--seconds", type=_rate, default=15.0, help="how long to look first (default: %(default)s)"
    )
    parser.add_argument(
        "--unmasked", action="store_true", help="show people as they are; needs a lawful reason"
    )
    parser.set_defaults(run=check)


def _calibration(arguments: argparse.Namespace) -> Calibration:
    calibration = read_calibration(arguments.calibration, arguments.anchor)
    if calibration.residuals_m:
        worst = max(calibration.residuals_m)
        level = logging.WARNING if worst > RESIDUAL_WARN_M else logging.INFO
        number = calibration.residuals_m.index(worst) + 1
        log.log(level, "the calibration's points fit to %.2f m (the worst is %d)", worst, number)
    return calibration


def _password(arguments: argparse.Namespace) -> str | None:
    path: Path | None = arguments.credentials
    if path is None:
        return os.environ.get(PASSWORD_VARIABLE)
    try:
        passwords = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        what = f"the credentials {path} cannot be read: {error}"
        raise CredentialsError(
            what,
            fix='write a JSON file such as {"cam-01": "password"}',
        ) from None
    password = passwords.get(arguments.sensor) if isinstance(passwords, dict) else None
    if not isinstance(password, str):
        what = f"{path} has no password for {arguments.sensor}"
        raise CredentialsError(what, fix="add it, or correct --sensor")
    return password


def _stop_at_signals() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    return stop


def _identifier(word: str) -> str:
    if not re.fullmatch("[a-z0-9][a-z0-9_-]{0,47}", word):
        what = "small letters, digits, - and _ only, at most 48"
        raise argparse.ArgumentTypeError(what)
    return word


def _rate(word: str) -> float:
    value = float(word)
    if not 0.0 < value <= 240.0:
        what = "a number above 0 and up to 240"
        raise argparse.ArgumentTypeError(what)
    return value


def _anchor(word: str) -> tuple[float, float, float]:
    try:
        parts = [float(part) for part in word.split(",")]
    except ValueError:
        parts = []
    if len(parts) not in (2, 3) or not (-90 <= parts[0] <= 90 and -180 <= parts[1] <= 180):
        what = "LAT,LON or LAT,LON,AZIMUTH in degrees, such as 52.09,5.12"
        raise argparse.ArgumentTypeError(what)
    return parts[0], parts[1], parts[2] % 360.0 if len(parts) == 3 else 0.0


def _entropy() -> bytes:
    return os.urandom(ENTROPY_BYTES)


def _version() -> str:
    try:
        return version("vedette")
    except PackageNotFoundError:
        return "from a source tree"


if __name__ == "__main__":
    sys.exit(main())
