"""A stand-in for the hub, as far as a camera can tell: it takes what comes once, and commits it."""

import threading
from collections import defaultdict
from collections.abc import Callable

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from patience import PATIENCE_S

from wire import codec, topics
from wire.delivery import Inbox, Taken
from wire.ids import ulid
from wire.labels import HealthState
from wire.messages import Committed, Cue, Health, HubHealth, Message

SITE = "square"
NOW_US = 1_700_000_000_000_000


class CommittingHub:
    """Listens to one site; commits unless told not to."""

    def __init__(self, port: int, *, commits: bool = True) -> None:
        self.messages: list[Message] = []
        self.taken: dict[str, list[int]] = defaultdict(list)  # By boot, in order of first arrival.
        self._commits = commits
        self._inbox = Inbox()
        self._changed = threading.Condition()
        self._subscribed_count = 0
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="hub")
        self._client.on_connect = lambda client, *_: client.subscribe("#", qos=1)
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message
        self._client.reconnect_delay_set(1, 1)
        self._client.connect_async("127.0.0.1", port)
        self._client.loop_start()
        self.until_back(0)

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so."""
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE_S), "it never came to be"

    @property
    def sessions(self) -> int:
        """How often it has begun to hear a broker."""
        return self._subscribed_count

    def until_back(self, sessions: int) -> None:
        """Wait until it hears a broker after so many that it heard before."""
        self.until(lambda: self._subscribed_count > sessions)

    def until_health(self, is_so: Callable[[Health], bool]) -> None:
        """Wait until the latest that was said of health is so."""
        self.until(lambda: any(map(is_so, self.healths()[-1:])))

    def until_heard(self, life: int, count: int) -> None:
        """Wait until that many cues of the sender's so-manieth life are taken, from life 0."""
        self.until(lambda: len(self.taken) > life and len([*self.taken.values()][life]) >= count)

    def of(self, kind: type[Message]) -> list[Message]:
        """Return the messages of one kind, in order."""
        return [message for message in self.messages if isinstance(message, kind)]

    def healths(self) -> list[Health]:
        """Return what was said of health."""
        return [message for message in self.messages if isinstance(message, Health)]

    def say(self, topic: str, payload: bytes) -> None:
        """Publish something."""
        self._client.publish(topic, payload, qos=1)

    def appear(self, boot: str) -> None:
        """Say, as a hub does, that it is there."""
        health = HubHealth(
            id=ulid(NOW_US, bytes(10)),
            sender="hub",
            boot=boot,
            seq=1,
            observed_us=NOW_US,
            sent_us=NOW_US,
            state=HealthState.OK,
        )
        self.say(topics.hub_health(SITE), codec.encode(health))

    def close(self) -> None:
        """Go."""
        self._client.disconnect()
        self._client.loop_stop()

    def _on_subscribe(self, *_: object) -> None:
        with self._changed:
            self._subscribed_count += 1
            self._changed.notify_all()

    def _on_message(
        self, _client: mqtt.Client, _userdata: object, packet: mqtt.MQTTMessage
    ) -> None:
        try:
            message = codec.decode(packet.topic, bytes(packet.payload), site=SITE)
        except codec.DecodeError:
            return  # A test's own nonsense, meant for the camera.
        with self._changed:
            self._take(message)
            self._changed.notify_all()

    def _take(self, message: Message) -> None:
        self.messages.append(message)
        if isinstance(message, Health):
            for floor in message.floors:
                if self._inbox.floor(message.sender, floor.boot, floor.seq):
                    self._commit(message.sender, floor.boot)
        elif isinstance(message, Cue):
            if self._inbox.take(message.sender, message.boot, message.seq) is Taken.NEW:
                self.taken[message.boot].append(message.seq)
            self._commit(message.sender, message.boot)

    def _commit(self, sender: str, boot: str) -> None:
        seq = self._inbox.mark(sender, boot).committed_seq
        if not self._commits or seq == 0:
            return
        committed = Committed(
            id=ulid(NOW_US, bytes(10)),
            sender="hub",
            boot=ulid(NOW_US, bytes(10)),
            seq=1,
            observed_us=NOW_US,
            sent_us=NOW_US,
            of_boot=boot,
            committed_seq=seq,
        )
        self.say(topics.sensor_committed(SITE, sender), codec.encode(committed))
