"""Calls every kernel of rules once, so that none is compiled while somebody waits for an alert."""

import numpy as np

from hub.core.fusion.tracks import Rows, Tracks
from hub.core.rules.judge import Judge
from hub.core.rules.lines import Lines
from hub.core.rules.reach import Concerned, Reach
from hub.core.rules.watched import boxed

_BOX = (-1.0, -1.0, 1.0, 1.0)


def warm_up() -> None:
    """Look at one track, and at two: a column of one is another kind of array than one of more."""
    for count in (1, 2):
        rows = Rows()
        rows.reserve(count)
        rows.count = count
        tracks, its, judge = Tracks(rows), np.arange(count), Judge()
        judge.reach, judge.line = Reach(slow=_BOX, fast=_BOX), np.array([[0.0, -1.0], [0.0, 1.0]])
        Lines([judge]).sift(tracks, its, Concerned([judge]).of(tracks, its), 0)
        boxed(tracks.east, tracks.north, tracks.state, _BOX)
