import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from ground_scans import (
    AROUND,
    SECOND,
    START_US,
    Place,
    a_scan,
    a_sight,
    any_scans,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from hub.core.fusion.lifecycle import COASTING, CONFIRMED, DORMANT, LOST, TENTATIVE
from hub.core.fusion.measurement import LABEL_INDEX, Measurements
from hub.core.fusion.sight import Sight
from hub.core.fusion.tracker import Touched, Tracker, TrackerSettings
from hub.core.fusion.tracks import NAMELESS
from wire.feed import LABELS
from wire.labels import Label

ROOT = Path(__file__).parents[4]


def a_tracker(
    settings: TrackerSettings | None = None, bounds: tuple[Place, Place] | None = None
) -> Tracker:
    tracker = Tracker(settings, bounds)
    tracker.see("cam-01", a_sight(labels=(Label.PERSON, Label.VEHICLE)))
    return tracker


def feed(tracker: Tracker, scan: Measurements, delay_s: float = 0.0) -> Touched:
    return tracker.update(scan, scan.observed_us + round(delay_s * SECOND))


def a_tracker_of(*where: Place, velocity: Place = (1.0, 0.0), scans: int = 20) -> Tracker:
    """Show people who walk side by side for two seconds, ending where they are said to be."""
    tracker = a_tracker()
    for index in range(scans):
        before_s = (index - scans + 1) / 10.0
        moved = [(e + velocity[0] * before_s, n + velocity[1] * before_s) for e, n in where]
        feed(tracker, a_scan(*moved, at_s=before_s))
    return tracker


def the_state(tracker: Tracker) -> list[int]:
    return tracker.tracks.state.tolist()


# --- Birth and life ---------------------------------------------------------------------------


def test_one_detection_begins_a_tentative_track_that_has_no_number_yet() -> None:
    tracker = a_tracker()

    touched = feed(tracker, a_scan((3.0, 4.0)))

    assert touched.born.tolist() == touched.changed.tolist() == [0]
    assert tracker.tracks.number.tolist() == [NAMELESS]
    assert the_state(tracker) == [TENTATIVE]
    assert (tracker.tracks.east[0], tracker.tracks.north[0]) == (3.0, 4.0)
    assert tracker.tracks.born_us.tolist() == [START_US]


def test_clutter_uses_up_no_number_that_people_say() -> None:
    tracker = a_tracker()
    for index in range(40):
        feed(tracker, a_scan((7.0 * index - 50.0, 40.0), at_s=index / 10.0))

    for index in range(40, 60):
        feed(tracker, a_scan((3.0, 4.0), at_s=index / 10.0))

    assert 1000 in tracker.tracks.number.tolist()


def test_a_person_who_is_seen_again_and_again_is_confirmed_and_followed() -> None:
    tracker = a_tracker_of((5.0, 5.0), velocity=(1.2, -0.5))

    assert the_state(tracker) == [CONFIRMED]
    assert tracker.tracks.number.tolist() == [1000]
    assert tracker.tracks.velocity_east[0] == pytest.approx(1.2, abs=0.1)
    assert tracker.tracks.predicted(START_US + SECOND)[0] == pytest.approx([6.2, 4.5], abs=0.2)
    assert tracker.tracks.existence[0] > 0.99


def test_a_flicker_is_given_up_within_two_seconds_and_its_number_said() -> None:
    tracker = a_tracker()
    feed(tracker, a_scan((3.0, 4.0)))

    lost: list[int] = []
    for index in range(1, 20):
        lost += feed(tracker, a_scan(at_s=index / 10.0)).lost

    assert lost == [NAMELESS]
    assert LOST in the_state(tracker)
    assert tracker.wake(START_US + 2 * SECOND).lost == ()
    assert len(tracker.tracks) == 0


def test_two_who_cross_keep_their_numbers() -> None:
    tracker = a_tracker()
    for index in range(61):
        along = (index - 30) / 10.0
        feed(tracker, a_scan((along, 0.8), (-along, -0.8), at_s=index / 10.0))

    east_of = dict(zip(tracker.tracks.number.tolist(), tracker.tracks.east.tolist(), strict=True))
    assert set(east_of) == {1000, 1001}
    # The first scan from west to east: 1000 began in the west and walks east.
    assert east_of[1000] > 2.0
    assert east_of[1001] < -2.0


def test_a_track_that_nobody_sees_coasts_is_hidden_and_is_lost_when_it_could_be_anywhere() -> None:
    tracker = a_tracker_of((0.0, 0.0))

    states = []
    lost: list[int] = []
    for tenth in range(1, 101):
        touched = tracker.wake(START_US + tenth * SECOND // 10)
        states += the_state(tracker)
        lost += touched.lost
        if touched.changed.size:
            assert tracker.tracks.state[touched.changed].tolist() == [states[-1]]

    assert states[5] == CONFIRMED
    assert states[15] == COASTING
    assert states[-1] == DORMANT
    assert states == sorted(states, key=(CONFIRMED, COASTING, DORMANT).index)
    assert states.index(DORMANT) > 15
    assert lost == [1000]
    assert states.count(DORMANT) > 5
    assert 20 < len(states) < 30


def test_who_was_hidden_for_so_long_that_they_were_not_shown_is_the_same_one_after() -> None:
    tracker = a_tracker_of((0.0, 0.0), velocity=(1.0, 0.0))
    for tenth in range(1, 22):
        tracker.wake(START_US + tenth * SECOND // 10)
    assert the_state(tracker) == [DORMANT]

    touched = feed(tracker, a_scan((2.4, 0.2), at_s=2.2))

    assert tracker.tracks.number.tolist() == [1000]
    assert the_state(tracker) == [CONFIRMED]
    assert touched.changed.tolist() == [0]


def test_a_track_that_was_hidden_for_two_seconds_is_the_same_one_after() -> None:
    tracker = a_tracker_of((0.0, 0.0), velocity=(1.0, 0.0))
    for tenth in range(1, 21):
        feed(tracker, a_scan(at_s=tenth / 10.0))
        tracker.wake(START_US + tenth * SECOND // 10)

    touched = feed(tracker, a_scan((2.2, 0.1), at_s=2.1))

    assert tracker.tracks.number.tolist() == [1000]
    assert the_state(tracker) == [CONFIRMED]
    assert touched.changed.tolist() == [0]


def test_a_track_that_should_be_seen_and_is_not_is_doubted() -> None:
    tracker = a_tracker_of((0.0, 0.0))
    before = tracker.tracks.existence[0]

    feed(tracker, a_scan(at_s=0.1))

    assert tracker.tracks.existence[0] < before


@pytest.mark.parametrize(
    "sight",
    [a_sight(structs.replace(AROUND, east_m=500.0)), a_sight(labels=(Label.VEHICLE,)), None],
    ids=["looks elsewhere", "cannot tell people", "looks nobody knows where"],
)
def test_a_sensor_that_could_not_see_it_proves_nothing(sight: Sight | None) -> None:
    tracker = a_tracker_of((0.0, 0.0))
    tracker.see("cam-02", sight)
    before = tracker.tracks.existence[0]

    feed(tracker, a_scan(at_s=0.1, sensor="cam-02"))

    assert tracker.tracks.existence[0] == before


def test_a_late_look_that_saw_nothing_is_doubt_as_one_in_time_is() -> None:
    in_time, late = a_tracker_of((0.0, 0.0)), a_tracker_of((0.0, 0.0))
    for tracker in (in_time, late):
        tracker.see("cam-02", a_sight())
    before = late.tracks.existence[0]

    feed(in_time, a_scan(sensor="cam-02"))
    feed(late, a_scan(at_s=-0.05, sensor="cam-02"), delay_s=0.1)

    assert late.tracks.existence[0] < before
    assert late.tracks.existence[0] == pytest.approx(in_time.tracks.existence[0], rel=1e-9)


def test_a_track_in_nobodys_view_fades() -> None:
    tracker = a_tracker_of((0.0, 0.0))
    before = tracker.tracks.existence[0]

    tracker.wake(START_US + 2 * SECOND)

    assert tracker.tracks.existence[0] == pytest.approx(before * np.exp(-0.2))


def test_a_pause_of_all_sensors_ends_tracks_and_breaks_nothing() -> None:
    tracker = a_tracker_of((0.0, 0.0))

    year = 365 * 86_400.0
    touched = feed(tracker, a_scan((0.0, 0.0), at_s=year))
    woken = tracker.wake(START_US + round(year * SECOND))

    assert touched.born.tolist() == [1]
    assert woken.lost == (1000,)
    assert tracker.tracks.number.tolist() == [NAMELESS + 1]


# --- Bounds -----------------------------------------------------------------------------------


def test_nothing_begins_outside_the_site_and_who_leaves_it_is_lost() -> None:
    tracker = a_tracker(bounds=((-10.0, -10.0), (10.0, 10.0)))
    for index in range(20):
        feed(tracker, a_scan((8.0 + index / 10.0, 0.0), (50.0, 0.0), at_s=index / 10.0))

    assert tracker.tracks.number.tolist() == [1000]
    assert tracker.wake(START_US + 3 * SECOND).lost == (1000,)


def test_what_is_placed_too_vaguely_begins_no_track() -> None:
    tracker = a_tracker()

    feed(tracker, a_scan((0.0, 0.0), covariance=np.eye(2)[np.newaxis] * 900.0))

    assert len(tracker.tracks) == 0


def test_there_are_never_more_tracks_than_the_bound() -> None:
    tracker = a_tracker(TrackerSettings(tracks_max=3))

    feed(tracker, a_scan(*[(10.0 * index, 0.0) for index in range(5)]))

    assert tracker.tracks.east.tolist() == [0.0, 10.0, 20.0]


def test_when_the_numbers_are_used_up_nothing_new_begins() -> None:
    tracker = a_tracker()
    tracker.rows.next_nameless = 2**32 - 1

    feed(tracker, a_scan((0.0, 0.0), (9.0, 0.0)))

    assert tracker.tracks.number.tolist() == [2**32 - 1]


# --- Time -------------------------------------------------------------------------------------


@pytest.mark.parametrize("delay_s", [3.1, -2.1])
def test_a_scan_from_too_long_ago_or_from_the_future_is_not_for_the_live_picture(
    delay_s: float,
) -> None:
    tracker = a_tracker()

    touched = feed(tracker, a_scan((0.0, 0.0)), delay_s=delay_s)

    assert not touched.used
    assert len(tracker.tracks) == 0


def test_scans_that_overtake_each_other_make_nearly_the_tracks_that_scans_in_order_make() -> None:
    rng = np.random.default_rng(4)
    scans = [
        a_scan(*rng.normal([(t, 0.0), (0.0, 8.0 - t)], 0.3), at_s=t)
        for t in np.arange(0.0, 6.0, 0.1)
    ]
    order = np.argsort(np.arange(60) + rng.uniform(0.0, 5.0, 60))
    now_us = START_US + 6 * SECOND

    in_order, shuffled = a_tracker(), a_tracker()
    for index in range(60):
        now_us = START_US + (index + 5) * SECOND // 10
        in_order.update(scans[index], now_us)
        shuffled.update(scans[order[index]], now_us)

    assert shuffled.tracks.number.tolist() == [1000, 1001]
    ahead = np.argsort(shuffled.tracks.predicted(now_us)[:, 0])
    expected = np.argsort(in_order.tracks.predicted(now_us)[:, 0])
    assert shuffled.tracks.predicted(now_us)[ahead] == pytest.approx(
        in_order.tracks.predicted(now_us)[expected], abs=0.15
    )


def test_a_late_scan_sharpens_a_track_without_turning_its_time_back() -> None:
    tracker = a_tracker_of((0.0, 0.0), velocity=(1.0, 0.0))
    before = np.trace(tracker.tracks.covariance[0])

    touched = feed(tracker, a_scan((-0.2, 0.0), at_s=-0.2, sensor="cam-02"), delay_s=0.2)

    assert touched.changed.tolist() == [0]
    assert tracker.tracks.updated_us.tolist() == [START_US]
    assert tracker.tracks.predicted(START_US)[0] == pytest.approx([0.0, 0.0], abs=0.05)
    assert np.trace(tracker.tracks.covariance[0]) < before


def test_a_scan_that_is_seconds_late_hardly_moves_a_track_that_may_have_turned_since() -> None:
    speeds = []
    for late_s in (0.0, 1.0, 2.5):
        tracker = a_tracker_of((0.0, 0.0), velocity=(0.0, 0.0), scans=40)
        feed(tracker, a_scan((0.0, 0.5), at_s=-late_s, sensor="cam-02"), delay_s=late_s)
        assert abs(tracker.tracks.predicted(START_US)[0, 1]) < 0.15
        speeds.append(float(tracker.tracks.velocity_north[0]))

    # In time it seems to start northwards; late it shows that it came from there.
    assert speeds[0] > 0.1
    assert speeds[1] < -0.15
    assert speeds[1] < speeds[2] < 0.0


def test_a_look_from_before_its_birth_says_nothing_against_a_track() -> None:
    tracker = a_tracker()
    tracker.see("cam-02", a_sight())
    feed(tracker, a_scan((0.0, 0.0)))
    before = tracker.tracks.existence[0]

    feed(tracker, a_scan(at_s=-0.05, sensor="cam-02"), delay_s=0.1)

    assert tracker.tracks.existence[0] == pytest.approx(before, rel=1e-12)


def test_two_scans_of_one_instant_make_one_track_surer() -> None:
    tracker = a_tracker_of((0.0, 0.0))
    before = np.trace(tracker.tracks.covariance[0])

    feed(tracker, a_scan((0.0, 0.0), sensor="cam-02"))

    assert len(tracker.tracks) == 1
    assert np.trace(tracker.tracks.covariance[0]) < before


# --- What a track carries ---------------------------------------------------------------------


def test_a_track_says_which_sensors_fed_it_the_latest_first() -> None:
    tracker = a_tracker_of((0.0, 0.0))
    feed(tracker, a_scan((0.1, 0.0), at_s=0.1, sensor="radar-01"))

    view = tracker.view(1000)

    assert view is not None
    assert view.sensors == tracker.sensors_of(1000) == ("radar-01", "cam-01")
    assert view.confirmed
    assert view.label is Label.PERSON


def test_a_number_of_no_living_track_has_no_view_and_no_sensors() -> None:
    assert a_tracker().view(1000) is None
    assert a_tracker().sensors_of(1000) == ()


def test_a_track_that_a_drill_ever_fed_says_so_for_good() -> None:
    tracker = a_tracker_of((0.0, 0.0))
    assert not tracker.tracks.exercise[0]

    feed(tracker, a_scan((0.0, 0.0), at_s=0.2, exercise=True))
    feed(tracker, a_scan((0.0, 0.0), at_s=0.3))

    assert tracker.tracks.exercise.tolist() == [True]


def test_what_a_simulator_shows_is_a_track_of_its_own_that_says_so() -> None:
    tracker = a_tracker_of((0.0, 0.0))

    feed(tracker, a_scan((0.0, 0.0), at_s=0.1, simulated=True))

    assert tracker.tracks.simulated.tolist() == [False, True]


def test_a_vehicle_that_passes_a_person_is_another_track() -> None:
    tracker = a_tracker_of((0.0, 0.0), velocity=(0.0, 0.0))
    vehicle = np.array([LABEL_INDEX[Label.VEHICLE]], np.uint8)

    feed(tracker, a_scan((0.3, 0.0), at_s=0.1, label=vehicle))

    assert [LABELS[label] for label in tracker.tracks.label] == [Label.PERSON, Label.VEHICLE]


def test_a_fast_vehicle_is_followed_from_its_first_scans() -> None:
    tracker = a_tracker()
    vehicle = np.array([LABEL_INDEX[Label.VEHICLE]], np.uint8)
    for index in range(10):
        feed(tracker, a_scan((1.5 * index, 0.0), at_s=index / 10.0, label=vehicle))

    assert tracker.tracks.number.tolist() == [1000]
    assert tracker.tracks.velocity_east[0] == pytest.approx(15.0, abs=0.5)


def test_doppler_tells_how_fast_a_thing_comes_before_it_has_moved() -> None:
    tracker = a_tracker()
    doppler = {"doppler_mps": np.array([-1.5]), "doppler_sigma_mps": np.array([0.1])}

    feed(tracker, a_scan((0.0, 30.0), has_doppler=np.array([True]), **doppler))

    assert tracker.tracks.velocity_north[0] == pytest.approx(-1.5, abs=0.05)
    assert tracker.tracks.velocity_east[0] == pytest.approx(0.0, abs=1e-9)


def test_doppler_that_fits_how_a_track_moves_leaves_it_so() -> None:
    tracker = a_tracker_of((0.0, 30.0), velocity=(0.0, -1.0))
    doppler = {"doppler_mps": np.array([-1.0]), "doppler_sigma_mps": np.array([0.1])}

    feed(tracker, a_scan((0.0, 29.9), at_s=0.1, has_doppler=np.array([True]), **doppler))

    assert tracker.tracks.velocity_north[0] == pytest.approx(-1.0, abs=0.05)


def test_a_bearing_sharpens_a_confirmed_track_and_begins_none() -> None:
    tracker = a_tracker_of((0.0, 30.0), velocity=(0.0, 0.0))
    before = tracker.tracks.covariance[0, 0, 0]
    toward = {"bearing_deg": np.array([0.2, 90.0]), "bearing_sigma_deg": np.array([0.2, 0.2])}

    touched = feed(tracker, a_scan(at_s=0.1, sensor="mic-01", **toward))

    assert len(tracker.tracks) == 1
    assert touched.born.size == 0
    assert 0.0 < tracker.tracks.east[0] < 0.15
    assert tracker.tracks.covariance[0, 0, 0] < before
    assert tracker.sensors_of(1000) == ("mic-01", "cam-01")


def test_who_a_bearing_moves_far_is_found_where_it_moved_to() -> None:
    tracker = a_tracker_of((0.0, 50.0), velocity=(0.0, 0.0))
    columns = tracker.rows.columns
    columns.covariance[0, :2, :2] = np.diag([400.0, 1.0])
    toward = {"bearing_deg": np.array([30.0]), "bearing_sigma_deg": np.array([0.2])}

    feed(tracker, a_scan(at_s=0.1, sensor="radio-01", **toward))
    where = tuple(columns.mean[0, :2].tolist())
    touched = feed(tracker, a_scan(where, at_s=0.2, sensor="radar-01"))

    assert where[0] > 20.0
    assert touched.changed.tolist() == [0]
    assert touched.born.size == 0


def test_who_is_fast_from_the_start_is_found_where_it_went() -> None:
    tracker = a_tracker()
    told = {
        "has_doppler": np.ones(1, np.bool_),
        "doppler_mps": np.full(1, 40.0),
        "doppler_sigma_mps": np.full(1, 0.2),
    }
    feed(tracker, a_scan((0.0, 150.0), sensor="radar-01", **told))

    touched = feed(tracker, a_scan((0.0, 190.0), at_s=1.0, sensor="radar-01", **told))

    assert touched.changed.tolist() == [0]
    assert touched.born.size == 0


def test_a_simulated_bearing_sharpens_nothing_that_is_real() -> None:
    tracker = a_tracker_of((0.0, 30.0), velocity=(0.0, 0.0))
    before = tracker.tracks.covariance[0, 0, 0]
    toward = {"bearing_deg": np.array([0.2]), "bearing_sigma_deg": np.array([0.2])}

    feed(tracker, a_scan(at_s=0.1, sensor="mic-01", simulated=True, **toward))

    assert tracker.tracks.covariance[0, 0, 0] == before


def test_a_bearing_into_an_empty_place_is_no_trouble() -> None:
    tracker = a_tracker()

    touched = feed(tracker, a_scan(bearing_deg=np.array([5.0]), bearing_sigma_deg=np.array([1.0])))

    assert touched.changed.size == 0


def test_a_sensors_own_track_decides_between_two_equally_near() -> None:
    tracker = a_tracker()
    for index in range(10):
        scan = a_scan((-0.6, 0.0), (0.6, 0.0), at_s=index / 10.0, object_id=("a", "b"))
        feed(tracker, scan)

    feed(tracker, a_scan((0.0, 0.0), at_s=1.0, object_id=("b",)))
    nearer_west = feed(tracker, a_scan((0.0, 0.1), at_s=1.1, object_id=(None,)))

    assert tracker.tracks.updated_us[1] >= START_US + SECOND
    assert len(tracker.tracks) == 2
    assert nearer_west.born.size == 0


def test_two_tracks_of_one_person_become_one() -> None:
    tracker = a_tracker()
    tracker.see("cam-02", a_sight())
    for index in range(80):
        at_s = index / 10.0
        # Sensors that disagree by two metres, until one is slowly put right.
        wrong = np.clip(2.0 - (at_s - 2.0) / 2.0, 0.1, 2.0)
        feed(tracker, a_scan((at_s, 0.0), at_s=at_s))
        feed(tracker, a_scan((at_s, wrong), at_s=at_s + 0.05, sensor="cam-02"))
        tracker.wake(START_US + round((at_s + 0.06) * SECOND))

    assert tracker.tracks.number.tolist() == [1000]


def test_what_says_who_it_is_finds_its_track_further_away_than_a_nearer_stranger() -> None:
    tracker = a_tracker_of((0.0, 0.0), (1.0, 0.0), velocity=(0.0, 0.0))
    seven, eight = np.array([7], np.int64), np.array([8], np.int64)
    feed(tracker, a_scan((0.0, 0.0), at_s=0.1, identity=seven, sensor="tag-01"))
    feed(tracker, a_scan((1.0, 0.0), at_s=0.2, identity=eight, sensor="tag-01"))

    feed(tracker, a_scan((0.55, 0.0), at_s=0.3, identity=seven, sensor="tag-02"))

    assert tracker.rows.columns.identity[:2].tolist() == [7, 8]
    assert tracker.tracks.updated_us[0] > tracker.tracks.updated_us[1]


def test_who_may_not_begin_a_track_still_feeds_one() -> None:
    tracker = a_tracker_of((0.0, 0.0))
    nobody = {"may_begin": np.zeros(2, np.bool_)}

    touched = feed(tracker, a_scan((0.1, 0.0), (30.0, 0.0), at_s=0.1, **nobody))

    assert touched.changed.tolist() == [0]
    assert touched.born.size == 0


def test_what_a_sensor_said_before_makes_a_track_less_sure_than_what_is_new() -> None:
    spreads, beliefs = [], []
    for news in (1.0, 0.1):
        tracker = a_tracker()
        for index in range(4):
            feed(tracker, a_scan((0.0, 0.0), at_s=index / 10.0, news=np.array([news])))
        spreads.append(float(np.trace(tracker.tracks.covariance[0])))
        beliefs.append(float(tracker.tracks.existence[0]))

    assert spreads[0] < spreads[1]
    assert beliefs[0] > beliefs[1]


def test_a_height_that_a_sensor_tells_is_the_tracks() -> None:
    tracker = a_tracker_of((0.0, 0.0))
    told = {"height_m": np.array([30.0, np.nan]), "height_sigma_m": np.array([2.0, np.nan])}

    feed(tracker, a_scan((0.1, 0.0), (40.0, 0.0), at_s=0.1, **told))

    assert tracker.rows.columns.height[0].tolist() == [30.0, 0.0]
    assert tracker.rows.columns.height_us[:2].tolist() == [START_US + SECOND // 10, 0]


def test_a_scan_says_what_it_measured_of_whom_and_how_they_moved_before() -> None:
    tracker = a_tracker_of((0.0, 0.0), velocity=(1.0, 0.0))

    touched = feed(tracker, a_scan((0.3, 0.2), (50.0, 0.0), at_s=0.1, sensor="cam-02"))

    residuals = touched.residuals
    assert residuals is not None
    assert (residuals.sensor, residuals.number.tolist()) == ("cam-02", [1000])
    assert residuals.measured.tolist() == [[0.3, 0.2]]
    assert residuals.velocity[0] == pytest.approx([1.0, 0.0], abs=0.1)
    assert residuals.claimed[0] > 0.9
    assert feed(tracker, a_scan(at_s=0.2)).residuals is None


def test_rows_changed_by_hand_are_filed_anew_and_those_that_ended_are_named() -> None:
    tracker = a_tracker_of((0.0, 0.0), (50.0, 0.0))
    numbers = tracker.tracks.number.tolist()
    tracker.rows.columns.mean[0] = (0.0, 60.0, 0.0, 0.0)

    touched = tracker.settle([0], [1], START_US)
    feed(tracker, a_scan((0.0, 60.1), at_s=0.1))

    assert touched.lost == (numbers[1],)
    assert touched.changed.tolist() == [0]
    assert tracker.tracks.updated_us[0] == START_US + SECOND // 10
    assert tracker.wake(START_US + SECOND // 10).lost == ()
    assert tracker.tracks.number.tolist() == [numbers[0]]


def test_each_sensor_keeps_its_index() -> None:
    tracker = a_tracker()

    assert [tracker.index_of(name) for name in ("cam-02", "cam-01", "cam-02")] == [1, 0, 1]
    assert tracker.names == ["cam-01", "cam-02"]


# --- Invariants -------------------------------------------------------------------------------


def the_bytes(tracker: Tracker) -> bytes:
    """Return every column, row by row as they are."""
    return b"".join(column[: tracker.rows.count].tobytes() for column in tracker.rows.columns)


def assert_same(one: Tracker, other: Tracker, *but: str) -> None:
    """Compare every column, but in what order the tracks were numbered."""
    assert one.rows.count == other.rows.count
    # Which of two that are confirmed by one instant's scans has the smaller number, and with which
    # number somebody has gone since, is a matter of order; that as many have one is not.
    assert (one.tracks.number < NAMELESS).sum() == (other.tracks.number < NAMELESS).sum()
    for name in set(one.rows.columns._fields) - {"number", *but}:
        mine, others = (getattr(each.rows.columns, name)[: one.rows.count] for each in (one, other))
        assert mine.tobytes() == others.tobytes(), name


def a_seeing_tracker() -> Tracker:
    tracker = a_tracker()
    tracker.see("cam-02", a_sight(structs.replace(AROUND, azimuth_deg=90.0, width_deg=90.0)))
    return tracker


def run(found: Sequence[tuple[Measurements, float]]) -> Tracker:
    tracker = a_seeing_tracker()
    for scan, delay_s in found:
        feed(tracker, scan, delay_s)
        tracker.wake(scan.observed_us + round(delay_s * SECOND))
    return tracker


def assert_sound(tracker: Tracker, now_us: int) -> None:
    tracks, columns, count = tracker.tracks, tracker.rows.columns, tracker.rows.count
    assert np.isfinite(tracks.predicted(now_us)).all()
    assert np.isfinite(tracks.covariance).all()
    assert (tracks.covariance == tracks.covariance.transpose(0, 2, 1)).all()
    assert (np.linalg.eigvalsh(tracks.covariance) > 0.0).all()
    for column in (tracks.existence, tracks.label_confidence, columns.visible[:count]):
        assert ((column >= 0.0) & (column <= 1.0)).all()
    for name in ("votes", "height", "height_covariance"):
        assert np.isfinite(getattr(columns, name)[:count]).all()


@given(any_scans())
def test_no_input_breaks_a_number(found: list[tuple[Measurements, float]]) -> None:
    tracker = a_seeing_tracker()
    seen: set[int] = set()
    ended: set[int] = set()
    for scan, delay_s in found:
        now_us = scan.observed_us + round(delay_s * SECOND)
        tracks = tracker.tracks
        for touch in (lambda: tracker.update(scan, now_us), lambda: tracker.wake(now_us)):  # noqa: B023 -- called at once
            touched = touch()
            living = set(tracks.number[tracks.state != LOST].tolist())
            assert ended.isdisjoint(touched.lost)
            ended |= set(touched.lost)
            assert living.isdisjoint(ended)
            assert {number for number in seen - ended if number < NAMELESS} <= living
            seen |= living | set(touched.lost)
            assert (touched.changed < len(tracks)).all()
            assert (tracks.state[touched.changed] != LOST).all()
            assert set(touched.born.tolist()) <= set(touched.changed.tolist())
            assert_sound(tracker, now_us)
        assert len(set(tracks.number.tolist())) == len(tracks)
        for number in tracks.number.tolist():
            assert tracker.view(number) is not None


def picked(scan: Measurements, order: list[int]) -> Measurements:
    return scan.picked(np.array(order, np.intp))


@given(any_scans(), st.randoms(use_true_random=False))
def test_the_order_of_detections_in_a_scan_changes_nothing(
    found: list[tuple[Measurements, float]], random: object
) -> None:
    shuffled = []
    for scan, delay_s in found:
        order = list(range(len(scan.mean)))
        random.shuffle(order)
        shuffled.append((picked(scan, order), delay_s))

    assert the_bytes(run(shuffled)) == the_bytes(run(found))


WEST = a_sight(structs.replace(AROUND, east_m=-300.0))
EAST = a_sight(structs.replace(AROUND, east_m=300.0))
# Where a row stands in the lists of the cells says nothing of its track.
FILED = ("before", "after")
# Each example is forty scans.
crowded = settings(max_examples=25)


def a_crowd(seed: int, middle_m: float, *, sensor: str = "cam-01") -> list[Measurements]:
    """Return two seconds of people around a place, some of them missed, and clutter."""
    rng = np.random.default_rng(seed)
    where, velocity = rng.uniform(-8.0, 8.0, (6, 2)), rng.normal(0.0, 1.0, (6, 2))
    found = []
    for index in range(20):
        at_s = index / 10.0
        seen = (where + velocity * at_s)[rng.uniform(size=6) < 0.85]
        clutter = rng.uniform(-20.0, 20.0, (rng.integers(0, 3), 2))
        places = np.vstack((seen + rng.normal(0.0, 0.3, seen.shape), clutter))
        places[:, 0] += middle_m
        late_s = rng.choice([0.0, 0.0, 0.35])
        found.append(a_scan(*places.tolist(), at_s=at_s - late_s, sensor=sensor))
    return found


def joined(one: Measurements, other: Measurements) -> Measurements:
    both = [tuple(place) for place in (*one.mean.tolist(), *other.mean.tolist())]
    return structs.replace(a_scan(*both), observed_us=one.observed_us)


def both_sights() -> Sight:
    """Return the sight of one sensor that sees both regions and nothing between."""
    gap = round((EAST.low_east_m - WEST.high[0]) / WEST.cell_m)
    nothing = np.zeros((len(WEST.probability), gap), np.float32)
    return structs.replace(
        WEST, probability=np.hstack((WEST.probability, nothing, EAST.probability))
    )


@crowded
@given(st.integers(0, 2**32 - 1))
def test_splitting_a_scan_by_region_changes_nothing(seed: int) -> None:
    whole, parted = a_tracker(), a_tracker()
    whole.see("cam-01", both_sights())
    times = a_crowd(seed + 1, 300.0)

    for west, east in zip(a_crowd(seed, -300.0), times, strict=True):
        east_too = structs.replace(east, observed_us=west.observed_us)
        now_us = west.observed_us + SECOND // 2
        whole.update(joined(west, east_too), now_us)
        for sight, part in ((WEST, west), (EAST, east_too)):
            parted.see("cam-01", sight)
            parted.update(part, now_us)
        if now_us % 3 == 0:
            for tracker in (whole, parted):
                tracker.wake(now_us)

    assert len(whole.tracks) > 8
    assert_same(parted, whole, *FILED)


@crowded
@given(st.integers(0, 2**32 - 1))
def test_one_sensor_for_two_regions_makes_the_tracks_that_one_for_each_makes(seed: int) -> None:
    one, two = a_tracker(), a_tracker()
    one.see("cam-01", both_sights())
    two.see("cam-01", WEST)
    two.see("cam-02", EAST)

    east_scans = a_crowd(seed + 1, 300.0, sensor="cam-02")
    for west, east in zip(a_crowd(seed, -300.0), east_scans, strict=True):
        east_too = structs.replace(east, observed_us=west.observed_us)
        now_us = west.observed_us + SECOND // 2
        one.update(joined(west, east_too), now_us)
        two.update(west, now_us)
        two.update(east_too, now_us)

    # Which sensor it was is another.
    assert_same(one, two, "fed_by", *FILED)


@crowded
@given(st.integers(0, 2**32 - 1), st.randoms(use_true_random=False))
def test_how_the_scans_of_sensors_far_apart_interleave_changes_nothing(
    seed: int, random: object
) -> None:
    west, east = a_crowd(seed, -300.0), a_crowd(seed + 1, 300.0, sensor="cam-02")
    turns = [0] * len(west) + [1] * len(east)
    pictures = []
    for _ in range(2):
        tracker = a_tracker()
        tracker.see("cam-01", WEST)
        tracker.see("cam-02", EAST)
        waiting = [iter(west), iter(east)]
        random.shuffle(turns)
        for turn in turns:
            feed(tracker, next(waiting[turn]), 0.4)
        pictures.append(by_place(tracker))

    assert pictures[0] == pictures[1]


def by_place(tracker: Tracker) -> list[bytes]:
    """Return all that is known of each track but its number and its row, from west to east."""
    columns, count = tracker.rows.columns, tracker.rows.count
    names = ("mean", "covariance", "existence", "state", "label", "hits", "updated_us", "visible")
    order = np.lexsort(columns.mean[:count, :2].T)
    return [getattr(columns, name)[:count][order].tobytes() for name in names]


@given(any_scans())
def test_the_same_scans_make_the_same_tracks_byte_for_byte(
    found: list[tuple[Measurements, float]],
) -> None:
    assert the_bytes(run(found)) == the_bytes(run(found))


FRESH = """
import hashlib, sys
sys.path[:0] = sys.argv[1:]
from hub_core_fusion_tracker import a_crowd, run, the_bytes
scans = [(scan, 0.4) for seed in range(3) for scan in a_crowd(seed, 0.0)]
scans.sort(key=lambda one: one[0].observed_us)
print(hashlib.sha256(the_bytes(run(scans))).hexdigest())
"""


def test_the_same_scans_make_the_same_tracks_in_every_process(tmp_path: Path) -> None:
    # Under a name of its own: another process imports this file as a module.
    (tmp_path / "hub_core_fusion_tracker.py").write_text(Path(__file__).read_text())
    places = [str(ROOT), str(ROOT / "tests"), str(tmp_path)]

    said = {
        subprocess.run(
            [sys.executable, "-c", FRESH, *places],
            capture_output=True,
            check=True,
            text=True,
            env={"PYTHONHASHSEED": str(seed)},
        ).stdout
        for seed in range(2)
    }

    assert len(said) == 1
    assert len(said.pop().strip()) == 64


def simulated(scan: Measurements) -> Measurements:
    return structs.replace(scan, simulated=True)


def test_a_simulated_scan_neither_doubts_nor_moves_what_is_real() -> None:
    tracker = a_tracker_of((0.0, 0.0))
    before = tracker.rows.columns.existence[0], tracker.rows.columns.mean[0].tobytes()

    for step in range(1, 20):
        feed(tracker, simulated(a_scan((0.4, 0.0), at_s=step / 100.0)))
        feed(tracker, simulated(a_scan(at_s=step / 100.0 + 0.005)))

    assert before == (tracker.rows.columns.existence[0], tracker.rows.columns.mean[0].tobytes())
    assert not tracker.tracks.simulated[0]


def test_what_is_real_and_what_is_simulated_at_one_place_are_two_tracks() -> None:
    tracker = a_tracker()
    for step in range(30):
        feed(tracker, a_scan((0.0, 0.0), at_s=step / 10.0))
        feed(tracker, simulated(a_scan((0.0, 0.0), at_s=step / 10.0 + 0.05)))
        tracker.wake(START_US + step * SECOND // 10 + SECOND // 12)

    confirmed = tracker.tracks.state == CONFIRMED
    assert sorted(tracker.tracks.simulated[confirmed].tolist()) == [False, True]
