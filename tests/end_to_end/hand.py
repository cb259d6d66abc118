"""An operator who never rests, at a hub that dies: asks again by the same id until it answers."""

import http.client
import json
import os
import random
import threading
import time
from collections.abc import Iterator

import msgspec
from end_to_end.crossing import SIREN
from end_to_end.processes import Hub
from end_to_end.screen import Screen
from websockets.exceptions import WebSocketException

from bench.kill_books import Told
from wire.actions import Acknowledge, ActionRequest, AskKind, Clear, Order
from wire.feed import AlertView
from wire.ids import ulid
from wire.labels import ActuatorAction, AlertOutcome, AlertState

PAUSE_S = 0.3
# An answer needs a frame to show on the screen; who asks again before that is refused.
AGAIN_S = 3.0
ORDERS_RATIO = 0.05
PANIC = "panic"


class HubHasGoneError(Exception):
    """It does not answer, or does not know us any more."""


class Hand(threading.Thread):
    """Acknowledges and clears whatever the button raises, and now and then orders a siren."""

    def __init__(self, hub: Hub, seed: int) -> None:
        super().__init__(name="hand", daemon=True)
        self.answers: list[Told] = []
        self.strange: list[str] = []
        self.waiting: tuple[str, AskKind, int] | None = None  # Asked, and not answered yet.
        self.open_count = -1  # Of what the button raised, as the screen showed it last.
        self._hub = hub
        self._dice = random.Random(seed)
        self._asked_s: dict[str, float] = {}
        self._stopped = threading.Event()
        self._quiet = threading.Event()

    def run(self) -> None:
        """Work until told to stop; a hub that is away is looked for again."""
        while not self._stopped.wait(PAUSE_S):
            try:
                with Screen(self._hub) as screen:
                    self._work(screen)
            except (OSError, WebSocketException, http.client.HTTPException, HubHasGoneError):
                continue
            except (ValueError, KeyError):  # Half an answer: it died while it spoke.
                continue

    def rest(self) -> None:
        """Order nothing more; only see to what is open."""
        self._quiet.set()

    def stop(self) -> None:
        """Go home."""
        self._stopped.set()
        self.join()

    def _work(self, screen: Screen) -> None:
        while not self._stopped.is_set():
            screen.frames(PAUSE_S)
            self.open_count = len(screen.alerts_of(PANIC))
            if self.waiting is None:
                ask = next(self._wishes(screen), None)
                if ask is None:
                    continue
                self.waiting = (ulid(time.time_ns() // 1000, os.urandom(10)), ask, 0)
            self._ask(screen)

    def _wishes(self, screen: Screen) -> Iterator[AskKind]:
        """Yield what to ask now, the most urgent first."""
        if not self._quiet.is_set() and self._dice.random() < ORDERS_RATIO:
            yield Order(actuator=SIREN, action=ActuatorAction.SOUND, reason="by hand")
        for alert in list(screen.alerts.values()):
            ask = _needed(alert)
            key = f"{alert.id}/{alert.state}"
            if ask is not None and time.monotonic() - self._asked_s.get(key, 0.0) > AGAIN_S:
                self._asked_s[key] = time.monotonic()
                yield ask

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
        self.answers.append(answer)
        self.waiting = None


def _needed(alert: AlertView) -> AskKind | None:
    if alert.state in (AlertState.UNACKNOWLEDGED, AlertState.CLEARED_UNACKNOWLEDGED):
        return Acknowledge(alert=alert.id)
    if alert.rule == PANIC and alert.state is AlertState.ACKNOWLEDGED:
        return Clear(alert=alert.id, note="a trial", outcome=AlertOutcome.TEST)
    return None
