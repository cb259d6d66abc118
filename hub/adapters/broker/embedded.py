"""The child that runs amqtt: enough broker for a laptop, a demo and the tests."""

import asyncio
import logging
import sys
from pathlib import Path

import msgspec
from amqtt.adapters import ReaderAdapter, WriterAdapter  # type: ignore[import-untyped]
from amqtt.broker import Broker  # type: ignore[import-untyped]
from amqtt.contexts import Action, ListenerConfig  # type: ignore[import-untyped]
from amqtt.errors import AMQTTError, MQTTError, NoDataError  # type: ignore[import-untyped]
from amqtt.mqtt.connack import NOT_AUTHORIZED, ConnackPacket  # type: ignore[import-untyped]
from amqtt.mqtt.connect import ConnectPacket  # type: ignore[import-untyped]
from amqtt.session import Session  # type: ignore[import-untyped]

from hub.adapters.broker.access import Rights, admits, covers

# A client on the same machine says who it is at once; one that does not is none.
CONNECT_S = 10.0


class _Replayed(ReaderAdapter):  # type: ignore[misc] # amqtt has no types.
    """A stream that begins with what was read of it already."""

    def __init__(self, first: bytes, rest: ReaderAdapter) -> None:
        self._first = first
        self._rest = rest

    async def read(self, n: int = -1) -> bytes:
        """Return the next `n` bytes."""
        if not self._first:
            octets: bytes = await self._rest.read(n)
            return octets
        taken, self._first = self._first[:n], self._first[n:]
        return taken

    def feed_eof(self) -> None:
        """Pass on that nothing more will come."""
        self._rest.feed_eof()


class EmbeddedBroker(Broker):  # type: ignore[misc] # amqtt has no types.
    """amqtt with our access list in the places where its own plugins come too late.

    amqtt ends another client's session and takes over its name before it checks a password, and
    sends each new client everything that is retained. Three of its methods are therefore ours;
    the version is pinned to the one whose insides these are.
    """

    def __init__(self, rights: dict[str, Rights], host: str, port: int) -> None:
        super().__init__({"listeners": {"default": {"bind": f"{host}:{port}"}}, "plugins": {}})
        self._rights = rights

    async def _client_connected(
        self, listener_name: str, reader: ReaderAdapter, writer: WriterAdapter
    ) -> None:
        try:
            async with asyncio.timeout(CONNECT_S):
                connect = await ConnectPacket.from_stream(reader)
            admitted = self._admits(connect)
            if not admitted:
                await ConnackPacket.build(0, NOT_AUTHORIZED).to_stream(writer)
        except (OSError, TimeoutError, ValueError, AMQTTError, MQTTError, NoDataError):
            admitted = False
        if admitted:
            known = _Replayed(connect.to_bytes(), reader)
            await super()._client_connected(listener_name, known, writer)
        else:
            await writer.close()

    def _admits(self, connect: ConnectPacket) -> bool:
        name = connect.username
        if not admits(self._rights, name, connect.password, connect.client_id):
            return False
        return not connect.will_flag or self._may(name, Action.PUBLISH, connect.will_topic)

    def _may(self, name: str, action: Action, topic: str) -> bool:
        right = self._rights[name]
        granted = right.write if action is Action.PUBLISH else right.read
        return any(covers(filter_, topic) for filter_ in granted)

    async def _authenticate(self, _session: Session, _: ListenerConfig) -> bool:
        return True  # The gate above let nobody else through.

    async def _topic_filtering(self, session: Session, topic: str, action: Action) -> bool:
        return self._may(session.username, action, topic)

    async def _publish_retained_messages_for_subscription(
        self, subscription: tuple[str, int], session: Session
    ) -> None:
        subscribers = self._subscriptions.get(subscription[0], [])
        if any(subscriber is session for subscriber, _ in subscribers):
            await super()._publish_retained_messages_for_subscription(subscription, session)


async def serve(rights: dict[str, Rights], host: str, port: int) -> None:
    """Run the broker until the process ends."""
    await EmbeddedBroker(rights, host, port).start()
    await asyncio.Event().wait()


def main(arguments: list[str]) -> None:
    """Serve as the command line says: ACCESS_FILE HOST PORT."""
    # amqtt says each connection; only what is wrong belongs in the hub's file.
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    access_file, host, port = arguments
    rights = msgspec.json.decode(Path(access_file).read_bytes(), type=dict[str, Rights])
    asyncio.run(serve(rights, host, int(port)))


if __name__ == "__main__":
    main(sys.argv[1:])
