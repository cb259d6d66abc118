"""What a scan measured of tracks, and how these moved before: what calibration learns from."""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from hub.core.geometry import Floats
from wire.quantities import Identifier


class Residuals(Struct, frozen=True, kw_only=True):
    """One sensor's measurements of one scan that updated a track, beside the track before them."""

    sensor: Identifier
    observed_us: int  # As the tracker took it: the sensor's clock, corrected.
    number: NDArray[np.uint32]  # (n,) The tracks.
    measured: Floats  # (n, 2) As given to the tracker: corrected.
    covariance: Floats  # (n, 2, 2) Of the measurement.
    velocity: Floats  # (n, 2) Of the track, without this measurement.
    velocity_variance: Floats  # (n,) Of each of its components, (m/s)^2.
    claimed: Floats  # (n,) How surely the measurement is of this track, 0 to 1.
