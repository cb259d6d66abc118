import msgspec
import pytest
from msgspec.structs import replace
from small_square import (
    BOLLARD,
    BUTTON,
    CAMERA,
    EAR,
    FRAME,
    INSIDE,
    MINUTE,
    OUTSIDE,
    RADAR,
    SECOND,
    SIREN,
    START,
    Hub,
    Voice,
    a_detection,
    a_site,
    a_watched_site,
    alert_topic,
    deltas,
    entries,
    published,
)

from hub.core.alerts.alert import AlertRecord
from hub.core.effects import Accepted, Durability, Entry, Journal, Publish, Show
from hub.core.engine import CATCH_UP_MAX_US, TICK_US
from hub.core.inputs import Refused, Vitals
from hub.core.own_health import EVERY_US
from wire import columns
from wire.feed import FLAG_ALERTED, TrackColumns
from wire.labels import (
    AlertState,
    HealthState,
    Priority,
    Role,
)
from wire.messages import (
    Committed,
    Homography,
    HubHealth,
    Polar,
    Pose,
    Position,
    TracksSummary,
)

PANIC = {"rules": a_site().rules[2:3], "playbooks": ()}
"""Changes of the plan: only the panic button is judged, and nothing is done about it."""


def rows_of(tracks: TrackColumns | None) -> list[int]:
    return [] if tracks is None else [row.number for row in columns.rows(tracks)]


# --- From a scan to an alert ----------------------------------------------------------------


def test_a_person_who_walks_into_a_zone_raises_one_alert() -> None:
    hub, camera = Hub(), Voice(CAMERA)

    for step in range(60):
        at_us = START + step * SECOND // 10
        hub.takes(camera.scan(at_us, (-6.0 + 0.2 * step, 5.0)), at_us)

    (alert,) = hub.alerts
    assert alert.summary == "Person in Stage back area"
    assert alert.state is AlertState.UNACKNOWLEDGED
    assert (alert.sensors, len(alert.tracks)) == ((CAMERA,), 1)


def test_a_person_who_stays_outside_raises_nothing() -> None:
    hub = Hub()

    hub.sees(Voice(CAMERA), OUTSIDE, from_us=START, seconds=3)

    assert hub.alerts == []
    assert len(hub.engine.snapshot(Role.OPERATOR).tracks.label) == 1


def test_an_alert_is_in_the_journal_before_it_is_told_or_shown() -> None:
    hub = Hub()

    hub.sees(Voice(CAMERA), INSIDE, from_us=START)

    (alert,) = hub.alerts
    kept = next(
        place
        for place, one in enumerate(hub.done)
        if isinstance(one, Journal) and one.entry.key == alert.id
    )
    told = next(
        place
        for place, one in enumerate(hub.done)
        if isinstance(one, Publish) and one.topic == alert_topic(alert)
    )
    shown = next(
        place for place, one in enumerate(hub.done) if isinstance(one, Show) and one.delta.alerts
    )
    assert kept < told < shown


def test_the_track_of_an_alert_is_marked_on_the_map_and_can_be_read_by_its_number() -> None:
    hub = Hub()
    hub.sees(Voice(CAMERA), INSIDE, OUTSIDE, from_us=START)

    (alert,) = hub.alerts
    flags = {
        row.number: row.flags & FLAG_ALERTED
        for row in columns.rows(hub.engine.snapshot(Role.OPERATOR).tracks)
    }
    assert {number for number, flag in flags.items() if flag} == set(alert.tracks)
    view = hub.engine.track(alert.tracks[0])
    assert view is not None
    assert view.sensors == (CAMERA,)
    assert hub.engine.track(7) is None


def test_an_alert_is_shown_at_once_and_not_at_the_next_frame() -> None:
    hub, button = Hub(), Voice(BUTTON)

    effects = hub.takes(button.cue(START + 1), START + 1)

    (delta,) = deltas(effects)
    assert [view.summary for view in delta.alerts] == ["Button pressed at Panic button"]
    assert delta.at_us == START + 1


def test_a_person_on_a_quiet_site_is_on_the_map_within_a_frame() -> None:
    hub, camera = Hub(), Voice(CAMERA)
    begin_us = START + 3 * SECOND + 1
    hub.wakes(begin_us)
    assert hub.engine.next_wake_us > begin_us + 2 * TICK_US

    hub.takes(camera.scan(begin_us, OUTSIDE), begin_us)

    assert hub.engine.next_wake_us == begin_us + TICK_US


def test_a_track_that_no_frame_has_shown_yet_is_not_in_a_snapshot() -> None:
    # A client could never learn that it went: no frame would take back what none has shown.
    hub, camera = Hub(), Voice(CAMERA)
    seen: list[int] = []
    for at_us in range(START + 1, START + SECOND, SECOND // 50):
        for delta in deltas(hub.takes(camera.scan(at_us, OUTSIDE), at_us)):
            seen += rows_of(delta.tracks)
        assert rows_of(hub.engine.snapshot(Role.OPERATOR).tracks) == seen[:1]

    assert seen


# --- What is not let in ---------------------------------------------------------------------


def test_a_stranger_is_refused_and_changes_nothing() -> None:
    hub, stranger = Hub(), Voice("stranger-01")

    hub.sees(stranger, INSIDE, from_us=START)
    hub.takes(stranger.cue(START), START + SECOND)
    hub.takes(stranger.about_sensor(START), START + SECOND)
    hub.takes(stranger.health(START), START + SECOND)

    assert hub.refused() == {"unknown_device": 13}
    assert entries(hub.done) == []
    assert hub.engine.snapshot(Role.OPERATOR).tracks.label == b""


def test_a_kind_of_message_that_nothing_reads_is_refused() -> None:
    hub = Hub()

    hub.takes(Voice(CAMERA).says(HubHealth, START, state="OK"), START)

    assert hub.refused() == {"not_for_hub": 1}


@pytest.mark.parametrize(
    ("ahead_s", "code"),
    [(-3600, "late"), (-4, "late"), (3, "from_the_future"), (3600, "from_the_future")],
)
def test_a_scan_with_a_wrong_clock_is_counted_and_makes_no_track(ahead_s: int, code: str) -> None:
    hub, camera = Hub(), Voice(CAMERA)

    for step in range(10):
        now_us = START + step * SECOND // 10
        hub.takes(camera.scan(now_us + ahead_s * SECOND, INSIDE), now_us)

    assert hub.refused() == {code: 10}
    assert hub.alerts == []


def test_a_panic_button_with_a_clock_far_ahead_still_raises_its_alert() -> None:
    hub = Hub()

    hub.takes(Voice(BUTTON).cue(START + 3600 * SECOND), START)

    assert len(hub.alerts) == 1
    assert hub.refused() == {"from_the_future": 1}


def test_a_cue_that_waited_an_hour_is_kept_as_history_and_alerts_nobody() -> None:
    hub = Hub()

    effects = hub.takes(Voice(BUTTON).cue(START - 3600 * SECOND), START)

    assert hub.alerts == []
    assert hub.refused() == {"history": 1}
    assert any(isinstance(entry.record, Accepted) for entry in entries(effects))
    assert published(effects, Committed)[0].committed_seq == 1


def test_a_scan_that_comes_twice_counts_once() -> None:
    hub, camera = Hub(), Voice(CAMERA)
    scan = camera.scan(START, INSIDE)

    for _ in range(20):
        hub.takes(scan, START)

    assert hub.refused() == {"repeated": 19}
    assert hub.alerts == []


def test_a_sensor_that_speaks_on_an_actuators_behalf_is_told_so() -> None:
    hub = Hub()

    hub.sees(Voice(SIREN), INSIDE, from_us=START)
    hub.takes(Voice(SIREN).cue(START), START + SECOND)

    assert hub.refused() == {"wrong_kind": 11}
    assert hub.alerts == []


@pytest.mark.parametrize(
    ("lat_deg", "lon_deg"), [(0.0, 0.0), (90.0, 180.0), (-52.0, -175.0), (52.01, 5.0)]
)
def test_a_detection_far_from_the_site_makes_no_track(lat_deg: float, lon_deg: float) -> None:
    hub, camera = Hub(), Voice(CAMERA)
    where = Position(lat_deg=lat_deg, lon_deg=lon_deg, sigma_east_m=0.3, sigma_north_m=0.3)

    for step in range(20):
        at_us = START + step * SECOND // 10
        hub.takes(camera.scan(at_us, detections=(a_detection(where=where),)), at_us)

    assert len(hub.engine._fuser.tracks) == 0


def test_detections_that_cannot_be_placed_are_counted_with_what_to_do() -> None:
    hub, radar = Hub(), Voice(RADAR)
    where = Polar(range_m=10.0, azimuth_deg=0.0, sigma_range_m=0.5, sigma_azimuth_deg=1.0)

    hub.takes(radar.scan(START, detections=(a_detection(where=where),)), START)

    assert hub.refused() == {"no_about": 1}


def test_a_camera_that_describes_an_impossible_model_is_told_so() -> None:
    hub = Hub()
    flat = Homography(anchor_lat_deg=52.0, anchor_lon_deg=5.0, image_to_ground=(0.0,) * 9)

    hub.takes(Voice(CAMERA).about_sensor(START, camera=flat), START)

    assert hub.refused() == {"camera_model": 1}


def test_a_panic_button_that_says_it_is_on_another_continent_alerts_where_it_is_planned() -> None:
    hub = Hub(a_site(**PANIC))
    nowhere = Position(lat_deg=0.0, lon_deg=0.0, sigma_east_m=1.0, sigma_north_m=1.0)

    effects = hub.takes(Voice(BUTTON).cue(START, where=nowhere), START)

    assert hub.alerts[0].place == (3.0, 3.0)
    assert hub.refused() == {"off_site": 1}
    for entry in entries(effects):
        assert msgspec.json.decode(msgspec.json.encode(entry), type=Entry) == entry


def test_a_sensor_that_says_it_stands_on_another_continent_is_told_so() -> None:
    hub = Hub()

    hub.takes(Voice(CAMERA).about_sensor(START, pose=Pose(lat_deg=0.0, lon_deg=0.0)), START)

    assert hub.refused() == {"off_site": 1}


def test_input_that_could_not_be_read_is_counted_and_shown() -> None:
    hub = Hub()
    refused = Refused(source=CAMERA, code="not_json", text="scan: not JSON", fix="send JSON")

    hub.takes(refused, START)
    effects = hub.wakes(START + TICK_US)

    (row,) = deltas(effects)[0].refusals
    assert (row.source, row.code, row.count) == (CAMERA, "not_json", 1)


# --- Time -----------------------------------------------------------------------------------


def test_what_is_due_before_a_message_is_done_at_its_own_instant() -> None:
    hub, button = Hub(a_site(**PANIC)), Voice(BUTTON)
    hub.takes(button.cue(START), START)
    hub.lives(START + 59 * SECOND)

    effects = hub.takes(button.cue(START + 65 * SECOND), START + 65 * SECOND)

    cleared = next(entry for entry in entries(effects) if isinstance(entry.record, AlertRecord))
    assert cleared.at_us == START + 60 * SECOND


def test_a_camera_that_stops_talking_raises_an_alert_after_fifteen_seconds() -> None:
    hub = Hub(a_watched_site(playbooks=()))
    hub.sees(Voice(CAMERA), from_us=START)
    last_us = START + 9 * SECOND // 10

    hub.wakes(last_us + 15 * SECOND + TICK_US)

    (silent,) = [alert for alert in hub.alerts if CAMERA in alert.sensors]
    assert silent.summary == "Camera 1 has said nothing for 15 s"
    assert last_us + 15 * SECOND <= silent.raised_us <= last_us + 15 * SECOND + TICK_US


def test_a_machine_that_slept_for_an_hour_does_not_live_through_it() -> None:
    hub = Hub()
    hub.sees(Voice(CAMERA), OUTSIDE, from_us=START)

    effects = hub.wakes(START + 3600 * SECOND)

    assert len(deltas(effects)) == 1
    assert hub.engine.next_wake_us > START + 3600 * SECOND


def test_a_machine_that_paused_for_some_seconds_lives_through_each_tick() -> None:
    hub = Hub()
    hub.sees(Voice(CAMERA), OUTSIDE, from_us=START)

    effects = hub.wakes(START + SECOND + CATCH_UP_MAX_US)

    assert len(published(effects, TracksSummary)) == 11


def test_a_clock_that_goes_back_stops_nothing() -> None:
    hub, button = Hub(a_site(**PANIC)), Voice(BUTTON)
    hub.wakes(START + MINUTE)

    hub.takes(button.cue(START), START)

    (alert,) = hub.alerts
    assert alert.raised_us == START + MINUTE


def test_third_parties_are_told_of_tracks_each_second_and_of_the_hub_each_five() -> None:
    hub, camera = Hub(), Voice(CAMERA)
    hub.sees(camera, OUTSIDE, from_us=START, seconds=11)

    summaries, healths = published(hub.done, TracksSummary), published(hub.done, HubHealth)

    assert len(summaries) == 10
    assert [len(one.features) for one in summaries] == [1] * 10
    assert healths[1].observed_us - healths[0].observed_us == EVERY_US
    assert (healths[-1].sensor_count, healths[-1].state) == (1, HealthState.OK)
    assert len(healths) == 2


def test_what_the_runner_measures_is_shown() -> None:
    hub = Hub()

    hub.takes(Vitals(bus_connected=True, journal_ok=False, dropped_scans=7), START)
    hub.wakes(START + SECOND)

    seen = deltas(hub.done)[-1].hub
    assert seen is not None
    assert (seen.bus_connected, seen.journal_ok, seen.dropped_scans) == (True, False, 7)
    assert seen.uptime_s == 1.0


# --- The picture ----------------------------------------------------------------------------


def test_the_simulation_watermark_follows_the_devices_that_talk() -> None:
    hub = Hub()
    hub.takes(Voice(CAMERA, simulated=True).health(START), START)
    hub.wakes(START + SECOND)

    assert hub.engine.snapshot(Role.WALL).hub.simulated
    hub.wakes(START + 30 * SECOND)
    assert not hub.engine.snapshot(Role.WALL).hub.simulated


def test_every_device_of_the_plan_is_in_the_first_picture() -> None:
    snapshot = Hub().engine.snapshot(Role.OPERATOR)

    assert [view.id for view in snapshot.sensors] == [CAMERA, RADAR, BUTTON, EAR]
    assert [view.id for view in snapshot.actuators] == [SIREN, BOLLARD]
    assert snapshot.number == 0


def test_what_was_over_when_a_hub_died_is_told_again_and_not_shown() -> None:
    hub = Hub()
    hub.takes(Voice(BUTTON).cue(START), START)
    (alert,) = hub.alerts
    closed = replace(alert, state=AlertState.CLOSED, active=False)
    over = Entry(at_us=START, key=alert.id, durability=Durability.ENDED, record=closed)

    effects = Hub().restores([over], START + MINUTE)

    (taken,) = [one for one in effects if isinstance(one, Publish)]
    assert (taken.topic, taken.message, taken.retain) == (alert_topic(alert), None, True)


def test_a_place_on_the_map_is_where_the_sensor_says() -> None:
    hub = Hub()
    place = (12.0, -7.0)
    lat_deg, lon_deg = FRAME.to_wgs84(*place)
    where = Position(lat_deg=lat_deg, lon_deg=lon_deg, sigma_east_m=2.0, sigma_north_m=3.0)

    hub.takes(Voice(BUTTON).cue(START, where=where), START)

    (cue,) = deltas(hub.done)[0].cues
    assert (cue.at.east_m, cue.at.north_m, cue.sigma_m) == (12.0, -7.0, 3.0)
    assert hub.alerts[0].priority is Priority.CRITICAL
