"""Who is who: CLEAR MOT, identity switches, IDF1 and HOTA, fast enough for thousands of people.

The definitions are those of everybody, in metres on the ground: Bernardin and Stiefelhagen, 2008
(MOTA, switches: who was matched stays matched while near enough), Ristani and others, 2016
(IDF1), Luiten and others, 2021 (HOTA). Two points are as similar as 1 - distance / 1 m; TrackEval
would take 2 m, which flatters people who walk a metre apart.
"""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from bench.matching import Indices, best, pairs_within
from hub.core.geometry import Floats

HOTA_REACH_M = 1.0
_HOTA_LEVELS = np.arange(0.05, 0.99, 0.05)


class Frame(Struct, frozen=True, kw_only=True):
    """What was there and what was tracked at one instant, on the ground in metres."""

    truth_ids: Sequence[int]
    truth: Floats
    track_ids: Sequence[int]
    tracks: Floats


class Identities(Struct, frozen=True, kw_only=True):
    """The figures of one run."""

    mota: float
    idf1: float
    switches: int
    recall: float
    precision: float


def identities(frames: Sequence[Frame], match_max_m: float) -> Identities:
    """Return how well people were told apart."""
    truth_count = sum(len(frame.truth) for frame in frames)
    track_count = sum(len(frame.tracks) for frame in frames)
    last: dict[int, int] = {}  # Whose track each person had last.
    matched, switches = 0, 0
    together: dict[tuple[int, int], int] = {}
    for frame in frames:
        rows, columns, gap = pairs_within(frame.truth, frame.tracks, match_max_m)
        people = np.asarray(frame.truth_ids, np.int64)[rows]
        tracks = np.asarray(frame.track_ids, np.int64)[columns]
        for pair in zip(people.tolist(), tracks.tolist(), strict=True):
            together[pair] = together.get(pair, 0) + 1
        kept = [
            last.get(person) == track
            for person, track in zip(people.tolist(), tracks.tolist(), strict=True)
        ]
        # Who is still near the last one keeps it, whoever else is nearer.
        stays = np.array(kept, np.bool_)
        taken = np.flatnonzero(stays)
        free = np.flatnonzero(~np.isin(rows, rows[taken]) & ~np.isin(columns, columns[taken]))
        # As many as possible first, and those as near as possible.
        gain = 10.0 * match_max_m * len(frame.truth) - gap[free]
        chosen = free[best(rows[free], columns[free], gain, (len(frame.truth), len(frame.tracks)))]
        matched += taken.size + chosen.size
        for person, track in zip(people[chosen].tolist(), tracks[chosen].tolist(), strict=True):
            switches += person in last and last[person] != track
            last[person] = track
    return Identities(
        mota=1.0 - (truth_count + track_count - 2 * matched + switches) / max(truth_count, 1),
        idf1=2.0 * _together(together) / max(truth_count + track_count, 1),
        switches=switches,
        recall=matched / max(truth_count, 1),
        precision=matched / max(track_count, 1),
    )


def _together(counts: dict[tuple[int, int], int]) -> int:
    """Return how many frames the best one-to-one naming of tracks has right."""
    if not counts:
        return 0
    pairs = np.array(list(counts), np.int64)
    count = np.array(list(counts.values()), np.float64)
    _, people = np.unique(pairs[:, 0], return_inverse=True)
    _, tracks = np.unique(pairs[:, 1], return_inverse=True)
    shape = (int(people.max()) + 1, int(tracks.max()) + 1)
    return int(count[best(people, tracks, count, shape)].sum())


def hota(frames: Sequence[Frame], reach_m: float = HOTA_REACH_M) -> float:
    """Return HOTA, the mean over all levels of similarity."""
    compared = [_Compared.of(frame, reach_m) for frame in frames]
    _, people = np.unique(_all([frame.truth_ids for frame in frames]), return_inverse=True)
    _, tracks = np.unique(_all([frame.track_ids for frame in frames]), return_inverse=True)
    shape = (int(people.max(initial=-1)) + 1, int(tracks.max(initial=-1)) + 1)
    person_count = np.bincount(people, minlength=shape[0])
    track_count = np.bincount(tracks, minlength=shape[1])
    alike = np.zeros(shape)
    named = []
    person_at = track_at = 0
    for frame, pair in zip(frames, compared, strict=True):
        who = people[person_at : person_at + len(frame.truth)][pair.row]
        which = tracks[track_at : track_at + len(frame.tracks)][pair.column]
        person_at, track_at = person_at + len(frame.truth), track_at + len(frame.tracks)
        np.add.at(alike, (who, which), pair.share)
        named.append((who, which))
    both = person_count[:, np.newaxis] + track_count[np.newaxis, :]
    alignment = alike / np.maximum(both - alike, 1e-9)
    hits = np.zeros((len(_HOTA_LEVELS), *shape), np.int32)
    for frame, pair, (who, which) in zip(frames, compared, named, strict=True):
        gain = alignment[who, which] * pair.similarity
        chosen = best(pair.row, pair.column, gain, (len(frame.truth), len(frame.tracks)))
        for level, least in enumerate(_HOTA_LEVELS):
            found = chosen[pair.similarity[chosen] >= least - 1e-12]
            hits[level, who[found], which[found]] += 1
    return float(np.mean([_hota_at(hit, both, len(people), len(tracks)) for hit in hits]))


def _hota_at(hits: np.ndarray, both: np.ndarray, people: int, tracks: int) -> float:
    total = int(hits.sum())
    if total == 0:
        return 0.0
    detection = total / (people + tracks - total)
    association = (hits * (hits / np.maximum(both - hits, 1))).sum() / total
    return float(np.sqrt(detection * association))


class _Compared(Struct, frozen=True, kw_only=True):
    """The pairs of one frame that are alike at all."""

    row: Indices
    column: Indices
    similarity: Floats
    share: Floats  # Of the pair's likeness in all that its two have.

    @classmethod
    def of(cls, frame: Frame, reach_m: float) -> "_Compared":
        row, column, gap = pairs_within(frame.truth, frame.tracks, reach_m)
        similarity = 1.0 - gap / reach_m
        by_row = np.bincount(row, similarity, len(frame.truth))
        by_column = np.bincount(column, similarity, len(frame.tracks))
        whole = by_row[row] + by_column[column] - similarity
        return cls(
            row=row,
            column=column,
            similarity=similarity,
            share=similarity / np.maximum(whole, 1e-12),
        )


def _all(ids: Sequence[Sequence[int]]) -> np.ndarray:
    parts = [np.asarray(some, np.int64) for some in ids]
    return np.concatenate(parts) if parts else np.empty(0, np.int64)
