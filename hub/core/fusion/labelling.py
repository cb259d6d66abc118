"""What a track is: votes of the detections that fed it, weighed by their confidence."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from hub.core.fusion.measurement import LABEL_INDEX
from hub.core.geometry import Floats
from wire.feed import LABELS
from wire.labels import Label

UNKNOWN: Final = LABEL_INDEX[Label.UNKNOWN]

# Votes are forgotten beyond this many, so that a wrong first impression can be put right.
_VOTES_MAX: Final = 20.0
# What stands against every label: one good vote outweighs it, and none leaves a thing unknown.
_VOTE_UNKNOWN: Final = 0.2


def voted(
    votes: Floats, label: NDArray[np.uint8], confidence: Floats
) -> tuple[Floats, NDArray[np.uint8], Floats]:
    """Return the votes with one more each, the label they make, and its share of them."""
    everyone = np.arange(len(votes))
    votes[everyone, label] += confidence
    votes[:, UNKNOWN] = _VOTE_UNKNOWN
    total = votes.sum(axis=1)
    votes *= np.minimum(1.0, _VOTES_MAX / total)[:, np.newaxis]
    winner = votes.argmax(axis=1)
    share: Floats = votes[everyone, winner] / votes.sum(axis=1)
    return votes, winner.astype(np.uint8), share


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
