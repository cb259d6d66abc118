"""What a track is: votes of the detections that fed it, weighed by their confidence."""

from typing import Final

import numpy as np

from hub.core.fusion.compiled import compiled
from hub.core.fusion.measurement import LABEL_INDEX
from hub.core.geometry import Floats
from wire.feed import LABELS
from wire.labels import Label

UNKNOWN: Final = LABEL_INDEX[Label.UNKNOWN]

# Votes are forgotten beyond this many, so that a wrong first impression can be put right.
_VOTES_MAX: Final = 20.0
# What stands against every label: one good vote outweighs it, and none leaves a thing unknown.
_VOTE_UNKNOWN: Final = 0.2


@compiled
def vote(votes: Floats, label: int, confidence: float) -> tuple[int, float]:
    """Add a vote to a track's; return the label they make, and its share of them."""
    votes[label] += confidence
    votes[UNKNOWN] = _VOTE_UNKNOWN
    total, winner = 0.0, 0
    for other in range(len(votes)):
        total += votes[other]
        if votes[other] > votes[winner]:
            winner = other
    if total > _VOTES_MAX:
        for other in range(len(votes)):
            votes[other] *= _VOTES_MAX / total
        total = _VOTES_MAX
    return winner, votes[winner] / total


def _costs() -> Floats:
    """Return how much less likely a detection of one label is for a track of another (log)."""
    # A vehicle beside a person must never become that person, however near it is: no place is
    # measured so well that it outweighs this.
    cost = np.full((len(LABELS), len(LABELS)), -30.0)
    np.fill_diagonal(cost, 0.0)
    # A label that is not known excludes nothing.
    cost[UNKNOWN, :] = cost[:, UNKNOWN] = 0.0
    for one, other, value in (
        (Label.PERSON, Label.BICYCLE, -1.0),
        (Label.PERSON, Label.ANIMAL, -2.0),
        (Label.PERSON, Label.BAG, -3.0),
        (Label.BICYCLE, Label.VEHICLE, -4.0),
    ):
        cost[LABEL_INDEX[one], LABEL_INDEX[other]] = value
        cost[LABEL_INDEX[other], LABEL_INDEX[one]] = value
    return cost


LABEL_COST: Final = _costs()
"""By the track's label and the detection's."""
