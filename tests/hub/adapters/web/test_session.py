from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from patience import PATIENCE_S

from hub.adapters.store.users import SESSION_IDLE_MAX_US
from hub.adapters.web import bodies
from hub.adapters.web import session as session_module
from wire.labels import Role

if TYPE_CHECKING:
    from tests.hub.adapters.web.conftest import Answer, RunningHub, Serve

PASSWORD = "correct-horse-battery"


async def sign_in(
    hub: RunningHub, name: str = "a-operator", password: str = PASSWORD, **headers: str
) -> Answer:
    body = {"name": name, "password": password}
    return await hub.ask("POST", "/api/session", body, **headers)


async def test_the_right_password_opens_a_session(hub: RunningHub) -> None:
    answer = await sign_in(hub)

    assert answer.status == 200
    assert answer.json() == {"name": "a-operator", "display_name": "A operator", "role": "operator"}
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie


async def test_the_cookie_is_secure_where_the_hub_is_reached_by_https(serve: Serve) -> None:
    hub = await serve(public_origin="https://hub.example")

    answer = await sign_in(hub)

    assert "Secure" in answer.headers["set-cookie"]
    assert "max-age" in answer.headers["strict-transport-security"]


async def test_a_session_says_who_is_signed_in_until_they_sign_out(hub: RunningHub) -> None:
    cookie = await hub.sign_in(Role.SUPERVISOR)

    before = await hub.ask("GET", "/api/session", cookie=cookie)
    ended = await hub.ask("DELETE", "/api/session", cookie=cookie)
    after = await hub.ask("GET", "/api/session", cookie=cookie)

    assert before.json()["role"] == "supervisor"
    assert ended.status == 204
    assert after.status == 401
    assert set(after.json()) == {"what", "fix"}


async def test_signing_out_twice_is_no_error(hub: RunningHub) -> None:
    assert (await hub.ask("DELETE", "/api/session")).status == 204


async def test_a_session_ends_after_a_shift_without_use(hub: RunningHub) -> None:
    cookie = await hub.sign_in()

    hub.now_us += SESSION_IDLE_MAX_US + 1

    assert (await hub.ask("GET", "/api/session", cookie=cookie)).status == 401


async def test_use_keeps_a_session_open(hub: RunningHub) -> None:
    cookie = await hub.sign_in()

    for _ in range(3):
        hub.now_us += SESSION_IDLE_MAX_US - 1
        assert (await hub.ask("GET", "/api/session", cookie=cookie)).status == 200


@pytest.mark.parametrize(("name", "password"), [("a-operator", "wrong"), ("nobody", PASSWORD)])
async def test_a_wrong_name_and_a_wrong_password_are_refused_alike(
    hub: RunningHub, name: str, password: str
) -> None:
    answer = await sign_in(hub, name, password)

    assert answer.status == 401
    assert answer.json()["what"] == "the name or the password is wrong"
    assert "set-cookie" not in answer.headers


async def test_five_failures_in_a_minute_must_wait_even_with_the_right_password(
    hub: RunningHub,
) -> None:
    for _ in range(5):
        assert (await sign_in(hub, password="wrong")).status == 401

    answer = await sign_in(hub)

    assert answer.status == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 60


async def test_failures_of_one_name_lock_no_other_name_out(hub: RunningHub) -> None:
    for _ in range(6):
        await sign_in(hub, "a-admin", "wrong")

    assert (await sign_in(hub)).status == 200


async def test_one_address_that_tries_many_names_must_wait(hub: RunningHub) -> None:
    for number in range(30):
        await sign_in(hub, f"guess-{number}", "wrong")

    assert (await sign_in(hub)).status == 429


async def test_success_forgives_earlier_failures(hub: RunningHub) -> None:
    for _ in range(3):
        for _ in range(4):
            await sign_in(hub, password="wrong")
        assert (await sign_in(hub)).status == 200


async def test_more_sign_ins_at_once_than_can_be_checked_are_refused(
    hub: RunningHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "_WAITING_MAX", 0)

    answer = await sign_in(hub)

    assert answer.status == 503


async def test_sign_ins_and_refusals_are_in_the_audit_trail(hub: RunningHub) -> None:
    await sign_in(hub, password="wrong")
    cookie = await hub.sign_in()
    await hub.ask("DELETE", "/api/session", cookie=cookie)

    lines = [(line.who, line.kind) for line in reversed(hub.audit.lines())]

    assert lines == [
        ("a-operator", "sign_in_refused"),
        ("a-operator", "sign_in"),
        ("a-operator", "sign_out"),
    ]
    assert hub.audit.verify().line_count == 3


async def test_a_request_without_our_header_is_refused(hub: RunningHub) -> None:
    answer = await sign_in(hub, X_Vedette="")

    assert answer.status == 403
    assert "X-Vedette" in answer.json()["what"]


async def test_a_page_of_another_site_is_refused(hub: RunningHub) -> None:
    answer = await sign_in(hub, Origin="https://evil.example")

    assert answer.status == 403
    assert "https://evil.example" in answer.json()["what"]


async def test_a_program_without_an_origin_may_sign_in(hub: RunningHub) -> None:
    assert (await sign_in(hub, Origin="")).status == 200


async def test_a_proxy_before_the_hub_is_named_by_the_public_origin(serve: Serve) -> None:
    hub = await serve(public_origin="https://hub.example")

    assert (await sign_in(hub, Origin="https://hub.example")).status == 200
    assert (await sign_in(hub, Origin="http://hub.example")).status == 403


async def test_a_body_that_does_not_fit_names_the_field(hub: RunningHub) -> None:
    answer = await hub.ask("POST", "/api/session", {"name": "a-operator", "password": 5})

    assert answer.status == 422
    assert "$.password" in answer.json()["what"]


@pytest.mark.parametrize("raw", [b"{", b"\xff"])
async def test_a_body_that_is_no_json_is_refused(hub: RunningHub, raw: bytes) -> None:
    answer = await hub.ask("POST", "/api/session", raw=raw)

    assert answer.status == 400


async def test_a_body_that_does_not_come_is_not_waited_for(
    hub: RunningHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "_BODY_S_MAX", 0.01)
    reader, writer = await asyncio.open_connection("127.0.0.1", hub.port)
    head = "POST /api/session HTTP/1.1\r\nHost: hub\r\nX-Vedette: 1\r\nContent-Length: 9\r\n\r\n"
    writer.write(head.encode())

    status = await asyncio.wait_for(reader.readline(), PATIENCE_S)

    writer.close()
    await writer.wait_closed()
    assert b"408" in status


async def test_a_body_beyond_the_limit_is_refused_before_it_is_read(hub: RunningHub) -> None:
    answer = await hub.ask("POST", "/api/session", raw=b" " * 70_000)

    assert answer.status == 413
