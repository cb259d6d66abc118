"""What is kept and shown of a sensor's calibration."""

from typing import Final

import numpy as np
from msgspec import Struct

from hub.core.fusion.sensor_errors import CLOCK, EAST, NORTH, PITCH, YAW
from hub.core.geometry import Floats
from hub.core.site import CalibrationRule
from wire.feed import CalibrationView
from wire.labels import CalibrationState
from wire.quantities import Count, Identifier, Instant, Line

_BACK_WITHIN: Final = 0.9

_FiveErrors = tuple[float, float, float, float, float]


class CalibrationRecord(Struct, frozen=True, kw_only=True, tag="calibration", tag_field="kind"):
    """A sensor's errors as the journal keeps them."""

    sensor: Identifier
    state: CalibrationState
    since_us: Instant
    errors: _FiveErrors  # East and north in m, yaw and pitch in radians, clock in s.
    sigma: _FiveErrors
    settled: bool
    pair_count: Count = 0
    held_by: Line | None = None


def view_of(record: CalibrationRecord, *, tilts: bool) -> CalibrationView:
    """Return a calibration as operators see it; a tilt only of what sees the ground from above."""
    errors, sigma = np.array(record.errors), np.array(record.sigma)
    return CalibrationView(
        state=record.state,
        east_m=_round(errors[EAST], 2),
        north_m=_round(errors[NORTH], 2),
        yaw_deg=_round(np.degrees(errors[YAW]), 2),
        pitch_deg=_round(np.degrees(errors[PITCH]), 2) if tilts else 0.0,
        clock_ms=_round(errors[CLOCK] * 1e3, 0),
        sigma_east_m=_round(sigma[EAST], 2),
        sigma_north_m=_round(sigma[NORTH], 2),
        sigma_yaw_deg=_round(np.degrees(sigma[YAW]), 2),
        sigma_pitch_deg=_round(np.degrees(sigma[PITCH]), 2) if tilts else 0.0,
        sigma_clock_ms=_round(sigma[CLOCK] * 1e3, 0),
        pair_count=record.pair_count,
        since_us=record.since_us,
        held_by=record.held_by,
    )


def five(values: Floats) -> _FiveErrors:
    """Return a sensor's five numbers as the journal keeps them."""
    east, north, yaw, pitch, clock = values.tolist()
    return east, north, yaw, pitch, clock


def is_beyond(errors: Floats, limits: CalibrationRule, *, tilts: bool, is_already: bool) -> bool:
    """Return whether errors are larger than an installation may be off."""
    # What is beyond a limit has to come well within it before it no longer is.
    part = _BACK_WITHIN if is_already else 1.0
    return (
        bool(np.hypot(errors[EAST], errors[NORTH]) > part * limits.shift_max_m)
        or bool(abs(np.degrees(errors[YAW])) > part * limits.yaw_max_deg)
        or (tilts and bool(abs(np.degrees(errors[PITCH])) > part * limits.pitch_max_deg))
        or bool(abs(errors[CLOCK]) > part * limits.clock_max_s)
    )


def _round(value: float, digits: int) -> float:
    # Adding zero makes a minus zero a plain one.
    return round(float(value), digits) + 0.0
