"""The whole product on one machine: the hub with its broker, a simulated square, a camera if asked.

Starts every part as a process of its own, prints one line with the address and a sign-in, and
stops every process it started at Ctrl-C or when one of them ends.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SCENARIO = "market-square"
SITE = ROOT / "simulators" / "scenarios" / SCENARIO / "site.toml"
VIDEO_SENSOR = "cam-video"
# The first start compiles the tracker: a minute alone, several on a machine with much to do. Who
# is not there by then is stuck; its own message says on what.
ANNOUNCE_MAX_S = 900.0
LOOK_S = 0.5
BROKER_PORT = 1884
STOP_MAX_S = 5.0


class Demo:
    """The processes of one demo."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self._processes: dict[str, subprocess.Popen[str]] = {}
        self._log_begins: dict[str, int] = {}  # Where this demo's words begin in a part's log.

    def start(self, name: str, *words: str, pipe: bool = False) -> subprocess.Popen[str]:
        """Start one part. Its own messages go to a log beside the data, or to a pipe."""
        log_path = self.data_dir / f"{name}.log"
        with log_path.open("a", encoding="utf-8") as log:
            self._log_begins[name] = log.tell()
            process = subprocess.Popen(
                [str(BIN / words[0]), *words[1:]],
                cwd=ROOT,
                stdout=subprocess.PIPE if pipe else log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                text=True,
                # A group of its own: Ctrl-C reaches this program alone, which stops the parts
                # in order.
                start_new_session=True,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
            )
        self._processes[name] = process
        return process

    def ended(self) -> str | None:
        """Return the name of a part that has ended, if any."""
        for name, process in self._processes.items():
            if process.poll() is not None:
                return name
        return None

    def words(self, name: str) -> list[str]:
        """Return what a part has said in its log since it was started."""
        path = self.data_dir / f"{name}.log"
        said = path.read_bytes()[self._log_begins[name] :]
        return said.decode("utf-8", "replace").splitlines()

    def last_words(self, name: str) -> str:
        """Return the end of that, and where the rest is."""
        lines = self.words(name)[-8:] or ["nothing"]
        return "\n".join([*lines, f"(all of it: {self.data_dir / name}.log)"])

    def stop(self) -> None:
        """Stop every part, the hub first: it need not raise that all others go away."""
        deadline = time.monotonic() + STOP_MAX_S
        for process in self._processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def announcement(demo: Demo, hub: subprocess.Popen[str]) -> dict[str, Any] | None:
    """Return what the hub says of itself once it serves, or None where it ends or is stuck."""
    found: list[dict[str, Any]] = []

    def read() -> None:
        assert hub.stdout is not None
        for line in hub.stdout:
            if line.startswith("{"):
                found.append(json.loads(line))
                return

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    deadline, told_count = time.monotonic() + ANNOUNCE_MAX_S, 0
    news: list[str] = []
    while reader.is_alive() and time.monotonic() < deadline:
        reader.join(LOOK_S)
        # What takes long is told while it does; what it dies of is told below, once.
        if hub.poll() is None:
            for line in news:
                print(line, flush=True)
            told_count += len(news)
            news = demo.words("hub")[told_count:]
    return found[0] if found else None


def sign_in(data_dir: Path, hub: dict[str, Any]) -> tuple[str, str]:
    """Return the demo's name and password: the hub tells a password once, so it is kept."""
    kept = data_dir / "sign-in.json"
    if hub.get("password"):
        kept.touch(mode=0o600)
        with kept.open("w", encoding="utf-8") as file:
            json.dump({"user": hub["user"], "password": hub["password"]}, file)
    if not kept.exists():
        return hub.get("user") or "your user", "the password that was set for it"
    known = json.loads(kept.read_text(encoding="utf-8"))
    return known["user"], known["password"]


def broker_port() -> int:
    """Return the port that the README names for the broker, or any other where that is taken."""
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", BROKER_PORT))
        except OSError:
            probe.bind(("127.0.0.1", 0))
            say(f"another program has port {BROKER_PORT}: the broker takes another")
        return int(probe.getsockname()[1])


def say(text: str) -> None:
    """Print one line of progress."""
    print(f"vedette: {text}", flush=True)


def video_words(arguments: argparse.Namespace, hub: dict[str, Any], state_dir: Path) -> list[str]:
    """Return the command that runs the real edge agent on the given video."""
    words = ["vedette-edge", "camera", "--source", str(arguments.video), "--loop", "--simulated"]
    words += ["--site", SCENARIO, "--sensor", VIDEO_SENSOR, "--broker", hub["broker"]]
    words += ["--credentials", hub["devices_file"], "--state-dir", str(state_dir)]
    calibration = arguments.calibration or SITE.parent / f"{VIDEO_SENSOR}.toml"
    words += ["--calibration", str(calibration)]
    if Path(calibration).suffix == ".xml":
        words += ["--anchor", "52.0907,5.1214"]
    if arguments.frame_rate:
        words += ["--frame-rate", str(arguments.frame_rate)]
    return words


def read_arguments() -> argparse.Namespace:
    """Return the command line."""
    parser = argparse.ArgumentParser(description="Run the whole product with a simulated square.")
    parser.add_argument("--video", type=Path, help="a video file for the real camera agent")
    parser.add_argument("--calibration", type=Path, help="the video's calibration (TOML or XML)")
    parser.add_argument("--frame-rate", type=float, help="the video's true frame rate")
    parser.add_argument("--port", type=int, default=8420, help="port of the dashboards")
    parser.add_argument("--data-dir", type=Path, default=ROOT / "var" / "demo")
    return parser.parse_args()


def run(demo: Demo, arguments: argparse.Namespace) -> int:
    """Start the parts and watch over them until one ends."""
    say("starting the hub and its broker")
    hub_words = ["vedette-hub", "serve", "--site", str(SITE), "--announce", "json"]
    hub_words += ["--data-dir", str(demo.data_dir), "--http-port", str(arguments.port)]
    hub_words += ["--broker-port", str(broker_port())]
    hub = announcement(demo, demo.start("hub", *hub_words, pipe=True))
    if hub is None:
        print(demo.last_words("hub"), file=sys.stderr)
        return 1
    say("starting the simulated square: 150 people, 4 cameras, a radar, 5 acoustic sensors")
    sim_words = ["vedette-sim", "run", SCENARIO, "--broker", hub["broker"]]
    demo.start("simulator", *sim_words, "--credentials", hub["devices_file"])
    if arguments.video:
        say(f"starting the camera agent on {arguments.video}")
        demo.start("camera", *video_words(arguments, hub, demo.data_dir / "edge"))
    name, password = sign_in(demo.data_dir, hub)
    say(f"open {hub['url']} and sign in as {name} with {password}  (Ctrl-C stops)")
    while (ended := demo.ended()) is None:
        time.sleep(0.5)
    print(f"vedette: the {ended} ended by itself; its last words:", file=sys.stderr)
    print(demo.last_words(ended), file=sys.stderr)
    return 1


def main() -> int:
    """Run the demo until Ctrl-C."""
    arguments = read_arguments()
    if arguments.video and not arguments.video.exists():
        print(f"vedette: there is no video at {arguments.video}", file=sys.stderr)
        return 2
    arguments.data_dir.mkdir(parents=True, exist_ok=True)
    demo = Demo(arguments.data_dir)
    # A shell starts what it puts in the background with SIGINT ignored: SIGTERM must still stop it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return run(demo, arguments)
    except KeyboardInterrupt:
        print()
        say("stopping")
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        demo.stop()


if __name__ == "__main__":
    sys.exit(main())
