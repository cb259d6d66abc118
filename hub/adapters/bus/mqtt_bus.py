"""The two connections together: the port `Devices`, and the way in for all that devices say."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from contextlib import suppress

from hub.adapters.bus.address import BrokerAddress
from hub.adapters.bus.conversation import Conversation, ConversationCalls
from hub.adapters.bus.scans import ScanCalls, ScanConnection
from hub.errors import BrokerUnreachableError, HubError
from wire.messages import Fault
from wire.topics import HUB, alarm_filters, hub_health, scan_filters

log = logging.getLogger(__name__)


class MqttBus:
    """Carries messages between a broker and the runner, for as long as `run` runs."""

    def __init__(
        self,
        address: BrokerAddress,
        *,
        site: str,
        receive: Callable[[str, bytes], None],
        will: bytes,
        on_change: Callable[[bool], None] = lambda _connected: None,
    ) -> None:
        """Prepare both connections; `will` is what hub/health says once the hub is gone."""
        self._address = address
        self._receive = receive
        self._on_change = on_change
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._connected = asyncio.Event()
        self._up = {"conversation": False, "scans": False}
        self._said_lost = False
        self._reason = "no attempt was made yet"
        # A random word in it: nobody who knows the hub's name can take over its connection.
        client_id = f"{HUB}-{secrets.token_hex(4)}"
        self._conversation = Conversation(
            address,
            client_id,
            alarm_filters(site),
            (hub_health(site), will),
            ConversationCalls(
                self._deliver,
                lambda: self._found("conversation"),
                lambda reason: self._lost("conversation", reason),
            ),
        )
        self._scans = ScanConnection(
            address,
            f"{client_id}-scan",
            scan_filters(site),
            ScanCalls(
                self._deliver,
                lambda: self._found("scans"),
                lambda reason: self._lost("scans", reason),
            ),
        )

    def publish(self, topic: str, payload: bytes, *, qos: int, retain: bool) -> None:
        """Hand a message to the broker as soon as it takes it. Never blocks."""
        self._conversation.publish(topic, payload, qos=qos, retain=retain)

    @property
    def connected(self) -> bool:
        """Whether both connections are up and subscribed."""
        return self._connected.is_set()

    @property
    def dropped_scans(self) -> int:
        """Scans that never reached the engine, since the start."""
        return self._scans.dropped_count

    @property
    def dropped_publish_count(self) -> int:
        """Messages to devices that found no room while the broker was away."""
        return self._conversation.dropped_count

    def faults(self) -> tuple[Fault, ...]:
        """Say which sensors were throttled since the last call."""
        return self._scans.faults()

    async def wait_connected(self, timeout_s: float) -> None:
        """Wait until the broker takes both connections, or raise `BrokerUnreachableError`."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._connected.wait()
        except TimeoutError:
            what = f"no MQTT broker takes the hub at {self._address}: {self._reason}"
            fix = (
                "start one there, check its address and the hub's password, or leave --broker away"
            )
            raise BrokerUnreachableError(what, fix=fix) from None

    async def run(self) -> None:
        """Carry messages both ways until cancelled, or until the hub itself cannot go on."""
        self._scans.start()
        conversation = asyncio.create_task(self._conversation.run())
        try:
            await asyncio.wait({conversation, self._failed}, return_when=asyncio.FIRST_COMPLETED)
            await (self._failed if self._failed.done() else conversation)
        finally:
            conversation.cancel()
            with suppress(asyncio.CancelledError):
                await conversation
            await self._scans.stop()

    def _deliver(self, topic: str, payload: bytes) -> None:
        try:
            self._receive(topic, payload)
        except HubError as error:
            # Not this message's fault: the hub cannot go on, and `run` says why.
            if not self._failed.done():
                self._failed.set_exception(error)

    def _found(self, link: str) -> None:
        self._up[link] = True
        if not all(self._up.values()) or self._connected.is_set():
            return
        if self._said_lost:
            log.warning("the broker at %s is back", self._address)
            self._said_lost = False
        self._connected.set()
        self._on_change(True)

    def _lost(self, link: str, reason: str) -> None:
        self._up[link] = False
        self._reason = reason
        if not self._said_lost:
            log.warning("no connection to the broker at %s (%s)", self._address, reason)
            self._said_lost = True
        if self._connected.is_set():
            self._connected.clear()
            self._on_change(False)
