"""What a channel usually reads: a slow mean that follows drift, and the noise about it."""

from math import exp, sqrt
from typing import Self

from msgspec import Struct

from wire.quantities import SECOND_US, Instant

# Before it has learnt this often, and for this share of its span, it knows nothing.
LEARNT_MIN = 20
LEARNT_SHARE = 0.05
# Below this share of the mean, noise is too small to be told from a sensor's last digit.
NOISE_SHARE_MIN = 0.01
# A reading counts for the time since the one before, but for no more: a gap teaches nothing.
GAP_MAX_S = 60.0


class Learnt(Struct, frozen=True, kw_only=True):
    """All that a baseline knows, as the journal keeps it."""

    span_s: float
    mean: float = 0.0
    variance: float = 0.0
    count: int = 0
    learnt_s: float = 0.0
    last_us: Instant | None = None


class Baseline:
    """An exponential mean and standard deviation over a span. It learns only what it is given."""

    def __init__(self, span_s: float) -> None:
        self._span_s = span_s
        self._mean = 0.0
        self._variance = 0.0
        self._count = 0
        self._learnt_s = 0.0
        self._last_us: Instant | None = None

    @classmethod
    def of(cls, learnt: Learnt) -> Self:
        """Return a baseline that knows this already."""
        baseline = cls(learnt.span_s)
        baseline._mean, baseline._variance = learnt.mean, learnt.variance
        baseline._count, baseline._learnt_s = learnt.count, learnt.learnt_s
        baseline._last_us = learnt.last_us
        return baseline

    @property
    def learnt(self) -> Learnt:
        """Return all that it knows."""
        return Learnt(
            span_s=self._span_s,
            mean=self._mean,
            variance=self._variance,
            count=self._count,
            learnt_s=self._learnt_s,
            last_us=self._last_us,
        )

    @property
    def is_ready(self) -> bool:
        """Return whether it has learnt enough to say what is unusual."""
        return self._count >= LEARNT_MIN and self._learnt_s >= LEARNT_SHARE * self._span_s

    @property
    def level(self) -> float:
        """Return what the channel usually reads."""
        return self._mean

    @property
    def sigma(self) -> float:
        """Return one standard deviation of the noise about it."""
        return max(sqrt(self._variance), NOISE_SHARE_MIN * abs(self._mean), 1e-9)

    def above(self, value: float) -> float:
        """Return how many standard deviations a value is above the baseline."""
        return (value - self._mean) / self.sigma

    def learn(self, value: float, now_us: Instant) -> None:
        """Take a usual reading."""
        step_s = self._step_s(now_us)
        self._count += 1
        self._learnt_s = min(self._learnt_s + step_s, self._span_s)
        # At first a plain mean of all readings; later the older ones fade.
        weight = max(1.0 - exp(-step_s / self._span_s), 1.0 / self._count)
        if self._learnt_s >= self._span_s:
            weight = 1.0 - exp(-step_s / self._span_s)
        apart = value - self._mean
        self._mean += weight * apart
        self._variance = (1.0 - weight) * (self._variance + weight * apart * apart)

    def skip(self, now_us: Instant) -> None:
        """Let time pass without learning: what was read is not usual."""
        self._last_us = now_us

    def _step_s(self, now_us: Instant) -> float:
        last_us, self._last_us = self._last_us, now_us
        if last_us is None:
            return 0.0
        return min(max(now_us - last_us, 0) / SECOND_US, GAP_MAX_S)
