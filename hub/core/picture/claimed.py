"""What is only claimed, beside the tracks: in the same columns, and flagged as not seen."""

from collections.abc import Sequence

import numpy as np

from hub.core.fusion.claims import Claim
from wire.feed import (
    FLAG_CLAIMED,
    FLAG_EXERCISE,
    FLAG_SIMULATED,
    LABELS,
    TrackColumns,
)

UINT16_MAX = 65_535


def pack_claims(claims: Sequence[Claim], at_us: int) -> TrackColumns:
    """Return claims as columns: where they say they are, standing still."""
    place = np.array([claim.place for claim in claims], np.float64).reshape(-1, 2)
    variance = np.array([claim.variance for claim in claims], np.float64).reshape(-1, 3)
    east, north, both = variance.T
    sigma_m = np.sqrt((east + north) / 2 + np.hypot((east - north) / 2, both))
    age_ms = np.array([max(at_us - claim.observed_us, 0) / 1000 for claim in claims], np.float64)
    still = np.zeros(len(claims), "<u2").tobytes()
    return TrackColumns(
        number=np.array([claim.number for claim in claims], "<u4").tobytes(),
        east_m=place[:, 0].astype("<f4").tobytes(),
        north_m=place[:, 1].astype("<f4").tobytes(),
        heading=still,
        speed=still,
        sigma=np.clip(np.round(sigma_m * 100), 0, UINT16_MAX).astype("<u2").tobytes(),
        age=np.clip(np.round(age_ms), 0, UINT16_MAX).astype("<u2").tobytes(),
        label=bytes(LABELS.index(claim.label) for claim in claims),
        flags=bytes(_flags(claim) for claim in claims),
    )


def _flags(claim: Claim) -> int:
    simulated, exercise = FLAG_SIMULATED * claim.simulated, FLAG_EXERCISE * claim.exercise
    return FLAG_CLAIMED | simulated | exercise
