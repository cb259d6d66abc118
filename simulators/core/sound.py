"""A bang travels at the speed of sound; arrays of microphones tell when, whence and how loud.

Now and then a wall throws it back: the array then tells of it a second time, later, weaker and
from elsewhere; or only of the echo, when something stands in the straight way.
"""

import math
from typing import Final

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from simulators.core.plan import AcousticPlan, Place
from wire.labels import CueKind
from wire.messages import FieldOfView, Polar

SOUND_MPS: Final = 343.2
"""In dry air at 20 degrees Celsius."""

SHOT_DB: Final = 150.0
"""Level at a metre of a loud impulse; it falls by 6 dB as the distance doubles."""

SIREN_DB: Final = 118.0
"""Level at a metre of a public siren; it goes on, so that it is heard over longer."""

SIREN_HEIGHT_M: Final = 6.0
SHOT_HEIGHT_M: Final = 1.5
LEVEL_SIGMA_DB: Final = 2.0
HEARD_RATIO: Final = 0.97

# The way by a wall on the other side of a square, and what the wall takes.
ECHO_DELAY_S: Final = (0.08, 0.4)
ECHO_LOSS_DB: Final = (6.0, 14.0)
# Of the echoes that are heard at all, these are heard instead of the bang.
HIDDEN_RATIO: Final = 0.3


class Heard(Struct, frozen=True, kw_only=True):
    """What one array made of one bang."""

    delay_s: float  # From the bang to its onset at the array.
    sigma_onset_s: float
    where: Polar
    level_db: float
    confidence: float
    kind: CueKind = CueKind.IMPULSE_SOUND


class Microphones:
    """One array."""

    def __init__(self, plan: AcousticPlan, place: Place, rng: np.random.Generator) -> None:
        self.plan = plan
        self._place = place
        self._rng = rng

    def field_of_view(self) -> FieldOfView:
        """Return the circle within which the array hears a bang."""
        return FieldOfView(azimuth_deg=0.0, width_deg=360.0, range_max_m=self.plan.range_max_m)

    def hear(self, source: Place) -> tuple[Heard, ...]:
        """Return what the array says of a bang: nothing, the bang, its echo, or both."""
        plan, rng = self.plan, self._rng
        east, north = source[0] - self._place[0], source[1] - self._place[1]
        # The whole way through the air: masts are high, and shots are not.
        way = max(math.hypot(east, north, plan.height_m - SHOT_HEIGHT_M), 1.0)
        lucky = rng.uniform() < HEARD_RATIO
        bang = self._heard(way, math.atan2(east, north))
        echo = self._heard(
            way + SOUND_MPS * rng.uniform(*ECHO_DELAY_S),
            rng.uniform(0.0, math.tau),
            loss_db=rng.uniform(*ECHO_LOSS_DB),
        )
        has_echo, hidden = rng.uniform() < plan.echo_ratio, rng.uniform() < HIDDEN_RATIO
        if way > plan.range_max_m or not lucky:
            return ()
        if not has_echo:
            return (bang,)
        return (echo,) if hidden else (bang, echo)

    def hear_siren(self, source: Place) -> Heard | None:
        """Return what the array says of a siren that sounds; None: it is too far away."""
        plan, rng = self.plan, self._rng
        east, north = source[0] - self._place[0], source[1] - self._place[1]
        way = max(math.hypot(east, north, plan.height_m - SIREN_HEIGHT_M), 1.0)
        heard = self._heard(way, math.atan2(east, north), loss_db=SHOT_DB - SIREN_DB)
        lucky = rng.uniform() < HEARD_RATIO
        if way > plan.range_max_m or not lucky:
            return None
        return replace(heard, kind=CueKind.SIREN_HEARD)

    def _heard(self, way: float, azimuth_rad: float, loss_db: float = 0.0) -> Heard:
        plan, rng = self.plan, self._rng
        errors: list[float] = rng.standard_normal(4).tolist()
        azimuth = math.degrees(azimuth_rad) + plan.sigma_azimuth_deg * errors[0]
        guessed = way * math.exp(plan.sigma_range_ratio * errors[1])
        level = SHOT_DB - loss_db - 20.0 * math.log10(way) + LEVEL_SIGMA_DB * errors[2]
        return Heard(
            delay_s=way / SOUND_MPS + plan.sigma_onset_s * errors[3],
            sigma_onset_s=plan.sigma_onset_s,
            where=Polar(
                range_m=round(guessed, 1),
                azimuth_deg=round(math.fmod(azimuth + 720.0, 360.0), 2),
                sigma_range_m=round(max(guessed * plan.sigma_range_ratio, 0.5), 2),
                sigma_azimuth_deg=plan.sigma_azimuth_deg,
            ),
            level_db=round(level, 1),
            confidence=round(float(rng.uniform(0.75, 0.97)), 2),
        )
