"""Whether the hub's memory stays flat while the demo's square plays.

    python bench/memory.py [--minutes 10]

A real hub with its embedded broker, the simulated market square, and one dashboard's feed. The
resident memory of the hub's process is read every five seconds; the first two minutes, in which
caches and pools fill, are left out of the comparison.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from bench.mosquitto import a_free_port
from bench.sign_in import cookie_of

BIN = Path(sys.executable).parent
SCENARIO = "market-square"
SITE = Path(__file__).parent.parent / "simulators" / "scenarios" / SCENARIO / "site.toml"
EVERY_S = 5.0
WARM_UP_S = 120.0


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    found = re.search(r"VmRSS:\s+(\d+) kB", text)
    assert found is not None
    return int(found.group(1)) / 1024


def look(said: dict[str, str], cookie: str) -> None:
    """Be a dashboard until the hub ends."""
    address = said["url"].replace("http", "ws") + "/feed"
    headers = {"Cookie": cookie}
    with connect(address, origin=said["url"], additional_headers=headers, max_size=None) as socket:
        try:
            while True:
                socket.recv()
        except ConnectionClosed:
            return


def measure(folder: Path, minutes: float) -> list[tuple[float, float]]:
    """Return (seconds, megabytes) while the square plays."""
    words = [str(BIN / "vedette-hub"), "serve", "--site", str(SITE), "--announce", "json"]
    words += ["--data-dir", str(folder), "--http-port", str(a_free_port())]
    words += ["--broker-port", str(a_free_port())]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as hub:
        assert hub.stdout is not None
        said = json.loads(hub.stdout.readline())
        threading.Thread(target=look, args=(said, cookie_of(said)), daemon=True).start()
        run = [str(BIN / "vedette-sim"), "run", SCENARIO, "--quiet", "--broker", said["broker"]]
        simulator = subprocess.Popen([*run, "--credentials", said["devices_file"]])
        began_s = time.monotonic()
        samples = []
        while (at_s := time.monotonic() - began_s) < minutes * 60:
            samples.append((at_s, resident_mb(hub.pid)))
            time.sleep(EVERY_S)
        hub.terminate()
        simulator.terminate()
        simulator.wait()
    return samples


def main() -> None:
    """Measure and print the curve and the slope."""
    parser = argparse.ArgumentParser(description="Is the hub's memory flat?")
    parser.add_argument("--minutes", type=float, default=10.0)
    with tempfile.TemporaryDirectory() as folder:
        samples = measure(Path(folder), parser.parse_args().minutes)
    for at_s, megabytes in samples[:: max(1, len(samples) // 20)]:
        print(f"{at_s:6.0f} s  {megabytes:7.1f} MB")
    warm = [(at_s, megabytes) for at_s, megabytes in samples if at_s >= WARM_UP_S]
    if len(warm) > 2:
        slope, _ = statistics.linear_regression(*zip(*warm, strict=True))
        print(f"after {WARM_UP_S:.0f} s: {60 * slope:+.2f} MB a minute")


if __name__ == "__main__":
    main()
