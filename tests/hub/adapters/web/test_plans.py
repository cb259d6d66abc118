from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec
import pytest
from recorded_square import START, TEXT, WITH_PANIC, a_recording

from hub import plan_desk
from hub.adapters.store.plans import PlanStore
from hub.adapters.web.plans import PLAN_BYTES_MAX
from hub.core.site import Rule
from hub.plan_desk import PlanDesk, begin
from wire.labels import Role

if TYPE_CHECKING:
    from pathlib import Path

    from hub.core.inputs import PlanEdited
    from tests.hub.adapters.web.conftest import RunningHub, Serve

APPLY = {"text": WITH_PANIC, "based_on": 1, "reason": "the event begins"}
POSTS = [
    ("/api/plan/check", {"text": WITH_PANIC}),
    ("/api/plan/parts", {"text": WITH_PANIC}),
    ("/api/plan/edit", {"text": WITH_PANIC, "table": "rule", "id": "panic"}),
    ("/api/plan/try", {"text": WITH_PANIC}),
    ("/api/plan", APPLY),
]


class AnOffice:
    """A hub whose plan can be edited."""

    def __init__(self, folder: Path) -> None:
        file = folder / "site.toml"
        file.write_text(TEXT, encoding="utf-8")
        self.recording: Path | None = None
        self.put: list[PlanEdited] = []
        store = PlanStore(folder / "plans")
        self.desk = PlanDesk(
            begin(file, store, START),
            file,
            store,
            recording=lambda: self.recording,
            put_in_force=self.put.append,
            now_us=lambda: START,
        )


@pytest.fixture(autouse=True)
def _in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a trial have its turn: what gives way to all else waits for minutes on a busy machine."""
    monkeypatch.setattr(plan_desk, "_NICE", 0)


@pytest.fixture
def office(tmp_path: Path) -> AnOffice:
    return AnOffice(tmp_path)


@pytest.fixture
async def hub(serve: Serve, office: AnOffice) -> RunningHub:
    return await serve(plans=office.desk)


def audited(hub: RunningHub) -> list[tuple[str, str, str]]:
    return [
        (line.who, line.kind, line.detail) for line in hub.audit.lines() if line.kind != "sign_in"
    ]


# --- Reading ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "may_apply"),
    [(Role.SUPERVISOR, True), (Role.PLANNER, False), (Role.ADMIN, False), (Role.AUDITOR, False)],
)
async def test_the_plan_in_force_is_told_with_whether_who_asks_may_put_in_another(
    hub: RunningHub, role: Role, *, may_apply: bool
) -> None:
    answer = await hub.ask("GET", "/api/plan", cookie=await hub.sign_in(role))

    body = answer.json()
    assert answer.status == 200
    assert (body["version"], body["text"]) == (1, TEXT)
    assert body.get("may_apply", False) is may_apply
    assert [one["version"] for one in body["versions"]] == [1]


@pytest.mark.parametrize("role", [Role.WALL, Role.FIELD, Role.OPERATOR])
@pytest.mark.parametrize(
    "path", ["/api/plan", "/api/plan/parts", "/api/plan/schema", "/api/plan/versions/1"]
)
async def test_who_has_nothing_to_do_with_the_plan_does_not_read_it(
    hub: RunningHub, role: Role, path: str
) -> None:
    answer = await hub.ask("GET", path, cookie=await hub.sign_in(role))

    assert answer.status == 403


async def test_an_earlier_version_can_be_read_and_one_that_is_not_there_cannot(
    hub: RunningHub,
) -> None:
    cookie = await hub.sign_in(Role.AUDITOR)

    found = await hub.ask("GET", "/api/plan/versions/1", cookie=cookie)
    missing = await hub.ask("GET", "/api/plan/versions/2", cookie=cookie)
    silly = await hub.ask("GET", "/api/plan/versions/0", cookie=cookie)

    assert (found.status, found.json()["text"]) == (200, TEXT)
    assert (missing.status, silly.status) == (404, 422)
    assert "version 2" in missing.json()["what"]


async def test_a_form_is_built_from_the_schema_of_every_kind_of_rule(hub: RunningHub) -> None:
    answer = await hub.ask("GET", "/api/plan/schema", cookie=await hub.sign_in(Role.PLANNER))

    schema = answer.json()
    assert schema == json.loads(json.dumps(msgspec.json.schema(Rule)))
    kinds = schema["discriminator"]["mapping"]
    intrusion = schema["$defs"][kinds["intrusion"].rpartition("/")[2]]
    assert intrusion["properties"]["stay_min_s"]["maximum"] == 86_400.0


# --- Drafts -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.PLANNER, Role.ADMIN])
async def test_a_draft_is_checked_and_says_what_it_changes(hub: RunningHub, role: Role) -> None:
    cookie = await hub.sign_in(role)

    answer = await hub.ask("POST", "/api/plan/check", {"text": WITH_PANIC}, cookie=cookie)

    assert answer.status == 200
    assert answer.json()["changes"] == [{"section": "rules", "id": "panic", "change": "added"}]


async def test_a_mistake_in_a_draft_has_its_line_and_its_cure(hub: RunningHub) -> None:
    cookie = await hub.sign_in(Role.PLANNER)
    text = WITH_PANIC.replace("button_pressed", "button_presed")

    answer = await hub.ask("POST", "/api/plan/check", {"text": text}, cookie=cookie)

    problem = answer.json()["problem"]
    assert text.splitlines()[problem["line"] - 1] == 'cues = ["button_presed"]'
    assert "button_pressed" in problem["fix"]


async def test_a_part_of_a_draft_is_edited_and_the_draft_comes_back(hub: RunningHub) -> None:
    cookie = await hub.sign_in(Role.PLANNER)
    part = {"kind": "cue", "id": "panic", "cues": ["button_pressed"], "priority": "critical"}
    body = {"text": WITH_PANIC, "table": "rule", "id": "panic", "part": part}

    edited = await hub.ask("POST", "/api/plan/edit", body, cookie=cookie)
    parts = await hub.ask("POST", "/api/plan/parts", {"text": edited.json()["text"]}, cookie=cookie)

    assert "# Whoever edits this: ask the fire brigade first." in edited.json()["text"]
    assert parts.json()["rule"] == [part]


async def test_the_parts_in_force_are_told_and_those_of_a_bad_draft_are_refused(
    hub: RunningHub,
) -> None:
    cookie = await hub.sign_in(Role.PLANNER)

    now = await hub.ask("GET", "/api/plan/parts", cookie=cookie)
    bad = await hub.ask("POST", "/api/plan/parts", {"text": "[site"}, cookie=cookie)

    assert now.json()["rule"] == []
    assert (bad.status, set(bad.json())) == (422, {"what", "fix"})


# --- Putting into force -------------------------------------------------------------------------


async def test_a_supervisor_puts_a_draft_into_force_and_it_is_written_down(
    hub: RunningHub, office: AnOffice
) -> None:
    cookie = await hub.sign_in(Role.SUPERVISOR)

    answer = await hub.ask("POST", "/api/plan", APPLY, cookie=cookie)
    after = await hub.ask("GET", "/api/plan", cookie=cookie)

    assert (answer.status, answer.json()["version"]) == (200, 2)
    (edited,) = office.put
    assert (edited.version, edited.by, edited.reason) == (
        "2",
        "A supervisor",
        "the event begins",
    )
    assert after.json()["text"] == WITH_PANIC
    ((who, kind, detail),) = audited(hub)
    assert (who, kind) == ("a-supervisor", "plan_applied")
    assert detail.startswith("version 2 ")
    assert "the event begins" in detail


async def test_who_applies_what_is_not_based_on_the_plan_in_force_is_refused(
    hub: RunningHub, office: AnOffice
) -> None:
    cookie = await hub.sign_in(Role.SUPERVISOR)
    await hub.ask("POST", "/api/plan", APPLY, cookie=cookie)

    answer = await hub.ask("POST", "/api/plan", APPLY, cookie=cookie)

    assert answer.status == 409
    assert "version 2 is in force" in answer.json()["what"]
    assert len(office.put) == len(audited(hub)) == 1


async def test_a_draft_that_is_wrong_is_not_put_into_force(
    hub: RunningHub, office: AnOffice
) -> None:
    cookie = await hub.sign_in(Role.SUPERVISOR)

    answer = await hub.ask("POST", "/api/plan", {**APPLY, "text": "[site"}, cookie=cookie)

    assert answer.status == 409
    assert office.put == []
    assert audited(hub) == []


@pytest.mark.parametrize("reason", ["", "two\nlines"])
async def test_a_change_needs_a_reason_in_one_line(
    hub: RunningHub, office: AnOffice, reason: str
) -> None:
    cookie = await hub.sign_in(Role.SUPERVISOR)

    answer = await hub.ask("POST", "/api/plan", {**APPLY, "reason": reason}, cookie=cookie)

    assert answer.status == 422
    assert office.put == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SUPERVISOR])
async def test_nobody_but_a_supervisor_puts_a_plan_into_force(
    hub: RunningHub, office: AnOffice, role: Role
) -> None:
    answer = await hub.ask("POST", "/api/plan", APPLY, cookie=await hub.sign_in(role))

    assert answer.status == 403
    assert office.put == []


# --- What is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "body"), POSTS)
async def test_only_our_own_page_and_only_who_may_draft_can_ask(
    hub: RunningHub, office: AnOffice, path: str, body: object
) -> None:
    cookie = await hub.sign_in(Role.SUPERVISOR)

    strange = await hub.ask("POST", path, body, cookie=cookie, X_Vedette="")
    nobody = await hub.ask("POST", path, body)
    auditor = await hub.ask("POST", path, body, cookie=await hub.sign_in(Role.AUDITOR))

    assert strange.status in {400, 403}
    assert (nobody.status, auditor.status) == (401, 403)
    assert office.put == []


@pytest.mark.parametrize(("path", "body"), POSTS)
async def test_a_plan_has_a_largest_size(hub: RunningHub, path: str, body: object) -> None:
    assert isinstance(body, dict)
    large = {**body, "text": "#" * (PLAN_BYTES_MAX + 1)}

    answer = await hub.ask("POST", path, large, cookie=await hub.sign_in(Role.SUPERVISOR))

    assert answer.status == 413


async def test_a_hub_without_a_desk_has_no_such_address(serve: Serve) -> None:
    hub = await serve()

    answer = await hub.ask("GET", "/api/plan", cookie=await hub.sign_in(Role.SUPERVISOR))

    assert answer.status == 404


# --- Trying -------------------------------------------------------------------------------------


async def test_a_draft_is_tried_on_the_last_recording(
    hub: RunningHub, office: AnOffice, tmp_path: Path
) -> None:
    office.recording = a_recording(tmp_path / "a.mcap").path
    cookie = await hub.sign_in(Role.PLANNER)

    plan = await hub.ask("GET", "/api/plan", cookie=cookie)
    answer = await hub.ask("POST", "/api/plan/try", {"text": WITH_PANIC}, cookie=cookie)

    view = answer.json()
    assert plan.json()["recording"] == view["recording"] == "a.mcap"
    assert (view["before_count"], view["after_count"]) == (0, 1)
    assert view["after"][0]["rule"] == "panic"
    assert office.put == []


async def test_without_a_recording_a_trial_says_how_to_make_one(hub: RunningHub) -> None:
    cookie = await hub.sign_in(Role.PLANNER)

    answer = await hub.ask("POST", "/api/plan/try", {"text": WITH_PANIC}, cookie=cookie)

    assert answer.status == 409
    assert "--record" in answer.json()["fix"]


async def test_a_trial_that_takes_too_long_is_given_up(
    hub: RunningHub, office: AnOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def endless(_: str) -> None:
        raise TimeoutError

    monkeypatch.setattr(office.desk, "try_out", endless)
    cookie = await hub.sign_in(Role.PLANNER)

    answer = await hub.ask("POST", "/api/plan/try", {"text": WITH_PANIC}, cookie=cookie)

    assert answer.status == 504
