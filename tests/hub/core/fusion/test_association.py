from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.fusion import association
from hub.core.fusion.association import assign

edges = st.dictionaries(
    st.tuples(st.integers(0, 4), st.integers(0, 4)), st.floats(-5.0, 20.0), max_size=14
)


def chosen_of(weights: dict[tuple[int, int], float]) -> set[tuple[int, int]]:
    pairs = sorted(weights)
    track = np.array([pair[0] for pair in pairs], dtype=np.intp)
    measurement = np.array([pair[1] for pair in pairs], dtype=np.intp)
    weight = np.array([weights[pair] for pair in pairs])
    return {pairs[one] for one in assign(track, measurement, weight)}


def best_of(weights: dict[tuple[int, int], float]) -> float:
    """Try every assignment of five tracks to five measurements."""
    return max(
        sum(max(weights.get((track, one), 0.0), 0.0) for track, one in enumerate(order))
        for order in permutations(range(5))
    )


def test_pairs_without_rivals_are_taken_where_they_weigh_anything() -> None:
    assert chosen_of({(0, 0): 3.0, (1, 2): 0.5, (2, 1): -1.0}) == {(0, 0), (1, 2)}


def test_the_second_best_is_taken_where_the_whole_is_likelier_so() -> None:
    weights = {(0, 0): 10.0, (0, 1): 9.0, (1, 0): 8.0, (1, 1): 1.0}

    assert chosen_of(weights) == {(0, 1), (1, 0)}


def test_a_track_stays_alone_where_its_measurement_is_worth_more_to_another() -> None:
    assert chosen_of({(0, 0): 5.0, (1, 0): 4.0}) == {(0, 0)}


def test_nothing_is_assigned_where_there_is_nothing() -> None:
    assert chosen_of({}) == set()


@pytest.mark.parametrize("cells_max", [0, 2_500], ids=["by components", "as one"])
def test_the_assignment_weighs_as_much_as_any_can(
    cells_max: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(association, "_DENSE_CELLS_MAX", cells_max)

    @given(edges)
    def check(weights: dict[tuple[int, int], float]) -> None:
        chosen = chosen_of(weights)

        assert len({track for track, _ in chosen}) == len({one for _, one in chosen}) == len(chosen)
        assert sum(weights[pair] for pair in chosen) == pytest.approx(best_of(weights))

    check()


def test_a_crowd_of_a_thousand_is_solved_group_by_group() -> None:
    track = np.repeat(np.arange(1000), 2)
    measurement = np.stack((np.arange(1000), np.arange(1000) ^ 1), axis=1).ravel()
    weight = np.tile([2.0, 3.0], 1000)

    chosen = assign(track, measurement, weight)

    assert (measurement[chosen] == track[chosen] ^ 1).all()
    assert len(chosen) == 1000
