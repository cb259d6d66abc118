"""A hub that dies without warning begins again with everything that was open."""

from pathlib import Path

import pytest
from end_to_end.crossing import (
    BOLLARDS,
    BUTTONS,
    CAMERA,
    PLAN,
    RADAR,
    SIREN,
    write_plan,
)
from end_to_end.device import Device, now_us
from end_to_end.processes import Hub
from end_to_end.screen import Screen
from patience import until

from wire.actions import Acknowledge, Confirm, Shelve
from wire.feed import AlertView
from wire.labels import AlertState, CommandState, CueKind, SensorKind
from wire.messages import Cue, Reading
from wire.quantities import SECOND_US

NOSE = "nose-01"
DAY_US = 24 * 3600 * SECOND_US
WITH_DOSE = f"""{PLAN}
[[sensor]]
id = "{NOSE}"
kind = "gas"
name = "Nose"
position = [0.0, 0.0]
expected = false

[[rule]]
kind = "gas"
id = "dose"
channel = "co"
dose_max = 120.0
stay_min_s = 0.0
"""


@pytest.mark.parametrize("broker", ["embedded", "mosquitto"])
def test_after_a_kill_everything_that_was_open_is_there_and_nothing_expired_leaves(
    tmp_path: Path, broker: str
) -> None:
    with (
        Hub(tmp_path, write_plan(tmp_path), broker=broker) as hub,
        Device(hub, SIREN) as siren,
        Device(hub, BOLLARDS) as bollards,
        Device(hub, RADAR) as radar,
    ):
        appear(siren, bollards)
        with Screen(hub) as screen:
            raise_three_alerts(hub, screen)
            # The siren hears both orders and never answers.
            until(lambda: len({one.id for one in siren.commands}) == 2, "the siren is told")
            before, waiting = screen.open_alerts(), waiting_commands(screen)

        hub.kill()
        siren.wait_until_gone()
        told = [one.id for one in siren.commands]
        over_us = max(one.expires_us or 0 for one in siren.commands)
        until(lambda: now_us() > over_us, "the orders have expired")
        hub.start()
        appear(siren, bollards)
        radar.wait_until_connected()

        with Screen(hub) as screen:
            assert screen.open_alerts() == before
            assert waiting_commands(screen) == waiting
            status, reply = screen.ask(Confirm(command=waiting[0]))
            assert status == 200, reply
            radar.about_sensor(kind=SensorKind.RADAR)
            until(
                lambda: are_told_while_it_looks(bollards, radar),
                "the bollards are told to rise once the radar sees that nobody is there",
            )
            screen.until(
                lambda: (
                    {one.state for one in screen.steps() if one.step == "warn"}
                    == {CommandState.EXPIRED}
                ),
                "the siren's old orders are given up",
            )
        assert bollards.commands[0].id == waiting[0]
        assert [one.id for one in siren.commands] == told, "an expired order was sent again"


def test_after_a_kill_those_who_were_exposed_before_it_still_are(tmp_path: Path) -> None:
    began_us = an_instant_well_within_its_day()
    with Hub(tmp_path, write_plan(tmp_path, WITH_DOSE)) as hub, Device(hub, NOSE) as nose:
        reads(nose, 3600.0, began_us)
        reads(nose, 3600.0, began_us + 100 * SECOND_US)
        until(lambda: len(hub.history().accepted(NOSE)) == 2, "both are in the journal")
        with Screen(hub) as screen:
            assert screen.alert_of("dose") is None, "100 of the 120 that are allowed"

        hub.kill()
        nose.wait_until_gone()
        hub.start()
        nose.wait_until_connected()

        with Screen(hub) as screen:
            assert screen.alert_of("dose") is None
            reads(nose, 0.0, began_us + 150 * SECOND_US)
            alert = screen.until(lambda: screen.alert_of("dose"), "the dose alerts")
        assert alert.summary.endswith("a dose of 150 since midnight")


def an_instant_well_within_its_day() -> int:
    """Return an instant some minutes ago; an hour more where midnight was since."""
    at_us = now_us() - 200 * SECOND_US
    return at_us if at_us // DAY_US == now_us() // DAY_US else at_us - 3600 * SECOND_US


def reads(nose: Device, value: float, at_us: int) -> None:
    """Let a sensor say what it read some time ago."""
    nose.says(Reading, observed_us=at_us, channel="co", unit="[ppm]", value=value)


def raise_three_alerts(hub: Hub, screen: Screen) -> None:
    """Raise one that is shelved, one that is acknowledged, and one that nobody has seen yet."""
    with Device(hub, CAMERA) as camera:
        camera.says(Cue, kind=CueKind.VIEW_COVERED, confidence=0.9)
        view = screen.until(lambda: screen.alert_of("view"), "the covered camera alerts")
    assert screen.ask(Shelve(alert=view.id, duration_s=600, reason="scaffold"))[0] == 200
    first = a_panic(hub, screen, BUTTONS[0])
    assert screen.ask(Acknowledge(alert=first.id))[0] == 200
    a_panic(hub, screen, BUTTONS[1])
    screen.until(
        lambda: (
            {one.state for one in screen.alerts.values()}
            == {AlertState.SHELVED, AlertState.ACKNOWLEDGED, AlertState.UNACKNOWLEDGED}
        ),
        "the screen shows what was asked",
    )


def are_told_while_it_looks(bollards: Device, radar: Device) -> bool:
    """Let the radar look once more; return whether the bollards have an order."""
    radar.scan()
    return bool(bollards.commands)


def a_panic(hub: Hub, screen: Screen, button: str) -> AlertView:
    """Press a button and return its alert."""
    with Device(hub, button) as pressed:
        pressed.says(Cue, kind=CueKind.BUTTON_PRESSED, confidence=1.0)
        return screen.until(
            lambda: next((one for one in screen.alerts_of("panic") if button in one.sensors), None),
            f"{button} alerts",
        )


def appear(*devices: Device) -> None:
    """Let actuators say what they are."""
    for device in devices:
        device.wait_until_connected()
        device.about_actuator()


def waiting_commands(screen: Screen) -> list[str]:
    """Return the commands that wait for somebody's yes, in the order of their alerts."""
    alerts = sorted(screen.alerts.values(), key=lambda one: one.number)
    return [
        step.command
        for alert in alerts
        for step in alert.steps
        if step.state is CommandState.AWAITING_CONFIRMATION
    ]
