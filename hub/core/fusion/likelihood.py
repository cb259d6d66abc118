"""How likely it is that a measurement is of a track, and that a track is not measured at all."""

from typing import NamedTuple

import numpy as np

from hub.core.fusion.compiled import compiled
from hub.core.fusion.gating import Numbers, Pairs
from hub.core.fusion.labelling import LABEL_COST
from hub.core.fusion.lifecycle import INTENSITY, TENTATIVE, Law
from hub.core.fusion.looking import Eye, Near
from hub.core.fusion.scan_order import Seen
from hub.core.fusion.tracks import Columns, displace, slot_of
from hub.core.geometry import Floats

# Beyond this a ratio is beyond all doubt, and sums of ratios still are numbers.
_LOG_MAX = 500.0


class Odds(NamedTuple):
    """What one scan may say of the tracks that it concerns."""

    ratio: Floats  # (pairs,) how likely each pair is against neither of the two.
    without: Floats  # (tracks,) the chance that it is not detected; 1: not seeing proves nothing.
    slot: Numbers  # (tracks,) where the track keeps what it knows of this sensor.


@compiled
def odds_of(
    rows: Columns, near: Near, pairs: Pairs, seen: Seen, eye: Eye, at_us: int, law: Law
) -> Odds:
    """Return what a scan would say of each track, and bring each to the scan's instant for it."""
    slots = np.empty(len(near.row), np.int32)
    ratio = np.empty(len(pairs.one))
    without = np.ones(len(near.row))
    clutter = law.clutter_per_m2 / np.maximum(seen.confidence, law.confidence_min)
    often = law.hidden_after_s / (law.hidden_after_s + law.hidden_for_s)
    turns_per_s = 1.0 / law.hidden_after_s + 1.0 / law.hidden_for_s
    ones, firsts, density = pairs.one, pairs.first, pairs.density
    existences, visibles = rows.existence, rows.visible
    object_keys, identities = rows.object_key, rows.identity
    for track in range(len(near.row)):
        row = near.row[track]
        sees = near.seeing[track]
        slot = slot_of(rows.fed_by[row], rows.eyed_us[row], eye.number)
        if rows.fed_by[row, slot] != eye.number:
            displace(rows, row, slot, eye.number)
        slots[track] = slot
        # Clutter flickers: what a sensor has only just begun to see has to show itself.
        visible = 1.0
        if rows.state[row] != TENTATIVE:
            # What hides it goes away, or comes; long after a look nothing is left of what it told.
            unseen_s = max((at_us - rows.eyed_us[row, slot]) * 1e-6, 0.0)
            visible = often + (visibles[row, slot] - often) * np.exp(-unseen_s * turns_per_s)
        visibles[row, slot] = visible
        open_share = visible + (1.0 - visible) * law.hidden_share
        span_s = (at_us - rows.looked_us[row]) * 1e-6
        if span_s > 0.0:
            existences[row] *= np.exp(-span_s / law.life_s)
            rows.looked_us[row] = at_us
        # A late look proves nothing of a track that was not yet there.
        if rows.born_us[row] <= at_us:
            without[track] = 1.0 - existences[row] * open_share * max(sees, 0.0)
        # It was measured where nobody thought that the sensor sees: it does see.
        claims = existences[row] * open_share * max(sees, law.detection_unknown)
        odds = claims / (1.0 - claims)
        label = rows.label[row]
        for pair in range(firsts[track], firsts[track + 1]):
            one = ones[pair]
            gain = LABEL_COST[label, seen.label[one]]
            if seen.object_key[one] != 0 and seen.object_key[one] == object_keys[row]:
                gain += law.same_object_gain
            gain += law.same_identity_gain * _agreement(seen.identity[one], identities[row])
            if seen.doppler_sigma_mps[one] > 0.0:
                gain += _doppler_gain(rows, row, near, track, seen, one, law)
            ratio[pair] = density[pair] * odds / clutter[one]
            if gain != 0.0:
                ratio[pair] *= np.exp(min(gain, _LOG_MAX))
    return Odds(ratio, without, slots)


@compiled
def _agreement(one: int, other: int) -> float:
    """Return 1 for two identities that are the same, -1 for two that are not, else 0."""
    if one == 0 or other == 0:
        return 0.0
    return 1.0 if one == other else -1.0


@compiled
def _doppler_gain(
    rows: Columns, row: int, near: Near, track: int, seen: Seen, one: int, law: Law
) -> float:
    """Return how much likelier this Doppler is of this track than of clutter, as a logarithm."""
    east = near.places[track, 0] - seen.origin[0]
    north = near.places[track, 1] - seen.origin[1]
    far = max(np.hypot(east, north), 1e-3)
    east, north = east / far, north / far
    mean, covariance = rows.mean[row], rows.covariance[row]
    drift = INTENSITY[rows.label[row]] * abs(near.span_s[track])
    variance = seen.doppler_sigma_mps[one] ** 2 + drift
    variance += east * (east * covariance[2, 2] + 2.0 * north * covariance[2, 3])
    variance += north * north * covariance[3, 3]
    gap = seen.doppler_mps[one] - east * mean[2] - north * mean[3]
    clutter = law.doppler_clutter_mps**2
    return float(
        0.5 * (seen.doppler_mps[one] ** 2 / clutter + np.log(clutter / variance))
        - 0.5 * gap * gap / variance
    )
