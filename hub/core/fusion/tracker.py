"""The multi-sensor tracker: one scan in, tracks touched out.

A track stands at the time of its latest measurement and is moved on only when it is measured
again, so a scan costs what it sees: gate -> associate -> correct -> look -> bear -> bury. Scans
may come from any sensor, at any rate, late and in any order.
"""

from typing import Final
from zlib import crc32

import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray

from hub.core.fusion import kalman
from hub.core.fusion.association import assign
from hub.core.fusion.bearing import Pointed, point
from hub.core.fusion.duplicates import duplicates
from hub.core.fusion.gating import Indices, pairs_within
from hub.core.fusion.labelling import LABEL_COST, voted
from hub.core.fusion.lifecycle import (
    COASTING,
    CONFIRMED,
    INTENSITY,
    LOST,
    SPEED_SIGMA_MPS,
    TENTATIVE,
    LifeSettings,
    born,
    claimed,
    clutter_density,
    faded,
    missed,
    state_after,
)
from hub.core.fusion.measurement import LABEL_INDEX, Measurements
from hub.core.fusion.tracks import NUMBER_MAX, Rows, Tracks, seconds, view_of
from hub.core.geometry import FieldOfViewArea, Flags, Floats
from wire.feed import LABELS, TrackView
from wire.labels import Label
from wire.quantities import SECOND_US, Identifier

__all__ = ["Touched", "Tracker", "TrackerSettings", "Tracks"]

_ALL_LABELS: Final = np.ones(len(LABELS), np.bool_)
_NO_ROWS: Final[Indices] = np.empty(0, np.intp)

# Looks further apart than this are as good as independent, and a pause proves nothing more.
_LOOK_SPAN_MAX_S: Final = 1.0
# In nobody's view is who was not looked at for as long as the slowest sensor takes.
_ALONE_AFTER_US: Final = SECOND_US
# Sensors that ever fed one site; int16 holds them, and the hub lets no stranger in.
_SENSORS_MAX: Final = 30_000


class TrackerSettings(Struct, frozen=True, kw_only=True):
    """How scans become tracks. One set for every site."""

    life: LifeSettings = LifeSettings()
    gate: float = 16.0  # Squared Mahalanobis: of two dimensions all but 3 in 10,000.
    # No track's place is known worse than this while it lives, so none is looked for further.
    sigma_max_m: float = 6.0
    same_object_gain: float = 3.0  # The sensor itself says it is the same thing: e^3 to 1.
    late_max_s: float = 3.0  # Older data is history, not the live picture.
    future_max_s: float = 2.0  # Newer data has a clock that is wrong.
    birth_sigma_max_m: float = 5.0  # What is placed worse starts no track.
    # Ten times the largest crowd that one site's sensors can tell apart; 15 MB of arrays.
    tracks_max: int = 20_000


class Touched(Struct, frozen=True, kw_only=True):
    """What one call changed. Rows are those of `Tracker.tracks` after the call."""

    changed: Indices  # Rows measured, or changed in state; those of `born` among them.
    born: Indices
    lost: tuple[int, ...] = ()  # Numbers of tracks that ended, tentative ones too.
    used: bool = True  # False: too old or too new for the live picture.


class _Watch(Struct):
    """What is known of one sensor's looking."""

    index: int
    area: FieldOfViewArea | None = None  # None: unknown, so that not seeing proves nothing.
    tells: NDArray[np.bool_] = _ALL_LABELS  # By label index: what it could see at all.
    period_s: float = 0.1  # Until two of its scans have said.
    looked_us: int = 0


class _Claims(Struct, frozen=True, kw_only=True):
    """Which measurements belong to which tracks."""

    track: Indices
    measurement: Indices
    log_ratio: Floats  # How much likelier than clutter.


_NO_CLAIMS: Final = _Claims(track=_NO_ROWS, measurement=_NO_ROWS, log_ratio=np.empty(0))


class Tracker:
    """All tracks of one site."""

    def __init__(
        self,
        settings: TrackerSettings | None = None,
        bounds: tuple[tuple[float, float], tuple[float, float]] | None = None,
    ) -> None:
        """Take the south-west and north-east corner of what may hold tracks (none: all)."""
        self._settings = settings or TrackerSettings()
        self._bounds = np.array(bounds or ((-np.inf, -np.inf), (np.inf, np.inf)))
        self._rows = Rows()
        self._watches: dict[Identifier, _Watch] = {}
        self._names: list[Identifier] = []
        self.tracks = Tracks(self._rows)

    def see(
        self,
        sensor: Identifier,
        area: FieldOfViewArea | None,
        labels: tuple[Label, ...],
        scan_rate_hz: float,
    ) -> None:
        """Learn where a sensor looks (None: nobody knows) and what it can tell (none: all)."""
        watch = self._watch(sensor)
        watch.area = area
        watch.tells = _ALL_LABELS
        if labels:
            watch.tells = np.zeros(len(LABELS), np.bool_)
            watch.tells[[LABEL_INDEX[label] for label in (Label.UNKNOWN, *labels)]] = True
        if scan_rate_hz > 0.0:
            watch.period_s = min(1.0 / scan_rate_hz, _LOOK_SPAN_MAX_S)

    def update(self, measurements: Measurements, now_us: int) -> Touched:
        """Take one scan. The order of its detections does not matter."""
        at_us = measurements.observed_us
        age_s = (now_us - at_us) / SECOND_US
        if age_s > self._settings.late_max_s or age_s < -self._settings.future_max_s:
            return Touched(changed=_NO_ROWS, born=_NO_ROWS, used=False)
        watch = self._watch(measurements.sensor)
        seen, object_key = _in_order(measurements)
        rows, count = self._rows, self._rows.count
        before = rows.state[:count].copy()
        span_s = seconds(at_us - rows.updated_us[:count])
        mean = rows.mean[:count]
        places = mean[:, :2] + mean[:, 2:] * span_s[:, np.newaxis]
        usable = np.abs(span_s) <= self._settings.life.coast_max_s
        claims = self._associate(seen, object_key, places, span_s, usable)
        self._correct(seen, claims, span_s[claims.track])
        self._mark(seen, object_key, claims.track, claims.measurement)
        if seen.bearing_deg.size:
            self._point(seen, usable)
        usable[claims.track] = False
        looked = self._look(watch, at_us, places, usable)
        self._settle(np.concatenate((claims.track, looked)), now_us)
        new = self._bear(seen, object_key, claims.measurement)
        return self._bury(before, np.concatenate((claims.track, new)), new)

    def wake(self, now_us: int) -> Touched:
        """Do what time alone does: coast, fade, end, and merge duplicates."""
        rows, life, count = self._rows, self._settings.life, self._rows.count
        before = rows.state[:count].copy()
        self._fade(now_us)
        self._settle(np.arange(count), now_us)
        places = self.tracks.predicted(now_us)
        span_s = seconds(now_us - rows.updated_us[:count])
        covariance = rows.covariance[:count]
        east, north, _ = kalman.position_spread(
            covariance, np.clip(span_s, 0.0, life.coast_max_s), INTENSITY[rows.label[:count]]
        )
        drift = east + north - covariance[:, 0, 0] - covariance[:, 1, 1]
        south_west, north_east = self._bounds
        outside = ((places < south_west) | (places > north_east)).any(axis=1)
        rows.state[:count][(drift > life.drift_max_m**2) | outside] = LOST
        rows.state[duplicates(rows, places)] = LOST
        return self._bury(before, _NO_ROWS, _NO_ROWS)

    def view(self, number: int) -> TrackView | None:
        """Return all that is known of a track; None when it is not alive."""
        row = self.tracks.row_of(number)
        return None if row is None else view_of(self.tracks, row, self._names)

    def sensors_of(self, number: int) -> tuple[Identifier, ...]:
        """Return the sensors that fed a track in the last seconds, most recent first."""
        row = self.tracks.row_of(number)
        return () if row is None else self.tracks.sensors(row, self._names)

    # --- The steps of an update ---------------------------------------------------------------

    def _associate(
        self,
        seen: Measurements,
        object_key: NDArray[np.int64] | None,
        places: Floats,
        span_s: Floats,
        usable: Flags,
    ) -> _Claims:
        """Decide which measurements belong to which tracks."""
        life, rows = self._settings.life, self._rows
        near = self._near(seen, places, usable)
        if near.size == 0:
            return _NO_CLAIMS
        spread = kalman.position_spread(
            rows.covariance[near], span_s[near], INTENSITY[rows.label[near]]
        )
        gate = self._settings.gate
        pairs = pairs_within(gate, places[near], spread, seen.mean, seen.covariance)
        track, one = near[pairs.track], pairs.measurement
        clutter = clutter_density(seen.confidence, life)
        log_ratio = pairs.log_density + np.log(life.detection_probability / clutter)[one]
        chance = rows.existence[track]
        weight = log_ratio + np.log(chance / (1.0 - chance * life.detection_probability))
        weight += LABEL_COST[rows.label[track], seen.label[one]]
        if object_key is not None:
            known = rows.object_key[track]
            same = (known == object_key[one]) & (known != 0)
            weight += self._settings.same_object_gain * same
        chosen = assign(pairs.track, one, weight)
        return _Claims(track=track[chosen], measurement=one[chosen], log_ratio=log_ratio[chosen])

    def _near(self, seen: Measurements, places: Floats, usable: Flags) -> Indices:
        """Return the rows that any measurement could reach."""
        if len(seen.mean) == 0 or len(places) == 0:
            return _NO_ROWS
        largest = seen.covariance[:, (0, 1), (0, 1)].max() + self._settings.sigma_max_m**2
        reach = np.sqrt(self._settings.gate * largest)
        low, high = seen.mean.min(axis=0) - reach, seen.mean.max(axis=0) + reach
        return np.flatnonzero(((places >= low) & (places <= high)).all(axis=1) & usable)

    def _correct(self, seen: Measurements, claims: _Claims, span_s: Floats) -> None:
        """Correct the claimed tracks, each by its measurement."""
        track, one = claims.track, claims.measurement
        if track.size == 0:
            return
        rows = self._rows
        intensity = INTENSITY[rows.label[track]]
        lag_s = np.maximum(-span_s, 0.0)
        noise = seen.covariance[one]
        noise[:, (0, 1), (0, 1)] += kalman.late_variance(lag_s, intensity)[:, np.newaxis]
        mean, covariance = kalman.predict(
            rows.mean[track], rows.covariance[track], np.maximum(span_s, 0.0), intensity
        )
        rows.mean[track], rows.covariance[track] = kalman.update(
            mean, covariance, seen.mean[one], noise, lag_s
        )
        rows.updated_us[track] = np.maximum(rows.updated_us[track], seen.observed_us)
        rows.looked_us[track] = np.maximum(rows.looked_us[track], seen.observed_us)
        rows.existence[track] = claimed(
            rows.existence[track], claims.log_ratio, self._settings.life
        )
        rows.hits[track] += 1

    def _mark(
        self,
        seen: Measurements,
        object_key: NDArray[np.int64] | None,
        track: Indices,
        one: Indices,
    ) -> None:
        """Note what else the measurements say: label, Doppler, whose and where from."""
        if track.size == 0:
            return
        rows = self._rows
        rows.votes[track], rows.label[track], rows.label_confidence[track] = voted(
            rows.votes[track], seen.label[one], seen.confidence[one]
        )
        if object_key is not None:
            keys = object_key[one]
            rows.object_key[track] = np.where(keys != 0, keys, rows.object_key[track])
        self._source(seen, track)
        has = seen.has_doppler[one]
        if has.any():
            self._doppler(seen, track[has], one[has])

    def _source(self, seen: Measurements, track: Indices) -> None:
        rows = self._rows
        rows.simulated[track] |= seen.simulated
        rows.exercise[track] |= seen.exercise
        rows.feed(track, self._watch(seen.sensor).index, seen.observed_us)

    def _doppler(self, seen: Measurements, track: Indices, one: Indices) -> None:
        """Correct velocities along the line of sight."""
        rows = self._rows
        offset = seen.mean[one] - seen.origin
        ahead = offset / np.maximum(np.hypot(offset[:, 0], offset[:, 1]), 1e-3)[:, np.newaxis]
        direction = np.column_stack((np.zeros_like(ahead), ahead))
        mean = rows.mean[track]
        innovation = seen.doppler_mps[one] - (direction * mean).sum(axis=1)
        variance = seen.doppler_sigma_mps[one] ** 2
        rows.mean[track], rows.covariance[track] = kalman.update_along(
            mean, rows.covariance[track], direction, innovation, variance
        )

    def _point(self, seen: Measurements, usable: Flags) -> None:
        """Correct tracks by directions, where it is beyond doubt whose they are."""
        rows = self._rows
        some = np.flatnonzero(usable & (rows.state[: rows.count] != TENTATIVE))
        if some.size == 0:
            return
        intensity = INTENSITY[rows.label[some]]
        # A track that this very scan has corrected already stands at its time.
        span_s = seconds(seen.observed_us - rows.updated_us[some])
        lag_s = np.maximum(-span_s, 0.0)
        mean, covariance = kalman.predict(
            rows.mean[some], rows.covariance[some], np.maximum(span_s, 0.0), intensity
        )
        states = Pointed(
            mean=mean,
            covariance=covariance,
            places=mean[:, :2] - mean[:, 2:] * lag_s[:, np.newaxis],
            lag_s=lag_s,
            late_variance=kalman.late_variance(lag_s, intensity),
        )
        pointed, mean, covariance = point(
            states, seen.origin, seen.bearing_deg, seen.bearing_sigma_deg
        )
        track = some[pointed]
        rows.mean[track], rows.covariance[track] = mean, covariance
        rows.updated_us[track] = np.maximum(rows.updated_us[track], seen.observed_us)
        self._source(seen, track)

    def _look(self, watch: _Watch, at_us: int, places: Floats, unseen: Flags) -> Indices:
        """Lower the existence of what should have been seen and was not; return its rows."""
        span_s = (at_us - watch.looked_us) / SECOND_US if watch.looked_us else watch.period_s
        watch.looked_us = max(watch.looked_us, at_us)
        rows, count = self._rows, self._rows.count
        # A late look proves nothing, nor does one that nobody knows where to.
        if span_s <= 0.0 or count == 0 or watch.area is None:
            return _NO_ROWS
        unseen &= watch.tells[rows.label[:count]] & (rows.born_us[:count] <= at_us)
        looked = np.flatnonzero(unseen & watch.area.contains(places))
        rows.existence[looked] = missed(
            rows.existence[looked],
            min(span_s, _LOOK_SPAN_MAX_S),
            rows.state[looked] != TENTATIVE,
            self._settings.life,
        )
        rows.looked_us[looked] = np.maximum(rows.looked_us[looked], at_us)
        return looked

    def _bear(
        self, seen: Measurements, object_key: NDArray[np.int64] | None, taken: Indices
    ) -> Indices:
        """Begin a track for each measurement that nobody claimed."""
        free = np.ones(len(seen.mean), np.bool_)
        free[taken] = False
        spread = seen.covariance[:, 0, 0] + seen.covariance[:, 1, 1]
        free &= spread <= self._settings.birth_sigma_max_m**2
        free &= ((seen.mean >= self._bounds[0]) & (seen.mean <= self._bounds[1])).all(axis=1)
        rows, life = self._rows, self._settings.life
        room = min(self._settings.tracks_max - rows.count, NUMBER_MAX - rows.next_nameless)
        first = np.flatnonzero(free)[:room]
        if first.size == 0:
            return _NO_ROWS
        new = rows.append(first.size)
        rows.mean[new, :2] = seen.mean[first]
        rows.covariance[new, :2, :2] = seen.covariance[first]
        speed_sigma_mps = SPEED_SIGMA_MPS[seen.label[first]]
        rows.covariance[new, 2, 2] = rows.covariance[new, 3, 3] = speed_sigma_mps**2
        rows.updated_us[new] = rows.looked_us[new] = rows.born_us[new] = seen.observed_us
        rows.existence[new] = born(seen.confidence[first], life)
        rows.hits[new] = 1
        self._mark(seen, object_key, new, first)
        return new

    # --- Life and death -----------------------------------------------------------------------

    def _settle(self, touched: Indices, now_us: int) -> None:
        """Bring the states of rows up to date."""
        rows = self._rows
        rows.state[touched] = state_after(
            rows.state[touched],
            rows.existence[touched],
            rows.hits[touched],
            seconds(now_us - rows.updated_us[touched]),
            self._settings.life,
        )

    def _fade(self, now_us: int) -> None:
        """Lower the existence of tracks in nobody's view."""
        rows, count = self._rows, self._rows.count
        alone = np.flatnonzero(now_us - rows.looked_us[:count] > _ALONE_AFTER_US)
        span_s = seconds(now_us - rows.looked_us[alone])
        rows.existence[alone] = faded(rows.existence[alone], span_s, self._settings.life)
        rows.looked_us[alone] = now_us

    def _bury(self, before: NDArray[np.uint8], changed: Indices, new: Indices) -> Touched:
        """Take lost tracks out, and say what has changed."""
        rows = self._rows
        turned = np.flatnonzero(rows.state[: before.size] != before)
        if turned.size:
            changed = np.union1d(changed, turned)
        rows.name(turned[(rows.state[turned] == CONFIRMED) | (rows.state[turned] == COASTING)])
        gone = turned[rows.state[turned] == LOST]
        if gone.size == 0:
            return Touched(changed=changed, born=new)
        numbers = tuple(rows.number[gone].tolist())
        now_at = rows.remove(gone)
        changed = now_at[changed]
        return Touched(changed=changed[changed >= 0], born=now_at[new], lost=numbers)

    def _watch(self, sensor: Identifier) -> _Watch:
        watch = self._watches.get(sensor)
        if watch is None:
            assert len(self._names) < _SENSORS_MAX
            watch = self._watches[sensor] = _Watch(index=len(self._names))
            self._names.append(sensor)
        return watch


def _in_order(seen: Measurements) -> tuple[Measurements, NDArray[np.int64] | None]:
    """Return the rows from west to east, whatever order they came in, and their objects' keys."""
    object_key = _object_keys(seen) if any(seen.object_id) else None
    if len(seen.mean) < 2:
        return seen, object_key
    keys = [seen.doppler_mps, seen.confidence, seen.label, *seen.covariance.reshape(-1, 4).T]
    if object_key is not None:
        keys.insert(0, object_key)
    order = np.lexsort((*keys, seen.mean[:, 1], seen.mean[:, 0]))
    ordered = structs.replace(
        seen,
        mean=seen.mean[order],
        covariance=seen.covariance[order],
        label=seen.label[order],
        confidence=seen.confidence[order],
        object_id=tuple(seen.object_id[one] for one in order.tolist()),
        has_doppler=seen.has_doppler[order],
        doppler_mps=seen.doppler_mps[order],
        doppler_sigma_mps=seen.doppler_sigma_mps[order],
    )
    return ordered, None if object_key is None else object_key[order]


def _object_keys(seen: Measurements) -> NDArray[np.int64]:
    """Return a number for each sensor's own track; 0 where it names none."""
    keys = [
        0 if one is None else crc32(f"{seen.sensor}/{one}".encode()) + 1 for one in seen.object_id
    ]
    return np.array(keys, dtype=np.int64)
