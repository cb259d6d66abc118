"""People who never rest, at a hub that dies: they ask again by the same id until it answers."""

import http.client
import json
import os
import random
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from itertools import islice

import msgspec
from end_to_end.crossing import SIREN
from end_to_end.kill_plan import HELP, PANIC
from end_to_end.processes import Hub
from end_to_end.screen import Screen
from websockets.exceptions import WebSocketException

from bench.kill_books import Told
from wire.actions import Acknowledge, ActionRequest, AskKind, Clear, Order
from wire.feed import AlertView
from wire.ids import ulid
from wire.labels import ActuatorAction, AlertOutcome, AlertState, RunState

PAUSE_S = 0.3
# Between two looks at the screen: enough to catch up where a hub was away.
AT_ONCE = 8
# An answer needs a frame to show on the screen; who asks again before that is refused.
AGAIN_S = 3.0
ORDERS_RATIO = 0.05


class HubHasGoneError(Exception):
    """It does not answer, or does not know us any more."""


class Person(threading.Thread, ABC):
    """Somebody at a screen, who asks for one thing after another."""

    def __init__(self, name: str, hub: Hub, seed: int) -> None:
        super().__init__(name=name, daemon=True)
        self.answers: list[Told] = []
        self.strange: list[str] = []
        self.waiting: tuple[str, AskKind, int] | None = None  # Asked, and not answered yet.
        self.open_count = -1  # Of what they see to, as the screen showed it last.
        self.user, self.password = "", ""  # The hub's first user, unless set.
        self._hub = hub
        self._dice = random.Random(seed)
        self._asked_s: dict[str, float] = {}
        self._stopped = threading.Event()
        self._quiet = threading.Event()

    def run(self) -> None:
        """Work until told to stop; a hub that is away is looked for again."""
        while not self._stopped.wait(PAUSE_S):
            try:
                with Screen(self._hub, self.user, self.password) as screen:
                    self._work(screen)
            except (OSError, WebSocketException, http.client.HTTPException, HubHasGoneError):
                continue
            except (ValueError, KeyError):  # Half an answer: it died while it spoke.
                continue

    def rest(self) -> None:
        """Begin nothing more; only see to what is open."""
        self._quiet.set()

    def stop(self) -> None:
        """Go home."""
        self._stopped.set()
        self.join()

    @abstractmethod
    def _wishes(self, screen: Screen) -> Iterator[AskKind]:
        """Yield what to ask now, the most urgent first."""

    @abstractmethod
    def _open(self, screen: Screen) -> int:
        """Return how much there is to see to."""

    def _told(self, answer: Told) -> None:
        """Remember what the hub said."""
        self.answers.append(answer)

    def _may_begin(self, ratio: float) -> bool:
        """Whether to begin something new, by chance."""
        return not self._quiet.is_set() and self._dice.random() < ratio

    def _may_ask(self, key: str) -> bool:
        """Whether the last time of asking this is long enough ago; if so, it is now."""
        now_s = time.monotonic()
        if now_s - self._asked_s.get(key, 0.0) <= AGAIN_S:
            return False
        self._asked_s[key] = now_s
        return True

    def _work(self, screen: Screen) -> None:
        while not self._stopped.is_set():
            screen.frames(PAUSE_S)
            self.open_count = self._open(screen)
            if self.waiting is not None:
                self._ask(screen)
            for ask in islice(self._wishes(screen), AT_ONCE):
                self.waiting = (ulid(time.time_ns() // 1000, os.urandom(10)), ask, 0)
                self._ask(screen)

    def _ask(self, screen: Screen) -> None:
        """Ask what waits. Without an answer it goes on waiting, and is asked again as it is."""
        assert self.waiting is not None
        identity, ask, tries = self.waiting
        self.waiting = (identity, ask, tries + 1)
        body = msgspec.json.encode(ActionRequest(id=identity, ask=ask))
        status, reply = screen.request("POST", "/api/actions", body)
        if status not in (200, 409):
            # A hub that has just begun knows no sign-in of the one before it.
            if status not in (401, 503):
                self.strange.append(f"{status} {json.dumps(reply)}")
            raise HubHasGoneError
        answer = Told(
            id=identity,
            ask=ask,
            accepted=status == 200,
            reason=str(reply.get("reason", "")),
            tries=tries + 1,
        )
        self._told(answer)
        self.waiting = None


class Hand(Person):
    """Acknowledges and clears whatever the buttons raise, and now and then orders a siren."""

    def __init__(self, hub: Hub, seed: int) -> None:
        super().__init__("hand", hub, seed)

    def _open(self, screen: Screen) -> int:
        return len(screen.alerts_of(PANIC)) + len(screen.alerts_of(HELP))

    def _wishes(self, screen: Screen) -> Iterator[AskKind]:
        if self._may_begin(ORDERS_RATIO):
            yield Order(actuator=SIREN, action=ActuatorAction.SOUND, reason="by hand")
        for alert in list(screen.alerts.values()):
            ask = _needed(alert, screen)
            if ask is not None and self._may_ask(f"{alert.id}/{alert.state}"):
                yield ask


def _needed(alert: AlertView, screen: Screen) -> AskKind | None:
    if alert.state in (AlertState.UNACKNOWLEDGED, AlertState.CLEARED_UNACKNOWLEDGED):
        return Acknowledge(alert=alert.id)
    if alert.state is not AlertState.ACKNOWLEDGED or alert.rule not in (PANIC, HELP):
        return None
    runs = [run for run in screen.runs.values() if run.alert == alert.id]
    if any(run.state is RunState.RUNNING for run in runs) and alert.rule == HELP:
        return None  # Its playbook would end with it.
    return Clear(alert=alert.id, note="a trial", outcome=AlertOutcome.TEST)
