from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from hub.adapters.web import live as live_module
from wire.actions import Acknowledge
from wire.feed import ActionReply
from wire.labels import Role

if TYPE_CHECKING:
    from tests.hub.adapters.web.conftest import RunningHub, Serve

ID = "01JZZZZZZZZZZZZZZZZZZZZZZA"
ALERT = "01JZZZZZZZZZZZZZZZZZZZZZZB"


def an_acknowledgement(**changes: object) -> dict[str, object]:
    return {"id": ID, "ask": {"kind": "acknowledge", "alert": ALERT}} | changes


async def test_what_is_asked_carries_who_asks_and_when(hub: RunningHub) -> None:
    cookie = await hub.sign_in(Role.SUPERVISOR)

    answer = await hub.ask("POST", "/api/actions", an_acknowledgement(), cookie=cookie)

    (action,) = hub.asked
    assert answer.status == 200
    assert answer.json() == {"id": ID, "accepted": True}
    assert action.operator == "A supervisor"
    assert action.role is Role.SUPERVISOR
    assert action.asked_us == hub.now_us
    assert action.ask == Acknowledge(alert=ALERT)


async def test_a_person_of_the_field_asks_in_the_name_of_their_team(hub: RunningHub) -> None:
    cookie = await hub.sign_in(Role.FIELD)
    hub.users.set_team("a-field", "team-alpha")

    await hub.ask("POST", "/api/actions", an_acknowledgement(), cookie=cookie)

    (action,) = hub.asked
    assert action.team == "team-alpha"


async def test_a_no_from_the_hub_is_a_conflict_with_its_reason(hub: RunningHub) -> None:
    hub.reply = lambda action: ActionReply(id=action.id, accepted=False, reason="it is closed")

    answer = await hub.ask("POST", "/api/actions", an_acknowledgement(), cookie=await hub.sign_in())

    assert answer.status == 409
    assert answer.json()["accepted"] is False
    assert answer.json()["reason"] == answer.json()["what"] == "it is closed"


async def test_no_answer_in_time_is_said_to_be_unconfirmed(serve: Serve) -> None:
    hub = await serve(answer_s_max=0.01)
    hub.reply = lambda _action: None

    answer = await hub.ask("POST", "/api/actions", an_acknowledgement(), cookie=await hub.sign_in())

    assert answer.status == 503
    assert answer.json()["what"].startswith("not confirmed")
    assert "alert list" in answer.json()["fix"]


@pytest.mark.parametrize("role", [Role.WALL, Role.AUDITOR])
async def test_who_only_looks_may_ask_nothing(hub: RunningHub, role: Role) -> None:
    cookie = await hub.sign_in(role)

    answer = await hub.ask("POST", "/api/actions", an_acknowledgement(), cookie=cookie)

    assert answer.status == 403
    assert not hub.asked


async def test_nobody_asks_without_being_signed_in(hub: RunningHub) -> None:
    answer = await hub.ask("POST", "/api/actions", an_acknowledgement())

    assert answer.status == 401
    assert not hub.asked


async def test_a_page_of_another_site_cannot_ask(hub: RunningHub) -> None:
    cookie = await hub.sign_in()

    without_header = await hub.ask(
        "POST", "/api/actions", an_acknowledgement(), cookie=cookie, X_Vedette=""
    )
    elsewhere = await hub.ask(
        "POST", "/api/actions", an_acknowledgement(), cookie=cookie, Origin="http://evil.example"
    )

    assert (without_header.status, elsewhere.status) == (403, 403)
    assert not hub.asked


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (an_acknowledgement(id="no ulid"), "$.id"),
        (an_acknowledgement(ask={"kind": "acknowledge"}), "alert"),
        (an_acknowledgement(ask={"kind": "launch"}), "$.ask.kind"),
        (an_acknowledgement(operator="Mallory"), "operator"),
    ],
)
async def test_a_wrong_field_is_named(hub: RunningHub, body: dict[str, object], field: str) -> None:
    answer = await hub.ask("POST", "/api/actions", body, cookie=await hub.sign_in())

    assert answer.status == 422
    assert field in answer.json()["what"]
    assert not hub.asked


async def test_asking_twice_at_once_with_one_id_answers_both(hub: RunningHub) -> None:
    cookie = await hub.sign_in()
    hub.reply = lambda action: (
        ActionReply(id=action.id, accepted=True) if len(hub.asked) == 2 else None
    )

    answers = await asyncio.gather(
        *(hub.ask("POST", "/api/actions", an_acknowledgement(), cookie=cookie) for _ in range(2))
    )

    assert [answer.status for answer in answers] == [200, 200]


async def test_more_questions_than_the_hub_takes_are_refused_and_not_asked(
    hub: RunningHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_module, "ASKED_MAX", 0)

    answer = await hub.ask("POST", "/api/actions", an_acknowledgement(), cookie=await hub.sign_in())

    assert answer.status == 503
    assert not hub.asked


async def test_an_answer_that_nobody_waits_for_is_dropped(hub: RunningHub) -> None:
    hub.live.reply(ActionReply(id=ID, accepted=True))


async def test_every_action_and_its_outcome_is_in_the_audit_trail(hub: RunningHub) -> None:
    cookie = await hub.sign_in()
    await hub.ask("POST", "/api/actions", an_acknowledgement(), cookie=cookie)
    hub.reply = lambda action: ActionReply(id=action.id, accepted=False, reason="it is closed")
    await hub.ask("POST", "/api/actions", an_acknowledgement(), cookie=cookie)

    refused, accepted = hub.audit.lines(limit=2)

    assert (accepted.who, accepted.kind) == ("a-operator", "ask_acknowledge")
    assert accepted.detail == f"{ID} accepted"
    assert refused.detail == f"{ID} refused: it is closed"
