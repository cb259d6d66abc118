"""The best that a filter can do: Kalman filters that are told whose each measurement is.

The motion is the tracker's own (white acceleration, `lifecycle.INTENSITY`), but nothing has to be
associated, nobody is imagined, and a person is tracked from the first detection until they leave.
Late scans are replayed in the order of their looks, so an instant's states are what all that has
arrived by then says. Whatever the tracker loses against this, it loses by association and by
lateness.
"""

from collections.abc import Iterator

import numpy as np

from bench.eyes import PERSON, START_US
from bench.scenes import Arrival, Scene
from hub.core.fusion.lifecycle import INTENSITY, SPEED_SIGMA_MPS
from hub.core.geometry import Flags, Floats
from wire.quantities import SECOND_US

_SETTLED_AFTER_S = 2.6  # No scan of a scene comes later.
_EYE = np.eye(4)
_OBSERVE = np.eye(2, 4)


class Oracle:
    """One filter for each person."""

    def __init__(self, people: int) -> None:
        self._mean = np.zeros((people, 4))
        self._covariance = np.zeros((people, 4, 4))
        self._at_s = np.zeros(people)
        self.known: Flags = np.zeros(people, np.bool_)

    def copy(self) -> "Oracle":
        """Return another that goes on from here."""
        other = Oracle(0)
        other._mean, other._covariance = self._mean.copy(), self._covariance.copy()
        other._at_s, other.known = self._at_s.copy(), self.known.copy()
        return other

    def take(self, arrival: Arrival) -> None:
        """Use one scan, no older than the one before."""
        rows = np.flatnonzero(arrival.person >= 0)
        person, scan = arrival.person[rows], arrival.measurements
        place, noise = scan.mean[rows], scan.covariance[rows]
        at_s = (scan.observed_us - START_US) / SECOND_US
        new = ~self.known[person]
        self._begin(person[new], place[new], noise[new])
        old = person[~new]
        self._predict(old, at_s - self._at_s[old])
        self._update(old, place[~new], noise[~new])
        if scan.has_doppler.any():
            along = place - scan.origin
            along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-6)
            observe = np.concatenate((np.zeros_like(along), along), axis=1)[:, np.newaxis, :]
            sigma = scan.doppler_sigma_mps[rows]
            self._correct(
                person,
                observe,
                scan.doppler_mps[rows][:, np.newaxis],
                (sigma * sigma)[:, None, None],
            )
        self._at_s[person] = at_s
        self.known[person] = True

    def places(self, time_s: float) -> Floats:
        """Return where everybody is expected; of who is not known, nothing that counts."""
        span_s = (time_s - self._at_s)[:, np.newaxis]
        expected: Floats = self._mean[:, :2] + self._mean[:, 2:] * span_s
        return expected

    def _begin(self, person: np.ndarray, place: Floats, noise: Floats) -> None:
        self._mean[person, :2], self._mean[person, 2:] = place, 0.0
        self._covariance[person] = np.diag([0.0, 0.0, 1.0, 1.0]) * SPEED_SIGMA_MPS[PERSON] ** 2
        self._covariance[person, :2, :2] = noise

    def _predict(self, person: np.ndarray, span_s: Floats) -> None:
        intensity = float(INTENSITY[PERSON])
        move = np.tile(_EYE, (len(person), 1, 1))
        move[:, 0, 2] = move[:, 1, 3] = span_s
        spread = np.zeros_like(move)
        spread[:, (0, 1), (0, 1)] = (span_s**3 / 3.0)[:, np.newaxis]
        spread[:, (0, 1, 2, 3), (2, 3, 0, 1)] = (span_s**2 / 2.0)[:, np.newaxis]
        spread[:, (2, 3), (2, 3)] = span_s[:, np.newaxis]
        self._mean[person] = (move @ self._mean[person][:, :, np.newaxis])[:, :, 0]
        covariance = move @ self._covariance[person] @ move.transpose(0, 2, 1)
        self._covariance[person] = covariance + intensity * spread

    def _update(self, person: np.ndarray, place: Floats, noise: Floats) -> None:
        self._correct(person, np.tile(_OBSERVE, (len(person), 1, 1)), place, noise)

    def _correct(
        self, person: np.ndarray, observe: Floats, measured: Floats, noise: Floats
    ) -> None:
        mean, covariance = self._mean[person], self._covariance[person]
        crossed = covariance @ observe.transpose(0, 2, 1)
        gain = crossed @ np.linalg.inv(observe @ crossed + noise)
        innovation = measured[:, :, np.newaxis] - observe @ mean[:, :, np.newaxis]
        self._mean[person] = mean + (gain @ innovation)[:, :, 0]
        kept = _EYE - gain @ observe
        sure = kept @ covariance @ kept.transpose(0, 2, 1) + gain @ noise @ gain.transpose(0, 2, 1)
        self._covariance[person] = sure


def expected(scene: Scene, instants_s: list[float]) -> Iterator[tuple[Floats, Flags]]:
    """Yield, instant by instant, where everybody is expected and who is known by then."""
    oracle = Oracle(scene.stroll.places.shape[1])
    coming = iter(scene.arrivals)
    upcoming = next(coming, None)
    waiting: list[Arrival] = []
    # Nothing is replayed where nothing comes late.
    late_s = _SETTLED_AFTER_S if scene.out_of_order > 0.0 else 0.0
    for instant_s in instants_s:
        now_us = START_US + round(instant_s * SECOND_US)
        while upcoming is not None and upcoming.arrive_us <= now_us:
            waiting.append(upcoming)
            upcoming = next(coming, None)
        waiting.sort(key=lambda arrival: arrival.measurements.observed_us)
        settled_us = now_us - round(late_s * SECOND_US)
        fixed = [one for one in waiting if one.measurements.observed_us <= settled_us]
        waiting = waiting[len(fixed) :]
        for arrival in fixed:
            oracle.take(arrival)
        latest = oracle.copy()
        for arrival in waiting:
            latest.take(arrival)
        is_there = np.isfinite(scene.stroll.at(instant_s)[:, 0])
        yield latest.places(instant_s), latest.known & is_there
