import logging
import queue
import socket
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from patience import PATIENCE_S

from bench.mosquitto import Mosquitto, a_free_port
from edge.adapters import connection
from edge.adapters.connection import Broker, Connection, broker_at
from edge.errors import BrokerAddressError


def test_an_address_names_host_and_port_and_the_sensor_is_the_user() -> None:
    assert broker_at("mqtt://broker.example:1884", "cam-01", "secret") == Broker(
        host="broker.example", port=1884, username="cam-01", password="secret"
    )


def test_a_user_in_the_address_goes_before_the_sensor() -> None:
    broker = broker_at("mqtts://gate:p%40ss@[::1]", "cam-01", "secret")

    assert broker == Broker(host="::1", port=8883, username="gate", password="p@ss", tls=True)


@pytest.mark.parametrize(
    "address", ["broker:1883", "http://broker", "mqtt://", "mqtt://broker:99999", "mqtt://[x"]
)
def test_an_address_that_cannot_be_read_says_how_to_write_it(address: str) -> None:
    with pytest.raises(BrokerAddressError) as error:
        broker_at(address, "cam-01", None)

    assert "mqtt://HOST:PORT" in error.value.fix


def test_a_password_in_a_wrong_address_is_not_repeated() -> None:
    with pytest.raises(BrokerAddressError) as error:
        broker_at("tcp://cam:secret@broker", "cam-01", None)

    assert "secret" not in str(error.value)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "RETRY_MAX_S", 1)


def a_broker(port: int) -> Broker:
    return Broker(host="127.0.0.1", port=port, username="cam-01")


def test_a_broker_that_is_away_is_told_once_and_so_is_its_coming(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "edge")
    port = a_free_port()
    ups: queue.Queue[None] = queue.Queue()
    link = Connection(a_broker(port), "cam-01", connected=lambda: ups.put(None))
    tries: queue.Queue[None] = queue.Queue()
    tell = link._on_connect_fail
    link._client.on_connect_fail = lambda *words: (tell(*words), tries.put(None))
    link.start()
    tries.get(timeout=PATIENCE_S)
    tries.get(timeout=PATIENCE_S)

    assert not link.publish("a", b"b", qos=0)
    with Mosquitto(tmp_path, port):
        ups.get(timeout=PATIENCE_S)
        assert link.is_up
        assert link.publish("a", b"b", qos=1)
        link.stop()

    ours = [record for record in caplog.records if record.name == "edge.adapters.connection"]
    assert [record.levelname for record in ours] == ["WARNING", "INFO"]
    assert "does not answer" in ours[0].message


def test_a_message_is_received_on_a_socket_without_nagle_s_delay(tmp_path: Path) -> None:
    inbox: queue.Queue[tuple[str, bytes]] = queue.Queue()
    ups: queue.Queue[None] = queue.Queue()
    with Mosquitto(tmp_path) as broker:
        link = Connection(
            a_broker(broker.port),
            "cam-01",
            connected=lambda: ups.put(None),
            received=lambda topic, payload: inbox.put((topic, payload)),
            subscribe=("a/#",),
        )
        link.start()
        ups.get(timeout=PATIENCE_S)
        link.publish("a/b", b"c", qos=1, retain=True)

        assert inbox.get(timeout=PATIENCE_S) == ("a/b", b"c")
        sock = link._client.socket()
        assert isinstance(sock, socket.socket)
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        link.stop()
        assert not link.is_up


def test_who_dies_is_mourned_by_the_last_will(tmp_path: Path) -> None:
    inbox: queue.Queue[bytes] = queue.Queue()
    ups: queue.Queue[None] = queue.Queue()
    with Mosquitto(tmp_path) as broker:
        listener = Connection(
            a_broker(broker.port),
            "listener",
            connected=lambda: ups.put(None),
            received=lambda _topic, payload: inbox.put(payload),
            subscribe=("will",),
        )
        link = Connection(
            a_broker(broker.port),
            "cam-01",
            connected=lambda: ups.put(None),
            will=("will", b"goodbye"),
        )
        for one in (listener, link):
            one.start()
            ups.get(timeout=PATIENCE_S)

        sock = link._client.socket()
        assert isinstance(sock, socket.socket)
        sock.shutdown(socket.SHUT_RDWR)

        assert inbox.get(timeout=PATIENCE_S) == b"goodbye"
        link.stop()
        listener.stop()


def test_a_refused_password_is_told(caplog: pytest.LogCaptureFixture) -> None:
    link = Connection(a_broker(1), "cam-01")
    refused = mqtt.ReasonCode(mqtt.PacketTypes.CONNACK, "Not authorized")

    link._on_connect(link._client, None, mqtt.ConnectFlags(session_present=False), refused, None)

    assert "refuses cam-01" in caplog.text
    assert "password" in caplog.text


def test_tls_is_used_where_the_address_asks_for_it() -> None:
    link = Connection(broker_at("mqtts://broker", "cam-01", None), "cam-01")

    assert link._client._ssl_context is not None
