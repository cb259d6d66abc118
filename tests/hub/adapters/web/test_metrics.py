from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.requests import Request

from hub.adapters.web import metrics
from wire.feed import HubView
from wire.labels import Role

if TYPE_CHECKING:
    from tests.hub.adapters.web.conftest import RunningHub


async def test_a_program_on_this_machine_reads_the_metrics(hub: RunningHub) -> None:
    hub.view = HubView(tracks=12, dropped_scans=4)

    answer = await hub.ask("GET", "/metrics")

    text = answer.body.decode()
    assert answer.status == 200
    assert "vedette_tracks 12.0" in text
    assert "vedette_dropped_scans_total 4.0" in text
    assert "vedette_clients 0.0" in text
    assert "vedette_refusals_total 3.0" in text


async def test_what_a_proxy_hands_on_must_be_from_an_admin_or_an_auditor(hub: RunningHub) -> None:
    forwarded = {"X_Forwarded_For": "192.0.2.1"}

    stranger = await hub.ask("GET", "/metrics", **forwarded)
    operator = await hub.ask("GET", "/metrics", cookie=await hub.sign_in(), **forwarded)
    auditor = await hub.ask("GET", "/metrics", cookie=await hub.sign_in(Role.AUDITOR), **forwarded)

    assert [one.status for one in (stranger, operator, auditor)] == [401, 403, 200]


@pytest.mark.parametrize(
    ("client", "is_here"),
    [(("127.0.0.1", 1), True), (("::1", 1), True), (("192.0.2.1", 1), False), (None, False)],
)
def test_only_loopback_is_this_machine(client: tuple[str, int] | None, *, is_here: bool) -> None:
    request = Request({"type": "http", "headers": [], "client": client})

    assert metrics._is_from_this_machine(request) is is_here


async def test_a_hub_that_can_decide_is_healthy_even_without_a_broker(hub: RunningHub) -> None:
    hub.view = HubView(bus_connected=False, journal_ok=True)

    answer = await hub.ask("GET", "/healthz")

    assert answer.status == 200
    assert answer.json() == {"bus_connected": False, "journal_ok": True}


async def test_a_hub_that_cannot_write_its_journal_is_not_healthy(hub: RunningHub) -> None:
    hub.view = HubView(journal_ok=False)

    assert (await hub.ask("GET", "/healthz")).status == 503
