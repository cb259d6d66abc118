"""A device of somebody else: it says over real MQTT what a test wants said, right or wrong."""

import os
import socket
import threading
import time
from types import TracebackType
from typing import Any, Self

import paho.mqtt.client as mqtt
from end_to_end.crossing import SITE
from end_to_end.processes import Hub
from paho.mqtt.enums import CallbackAPIVersion
from patience import PATIENCE_S, until
from small_square import Voice

from wire import codec, topics
from wire.messages import (
    ActuatorAbout,
    ActuatorState,
    Command,
    Cue,
    Health,
    Message,
    Outcome,
    Reading,
    Scan,
    SensorAbout,
)

LEAVES: dict[type[Message], str] = {
    ActuatorAbout: "about",
    ActuatorState: "state",
    Cue: "cue",
    Health: "health",
    Outcome: "outcome",
    Reading: "reading",
    Scan: "scan",
    SensorAbout: "about",
}


def now_us() -> int:
    """Return the instant."""
    return time.time_ns() // 1000


class Device:
    """One MQTT client with a device's own credentials."""

    def __init__(
        self, hub: Hub, name: str, *, port: int = 0, lane: str = "", simulated: bool = True
    ) -> None:
        self.name = name
        self.voice = Voice(name, os.urandom(8).hex(), simulated=simulated)
        self.commands: list[Command] = []
        self._family = "actuator" if name.startswith(("siren", "bollards")) else "sensor"
        self._up = threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name + lane)
        self._client.username_pw_set(name, hub.passwords()[name])
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = lambda *_: self._up.clear()
        self._client.on_message = self._on_message
        self._client.on_socket_open = _without_delay
        self._client.reconnect_delay_set(1, 1)
        # The default of 20 would make a flood wait for its own acknowledgements.
        self._client.max_inflight_messages_set(1_000)
        self._client.connect_async("127.0.0.1", port or hub.broker_port)
        self._client.loop_start()
        self.wait_until_connected()

    def wait_until_connected(self) -> None:
        assert self._up.wait(PATIENCE_S), f"{self.name} is not let in"

    def wait_until_gone(self) -> None:
        until(lambda: not self._up.is_set(), f"{self.name} notices that the broker has gone")

    def topic(self, leaf: str, name: str = "") -> str:
        return f"{topics.PREFIX}/{SITE}/{self._family}/{name or self.name}/{leaf}"

    def says(self, kind: type[Message], /, **fields: Any) -> Message:
        """Say something of a kind, correct but for what the fields make wrong."""
        message = self.voice.says(kind, now_us(), **fields)
        self.publish(self.topic(LEAVES[kind]), codec.encode(message))
        return message

    def publish(self, topic: str, payload: bytes, qos: int = 1) -> None:
        """Publish anything, and wait until the broker has it."""
        info = self._client.publish(topic, payload, qos)
        until(info.is_published, f"the broker takes what {self.name} says")

    def flood(self, topic: str, payloads: list[bytes]) -> None:
        """Publish as fast as it goes."""
        for payload in payloads:
            self._client.publish(topic, payload, 0)

    def about_actuator(self, **fields: Any) -> None:
        """Say what this actuator is and that it lives."""
        at_us = now_us()
        is_siren = self.name.startswith("siren")
        about = self.voice.about_siren if is_siren else self.voice.about_bollard
        self.publish(self.topic("about"), codec.encode(about(at_us, **fields)))
        self.heartbeat()

    def about_sensor(self, **fields: Any) -> None:
        """Say what this sensor is: it stands at the origin and sees all around."""
        about = self.voice.about_sensor(now_us(), **fields)
        self.publish(self.topic("about"), codec.encode(about))

    def heartbeat(self) -> None:
        """Say that it lives."""
        self.publish(self.topic("health"), codec.encode(self.voice.health(now_us())))

    def scan(self, *places: tuple[float, float], **fields: Any) -> None:
        """Say that people are at these places."""
        scan = self.voice.scan(now_us(), *places, **fields)
        self.publish(self.topic("scan"), codec.encode(scan), qos=0)

    def close(self) -> None:
        """Go without a word."""
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(self, client: mqtt.Client, *_: object) -> None:
        if self._family == "actuator":
            client.subscribe(self.topic("command"), qos=1)
        self._up.set()

    def _on_message(
        self, _client: mqtt.Client, _userdata: object, packet: mqtt.MQTTMessage
    ) -> None:
        message = codec.decode(packet.topic, bytes(packet.payload), site=SITE)
        assert isinstance(message, Command)
        self.commands.append(message)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _without_delay(_client: object, _userdata: object, stream: Any) -> None:
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
