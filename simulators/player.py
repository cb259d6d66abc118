"""Plays a simulation on the clock, over real MQTT: each device with its own connections.

One thread does it all: it carries out what is due, publishes it, and waits on all sockets until
something else is due.
"""

import selectors
import socket
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from simulators.core.envelope import Lane, Send
from simulators.core.simulation import Simulation
from simulators.errors import CredentialsError
from simulators.link import BrokerAddress, Link, LinkState

RETRY_MIN_S: Final = 0.5
RETRY_MAX_S: Final = 5.0
TICK_S: Final = 1.0

# Between two looks at the stop flag: what a person who presses Ctrl-C does not notice.
WAIT_MAX_S: Final = 0.1

# A broker that does not take a goodbye in this time tells the will instead.
GOODBYE_MAX_S: Final = 2.0


def clock() -> Callable[[], int]:
    """Return a clock in microseconds UTC that never goes back and never jumps."""
    base_us = time.time_ns() // 1000 - time.monotonic_ns() // 1000
    return lambda: base_us + time.monotonic_ns() // 1000


class Player:
    """Joins a simulation to a broker."""

    def __init__(
        self,
        simulation: Simulation,
        address: BrokerAddress,
        passwords: Mapping[str, str] | None,
        tell: Callable[[str], None],
        now_us: Callable[[], int],
    ) -> None:
        self._simulation = simulation
        self._address = address
        self._tell = tell
        self._now_us = now_us
        self._links: dict[tuple[str, Lane], Link] = {}
        self._registered: dict[Link, tuple[socket.socket, int]] = {}
        self._up: dict[Link, bool] = {}
        self._retry_s = RETRY_MIN_S
        self._next_try_s = 0.0
        self._next_tick_s = 0.0
        self._is_away = False
        self._was_up = False
        for device, scans in simulation.devices().items():
            password = _password(device, passwords)
            lanes = (Lane.ALARM, Lane.SCAN) if scans else (Lane.ALARM,)
            for lane in lanes:
                client_id = device if lane is Lane.ALARM else f"{device}-scan"
                receive = partial(self._receive, device)
                self._links[device, lane] = Link(client_id, device, password, receive)

    def run(self, should_stop: Callable[[], bool]) -> None:
        """Play until told to stop; then say goodbye for every device."""
        with selectors.DefaultSelector() as selector:
            try:
                while not should_stop():
                    self._turn(selector)
            finally:
                self._part(selector)

    def _turn(self, selector: selectors.BaseSelector) -> None:
        self._connect()
        self._publish(self._simulation.advance(self._now_us()))
        self._tell_story()
        wait_s = (self._simulation.next_us - self._now_us()) / 1e6
        self._serve(selector, min(max(wait_s, 0.0), WAIT_MAX_S))

    def _tell_story(self) -> None:
        for line in self._simulation.told():
            self._tell(f"story: {line}")

    def _serve(self, selector: selectors.BaseSelector, wait_s: float) -> None:
        """Read and write what can be, for at most so long."""
        self._register(selector)
        for key, ready in selector.select(wait_s):
            link: Link = key.data
            if ready & selectors.EVENT_READ:
                link.read()
            if ready & selectors.EVENT_WRITE:
                link.write()
        now_s = time.monotonic()
        if now_s >= self._next_tick_s:
            self._next_tick_s = now_s + TICK_S
            for link in self._links.values():
                link.tick(now_s)
        self._notice_changes()

    def _register(self, selector: selectors.BaseSelector) -> None:
        for link in self._links.values():
            found = link.socket() if link.state is not LinkState.DOWN else None
            wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if link.wants_write else 0)
            held = self._registered.get(link)
            if held and (found is not held[0] or found.fileno() < 0):
                # A closed socket has lost its number: the selector finds it by the object.
                selector.unregister(held[0])
                del self._registered[link]
                held = None
            if found is None or found.fileno() < 0:
                continue
            if held is None:
                selector.register(found, wanted, link)
            elif held[1] != wanted:
                selector.modify(found, wanted, link)
            self._registered[link] = (found, wanted)

    def _connect(self) -> None:
        """Try the connections that are down, all at once, after a pause that grows."""
        now_s = time.monotonic()
        down = [(key, link) for key, link in self._links.items() if link.state is LinkState.DOWN]
        if not down or now_s < self._next_try_s:
            return
        self._next_try_s = now_s + self._retry_s
        for (device, lane), link in down:
            try:
                if lane is Lane.ALARM:
                    will = self._simulation.goodbye(device, self._now_us())
                    topics = self._simulation.subscriptions(device)
                    link.connect(self._address, now_s, will=will, subscriptions=topics)
                else:
                    link.connect(self._address, now_s)
            except OSError as error:
                self._away(error.strerror or str(error))
                return

    def _away(self, reason: str) -> None:
        """Say once that the broker is away, and try less and less often."""
        self._retry_s = min(2.0 * self._retry_s, RETRY_MAX_S)
        if not self._is_away:
            self._is_away = True
            self._tell(
                f"no MQTT broker answers at {self._address} ({reason}); trying until one does"
            )

    def _notice_changes(self) -> None:
        """Tell the simulation which devices came or went since the last look."""
        for (device, lane), link in self._links.items():
            if link.state is LinkState.REFUSED:
                self._refused(device, link)
            is_up = link.state is LinkState.UP
            if is_up == self._up.get(link, False):
                continue
            self._up[link] = is_up
            if is_up:
                self._came(device, lane)
            else:
                self._went(device, lane)

    def _came(self, device: str, lane: Lane) -> None:
        self._was_up = True
        if lane is Lane.ALARM:
            self._publish(self._simulation.connected(device, self._now_us()))
        if all(self._up.get(link, False) for link in self._links.values()):
            self._retry_s = RETRY_MIN_S
            if self._is_away:
                self._tell(f"the broker at {self._address} answers again")
            self._is_away = False

    def _went(self, device: str, lane: Lane) -> None:
        if lane is Lane.ALARM:
            self._simulation.disconnected(device, self._now_us())
        self._next_try_s = time.monotonic() + self._retry_s
        self._away("connection lost")

    def _refused(self, device: str, link: Link) -> None:
        link.drop()
        what = f"the broker at {self._address} refuses {device}: wrong name or password"
        if not self._was_up:
            raise CredentialsError(what, fix="give the hub's own --credentials file")
        # It knew us a moment ago: it may be starting, with its accounts still to be read.
        self._away("it refuses us")

    def _receive(self, device: str, topic: str, payload: bytes) -> None:
        self._publish(self._simulation.receive(device, topic, payload, self._now_us()))

    def _publish(self, sends: list[Send]) -> None:
        for send in sends:
            self._links[send.device, send.lane].publish(send)

    def _part(self, selector: selectors.BaseSelector) -> None:
        """Say goodbye for every device, and wait a moment until the broker has it."""
        self._tell_story()
        pending = []
        for (device, lane), link in self._links.items():
            if lane is Lane.ALARM and link.state is LinkState.UP:
                pending.append(link.publish(self._simulation.goodbye(device, self._now_us())))
        deadline_s = time.monotonic() + GOODBYE_MAX_S
        while time.monotonic() < deadline_s and any(
            info is not None and not info.is_published() for info in pending
        ):
            self._serve(selector, WAIT_MAX_S)
        for link in self._links.values():
            link.drop()


def _password(device: str, passwords: Mapping[str, str] | None) -> str | None:
    if passwords is None:
        return None
    if device not in passwords:
        what = f"the credentials have no password for {device}"
        raise CredentialsError(
            what, fix="give the --credentials file of the hub that has this site"
        )
    return passwords[device]
