"""The errors of all sensors as one Gaussian: what ties two of them corrects every other.

What sensors see in common tells only how they differ. That the errors of a whole site are small,
each within what its installation allows, is what fixes the rest: this prior is in the joint
covariance, and it never wears off, because the errors wander slowly about zero within it (an
Ornstein-Uhlenbeck process) instead of walking away. So a surveyed sensor holds all the others.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from hub.core.fusion.sensor_errors import ERROR_COUNT
from hub.core.geometry import Floats, Indices

WANDER_S: Final = 3600.0
"""How long an error stays what it is: masts warm and bend, clocks drift."""

# A night without anybody to see teaches nothing, and unlearns no more than a minute does.
_SPAN_MAX_S: Final = 60.0
# Parts of the prior's variance: held is known to a hundredth, released to a third of its sigma.
_HELD_VARIANCE: Final = 1e-4
_RELEASED_VARIANCE: Final = 0.1
# What an information matrix says this much less surely than its surest is rounding.
_RANK_MIN: Final = 1e-10


class ErrorFilter:
    """A joint Kalman filter of every sensor's errors, five to a sensor."""

    def __init__(self) -> None:
        self.mean: Floats = np.zeros(0)
        self.covariance: Floats = np.zeros((0, 0))
        self._prior: Floats = np.zeros(0)  # Variances.
        self._held: NDArray[np.bool_] = np.zeros(0, np.bool_)

    def __len__(self) -> int:
        return self.mean.size // ERROR_COUNT

    def add(self, prior_sigma: Floats) -> int:
        """Take another sensor in and return its index."""
        index, size = len(self), self.mean.size
        grown = np.zeros((size + ERROR_COUNT, size + ERROR_COUNT))
        grown[:size, :size] = self.covariance
        self.covariance = grown
        self.mean = np.append(self.mean, np.zeros(ERROR_COUNT))
        self._prior = np.append(self._prior, np.zeros(ERROR_COUNT))
        self._held = np.append(self._held, np.zeros(ERROR_COUNT, np.bool_))
        self.forget(index, prior_sigma)
        return index

    def forget(self, index: int, prior_sigma: Floats) -> None:
        """Know nothing of a sensor but what its installation allows."""
        own = part(index)
        self._prior[own] = prior_sigma * prior_sigma
        self.begin(index, np.zeros(ERROR_COUNT), prior_sigma)

    def begin(self, index: int, errors: Floats, sigma: Floats) -> None:
        """Believe errors of a sensor, apart from all others."""
        own = part(index)
        self.mean[own] = errors
        self.covariance[own, :] = self.covariance[:, own] = 0.0
        self.covariance[own, own] = np.diag(sigma * sigma)

    def hold(self, index: int) -> None:
        """Take a sensor's errors for what they are believed to be: others learn around them."""
        own = part(index)
        if self._held[own.start]:
            return
        tight = np.diag(self._prior[own]) * _HELD_VARIANCE
        crossed = self.covariance[:, own]
        gain = np.linalg.solve(self.covariance[own, own] + tight, crossed.T).T
        self.covariance -= gain @ crossed.T
        self.covariance = 0.5 * (self.covariance + self.covariance.T)
        self._held[own] = True

    def release(self, index: int) -> None:
        """Let a sensor's errors be learnt again, beginning with what they are."""
        own = part(index)
        if self._held[own.start]:
            self._held[own] = False
            self.covariance[own, own] += np.diag(self._prior[own]) * _RELEASED_VARIANCE

    def errors(self, index: int) -> Floats:
        """Return a sensor's errors."""
        return self.mean[part(index)].copy()

    def sigma(self, index: int) -> Floats:
        """Return one standard deviation of each of a sensor's errors."""
        variance: Floats = np.diagonal(self.covariance)[part(index)]
        return np.sqrt(np.maximum(variance, 0.0))

    def of_two(self, one: int, other: int) -> tuple[Floats, Floats]:
        """Return mean and covariance of two sensors' errors, one after the other."""
        both = both_parts(one, other)
        return self.mean[both], self.covariance[np.ix_(both, both)]

    def age(self, index: int, span_s: float) -> None:
        """Let a sensor's errors wander for a while."""
        own = part(index)
        if self._held[own.start]:
            return
        kept = float(np.exp(-min(max(span_s, 0.0), _SPAN_MAX_S) / WANDER_S))
        self.mean[own] *= kept
        self.covariance[own, :] *= kept
        self.covariance[:, own] *= kept
        self.covariance[own, own] += np.diag((1.0 - kept * kept) * self._prior[own])

    def learn(self, one: int, other: int, weight: Floats, pull: Floats, near: Indices) -> None:
        """Take in what measurements say of two sensors' errors.

        `weight` (10, 10) is its information and `pull` (10,) its information vector, both about
        the deviation from the present mean. Only the sensors in `near` are corrected: others are
        too far off to gain, and leaving them as they are is sound (Schmidt's gain), only slower.
        """
        value, axis = np.linalg.eigh(0.5 * (weight + weight.T))
        says = value > max(float(value[-1]), 0.0) * _RANK_MIN
        if not says.any():
            return
        root = np.sqrt(value[says])
        observe = root[:, np.newaxis] * axis[:, says].T
        innovation = (axis[:, says].T @ pull) / root
        crossed = self.covariance[:, both_parts(one, other)] @ observe.T
        spread = observe @ crossed[both_parts(one, other)] + np.eye(root.size)
        rows = (near[:, np.newaxis] * ERROR_COUNT + np.arange(ERROR_COUNT)).ravel()
        rows = rows[~self._held[rows]]
        gain = np.linalg.solve(spread, crossed[rows].T).T
        self.mean[rows] += gain @ innovation
        # Right for any gain (Joseph's form): the covariance stays positive definite.
        drop = gain @ crossed.T
        self.covariance[rows, :] -= drop
        self.covariance[:, rows] -= drop.T
        added = gain @ spread @ gain.T
        self.covariance[np.ix_(rows, rows)] += 0.5 * (added + added.T)


def part(index: int) -> slice:
    """Return where a sensor's errors stand."""
    return slice(index * ERROR_COUNT, (index + 1) * ERROR_COUNT)


def both_parts(one: int, other: int) -> Indices:
    """Return where two sensors' errors stand, one after the other."""
    steps = np.arange(ERROR_COUNT)
    return np.concatenate((one * ERROR_COUNT + steps, other * ERROR_COUNT + steps))
