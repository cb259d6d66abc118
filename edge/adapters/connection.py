"""One MQTT connection that is always trying: paho-mqtt, on its own thread."""

import logging
import socket
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as mqtt
from msgspec import Struct
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from edge.errors import BrokerAddressError

log = logging.getLogger(__name__)

KEEPALIVE_S = 10
"""The broker tells the last will after one and a half of these."""

RETRY_MIN_S, RETRY_MAX_S = 1, 15
"""A broker that restarts is back within seconds; 100 cameras must not knock each second."""

QUEUED_MAX = 1000
"""Messages of QoS 1 that paho holds at most; the outbox sends a window at a time."""

LAST_WAIT_S = 2.0
"""For its last words; a broker that does not take them will tell the last will instead."""

PORT, PORT_TLS = 1883, 8883


class Broker(Struct, frozen=True, kw_only=True):
    """Where the broker is and who we are to it."""

    host: str
    port: int
    username: str
    password: str | None = None
    tls: bool = False


def broker_at(address: str, username: str, password: str | None) -> Broker:
    """Return the broker of an address such as mqtt://user:password@host:1883."""
    example = "write it as mqtt://HOST:PORT, or mqtts://HOST:PORT with TLS"
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        what = f"the broker's address has {error}"
        raise BrokerAddressError(what, fix=example) from None
    if parts.scheme not in {"mqtt", "mqtts"} or not parts.hostname:
        # Whatever stands there may hold a password: it is not repeated.
        what = "the broker's address cannot be read"
        raise BrokerAddressError(what, fix=example)
    tls = parts.scheme == "mqtts"
    return Broker(
        host=parts.hostname,
        port=port or (PORT_TLS if tls else PORT),
        username=unquote(parts.username) if parts.username else username,
        password=unquote(parts.password) if parts.password else password,
        tls=tls,
    )


class Connection:
    """A connection to the broker that comes back by itself."""

    def __init__(
        self,
        broker: Broker,
        client_id: str,
        *,
        connected: Callable[[], None] = lambda: None,
        received: Callable[[str, bytes], None] = lambda _topic, _payload: None,
        subscribe: tuple[str, ...] = (),
        will: tuple[str, bytes] | None = None,
    ) -> None:
        self._broker = broker
        self._name = client_id
        self._connected = connected
        self._received = received
        self._subscribe = subscribe
        self._told = False  # That the broker is away.
        self.session = 0  # Counts the connections so far.
        self._latest: mqtt.MQTTMessageInfo | None = None
        self._client = self._made(client_id, will)

    def start(self) -> None:
        """Begin trying to connect."""
        self._client.connect_async(self._broker.host, self._broker.port, KEEPALIVE_S)
        self._client.loop_start()

    @property
    def is_up(self) -> bool:
        """Whether the broker hears us now."""
        return self._client.is_connected()

    def publish(self, topic: str, payload: bytes, *, qos: int, retain: bool = False) -> bool:
        """Hand a message to the broker if it hears us; return whether it does."""
        if not self.is_up:
            return False
        self._latest = self._client.publish(topic, payload, qos, retain)
        return self._latest.rc == mqtt.MQTT_ERR_SUCCESS

    def stop(self) -> None:
        """Disconnect in good order, once the broker has what was handed to it."""
        if self._latest is not None and self.is_up:
            self._latest.wait_for_publish(LAST_WAIT_S)
        self._client.disconnect()
        self._client.loop_stop()

    def _made(self, client_id: str, will: tuple[str, bytes] | None) -> mqtt.Client:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv311
        )
        client.username_pw_set(self._broker.username, self._broker.password)
        if self._broker.tls:
            client.tls_set()
        if will is not None:
            client.will_set(will[0], will[1], qos=1, retain=True)
        client.reconnect_delay_set(RETRY_MIN_S, RETRY_MAX_S)
        client.max_queued_messages_set(QUEUED_MAX)
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_socket_open = _without_delay
        return client

    def _on_connect(
        self,
        client: mqtt.Client,
        _userdata: object,
        _flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        _properties: object,
    ) -> None:
        if reason.is_failure:
            self._tell(f"refuses {self._broker.username} ({reason}); check the password")
            return
        log.info("%s is connected to %s", self._name, self._place)
        self._told = False
        for topic in self._subscribe:
            client.subscribe(topic, qos=1)
        self.session += 1
        self._connected()

    def _on_connect_fail(self, _client: mqtt.Client, _userdata: object) -> None:
        self._tell("does not answer")

    def _on_disconnect(
        self,
        _client: mqtt.Client,
        _userdata: object,
        _flags: mqtt.DisconnectFlags,
        reason: ReasonCode,
        _properties: object,
    ) -> None:
        if reason != ReasonCode(PacketTypes.DISCONNECT, "Normal disconnection"):
            self._tell(f"has gone ({reason})")

    def _on_message(
        self, _client: mqtt.Client, _userdata: object, message: mqtt.MQTTMessage
    ) -> None:
        self._received(message.topic, bytes(message.payload))

    def _tell(self, what: str) -> None:
        """Say once that the broker is away; that it is back says `connected`."""
        if not self._told:
            self._told = True
            log.warning(
                "%s: the broker at %s %s; trying again until it does", self._name, self._place, what
            )

    @property
    def _place(self) -> str:
        return f"{self._broker.host}:{self._broker.port}"


def _without_delay(_client: mqtt.Client, _userdata: object, sock: object) -> None:
    # Nagle's algorithm would hold back a small message for up to 40 ms.
    if isinstance(sock, socket.socket):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
