"""An object was left behind by whoever brought it.

Who brought it is whoever was beside it when it came to rest (`owner`); how far they have gone
since is told as long as it lies there. Where nobody was seen to bring it, or whoever did is out of
sight, somebody who stays beside it for a while is taken for its owner: a bag between its owner's
feet is no alert, whatever number the tracker gives them.
"""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from hub.core.geometry import Floats
from hub.core.rules.condition import Condition
from hub.core.rules.owner import owners_of
from hub.core.rules.track_table import (
    Rows,
    SensorsOf,
    TrackTable,
    has_label,
    is_visible,
    positions,
)
from hub.core.rules.watched import PacedJudge, Subject, Watched, subject
from hub.core.rules.wording import clock, listed, things
from hub.core.site import Area, Offset, Place, RulePlan, UnattendedRule
from wire.labels import Label
from wire.quantities import SECOND_US, Instant

# An object that somebody stands in front of is still there.
HIDDEN_US: Final = 15 * SECOND_US
# Whoever passes by is not its owner; whoever stays beside it for this long is.
COMPANY_US: Final = 6 * SECOND_US
_PEOPLE: Final = (Label.PERSON, Label.UNKNOWN)
_COMPASS: Final = (
    "north",
    "north-east",
    "east",
    "south-east",
    "south",
    "south-west",
    "west",
    "north-west",
)
_FAR_M: Final = 50.0
_STANDS_MPS: Final = 0.4
# Noise of so many sigma does not carry a thing away, nor its owner.
_NOISE: Final = 2.0


class Owner(Struct, kw_only=True):
    """Whoever brought it, as they were seen last."""

    number: int
    place: Place
    seen_us: Instant
    furthest_m: float = 0.0


class Lying(Struct, kw_only=True):
    """An object that lies in the zone."""

    name: int  # The number of its first track.
    thing: Subject
    anchor: Place
    owners: dict[int, Owner]
    company_us: dict[int, Instant] = {}
    alone_us: Instant | None = None


class People(Struct, frozen=True, kw_only=True):
    """Everybody who is visible."""

    number: NDArray[np.uint32]
    points: Floats
    velocity: Floats

    def place_of(self, number: int) -> int | None:
        """Return the place of somebody in these columns, if they are visible."""
        found = np.flatnonzero(self.number == number)
        return int(found[0]) if found.size else None


class UnattendedJudge(PacedJudge):
    """Judges one unattended-object rule: one condition an object."""

    def __init__(
        self,
        rule: UnattendedRule,
        zone: Area,
        sensors_of: SensorsOf,
        offsets: tuple[Offset, ...] = (),
    ) -> None:
        self._lying: dict[int, Lying] = {}
        super().__init__(rule, Watched(zone), sensors_of, offsets)

    def adopt(self, rule: RulePlan) -> tuple[float, float]:
        """Take the rule's settings; its on-delay counts from the owner's leaving."""
        assert isinstance(rule, UnattendedRule)
        self._rule = rule
        return 0.0, rule.clear_after_s

    def rest(self) -> list[Condition]:
        """Forget what lies there."""
        self._lying.clear()
        return []

    def look(self, tracks: TrackTable, now_us: Instant) -> list[Condition]:
        """Return what lies there alone now."""
        rows = self.watched.rows(tracks, self._rule.labels)
        if not rows.size and not self._lying:
            return []
        people = _people(tracks)
        self._found_again(tracks, rows)
        for row in rows.tolist():
            self._see(tracks, row, people, now_us)
        self._lying = {
            number: lying
            for number, lying in self._lying.items()
            if now_us - lying.thing.since_us <= HIDDEN_US
        }
        return [
            self._condition(lying, people, now_us)
            for _, lying in sorted(self._lying.items())
            if self._is_left(lying, now_us)
        ]

    def _is_left(self, lying: Lying, now_us: Instant) -> bool:
        alone_s = 0.0 if lying.alone_us is None else (now_us - lying.alone_us) / SECOND_US
        return lying.alone_us is not None and alone_s >= self._rule.alone_min_s

    def _found_again(self, tracks: TrackTable, rows: Rows) -> None:
        """Let a new track where an object was lost a moment ago be that object."""
        numbers = frozenset(tracks.number[rows].tolist())
        for number in [one for one in self._lying if one not in numbers]:
            lying = self._lying[number]
            for row in rows.tolist():
                new = subject(tracks, row, lying.thing.since_us)
                gap_m = float(np.hypot(*np.subtract(new.place, lying.anchor)))
                near_m = self._rule.still_max_m + _NOISE * new.sigma_m
                is_it = new.taint == lying.thing.taint and gap_m <= near_m
                if is_it and new.number not in self._lying:
                    self._lying[new.number] = self._lying.pop(number)
                    break

    def _see(self, tracks: TrackTable, row: int, people: People, now_us: Instant) -> None:
        """Take where an object lies, who is beside it, and how far its owner is."""
        thing = subject(tracks, row, now_us)
        place = np.array(thing.place)
        off = people.points - place
        away_m = np.hypot(off[:, 0], off[:, 1])
        lying = self._lying.get(thing.number)
        noise_m = _NOISE * thing.sigma_m
        still_m = self._rule.still_max_m + noise_m
        if lying is None or float(np.hypot(*(place - lying.anchor))) > still_m:
            born_us = int(tracks.born_us[row]) if lying is None else now_us
            owners = self._owners(place, born_us, people, now_us, noise_m)
            name = thing.number if lying is None else lying.name
            lying = Lying(name=name, thing=thing, anchor=thing.place, owners=owners)
            self._lying[thing.number] = lying
        lying.thing = thing
        self._keep_company(lying, people.number[away_m <= self._rule.owner_near_m], now_us)
        seen = self._follow(lying, people, away_m, now_us)
        is_alone = self._is_alone(lying, seen)
        lying.alone_us = (lying.alone_us or now_us) if is_alone else None

    def _owners(
        self, place: Floats, born_us: Instant, people: People, now_us: Instant, noise_m: float
    ) -> dict[int, Owner]:
        numbers = owners_of(
            place,
            born_us,
            people.number,
            people.points,
            people.velocity,
            near_m=self._rule.owner_near_m + noise_m,
            now_us=now_us,
        )
        at = (float(place[0]), float(place[1]))
        return {number: Owner(number=number, place=at, seen_us=now_us) for number in numbers}

    def _keep_company(self, lying: Lying, near: NDArray[np.uint32], now_us: Instant) -> None:
        """Take note of who is beside it, and since when."""
        since = lying.company_us
        lying.company_us = {number: since.get(number, now_us) for number in near.tolist()}

    def _follow(self, lying: Lying, people: People, away_m: Floats, now_us: Instant) -> list[float]:
        """Take where its owners are; return how far those in sight are.

        Who stays beside it becomes one, if none is in sight.
        """
        places = {number: people.place_of(number) for number in lying.owners}
        seen = {number: place for number, place in places.items() if place is not None}
        if not seen:
            stays = [one for one, us in lying.company_us.items() if now_us - us >= COMPANY_US]
            for number in stays[:1]:
                lying.owners = {number: Owner(number=number, place=(0.0, 0.0), seen_us=now_us)}
                place = people.place_of(number)
                assert place is not None
                seen = {number: place}
        for number, place in seen.items():
            owner, at = lying.owners[number], people.points[place]
            owner.place, owner.seen_us = (float(at[0]), float(at[1])), now_us
            owner.furthest_m = max(owner.furthest_m, float(away_m[place]))
        return [float(away_m[place]) for place in seen.values()]

    def _is_alone(self, lying: Lying, away_m: list[float]) -> bool:
        if not away_m:
            return True
        is_on = self.reported.is_on(self._key(lying))
        # An owner who only passes at a distance has not come back for it.
        apart_m = self._rule.owner_near_m if is_on else self._rule.apart_min_m
        return min(away_m) > apart_m

    def _key(self, lying: Lying) -> str:
        return lying.thing.taint.key(f"{self._rule.id}/{lying.name}")

    def _condition(self, lying: Lying, people: People, now_us: Instant) -> Condition:
        assert lying.alone_us is not None
        thing, rule = lying.thing, self._rule
        what = things([thing.label])
        seen = [one for one in lying.owners.values() if one.seen_us == now_us]
        nearest = min(seen, key=lambda one: _apart_m(one, lying), default=None)
        alone_s = (now_us - lying.alone_us) / SECOND_US
        head = rule.summary or f"{what} left in {self.watched.zone.name}"
        return self.sayer.says(
            f"{head}; {_whereabouts(nearest, lying)}",
            (
                ("Object", f"{what}, track {thing.number}"),
                ("Left by", _left_by(lying)),
                ("Owner", _owner(nearest, lying, people)),
                ("Alone", f"{alone_s:.0f} s, since {clock(lying.alone_us)}"),
                ("Beside it now", listed(sorted(lying.company_us))),
            ),
            taint=thing.taint,
            name=str(lying.name),
            place=thing.place,
            sigma_m=thing.sigma_m,
            tracks=(thing.number, *(one.number for one in seen)),
            observed_us=thing.observed_us,
        )


def _people(tracks: TrackTable) -> People:
    """Return everybody who is visible, wherever they are."""
    rows = _visible(tracks)
    rows = rows[has_label(tracks, rows, _PEOPLE)]
    return People(
        number=tracks.number[rows],
        points=positions(tracks, rows),
        velocity=np.column_stack((tracks.velocity_east[rows], tracks.velocity_north[rows])),
    )


def _visible(tracks: TrackTable) -> Rows:
    rows = np.arange(len(tracks.number))
    return rows[is_visible(tracks, rows)]


def _apart_m(owner: Owner, lying: Lying) -> float:
    east, north = owner.place[0] - lying.thing.place[0], owner.place[1] - lying.thing.place[1]
    return float(np.hypot(east, north))


def _whereabouts(owner: Owner | None, lying: Lying) -> str:
    """Return where its owner is, in steps: not every metre is news."""
    if not lying.owners:
        return "nobody was seen to bring it"
    if owner is None:
        return "its owner is out of sight"
    far = _apart_m(owner, lying)
    step = 5.0 if far < _FAR_M else 25.0
    return f"its owner is {max(step * round(far / step), step):.0f} m away"


def _left_by(lying: Lying) -> str:
    if not lying.owners:
        return "nobody was seen to bring it"
    numbers = [str(number) for number in lying.owners]
    if len(numbers) == 1:
        return f"track {numbers[0]}"
    # Two who came together, or a crowd: which of them it was nobody saw.
    return f"track {numbers[0]}, or {', '.join(numbers[1:])}, who was beside it as well"


def _owner(owner: Owner | None, lying: Lying, people: People) -> str:
    if not lying.owners:
        return ""
    if owner is None:
        last = max(lying.owners.values(), key=lambda one: (one.seen_us, one.number))
        far = f"{_apart_m(last, lying):.0f} m away"
        return f"out of sight since {clock(last.seen_us)}, last seen {far}"
    velocity = people.velocity[people.number == owner.number][0]
    went = f"went as far as {owner.furthest_m:.0f} m"
    return f"{_apart_m(owner, lying):.0f} m away, {_goes(velocity)}; {went}"


def _goes(velocity: Floats) -> str:
    speed = float(np.hypot(*velocity))
    if speed < _STANDS_MPS:
        return "stands"
    turn = float(np.degrees(np.arctan2(velocity[0], velocity[1])) % 360.0)
    return f"goes {_COMPASS[round(turn / 45.0) % 8]} at {speed:.1f} m/s"
