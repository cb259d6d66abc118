"""An operator at a real hub: signs in, keeps the picture up to date from the feed, and asks."""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self, TypeVar

import msgspec
from end_to_end.processes import Hub
from patience import PATIENCE_S, until
from websockets.sync.client import connect
from websockets.typing import Origin

from wire.actions import ActionRequest, AskKind
from wire.columns import rows
from wire.feed import (
    ActuatorView,
    AlertView,
    CommandView,
    Frame,
    HubView,
    RefusalView,
    SensorView,
    Snapshot,
    StepView,
    TrackRow,
)
from wire.ids import ulid
from wire.work import RunView, TaskView, TeamView

FoundT = TypeVar("FoundT")
LOOK_S = 0.2
LASTING = (
    *("id", "number", "rule", "priority", "state", "active", "summary", "raised_us"),
    *("acknowledged_by", "acknowledged_us", "shelved_by", "shelved_until_us", "shelve_reason"),
    *("repeats", "sensors", "simulated"),
)
"""What an alert keeps through a restart of the hub."""


class Screen:
    """One client of the API and of the feed."""

    def __init__(self, hub: Hub, name: str = "", password: str = "") -> None:
        self._url = hub.url
        self._cookie = self._signed_in(name or hub.user, password or hub.password)
        self.hub = HubView()
        self.alerts: dict[str, AlertView] = {}
        self.sensors: dict[str, SensorView] = {}
        self.actuators: dict[str, ActuatorView] = {}
        self.commands: dict[str, CommandView] = {}
        self.runs: dict[str, RunView] = {}
        self.tasks: dict[str, TaskView] = {}
        self.teams: dict[str, TeamView] = {}
        self.refusals: dict[tuple[str, str], RefusalView] = {}
        self.tracks: dict[int, TrackRow] = {}
        self._socket = connect(
            f"{self._url.replace('http', 'ws')}/feed?format=msgpack",
            origin=Origin(self._url),
            additional_headers={"Cookie": self._cookie},
            max_size=None,
            open_timeout=PATIENCE_S,
            # A test that looks elsewhere for a while is not gone: it may wait for others, and all
            # that comes meanwhile, the hub's pings too, is taken for it.
            ping_interval=None,
            max_queue=None,
        )
        self._frame(PATIENCE_S)  # The snapshot.

    # --- Looking --------------------------------------------------------------------------------

    def until(
        self, fact: Callable[[], FoundT | None], what: str, within_s: float = PATIENCE_S
    ) -> FoundT:
        """Watch the feed until something is so and return it."""
        deadline_s = time.monotonic() + within_s
        while not (found := fact()):
            shown = [f"A-{one.number} {one.summary} {one.state}" for one in self.alerts.values()]
            steps = [(one.step, one.state, one.note) for one in self.steps()]
            assert time.monotonic() < deadline_s, (
                f"not within {within_s:.0f} s: {what}; shown: {shown} {steps} "
                f"{[*self.refusals]} {self.hub.faults}"
            )
            self._frame()
        return found

    def frames(self, span_s: float) -> None:
        """Watch the feed for so long."""
        end_s = time.monotonic() + span_s
        while time.monotonic() < end_s:
            self._frame()

    def alerts_of(self, rule: str) -> list[AlertView]:
        """Return the open alerts of a rule, the oldest first."""
        found = [one for one in self.alerts.values() if one.rule == rule]
        return sorted(found, key=lambda one: one.number)

    def alert_of(self, rule: str) -> AlertView | None:
        """Return the first open alert of a rule."""
        return next(iter(self.alerts_of(rule)), None)

    def open_alerts(self) -> list[dict[str, Any]]:
        """Return of every open alert all that a restart must not change.

        That an actuator has not answered is news of its own, and may come at any moment.
        """
        every = (one for one in self.alerts.values() if one.rule != "actuator-fault")
        alerts = sorted(every, key=lambda one: one.number)
        return [{name: getattr(one, name) for name in LASTING} for one in alerts]

    def steps(self, alert: str = "") -> list[StepView]:
        """Return the steps of an alert, or of all."""
        every = self.alerts.values()
        return [step for one in every if alert in ("", one.id) for step in one.steps]

    def step(self, alert: str, name: str) -> StepView:
        """Return one step of an alert."""
        return next(one for one in self.steps(alert) if one.step == name)

    def _frame(self, within_s: float = LOOK_S) -> None:
        try:
            payload = self._socket.recv(timeout=within_s)
        except TimeoutError:
            return
        assert isinstance(payload, bytes)
        frame = msgspec.msgpack.decode(payload, type=Frame)
        if isinstance(frame, Snapshot):
            for held in (self.alerts, self.commands, self.runs, self.tasks, self.tracks):
                held.clear()
        else:
            for key in frame.alerts_gone:
                self.alerts.pop(key, None)
            for key in frame.commands_gone:
                self.commands.pop(key, None)
            for key in frame.runs_gone:
                self.runs.pop(key, None)
            for key in frame.tasks_gone:
                self.tasks.pop(key, None)
            for number in frame.tracks_gone:
                self.tracks.pop(number, None)
        self._take(frame)

    def _take(self, frame: Frame) -> None:
        self.alerts |= {one.id: one for one in frame.alerts}
        self.sensors |= {one.id: one for one in frame.sensors}
        self.actuators |= {one.id: one for one in frame.actuators}
        self.commands |= {one.id: one for one in frame.commands}
        self.runs |= {one.id: one for one in frame.runs}
        self.teams |= {one.id: one for one in frame.teams}
        self.tasks |= {one.id: one for one in frame.tasks}
        self.refusals |= {(one.source, one.code): one for one in frame.refusals}
        if frame.tracks is not None:
            self.tracks |= {one.number: one for one in rows(frame.tracks)}
        if frame.hub is not None:
            self.hub = frame.hub

    # --- Asking ---------------------------------------------------------------------------------

    def ask(self, ask: AskKind) -> tuple[int, dict[str, Any]]:
        """Ask the hub for something until it answers; return its status and its words."""
        identity = ulid(time.time_ns() // 1000, os.urandom(10))
        body = msgspec.json.encode(ActionRequest(id=identity, ask=ask))

        def answered() -> tuple[int, dict[str, Any]] | None:
            status, reply = self.request("POST", "/api/actions", body)
            return None if status == HTTPStatus.SERVICE_UNAVAILABLE else (status, reply)

        # A disk that is busy for seconds keeps the answer; the same id asks for the same thing.
        return until(answered, f"the hub answers {ask}")

    def request(self, method: str, path: str, body: bytes | None = None) -> tuple[int, Any]:
        """Make one request; return status and JSON."""
        headers = {"X-Vedette": "1", "Cookie": self._cookie}
        request = urllib.request.Request(self._url + path, body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def metric(self, name: str) -> float:
        """Return one of the hub's own figures."""
        with urllib.request.urlopen(f"{self._url}/metrics", timeout=PATIENCE_S) as answer:
            lines = answer.read().decode().splitlines()
        return float(next(line for line in lines if line.startswith(f"{name} ")).split()[1])

    def _signed_in(self, name: str, password: str) -> str:
        body = json.dumps({"name": name, "password": password}).encode()
        request = urllib.request.Request(
            f"{self._url}/api/session", body, {"X-Vedette": "1"}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return str(answer.headers["Set-Cookie"]).partition(";")[0]

    def close(self) -> None:
        """Go."""
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
