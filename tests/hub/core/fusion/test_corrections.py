from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from hub.core.fusion.corrections import DROP_US, Corrections, Others
from hub.core.fusion.measurement import LABEL_INDEX, Measurements
from wire.labels import Label

START = 1_700_000_000_000_000
SECOND = 1_000_000
PERSON = LABEL_INDEX[Label.PERSON]
VEHICLE = LABEL_INDEX[Label.VEHICLE]

Place = tuple[float, float]


def a_scan(*where: Place, at_s: float = 0.0, sensor: str = "cam-01") -> Measurements:
    count = len(where)
    return Measurements(
        sensor=sensor,
        observed_us=START + round(at_s * SECOND),
        mean=np.array(where, dtype=np.float64).reshape(-1, 2),
        covariance=np.tile(np.eye(2) * 0.09, (count, 1, 1)),
        label=np.full(count, PERSON, np.uint8),
        confidence=np.full(count, 0.9),
        object_id=(None,) * count,
        has_doppler=np.zeros(count, np.bool_),
        doppler_mps=np.zeros(count),
        doppler_sigma_mps=np.zeros(count),
        origin=(0.0, 0.0),
        bearing_deg=np.empty(0),
        bearing_sigma_deg=np.empty(0),
    )


def the_tracks(**at: Place) -> Others:
    """Return visible tracks, by their numbers: t1000=(0, 0)."""
    return Others(
        number=np.array([int(name[1:]) for name in at], np.uint32),
        places=np.array(list(at.values()), dtype=np.float64).reshape(-1, 2),
    )


def merged(offset: Place = (2.0, 0.0), sensors: Sequence[str] = ("cam-01",)) -> Corrections:
    corrections = Corrections()
    corrections.join(1000, 1001, offset, sigma_m=0.4, sensors=sensors)
    return corrections


def led(corrections: Corrections, scan: Measurements, **at: Place) -> list[list[float]]:
    found: list[list[float]] = corrections.led(scan, the_tracks(**at)).mean.tolist()
    return found


# --- Labels and words -------------------------------------------------------------------------


def test_a_label_is_held_until_it_is_left_to_the_sensors_again() -> None:
    corrections = Corrections()

    corrections.hold(1000, PERSON)
    assert corrections.label_of(1000) == PERSON

    corrections.hold(1000, None)
    assert corrections.label_of(1000) is None


def test_what_was_corrected_is_told_in_the_order_it_was_done_and_no_more_than_sixteen() -> None:
    corrections = Corrections()

    for index in range(20):
        corrections.note(1000, f"note {index}")

    assert corrections.notes(1000) == tuple(f"note {index}" for index in range(4, 20))
    assert corrections.notes(1001) == ()


# --- Merging ----------------------------------------------------------------------------------


def test_a_merged_track_is_part_of_the_kept_one_with_all_that_was_said_of_it() -> None:
    corrections = Corrections()
    corrections.hold(1001, VEHICLE)
    corrections.note(1001, "held as vehicle by Ann")

    corrections.join(1000, 1001, (2.0, 0.0))

    assert corrections.merged_into(1000) == (1001,)
    assert corrections.part_of(1001) == 1000
    assert corrections.label_of(1000) == VEHICLE
    assert corrections.label_of(1001) is None
    assert corrections.notes(1000) == ("held as vehicle by Ann",)


def test_what_people_said_of_the_kept_track_goes_before_what_they_said_of_the_other() -> None:
    corrections = Corrections()
    corrections.hold(1000, PERSON)
    corrections.hold(1001, VEHICLE)

    corrections.join(1000, 1001, (2.0, 0.0))

    assert corrections.label_of(1000) == PERSON


def test_who_sees_only_the_other_one_feeds_the_kept_one() -> None:
    corrections = merged(offset=(2.0, 0.0))

    assert led(corrections, a_scan((2.0, 0.0)), t1000=(0.0, 0.0)) == [[0.0, 0.0]]


def test_a_measurement_led_over_is_less_sure_and_the_offset_follows_it() -> None:
    corrections = merged(offset=(2.0, 0.0))

    scan = corrections.led(a_scan((2.5, 0.0)), the_tracks(t1000=(0.0, 0.0)))

    assert scan.mean.tolist() == [[0.5, 0.0]]
    assert scan.covariance[0] == pytest.approx(np.eye(2) * 0.34)
    assert led(corrections, a_scan((2.0, 0.0)), t1000=(0.0, 0.0)) == [[pytest.approx(-0.05), 0.0]]


def test_who_sees_the_kept_one_where_it_is_feeds_it_as_ever() -> None:
    corrections = merged(offset=(2.0, 0.0))

    assert led(corrections, a_scan((0.1, 0.0)), t1000=(0.0, 0.0)) == [[0.1, 0.0]]


def test_who_sees_both_feeds_the_kept_one_once() -> None:
    corrections = merged(offset=(2.0, 0.0))

    assert led(corrections, a_scan((2.0, 0.1), (0.1, 0.0)), t1000=(0.0, 0.0)) == [[0.1, 0.0]]


def test_a_third_one_beside_merged_tracks_is_not_hidden() -> None:
    corrections = merged(offset=(2.0, 0.0))

    seen = led(corrections, a_scan((0.0, 0.0), (2.0, 0.0), (1.0, 0.8)), t1000=(0.0, 0.0))

    assert seen == [[0.0, 0.0], [1.0, 0.8]]


def test_who_walks_away_from_the_kept_one_is_somebody_else() -> None:
    corrections = merged(offset=(2.0, 0.0))

    assert led(corrections, a_scan((0.0, 0.0), (5.5, 0.0)), t1000=(0.0, 0.0)) == [
        [0.0, 0.0],
        [5.5, 0.0],
    ]


def test_a_sensor_that_saw_neither_is_not_bound() -> None:
    corrections = merged(sensors=("cam-01",))

    assert corrections.binds("cam-01")
    assert not corrections.binds("cam-02")
    scan = a_scan((2.0, 0.0), sensor="cam-02")
    assert led(corrections, scan, t1000=(0.0, 0.0)) == [[2.0, 0.0]]


def test_the_measurement_of_another_track_stays_its_own() -> None:
    corrections = merged(offset=(2.0, 0.0))

    seen = led(corrections, a_scan((2.4, 0.0)), t1000=(0.0, 0.0), t1002=(2.5, 0.0))

    assert seen == [[2.4, 0.0]]


def test_a_merge_of_a_track_that_is_not_shown_leads_nothing() -> None:
    corrections = merged()

    assert led(corrections, a_scan((2.0, 0.0)), t1007=(50.0, 0.0)) == [[2.0, 0.0]]
    assert led(corrections, a_scan(), t1000=(0.0, 0.0)) == []


def test_tracks_merged_one_after_another_are_all_part_of_the_last() -> None:
    corrections = merged(offset=(2.0, 0.0))

    corrections.join(1002, 1000, (0.0, 3.0), sigma_m=0.4, sensors=("cam-01",))

    assert corrections.merged_into(1002) == (1001, 1000)
    assert corrections.part_of(1001) == corrections.part_of(1000) == 1002
    assert led(corrections, a_scan((2.0, 3.0)), t1002=(0.0, 0.0)) == [[0.0, 0.0]]


def test_of_very_many_merged_tracks_the_latest_sixteen_are_remembered() -> None:
    corrections = Corrections()

    for index in range(20):
        corrections.join(1000, 1001 + index, (0.1, 0.0))

    assert corrections.merged_into(1000) == tuple(range(1005, 1021))
    assert corrections.part_of(1001) is None


def test_a_sensor_that_long_sees_two_where_people_said_one_is_told_of() -> None:
    corrections = merged(offset=(2.0, 0.0))
    both = ((0.0, 0.0), (2.0, 0.0))

    for step in range(50):
        led(corrections, a_scan(*both, at_s=step / 10.0), t1000=(0.0, 0.0))
    assert corrections.contradictions(1000) == ()

    led(corrections, a_scan(*both, at_s=5.0), t1000=(0.0, 0.0))
    (member,) = corrections.contradictions(1000)
    assert (member.number, member.two_by, member.two_since_us) == (1001, "cam-01", START)


def test_seeing_two_now_and_then_is_no_contradiction() -> None:
    corrections = merged(offset=(2.0, 0.0), sensors=("cam-01", "cam-02"))
    both = ((0.0, 0.0), (2.0, 0.0))

    led(corrections, a_scan(*both), t1000=(0.0, 0.0))
    led(corrections, a_scan(*both, at_s=0.1, sensor="cam-02"), t1000=(0.0, 0.0))
    led(corrections, a_scan(*both, at_s=6.0), t1000=(0.0, 0.0))

    assert corrections.contradictions(1000) == ()


# --- Splitting --------------------------------------------------------------------------------


def test_a_split_undoes_the_latest_merge_and_keeps_the_two_apart() -> None:
    corrections = merged(offset=(2.0, 0.0))
    corrections.hold(1002, VEHICLE)
    corrections.join(1000, 1002, (0.0, 1.0))

    member = corrections.split(1000)

    assert member is not None
    assert (member.number, member.offset) == (1002, (0.0, 1.0))
    assert corrections.merged_into(1000) == (1001,)
    assert corrections.part_of(1002) is None
    assert corrections.label_of(1002) == VEHICLE
    one, other = np.array([1000, 1002, 1000]), np.array([1002, 1000, 1001])
    assert corrections.may_merge(one, other).tolist() == [False, False, True]


def test_where_nothing_was_merged_there_is_nothing_to_split() -> None:
    assert Corrections().split(1000) is None


def test_all_may_merge_where_nothing_was_split() -> None:
    assert Corrections().may_merge(np.array([1, 2]), np.array([3, 4])).tolist() == [True, True]


def test_who_is_kept_apart_from_a_track_is_kept_apart_from_what_it_becomes_part_of() -> None:
    corrections = merged()
    corrections.split(1000)

    corrections.join(1002, 1000, (0.0, 0.0))

    assert corrections.may_merge(np.array([1002]), np.array([1001])).tolist() == [False]
    assert corrections.may_merge(np.array([1000]), np.array([1001])).tolist() == [True]


def test_no_more_than_a_thousand_pairs_are_kept_apart() -> None:
    corrections = Corrections()

    for index in range(1_001):
        corrections.join(1000, 2000 + index, (0.0, 0.0))
        corrections.split(1000)

    apart = corrections.may_merge(np.array([1000, 1000]), np.array([2000, 3000]))
    assert apart.tolist() == [True, False]


# --- Dropping ---------------------------------------------------------------------------------


def allowed(
    corrections: Corrections, *where: Place, label: int = PERSON, **scan: object
) -> list[bool]:
    seen = a_scan(*where, **scan)  # type: ignore[arg-type]
    seen = structs.replace(seen, label=np.full(len(where), label, np.uint8))
    told = corrections.without_births(seen).may_begin
    return [True] * len(where) if told is None else told.tolist()


def dropped(sigma_m: float = 0.5) -> Corrections:
    corrections = Corrections()
    corrections.drop((10.0, 0.0), sigma_m, ("cam-01",), (PERSON,), START)
    return corrections


def test_where_a_track_was_dropped_its_sensors_start_no_such_thing() -> None:
    corrections = dropped(sigma_m=0.5)

    assert allowed(corrections, (10.0, 0.0), (11.4, 0.0), (11.6, 0.0)) == [False, False, True]


def test_another_sensor_may_confirm_a_person_where_a_track_was_dropped() -> None:
    assert allowed(dropped(), (10.0, 0.0), sensor="cam-02") == [True]


def test_each_drop_holds_for_its_own_sensors() -> None:
    corrections = dropped()
    corrections.drop((20.0, 0.0), 0.5, ("cam-02",), (PERSON,), START)

    assert allowed(corrections, (10.0, 0.0), (20.0, 0.0)) == [False, True]
    assert allowed(corrections, (10.0, 0.0), (20.0, 0.0), sensor="cam-02") == [True, False]


def test_another_kind_of_thing_may_start_where_a_track_was_dropped() -> None:
    assert allowed(dropped(), (10.0, 0.0), label=VEHICLE) == [True]


def test_a_drop_is_over_after_half_a_minute() -> None:
    corrections = dropped()

    assert allowed(corrections, (10.0, 0.0), at_s=30.0) == [False]
    assert allowed(corrections, (10.0, 0.0), at_s=30.1) == [True]


def test_the_radius_is_three_sigma_within_a_step_and_three_metres() -> None:
    corrections = Corrections()

    radii = [corrections.drop((0.0, 0.0), s, (), (), START) for s in (0.1, 0.5, 20.0)]

    assert radii == [1.0, 1.5, 3.0]


def test_of_very_many_drops_the_latest_hold() -> None:
    corrections = dropped()

    for _ in range(200):
        corrections.drop((99.0, 0.0), 0.5, ("cam-01",), (PERSON,), START)

    assert allowed(corrections, (10.0, 0.0), (99.0, 0.0)) == [True, False]


# --- The end ----------------------------------------------------------------------------------


def test_corrections_end_with_their_tracks() -> None:
    corrections = merged()
    corrections.hold(1000, PERSON)
    corrections.note(1000, "merged by Ann")
    corrections.join(1000, 1002, (0.0, 0.0))
    corrections.split(1000)
    corrections.drop((10.0, 0.0), 0.5, ("cam-01",), (PERSON,), START)

    corrections.forget([1000], START + DROP_US)

    assert corrections.label_of(1000) is None
    assert corrections.notes(1000) == ()
    assert corrections.merged_into(1000) == ()
    assert corrections.part_of(1001) is None
    assert corrections.may_merge(np.array([1000]), np.array([1002])).tolist() == [True]
    assert not corrections.binds("cam-01")
    assert allowed(corrections, (10.0, 0.0)) == [True]


coordinates = st.floats(-6.0, 6.0)
places = st.tuples(coordinates, coordinates)


@given(st.lists(places, max_size=8), st.permutations(range(8)), places, places)
def test_the_order_of_detections_changes_nothing(
    where: list[Place], order: list[int], offset: Place, other: Place
) -> None:
    shuffled = [where[place] for place in order if place < len(where)]
    one, two = merged(offset), merged(offset)

    first = led(one, a_scan(*where), t1000=(0.0, 0.0), t1002=other)
    second = led(two, a_scan(*shuffled), t1000=(0.0, 0.0), t1002=other)

    assert sorted(first) == sorted(second)


@given(st.lists(places, max_size=8), places)
def test_a_merge_hides_one_measurement_of_a_scan_at_most_and_none_far_away(
    where: list[Place], offset: Place
) -> None:
    seen = led(merged(offset), a_scan(*where), t1000=(0.0, 0.0))

    assert len(seen) >= len(where) - 1
    far = [
        [east, north]
        for east, north in where
        if min(np.hypot(east, north), np.hypot(east - offset[0], north - offset[1])) > 1.3
    ]
    assert all(place in seen for place in far)
