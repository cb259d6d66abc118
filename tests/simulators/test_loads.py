import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from patience import PATIENCE_S

from bench.mosquitto import Mosquitto, a_free_port
from simulators import loads
from simulators.errors import BrokerAddressError, CredentialsError
from simulators.link import BrokerAddress
from simulators.loads import Load, Targets, run_load
from simulators.scenario import Loaded
from wire.codec import decode
from wire.geodesy import SiteFrame
from wire.messages import Message, Position, Scan, SensorAbout


@pytest.fixture
def broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mosquitto]:
    monkeypatch.setattr(loads, "GREETED_MAX_S", PATIENCE_S)
    with Mosquitto(tmp_path) as running:
        yield running


class Listener:
    """Counts what arrives."""

    def __init__(self, port: int, scans: int) -> None:
        self.messages: list[Message] = []
        self._wanted = scans
        self._ready, self._done = threading.Event(), threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = self._on_message
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.connect("127.0.0.1", port)
        self._client.subscribe("vedette/#")
        self._client.loop_start()
        assert self._ready.wait(PATIENCE_S)

    def _on_message(self, _client: object, _data: object, packet: mqtt.MQTTMessage) -> None:
        self.messages.append(decode(packet.topic, bytes(packet.payload)))
        if sum(isinstance(message, Scan) for message in self.messages) >= self._wanted:
            self._done.set()

    def wait(self) -> None:
        assert self._done.wait(PATIENCE_S)
        self._client.disconnect()
        self._client.loop_stop()


def test_everything_reported_as_sent_arrives(market_square: Loaded, broker: Mosquitto) -> None:
    address = BrokerAddress(host="127.0.0.1", port=broker.port)
    plan = Load(
        sensors=("load-01", "load-02"),
        detections_per_s=500.0,
        per_scan=5,
        duration_s=0.5,
        warm_up_s=0.1,
    )
    listener = Listener(broker.port, scans=60)

    report = run_load(plan, market_square.site, address, None, lambda: False)
    listener.wait()

    scans = [message for message in listener.messages if isinstance(message, Scan)]
    assert len(scans) == 60
    assert (report.scans, report.detections, report.unsent) == (50, 250, 0)
    assert {scan.sender for scan in scans} == {"load-01", "load-02"}
    assert {len(scan.detections) for scan in scans} == {5}
    assert all(scan.simulated for scan in scans)
    assert sum(isinstance(message, SensorAbout) for message in listener.messages) == 2


def test_a_load_that_is_stopped_reports_what_it_sent(
    market_square: Loaded, broker: Mosquitto
) -> None:
    address = BrokerAddress(host="127.0.0.1", port=broker.port)
    plan = Load(sensors=("load-01",), detections_per_s=100.0)

    report = run_load(plan, market_square.site, address, None, lambda: True)

    assert report.scans == 0


def test_without_a_broker_a_load_says_so(market_square: Loaded) -> None:
    address = BrokerAddress(host="127.0.0.1", port=a_free_port())
    plan = Load(sensors=("load-01",), detections_per_s=100.0)

    with pytest.raises(BrokerAddressError, match="no MQTT broker answers"):
        run_load(plan, market_square.site, address, None, lambda: False)


def test_without_a_password_a_load_says_whose(market_square: Loaded) -> None:
    address = BrokerAddress(host="127.0.0.1", port=a_free_port())
    plan = Load(sensors=("load-01",), detections_per_s=100.0)

    with pytest.raises(CredentialsError, match="load-01"):
        run_load(plan, market_square.site, address, {}, lambda: False)


def test_targets_walk_steadily_within_the_site(market_square: Loaded) -> None:
    targets = Targets(market_square.site, sensors=2, per_scan=10)
    origin = market_square.site.site.origin
    frame = SiteFrame(origin.lat_deg, origin.lon_deg)

    def places(at_s: float) -> np.ndarray:
        wheres = [thing.where for thing in targets.detections(1, at_s)]
        return np.array(
            [frame.to_enu(w.lat_deg, w.lon_deg) for w in wheres if isinstance(w, Position)]
        )

    steps = np.hypot(*(places(10.1) - places(10.0)).T)
    assert steps == pytest.approx(0.13, abs=0.01)
    assert (np.abs(places(10.0)) < (100.0, 70.0)).all()
