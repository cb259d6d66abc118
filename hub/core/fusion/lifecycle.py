"""The life of a track: how sure it is that it exists, and what follows from that.

Existence is a probability, carried as Bayes' rule has it: a claimed measurement raises it, a
sensor that looks and does not see lowers it, time in nobody's view lets it fade. Misses come in
bursts (someone stands behind a pillar), so a miss counts as a part of an independent look: the
part of a burst that went by since the same sensor looked before.
"""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from hub.core.geometry import Flags, Floats
from wire.feed import LABELS
from wire.labels import Label, TrackState

STATES: tuple[TrackState, ...] = tuple(TrackState)
"""The state column counts in this order."""

TENTATIVE, CONFIRMED, COASTING, LOST = range(4)


# Below this a confidence tells nothing more.
_CONFIDENCE_MIN = 0.2


class Motion(Struct, frozen=True, kw_only=True):
    """How a kind of thing moves."""

    intensity: float  # Spectral density of its white acceleration, m^2/s^3.
    speed_sigma_mps: float  # Of each component when nothing is known yet.


MOTIONS: dict[Label, Motion] = {
    Label.UNKNOWN: Motion(intensity=1.0, speed_sigma_mps=3.0),
    Label.PERSON: Motion(intensity=0.4, speed_sigma_mps=1.2),
    Label.BICYCLE: Motion(intensity=1.5, speed_sigma_mps=4.0),
    Label.VEHICLE: Motion(intensity=4.0, speed_sigma_mps=8.0),
    Label.DRONE: Motion(intensity=4.0, speed_sigma_mps=8.0),
    Label.BAG: Motion(intensity=0.1, speed_sigma_mps=0.3),
    Label.ANIMAL: Motion(intensity=1.5, speed_sigma_mps=2.0),
}
INTENSITY = np.array([MOTIONS[label].intensity for label in LABELS])
SPEED_SIGMA_MPS = np.array([MOTIONS[label].speed_sigma_mps for label in LABELS])


class LifeSettings(Struct, frozen=True, kw_only=True):
    """How tracks are born and end. One set for every site."""

    detection_probability: float = 0.9
    clutter_per_m2: float = 5e-4  # False detections of one scan, in a square metre.
    birth_existence: float = 0.05  # Of a track that one measurement of confidence 1 began.
    confirm_existence: float = 0.95
    confirm_hits: int = 3
    lose_existence: float = 0.01
    existence_max: float = 0.999  # So that no history is too long to be unlearned.
    burst_s: float = 2.5  # How long one cause hides a confirmed track from one sensor.
    burst_tentative_s: float = 0.2  # Clutter flickers: a new track has to show itself.
    fade_s: float = 10.0  # Mean life of a track in nobody's view.
    coast_after_s: float = 1.0  # Unseen for this long is coasting: three looks of a slow sensor.
    coast_max_s: float = 10.0  # Nobody's way can be told for longer.
    # Who has been out of sight for so long that their place has become this much vaguer is gone:
    # the next one seen there is somebody else as likely as not.
    drift_max_m: float = 2.5


def clutter_density(confidence: Floats, settings: LifeSettings) -> Floats:
    """Return how dense false detections of such confidence are, per square metre.

    Detectors' confidences are no probabilities: half as sure counts as twice the clutter, and no
    more than that is read out of them.
    """
    density: Floats = settings.clutter_per_m2 / np.maximum(confidence, _CONFIDENCE_MIN)
    return density


def born(confidence: Floats, settings: LifeSettings) -> Floats:
    """Return the existence that one measurement begins a track with."""
    sure_odds = settings.birth_existence / (1.0 - settings.birth_existence)
    odds = sure_odds * np.maximum(confidence, _CONFIDENCE_MIN)
    existence: Floats = odds / (1.0 + odds)
    return existence


def claimed(existence: Floats, log_ratio: Floats, settings: LifeSettings) -> Floats:
    """Return existence after a measurement, by its log likelihood against clutter."""
    # exp(30) is certainty already; more would overflow.
    ratio = np.exp(np.minimum(log_ratio, 30.0))
    gained = existence * ratio / (1.0 - existence + existence * ratio)
    return np.minimum(gained, settings.existence_max)


def missed(existence: Floats, span_s: float, known: Flags, settings: LifeSettings) -> Floats:
    """Return existence after a sensor looked there, `span_s` after its last look, in vain."""
    burst_s = np.where(known, settings.burst_s, settings.burst_tentative_s)
    missing = (1.0 - settings.detection_probability) ** (1.0 - np.exp(-span_s / burst_s))
    return existence * missing / (1.0 - existence + existence * missing)


def faded(existence: Floats, span_s: Floats, settings: LifeSettings) -> Floats:
    """Return existence after a span in which nobody looked."""
    return existence * np.exp(-span_s / settings.fade_s)


def state_after(
    state: NDArray[np.uint8],
    existence: Floats,
    hits: NDArray[np.int32],
    unseen_s: Floats,
    settings: LifeSettings,
) -> NDArray[np.uint8]:
    """Return the states that tracks are in now: the table of a track's life, as columns.

    TENTATIVE -> CONFIRMED -> COASTING -> CONFIRMED ..., and LOST from everywhere.
    """
    is_known = state != TENTATIVE
    is_sure = (existence >= settings.confirm_existence) & (hits >= settings.confirm_hits)
    is_lost = (existence < settings.lose_existence) | (unseen_s > settings.coast_max_s)
    after = np.where(is_known | is_sure, CONFIRMED, TENTATIVE)
    after[(is_known | is_sure) & (unseen_s > settings.coast_after_s)] = COASTING
    after[is_lost] = LOST
    return after.astype(np.uint8)
