"""How often one sensor finds who is there, learnt place by place from what others confirm.

A tree that is not in the plan, a low sun or a dirty lens make a sensor find less than its kind
should. Where other sensors are sure that somebody stands, each of its looks is a trial. The
result is a factor on the model's probability: what was found over what was expected, drawn to 1
as long as there is little to go by (the mean of a gamma posterior with a prior worth
`PRIOR_LOOKS`), and forgetting, so that a cleaned lens is believed again.
"""

from typing import Final

import numpy as np

from hub.core.geometry import Flags, Floats, Indices

# A tree's crown, or what a bus hides.
CELL_M: Final = 8.0
# One person is missed and found in bursts: so many looks say as much as one.
LOOKS_A_TRIAL: Final = 10.0
# So many trials weigh as much as the model.
PRIOR_LOOKS: Final = 4.0
# What was learnt from more trials than this is forgotten as new ones come.
MEMORY_LOOKS: Final = 50.0
# No sensor is written off, and none is made surer than its kind by much.
FACTOR_MIN: Final = 0.2
FACTOR_MAX: Final = 1.1
# A smaller change of a factor is not worth drawing again.
NEWS: Final = 0.1


class DetectionRate:
    """What is learnt of one sensor, in square cells over what it sees."""

    def __init__(self, low: tuple[float, float], high: tuple[float, float]) -> None:
        self._first = np.floor(np.array(low) / CELL_M)
        columns, rows = (np.floor(np.array(high) / CELL_M) - self._first + 1.0).astype(int).tolist()
        self._found = np.zeros((rows, columns))
        self._expected = np.zeros((rows, columns))
        self._taken = np.ones((rows, columns))

    @property
    def has_news(self) -> bool:
        """Whether a factor has changed by enough since `grid` was last called to matter."""
        return bool(np.abs(self._factors() - self._taken).max() >= NEWS)

    def looked(self, places: Floats, expected: Floats, detected: Flags) -> None:
        """Take looks at places where somebody is, with the model's probability of each."""
        row, column, within = self._cells(places)
        within &= expected > 0.0
        row, column = row[within], column[within]
        np.add.at(self._expected, (row, column), expected[within] / LOOKS_A_TRIAL)
        np.add.at(self._found, (row, column), detected[within] / LOOKS_A_TRIAL)
        keep = np.minimum(1.0, MEMORY_LOOKS / np.maximum(self._expected[row, column], 1e-9))
        self._expected[row, column] *= keep
        self._found[row, column] *= keep

    def factor(self, places: Floats) -> Floats:
        """Return what to multiply the model's probability by; 1 where nothing is known."""
        row, column, within = self._cells(places)
        return np.where(within, self._factors()[row, column], 1.0)

    def grid(self, east: Floats, north: Floats) -> Floats:
        """Return the factors on a raster with these columns and rows, within what it sees."""
        self._taken = self._factors()
        rows, columns = self._taken.shape
        column = np.clip(np.floor(east / CELL_M) - self._first[0], 0, columns - 1).astype(np.intp)
        row = np.clip(np.floor(north / CELL_M) - self._first[1], 0, rows - 1).astype(np.intp)
        factors: Floats = self._taken[np.ix_(row, column)]
        return factors

    def _factors(self) -> Floats:
        factors = (PRIOR_LOOKS + self._found) / (PRIOR_LOOKS + self._expected)
        return np.clip(factors, FACTOR_MIN, FACTOR_MAX)

    def _cells(self, places: Floats) -> tuple[Indices, Indices, Flags]:
        rows, columns = self._found.shape
        cell = np.floor(places / CELL_M) - self._first
        within: Flags = np.logical_and.reduce((cell >= 0.0) & (cell < (columns, rows)), axis=1)
        column, row = np.where(within[:, np.newaxis], cell, 0.0).astype(np.intp).T
        return row, column, within
