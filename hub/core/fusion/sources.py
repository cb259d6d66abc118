"""Which onsets belong to one bang: wrong sensors, echoes, and two bangs close in time.

Every three onsets of different sensors cross in at most two places; each place gathers the other
onsets that fit it, one a sensor (M. Fischler and R. Bolles, Comm. ACM 24, 1981, but over all
triples instead of drawn ones: the same input gives the same answer). Each gathering is fitted and
weighed by its marginal likelihood against "these are strays"; the best set of bangs that share no
onset is the answer. Gatherings that explain the same bang nearly as well are not hidden: they
widen its ellipse by their share.
"""

import math
from itertools import combinations
from typing import Final

import numpy as np
from msgspec import Struct
from msgspec.structs import asdict

from hub.core.fusion.sound import (
    EARSHOT_SIGMA_M,
    Air,
    Fits,
    Indices,
    Onsets,
    crossings,
    fits,
    hull_of,
)
from hub.core.geometry import Flags, Floats, distance_to

HEARERS_MIN: Final = 3
"""Fewer onsets leave a curve of places."""

# One onset in thirty is an echo, another sound or a clock's fault, anywhere within a second.
STRAY_RATIO: Final = 0.03
STRAY_GAIN: Final = math.log((1.0 - STRAY_RATIO) / STRAY_RATIO)
# Echoes are late: a stray before the sound could have come is rarer than that, by this factor;
# and one after the sound at a sensor that heard it is an echo on every third square.
EARLY_LOSS: Final = math.log(4.0)
ECHO_GAIN: Final = math.log(3.0)
# Microphones are put where bangs are feared: four in five are among them or this near, the others
# anywhere in earshot.
AMONG_RATIO: Final = 0.8
MARGIN_M: Final = 10.0
# A second bang within a second of the first.
AGAIN_LOSS: Final = math.log(200.0)
# Who is weighed: 220 triples of twelve onsets are a millisecond; a thirteenth adds evidence only.
ONSETS_TRIED_MAX: Final = 12
ONSETS_PLAIN_MAX: Final = 6
FITTED_MAX: Final = 64
BANGS_MAX: Final = 4
# A gathering takes what is within these of its place, in sigmas and seconds: one close look, one
# wide look for triangles that foretell badly.
GATES: Final = ((3.5, 0.0), (6.0, 0.05))
EARLY_SIGMAS: Final = 3.0
# Two fits of the same onsets are one place when their costs agree and they are this close.
SAME_M: Final = 2.0
SHARE_MIN: Final = 0.01
CREDIBLE_RATIO: Final = 0.95


class Source(Struct, frozen=True, kw_only=True):
    """One bang and who heard it."""

    place: Floats  # (2,)
    covariance: Floats  # (2, 2)
    emitted_s: float
    heard: tuple[int, ...]  # Rows of the onsets that are of this bang.
    late_s: Floats  # (n,), of every onset: heard minus expected.
    share: float  # The probability that these onsets are the right ones at the right place.


class Gathered(Struct, frozen=True, kw_only=True):
    """Hypotheses of bangs."""

    used: Flags  # (h, n)
    fits: Fits
    gain: Floats  # (h,), logarithm of how much likelier than strays.
    loose: Floats  # (h, n), what is added for an onset that no bang takes: an echo, or too early.


def sources_of(onsets: Onsets, sensor: Indices, air: Air) -> tuple[Source, ...]:
    """Return the bangs that explain the onsets best, each with at least three sensors.

    `sensor` numbers the sensor of each onset; a sensor hears a bang once. The answer does not
    depend on the order of rows but for rounding.
    """
    if len(set(sensor.tolist())) < HEARERS_MIN:
        return ()
    gathered = _plain(onsets, sensor, air) or _gather(onsets, sensor, air)
    chosen = _packed(gathered, onsets.onset_s, sensor)
    return tuple(_source(gathered, index, chosen) for index in chosen)


def _plain(onsets: Onsets, sensor: Indices, air: Air) -> Gathered | None:
    """Return the places where all onsets fit one bang, or None where they do not."""
    count = len(sensor)
    if len(set(sensor.tolist())) < count:
        return None
    first = np.argsort(onsets.onset_s, kind="stable")[:ONSETS_PLAIN_MAX].tolist()
    start = crossings(onsets, air, np.array(list(combinations(first, 3)))).reshape(-1, 2)
    used = np.ones((len(start), count), dtype=np.bool_)
    gathered = _weighed(onsets, sensor, air, used, start)
    likely = gathered.gain >= gathered.gain.max() + math.log(SHARE_MIN)
    freedom = count - HEARERS_MIN
    best = gathered.fits.cost[likely].min()
    return _only(gathered, likely) if best <= _chi_squared_999(freedom) else None


def _gather(onsets: Onsets, sensor: Indices, air: Air) -> Gathered:
    """Return the likeliest gatherings around the crossings of every three onsets."""
    first = np.argsort(onsets.onset_s, kind="stable")[:ONSETS_TRIED_MAX].tolist()
    triples = np.array(
        [rows for rows in combinations(first, 3) if len(set(sensor[list(rows)].tolist())) == 3]
    ).reshape(-1, 3)
    start = crossings(onsets, air, triples).reshape(-1, 2)
    triples = np.repeat(triples, 2, axis=0)
    late, sigma = _late(onsets, air, triples, start)
    seeds = np.zeros(late.shape, dtype=np.bool_)
    np.put_along_axis(seeds, triples, values=True, axis=1)
    used = np.concatenate((seeds, *(_nearest(late, sigma, sensor, seeds, gate) for gate in GATES)))
    start, late = np.tile(start, (3, 1)), np.tile(late, (3, 1))
    rough = (used * (STRAY_GAIN - np.log(2.5 * sigma) - 0.5 * np.square(late / sigma))).sum(axis=1)
    best = np.argsort(-rough, kind="stable")
    keys = np.column_stack((used[best], np.round(start[best] / SAME_M)))
    _, fresh = np.unique(keys, axis=0, return_index=True)
    kept = best[np.sort(fresh)[:FITTED_MAX]]
    gathered = _weighed(onsets, sensor, air, used[kept], start[kept])
    # Where it has settled, a bang may be heard by more, or by fewer, than its crossing foretold.
    again = _nearest(gathered.fits.late_s, sigma, sensor, np.zeros_like(gathered.used), GATES[0])
    new = (again != gathered.used).any(axis=1) & (again.sum(axis=1) >= HEARERS_MIN)
    if not new.any():
        return gathered
    settled = _weighed(onsets, sensor, air, again[new], gathered.fits.place[new])
    return _ranked(_joined(gathered, settled))


def _weighed(onsets: Onsets, sensor: Indices, air: Air, used: Flags, start: Floats) -> Gathered:
    """Fit each gathering and say how much likelier it is than strays, the likeliest first."""
    found = fits(onsets, air, used, start)
    early = found.late_s < -EARLY_SIGMAS * onsets.sigma_s
    mine = (used[:, np.newaxis] & (sensor[:, np.newaxis] == sensor)).any(axis=2)
    loose = np.where(early, -EARLY_LOSS, np.where(mine, ECHO_GAIN, 0.0))
    gathered = Gathered(
        used=used,
        fits=found,
        gain=found.weight + _nearness(onsets, found) + STRAY_GAIN * used.sum(axis=1),
        loose=np.where(used, 0.0, loose),
    )
    return _ranked(gathered)


def _ranked(gathered: Gathered) -> Gathered:
    """Return the likeliest first, and each place once."""
    order = np.argsort(-_scores(gathered, []), kind="stable")
    return _only(gathered, order[_fresh(gathered, order)])


def _nearness(onsets: Onsets, found: Fits) -> Floats:
    """Return how much likelier a place is because microphones stand where bangs are feared."""
    ears = onsets.place[:, :2]
    hull = hull_of(ears)
    edges = np.roll(hull, -1, axis=0) - hull
    # What exp(-d^2 / 2) of the distance from a convex hull holds in all.
    inner = abs(float((hull[:, 0] * edges[:, 1] - hull[:, 1] * edges[:, 0]).sum())) / 2.0
    border = float(np.hypot(edges[:, 0], edges[:, 1]).sum()) * MARGIN_M * math.sqrt(math.pi / 2.0)
    whole = inner + border + math.tau * MARGIN_M**2
    close = np.exp(-np.square(distance_to(hull, found.place) / MARGIN_M) / 2.0) / whole
    away = np.square(found.place - ears.mean(axis=0)).sum(axis=1)
    wide = np.exp(-away / EARSHOT_SIGMA_M**2 / 2.0) / (math.tau * EARSHOT_SIGMA_M**2)
    nearness: Floats = np.log(AMONG_RATIO * close / np.maximum(wide, 1e-300) + 1.0 - AMONG_RATIO)
    return nearness


def _fresh(gathered: Gathered, order: Indices) -> Flags:
    """Return which, in this order, are not a place that came before."""
    used, place = gathered.used[order], gathered.fits.place[order]
    near = np.square(place[:, np.newaxis] - place).sum(axis=2) < SAME_M**2
    same = near & (used[:, np.newaxis] == used).all(axis=2)
    fresh: Flags = ~np.tril(same, -1).any(axis=1)
    return fresh


def _scores(gathered: Gathered, others: list[int]) -> Floats:
    """Return how much likelier than strays each bang is, together with some others."""
    taken = gathered.used | gathered.used[others].any(axis=0)
    loose = np.maximum(gathered.loose, gathered.loose[others].max(axis=0, initial=-np.inf))
    gain = gathered.gain + (gathered.gain[others] - AGAIN_LOSS).sum()
    scores: Floats = gain + np.where(taken, 0.0, loose).sum(axis=1)
    return scores


def _packed(gathered: Gathered, onset_s: Floats, sensor: Indices) -> list[int]:
    """Return the likeliest set of bangs that share no onset: each bang, and what goes with it."""
    best: list[int] = []
    best_score = 0.0
    alone = _scores(gathered, [])
    for first in range(len(alone)):
        chosen, score = [first], float(alone[first])
        while len(chosen) < BANGS_MAX:
            scores = _scores(gathered, chosen)
            taken = gathered.used[chosen].any(axis=0)
            scores[(gathered.used & taken).any(axis=1)] = -np.inf
            more = [
                other
                for other in np.argsort(-scores, kind="stable").tolist()
                if scores[other] > score
                and not _is_echo(gathered.used, chosen, other, onset_s, sensor)
            ][:1]
            if not more:
                break
            chosen, score = chosen + more, float(scores[more[0]])
        if score > best_score + 1e-9:
            best, best_score = chosen, score
    return best


def _is_echo(used: Flags, chosen: list[int], other: int, onset_s: Floats, sensor: Indices) -> bool:
    """Whether three onsets only repeat what a bang's sensors heard, or are repeated by one.

    Three always cross somewhere: as a mirror image does. A fourth is evidence of a bang.
    """
    for one in chosen:
        pairs = [
            (onset_s[used[one] & (sensor == number)], onset_s[used[other] & (sensor == number)])
            for number in np.unique(sensor).tolist()
        ]
        both = [(here[0], there[0]) for here, there in pairs if len(here) and len(there)]
        fewer = min(used[one].sum(), used[other].sum())
        if fewer == HEARERS_MIN == len(both):
            later = [there > here for here, there in both]
            if all(later) or not any(later):
                return True
    return False


def _source(gathered: Gathered, index: int, chosen: list[int]) -> Source:
    """Return a bang, widened by the other explanations of it."""
    others = [other for other in chosen if other != index]
    taken = gathered.used[others].any(axis=0)
    rival = ~(gathered.used & taken).any(axis=1)
    rival &= (gathered.used & gathered.used[index]).any(axis=1)
    scores = _scores(gathered, others)
    share = np.where(rival, np.exp(np.minimum(scores - scores[index], 0.0)), 0.0)
    # The likeliest that together hold 95 %: what the ellipse promises.
    order = np.argsort(-share, kind="stable")
    ahead = np.cumsum(share[order]) - share[order]
    share[order[ahead >= CREDIBLE_RATIO * share.sum()]] = 0.0
    share /= share.sum()
    place = gathered.fits.place[index]
    apart = gathered.fits.place - place
    spread = (apart * share[:, np.newaxis]).T @ apart
    return Source(
        place=place,
        covariance=np.tensordot(share, gathered.fits.covariance, axes=1) + spread,
        emitted_s=float(gathered.fits.emitted_s[index]),
        heard=tuple(np.flatnonzero(gathered.used[index]).tolist()),
        late_s=gathered.fits.late_s[index],
        share=float(share[index]),
    )


def _late(onsets: Onsets, air: Air, triples: Indices, start: Floats) -> tuple[Floats, Floats]:
    """Return how late each onset (h, n) is for what its triple crosses in, and its sigma."""
    way = np.linalg.norm(start[:, np.newaxis] - onsets.place[:, :2], axis=2)
    emitted = onsets.onset_s - way / air.speed_mps
    late = emitted - np.take_along_axis(emitted, triples, axis=1).mean(axis=1, keepdims=True)
    return late, onsets.sigma_s


def _nearest(
    late: Floats, sigma: Floats, sensor: Indices, seeds: Flags, gate: tuple[float, float]
) -> Flags:
    """Return each row's onsets within the gate: the nearest of each sensor, and the seeds."""
    apart = np.abs(late) / sigma
    limit = gate[0] + gate[1] / sigma
    used = seeds.copy()
    rows = np.arange(len(late))
    for number in np.unique(sensor).tolist():
        columns = np.flatnonzero(sensor == number)
        nearest = columns[apart[:, columns].argmin(axis=1)]
        fits_in = (apart[rows, nearest] <= limit[nearest]) & ~seeds[:, columns].any(axis=1)
        used[rows[fits_in], nearest[fits_in]] = True
    return used


def _only(gathered: Gathered, rows: Indices | Flags) -> Gathered:
    return Gathered(
        used=gathered.used[rows],
        fits=Fits(**{name: column[rows] for name, column in asdict(gathered.fits).items()}),
        gain=gathered.gain[rows],
        loose=gathered.loose[rows],
    )


def _joined(one: Gathered, other: Gathered) -> Gathered:
    columns = zip(asdict(one.fits).items(), asdict(other.fits).values(), strict=True)
    return Gathered(
        used=np.concatenate((one.used, other.used)),
        fits=Fits(**{name: np.concatenate((here, there)) for (name, here), there in columns}),
        gain=np.concatenate((one.gain, other.gain)),
        loose=np.concatenate((one.loose, other.loose)),
    )


def _chi_squared_999(freedom: int) -> float:
    """Return what a true chi-squared exceeds once in 1,000 (E. Wilson and M. Hilferty, 1931).

    Without freedom everything should fit exactly; what does not, crosses nowhere.
    """
    if freedom == 0:
        return 4.0
    part = 2.0 / (9.0 * freedom)
    return float(freedom * (1.0 - part + 3.09 * math.sqrt(part)) ** 3)
