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
from hub.core.fusion.duplicates import duplicates
from hub.core.fusion.gating import Indices, pairs_within
from hub.core.fusion.lifecycle import (
    INTENSITY,
    LOST,
    SPEED_SIGMA_MPS,
    TENTATIVE,
    LifeSettings,
    claimed,
    faded,
    missed,
    state_after,
)
from hub.core.fusion.measurement import LABEL_INDEX, Measurements
from hub.core.fusion.tracks import SECOND_S, Rows, Tracks, view_of
from hub.core.geometry import FieldOfViewArea, Flags, Floats
from wire.feed import LABELS, TrackView
from wire.labels import Label
from wire.quantities import SECOND_US, Identifier

_UNKNOWN: Final = LABEL_INDEX[Label.UNKNOWN]
_ALL_LABELS: Final = np.ones(len(LABELS), np.bool_)

# Votes are forgotten beyond this many, so that a wrong first impression can be put right.
_VOTES_MAX: Final = 20.0
# What a track of no label begins with: one good vote outweighs it.
_VOTE_UNKNOWN: Final = 0.2
# Nobody's next look is worth more than this many seconds of looking.
_LOOK_SPAN_MAX_S: Final = 1.0
_EXISTENCE_WITHOUT_LOOK_US: Final = SECOND_US
# Sensors of one site that ever speak; more is a rogue inventing names (int16 holds them).
_SENSORS_MAX: Final = 30_000
# Below this a confidence tells nothing more.
_CONFIDENCE_MIN: Final = 0.1
# A bearing says which track it is of only where a single one is within three sigma of it.
_BEARING_GATE: Final = 9.0
_BEARING_RANGE_MIN_M: Final = 2.0  # Nearer than this a direction from the sensor means nothing.


def _label_costs() -> Floats:
    """Return what it costs to take a detection of one label for a track of another."""
    cost = np.full((len(LABELS), len(LABELS)), -6.0)
    np.fill_diagonal(cost, 0.0)
    # A label that is not known excludes nothing.
    cost[_UNKNOWN, :] = cost[:, _UNKNOWN] = 0.0
    near = [
        (Label.PERSON, Label.BICYCLE, -1.0),
        (Label.PERSON, Label.ANIMAL, -2.0),
        (Label.PERSON, Label.BAG, -3.0),
        (Label.BICYCLE, Label.VEHICLE, -2.0),
    ]
    for one, other, value in near:
        cost[LABEL_INDEX[one], LABEL_INDEX[other]] = value
        cost[LABEL_INDEX[other], LABEL_INDEX[one]] = value
    return cost


_LABEL_COST: Final = _label_costs()


class TrackerSettings(Struct, frozen=True, kw_only=True):
    """How scans become tracks. One set for every site."""

    life: LifeSettings = LifeSettings()
    gate: float = 16.0  # Squared Mahalanobis: of two dimensions all but 3 in 10,000.
    sigma_max_m: float = 6.0  # No track reaches a measurement further than so many gates.
    same_object_gain: float = 3.0  # The sensor itself says it is the same thing: e^3 to 1.
    late_max_s: float = 3.0  # Older data is history, not the live picture.
    future_max_s: float = 2.0  # Newer data has a clock that is wrong.
    birth_sigma_max_m: float = 5.0  # What is placed worse starts no track.
    # Ten times the largest crowd one site's sensors can tell apart; 20 MB of arrays.
    tracks_max: int = 20_000


class Touched(Struct, frozen=True, kw_only=True):
    """What one call changed. Rows are those of `Tracker.tracks` after the call."""

    changed: Indices  # Rows measured, or changed in state; those of `born` among them.
    born: Indices
    lost: tuple[int, ...] = ()  # Numbers of tracks that ended, tentative ones too.
    used: bool = True  # False: too old or too new for the live picture.


_NO_ROWS: Final[Indices] = np.empty(0, np.intp)


class _Watch(Struct):
    """What is known of one sensor's looking."""

    index: int
    area: FieldOfViewArea | None = None
    tells: NDArray[np.bool_] = _ALL_LABELS  # By label index: what it could see at all.
    period_s: float = 0.1  # Until two of its scans have said.
    looked_us: int = 0


class Tracker:
    """All tracks of one site."""

    def __init__(
        self,
        settings: TrackerSettings | None = None,
        bounds: tuple[tuple[float, float], tuple[float, float]] | None = None,
    ) -> None:
        """Take the south-west and north-east corner of what may hold tracks."""
        self._settings = settings or TrackerSettings()
        self._bounds = np.array(bounds if bounds is not None else ((-1e9, -1e9), (1e9, 1e9)))
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
        """Learn where a sensor looks (None: everywhere) and what it can tell (none: all)."""
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
        age_s = (now_us - at_us) * SECOND_S
        if age_s > self._settings.late_max_s or age_s < -self._settings.future_max_s:
            return Touched(changed=_NO_ROWS, born=_NO_ROWS, used=False)
        watch = self._watch(measurements.sensor)
        seen = _in_order(measurements)
        rows, count = self._rows, self._rows.count
        span_s = (at_us - rows.updated_us[:count]) * SECOND_S
        mean = rows.mean[:count]
        places = mean[:, :2] + mean[:, 2:] * span_s[:, np.newaxis]
        is_near_in_time = np.abs(span_s) <= self._settings.life.coast_max_s
        track, measurement, log_ratio = self._associate(seen, places, span_s, is_near_in_time)
        before = rows.state[:count].copy()
        self._correct(seen, track, measurement, span_s[track], watch, log_ratio)
        looked = self._look(watch, at_us, places, is_near_in_time, track)
        self._bearings(seen, places, span_s, is_near_in_time)
        self._settle(looked, now_us)
        rows.state[track] = self._states(track, at_us)
        born = self._bear(seen, measurement, watch)
        changed = np.concatenate((track, born))
        return self._bury(before, changed, born)

    def wake(self, now_us: int) -> Touched:
        """Do what time alone does: coast, fade, end, and merge duplicates."""
        rows, settings = self._rows, self._settings
        count = rows.count
        before = rows.state[:count].copy()
        self._fade(now_us)
        everyone = np.arange(count)
        self._settle(everyone, now_us)
        span_s = (now_us - rows.updated_us[:count]) * SECOND_S
        places = self.tracks.predicted(now_us)
        spread = kalman.position_spread(
            rows.covariance[:count],
            np.clip(span_s, 0.0, settings.life.coast_max_s),
            INTENSITY[rows.label[:count]],
        )
        known = rows.covariance[:count, 0, 0] + rows.covariance[:count, 1, 1]
        is_vague = spread[0] + spread[1] - known > settings.life.drift_max_m**2
        south_west, north_east = self._bounds
        is_outside = ((places < south_west) | (places > north_east)).any(axis=1)
        rows.state[:count][is_vague | is_outside] = LOST
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
        self, seen: Measurements, places: Floats, span_s: Floats, usable: Flags
    ) -> tuple[Indices, Indices, Floats]:
        """Return rows and measurements that belong together, and how much likelier than not."""
        settings, life, rows = self._settings, self._settings.life, self._rows
        near = self._near(seen, places, usable)
        if near.size == 0:
            return _NO_ROWS, _NO_ROWS, np.empty(0)
        label = rows.label[near]
        spread = kalman.position_spread(rows.covariance[near], span_s[near], INTENSITY[label])
        pairs = pairs_within(settings.gate, places[near], spread, seen.mean, seen.covariance)
        track = near[pairs.track]
        clutter = _clutter(seen.confidence, life)
        log_ratio = (
            pairs.log_density + np.log(life.detection_probability / clutter)[pairs.measurement]
        )
        chance = rows.existence[track]
        weight = log_ratio + np.log(chance / (1.0 - chance * life.detection_probability))
        weight += _LABEL_COST[rows.label[track], seen.label[pairs.measurement]]
        if any(seen.object_id):
            same = rows.object_key[track] == _object_keys(seen)[pairs.measurement]
            weight += settings.same_object_gain * (same & (rows.object_key[track] != 0))
        chosen = assign(pairs.track, pairs.measurement, weight)
        return track[chosen], pairs.measurement[chosen], log_ratio[chosen]

    def _near(self, seen: Measurements, places: Floats, usable: Flags) -> Indices:
        """Return the rows that any measurement could reach."""
        if len(seen.mean) == 0 or len(places) == 0:
            return _NO_ROWS
        largest = seen.covariance[:, (0, 1), (0, 1)].max() + self._settings.sigma_max_m**2
        reach = np.sqrt(self._settings.gate * largest)
        low, high = seen.mean.min(axis=0) - reach, seen.mean.max(axis=0) + reach
        return np.flatnonzero(((places >= low) & (places <= high)).all(axis=1) & usable)

    def _correct(  # noqa: PLR0913 -- what one scan says of the tracks it claims
        self,
        seen: Measurements,
        track: Indices,
        measurement: Indices,
        span_s: Floats,
        watch: _Watch,
        log_ratio: Floats,
    ) -> None:
        """Correct the claimed tracks, each by its measurement."""
        if track.size == 0:
            return
        rows, at_us = self._rows, seen.observed_us
        intensity = INTENSITY[rows.label[track]]
        lag_s = np.maximum(-span_s, 0.0)
        mean, covariance = kalman.predict(
            rows.mean[track], rows.covariance[track], np.maximum(span_s, 0.0), intensity
        )
        rows.mean[track], rows.covariance[track] = kalman.update(
            mean, covariance, seen.mean[measurement], seen.covariance[measurement], lag_s, intensity
        )
        rows.updated_us[track] = np.maximum(rows.updated_us[track], at_us)
        rows.looked_us[track] = np.maximum(rows.looked_us[track], at_us)
        rows.existence[track] = claimed(rows.existence[track], log_ratio, self._settings.life)
        rows.hits[track] += 1
        self._mark(seen, track, measurement, watch)

    def _mark(
        self, seen: Measurements, track: Indices, measurement: Indices, watch: _Watch
    ) -> None:
        """Note what else a measurement says: label, Doppler, where it came from."""
        rows = self._rows
        votes = rows.votes[track]
        votes[np.arange(track.size), seen.label[measurement]] += seen.confidence[measurement]
        total = votes.sum(axis=1)
        votes *= np.minimum(1.0, _VOTES_MAX / total)[:, np.newaxis]
        rows.votes[track] = votes
        # A thing of whatever label is more than a thing of none.
        named = votes.copy()
        named[:, _UNKNOWN] = _VOTE_UNKNOWN
        label = named.argmax(axis=1)
        rows.label[track] = label
        rows.label_confidence[track] = named[np.arange(track.size), label] / np.maximum(
            named.sum(axis=1), 1e-9
        )
        rows.simulated[track] |= seen.simulated
        rows.exercise[track] |= seen.exercise
        if any(seen.object_id):
            keys = _object_keys(seen)[measurement]
            rows.object_key[track] = np.where(keys != 0, keys, rows.object_key[track])
        rows.feed(track, watch.index, seen.observed_us)
        if seen.has_doppler.any():
            self._doppler(seen, track, measurement)

    def _doppler(self, seen: Measurements, track: Indices, measurement: Indices) -> None:
        """Correct velocities along the line of sight."""
        has = seen.has_doppler[measurement]
        track, measurement, rows = track[has], measurement[has], self._rows
        offset = seen.mean[measurement] - seen.origin
        ahead = offset / np.maximum(np.hypot(*offset.T), 1e-3)[:, np.newaxis]
        direction = np.column_stack((np.zeros_like(ahead), ahead))
        mean = rows.mean[track]
        innovation = seen.doppler_mps[measurement] - (direction * mean).sum(axis=1)
        rows.mean[track], rows.covariance[track] = kalman.update_along(
            mean,
            rows.covariance[track],
            direction,
            innovation,
            seen.doppler_sigma_mps[measurement] ** 2,
        )

    def _look(
        self, watch: _Watch, at_us: int, places: Floats, usable: Flags, claimed_rows: Indices
    ) -> Indices:
        """Lower the existence of what the sensor should have seen and did not; return its rows."""
        span_s = (at_us - watch.looked_us) * SECOND_S if watch.looked_us else watch.period_s
        watch.looked_us = max(watch.looked_us, at_us)
        rows, count = self._rows, self._rows.count
        if span_s <= 0.0 or count == 0:
            return _NO_ROWS  # A late look: what is seen counts, what is not proves nothing.
        unseen = usable & watch.tells[rows.label[:count]]
        unseen[claimed_rows] = False
        unseen &= rows.born_us[:count] <= at_us
        if watch.area is not None:
            unseen &= watch.area.contains(places)
        looked = np.flatnonzero(unseen)
        rows.existence[looked] = missed(
            rows.existence[looked],
            np.full(looked.size, self._settings.life.detection_probability),
            min(span_s, _LOOK_SPAN_MAX_S),
            rows.state[looked] != TENTATIVE,
            self._settings.life,
        )
        rows.looked_us[looked] = np.maximum(rows.looked_us[looked], at_us)
        return looked

    def _bearings(self, seen: Measurements, places: Floats, span_s: Floats, usable: Flags) -> None:
        """Correct tracks by directions, where it is beyond doubt whose direction it is."""
        if seen.bearing_deg.size == 0:
            return
        rows = self._rows
        offset = places - seen.origin
        range_m = np.hypot(offset[:, 0], offset[:, 1])
        candidates = np.flatnonzero(
            usable & (rows.state[: rows.count] != TENTATIVE) & (range_m > _BEARING_RANGE_MIN_M)
        )
        if candidates.size == 0:
            return
        offset, range_m, span_s = offset[candidates], range_m[candidates], span_s[candidates]
        intensity = INTENSITY[rows.label[candidates]]
        mean, covariance = kalman.predict(
            rows.mean[candidates], rows.covariance[candidates], np.maximum(span_s, 0.0), intensity
        )
        lag_s = np.maximum(-span_s, 0.0)
        # The derivative of the bearing: across the line of sight, by the range.
        across = np.column_stack((offset[:, 1], -offset[:, 0])) / (range_m**2)[:, np.newaxis]
        direction = np.column_stack((across, -across * lag_s[:, np.newaxis]))
        own = (direction[:, np.newaxis, :] @ covariance @ direction[:, :, np.newaxis])[:, 0, 0]
        own += intensity * lag_s**3 / 3.0 / range_m**2
        azimuth = np.degrees(np.arctan2(offset[:, 0], offset[:, 1]))
        gap = (seen.bearing_deg - azimuth[:, np.newaxis] + 180.0) % 360.0 - 180.0
        gap = np.radians(gap)
        variance = np.radians(seen.bearing_sigma_deg) ** 2
        is_within = gap * gap <= _BEARING_GATE * (own[:, np.newaxis] + variance)
        is_only = is_within & (is_within.sum(axis=0) == 1)
        is_only &= is_within.sum(axis=1, keepdims=True) == 1
        one, bearing = np.nonzero(is_only)
        late = intensity[one] * lag_s[one] ** 3 / 3.0 / range_m[one] ** 2
        row = candidates[one]
        rows.mean[row], rows.covariance[row] = kalman.update_along(
            mean[one], covariance[one], direction[one], gap[one, bearing], variance[bearing] + late
        )
        rows.updated_us[row] = np.maximum(rows.updated_us[row], seen.observed_us)
        rows.simulated[row] |= seen.simulated
        rows.exercise[row] |= seen.exercise
        rows.feed(row, self._watch(seen.sensor).index, seen.observed_us)

    def _bear(self, seen: Measurements, claimed_measurements: Indices, watch: _Watch) -> Indices:
        """Begin a track for each measurement that nobody claimed."""
        free = np.ones(len(seen.mean), np.bool_)
        free[claimed_measurements] = False
        spread = seen.covariance[:, 0, 0] + seen.covariance[:, 1, 1]
        free &= spread <= self._settings.birth_sigma_max_m**2
        free &= ((seen.mean >= self._bounds[0]) & (seen.mean <= self._bounds[1])).all(axis=1)
        first = np.flatnonzero(free)[: self._settings.tracks_max - self._rows.count]
        if first.size == 0:
            return _NO_ROWS
        rows, life = self._rows, self._settings.life
        born = rows.append(first.size)
        label = seen.label[first]
        rows.mean[born, :2] = seen.mean[first]
        rows.covariance[born, :2, :2] = seen.covariance[first]
        rows.covariance[born, 2, 2] = rows.covariance[born, 3, 3] = SPEED_SIGMA_MPS[label] ** 2
        for column in (rows.updated_us, rows.looked_us, rows.born_us):
            column[born] = seen.observed_us
        odds = life.birth_existence / (1.0 - life.birth_existence)
        odds = odds * life.clutter_per_m2 / _clutter(seen.confidence[first], life)
        rows.existence[born] = odds / (1.0 + odds)
        rows.hits[born] = 1
        self._mark(seen, born, first, watch)
        return born

    def _states(self, touched: Indices, now_us: int) -> NDArray[np.uint8]:
        rows = self._rows
        return state_after(
            rows.state[touched],
            rows.existence[touched],
            rows.hits[touched],
            (now_us - rows.updated_us[touched]) * SECOND_S,
            self._settings.life,
        )

    def _settle(self, touched: Indices, now_us: int) -> None:
        self._rows.state[touched] = self._states(touched, now_us)

    def _fade(self, now_us: int) -> None:
        """Lower the existence of tracks in nobody's view."""
        rows, count = self._rows, self._rows.count
        alone = np.flatnonzero(now_us - rows.looked_us[:count] > _EXISTENCE_WITHOUT_LOOK_US)
        span_s = (now_us - rows.looked_us[alone]) * SECOND_S
        rows.existence[alone] = faded(rows.existence[alone], span_s, self._settings.life)
        rows.looked_us[alone] = now_us

    def _bury(self, before: NDArray[np.uint8], changed: Indices, born: Indices) -> Touched:
        """Take lost tracks out, and say what has changed."""
        rows = self._rows
        turned = np.flatnonzero(rows.state[: before.size] != before)
        if turned.size:
            changed = np.union1d(changed, turned)
        gone = turned[rows.state[turned] == LOST]
        if gone.size == 0:
            return Touched(changed=changed, born=born)
        numbers = tuple(rows.number[gone].tolist())
        now_at = rows.remove(gone)
        changed = now_at[changed]
        return Touched(changed=changed[changed >= 0], born=now_at[born], lost=numbers)

    def _watch(self, sensor: Identifier) -> _Watch:
        watch = self._watches.get(sensor)
        if watch is None:
            assert len(self._names) < _SENSORS_MAX
            watch = self._watches[sensor] = _Watch(index=len(self._names))
            self._names.append(sensor)
        return watch


def _clutter(confidence: Floats, life: LifeSettings) -> Floats:
    """Return how dense false detections of such confidence are, per square metre.

    Detectors' confidences are no probabilities: half as sure counts as twice the clutter, and no
    more than that is read out of them.
    """
    clutter: Floats = life.clutter_per_m2 / np.maximum(confidence, _CONFIDENCE_MIN)
    return clutter


def _object_keys(seen: Measurements) -> NDArray[np.int64]:
    """Return a number for each sensor's own track; 0 where it names none."""
    return np.array(
        [
            0 if one is None else crc32(f"{seen.sensor}/{one}".encode()) + 1
            for one in seen.object_id
        ],
        dtype=np.int64,
    )


def _in_order(measurements: Measurements) -> Measurements:
    """Return the rows in an order that does not depend on the sender's."""
    if len(measurements.mean) < 2:
        return measurements
    keys = [measurements.confidence, measurements.label, *measurements.covariance.reshape(-1, 4).T]
    order = np.lexsort((*keys, measurements.mean[:, 1], measurements.mean[:, 0]))
    return structs.replace(
        measurements,
        mean=measurements.mean[order],
        covariance=measurements.covariance[order],
        label=measurements.label[order],
        confidence=measurements.confidence[order],
        object_id=tuple(measurements.object_id[one] for one in order.tolist()),
        has_doppler=measurements.has_doppler[order],
        doppler_mps=measurements.doppler_mps[order],
        doppler_sigma_mps=measurements.doppler_sigma_mps[order],
    )
