"""The plan is edited while a real hub runs: over HTTP, in its file, and after a kill."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from end_to_end.crossing import BUTTONS, CAMERA, PLAN, write_plan
from end_to_end.device import Device
from end_to_end.processes import Hub
from end_to_end.screen import Screen

from wire.labels import CueKind
from wire.messages import Cue

FRIGHT = '\n[[rule]]\nkind = "cue"\nid = "{id}"\ncues = ["{cue}"]\nclear_after_s = 600.0\n'
GLASS = FRIGHT.format(id="glass", cue="glass_break")
BANG = FRIGHT.format(id="bang", cue="impulse_sound")
NO_PLAYBOOK = PLAN[: PLAN.index("[[playbook]]")]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    site = write_plan(tmp_path)
    site.write_text(NO_PLAYBOOK, encoding="utf-8")
    tape = str(tmp_path / "tape.mcap")
    with Hub(tmp_path, site, "--record", tape) as running:
        yield running


def asked(screen: Screen, path: str, **body: object) -> tuple[int, Any]:
    return screen.request("POST", path, json.dumps(body).encode())


def applied(screen: Screen, text: str, based_on: int) -> tuple[int, Any]:
    return asked(screen, "/api/plan", text=text, based_on=based_on, reason="the event begins")


def test_a_rule_that_is_added_over_http_raises_an_alert_without_a_restart(hub: Hub) -> None:
    with Screen(hub) as screen, Device(hub, BUTTONS[0]) as button, Device(hub, CAMERA) as camera:
        button.says(Cue, kind=CueKind.BUTTON_PRESSED, confidence=1.0)
        panic = screen.until(lambda: screen.alert_of("panic"), "somebody needs help")
        camera.says(Cue, kind=CueKind.GLASS_BREAK, confidence=1.0)
        status, tried = asked(screen, "/api/plan/try", text=NO_PLAYBOOK + GLASS)
        assert status == 200, tried

        status, made = applied(screen, NO_PLAYBOOK + GLASS, 1)
        assert status == 200, made
        camera.says(Cue, kind=CueKind.GLASS_BREAK, confidence=1.0)
        glass = screen.until(lambda: screen.alert_of("glass"), "the new rule judges")
        again, refusal = applied(screen, NO_PLAYBOOK, 1)

        assert screen.alerts[panic.id].active, "what the edit left alone goes on"
        assert glass.number == panic.number + 1
        assert (made["version"], made["by"]) == (2, "Operator")
        assert (again, "version 2 is in force" in refusal["what"]) == (409, True)
        assert tried["after_count"] >= tried["before_count"]
        _, evidence = screen.request("GET", f"/api/alerts/{glass.id}/evidence")
        assert made["plan_hash"] in json.dumps(evidence)


def test_a_rule_that_is_added_in_the_file_raises_an_alert_and_a_mistake_is_a_fault(
    hub: Hub, tmp_path: Path
) -> None:
    site = tmp_path / "site.toml"
    with Screen(hub) as screen, Device(hub, CAMERA) as camera:
        site.write_text(NO_PLAYBOOK + BANG.replace("cue", "qeue"), encoding="utf-8")
        screen.until(
            lambda: any(fault.code == "plan_refused" for fault in screen.hub.faults),
            "the mistake is told",
        )

        site.write_text(NO_PLAYBOOK + BANG, encoding="utf-8")
        screen.until(
            lambda: not any(fault.code == "plan_refused" for fault in screen.hub.faults),
            "the mistake is put right",
        )
        camera.says(Cue, kind=CueKind.IMPULSE_SOUND, confidence=1.0)

        screen.until(lambda: screen.alert_of("bang"), "the new rule judges")
        _, plan = screen.request("GET", "/api/plan")
        assert (plan["version"], plan["versions"][0]["by"]) == (2, "site.toml")


def test_a_hub_that_is_killed_begins_again_with_the_plan_that_was_in_force(tmp_path: Path) -> None:
    site = write_plan(tmp_path)
    site.write_text(NO_PLAYBOOK, encoding="utf-8")
    hub = Hub(tmp_path, site)
    hub.start()
    with Screen(hub) as screen, Device(hub, CAMERA) as camera:
        assert applied(screen, NO_PLAYBOOK + GLASS, 1)[0] == 200
        camera.says(Cue, kind=CueKind.GLASS_BREAK, confidence=1.0)
        before = screen.until(lambda: screen.alert_of("glass"), "the new rule judges")
    hub.kill()

    with hub, Screen(hub) as screen:
        _, plan = screen.request("GET", "/api/plan")

        assert plan["version"] == 2
        assert screen.alerts[before.id].number == before.number
        assert screen.alerts[before.id].active
