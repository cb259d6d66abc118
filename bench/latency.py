"""How long from a published detection to the actuator's order and to the operator's screen.

    python bench/latency.py [--seconds 20] [--rates 100 1000 5000]

One real Mosquitto, one real hub, one real WebSocket. A probe sensor drives targets over a
tripwire; each crossing raises a critical alert whose playbook orders a siren. Measured is the
time from the publication of the very scan that crossed to the order at the siren and to the
delta on the WebSocket. The floor is the same path through a hub without any other load; the
loads add scans of ten detections each, from ten sensors, as `vedette-sim load` sends them.
"""

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import paho.mqtt.client as mqtt
from websockets.asyncio.client import connect

from bench.mosquitto import a_free_port
from bench.sign_in import cookie_of
from wire import codec, topics
from wire.geodesy import SiteFrame
from wire.ids import time_of_us, ulid
from wire.labels import ActuatorAction, ActuatorKind, EffectClass, Label, OutcomeStatus, SensorKind
from wire.messages import (
    ActuatorAbout,
    Command,
    Detection,
    FieldOfView,
    Health,
    Outcome,
    Pose,
    Position,
    Scan,
    SensorAbout,
)

SITE = "bench"
LOADS = tuple(f"load-{number:02d}" for number in range(1, 11))
PROBE, SIREN = "probe", "siren-01"
FRAME = SiteFrame(52.0, 5.0)
PROBE_HZ = 10.0
LANES = 10
CROSSING_S = 3.0  # A probe's target is born, confirmed and across the line within this.
BIN = Path(sys.executable).parent
FLOOR = "floor"
MILLISECOND_US = 1_000

PLAN = f"""
[site]
id = "{SITE}"
name = "Bench"
origin = {{ lat_deg = 52.0, lon_deg = 5.0 }}
bounds = [[-100.0, -100.0], [100.0, 140.0]]

[[tripwire]]
id = "line"
name = "the line"
start = [-95.0, 120.0]
end = [95.0, 120.0]

[[sensor]]
id = "{PROBE}"
kind = "radar"
name = "Probe"
position = [0.0, 0.0]
expected = false
{
    "".join(
        f'''
[[sensor]]
id = "{name}"
kind = "lidar"
name = "{name}"
position = [0.0, 0.0]
expected = false
'''
        for name in LOADS
    )
}
[[actuator]]
id = "{SIREN}"
kind = "siren"
name = "Siren"
position = [0.0, 0.0]
effect = "warn"

[[rule]]
kind = "tripwire"
id = "crossed"
tripwire = "line"
labels = ["vehicle"]
priority = "critical"
clear_after_s = 1.0

[[playbook]]
id = "warn"
name = "Warn"
rules = ["crossed"]

[[playbook.steps]]
id = "sound"
text = "Sound the siren"
actuator = "{SIREN}"
action = "sound"
"""

# Loads walk inside the southern part, so that they and the probe's targets do not meet.
LOAD_PLAN = PLAN.replace("[[-100.0, -100.0], [100.0, 140.0]]", "[[-100.0, -100.0], [100.0, 90.0]]")


class Probe:
    """Drives targets over the line and notes when the answers come."""

    def __init__(self, broker: str, passwords: dict[str, str]) -> None:
        self.boot = ulid(time.time_ns() // 1_000, os.urandom(10))
        self.sent_at: dict[int, float] = {}  # By the scan id's millisecond.
        self.ordered_s: list[float] = []
        self.shown_s: list[float] = []
        self._seen: set[str] = set()
        self._seq = 0
        self._outcome_seq = 0
        host, port = re.fullmatch(r"mqtt://(.*):(\d+)", broker).groups()  # type: ignore[union-attr]
        self._siren = self._client(SIREN, SIREN, passwords, host, int(port))
        self._scans = self._client(f"{PROBE}-scan", PROBE, passwords, host, int(port))
        self._siren.on_message = self._ordered
        self._siren.subscribe(topics.actuator_command(SITE, SIREN), qos=1)
        self._introduce()

    def _client(
        self, client_id: str, user: str, passwords: dict[str, str], host: str, port: int
    ) -> mqtt.Client:
        client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id)
        client.username_pw_set(user, passwords[user])
        client.on_socket_open = _no_delay
        client.connect(host, port)
        client.loop_start()
        return client

    def _envelope(self, sender: str) -> dict[str, Any]:
        self._seq += 1
        now_us = time.time_ns() // 1_000
        return {
            "id": ulid(now_us, os.urandom(10)),
            "sender": sender,
            "boot": self.boot,
            "seq": self._seq,
            "observed_us": now_us,
            "sent_us": now_us,
        }

    def _introduce(self) -> None:
        sensor = SensorAbout(
            **self._envelope(PROBE),
            kind=SensorKind.RADAR,
            name="Probe",
            pose=Pose(lat_deg=52.0, lon_deg=5.0),
            field_of_view=FieldOfView(azimuth_deg=0.0, width_deg=360.0, range_max_m=200.0),
            scan_rate_hz=PROBE_HZ,
        )
        self._scans.publish(
            topics.sensor_about(SITE, PROBE), codec.encode(sensor), qos=1, retain=True
        ).wait_for_publish(5)
        self.stay_alive()

    def stay_alive(self) -> None:
        """Say that the siren is there: a silent actuator is ordered nothing."""
        about = ActuatorAbout(
            **self._envelope(SIREN),
            kind=ActuatorKind.SIREN,
            name="Siren",
            pose=Pose(lat_deg=52.0, lon_deg=5.0),
            effect=EffectClass.WARN,
            actions=(ActuatorAction.SOUND,),
        )
        health = Health(**self._envelope(SIREN), state="OK")  # type: ignore[arg-type]
        self._siren.publish(topics.actuator_about(SITE, SIREN), codec.encode(about), 1, True)
        self._siren.publish(topics.actuator_health(SITE, SIREN), codec.encode(health), 1, True)

    def scan(self, at_s: float) -> None:
        """Publish one scan with all targets that are on their way."""
        detections = []
        for lane in range(LANES):
            phase_s = (at_s + lane * CROSSING_S / LANES) % (CROSSING_S + 2.0)
            if phase_s < CROSSING_S:
                # 8 m/s over 24 m, the line in the middle of it.
                east_m, north_m = -81.0 + 18.0 * lane, 132.0 - 8.0 * phase_s
                lat_deg, lon_deg = FRAME.to_wgs84(east_m, north_m)
                where = Position(
                    lat_deg=lat_deg, lon_deg=lon_deg, sigma_east_m=0.2, sigma_north_m=0.2
                )
                detections.append(Detection(label=Label.VEHICLE, confidence=0.95, where=where))
        scan = Scan(detections=tuple(detections), **self._envelope(PROBE))
        payload = codec.encode(scan)
        self.sent_at[time_of_us(scan.id) // MILLISECOND_US] = time.perf_counter()
        self._scans.publish(topics.sensor_scan(SITE, PROBE), payload, qos=0)

    def _ordered(self, _client: object, _userdata: object, packet: mqtt.MQTTMessage) -> None:
        now_s = time.perf_counter()
        command = codec.decode(packet.topic, packet.payload)
        assert isinstance(command, Command)
        # A command without an answer is sent again; only its first arrival counts.
        if command.id not in self._seen and command.alert is not None:
            self._seen.add(command.id)
            self._note(self.ordered_s, command.alert, now_s)
            self._answer(command)

    def _answer(self, command: Command) -> None:
        self._outcome_seq += 1
        envelope = self._envelope(SIREN) | {"seq": self._outcome_seq}
        outcome = Outcome(command=command.id, status=OutcomeStatus.COMPLETED, **envelope)
        topic = topics.actuator_outcome(SITE, SIREN)
        self._siren.publish(topic, codec.encode(outcome), qos=1)

    def shown(self, alert_id: str) -> None:
        """Take note that an alert is on the screen."""
        if alert_id not in self._seen:
            self._seen.add(alert_id)
            self._note(self.shown_s, alert_id, time.perf_counter())

    def _note(self, samples: list[float], alert_id: str, now_s: float) -> None:
        # An alert's id carries the instant of the message that raised it.
        sent_s = self.sent_at.get(time_of_us(alert_id) // MILLISECOND_US)
        if sent_s is not None:
            samples.append(now_s - sent_s)

    def begin(self) -> None:
        """Forget what was measured so far."""
        self.ordered_s, self.shown_s = [], []

    def stop(self) -> None:
        """Leave the broker."""
        for client in (self._siren, self._scans):
            client.disconnect()
            client.loop_stop()


def _no_delay(_client: object, _userdata: object, sock: Any) -> None:
    import socket  # noqa: PLC0415 -- only this callback speaks to a socket

    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Hub:
    """A real hub with its real broker, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        plan = folder / "site.toml"
        plan.write_text(PLAN, encoding="utf-8")
        self.load_plan = folder / "load.toml"
        self.load_plan.write_text(LOAD_PLAN, encoding="utf-8")
        words = [str(BIN / "vedette-hub"), "serve", "--site", str(plan), "--announce", "json"]
        words += ["--data-dir", str(folder), "--broker", "mosquitto"]
        words += ["--broker-port", str(a_free_port()), "--http-port", str(a_free_port())]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.said = json.loads(self.process.stdout.readline())
        self.passwords = json.loads(Path(self.said["devices_file"]).read_text(encoding="utf-8"))
        self.cookie = cookie_of(self.said)

    def metric(self, name: str) -> float:
        """Return one of the hub's own figures."""
        with urllib.request.urlopen(f"{self.said['url']}/metrics") as answer:  # noqa: S310 -- our own
            found = re.search(rf"^{name} (\S+)$", answer.read().decode(), re.MULTILINE)
        return float(found.group(1)) if found else float("nan")

    def stop(self) -> None:
        """Stop it as an operator would."""
        self.process.terminate()
        self.process.wait(10)


async def watch(hub: Hub, probe: Probe) -> None:
    """Be an operator's dashboard: note each alert that appears."""
    address = hub.said["url"].replace("http", "ws") + "/feed?format=msgpack"
    headers = {"Cookie": hub.cookie}
    async with connect(
        address, origin=hub.said["url"], additional_headers=headers, max_size=None
    ) as socket:
        async for frame in socket:
            for alert in msgspec.msgpack.decode(frame).get("alerts", ()):
                probe.shown(alert["id"])


async def drive(probe: Probe, seconds: float) -> None:
    """Publish the probe's scans at their rate."""
    began_s = time.perf_counter()
    number = 0
    while (at_s := number / PROBE_HZ) < seconds:
        await asyncio.sleep(max(0.0, began_s + at_s - time.perf_counter()))
        probe.scan(at_s)
        if number % 50 == 0:
            probe.stay_alive()
        number += 1


async def measure(hub: Hub, probe: Probe, rate: float, seconds: float) -> dict[str, Any]:
    """Run one load and return what it did to the probe."""
    load = None
    if rate:
        words = [str(BIN / "vedette-sim"), "load", "--site", str(hub.load_plan)]
        words += ["--broker", hub.said["broker"], "--credentials", hub.said["devices_file"]]
        words += ["--sensors", ",".join(LOADS), "--rate", str(rate), "--per-scan", "10"]
        words += ["--duration", str(seconds), "--warm-up", "5"]
        load = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
    await drive(probe, 5.0)
    probe.begin()
    before, probed = hub.metric("vedette_scans_total"), len(probe.sent_at)
    await drive(probe, seconds - 1.0)
    said = ""
    if load is not None:
        said = (await load.communicate())[0].decode().strip().splitlines()[-1]
    await asyncio.sleep(1.0)
    taken = hub.metric("vedette_scans_total") - before
    return {
        "rate": rate,
        "order": probe.ordered_s,
        "screen": probe.shown_s,
        "taken": taken - (len(probe.sent_at) - probed),
        "dropped": hub.metric("vedette_dropped_scans_total"),
        "said": said,
    }


def figures(samples: list[float]) -> tuple[float, ...]:
    """Return p50, p99 and p99.9 in milliseconds."""
    return tuple(float(v) for v in np.percentile(1_000 * np.array(samples), (50, 99, 99.9)))


def show(results: list[dict[str, Any]]) -> None:
    """Print the table; every row beside the floor of the same run."""
    print(f"{'load':>12}  {'n':>4}  {'scan -> order ms':>26}  {'scan -> screen ms':>26}  p99/floor")
    three = f"{'p50':>8} {'p99':>8} {'p99.9':>8}"
    print(f"{'det/s':>12}  {'':>4}  {three}  {three}")
    floor = figures(results[0]["order"])[1], figures(results[0]["screen"])[1]
    for one in results:
        order, screen = figures(one["order"]), figures(one["screen"])
        name = FLOOR if not one["rate"] else f"{one['rate']:.0f}"
        row = " ".join(f"{value:8.2f}" for value in order)
        row += "  " + " ".join(f"{value:8.2f}" for value in screen)
        ratio = f"{order[1] / floor[0]:.2f} / {screen[1] / floor[1]:.2f}"
        print(f"{name:>12}  {len(one['order']):>4}  {row}  {ratio}")
        if one["said"]:
            print(f"{'':>14}{one['said']}")
            print(f"{'':>14}the hub took {one['taken']:.0f} scans and dropped {one['dropped']:.0f}")


async def run(arguments: argparse.Namespace) -> None:
    """Measure the floor and each load on one hub."""
    with tempfile.TemporaryDirectory() as folder:
        hub = Hub(Path(folder))
        probe = Probe(hub.said["broker"], hub.passwords)
        try:
            async with asyncio.TaskGroup() as group:
                watcher = group.create_task(watch(hub, probe))
                results = [
                    await measure(hub, probe, rate, arguments.seconds)
                    for rate in (0.0, *arguments.rates)
                ]
                watcher.cancel()
            show(results)
        finally:
            probe.stop()
            hub.stop()


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description="Measure the path from detection to order.")
    parser.add_argument("--seconds", type=float, default=20.0, help="measured, for each load")
    parser.add_argument("--rates", type=float, nargs="+", default=[100.0, 1_000.0, 5_000.0])
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
