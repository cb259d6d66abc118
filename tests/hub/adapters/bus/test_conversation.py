import asyncio
from contextlib import suppress
from typing import cast

import aiomqtt
import pytest
from patience import PATIENCE_S

from hub.adapters.bus import conversation as conversation_module
from hub.adapters.bus.address import BrokerAddress
from hub.adapters.bus.conversation import Conversation, ConversationCalls


class ASilentBroker:
    """Takes messages, and acknowledges those that it is told to."""

    def __init__(self) -> None:
        self.pending_calls_threshold = 0
        self.said: list[tuple[str, bytes]] = []
        self.acknowledged = asyncio.Event()

    async def publish(self, topic: str, payload: bytes, _qos: int, _retain: bool) -> None:  # noqa: FBT001 # As aiomqtt.
        self.said.append((topic, payload))
        await self.acknowledged.wait()

    def as_client(self) -> aiomqtt.Client:
        return cast("aiomqtt.Client", self)


def a_conversation() -> Conversation:
    calls = ConversationCalls(lambda _topic, _payload: None, lambda: None, lambda _reason: None)
    address = BrokerAddress(host="broker", port=1)
    return Conversation(address, "hub-1", ("topic",), ("will", b"GOODBYE"), calls)


def say(
    conversation: Conversation, *payloads: bytes, topic: str = "t", retain: bool = False
) -> None:
    for payload in payloads:
        conversation.publish(topic, payload, qos=1, retain=retain)


async def turns() -> None:
    """Let everything run that can run now."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_what_was_not_acknowledged_goes_first_next_time_and_in_order() -> None:
    conversation, first, second = a_conversation(), ASilentBroker(), ASilentBroker()
    conversation._begin(first.as_client())
    say(conversation, b"1", b"2")
    await turns()

    conversation._end()
    say(conversation, b"3")
    conversation._begin(second.as_client())
    await turns()

    assert [payload for _, payload in first.said] == [b"1", b"2"]
    assert [payload for _, payload in second.said] == [b"1", b"2", b"3"]
    conversation._end()
    await turns()


async def test_only_so_many_acknowledgements_are_under_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(conversation_module, "IN_FLIGHT_MAX", 2)
    conversation, broker = a_conversation(), ASilentBroker()
    conversation._begin(broker.as_client())

    say(conversation, b"1", b"2", b"3")
    await turns()
    said_before = len(broker.said)
    broker.acknowledged.set()
    await turns()

    assert said_before == 2
    assert [payload for _, payload in broker.said] == [b"1", b"2", b"3"]


async def test_a_broker_that_forgot_hears_the_latest_of_what_is_retained_once() -> None:
    conversation, broker = a_conversation(), ASilentBroker()
    say(conversation, b"old", b"new", topic="alert/1", retain=True)
    say(conversation, b"open", b"", topic="alert/2", retain=True)
    say(conversation, b"command")

    conversation._begin(broker.as_client())
    await turns()

    assert broker.said == [
        ("alert/1", b"new"),
        ("alert/2", b"open"),
        ("alert/2", b""),
        ("t", b"command"),
    ]
    conversation._end()
    await turns()


async def test_what_is_retained_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation_module, "RETAINED_MAX", 2)
    conversation = a_conversation()

    for number in range(4):
        say(conversation, b"x", topic=f"alert/{number}", retain=True)

    assert list(conversation._retained) == ["alert/0", "alert/1"]


async def test_a_stop_in_the_same_turn_as_a_refusal_is_not_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    conversation, trying = a_conversation(), asyncio.Event()

    async def refused(_client: aiomqtt.Client) -> None:
        trying.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            reason = "not authorized"
            raise aiomqtt.MqttError(reason) from None

    monkeypatch.setattr(aiomqtt.Client, "__aenter__", refused)
    running = asyncio.create_task(conversation.run())
    await trying.wait()

    running.cancel()

    async with asyncio.timeout(PATIENCE_S):
        await running


async def test_a_broker_that_never_answers_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation_module, "TIMEOUT_S", 0.05)
    monkeypatch.setattr(conversation_module, "KEEP_ALIVE_S", 600)
    hung_up, reasons = asyncio.Event(), asyncio.Queue[str]()

    async def never_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # Until the other side closes.
        hung_up.set()
        writer.close()

    server = await asyncio.start_server(never_answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    calls = ConversationCalls(lambda _topic, _payload: None, lambda: None, reasons.put_nowait)
    address = BrokerAddress(host="127.0.0.1", port=port)
    conversation = Conversation(address, "hub-1", ("topic",), ("will", b"GOODBYE"), calls)
    running = asyncio.create_task(conversation.run())

    async with asyncio.timeout(PATIENCE_S):
        await hung_up.wait()

        assert await reasons.get() == "Operation timed out"
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    server.close()
    await server.wait_closed()
