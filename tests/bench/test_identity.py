import motmetrics  # type: ignore[import-untyped]
import numpy as np
import pytest

from bench.identity import Frame, hota, identities

NOBODY = np.empty((0, 2))


def a_frame(truth: dict[int, tuple[float, float]], tracks: dict[int, tuple[float, float]]) -> Frame:
    return Frame(
        truth_ids=list(truth),
        truth=np.array(list(truth.values())).reshape(-1, 2),
        track_ids=list(tracks),
        tracks=np.array(list(tracks.values())).reshape(-1, 2),
    )


def some_frames(seed: int) -> list[Frame]:
    """People who wander, tracks of most of them, which now and then change their number."""
    rng = np.random.default_rng(seed)
    places = rng.uniform(0.0, 12.0, (12, 2))
    names = np.arange(12) + 100
    frames = []
    for _ in range(60):
        places = places + rng.normal(0.0, 0.2, places.shape)
        change = rng.random(12) < 0.03
        names[change] = rng.integers(200, 10_000, int(change.sum()))
        found = np.flatnonzero(rng.random(12) < 0.9)
        frames.append(
            Frame(
                truth_ids=list(range(12)),
                truth=places,
                track_ids=[*names[found].tolist(), 50],
                tracks=np.concatenate(
                    (places[found] + rng.normal(0, 0.3, (found.size, 2)), [[3, 3]])
                ),
            )
        )
    return frames


@pytest.mark.parametrize("seed", range(5))
def test_figures_are_those_of_motmetrics(seed: int) -> None:
    frames = some_frames(seed)
    accumulator = motmetrics.MOTAccumulator(auto_id=True)
    for frame in frames:
        gap = np.linalg.norm(frame.truth[:, np.newaxis, :] - frame.tracks[np.newaxis], axis=2)
        gap[gap > 1.0] = np.nan
        accumulator.update(frame.truth_ids, frame.track_ids, gap)
    names = ["mota", "idf1", "num_switches", "recall", "precision"]
    theirs = motmetrics.metrics.create().compute(accumulator, metrics=names).iloc[0]

    ours = identities(frames, 1.0)

    assert ours.idf1 == pytest.approx(theirs["idf1"])
    assert ours.recall == pytest.approx(theirs["recall"])
    assert ours.precision == pytest.approx(theirs["precision"])
    assert ours.switches == theirs["num_switches"]
    assert ours.mota == pytest.approx(theirs["mota"])


def test_a_track_renamed_halfway_is_half_associated() -> None:
    first, second = a_frame({1: (0, 0)}, {7: (0, 0)}), a_frame({1: (0, 0)}, {8: (0, 0)})

    # Everything is found; each half of the way knows half of it.
    assert hota([first] * 2 + [second] * 2) == pytest.approx(0.5**0.5)


def test_a_false_track_halves_detection_and_leaves_association() -> None:
    frame = a_frame({1: (0, 0)}, {7: (0, 0), 9: (50, 50)})

    assert hota([frame] * 4) == pytest.approx(0.5**0.5)


def test_half_a_reach_away_counts_for_the_lower_half_of_the_levels() -> None:
    frame = a_frame({1: (0, 0)}, {7: (0.5, 0)})

    # Ten of the nineteen levels, 0.05 to 0.50.
    assert hota([frame] * 4, reach_m=1.0) == pytest.approx(10 / 19)


def test_perfect_is_one_and_nothing_is_nothing() -> None:
    perfect = a_frame({1: (0, 0), 2: (3, 0)}, {7: (0, 0), 8: (3, 0)})

    assert hota([perfect] * 3) == pytest.approx(1.0)
    assert identities([perfect] * 3, 1.0).idf1 == 1.0
    assert hota([a_frame({1: (0, 0)}, {})]) == 0.0
    assert hota([a_frame({}, {})]) == 0.0
    assert identities([a_frame({1: (0, 0)}, {})], 1.0).recall == 0.0
