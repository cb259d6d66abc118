"""Sensors that publish the tracks of their own filter: each report repeats most of the last.

The error of such a sensor about one thing is taken as a first-order Markov process with the
correlation time of its filter: two reports a gap apart have errors correlated by
rho = exp(-gap / time). What a report adds to those before it is then known exactly: after taking
rho times the last report from it, what is left is white and carries (1 - rho) / (1 + rho) of the
information of a report that stands alone (Bar-Shalom, Li, Kirubarajan, "Estimation with
Applications to Tracking and Navigation", 2001, section 8.2.5 on coloured noise). That share is
the report's *news*: its covariance is divided by it, and so is it counted as evidence of
existence. As the rate grows, all reports within two correlation times together weigh as one.
"""

from typing import Final

import numpy as np
from msgspec import structs

from hub.core.fusion.measurement import Measurements
from hub.core.geometry import Floats
from wire.quantities import SECOND_US, Identifier

# What radars' and cameras' own trackers remember: between a half and two seconds.
CORRELATION_S: Final = 1.0
# News of less than this is a repeat: two reports of one instant.
_NEWS_MIN: Final = 0.01
# Things that one sensor follows at a time, ten times over; the oldest are forgotten.
_THINGS_MAX: Final = 10_000


def news(gap_s: Floats) -> Floats:
    """Return which part of a report is new, so long after the one before it of the same thing."""
    # (1 - rho) / (1 + rho), in a form that loses nothing where the gap is small.
    part: Floats = np.tanh(gap_s / (2.0 * CORRELATION_S))
    return np.maximum(part, _NEWS_MIN)


class FilteredSensors:
    """Remembers when each sensor that filters last told of each of its things."""

    def __init__(self) -> None:
        self._told: dict[Identifier, dict[str, int]] = {}

    def learn(self, sensor: Identifier, *, filtered: bool) -> None:
        """Learn whether a sensor publishes tracks of its own."""
        if filtered:
            self._told.setdefault(sensor, {})
        else:
            self._told.pop(sensor, None)

    def discounted(self, measurements: Measurements) -> Measurements:
        """Return the measurements with what is new in each."""
        told = self._told.get(measurements.sensor)
        if told is None:
            return measurements
        at_us = measurements.observed_us
        # A sensor that does not say which of its tracks it is has told of all of them before.
        things = [thing or "" for thing in measurements.object_id]
        gaps_us = [float(abs(at_us - told[one])) if one in told else np.inf for one in things]
        for thing in things:
            told[thing] = max(told.get(thing, at_us), at_us)
        if len(told) > _THINGS_MAX:
            self._told[measurements.sensor] = _latest_half(told)
        return structs.replace(measurements, news=news(np.array(gaps_us) / SECOND_US))


def _latest_half(told: dict[str, int]) -> dict[str, int]:
    latest = sorted(told, key=lambda thing: (-told[thing], thing))[: _THINGS_MAX // 2]
    return {thing: told[thing] for thing in latest}
