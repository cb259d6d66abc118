import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.fusion.gating import pairs_within, sweep

places = st.lists(st.tuples(st.floats(-20.0, 20.0), st.floats(-20.0, 20.0)), min_size=1, max_size=8)


@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(0, 5))), st.lists(st.floats(-9, 9)))
def test_a_sweep_finds_every_value_in_every_interval(
    intervals: list[tuple[float, float]], values: list[float]
) -> None:
    ordered = np.sort(np.array(values))
    low = np.array([start for start, _ in intervals])
    high = np.array([start + length for start, length in intervals])

    interval, value = sweep(low, high, ordered)

    expected = {
        (i, j)
        for i in range(len(intervals))
        for j in range(len(values))
        if low[i] <= ordered[j] <= high[i]
    }
    assert set(zip(interval.tolist(), value.tolist(), strict=True)) == expected
    assert len(interval) == len(expected)


@given(places, places, st.floats(0.1, 3.0), st.floats(-0.8, 0.8))
def test_the_pairs_are_those_of_the_slow_and_obvious_way(
    tracks: list[tuple[float, float]],
    measurements: list[tuple[float, float]],
    sigma: float,
    correlation: float,
) -> None:
    where, mean = np.array(tracks), np.array(sorted(measurements))
    covariance = np.tile(
        sigma**2 * np.array([[1.0, correlation], [correlation, 1.5]]), (len(mean), 1, 1)
    )
    spread = (np.full(len(where), 2.0), np.full(len(where), 0.5), np.full(len(where), 0.3))
    own = np.array([[2.0, 0.3], [0.3, 0.5]])

    pairs = pairs_within(16.0, where, spread, mean, covariance)

    expected = {}
    for i, place in enumerate(where):
        for j, seen in enumerate(mean):
            total = own + covariance[j]
            distance = (seen - place) @ np.linalg.inv(total) @ (seen - place)
            if distance <= 16.0:
                density = np.exp(-distance / 2.0) / (2.0 * np.pi * np.sqrt(np.linalg.det(total)))
                expected[(i, j)] = (distance, np.log(density))
    found = zip(pairs.track.tolist(), pairs.measurement.tolist(), strict=True)
    for number, pair in enumerate(found):
        assert (pairs.distance[number], pairs.log_density[number]) == pytest.approx(
            expected.pop(pair), abs=1e-6
        )
    assert all(distance > 16.0 - 1e-6 for distance, _ in expected.values())
