"""The multi-sensor tracker: one scan in, tracks touched out.

A track stands at the time of its latest measurement and is moved on only when it is measured
again, so a scan costs what it sees: gate -> associate -> correct -> look -> bear, all of it in
`hub.core.fusion.update`. Scans may come from any sensor, at any rate, late and in any order.
"""

from math import hypot
from typing import Final, TypeVar
from zlib import crc32

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from hub.core.fusion.bearing import point
from hub.core.fusion.births import Births
from hub.core.fusion.corrections import Corrections
from hub.core.fusion.crossing import Crossings
from hub.core.fusion.duplicates import duplicates
from hub.core.fusion.height import correct_heights
from hub.core.fusion.identity import single
from hub.core.fusion.life import pass_time
from hub.core.fusion.lifecycle import COASTING, CONFIRMED, LOST, Law
from hub.core.fusion.looking import Eye
from hub.core.fusion.measurement import LABEL_INDEX, Measurements
from hub.core.fusion.nearby import BUCKETS, file_all, refile
from hub.core.fusion.reshaping import fold, folding
from hub.core.fusion.residuals import Residuals
from hub.core.fusion.scan_order import Seen
from hub.core.fusion.sight import Sight, label_share
from hub.core.fusion.tracks import NUMBER_MAX, Rows, Tracks, feed, view_of
from hub.core.fusion.update import Claimed, Result, take
from hub.core.geometry import Floats, Indices
from wire.feed import TrackView
from wire.labels import Label
from wire.quantities import SECOND_US, Identifier

__all__ = ["Touched", "Tracker", "TrackerSettings", "Tracks"]

ColumnT = TypeVar("ColumnT", np.int64, np.float64, np.bool_)

_NO_ROWS: Final[Indices] = np.empty(0, np.intp)
_NOWHERE: Final = np.zeros((0, 0), np.float32)
# Two directions that cross are two detections, and now and then a ghost.
_CROSSING_CONFIDENCE: Final = 0.5
# Sensors that ever fed one site; int16 holds them, and the hub lets no stranger in.
_SENSORS_MAX: Final = 30_000


class TrackerSettings(Struct, frozen=True, kw_only=True):
    """How scans become tracks. One set for every site."""

    law: Law = Law()
    late_max_s: float = 3.0  # Older data is history, not the live picture.
    future_max_s: float = 2.0  # Newer data has a clock that is wrong.
    # Ten times the largest crowd that one site's sensors can tell apart; 15 MB of arrays.
    tracks_max: int = 20_000


class Touched(Struct, frozen=True, kw_only=True):
    """What one call changed. Rows are those of `Tracker.tracks` after the call."""

    changed: Indices  # Rows measured, or changed in state; those of `born` among them.
    born: Indices
    lost: tuple[int, ...] = ()  # Numbers of tracks that ended, tentative ones too.
    used: bool = True  # False: too old or too new for the live picture.
    residuals: Residuals | None = None  # How far the measurements were from their tracks.


class Tracker:
    """All tracks of one site."""

    def __init__(
        self,
        settings: TrackerSettings | None = None,
        bounds: tuple[tuple[float, float], tuple[float, float]] | None = None,
    ) -> None:
        """Take the south-west and north-east corner of what may hold tracks (none: all)."""
        self._settings = settings or TrackerSettings()
        low, high = bounds or ((-np.inf, -np.inf), (np.inf, np.inf))
        # Exactly these types: for any other the kernels would be compiled once more.
        self._low, self._high = (float(low[0]), float(low[1])), (float(high[0]), float(high[1]))
        self.corrections = Corrections()
        self.rows = Rows()  # Whoever changes them says so with `settle`.
        self._heads = np.full(BUCKETS, -1, np.int32)
        # When the rows were filed where they are, and how fast the fastest of them is.
        self._filed_us: tuple[int, int] | None = None
        self._fastest_mps = 0.0
        self._eyes: dict[Identifier, Eye] = {}
        self._crossings = Crossings(self._settings.law.birth_sigma_max_m)
        self._simulated_crossings = Crossings(self._settings.law.birth_sigma_max_m)
        self.names: list[Identifier] = []  # Of the sensors, by their index.
        self.tracks = Tracks(self.rows)

    def see(self, sensor: Identifier, sight: Sight | None) -> None:
        """Learn what a sensor sees (None: nobody knows, so that not seeing proves nothing)."""
        eye = self._eye(sensor)
        if sight is None:
            eye = eye._replace(probability=_NOWHERE, tells=label_share(()))
        else:
            eye = eye._replace(
                low=(sight.low_east_m, sight.low_north_m),
                cell_m=sight.cell_m,
                probability=np.ascontiguousarray(sight.probability),
                tells=sight.label_share,
            )
        self._eyes[sensor] = eye

    def update(self, measurements: Measurements, now_us: int) -> Touched:
        """Take one scan. The order of its detections does not matter."""
        at_us = measurements.observed_us
        age_s = (now_us - at_us) / SECOND_US
        if age_s > self._settings.late_max_s or age_s < -self._settings.future_max_s:
            return Touched(changed=_NO_ROWS, born=_NO_ROWS, used=False)
        eye = self._eye(measurements.sensor)._replace(
            simulated=measurements.simulated, exercise=measurements.exercise
        )
        result = self._take(_seen(measurements), eye, at_us, now_us)
        self._tell(measurements, result)
        changed, born, turned = result.changed, result.born, result.turned
        if measurements.bearing_deg.size:
            pointed, free = self._point(measurements, eye)
            crossed = self._cross(measurements, eye, free, now_us)
            changed = np.union1d(np.union1d(changed, pointed), crossed.changed)
            born, turned = np.union1d(born, crossed.born), np.union1d(turned, crossed.turned)
            changed = changed[self.rows.columns.state[changed] != LOST]
        return Touched(
            changed=changed,
            born=born,
            lost=self._turn(turned),
            residuals=_residuals(measurements.sensor, at_us, result.claimed, self.rows),
        )

    def wake(self, now_us: int) -> Touched:
        """Do what time alone does: coast, fade, end, and merge duplicates."""
        rows, law = self.rows, self._settings.law
        columns, count = rows.columns, rows.count
        turned = pass_time(columns, count, now_us, law, (self._low, self._high))
        merged = self._fold(self.tracks.predicted(now_us))
        self._name(turned)
        changed = np.union1d(turned, merged).astype(np.intp)
        # Those that a scan ended are said already; here they only make room.
        lost = changed[columns.state[changed] == LOST]
        numbers = tuple(columns.number[lost].tolist())
        gone = np.flatnonzero(columns.state[:count] == LOST)
        if gone.size:
            now_at = rows.remove(gone)
            changed = now_at[changed]
            changed = changed[changed >= 0]
        self._file(now_us)
        return Touched(changed=changed, born=_NO_ROWS, lost=numbers)

    def settle(self, changed: list[int], gone: list[int], now_us: int) -> Touched:
        """Take over rows that were changed or added by hand, and end others."""
        columns = self.rows.columns
        columns.state[gone] = LOST
        self._file(now_us)
        return Touched(
            changed=np.array(changed, np.intp),
            born=_NO_ROWS,
            lost=tuple(columns.number[gone].tolist()),
        )

    def index_of(self, sensor: Identifier) -> int:
        """Return a sensor's index, as the rows name it."""
        return self._eye(sensor).number

    def view(self, number: int) -> TrackView | None:
        """Return all that is known of a track; None when it is not alive."""
        row = self.tracks.row_of(number)
        return None if row is None else view_of(self.tracks, row, self.names)

    def sensors_of(self, number: int) -> tuple[Identifier, ...]:
        """Return the sensors that fed a track in the last seconds, most recent first."""
        row = self.tracks.row_of(number)
        return () if row is None else self.tracks.sensors(row, self.names)

    def _fold(self, places: Floats) -> Indices:
        """Let the older of every two tracks of one thing be both; return the younger ones."""
        columns, corrections = self.rows.columns, self.corrections
        kept, gone = duplicates(columns, self.rows.count, places)
        may = corrections.may_merge(columns.number[kept], columns.number[gone])
        for one, other in folding(columns, kept[may], gone[may]):
            fold(columns, one, other)
            east_m, north_m = (places[other] - places[one]).tolist()
            numbers = int(columns.number[one]), int(columns.number[other])
            corrections.join(*numbers, (east_m, north_m))
        columns.state[gone[may]] = LOST
        return np.unique(gone[may])

    def _file(self, now_us: int) -> None:
        """File every row where it is now."""
        rows, coast_max_s = self.rows, self._settings.law.coast_max_s
        self._fastest_mps = file_all(rows.columns, rows.count, self._heads, now_us, coast_max_s)
        self._filed_us = (now_us, now_us)

    def _take(self, seen: Seen, eye: Eye, at_us: int, now_us: int) -> Result:
        """Take what a sensor measured at an instant."""
        rows, most = self.rows, self._settings.tracks_max
        room = min(len(seen.mean), most - rows.count, NUMBER_MAX - rows.next_nameless)
        rows.reserve(room)
        births = Births(room, rows.next_nameless, self._low, self._high)
        law, moved_m = self._settings.law, self._moved_m(at_us)
        result = take(
            rows.columns, rows.count, self._heads, seen, eye, at_us, now_us, moved_m, law, births
        )
        rows.count += len(result.born)
        rows.next_nameless += len(result.born)
        self._fastest_mps = max(self._fastest_mps, result.fastest_mps)
        return result

    def _moved_m(self, at_us: int) -> float:
        """Return how far any track may be, at an instant, from where it is filed."""
        first, last = self._filed_us or (at_us, at_us)
        self._filed_us = (min(first, at_us), max(last, at_us))
        return self._fastest_mps * max(abs(at_us - first), abs(at_us - last)) / SECOND_US

    def _tell(self, measurements: Measurements, result: Result) -> None:
        """Take over what few sensors tell: heights, and whose each place is."""
        columns, count = self.rows.columns, self.rows.count
        height_m, sigma_m = measurements.height_m, measurements.height_sigma_m
        if height_m is not None and sigma_m is not None:
            one, at_us = result.claimed.measurement, measurements.observed_us
            correct_heights(columns, result.claimed.row, height_m[one], sigma_m[one], at_us)
        if measurements.identity is not None:
            carried = columns.identity[:count]
            single(carried, columns.updated_us[:count], measurements.identity)

    def _point(self, measurements: Measurements, eye: Eye) -> tuple[Indices, Indices]:
        """Correct tracks by directions, where it is beyond doubt whose they are.

        Returns the rows that were, and the directions that are of no known track.
        """
        columns, count = self.rows.columns, self.rows.count
        pointed, free = point(
            columns,
            count,
            measurements.origin,
            measurements.bearing_deg,
            measurements.bearing_sigma_deg,
            measurements.observed_us,
            self._settings.law,
            measurements.simulated,
        )
        columns.simulated[pointed] |= measurements.simulated
        columns.exercise[pointed] |= measurements.exercise
        for row in pointed.tolist():
            feed(columns, row, eye.number, measurements.observed_us)
            # Where it is filed and how far it can have gone are what scans find it by.
            east_m, north_m, *velocity = columns.mean[row].tolist()
            refile(columns, self._heads, row, east_m, north_m)
            self._fastest_mps = max(self._fastest_mps, hypot(*velocity))
        return pointed.astype(np.intp), free.astype(np.intp)

    def _cross(self, measurements: Measurements, eye: Eye, free: Indices, now_us: int) -> Result:
        """Take the places where directions of no known track meet those of other sensors."""
        origin, at_us = measurements.origin, measurements.observed_us
        bearing_deg = measurements.bearing_deg[free]
        sigma_deg = measurements.bearing_sigma_deg[free]
        crossings = self._simulated_crossings if eye.simulated else self._crossings
        places, covariances = crossings.cross(eye.number, at_us, origin, bearing_deg, sigma_deg)
        # That no directions cross elsewhere proves nothing.
        blind = eye._replace(probability=_NOWHERE)
        return self._take(_plain(places, covariances, origin), blind, at_us, now_us)

    def _turn(self, turned: Indices) -> tuple[int, ...]:
        """Name those that a scan made known; return the numbers of those that it ended."""
        if not turned.size:
            return ()
        self._name(turned)
        columns = self.rows.columns
        return tuple(columns.number[turned[columns.state[turned] == LOST]].tolist())

    def _name(self, turned: NDArray[np.int32] | Indices) -> None:
        """Give those that have just become known their number."""
        state = self.rows.columns.state[turned]
        self.rows.name(turned[(state == CONFIRMED) | (state == COASTING)].astype(np.intp))

    def _eye(self, sensor: Identifier) -> Eye:
        eye = self._eyes.get(sensor)
        if eye is None:
            assert len(self.names) < _SENSORS_MAX
            eye = self._eyes[sensor] = Eye(
                number=len(self.names),
                low=(0.0, 0.0),
                cell_m=1.0,
                probability=_NOWHERE,
                tells=label_share(()),
                simulated=False,
                exercise=False,
            )
            self.names.append(sensor)
        return eye


def _seen(measurements: Measurements) -> Seen:
    """Return what the kernels need of a scan."""
    size = len(measurements.mean)
    # Contiguous, each of them: for any other layout the kernels would be compiled once more.
    return Seen(
        mean=np.ascontiguousarray(measurements.mean),
        covariance=np.ascontiguousarray(measurements.covariance),
        label=np.ascontiguousarray(measurements.label),
        confidence=np.ascontiguousarray(measurements.confidence),
        object_key=_object_keys(measurements),
        doppler_mps=np.ascontiguousarray(measurements.doppler_mps),
        doppler_sigma_mps=np.ascontiguousarray(measurements.doppler_sigma_mps),
        identity=_given(measurements.identity, np.zeros(size, np.int64)),
        news=_given(measurements.news, np.ones(size)),
        may_begin=_given(measurements.may_begin, np.ones(size, np.bool_)),
        rank=_height_rank(measurements),
        origin=measurements.origin,
    )


def _height_rank(measurements: Measurements) -> NDArray[np.int64]:
    """Return the same number for measurements of the same height, a higher one for higher ones."""
    if measurements.height_m is None or measurements.height_sigma_m is None:
        return np.zeros(len(measurements.mean), np.int64)
    told = np.column_stack((measurements.height_m, measurements.height_sigma_m))
    _, rank = np.unique(np.nan_to_num(told, nan=-1e9), axis=0, return_inverse=True)
    return rank.reshape(-1).astype(np.int64)


def _given(column: NDArray[ColumnT] | None, plain: NDArray[ColumnT]) -> NDArray[ColumnT]:
    return plain if column is None else np.ascontiguousarray(column)


def _plain(places: Floats, covariances: Floats, origin: tuple[float, float]) -> Seen:
    """Return places of which nothing else is known."""
    count = len(places)
    nothing, none = np.zeros(count), np.zeros(count, np.int64)
    return Seen(
        mean=places,
        covariance=covariances,
        label=np.full(count, LABEL_INDEX[Label.UNKNOWN], np.uint8),
        confidence=np.full(count, _CROSSING_CONFIDENCE),
        object_key=none,
        doppler_mps=nothing,
        doppler_sigma_mps=nothing,
        identity=none,
        news=np.ones(count),
        may_begin=np.ones(count, np.bool_),
        rank=none,
        origin=origin,
    )


def _object_keys(measurements: Measurements) -> NDArray[np.int64]:
    """Return a number for each sensor's own track; 0 where it names none."""
    if not any(measurements.object_id):
        return np.zeros(len(measurements.mean), np.int64)
    keys = [
        0 if one is None else crc32(f"{measurements.sensor}/{one}".encode()) + 1
        for one in measurements.object_id
    ]
    return np.array(keys, dtype=np.int64)


def _residuals(sensor: Identifier, at_us: int, claimed: Claimed, rows: Rows) -> Residuals | None:
    """Return what was measured of the tracks that claimed it."""
    if not len(claimed.row):
        return None
    return Residuals(
        sensor=sensor,
        observed_us=at_us,
        number=rows.columns.number[claimed.row],
        measured=claimed.measured,
        covariance=claimed.covariance,
        velocity=claimed.velocity,
        velocity_variance=claimed.velocity_variance,
        claimed=claimed.chance,
    )
