"""Tracks that a test places by hand and moves, for rules that are asked once a second."""

import numpy as np
from track_rows import add_rows

from hub.core.fusion.lifecycle import CONFIRMED
from hub.core.fusion.tracks import Rows, Tracks
from wire.feed import LABELS
from wire.labels import Label


class SeenTracks:
    """Live tracks, by number."""

    def __init__(self) -> None:
        self.rows = Rows()
        self.tracks = Tracks(self.rows)

    def put(
        self,
        number: int,
        place: tuple[float, float],
        *,
        velocity: tuple[float, float] = (0.0, 0.0),
        state: int = CONFIRMED,
        label: Label = Label.PERSON,
        simulated: bool = False,
    ) -> None:
        """Place a track, new or known."""
        row = self.tracks.row_of(number)
        if row is None:
            row = int(add_rows(self.rows, 1)[0])
        self.rows.columns.number[row] = number
        self.rows.columns.mean[row] = (*place, *velocity)
        self.rows.columns.state[row] = state
        self.rows.columns.label[row] = LABELS.index(label)
        self.rows.columns.simulated[row] = simulated

    def lose(self, number: int) -> None:
        """Take a track away."""
        row = self.tracks.row_of(number)
        assert row is not None
        self.rows.remove(np.array([row]))
