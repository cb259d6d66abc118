"""What people corrected of the tracks, and how it holds against what sensors go on to say.

- A held label is not outvoted.
- Merged tracks stay merged: where a sensor goes on to see the other one at its offset from the
  kept one, that measurement is led to the kept one. It holds for the sensors that fed the two,
  at the two places, and takes one measurement a scan: whoever walks away from there, or stands
  there as a third, is a track again at once.
- Split tracks are not taken for duplicates of each other again.
- Where a track was dropped, the sensors that fed it start none of its kind for a while. Tracks
  that come there from elsewhere, what other sensors see, and other kinds of things are untouched.

All of it ends with the tracks it speaks of. Nobody's correction hides a person from a sensor that
had no part in the mistake: safety goes before a tidy picture.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray

from hub.core.fusion.measurement import Measurements
from hub.core.geometry import Flags, Floats
from wire.quantities import SECOND_US, Identifier, Instant, Line

DROP_US: Final = 30 * SECOND_US
"""So long no track is started where one was dropped: a reflection passes, an operator looks."""

TOLD_AFTER_US: Final = 5 * SECOND_US
"""A sensor that sees merged tracks as two for so long contradicts the merge, and that is said."""

# Three sigma of a place, within these: a step, and what no person crosses in a second.
_RADIUS_MIN_M: Final = 1.0
_RADIUS_MAX_M: Final = 3.0
# How well the offset between two merged tracks is known, and how fast it follows what is seen.
_OFFSET_SIGMA_M: Final = 0.5
_OFFSET_GAIN: Final = 0.1
# Between two looks that show two, a look may miss one of them.
_TWO_PAUSE_US: Final = 2 * SECOND_US
# Human hands make these; more than this is a script gone wild, and the oldest give way.
_PER_TRACK_MAX: Final = 16
_DROPS_MAX: Final = 200
_APART_MAX: Final = 1_000


class Others(Struct, frozen=True, kw_only=True):
    """Where the visible tracks are at the instant of a scan."""

    number: NDArray[np.uint32]
    places: Floats


class Member(Struct, kw_only=True):
    """A track that became part of another."""

    number: int
    offset: tuple[float, float]  # From the kept track, metres east and north.
    radius_m: float
    held: int | None = None  # The label people gave it, by index.
    sensors: frozenset[Identifier] = frozenset()  # That fed the two; none: merged by itself.
    two_by: Identifier | None = None  # Who sees two, since when and until when.
    two_since_us: Instant = 0
    two_until_us: Instant = 0


class _Drop(Struct, frozen=True, kw_only=True):
    place: tuple[float, float]
    radius_m: float
    sensors: frozenset[Identifier]
    labels: frozenset[int]
    until_us: Instant


class Corrections:
    """The corrections that hold now."""

    def __init__(self) -> None:
        self._held: dict[int, int] = {}
        self._members: dict[int, list[Member]] = {}  # By the kept track, the latest last.
        self._part_of: dict[int, int] = {}
        self._apart: dict[tuple[int, int], None] = {}
        self._drops: list[_Drop] = []
        self._notes: dict[int, list[Line]] = {}

    # --- What was corrected -------------------------------------------------------------------

    def hold(self, number: int, label: int | None) -> None:
        """Hold a label, by its index; None lets the sensors say again."""
        if label is None:
            self._held.pop(number, None)
        else:
            self._held[number] = label

    def label_of(self, number: int) -> int | None:
        """Return the label that people gave a track, by its index."""
        return self._held.get(number)

    def note(self, number: int, text: Line) -> None:
        """Remember in words what was corrected of a track."""
        self._notes.setdefault(number, []).append(text)
        del self._notes[number][:-_PER_TRACK_MAX]

    def notes(self, number: int) -> tuple[Line, ...]:
        """Return what was corrected of a track, in words."""
        return tuple(self._notes.get(number, ()))

    def contradictions(self, number: int) -> tuple[Member, ...]:
        """Return the members that a sensor has long seen apart from this track."""
        return tuple(
            member
            for member in self._members.get(number, ())
            if member.two_until_us - member.two_since_us >= TOLD_AFTER_US
        )

    def merged_into(self, number: int) -> tuple[int, ...]:
        """Return the tracks that became part of this one, the latest last."""
        return tuple(member.number for member in self._members.get(number, ()))

    def part_of(self, number: int) -> int | None:
        """Return the track that this one became part of, if it did."""
        return self._part_of.get(number)

    def join(
        self,
        kept: int,
        gone: int,
        offset: tuple[float, float],
        sigma_m: float = 0.0,
        sensors: Iterable[Identifier] = (),
    ) -> None:
        """Take one track as part of another. With the sensors that see the two, it will hold."""
        held = self._held.pop(gone, None)
        if held is not None:
            self._held.setdefault(kept, held)
        member = Member(
            number=gone,
            offset=offset,
            radius_m=float(np.clip(3.0 * sigma_m, _RADIUS_MIN_M, _RADIUS_MAX_M)),
            held=held,
            sensors=frozenset(sensors),
        )
        inherited = [_moved(one, offset) for one in self._members.pop(gone, ())]
        members = self._members.setdefault(kept, [])
        members += [*inherited, member]
        for forgotten in members[:-_PER_TRACK_MAX]:
            del self._part_of[forgotten.number]
        del members[:-_PER_TRACK_MAX]
        for one in members:
            self._part_of[one.number] = kept
        self._notes[kept] = [*self._notes.get(kept, ()), *self._notes.pop(gone, ())]
        del self._notes[kept][:-_PER_TRACK_MAX]
        for pair in [pair for pair in self._apart if gone in pair]:
            del self._apart[pair]
            self._keep_apart(kept, pair[0] if pair[1] == gone else pair[1])

    def split(self, number: int) -> Member | None:
        """Undo the latest merge of a track, and keep the two apart; None: nothing was merged."""
        members = self._members.get(number)
        if not members:
            return None
        member = members.pop()
        del self._part_of[member.number]
        if member.held is not None:
            self._held[member.number] = member.held
        self._keep_apart(number, member.number)
        return member

    def drop(
        self,
        place: tuple[float, float],
        sigma_m: float,
        sensors: Iterable[Identifier],
        labels: Iterable[int],
        at_us: Instant,
    ) -> float:
        """Let these sensors start no such thing here for a while; return the radius."""
        radius_m = float(np.clip(3.0 * sigma_m, _RADIUS_MIN_M, _RADIUS_MAX_M))
        self._drops.append(
            _Drop(
                place=place,
                radius_m=radius_m,
                sensors=frozenset(sensors),
                labels=frozenset(labels),
                until_us=at_us + DROP_US,
            )
        )
        del self._drops[:-_DROPS_MAX]
        return radius_m

    def forget(self, numbers: Iterable[int], now_us: Instant) -> None:
        """Forget tracks that ended, and what is over."""
        self._drops = [drop for drop in self._drops if drop.until_us > now_us]
        for number in numbers:
            self._held.pop(number, None)
            self._notes.pop(number, None)
            for member in self._members.pop(number, ()):
                del self._part_of[member.number]
            for pair in [pair for pair in self._apart if number in pair]:
                del self._apart[pair]

    # --- How it holds -------------------------------------------------------------------------

    def may_merge(self, first: NDArray[np.uint32], second: NDArray[np.uint32]) -> Flags:
        """Return which pairs of tracks may be taken for duplicates of each other."""
        if not self._apart:
            return np.ones(len(first), np.bool_)
        pairs = zip(first.tolist(), second.tolist(), strict=True)
        return np.array([_pair(*pair) not in self._apart for pair in pairs], np.bool_)

    def births_allowed(
        self, places: Floats, labels: NDArray[np.uint8], sensor: Identifier, at_us: Instant
    ) -> Flags:
        """Return which measurements of a sensor may begin tracks."""
        allowed = np.ones(len(places), np.bool_)
        for drop in self._drops:
            if sensor in drop.sensors and at_us <= drop.until_us:
                gap = places - drop.place
                inside = np.hypot(gap[:, 0], gap[:, 1]) <= drop.radius_m
                allowed &= ~(inside & np.isin(labels, list(drop.labels)))
        return allowed

    def without_births(self, seen: Measurements) -> Measurements:
        """Return a scan with what of it may begin tracks."""
        if not any(seen.sensor in drop.sensors for drop in self._drops):
            return seen
        allowed = self.births_allowed(seen.mean, seen.label, seen.sensor, seen.observed_us)
        return structs.replace(seen, may_begin=allowed)

    def binds(self, sensor: Identifier) -> bool:
        """Whether a merge has anything to say about this sensor's measurements."""
        return any(
            sensor in member.sensors for members in self._members.values() for member in members
        )

    def led(self, seen: Measurements, others: Others) -> Measurements:
        """Return a scan with the measurements of merged tracks led to the kept ones."""
        spread = seen.covariance.reshape(-1, 4).T
        keys = (seen.confidence, seen.label, *spread, seen.mean[:, 1], seen.mean[:, 0])
        seen = seen.picked(np.lexsort(keys))
        for number, members in sorted(self._members.items()):
            row = np.flatnonzero(others.number == number)
            for member in members:
                if row.size and len(seen.mean) and seen.sensor in member.sensors:
                    seen = _led(seen, member, others, int(row[0]))
        return seen

    def _keep_apart(self, one: int, other: int) -> None:
        self._apart[_pair(one, other)] = None
        while len(self._apart) > _APART_MAX:
            del self._apart[next(iter(self._apart))]


def _pair(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


def _moved(member: Member, offset: tuple[float, float]) -> Member:
    """Return a member as seen from the track that its own one became part of."""
    east_m, north_m = member.offset
    return structs.replace(member, offset=(east_m + offset[0], north_m + offset[1]))


def _led(seen: Measurements, member: Member, others: Others, row: int) -> Measurements:
    """Lead one scan's measurement of a merged track to the kept one, or leave it out.

    Where the scan shows the kept one as well, the second measurement is left out: it would only
    start the other one again.
    """
    kept = others.places[row]
    there = kept + member.offset
    from_kept = np.hypot(*(seen.mean - kept).T)
    from_there = np.hypot(*(seen.mean - there).T)
    from_either = np.minimum(from_kept, from_there)
    near = np.flatnonzero(from_either <= member.radius_m)
    near = near[_is_nobody_elses(seen.mean[near], from_either[near], others, row)]
    if near.size == 0:
        return seen
    first = near[from_kept[near].argmin()]
    rest = near[(near != first) & (from_there[near] <= member.radius_m)]
    if rest.size:
        second = rest[from_there[rest].argmin()]
        _shows_two(member, seen)
        return seen.picked(np.delete(np.arange(len(seen.mean)), second))
    if from_there[first] >= from_kept[first]:
        return seen
    gap = seen.mean[first] - there
    mean, covariance = seen.mean.copy(), seen.covariance.copy()
    mean[first] -= member.offset
    covariance[first] += _OFFSET_SIGMA_M**2 * np.eye(2)
    east_m, north_m = (np.array(member.offset) + _OFFSET_GAIN * gap).tolist()
    member.offset = (east_m, north_m)
    return structs.replace(seen, mean=mean, covariance=covariance)


def _is_nobody_elses(places: Floats, gap_m: Floats, others: Others, row: int) -> Flags:
    """Return which places no other visible track is nearer to."""
    near = np.delete(others.places, row, axis=0)
    if len(near) == 0 or len(places) == 0:
        return np.ones(len(places), np.bool_)
    apart = places[:, np.newaxis, :] - near
    nearest = np.hypot(apart[..., 0], apart[..., 1]).min(axis=1)
    free: Flags = nearest >= gap_m
    return free


def _shows_two(member: Member, seen: Measurements) -> None:
    """Note that a sensor saw both in one scan."""
    at_us = seen.observed_us
    if member.two_by != seen.sensor and at_us - member.two_until_us <= _TWO_PAUSE_US:
        return  # Another sensor says so already.
    if at_us - member.two_until_us > _TWO_PAUSE_US:
        member.two_by, member.two_since_us = seen.sensor, at_us
    member.two_until_us = max(member.two_until_us, at_us)
