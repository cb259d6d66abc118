import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

from bench.matching import best, pairs_within
from bench.scoring import gospa


@given(seed=st.integers(0, 10_000), people=st.integers(0, 30), tracks=st.integers(0, 30))
def test_gospa_over_near_pairs_is_gospa_over_all_pairs(seed: int, people: int, tracks: int) -> None:
    rng = np.random.default_rng(seed)
    truth, found = rng.uniform(0, 15, (people, 2)), rng.uniform(0, 15, (tracks, 2))
    gap = np.linalg.norm(truth[:, np.newaxis] - found[np.newaxis], axis=2)
    cost = np.minimum(gap, 5.0) ** 2
    rows, columns = linear_sum_assignment(cost)
    alone = abs(people - tracks) * 5.0**2 / 2.0

    sparse = gospa(truth, found, 5.0)

    assert np.isclose(sparse.distance_m**2, cost[rows, columns].sum() + alone)


def test_the_best_pairs_may_leave_a_nearer_one_alone() -> None:
    rows, columns = np.array([0, 0, 1]), np.array([0, 1, 0])
    gain = np.array([5.0, 4.0, 4.0])

    assert sorted(best(rows, columns, gain, (2, 2)).tolist()) == [1, 2]


def test_pairs_are_all_those_within_reach() -> None:
    first = np.array([[0.0, 0.0], [10.0, 0.0]])
    second = np.array([[0.0, 1.0], [0.0, 2.0], [10.5, 0.0]])

    rows, columns, gap = pairs_within(first, second, 1.5)

    assert sorted(zip(rows.tolist(), columns.tolist(), gap.tolist(), strict=True)) == [
        (0, 0, 1.0),
        (1, 2, 0.5),
    ]
