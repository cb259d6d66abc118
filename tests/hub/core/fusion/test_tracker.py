from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from hub.core.fusion.lifecycle import COASTING, CONFIRMED, TENTATIVE
from hub.core.fusion.measurement import LABEL_INDEX, Measurements
from hub.core.fusion.tracker import Touched, Tracker, TrackerSettings
from hub.core.fusion.tracks import NAMELESS
from hub.core.geometry import Sector
from wire.feed import LABELS
from wire.labels import Label

START_US = 1_700_000_000_000_000
SECOND = 1_000_000
AROUND = Sector(east_m=0.0, north_m=0.0, azimuth_deg=0.0, width_deg=360.0, range_max_m=100.0)

Place = tuple[float, float]
coordinates = st.floats(-60.0, 60.0)
places = st.tuples(coordinates, coordinates)


def a_scan(*where: Place, at_s: float = 0.0, **changes: object) -> Measurements:
    count = len(where)
    scan = {
        "sensor": "cam-01",
        "observed_us": START_US + round(at_s * SECOND),
        "mean": np.array(where, dtype=np.float64).reshape(-1, 2),
        "covariance": np.tile(np.eye(2) * 0.09, (count, 1, 1)),
        "label": np.full(count, LABEL_INDEX[Label.PERSON], np.uint8),
        "confidence": np.full(count, 0.9),
        "object_id": (None,) * count,
        "has_doppler": np.zeros(count, np.bool_),
        "doppler_mps": np.zeros(count),
        "doppler_sigma_mps": np.zeros(count),
        "origin": (0.0, 0.0),
        "bearing_deg": np.empty(0),
        "bearing_sigma_deg": np.empty(0),
    }
    return Measurements(**{**scan, **changes})


def a_tracker(
    settings: TrackerSettings | None = None, bounds: tuple[Place, Place] | None = None
) -> Tracker:
    tracker = Tracker(settings, bounds)
    tracker.see("cam-01", AROUND, (Label.PERSON, Label.VEHICLE), 10.0)
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


def test_a_track_that_nobody_sees_coasts_and_is_lost_when_it_could_be_anywhere() -> None:
    tracker = a_tracker_of((0.0, 0.0))

    states = []
    lost: list[int] = []
    for tenth in range(1, 101):
        touched = tracker.wake(START_US + tenth * SECOND // 10)
        states += the_state(tracker)
        lost += touched.lost
        if touched.changed.size:
            assert tracker.tracks.state[touched.changed].tolist() == [COASTING]

    assert states[5] == CONFIRMED
    assert states[15] == COASTING
    assert lost == [1000]
    assert 15 < len(states) < 60


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
    ("area", "labels"),
    [
        (structs.replace(AROUND, east_m=500.0), ()),
        (AROUND, (Label.VEHICLE,)),
        (None, ()),
    ],
    ids=["looks elsewhere", "cannot tell people", "looks nobody knows where"],
)
def test_a_sensor_that_could_not_see_it_proves_nothing(
    area: Sector | None, labels: tuple[Label, ...]
) -> None:
    tracker = a_tracker_of((0.0, 0.0))
    tracker.see("cam-02", area, labels, 0.0)
    before = tracker.tracks.existence[0]

    feed(tracker, a_scan(at_s=0.1, sensor="cam-02"))

    assert tracker.tracks.existence[0] == before


def test_a_late_look_that_saw_nothing_proves_nothing() -> None:
    tracker = a_tracker_of((0.0, 0.0))
    before = tracker.tracks.existence[0]

    feed(tracker, a_scan(at_s=-0.05), delay_s=0.1)

    assert tracker.tracks.existence[0] == before


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
    tracker._rows.next_nameless = 2**32 - 1

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
    assert speeds[0] > 0.15
    assert speeds[1] < -0.15
    assert -0.1 < speeds[2] < 0.0


def test_a_look_from_before_its_birth_says_nothing_against_a_track() -> None:
    tracker = a_tracker()
    tracker.see("cam-02", AROUND, (), 10.0)
    feed(tracker, a_scan((0.0, 0.0)))
    before = tracker.tracks.existence[0]

    feed(tracker, a_scan(at_s=-0.05, sensor="cam-02"), delay_s=0.1)

    assert tracker.tracks.existence[0] == before


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


def test_a_track_that_a_simulator_or_a_drill_ever_fed_says_so_for_good() -> None:
    tracker = a_tracker_of((0.0, 0.0))
    assert not tracker.tracks.simulated[0]

    feed(tracker, a_scan((0.0, 0.0), at_s=0.1, simulated=True))
    feed(tracker, a_scan((0.0, 0.0), at_s=0.2, exercise=True))
    feed(tracker, a_scan((0.0, 0.0), at_s=0.3))

    assert tracker.tracks.simulated.tolist() == [True]
    assert tracker.tracks.exercise.tolist() == [True]


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

    touched = feed(tracker, a_scan(at_s=0.1, sensor="mic-01", simulated=True, **toward))

    assert len(tracker.tracks) == 1
    assert touched.born.size == 0
    assert 0.0 < tracker.tracks.east[0] < 0.15
    assert tracker.tracks.covariance[0, 0, 0] < before
    assert tracker.sensors_of(1000) == ("mic-01", "cam-01")
    assert tracker.tracks.simulated[0]


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
    tracker.see("cam-02", AROUND, (), 10.0)
    for index in range(80):
        at_s = index / 10.0
        # Sensors that disagree by two metres, until one is slowly put right.
        wrong = np.clip(2.0 - (at_s - 2.0) / 2.0, 0.1, 2.0)
        feed(tracker, a_scan((at_s, 0.0), at_s=at_s))
        feed(tracker, a_scan((at_s, wrong), at_s=at_s + 0.05, sensor="cam-02"))
        tracker.wake(START_US + round((at_s + 0.06) * SECOND))

    assert tracker.tracks.number.tolist() == [1000]


# --- Invariants -------------------------------------------------------------------------------

deltas = st.sampled_from([0.0, 0.02, 0.1, 0.5, 2.0, 9.0, 100.0])
labels = st.sampled_from(range(len(LABELS)))


@st.composite
def scans(draw: st.DrawFn) -> list[tuple[Measurements, float]]:
    """Draw what any sensors may send, and how late it arrives."""
    at_s = 0.0
    found = []
    for _ in range(draw(st.integers(1, 8))):
        at_s += draw(deltas)
        where = draw(st.lists(places | st.just((1.0, 1.0)), max_size=5))
        count = len(where)
        sigma = draw(st.sampled_from([0.001, 0.3, 2.0, 1000.0]))
        correlation = draw(st.floats(-0.999, 0.999))
        scan = a_scan(
            *where,
            at_s=at_s,
            sensor=draw(st.sampled_from(["cam-01", "cam-02"])),
            covariance=np.tile(
                sigma**2 * np.array([[1.0, correlation], [correlation, 1.0]]), (count, 1, 1)
            ),
            label=np.array([draw(labels) for _ in where], np.uint8),
            confidence=np.array([draw(st.floats(0.0, 1.0)) for _ in where]),
            object_id=tuple(draw(st.none() | st.sampled_from("ab")) for _ in where),
            has_doppler=np.full(count, draw(st.booleans())),
            doppler_mps=np.full(count, draw(st.floats(-150.0, 150.0))),
            doppler_sigma_mps=np.full(count, 0.5),
            bearing_deg=np.array(draw(st.lists(st.floats(0.0, 360.0), max_size=2))),
        )
        scan = structs.replace(scan, bearing_sigma_deg=np.full(scan.bearing_deg.size, 2.0))
        found.append((scan, draw(st.sampled_from([0.0, 0.3, 2.9]))))
    return found


def the_bytes(tracker: Tracker) -> bytes:
    tracks = tracker.tracks
    columns = (tracks.number, tracks.east, tracks.north, tracks.covariance, tracks.existence)
    return b"".join(column.tobytes() for column in columns)


def run(found: Sequence[tuple[Measurements, float]]) -> Tracker:
    tracker = a_tracker()
    for scan, delay_s in found:
        feed(tracker, scan, delay_s)
        tracker.wake(scan.observed_us + round(delay_s * SECOND))
    return tracker


@given(scans())
def test_no_input_breaks_a_number(found: list[tuple[Measurements, float]]) -> None:
    tracker = a_tracker()
    seen: set[int] = set()
    ended: set[int] = set()
    for scan, delay_s in found:
        now_us = scan.observed_us + round(delay_s * SECOND)
        tracks = tracker.tracks
        for touch in (lambda: tracker.update(scan, now_us), lambda: tracker.wake(now_us)):  # noqa: B023 -- called at once
            touched = touch()
            numbers = set(tracks.number.tolist())
            ended |= set(touched.lost)
            assert numbers.isdisjoint(ended)
            assert {number for number in seen - ended if number < NAMELESS} <= numbers
            seen |= numbers | set(touched.lost)
            assert (touched.changed < len(tracks)).all()
            assert set(touched.born.tolist()) <= set(touched.changed.tolist())
        assert np.isfinite(tracks.predicted(now_us)).all()
        assert np.isfinite(tracks.covariance).all()
        assert (np.linalg.eigvalsh(tracks.covariance) > 0.0).all()
        assert ((tracks.existence >= 0.0) & (tracks.existence <= 1.0)).all()
        assert ((tracks.label_confidence >= 0.0) & (tracks.label_confidence <= 1.0)).all()
        for number in tracks.number.tolist():
            assert tracker.view(number) is not None


@given(scans(), st.randoms(use_true_random=False))
def test_the_order_of_detections_in_a_scan_changes_nothing(
    found: list[tuple[Measurements, float]], random: object
) -> None:
    shuffled = []
    for scan, delay_s in found:
        order = list(range(len(scan.mean)))
        random.shuffle(order)
        shuffled.append(
            (
                structs.replace(
                    scan,
                    mean=scan.mean[order],
                    label=scan.label[order],
                    confidence=scan.confidence[order],
                    object_id=tuple(scan.object_id[one] for one in order),
                ),
                delay_s,
            )
        )

    assert the_bytes(run(shuffled)) == the_bytes(run(found))


@given(scans())
def test_the_same_scans_make_the_same_tracks_byte_for_byte(
    found: list[tuple[Measurements, float]],
) -> None:
    assert the_bytes(run(found)) == the_bytes(run(found))
