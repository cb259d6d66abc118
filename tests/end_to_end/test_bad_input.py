"""What devices get wrong is counted and told, costs only itself, and never stops the hub."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from end_to_end.crossing import BUTTONS, CAMERA, OTHER_RADAR, RADAR, SITE, write_plan
from end_to_end.device import Device, now_us
from end_to_end.processes import Hub
from end_to_end.screen import Screen
from small_square import a_detection

from wire import codec
from wire.labels import CueKind, SensorKind
from wire.messages import Cue, Position, Scan
from wire.quantities import SECOND_US

INVENTED = f"vedette/1/{SITE}/sensor/{OTHER_RADAR}/gossip"
FLOOD_COUNT = 20_000
# Of the hub's own work, which what else the machine has to do does not stretch.
ALERT_MAX_S = 10.0


@pytest.fixture(params=["embedded", "mosquitto"])
def hub(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hub]:
    with Hub(tmp_path, write_plan(tmp_path), broker=request.param) as running:
        yield running


def test_each_mistake_is_a_counted_refusal_with_a_cure_and_others_are_tracked_on(
    hub: Hub,
) -> None:
    with (
        Screen(hub) as screen,
        Device(hub, RADAR) as radar,
        Device(hub, OTHER_RADAR) as rogue,
        Device(hub, CAMERA) as camera,
    ):
        radar.about_sensor(kind=SensorKind.RADAR)
        rogue.about_sensor(kind=SensorKind.RADAR)

        make_every_mistake(rogue)
        speak_for_another(rogue, camera)

        for source, code in EXPECTED:
            screen.until(partial(screen.refusals.get, (source, code)), f"{code} of {source}")
        for refusal in screen.refusals.values():
            assert refusal.text, refusal
            assert len(refusal.fix.split()) >= 3, refusal
            assert refusal.count >= 1, refusal
        # What it said under another's topic nobody heard.
        assert {source for source, _ in screen.refusals} == {OTHER_RADAR, INVENTED}
        assert not screen.alerts
        walk(radar, screen)
        assert screen.metric("vedette_internal_errors_total") == 0.0
        screen.until(
            lambda: screen.hub.bus_connected and screen.hub.journal_ok, "the hub says it is well"
        )


def test_a_sensor_that_floods_scans_delays_no_cue_and_its_drops_are_counted(hub: Hub) -> None:
    with (
        Screen(hub) as screen,
        Device(hub, OTHER_RADAR, lane="-scan") as rogue,
        Device(hub, RADAR) as radar,
        Device(hub, BUTTONS[0]) as button,
    ):
        radar.about_sensor(kind=SensorKind.RADAR)
        scans = [codec.encode(rogue.voice.scan(now_us(), (9.0, 9.0))) for _ in range(FLOOD_COUNT)]
        rogue.flood(rogue.topic("scan"), scans)

        button.says(Cue, kind=CueKind.BUTTON_PRESSED, confidence=1.0)
        before_s = hub.worked_s()

        screen.until(lambda: screen.alert_of("panic"), "the panic button alerts")
        assert hub.worked_s() - before_s < ALERT_MAX_S
        screen.until(lambda: screen.hub.dropped_scans > 0, "the drops are counted")
        faults = screen.until(lambda: screen.hub.faults, "the health screen names the noisy one")
        assert OTHER_RADAR in " ".join(fault.text for fault in faults)
        walk(radar, screen)


EXPECTED = [
    (OTHER_RADAR, "not_json"),
    (OTHER_RADAR, "wrong_type"),
    (OTHER_RADAR, "missing_field"),
    (OTHER_RADAR, "unknown_field"),
    (OTHER_RADAR, "bad_value"),
    (OTHER_RADAR, "oversized"),
    (OTHER_RADAR, "wrong_sender"),
    (OTHER_RADAR, "off_site"),
    (OTHER_RADAR, "from_the_future"),
    (OTHER_RADAR, "late"),
    (OTHER_RADAR, "history"),
    (OTHER_RADAR, "repeated"),
    (INVENTED, "unknown_topic"),
]


def make_every_mistake(rogue: Device) -> None:
    """Say what no device should say, each mistake once."""
    topic = rogue.topic("scan")
    good = json.loads(codec.encode(rogue.voice.scan(now_us(), (9.0, 9.0))))
    for payload in (
        b"{not json",
        _with(good, seq="one"),
        _without(good, "boot"),
        _with(good, mood="gloomy"),
        _with(good, observed_us=-5),
        _json_with_nan(good),
        b'{"id":' * 10_000 + b"1" + b"}" * 10_000,
        b" " * 2_000_000,
        _with(good, sender=CAMERA),
    ):
        rogue.publish(topic, payload)
    rogue.publish(INVENTED, b"{}")
    nowhere = Position(lat_deg=-33.0, lon_deg=151.0, sigma_east_m=1.0, sigma_north_m=1.0)
    rogue.says(Scan, detections=(a_detection(where=nowhere),))
    rogue.scan(observed_us=now_us() + 3600 * SECOND_US)
    rogue.scan(observed_us=now_us() - 3600 * SECOND_US)
    long_ago = {"kind": CueKind.VIEW_DARK, "confidence": 0.9}
    rogue.says(Cue, observed_us=now_us() - 86_400 * SECOND_US, **long_ago)
    rogue.scan(seq=1_000)
    rogue.scan(seq=1_000)
    rogue.scan(seq=900)


def speak_for_another(rogue: Device, camera: Device) -> None:
    """Publish on a topic of another: the broker takes it and lets nobody hear it."""
    cue = camera.voice.cue(now_us(), CueKind.VIEW_COVERED)
    rogue.publish(camera.topic("cue"), codec.encode(cue))
    rogue.wait_until_connected()


WALK_S = 30.0


def walk(radar: Device, screen: Screen) -> None:
    """Let somebody walk before the radar, again and again, until the screen shows it."""
    begun_us = now_us()

    def is_seen() -> bool:
        east_m = -20.0 + 1.4 * ((now_us() - begun_us) / SECOND_US % WALK_S)
        radar.scan((east_m, -30.0))
        return any(abs(track.north_m + 30.0) < 2.0 for track in screen.tracks.values())

    screen.until(is_seen, "the radar's person is tracked")


def _with(good: dict[str, Any], **changes: Any) -> bytes:
    return json.dumps(good | changes).encode()


def _without(good: dict[str, Any], field: str) -> bytes:
    return json.dumps({name: value for name, value in good.items() if name != field}).encode()


def _json_with_nan(good: dict[str, Any]) -> bytes:
    detections = [one | {"confidence": float("nan")} for one in good["detections"]]
    return json.dumps(good | {"detections": detections}).encode()
