import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_square import (
    BOLLARD,
    BUTTON,
    CAMERA,
    FRAME,
    RADAR,
    SECOND,
    SIREN,
    START,
    Voice,
    a_pose,
    a_site,
)

from hub.core.devices import (
    HEARING_M,
    RATE_SPAN_US,
    SEQ_WINDOW,
    SIGMA_MAX_M,
    SILENT_AFTER_US,
    Device,
    Devices,
    is_on_plane,
)
from hub.core.site import Team
from wire.labels import ActuatorAction, ActuatorPosition, HealthState
from wire.messages import Bearing, Fault, Polar, Pose, Position


def the_devices() -> Devices:
    return Devices(a_site(), FRAME)


def a_device(sender: str = CAMERA) -> Device:
    device = the_devices().find(sender)
    assert device is not None
    return device


# --- Silence and taint ----------------------------------------------------------------------


def test_a_device_is_silent_after_three_heartbeats_or_at_its_goodbye() -> None:
    device, camera = a_device(), Voice(CAMERA)
    assert not device.is_silent(START)

    device.heard(camera.health(START), START)

    assert not device.is_silent(START + SILENT_AFTER_US)
    assert device.is_silent(START + SILENT_AFTER_US + 1)
    device.health = camera.health(START, state=HealthState.GOODBYE)
    assert device.is_silent(START)


def test_the_site_is_simulated_or_in_an_exercise_while_such_a_device_talks() -> None:
    devices = the_devices()
    camera, siren = a_device_of(devices, CAMERA), a_device_of(devices, SIREN)

    camera.heard(Voice(CAMERA, simulated=True).health(START), START)
    siren.heard(Voice(SIREN, exercise=True).health(START), START)

    assert devices.is_simulated(START)
    assert devices.is_exercise(START)
    assert not devices.is_simulated(START + SILENT_AFTER_US + 1)
    assert devices.talking_count(START) == 1
    assert devices.talking_count(START + SILENT_AFTER_US + 1) == 0


def test_what_may_take_part_in_an_exercise_is_none_by_itself() -> None:
    devices = the_devices()
    siren = a_device_of(devices, SIREN)

    siren.heard(Voice(SIREN, exercise=True).about_siren(START), START)

    assert not devices.is_exercise(START)
    view = devices.actuator_view(SIREN, START)
    assert (view.exercise, view.stand_in) == (True, None)
    assert not devices.actuator_view(BOLLARD, START).exercise


def a_device_of(devices: Devices, sender: str) -> Device:
    device = devices.find(sender)
    assert device is not None
    return device


# --- Repeats --------------------------------------------------------------------------------


def test_scans_that_went_missing_are_counted_until_they_come() -> None:
    device, camera = a_device(), Voice(CAMERA)

    new = [not device.is_repeat(camera.scan(START, seq=seq)) for seq in (1, 5, 3, 3, 2)]

    assert new == [True, True, True, False, True]
    assert device.lost_scan_count == 1


def test_a_scan_too_far_behind_to_tell_is_a_repeat_and_a_new_boot_begins_anew() -> None:
    device = a_device()
    device.is_repeat(Voice(CAMERA).scan(START, seq=1_000))

    assert device.is_repeat(Voice(CAMERA).scan(START, seq=1_000 - SEQ_WINDOW))
    assert not device.is_repeat(Voice(CAMERA).scan(START, seq=1_001 - SEQ_WINDOW))
    assert not device.is_repeat(Voice(CAMERA, "second").scan(START, seq=1))


@given(st.lists(st.integers(1, 2 * SEQ_WINDOW), max_size=60))
def test_no_order_of_scans_lets_one_in_twice(seqs: list[int]) -> None:
    device, camera = a_device(), Voice(CAMERA)

    taken = [seq for seq in seqs if not device.is_repeat(camera.scan(START, seq=seq))]

    assert len(taken) == len(set(taken))
    assert set(taken) | {seq for seq in seqs if seq <= max(seqs) - SEQ_WINDOW} >= set(seqs)
    assert device.lost_scan_count >= 0


# --- Rates and delay ------------------------------------------------------------------------


def test_rates_are_those_of_the_last_span() -> None:
    devices, camera = the_devices(), Voice(CAMERA)
    device = a_device_of(devices, CAMERA)
    devices.measure_rates(START)

    for step in range(50):
        device.scanned(camera.scan(START, (1.0, 1.0), (9.0, 9.0)), START + step)
    devices.measure_rates(START + RATE_SPAN_US - 1)
    assert device.scan_rate_hz == 0.0
    devices.measure_rates(START + RATE_SPAN_US)

    assert (device.scan_rate_hz, device.detections_per_s) == (10.0, 20.0)


def test_a_rogue_sensors_rate_stays_one_that_can_be_told() -> None:
    devices = the_devices()
    device = a_device_of(devices, CAMERA)
    devices.measure_rates(START)
    scan = Voice(CAMERA).scan(START)

    for _ in range(6_000):
        device.scanned(scan, START)
    devices.measure_rates(START + RATE_SPAN_US)

    assert device.scan_rate_hz == 1_000.0


def test_the_delay_begins_at_the_first_scans_and_follows_slowly() -> None:
    device, camera = a_device(), Voice(CAMERA)

    device.scanned(camera.scan(START), START + 100_000)
    assert device.delay_us == 100_000
    device.scanned(camera.scan(START), START + 200_000)

    assert device.delay_us == pytest.approx(105_000)


# --- Views ----------------------------------------------------------------------------------


def test_a_sensor_that_never_spoke_is_shown_where_it_is_planned() -> None:
    view = the_devices().sensor_view(CAMERA, 3, START)

    assert (view.name, view.at.east_m, view.at.north_m) == ("Camera 1", 0.0, -20.0)
    assert (view.state, view.last_us, view.silent, view.refused_count) == (None, None, False, 3)


def test_a_sensor_is_shown_as_it_says_it_is() -> None:
    devices, camera = the_devices(), Voice(CAMERA)
    device = a_device_of(devices, CAMERA)
    device.about = camera.about_sensor(START, pose=a_pose(7.0, 8.0))
    fault = Fault(code="dark", text="it is dark")
    device.health = camera.health(START, state=HealthState.WARNING, faults=(fault,), spool_count=4)
    device.heard(camera.health(START), START)

    view = devices.sensor_view(CAMERA, 0, START + 1)

    assert (view.at.east_m, view.at.north_m) == (7.0, 8.0)
    assert view.field_of_view is not None
    assert (view.state, view.faults, view.spool_count) == (HealthState.WARNING, (fault,), 4)
    assert view.last_us == START


def test_a_device_that_says_it_stands_on_another_continent_is_shown_where_it_is_planned() -> None:
    devices = the_devices()
    about = Voice(CAMERA).about_sensor(START, pose=Pose(lat_deg=0.0, lon_deg=0.0))
    a_device_of(devices, CAMERA).about = about

    view = devices.sensor_view(CAMERA, 0, START)

    assert (view.at.east_m, view.at.north_m) == (0.0, -20.0)
    assert not is_on_plane(devices.stands(about.pose))


def test_an_actuator_is_shown_as_it_says_it_is() -> None:
    devices, siren = the_devices(), Voice(SIREN)
    before = devices.actuator_view(SIREN, START)
    device = a_device_of(devices, SIREN)
    device.about = siren.about_siren(START)
    device.health = siren.health(START)
    device.state = siren.state(START, ActuatorPosition.ON)

    view = devices.actuator_view(SIREN, START)

    assert (before.actions, before.position, before.state) == ((), ActuatorPosition.UNKNOWN, None)
    assert view.actions == (ActuatorAction.SOUND, ActuatorAction.SILENCE)
    assert (view.position, view.state) == (ActuatorPosition.ON, HealthState.OK)


def test_an_actuator_is_known_once_it_has_said_what_it_is() -> None:
    devices, siren = the_devices(), Voice(SIREN)
    assert devices.known_actuators(START) == {}

    device = a_device_of(devices, SIREN)
    device.about = siren.about_siren(START)
    device.heard(device.about, START)

    (known,) = devices.known_actuators(START).values()
    assert (known.about, known.silent) == (device.about, False)
    assert devices.known_actuators(START + SILENT_AFTER_US + 1)[SIREN].silent


def test_every_device_of_the_plan_can_be_found() -> None:
    devices = the_devices()

    assert [devices.find(identity) for identity in devices.ids()] == list(devices.all())
    assert devices.ids()[-2:] == (SIREN, BOLLARD)
    assert devices.find("cam-99") is None


# --- Where a cue happened -------------------------------------------------------------------


def test_a_cue_with_a_position_happened_there() -> None:
    lat_deg, lon_deg = FRAME.to_wgs84(30.0, 40.0)
    where = Position(lat_deg=lat_deg, lon_deg=lon_deg, sigma_east_m=1.0, sigma_north_m=2.0)

    place, sigma_m = the_devices().locate(Voice(BUTTON).cue(START, where=where))

    assert place == pytest.approx((30.0, 40.0), abs=0.001)
    assert sigma_m == 2.0


def test_a_cue_with_range_and_azimuth_happened_that_far_from_its_sensor() -> None:
    where = Polar(range_m=10.0, azimuth_deg=90.0, sigma_range_m=0.5, sigma_azimuth_deg=6.0)

    place, sigma_m = the_devices().locate(Voice(RADAR).cue(START, where=where))

    assert place == pytest.approx((-10.0, 0.0))
    assert sigma_m == pytest.approx(10.0 * math.radians(6.0))


def test_a_cue_that_knows_next_to_nothing_of_its_place_is_no_vaguer_than_a_kilometre() -> None:
    where = Polar(range_m=20_000.0, azimuth_deg=0.0, sigma_range_m=1.0, sigma_azimuth_deg=90.0)

    _, sigma_m = the_devices().locate(Voice(RADAR).cue(START, where=where))

    assert sigma_m == SIGMA_MAX_M


@pytest.mark.parametrize("where", [None, Bearing(azimuth_deg=10.0, sigma_azimuth_deg=5.0)])
def test_a_cue_without_a_range_happened_within_earshot_of_its_sensor(where: Bearing | None) -> None:
    assert the_devices().locate(Voice(BUTTON).cue(START, where=where)) == ((3.0, 3.0), HEARING_M)


def test_the_smoothing_of_a_delay_takes_seconds_and_not_scans_of_a_whole_day() -> None:
    device, camera = a_device(), Voice(CAMERA)
    device.scanned(camera.scan(START), START)

    for _ in range(100):
        device.scanned(camera.scan(START), START + SECOND)

    assert device.delay_us > 0.99 * SECOND


def test_a_team_is_known_and_counts_where_somebody_simulates_it() -> None:
    devices = Devices(a_site(teams=(Team(id="team-alpha", name="Alpha"),)), FRAME)
    team = devices.find("team-alpha")
    assert team is not None

    team.heard(Voice("team-alpha", simulated=True).health(START), START)

    assert devices.is_simulated(START)
    assert "team-alpha" not in devices.ids()
    assert team in list(devices.all())
