"""Calls every kernel of rules once, so that none is compiled while somebody waits for an alert."""

import numpy as np

from hub.core.fusion.tracks import Rows, Tracks
from hub.core.rules.judge import Judge
from hub.core.rules.lines import Lines
from hub.core.rules.loitering import NOBODY, go_on
from hub.core.rules.reach import Concerned, Reach
from hub.core.rules.track_table import positions
from hub.core.rules.watched import Watched
from hub.core.site import Area

_BOX = (-1.0, -1.0, 1.0, 1.0)
_ZONE = Area(
    id="warm-up", name="Warm-up", purpose="public", polygon=((-1.0, -1.0), (1.0, -1.0), (0.0, 1.0))
)


def warm_up() -> None:
    """Look at one track, and at two: a column of one is another kind of array than one of more."""
    for count in (1, 2):
        rows = Rows()
        rows.reserve(count)
        rows.count = count
        tracks, its, judge = Tracks(rows), np.arange(count), Judge()
        judge.reach, judge.line = Reach(slow=_BOX, fast=_BOX), np.array([[0.0, -1.0], [0.0, 1.0]])
        Lines([judge]).sift(tracks, its, Concerned([judge]).of(tracks, its), 0)
        for margin_m in (0.0, 1.0):
            Watched(_ZONE, margin_m).rows(tracks)
        go_on(NOBODY, tracks.number[its], positions(tracks, its), np.ones(count), 0, 0)
