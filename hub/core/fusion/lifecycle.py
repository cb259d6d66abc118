"""The life of a track: how sure it is that it exists, and what follows from that.

Existence is a probability, carried as Bayes' rule has it: a claimed measurement raises it, a
sensor that looks and does not see lowers it, time in nobody's view lets it fade. Misses come in
bursts, because something stands in between: a track that is there is in the open or hidden, and
goes from one to the other and back after times that are known on average (Gilbert, "Capacity of
a burst-noise channel", 1960; Elliott, 1963). So one miss lowers existence by much, and the tenth
in a row by little.
"""

from typing import NamedTuple

import numpy as np
from msgspec import Struct

from hub.core.fusion.compiled import compiled
from wire.feed import LABELS
from wire.labels import Label, TrackState

STATES: tuple[TrackState, ...] = tuple(TrackState)
"""The state column counts in this order."""

TENTATIVE, CONFIRMED, COASTING, LOST, DORMANT = range(5)


class Motion(Struct, frozen=True, kw_only=True):
    """How a kind of thing moves."""

    intensity: float  # Spectral density of its white acceleration, m^2/s^3.
    speed_sigma_mps: float  # Of each component when nothing is known yet.
    # Out of sight for so long that its place has become this much vaguer, it is not shown: nobody
    # can say where it is.
    vague_m: float


MOTIONS: dict[Label, Motion] = {
    Label.UNKNOWN: Motion(intensity=1.0, speed_sigma_mps=3.0, vague_m=1.5),
    Label.PERSON: Motion(intensity=0.12, speed_sigma_mps=1.2, vague_m=1.0),
    Label.BICYCLE: Motion(intensity=1.5, speed_sigma_mps=4.0, vague_m=2.0),
    Label.VEHICLE: Motion(intensity=4.0, speed_sigma_mps=8.0, vague_m=8.0),
    Label.DRONE: Motion(intensity=4.0, speed_sigma_mps=8.0, vague_m=4.0),
    Label.BAG: Motion(intensity=0.1, speed_sigma_mps=0.3, vague_m=1.0),
    Label.ANIMAL: Motion(intensity=1.5, speed_sigma_mps=2.0, vague_m=1.5),
}
INTENSITY = np.array([MOTIONS[label].intensity for label in LABELS])
VAGUE_M2 = np.array([MOTIONS[label].vague_m ** 2 for label in LABELS])
SPEED_SIGMA_MPS = np.array([MOTIONS[label].speed_sigma_mps for label in LABELS])


class Law(NamedTuple):
    """The numbers by which scans become tracks. One set for every site."""

    gate: float = 16.0  # Squared Mahalanobis: of two dimensions all but 3 in 10,000.
    # A track whose place is known worse than this is asked for what it could reach if it were not.
    sigma_max_m: float = 2.5
    clutter_per_m2: float = 5e-4  # False detections of one scan, in a square metre.
    # Detectors' confidences are no probabilities: half as sure counts as twice the clutter, and
    # below this a confidence tells nothing more.
    confidence_min: float = 0.2
    # Of a sensor that nobody knows where it looks, or that sees further than it says.
    detection_unknown: float = 0.5
    same_object_gain: float = 3.0  # The sensor itself says it is the same thing: e^3 to 1.
    same_identity_gain: float = 12.0  # The thing itself says who it is.
    # Where some track's best explanation is no surer than this, its component is decided as a
    # whole; elsewhere measurements are mixed by their chances.
    surest: float = 0.5
    doppler_clutter_mps: float = 3.0  # How Doppler of what is nothing spreads about zero.
    hidden_after_s: float = 10.0  # How long a track is in the open, on average,
    hidden_for_s: float = 2.5  # and how long it is hidden.
    hidden_share: float = 0.05  # Of the probability of detection, while it is hidden.
    birth_existence: float = 0.06  # Of a track that one measurement of confidence 1 began.
    birth_left_min: float = 0.75  # What may well be somebody's begins no track.
    birth_sigma_max_m: float = 5.0  # What is placed worse starts no track.
    confirm_existence: float = 0.95
    confirm_hits: int = 3
    show_existence: float = 0.3  # What is more likely gone than there is not shown.
    lose_existence: float = 0.01
    # Of a tentative one: so that a sensor that looks past it does not end it before its own
    # sensor has looked again.
    drop_existence: float = 0.003
    existence_max: float = 0.9999  # So that no history is too long to be unlearned.
    life_s: float = 45.0  # How long a track is there on average.
    fade_s: float = 10.0  # Mean life of a track in nobody's view.
    coast_after_s: float = 1.0  # Unseen for this long is coasting: three looks of a slow sensor.
    coast_max_s: float = 10.0  # Nobody's way can be told for longer.
    # As many times as vague as that, the next one seen there is somebody else as likely as not.
    lost_vague: float = 1.5
    tentative_max_s: float = 2.0  # The slowest sensor has looked twice.


@compiled
def state_after(
    state: int, existence: float, hits: int, unseen_s: float, vague: float, law: Law
) -> int:
    """Return the state that a track is in now.

    TENTATIVE -> CONFIRMED <-> COASTING, both <-> DORMANT, and LOST from everywhere. `vague` is by
    how much its place has become vaguer since it was measured, squared, in `Motion.vague_m`.
    """
    if state == LOST or unseen_s > law.coast_max_s:
        return LOST
    if state == TENTATIVE:
        if existence < law.drop_existence or unseen_s > law.tentative_max_s:
            return LOST
        if existence < law.confirm_existence or hits < law.confirm_hits:
            return TENTATIVE
    if existence < law.lose_existence or vague > law.lost_vague**2:
        return LOST
    if existence < law.show_existence or vague > 1.0:
        return DORMANT
    return COASTING if unseen_s > law.coast_after_s else CONFIRMED
