import msgspec
from small_square import (
    BUTTON,
    CAMERA,
    EAR,
    FRAME,
    INSIDE,
    RADAR,
    SECOND,
    START,
    Voice,
    a_pose,
    a_site,
)

from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.changes import raised
from hub.core.alerts.dossier import DossierRecord
from hub.core.devices import Devices
from hub.core.fusion.fuser import Fuser
from hub.core.rules.condition import Condition
from hub.core.site import IntrusionRule, Sensor
from hub.core.witness import Witness
from wire.ids import ulid
from wire.labels import HealthState, Label, Posture, Priority, SensorKind
from wire.messages import FieldOfView, Message
from wire.review import Dossier

EAR_2, EAR_3 = "ear-02", "ear-03"


class Square:
    """A site with its sensors, and a witness of what they see."""

    def __init__(self) -> None:
        plan = a_site(
            rules=(
                IntrusionRule(
                    id="backstage",
                    zone="stage",
                    by_posture={Posture.RAISED: {"stay_min_s": 0.5}},
                ),
            )
        )
        ears = (
            Sensor(id=EAR_2, kind=SensorKind.ACOUSTIC, name="Ear 2", position=(10.0, 10.0)),
            Sensor(id=EAR_3, kind=SensorKind.ACOUSTIC, name="Ear 3", position=(90.0, 90.0)),
        )
        self.site = a_site(sensors=(*plan.sensors, *ears), rules=plan.rules)
        self.fuser = Fuser(self.site, FRAME)
        self.devices = Devices(self.site, FRAME)
        self.witness = Witness(self.fuser, self.devices, self.site, "f00d")
        self.voices = {one.id: Voice(one.id) for one in self.site.sensors}
        self.now_us = START

    def knows(self, sensor: str, kind: SensorKind = SensorKind.CAMERA, **fields: object) -> None:
        about = self.voices[sensor].about_sensor(self.now_us, kind=kind, **fields)
        self.fuser.about(about)
        self.heard(about)

    def heard(self, message: Message) -> None:
        self.devices.sensors[message.sender].heard(message, self.now_us)
        self.fuser.hear(message, self.now_us)

    def sees(self, *sensors: str, scans: int = 20, **fields: object) -> int:
        """Let sensors see somebody on the stage; return the track's number."""
        for _ in range(scans):
            self.now_us += SECOND // 10
            for sensor in sensors:
                scan = self.voices[sensor].scan(self.now_us, INSIDE, **fields)
                self.fuser.scan(scan, self.now_us)
                self.heard(scan)
        return int(self.fuser.tracks.number[0])

    def looks(self, sensor: str) -> None:
        """Let a sensor look and find nobody."""
        scan = self.voices[sensor].scan(self.now_us)
        self.fuser.scan(scan, self.now_us)
        self.heard(scan)

    def dossier(self, postures: dict[str, Posture] | None = None, **changes: object) -> Dossier:
        condition = a_condition(self.now_us, **changes)
        alert = raised(condition, 17, self.now_us)
        assert isinstance(alert, AlertRecord)
        record = self.witness.dossier(alert, condition, self.now_us, postures)
        assert record.alert == alert.id
        assert msgspec.json.decode(msgspec.json.encode(record), type=DossierRecord) == record
        return record.dossier


def a_condition(at_us: int, **changes: object) -> Condition:
    plain = {
        "key": "backstage",
        "rule": "backstage",
        "rule_kind": "intrusion",
        "active": True,
        "priority": Priority.HIGH,
        "summary": "Person in Stage back area",
        "place": INSIDE,
        "observed_us": at_us,
        "cause": ulid(at_us, b"a scan    "),
    }
    return Condition(**{**plain, **changes})  # type: ignore[arg-type]


def test_a_dossier_names_the_rule_the_plan_the_track_and_who_fed_it() -> None:
    square = Square()
    square.knows(CAMERA)
    number = square.sees(CAMERA)

    dossier = square.dossier(tracks=(number,), sensors=(CAMERA,))

    assert (dossier.number, dossier.rule, dossier.plan) == (17, "backstage", "f00d")
    assert {one.name: one.value for one in dossier.thresholds}["stay_min_s"] == "0"
    assert [(one.number, one.label) for one in dossier.tracks] == [(number, Label.PERSON)]
    (gave,) = dossier.contributions
    assert (gave.sensor, gave.name, gave.share, gave.stated) == (CAMERA, "Camera 1", 1.0, False)
    assert gave.measurement_count >= 15
    assert dossier.messages == (ulid(square.now_us, b"a scan    "),)
    assert dossier.coverage is not None
    assert dossier.coverage > 0.85
    assert dossier.missed == ()


def test_who_looked_at_the_place_and_saw_nothing_is_named() -> None:
    square = Square()
    square.knows(CAMERA)
    square.knows(RADAR, SensorKind.RADAR)
    number = square.sees(CAMERA)
    square.looks(RADAR)

    (missed,) = square.dossier(tracks=(number,)).missed

    assert (missed.sensor, missed.name, missed.watching) == (RADAR, "Radar", True)
    assert missed.probability is not None
    assert 0.5 <= missed.probability <= 0.9
    assert missed.looked_us == square.now_us
    assert missed.note == "it looked, and reported nothing that fed these tracks"


def test_who_should_have_looked_and_could_not_is_named_with_the_reason() -> None:
    square = Square()
    square.knows(CAMERA)
    square.knows(RADAR, SensorKind.RADAR)
    number = square.sees(CAMERA)
    square.looks(RADAR)
    square.heard(square.voices[RADAR].health(square.now_us, state=HealthState.ERROR))

    (missed,) = square.dossier(tracks=(number,)).missed

    assert not missed.watching
    assert missed.note is not None
    assert missed.note != "it looked, and reported nothing that fed these tracks"


def test_who_is_far_away_or_looks_elsewhere_is_not_blamed() -> None:
    square = Square()
    square.knows(CAMERA)
    away = FieldOfView(azimuth_deg=180.0, width_deg=60.0, range_max_m=50.0)
    square.knows(RADAR, SensorKind.RADAR, pose=a_pose(0.0, -20.0), field_of_view=away)
    number = square.sees(CAMERA)
    square.looks(RADAR)

    assert square.dossier(tracks=(number,)).missed == ()


def test_who_would_hardly_have_seen_it_is_not_blamed() -> None:
    square = Square()
    square.knows(CAMERA)
    at_its_limit = FieldOfView(azimuth_deg=0.0, width_deg=360.0, range_max_m=7.2)
    square.knows(RADAR, SensorKind.RADAR, field_of_view=at_its_limit)
    number = square.sees(CAMERA)
    square.looks(RADAR)

    looks = {one.sensor: one.probability for one in square.fuser.coverage.evidence(INSIDE, 0).looks}
    assert 0.0 < looks[RADAR] < 0.5
    assert square.dossier(tracks=(number,)).missed == ()


def test_a_simulated_sensor_is_not_blamed_for_not_seeing_what_is_real() -> None:
    square = Square()
    square.knows(CAMERA)
    square.voices[RADAR] = Voice(RADAR, simulated=True)
    square.knows(RADAR, SensorKind.RADAR)
    number = square.sees(CAMERA)
    square.looks(RADAR)

    assert square.dossier(tracks=(number,)).missed == ()


def test_thresholds_are_those_that_the_posture_put_in_force() -> None:
    square = Square()

    dossier = square.dossier(postures={"stage": Posture.RAISED})

    assert dossier.posture is Posture.RAISED
    assert {one.name: one.value for one in dossier.thresholds}["stay_min_s"] == "0.5"


def test_of_a_sound_those_within_earshot_who_did_not_hear_it_are_named() -> None:
    square = Square()
    square.knows(CAMERA)
    for ear in (EAR, EAR_3):
        square.knows(ear, SensorKind.ACOUSTIC)

    dossier = square.dossier(rule_kind="cue", sensors=(EAR,), place=(12.0, 10.0))

    assert [(one.sensor, one.stated, one.share) for one in dossier.contributions] == [
        (EAR, True, 1.0)
    ]
    (missed,) = dossier.missed
    assert (missed.sensor, missed.watching) == (EAR_2, False)
    assert missed.note == "2 m away: it is silent"
    square.knows(EAR_2, SensorKind.ACOUSTIC)
    (missed,) = square.dossier(rule_kind="cue", sensors=(EAR,), place=(12.0, 10.0)).missed
    assert missed.note == "2 m away: it is among those who heard nothing like it"
    assert missed.watching


def test_no_camera_is_asked_whether_it_saw_a_button_pressed() -> None:
    square = Square()
    square.knows(CAMERA)
    square.sees(CAMERA)

    dossier = square.dossier(rule_kind="cue", sensors=(BUTTON,))

    assert dossier.missed == ()
    assert dossier.coverage is not None


def test_nobody_is_asked_who_saw_that_a_device_is_silent() -> None:
    square = Square()
    square.knows(CAMERA)

    dossier = square.dossier(rule="silence", rule_kind="silence", sensors=("bollard-01",))

    assert (dossier.coverage, dossier.missed, dossier.thresholds) == (None, (), ())
    assert dossier.contributions[0].name == "bollard-01"


def test_what_has_no_place_nobody_should_have_seen() -> None:
    dossier = Square().dossier(place=None)

    assert (dossier.at, dossier.coverage, dossier.missed) == (None, None, ())


def test_tracks_that_ended_or_are_too_many_are_counted() -> None:
    square = Square()
    square.knows(CAMERA)
    number = square.sees(CAMERA)

    dossier = square.dossier(tracks=(number, *range(10_000, 10_040)))

    assert len(dossier.tracks) == 1
    assert dossier.tracks_left_out == 40


def test_an_edited_plan_is_named_from_then_on() -> None:
    square = Square()

    square.witness.replan(a_site(rules=()), "beef")

    dossier = square.dossier()
    assert (dossier.plan, dossier.thresholds) == ("beef", ())
