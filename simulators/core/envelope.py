"""A device's voice: every message gets its id, its boot and its place in a sequence."""

from collections import Counter
from enum import StrEnum
from typing import TypedDict

import numpy as np
from msgspec import Struct

from wire.codec import encode
from wire.delivery import Entry, Outbox
from wire.ids import ENTROPY_BYTES, ulid
from wire.messages import Committed, Message


class Lane(StrEnum):
    """Which of a device's two connections carries a message."""

    ALARM = "alarm"
    SCAN = "scan"


class Send(Struct, frozen=True, kw_only=True):
    """One payload to publish."""

    device: str
    lane: Lane
    topic: str
    payload: bytes
    qos: int
    retain: bool = False


class Envelope(TypedDict):
    """What every message carries, as keyword arguments of the message."""

    id: str
    sender: str
    boot: str
    seq: int
    observed_us: int
    sent_us: int
    simulated: bool


class Voice:
    """One simulated device's side of the contract, from its start to its end."""

    def __init__(self, device: str, start_us: int, rng: np.random.Generator) -> None:
        self.device = device
        self._rng = rng
        self._boot = self._ulid(start_us)
        self._counts: Counter[str] = Counter()
        self.outbox = Outbox(self._boot)

    def envelope(self, topic: str, observed_us: int, now_us: int) -> Envelope:
        """Return the envelope of the next message on a topic that counts its own."""
        self._counts[topic] += 1
        return self._envelope(self._counts[topic], observed_us, now_us)

    def reliable(self, observed_us: int, now_us: int) -> Envelope:
        """Return the envelope of the next message that must not be lost."""
        return self._envelope(self.outbox.next_seq, observed_us, now_us)

    def say(self, topic: str, message: Message, *, lane: Lane, qos: int, retain: bool) -> Send:
        """Return a message, ready to publish."""
        payload = encode(message)
        return Send(
            device=self.device, lane=lane, topic=topic, payload=payload, qos=qos, retain=retain
        )

    def keep(self, topic: str, message: Message) -> None:
        """Put a message that must not be lost into the outbox; `due` sends it."""
        entry = Entry(boot=self._boot, seq=message.seq, topic=topic, payload=encode(message))
        self.outbox.put(entry)

    def due(self, now_us: int) -> list[Send]:
        """Return what the outbox sends now, for the first time or again."""
        return [
            Send(
                device=self.device,
                lane=Lane.ALARM,
                topic=entry.topic,
                payload=entry.payload,
                qos=1,
            )
            for entry in self.outbox.due(now_us)
        ]

    def committed(self, message: Committed, now_us: int) -> None:
        """Forget what the hub has on disk."""
        self.outbox.committed(message.of_boot, message.committed_seq, now_us)

    def _envelope(self, seq: int, observed_us: int, now_us: int) -> Envelope:
        return Envelope(
            id=self._ulid(now_us),
            sender=self.device,
            boot=self._boot,
            seq=seq,
            observed_us=observed_us,
            sent_us=max(now_us, observed_us),
            simulated=True,
        )

    def _ulid(self, at_us: int) -> str:
        return ulid(at_us, self._rng.bytes(ENTROPY_BYTES))
