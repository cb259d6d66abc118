"""The whole product on a simulated square: what happens there reaches the screen and is answered.

The story is the demo's own, told without its pauses.
"""

import re
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from end_to_end.processes import ROOT, Hub, Program
from end_to_end.screen import Screen

from wire.actions import Acknowledge, Clear, Confirm, Shelve
from wire.feed import FLAG_SIMULATED, AlertView
from wire.labels import ActuatorPosition, AlertOutcome, AlertState, CommandState, Role

SQUARE = ROOT / "simulators" / "scenarios" / "market-square"
STORY = {
    "first_after_s = 20.0": "first_after_s = 3.0",
    "pause_s = [25.0, 60.0]": "pause_s = [1.0, 1.0]",
    "duration_s = [35.0, 45.0]": "duration_s = [19.0, 20.0]",  # The rule allows 15.
    "failure_ratio = 0.03": "failure_ratio = 0.0",
    # Whoever comes in is still there when a busy machine has come to the end of a test.
    "stay_s = [8.0, 16.0]": "stay_s = [300.0, 300.0]",
}
# What is ordered is still meant when the van has gone at last.
PLAN = {'id = "raise-bollards"\n': 'id = "raise-bollards"\nexpires_after_s = 600.0\n'}
PEOPLE = "40"
# Its own state shows it, and then an ear hears it; the first may never be seen without the second.
SOUNDS = (CommandState.CONFIRMED, CommandState.VERIFIED)
# Traffic must pass before a van turns in: 60 s at most, and much more on a busy machine.
STORY_MAX_S = 240.0


@pytest.fixture
def square(tmp_path: Path) -> Path:
    text = (SQUARE / "scenario.toml").read_text(encoding="utf-8")
    for given, wanted in STORY.items():
        assert given in text
        text = text.replace(given, wanted)
    (tmp_path / "scenario.toml").write_text(text, encoding="utf-8")
    plan = (SQUARE / "site.toml").read_text(encoding="utf-8")
    for given, wanted in PLAN.items():
        assert given in plan
        plan = plan.replace(given, wanted)
    (tmp_path / "site.toml").write_text(plan, encoding="utf-8")
    return tmp_path


@pytest.fixture
def hub(square: Path) -> Iterator[Hub]:
    with Hub(square, square / "site.toml") as running:
        yield running


def a_story(hub: Hub, happening: str) -> Program:
    words = [sys.executable, "-m", "simulators.cli", "run", str(hub.folder / "scenario.toml")]
    words += ["--broker", hub.broker_url, "--credentials", str(hub.credentials)]
    words += ["--only", happening, "--people", PEOPLE, "--seed", "1"]
    return Program("simulator", words, hub.folder)


def test_an_intruder_is_seen_acknowledged_and_cleared_on_every_screen(hub: Hub) -> None:
    wall_password = hub.add_user("wall", Role.WALL)
    other_password = hub.add_user("olga", Role.OPERATOR)
    with a_story(hub, "intruder-east") as story, Screen(hub) as screen:
        alert = the_alert(screen, "backstage-intrusion")
        with (
            Screen(hub, "olga", other_password) as other,
            Screen(hub, "wall", wall_password) as wall,
        ):
            acknowledge_for_all(screen, other, wall, alert)
            cannot_be_shelved(screen, alert)
            clear = Clear(alert=alert.id, note="a rehearsal", outcome=AlertOutcome.TEST)
            is_still_there = screen.ask(clear)
            if is_still_there[0] != 200:
                assert is_still_there[1]["reason"]
                story.stop()
            other.until(lambda: alert.id not in other.alerts, "it is closed on every screen")


def acknowledge_for_all(screen: Screen, other: Screen, wall: Screen, alert: AlertView) -> None:
    """Acknowledge on one screen: it is one fact on all, and a wall says neither who nor what."""
    assert screen.ask(Acknowledge(alert=alert.id))[0] == 200

    for one in (other, wall):
        one.until(partial(is_in, one, alert, AlertState.ACKNOWLEDGED), "all see it")
    assert other.alerts[alert.id].acknowledged_by
    assert other.alerts[alert.id].simulated
    assert other.hub.simulated, "the picture is watermarked"
    assert all(track.flags & FLAG_SIMULATED for track in other.tracks.values())
    assert wall.alerts[alert.id].acknowledged_by is None
    assert wall.commands == {}
    assert wall.ask(Acknowledge(alert=alert.id))[0] == 403


def cannot_be_shelved(screen: Screen, alert: AlertView) -> None:
    """An alert of high priority is never put aside: the answer says who may do what instead."""
    status, reply = screen.ask(Shelve(alert=alert.id, duration_s=60, reason="a rehearsal"))
    assert status == 409
    assert "out of service" in reply["reason"]


def is_in(screen: Screen, alert: AlertView, state: AlertState) -> bool:
    """Whether a screen shows an alert in a state."""
    return alert.id in screen.alerts and screen.alerts[alert.id].state is state


def test_a_van_sounds_the_siren_and_waits_for_a_yes_to_raise_the_bollards(hub: Hub) -> None:
    with a_story(hub, "van-east"), Screen(hub) as screen:
        alert = the_alert(screen, "east-vehicle")
        screen.until(
            lambda: screen.step(alert.id, "warn").state in SOUNDS,
            "the siren sounds and shows that it does",
        )
        waiting = screen.step(alert.id, "raise-bollards")
        assert waiting.state is CommandState.AWAITING_CONFIRMATION
        assert waiting.needs == "confirmed"
        assert not are_up(screen)

        status, reply = screen.ask(Confirm(command=waiting.command))

        assert status == 200, reply
        screen.until(lambda: is_confirmed_or_says_why(screen, alert), "the bollards are up")
        assert are_up(screen)


def test_a_bang_that_several_sensors_hear_is_one_alert(hub: Hub) -> None:
    with a_story(hub, "bang"), Screen(hub) as screen:
        the_alert(screen, "impulse-sound")

        alert = screen.until(
            lambda: next(
                (one for one in screen.alerts_of("impulse-sound") if len(one.sensors) >= 2), None
            ),
            "several sensors heard it",
        )

        assert {sensor[:4] for sensor in alert.sensors} == {"aco-"}
        assert len(screen.alerts_of("impulse-sound")) == 1


def test_a_sensor_that_falls_silent_alerts_and_clears_when_it_speaks_again(hub: Hub) -> None:
    with a_story(hub, "silent-sensor") as story, Screen(hub) as screen:
        # On a busy machine the others begin so late that they were silent too for a while.
        name = screen.until(lambda: who_falls_silent(story), "a sensor falls silent", STORY_MAX_S)
        alert = screen.until(lambda: silence_of(screen, name), "it alerts", STORY_MAX_S)
        assert re.search(r"for \d+ s|silent|nothing", alert.summary), alert.summary
        screen.until(lambda: screen.sensors[name].silent, "the sensor's row says so")

        screen.until(
            lambda: (
                alert.id not in screen.alerts
                or screen.alerts[alert.id].state is AlertState.CLEARED_UNACKNOWLEDGED
            ),
            "it clears",
        )
        screen.until(lambda: not screen.sensors[name].silent, "the sensor is back")


def who_falls_silent(story: Program) -> str:
    """Return the sensor that the story makes silent, once it has."""
    found = re.search(r"story: (\S+) falls silent", story.output.read_text(encoding="utf-8"))
    return found[1] if found else ""


def silence_of(screen: Screen, sensor: str) -> AlertView | None:
    """Return the alert that a sensor is silent now."""
    alerts = screen.alerts_of("silence")
    return next((one for one in alerts if one.active and sensor in one.sensors), None)


def the_alert(screen: Screen, rule: str) -> AlertView:
    """Wait for the alert of a rule."""
    return screen.until(lambda: screen.alert_of(rule), f"{rule} alerts", STORY_MAX_S)


def are_up(screen: Screen) -> bool:
    """Whether the bollards themselves say that they are up."""
    return screen.actuators["bollards-east"].position is ActuatorPosition.RAISED


def is_confirmed_or_says_why(screen: Screen, alert: AlertView) -> bool:
    """Whether the order had its effect. While it waits, the screen must say for what."""
    step = screen.step(alert.id, "raise-bollards")
    if step.state is CommandState.BLOCKED:
        assert step.note, "what is blocked says why"
    if step.state is CommandState.EXPIRED:
        # The van stood there for too long: the yes was meant for a moment that has passed.
        raise AssertionError(step.note)
    return step.state is CommandState.CONFIRMED
