import msgspec
import pytest
from small_square import (
    BUTTON,
    FRAME,
    HUB_BOOT,
    SECOND,
    SIREN,
    SITE,
    START,
    Voice,
    a_site,
)
from track_rows import add_rows

from hub.core.alerts.alert import AlertRecord
from hub.core.fusion.tracks import Rows, Tracks
from hub.core.notices import SIGMA_MIN_M, SUMMARY_MAX, Notices, topic_of
from hub.core.response.command import CommandRecord
from wire import codec, topics
from wire.catalogue import Family
from wire.delivery import Mark
from wire.feed import LABELS
from wire.ids import ulid
from wire.labels import (
    ActuatorAction,
    AlertState,
    CommandState,
    EffectClass,
    HealthState,
    Label,
    OutcomeStatus,
    Priority,
    ReceiptStatus,
)
from wire.messages import (
    AlertNotice,
    Command,
    Committed,
    Fault,
    HubHealth,
    Outcome,
    Reading,
    Receipt,
    Report,
    TracksSummary,
)

CAUSE = ulid(START, b"cause     ")


def the_notices() -> Notices:
    return Notices(a_site(), FRAME, HUB_BOOT)


def an_alert(**changes: object) -> AlertRecord:
    plain = {
        "id": ulid(START, b"alert     "),
        "number": 1,
        "key": "backstage",
        "rule": "backstage",
        "rule_kind": "intrusion",
        "priority": Priority.HIGH,
        "state": AlertState.UNACKNOWLEDGED,
        "active": True,
        "summary": "Person in Stage back area",
        "raised_us": START,
        "begun_us": START,
        "changed_us": START,
        "cause": CAUSE,
    }
    return AlertRecord(**{**plain, **changes})  # type: ignore[arg-type]


def a_command() -> CommandRecord:
    return CommandRecord(
        id=ulid(START, b"command   "),
        alert=an_alert().id,
        text="Sound the siren",
        actuator=SIREN,
        action=ActuatorAction.SOUND,
        effect=EffectClass.WARN,
        reason="Person in Stage back area",
        state=CommandState.SENT,
        requested_by="Intruder",
        requested_us=START,
        changed_us=START,
        expires_us=START + SECOND,
        valid_us=SECOND,
        exercise=True,
        simulated=True,
    )


def tracks_of(count: int) -> Tracks:
    rows = Rows()
    new = add_rows(rows, count)
    rows.name(new)
    rows.columns.mean[new, 0] = new
    rows.columns.mean[new, 2:] = (-3.0, 0.0)
    rows.columns.covariance[new, 0, 0] = 4.0
    rows.columns.label[new] = LABELS.index(Label.VEHICLE)
    rows.columns.updated_us[new] = START
    return Tracks(rows)


def test_each_reliable_message_has_its_topic() -> None:
    button, team, siren = Voice(BUTTON), Voice("team-01"), Voice(SIREN)
    outcome = siren.says(Outcome, START, command=CAUSE, status=OutcomeStatus.ACCEPTED)
    reading = button.says(Reading, START, channel="battery", value=1.0, unit="V")
    receipt = team.says(Receipt, START, task=CAUSE, status=ReceiptStatus.READ)

    assert topic_of(SITE, button.cue(START)) == topics.sensor_cue(SITE, BUTTON)
    assert topic_of(SITE, reading) == topics.sensor_reading(SITE, BUTTON)
    assert topic_of(SITE, outcome) == topics.actuator_outcome(SITE, SIREN)
    assert topic_of(SITE, team.says(Report, START, text="-")) == topics.team_report(SITE, "team-01")
    assert topic_of(SITE, receipt) == topics.team_receipt(SITE, "team-01")


def test_a_commitment_is_kept_for_a_sender_that_is_away() -> None:
    mark = Mark(sender=BUTTON, boot=CAUSE, committed_seq=7, ahead=(9,))

    publish = the_notices().committed(Family.SENSOR, mark, START)

    assert (publish.topic, publish.retain) == (topics.sensor_committed(SITE, BUTTON), True)
    assert isinstance(publish.message, Committed)
    assert (publish.message.of_boot, publish.message.committed_seq) == (CAUSE, 7)


def test_the_hub_numbers_each_of_its_streams_from_one() -> None:
    notices = the_notices()
    mark = Mark(sender=BUTTON, boot=CAUSE, committed_seq=7)

    made = [
        notices.committed(Family.SENSOR, mark, START).message,
        notices.committed(Family.SENSOR, mark, START).message,
        notices.alert(an_alert(), START).message,
    ]

    assert [message and message.seq for message in made] == [1, 2, 1]
    assert {message and message.boot for message in made} == {HUB_BOOT}


def test_a_command_goes_to_its_actuator_with_its_expiry_and_what_it_is_part_of() -> None:
    publish = the_notices().command(a_command(), START + 5)

    message = publish.message
    assert isinstance(message, Command)
    assert (publish.topic, publish.retain) == (topics.actuator_command(SITE, SIREN), False)
    assert (message.id, message.expires_us) == (a_command().id, START + SECOND)
    assert (message.exercise, message.simulated) == (True, True)
    assert (message.observed_us, message.sent_us) == (START, START + 5)


def test_an_open_alert_is_kept_on_its_topic_and_a_closed_one_leaves_it() -> None:
    notices = the_notices()

    told = notices.alert(an_alert(place=(3.0, 4.0), sigma_m=2.0), START)
    gone = notices.alert(an_alert(state=AlertState.CLOSED), START)

    assert isinstance(told.message, AlertNotice)
    assert told.message.position is not None
    place = FRAME.to_enu(told.message.position.lat_deg, told.message.position.lon_deg)
    assert place == pytest.approx((3.0, 4.0), abs=0.001)
    assert told.message.position.sigma_east_m == 2.0
    assert (gone.topic, gone.message, gone.retain) == (told.topic, None, True)


@pytest.mark.parametrize(
    ("sigma_m", "said_m"), [(None, 1.0), (0.0001, SIGMA_MIN_M), (20_000.0, 1_000.0)]
)
def test_a_place_is_never_said_to_be_better_or_vaguer_than_the_contract_has_words_for(
    sigma_m: float | None, said_m: float
) -> None:
    message = the_notices().alert(an_alert(place=(0.0, 0.0), sigma_m=sigma_m), START).message

    assert isinstance(message, AlertNotice)
    assert message.position is not None
    assert message.position.sigma_north_m == said_m


def test_each_state_of_an_alert_has_a_notice_with_an_id_of_its_own() -> None:
    notices = the_notices()
    states = [one for one in AlertState if one is not AlertState.CLOSED]

    made = [notices.alert(an_alert(state=state), START).message for state in states]

    assert len({message.id for message in made if message}) == len(states)


def test_tracks_are_told_as_geojson_that_can_be_read() -> None:
    tracks = tracks_of(2)

    publish = the_notices().tracks(tracks, tracks.state.nonzero()[0], START)
    assert isinstance(publish.message, TracksSummary)
    assert publish.message.features == ()
    publish = the_notices().tracks(tracks, tracks.label.nonzero()[0], START)

    assert isinstance(publish.message, TracksSummary)
    assert (publish.topic, publish.qos, publish.retain) == (topics.tracks(SITE), 0, False)
    read = msgspec.json.decode(codec.encode(publish.message))
    assert read["type"] == "FeatureCollection"
    (first, second) = publish.message.features
    assert (first.id, second.id) == (1000, 1001)
    assert second.geometry.coordinates[0] > first.geometry.coordinates[0]
    properties = first.properties
    assert (properties.label, properties.speed_mps) == (Label.VEHICLE, 3.0)
    assert (properties.heading_deg, properties.sigma_m) == (270.0, 2.0)


def test_no_more_tracks_are_told_than_a_payload_may_hold() -> None:
    tracks = tracks_of(SUMMARY_MAX + 1)

    message = the_notices().tracks(tracks, tracks.label.nonzero()[0], START).message

    assert isinstance(message, TracksSummary)
    assert len(message.features) == SUMMARY_MAX


@pytest.mark.parametrize("stain", ["simulated", "exercise"])
def test_a_summary_with_one_track_that_is_not_real_says_so(stain: str) -> None:
    tracks = tracks_of(2)
    getattr(tracks, stain)[1] = True

    message = the_notices().tracks(tracks, tracks.label.nonzero()[0], START).message

    assert getattr(message, stain)


def test_a_hub_with_a_fault_warns() -> None:
    fault = Fault(code="disk", text="the disk is full")

    def state(*faults: Fault) -> HealthState:
        publish = the_notices().health(
            START, faults=faults, track_count=1, alert_count=2, sensor_count=3, software="v"
        )
        assert isinstance(publish.message, HubHealth)
        assert (publish.topic, publish.retain) == (topics.hub_health(SITE), True)
        return publish.message.state

    assert state() is HealthState.OK
    assert state(fault) is HealthState.WARNING
