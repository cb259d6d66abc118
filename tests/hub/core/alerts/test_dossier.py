import msgspec

from hub.core.alerts.dossier import DossierRecord, measured, stated, thresholds, witness_of
from hub.core.site import CueRule, DroneRule, Hours, IntrusionRule
from wire.feed import EastNorth, EvidenceLine, TrackSource, TrackView
from wire.ids import ulid
from wire.labels import CueKind, Label, Posture, Priority
from wire.review import Dossier

SECOND = 1_000_000
START = 1_800_000_000 * SECOND
NAMES = {"cam-01": "Camera 1", "radar-01": "Radar"}


def a_source(sensor: str, count: int, last_us: int = START) -> TrackSource:
    return TrackSource(sensor=sensor, first_us=START, last_us=last_us, measurement_count=count)


def said(lines: tuple[EvidenceLine, ...]) -> dict[str, str]:
    return {one.name: one.value for one in lines}


def test_a_dossier_comes_back_from_the_journal_as_it_was() -> None:
    identity = ulid(START, bytes(10))
    dossier = Dossier(
        alert=identity,
        number=1,
        at_us=START,
        priority=Priority.HIGH,
        summary="Person in Stage",
        rule="backstage",
        rule_kind="intrusion",
    )
    record = DossierRecord(alert=identity, dossier=dossier)

    assert msgspec.json.decode(msgspec.json.encode(record), type=DossierRecord) == record


def test_thresholds_are_told_in_the_words_of_the_plan() -> None:
    rule = IntrusionRule(
        id="backstage", zone="stage", stay_min_s=2.5, hours=Hours(start="22:00", end="06:00")
    )

    assert said(thresholds(rule, Posture.NORMAL)) == {
        "priority": "high",
        "zone": "stage",
        "labels": "person",
        "stay_min_s": "2.5",
        "clear_after_s": "3",
        "hours": '{"start":"22:00","end":"06:00","days":[]}',
    }


def test_thresholds_are_those_of_the_posture() -> None:
    rule = IntrusionRule(
        id="backstage", zone="stage", by_posture={Posture.RAISED: {"stay_min_s": 0.5}}
    )

    assert said(thresholds(rule, Posture.NORMAL))["stay_min_s"] == "0"
    assert said(thresholds(rule, Posture.RAISED))["stay_min_s"] == "0.5"


def test_what_is_not_set_is_no_threshold_and_a_rule_that_is_no_more_has_none() -> None:
    rule = CueRule(id="panic", cues=(CueKind.BUTTON_PRESSED, CueKind.DOOR_FORCED))

    told = said(thresholds(rule, Posture.NORMAL))

    assert told["cues"] == "button_pressed, door_forced"
    assert not {"devices", "hours", "summary"} & set(told)
    assert thresholds(None, Posture.NORMAL) == ()


def test_a_switch_is_told_as_the_file_has_it() -> None:
    strict = DroneRule(id="drone", zone="square")
    lax = DroneRule(id="drone", zone="square", with_remote_id_allowed=True)

    assert said(thresholds(strict, Posture.NORMAL))["with_remote_id_allowed"] == "false"
    assert said(thresholds(lax, Posture.NORMAL))["with_remote_id_allowed"] == "true"


def test_a_sensors_share_is_its_part_of_all_measurements() -> None:
    found = measured(
        {
            7: [a_source("cam-01", 60, START + 1)],
            9: [a_source("radar-01", 20), a_source("cam-01", 20)],
        },
        NAMES,
    )

    assert [(one.sensor, one.name, one.tracks, one.share) for one in found] == [
        ("cam-01", "Camera 1", (7, 9), 0.8),
        ("radar-01", "Radar", (9,), 0.2),
    ]
    assert found[0].last_us == START + 1
    assert measured({}, NAMES) == []
    assert measured({7: [a_source("gone", 0)]}, NAMES)[0].share == 0.0


def test_who_only_states_it_shares_with_the_others_who_do() -> None:
    told = stated(("ear-01", "ear-02", "ear-01"), [], {"ear-01": "Ear"}, START)

    assert [(one.sensor, one.name, one.share, one.stated) for one in told] == [
        ("ear-01", "Ear", 0.5, True),
        ("ear-02", "ear-02", 0.5, True),
    ]


def test_a_statement_beside_measurements_has_no_share() -> None:
    known = measured({7: [a_source("cam-01", 5)]}, NAMES)

    told = stated(("cam-01", "ear-01"), known, NAMES, START)

    assert [(one.sensor, one.share) for one in told] == [("ear-01", 0.0)]


def test_a_track_is_kept_as_it_stood() -> None:
    view = TrackView(
        number=7,
        label=Label.PERSON,
        at=EastNorth(east_m=1.0, north_m=2.0),
        speed_mps=1.5,
        heading_deg=0.0,
        sigma_major_m=0.4,
        sigma_minor_m=0.2,
        sigma_azimuth_deg=0.0,
        born_us=START,
        updated_us=START + 1,
        confirmed=True,
        coasting=False,
        existence=0.99,
    )

    witness = witness_of(view)

    assert (witness.number, witness.at, witness.sigma_m) == (7, view.at, 0.4)
    lost = msgspec.structs.replace(view, sigma_major_m=1e9)
    assert witness_of(lost).sigma_m == 20_000.0
