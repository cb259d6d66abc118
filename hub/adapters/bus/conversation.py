"""The connection for the conversation: alarms and health in, commands and notices out."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

import aiomqtt
from msgspec import Struct

from hub.adapters.bus.address import KEEP_ALIVE_S, NODELAY, BrokerAddress, tls_context

RETRY_FIRST_S, RETRY_MAX_S = 0.2, 5.0
TIMEOUT_S = 5.0
# Commands, notices and commits that wait for the broker. At 100 a second this is a minute and a
# half: then the oldest commands have expired, and what is retained is said again anyway.
OUTGOING_MAX = 10_000
# Topics of which the latest message is said again: one for each device, and every open alert.
RETAINED_MAX = 20_000
# As many acknowledgements may be under way; what comes next waits its turn, in order.
IN_FLIGHT_MAX = 50


# A lost connection is said once, by the bus; the library would say each failed packet too.
_library_log = logging.getLogger("hub.adapters.bus.aiomqtt")
_library_log.setLevel(logging.CRITICAL)


class ConversationCalls(NamedTuple):
    """What the connection tells."""

    deliver: Callable[[str, bytes], None]
    found: Callable[[], None]
    lost: Callable[[str], None]


class _Outgoing(Struct, frozen=True):
    topic: str
    payload: bytes
    qos: int
    retain: bool


class Conversation:
    """Talks with the devices whenever there is a broker, and remembers what to say until then."""

    def __init__(
        self,
        address: BrokerAddress,
        client_id: str,
        filters: tuple[str, ...],
        will: tuple[str, bytes],
        calls: ConversationCalls,
    ) -> None:
        self._address = address
        self._client_id = client_id
        self._filters = filters
        self._will_topic, self._will = will
        self._calls = calls
        self._loop = asyncio.get_running_loop()
        self._client: aiomqtt.Client | None = None
        self._outgoing: deque[_Outgoing] = deque()
        self._in_flight: dict[asyncio.Task[None], _Outgoing] = {}
        self._retained: dict[str, _Outgoing] = {}
        self.dropped_count = 0
        """Messages that found no room while the broker was away."""

    def publish(self, topic: str, payload: bytes, *, qos: int, retain: bool) -> None:
        """Hand a message to the broker as soon as it takes it. Never blocks."""
        message = _Outgoing(topic, payload, qos, retain)
        if retain:
            self._retained.pop(topic, None)
            if payload and len(self._retained) < RETAINED_MAX:
                self._retained[topic] = message
        if len(self._outgoing) >= OUTGOING_MAX:
            self._outgoing.popleft()
            self.dropped_count += 1
        self._outgoing.append(message)
        self._send_what_waits()

    async def run(self) -> None:
        """Talk until cancelled, reconnecting for as long as it takes."""
        retry_s = RETRY_FIRST_S
        while True:
            try:
                async with self._connection() as client:
                    retry_s = RETRY_FIRST_S
                    async for _ in client.messages:
                        pass  # Messages go straight to the runner; this waits for the end.
            except (aiomqtt.MqttError, OSError) as error:
                self._calls.lost(str(error))
            if _is_cancelled():
                return
            await asyncio.sleep(retry_s)
            retry_s = min(retry_s * 2, RETRY_MAX_S)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[aiomqtt.Client]:
        client = self._a_client()
        try:
            async with client:
                await client.subscribe([(filter_, 1) for filter_ in self._filters])
                self._begin(client)
                try:
                    yield client
                except asyncio.CancelledError:
                    await self._say_goodbye(client)
                    raise
                finally:
                    self._end()
        finally:
            # aiomqtt leaves the socket open, and the loop listening to it, when it was stopped
            # while it connected, or when a broker takes the connection and then says nothing.
            client._client.disconnect()  # noqa: SLF001 # It offers no other way.

    async def _say_goodbye(self, client: aiomqtt.Client) -> None:
        """Say that the hub stops: a broker forgets the will of who leaves in order."""
        with suppress(aiomqtt.MqttError):
            await client.publish(self._will_topic, self._will, qos=1, retain=True)

    def _a_client(self) -> aiomqtt.Client:
        deliver = self._calls.deliver

        class Straight(asyncio.Queue[aiomqtt.Message]):
            """No queue at all: the next packet is read when the runner has done with this one."""

            def put_nowait(self, item: aiomqtt.Message) -> None:
                assert isinstance(item.payload, bytes)
                deliver(item.topic.value, item.payload)

        return aiomqtt.Client(
            self._address.host,
            self._address.port,
            identifier=self._client_id,
            username=self._address.name,
            password=self._address.password,
            clean_session=True,
            keepalive=KEEP_ALIVE_S,
            timeout=TIMEOUT_S,
            will=aiomqtt.Will(self._will_topic, self._will, qos=1, retain=True),
            tls_context=tls_context(self._address),
            queue_type=Straight,
            logger=_library_log,
            max_inflight_messages=IN_FLIGHT_MAX,
            socket_options=[NODELAY],
        )

    def _begin(self, client: aiomqtt.Client) -> None:
        client.pending_calls_threshold = IN_FLIGHT_MAX + 1
        self._client = client
        later = [message for message in self._outgoing if message.topic not in self._retained]
        self._outgoing = deque([*self._retained.values(), *later])
        self._calls.found()
        self._send_what_waits()

    def _end(self) -> None:
        """Take back what the broker has not acknowledged: it goes first next time, in order."""
        self._client = None
        self._outgoing.extendleft(reversed(self._in_flight.values()))
        for task in self._in_flight:
            task.cancel()
        self._in_flight.clear()

    def _send_what_waits(self) -> None:
        while self._client and self._outgoing and len(self._in_flight) < IN_FLIGHT_MAX:
            message = self._outgoing.popleft()
            task = self._loop.create_task(_send(self._client, message))
            self._in_flight[task] = message
            task.add_done_callback(self._sent)

    def _sent(self, task: asyncio.Task[None]) -> None:
        if self._in_flight.pop(task, None) is not None:
            self._send_what_waits()


def _is_cancelled() -> bool:
    """Whether this task was asked to end, though another error came out instead.

    Until Python 3.12 `asyncio.wait_for`, inside aiomqtt, loses a cancellation that comes in the
    same turn as the broker's refusal.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _send(client: aiomqtt.Client, message: _Outgoing) -> None:
    with suppress(aiomqtt.MqttError):  # A connection that is lost is noticed elsewhere.
        await client.publish(message.topic, message.payload, message.qos, message.retain)
