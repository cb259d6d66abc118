from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wire.labels import Role

if TYPE_CHECKING:
    from tests.hub.adapters.web.conftest import RunningHub


async def test_a_track_is_told_by_its_number(hub: RunningHub) -> None:
    answer = await hub.ask("GET", "/api/tracks/7", cookie=await hub.sign_in())

    assert answer.status == 200
    assert answer.json()["number"] == 7
    assert answer.headers["cache-control"] == "no-store"


async def test_a_track_that_ended_is_not_found(hub: RunningHub) -> None:
    answer = await hub.ask("GET", "/api/tracks/8", cookie=await hub.sign_in())

    assert answer.status == 404
    assert answer.json()["what"] == "there is no track 8 now"


async def test_who_should_see_a_place_is_told_by_its_coordinates(hub: RunningHub) -> None:
    path = "/api/coverage?east_m=-12.5&north_m=3"

    answer = await hub.ask("GET", path, cookie=await hub.sign_in())

    assert answer.status == 200
    assert answer.json()["at"] == {"east_m": -12.5, "north_m": 3.0}
    assert answer.json()["probability"] == 0.9


@pytest.mark.parametrize("east_m", ["nan", "inf", "10001", "west"])
async def test_a_place_that_is_none_is_refused(hub: RunningHub, east_m: str) -> None:
    path = f"/api/coverage?east_m={east_m}&north_m=3"

    answer = await hub.ask("GET", path, cookie=await hub.sign_in())

    assert answer.status == 422
    assert answer.json()["fix"] == "correct east_m in the address"


async def test_past_alerts_come_newest_first_and_bounded(hub: RunningHub) -> None:
    hub.alerts = hub.alerts * 5

    answer = await hub.ask("GET", "/api/alerts/history?limit=3", cookie=await hub.sign_in())

    assert len(answer.json()) == 3


@pytest.mark.parametrize("path", ["/api/alerts/history?limit=0", "/api/tracks/seven"])
async def test_a_parameter_that_does_not_fit_is_named(hub: RunningHub, path: str) -> None:
    answer = await hub.ask("GET", path, cookie=await hub.sign_in())

    assert answer.status == 422
    assert answer.json()["fix"] in {"correct limit in the address", "correct number in the address"}


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("/api/alerts/history", Role.WALL),
        ("/api/alerts/history", Role.FIELD),
        ("/api/tracks/7", Role.WALL),
        ("/api/coverage?east_m=0&north_m=0", Role.WALL),
        ("/api/coverage?east_m=0&north_m=0", Role.FIELD),
    ],
)
async def test_a_role_is_not_told_what_it_may_not_see(
    hub: RunningHub, path: str, role: Role
) -> None:
    assert (await hub.ask("GET", path, cookie=await hub.sign_in(role))).status == 403


@pytest.mark.parametrize("path", ["/api/alerts/history", "/api/tracks/7"])
async def test_a_stranger_is_told_nothing(hub: RunningHub, path: str) -> None:
    assert (await hub.ask("GET", path)).status == 401


async def test_a_bug_of_ours_is_said_without_its_inside(
    hub: RunningHub, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_number: int) -> None:
        message = "an inside matter"
        raise RuntimeError(message)

    cookie = await hub.sign_in()
    hub.track = broken

    answer = await hub.ask("GET", "/api/tracks/7", cookie=cookie)

    assert answer.status == 500
    assert b"inside matter" not in answer.body
    assert "log" in answer.json()["fix"]
    assert "an inside matter" in caplog.text
