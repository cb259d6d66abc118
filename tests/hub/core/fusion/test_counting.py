"""Probabilities by counting every way, held against an enumeration that shares nothing with it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_tracker import every_marginal

from hub.core.fusion.association import components, marginals, turned
from hub.core.fusion.counting import a_count, are_few, between_two, count_ways
from hub.core.fusion.gating import Pairs

# From next to nothing to beyond what anybody doubts; None: no pair.
logs = st.none() | st.floats(-20.0, 60.0)


def the_pairs(ratio: np.ndarray) -> tuple[Pairs, np.ndarray]:
    """Return a table of ratios (0: no pair) as the kernels take it, with them in its order."""
    tracks, ones = np.nonzero(ratio)
    first = np.searchsorted(tracks, np.arange(len(ratio) + 1)).astype(np.int32)
    return Pairs(first, ones.astype(np.int32), np.zeros(len(ones))), ratio[tracks, ones]


def counted(ratio: np.ndarray, count_of: int = 1) -> np.ndarray:
    """Return the chances of a table, all tracks taken as one component."""
    pairs, values = the_pairs(ratio)
    chance = np.full(len(values), np.nan)
    count = a_count(len(values), ratio.shape[1])
    tracks = np.arange(len(ratio), dtype=np.int32)
    for _ in range(count_of):
        assert count_ways(pairs, tracks, values, chance, count)
    table = np.zeros(ratio.shape)
    table[ratio > 0.0] = chance
    return table


@given(st.integers(1, 5), st.integers(1, 5), st.data())
def test_the_chances_of_a_few_are_those_of_counting_every_way(
    tracks: int, measurements: int, data: st.DataObject
) -> None:
    drawn = data.draw(
        st.lists(logs, min_size=tracks * measurements, max_size=tracks * measurements)
    )
    ratio = np.array([0.0 if log is None else np.exp(log) for log in drawn])
    ratio = ratio.reshape(tracks, measurements)

    chance = counted(ratio)

    assert chance == pytest.approx(every_marginal(ratio), rel=1e-9, abs=1e-12)
    assert (chance.sum(axis=0) <= 1.0 + 1e-12).all()
    assert (chance.sum(axis=1) <= 1.0 + 1e-12).all()


def test_one_component_leaves_nothing_to_the_next() -> None:
    ratio = np.exp(np.random.default_rng(1).normal(2.0, 2.0, (4, 4)))

    assert counted(ratio, count_of=2).tolist() == counted(ratio).tolist()


def test_many_ways_are_not_counted() -> None:
    few, many = np.ones((3, 9)), np.ones((4, 9))
    long = np.eye(9) + np.eye(9, k=1)

    found = [
        are_few(the_pairs(one)[0], np.arange(len(one), dtype=np.int32))
        for one in (few, many, np.eye(9), long)
    ]

    assert found == [True, False, True, False]


def test_where_all_ways_weigh_next_to_nothing_messages_say_whose_it_is() -> None:
    sure = np.full((3, 1), float(np.exp(600.0)))
    pairs, values = the_pairs(sure)
    tracks = np.arange(3, dtype=np.int32)

    is_counted = count_ways(pairs, tracks, values, np.empty(3), a_count(3, 1))
    chance = marginals(pairs, components(pairs, turned(pairs, 1)), values, 1)

    assert not is_counted
    assert chance == pytest.approx(np.full(3, 1.0 / 3.0))


# --- Two --------------------------------------------------------------------------------------


def of_two(ratio: np.ndarray) -> np.ndarray:
    pairs, values = the_pairs(ratio)
    chance = np.empty(len(values))
    between_two(pairs, 0, 1, values, chance, np.ones(ratio.shape[1]))
    table = np.zeros(ratio.shape)
    table[ratio > 0.0] = chance
    return table


@given(st.integers(1, 6), st.data())
def test_between_two_the_chances_are_those_of_counting_every_way(
    size: int, data: st.DataObject
) -> None:
    # Both have the first; one ratio may be beyond all doubt.
    beyond = st.none() | st.floats(-30.0, 250.0)
    drawn = data.draw(st.lists(beyond, min_size=2 * size, max_size=2 * size))
    ratio = np.array([0.0 if log is None else np.exp(log) for log in drawn]).reshape(2, size)
    ratio[:, 0] = data.draw(st.floats(0.001, 1e4)), data.draw(st.floats(0.001, 1e4))

    chance = of_two(ratio)

    assert chance == pytest.approx(every_marginal(ratio), rel=1e-9, abs=1e-12)
    assert (chance.sum(axis=0) <= 1.0 + 1e-12).all()


def test_between_two_what_is_beyond_all_doubt_is_a_number_and_hides_nothing_beside_it() -> None:
    sure = float(np.exp(600.0)) * 1e20

    both = of_two(np.array([[sure, sure], [sure, sure]]))
    one = of_two(np.array([[sure, 0.0], [sure, 3.0]]))

    assert both == pytest.approx(np.full((2, 2), 0.5))
    # Of five ways that are as likely, 0 has the first measurement in four.
    assert one == pytest.approx(np.array([[0.8, 0.0], [0.2, 0.6]]))
