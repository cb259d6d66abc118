"""A bang travels at the speed of sound; arrays of microphones tell when, whence and how loud."""

import math
from typing import Final

import numpy as np
from msgspec import Struct

from simulators.core.plan import AcousticPlan, Place
from wire.messages import FieldOfView, Polar

SOUND_MPS: Final = 343.0
"""In dry air at 20 degrees Celsius."""

SHOT_DB: Final = 150.0
"""Level at a metre of a loud impulse; it falls by 6 dB as the distance doubles."""

ONSET_SIGMA_S: Final = 0.0005
LEVEL_SIGMA_DB: Final = 2.0
HEARD_RATIO: Final = 0.97


class Heard(Struct, frozen=True, kw_only=True):
    """What one array made of one bang."""

    delay_s: float  # From the bang to its onset at the array.
    where: Polar
    level_db: float
    confidence: float


class Microphones:
    """One array."""

    def __init__(self, plan: AcousticPlan, place: Place, rng: np.random.Generator) -> None:
        self.plan = plan
        self._place = place
        self._rng = rng

    def field_of_view(self) -> FieldOfView:
        """Return the circle within which the array hears a bang."""
        return FieldOfView(azimuth_deg=0.0, width_deg=360.0, range_max_m=self.plan.range_max_m)

    def hear(self, source: Place) -> Heard | None:
        """Return what the array says of a bang, if it hears it."""
        plan, rng = self.plan, self._rng
        east, north = source[0] - self._place[0], source[1] - self._place[1]
        reach = max(math.hypot(east, north), 1.0)
        lucky = rng.uniform() < HEARD_RATIO
        errors: list[float] = rng.standard_normal(4).tolist()
        if reach > plan.range_max_m or not lucky:
            return None
        azimuth = math.degrees(math.atan2(east, north)) + plan.sigma_azimuth_deg * errors[0]
        guessed = reach * math.exp(plan.sigma_range_ratio * errors[1])
        level = SHOT_DB - 20.0 * math.log10(reach) + LEVEL_SIGMA_DB * errors[2]
        return Heard(
            delay_s=reach / SOUND_MPS + ONSET_SIGMA_S * errors[3],
            where=Polar(
                range_m=round(guessed, 1),
                azimuth_deg=round(math.fmod(azimuth + 720.0, 360.0), 2),
                sigma_range_m=round(max(guessed * plan.sigma_range_ratio, 0.5), 2),
                sigma_azimuth_deg=plan.sigma_azimuth_deg,
            ),
            level_db=round(level, 1),
            confidence=round(float(rng.uniform(0.75, 0.97)), 2),
        )
