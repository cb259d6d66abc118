"""The camera's own short tracks: a stable object id, no flicker, and where each should be next.

A tracklet lives in the image. Joining cameras, bridging long occlusions and judging identity are
the hub's: a tracklet only says that this box and that box, a moment apart, are the same thing.
"""

from collections.abc import Sequence
from math import hypot

from edge.core.motion import Expected, Seen

SECOND_US = 1_000_000

GATE_HEIGHTS = 0.35
"""Between frames the foot jitters by a tenth of the body height, and a walker gains a tenth."""

GATE_GROWTH_HEIGHTS_PER_S = 0.8
"""A runner's body heights per second off the predicted line while unseen."""

GATE_MAX_HEIGHTS = 1.0
"""Further away it is somebody else."""

UNSEEN_MAX_US = 1_500_000
"""An occlusion longer than this is the hub's to bridge: here a wrong join is worse than none."""

HITS_MIN = 2
"""A speck of noise seldom stands in the same place twice."""

WALKED_HEIGHTS = 0.6
"""Who moved this far is a person who may stop, not a shape that the background has wrongly."""

POSITION_GAIN, VELOCITY_GAIN = 0.6, 0.15
"""An alpha-beta filter that follows a walker who turns within half a second at 7 frames/s."""


class Tracklet:
    """One thing that this camera follows."""

    def __init__(self, number: int, seen: Seen, at_us: int) -> None:
        self.number = number
        self.seen = seen
        self.hits = 1
        self.seen_us = at_us
        self.walked = False
        self._at_us = at_us
        self._height = seen.bottom - seen.top
        self._place = ((seen.left + seen.right) / 2.0, seen.bottom)
        self._begin = self._place
        self._velocity = (0.0, 0.0)  # Pixels per second.

    @property
    def confirmed(self) -> bool:
        """Whether it was seen often enough to be told."""
        return self.hits >= HITS_MIN

    def expected(self, at_us: int) -> Expected:
        """Return where it should stand at an instant."""
        ahead_s = (at_us - self._at_us) / SECOND_US
        return Expected(
            foot_x=self._place[0] + self._velocity[0] * ahead_s,
            foot_y=self._place[1] + self._velocity[1] * ahead_s,
            height=self._height,
        )

    def distance(self, seen: Seen, at_us: int) -> float:
        """Return how far a box is from where this should be, in gates: above 1 is another's."""
        there = self.expected(at_us)
        gap = hypot((seen.left + seen.right) / 2.0 - there.foot_x, seen.bottom - there.foot_y)
        unseen_s = (at_us - self.seen_us) / SECOND_US
        gate = min(GATE_HEIGHTS + GATE_GROWTH_HEIGHTS_PER_S * unseen_s, GATE_MAX_HEIGHTS)
        return gap / (gate * there.height)

    def follow(self, seen: Seen, at_us: int) -> None:
        """Take a box as this thing's next."""
        there = self.expected(at_us)
        off = ((seen.left + seen.right) / 2.0 - there.foot_x, seen.bottom - there.foot_y)
        step_s = max((at_us - self._at_us) / SECOND_US, 0.001)
        gain = VELOCITY_GAIN / step_s
        self._velocity = (self._velocity[0] + gain * off[0], self._velocity[1] + gain * off[1])
        self._place = (
            there.foot_x + POSITION_GAIN * off[0],
            there.foot_y + POSITION_GAIN * off[1],
        )
        self._height += 0.3 * (seen.bottom - seen.top - self._height)
        self._at_us = self.seen_us = at_us
        self.seen = seen
        self.hits += 1
        gone = hypot(self._place[0] - self._begin[0], self._place[1] - self._begin[1])
        self.walked = self.walked or gone > WALKED_HEIGHTS * self._height


class Tracklets:
    """All things that one camera follows now."""

    def __init__(self) -> None:
        self._all: list[Tracklet] = []
        self._next_number = 1

    def expected(self, at_us: int) -> list[Expected]:
        """Return where those who have walked should stand at an instant.

        Not the others: a wrong shape in the background would be kept alive by its own echo.
        """
        return [tracklet.expected(at_us) for tracklet in self._all if tracklet.walked]

    def walkers(self) -> list[Seen]:
        """Return the last boxes of those who have walked: they must not become background."""
        return [tracklet.seen for tracklet in self._all if tracklet.walked]

    def step(self, people: Sequence[Seen], at_us: int) -> list[Tracklet]:
        """Take one frame's people; return the confirmed tracklets that are among them."""
        self._all = [
            tracklet for tracklet in self._all if at_us - tracklet.seen_us <= UNSEEN_MAX_US
        ]
        taken = self._join(people, at_us)
        for index, seen in enumerate(people):
            if index not in taken:
                self._all.append(Tracklet(self._next_number, seen, at_us))
                self._next_number += 1
        return [
            tracklet for tracklet in self._all if tracklet.confirmed and tracklet.seen_us == at_us
        ]

    def _join(self, people: Sequence[Seen], at_us: int) -> set[int]:
        """Give each tracklet its nearest box, nearest pair first; return the boxes given."""
        pairs = [
            (tracklet.distance(seen, at_us), tracklet.number, index, tracklet)
            for tracklet in self._all
            for index, seen in enumerate(people)
        ]
        joined: set[int] = set()
        taken: set[int] = set()
        for distance, number, index, tracklet in sorted(pairs, key=lambda pair: pair[:3]):
            if distance > 1.0:
                break
            if number not in joined and index not in taken:
                tracklet.follow(people[index], at_us)
                joined.add(number)
                taken.add(index)
        return taken
