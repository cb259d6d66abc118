import pytest
from seen_tracks import SeenTracks

from hub.core.fusion.lifecycle import COASTING, TENTATIVE
from hub.core.rules.expression_language import VOCABULARY
from hub.core.rules.judge import Facts, SensorFact, Standing
from hub.core.rules.surroundings import Ground, Moment, words_of
from hub.core.rules.taint import Taint
from hub.core.site import Area, Offset, Sensor
from wire.feed import CalibrationView
from wire.fields import CrowdView, ZoneCoverageView, ZoneCrowdView
from wire.labels import CalibrationState, Label, Posture, SensorKind
from wire.messages import Fault

SECOND = 1_000_000
START = 1_767_225_600 * SECOND  # Thursday 2026-01-01, midnight.
REAL, PLAYED = Taint(), Taint(simulated=True)
CAMERA = Sensor(id="cam-1", kind=SensorKind.CAMERA, name="Camera 1", position=(3.0, 4.0))
GROUND = Ground(
    Area(
        id="stage",
        name="Stage",
        purpose="public",
        polygon=((0.0, 0.0), (20.0, 0.0), (20.0, 10.0), (0.0, 10.0)),
    )
)


def a_square() -> SeenTracks:
    seen = SeenTracks()
    seen.put(1, (1.0, 1.0), velocity=(3.0, 4.0))
    seen.put(2, (2.0, 2.0), velocity=(3.0, -4.0))
    seen.put(3, (3.0, 3.0), label=Label.VEHICLE, velocity=(0.0, 9.0), state=COASTING)
    seen.put(4, (4.0, 4.0), state=TENTATIVE)
    seen.put(5, (99.0, 4.0), label=Label.DRONE)
    return seen


def a_crowd() -> CrowdView:
    view = ZoneCrowdView(
        id="stage",
        persons=40.0,
        sigma_persons=2.0,
        density=0.2,
        sigma_density=0.01,
        density_max=4.0,
        pressure=0.01,
        east_mps=-0.8,
    )
    return CrowdView(at_us=START, cell_m=1.0, zones=(view,))


def test_a_zone_is_told_by_its_tracks_where_there_is_no_crowd_field() -> None:
    moment = Moment(Facts(), a_square().tracks, START)

    told = moment.zone(GROUND, GROUND.rows(moment.tracks, moment.rows), REAL)

    assert told.keys() == VOCABULARY["zone"].keys()
    assert (told["id"], told["name"], told["purpose"]) == ("stage", "Stage", "public")
    assert (told["tracks"], told["persons"], told["vehicles"], told["bags"]) == (3.0, 2.0, 1.0, 0.0)
    assert (told["area_m2"], told["density"], told["density_max"]) == (200.0, 0.01, 0.01)
    assert (told["flow_mps"], told["flow_deg"]) == (3.0, 90.0)
    assert (told["fastest_mps"], told["pressure"], told["seen"]) == (9.0, 0.0, 0.0)


def test_a_zone_is_told_by_the_crowd_field_where_there_is_one() -> None:
    coverage = (ZoneCoverageView(id="stage", seen=0.9, doubly_seen=0.4),)
    facts = Facts(
        crowd=a_crowd(),
        coverage=coverage,
        postures={"site": Posture.RAISED, "stage": Posture.INCIDENT},
    )
    moment = Moment(facts, a_square().tracks, START)

    told = moment.zone(GROUND, GROUND.rows(moment.tracks, moment.rows), REAL)

    assert (told["persons"], told["density"], told["density_max"]) == (40.0, 0.2, 4.0)
    assert (told["pressure"], told["flow_mps"], told["flow_deg"]) == (0.01, 0.8, 270.0)
    assert (told["seen"], told["doubly_seen"], told["posture"]) == (0.9, 0.4, "incident")


def test_an_empty_zone_is_told_too() -> None:
    moment = Moment(Facts(), SeenTracks().tracks, START)

    told = moment.zone(GROUND, GROUND.rows(moment.tracks, moment.rows), REAL)

    assert (told["tracks"], told["flow_mps"], told["fastest_mps"]) == (0.0, 0.0, 0.0)


def test_what_is_simulated_makes_the_whole_so_and_the_real_is_told_apart() -> None:
    seen = a_square()
    seen.put(6, (6.0, 6.0), simulated=True)
    moment = Moment(Facts(crowd=a_crowd()), seen.tracks, START)
    rows = GROUND.rows(moment.tracks, moment.rows)

    assert moment.whole == PLAYED
    assert moment.taints(rows) == [REAL, PLAYED]
    assert moment.zone(GROUND, rows, REAL)["persons"] == 2.0
    assert moment.zone(GROUND, rows, PLAYED)["persons"] == 40.0
    assert moment.site(REAL)["persons"] == 2.0
    assert moment.site(PLAYED)["persons"] == 3.0


def test_the_site_is_told_in_its_own_time() -> None:
    facts = Facts(
        sensors={"cam-1": SensorFact(silent=True, taint=PLAYED)},
        postures={"site": Posture.EVACUATING},
    )
    moment = Moment(facts, a_square().tracks, START, (Offset(from_us=0, ahead_s=5400),))

    told = moment.site(PLAYED)

    assert told.keys() == VOCABULARY["site"].keys()
    assert (told["hour"], told["minute"], told["weekday"]) == (1.0, 30.0, "thursday")
    assert (told["posture"], told["silent_sensors"]) == ("evacuating", 1.0)
    assert (told["tracks"], told["persons"], told["drones"]) == (4.0, 2.0, 1.0)
    assert moment.site(REAL)["silent_sensors"] == 0.0


def test_a_track_is_told() -> None:
    seen = a_square()
    seen.rows.columns.covariance[0, :2, :2] = ((4.0, 0.0), (0.0, 9.0))
    moment = Moment(Facts(claimed=frozenset({1})), seen.tracks, START)

    told, _, other, _ = moment.each(moment.rows, VOCABULARY["track"])

    assert (told["label"], told["speed_mps"], told["sigma_m"]) == ("person", 5.0, 3.0)
    assert told["heading_deg"] == pytest.approx(36.87, abs=0.01)
    assert (told["east_m"], told["coasting"], told["claimed"]) == (1.0, False, True)
    assert (other["label"], other["coasting"], other["claimed"]) == ("vehicle", True, False)
    assert moment.each(moment.rows[:1], ("east_m",)) == [{"east_m": 1.0}]


def test_a_sensor_is_told() -> None:
    view = CalibrationView(state=CalibrationState.DRIFTED, east_m=3.0, north_m=4.0, yaw_deg=2.0)
    fact = SensorFact(delay_us=250_000.0, faults=(Fault(code="view_dark", text="Dark"),))
    facts = Facts(sensors={"cam-1": fact}, standings={"cam-1": Standing(calibration=view)})

    told = Moment(facts, SeenTracks().tracks, START).sensor(CAMERA)

    assert told == {
        "id": "cam-1",
        "kind": "camera",
        "delay_s": 0.25,
        "silent": False,
        "faults": 1.0,
        "calibration": "drifted",
        "displaced_m": 5.0,
        "turned_deg": 2.0,
    }
    assert told.keys() == VOCABULARY["sensor"].keys()


def test_a_sensor_that_was_never_heard_is_silent() -> None:
    told = Moment(Facts(), SeenTracks().tracks, START).sensor(CAMERA)

    assert told.keys() == VOCABULARY["sensor"].keys()
    assert (told["silent"], told["delay_s"], told["calibration"]) == (True, 0.0, "")


def test_values_are_read_as_words() -> None:
    words = words_of({"zone": {"density": 2.123456, "id": "stage"}, "site": {"hour": 22.0}})

    assert words == "zone.density 2.12, zone.id stage, site.hour 22"


def test_a_place_is_in_a_zone_or_not() -> None:
    assert (GROUND.holds((3.0, 4.0)), GROUND.holds((30.0, 4.0))) == (True, False)
