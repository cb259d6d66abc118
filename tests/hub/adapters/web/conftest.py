"""A web adapter on a free port of this machine, with a real server before a hub that is made up."""

import asyncio
import http.client
import json
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import websockets
from argon2 import PasswordHasher
from fastapi import FastAPI
from msgspec import UNSET, Struct
from patience import PATIENCE_S

from hub.adapters.store.audit import Audit
from hub.adapters.store.users import Users
from hub.adapters.store.users_file import UsersFile
from hub.adapters.web.application import create_app
from hub.adapters.web.live import LiveHub
from hub.adapters.web.needs import Desk, Needs
from hub.adapters.web.server import WebServer, bind
from wire.actions import OperatorAction
from wire.coverage import PlaceCoverageView
from wire.feed import (
    ActionReply,
    AlertView,
    Delta,
    EastNorth,
    HubView,
    SiteView,
    Snapshot,
    TrackColumns,
    TrackView,
)
from wire.labels import AlertState, Label, Priority, Role
from wire.review import EvidenceView, HandoverView, KpiView, Location, MethaneView

PASSWORD = "correct-horse-battery"
NOW_US = 1_800_000_000_000_000
ULID = "01JZZZZZZZZZZZZZZZZZZZZZZZ"


def a_snapshot(role: Role = Role.OPERATOR, number: int = 0, padding: int = 0) -> Snapshot:
    corner = EastNorth(east_m=0.0, north_m=0.0)
    site = SiteView(
        id="square", name="Square", origin_lat_deg=52.0, origin_lon_deg=5.0, bounds=(corner, corner)
    )
    tracks = TrackColumns(number=bytes(padding))
    return Snapshot(number=number, at_us=NOW_US, role=role, site=site, hub=HubView(), tracks=tracks)


def a_delta(number: int, padding: int = 0) -> Delta:
    return Delta(number=number, at_us=NOW_US, tracks=TrackColumns(number=bytes(padding)))


def an_alert(number: int = 1) -> AlertView:
    return AlertView(
        id=ULID,
        number=number,
        rule="gate",
        rule_kind="intrusion",
        priority=Priority.HIGH,
        state=AlertState.ACKNOWLEDGED,
        active=True,
        summary="somebody is in the gate",
        raised_us=NOW_US,
        changed_us=NOW_US,
        acknowledged_by="Olga",
    )


def a_track(number: int) -> TrackView:
    return TrackView(
        number=number,
        label=Label.PERSON,
        at=EastNorth(east_m=1.0, north_m=2.0),
        speed_mps=1.0,
        heading_deg=0.0,
        sigma_major_m=1.0,
        sigma_minor_m=1.0,
        sigma_azimuth_deg=0.0,
        born_us=NOW_US,
        updated_us=NOW_US,
        confirmed=True,
        coasting=False,
        existence=1.0,
    )


def a_place_coverage(place: tuple[float, float]) -> PlaceCoverageView:
    at = EastNorth(east_m=place[0], north_m=place[1])
    return PlaceCoverageView(at=at, at_us=NOW_US, probability=0.9)


class Answer(Struct):
    """An HTTP answer, read whole."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class MadeUpPast:
    """Answers about one alert and one incident, both with the id `ULID`."""

    def __init__(self, now_us: Callable[[], int]) -> None:
        self._now_us = now_us

    async def evidence(self, alert: str) -> EvidenceView | None:
        return EvidenceView(alert=an_alert()) if alert == ULID else None

    async def kpi(self, hours: float) -> KpiView:
        end_us = self._now_us()
        return KpiView(start_us=end_us - round(hours * 3600e6), end_us=end_us, operators=1)

    async def handover(self, hours: float, by: str) -> HandoverView:
        kpi = await self.kpi(hours)
        return HandoverView(site="Square", start_us=kpi.start_us, end_us=kpi.end_us, by=by, kpi=kpi)

    def markdown(self, sheet: HandoverView) -> str:
        return f"# {sheet.by}"

    async def methane_of_alert(self, alert: str) -> MethaneView | None:
        return self._report("alerts") if alert == ULID else None

    async def methane_of_incident(self, incident: str) -> MethaneView | None:
        return self._report("incidents") if incident == ULID else None

    def _report(self, title: str) -> MethaneView:
        return MethaneView(
            id=ULID,
            title=title,
            at_us=self._now_us(),
            major_incident="not declared",
            location=Location(site="Square", lat_deg=52.0, lon_deg=5.0, exact=True),
            type=(),
            hazards=(),
            access=(),
            casualties=(),
            text="",
        )


class RunningHub:
    """What a test can see and turn."""

    def __init__(self, folder: Path) -> None:
        self.file = UsersFile(folder / "users.db")
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        self.users = Users(self.file, lambda: self.now_us, cheap)
        self.audit = Audit(self.file, lambda: self.now_us)
        self.now_us = time.time_ns() // 1000
        self.asked: list[OperatorAction] = []
        self.snapshot: Callable[[Role], Snapshot] = a_snapshot
        self.reply: Callable[[OperatorAction], ActionReply | None] = lambda action: ActionReply(
            id=action.id, accepted=True
        )
        self.view = HubView()
        self.alerts = [an_alert()]
        self.track: Callable[[int], TrackView | None] = lambda number: (
            a_track(number) if number == 7 else None
        )
        self.live = LiveHub(self.current_snapshot, clients_max=8)
        self.dashboards = folder / "static"
        self.public_origin = ""
        self.plans: Desk | None = None
        self.port = 0
        self.server: WebServer | None = None
        self.task: asyncio.Task[None] | None = None
        for role in Role:
            self.users.add(f"a-{role}", role, PASSWORD, f"A {role}")

    def start(self, app: FastAPI, listener: socket.socket) -> None:
        self.server = WebServer(app)
        self.task = asyncio.create_task(self.server.serve([listener]))

    async def stop(self) -> None:
        assert self.server is not None
        assert self.task is not None
        self.server.stop()
        await self.task

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def current_snapshot(self, role: Role) -> Snapshot:
        return self.snapshot(role)

    def current_track(self, number: int) -> TrackView | None:
        return self.track(number)

    def needs(self) -> Needs:
        return Needs(
            accounts=self.users,
            audit=self.audit,
            snapshot=self.current_snapshot,
            track=self.current_track,
            coverage=a_place_coverage,
            hub_view=lambda: self.view,
            ask=self._ask,
            history=self._history,
            now_us=lambda: self.now_us,
            reviews=MadeUpPast(lambda: self.now_us),
            plans=self.plans,
            counts=lambda: [("refusals", "Refused.", 3.0)],
        )

    def _ask(self, action: OperatorAction) -> None:
        self.asked.append(action)
        reply = self.reply(action)
        if reply is not None:
            self.live.reply(reply)

    async def _history(self, limit: int) -> list[AlertView]:
        return self.alerts[:limit]

    async def ask(
        self,
        method: str,
        path: str,
        body: object = UNSET,
        *,
        cookie: str = "",
        raw: bytes | None = None,
        **headers: str,
    ) -> Answer:
        """Send one request as a browser on our own page would; a header `None` is left out."""
        sent = {"X-Vedette": "1", "Origin": self.origin}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if cookie:
            sent["Cookie"] = cookie
        payload = raw if raw is not None else (json.dumps(body) if body is not UNSET else None)
        wanted = {name: value for name, value in sent.items() if value}
        return await asyncio.to_thread(self._fetch, method, path, payload, wanted)

    def _fetch(
        self, method: str, path: str, payload: str | bytes | None, headers: dict[str, str]
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            connection.request(method, path, payload, headers)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(status=response.status, headers=found, body=response.read())
        finally:
            connection.close()

    async def sign_in(self, role: Role = Role.OPERATOR) -> str:
        """Return the cookie of somebody with this role."""
        body = {"name": f"a-{role}", "password": PASSWORD}
        answer = await self.ask("POST", "/api/session", body)
        assert answer.status == 200, answer.body
        return answer.headers["set-cookie"].partition(";")[0]

    @asynccontextmanager
    async def watch(
        self, cookie: str, query: str = "", origin: str | None = None
    ) -> AsyncIterator[websockets.ClientConnection]:
        """Open the feed."""
        async with websockets.connect(
            f"ws://127.0.0.1:{self.port}/feed{query}",
            origin=websockets.Origin(self.origin if origin is None else origin),
            additional_headers={"Cookie": cookie},
            max_size=None,
            open_timeout=PATIENCE_S,
            ping_interval=None,
        ) as socket:
            yield socket


Serve = Callable[..., Awaitable[RunningHub]]


@pytest.fixture
async def serve(tmp_path: Path) -> AsyncIterator[Serve]:
    """Return a function that starts a hub on a free port; it ends with the test."""
    running: list[RunningHub] = []

    async def start(
        *, public_origin: str = "", answer_s_max: float = PATIENCE_S, plans: Desk | None = None
    ) -> RunningHub:
        one = RunningHub(tmp_path)
        one.plans = plans
        listener = bind("127.0.0.1", 0)
        one.port = listener.getsockname()[1]
        app = create_app(
            one.needs(),
            one.live,
            public_origin=public_origin,
            dashboards=one.dashboards,
            answer_s_max=answer_s_max,
        )
        one.start(app, listener)
        running.append(one)
        return one

    yield start
    for one in running:
        await one.stop()
        one.file.close()


@pytest.fixture
async def hub(serve: Serve) -> RunningHub:
    """Return a running hub."""
    return await serve()
