from small_square import CAMERA, FRAME, HUB_BOOT, SECOND, START, Voice, a_site

from hub.core.devices import Devices
from hub.core.inputs import Vitals
from hub.core.notices import Notices
from hub.core.own_health import EVERY_US, OwnHealth
from wire.labels import Posture
from wire.messages import Fault, HubHealth


def an_own_health(devices: Devices | None = None) -> OwnHealth:
    devices = devices or Devices(a_site(), FRAME)
    return OwnHealth(
        devices, Notices(a_site(), FRAME, HUB_BOOT), start_us=START, software="vedette test"
    )


def test_until_the_runner_says_otherwise_the_bus_is_not_there() -> None:
    view = an_own_health().view(START + 90 * SECOND, track_count=3, load=2, posture=Posture.RAISED)

    assert (view.bus_connected, view.journal_ok) == (False, True)
    assert (view.tracks, view.alerts_10_min, view.uptime_s) == (3, 2, 90.0)
    assert (view.software, view.posture) == ("vedette test", Posture.RAISED)


def test_an_exercise_that_people_began_is_on_every_screen() -> None:
    health = an_own_health()

    views = [
        health.view(START, track_count=0, load=0, posture=Posture.NORMAL, is_drill=is_drill)
        for is_drill in (True, False)
    ]

    assert [view.exercise for view in views] == [True, False]


def test_the_screens_show_what_the_runner_measured() -> None:
    health = an_own_health()
    fault = Fault(code="disk", text="the disk is full")
    health.vitals = Vitals(
        bus_connected=True,
        journal_ok=False,
        dropped_scans=4,
        observed_to_received_p99_ms=12.5,
        received_to_effects_p99_ms=0.7,
        faults=(fault,),
    )

    view = health.view(START, track_count=0, load=0, posture=Posture.NORMAL)

    assert (view.bus_connected, view.journal_ok, view.dropped_scans) == (True, False, 4)
    assert (view.observed_to_received_p99_ms, view.received_to_effects_p99_ms) == (12.5, 0.7)
    assert view.faults == (fault,)


def test_the_rates_and_the_taint_of_all_devices_add_up() -> None:
    devices = Devices(a_site(), FRAME)
    for device in devices.all():
        device.scan_rate_hz, device.detections_per_s = 2.0, 10.0
    devices.sensors[CAMERA].heard(Voice(CAMERA, simulated=True).health(START), START)

    view = an_own_health(devices).view(START, track_count=0, load=0, posture=Posture.NORMAL)

    assert (view.scans_per_s, view.detections_per_s) == (12.0, 60.0)
    assert (view.simulated, view.exercise) == (True, False)


def test_the_bus_is_told_at_once_and_then_each_five_seconds() -> None:
    health = an_own_health()
    at_us = (START, START + EVERY_US - 1, START + EVERY_US)

    told = [
        health.notices(now_us, track_count=1, alert_count=2, posture=Posture.EVACUATING)
        for now_us in at_us
    ]

    assert [len(notices) for notices in told] == [1, 0, 1]
    message = told[0][0].message
    assert isinstance(message, HubHealth)
    assert (message.track_count, message.alert_count, message.sensor_count) == (1, 2, 0)
    assert message.posture is Posture.EVACUATING
