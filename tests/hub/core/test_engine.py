import msgspec
import pytest
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
    SITE,
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
    published_at,
    replies,
)

from hub.core.alerts.alert import AlertRecord
from hub.core.effects import Accepted, Asked, Durability, InboxMark, Journal, Publish, Show
from hub.core.engine import ANSWERS_MAX, CATCH_UP_MAX_US, TICK_US
from hub.core.inputs import Refused, Vitals
from hub.core.own_health import EVERY_US
from hub.core.response.command import CommandRecord
from wire import columns, topics
from wire.actions import Acknowledge, Cancel, Clear, Confirm, OperatorAction, Order, Shelve, Unshelve
from wire.codec import Slot
from wire.feed import FLAG_ALERTED, TrackColumns
from wire.ids import ulid
from wire.labels import (
    ActuatorAction,
    ActuatorPosition,
    AlertState,
    CommandState,
    HealthState,
    OutcomeStatus,
    Priority,
    Role,
)
from wire.messages import (
    AlertNotice,
    Command,
    Committed,
    Homography,
    HubHealth,
    Outcome,
    OutboxFloor,
    Polar,
    Position,
    Reading,
    Report,
    TeamPosition,
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
    where = Position(lat_deg=52.0, lon_deg=5.0, sigma_east_m=1.0, sigma_north_m=1.0)

    hub.takes(Voice("team-01").says(TeamPosition, START, position=where), START)

    assert hub.refused() == {"not_for_hub": 1}


@pytest.mark.parametrize(
    ("ahead_s", "code"), [(-3600, "late"), (-4, "late"), (3, "from_the_future"), (3600, "from_the_future")]
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


@pytest.mark.parametrize(("lat_deg", "lon_deg"), [(0.0, 0.0), (90.0, 180.0), (-52.0, -175.0), (52.01, 5.0)])
def test_a_detection_far_from_the_site_makes_no_track(lat_deg: float, lon_deg: float) -> None:
    hub, camera = Hub(), Voice(CAMERA)
    where = Position(lat_deg=lat_deg, lon_deg=lon_deg, sigma_east_m=0.3, sigma_north_m=0.3)

    for step in range(20):
        at_us = START + step * SECOND // 10
        hub.takes(camera.scan(at_us, detections=(a_detection(where=where),)), at_us)

    assert len(hub.engine._tracker.tracks) == 0


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


def test_input_that_could_not_be_read_is_counted_and_shown() -> None:
    hub = Hub()
    refused = Refused(source=CAMERA, code="not_json", text="scan: not JSON", fix="send JSON")

    hub.takes(refused, START)
    effects = hub.wakes(START + TICK_US)

    (row,) = deltas(effects)[0].refusals
    assert (row.source, row.code, row.count) == (CAMERA, "not_json", 1)


# --- Exactly once ---------------------------------------------------------------------------


def test_a_cue_that_comes_twice_is_journalled_once_and_committed_again() -> None:
    hub, cue = Hub(a_site(**PANIC)), Voice(BUTTON).cue(START)

    hub.takes(cue, START)
    again = hub.takes(cue, START + SECOND)

    assert len(hub.alerts) == 1
    assert entries(again) == []
    assert published(again, Committed)[0].committed_seq == 1


def test_a_cue_from_before_a_restart_is_not_taken_again() -> None:
    before, cue = Hub(a_site(**PANIC)), Voice(BUTTON).cue(START)
    before.takes(cue, START)
    after = Hub(a_site(**PANIC), START + MINUTE)
    after.restores(before.standing(), START + MINUTE)

    again = after.takes(cue, START + MINUTE)

    assert entries(again) == []
    assert published(again, Committed)[0].committed_seq == 1


def test_what_is_committed_follows_the_prefix_without_gaps() -> None:
    hub, button = Hub(a_site(**PANIC)), Voice(BUTTON)

    told = [
        [one.committed_seq for one in published(hub.takes(button.cue(START, seq=seq), START), Committed)]
        for seq in (2, 4, 1, 3)
    ]

    assert told == [[], [], [2], [4]]
    assert sum(isinstance(entry.record, Accepted) for entry in entries(hub.done)) == 4


def test_a_message_is_committed_behind_its_own_journal_entry_and_its_mark() -> None:
    hub = Hub(a_site(**PANIC))

    effects = hub.takes(Voice(BUTTON).cue(START), START)

    first, second, third, *_ = effects
    assert isinstance(first, Journal)
    assert isinstance(first.entry.record, Accepted)
    assert isinstance(second, Journal)
    assert isinstance(second.entry.record, InboxMark)
    assert isinstance(third, Publish)
    assert third.topic == topics.sensor_committed(SITE, BUTTON)
    assert third.retain


def test_a_message_that_can_never_be_read_takes_its_place_in_the_sequence() -> None:
    hub, button = Hub(a_site(**PANIC)), Voice(BUTTON)
    topic = topics.sensor_cue(SITE, BUTTON)
    broken = Refused(
        source=BUTTON,
        code="bad_value",
        text="kind: no such kind",
        fix="see the schema",
        slot=Slot(sender=BUTTON, boot=button.boot, seq=1),
        topic=topic,
        payload=b'{"kind":"?"}',
    )

    first = hub.takes(broken, START)
    second = hub.takes(button.cue(START, seq=2), START)

    assert [one.committed_seq for one in published(first + second, Committed)] == [1, 2]
    kept = entries(first)[0].record
    assert isinstance(kept, Accepted)
    assert (kept.topic, kept.payload) == (topic, b'{"kind":"?"}')


def test_a_strangers_unreadable_message_takes_no_place() -> None:
    hub = Hub()
    slot = Slot(sender="stranger-01", boot=ulid(START, bytes(10)), seq=1)

    effects = hub.takes(
        Refused(source="stranger-01", code="bad_value", text="-", fix="-", slot=slot), START
    )

    assert entries(effects) == []


def test_a_sender_far_beyond_a_gap_is_asked_to_wait() -> None:
    hub, button = Hub(a_site(rules=(), playbooks=())), Voice(BUTTON)
    for seq in range(2, 2 + 4096):
        hub.takes(button.says(Reading, START, seq=seq, channel="battery", value=1.0, unit="V"), START)

    effects = hub.takes(button.cue(START, seq=9_000), START)

    assert hub.refused() == {"too_far_ahead": 1}
    assert effects == []


def test_a_sender_that_gave_messages_up_moves_the_mark_by_its_floor() -> None:
    hub, button = Hub(a_site(**PANIC)), Voice(BUTTON)
    hub.takes(button.cue(START, seq=5), START)

    effects = hub.takes(
        button.health(START, floors=(OutboxFloor(boot=button.boot, seq=5),)), START
    )

    (entry,) = entries(effects)
    assert isinstance(entry.record, InboxMark)
    assert entry.record.mark.committed_seq == 5
    assert entry.durability is Durability.MARK
    told = published(hub.takes(button.cue(START, seq=6), START), Committed)
    assert told[0].committed_seq == 6


def test_readings_and_reports_are_kept_and_committed() -> None:
    hub = Hub()

    effects = hub.takes(
        Voice(EAR).says(Reading, START, channel="level", value=61.0, unit="dB"), START
    )
    hub.takes(Voice("team-01").says(Report, START, text="all quiet"), START)

    assert isinstance(entries(effects)[0].record, Accepted)
    assert published(effects, Committed)[0].committed_seq == 1
    assert hub.refused() == {"unknown_device": 1}


# --- What operators do ----------------------------------------------------------------------


def with_an_alert() -> tuple[Hub, AlertRecord]:
    hub = Hub(a_site(rules=a_site().rules[:1], playbooks=()))
    hub.sees(Voice(CAMERA), INSIDE, from_us=START)
    return hub, hub.alerts[0]


def test_an_operator_acknowledges_and_the_alert_closes_when_its_condition_goes() -> None:
    hub, alert = with_an_alert()

    assert hub.asks(Acknowledge(alert=alert.id), START + SECOND) == ""
    assert (hub.alerts[0].state, hub.alerts[0].acknowledged_by) == (AlertState.ACKNOWLEDGED, "Ann")
    effects = hub.lives(START + 30 * SECOND)

    assert hub.alerts == []
    (cleared,) = published_at(effects, alert_topic(alert))
    assert (cleared.message, cleared.retain) == (None, True)
    assert alert.id in {gone for delta in deltas(effects) for gone in delta.alerts_gone}


def test_a_shelved_alert_comes_back_when_its_time_is_over_or_when_asked() -> None:
    hub, alert = with_an_alert()
    shelve = Shelve(alert=alert.id, duration_s=60, reason="rehearsal")

    assert hub.asks(shelve, START + SECOND) == ""
    assert hub.alerts[0].state is AlertState.SHELVED
    assert hub.asks(Unshelve(alert=alert.id), START + SECOND) == ""
    assert hub.alerts[0].state is AlertState.UNACKNOWLEDGED
    assert hub.asks(shelve, START + SECOND) == ""
    hub.lives(START + 61 * SECOND + TICK_US)

    assert hub.alerts[0].state is AlertState.CLEARED_UNACKNOWLEDGED


def test_an_alert_whose_condition_is_true_cannot_be_cleared_and_the_reason_is_said() -> None:
    hub, alert = with_an_alert()

    reason = hub.asks(Clear(alert=alert.id, note="gone"), START + SECOND)

    assert reason == "cannot clear an alert that is unacknowledged; allowed: acknowledge, shelve"
    assert hub.alerts == [alert]


def test_a_role_that_may_not_act_is_told_who_may() -> None:
    hub, alert = with_an_alert()

    reason = hub.asks(Acknowledge(alert=alert.id), START + SECOND, role=Role.WALL)

    assert reason == "the role wall may not acknowledge; operator or supervisor may"


def test_what_an_operator_asks_is_journalled_before_it_is_answered_also_when_refused() -> None:
    hub = Hub()
    ask = Acknowledge(alert=ulid(START, bytes(10)))

    assert "no such open alert" in hub.asks(ask, START)

    (asked,) = [entry.record for entry in entries(hub.done)]
    assert isinstance(asked, Asked)
    assert (asked.accepted, asked.action.operator) == (False, "Ann")
    assert isinstance(hub.done[-2], Journal)


def test_asking_twice_with_one_id_is_asking_once() -> None:
    hub, alert = with_an_alert()
    action = OperatorAction(
        id=ulid(START, b"x" * 10),
        operator="Ann",
        role=Role.OPERATOR,
        asked_us=START,
        ask=Acknowledge(alert=alert.id),
    )

    first = hub.takes(action, START + SECOND)
    again = hub.takes(action, START + 2 * SECOND)

    assert replies(again) == replies(first)
    assert replies(again)[0].reply.accepted
    assert not any(isinstance(entry.record, Asked) for entry in entries(again))


def test_only_so_many_answers_are_remembered() -> None:
    hub = Hub()

    for _ in range(ANSWERS_MAX + 5):
        hub.asks(Cancel(command=ulid(START, bytes(10)), reason="no"), START)

    assert len(hub.engine._answers) == ANSWERS_MAX


# --- What is done about it ------------------------------------------------------------------


def with_actuators(**fields: bool) -> Hub:
    hub = Hub()
    hub.takes(Voice(SIREN, **fields).about_siren(START), START)
    hub.takes(Voice(BOLLARD, **fields).about_bollard(START), START)
    return hub


def test_a_playbooks_command_leaves_behind_its_journal_entry() -> None:
    hub = with_actuators()

    effects = hub.takes(Voice(BUTTON).cue(START), START)

    (command,) = published(effects, Command)
    assert (command.actuator, command.action) == (SIREN, ActuatorAction.SOUND)
    sent = [isinstance(one, Publish) and one.message is command for one in effects].index(True)
    kept = [
        one.entry.record for one in effects[:sent] if isinstance(one, Journal)
    ]
    assert any(
        isinstance(record, CommandRecord) and record.state is CommandState.SENT for record in kept
    )
    assert hub.commands[BOLLARD].state is CommandState.AWAITING_CONFIRMATION


def test_an_actuator_that_does_it_confirms_the_command() -> None:
    hub, siren = with_actuators(), Voice(SIREN)
    hub.takes(Voice(BUTTON).cue(START), START)
    command = hub.commands[SIREN]

    hub.takes(siren.says(Outcome, START, command=command.id, status=OutcomeStatus.ACCEPTED), START)
    assert hub.commands[SIREN].state is CommandState.ACCEPTED
    hub.takes(siren.state(START + 1, ActuatorPosition.ON, command=command.id), START + 1)

    assert hub.commands[SIREN].state is CommandState.CONFIRMED
    (step, _) = deltas(hub.done)[-1].alerts[0].steps
    assert step.state is CommandState.CONFIRMED


def test_an_actuator_that_answers_for_another_is_counted_and_not_believed() -> None:
    hub = with_actuators()
    hub.takes(Voice(BUTTON).cue(START), START)
    command = hub.commands[SIREN]

    hub.takes(
        Voice(BOLLARD).says(Outcome, START, command=command.id, status=OutcomeStatus.COMPLETED), START
    )

    assert hub.refused() == {"wrong_outcome": 1}
    assert hub.commands[SIREN].state is CommandState.SENT


def test_a_bollard_rises_only_when_confirmed_and_when_its_zone_is_seen_clear() -> None:
    hub, camera = with_actuators(), Voice(CAMERA)
    hub.takes(camera.about_sensor(START), START)
    hub.takes(Voice(BUTTON).cue(START), START)
    bollard = hub.commands[BOLLARD]

    assert hub.asks(Confirm(command=bollard.id), START) == ""
    assert hub.commands[BOLLARD].note == "no sensor has seen Gate"
    hub.sees(camera, from_us=START + 1)

    (command,) = [one for one in published(hub.done, Command) if one.actuator == BOLLARD]
    assert command.observed_us <= START + 1 + SECOND // 5


@pytest.mark.parametrize("stain", ["simulated", "exercise"])
def test_what_is_not_real_never_commands_a_real_actuator(stain: str) -> None:
    hub = with_actuators()

    hub.takes(Voice(BUTTON, **{stain: True}).cue(START), START)
    hub.lives(START + 30 * SECOND)

    assert published(hub.done, Command) == []
    assert getattr(hub.alerts[0], stain)


def test_an_exercise_says_so_on_every_output() -> None:
    hub = with_actuators(exercise=True)

    hub.takes(Voice(BUTTON, exercise=True).cue(START), START)
    hub.wakes(START + SECOND)

    (command,) = published(hub.done, Command)
    assert command.exercise
    assert all(notice.exercise for notice in published(hub.done, AlertNotice))
    assert all(view.exercise for delta in deltas(hub.done) for view in delta.commands)
    assert hub.engine.snapshot(Role.OPERATOR).hub.exercise


def test_an_order_by_hand_leaves_and_one_for_no_actuator_names_those_there_are() -> None:
    hub = with_actuators()
    order = Order(actuator=SIREN, action=ActuatorAction.SOUND, reason="test")

    assert hub.asks(order, START) == ""
    assert published(hub.done, Command)[0].reason == "test"
    wrong = Order(actuator="siren-99", action=ActuatorAction.SOUND, reason="test")
    assert "it has: siren-01, bollard-01" in hub.asks(wrong, START)


def test_a_closed_alert_withdraws_what_still_waits_and_is_forgotten_with_its_commands() -> None:
    hub = with_actuators()
    hub.sees(Voice(CAMERA), INSIDE, from_us=START)
    (alert,) = hub.alerts
    hub.asks(Acknowledge(alert=alert.id), START + SECOND)

    hub.lives(START + 30 * SECOND)

    assert hub.commands[BOLLARD].state is CommandState.CANCELLED
    kept = {entry.key for entry in hub.standing()}
    assert hub.commands[BOLLARD].id not in kept
    hub.lives(START + 12 * MINUTE)
    assert hub.engine.snapshot(Role.OPERATOR).commands == ()


# --- Time -----------------------------------------------------------------------------------


def test_what_is_due_before_a_message_is_done_at_its_own_instant() -> None:
    hub, button = Hub(a_site(**PANIC)), Voice(BUTTON)
    hub.takes(button.cue(START), START)
    hub.lives(START + 59 * SECOND)

    effects = hub.takes(button.cue(START + 65 * SECOND), START + 65 * SECOND)

    cleared = next(
        entry for entry in entries(effects) if isinstance(entry.record, AlertRecord)
    )
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


# --- After a restart ------------------------------------------------------------------------


def test_a_restarted_hub_has_the_same_open_alerts_and_commands() -> None:
    before = with_actuators()
    before.sees(Voice(CAMERA), INSIDE, from_us=START)
    before.takes(Voice(BUTTON).cue(START + SECOND), START + SECOND)
    before.asks(Acknowledge(alert=before.alerts[0].id), START + SECOND)
    was = before.engine.snapshot(Role.OPERATOR)

    after = Hub(start_us=START + 2 * SECOND)
    effects = after.restores(before.standing(), START + 2 * SECOND)

    now = after.engine.snapshot(Role.OPERATOR)
    assert {one.id: one for one in now.alerts} == {one.id: one for one in was.alerts}
    assert {one.id: one for one in now.commands} == {one.id: one for one in was.commands}
    assert {one.alert for one in published(effects, AlertNotice)} == {one.id for one in was.alerts}


def test_a_restarted_hub_uses_no_number_again() -> None:
    before = Hub(a_site(**PANIC))
    before.takes(Voice(BUTTON).cue(START), START)
    (closed,) = before.alerts
    before.asks(Acknowledge(alert=closed.id), START)
    before.asks(Clear(alert=closed.id, note="a drill"), START)
    assert before.alerts == []

    after = Hub(a_site(**PANIC), START + MINUTE)
    after.restores(before.standing(), START + MINUTE)
    after.takes(Voice(BUTTON, "second").cue(START + MINUTE), START + MINUTE)

    assert after.alerts[0].number == closed.number + 1


def test_history_is_nothing_to_begin_with() -> None:
    before = Hub(a_site(**PANIC))
    before.takes(Voice(BUTTON).cue(START), START)
    before.asks(Acknowledge(alert=ulid(START, bytes(10))), START)
    history = [entry for entry in entries(before.done) if entry.durability is Durability.HISTORY]
    after = Hub(a_site(**PANIC))

    assert len(history) == 2
    assert after.restores(history, START) == []


def test_a_journals_entries_survive_being_written_down() -> None:
    hub = with_actuators()
    hub.takes(Voice(BUTTON).cue(START), START)

    for entry in entries(hub.done):
        assert msgspec.json.decode(msgspec.json.encode(entry), type=type(entry)) == entry


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


def test_a_place_on_the_map_is_where_the_sensor_says() -> None:
    hub = Hub()
    place = (12.0, -7.0)
    lat_deg, lon_deg = FRAME.to_wgs84(*place)
    where = Position(lat_deg=lat_deg, lon_deg=lon_deg, sigma_east_m=2.0, sigma_north_m=3.0)

    hub.takes(Voice(BUTTON).cue(START, where=where), START)

    (cue,) = deltas(hub.done)[0].cues
    assert (cue.at.east_m, cue.at.north_m, cue.sigma_m) == (12.0, -7.0, 3.0)
    assert hub.alerts[0].priority is Priority.CRITICAL
