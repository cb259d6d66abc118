"""One MQTT connection of one simulated device, driven from the player's own loop.

Many devices share one thread: the player waits on all their sockets at once, and calls here when
one can be read or written. Every attempt to connect takes a fresh client, so that nothing stale is
sent after a break; what must not be lost is in the device's outbox.
"""

import socket
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
from msgspec import Struct
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from simulators.core.envelope import Send
from simulators.errors import BrokerAddressError

KEEPALIVE_S: Final = 15
"""A broker misses a dead device after one and a half of these."""

# The whole world stands still while one device waits for an answer: not for long.
CONNECT_TIMEOUT_S: Final = 2.0
# A broker that takes a connection and says nothing is as good as none.
GREETING_MAX_S: Final = 10.0

_REFUSALS: Final = tuple(
    ReasonCode(PacketTypes.CONNACK, name)
    for name in ("Bad user name or password", "Not authorized")
)


class BrokerAddress(Struct, frozen=True, kw_only=True):
    """Where the broker is."""

    host: str
    port: int
    is_secure: bool = False

    @classmethod
    def parse(cls, url: str) -> "BrokerAddress":
        """Read `mqtt://host:port` or `mqtts://host:port`."""
        fix = "give an address such as mqtt://127.0.0.1:1883"
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            what = f"the broker's address {url} cannot be read: {error}"
            raise BrokerAddressError(what, fix=fix) from None
        if parts.scheme not in {"mqtt", "mqtts"} or not parts.hostname:
            what = f"the broker's address {url} is none"
            raise BrokerAddressError(what, fix=fix)
        if parts.username or parts.password:
            what = "the broker's address holds a password"
            raise BrokerAddressError(what, fix="put passwords into the --credentials file")
        is_secure = parts.scheme == "mqtts"
        return cls(
            host=parts.hostname, port=port or (8883 if is_secure else 1883), is_secure=is_secure
        )

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class LinkState(StrEnum):
    """How a connection is."""

    DOWN = "down"
    GREETING = "greeting"
    UP = "up"
    REFUSED = "refused"


class Link:
    """One connection. After every call, `state` says how it is."""

    def __init__(
        self,
        client_id: str,
        username: str,
        password: str | None,
        receive: Callable[[str, bytes], None],
    ) -> None:
        self.client_id = client_id
        self.username = username
        self._password = password
        self._receive = receive
        self._client: mqtt.Client | None = None
        self._greeted_by_s = 0.0
        self.state = LinkState.DOWN

    def connect(
        self,
        address: BrokerAddress,
        now_s: float,
        *,
        will: Send | None = None,
        subscriptions: tuple[str, ...] = (),
    ) -> None:
        """Begin to connect; raise `OSError` if nothing answers there."""
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=self.client_id, protocol=mqtt.MQTTv311
        )
        client.connect_timeout = CONNECT_TIMEOUT_S
        if self._password is not None:
            client.username_pw_set(self.username, self._password)
        if address.is_secure:
            client.tls_set()
        if will is not None:
            client.will_set(will.topic, will.payload, will.qos, will.retain)

        def greeted(
            _client: mqtt.Client, _data: Any, _flags: Any, code: ReasonCode, _properties: Any
        ) -> None:
            if code.is_failure:
                self.state = LinkState.REFUSED if code in _REFUSALS else LinkState.DOWN
                return
            self.state = LinkState.UP
            for topic in subscriptions:
                client.subscribe(topic, qos=1)

        def parted(*_arguments: Any) -> None:
            if self.state is not LinkState.REFUSED:
                self.state = LinkState.DOWN

        client.on_connect = greeted
        client.on_disconnect = parted
        client.on_message = lambda _client, _data, message: self._receive(
            message.topic, bytes(message.payload)
        )
        client.connect(address.host, address.port, keepalive=KEEPALIVE_S)
        found = client.socket()
        if isinstance(found, socket.socket):
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._client = client
        self._greeted_by_s = now_s + GREETING_MAX_S
        self.state = LinkState.GREETING

    def socket(self) -> socket.socket | None:
        """Return the socket to wait on, if there is one."""
        found = self._client.socket() if self._client else None
        return found if isinstance(found, socket.socket) else None

    @property
    def wants_write(self) -> bool:
        """Whether something waits to be written."""
        return self._client is not None and self._client.want_write()

    def read(self) -> None:
        """Take what came."""
        if self._client:
            self._client.loop_read()

    def write(self) -> None:
        """Write what waits."""
        if self._client:
            self._client.loop_write()

    def tick(self, now_s: float) -> None:
        """Keep the connection alive; call it each second or so."""
        if self._client and self.state is not LinkState.DOWN:
            self._client.loop_misc()
            if self.state is LinkState.GREETING and now_s > self._greeted_by_s:
                self.drop()

    def publish(self, send: Send) -> mqtt.MQTTMessageInfo | None:
        """Publish, if connected; else the message is gone."""
        if self._client is None or self.state is not LinkState.UP:
            return None
        return self._client.publish(send.topic, send.payload, send.qos, send.retain)

    def drop(self) -> None:
        """End the connection in good order."""
        if self._client:
            self._client.disconnect()
        self._client = None
        self.state = LinkState.DOWN
