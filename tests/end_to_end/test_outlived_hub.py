"""A hub dies between its disk and the broker: the next one puts right what phones are shown."""

from pathlib import Path

from end_to_end.crossing import SITE, write_plan
from end_to_end.device import Device
from end_to_end.kill_plan import PANIC, PANIC_BUTTON, TEAMS, a_plan
from end_to_end.onlooker import shown_to_team
from end_to_end.processes import Hub, Mosquitto
from end_to_end.screen import Screen
from patience import until

from edge.adapters.connection import Connection, broker_at
from wire import topics
from wire.actions import Acknowledge, Clear
from wire.labels import AlertOutcome, CueKind
from wire.messages import Cue


def test_a_broker_that_outlives_a_hub_is_told_by_the_next_what_was_over(tmp_path: Path) -> None:
    site, team = write_plan(tmp_path, a_plan()), min(TEAMS)
    with Mosquitto(tmp_path, site) as broker:
        words = ("--broker-credentials", str(broker.files / "devices.json"))
        with Hub(tmp_path, site, *words, broker=broker.url) as hub:
            alert = close_an_alert(hub, broker)
            hub.kill()
            # That it is over was on its disk, and had not left yet.
            say_as_hub(hub, topics.alert(SITE, alert), b"{}")
            before = shown_to_team(hub, team)
            hub.start()

            until(lambda: not shown_to_team(hub, team), "phones are shown nothing that is over")

    assert before == {alert}


def close_an_alert(hub: Hub, broker: Mosquitto) -> str:
    """Press a button, and see to the alert to its end."""
    with Device(hub, PANIC_BUTTON, port=broker.port) as button, Screen(hub) as screen:
        button.about_sensor()
        button.says(Cue, kind=CueKind.BUTTON_PRESSED, confidence=1.0)
        alert = screen.until(lambda: screen.alert_of(PANIC), "the alert is raised")
        assert screen.ask(Acknowledge(alert=alert.id))[0] == 200
        clear = Clear(alert=alert.id, note="a trial", outcome=AlertOutcome.TEST)
        assert screen.ask(clear)[0] == 200
        return alert.id


def say_as_hub(hub: Hub, topic: str, payload: bytes) -> None:
    """Let the broker keep something that the hub once said."""
    broker = broker_at(hub.broker_url, topics.HUB, hub.passwords()[topics.HUB])
    connection = Connection(broker, topics.HUB)
    connection.start()
    try:
        until(lambda: connection.is_up, "the broker lets the hub in")
        connection.publish(topic, payload, qos=1, retain=True)
    finally:
        connection.stop()  # It waits until the broker has it.
