from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wrong_sensors import (
    BEGIN_US,
    Walkers,
    WrongSensor,
    a_measured_scan,
    a_site_of,
    residuals_of,
)

from hub.core.fusion import calibration as module
from hub.core.fusion.calibration import Calibration
from hub.core.fusion.calibration_record import CalibrationRecord
from hub.core.site import CalibrationRule
from wire.feed import CalibrationView
from wire.ids import ulid
from wire.labels import CalibrationState, SensorKind
from wire.messages import Homography, Pose, SensorAbout
from wire.quantities import SECOND_US

LEARNING, STEADY, DRIFTED, UNSETTLED, FROZEN = CalibrationState


def an_about(sensor: str, *, clock_sigma_us: int = 0, height_m: float = 0.0) -> SensorAbout:
    camera = Homography(
        anchor_lat_deg=52.0,
        anchor_lon_deg=5.0,
        image_to_ground=(1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0),
    )
    return SensorAbout(
        id=ulid(BEGIN_US, bytes(10)),
        sender=sensor,
        boot=ulid(BEGIN_US, bytes(10)),
        seq=1,
        observed_us=BEGIN_US,
        sent_us=BEGIN_US,
        kind=SensorKind.CAMERA,
        name=sensor,
        pose=Pose(lat_deg=52.0, lon_deg=5.0, height_m=height_m),
        camera=camera if height_m else None,
        clock_sigma_us=clock_sigma_us,
    )


class Square:
    """Sensors that look at people ten times a second."""

    def __init__(
        self,
        *sensors: WrongSensor,
        people: int = 30,
        surveyed: tuple[str, ...] = (),
        rule: CalibrationRule | None = None,
    ) -> None:
        names = [sensor.name for sensor in sensors]
        rules = () if rule is None else (rule,)
        self.calibration = Calibration(a_site_of(*names, surveyed=surveyed, rules=rules))
        for sensor in sensors:
            about = an_about(sensor.name, clock_sigma_us=1_000 if sensor.name in surveyed else 0)
            self.calibration.about(about, sensor.place)
        self.sensors = sensors
        self.walkers = Walkers(people)
        self.time_s = 0.0

    @property
    def now_us(self) -> int:
        return BEGIN_US + round(self.time_s * SECOND_US)

    def live(self, span_s: float, until: CalibrationState | None = None) -> None:
        for _ in range(round(span_s * 10)):
            if until is not None and until in self.states():
                return
            for index, sensor in enumerate(self.sensors):
                seen, velocity = self.walkers.seen_by(sensor, self.time_s + 0.01 * index)
                corrected = self.calibration.corrected(seen, self.now_us)
                self.calibration.observe(residuals_of(corrected, velocity), self.now_us)
            self.time_s += 0.1

    def view(self, name: str) -> CalibrationView:
        view = self.calibration.view(name)
        assert view is not None
        return view

    def states(self) -> list[CalibrationState]:
        return [self.view(sensor.name).state for sensor in self.sensors]


def a_pair(rule: CalibrationRule | None = None, **changes: float) -> Square:
    """Return one surveyed sensor, and one that is off."""
    wrong = {"east_m": 1.2, "north_m": -0.9, "yaw_deg": 1.0, "clock_s": 0.2} | changes
    return Square(
        WrongSensor(name="right", place=(0.0, 50.0)),
        WrongSensor(name="wrong", place=(100.0, 50.0), **wrong),
        surveyed=("right",),
        rule=rule,
    )


def kept(records: Iterable[tuple[CalibrationRecord, bool]]) -> dict[str, bool]:
    return {record.sensor: is_news for record, is_news in records}


def test_the_errors_of_a_sensor_are_learnt_within_seconds() -> None:
    square = a_pair()

    square.live(10.0)

    view = square.view("wrong")
    assert view.state is STEADY
    assert view.east_m == pytest.approx(1.2, abs=0.15)
    assert view.north_m == pytest.approx(-0.9, abs=0.15)
    assert view.yaw_deg == pytest.approx(1.0, abs=0.2)
    assert view.clock_ms == pytest.approx(200.0, abs=60.0)
    assert view.pair_count > 100
    assert square.view("right").east_m == pytest.approx(0.0, abs=0.1)


def test_its_scans_are_corrected_from_then_on() -> None:
    square = a_pair(yaw_deg=0.0)
    square.live(10.0)
    seen = a_measured_scan("wrong", np.array([[51.2, 49.1]]), square.now_us)

    corrected = square.calibration.corrected(seen, square.now_us)

    assert corrected.mean == pytest.approx(np.array([[50.0, 50.0]]), abs=0.15)
    assert square.now_us - corrected.observed_us == pytest.approx(200_000, abs=60_000)


def test_a_correction_that_begins_makes_a_step_which_is_told_once() -> None:
    square = a_pair()

    square.live(10.0)
    steps = square.calibration.steps()

    assert {step.sensor for step in steps} == {"wrong"}
    assert sum(step.change[0] for step in steps) == pytest.approx(1.2, abs=0.4)
    assert square.calibration.steps() == []


def test_a_reset_steps_back() -> None:
    square = a_pair()
    square.live(10.0)
    square.calibration.steps()

    square.calibration.reset("wrong", square.now_us)
    square.live(0.2)

    (step,) = square.calibration.steps()
    assert step.change[0] == pytest.approx(-1.2, abs=0.4)


def test_until_then_nothing_is_corrected() -> None:
    square = a_pair()
    seen = a_measured_scan("wrong", np.array([[51.2, 49.1]]), square.now_us)

    assert square.calibration.corrected(seen, square.now_us) is seen
    assert square.view("wrong").state is LEARNING


def test_a_sensor_that_has_measured_no_place_has_no_calibration() -> None:
    square = a_pair()
    bearing_only = a_measured_scan("wrong", np.empty((0, 2)), square.now_us)

    assert square.calibration.corrected(bearing_only, square.now_us) is bearing_only
    assert square.calibration.view("wrong") is None


def test_a_sensor_alone_stays_as_it_was_installed() -> None:
    square = Square(WrongSensor(name="alone", east_m=2.0))

    square.live(5.0)

    assert square.states() == [LEARNING]
    assert square.view("alone").east_m == 0.0


def test_without_a_surveyed_sensor_all_share_what_they_differ_by() -> None:
    square = Square(WrongSensor(name="one", east_m=1.0), WrongSensor(name="two", east_m=-1.0))

    square.live(8.0)

    assert square.view("one").east_m == pytest.approx(1.0, abs=0.15)
    assert square.view("two").east_m == pytest.approx(-1.0, abs=0.15)


def test_errors_beyond_a_limit_are_a_drift_until_they_are_well_within_it_again() -> None:
    square = a_pair(rule=CalibrationRule(id="drift", shift_max_m=2.0), east_m=2.2, north_m=0.0)

    square.live(6.0)
    states = [square.states()]
    square.sensors[1].east_m = 1.9
    square.live(15.0)
    states.append(square.states())
    square.sensors[1].east_m = 1.5
    square.live(15.0)
    states.append(square.states())

    assert states == [[STEADY, DRIFTED], [STEADY, DRIFTED], [STEADY, STEADY]]


def test_a_sensor_that_is_moved_is_doubted_within_seconds_and_learnt_again() -> None:
    square = a_pair(east_m=0.0, north_m=0.0, yaw_deg=0.0, clock_s=0.0)
    square.live(10.0)
    square.sensors[1].east_m = 4.0

    square.live(5.0, until=UNSETTLED)
    states = square.states()
    square.live(15.0)

    assert states == [STEADY, UNSETTLED]
    assert square.states() == [STEADY, DRIFTED]
    assert square.view("wrong").east_m == pytest.approx(4.0, abs=0.2)
    assert square.view("right").east_m == pytest.approx(0.0, abs=0.1)


def test_of_three_the_one_that_was_moved_is_the_one_that_is_doubted() -> None:
    square = Square(*(WrongSensor(name=name) for name in ("one", "two", "three")))
    square.live(10.0)
    square.sensors[2].east_m = 4.0

    square.live(5.0, until=UNSETTLED)

    assert square.states() == [STEADY, STEADY, UNSETTLED]


def test_a_sensor_that_agrees_with_nobody_does_not_come_to_rest() -> None:
    rule = CalibrationRule(id="drift", settle_max_s=5.0)
    square = Square(WrongSensor(name="one"), WrongSensor(name="two"), people=60, rule=rule)
    others = Walkers(60, seed=9)
    for step in range(200):
        square.time_s = step / 10.0
        for sensor, walkers in zip(square.sensors, (square.walkers, others), strict=True):
            seen, velocity = walkers.seen_by(sensor, square.time_s)
            corrected = square.calibration.corrected(seen, square.now_us)
            square.calibration.observe(residuals_of(corrected, velocity), square.now_us)

    assert square.states() == [UNSETTLED, UNSETTLED]
    assert square.view("one").pair_count == 0


def test_a_frozen_sensor_stays_as_it_is_and_says_who_froze_it() -> None:
    square = a_pair()
    square.live(6.0)

    assert square.calibration.freeze("wrong", "Ann", square.now_us, frozen=True) == ""
    before = square.view("wrong")
    square.sensors[1].east_m = 1.6
    square.live(6.0)

    after = square.view("wrong")
    assert (after.state, after.held_by) == (FROZEN, "Ann")
    assert (after.east_m, after.clock_ms) == (before.east_m, before.clock_ms)


def test_a_frozen_sensor_that_is_let_go_learns_again() -> None:
    square = a_pair()
    square.live(6.0)
    square.calibration.freeze("wrong", "Ann", square.now_us, frozen=True)
    square.sensors[1].east_m = 1.6
    square.live(2.0)

    assert square.calibration.freeze("wrong", "Ann", square.now_us, frozen=False) == ""
    square.live(15.0)

    view = square.view("wrong")
    assert (view.state, view.held_by) == (STEADY, None)
    assert view.east_m == pytest.approx(1.6, abs=0.15)


def test_a_reset_sensor_begins_again() -> None:
    square = a_pair()
    square.live(6.0)
    square.calibration.freeze("wrong", "Ann", square.now_us, frozen=True)

    assert square.calibration.reset("wrong", square.now_us) == ""

    view = square.view("wrong")
    assert (view.state, view.east_m, view.pair_count, view.held_by) == (LEARNING, 0.0, 0, None)
    square.live(8.0)
    assert square.view("wrong").state is STEADY


def test_what_cannot_be_done_is_refused_in_words() -> None:
    square = a_pair()
    calibration = square.calibration
    quiet = "wrong has measured no place yet: there is nothing to calibrate"

    assert calibration.freeze("wrong", "Ann", square.now_us, frozen=True) == quiet
    assert calibration.reset("wrong", square.now_us) == quiet
    assert calibration.reset("ghost", square.now_us) == "the site has no sensor ghost"
    square.live(0.2)
    assert (
        calibration.freeze("wrong", "Ann", square.now_us, frozen=False)
        == "the calibration of wrong is not frozen"
    )
    calibration.freeze("wrong", "Ann", square.now_us, frozen=True)
    assert (
        calibration.freeze("wrong", "Bob", square.now_us, frozen=True)
        == "the calibration of wrong is already frozen"
    )


def test_the_journal_keeps_what_is_news_at_once_and_what_is_newer_each_minute() -> None:
    square = a_pair()
    square.live(0.2)
    assert kept(square.calibration.due(square.now_us)) == {}
    square.live(6.0)

    assert kept(square.calibration.due(square.now_us)) == {"right": True, "wrong": True}
    assert kept(square.calibration.due(square.now_us)) == {}
    square.live(2.0)
    later_us = square.now_us + 60 * SECOND_US
    assert kept(square.calibration.due(later_us)) == {"right": False, "wrong": False}
    square.calibration.reset("wrong", later_us)
    assert kept(square.calibration.due(later_us)) == {"wrong": True}


def test_a_restarted_hub_begins_with_what_the_journal_kept() -> None:
    square = a_pair()
    square.live(8.0)
    square.calibration.freeze("wrong", "Ann", square.now_us, frozen=True)
    records = [record for record, _ in square.calibration.due(square.now_us)]
    restarted = Calibration(a_site_of("right", "wrong", surveyed=("right",)))
    for record in records:
        restarted.restore(record, square.now_us)

    before, after = square.view("wrong"), restarted.view("wrong")

    assert after is not None
    assert (after.state, after.east_m, after.held_by) == (FROZEN, before.east_m, "Ann")
    assert after.pair_count == before.pair_count
    assert list(restarted.due(square.now_us)) == []
    square.calibration = restarted
    square.live(5.0)
    assert square.view("right").state is STEADY


def test_a_sensor_that_was_in_doubt_is_so_after_a_restart() -> None:
    square = a_pair(east_m=0.0, north_m=0.0, yaw_deg=0.0, clock_s=0.0)
    square.live(8.0)
    square.sensors[1].east_m = 4.0
    square.live(5.0, until=UNSETTLED)
    records = [record for record, _ in square.calibration.due(square.now_us)]
    restarted = Calibration(a_site_of("right", "wrong"))
    for record in records:
        restarted.restore(record, square.now_us)

    square.calibration = restarted

    assert square.view("wrong").state is UNSETTLED


def test_what_has_left_the_plan_is_not_restored() -> None:
    square = a_pair()
    square.live(6.0)
    records = [record for record, _ in square.calibration.due(square.now_us)]
    restarted = Calibration(a_site_of("right"))

    for record in records:
        restarted.restore(record, square.now_us)

    assert restarted.view("wrong") is None
    assert restarted.view("right") is not None


def test_an_about_that_comes_later_gives_a_camera_its_tilt() -> None:
    square = a_pair()
    square.live(0.2)

    square.calibration.about(an_about("wrong", height_m=6.0), (100.0, 50.0))

    assert square.view("wrong").sigma_pitch_deg == 0.5
    assert square.view("right").sigma_pitch_deg == 0.0


def test_what_is_known_badly_teaches_nothing() -> None:
    square = a_pair()
    for _ in range(60):
        for sensor in square.sensors:
            seen, velocity = square.walkers.seen_by(sensor, square.time_s)
            square.calibration.corrected(seen, square.now_us)
            count = len(seen.mean)
            doubtful = residuals_of(seen, velocity, claimed=np.full(count, 0.3))
            square.calibration.observe(doubtful, square.now_us)
        square.time_s += 0.1

    assert square.view("wrong").pair_count == 0


def test_of_a_scan_only_what_is_known_well_is_used() -> None:
    square = a_pair()
    for _ in range(60):
        for sensor in square.sensors:
            seen, velocity = square.walkers.seen_by(sensor, square.time_s)
            square.calibration.corrected(seen, square.now_us)
            variance = np.where(np.arange(len(seen.mean)) < 2, 9.0, 0.04)
            some = residuals_of(seen, velocity, velocity_variance=variance)
            square.calibration.observe(some, square.now_us)
        square.time_s += 0.1

    assert square.view("wrong").pair_count > 20


def test_more_sensors_than_there_is_room_for_stay_as_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "SENSORS_MAX", 1)
    square = a_pair()

    square.live(1.0)

    assert square.calibration.view("right") is not None
    assert square.calibration.view("wrong") is None
    record = CalibrationRecord(
        sensor="wrong",
        state=STEADY,
        since_us=BEGIN_US,
        errors=(0.0,) * 5,
        sigma=(1.0,) * 5,
        settled=True,
    )
    square.calibration.restore(record, square.now_us)
    assert square.calibration.view("wrong") is None


@settings(max_examples=15, deadline=None)
@given(
    st.integers(0, 2**20),
    st.floats(-3.0, 3.0),
    st.floats(-5.0, 5.0),
    st.floats(-0.5, 0.5),
    st.integers(1, 12),
)
def test_whatever_is_seen_the_covariance_stays_positive_definite_and_finite(
    seed: int, east_m: float, yaw_deg: float, clock_s: float, people: int
) -> None:
    square = a_pair(east_m=east_m, yaw_deg=yaw_deg, clock_s=clock_s)
    square.walkers = Walkers(people, seed=seed)

    square.live(4.0)

    errors = square.calibration._ground.errors
    assert np.isfinite(errors.mean).all()
    assert np.linalg.eigvalsh(errors.covariance).min() > 0.0
