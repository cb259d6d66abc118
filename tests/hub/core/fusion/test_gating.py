import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from reference_tracker import squared_distance
from scipy.stats import multivariate_normal  # type: ignore[import-untyped]

from hub.core.fusion.gating import Pairs, pairs_within

GATE = 16.0
coordinates = st.floats(-20.0, 20.0)
places = st.lists(st.tuples(coordinates, coordinates), max_size=8)
sigmas = st.floats(0.05, 3.0)
correlations = st.floats(-0.9, 0.9)


@st.composite
def covariances(draw: st.DrawFn, count: int) -> np.ndarray:
    """Draw one covariance for each of so many places."""
    found = np.zeros((count, 2, 2))
    for one in range(count):
        east, north, shared = draw(sigmas), draw(sigmas), draw(correlations)
        both = shared * east * north
        found[one] = [[east**2, both], [both, north**2]]
    return found


@st.composite
def scenes(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    tracks, measurements = draw(places), sorted(draw(places))
    return (
        np.array(tracks).reshape(-1, 2),
        draw(covariances(len(tracks))),
        np.array(measurements).reshape(-1, 2),
        draw(covariances(len(measurements))),
    )


def the_pairs(
    where: np.ndarray, spread: np.ndarray, mean: np.ndarray, covariance: np.ndarray
) -> Pairs:
    three = np.column_stack((spread[:, 0, 0], spread[:, 1, 1], spread[:, 0, 1])).reshape(-1, 3)
    return pairs_within(GATE, where, three, mean, covariance)


def densities(pairs: Pairs) -> dict[tuple[int, int], float]:
    """Return each pair's density, and that every track's pairs come in order, each once."""
    found = {}
    for track in range(len(pairs.first) - 1):
        ones = pairs.one[pairs.first[track] : pairs.first[track + 1]].tolist()
        assert ones == sorted(set(ones))
        for place, one in enumerate(ones):
            found[(track, one)] = float(pairs.density[pairs.first[track] + place])
    assert len(found) == len(pairs.one) == len(pairs.density) == pairs.first[-1]
    return found


@given(scenes())
def test_the_pairs_are_those_of_the_slow_and_obvious_way(
    scene: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
) -> None:
    where, spread, mean, covariance = scene

    found = densities(the_pairs(where, spread, mean, covariance))

    for i, place in enumerate(where):
        for j, seen in enumerate(mean):
            total = spread[i] + covariance[j]
            distance = squared_distance(seen - place, total)
            if abs(distance - GATE) < 1e-9:
                continue  # On the gate to the last digit: either is right.
            assert ((i, j) in found) == (distance < GATE)
            if (i, j) in found:
                density = multivariate_normal.pdf(seen, place, total)
                assert np.isclose(found[(i, j)], density, rtol=1e-9)


def test_a_vague_measurement_is_near_a_track_that_a_sharp_one_is_too_far_from() -> None:
    where, spread = np.zeros((1, 2)), np.eye(2)[np.newaxis] * 0.01
    mean = np.array([[3.0, 0.0], [3.0, 0.0]])
    covariance = np.stack((np.eye(2) * 0.01, np.eye(2)))

    assert list(densities(the_pairs(where, spread, mean, covariance))) == [(0, 1)]


def test_a_crowd_in_one_place_has_every_pair_there_is() -> None:
    count = 150
    where, spread = np.zeros((count, 2)), np.tile(np.eye(2), (count, 1, 1))

    pairs = the_pairs(where, spread, where, spread)

    assert len(densities(pairs)) == count**2


def test_without_tracks_or_measurements_there_are_no_pairs() -> None:
    one, none = np.zeros((1, 2)), np.zeros((0, 2))
    alone, nothing = np.eye(2)[np.newaxis], np.zeros((0, 2, 2))

    assert the_pairs(one, alone, none, nothing).first.tolist() == [0, 0]
    assert the_pairs(none, nothing, one, alone).first.tolist() == [0]
