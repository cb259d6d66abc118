"""What a scan makes of the tracks that it measured: where they are, and what else it says."""

import numpy as np

from hub.core.fusion.association import Shares
from hub.core.fusion.births import correct_doppler
from hub.core.fusion.compiled import compiled
from hub.core.fusion.gating import Numbers, Pairs
from hub.core.fusion.kalman import correct, late_variance, predict
from hub.core.fusion.labelling import vote
from hub.core.fusion.lifecycle import INTENSITY
from hub.core.fusion.looking import Eye, Near
from hub.core.fusion.nearby import Heads, is_elsewhere, refile
from hub.core.fusion.scan_order import Seen
from hub.core.fusion.tracks import Columns
from hub.core.geometry import Floats

CLAIM_MIN = 0.5
"""A track is fed by what is likelier its own than not."""

USED_MIN = 0.2
"""Less than this of a measurement is no look at a track."""

# What is this sure needs no mixture.
_SURE_MIN = 0.95


@compiled
def correct_all(  # noqa: PLR0913, PLR0917 -- a kernel is handed all that it works on
    rows: Columns,
    heads: Heads,
    near: Near,
    pairs: Pairs,
    chance: Floats,
    shares: Shares,
    seen: Seen,
    eye: Eye,
    slots: Numbers,
    at_us: int,
) -> float:
    """Correct every track that was measured; return the largest speed among them."""
    fastest = 0.0
    for track in range(len(near.row)):
        if shares.total[track] < USED_MIN:
            continue
        row, best = near.row[track], shares.best[track]
        first, last = pairs.first[track], pairs.first[track + 1]
        intensity = INTENSITY[rows.label[row]]
        mean, covariance = rows.mean[row], rows.covariance[row]
        predict(mean, covariance, near.span_s[track], intensity)
        lag_s = max(-near.span_s[track], 0.0)
        _correct(
            mean,
            covariance,
            lag_s,
            late_variance(lag_s, intensity),
            (seen.mean, seen.covariance, seen.news),
            pairs.one[first:last],
            chance[first:last],
        )
        rows.updated_us[row] = max(rows.updated_us[row], at_us)
        if chance[best] > CLAIM_MIN:
            one = pairs.one[best]
            if seen.doppler_sigma_mps[one] > 0.0:
                correct_doppler(mean, covariance, seen, one)
            rows.hits[row] += 1
            rows.label[row], rows.label_confidence[row] = vote(
                rows.votes[row], seen.label[one], seen.confidence[one]
            )
            if seen.object_key[one] != 0:
                rows.object_key[row] = seen.object_key[one]
            if seen.identity[one] != 0:
                rows.identity[row] = seen.identity[one]
            rows.simulated[row] |= eye.simulated
            rows.exercise[row] |= eye.exercise
            slot = slots[track]
            if rows.fed_count[row, slot] == 0 or at_us < rows.fed_first_us[row, slot]:
                rows.fed_first_us[row, slot] = at_us
            rows.fed_us[row, slot] = max(rows.fed_us[row, slot], at_us)
            rows.fed_count[row, slot] += 1
        if is_elsewhere(rows.cell[row], mean[0], mean[1]):
            refile(rows, heads, row, mean[0], mean[1])
        fastest = max(fastest, np.hypot(mean[2], mean[3]))
    return fastest


@compiled
def _correct(
    mean: Floats,
    covariance: Floats,
    lag_s: float,
    late: float,
    measured: tuple[Floats, Floats, Floats],
    ones: Numbers,
    chance: Floats,
) -> None:
    """Correct a state by every measurement that may be its own, each by its chance.

    `measured` is the scan's places, their covariances and how much of each is new.
    """
    places, noises, fresh = measured
    x, y = mean[0] - lag_s * mean[2], mean[1] - lag_s * mean[3]
    total, news = 0.0, 0.0
    east, north, e00, e01, e11 = 0.0, 0.0, 0.0, 0.0, 0.0
    r00, r01, r11 = 0.0, 0.0, 0.0
    best = 0
    for pair in range(len(ones)):
        share, one = chance[pair], ones[pair]
        if share > chance[best]:
            best = pair
        across, up = places[one, 0] - x, places[one, 1] - y
        total, news = total + share, news + share * fresh[one]
        east, north = east + share * across, north + share * up
        e00 += share * across * across
        e01 += share * across * up
        e11 += share * up * up
        r00 += share * noises[one, 0, 0]
        r01 += share * noises[one, 0, 1]
        r11 += share * noises[one, 1, 1]
    noise = (r00 / news + late, r01 / news, r11 / news + late)
    spread = (e00 - east * east, e01 - east * north, e11 - north * north)
    if chance[best] > _SURE_MIN:
        east, north, total = places[ones[best], 0] - x, places[ones[best], 1] - y, 1.0
    correct(mean, covariance, (east, north), noise, lag_s, total, spread)
