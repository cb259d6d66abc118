"""One scan, held against the slow and obvious tracker, number by number."""

from itertools import pairwise

import numpy as np
import pytest
from ground_scans import AROUND, SECOND, START_US, Place, a_scan, a_sight
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import structs
from reference_marginals import agreed_marginals
from reference_tracker import ReferenceTracker, Track, every_marginal

from hub.core.fusion.association import components, marginals, turned
from hub.core.fusion.gating import Pairs
from hub.core.fusion.lifecycle import LOST, STATES
from hub.core.fusion.measurement import LABEL_INDEX, Measurements
from hub.core.fusion.tracker import Tracker
from hub.core.fusion.tracks import Columns
from wire.labels import Label, TrackState

SENSORS = ("cam-01", "cam-02", "radar-01", "cam-03")
SIGHTS = (
    a_sight(),
    a_sight(structs.replace(AROUND, azimuth_deg=90.0, width_deg=120.0)),
    a_sight(structs.replace(AROUND, range_max_m=60.0)),
    None,
)
LABELS = [LABEL_INDEX[label] for label in (Label.PERSON, Label.PERSON, Label.BICYCLE, Label.BAG)]


# As many ways in which all may be explained the tracker counts; beyond that it passes messages.
WAYS_MAX = 1000


def the_chances(ratio: np.ndarray) -> np.ndarray:
    """Return exact probabilities where the tracker promises them, else those that it finds.

    Those have to be near to what messages come to that nobody cuts short.
    """
    ways = np.prod((ratio > 0.0).sum(axis=1) + 1.0)
    if min(ratio.shape) == 1 or len(ratio) == 2 or ways <= WAYS_MAX:
        return every_marginal(ratio)
    tracks, ones = np.nonzero(ratio)
    first = np.searchsorted(tracks, np.arange(len(ratio) + 1)).astype(np.int32)
    pairs = Pairs(first, ones.astype(np.int32), np.zeros(len(ones)))
    groups = components(pairs, turned(pairs, ratio.shape[1]))
    chance = np.zeros(ratio.shape)
    chance[tracks, ones] = marginals(pairs, groups, ratio[tracks, ones], ratio.shape[1])
    # Near a tie they agree slowly, and are cut short.
    gap = np.abs(chance - agreed_marginals(ratio))
    assert gap.max() < 0.3
    assert gap.mean() < 0.03
    return chance


class Both:
    """The tracker and the reference, told the same."""

    def __init__(self) -> None:
        self.tracker = Tracker()
        self.reference = ReferenceTracker(the_chances)
        for sensor, sight in zip(SENSORS, SIGHTS, strict=True):
            self.tracker.see(sensor, sight)
            self.reference.see(sensor, sight)

    def take(self, scan: Measurements, delay_s: float = 0.0) -> None:
        now_us = scan.observed_us + round(delay_s * SECOND)
        self.tracker.update(scan, now_us)
        # How near messages come to agreement depends a little on who speaks first.
        from_west = np.lexsort((scan.mean[:, 1], scan.mean[:, 0]))
        self.reference.update(scan.picked(from_west), now_us)

    def assert_agree(self) -> None:
        columns, count = self.tracker.rows.columns, self.tracker.rows.count
        rows = np.flatnonzero(columns.state[:count] != LOST).tolist()
        assert len(rows) == len(self.reference.tracks)
        # Both begin tracks in one order; only the tracker gives them names.
        for row, track in zip(rows, self.reference.tracks, strict=True):
            assert_same(columns, row, track, self.tracker.names)


def assert_same(columns: Columns, row: int, track: Track, names: list[str]) -> None:
    assert columns.mean[row] == pytest.approx(track.mean, rel=1e-6, abs=1e-7)
    size = float(np.abs(track.covariance).max())
    assert columns.covariance[row] == pytest.approx(track.covariance, rel=1e-6, abs=1e-7 * size)
    assert columns.existence[row] == pytest.approx(track.existence, rel=1e-6, abs=1e-9)
    assert columns.updated_us[row] == track.updated_us
    assert columns.looked_us[row] == track.looked_us
    assert columns.born_us[row] == track.born_us
    assert columns.hits[row] == track.hits
    assert STATES[columns.state[row]] is track.state
    assert columns.label[row] == track.label
    assert columns.label_confidence[row] == pytest.approx(track.label_confidence)
    assert columns.identity[row] == track.identity
    for slot in range(columns.fed_by.shape[1]):
        watching = track.watching.get(names[columns.fed_by[row, slot]])
        if columns.eyed_us[row, slot] and watching is not None:
            assert columns.visible[row, slot] == pytest.approx(watching.visible, rel=1e-6)
            assert columns.eyed_us[row, slot] == watching.at_us


# --- Random scenes ----------------------------------------------------------------------------


def a_scene(
    seed: int, *, people: int, extent_m: float, scans: int = 24
) -> list[tuple[Measurements, float]]:
    """Return scans of people who walk, some missed, some late, some of nothing."""
    rng = np.random.default_rng(seed)
    where = rng.uniform(-extent_m, extent_m, (people, 2))
    velocity = rng.normal(0.0, 1.0, (people, 2))
    label = rng.choice(LABELS, people)
    found = []
    at_s = 0.0
    for _ in range(scans):
        at_s += float(rng.uniform(0.0, 0.15))
        late_s = float(rng.choice([0.0, 0.0, 0.1, 0.6]))
        sensor = int(rng.integers(len(SENSORS)))
        seen = np.flatnonzero(rng.uniform(size=people) < 0.85)
        clutter = int(rng.integers(0, 3))
        count = len(seen) + clutter
        sigma = rng.uniform(0.1, 0.8, (count, 2))
        truth = np.vstack((where[seen] + velocity[seen] * (at_s - late_s), np.zeros((clutter, 2))))
        truth[len(seen) :] = rng.uniform(-extent_m, extent_m, (clutter, 2))
        mean = truth + rng.normal(0.0, 1.0, (count, 2)) * sigma
        has_doppler = np.full(count, SENSORS[sensor] == "radar-01")
        speed = np.vstack((velocity[seen], rng.normal(0.0, 1.0, (clutter, 2))))
        ahead = mean / np.hypot(*mean.T)[:, np.newaxis]
        doppler = (ahead * speed).sum(axis=1) + rng.normal(0.0, 0.2, count)
        covariance = np.zeros((count, 2, 2))
        covariance[:, (0, 1), (0, 1)] = sigma**2
        covariance[:, 0, 1] = covariance[:, 1, 0] = rng.uniform(-0.5, 0.5, count) * sigma.prod(1)
        told = [
            None if one >= len(seen) or rng.uniform() < 0.5 else f"t{seen[one]}"
            for one in range(count)
        ]
        carries = np.where(rng.uniform(size=people) < 0.1, np.arange(people) + 50, 0)
        scan = a_scan(
            *mean.tolist(),
            at_s=at_s - late_s,
            sensor=SENSORS[sensor],
            covariance=covariance,
            label=np.concatenate((label[seen], rng.choice(LABELS, clutter))).astype(np.uint8),
            confidence=rng.uniform(0.1, 1.0, count),
            # A name that two sensors use is two names: only one of them gives any.
            object_id=tuple(told) if sensor == 0 else (None,) * count,
            has_doppler=has_doppler,
            doppler_mps=np.where(has_doppler, doppler, 0.0),
            doppler_sigma_mps=np.where(has_doppler, 0.2, 0.0),
            identity=np.concatenate((carries[seen], np.zeros(clutter))).astype(np.int64),
            news=np.where(rng.uniform(size=count) < 0.7, 1.0, 0.4),
            may_begin=rng.uniform(size=count) < 0.9,
        )
        found.append((scan, late_s))
    return found


@settings(max_examples=15)
# Clutter far out that has grown vaguer than anybody is sought for.
@example(45456162)
@given(st.integers(0, 2**32 - 1))
def test_people_far_apart_are_followed_as_the_reference_follows_them(seed: int) -> None:
    both = Both()
    for scan, delay_s in a_scene(seed, people=4, extent_m=60.0):
        both.take(scan, delay_s)
        both.assert_agree()

    assert any(track.state is TrackState.CONFIRMED for track in both.reference.tracks)


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1))
def test_people_in_a_crowd_are_followed_as_the_reference_follows_them(seed: int) -> None:
    both = Both()
    for scan, delay_s in a_scene(seed, people=7, extent_m=4.0):
        both.take(scan, delay_s)
        both.assert_agree()

    assert len(both.reference.tracks) > 3


# --- One thing at a time ----------------------------------------------------------------------


def settled(*where: Place, scans: int = 8) -> Both:
    """Return both after a second of people who stand still, all confirmed."""
    both = Both()
    for index in range(scans):
        both.take(a_scan(*where, at_s=index / 10.0 - scans / 10.0))
    both.assert_agree()
    assert {track.state for track in both.reference.tracks} == {TrackState.CONFIRMED}
    return both


def existences(both: Both) -> list[float]:
    both.assert_agree()
    return [track.existence for track in both.reference.tracks]


def test_one_miss_lowers_existence_by_much_and_the_tenth_in_a_row_by_little() -> None:
    both = settled((20.0, 20.0))

    beliefs = existences(both)
    for index in range(10):
        both.take(a_scan(at_s=index / 10.0))
        beliefs += existences(both)

    odds = [belief / (1.0 - belief) for belief in beliefs]
    drop = [before / after for before, after in pairwise(odds)]
    assert drop[0] > 3.0 * drop[9]
    assert all(one > 1.0 for one in drop)


def test_a_measurement_says_that_nothing_hides_a_track_and_a_miss_that_something_may() -> None:
    both = settled((20.0, 20.0))
    (track,) = both.reference.tracks
    seen = track.watching["cam-01"].visible

    both.take(a_scan(at_s=0.1))
    both.assert_agree()

    assert track.watching["cam-01"].visible < 0.95 < seen


def test_a_sensor_that_finds_nobody_where_another_does_believes_them_hidden_from_itself() -> None:
    both = settled((20.0, 0.0))
    for index in range(10):
        both.take(a_scan((20.0, 0.0), at_s=index / 10.0))
        both.take(a_scan(at_s=index / 10.0 + 0.05, sensor="cam-02"))
    both.assert_agree()

    (track,) = both.reference.tracks
    assert track.watching["cam-01"].visible > 0.9
    assert track.watching["cam-02"].visible < 0.2
    assert track.existence > 0.99


def test_where_two_are_too_doubtful_to_mix_each_has_a_measurement_of_its_own() -> None:
    both = settled((19.4, 20.0), (20.6, 20.0))

    both.take(a_scan((19.9, 19.9), (20.1, 20.1), at_s=0.0))
    both.assert_agree()

    assert [track.hits for track in both.reference.tracks] == [9, 9]
    west, east = (track.mean[0] for track in both.reference.tracks)
    assert west < 20.0 < east


def test_what_is_half_somebodys_begins_no_track_and_what_is_nobodys_does() -> None:
    both = settled((20.0, 20.0))

    both.take(a_scan((20.0, 20.0), (20.2, 20.0), (40.0, 20.0), at_s=0.0))

    assert len(existences(both)) == 2
    assert both.reference.tracks[1].mean[0] == 40.0


def test_a_vague_measurement_begins_no_track() -> None:
    both = Both()

    both.take(a_scan((0.0, 0.0), covariance=np.eye(2)[np.newaxis] * 13.0))
    both.take(a_scan((0.0, 0.0), covariance=np.eye(2)[np.newaxis] * 12.0, at_s=0.1))

    assert len(existences(both)) == 1


def test_a_row_that_is_used_again_remembers_nothing() -> None:
    both = settled((20.0, 20.0))
    both.take(a_scan((20.0, 20.0), identity=np.array([7], np.int64)))
    later_us = START_US + 60 * SECOND
    columns = both.tracker.rows.columns
    columns.held_label[0] = 3
    columns.simulated[0] = columns.exercise[0] = True
    columns.height[0], columns.height_us[0] = (9.0, 1.0), START_US
    assert both.tracker.wake(later_us).lost == (1000,)
    both.reference.tracks.clear()

    both.take(a_scan((20.0, 20.0), at_s=60.0))

    both.assert_agree()
    assert both.tracker.view(both.tracker.tracks.number[0]) is not None
    assert columns.held_label[0] == 255
    assert not columns.simulated[0]
    assert not columns.exercise[0]
    assert columns.height[0].tolist() == [0.0, 0.0]
    assert columns.height_us[0] == 0
    assert both.tracker.sensors_of(int(both.tracker.tracks.number[0])) == ("cam-01",)


@pytest.mark.parametrize("speed_mps", [-150.0, 150.0])
def test_a_speed_that_no_clutter_has_is_no_number_too_large(speed_mps: float) -> None:
    tracker = Tracker()
    told = {
        "has_doppler": np.ones(2, np.bool_),
        "doppler_mps": np.full(2, speed_mps),
        "doppler_sigma_mps": np.full(2, 0.001),
    }

    for index in range(3):
        where = 0.1 * index * speed_mps
        scan = a_scan((0.0, 500.0 + where), (0.001, 500.0 + where), at_s=index / 10.0, **told)
        tracker.update(scan, scan.observed_us)

    assert np.isfinite(tracker.tracks.existence).all()
    assert np.isfinite(tracker.tracks.covariance).all()
    assert tracker.tracks.velocity_north == pytest.approx(speed_mps, abs=0.1)
