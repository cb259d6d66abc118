import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from reference_marginals import agreed_marginals
from reference_tracker import best_gain, best_pairs, every_marginal, groups_of

from hub.core.fusion.association import assign, components, decide, marginals, shares_of, turned
from hub.core.fusion.gating import Pairs

Weights = dict[tuple[int, int], float]

SIZE = 9
edges = st.dictionaries(
    st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)),
    st.floats(-5.0, 20.0),
    max_size=30,
)


def the_pairs(weights: Weights, tracks: int = SIZE) -> tuple[Pairs, np.ndarray]:
    """Return a sparse graph as the kernels take it, with its weights in its order."""
    order = sorted(weights)
    count = np.bincount([track for track, _ in order], minlength=tracks)
    first = np.concatenate(([0], np.cumsum(count))).astype(np.int32)
    one = np.array([one for _, one in order], np.int32)
    pairs = Pairs(first, one, np.zeros(len(order)))
    return pairs, np.array([weights[pair] for pair in order], dtype=np.float64)


def dense(weights: Weights, empty: float, size: int = SIZE) -> np.ndarray:
    matrix = np.full((size, size), empty)
    for pair, weight in weights.items():
        matrix[pair] = weight
    return matrix


def chosen_of(weights: Weights, measurements: int = SIZE) -> set[tuple[int, int]]:
    pairs, gain = the_pairs(weights)
    tracks = np.arange(SIZE, dtype=np.int32)

    chosen = assign(pairs, tracks, gain, measurements)

    order = sorted(weights)
    assert all(order[pair][0] == track for track, pair in enumerate(chosen.tolist()) if pair >= 0)
    return {order[pair] for pair in chosen.tolist() if pair >= 0}


def chances_of(ratios: Weights) -> np.ndarray:
    pairs, ratio = the_pairs(ratios)
    groups = components(pairs, turned(pairs, SIZE))

    chance = marginals(pairs, groups, ratio, SIZE)

    return dense(dict(zip(sorted(ratios), chance.tolist(), strict=True)), 0.0)


# --- The graph --------------------------------------------------------------------------------


@given(edges)
def test_the_pairs_by_measurement_are_the_pairs_by_track(weights: Weights) -> None:
    pairs, _ = the_pairs(weights)

    by_one = turned(pairs, SIZE)

    found = [
        (int(by_one.track[place]), one)
        for one in range(SIZE)
        for place in range(by_one.first[one], by_one.first[one + 1])
    ]
    assert sorted(found) == sorted(weights)
    assert by_one.first[-1] == len(weights)


@given(edges)
def test_components_are_the_tracks_that_hang_together(weights: Weights) -> None:
    pairs, _ = the_pairs(weights)

    groups = components(pairs, turned(pairs, SIZE))

    found = {
        frozenset(groups.track[start:end].tolist())
        for start, end in zip(groups.first[:-1], groups.first[1:], strict=True)
    }
    is_pair = dense(dict.fromkeys(weights, 1.0), 0.0)
    assert found == {frozenset(tracks.tolist()) for tracks, _ in groups_of(is_pair)}
    assert sum(len(group) for group in found) == len(groups.track)


# --- The best assignment ----------------------------------------------------------------------


def test_pairs_without_rivals_are_taken_where_they_weigh_anything() -> None:
    assert chosen_of({(0, 0): 3.0, (1, 2): 0.5, (2, 1): -1.0}) == {(0, 0), (1, 2)}


def test_the_second_best_is_taken_where_the_whole_is_likelier_so() -> None:
    weights = {(0, 0): 10.0, (0, 1): 9.0, (1, 0): 8.0, (1, 1): 1.0}

    assert chosen_of(weights) == {(0, 1), (1, 0)}


def test_a_track_stays_alone_where_its_measurement_is_worth_more_to_another() -> None:
    assert chosen_of({(0, 0): 5.0, (1, 0): 4.0}) == {(0, 0)}
    assert chosen_of({(0, 0): 4.0, (1, 0): 5.0}) == {(1, 0)}


def test_nothing_is_assigned_where_there_is_nothing() -> None:
    assert chosen_of({}) == set()


@given(edges)
def test_the_assignment_weighs_as_much_as_any_can(weights: Weights) -> None:
    chosen = chosen_of(weights)

    assert len({track for track, _ in chosen}) == len({one for _, one in chosen}) == len(chosen)
    assert sum(weights[pair] for pair in chosen) == pytest.approx(
        best_gain(dense(weights, -np.inf)), abs=1e-9
    )


@given(st.integers(2, 60), st.integers(2, 60), st.floats(0.05, 1.0), st.integers(0, 2**32 - 1))
def test_the_assignment_of_a_crowd_weighs_as_much_as_any_can(
    tracks: int, measurements: int, share: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    gain = rng.normal(2.0, 3.0, (tracks, measurements))
    gain[rng.uniform(size=gain.shape) > share] = -np.inf
    weights = {(int(i), int(j)): float(gain[i, j]) for i, j in np.argwhere(np.isfinite(gain))}
    pairs, values = the_pairs(weights, tracks)

    chosen = assign(pairs, np.arange(tracks, dtype=np.int32), values, measurements)

    used = chosen[chosen >= 0]
    assert len(set(pairs.one[used].tolist())) == len(used)
    assert values[used].sum() == pytest.approx(best_gain(gain), abs=1e-9)


def test_only_the_tracks_that_were_asked_about_are_assigned() -> None:
    pairs, gain = the_pairs({(0, 0): 5.0, (3, 0): 1.0, (3, 1): 0.5, (7, 1): 4.0})

    chosen = assign(pairs, np.array([3], np.int32), gain, SIZE)

    assert chosen.tolist() == [1]


def test_a_crowd_of_a_thousand_pairs_is_solved() -> None:
    weights = {}
    for track in range(1000):
        weights[(track, track)], weights[(track, track ^ 1)] = 2.0, 3.0
    pairs, gain = the_pairs(weights, 1000)

    chosen = assign(pairs, np.arange(1000, dtype=np.int32), gain, 1000)

    assert pairs.one[chosen].tolist() == [track ^ 1 for track in range(1000)]


# --- Marginals --------------------------------------------------------------------------------

ratios = st.floats(0.001, 1e4)


@given(st.lists(ratios, min_size=1, max_size=6))
def test_where_a_track_stands_alone_its_chances_are_those_of_bayes(of_each: list[float]) -> None:
    chance = chances_of({(4, one): ratio for one, ratio in enumerate(of_each)})

    expected = np.array(of_each) / (1.0 + sum(of_each))
    assert chance[4, : len(of_each)] == pytest.approx(expected, rel=1e-12)


@given(st.lists(ratios, min_size=1, max_size=6))
def test_where_a_measurement_stands_alone_its_chances_are_those_of_bayes(
    of_each: list[float],
) -> None:
    chance = chances_of({(track, 5): ratio for track, ratio in enumerate(of_each)})

    expected = np.array(of_each) / (1.0 + sum(of_each))
    assert chance[: len(of_each), 5] == pytest.approx(expected, rel=1e-9)


@given(st.data())
def test_on_a_tree_the_chances_are_those_of_counting_every_way(data: st.DataObject) -> None:
    # Each new node hangs on one that is there: a tree of tracks and measurements.
    found: Weights = {(0, 0): data.draw(ratios)}
    tracks, ones = 1, 1
    for _ in range(data.draw(st.integers(0, 9))):
        if data.draw(st.booleans()):
            found[(tracks, data.draw(st.integers(0, ones - 1)))] = data.draw(ratios)
            tracks += 1
        else:
            found[(data.draw(st.integers(0, tracks - 1)), ones)] = data.draw(ratios)
            ones += 1

    chance = chances_of(found)

    expected = every_marginal(dense(found, 0.0)[:tracks, :ones])
    # Messages stop when none changes by more than three thousandths of itself.
    assert chance[:tracks, :ones] == pytest.approx(expected, abs=0.003)


def a_star_of_stars(rng: np.random.Generator, level: float) -> np.ndarray:
    """Return ratios without a ring that have too many ways to be counted by the kernels."""
    ratio = np.zeros((5, 17))
    for track in range(5):
        ratio[track, [16, *range(3 * track, 3 * track + 3)]] = np.exp(rng.normal(level, 3.0, 4))
    return ratio


def a_knot(rng: np.random.Generator, level: float) -> np.ndarray:
    """Return ratios of six tracks that want the same six measurements: many rings."""
    ratio: np.ndarray = np.exp(rng.normal(level, 2.0, (6, 6)))
    return ratio


def by_kernel(ratio: np.ndarray) -> np.ndarray:
    tracks, ones = ratio.shape
    pairs, values = the_pairs({(i, j): ratio[i, j] for i, j in np.argwhere(ratio).tolist()}, tracks)
    groups = components(pairs, turned(pairs, ones))
    chance = np.zeros(ratio.shape)
    chance[ratio > 0.0] = marginals(pairs, groups, values, ones)
    return chance


@pytest.mark.parametrize("level", [0.0, 4.0, 8.0, 12.0])
def test_where_no_ring_closes_messages_tell_what_counting_every_way_tells(level: float) -> None:
    rng = np.random.default_rng(3)
    for _ in range(10):
        ratio = a_star_of_stars(rng, level)

        assert by_kernel(ratio) == pytest.approx(every_marginal(ratio), abs=0.003)


@pytest.mark.parametrize(
    ("level", "mean_max", "worst_max"),
    # Belief propagation is too sure of the likelier of two ways where hardly anything may be
    # clutter: there it counts only that one (the Bethe permanent).
    [(0.0, 0.03, 0.08), (2.0, 0.06, 0.2), (5.0, 0.14, 0.4), (10.0, 0.2, 0.5)],
)
def test_in_a_knot_too_large_to_be_counted_the_chances_are_nearly_those_of_counting(
    level: float, mean_max: float, worst_max: float
) -> None:
    rng = np.random.default_rng(2)
    gaps = []
    for _ in range(12):
        ratio = a_knot(rng, level)
        gaps.append(np.abs(by_kernel(ratio) - every_marginal(ratio)).max())

    assert np.mean(gaps) < mean_max
    assert max(gaps) < worst_max


@pytest.mark.parametrize(("level", "most"), [(0.0, 0.003), (2.0, 0.003), (5.0, 0.03), (10.0, 0.2)])
def test_messages_come_to_what_the_paper_comes_to(level: float, most: float) -> None:
    # The nearer to a tie between two ways, the more slowly they agree; sweeps have an end.
    rng = np.random.default_rng(4)
    for _ in range(40):
        ratio = a_knot(rng, level)

        assert by_kernel(ratio) == pytest.approx(agreed_marginals(ratio), abs=most)


@given(edges)
def test_chances_are_chances_whatever_the_graph(weights: Weights) -> None:
    assume(weights)

    chance = chances_of({pair: float(np.exp(weight)) for pair, weight in weights.items()})

    assert ((chance >= 0.0) & (chance <= 1.0)).all()
    assert (chance.sum(axis=1) <= 1.0 + 1e-12).all()
    # Of a measurement, messages that have not settled may claim a little too much.
    assert (chance.sum(axis=0) <= 1.05).all()


def test_the_likeliest_assignment_stands_out_of_the_chances() -> None:
    ratio = {(0, 0): 1e6, (0, 1): 1e2, (1, 0): 1e2, (1, 1): 1e6}

    chance = chances_of(ratio)

    gain = np.log(dense(ratio, 1e-300))
    assert {(int(i), int(j)) for i, j in np.argwhere(chance > 0.9)} == best_pairs(gain)


# --- What follows from them -------------------------------------------------------------------


def decided(ratios: Weights, surest: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    """Return the chances before and after."""
    pairs, ratio = the_pairs(ratios)
    groups = components(pairs, turned(pairs, SIZE))
    before = marginals(pairs, groups, ratio, SIZE)
    after = before.copy()
    decide(pairs, groups, ratio, after, surest, SIZE)
    order = sorted(ratios)
    return tuple(dense(dict(zip(order, one.tolist(), strict=True)), 0.0) for one in (before, after))


def test_where_two_are_in_doubt_each_has_one_of_the_best_assignment() -> None:
    before, after = decided({(0, 0): 5.0, (0, 1): 4.5, (1, 0): 4.4, (1, 1): 5.0})

    assert (before[:2, :2] > 0.1).all()
    assert after[:2, :2] == pytest.approx(np.diag(before.sum(axis=1)[:2]))


def test_where_all_are_sure_or_alone_nothing_is_decided() -> None:
    before, after = decided({(0, 0): 1e6, (0, 1): 1.0, (1, 1): 1e6, (4, 4): 1.0, (4, 5): 1.0})

    assert after.tolist() == before.tolist()


def test_who_goes_without_in_the_best_assignment_has_no_measurement() -> None:
    before, after = decided({(0, 0): 5.0, (1, 0): 4.0, (2, 0): 3.0}, surest=0.7)

    assert after[0, 0] == before[0, 0]
    assert after[1:3].sum() == 0.0


@given(edges)
def test_chances_are_summed_by_track_and_by_measurement(weights: Weights) -> None:
    pairs, chance = the_pairs({pair: abs(weight) for pair, weight in weights.items()})

    shares = shares_of(pairs, chance, SIZE)

    matrix = dense({pair: abs(weight) for pair, weight in weights.items()}, 0.0)
    assert shares.total == pytest.approx(matrix.sum(axis=1))
    assert shares.left == pytest.approx(1.0 - matrix.sum(axis=0))
    for track in range(SIZE):
        best = shares.best[track]
        assert (best < 0) == (pairs.first[track] == pairs.first[track + 1])
        assert best < 0 or chance[best] == matrix[track].max()
