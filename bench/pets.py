"""The whole chain on a real camera's video, scored against the truth on the ground.

    python -m bench.pets                 all 795 frames of PETS 2009 S2.L1, view 001
    python -m bench.pets --frames 150    the first 150

video -> vedette-edge (a process) -> Mosquitto (a process) -> codec -> Engine -> snapshots. The
agent takes the frames as fast as it can and stamps them at the camera's true 7 frames/s; the
engine lives by these stamps. So the figures do not depend on the machine's speed.
"""

import argparse
import queue
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from bench import scoring
from bench.identity import Frame
from bench.mosquitto import Mosquitto
from hub.core.engine import Engine
from hub.core.site import Origin, Sensor, Site
from wire import codec, columns
from wire.ids import ulid
from wire.labels import Role, SensorKind
from wire.messages import Message, Scan, SensorAbout

SITE, SENSOR = "pets", "view-001"
VIDEO = scoring.PETS / "view001.avi"
CALIBRATION = scoring.PETS / "calibration-view001.xml"
PATIENCE_S = 60.0


def main() -> None:
    """Print the figures and how they came about."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=None, help="only so many (default: all)")
    count: int | None = parser.parse_args().frames
    begun_s = time.monotonic()
    messages = published(count)
    took_s = time.monotonic() - begun_s
    scans = [message for message in messages if isinstance(message, Scan)]
    print(f"command   python -m bench.pets{'' if count is None else f' --frames {count}'}")
    print(f"agent     {len(scans)} scans in {took_s:.1f} s, {len(scans) / took_s:.0f} frames/s")
    print(f"tracks    {scoring.summary(tracked(messages))}")


def published(frame_count: int | None = None, video: Path = VIDEO) -> list[Message]:
    """Run the real agent on the video through a real broker; return what the broker delivered."""
    with (
        tempfile.TemporaryDirectory() as directory,
        Mosquitto(Path(directory)) as broker,
        closing(Listener(broker.port)) as listener,
    ):
        words = [sys.executable, "-m", "edge.cli", "camera", "--source", str(video)]
        words += ["--broker", f"mqtt://127.0.0.1:{broker.port}", "--site", SITE, "--sensor", SENSOR]
        words += ["--calibration", str(CALIBRATION)]
        words += ["--anchor", f"{scoring.PETS_ANCHOR[0]},{scoring.PETS_ANCHOR[1]}"]
        words += ["--frame-rate", f"{scoring.PETS_FRAME_RATE_HZ}"]
        words += ["--frames", str(frame_count)] if frame_count else []
        words += ["--once", "--hurry", "--simulated", "--scan-qos", "1"]
        words += ["--state-dir", directory]
        subprocess.run(words, check=True, timeout=600, cwd=Path(__file__).parents[1])
        return listener.messages()


def tracked(messages: Sequence[Message]) -> Iterator[Frame]:
    """Take the messages through the engine; yield truth and tracks, frame by frame."""
    scans = [message for message in messages if isinstance(message, Scan)]
    begin_us = scans[0].observed_us
    engine = Engine(a_site(), boot=ulid(begin_us, bytes(10)), start_us=begin_us, software="bench")
    for message in messages:
        if isinstance(message, SensorAbout):
            engine.handle(message, begin_us)
    truth = scoring.ground_truth()
    for scan in scans:
        engine.handle(scan, scan.observed_us)
        rows = columns.rows(engine.snapshot(Role.OPERATOR).tracks)
        index = round((scan.observed_us - begin_us) * scoring.PETS_FRAME_RATE_HZ / 1e6)
        truth_ids, places = truth[index]
        yield Frame(
            truth_ids=truth_ids,
            truth=places,
            track_ids=[row.number for row in rows],
            tracks=np.array([(row.east_m, row.north_m) for row in rows]).reshape(-1, 2),
        )


def a_site() -> Site:
    """Return a plan with the one camera and no rule."""
    lat_deg, lon_deg = scoring.PETS_ANCHOR
    camera = Sensor(id=SENSOR, kind=SensorKind.CAMERA, name="View 001", position=(0.0, 0.0))
    return Site(
        id=SITE,
        name="PETS 2009",
        origin=Origin(lat_deg=lat_deg, lon_deg=lon_deg),
        bounds=((-200.0, -200.0), (200.0, 200.0)),
        sensors=(camera,),
    )


class Listener:
    """Keeps what a broker delivers about the camera, in order."""

    def __init__(self, port: int) -> None:
        self._packets: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self._ready: queue.Queue[None] = queue.Queue()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="bench")
        self._client.on_message = lambda _client, _userdata, message: self._packets.put(
            (message.topic, bytes(message.payload))
        )
        self._client.on_subscribe = lambda *_: self._ready.put(None)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        self._client.subscribe("#", qos=1)
        self._ready.get(timeout=PATIENCE_S)

    def messages(self) -> list[Message]:
        """Return all that was delivered until now."""
        # What the broker had before this mark, it delivers before this mark.
        self._client.publish("mark", qos=1)
        taken = []
        while (packet := self._packets.get(timeout=PATIENCE_S))[0] != "mark":
            taken.append(codec.decode(*packet, site=SITE))
        return taken

    def close(self) -> None:
        """Disconnect."""
        self._client.disconnect()
        self._client.loop_stop()


if __name__ == "__main__":
    main()
