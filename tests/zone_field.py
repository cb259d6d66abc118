"""Tracks that a test places by hand, a zone of 10 m by 10 m, and a judge that is woken in time."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from track_rows import add_rows

from hub.core.fusion.lifecycle import CONFIRMED
from hub.core.fusion.tracks import Rows, Tracks
from hub.core.rules.condition import Condition
from hub.core.rules.judge import Judge
from hub.core.site import Area
from wire.feed import LABELS
from wire.labels import Label

SECOND = 1_000_000
START = 1_767_225_600 * SECOND  # 2026-01-01, midnight.
CAUSE = "01KDVXT000000000000000000A"
SQUARE = Area(
    id="square",
    name="Square",
    purpose="public",
    polygon=((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)),
)

Place = tuple[float, float]


def seen_by(number: int) -> tuple[str, ...]:
    """Return the one camera that sees a track."""
    return (f"cam-{number % 3}",)


class Field:
    """The tracks of one site, and the time."""

    def __init__(self) -> None:
        self.rows = Rows()
        self.tracks = Tracks(self.rows)
        self.now_us = START

    def put(
        self,
        number: int,
        place: Place,
        velocity: Place = (0.0, 0.0),
        *,
        state: int = CONFIRMED,
        label: Label = Label.PERSON,
        simulated: bool = False,
        exercise: bool = False,
        sigma_m: float = 0.1,
        sigma_mps: float = 0.1,
    ) -> NDArray[np.intp]:
        """Put a track somewhere; return its row."""
        columns, row = self.rows.columns, self.tracks.row_of(number)
        if row is None:
            row = int(add_rows(self.rows, 1)[0])
            columns = self.rows.columns
            columns.born_us[row] = self.now_us
        columns.number[row] = number
        columns.mean[row] = (*place, *velocity)
        variance = (sigma_m**2, sigma_m**2, sigma_mps**2, sigma_mps**2)
        columns.covariance[row] = np.diag(variance)
        columns.state[row] = state
        columns.label[row] = LABELS.index(label)
        columns.updated_us[row] = self.now_us
        columns.simulated[row], columns.exercise[row] = simulated, exercise
        return np.array([row])

    def lose(self, *numbers: int) -> None:
        """Let tracks end."""
        rows = [self.tracks.row_of(number) for number in numbers]
        self.rows.remove(np.sort(np.array(rows, np.intp)))

    def passes(self, judge: Judge, seconds: float) -> list[Condition]:
        """Let time pass, tick by tick as the engine does; return what the judge says."""
        found: list[Condition] = []
        for _ in range(round(seconds * 10)):
            self.now_us += SECOND // 10
            found += judge.wake(self.tracks, self.now_us)
        return found

    def scanned(self, judge: Judge, rows: Iterable[int]) -> list[Condition]:
        """Let a judge know that a scan has touched some tracks."""
        its = np.array(list(rows), np.intp)
        return judge.tracks(self.tracks, its, self.now_us, CAUSE)


def lines(condition: Condition) -> dict[str, str]:
    """Return the evidence by name."""
    return {line.name: line.value for line in condition.evidence}


def alternates(found: Iterable[Condition]) -> bool:
    """Whether, key by key, only what is active clears; and all is over in the end."""
    active: set[str] = set()
    for condition in found:
        if not condition.active:
            if condition.key not in active:
                return False
            active.remove(condition.key)
        else:
            active.add(condition.key)
    return not active
