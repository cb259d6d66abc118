"""Two sensors' views of the same ground, laid over each other until they agree.

Nobody says which of one sensor's measurements is the same thing as which of the other's: while
the errors are unknown, a person of one may lie nearer to another person of the other. So every
pair that could be one thing is weighed, the errors that explain the weighed pairs are found, the
pairs are weighed again, ever more sharply: expectation and maximisation with annealing, as in
point set registration (Myronenko and Song, "Point set registration: coherent point drift", 2010),
here with the five errors of each sensor instead of a rigid motion, their prior, and the velocity
of each thing as a second mark to know it by.
"""

from typing import Final

import numpy as np
from msgspec import Struct, structs

from hub.core.fusion.residuals import Residuals
from hub.core.fusion.sensor_errors import ERROR_COUNT, Station, influence
from hub.core.geometry import Flags, Floats, Indices
from wire.quantities import SECOND_US

REACH_M: Final = 7.0
"""How far apart two measurements of one thing may be before anything is known of the errors."""

# Things change their velocity by about this within the time between two scans, (m/s)^2.
_SPEED_VARIANCE: Final = 0.06
_SPEED_GATE: Final = 9.0  # Three sigma, squared.
_INTENSITY: Final = 0.4  # How a walking person's velocity wanders, m^2/s^3.
# Where on a body a sensor sees it differs between sensors: variance in m^2.
_BODY_VARIANCE: Final = 0.01
# Errors of one sensor's measurements last (a foot hidden, a reflection): two a second are not
# quite two. Counting each as half makes the covariance honest rather than proud.
_NOISE_FACTOR: Final = 2.0
# Widths, in metres, at which pairs are weighed in turn: first where nothing is known, then where
# the errors are known to some decimetres.
SEARCH_M: Final = (2.5, 1.8, 1.3, 0.9, 0.6, 0.4, 0.2, 0.0, 0.0)
FOLLOW_M: Final = (0.2, 0.0)
# Of what one sensor sees, this share at least is nothing that the other sees.
_ALONE_MIN: Final = 0.1
# A pair that is this unlikely at one width is out of the question at all narrower ones.
_SHARE_MIN: Final = 1e-3


class Pairs(Struct, frozen=True, kw_only=True):
    """Measurements of two sensors that could be of one thing: a row a pair."""

    one: Indices  # Counts the first sensor's measurements.
    other: Indices  # Counts the second's.
    gap: Floats  # (n, 2) First minus second, at one time, as measured: nothing corrected.
    influence: Floats  # (n, 2, 10) Of the first sensor's errors, and of the second's, upon it.
    noise: Floats  # (n, 2, 2)
    likeness: Floats  # (n,) How alike their velocities are, 0 to 1.
    seen: int  # Measurements of the first that the second should have seen, by its outermost.

    @property
    def asked(self) -> int:
        """How many measurements might have found their like, of the sensor that has fewer."""
        return min(np.unique(self.one).size, np.unique(self.other).size)

    def some(self, rows: Flags) -> "Pairs":
        """Return some of the pairs."""
        return structs.replace(
            self,
            one=self.one[rows],
            other=self.other[rows],
            gap=self.gap[rows],
            influence=self.influence[rows],
            noise=self.noise[rows],
            likeness=self.likeness[rows],
        )

    def turned(self) -> "Pairs":
        """Return the same pairs with the second sensor as the first."""
        half = ERROR_COUNT
        swapped = np.concatenate((self.influence[:, :, half:], self.influence[:, :, :half]), axis=2)
        return structs.replace(
            self, one=self.other, other=self.one, gap=-self.gap, influence=-swapped
        )


class Agreement(Struct, frozen=True, kw_only=True):
    """What pairs say of two sensors' errors."""

    weight: Floats  # (10, 10) Their information.
    pull: Floats  # (10,) Their information vector, about the deviation from what was believed.
    matched: float  # How many measurements of the first sensor have found their like.
    asked: int  # How many might have.
    chance: float  # The share of these that would have by accident.
    doubted_m: float  # How well it was believed how the two differ: one standard deviation,
    width_m: float  # and how well it is known now.


def candidates(
    one: Residuals,
    other: Residuals,
    stations: tuple[Station, Station],
    applied: Floats,
    rows: Indices,
) -> Pairs:
    """Return what of two scans could be one thing.

    `rows` are those of the first that are asked for; `applied` (10,) are the errors that both
    scans were corrected by.
    """
    span_s = (one.observed_us - other.observed_us) / SECOND_US
    place, velocity = one.measured[rows], one.velocity[rows]
    there = other.measured
    # Both are compared at the later time. The earlier one's velocity moves it there: it was known
    # before either was measured, so that no error of theirs is in it.
    if span_s >= 0.0:
        there = there + other.velocity * span_s
    else:
        place = place - velocity * span_s
    squared = _squared(place, there)
    doubt = one.velocity_variance[rows][:, np.newaxis] + other.velocity_variance + _SPEED_VARIANCE
    unlike = _squared(velocity, other.velocity) / doubt
    low, high = there.min(axis=0) - 1.0, there.max(axis=0) + 1.0
    seen = int(((place >= low) & (place <= high)).all(axis=1).sum())
    first, second = np.nonzero((squared <= REACH_M * REACH_M) & (unlike <= _SPEED_GATE))
    moving = other.velocity[second] if span_s >= 0.0 else velocity[first]
    shift = np.concatenate(
        (
            influence(stations[0], one.measured[rows][first], moving),
            -influence(stations[1], other.measured[second], moving),
        ),
        axis=2,
    )
    return Pairs(
        one=first,
        other=second,
        gap=place[first] - there[second] + shift @ applied,
        influence=shift,
        noise=_noise(one, other, rows[first], second, span_s),
        likeness=np.exp(-0.5 * unlike[first, second]),
        seen=seen,
    )


def joined(parts: list[Pairs]) -> Pairs:
    """Return several scans' pairs as one."""
    one_at = np.cumsum([0, *(_count(part.one) for part in parts)])
    other_at = np.cumsum([0, *(_count(part.other) for part in parts)])
    return Pairs(
        one=np.concatenate([p.one + at for p, at in zip(parts, one_at[:-1], strict=True)]),
        other=np.concatenate([p.other + at for p, at in zip(parts, other_at[:-1], strict=True)]),
        gap=np.concatenate([part.gap for part in parts]),
        influence=np.concatenate([part.influence for part in parts]),
        noise=np.concatenate([part.noise for part in parts]),
        likeness=np.concatenate([part.likeness for part in parts]),
        seen=sum(part.seen for part in parts),
    )


def agreement(
    pairs: Pairs, mean: Floats, covariance: Floats, widths_m: tuple[float, ...]
) -> Agreement:
    """Lay one sensor's view over the other's, beginning with the errors believed."""
    sure = _inverse(covariance)
    asked = pairs.asked
    believed = _projected(pairs.influence, covariance)
    gap, kept = pairs.gap - pairs.influence @ mean, pairs
    deviation: Floats = np.zeros(2 * ERROR_COUNT)
    weight, pull, spread, share = np.zeros_like(sure), deviation, covariance, np.ones(len(gap))
    # What is believed already need not be searched for more widely than it is doubted.
    doubted_m = float(np.sqrt(believed[:, (0, 1), (0, 1)].mean()))
    for width_m in [width_m for width_m in widths_m if width_m <= doubted_m or width_m == 0.0]:
        noise = kept.noise + width_m * width_m * np.eye(2)
        doubt = noise if width_m else noise + _projected(kept.influence, spread)
        share = _shares(kept, gap - kept.influence @ deviation, doubt)
        likely = share > _SHARE_MIN
        kept, gap, share = kept.some(likely), gap[likely], share[likely]
        precise = _inverses(noise[likely] * _NOISE_FACTOR) * share[:, np.newaxis, np.newaxis]
        flat = kept.influence.reshape(-1, 2 * ERROR_COUNT).T
        weight = flat @ (precise @ kept.influence).reshape(-1, 2 * ERROR_COUNT)
        pull = flat @ (precise @ gap[:, :, np.newaxis]).ravel()
        spread = _inverse(sure + weight)
        deviation = spread @ pull
    known = _projected(pairs.influence, spread)
    return Agreement(
        weight=weight,
        pull=pull,
        matched=float(share.sum()),
        asked=asked,
        chance=_chance(pairs, known + pairs.noise, asked),
        doubted_m=doubted_m,
        width_m=_mean_width(_projected(kept.influence, spread), share),
    )


def _shares(pairs: Pairs, gap: Floats, doubt: Floats) -> Floats:
    """Return how surely each pair is one thing; no measurement is part of more than one."""
    precise = _inverses(doubt)
    squared = np.einsum("ni,nij,nj->n", gap, precise, gap)
    height = np.sqrt(np.maximum(_determinant(precise), 0.0)) / (2.0 * np.pi)
    chance = height * np.exp(-0.5 * np.minimum(squared, 200.0)) * pairs.likeness
    of_one = np.bincount(pairs.one, chance)[pairs.one]
    of_other = np.bincount(pairs.other, chance)[pairs.other]
    # What is alike by accident lies about evenly within reach.
    area = np.pi * REACH_M * REACH_M
    accidental = np.bincount(pairs.one, pairs.likeness)[pairs.one] + _ALONE_MIN
    share: Floats = chance / (of_one + of_other - chance + accidental / area + 1e-12)
    return share


def _chance(pairs: Pairs, doubt: Floats, asked: int) -> float:
    """Return the share of measurements that find a like one by accident."""
    ellipse = 4.0 * np.pi * np.sqrt(np.maximum(_determinant(doubt), 0.0))
    found = float((pairs.likeness * ellipse).sum()) / (np.pi * REACH_M * REACH_M)
    return found / max(asked, 1)


def _mean_width(spread: Floats, share: Floats) -> float:
    """Return how well the pairs' gaps are known, as one standard deviation of a direction."""
    total = float(share.sum())
    if total <= 0.0:
        return REACH_M
    variance = 0.5 * (spread[:, 0, 0] + spread[:, 1, 1])
    return float(np.sqrt(max(float((variance * share).sum()) / total, 0.0)))


def _squared(one: Floats, other: Floats) -> Floats:
    """Return the squared distances of all pairs."""
    east = one[:, 0, np.newaxis] - other[:, 0]
    north = one[:, 1, np.newaxis] - other[:, 1]
    distance: Floats = east * east + north * north
    return distance


def _noise(
    one: Residuals, other: Residuals, first: Indices, second: Indices, span_s: float
) -> Floats:
    noise = one.covariance[first] + other.covariance[second]
    variance = other.velocity_variance[second] if span_s >= 0.0 else one.velocity_variance[first]
    along = _BODY_VARIANCE + variance * span_s * span_s + _INTENSITY * abs(span_s) ** 3 / 3.0
    noise[:, (0, 1), (0, 1)] += along[:, np.newaxis]
    return noise


def _projected(shift: Floats, covariance: Floats) -> Floats:
    seen: Floats = shift @ covariance @ shift.transpose(0, 2, 1)
    return seen


def _inverse(matrix: Floats) -> Floats:
    inverted: Floats = np.linalg.inv(matrix).astype(np.float64)
    return inverted


def _inverses(matrices: Floats) -> Floats:
    """Return the inverses of positive definite 2 x 2 matrices."""
    turned = np.empty_like(matrices)
    turned[:, 0, 0], turned[:, 1, 1] = matrices[:, 1, 1], matrices[:, 0, 0]
    turned[:, 0, 1], turned[:, 1, 0] = -matrices[:, 0, 1], -matrices[:, 1, 0]
    turned /= _determinant(matrices)[:, np.newaxis, np.newaxis]
    return turned


def _determinant(matrices: Floats) -> Floats:
    found: Floats = matrices[:, 0, 0] * matrices[:, 1, 1] - matrices[:, 0, 1] * matrices[:, 1, 0]
    return found


def _count(numbers: Indices) -> int:
    return int(numbers.max()) + 1 if numbers.size else 0
