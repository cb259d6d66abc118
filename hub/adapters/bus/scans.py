"""The connection for scans: paho in a thread of its own, which wakes the loop once a batch."""

import asyncio
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from hub.adapters.bus.address import KEEP_ALIVE_S, NODELAY, BrokerAddress, tls_context
from hub.adapters.bus.scan_queue import RATE_MAX_HZ, ScanQueue
from wire.messages import Fault
from wire.topics import is_for_scans

RETRY_FIRST_S, RETRY_MAX_S = 1, 5  # paho counts in whole seconds.
# Scans handled in one go: some milliseconds, and between two goes alarms have their turn.
BATCH_MAX = 32
# Rows on the health screen.
FAULTS_MAX = 8


class ScanCalls(NamedTuple):
    """What the connection tells, always on the event loop's thread."""

    deliver: Callable[[str, bytes], None]
    found: Callable[[], None]
    lost: Callable[[str], None]


class ScanConnection:
    """Receives scans, and keeps no more of them than the engine can use."""

    def __init__(
        self, address: BrokerAddress, client_id: str, filters: tuple[str, ...], calls: ScanCalls
    ) -> None:
        self._address = address
        self._filters = filters
        self._calls = calls
        self._loop = asyncio.get_running_loop()
        self._queue = ScanQueue()
        self._lock = threading.Lock()  # Around the queue and the line below.
        self._drain_due = False
        self._accepted = False  # Of paho's thread: whether the broker took this connection.
        self._throttled_before: Counter[str] = Counter()
        self._client = self._a_client(client_id)

    def start(self) -> None:
        """Connect, and again whenever the connection is lost."""
        self._client.connect_async(self._address.host, self._address.port, KEEP_ALIVE_S)
        self._client.loop_start()

    async def stop(self) -> None:
        """Leave the broker and end the thread."""
        self._client.on_disconnect = None  # To leave is no loss.
        self._client.disconnect()
        await asyncio.to_thread(self._client.loop_stop)

    @property
    def dropped_count(self) -> int:
        """Scans that never reached the engine, since the start."""
        return self._queue.dropped_count

    def faults(self) -> tuple[Fault, ...]:
        """Say which sensors were throttled since the last call."""
        with self._lock:
            fresh = self._queue.throttled - self._throttled_before
            self._throttled_before = self._queue.throttled.copy()
        return tuple(_fault(topic, count) for topic, count in fresh.most_common(FAULTS_MAX))

    def _a_client(self, client_id: str) -> paho.Client:
        client = paho.Client(CallbackAPIVersion.VERSION2, client_id=client_id, clean_session=True)
        client.username_pw_set(self._address.name, self._address.password)
        context = tls_context(self._address)
        if context is not None:
            client.tls_set_context(context)
        client.reconnect_delay_set(RETRY_FIRST_S, RETRY_MAX_S)
        client.on_socket_open = _set_nodelay
        client.on_connect = self._on_connect
        client.on_connect_fail = lambda *_: self._soon(lambda: self._calls.lost("no answer"))
        client.on_subscribe = lambda *_: self._soon(self._calls.found)
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        return client

    # --- In paho's thread ----------------------------------------------------------------------

    def _on_connect(
        self,
        client: paho.Client,
        _userdata: object,
        _flags: paho.ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            text = str(reason)
            self._soon(lambda: self._calls.lost(text))
        else:
            self._accepted = True
            # Quality 0, whatever the sensor used: an acknowledgement would only cost time.
            client.subscribe([(filter_, 0) for filter_ in self._filters])

    def _on_disconnect(
        self,
        _client: paho.Client,
        _userdata: object,
        _flags: paho.DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if self._accepted:  # Else the refusal was told already, in better words.
            self._accepted = False
            text = str(reason)
            self._soon(lambda: self._calls.lost(text))

    def _on_message(
        self, _client: paho.Client, _userdata: object, message: paho.MQTTMessage
    ) -> None:
        if not is_for_scans(message.topic):
            return  # The alarm connection brings it.
        with self._lock:
            taken = self._queue.put(message.topic, bytes(message.payload), time.monotonic())
            wake = taken and not self._drain_due
            self._drain_due = self._drain_due or wake
        if wake:
            self._soon(self._drain)

    def _soon(self, call: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # The loop is closed: the hub has ended.
            self._loop.call_soon_threadsafe(call)

    # --- On the event loop -----------------------------------------------------------------------

    def _drain(self) -> None:
        with self._lock:
            batch = self._queue.take(BATCH_MAX)
            more = self._drain_due = len(self._queue) > 0
        for scan in batch:
            self._calls.deliver(scan.topic, scan.payload)
        if more:
            self._loop.call_soon(self._drain)


def _fault(topic: str, count: int) -> Fault:
    sensor = topic.rsplit("/", 2)[-2]
    text = f"{sensor} sends more than {RATE_MAX_HZ:.0f} scans/s: {count} dropped"
    return Fault(code="scans_throttled", text=text)


def _set_nodelay(_client: paho.Client, _userdata: object, connection: object) -> None:
    assert isinstance(connection, socket.socket)
    connection.setsockopt(*NODELAY)
