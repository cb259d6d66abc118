"""Whose each measurement is where few compete for it: every way counted, which is exact.

A way gives each track of a component one measurement or none, and no measurement twice. It
weighs the product of its pairs' ratios; a pair is as likely as the ways that have it weigh of
all (the joint events of Fortmann, Bar-Shalom, Scheffe, "Sonar tracking of multiple targets using
joint probabilistic data association", IEEE JOE 8(3), 1983).
"""

from typing import Final, NamedTuple

import numpy as np

from hub.core.fusion.compiled import compiled
from hub.core.fusion.gating import Numbers, Pairs
from hub.core.geometry import Flags, Floats

# To count as many takes no longer than to pass messages until they agree.
_WAYS_MAX: Final = 1000
# Each track goes without or has something to take: more of them have more ways than that.
_TRACKS_MAX: Final = 9
# Below this the ways' weights may have lost their last digits.
_WEIGHT_MIN: Final = 1e-250


class Count(NamedTuple):
    """How far the counting of a component is: which way it is at, and what ways weighed so far."""

    share: Floats  # (pairs,) Ratios, over the largest of their track.
    none: Floats  # (tracks,) The same for going without.
    at: Numbers  # (tracks,) The pair that each has; the one before its first: it goes without.
    weight: Floats  # (tracks + 1,) Of what those before it have.
    summed: Floats  # (tracks,) Of the ways of it and those behind, under what those before have.
    taken: Flags  # (measurements,)


@compiled
def a_count(pair_count: int, measurements: int) -> Count:
    """Return room to count the ways of one component after the other."""
    return Count(
        np.empty(pair_count),
        np.empty(_TRACKS_MAX),
        np.empty(_TRACKS_MAX, np.int32),
        np.ones(_TRACKS_MAX + 1),
        np.empty(_TRACKS_MAX),
        np.zeros(measurements, np.bool_),
    )


@compiled
def are_few(pairs: Pairs, tracks: Numbers) -> bool:
    """Whether the ways of some tracks are few enough to count them."""
    ways = 1
    for track in tracks:
        ways *= pairs.first[track + 1] - pairs.first[track] + 1
        if ways > _WAYS_MAX:
            return False
    return True


@compiled
def count_ways(  # noqa: C901, PLR0912 -- a call for each way takes longer than to count it
    pairs: Pairs, tracks: Numbers, ratio: Floats, chance: Floats, count: Count
) -> bool:
    """Set the probabilities of the pairs of some tracks that compete with nobody else.

    Returns False, and has set nothing of worth, where all ways weigh next to nothing: three
    tracks that one measurement is of beyond all doubt.
    """
    first, one, none, share = pairs.first, pairs.one, count.none, count.share
    at, weight, summed, taken = count.at, count.weight, count.summed, count.taken
    _scale(first, tracks, ratio, chance, count)
    last, place = len(tracks) - 1, 0
    while place >= 0:
        start, stop = first[tracks[place]], first[tracks[place] + 1]
        if place == last:
            total = weight[last] * none[last]
            for pair in range(start, stop):
                if not taken[one[pair]]:
                    part = weight[last] * share[pair]
                    chance[pair] += part
                    total += part
            summed[last] = total
            place -= 1
            continue
        # It goes without first. Two before its first pair, it is new to what those before it have.
        pair = at[place]
        if pair < start - 1:
            summed[place] = 0.0
        else:
            summed[place] += summed[place + 1]
            if pair >= start:
                chance[pair] += summed[place + 1]
                taken[one[pair]] = False
        pair += 1
        while start <= pair < stop and taken[one[pair]]:
            pair += 1
        if pair == stop:
            place -= 1
            continue
        at[place] = pair
        if pair < start:
            weight[place + 1] = weight[place] * none[place]
        else:
            taken[one[pair]] = True
            weight[place + 1] = weight[place] * share[pair]
        place += 1
        at[place] = first[tracks[place]] - 2
    if not summed[0] > _WEIGHT_MIN:
        return False
    for track in tracks:
        for pair in range(first[track], first[track + 1]):
            chance[pair] /= summed[0]
    return True


@compiled
def _scale(first: Numbers, tracks: Numbers, ratio: Floats, chance: Floats, count: Count) -> None:
    """Begin, with ratios of which no product is too large for a number."""
    for place in range(len(tracks)):
        start, stop = first[tracks[place]], first[tracks[place] + 1]
        largest = 1.0
        for pair in range(start, stop):
            largest = max(largest, ratio[pair])
        for pair in range(start, stop):
            count.share[pair], chance[pair] = ratio[pair] / largest, 0.0
        count.none[place] = 1.0 / largest
    count.at[0] = first[tracks[0]] - 2


@compiled
def between_two(
    pairs: Pairs, track: int, other: int, ratio: Floats, chance: Floats, theirs: Floats
) -> None:
    """Set the probabilities of two tracks that compete with nobody else, however many ways.

    `theirs` is room for a number for each measurement.
    """
    for one, rival in ((track, other), (other, track)):
        largest, rest = 0.0, 1.0
        for pair in range(pairs.first[one], pairs.first[one + 1]):
            theirs[pairs.one[pair]] = 0.0
        for pair in range(pairs.first[rival], pairs.first[rival + 1]):
            theirs[pairs.one[pair]] = ratio[pair]
            rest += min(ratio[pair], largest)
            largest = max(largest, ratio[pair])
        # Every way: the rival goes without or takes anything that this one does not. As a share
        # of all that the rival may do: two ratios beyond all doubt, multiplied, are no number.
        every, ways = rest + largest, 1.0
        for pair in range(pairs.first[one], pairs.first[one + 1]):
            taken = theirs[pairs.one[pair]]
            # The largest is not taken off again: little would be left of what is beside it.
            free = rest if taken == largest else every - taken
            chance[pair] = ratio[pair] * (free / every)
            ways += chance[pair]
        for pair in range(pairs.first[one], pairs.first[one + 1]):
            chance[pair] /= ways
