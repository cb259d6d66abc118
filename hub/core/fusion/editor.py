"""Carries out what people correct of the tracks: in the rows now, and from then on."""

from collections.abc import Iterable

import numpy as np

from hub.core.fusion.corrections import Others
from hub.core.fusion.lifecycle import COASTING, CONFIRMED
from hub.core.fusion.measurement import Measurements
from hub.core.fusion.reshaping import (
    Pair,
    pair_of,
    part_row,
    relabel,
    seedlings,
    unite_rows,
)
from hub.core.fusion.tracker import Touched, Tracker
from hub.core.fusion.tracks import Columns
from hub.core.geometry import Indices
from wire.quantities import Identifier, Instant, Line


class Editor:
    """The hands of people on the tracks of one site."""

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self._corrections = tracker.corrections
        self._changed: set[int] = set()

    def take_changed(self) -> set[int]:
        """Return the numbers of the tracks corrected since this was last asked."""
        changed, self._changed = self._changed, set()
        return changed

    def shown_row(self, number: int) -> int | None:
        """Return the row of a track that people see; None where there is none."""
        row = self._tracker.tracks.row_of(number)
        if row is None or self._tracker.tracks.state[row] not in (CONFIRMED, COASTING):
            return None
        return row

    def pair(self, kept: int, other: int, now_us: Instant) -> Pair:
        """Return how two shown tracks stand to each other."""
        return pair_of(self._columns, self._row(kept), self._row(other), now_us)

    def relabel(self, number: int, label: int | None, note: Line, now_us: Instant) -> Touched:
        """Hold what a track is, by the label's index; None lets the sensors say again."""
        row = self._row(number)
        relabel(self._columns, row, label)
        self._corrections.hold(number, label)
        self._corrections.note(number, note)
        return self._settled([row], [], now_us)

    def merge(self, kept: int, gone: int, note: Line, now_us: Instant) -> Touched:
        """Let one track be part of another from now on."""
        pair = self.pair(kept, gone, now_us)
        sensors: Iterable[Identifier] = ()
        if pair.both_seen:
            sensors = {*self._tracker.sensors_of(kept), *self._tracker.sensors_of(gone)}
        rows = self._row(kept), self._row(gone)
        unite_rows(self._columns, *rows)
        # Who was out of sight and is found again has no offset from where it is.
        offset = pair.offset if pair.both_seen else (0.0, 0.0)
        self._corrections.join(kept, gone, offset, pair.sigma_m, sensors)
        self._corrections.note(kept, note)
        return self._settled([rows[0]], [rows[1]], now_us)

    def split(self, number: int, note: Line, now_us: Instant) -> Touched:
        """Let what was last merged into a track stand by itself again."""
        member = self._corrections.split(number)
        assert member is not None
        row = self._row(number)
        new = part_row(self._tracker.rows, row, member, now_us)
        self._corrections.note(number, note)
        return self._settled([row, new], [], now_us)

    def drop(self, number: int, now_us: Instant) -> Touched:
        """End a track, and keep its place empty of what its sensors would start there."""
        columns, row = self._columns, self._row(number)
        place = self._tracker.tracks.predicted(now_us)[row]
        sensors = self._tracker.sensors_of(number)
        votes = columns.votes[row]
        labels = np.flatnonzero(votes > 0.0).tolist()
        sigma_m = float(np.sqrt(columns.covariance[row, (0, 1), (0, 1)].max()))
        where = (float(place[0]), float(place[1]))
        radius_m = self._corrections.drop(where, sigma_m, sensors, labels, now_us)
        theirs = {self._tracker.index_of(sensor) for sensor in sensors}
        count = self._tracker.rows.count
        young = seedlings(columns, count, where, radius_m, theirs)
        return self._settled([], [row, *young.tolist()], now_us)

    def led(self, measurements: Measurements) -> Measurements:
        """Return a scan as the corrections have it."""
        sensor, at_us = measurements.sensor, measurements.observed_us
        if self._corrections.binds(sensor):
            rows = self._shown()
            tracks = self._tracker.tracks
            others = Others(number=tracks.number[rows], places=tracks.predicted(at_us)[rows])
            measurements = self._corrections.led(measurements, others)
        return self._corrections.without_births(measurements)

    def _settled(self, changed: list[int], gone: list[int], now_us: Instant) -> Touched:
        self._changed.update(self._tracker.tracks.number[changed].tolist())
        return self._tracker.settle(changed, gone, now_us)

    @property
    def _columns(self) -> Columns:
        return self._tracker.rows.columns

    def _shown(self) -> Indices:
        state = self._tracker.tracks.state
        return np.flatnonzero((state == CONFIRMED) | (state == COASTING))

    def _row(self, number: int) -> int:
        row = self.shown_row(number)
        assert row is not None
        return row
