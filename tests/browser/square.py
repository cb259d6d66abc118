"""The market square on free ports: a real hub, its simulated devices, and help buttons to press."""

import os
import re
import sys
import time
from contextlib import closing
from itertools import cycle
from pathlib import Path
from types import TracebackType
from typing import Self

import paho.mqtt.client as mqtt
from end_to_end.processes import ROOT, Hub, Program
from end_to_end.screen import Screen
from paho.mqtt.enums import CallbackAPIVersion
from patience import PATIENCE_S, until
from playwright.sync_api import Browser, Cookie
from small_square import Voice

from wire import codec, topics
from wire.actions import Acknowledge, Clear
from wire.labels import AlertOutcome, CueKind
from wire.messages import Cue

SITE = "market-square"
SITE_NAME = "Market Square"
SCENARIO = ROOT / "simulators" / "scenarios" / SITE
POINTS = tuple(f"help-{number:02}" for number in range(1, 91))
"""A button for each alert that a test wants: what one test does to its alert is no other's."""
# Enough to be a crowd on the map, few enough for two shared cores that also draw it.
PEOPLE = 40
# So many tracks say that the world is built and its cameras look.
PLAYED = 10
OPERATOR = "Operator"
"""What the hub's first user is called on the screens."""
ROLES = {"olga": "operator", "bravo": "field", "newcomer": "field"}
"""What people may do whose name is not their role."""
TEAMS = {"bravo": "team-bravo"}
"""For whom people of the field speak."""

FIRST = "first_after_s = 20.0"

_BUTTON = """
[[sensor]]
id = "{name}"
kind = "button"
name = "{title}"
position = [{east}, 8.0]
expected = false
"""
# Nothing climbs to somebody else, and no order lapses, while a busy machine plays a test.
_RULES = """
[[escalation]]
after_s = 36000.0
role = "supervisor"

[[rule]]
kind = "cue"
id = "help"
cues = ["button_pressed"]
priority = "high"
clear_after_s = 90.0

[[rule]]
kind = "cue"
id = "held"
cues = ["door_held"]
priority = "medium"
clear_after_s = 90.0

[[rule]]
kind = "cue"
id = "forced"
cues = ["door_forced"]
priority = "critical"
clear_after_s = 90.0

[[playbook]]
id = "help-wanted"
name = "Help wanted"
rules = ["help"]

[[playbook.steps]]
id = "announce"
text = "Show: help is on its way"
actuator = "sign-01"
action = "show"
parameters = { text = "HELP IS ON ITS WAY", duration_s = 5.0 }

[[playbook.steps]]
id = "raise-bollards"
text = "Raise the west bollards"
actuator = "bollards-west"
action = "raise"
interlocks = [{ kind = "zone_clear", zone = "west-bollards", margin_m = 1.0 }]
expires_after_s = 600.0
"""


def title(point: str) -> str:
    """Return what a help point is called on the screen."""
    return f"Help point {point.removeprefix('help-')}"


def write_site(folder: Path) -> Path:
    """Write the square's plan with help points; return where the plan is.

    Alerts come when a test wants one: the square's own rules are off, the scenario beside the plan
    tells no story, and no machine in it fails.
    """
    plan = (SCENARIO / "site.toml").read_text(encoding="utf-8")
    plan = plan.replace("[[rule]]\n", "[[rule]]\nenabled = false\n")
    buttons = [
        _BUTTON.format(name=name, title=title(name), east=-40.0 + index)
        for index, name in enumerate(POINTS)
    ]
    path = folder / "site.toml"
    path.write_text(plan + "".join(buttons) + _RULES, encoding="utf-8")
    scenario = (SCENARIO / "scenario.toml").read_text(encoding="utf-8")
    calm = re.sub("failure_ratio = 0.0[0-9]", "failure_ratio = 0.0", scenario)
    assert FIRST in calm, "the scenario says when its story begins"
    calm = calm.replace(FIRST, "first_after_s = 36000.0")
    (folder / "scenario.toml").write_text(calm, encoding="utf-8")
    return path


class HelpPoint:
    """One help button, on its own connection."""

    def __init__(self, hub: Hub, name: str) -> None:
        self.name = name
        self.title = title(name)
        self._voice = Voice(name, os.urandom(8).hex(), simulated=True)
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name)
        self._client.username_pw_set(name, hub.passwords()[name])
        self._client.connect("127.0.0.1", hub.broker_port)
        self._client.loop_start()
        until(self._client.is_connected, f"{name} is let in")

    def says(self, kind: CueKind) -> None:
        """State that something happened here, now."""
        cue = self._voice.says(Cue, time.time_ns() // 1000, kind=kind, confidence=1.0)
        self.publishes("cue", codec.encode(cue))

    def publishes(self, leaf: str, payload: bytes) -> None:
        """Publish anything at one of its own topics."""
        info = self._client.publish(f"{topics.PREFIX}/{SITE}/sensor/{self.name}/{leaf}", payload, 1)
        info.wait_for_publish(PATIENCE_S)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


class Square:
    """A hub with the market square, simulated or bare, until it is closed."""

    def __init__(self, folder: Path, *words: str, is_simulated: bool = True) -> None:
        site = write_site(folder)
        self.hub = Hub(folder, site, *words)
        self._folder = folder
        self._is_simulated = is_simulated
        self._simulator: Program | None = None
        self._names = cycle(POINTS)
        self._points: list[HelpPoint] = []
        self._cookies: dict[str, list[Cookie]] = {}
        self._is_tidy = True

    def start(self) -> Self:
        self.hub.start()
        if self._is_simulated:
            words = [sys.executable, "-m", "simulators.cli", "run"]
            words += [str(self._folder / "scenario.toml"), "--seed", "7", "--people", str(PEOPLE)]
            words += ["--broker", self.hub.broker_url, "--credentials", str(self.hub.credentials)]
            self._simulator = Program("simulator", words, self._folder)
            self._simulator.start()
            with Screen(self.hub) as screen:
                until(lambda: screen.metric("vedette_tracks") > PLAYED, "the square is played")
        return self

    def a_point(self) -> HelpPoint:
        """Return a help point that nobody has used yet."""
        point = HelpPoint(self.hub, next(self._names))
        self._points.append(point)
        return point

    def an_alert(self, kind: CueKind = CueKind.BUTTON_PRESSED) -> str:
        """Press a help button; return what the alert is called."""
        point = self.a_point()
        point.says(kind)
        self._is_tidy = False
        return point.title

    def tidy(self) -> None:
        """Take the alerts that a test left: they close at once, or when they clear."""
        if self._is_tidy:
            return
        self._is_tidy = True
        with Screen(self.hub) as screen:
            for alert in list(screen.alerts.values()):
                if alert.acknowledged_by is None:
                    screen.ask(Acknowledge(alert=alert.id))
                # Of a critical one somebody must say that it is over; another may be refused.
                screen.ask(Clear(alert=alert.id, note="tidy", outcome=AlertOutcome.TEST))

    def cookies(self, browser: Browser, name: str) -> list[Cookie]:
        """Sign in without a page, once a name. Who is new here gets an account first."""
        if name not in self._cookies:
            password = self.hub.password
            if name != self.hub.user:
                team = ["--team", TEAMS[name]] if name in TEAMS else []
                password = self.hub.add_user(name, ROLES.get(name, name), *team)
            with closing(browser.new_context()) as context:
                answer = context.request.post(
                    f"{self.hub.url}/api/session",
                    headers={"X-Vedette": "1"},
                    data={"name": name, "password": password},
                    timeout=PATIENCE_S * 1000.0,
                )
                assert answer.ok, answer.text()
                self._cookies[name] = context.cookies()
        return self._cookies[name]

    def close(self) -> None:
        for point in self._points:
            point.close()
        if self._simulator is not None and self._simulator.is_up:
            self._simulator.stop()
        if self.hub.is_up:
            self.hub.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
