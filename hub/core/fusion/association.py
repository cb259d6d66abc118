"""Whose each measurement is: probabilities where it is in doubt, the best assignment where asked.

The graph of what could belong together falls into components that know nothing of each other.
In a small one every way is counted (`counting`); in each other the probability of every pair
comes from loopy belief propagation (Williams, Lau, "Approximate evaluation of marginal
association probabilities with belief propagation", IEEE TAES 50(4), 2014), which is exact where
one track or one measurement stands alone, and where no ring of pairs closes. The single
best assignment comes from shortest augmenting paths on the sparse graph (Jonker, Volgenant, "A
shortest augmenting path algorithm for dense and sparse linear assignment problems", Computing 38,
1987), in which every track may also go without.
"""

from typing import Final, NamedTuple

import numpy as np

from hub.core.fusion.compiled import compiled
from hub.core.fusion.counting import a_count, are_few, between_two, count_ways
from hub.core.fusion.gating import Numbers, Pairs
from hub.core.geometry import Flags, Floats

# Messages that change by less than this share of themselves change no decision. Of themselves:
# the message of a measurement that others want is small, and its track's odds may be as large.
_SETTLED: Final = 0.003
# In a crowd messages settle in about five sweeps; the rest would only be polish.
_SWEEPS_MAX: Final = 20

_NONE: Final = -1


class Components(NamedTuple):
    """Tracks by component."""

    first: Numbers  # (components + 1,) Where each begins in `track`.
    track: Numbers  # Those with at least one pair.


class Turned(NamedTuple):
    """The same pairs, by measurement."""

    first: Numbers  # (measurements + 1,)
    track: Numbers  # (pairs,) The track of each of them.


@compiled
def turned(pairs: Pairs, measurements: int) -> Turned:
    """Return the pairs in the order of their measurements."""
    firsts, ones = pairs.first, pairs.one
    # Counted one place further on, each entry moves on to its end while it is filled.
    first = np.zeros(measurements + 2, np.int32)
    for pair in range(len(ones)):
        first[ones[pair] + 2] += 1
    for one in range(measurements):
        first[one + 2] += first[one + 1]
    tracks = np.empty(len(ones), np.int32)
    for track in range(len(firsts) - 1):
        for pair in range(firsts[track], firsts[track + 1]):
            at = ones[pair] + 1
            tracks[first[at]] = track
            first[at] += 1
    return Turned(first[:-1], tracks)


@compiled
def components(pairs: Pairs, by_one: Turned) -> Components:
    """Return which tracks compete with each other, directly or through others.

    Those of one component stand in the order in which they are reached from its first.
    """
    firsts, ones, of_one, rivals = pairs.first, pairs.one, by_one.first, by_one.track
    tracks, measurements = len(firsts) - 1, len(of_one) - 1
    order = np.empty(tracks, np.int32)
    first = np.zeros(tracks + 1, np.int32)
    is_known = np.zeros(tracks, np.bool_)
    is_done = np.zeros(measurements, np.bool_)
    count, size = 0, 0
    for start in range(tracks):
        if is_known[start] or firsts[start] == firsts[start + 1]:
            continue
        is_known[start] = True
        order[size] = start
        head, size = size, size + 1
        while head < size:
            track = order[head]
            head += 1
            for pair in range(firsts[track], firsts[track + 1]):
                one = ones[pair]
                if is_done[one]:
                    continue
                is_done[one] = True
                for place in range(of_one[one], of_one[one + 1]):
                    other = rivals[place]
                    if not is_known[other]:
                        is_known[other] = True
                        order[size] = other
                        size += 1
        count += 1
        first[count] = size
    return Components(first[: count + 1], order[:size])


class _Talk(NamedTuple):
    """What tracks and measurements tell each other, by pair."""

    first: Numbers  # Of `Pairs`.
    one: Numbers
    ratio: Floats
    to_one: Floats  # How surely the track takes the measurement, for all that others tell it.
    to_track: Floats  # How far the others leave the measurement to the track.
    heard: Floats  # (measurements,) 1 and the sum of what each is told.


@compiled
def marginals(pairs: Pairs, groups: Components, ratio: Floats, measurements: int) -> Floats:
    """Return the probability of each pair.

    `ratio` says for each pair how much likelier the track made this measurement than that it
    made none and the measurement is of nothing known.
    """
    chance = np.empty(len(ratio))
    heard = np.ones(measurements)
    count = a_count(len(ratio), measurements)
    talk = _Talk(pairs.first, pairs.one, ratio, np.zeros(len(ratio)), np.ones(len(ratio)), heard)
    for group in range(len(groups.first) - 1):
        tracks = groups.track[groups.first[group] : groups.first[group + 1]]
        if len(tracks) == 2:
            between_two(pairs, tracks[0], tracks[1], ratio, chance, heard)
            continue
        if len(tracks) > 2:
            if are_few(pairs, tracks) and count_ways(pairs, tracks, ratio, chance, count):
                continue
            _agree(talk, tracks)
        _conclude(talk, tracks, chance)
    return chance


@compiled
def _agree(talk: _Talk, tracks: Numbers) -> None:
    """Let the tracks of a component and their measurements tell each other until they agree.

    There and back in the order in which the tracks hang together: where no ring is among them,
    three times is enough, and elsewhere fewer rounds are needed than if all spoke at once.
    """
    is_summed_up = True
    for sweep in range(_SWEEPS_MAX):
        if _sweep(talk, tracks, sweep):
            is_summed_up = False
        elif is_summed_up:
            return
        else:
            _sum_up(talk, tracks)
            is_summed_up = True


@compiled
def _sum_up(talk: _Talk, tracks: Numbers) -> None:
    """Sum up what each measurement was told, without what rounding left of the last sums."""
    first, one, to_one, heard = talk.first, talk.one, talk.to_one, talk.heard
    for track in tracks:
        for pair in range(first[track], first[track + 1]):
            heard[one[pair]] = 1.0
    for track in tracks:
        for pair in range(first[track], first[track + 1]):
            heard[one[pair]] += to_one[pair]


@compiled
def _sweep(talk: _Talk, tracks: Numbers, sweep: int) -> bool:
    """Let each track that hears anything new answer, one after the other; return whether any did.

    On the first way there and back all is new.
    """
    first, one, ratio = talk.first, talk.one, talk.ratio
    to_one, to_track, heard = talk.to_one, talk.to_track, talk.heard
    is_any = False
    for place in range(len(tracks)):
        track = tracks[place] if sweep % 2 == 0 else tracks[len(tracks) - 1 - place]
        start, stop = first[track], first[track + 1]
        is_new = sweep < 2
        for pair in range(start, stop):
            rivals = max(heard[one[pair]] - to_one[pair], 1.0)
            # How far 1 / rivals is from what it was, as a share of it, without dividing.
            is_new |= abs(1.0 - to_track[pair] * rivals) > _SETTLED
        if not is_new:
            continue
        is_any = True
        total = 1.0
        for pair in range(start, stop):
            to_track[pair] = 1.0 / max(heard[one[pair]] - to_one[pair], 1.0)
            total += ratio[pair] * to_track[pair]
        for pair in range(start, stop):
            # What is left without this pair is at least 1, whatever the rounding.
            answer = ratio[pair] / max(total - ratio[pair] * to_track[pair], 1.0)
            heard[one[pair]] += answer - to_one[pair]
            to_one[pair] = answer
    return is_any


@compiled
def _conclude(talk: _Talk, tracks: Numbers, chance: Floats) -> None:
    """Set the probabilities of a component's pairs by what its tracks hear in the end."""
    first, one, ratio, to_one, heard = talk.first, talk.one, talk.ratio, talk.to_one, talk.heard
    for track in tracks:
        total = 1.0
        for pair in range(first[track], first[track + 1]):
            chance[pair] = ratio[pair] / max(heard[one[pair]] - to_one[pair], 1.0)
            total += chance[pair]
        for pair in range(first[track], first[track + 1]):
            chance[pair] /= total


class Shares(NamedTuple):
    """The probabilities of all pairs, summed up."""

    total: Floats  # (tracks,) that a track was measured.
    best: Numbers  # (tracks,) its most likely pair; -1: it has none.
    left: Floats  # (measurements,) that a measurement is of no track.


@compiled
def shares_of(pairs: Pairs, chance: Floats, measurements: int) -> Shares:
    """Return how surely each track was measured, by which most likely, and what is left over."""
    tracks = len(pairs.first) - 1
    total, best, left = np.zeros(tracks), np.full(tracks, _NONE, np.int32), np.ones(measurements)
    for track in range(tracks):
        for pair in range(pairs.first[track], pairs.first[track + 1]):
            left[pairs.one[pair]] -= chance[pair]
            total[track] += chance[pair]
            if best[track] == _NONE or chance[pair] > chance[best[track]]:
                best[track] = pair
    return Shares(total, best, left)


@compiled
def decide(
    pairs: Pairs,
    groups: Components,
    ratio: Floats,
    chance: Floats,
    surest: float,
    measurements: int,
) -> None:
    """Give each track of a component in doubt the one measurement of the best assignment.

    In doubt is a component where some track's best explanation is less sure than `surest`. To
    mix what two measurements say draws two tracks side by side into one (coalescence). Whose of
    two is whose matters less than that there are two; how likely a track was measured at all
    stays as it was (Blom, Bloem, "Probabilistic data association avoiding track coalescence",
    IEEE TAC 45(2), 2000).
    """
    first = pairs.first
    doubtful = np.empty(len(groups.track), np.int32)
    size = 0
    for group in range(len(groups.first) - 1):
        begin, end = groups.first[group], groups.first[group + 1]
        if end - begin > 1 and _is_doubtful(first, groups.track[begin:end], chance, surest):
            doubtful[size : size + end - begin] = groups.track[begin:end]
            size += end - begin
    if size == 0:
        return
    gain = np.empty(len(ratio))
    for track in doubtful[:size]:
        for pair in range(first[track], first[track + 1]):
            gain[pair] = np.log(max(ratio[pair], 1e-300))
    # What one component chooses is nothing to another: all of them are assigned at once.
    chosen = assign(pairs, doubtful[:size], gain, measurements)
    for place in range(size):
        total = 0.0
        for pair in range(first[doubtful[place]], first[doubtful[place] + 1]):
            total += chance[pair]
            chance[pair] = 0.0
        if chosen[place] != _NONE:
            chance[chosen[place]] = total


@compiled
def _is_doubtful(first: Numbers, tracks: Numbers, chance: Floats, surest: float) -> bool:
    """Whether some track's best explanation is no surer than `surest`."""
    for track in tracks:
        best, total = 0.0, 0.0
        for pair in range(first[track], first[track + 1]):
            best, total = max(best, chance[pair]), total + chance[pair]
        if max(best, 1.0 - total) <= surest:
            return True
    return False


class _Search(NamedTuple):
    """The assignment so far, its prices, and the search for the next track's path."""

    chosen: Numbers  # (tracks,) The pair of each; -1: none.
    owner: Numbers  # (measurements,) Index of the track that has it; -1: none.
    # Prices under which every choice so far is a best one (dual variables).
    of_track: Floats
    of_one: Floats
    # How far the search has come, and by which pair of which track.
    far_track: Floats
    far_one: Floats
    came_by: Numbers
    came_from: Numbers
    is_settled: Flags
    reached: Numbers  # Measurements, in the order in which they were reached.
    visited: Numbers  # Tracks.


@compiled
def assign(pairs: Pairs, tracks: Numbers, gain: Floats, measurements: int) -> Numbers:
    """Return each track's pair in the assignment of the largest total gain; -1: it goes without.

    A track uses at most one measurement, and a measurement is used at most once. To go without
    gains nothing, so a pair that gains nothing is never used.
    """
    search = _Search(
        np.full(len(tracks), _NONE, np.int32),
        np.full(measurements, _NONE, np.int32),
        np.zeros(len(tracks)),
        np.zeros(measurements),
        np.zeros(len(tracks)),
        np.full(measurements, np.inf),
        np.full(measurements, _NONE, np.int32),
        np.full(measurements, _NONE, np.int32),
        np.zeros(measurements, np.bool_),
        np.empty(measurements, np.int32),
        np.empty(len(tracks), np.int32),
    )
    first, one, of_one = pairs.first, pairs.one, search.of_one
    for start in range(len(tracks)):
        best, favourite = 0.0, _NONE
        for pair in range(first[tracks[start]], first[tracks[start] + 1]):
            worth = gain[pair] + of_one[one[pair]]
            if gain[pair] > 0.0 and worth > best:
                best, favourite = worth, pair
        search.of_track[start] = -best
        if favourite == _NONE:
            continue
        if search.owner[one[favourite]] == _NONE:
            # Nobody has to make room.
            search.chosen[start], search.owner[one[favourite]] = favourite, start
            continue
        _add(search, pairs, tracks, gain, start)
    return search.chosen


@compiled
def _add(search: _Search, pairs: Pairs, tracks: Numbers, gain: Floats, start: int) -> None:
    """Give one more track its place, by the shortest path on which others make room for it."""
    visited_count, reached_count = 0, 0
    track, without, span = start, start, np.inf
    search.far_track[start] = 0.0
    one = _NONE
    while True:
        search.visited[visited_count] = track
        visited_count += 1
        far = search.far_track[track] - search.of_track[track]
        if far < span:
            without, span = track, far
        reached_count = _reach(search, pairs, tracks[track], gain, track, reached_count)
        one = _nearest(search, reached_count, span)
        if one == _NONE:
            break
        search.is_settled[one] = True
        if search.owner[one] == _NONE:
            span = search.far_one[one]
            break
        track = search.owner[one]
        search.far_track[track] = search.far_one[one]
    _reprice(search, visited_count, reached_count, span)
    if one == _NONE:
        # Somebody on the way goes without; what it had goes back along the path.
        left = search.chosen[without]
        search.chosen[without] = _NONE
        one = pairs.one[left] if left != _NONE else _NONE
    while one != _NONE:
        track = search.came_from[one]
        left = search.chosen[track]
        search.owner[one], search.chosen[track] = track, search.came_by[one]
        one = pairs.one[left] if track != start and left != _NONE else _NONE


@compiled
def _reach(
    search: _Search, pairs: Pairs, row: int, gain: Floats, track: int, reached_count: int
) -> int:
    """Look along a track's pairs; return how many measurements were reached by now."""
    for pair in range(pairs.first[row], pairs.first[row + 1]):
        one = pairs.one[pair]
        if gain[pair] <= 0.0 or search.is_settled[one]:
            continue
        price = search.of_track[track] + search.of_one[one]
        length = search.far_track[track] - gain[pair] - price
        if length < search.far_one[one]:
            if search.far_one[one] == np.inf:
                search.reached[reached_count] = one
                reached_count += 1
            search.far_one[one] = length
            search.came_by[one], search.came_from[one] = pair, track
    return reached_count


@compiled
def _nearest(search: _Search, reached_count: int, span: float) -> int:
    """Return the nearest measurement that is not settled, if it is nearer than `span`."""
    nearest = _NONE
    for place in range(reached_count):
        one = search.reached[place]
        if not search.is_settled[one] and search.far_one[one] < span:
            nearest, span = one, search.far_one[one]
    return nearest


@compiled
def _reprice(search: _Search, visited_count: int, reached_count: int, span: float) -> None:
    """Change the prices so that the new choices are best ones too, and forget the search."""
    for place in range(visited_count):
        track = search.visited[place]
        search.of_track[track] += span - search.far_track[track]
    for place in range(reached_count):
        one = search.reached[place]
        if search.is_settled[one]:
            search.of_one[one] -= span - search.far_one[one]
        search.far_one[one] = np.inf
        search.is_settled[one] = False
