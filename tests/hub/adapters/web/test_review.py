from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wire.labels import Role

if TYPE_CHECKING:
    from tests.hub.adapters.web.conftest import RunningHub

KNOWN = "01JZZZZZZZZZZZZZZZZZZZZZZZ"
UNKNOWN = "01JZZZZZZZZZZZZZZZZZZZZZZ0"

PATHS = [
    f"/api/alerts/{KNOWN}/evidence",
    f"/api/alerts/{KNOWN}/methane",
    f"/api/incidents/{KNOWN}/methane",
    "/api/kpi",
    "/api/handover",
]


def audited(hub: RunningHub) -> list[tuple[str, str]]:
    return [(line.kind, line.detail) for line in hub.audit.lines() if line.kind != "sign_in"]


async def test_the_evidence_of_an_alert_is_told_and_who_read_it_is_written_down(
    hub: RunningHub,
) -> None:
    answer = await hub.ask("GET", PATHS[0], cookie=await hub.sign_in())

    assert answer.status == 200
    assert answer.json()["alert"]["id"] == KNOWN
    assert answer.headers["cache-control"] == "no-store"
    assert audited(hub) == [("read_evidence", KNOWN)]
    assert hub.audit.lines(1)[0].who == "a-operator"


@pytest.mark.parametrize("path", PATHS[1:3])
async def test_a_report_of_an_alert_and_of_an_incident_is_told(hub: RunningHub, path: str) -> None:
    answer = await hub.ask("GET", path, cookie=await hub.sign_in())

    assert answer.status == 200
    assert answer.json()["title"] == path.split("/")[2]
    assert audited(hub) == [("read_methane", KNOWN)]


@pytest.mark.parametrize("path", PATHS[:3])
async def test_what_the_journal_does_not_know_is_not_found(hub: RunningHub, path: str) -> None:
    path = path.replace(KNOWN, UNKNOWN)

    answer = await hub.ask("GET", path, cookie=await hub.sign_in())

    assert answer.status == 404
    assert answer.json()["what"] == f"the journal knows no such {path.split('/')[2][:-1]}"
    assert audited(hub)[0][1] == f"{UNKNOWN} not found"


@pytest.mark.parametrize(
    ("query", "hours"), [("", 8.0), ("?hours=0.25", 0.25), ("?hours=168", 168)]
)
async def test_figures_and_sheets_are_of_the_hours_asked_for(
    hub: RunningHub, query: str, hours: float
) -> None:
    cookie = await hub.sign_in()
    length_us = round(hours * 3600 * 1e6)

    kpi = (await hub.ask("GET", f"/api/kpi{query}", cookie=cookie)).json()
    sheet = (await hub.ask("GET", f"/api/handover{query}", cookie=cookie)).json()

    assert kpi["end_us"] - kpi["start_us"] == length_us
    assert sheet["end_us"] - sheet["start_us"] == length_us
    assert sheet["by"] == "A operator"
    assert audited(hub) == [("read_handover", f"{hours:g} h")]


async def test_a_sheet_is_a_page_for_who_asks_for_one(hub: RunningHub) -> None:
    cookie = await hub.sign_in()

    answer = await hub.ask("GET", "/api/handover?hours=8&format=markdown", cookie=cookie)

    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.body == b"# A operator"


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("/api/kpi?hours=0", "hours"),
        ("/api/kpi?hours=-8", "hours"),
        ("/api/kpi?hours=168.1", "hours"),
        ("/api/kpi?hours=nan", "hours"),
        ("/api/kpi?hours=inf", "hours"),
        ("/api/kpi?hours=many", "hours"),
        ("/api/handover?hours=0.1", "hours"),
        ("/api/handover?hours=1e9", "hours"),
        ("/api/handover?format=pdf", "format"),
        ("/api/alerts/17/evidence", "identity"),
        (f"/api/alerts/{KNOWN}X/evidence", "identity"),
        (f"/api/alerts/{KNOWN.lower()}/evidence", "identity"),
        (f"/api/alerts/{KNOWN}%0A/evidence", "identity"),
        ("/api/alerts/8" + "Z" * 25 + "/methane", "identity"),
        ("/api/incidents/%27%3B--/methane", "identity"),
    ],
)
async def test_a_parameter_beyond_its_limit_is_refused_and_named(
    hub: RunningHub, path: str, wrong: str
) -> None:
    answer = await hub.ask("GET", path, cookie=await hub.sign_in())

    assert answer.status == 422
    assert answer.json()["fix"] == f"correct {wrong} in the address"
    assert audited(hub) == []


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("role", [Role.WALL, Role.FIELD])
async def test_a_wall_and_a_field_team_do_not_look_back(
    hub: RunningHub, path: str, role: Role
) -> None:
    assert (await hub.ask("GET", path, cookie=await hub.sign_in(role))).status == 403
    assert audited(hub) == []


@pytest.mark.parametrize("path", PATHS)
async def test_who_is_not_signed_in_is_told_nothing_of_the_past(hub: RunningHub, path: str) -> None:
    assert (await hub.ask("GET", path)).status == 401


@pytest.mark.parametrize("path", PATHS)
async def test_nothing_of_the_past_can_be_changed(hub: RunningHub, path: str) -> None:
    assert (await hub.ask("POST", path, {}, cookie=await hub.sign_in())).status == 405
